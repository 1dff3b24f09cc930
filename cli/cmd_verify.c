/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "catalog/catalog.h"
#include "cli/bar.h"
#include "cli/options.h"
#include "cli/recover.h"
#include "cli/targets.h"
#include "cli/terminal.h"
#include "verify/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct verify_call {
	bool cached, quiet, json;
	const char *operator_name;
};

/* One `theca verify`: what it has found so far. */
struct verify_run {
	const struct verify_call *call;
	const struct cli *cli;
	const struct archive *archive;
	struct digest_ring *ring;
	struct bar bar;
	struct jv *reports; /* with --json */
	size_t ok, damaged, incomplete, unrecorded;
};


static void print_problem(const struct problem *problem)
{
	fputs("         ", stdout);
	if (problem->path) {
		print_foreign(stdout, problem->path, strlen(problem->path), 0);
		fputs(": ", stdout);
	}
	print_foreign(stdout, problem->text, strlen(problem->text), 0);
	printf(" (%s)\n", problem->code);
}

/* The files that are not ok, and the errors of the object as a whole; warnings about its form are in the JSON. */
static void print_findings(const struct object_report *report)
{
	for (size_t i = 0; i < report->file_count; i++) {
		const struct file_report *file = &report->files[i];
		struct buffer text = {0};
		if (file->verdict == VERDICT_OK || file->verdict == VERDICT_NOT_CHECKED)
			continue;
		object_report_describe_file(report, file, &text);
		printf("         %s\n", buffer_text(&text));
		buffer_release(&text);
	}
	for (size_t i = 0; i < report->problem_count; i++)
		if (report->problems[i].is_error)
			print_problem(&report->problems[i]);
}

static void print_report(const struct object_report *report)
{
	struct buffer text = {0};
	const char *id = report->carrier_id ? report->carrier_id : report->object_id;
	bool damaged = object_report_is_damaged(report);
	print_coloured(stdout, damaged ? COLOUR_BAD : report->complete ? COLOUR_GOOD : COLOUR_WARN,
		damaged ? "DAMAGED" : report->complete ? "ok     " : "stopped");
	fputs("  ", stdout);
	print_foreign(stdout, id, strlen(id), 0);
	if (damaged)
		object_report_coverage(report, &text);
	else
		object_report_summary(report, &text);
	printf(": %s\n", buffer_text(&text));
	buffer_release(&text);
	print_findings(report);
}

/* Enters the outcome into the object's log and then into the catalogue. */
static int record(struct verify_run *run, const struct object *object,
	const struct object_report *report, struct error *err)
{
	struct event event = {0};
	struct buffer note = {0};
	struct catalog *catalog = NULL;
	int status = verify_event(report, &event, &note, err);
	if (!status) {
		event.detail = run->cli->command_line;
		event.software = "Theca " THECA_VERSION;
		event.person = run->call->operator_name ? run->call->operator_name
							: run->archive->settings.default_operator;
		status = event_append(object, &event, err);
	}
	if (!status)
		status = catalog_open(&catalog, run->archive, CATALOG_WRITE, err);
	if (!status)
		status = catalog_add_event(catalog, object, err);
	catalog_close(catalog);
	buffer_release(&note);
	return status;
}

static void take_report(struct verify_run *run, const struct object_report *report)
{
	if (object_report_is_damaged(report))
		run->damaged++;
	else if (report->complete)
		run->ok++;
	else
		run->incomplete++;
	if (run->call->json)
		jv_append(run->reports, object_report_json(report));
	else
		print_report(report);
}

/* An object that cannot even be opened, though the store is there. */
static void take_unopened(struct verify_run *run, const struct target *target, const struct error *err)
{
	const char *id = target->object_id ? target->object_id : target->directory;
	const char *state = err->code == ERR_NOT_FOUND ? "missing"
			    : err->code == ERR_DAMAGED || err->code == ERR_INVALID ? "mismatch"
										  : "unreadable";
	run->damaged++;
	if (run->call->json) {
		struct jv *row = jv_new_object();
		jv_set_bytes(row, "object", id, strlen(id));
		jv_set_bytes(row, "directory", target->directory, strlen(target->directory));
		jv_set_text(row, "verdict", state);
		jv_set_bytes(row, "message", err->message, strlen(err->message));
		jv_append(run->reports, row);
		return;
	}
	print_coloured(stdout, COLOUR_BAD, "DAMAGED");
	printf("  %s: the whole object is %s: ", id, state);
	print_foreign(stdout, err->message, strlen(err->message), 0);
	fputc('\n', stdout);
}

static int verify_opened(struct verify_run *run, const struct object *object, struct error *err)
{
	struct object_report report = {0};
	struct error unrecorded = {0};
	const struct verify_options options = {
		.archive = run->archive,
		.ring = run->ring,
		.progress = &run->bar.progress,
		.cached = run->call->cached,
	};
	int status = verify_object(object, &options, &report, err);
	bar_clear(&run->bar);
	if (status && status != ERR_INTERRUPTED && !object_report_is_damaged(&report)) {
		object_report_release(&report);
		return status;
	}
	take_report(run, &report);
	if (!status && run->archive->writable && record(run, object, &report, &unrecorded)) {
		run->unrecorded++;
		report_note("the outcome could not be recorded: %s", unrecorded.message);
	}
	object_report_release(&report);
	return status;
}

static int verify_target(struct verify_run *run, const struct target *target, struct error *err)
{
	struct object *object = NULL;
	int status = object_open(&object, run->archive, target->directory, err);
	if (status && status != ERR_MEMORY) {
		if (!archive_is_online(run->archive))
			return error_set(err, ERR_OFFLINE,
				"the store %s cannot be reached any more; nothing is known of what was not checked yet",
				run->archive->store);
		take_unopened(run, target, err);
		return 0;
	}
	if (!status)
		status = verify_opened(run, object, err);
	object_close(object);
	return status;
}

static int verify_all(struct verify_run *run, const struct targets *targets, struct error *err)
{
	int status = digest_ring_new(&run->ring, err);
	for (size_t i = 0; !status && i < targets->count; i++)
		status = verify_target(run, &targets->items[i], err);
	digest_ring_free(run->ring);
	run->ring = NULL;
	return status;
}

/* The snapshot for readers gets the new check times. */
static void publish(struct verify_run *run)
{
	struct catalog *catalog = NULL;
	struct error err = {0};
	if (!run->archive->writable)
		return;
	if (catalog_open(&catalog, run->archive, CATALOG_WRITE, &err) || catalog_publish(catalog, &err))
		report_note("the catalogue for readers could not be published: %s", err.message);
	catalog_close(catalog);
}

static int render_end(struct verify_run *run, const struct targets *targets)
{
	size_t unchecked = targets->count - run->ok - run->damaged - run->incomplete;
	if (run->call->json) {
		struct jv *result = jv_new_object();
		jv_set_int(result, "ok", (int64_t)run->ok);
		jv_set_int(result, "damaged", (int64_t)run->damaged);
		jv_set_int(result, "not_checked", (int64_t)(unchecked + run->incomplete));
		jv_set_bool(result, "recorded", run->archive->writable && !run->unrecorded);
		jv_set(result, "objects", run->reports);
		run->reports = NULL;
		return print_json(result);
	}
	printf("%zu ok, %zu damaged", run->ok, run->damaged);
	if (unchecked + run->incomplete)
		printf(", %zu not checked", unchecked + run->incomplete);
	fputc('\n', stdout);
	return finish_output(EXIT_FINE);
}

/* Damage outranks everything: it must not be lost behind an offline store or a failed note. */
static int run_verify(struct verify_run *run, const struct targets *targets)
{
	struct error err = {0};
	int status = verify_all(run, targets, &err);
	bar_clear(&run->bar);
	publish(run);
	int code = render_end(run, targets);
	int failed = status ? report_error(&err) : EXIT_FINE;
	if (run->damaged)
		return EXIT_DAMAGE;
	if (failed)
		return failed;
	return code == EXIT_FINE && run->unrecorded ? EXIT_FAILED : code;
}

static int open_and_verify(struct cli *cli, const struct verify_call *call)
{
	struct verify_run run = {.call = call, .cli = cli};
	struct archive *archive = NULL;
	struct targets targets = {0};
	struct error err = {0};
	int status = open_archive(cli, &archive, &err);
	if (!status && archive->writable)
		recover_work(archive);
	else if (!status)
		report_note("you may not write the archive %s: what is found will not be recorded", archive->root);
	if (!status)
		status = targets_collect(&targets, archive, cli->argc, cli->argv, &err);
	int code;
	if (status) {
		code = report_error(&err);
	} else {
		run.archive = archive;
		run.reports = call->json ? jv_new_array() : NULL;
		bar_init(&run.bar, call->quiet, BAR_PLAIN, NULL);
		code = run_verify(&run, &targets);
	}
	targets_release(&targets);
	archive_close(archive);
	return code;
}

int cmd_verify(struct cli *cli)
{
	struct verify_call call = {0};
	const struct option_spec specs[] = {
		{"cached", OPTION_FLAG, &call.cached},
		{"quiet", OPTION_FLAG, &call.quiet},
		{"operator", OPTION_TEXT, &call.operator_name},
		{0},
	};
	int code = options_read(cli, specs, &call.json, 0, -1);
	return code >= 0 ? code : open_and_verify(cli, &call);
}

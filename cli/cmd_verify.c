/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "base/clock.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "cli/bar.h"
#include "cli/options.h"
#include "cli/recover.h"
#include "cli/targets.h"
#include "cli/terminal.h"
#include "store/ocfl_layout.h"
#include "store/register.h"
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
	print_coloured(stdout,
		damaged            ? COLOUR_BAD
		: report->complete ? COLOUR_GOOD
				   : COLOUR_WARN,
		damaged            ? "DAMAGED"
		: report->complete ? "ok     "
				   : "stopped");
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

/* The agents and the way of a check. */
static void sign(const struct verify_run *run, struct event *event)
{
	event->detail = run->cli->command_line;
	event->software = "Theca " THECA_VERSION;
	event->person = run->call->operator_name ? run->call->operator_name
						 : run->archive->settings.default_operator;
}

/* Ends what the register says of an object that could not be opened once: its log tells on from here. */
static int note_found(struct verify_run *run, struct catalog *catalog, const struct object *object,
	struct error *err)
{
	const struct finding finding = {
		.object_id = object_inventory(object)->id,
		.directory = object_relative(object),
		.verdict = "found",
	};
	bool lost = false;
	int status = catalog_is_lost(catalog, finding.object_id, &lost, err);
	if (status || !lost)
		return status;
	status = register_finding(run->archive, &finding, NULL, err);
	return status ? status : catalog_sync_register(catalog, run->archive, err);
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
		sign(run, &event);
		status = event_append(object, &event, err);
	}
	if (!status)
		status = catalog_open(&catalog, run->archive, CATALOG_WRITE, err);
	if (!status)
		status = catalog_add_event(catalog, object, err);
	if (!status)
		status = note_found(run, catalog, object, err);
	catalog_close(catalog);
	buffer_release(&note);
	return status;
}

static int append_finding(
	struct verify_run *run, const struct finding *finding, const char *why, struct error *err)
{
	struct event event = {.time = clock_now(), .type = "fix", .outcome = "fai"};
	struct buffer note = {0};
	int status = uuid_new(event.uuid, err);
	if (!status) {
		buffer_printf(&note, "the whole object is %s: %s", finding->verdict, why);
		event.note = buffer_text(&note);
		sign(run, &event);
		status = register_finding(run->archive, finding, &event, err);
	}
	buffer_release(&note);
	return status;
}

/* Enters an object that cannot be opened into the register, since its log may be gone with it, and then into the catalogue. */
static int record_unopened(struct verify_run *run, const struct catalog_ref *target,
	const char *verdict, const char *why, struct error *err)
{
	char *placed = target->object_id ? NULL : ocfl_layout_id(target->directory);
	const struct finding finding = {
		.object_id = placed ? placed : target->object_id,
		.directory = target->directory,
		.carrier_uuid = target->carrier_uuid,
		.verdict = verdict,
	};
	struct catalog *catalog = NULL;
	int status = finding.object_id ? append_finding(run, &finding, why, err)
				       : error_set(err, ERR_INVALID,
						 "nothing tells which object should lie in %s",
						 target->directory);
	free(placed);
	if (!status)
		status = catalog_open(&catalog, run->archive, CATALOG_WRITE, err);
	if (!status)
		status = catalog_sync_register(catalog, run->archive, err);
	catalog_close(catalog);
	return status;
}

/* Said once: what keeps one outcome from being recorded mostly keeps all. */
static void note_unrecorded(struct verify_run *run, const struct error *why)
{
	if (!run->unrecorded++)
		report_note("an outcome could not be recorded in full: %s", why->message);
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

static struct jv *unopened_json(
	const struct catalog_ref *target, const char *verdict, const char *why)
{
	struct jv *row = jv_new_object();
	jv_set_string(row, "object", target->object_id);
	jv_set_string(row, "carrier", target->carrier_id);
	jv_set_string(row, "directory", target->directory);
	jv_set_text(row, "verdict", verdict);
	jv_set_string(row, "message", why);
	return row;
}

static void print_unopened(const struct catalog_ref *target, const char *verdict, const char *why)
{
	const char *id = target->carrier_id  ? target->carrier_id
			 : target->object_id ? target->object_id
					     : target->directory;
	print_coloured(stdout, COLOUR_BAD, "DAMAGED");
	fputs("  ", stdout);
	print_foreign(stdout, id, strlen(id), 0);
	printf(": the whole object is %s: ", verdict);
	print_foreign(stdout, why, strlen(why), 0);
	fputc('\n', stdout);
}

/* What is wrong with an object that cannot be opened. One whose directory is there, but no inventory, is broken rather than missing. */
static const char *verdict_of(struct verify_run *run, const struct catalog_ref *target,
	const struct error *err, bool opened)
{
	if (err->code == ERR_DAMAGED || err->code == ERR_INVALID)
		return "broken";
	if (err->code != ERR_NOT_FOUND)
		return "unreadable";
	char *directory = opened ? NULL : path_join(run->archive->store, target->directory);
	bool is_there = directory && path_is_directory(directory);
	free(directory);
	return is_there ? "broken" : "missing";
}

/* An object that cannot even be opened, though the store is there. */
static void take_unopened(struct verify_run *run, const struct catalog_ref *target,
	const char *verdict, const struct error *err)
{
	struct error unrecorded = {0};
	run->damaged++;
	if (run->call->json)
		jv_append(run->reports, unopened_json(target, verdict, err->message));
	else
		print_unopened(target, verdict, err->message);
	if (run->archive->writable &&
		record_unopened(run, target, verdict, err->message, &unrecorded))
		note_unrecorded(run, &unrecorded);
}

/* A place outside the store is the catalogue's fault, and says nothing of the object. */
static void take_misplaced(struct verify_run *run, const struct catalog_ref *target)
{
	static const char why[] = "the catalogue says that it lies outside the store; run `theca "
				  "reindex`, then verify again";
	run->damaged++;
	if (run->call->json)
		jv_append(run->reports, unopened_json(target, "misplaced", why));
	else
		print_unopened(target, "misplaced", why);
}

/* Where no sidecar tells any more whose object it is, the catalogue does. */
static void name_carrier(struct object_report *report, const struct catalog_ref *target)
{
	if (!report->carrier_id && target->carrier_id)
		report->carrier_id = strdup(target->carrier_id);
}

static int verify_opened(struct verify_run *run, const struct catalog_ref *target,
	const struct object *object, struct error *err)
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
	name_carrier(&report, target);
	take_report(run, &report);
	if (!status && run->archive->writable && record(run, object, &report, &unrecorded))
		note_unrecorded(run, &unrecorded);
	object_report_release(&report);
	return status;
}

static int verify_target(
	struct verify_run *run, const struct catalog_ref *target, struct error *err)
{
	struct object *object = NULL;
	if (!path_is_contained(target->directory)) {
		take_misplaced(run, target);
		return 0;
	}
	int status = object_open(&object, run->archive, target->directory, err);
	if (!status && target->object_id)
		status = object_check_id(object, target->object_id, err);
	if (status && status != ERR_MEMORY) {
		const char *verdict = verdict_of(run, target, err, object);
		object_close(object);
		if (!archive_is_online(run->archive))
			return error_set(err, ERR_OFFLINE,
				"the store %s cannot be reached any more; nothing is known of what "
				"was not checked yet",
				run->archive->store);
		take_unopened(run, target, verdict, err);
		return 0;
	}
	if (!status)
		status = verify_opened(run, target, object, err);
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

/* The snapshot for readers gets the new check times, if the catalogue did. */
static void publish(struct verify_run *run)
{
	struct catalog *catalog = NULL;
	struct error err = {0};
	if (!run->archive->writable || run->unrecorded)
		return;
	if (catalog_open(&catalog, run->archive, CATALOG_WRITE, &err) ||
		catalog_publish(catalog, &err))
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
		report_note("you may not write the archive %s: what is found will not be recorded",
			archive->root);
	if (!status)
		status = targets_collect(&targets, archive, cli->argc, cli->argv, &err);
	int code;
	if (status) {
		code = report_index_error(&err);
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

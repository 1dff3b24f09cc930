/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "catalog/catalog.h"
#include "cli/bar.h"
#include "cli/options.h"
#include "cli/recover.h"

#include <stdio.h>
#include <string.h>

/* Where problems go: to stderr as they are met, or into the JSON. */
struct problems {
	struct bar *bar;
	struct jv *json; /* NULL: stderr */
};

static void take_problem(void *context, const char *subject, const char *message)
{
	struct problems *problems = context;
	if (!problems->json) {
		bar_clear(problems->bar);
		report_note("%s: %s", subject, message);
		return;
	}
	struct jv *row = jv_new_object();
	jv_set_bytes(row, "subject", subject, strlen(subject));
	jv_set_bytes(row, "message", message, strlen(message));
	jv_append(problems->json, row);
}

/* "1 object", "2 objects". */
static void print_count(uint64_t count, const char *noun, const char *after)
{
	printf("%ju %s%s%s", (uintmax_t)count, noun, count == 1 ? "" : "s", after);
}

static int render(const struct catalog_counts *counts, struct jv *problems)
{
	int code = counts->skipped || counts->problems ? EXIT_DAMAGE : EXIT_FINE;
	if (problems) {
		struct jv *result = jv_new_object();
		jv_set_int(result, "carriers", (int64_t)counts->carriers);
		jv_set_int(result, "objects", (int64_t)counts->objects);
		jv_set_int(result, "skipped", (int64_t)counts->skipped);
		jv_set(result, "problems", problems);
		int printed = print_json(result);
		return printed == EXIT_FINE ? code : printed;
	}
	fputs("The catalogue was made anew: ", stdout);
	print_count(counts->carriers, "carrier", ", ");
	print_count(counts->objects, "object", ".\n");
	if (counts->skipped)
		print_count(counts->skipped, "object",
			" could not be read, which is all the catalogue tells; `theca verify` "
			"tells more.\n");
	if (counts->problems)
		print_count(counts->problems, "part",
			" of objects or of the register could not be read.\n");
	return finish_output(code);
}

/* Rebuilding, and publishing the result for readers. */
static int rebuild(const struct archive *archive, const struct catalog_watch *watch,
	struct catalog_counts *counts, struct error *err)
{
	struct catalog *catalog = NULL;
	int status = catalog_rebuild(archive, watch, counts, err);
	if (!status)
		status = catalog_open(&catalog, archive, CATALOG_WRITE, err);
	if (!status)
		status = catalog_publish(catalog, err);
	catalog_close(catalog);
	/* now that there is a catalogue, rips whose commit was begun can be finished */
	if (!status)
		recover_work(archive);
	return status;
}

int cmd_reindex(struct cli *cli)
{
	bool quiet = false, json = false;
	const struct option_spec specs[] = {{"quiet", OPTION_FLAG, &quiet}, {0}};
	struct archive *archive = NULL;
	struct catalog_counts counts = {0};
	struct error err = {0};
	struct bar bar;
	int code = options_read(cli, specs, &json, 0, 0);
	if (code >= 0)
		return code;
	bar_init(&bar, quiet, BAR_ITEMS, NULL);
	struct problems problems = {&bar, json ? jv_new_array() : NULL};
	struct catalog_watch watch = {&bar.progress, take_problem, &problems};
	int status = open_archive(cli, &archive, &err);
	if (!status && !archive->writable)
		status = error_set(
			&err, ERR_PERMISSION, "you may not write the archive %s", archive->root);
	if (!status)
		status = rebuild(archive, &watch, &counts, &err);
	bar_clear(&bar);
	archive_close(archive);
	if (!status)
		return render(&counts, problems.json);
	jv_free(problems.json);
	return report_error(&err);
}

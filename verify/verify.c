/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/verify.h"

#include "base/clock.h"
#include "base/path.h"
#include "verify/agreement.h"
#include "verify/content.h"
#include "verify/expected.h"
#include "verify/structure.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A chunk list of the largest disc is 8 MiB, a sidecar a few hundred KiB. */
#define SIDECAR_MAX ((size_t)64 << 20)

/* Names the object and enters every file of its manifest as not checked. */
static int begin_report(struct object_report *report, const struct object *object,
	const struct expected_files *files, struct error *err)
{
	const struct ocfl_inventory *inventory = object_inventory(object);
	report->object_id = strdup(inventory->id);
	report->head = strdup(inventory->head);
	bool ok = report->object_id && report->head;
	for (size_t i = 0; i < files->count && ok; i++)
		ok = object_report_add_file(report, files->items[i].path) != NULL;
	return ok ? ERR_NONE
		  : error_set(err, ERR_MEMORY, "out of memory for the report of a check");
}

static uint64_t total_bytes(const char *directory, const struct expected_files *files)
{
	uint64_t total = 0;
	for (size_t i = 0; i < files->count; i++) {
		struct stat st;
		char *path = path_join(directory, files->items[i].path);
		if (path && lstat(path, &st) == 0 && S_ISREG(st.st_mode))
			total += (uint64_t)st.st_size;
		free(path);
	}
	return total;
}

/* Checks one sidecar or chunk list and, if it is whole, takes in what it says. */
static int check_sidecar(struct content_checker *checker, struct expected_file *file, size_t index,
	struct error *err)
{
	struct buffer contents = {0};
	int rc = content_check(checker, file, index, &contents, SIDECAR_MAX, err);
	if (!rc && contents.failed)
		rc = error_set(err, ERR_MEMORY, "out of memory for %s", file->path);
	if (!rc && checker->report->files[index].verdict == VERDICT_OK)
		rc = expected_file_understand(file, &contents, checker->report, err);
	buffer_release(&contents);
	return rc;
}

static int check_files(
	struct content_checker *checker, struct expected_files *files, struct error *err)
{
	int rc = ERR_NONE;
	for (size_t i = 0; i < files->count && !rc; i++)
		if (files->items[i].kind != EXPECTED_CONTENT)
			rc = check_sidecar(checker, &files->items[i], i, err);
	if (!rc)
		expected_files_learn(files);
	for (size_t i = 0; i < files->count && !rc; i++)
		if (files->items[i].kind == EXPECTED_CONTENT)
			rc = content_check(checker, &files->items[i], i, NULL, 0, err);
	return rc;
}

/* The carrier as the newest sidecar that can be read names it. */
static int name_carrier(
	const struct expected_files *files, struct object_report *report, struct error *err)
{
	for (size_t i = files->inventory->version_count; i-- > 0;) {
		const struct expected_file *sidecar =
			expected_files_premis(files, &files->inventory->versions[i]);
		if (!sidecar || !sidecar->premis || !sidecar->premis->carrier_id)
			continue;
		report->carrier_id = strdup(sidecar->premis->carrier_id);
		if (!report->carrier_id)
			return error_set(err, ERR_MEMORY, "out of memory");
		break;
	}
	return ERR_NONE;
}

static int check_object(struct content_checker *checker, const struct object *object,
	struct expected_files *files, struct error *err)
{
	struct object_report *report = checker->report;
	int rc = begin_report(report, object, files, err);
	if (rc)
		return rc;
	checker->progress.total = total_bytes(checker->directory, files);
	rc = check_files(checker, files, err);
	int named = name_carrier(files, report, err);
	if (!rc)
		rc = named;
	if (!rc)
		rc = agreement_check(files, report, err);
	if (!rc)
		rc = structure_check(checker, object, files, err);
	return rc;
}

int verify_object(const struct object *object, const struct verify_options *options,
	struct object_report *report, struct error *err)
{
	double start = clock_monotonic();
	struct expected_files files = {0};
	struct content_checker checker = {
		.options = options,
		.directory = object_directory(object),
		.report = report,
		.progress = {.phase = "checking"},
	};
	*report = (struct object_report){0};
	int rc = expected_files_init(&files, object_inventory(object), report, err);
	if (!rc)
		rc = check_object(&checker, object, &files, err);
	expected_files_release(&files);
	report->complete = !rc;
	report->seconds = clock_monotonic() - start;
	return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/report.h"

#include "base/digest.h"

#include <string.h>

/* Files and problems that an event's result names at most: a log line stays a line. */
#define RESULT_MAX 100u
#define RANGES_MAX 1000u

static struct jv *digest_names(unsigned mask)
{
	struct jv *names = jv_new_array();
	for (unsigned i = 0; i < DIGEST_COUNT; i++)
		if (mask & DIGEST_BIT(i))
			jv_append(names, jv_new_text(digest_name((enum digest_algorithm)i)));
	return names;
}

/*
 * Ranges as { first_sector, last_sector } when the size of a sector is known, else as { offset,
 * length } in bytes.
 */
static struct jv *ranges_json(const struct byte_ranges *ranges, uint32_t sector_size)
{
	struct jv *array = jv_new_array();
	for (size_t i = 0; i < ranges->count && i < RANGES_MAX; i++) {
		struct byte_range range = ranges->items[i];
		struct jv *item = jv_new_object();
		jv_set_int(item, "offset", (int64_t)range.offset);
		jv_set_int(item, "length", (int64_t)range.length);
		if (sector_size) {
			uint64_t last = range.offset + range.length - 1;
			jv_set_int(item, "first_sector", (int64_t)(range.offset / sector_size));
			jv_set_int(item, "last_sector", (int64_t)(last / sector_size));
		}
		jv_append(array, item);
	}
	return array;
}

static void set_ranges(
	struct jv *object, const char *key, const struct byte_ranges *ranges, uint32_t sector_size)
{
	if (ranges->count == 0)
		return;
	jv_set(object, key, ranges_json(ranges, sector_size));
	if (ranges->count > RANGES_MAX)
		jv_set_bool(object, "more_ranges", true);
}

static struct jv *file_json(const struct file_report *file)
{
	struct jv *object = jv_new_object();
	jv_set_string(object, "path", file->path);
	jv_set_text(object, "verdict", verdict_name(file->verdict));
	if (file->was_read) {
		jv_set_int(object, "size", (int64_t)file->size);
		jv_set_text(object, "medium", medium_mode_name(file->mode));
	}
	if (file->checked)
		jv_set(object, "digests", digest_names(file->checked));
	if (file->mismatched)
		jv_set(object, "mismatched", digest_names(file->mismatched));
	set_ranges(object, "damaged", &file->damaged, file->sector_size);
	set_ranges(object, "unreadable", &file->unreadable, file->sector_size);
	jv_set_string(object, "text", file->text);
	return object;
}

static struct jv *problem_json(const struct problem *problem)
{
	struct jv *object = jv_new_object();
	jv_set_text(object, "code", problem->code);
	jv_set_text(object, "severity", problem->is_error ? "error" : "warning");
	jv_set_string(object, "path", problem->path);
	jv_set_string(object, "text", problem->text);
	return object;
}

static struct jv *counts_json(const struct object_report *report)
{
	struct jv *counts = jv_new_object();
	for (unsigned i = 0; i < VERDICT_COUNT; i++)
		jv_set_int(counts, verdict_name((enum verdict)i),
			(int64_t)object_report_count(report, (enum verdict)i));
	return counts;
}

static struct jv *files_json(const struct object_report *report, bool only_bad, size_t limit)
{
	struct jv *array = jv_new_array();
	for (size_t i = 0; i < report->file_count && jv_size(array) < limit; i++)
		if (!only_bad || report->files[i].verdict != VERDICT_OK)
			jv_append(array, file_json(&report->files[i]));
	return array;
}

static struct jv *problems_json(const struct object_report *report, bool only_errors, size_t limit)
{
	struct jv *array = jv_new_array();
	for (size_t i = 0; i < report->problem_count && jv_size(array) < limit; i++)
		if (!only_errors || report->problems[i].is_error)
			jv_append(array, problem_json(&report->problems[i]));
	return array;
}

static struct jv *report_json(const struct object_report *report, bool only_bad, size_t limit)
{
	struct jv *object = jv_new_object();
	jv_set_string(object, "object", report->object_id);
	jv_set_string(object, "carrier", report->carrier_id);
	jv_set_string(object, "version", report->head);
	jv_set_text(object, "outcome", object_report_outcome(report));
	jv_set_bool(object, "complete", report->complete);
	jv_set(object, "counts", counts_json(report));
	jv_set(object, "files", files_json(report, only_bad, limit));
	jv_set(object, "problems", problems_json(report, only_bad, limit));
	jv_set_int(object, "bytes_read", (int64_t)report->bytes_read);
	jv_set(object, "seconds", jv_new_real(report->seconds));
	return object;
}

struct jv *object_report_json(const struct object_report *report)
{
	return report_json(report, false, SIZE_MAX);
}

struct jv *object_report_result(const struct object_report *report)
{
	return report_json(report, true, RESULT_MAX);
}

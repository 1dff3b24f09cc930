/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/report.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void file_report_release(struct file_report *file)
{
	free(file->path);
	free(file->damaged.items);
	free(file->unreadable.items);
	free(file->text);
}

void object_report_release(struct object_report *report)
{
	for (size_t i = 0; i < report->file_count; i++)
		file_report_release(&report->files[i]);
	for (size_t i = 0; i < report->problem_count; i++) {
		free(report->problems[i].path);
		free(report->problems[i].text);
	}
	free(report->files);
	free(report->problems);
	free(report->object_id);
	free(report->head);
	free(report->carrier_id);
	*report = (struct object_report){0};
}

/* Room for one more item of `size` bytes; the array may move. */
static bool reserve(void **items, size_t count, size_t *capacity, size_t size)
{
	if (*items && count < *capacity)
		return true;
	size_t wanted = *capacity ? 2 * *capacity : 16;
	void *grown = reallocarray(*items, wanted, size);
	if (!grown)
		return false;
	*items = grown;
	*capacity = wanted;
	return true;
}

struct file_report *object_report_add_file(struct object_report *report, const char *path)
{
	void *files = report->files;
	char *copy = strdup(path);
	if (!copy || !reserve(&files, report->file_count, &report->file_capacity,
			     sizeof(*report->files))) {
		free(copy);
		return NULL;
	}
	report->files = files;
	struct file_report *file = &report->files[report->file_count++];
	*file = (struct file_report){.path = copy, .verdict = VERDICT_NOT_CHECKED};
	return file;
}

int object_report_add_problem(struct object_report *report, const char *code, bool is_error,
	const char *path, struct error *err, const char *format, ...)
{
	struct problem problem = {.is_error = is_error};
	void *problems = report->problems;
	va_list ap;
	snprintf(problem.code, sizeof(problem.code), "%s", code);
	va_start(ap, format);
	if (vasprintf(&problem.text, format, ap) < 0)
		problem.text = NULL;
	va_end(ap);
	problem.path = path ? strdup(path) : NULL;
	if (!problem.text || (path && !problem.path) ||
		!reserve(&problems, report->problem_count, &report->problem_capacity,
			sizeof(problem))) {
		free(problem.text);
		free(problem.path);
		return error_set(err, ERR_MEMORY, "out of memory for the report of a check");
	}
	report->problems = problems;
	report->problems[report->problem_count++] = problem;
	return ERR_NONE;
}

int byte_ranges_add(struct byte_ranges *ranges, uint64_t offset, uint64_t length, struct error *err)
{
	struct byte_range *last = ranges->count ? &ranges->items[ranges->count - 1] : NULL;
	void *items = ranges->items;
	if (last && last->offset + last->length == offset) {
		last->length += length;
		return ERR_NONE;
	}
	if (!reserve(&items, ranges->count, &ranges->capacity, sizeof(*ranges->items)))
		return error_set(err, ERR_MEMORY, "out of memory for the report of a check");
	ranges->items = items;
	ranges->items[ranges->count++] = (struct byte_range){offset, length};
	return ERR_NONE;
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICT_COUNT] = {
		[VERDICT_OK] = "ok",
		[VERDICT_NOT_CHECKED] = "not checked",
		[VERDICT_EXTRA] = "extra",
		[VERDICT_UNREADABLE] = "unreadable",
		[VERDICT_MISSING] = "missing",
		[VERDICT_MISMATCH] = "mismatch",
	};
	return names[verdict];
}

size_t object_report_count(const struct object_report *report, enum verdict verdict)
{
	size_t count = 0;
	for (size_t i = 0; i < report->file_count; i++)
		count += !report->files[i].is_inventory && report->files[i].verdict == verdict;
	return count;
}

enum verdict object_report_worst(const struct object_report *report)
{
	enum verdict worst = VERDICT_OK;
	for (size_t i = 0; i < report->file_count; i++)
		if (report->files[i].verdict > worst)
			worst = report->files[i].verdict;
	return worst;
}

bool object_report_is_damaged(const struct object_report *report)
{
	if (object_report_worst(report) > VERDICT_NOT_CHECKED)
		return true;
	for (size_t i = 0; i < report->problem_count; i++)
		if (report->problems[i].is_error)
			return true;
	return false;
}

const char *object_report_outcome(const struct object_report *report)
{
	if (object_report_is_damaged(report))
		return "fai";
	return report->complete ? "suc" : "war";
}

int verify_event(const struct object_report *report, struct event *event, struct buffer *note,
	struct error *err)
{
	int rc = uuid_new(event->uuid, err);
	if (rc)
		return rc;
	buffer_clear(note);
	object_report_summary(report, note);
	event->result = note->failed ? NULL : object_report_result(report);
	if (!event->result)
		return error_set(err, ERR_MEMORY, "out of memory for the report of a check");
	event->time = clock_now();
	event->type = "fix";
	event->outcome = object_report_outcome(report);
	event->version = report->head;
	event->note = buffer_text(note);
	return ERR_NONE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/report.h"

#include "base/amount.h"
#include "base/digest.h"
#include "base/path.h"
#include "base/text.h"
#include "image/disc.h"

#include <inttypes.h>
#include <string.h>

/* What one line names; the JSON has the rest. */
#define RANGES_NAMED 4u
#define FINDINGS_NAMED 5u

static void add_escaped(struct buffer *out, const char *text)
{
	text_terminal(out, text, strlen(text));
}

/* A first version's files by their name alone; from the second on the version tells them apart. */
static void add_name(const struct object_report *report, const char *path, struct buffer *out)
{
	bool alone = report->head && strcmp(report->head, "v1") == 0 &&
		     strncmp(path, "v1/content/", 11) == 0;
	add_escaped(out, alone ? path_name(path) : path);
}

static void add_range(struct buffer *out, struct byte_range range, uint32_t unit)
{
	uint64_t first = range.offset / unit, last = (range.offset + range.length - 1) / unit;
	buffer_printf(out, "%" PRIu64, first);
	if (last > first)
		buffer_printf(out, "-%" PRIu64, last);
}

/*
 * "sectors 1024-1535, 2048-2559 and 3 more ranges"; bytes if the sector size is 0. The sectors of a raw image are those of its file: the disc may have
 * them elsewhere.
 */
static void add_ranges(struct buffer *out, const struct byte_ranges *ranges, uint32_t sector_size)
{
	buffer_puts(out, sector_size ? "sectors " : "bytes ");
	for (size_t i = 0; i < ranges->count && i < RANGES_NAMED; i++) {
		if (i)
			buffer_puts(out, ", ");
		add_range(out, ranges->items[i], sector_size ? sector_size : 1);
	}
	if (ranges->count > RANGES_NAMED)
		buffer_printf(out, " and %zu more ranges", ranges->count - RANGES_NAMED);
	if (sector_size == DISC_RAW_SECTOR_SIZE)
		buffer_puts(out, " of the file");
}

/* "sha512, md5" */
static void add_digest_names(struct buffer *out, unsigned mask)
{
	const char *separator = "";
	for (unsigned i = DIGEST_COUNT; i-- > 0;) {
		if (!(mask & DIGEST_BIT(i)))
			continue;
		buffer_printf(out, "%s%s", separator, digest_name((enum digest_algorithm)i));
		separator = ", ";
	}
}

static void add_digests(struct buffer *out, unsigned mask)
{
	if (!mask)
		return;
	buffer_puts(out, " (");
	add_digest_names(out, mask);
	buffer_putc(out, ')');
}

static void add_damage(const struct file_report *file, struct buffer *out)
{
	if (file->verdict == VERDICT_MISMATCH) {
		buffer_puts(out, "mismatch ");
		if (file->damaged.count) {
			buffer_puts(out, "in ");
			add_ranges(out, &file->damaged, file->sector_size);
		} else {
			buffer_puts(out, "somewhere in the file");
		}
		add_digests(out, file->mismatched);
	}
	if (file->unreadable.count) {
		buffer_puts(out,
			file->verdict == VERDICT_MISMATCH ? "; unreadable in " : "unreadable in ");
		add_ranges(out, &file->unreadable, file->sector_size);
	} else if (file->verdict == VERDICT_UNREADABLE) {
		buffer_puts(out, "unreadable");
	}
}

void object_report_describe_file(
	const struct object_report *report, const struct file_report *file, struct buffer *out)
{
	add_name(report, file->path, out);
	buffer_puts(out, ": ");
	if (file->verdict == VERDICT_MISMATCH || file->verdict == VERDICT_UNREADABLE)
		add_damage(file, out);
	else
		buffer_puts(out, verdict_name(file->verdict));
	if (file->text) {
		buffer_puts(out, "; ");
		add_escaped(out, file->text);
	}
}

static void add_problem(
	const struct object_report *report, const struct problem *problem, struct buffer *out)
{
	if (problem->path) {
		add_name(report, problem->path, out);
		buffer_puts(out, ": ");
	}
	add_escaped(out, problem->text);
	buffer_printf(out, " (%s)", problem->code);
}

/* "(direct)", or "(direct 5, cached 1)" where files were read in more than one way. */
static void add_modes(const struct object_report *report, struct buffer *out)
{
	size_t counts[MEDIUM_CACHED + 1] = {0}, read = 0;
	const char *separator = " (";
	for (size_t i = 0; i < report->file_count; i++) {
		const struct file_report *file = &report->files[i];
		if (!file->was_read || file->is_inventory)
			continue;
		counts[file->mode]++;
		read++;
	}
	for (unsigned i = 0; i <= MEDIUM_CACHED; i++) {
		if (counts[i] == 0)
			continue;
		buffer_printf(out, "%s%s", separator, medium_mode_name((enum medium_mode)i));
		if (counts[i] < read)
			buffer_printf(out, " %zu", counts[i]);
		separator = ", ";
	}
	if (read)
		buffer_putc(out, ')');
}

static bool was_cached(const struct object_report *report)
{
	for (size_t i = 0; i < report->file_count; i++)
		if (report->files[i].was_read && !report->files[i].is_inventory &&
			report->files[i].mode == MEDIUM_CACHED)
			return true;
	return false;
}

void object_report_coverage(const struct object_report *report, struct buffer *out)
{
	size_t files = 0;
	uint64_t read = 0;
	char amount[32];
	for (size_t i = 0; i < report->file_count; i++) {
		const struct file_report *file = &report->files[i];
		if (file->is_inventory || file->verdict == VERDICT_EXTRA)
			continue;
		files++;
		if (file->was_read && file->verdict != VERDICT_NOT_CHECKED)
			read += file->size;
	}
	format_bytes(read, amount, sizeof(amount));
	size_t left = object_report_count(report, VERDICT_NOT_CHECKED);
	if (left)
		buffer_printf(out, "%zu of ", files - left);
	buffer_printf(out, "%zu file%s%s, %s", files, files == 1 ? "" : "s",
		left ? " before the check was stopped" : "", amount);
	buffer_puts(
		out, was_cached(report) ? " read, perhaps from memory" : " read from the medium");
	add_modes(report, out);
}

/* Names the first findings, the files' before the object's, no warnings; gives their number. */
static size_t add_findings(const struct object_report *report, struct buffer *out)
{
	size_t found = 0;
	for (size_t i = 0; i < report->file_count; i++) {
		const struct file_report *file = &report->files[i];
		if (file->verdict <= VERDICT_NOT_CHECKED || found++ >= FINDINGS_NAMED)
			continue;
		object_report_describe_file(report, file, out);
		buffer_puts(out, ". ");
	}
	for (size_t i = 0; i < report->problem_count; i++) {
		const struct problem *problem = &report->problems[i];
		if (!problem->is_error || found++ >= FINDINGS_NAMED)
			continue;
		add_problem(report, problem, out);
		buffer_puts(out, ". ");
	}
	return found;
}

/* The algorithms by which every file was compared, and those that only some files have on record. */
static void add_agreement(const struct object_report *report, struct buffer *out)
{
	unsigned every = ~0u, any = 0;
	for (size_t i = 0; i < report->file_count; i++) {
		if (report->files[i].is_inventory)
			continue;
		every &= report->files[i].checked;
		any |= report->files[i].checked;
	}
	every &= any;
	buffer_puts(out, ": all digests agree (");
	add_digest_names(out, every);
	if (any != every) {
		buffer_puts(out, every ? "; of some files " : "of some files ");
		add_digest_names(out, any & ~every);
	}
	buffer_putc(out, ')');
}

void object_report_summary(const struct object_report *report, struct buffer *out)
{
	size_t found = add_findings(report, out);
	if (found > FINDINGS_NAMED)
		buffer_printf(out, "%zu more finding%s. ", found - FINDINGS_NAMED,
			found == FINDINGS_NAMED + 1 ? "" : "s");
	object_report_coverage(report, out);
	if (!found && report->complete)
		add_agreement(report, out);
	else if (!found)
		buffer_puts(out, ": no damage so far");
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/read_record.h"

#include <stdlib.h>
#include <string.h>

static bool same_reading(const struct read_range *a, const struct read_range *b)
{
	return a->state == b->state && a->pass == b->pass && a->confirmation == b->confirmation &&
	       a->track == b->track && a->rebuilt == b->rebuilt && a->attempts == b->attempts;
}

struct read_effort read_effort_sum(struct read_effort a, struct read_effort b)
{
	return (struct read_effort){a.rereads + b.rereads, a.jitter + b.jitter, a.skips + b.skips};
}

/* The first range that begins at lba or later; record->count if there is none. */
static size_t first_from(const struct read_record *record, uint32_t lba)
{
	size_t low = 0, high = record->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (record->ranges[middle].extent.lba < lba)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * What stands in place of the ranges [from, to) after a change: the new range between what is left
 * of its neighbours.
 */
struct splice {
	size_t from, to;
	struct read_range pieces[4];
	size_t count;
};

/*
 * Appends the part of range between begin and end, joined to the piece before if nothing tells them
 * apart.
 */
static void splice_add(
	struct splice *splice, const struct read_range *range, uint32_t begin, uint32_t end)
{
	if (begin < range->extent.lba)
		begin = range->extent.lba;
	if (end > extent_end(range->extent))
		end = extent_end(range->extent);
	if (begin >= end)
		return;
	/* the effort is that of the whole range: of its first part, when it is cut */
	struct read_effort effort =
		begin == range->extent.lba ? range->effort : (struct read_effort){0};
	struct read_range *last = splice->count ? &splice->pieces[splice->count - 1] : NULL;
	if (last && extent_end(last->extent) == begin && same_reading(last, range)) {
		last->extent.count += end - begin;
		last->effort = read_effort_sum(last->effort, effort);
		return;
	}
	struct read_range *piece = &splice->pieces[splice->count++];
	*piece = *range;
	piece->extent = (struct extent){begin, end - begin};
	piece->effort = effort;
}

static void splice_plan(
	struct splice *splice, const struct read_record *record, const struct read_range *range)
{
	uint32_t begin = range->extent.lba, end = extent_end(range->extent);
	size_t inside = first_from(record, begin), after = first_from(record, end);
	struct read_range with_effort = *range;
	for (size_t i = inside; i < after; i++)
		with_effort.effort = read_effort_sum(with_effort.effort, record->ranges[i].effort);
	splice->from = inside > 0 ? inside - 1 : 0;
	splice->to = after < record->count ? after + 1 : after;
	splice->count = 0;
	for (size_t i = splice->from; i < inside; i++)
		splice_add(splice, &record->ranges[i], 0, begin);
	splice_add(splice, &with_effort, begin, end);
	if (after > 0)
		splice_add(splice, &record->ranges[after - 1], end, UINT32_MAX);
	if (after < splice->to)
		splice_add(splice, &record->ranges[after], end, UINT32_MAX);
}

static int reserve(struct read_record *record, size_t count, struct error *err)
{
	if (count <= record->capacity)
		return ERR_NONE;
	size_t capacity = record->capacity ? record->capacity * 2 : 16;
	while (capacity < count)
		capacity *= 2;
	struct read_range *ranges = reallocarray(record->ranges, capacity, sizeof(*ranges));
	if (!ranges)
		return error_set(err, ERR_MEMORY, "out of memory for the record of what was read");
	record->ranges = ranges;
	record->capacity = capacity;
	return ERR_NONE;
}

int read_record_set(struct read_record *record, const struct read_range *range, struct error *err)
{
	struct read_range cut = *range;
	if (cut.extent.count > UINT32_MAX - cut.extent.lba)
		cut.extent.count = UINT32_MAX - cut.extent.lba;
	if (cut.extent.count == 0)
		return ERR_NONE;
	struct splice splice;
	splice_plan(&splice, record, &cut);
	size_t tail = record->count - splice.to;
	size_t count = splice.from + splice.count + tail;
	int rc = reserve(record, count, err);
	if (rc)
		return rc;
	memmove(record->ranges + splice.from + splice.count, record->ranges + splice.to,
		tail * sizeof(*record->ranges));
	memcpy(record->ranges + splice.from, splice.pieces, splice.count * sizeof(*record->ranges));
	record->count = count;
	return ERR_NONE;
}

void read_record_release(struct read_record *record)
{
	free(record->ranges);
	*record = (struct read_record){0};
}

const struct read_range *read_record_at(const struct read_record *record, uint32_t sector)
{
	size_t next = first_from(record, sector);
	if (next < record->count && record->ranges[next].extent.lba == sector)
		return &record->ranges[next];
	return next && extent_end(record->ranges[next - 1].extent) > sector
		       ? &record->ranges[next - 1]
		       : NULL;
}

uint64_t read_record_count(const struct read_record *record, enum read_state state)
{
	uint64_t sectors = 0;
	for (size_t i = 0; i < record->count; i++)
		if (record->ranges[i].state == state)
			sectors += record->ranges[i].extent.count;
	return sectors;
}

struct read_effort read_record_effort(const struct read_record *record, int track)
{
	struct read_effort sum = {0};
	for (size_t i = 0; i < record->count; i++)
		if (track < 0 || record->ranges[i].track == track)
			sum = read_effort_sum(sum, record->ranges[i].effort);
	return sum;
}

const char *read_state_name(enum read_state state)
{
	static const char *const names[] = {
		[READ_STATE_READ] = "read",
		[READ_STATE_DOUBTFUL] = "doubtful",
		[READ_STATE_UNREADABLE] = "unreadable",
	};
	return names[state];
}

const char *read_pass_name(enum read_pass pass)
{
	static const char *const names[] = {
		[READ_PASS_COPY] = "copy",
		[READ_PASS_SCRAPE] = "scrape",
		[READ_PASS_RETRY] = "retry",
	};
	return names[pass];
}

const char *read_confirmation_name(enum read_confirmation confirmation)
{
	static const char *const names[] = {
		[READ_CONFIRMED_BY_DRIVE] = "drive",
		[READ_CONFIRMED_BY_FILE] = "file",
		[READ_CONFIRMED_BY_EDC] = "edc",
		[READ_CONFIRMED_BY_PARANOIA] = "paranoia",
		[READ_CONFIRMED_BY_READS] = "reads",
		[READ_UNCONFIRMED] = "none",
	};
	return names[confirmation];
}

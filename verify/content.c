/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/content.h"

#include "base/path.h"
#include "image/disc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BLOCK 4096u /* the least that is read by itself */
/*
 * Failed reads of a file that are followed by smaller ones; a dying disk takes seconds for each, so
 * then whole slots are given up.
 */
#define FAILURES_MAX 512u
/* A chunk list of smaller chunks would cost more memory than its precision is worth. */
#define CHUNK_MIN 65536u

/* One file on its way through the ring. */
struct reading {
	struct content_checker *checker;
	const struct expected_file *expected;
	struct file_report *file;
	struct medium medium;
	const struct chunk_list *chunks; /* NULL: damage cannot be localised */
	unsigned failures;
};

static int remember(struct file_report *file, const char *text, struct error *err)
{
	free(file->text);
	file->text = strdup(text);
	return file->text ? ERR_NONE : error_set(err, ERR_MEMORY, "out of memory");
}

int content_weigh_failure(
	const struct content_checker *checker, const struct error *why, struct error *err)
{
	const struct archive *archive = checker->options->archive;
	if (why->code == ERR_MEMORY || why->code == ERR_INTERRUPTED)
		return error_set(err, why->code, "%s", why->message);
	if (why->code != ERR_OFFLINE && archive_is_online(archive))
		return ERR_NONE;
	return error_set(err, ERR_OFFLINE,
		"the store %s cannot be reached any more, so nothing can be said about its discs; "
		"see to the disk or network share and check again (%s)",
		archive->store, why->message);
}

static bool go_on(const struct content_checker *checker)
{
	return progress_report(checker->options->progress, &checker->progress);
}

static int stopped(struct error *err)
{
	return error_set(err, ERR_INTERRUPTED, "the check was stopped before its end");
}

/* ---- reading ---- */

static int read_once(struct reading *reading, uint64_t offset, uint8_t *buffer, size_t len,
	size_t *got, struct error *err)
{
	const struct verify_options *options = reading->checker->options;
	if (options->read)
		return options->read(
			options->read_context, &reading->medium, offset, buffer, len, got, err);
	return medium_read(&reading->medium, offset, buffer, len, got, err);
}

/* Puts zeros where the medium gives nothing. */
static int give_up(struct reading *reading, uint64_t offset, uint8_t *buffer, size_t len,
	size_t *got, struct error *err)
{
	uint64_t left = reading->medium.size - offset;
	*got = left < len ? (size_t)left : len;
	memset(buffer, 0, *got);
	uint32_t sector = reading->chunks ? reading->chunks->sector_size : DISC_SECTOR_SIZE;
	reading->checker->progress.bad += (*got + sector - 1) / sector;
	return byte_ranges_add(&reading->file->unreadable, offset, *got, err);
}

/* Reads a stretch; where that fails its halves, down to single blocks. */
static int read_stretch(struct reading *reading, uint64_t offset, uint8_t *buffer, size_t len,
	size_t *got, struct error *err)
{
	struct error why = {0};
	*got = 0;
	if (offset >= reading->medium.size)
		return ERR_NONE;
	if (read_once(reading, offset, buffer, len, got, &why) == ERR_NONE)
		return ERR_NONE;
	int rc = content_weigh_failure(reading->checker, &why, err);
	if (!rc && !reading->file->text)
		rc = remember(reading->file, why.message, err);
	if (!rc && !go_on(reading->checker))
		rc = stopped(err);
	if (rc)
		return rc;
	if (++reading->failures > FAILURES_MAX || len <= BLOCK)
		return give_up(reading, offset, buffer, len, got, err);
	size_t half = (len / 2 + BLOCK - 1) / BLOCK * BLOCK, more = 0;
	rc = read_stretch(reading, offset, buffer, half, got, err);
	if (rc || *got < half)
		return rc;
	rc = read_stretch(reading, offset + half, buffer + half, len - half, &more, err);
	*got += more;
	return rc;
}

/* Sends the whole file through the ring. */
static int read_all(
	struct reading *reading, struct buffer *contents, size_t contents_max, struct error *err)
{
	struct content_checker *checker = reading->checker;
	struct digest_ring *ring = checker->options->ring;
	uint64_t offset = 0;
	for (size_t got = 1; offset < reading->medium.size && got > 0; offset += got) {
		if (!go_on(checker))
			return stopped(err);
		uint8_t *slot = digest_ring_acquire(ring);
		int rc = read_stretch(reading, offset, slot, DIGEST_RING_SLOT_SIZE, &got, err);
		if (rc)
			return rc;
		if (contents && contents->len + got <= contents_max)
			buffer_add(contents, slot, got);
		digest_ring_publish(ring, got);
		checker->progress.done += got;
		if (checker->progress.done > checker->progress.total)
			checker->progress.total = checker->progress.done;
		checker->report->bytes_read += got;
	}
	reading->file->size = offset;
	return ERR_NONE;
}

/* ---- judging ---- */

static bool overlaps(const struct byte_ranges *ranges, uint64_t begin, uint64_t end)
{
	size_t low = 0, high = ranges->count;
	while (low < high) { /* the first range that ends after begin */
		size_t middle = low + (high - low) / 2;
		if (ranges->items[middle].offset + ranges->items[middle].length <= begin)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ranges->count && ranges->items[low].offset < end;
}

/* Finds the chunks that are not what the list says, those apart that could not be read. */
static int localise(struct reading *reading, uint8_t (*pieces)[32], size_t count, struct error *err)
{
	const struct chunk_list *list = reading->chunks;
	struct file_report *file = reading->file;
	int rc = ERR_NONE;
	for (size_t i = 0; i < list->count && !rc; i++) {
		uint64_t begin = (uint64_t)i * list->chunk_size, end = begin + list->chunk_size;
		if (end > list->file_size)
			end = list->file_size;
		if (i < count && memcmp(pieces[i], list->digests[i], sizeof(pieces[i])) == 0)
			continue;
		if (!overlaps(&file->unreadable, begin, end))
			rc = byte_ranges_add(&file->damaged, begin, end - begin, err);
	}
	if (!rc && file->size > list->file_size)
		rc = byte_ranges_add(
			&file->damaged, list->file_size, file->size - list->file_size, err);
	file->sector_size = list->sector_size;
	return rc;
}

static void compare_digests(struct reading *reading, const struct digest_values *values)
{
	for (unsigned i = 0; i < DIGEST_COUNT; i++) {
		const char *digest = reading->expected->digests[i];
		if (!digest)
			continue;
		reading->file->checked |= DIGEST_BIT(i);
		if (strcasecmp(digest, values->hex[i]) != 0)
			reading->file->mismatched |= DIGEST_BIT(i);
	}
}

/* Whether some of a stretch of the file was found damaged or cannot be read. */
static bool is_hit(const struct file_report *file, const struct premis_bitstream *stream)
{
	uint64_t end = stream->offset + stream->size;
	return overlaps(&file->damaged, stream->offset, end) ||
	       overlaps(&file->unreadable, stream->offset, end);
}

/*
 * "these sectors are of track 2, track 3": which tracks of a raw disc image are hit, after what is told already; nothing for
 * another file.
 */
static int name_tracks(const struct reading *reading, struct error *err)
{
	const struct expected_file *expected = reading->expected;
	struct buffer text = {0};
	bool is_first = true;
	for (size_t i = 0; i < expected->stream_count; i++) {
		const struct premis_bitstream *stream = &expected->streams[i];
		if (!is_hit(reading->file, stream))
			continue;
		if (is_first && reading->file->text)
			buffer_printf(&text, "%s; ", reading->file->text);
		buffer_puts(&text, is_first ? "these sectors are of " : ", ");
		is_first = false;
		if (stream->track)
			buffer_printf(&text, "track %u", stream->track);
		else
			buffer_printf(&text, "the beginning of session %u", stream->session);
	}
	int rc = text.failed ? error_set(err, ERR_MEMORY, "out of memory")
		 : text.len  ? remember(reading->file, buffer_text(&text), err)
			     : ERR_NONE;
	buffer_release(&text);
	return rc;
}

/* What there is to say about a file whose digests differ, beyond where. */
static int explain(const struct reading *reading, struct error *err)
{
	const struct expected_file *expected = reading->expected;
	struct file_report *file = reading->file;
	char text[160];
	if (expected->size_known && file->size < expected->size)
		snprintf(text, sizeof(text),
			"the file is truncated: %" PRIu64 " of %" PRIu64 " bytes are there",
			file->size, expected->size);
	else if (expected->size_known && file->size > expected->size)
		snprintf(text, sizeof(text),
			"the file is longer than recorded: %" PRIu64 " instead of %" PRIu64
			" bytes",
			file->size, expected->size);
	else if (file->unreadable.count)
		return name_tracks(reading, err);
	else if (file->mismatched != file->checked)
		snprintf(text, sizeof(text),
			"its other digests agree, so a recorded digest was changed rather than the "
			"file");
	else if (reading->chunks && file->damaged.count == 0)
		snprintf(text, sizeof(text),
			"every chunk agrees with the chunk list, so the recorded digests may be at "
			"fault");
	else
		return name_tracks(reading, err);
	return remember(file, text, err);
}

static int judge(struct reading *reading, const struct digest_values *values, uint8_t (*pieces)[32],
	size_t piece_count, struct error *err)
{
	const struct expected_file *expected = reading->expected;
	struct file_report *file = reading->file;
	bool unreadable = file->unreadable.count > 0;
	int rc = ERR_NONE;
	if (!unreadable)
		compare_digests(reading, values);
	if (reading->chunks)
		rc = localise(reading, pieces, piece_count, err);
	if (rc)
		return rc;
	bool wrong_size = expected->size_known && file->size != expected->size;
	if (file->mismatched || (unreadable && (file->damaged.count || wrong_size)))
		file->verdict = VERDICT_MISMATCH;
	else
		file->verdict = unreadable ? VERDICT_UNREADABLE : VERDICT_OK;
	if (file->verdict != VERDICT_OK)
		return explain(reading, err);
	if (file->damaged.count == 0)
		return ERR_NONE;
	file->damaged.count = 0;
	return object_report_add_problem(reading->checker->report, "chunks", true, file->path, err,
		"its digests agree, but its chunk list describes other bytes");
}

/* ---- one file ---- */

static int run_ring(
	struct reading *reading, struct buffer *contents, size_t contents_max, struct error *err)
{
	struct digest_ring *ring = reading->checker->options->ring;
	struct digest_values values;
	uint8_t(*pieces)[32] = NULL;
	size_t piece_count = 0;
	unsigned mask = 0;
	for (unsigned i = 0; i < DIGEST_COUNT; i++)
		if (reading->expected->digests[i])
			mask |= DIGEST_BIT(i);
	int rc = digest_ring_start(
		ring, mask, reading->chunks ? reading->chunks->chunk_size : 0, NULL, 0, err);
	if (rc)
		return rc;
	rc = read_all(reading, contents, contents_max, err);
	if (rc) {
		digest_ring_cancel(ring);
		return rc;
	}
	rc = digest_ring_finish(ring, &values, &pieces, &piece_count, err);
	if (!rc)
		rc = judge(reading, &values, pieces, piece_count, err);
	free(pieces);
	return rc;
}

/* A file that cannot be opened is missing or unreadable, unless the whole store is gone. */
static int judge_unopened(const struct content_checker *checker, struct file_report *file,
	const struct error *why, struct error *err)
{
	int rc = content_weigh_failure(checker, why, err);
	if (rc)
		return rc;
	if (why->code == ERR_NOT_FOUND) {
		file->verdict = VERDICT_MISSING;
		return ERR_NONE;
	}
	file->verdict = VERDICT_UNREADABLE;
	return remember(file, why->message, err);
}

static bool localises(const struct chunk_list *chunks)
{
	return chunks && chunks->chunk_size >= CHUNK_MIN;
}

int content_check(struct content_checker *checker, const struct expected_file *expected,
	size_t index, struct buffer *contents, size_t contents_max, struct error *err)
{
	struct reading reading = {
		.checker = checker,
		.expected = expected,
		.file = &checker->report->files[index],
		.chunks = localises(expected->chunks) ? expected->chunks : NULL,
	};
	struct error why = {0};
	char *path = path_join(checker->directory, expected->path);
	if (!path)
		return error_set(err, ERR_MEMORY, "out of memory");
	int rc = medium_open(&reading.medium, path, checker->options->cached, &why);
	if (rc) {
		rc = judge_unopened(checker, reading.file, &why, err);
	} else {
		reading.file->was_read = true;
		reading.file->mode = reading.medium.mode;
		rc = run_ring(&reading, contents, contents_max, err);
		medium_close(&reading.medium);
	}
	free(path);
	return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sidecars.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "store/disc_record.h"

#include <string.h>

/* What is not known is left out. */
static void set_foreign(struct jv *object, const char *key, const char *text)
{
	if (text && *text)
		jv_set_bytes(object, key, text, strlen(text));
}

static struct jv *drive_json(const struct drive_identity *drive)
{
	struct jv *source = jv_new_object();

	jv_set_text(source, "type", "drive");
	set_foreign(source, "device", drive->device);
	set_foreign(source, "vendor", drive->vendor);
	set_foreign(source, "model", drive->model);
	set_foreign(source, "firmware", drive->firmware);
	set_foreign(source, "serial", drive->serial);
	return source;
}

static struct jv *file_json(const struct file_identity *file, bool is_sheet)
{
	struct jv *source = jv_new_object();
	char modified[CLOCK_TEXT_SIZE];

	clock_format(file->modified, modified);
	jv_set_text(source, "type", "file");
	set_foreign(source, "path", file->path);
	set_foreign(source, "name", file->name);
	jv_set_int(source, "size", (int64_t)file->size);
	jv_set_text(source, "modified", modified);
	if (is_sheet)
		jv_set_text(source, "of", "sheet and files");
	return source;
}

static void add_ids(struct jv *reads, const struct disc_ids *ids)
{
	if (!*ids->musicbrainz && !*ids->cddb && !*ids->accuraterip)
		return;
	struct jv *object = jv_new_object();
	set_foreign(object, "musicbrainz", ids->musicbrainz);
	set_foreign(object, "cddb", ids->cddb);
	set_foreign(object, "accuraterip", ids->accuraterip);
	jv_set(reads, "ids", object);
}

static struct jv *bitstream_json(const struct deposit *deposit, const struct bitstream *stream)
{
	struct jv *object = jv_new_object();
	jv_set_int(object, "track", stream->track);
	jv_set_int(object, "session", stream->session);
	jv_set_int(object, "offset", (int64_t)stream->sector * deposit->sector_size);
	jv_set_int(object, "size", (int64_t)stream->count * deposit->sector_size);
	jv_set_int(object, "lba", disc_lba_of(&deposit->disc, stream->sector));
	jv_set_int(object, "sectors", stream->count);
	for (enum digest_algorithm i = 0; i < DIGEST_COUNT; i++)
		if (*stream->digests.hex[i])
			jv_set_text(object, digest_name(i), stream->digests.hex[i]);
	return object;
}

static void add_bitstreams(struct jv *reads, const struct deposit *deposit)
{
	if (!deposit->bitstream_count)
		return;
	struct jv *streams = jv_new_array();
	for (size_t i = 0; i < deposit->bitstream_count; i++)
		jv_append(streams, bitstream_json(deposit, &deposit->bitstreams[i]));
	jv_set(reads, "bitstreams", streams);
}

/* Clean text as it is; any other as a terminal would get it. */
static struct jv *foreign_json(const char *text, size_t len)
{
	struct buffer clean = {0};
	if (text_is_clean(text, len))
		buffer_add(&clean, text, len);
	else
		text_terminal(&clean, text, len);
	struct jv *value = clean.failed ? NULL : jv_new_text(buffer_text(&clean));
	buffer_release(&clean);
	return value;
}

/* A text a line. */
static void add_warnings(struct jv *reads, const struct deposit *deposit)
{
	const char *line = buffer_text(&deposit->warnings);
	if (!*line)
		return;
	struct jv *warnings = jv_new_array();
	while (*line) {
		size_t len = strcspn(line, "\n");
		if (len)
			jv_append(warnings, foreign_json(line, len));
		line += len + (line[len] == '\n');
	}
	jv_set(reads, "warnings", warnings);
}

/* The ranges of an ISO image are not known by tracks. */
static void add_tracks_read(struct jv *reads, const struct deposit *deposit)
{
	if (deposit->format != IMAGE_BINCUE)
		return;
	struct jv *tracks = jv_new_array();
	for (size_t i = 0; i < deposit->disc.track_count; i++) {
		unsigned number = deposit->disc.tracks[i].number;
		struct track_tally tally = deposit_tally(deposit, number);
		struct jv *track = jv_new_object();
		jv_set_int(track, "number", number);
		jv_set_int(track, "rereads", tally.effort.rereads);
		jv_set_int(track, "jitter", tally.effort.jitter);
		jv_set_int(track, "skips", tally.effort.skips);
		jv_set_int(track, "unreadable", (int64_t)tally.unreadable);
		jv_set_int(track, "doubtful", (int64_t)tally.doubtful);
		jv_append(tracks, track);
	}
	jv_set(reads, "tracks_read", tracks);
}

static void add_number(struct buffer *out, const char *key, uint32_t number)
{
	if (number)
		buffer_printf(out, ", \"%s\": %u", key, number);
}

/* A range as far as the run goes; the effort, which is of the whole, stands with its first part. */
static void add_part(struct buffer *out, const struct deposit *deposit,
	const struct read_range *range, const struct disc_run *run)
{
	bool is_raw = deposit->format == IMAGE_BINCUE, is_first = run->sector == range->extent.lba;
	buffer_printf(out, "{\"lba\": %u, \"count\": %u", run->lba, run->count);
	if (is_raw && run->track)
		buffer_printf(out, ", \"track\": %u", run->track->number);
	buffer_printf(out,
		", \"state\": \"%s\", \"pass\": \"%s\", \"confirmed\": \"%s\", \"attempts\": %u",
		read_state_name(range->state), read_pass_name(range->pass),
		read_confirmation_name(range->confirmation), range->attempts);
	if (is_raw && range->rebuilt)
		buffer_puts(out, ", \"framing\": \"rebuilt\"");
	if (is_first) {
		add_number(out, "rereads", range->effort.rereads);
		add_number(out, "jitter", range->effort.jitter);
		add_number(out, "skips", range->effort.skips);
	}
	buffer_putc(out, '}');
}

/* A line each. There may be very many: they are never held as values. */
static void add_ranges(struct buffer *out, const struct deposit *deposit)
{
	const struct read_record *reads = &deposit->reads;
	const char *separator = "[\n    ";
	jv_open_member(out, "ranges");
	for (size_t i = 0; i < reads->count; i++) {
		struct extent left = reads->ranges[i].extent;
		while (left.count) {
			struct disc_run run = deposit_run(&deposit->disc, left);
			buffer_puts(out, separator);
			add_part(out, deposit, &reads->ranges[i], &run);
			separator = ",\n    ";
			left.lba += run.count;
			left.count -= run.count;
		}
	}
	buffer_puts(out, reads->count ? "\n  ]" : "[]");
	jv_close_member(out);
}

int sidecar_reads_json(const struct deposit *deposit, struct buffer *out, struct error *err)
{
	const struct source_identity *source = &deposit->source;
	struct jv *object = jv_new_object();

	jv_set_int(object, "theca_reads", 1);
	set_foreign(object, "carrier", deposit->carrier.id);
	jv_set(object, "source",
		source->is_drive ? drive_json(&source->drive)
				 : file_json(&source->file, deposit->source_sheet.len > 0));
	jv_set(object, "disc", disc_record_json(&deposit->disc, deposit->format));
	add_ids(object, &deposit->ids);
	disc_record_add_text(object, &deposit->disc.text);
	add_bitstreams(object, deposit);
	add_warnings(object, deposit);
	jv_set_text(object, "format", image_format_name(deposit->format));
	jv_set_int(object, "sector_size", deposit->sector_size);
	jv_set_int(object, "sectors", damage_map_sectors(deposit->map));
	jv_set_int(object, "unreadable", deposit_unread_sectors(deposit));
	jv_set_int(object, "doubtful", (int64_t)deposit_doubtful_sectors(deposit));
	add_tracks_read(object, deposit);
	int rc = jv_dump(object, JV_PRETTY, out, err);
	jv_free(object);
	if (rc)
		return rc;
	add_ranges(out, deposit);
	return out->failed ? error_set(err, ERR_MEMORY, "out of memory") : 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sidecars.h"

#include "base/clock.h"
#include "base/json.h"

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

static struct jv *file_json(const struct file_identity *file)
{
	struct jv *source = jv_new_object();
	char modified[CLOCK_TEXT_SIZE];

	clock_format(file->modified, modified);
	jv_set_text(source, "type", "file");
	set_foreign(source, "path", file->path);
	set_foreign(source, "name", file->name);
	jv_set_int(source, "size", (int64_t)file->size);
	jv_set_text(source, "modified", modified);
	return source;
}

static struct jv *track_json(const struct track *track)
{
	struct jv *object = jv_new_object();

	jv_set_int(object, "number", track->number);
	jv_set_int(object, "session", track->session);
	jv_set_text(object, "mode", track_mode_name(track->mode));
	jv_set_int(object, "lba", track->lba);
	jv_set_int(object, "count", track->count);
	return object;
}

/* The table of contents is left out where an image file does not tell it. */
static struct jv *disc_json(const struct disc *disc)
{
	struct jv *object = jv_new_object();

	jv_set_text(object, "profile", disc_profile_name(disc->profile));
	if (disc->profile == DISC_UNKNOWN)
		return object;
	struct jv *tracks = jv_new_array();
	for (size_t i = 0; i < disc->track_count; i++)
		jv_append(tracks, track_json(&disc->tracks[i]));
	jv_set_int(object, "sessions", disc->session_count);
	jv_set_int(object, "lead_out", disc->lead_out);
	jv_set(object, "tracks", tracks);
	return object;
}

/* A line each. There may be very many: they are never held as values. */
static void add_ranges(struct buffer *out, const struct read_record *reads)
{
	jv_open_member(out, "ranges");
	for (size_t i = 0; i < reads->count; i++) {
		const struct read_range *range = &reads->ranges[i];
		buffer_printf(out,
			"%s{\"lba\": %u, \"count\": %u, \"state\": \"%s\", \"pass\": \"%s\", "
			"\"confirmed\": \"%s\", \"attempts\": %u}",
			i ? ",\n    " : "[\n    ", range->extent.lba, range->extent.count,
			read_state_name(range->state), read_pass_name(range->pass),
			read_confirmation_name(range->confirmation), range->attempts);
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
		source->is_drive ? drive_json(&source->drive) : file_json(&source->file));
	jv_set(object, "disc", disc_json(&deposit->disc));
	jv_set_int(object, "sector_size", DISC_SECTOR_SIZE);
	jv_set_int(object, "sectors", damage_map_sectors(deposit->map));
	int rc = jv_dump(object, JV_PRETTY, out, err);
	jv_free(object);
	if (rc)
		return rc;
	add_ranges(out, &deposit->reads);
	return out->failed ? error_set(err, ERR_MEMORY, "out of memory") : 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rip.json: the state of a rip under way, written and read back. */
#include "store/work.h"

#include "base/atomic_file.h"
#include "base/clock.h"
#include "base/disk.h"
#include "base/json.h"
#include "base/path.h"

#include <stdlib.h>
#include <string.h>

#define STATE_LIMIT ((size_t)256 << 20)

static struct jv *carrier_json(const struct carrier *carrier)
{
	struct jv *object = jv_new_object();
	jv_set_text(object, "uuid", carrier->uuid);
	jv_set_string(object, "id", carrier->id);
	jv_set_string(object, "title", carrier->title);
	jv_set_string(object, "note", carrier->note);
	return object;
}

/* [sector, count, state, pass, confirmation, attempts, track, rebuilt, rereads, jitter, skips] for each range. */
static void add_reads(struct buffer *text, const struct read_record *reads)
{
	jv_open_member(text, "reads");
	for (size_t i = 0; i < reads->count; i++) {
		const struct read_range *range = &reads->ranges[i];
		buffer_printf(text, "%s[%u,%u,%d,%d,%d,%u,%u,%d,%u,%u,%u]", i ? ",\n" : "[",
			range->extent.lba, range->extent.count, (int)range->state, (int)range->pass,
			(int)range->confirmation, range->attempts, range->track, range->rebuilt,
			range->effort.rereads, range->effort.jitter, range->effort.skips);
	}
	buffer_puts(text, reads->count ? "]" : "[]");
	jv_close_member(text);
}

static struct jv *state_json(const struct work_state *state)
{
	struct jv *object = jv_new_object();
	jv_set_int(object, "theca_work", 2);
	jv_set_text(object, "state", state->committing ? "committing" : "reading");
	jv_set(object, "carrier", carrier_json(&state->carrier));
	jv_set_string(object, "source", state->source);
	jv_set_string(object, "operator", state->operator_name);
	jv_set_text(object, "format", image_format_name(state->format));
	jv_set_int(object, "sectors", state->sectors);
	jv_set_string(object, "contents", state->contents);
	jv_set_int(object, "source_size", state->source_size);
	jv_set_int(object, "source_modified", state->source_modified);
	jv_set_int(object, "source_modified_nanoseconds", state->source_modified_nanoseconds);
	jv_set_int(object, "source_files", state->source_files);
	jv_set_int(object, "started", state->started);
	if (state->committing) {
		jv_set_text(object, "object_id", state->object_id);
		jv_set_text(object, "version", state->version);
		jv_set_text(object, "ingestion_uuid", state->ingestion_uuid);
	}
	return object;
}

#define RESERVE_NAME "reserve"
#define RESERVE_BYTES ((size_t)256 << 10)

void work_reserve(const struct work *work)
{
	char *path = path_join(work_directory(work), RESERVE_NAME);
	void *room = calloc(1, RESERVE_BYTES);
	if (path && room && !path_exists(path) && disk_write_new(path, room, RESERVE_BYTES, NULL))
		disk_remove(path, NULL);
	free(room);
	free(path);
}

/* Gives the room back; false if there is none. */
static bool use_reserve(const struct work *work)
{
	char *path = path_join(work_directory(work), RESERVE_NAME);
	bool used = path && path_exists(path) && !disk_remove(path, NULL);
	free(path);
	return used;
}

int work_save(const struct work *work, const struct work_state *state, struct error *err)
{
	struct buffer text = {0};
	struct jv *object = state_json(state);
	char *path = path_join(work_directory(work), "rip.json");
	int status = path ? jv_dump(object, JV_PRETTY, &text, err)
			  : error_set(err, ERR_MEMORY, "out of memory");
	if (!status && !state->committing)
		add_reads(&text, &state->reads);
	if (!status && text.failed)
		status = error_set(err, ERR_MEMORY, "out of memory");
	if (!status && text.len > STATE_LIMIT)
		status = error_set(err, ERR_UNSUPPORTED,
			"the disc is damaged in more places than can be put on record (%zu)",
			state->reads.count);
	if (!status)
		status = atomic_file_replace(path, NULL, text.data, text.len, err);
	if (status == ERR_NO_SPACE && use_reserve(work))
		status = atomic_file_replace(path, NULL, text.data, text.len, err);
	free(path);
	jv_free(object);
	buffer_release(&text);
	return status;
}

/* A member as a string that the caller frees; NULL if it is not there. */
static char *take_text(const struct jv *object, const char *key)
{
	struct buffer bytes = {0};
	if (!jv_get_bytes(object, key, &bytes)) {
		buffer_release(&bytes);
		return NULL;
	}
	return buffer_steal(&bytes);
}

static bool copy_text(const struct jv *object, const char *key, char *out, size_t size)
{
	const char *text = jv_get_text(object, key);
	if (!text || strlen(text) >= size)
		return false;
	strcpy(out, text);
	return true;
}

/* An element of a row as a number from 0 to limit. */
static bool row_number(const struct jv *row, size_t index, uint32_t limit, uint32_t *number)
{
	int64_t value = jv_int(jv_at(row, index), -1);
	if (value < 0 || value > limit)
		return false;
	*number = (uint32_t)value;
	return true;
}

/* What stands at the end of a row since there are discs of several tracks. */
static bool read_row_end(const struct jv *row, struct read_range *range)
{
	uint32_t track, rebuilt;
	if (!row_number(row, 6, DISC_MAX_TRACKS, &track) || !row_number(row, 7, 1, &rebuilt) ||
		!row_number(row, 8, UINT32_MAX, &range->effort.rereads) ||
		!row_number(row, 9, UINT32_MAX, &range->effort.jitter) ||
		!row_number(row, 10, UINT32_MAX, &range->effort.skips))
		return false;
	range->track = (uint8_t)track;
	range->rebuilt = rebuilt;
	return true;
}

/* The numbers of form 1 as today's: it knew fewer states and confirmations. */
static bool translate_row(struct read_range *range)
{
	static const enum read_state states[] = {READ_STATE_READ, READ_STATE_UNREADABLE};
	static const enum read_confirmation confirmations[] = {
		READ_CONFIRMED_BY_DRIVE, READ_CONFIRMED_BY_FILE, READ_UNCONFIRMED};
	if ((size_t)range->state >= sizeof(states) / sizeof(states[0]) ||
		(size_t)range->confirmation >= sizeof(confirmations) / sizeof(confirmations[0]))
		return false;
	range->state = states[range->state];
	range->confirmation = confirmations[range->confirmation];
	return true;
}

static bool read_row(
	const struct jv *row, uint32_t sectors, bool is_first_form, struct read_range *range)
{
	uint32_t state, pass, confirmation;
	*range = (struct read_range){0};
	if (!row_number(row, 0, sectors, &range->extent.lba) ||
		!row_number(row, 1, sectors - range->extent.lba, &range->extent.count) ||
		!row_number(row, 2, READ_STATE_UNREADABLE, &state) ||
		!row_number(row, 3, READ_PASS_RETRY, &pass) ||
		!row_number(row, 4, READ_UNCONFIRMED, &confirmation) ||
		!row_number(row, 5, UINT32_MAX, &range->attempts) || !range->extent.count)
		return false;
	range->state = (enum read_state)state;
	range->pass = (enum read_pass)pass;
	range->confirmation = (enum read_confirmation)confirmation;
	return is_first_form ? translate_row(range) : read_row_end(row, range);
}

static int read_reads(
	const struct jv *array, bool is_first_form, struct work_state *state, struct error *err)
{
	for (size_t i = 0; i < jv_size(array); i++) {
		struct read_range range;
		if (!read_row(jv_at(array, i), state->sectors, is_first_form, &range))
			return error_set(err, ERR_INVALID,
				"its list of reads is broken at entry %zu", i + 1);
		int status = read_record_set(&state->reads, &range, err);
		if (status)
			return status;
	}
	return 0;
}

/* What the next step joins to a path: "v" and a number, no zero before it (OCFL 1.1, 3.4). */
static bool is_version(const char *text)
{
	return text[0] == 'v' && text[1] >= '1' && text[1] <= '9' &&
	       text[1 + strspn(text + 1, "0123456789")] == '\0';
}

static int state_read(const struct jv *object, struct work_state *state, struct error *err)
{
	const struct jv *carrier = jv_get(object, "carrier");
	const char *word = jv_get_text(object, "state"), *format = jv_get_text(object, "format");
	int64_t sectors = jv_get_int(object, "sectors", -1),
		form = jv_get_int(object, "theca_work", 0);
	state->carrier.id = take_text(carrier, "id");
	state->carrier.title = take_text(carrier, "title");
	state->carrier.note = take_text(carrier, "note");
	state->source = take_text(object, "source");
	state->operator_name = take_text(object, "operator");
	state->source_size = jv_get_int(object, "source_size", -1);
	state->source_modified = jv_get_int(object, "source_modified", -1);
	state->source_modified_nanoseconds = jv_get_int(object, "source_modified_nanoseconds", -1);
	state->source_files = jv_get_int(object, "source_files", 0);
	state->started = jv_get_int(object, "started", 0);
	state->contents = take_text(object, "contents");
	state->committing = word && !strcmp(word, "committing");
	if (form < 1 || form > 2 || !word ||
		(format && !image_format_by_name(format, &state->format)) || !state->carrier.id ||
		sectors < 1 || sectors > UINT32_MAX ||
		!copy_text(carrier, "uuid", state->carrier.uuid, UUID_SIZE))
		return error_set(err, ERR_INVALID, "it is not the state of a rip");
	state->sectors = (uint32_t)sectors;
	if (!state->committing)
		return read_reads(jv_get(object, "reads"), form == 1, state, err);
	if (!copy_text(object, "object_id", state->object_id, sizeof(state->object_id)) ||
		!copy_text(object, "version", state->version, sizeof(state->version)) ||
		!copy_text(object, "ingestion_uuid", state->ingestion_uuid, UUID_SIZE) ||
		!is_version(state->version) || strncmp(state->object_id, "urn:uuid:", 9) != 0 ||
		!uuid_is_valid(state->object_id + 9) || !uuid_is_valid(state->ingestion_uuid))
		return error_set(err, ERR_INVALID, "it does not say what is being committed");
	return 0;
}

static int load_from(const char *directory, struct work_state *state, struct error *err)
{
	char *path = path_join(directory, "rip.json"), *text = NULL;
	struct jv *object = NULL;
	size_t len = 0;
	*state = (struct work_state){0};
	int status = path ? path_read(path, STATE_LIMIT, &text, &len, err)
			  : error_set(err, ERR_MEMORY, "out of memory");
	if (!status) {
		status = jv_parse(text, len, &object, err);
		if (!status)
			status = state_read(object, state, err);
		if (status)
			error_prefix(err, "%s", path);
	}
	if (status)
		work_state_release(state);
	jv_free(object);
	free(text);
	free(path);
	return status;
}

int work_peek(const struct archive *archive, const char *name, struct work_state *state,
	struct error *err)
{
	char *directory = path_join(archive->work, name);
	int status = directory ? load_from(directory, state, err)
			       : error_set(err, ERR_MEMORY, "out of memory");
	free(directory);
	return status;
}

int work_load(const struct work *work, struct work_state *state, struct error *err)
{
	return load_from(work_directory(work), state, err);
}

void work_state_release(struct work_state *state)
{
	free(state->carrier.id);
	free(state->carrier.title);
	free(state->carrier.note);
	free(state->source);
	free(state->contents);
	free(state->operator_name);
	read_record_release(&state->reads);
	*state = (struct work_state){0};
}

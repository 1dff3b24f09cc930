/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/sheet_image.h"

#include "base/bytes.h"
#include "base/path.h"
#include "image/cue.h"
#include "image/sector.h"
#include "image/sheet_files.h"
#include "image/sheet_layout.h"
#include "image/text_encoding.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define MAX_READ 256u
#define LONGEST_WARNING 1024u /* bytes */
#define SUFFIX ".cue"

struct sheet_image {
	struct sector_source base;
	struct sheet_files files;
	struct sheet_layout layout;
};

bool sheet_image_is_sheet(const char *path)
{
	size_t len = strlen(path), suffix = strlen(SUFFIX);
	return len > suffix && !strcasecmp(path + len - suffix, SUFFIX);
}

/* ---- reading ---- */

static void swap_samples(uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2) {
		uint8_t first = bytes[i];
		bytes[i] = bytes[i + 1];
		bytes[i + 1] = first;
	}
}

/*
 * Makes raw sectors of count ones as the file has them, which lie at the end of the room for the
 * raw ones.
 */
static void frame_sectors(
	const struct sheet_segment *segment, uint32_t lba, uint8_t *buffer, uint32_t count)
{
	const size_t size = segment->sector_size;
	const uint8_t *stored = buffer + count * (DISC_RAW_SECTOR_SIZE - size);
	for (uint32_t i = 0; i < count; i++) {
		uint8_t *sector = buffer + (size_t)i * DISC_RAW_SECTOR_SIZE;
		memmove(sector + 16, stored + i * size, size);
		if (segment->framing == SHEET_IN_MODE1)
			sector_frame_mode1(sector, lba + i);
		else
			sector_frame_mode2(sector, lba + i);
	}
}

/* Reads count sectors of a segment, from one of its own on. */
static enum source_status read_segment(struct sheet_image *image,
	const struct sheet_segment *segment, uint32_t from, uint32_t count, uint8_t *buffer,
	struct error *err)
{
	const struct sheet_file *file = &image->files.files[segment->file];
	const size_t size = segment->sector_size, len = count * size;
	uint8_t *stored = buffer + count * (DISC_RAW_SECTOR_SIZE - size);
	int e = sheet_file_read(file, segment->offset + (uint64_t)from * size, stored, len);
	if (e < 0)
		error_set(err, ERR_IO, "%s became shorter while it was read", file->name);
	else if (e)
		error_set_errno(err, e, "cannot read %s at sector %u of the image", file->name,
			segment->sector + from);
	if (e)
		return image_file_status_of(e);
	if (segment->framing == SHEET_SWAPPED)
		swap_samples(stored, len);
	else if (segment->framing != SHEET_AS_IT_IS)
		frame_sectors(segment, segment->lba + from, buffer, count);
	return SOURCE_OK;
}

static void note_rebuilt(
	const struct sheet_segment *segment, struct sector_note *notes, uint32_t count)
{
	bool rebuilt = segment->framing == SHEET_IN_MODE1 || segment->framing == SHEET_IN_MODE2;
	for (uint32_t i = 0; i < count; i++)
		notes[i].rebuilt = rebuilt;
}

static enum source_status sheet_image_read(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	struct sheet_image *image = (struct sheet_image *)source;
	enum source_status status = SOURCE_OK;
	for (uint32_t done = 0; status == SOURCE_OK && done < extent.count;) {
		const struct sheet_segment *segment =
			sheet_layout_at(&image->layout, extent.lba + done);
		uint32_t from = extent.lba + done - segment->sector;
		uint32_t count = segment->count - from;
		if (count > extent.count - done)
			count = extent.count - done;
		status = read_segment(image, segment, from, count,
			buffer + (size_t)done * DISC_RAW_SECTOR_SIZE, err);
		note_rebuilt(segment, notes + done, count);
		done += count;
	}
	return status;
}

static void sheet_image_close(struct sector_source *source)
{
	struct sheet_image *image = (struct sheet_image *)source;
	sheet_files_release(&image->files);
	sheet_layout_release(&image->layout);
	free(image);
}

/* ---- state ---- */

/*
 * Stirs a number into a sum, so that any change of any gives another sum (the finalizer of
 * MurmurHash3).
 */
static uint64_t stir(uint64_t sum, uint64_t number)
{
	sum = (sum ^ number) + 0x9E3779B97F4A7C15u;
	sum = (sum ^ sum >> 33) * 0xFF51AFD7ED558CCDu;
	sum = (sum ^ sum >> 33) * 0xC4CEB9FE1A85EC53u;
	return sum ^ sum >> 33;
}

static void add_state(struct image_file_state *sum, const struct image_file_state *one)
{
	sum->size += one->size;
	if (one->modified > sum->modified ||
		(one->modified == sum->modified &&
			one->modified_nanoseconds > sum->modified_nanoseconds)) {
		sum->modified = one->modified;
		sum->modified_nanoseconds = one->modified_nanoseconds;
	}
	sum->files = stir(sum->files, one->size);
	sum->files = stir(sum->files, (uint64_t)one->modified);
	sum->files = stir(sum->files, (uint64_t)one->modified_nanoseconds);
	sum->inode = stir(sum->inode, one->inode);
	sum->device = stir(sum->device, one->device);
	sum->changed = (int64_t)stir((uint64_t)sum->changed, (uint64_t)one->changed);
	sum->changed_nanoseconds = (int64_t)stir(
		(uint64_t)sum->changed_nanoseconds, (uint64_t)one->changed_nanoseconds);
}

/* ---- opening ---- */

/* A sheet with its files open. */
struct sheet {
	struct cue *cue;
	struct sheet_files files;
	struct image_file_state state;
};

static void sheet_release(struct sheet *sheet)
{
	sheet_files_release(&sheet->files);
	cue_free(sheet->cue);
}

static int read_cue(struct cue **cue, const char *path, cue_listener *listener, void *context,
	struct error *err)
{
	struct stat st;
	char *bytes = NULL;
	size_t len = 0;
	if (!lstat(path, &st) && S_ISLNK(st.st_mode))
		return error_set(err, ERR_INVALID,
			"this is a symbolic link; name the sheet itself, whose folder has its "
			"files");
	int status = path_read(path, CUE_LIMIT, &bytes, &len, err);
	if (!status)
		status = cue_read(cue, (const uint8_t *)bytes, len, listener, context, err);
	free(bytes);
	return status;
}

/* The caller releases the sheet, whether it could be opened or not. */
static int sheet_open(struct sheet *sheet, const char *path, cue_listener *listener, void *context,
	struct error *err)
{
	struct image_file_state state;
	char *folder = path_parent(path);
	*sheet = (struct sheet){0};
	int status = folder ? image_file_look(path, &state, err)
			    : error_set(err, ERR_MEMORY, "out of memory");
	if (!status)
		status = read_cue(&sheet->cue, path, listener, context, err);
	if (!status)
		status =
			sheet_files_open(&sheet->files, folder, sheet->cue, listener, context, err);
	if (!status)
		add_state(&sheet->state, &state);
	for (size_t i = 0; i < sheet->files.count; i++)
		add_state(&sheet->state, &sheet->files.files[i].state);
	free(folder);
	if (status)
		error_prefix(err, "%s", path);
	return status;
}

int sheet_image_look(const char *path, struct image_file_state *state, struct error *err)
{
	struct sheet sheet;
	int status = sheet_open(&sheet, path, NULL, NULL, err);
	*state = sheet.state;
	sheet_release(&sheet);
	return status;
}

/* A warning as a line of clean text. */
static void write_warning(struct buffer *text, unsigned line, const char *words)
{
	if (line)
		buffer_printf(text, "line %u: ", line);
	text_encoding_decode(
		ENCODING_UTF8, (const uint8_t *)words, strnlen(words, LONGEST_WARNING), text);
	for (size_t i = 0; i < text->len; i++)
		if (text->data[i] == '\n' || text->data[i] == '\r')
			text->data[i] = ' ';
	buffer_putc(text, '\n');
}

/* A cue_listener: writes down the warnings, as many as fit. */
static void keep_warning(
	void *context, enum cue_severity severity, unsigned line, const char *words)
{
	static const char more[] = "there are more warnings\n";
	struct sheet_facts *facts = context;
	struct buffer text = {0};
	size_t used = strlen(facts->warnings), room = sizeof(facts->warnings) - used;
	if (severity != CUE_WARNING || strstr(facts->warnings, more))
		return;
	write_warning(&text, line, words);
	if (!text.failed && room > text.len + sizeof(more))
		memcpy(facts->warnings + used, text.data, text.len + 1);
	else
		memcpy(facts->warnings + used, more, sizeof(more));
	buffer_release(&text);
}

static bool is_plain_iso(const struct cue *cue, const struct disc *disc)
{
	const struct track *track = &disc->tracks[0];
	return cue->file_count == 1 && disc->track_count == 1 && track->number == 1 &&
	       track->mode == TRACK_MODE1 && cue->tracks[0].sector_size == DISC_SECTOR_SIZE &&
	       track->lba == 0 && !track->unstored_postgap && !track->index_count;
}

static int make_layout(struct sheet_layout *layout, struct disc *disc, const struct sheet *sheet,
	struct sheet_facts *facts, struct error *err)
{
	struct sheet_size sizes[CUE_MAX_FILES];
	for (size_t i = 0; i < sheet->files.count; i++) {
		const struct sheet_file *file = &sheet->files.files[i];
		sizes[i] = (struct sheet_size){.bytes = file->size, .is_wave = file->is_wave};
	}
	return sheet_layout_make(layout, disc, sheet->cue, sizes, keep_warning, facts, err);
}

static int build(struct sheet_image *image, const char *path, struct disc *disc,
	struct sheet_facts *facts, struct error *err)
{
	static const struct sector_source_ops ops = {sheet_image_read, sheet_image_close};
	struct sheet sheet;
	int status = sheet_open(&sheet, path, keep_warning, facts, err);
	if (!status) {
		status = make_layout(&image->layout, disc, &sheet, facts, err);
		if (status)
			error_prefix(err, "%s", path);
	}
	if (!status) {
		facts->state = sheet.state;
		facts->is_plain_iso = is_plain_iso(sheet.cue, disc);
		image->files = sheet.files;
		sheet.files = (struct sheet_files){0};
		image->base = (struct sector_source){
			.ops = &ops,
			.sectors = disc_image_sectors(disc),
			.sector_size = DISC_RAW_SECTOR_SIZE,
			.max_read = MAX_READ,
			.confirmation = READ_CONFIRMED_BY_FILE,
		};
	}
	sheet_release(&sheet);
	return status;
}

int sheet_image_open(struct sector_source **out, const char *path, struct disc *disc,
	struct sheet_facts *facts, struct error *err)
{
	struct sheet_image *image = calloc(1, sizeof(*image));
	*facts = (struct sheet_facts){0};
	if (!image)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = build(image, path, disc, facts, err);
	if (status) {
		sheet_image_close(&image->base);
		return status;
	}
	*out = &image->base;
	return 0;
}

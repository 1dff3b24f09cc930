/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/udf.h"

#include <string.h>

enum tag_id {
	TAG_PRIMARY = 1,
	TAG_ANCHOR = 2,
	TAG_POINTER = 3,
	TAG_PARTITION = 5,
	TAG_LOGICAL = 6,
	TAG_TERMINATING = 8,
};

#define TAG_SIZE 16u
/*
 * Discs have six descriptors in a sequence of 16 sectors; a hostile one shall not send us over the
 * whole disc.
 */
#define SEQUENCE_MAX 32u
#define READS_MAX 150u

/* CRC-ITU-T of ECMA-167 7.2.6: polynomial 0x1021, initial value 0. */
static uint16_t crc_itu(const uint8_t *bytes, size_t len)
{
	uint16_t crc = 0;
	for (size_t i = 0; i < len; i++) {
		crc = (uint16_t)(crc ^ bytes[i] << 8);
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
	}
	return crc;
}

/* The id of a descriptor whose tag is whole and in its place, else 0. */
static unsigned tag_check(const uint8_t *sector, uint32_t lba)
{
	uint8_t sum = 0;
	for (size_t i = 0; i < TAG_SIZE; i++)
		if (i != 4)
			sum = (uint8_t)(sum + sector[i]);
	size_t crc_len = bytes_le16(sector + 10);
	if (sum != sector[4] || crc_len > DISC_SECTOR_SIZE - TAG_SIZE ||
		bytes_le32(sector + 12) != lba)
		return 0;
	if (bytes_le16(sector + 8) != crc_itu(sector + TAG_SIZE, crc_len))
		return 0;
	return bytes_le16(sector);
}

/* ---- strings ---- */

static void add_utf8(struct buffer *out, uint32_t c)
{
	if (c < 0x80) {
		buffer_putc(out, (char)c);
		return;
	}
	int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};
	buffer_putc(out, (char)(lead[more] | c >> 6 * more));
	while (more-- > 0)
		buffer_putc(out, (char)(0x80 | (c >> 6 * more & 0x3F)));
}

static uint32_t unit16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static void add_utf16(struct buffer *out, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2) {
		uint32_t c = unit16(bytes + i);
		if (c >= 0xD800 && c < 0xDC00 && i + 3 < len) {
			uint32_t low = unit16(bytes + i + 2);
			if (low >= 0xDC00 && low < 0xE000) {
				c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
				i += 2;
			}
		}
		add_utf8(out, c);
	}
}

bool udf_dstring(const uint8_t *field, size_t size, struct buffer *out)
{
	size_t used = size ? field[size - 1] : 0; /* with the compression id */
	if (used < 2 || used > size - 1)
		return false;
	switch (field[0]) {
	case 8:
		for (size_t i = 1; i < used; i++)
			add_utf8(out, field[i]);
		return true;
	case 16:
		add_utf16(out, field + 1, used - 1);
		return used > 2;
	default:
		return false;
	}
}

/* ---- descriptors ---- */

/* A volume descriptor sequence while it is walked. */
struct sequence {
	volume_read *read;
	void *context;
	uint32_t sectors;
	struct buffer primary, logical; /* the labels found */
	uint32_t primary_at,
		logical_at; /* descriptor sequence numbers: of several the highest prevails */
	uint32_t end;
	uint8_t pointer[8]; /* the extent_ad of a volume descriptor pointer, */
	bool has_pointer; /* if there was one */
	bool found;
	unsigned reads;
};

/* Keeps the d-string of a descriptor unless one that prevails was seen. */
static void keep_label(struct sequence *sequence, const uint8_t *sector, const uint8_t *field,
	size_t size, struct buffer *label, uint32_t *at)
{
	uint32_t number = bytes_le32(sector + 16);
	sequence->found = true;
	if (label->len && number < *at)
		return;
	*at = number;
	buffer_clear(label);
	udf_dstring(field, size, label);
}

static void keep_partition(struct sequence *sequence, const uint8_t *sector)
{
	uint64_t end = (uint64_t)bytes_le32(sector + 188) + bytes_le32(sector + 192);
	if (end > sequence->end && end <= UINT32_MAX)
		sequence->end = (uint32_t)end;
}

static unsigned read_descriptor(struct sequence *sequence, uint32_t lba, uint8_t *sector)
{
	if (lba >= sequence->sectors || sequence->reads++ >= READS_MAX)
		return 0;
	if (sequence->read(sequence->context, lba, sector) != 0)
		return 0;
	return tag_check(sector, lba);
}

static void take_descriptor(struct sequence *sequence, unsigned id, const uint8_t *sector)
{
	switch (id) {
	case TAG_PRIMARY:
		keep_label(sequence, sector, sector + 24, 32, &sequence->primary,
			&sequence->primary_at);
		break;
	case TAG_LOGICAL:
		keep_label(sequence, sector, sector + 84, 128, &sequence->logical,
			&sequence->logical_at);
		break;
	case TAG_PARTITION:
		keep_partition(sequence, sector);
		break;
	case TAG_POINTER:
		memcpy(sequence->pointer, sector + 20, sizeof(sequence->pointer));
		sequence->has_pointer = true;
		break;
	default:
		break;
	}
}

/* Walks the sectors of an extent_ad: length in bytes, LBA. */
static void walk_extent(struct sequence *sequence, const uint8_t *extent)
{
	uint8_t sector[DISC_SECTOR_SIZE];
	uint32_t count = bytes_le32(extent) / DISC_SECTOR_SIZE, lba = bytes_le32(extent + 4);
	for (uint32_t i = 0; i < count && i < SEQUENCE_MAX && i < UINT32_MAX - lba; i++) {
		unsigned id = read_descriptor(sequence, lba + i, sector);
		if (id == TAG_TERMINATING)
			break;
		take_descriptor(sequence, id, sector);
	}
}

/* Walks a volume descriptor sequence, and the one extent that it may point on to. */
static void walk_sequence(struct sequence *sequence, const uint8_t *extent)
{
	sequence->has_pointer = false;
	walk_extent(sequence, extent);
	if (sequence->has_pointer) {
		uint8_t next[sizeof(sequence->pointer)];
		memcpy(next, sequence->pointer, sizeof(next));
		walk_extent(sequence, next);
	}
}

/* Hands the better of the labels over. */
static void sequence_finish(struct sequence *sequence, struct udf_volume *volume)
{
	struct buffer *best = sequence->logical.len ? &sequence->logical : &sequence->primary;
	buffer_add(&volume->label, buffer_text(best), best->len);
	volume->label.failed |= sequence->primary.failed || sequence->logical.failed;
	volume->end = sequence->end;
	buffer_release(&sequence->primary);
	buffer_release(&sequence->logical);
}

bool udf_volume_find(struct udf_volume *volume, volume_read *read, void *context, uint32_t sectors)
{
	/*
	 * ECMA-167 says 256, N - 256 and N, N being the last sector; some writers counted N
	 * otherwise, and 512 serves open discs
	 */
	const uint64_t anchors[] = {
		256, (uint64_t)sectors - 1, (uint64_t)sectors - 257, (uint64_t)sectors - 256, 512};
	struct sequence sequence = {.read = read, .context = context, .sectors = sectors};
	*volume = (struct udf_volume){0};
	for (size_t i = 0; i < sizeof(anchors) / sizeof(anchors[0]) && !sequence.found; i++) {
		uint8_t anchor[DISC_SECTOR_SIZE];
		if (anchors[i] >= sectors ||
			read_descriptor(&sequence, (uint32_t)anchors[i], anchor) != TAG_ANCHOR)
			continue;
		walk_sequence(&sequence, anchor + 16);
		if (!sequence.found)
			walk_sequence(&sequence, anchor + 24);
	}
	sequence_finish(&sequence, volume);
	return sequence.found;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/volume.h"
#include "image/apple.h"
#include "image/udf.h"

#include <stdbool.h>
#include <string.h>

#define FIRST_DESCRIPTOR 16u
/* Real sets have three to ten descriptors. */
#define DESCRIPTORS_MAX 48u

/* What the recognition sequence shows, descriptor by descriptor. */
struct recognition {
	struct volume *volume;
	bool iso, high_sierra;
	bool extended_area; /* within BEA01 ... TEA01 */
	bool udf;
};

/* Without the spaces and NULs that pad a fixed field. */
static void add_trimmed(struct buffer *out, const uint8_t *field, size_t size)
{
	while (size > 0 && (field[size - 1] == ' ' || field[size - 1] == '\0'))
		size--;
	buffer_add(out, field, size);
}

/*
 * A volume's size in sectors from its size in blocks, both recorded in either byte order; some
 * writers fill in only one.
 */
static uint32_t claimed_sectors(const uint8_t *blocks, const uint8_t *block_size)
{
	uint64_t count = bytes_le32(blocks) ? bytes_le32(blocks) : bytes_be32(blocks + 4);
	uint64_t size = bytes_le16(block_size);
	if (size != 512 && size != 1024)
		size = DISC_SECTOR_SIZE;
	uint64_t sectors = (count * size + DISC_SECTOR_SIZE - 1) / DISC_SECTOR_SIZE;
	return (uint32_t)sectors;
}

static void take_primary(struct volume *volume, const uint8_t *label, const uint8_t *blocks,
	const uint8_t *block_size)
{
	buffer_clear(&volume->label);
	add_trimmed(&volume->label, label, 32);
	volume->claimed_sectors = claimed_sectors(blocks, block_size);
}

/* ECMA-119, 8: the type in byte 0. */
static void take_iso(struct recognition *seen, const uint8_t *sector)
{
	enum { PRIMARY = 1 };
	if (sector[0] == PRIMARY && !seen->iso) {
		seen->iso = true;
		take_primary(seen->volume, sector + 40, sector + 80, sector + 128);
	}
}

/* High Sierra, the draft of 1986: as ISO 9660, but everything eight bytes later, after an LBA. */
static void take_high_sierra(struct recognition *seen, const uint8_t *sector)
{
	enum { PRIMARY = 1 };
	if (sector[8] != PRIMARY || seen->high_sierra || seen->iso)
		return;
	seen->high_sierra = true;
	take_primary(seen->volume, sector + 48, sector + 88, sector + 136);
}

static void take_begin(struct recognition *seen, const uint8_t *sector)
{
	(void)sector;
	seen->extended_area = true;
}

static void take_nsr(struct recognition *seen, const uint8_t *sector)
{
	(void)sector;
	seen->udf |= seen->extended_area;
}

static void take_end(struct recognition *seen, const uint8_t *sector)
{
	(void)sector;
	seen->extended_area = false;
}

static const struct {
	size_t offset;
	char id[6];
	void (*take)(
		struct recognition *seen, const uint8_t *sector); /* NULL: known, of no interest */
} descriptors[] = {
	{1, "CD001", take_iso},
	{9, "CDROM", take_high_sierra},
	{1, "BEA01", take_begin},
	{1, "NSR02", take_nsr},
	{1, "NSR03", take_nsr},
	{1, "TEA01", take_end},
	{1, "BOOT2", NULL},
	{1, "CDW02", NULL},
};

/* False for a sector that is no descriptor: the sequence is over. */
static bool take_descriptor(struct recognition *seen, const uint8_t *sector)
{
	for (size_t i = 0; i < sizeof(descriptors) / sizeof(descriptors[0]); i++) {
		if (memcmp(sector + descriptors[i].offset, descriptors[i].id, 5) != 0)
			continue;
		if (descriptors[i].take)
			descriptors[i].take(seen, sector);
		return true;
	}
	return false;
}

/*
 * A sector that cannot be read is passed over: a scratch on one descriptor shall not hide the next.
 */
static void recognise(struct recognition *seen, volume_read *read, void *context, uint32_t sectors)
{
	uint8_t sector[DISC_SECTOR_SIZE];
	for (uint32_t i = 0; i < DESCRIPTORS_MAX && FIRST_DESCRIPTOR + i < sectors; i++)
		if (read(context, FIRST_DESCRIPTOR + i, sector) == 0 &&
			!take_descriptor(seen, sector))
			break;
}

enum base { BASE_NONE, BASE_ISO, BASE_UDF, BASE_BRIDGE, BASE_HIGH_SIERRA };

static enum base base_of(const struct recognition *seen)
{
	if (seen->iso)
		return seen->udf ? BASE_BRIDGE : BASE_ISO;
	if (seen->udf)
		return BASE_UDF;
	return seen->high_sierra ? BASE_HIGH_SIERRA : BASE_NONE;
}

#define MAP " with an Apple partition map"
#define WITH_APPLE(base)                                                                           \
	{                                                                                          \
		{base, base " and HFS", base " and HFS Plus"},                                     \
			{base MAP, base " and HFS" MAP, base " and HFS Plus" MAP},                 \
	}

static const char *name_of(const struct recognition *seen, const struct apple_marks *apple)
{
	/* without and with a partition map */
	static const char *const names[][2][APPLE_FILE_SYSTEMS] = {
		[BASE_NONE] = {{NULL, "HFS", "HFS Plus"},
			{"Apple partition map", "HFS" MAP, "HFS Plus" MAP}},
		[BASE_ISO] = WITH_APPLE("ISO 9660"),
		[BASE_UDF] = WITH_APPLE("UDF"),
		[BASE_BRIDGE] = WITH_APPLE("ISO 9660 and UDF"),
		[BASE_HIGH_SIERRA] = WITH_APPLE("High Sierra"),
	};
	return names[base_of(seen)][apple->has_map][apple->file_system];
}

/* Adds what UDF says: its label where there is no other, its end where that lies farther. */
static void add_udf(struct volume *volume, volume_read *read, void *context, uint32_t sectors)
{
	struct udf_volume udf;
	udf_volume_find(&udf, read, context, sectors);
	if (volume->label.len == 0)
		add_trimmed(
			&volume->label, (const uint8_t *)buffer_text(&udf.label), udf.label.len);
	if (udf.end > volume->claimed_sectors)
		volume->claimed_sectors = udf.end;
	volume->label.failed |= udf.label.failed;
	buffer_release(&udf.label);
}

int volume_identify(struct volume *volume, volume_read *read, void *context, uint32_t sectors,
	struct error *err)
{
	*volume = (struct volume){0};
	struct recognition seen = {.volume = volume};
	struct apple_marks apple;
	recognise(&seen, read, context, sectors);
	if (seen.udf)
		add_udf(volume, read, context, sectors);
	apple_find(&apple, read, context, sectors);
	volume->file_system = name_of(&seen, &apple);
	if (volume->label.failed) {
		volume_release(volume);
		return error_set(err, ERR_MEMORY, "out of memory for the volume's label");
	}
	return ERR_NONE;
}

void volume_release(struct volume *volume)
{
	buffer_release(&volume->label);
	*volume = (struct volume){0};
}

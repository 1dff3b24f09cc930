/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/apple.h"

#include <string.h>

#define SMALL_BLOCK 512u
#define VOLUME_HEADER 1024u /* bytes from the beginning of a volume to its signature */
#define EMBEDDED 124u /* from there to the signature of the volume within a wrapper */
/* Real maps have two to ten entries. */
#define ENTRIES_MAX 16u

struct image {
	volume_read *read;
	void *context;
	uint32_t sectors;
};

/* Gives the bytes at an offset that lie within one sector with those after it; NULL if there are none. */
static const uint8_t *bytes_at(
	const struct image *image, uint64_t offset, uint8_t sector[DISC_SECTOR_SIZE])
{
	uint64_t lba = offset / DISC_SECTOR_SIZE;
	if (lba >= image->sectors || image->read(image->context, (uint32_t)lba, sector) != 0)
		return NULL;
	return sector + offset % DISC_SECTOR_SIZE;
}

static bool is_mark(const uint8_t *bytes, const char *mark)
{
	return bytes && memcmp(bytes, mark, 2) == 0;
}

/* The file system of the volume that begins at a multiple of 512 bytes. */
static enum apple_file_system find_volume(const struct image *image, uint64_t offset)
{
	uint8_t sector[DISC_SECTOR_SIZE];
	const uint8_t *header = bytes_at(image, offset + VOLUME_HEADER, sector);
	if (is_mark(header, "H+") || is_mark(header, "HX"))
		return APPLE_HFS_PLUS;
	if (!is_mark(header, "BD"))
		return APPLE_NO_FILE_SYSTEM;
	return is_mark(header + EMBEDDED, "H+") ? APPLE_HFS_PLUS : APPLE_HFS;
}

/* The size of a map's blocks; 0 if there is no map. */
static uint32_t map_block_size(const struct image *image)
{
	uint8_t sector[DISC_SECTOR_SIZE];
	if (!is_mark(bytes_at(image, 0, sector), "ER"))
		return 0;
	if (is_mark(sector + SMALL_BLOCK, "PM"))
		return SMALL_BLOCK;
	return is_mark(bytes_at(image, DISC_SECTOR_SIZE, sector), "PM") ? DISC_SECTOR_SIZE : 0;
}

/* The file system in the first partition that has one. */
static enum apple_file_system find_partition(const struct image *image, uint32_t block_size)
{
	enum apple_file_system found = APPLE_NO_FILE_SYSTEM;
	uint32_t count = 1;
	for (uint32_t i = 0; i < count && i < ENTRIES_MAX && !found; i++) {
		uint8_t sector[DISC_SECTOR_SIZE];
		const uint8_t *entry = bytes_at(image, (uint64_t)(i + 1) * block_size, sector);
		if (!is_mark(entry, "PM"))
			break;
		count = bytes_be32(entry + 4);
		if (strncmp((const char *)entry + 48, "Apple_HFS", 32) == 0)
			found = find_volume(image, (uint64_t)bytes_be32(entry + 8) * block_size);
	}
	return found;
}

void apple_find(struct apple_marks *marks, volume_read *read, void *context, uint32_t sectors)
{
	const struct image image = {.read = read, .context = context, .sectors = sectors};
	uint32_t block_size = map_block_size(&image);
	marks->has_map = block_size != 0;
	marks->file_system = find_volume(&image, 0);
	if (marks->has_map && !marks->file_system)
		marks->file_system = find_partition(&image, block_size);
}

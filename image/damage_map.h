/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Damage map: for every sector of an image, how far its recovery got. Sorted, coalesced, gapless.
 *
 * Its file is GNU ddrescue's mapfile (ddrescue manual, "Mapfile structure"), so that ddrescue, ddrescuelog and ddrescueview
 * read it, and the rip of a 2048-byte image can be continued with ddrescue itself:
 *
 *   # comments                               positions and sizes in bytes of the image, 2048 or 2352 a sector
 *   # current_pos  current_status  current_pass
 *   0x00000000     +               1
 *   #      pos        size  status           '?' non-tried  '*' non-trimmed  '/' non-scraped
 *   0x00000000  0x0005F800  +                '-' bad sector  '+' finished
 *   0x0005F800  0x00000800  -
 */
#ifndef THECA_IMAGE_DAMAGE_MAP_H
#define THECA_IMAGE_DAMAGE_MAP_H

#include "base/bytes.h"
#include "base/error.h"
#include "image/extent.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum map_status {
	MAP_NON_TRIED = '?',
	MAP_NON_TRIMMED = '*',
	MAP_NON_SCRAPED = '/',
	MAP_BAD = '-',
	MAP_FINISHED = '+',
};

struct damage_map;

/* A map of `sectors` sectors, all non-tried; the caller frees. */
int damage_map_new(struct damage_map **out, uint32_t sectors, struct error *err);
void damage_map_free(struct damage_map *map);
uint32_t damage_map_sectors(const struct damage_map *map);
/* Sets the status of an extent; what lies past the end is ignored. Only ERR_MEMORY. */
int damage_map_set(
	struct damage_map *map, struct extent extent, enum map_status status, struct error *err);
enum map_status damage_map_get(const struct damage_map *map, uint32_t lba);
/* Sectors of that status. */
uint32_t damage_map_count(const struct damage_map *map, enum map_status status);
/* The first extent of that status that ends after lba `from`, cut to begin at `from` or later; false if there is none. */
bool damage_map_next(
	const struct damage_map *map, enum map_status status, uint32_t from, struct extent *extent);
/* The last extent of that status that begins before lba `before`, cut to end at `before`; false if there is none. */
bool damage_map_previous(const struct damage_map *map, enum map_status status, uint32_t before,
	struct extent *extent);
/* Appends the map as a mapfile; comment is one line or NULL. */
void damage_map_format(const struct damage_map *map, uint32_t sector_size, const char *comment,
	struct buffer *out);
/*
 * Reads a mapfile of an image with sectors of sector_size bytes. A position or size that is no whole number of sectors, a gap, an overlap, or more
 * than 2^32-1 sectors is ERR_INVALID with the line. The caller frees *out.
 */
int damage_map_parse(struct damage_map **out, uint32_t sector_size, const uint8_t *bytes,
	size_t len, struct error *err);

#endif

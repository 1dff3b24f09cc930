/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chunk digests: the SHA-256 of each stretch of an image, so that rot is localised.
 *
 *   theca-chunks 1 sha256            format and algorithm
 *   size 1048576 sector 2048         bytes of a chunk and of a sector
 *   file 67108864 SHELF%2F12.iso     bytes and name of the image
 *   9f86d081884c7d659a2feaa0...      one digest a line, in order; the last chunk may be short
 */
#ifndef THECA_STORE_CHUNKS_H
#define THECA_STORE_CHUNKS_H

#include "base/bytes.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define CHUNK_SECTORS 512u     /* of 2048 bytes */
#define CHUNK_RAW_SECTORS 448u /* of 2352 bytes */

struct chunk_list {
	uint32_t chunk_size;
	uint32_t sector_size;
	uint64_t file_size;
	char *file_name;
	uint8_t (*digests)[32];
	size_t count; /* file_size / chunk_size, rounded up */
};

void chunk_list_format(const struct chunk_list *list, struct buffer *out);
/* Reads a chunk list; ERR_INVALID names the line; the count must fit the sizes. The caller releases. */
int chunk_list_parse(struct chunk_list *list, const uint8_t *bytes, size_t len, struct error *err);
void chunk_list_release(struct chunk_list *list);

#endif

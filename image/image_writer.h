/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Image writer: puts sectors where they belong in a staged image, digests running behind as long as they come in order.
 *
 * Sectors that were never put, and stretches of zeros, are holes: they read as zeros. The moment a sector comes out of order the
 * running digests are dropped, and finish reads the whole image once more for them.
 */
#ifndef THECA_IMAGE_IMAGE_WRITER_H
#define THECA_IMAGE_IMAGE_WRITER_H

#include "base/digest_ring.h"
#include "base/error.h"
#include "base/progress.h"
#include "image/extent.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct image_plan {
	uint32_t sectors;
	uint32_t sector_size; /* bytes; a slot of the ring holds whole sectors */
	uint32_t chunk_sectors; /* sectors of one chunk digest */
	unsigned digests; /* DIGEST_BIT mask */
	struct digest_span *spans; /* borrowed; their digests are filled by finish */
	size_t span_count;
	bool go_on; /* the image is there from an earlier, stopped run */
};

struct image_digests {
	struct digest_values values;
	uint8_t (*chunks)[32]; /* the caller of finish frees */
	size_t chunk_count;
	bool while_reading; /* false: the finished image was read for them */
	double cpu_seconds; /* of the digest threads */
};

struct image_writer;

/* Creates the image at its full size, or opens it to go on; ring is borrowed and must outlive the writer. The caller closes. */
int image_writer_open(struct image_writer **out, const char *path, const struct image_plan *plan,
	struct digest_ring *ring, struct error *err);
/* Sectors that fit a slot. */
uint32_t image_writer_slot_sectors(const struct image_writer *writer);
/* A free slot to read into, borrowed until the next put; shared memory (base/digest_ring.h). */
uint8_t *image_writer_slot(struct image_writer *writer);
/* Keeps the first extent.count sectors of the slot just taken as those of the extent. */
int image_writer_put(struct image_writer *writer, struct extent extent, struct error *err);
/* Makes an extent zero again: what an earlier, stopped run may have put there without it being on record. */
int image_writer_clear(struct image_writer *writer, struct extent extent, struct error *err);
/* Waits until all that was put is on the medium. Once it has failed it fails for ever. */
int image_writer_sync(struct image_writer *writer, struct error *err);
/* Syncs, and gives the digests of the whole image. Progress is reported if the image must be read again. */
int image_writer_finish(struct image_writer *writer, struct image_digests *digests,
	const struct progress *progress, struct error *err);
void image_writer_close(struct image_writer *writer);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Digest ring: one producer fills slots, each digest runs on a thread of its own behind it.
 *
 *   producer:  acquire ─▶ fill ─▶ publish          slot 0   slot 1   slot 2  ...  slot N-1
 *   md5:       . . . . . . . . ▲ 12                [ 16 ]   [ 13 ]   [ 14 ]       [ 15 ]
 *   sha512:    . . . . . ▲ 9     each digest walks the published slots in order; a slot is free
 *   pieces:    . . . . . . ▲ 10  again when the slowest has passed it
 *   spans:     . . . . . . ▲ 10
 *
 * The slots are shared memory, page-aligned: a forked reader may fill them, O_DIRECT may read into them.
 */
#ifndef THECA_BASE_DIGEST_RING_H
#define THECA_BASE_DIGEST_RING_H

#include "base/digest.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define DIGEST_RING_SLOT_SIZE (1u << 20)
#define DIGEST_RING_SLOTS 16u

struct digest_ring;

/* A stretch of the bytes that gets digests of its own: CRC-32 and SHA-256. */
struct digest_span {
	uint64_t offset, size; /* bytes */
	struct digest_values values; /* filled by finish */
};

/* Maps the slots; starts no thread yet, so that the caller may fork first. The caller frees. */
int digest_ring_new(struct digest_ring **out, struct error *err);
/* All slots as one mapping of DIGEST_RING_SLOTS * DIGEST_RING_SLOT_SIZE bytes; borrowed. */
uint8_t *digest_ring_memory(struct digest_ring *ring);
/*
 * Starts a run: one thread for each algorithm in the mask (DIGEST_BIT), and, with piece_size > 0, one that takes
 * the SHA-256 of each piece_size bytes (the last piece may be short), and, with spans, one for these: ascending, without overlap, borrowed
 * until the run has ended. A run begins at offset 0.
 */
int digest_ring_start(struct digest_ring *ring, unsigned algorithms, size_t piece_size,
	struct digest_span *spans, size_t span_count, struct error *err);
/* The next slot to fill, waiting until it is free; borrowed until published. */
uint8_t *digest_ring_acquire(struct digest_ring *ring);
/* Hands len bytes (at most DIGEST_RING_SLOT_SIZE) of the acquired slot to the digests. */
void digest_ring_publish(struct digest_ring *ring, size_t len);
/*
 * Ends the run: waits for the digests and gives their values; those of a span that the bytes did not reach are ERR_INVALID. *pieces (may be NULL) receives an array of 32-byte SHA-256
 * digests that the caller frees, *piece_count their number.
 */
int digest_ring_finish(struct digest_ring *ring, struct digest_values *values,
	uint8_t (**pieces)[32], size_t *piece_count, struct error *err);
/* Ends the run and forgets it; nothing happens if none is on. */
void digest_ring_cancel(struct digest_ring *ring);
/* CPU seconds that the digest threads of the last finished run spent. */
double digest_ring_cpu_seconds(const struct digest_ring *ring);
void digest_ring_free(struct digest_ring *ring);

#endif

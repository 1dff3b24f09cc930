/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sightings: what the last readings of each sector gave, as 64-bit hashes of the bytes in the place where the drive put them.
 *
 * Paranoia puts readings together by what they have in common, wherever the drive put it; it cannot tell where that belongs. A sector that two
 * readings gave alike in its very place is where it belongs. Not so where all samples are the same: silence looks the same when it is out of place. Such a sector is
 * in its place if the ones before and after it are, in the same reading.
 *
 * Kept for the sectors around the head only, more than paranoia reads ahead.
 */
#ifndef THECA_RIP_SIGHTINGS_H
#define THECA_RIP_SIGHTINGS_H

#include "image/read_record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIGHTINGS_SECTORS 4096u /* a power of two */
#define SIGHTINGS_EACH 16u /* readings of a sector that are remembered */

struct sighting {
	uint32_t sector;
	uint32_t asked; /* readings since the sector was last accounted for */
	uint32_t jitter, skips;
	uint32_t seen; /* readings in all; the last of them are in hashes */
	uint64_t hashes[SIGHTINGS_EACH];
	uint64_t around
		[SIGHTINGS_EACH]; /* of the sectors before and after, where it tells nothing itself; 0: unknown */
};

struct sightings {
	struct sighting at[SIGHTINGS_SECTORS];
};

void sightings_init(struct sightings *sightings);
/* The hash of that many bytes, a multiple of 8. */
uint64_t sighting_hash(const uint8_t *bytes, size_t len);
/* Whether all samples of a sector are the same. */
bool sighting_is_even(const uint8_t *sector);
/* What is known of a sector; one that is not among those kept takes the place of another, and nothing is known of it. */
struct sighting *sightings_of(struct sightings *sightings, uint32_t sector);
/* Enters a reading. */
void sighting_add(struct sighting *sighting, uint64_t hash, uint64_t around);
/* How many of the readings that are remembered gave that; with `around`, how many with the same around it. */
unsigned sighting_count(const struct sighting *sighting, uint64_t hash, bool around);
/* How many are remembered. */
unsigned sighting_total(const struct sighting *sighting);
/* What a sector took since the last time that this was asked. */
struct read_effort sighting_effort(struct sighting *sighting);

#endif

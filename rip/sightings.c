/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/sightings.h"

#include "image/disc.h"

#include <string.h>

/*
 * Readings of a sector that are the ordinary cost of confirming it: two, and up to two more where the stretches that paranoia reads overlap.
 */
#define ORDINARY 2u
#define ORDINARY_MOST 4u

static void forget(struct sighting *sighting, uint32_t sector)
{
	memset(sighting, 0, sizeof(*sighting));
	sighting->sector = sector;
}

void sightings_init(struct sightings *sightings)
{
	for (uint32_t i = 0; i < SIGHTINGS_SECTORS; i++)
		forget(&sightings->at[i], i);
}

uint64_t sighting_hash(const uint8_t *bytes, size_t len)
{
	uint64_t hash = 0x9e3779b97f4a7c15u, word;
	for (size_t i = 0; i < len; i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		hash = (hash ^ word) * 0xff51afd7ed558ccdu;
		hash ^= hash >> 32;
	}
	return hash;
}

bool sighting_is_even(const uint8_t *sector)
{
	return !memcmp(sector, sector + 4, DISC_RAW_SECTOR_SIZE - 4);
}

struct sighting *sightings_of(struct sightings *sightings, uint32_t sector)
{
	struct sighting *sighting = &sightings->at[sector % SIGHTINGS_SECTORS];
	if (sighting->sector != sector)
		forget(sighting, sector);
	return sighting;
}

void sighting_add(struct sighting *sighting, uint64_t hash, uint64_t around)
{
	sighting->hashes[sighting->seen % SIGHTINGS_EACH] = hash;
	sighting->around[sighting->seen % SIGHTINGS_EACH] = around;
	sighting->seen++;
}

unsigned sighting_total(const struct sighting *sighting)
{
	return sighting->seen < SIGHTINGS_EACH ? sighting->seen : SIGHTINGS_EACH;
}

/* How many gave that with those around. */
static unsigned count_around(const struct sighting *sighting, uint64_t hash, uint64_t around)
{
	unsigned count = 0;
	for (unsigned i = 0; i < sighting_total(sighting); i++)
		count += sighting->hashes[i] == hash && sighting->around[i] == around;
	return count;
}

unsigned sighting_count(const struct sighting *sighting, uint64_t hash, bool around)
{
	unsigned same = 0, most = 0;
	for (unsigned i = 0; i < sighting_total(sighting); i++) {
		if (sighting->hashes[i] != hash)
			continue;
		same++;
		unsigned count = around && sighting->around[i]
					 ? count_around(sighting, hash, sighting->around[i])
					 : 0;
		most = count > most ? count : most;
	}
	return around ? most : same;
}

struct read_effort sighting_effort(struct sighting *sighting)
{
	struct read_effort effort = {
		.rereads = sighting->asked > ORDINARY_MOST ? sighting->asked - ORDINARY : 0,
		.jitter = sighting->jitter,
		.skips = sighting->skips,
	};
	sighting->asked = sighting->jitter = sighting->skips = 0;
	return effort;
}

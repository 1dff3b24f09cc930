/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/audio_reader.h"

#include "image/disc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum answer { CAME, FAILED, ENDED };

int audio_reader_init(struct audio_reader *reader, struct sector_source *inner, unsigned tries,
	double (*now)(void), struct error *err)
{
	memset(reader, 0, sizeof(*reader));
	reader->inner = inner;
	reader->tries = tries;
	reader->now = now;
	sightings_init(&reader->sightings);
	if (getrandom(&reader->nonce, sizeof(reader->nonce), 0) != (ssize_t)sizeof(reader->nonce))
		return error_set_errno(err, errno, "the system gives no random bytes");
	reader->given_up = calloc(inner->sectors / 8 + 1, 1);
	return reader->given_up ? 0 : error_set(err, ERR_MEMORY, "out of memory");
}

void audio_reader_release(struct audio_reader *reader)
{
	free(reader->given_up);
	reader->given_up = NULL;
}

void audio_reader_allow(struct audio_reader *reader, uint64_t sectors, double seconds)
{
	reader->asked = 0;
	reader->allowed = sectors;
	reader->deadline = reader->now() + seconds;
	if (reader->state == READER_SPENT)
		reader->state = READER_READS;
}

/* ---- what was given up ---- */

bool audio_reader_gave_up(const struct audio_reader *reader, uint32_t sector)
{
	return reader->given_up[sector / 8] >> sector % 8 & 1;
}

bool audio_reader_gave_up_any(const struct audio_reader *reader, uint32_t first, uint32_t last)
{
	for (uint32_t sector = first; sector <= last; sector++)
		if (audio_reader_gave_up(reader, sector))
			return true;
	return false;
}

bool audio_reader_forgive(struct audio_reader *reader, struct extent extent)
{
	bool any = false;
	for (uint32_t sector = extent.lba; sector < extent_end(extent); sector++) {
		any |= audio_reader_gave_up(reader, sector);
		reader->given_up[sector / 8] &= (uint8_t) ~(1u << sector % 8);
	}
	return any;
}

/* Random words that depend on the sector and the reader alone (splitmix64). */
static void fill(const struct audio_reader *reader, uint32_t sector, uint8_t *bytes)
{
	uint64_t state = reader->nonce + ((uint64_t)sector << 32);
	for (size_t i = 0; i < DISC_RAW_SECTOR_SIZE; i += sizeof(state)) {
		state += 0x9e3779b97f4a7c15u;
		uint64_t word = (state ^ state >> 30) * 0xbf58476d1ce4e5b9u;
		word = (word ^ word >> 27) * 0x94d049bb133111ebu;
		word ^= word >> 31;
		memcpy(bytes + i, &word, sizeof(word));
	}
}

static void give_up(struct audio_reader *reader, uint32_t sector)
{
	reader->given_up[sector / 8] |= (uint8_t)(1u << sector % 8);
}

/* ---- reading ---- */

/*
 * The hash of what a reading gave before and after a sector; 0 if it began or ended there although there was more to read: not where the region ends, nor at a sector
 * that was given up.
 */
static uint64_t hash_around(
	const struct audio_reader *reader, struct extent extent, const uint8_t *buffer, uint32_t i)
{
	const uint8_t *sector = buffer + (size_t)i * DISC_RAW_SECTOR_SIZE;
	const uint32_t at = extent.lba + i;
	const bool first = at == reader->region.lba || audio_reader_gave_up(reader, at - 1);
	const bool last =
		at + 1 == extent_end(reader->region) || audio_reader_gave_up(reader, at + 1);
	uint64_t before = 1, after = 1;
	if ((!i && !first) || (i + 1 == extent.count && !last))
		return 0;
	if (!first)
		before = sighting_hash(sector - DISC_RAW_SECTOR_SIZE, DISC_RAW_SECTOR_SIZE);
	if (!last)
		after = sighting_hash(sector + DISC_RAW_SECTOR_SIZE, DISC_RAW_SECTOR_SIZE);
	return (before * 31 + after) | 1;
}

static void note_sightings(
	struct audio_reader *reader, struct extent extent, const uint8_t *buffer, bool came)
{
	for (uint32_t i = 0; i < extent.count; i++) {
		const uint8_t *sector = buffer + (size_t)i * DISC_RAW_SECTOR_SIZE;
		struct sighting *sighting = sightings_of(&reader->sightings, extent.lba + i);
		sighting->asked += !reader->ordinary;
		if (came)
			sighting_add(sighting, sighting_hash(sector, DISC_RAW_SECTOR_SIZE),
				sighting_is_even(sector) ? hash_around(reader, extent, buffer, i)
							 : 0);
	}
}

/* Asks the inner source once, if there is still something allowed. */
static enum answer ask(struct audio_reader *reader, struct extent extent, uint8_t *buffer)
{
	if (reader->state == READER_READS && reader->asked &&
		(reader->asked >= reader->allowed || reader->now() > reader->deadline))
		reader->state = READER_SPENT;
	if (reader->state != READER_READS)
		return ENDED;
	reader->asked += extent.count;
	enum source_status status = source_read(reader->inner, extent, buffer, &reader->error);
	if (status == SOURCE_GONE) {
		reader->state = READER_GONE;
		return ENDED;
	}
	return status == SOURCE_OK ? CAME : FAILED;
}

/* Asks once more and enters the outcome. */
static enum answer ask_noted(struct audio_reader *reader, struct extent extent, uint8_t *buffer)
{
	enum answer answer = ask(reader, extent, buffer);
	if (answer != ENDED)
		note_sightings(reader, extent, buffer, answer == CAME);
	return answer;
}

/* Reads a single sector, for the last time or the one after. */
static bool read_single(struct audio_reader *reader, uint32_t sector, uint8_t *buffer)
{
	enum answer answer = FAILED;
	for (unsigned i = 0; i < reader->tries && answer == FAILED; i++)
		answer = ask_noted(reader, (struct extent){sector, 1}, buffer);
	if (answer == FAILED) {
		give_up(reader, sector);
		fill(reader, sector, buffer);
	}
	return answer != ENDED;
}

/* Reads sectors none of which was given up; as deep as the count has halves. */
static bool read_piece(struct audio_reader *reader, struct extent extent, uint8_t *buffer)
{
	if (extent.count == 1)
		return read_single(reader, extent.lba, buffer);
	enum answer answer = ask_noted(reader, extent, buffer);
	if (answer != FAILED)
		return answer == CAME;
	const uint32_t half = extent.count / 2;
	return read_piece(reader, (struct extent){extent.lba, half}, buffer) &&
	       read_piece(reader, (struct extent){extent.lba + half, extent.count - half},
		       buffer + (size_t)half * DISC_RAW_SECTOR_SIZE);
}

bool audio_reader_read(
	struct audio_reader *reader, uint32_t sector, uint32_t count, uint8_t *buffer)
{
	for (uint32_t n; count; sector += n, count -= n) {
		const uint32_t most =
			count < reader->inner->max_read ? count : reader->inner->max_read;
		n = 0;
		while (n < most && !audio_reader_gave_up(reader, sector + n))
			n++;
		if (!n) {
			n = 1;
			fill(reader, sector, buffer);
		} else if (!read_piece(reader, (struct extent){sector, n}, buffer)) {
			return false;
		}
		buffer += (size_t)n * DISC_RAW_SECTOR_SIZE;
	}
	return reader->state == READER_READS;
}

bool audio_reader_move(struct audio_reader *reader, uint32_t sector)
{
	uint8_t unwanted[DISC_RAW_SECTOR_SIZE];
	return ask(reader, (struct extent){sector, 1}, unwanted) != ENDED;
}

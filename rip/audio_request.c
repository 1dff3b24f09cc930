/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/audio_request.h"

#include "image/disc.h"

#include <string.h>

/* Sectors that paranoia may displace what it reads by, and a little more. */
#define REACH 40u
/* Readings that agree where others do not, and where paranoia is a witness against them. */
#define DESPITE_OTHERS 3u
#define DESPITE_PARANOIA 5u

uint8_t *audio_request_bytes(const struct audio_request *request, uint32_t i)
{
	return request->buffer + (size_t)i * DISC_RAW_SECTOR_SIZE;
}

static struct sighting *sighting_of(const struct audio_request *request, uint32_t i)
{
	return sightings_of(&request->reader->sightings, request->extent.lba + i);
}

static bool gave_up(const struct audio_request *request, uint32_t i)
{
	return audio_reader_gave_up(request->reader, request->extent.lba + i);
}

bool audio_request_is_open(const struct audio_request *request, uint32_t i)
{
	return !request->pieces[i].settled && !gave_up(request, i);
}

/* Whether bytes are believed that `count` readings of a sector gave, of `total`. */
static bool is_enough(const struct audio_request *request, const struct audio_piece *piece,
	uint64_t hash, unsigned count, unsigned total)
{
	const bool as_delivered = piece->delivered && hash == piece->hash;
	unsigned needed = request->needed;
	if (as_delivered && piece->placed)
		return count >= needed && 3 * count >= total;
	if (piece->delivered && (!as_delivered || request->reader->displaced))
		needed = DESPITE_PARANOIA;
	else if (count < total || request->reader->displaced)
		needed = DESPITE_OTHERS;
	return (count >= needed && 2 * count >= total) ||
	       (count >= DESPITE_PARANOIA && 3 * count >= total);
}

static void settle(struct audio_request *request, uint32_t i, enum read_confirmation confirmation)
{
	request->pieces[i].settled = true;
	request->notes[i].confirmation = confirmation;
}

void audio_request_consider(struct audio_request *request, uint32_t i, const uint8_t *bytes)
{
	struct audio_piece *piece = &request->pieces[i];
	const struct sighting *sighting = sighting_of(request, i);
	const uint64_t hash = sighting_hash(bytes, DISC_RAW_SECTOR_SIZE);
	const unsigned count = sighting_count(sighting, hash, sighting_is_even(bytes));
	const bool as_delivered = piece->delivered && hash == piece->hash;
	if (piece->has_bytes && !as_delivered && count < 2)
		return;
	memcpy(audio_request_bytes(request, i), bytes, DISC_RAW_SECTOR_SIZE);
	piece->has_bytes = true;
	if (is_enough(request, piece, hash, count, sighting_total(sighting)))
		settle(request, i,
			as_delivered ? READ_CONFIRMED_BY_PARANOIA : READ_CONFIRMED_BY_READS);
}

static bool is_near_filler(const struct audio_request *request, uint32_t sector)
{
	const struct extent region = request->reader->region;
	const uint32_t last = extent_end(region) - 1;
	return audio_reader_gave_up_any(request->reader,
		sector - region.lba < REACH ? region.lba : sector - REACH,
		last - sector < REACH ? last : sector + REACH);
}

void audio_request_take(struct audio_request *request, uint32_t i, const uint8_t *bytes)
{
	const uint32_t sector = request->extent.lba + i;
	struct audio_piece *piece = &request->pieces[i];
	if (gave_up(request, i))
		return;
	const bool clear_of_filler = !is_near_filler(request, sector);
	const bool even = sighting_is_even(bytes); /* then what is around it tells its place */
	if (even)
		request->reader->silence_end = sector + 1;
	piece->delivered = true;
	piece->hash = sighting_hash(bytes, DISC_RAW_SECTOR_SIZE);
	piece->placed = clear_of_filler && (even || sector >= request->reader->silence_end + REACH);
	if (piece->settled)
		return;
	memcpy(audio_request_bytes(request, i), bytes, DISC_RAW_SECTOR_SIZE);
	piece->has_bytes = clear_of_filler;
}

/* Whether the sectors on both sides of sector i are the same as it is, and were seen so. */
static bool is_even_around(const struct audio_request *request, uint32_t i)
{
	const struct audio_piece *piece = &request->pieces[i];
	return i > 0 && i + 1 < request->extent.count && piece[-1].delivered &&
	       piece[1].delivered && piece[-1].hash == piece->hash &&
	       piece[1].hash == piece->hash &&
	       sighting_count(sighting_of(request, i - 1), piece->hash, false) >= 2 &&
	       sighting_count(sighting_of(request, i + 1), piece->hash, false) >= 2;
}

/* The anchor is settled already; here it is only found out how. */
void audio_request_judge(struct audio_request *request)
{
	for (uint32_t i = 0; i < request->extent.count; i++) {
		const struct audio_piece *piece = &request->pieces[i];
		const struct sighting *sighting = sighting_of(request, i);
		const uint8_t *bytes = audio_request_bytes(request, i);
		if (!piece->delivered || sighting_hash(bytes, DISC_RAW_SECTOR_SIZE) != piece->hash)
			continue;
		const bool around = sighting_is_even(bytes) && !is_even_around(request, i);
		if (is_enough(request, piece, piece->hash,
			    sighting_count(sighting, piece->hash, around),
			    sighting_total(sighting)))
			settle(request, i, READ_CONFIRMED_BY_PARANOIA);
	}
}

bool audio_request_out_of_place(const struct audio_request *request)
{
	for (uint32_t i = request->extent.count; i > 0; i--)
		if (request->pieces[i - 1].delivered && request->pieces[i - 1].settled)
			return request->notes[i - 1].confirmation != READ_CONFIRMED_BY_PARANOIA;
	return false;
}

/* Writes the note of sector i; whether it came. */
static bool conclude_one(struct audio_request *request, uint32_t i)
{
	struct sector_note *note = &request->notes[i];
	note->effort = sighting_effort(sighting_of(request, i));
	if (request->pieces[i].settled)
		return true;
	note->confirmation = READ_UNCONFIRMED;
	note->state = READ_STATE_DOUBTFUL;
	if (!gave_up(request, i))
		return true;
	note->state = READ_STATE_UNREADABLE;
	memset(audio_request_bytes(request, i), 0, DISC_RAW_SECTOR_SIZE);
	return false;
}

enum source_status audio_request_conclude(
	struct audio_request *request, double seconds, struct error *err)
{
	const uint32_t count = request->extent.count;
	uint32_t came = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (!audio_request_is_open(request, i) || request->pieces[i].has_bytes)
			continue;
		error_set(err, ERR_IO, "sector %u was not read within %.0f seconds",
			request->extent.lba + i, seconds);
		return SOURCE_UNREADABLE;
	}
	for (uint32_t i = 0; i < count; i++)
		came += conclude_one(request, i);
	if (came < count && err)
		*err = request->reader->error;
	return came == count ? SOURCE_OK : SOURCE_PARTLY;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/faulty_audio.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SAMPLES 588 /* of a sector, two channels each */
#define MADE_SECTORS 4096u
#define SLOW_SECONDS 10.0
#define TURN 6.283185307179586

struct faulty {
	struct sector_source base;
	struct faulty_audio disc;
	uint32_t made; /* sectors in content */
	uint8_t *content;
	unsigned *tries; /* of each sector */
	size_t reads, asked;
	uint64_t random;
};

static double clock_seconds;

double faulty_audio_clock(void)
{
	return clock_seconds;
}

static uint32_t draw(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

/* A number from -reach to reach. */
static int draw_within(uint64_t *state, int reach)
{
	return (int)(draw(state) % (unsigned)(2 * reach + 1)) - reach;
}

/* ---- the sound ---- */

static double chord(uint32_t sample)
{
	const double second = sample / 44100.0;
	return 7000 * sin(TURN * 220 * second) + 5000 * sin(TURN * 277.18 * second) +
	       3000 * sin(TURN * 329.63 * second);
}

static int16_t sound_at(enum audio_sound sound, uint32_t sample, uint64_t *random)
{
	switch (sound) {
	case SOUND_NOISE:
		return (int16_t)draw(random);
	case SOUND_CHORD:
		return (int16_t)((int)chord(sample) + draw_within(random, 20));
	case SOUND_TONE:
		return (int16_t)(10000 * sin(TURN * (sample % 100) / 100.0));
	case SOUND_ISLANDS:
		return sample / 20000 % 2 ? (int16_t)chord(sample) : 0;
	case SOUND_SAME:
		return 0x1234;
	default:
		return 0;
	}
}

static void make_sound(struct faulty *faulty)
{
	uint64_t random = faulty->disc.seed;
	for (uint32_t i = 0; i < faulty->made * SAMPLES; i++) {
		int16_t pair[2];
		pair[0] = sound_at(faulty->disc.sound, i, &random);
		pair[1] = faulty->disc.sound == SOUND_NOISE ? (int16_t)draw(&random) : pair[0];
		memcpy(faulty->content + (size_t)i * sizeof(pair), pair, sizeof(pair));
	}
}

const uint8_t *faulty_audio_sector(const struct sector_source *source, uint32_t lba)
{
	const struct faulty *faulty = (const struct faulty *)source;
	return faulty->content + (size_t)(lba % faulty->made) * DISC_RAW_SECTOR_SIZE;
}

/* Copies a stretch of the disc that begins at any byte, even outside it. */
static void copy_from(const struct faulty *faulty, int64_t byte, size_t len, uint8_t *out)
{
	const int64_t size = (int64_t)faulty->disc.sectors * DISC_RAW_SECTOR_SIZE;
	while (len) {
		const int64_t in_sector =
			(byte % DISC_RAW_SECTOR_SIZE + DISC_RAW_SECTOR_SIZE) % DISC_RAW_SECTOR_SIZE;
		size_t n = DISC_RAW_SECTOR_SIZE - (size_t)in_sector;
		n = n < len ? n : len;
		if (byte < 0 || byte >= size)
			memset(out, 0, n);
		else
			memcpy(out,
				faulty_audio_sector(
					&faulty->base, (uint32_t)(byte / DISC_RAW_SECTOR_SIZE)) +
					in_sector,
				n);
		byte += (int64_t)n;
		out += n;
		len -= n;
	}
}

/* ---- the faults ---- */

/* The fault of that kind that this try of a sector meets. */
static bool has_fault(const struct faulty *faulty, uint32_t lba, enum audio_fault_kind kind)
{
	for (size_t i = 0; i < faulty->disc.fault_count; i++) {
		const struct audio_fault *fault = &faulty->disc.faults[i];
		uint32_t count = fault->count ? fault->count : 1;
		if (fault->kind == kind && lba >= fault->lba && lba - fault->lba < count &&
			(!fault->fail_first || faulty->tries[lba] <= fault->fail_first))
			return true;
	}
	return false;
}

static bool has_fault_in(
	const struct faulty *faulty, struct extent extent, enum audio_fault_kind kind)
{
	bool found = false;
	for (uint32_t i = 0; i < extent.count && !found; i++)
		found = has_fault(faulty, extent.lba + i, kind);
	return found;
}

static void spoil(struct faulty *faulty, uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] ^= (uint8_t)(draw(&faulty->random) | 1);
}

/* Fills the buffer as the drive does this time. */
static void deliver(struct faulty *faulty, struct extent extent, uint8_t *buffer)
{
	const struct faulty_audio *disc = &faulty->disc;
	const size_t len = (size_t)extent.count * DISC_RAW_SECTOR_SIZE;
	int64_t byte = (int64_t)extent.lba * DISC_RAW_SECTOR_SIZE;
	if (disc->jitter && (int)(draw(&faulty->random) % 100) < disc->jitter_percent)
		byte += 4 * draw_within(&faulty->random, disc->jitter);
	copy_from(faulty, byte, len, buffer);
	for (uint32_t i = 0; i < extent.count; i++) {
		uint8_t *sector = buffer + (size_t)i * DISC_RAW_SECTOR_SIZE;
		if (has_fault(faulty, extent.lba + i, AUDIO_RANDOM))
			spoil(faulty, sector, DISC_RAW_SECTOR_SIZE);
		if (has_fault(faulty, extent.lba + i, AUDIO_WRONG))
			memset(sector + 1000, 0x55, 100);
	}
	if (disc->burst && (int)(draw(&faulty->random) % 100) < disc->burst_percent) {
		size_t wrong = 1 + draw(&faulty->random) % (unsigned)disc->burst;
		spoil(faulty, buffer + draw(&faulty->random) % (len - wrong), wrong);
	}
}

static enum source_status faulty_read(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	struct faulty *faulty = (struct faulty *)source;
	(void)notes;
	assert_in_range(extent.count, 1, source->max_read);
	assert_true(extent.lba < source->sectors && extent.count <= source->sectors - extent.lba);
	faulty->reads++;
	faulty->asked += extent.count;
	for (uint32_t i = 0; i < extent.count; i++)
		faulty->tries[extent.lba + i]++;
	while (has_fault_in(faulty, extent, AUDIO_HANG))
		pause();
	if (has_fault_in(faulty, extent, AUDIO_SLOW))
		clock_seconds += SLOW_SECONDS;
	if (has_fault_in(faulty, extent, AUDIO_GONE)) {
		error_set(err, ERR_IO, "the drive is gone at %u", extent.lba);
		return SOURCE_GONE;
	}
	if (has_fault_in(faulty, extent, AUDIO_UNREADABLE)) {
		memset(buffer, 0xee, (size_t)extent.count * DISC_RAW_SECTOR_SIZE);
		error_set(err, ERR_IO, "sectors %u+%u are bad", extent.lba, extent.count);
		return SOURCE_UNREADABLE;
	}
	deliver(faulty, extent, buffer);
	return SOURCE_OK;
}

static void faulty_close(struct sector_source *source)
{
	struct faulty *faulty = (struct faulty *)source;
	free(faulty->content);
	free(faulty->tries);
	free(faulty);
}

struct sector_source *faulty_audio_new(const struct faulty_audio *disc)
{
	static const struct sector_source_ops ops = {faulty_read, faulty_close};
	struct faulty *faulty = calloc(1, sizeof(*faulty));
	assert_non_null(faulty);
	faulty->disc = *disc;
	faulty->random = disc->seed * 2654435761u + 1;
	faulty->made = disc->sectors < MADE_SECTORS ? disc->sectors : MADE_SECTORS;
	faulty->content = malloc((size_t)faulty->made * DISC_RAW_SECTOR_SIZE);
	faulty->tries = calloc(disc->sectors, sizeof(*faulty->tries));
	assert_non_null(faulty->content);
	assert_non_null(faulty->tries);
	make_sound(faulty);
	faulty->base = (struct sector_source){
		.ops = &ops,
		.sectors = disc->sectors,
		.sector_size = DISC_RAW_SECTOR_SIZE,
		.max_read = 27,
		.confirmation = READ_CONFIRMED_BY_DRIVE,
	};
	return &faulty->base;
}

size_t faulty_audio_reads(const struct sector_source *source)
{
	return ((const struct faulty *)source)->reads;
}

size_t faulty_audio_sectors(const struct sector_source *source)
{
	return ((const struct faulty *)source)->asked;
}

size_t faulty_audio_reads_of(const struct sector_source *source, uint32_t lba)
{
	return ((const struct faulty *)source)->tries[lba];
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Faulty audio: a disc of 2352-byte sectors made up from a seed, read by a drive with counted faults:
 *
 *   .jitter = 50, .jitter_percent = 30        three readings in ten begin up to 50 samples too early or too late
 *   .burst = 200, .burst_percent = 90         nine readings in ten have up to 200 wrong bytes somewhere
 *   { .lba = 40 }                             sector 40 cannot be read, however often it is tried
 *   { .lba = 40, .fail_first = 2 }            it can at the third try
 *   { .lba = 40, .kind = AUDIO_WRONG }        it is read with the same wrong bytes each time
 *   { .lba = 40, .kind = AUDIO_RANDOM }       it is read with other bytes each time
 *   { .lba = 40, .kind = AUDIO_HANG }         the drive never answers
 *   { .lba = 40, .kind = AUDIO_SLOW }         a reading takes ten seconds of faulty_audio_clock
 *
 * A reading that begins outside the disc has silence there.
 */
#ifndef THECA_TESTS_UNIT_FAULTY_AUDIO_H
#define THECA_TESTS_UNIT_FAULTY_AUDIO_H

#include "image/disc.h"
#include "image/sector_source.h"

#include <stddef.h>
#include <stdint.h>

enum audio_sound {
	SOUND_NOISE,
	SOUND_CHORD, /* three tones and a little noise */
	SOUND_TONE, /* 441 Hz: the same again each 100 samples */
	SOUND_ISLANDS, /* a chord between stretches of silence */
	SOUND_SILENCE,
	SOUND_SAME, /* each sample the same, and none zero */
};

enum audio_fault_kind {
	AUDIO_UNREADABLE,
	AUDIO_WRONG,
	AUDIO_RANDOM,
	AUDIO_GONE,
	AUDIO_HANG,
	AUDIO_SLOW,
};

struct audio_fault {
	uint32_t lba;
	uint32_t count; /* sectors; 0 is one */
	unsigned fail_first; /* readings of a sector that fail before one succeeds; 0: all */
	enum audio_fault_kind kind;
};

struct faulty_audio {
	uint32_t sectors;
	uint32_t seed;
	enum audio_sound sound;
	int jitter; /* samples */
	int jitter_percent;
	int burst; /* bytes */
	int burst_percent;
	const struct audio_fault *faults; /* borrowed; may change while the source is open */
	size_t fault_count;
};

/* The caller closes the source. */
struct sector_source *faulty_audio_new(const struct faulty_audio *disc);
/* What the disc holds in a sector; borrowed. Beyond sector 4096 it is the same over again. */
const uint8_t *faulty_audio_sector(const struct sector_source *source, uint32_t lba);

/* Readings, sectors that they asked for, and how many of these were of one sector. */
size_t faulty_audio_reads(const struct sector_source *source);
size_t faulty_audio_sectors(const struct sector_source *source);
size_t faulty_audio_reads_of(const struct sector_source *source, uint32_t lba);
/* Seconds that slow readings have taken, of all sources. */
double faulty_audio_clock(void);

#endif

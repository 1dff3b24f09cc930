/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Audio reader: reads stretches of sectors without ever failing for a bad one.
 *
 * A stretch that does not come is asked for in halves, down to the single sector; a single one that does not come after some tries is given up, and
 * stays so until it is forgiven. In its place comes a filler: random bytes, drawn anew by each reader, the same at each reading, so that
 * paranoia finds it as steady as music, and no disc can hold it. Every reading is entered among the sightings.
 */
#ifndef THECA_RIP_AUDIO_READER_H
#define THECA_RIP_AUDIO_READER_H

#include "base/error.h"
#include "image/sector_source.h"
#include "rip/sightings.h"

#include <stdbool.h>
#include <stdint.h>

/* Why reading has come to an end. */
enum reader_state {
	READER_READS,
	READER_SPENT, /* the readings or the time allowed are used up */
	READER_GONE, /* the source is; the reader's error says why */
};

struct audio_reader {
	struct sector_source *inner; /* borrowed */
	struct extent region; /* the owner's: no sector outside it is asked for */
	unsigned tries; /* of a single sector */
	double (*now)(void);
	uint8_t *given_up; /* a bit for each sector */
	uint64_t nonce; /* of the filler */
	struct sightings sightings;
	bool ordinary; /* the owner's: the readings now are what any disc costs, and not counted as asked for */
	bool displaced; /* the owner's: readings were seen that did not begin where they should */
	uint32_t
		silence_end; /* the owner's: sector after the last one that paranoia gave and that tells nothing of its place */
	enum reader_state state;
	uint64_t asked, allowed; /* sectors since the allowance */
	double deadline;
	struct error error; /* of the last reading that failed */
};

int audio_reader_init(struct audio_reader *reader, struct sector_source *inner, unsigned tries,
	double (*now)(void), struct error *err);
void audio_reader_release(struct audio_reader *reader);

/* What may be read from now on: at least one reading, and then until so many sectors were asked for or so many seconds have passed. */
void audio_reader_allow(struct audio_reader *reader, uint64_t sectors, double seconds);
/* Reads: every sector comes, as it is or as filler. False once nothing more is read; then nothing in the buffer counts. */
bool audio_reader_read(
	struct audio_reader *reader, uint32_t sector, uint32_t count, uint8_t *buffer);
/* Reads a sector only to move the head; false once nothing more is read. */
bool audio_reader_move(struct audio_reader *reader, uint32_t sector);

/* Whether a sector was given up. */
bool audio_reader_gave_up(const struct audio_reader *reader, uint32_t sector);
/* Whether one from `first` to `last` was. */
bool audio_reader_gave_up_any(const struct audio_reader *reader, uint32_t first, uint32_t last);
/* Lets sectors that were given up be tried again; false if there were none. */
bool audio_reader_forgive(struct audio_reader *reader, struct extent extent);

#endif

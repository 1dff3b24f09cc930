/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "examples/music.h"

#include "image/disc.h"

#include <stdlib.h>

#define RATE 44100u /* frames of a second */
#define FRAMES_A_SECTOR (DISC_RAW_SECTOR_SIZE / 4)
#define UNIT 32768 /* 1.0, for sines and loudness */
#define PARTIALS 6

/* How an instrument sounds: the loudness of its partials and of the whole in UNITs, the course of a note in frames. */
struct voice {
	uint16_t partials[PARTIALS];
	uint16_t level;
	uint32_t attack, hold, ring;
};

static const struct voice bell = {
	{32000, 0, 9000, 12000, 0, 5000}, 4200, RATE / 200, RATE / 100, RATE * 8 / 5};
static const struct voice organ = {
	{20000, 16000, 7000, 9000, 0, 4000}, 3000, RATE / 20, RATE * 4 / 5, RATE * 3 / 2};
static const struct voice zither = {
	{26000, 14000, 11000, 7000, 4000, 2500}, 4600, RATE / 400, 0, RATE * 4 / 5};
static const struct voice flute = {{30000, 5000, 2000}, 7000, RATE / 12, RATE / 3, RATE * 3 / 4};
static const struct voice far_flute = {{30000, 6000}, 2200, RATE / 6, RATE / 3, RATE * 5 / 4};

const struct piece music_hidden = {
	.sectors = 6 * DISC_FRAMES,
	.voice = &far_flute,
	.key = 60,
	.beat = 48,
	.notes = "ae . ce . bd . ca",
};

const struct piece music_pieces[MUSIC_PIECES] = {
	{
		.title = "Prélude",
		.songwriter = "Hélène Brûlé",
		.isrc = "XXTHE2600001",
		.sectors = 661,
		.voice = &bell,
		.key = 60,
		.beat = 19,
		.notes = "c e g C E C g e a C E A E C a e f a C F C a f c g b D G D b g f cegC",
	},
	{
		.title = "Orgelpunkt für Prüfer",
		.songwriter = "Jörg Weiß",
		.isrc = "XXTHE2600002",
		.flags = TRACK_PRE_EMPHASIS,
		.sectors = 601,
		.voice = &organ,
		.key = 55,
		.beat = 75,
		.notes = "ceg cea cfa dgb ceg dfa dgb cegC",
	},
	{
		.title = "Ländler",
		.songwriter = "Žofie Dvořáková",
		.isrc = "XXTHE2600003",
		.sectors = 652,
		.index_2 = 312,
		.voice = &zither,
		.key = 57,
		.beat = 26,
		.notes = "c eg eg g dg fb c eg eC g fb D c eg CE f aC FA g bD fb ceg . cC",
	},
	{
		.title = "Ανέμη",
		.songwriter = "Ελένη Μαύρου",
		.isrc = "XXTHE2600004",
		.flags = TRACK_COPY_PERMITTED,
		.sectors = 763,
		.voice = &flute,
		.key = 64,
		.beat = 24,
		.notes = "e g a C . a g e d . c d e . g . a C D E . D C a g . e d c . c",
	},
	{
		.title = "夜の鐘",
		.songwriter = "鈴木 灯",
		.isrc = "XXTHE2600005",
		.sectors = 676,
		.voice = &bell,
		.key = 43,
		.beat = 75,
		.notes = "cC eg aE gD fC ea dgb cegC",
	},
};

/* The sine of phase / 2^32 turns in UNITs, within a thousandth: a polynomial of the fifth degree for the quarters next to 0. */
static int32_t sine(uint32_t phase)
{
	const uint32_t quarter = 0x40000000;
	if (phase + quarter > 2 * quarter)
		phase = 2 * quarter - phase;
	int32_t z = phase <= quarter ? (int32_t)(phase >> 15) : -(int32_t)(-phase >> 15);
	int32_t square = z * z / UNIT;
	return z * (51472 - square * (21024 - square * 2320 / UNIT) / UNIT) / UNIT;
}

/* Turns in a frame, times 2^32. */
static uint32_t pitch(unsigned key)
{
	static const uint32_t top_octave[12] = {407681904, 431923931, 457607465, 484818220,
		513647012, 544190053, 576549277, 610832681, 647154683, 685636503, 726406571,
		769600953};
	return top_octave[key % 12] >> (9 - key / 12);
}

/* Loudness in UNITs: it rises in a line, holds, and fades in a parabola. */
static int64_t envelope(const struct voice *voice, uint32_t frame)
{
	const uint32_t full = voice->attack + voice->hold;
	if (frame < voice->attack)
		return (int64_t)frame * UNIT / voice->attack;
	if (frame < full)
		return UNIT;
	int64_t left = (int64_t)(voice->ring - frame) * UNIT / (voice->ring - full);
	return left * left / UNIT;
}

/* place: from 0, left, to 16, right. */
static void add_note(
	struct sound *sound, uint32_t at, const struct voice *voice, unsigned key, unsigned place)
{
	uint32_t phase = 0, step = pitch(key);
	for (uint32_t i = 0; i < voice->ring && at + i < sound->frames; i++, phase += step) {
		int64_t value = 0;
		for (uint32_t partial = 0; partial < PARTIALS; partial++)
			value += (int64_t)voice->partials[partial] * sine(phase * (partial + 1));
		value = value / UNIT * envelope(voice, i) / UNIT * voice->level / UNIT;
		int32_t *frame = sound->samples + 2 * (size_t)(at + i);
		frame[0] += (int32_t)(value * (16 - place) / 8);
		frame[1] += (int32_t)(value * place / 8);
	}
}

void sound_add_piece(struct sound *sound, uint32_t sector, const struct piece *piece)
{
	static const uint8_t steps[] = {9, 11, 0, 2, 4, 5, 7}; /* of a to g above c */
	uint32_t at = sector * FRAMES_A_SECTOR;
	for (const char *c = piece->notes; *c; c++) {
		if (*c == ' ') {
			at += piece->beat * FRAMES_A_SECTOR;
		} else if (*c != '.') {
			unsigned octave = *c >= 'a' ? 0 : 12;
			unsigned letter = (unsigned)(*c - (octave ? 'A' : 'a'));
			add_note(sound, at, piece->voice, piece->key + octave + steps[letter],
				5 + letter);
		}
	}
}

int sound_init(struct sound *sound, uint32_t sectors)
{
	sound->frames = sectors * FRAMES_A_SECTOR;
	sound->samples = calloc(sound->frames, 2 * sizeof(*sound->samples));
	return sound->samples ? 0 : -1;
}

void sound_release(struct sound *sound)
{
	free(sound->samples);
}

void sound_sector(const struct sound *sound, uint32_t sector, uint8_t bytes[2352])
{
	const size_t count = DISC_RAW_SECTOR_SIZE / 2;
	const int32_t *samples = sound->samples + sector * count;
	for (size_t i = 0; i < count; i++) {
		int32_t value = samples[i];
		value = value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value;
		bytes[2 * i] = (uint8_t)value;
		bytes[2 * i + 1] = (uint8_t)(value >> 8);
	}
}

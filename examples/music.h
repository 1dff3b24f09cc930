/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Music: the pieces on the demonstration discs, and their sound. It is made in integers alone, so that every machine writes the
 * same bytes.
 */
#ifndef THECA_EXAMPLES_MUSIC_H
#define THECA_EXAMPLES_MUSIC_H

#include <stdint.h>

#define MUSIC_PIECES 5

struct voice;

/* In the notes a word is a beat, a letter a note (c to b; C to B an octave above), a dot a rest. */
struct piece {
	const char *title, *songwriter, *isrc;
	uint8_t flags; /* of its track, track_flag bits */
	uint32_t sectors; /* from INDEX 01 */
	uint32_t index_2; /* sectors from INDEX 01; 0: there is none */
	const struct voice *voice;
	unsigned key; /* that the note c is; 60 is middle C, 12 an octave */
	uint32_t beat; /* sectors */
	const char *notes;
};

extern const struct piece music_pieces[MUSIC_PIECES];
extern const struct piece music_hidden; /* it has no track of its own */

/* A stretch of audio sectors. Sounds are added to what is there; one that is cut off by the end is no error. */
struct sound {
	int32_t *samples; /* left, right, left ... */
	uint32_t frames; /* a left and a right sample each */
};

/* Makes silence; -1 without memory. */
int sound_init(struct sound *sound, uint32_t sectors);
void sound_release(struct sound *sound);
/* Plays a piece from a sector on. Its last notes may ring for longer than the piece's sectors. */
void sound_add_piece(struct sound *sound, uint32_t sector, const struct piece *piece);
/* A sector as a CD has it: 16 bits a sample, little-endian. */
void sound_sector(const struct sound *sound, uint32_t sector, uint8_t bytes[2352]);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Audio request: what is known of each sector of a request for audio, and when its bytes are believed.
 *
 * Bytes come from paranoia and from readings. Both are compared with what all readings of the sector gave (rip/sightings.h). They are believed, if
 *
 *   paranoia gave them          two readings gave them too, and a third of all: "paranoia"
 *   it gave nothing             two readings did and none differs, or three that are half of all: "reads"
 *   it gave something else      five readings did that are half of all: "reads"
 *
 * Where readings were seen that began in the wrong place, two may agree by chance: then three are wanted where paranoia gave nothing, and five after silence and near
 * a filler, where it may have lost its place itself. Five that are a third of all are always enough. What is not believed is doubtful: what paranoia gave, as that has no seams, or the last reading.
 */
#ifndef THECA_RIP_AUDIO_REQUEST_H
#define THECA_RIP_AUDIO_REQUEST_H

#include "image/sector_source.h"
#include "rip/audio_reader.h"

#include <stdbool.h>
#include <stdint.h>

#define AUDIO_REQUEST_SECTORS 75u /* a second of sound */

struct audio_piece {
	bool settled; /* the bytes in the buffer are believed */
	bool has_bytes; /* those in the buffer were read, if nothing better comes */
	bool delivered; /* paranoia gave something, of that hash */
	bool placed; /* then; and there was nothing near by which it might have lost its place */
	uint64_t hash;
};

struct audio_request {
	struct audio_reader *reader;
	struct extent extent; /* AUDIO_REQUEST_SECTORS at most */
	uint8_t *buffer;
	struct sector_note *notes;
	unsigned needed; /* readings of a sector that agree, where none differs */
	struct audio_piece pieces[AUDIO_REQUEST_SECTORS];
};

/* The place in the buffer of sector i of the request. */
uint8_t *audio_request_bytes(const struct audio_request *request, uint32_t i);
/* Whether it is still to be found out about: neither settled nor given up. */
bool audio_request_is_open(const struct audio_request *request, uint32_t i);
/* Takes what a reading gave of it into account. */
void audio_request_consider(struct audio_request *request, uint32_t i, const uint8_t *bytes);
/* Takes what paranoia gave. */
void audio_request_take(struct audio_request *request, uint32_t i, const uint8_t *bytes);
/* Settles what paranoia gave and readings confirm. */
void audio_request_judge(struct audio_request *request);
/* Whether the last sector that is certain is not what paranoia gave: it has lost its place. */
bool audio_request_out_of_place(const struct audio_request *request);
/*
 * Writes the notes, and zeros for what was given up. SOURCE_PARTLY if a sector was given up; SOURCE_UNREADABLE if there is nothing yet of one after that many seconds.
 */
enum source_status audio_request_conclude(
	struct audio_request *request, double seconds, struct error *err);

#endif

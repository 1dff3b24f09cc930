/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sheet layout: which bytes of which file are which sectors of the image, from a cue sheet and the
 * sizes of its files.
 *
 * An index of the sheet marks a place in a file, counted in sectors from the file's start. The
 * sectors from one mark to the next belong to the track of the first, those behind the last mark of
 * a file too: they go on to the file's end. A byte offset is the sum over what lies before, since
 * tracks of one file may have sectors of different sizes. Every sector of every file is in the
 * image once, in this order:
 *
 *   file a                                  file b                 file c
 *   | 01/01   | 02/00  | 02/01   | 03/00    :   ...  | 03/01       :  ?  | 04/01
 *   | track 1 | pregap | track 2 | pregap of track 3 | track 3     :  ?  | track 4
 *
 * Where a file has sectors before its first mark:
 *   - if that mark and the one before it are of one track, they go on with what was there, like the
 *     pregap of track 3 above;
 *   - before the first track of the disc they are its pregap, a hidden track; with a warning;
 *   - if the track before has sectors of the same kind and session, they are the end of
 *     that track: nothing says that the new one has begun; with a warning;
 *   - else they can only be the pregap of the new track; with a warning.
 *
 * What no file has moves the LBA on: POSTGAP behind a track, then between sessions the lead-out and
 * lead-in, then PREGAP, then the stored pregap.
 */
#ifndef THECA_IMAGE_SHEET_LAYOUT_H
#define THECA_IMAGE_SHEET_LAYOUT_H

#include "base/error.h"
#include "image/cue.h"
#include "image/disc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHEET_PREGAP 150u /* sectors, where a session begins and the sheet tells none */

/* What becomes of the bytes of a file on the way to a raw sector. */
enum sheet_framing {
	SHEET_AS_IT_IS, /* 2352 bytes */
	SHEET_SWAPPED, /* 2352 bytes, the two of each 16-bit sample the other way round */
	SHEET_IN_MODE1, /* 2048 bytes; the rest is computed */
	SHEET_IN_MODE2, /* 2336 bytes; sync and header are computed */
};

struct sheet_segment {
	uint32_t sector, count; /* of the image */
	uint32_t lba; /* of the first */
	size_t file; /* place in the sheet's files */
	uint64_t offset; /* bytes, from where the file's sectors begin */
	uint16_t sector_size; /* bytes, in the file */
	enum sheet_framing framing;
};

/* In the order of the image, without gaps. */
struct sheet_layout {
	struct sheet_segment *segments;
	size_t count;
};

/* What is known of a file of the sheet. */
struct sheet_size {
	uint64_t bytes; /* that are sectors: of a WAVE file the samples */
	bool is_wave; /* its last sector may be cut short, and is filled up with zeros */
};

/*
 * Works out disc and layout; sizes has one entry for each of the sheet's files. ERR_INVALID, with
 * the line, if a file is too short for its tracks or no whole number of sectors, a WAVE file has
 * data tracks, or the positions contradict each other. listener (may be NULL) is told what was
 * taken for granted. The caller releases the layout.
 */
int sheet_layout_make(struct sheet_layout *layout, struct disc *disc, const struct cue *cue,
	const struct sheet_size *sizes, cue_listener *listener, void *context, struct error *err);
void sheet_layout_release(struct sheet_layout *layout);
/* The segment that holds a sector of the image, which is one of the layout's. */
const struct sheet_segment *sheet_layout_at(const struct sheet_layout *layout, uint32_t sector);

#endif

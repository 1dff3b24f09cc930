/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sheet image: a cue sheet and its files, read as if their disc sat in a drive.
 *
 * The source gives 2352-byte sectors in the order of the disc: raw ones as they are; MODE1/2048 and
 * MODE2/2336 with their framing computed, and noted as rebuilt; MOTOROLA samples turned round; the
 * samples of WAVE files (44,100 Hz, 16 bits, stereo). A sheet never reaches outside its folder: its
 * FILE names are names in the folder of the sheet, not paths, and no symbolic link is followed.
 */
#ifndef THECA_IMAGE_SHEET_IMAGE_H
#define THECA_IMAGE_SHEET_IMAGE_H

#include "base/error.h"
#include "image/disc.h"
#include "image/image_file.h"
#include "image/sector_source.h"

#include <stdbool.h>
#include <stddef.h>

#define SHEET_WARNING_BYTES 4096

/* Flat, so that it can cross to another process. */
struct sheet_facts {
	struct image_file_state state; /* of the sheet and all its files together */
	bool is_plain_iso; /* one MODE1/2048 track: an ISO image with a sheet */
	char warnings[SHEET_WARNING_BYTES]; /* lines of clean text; what was taken for granted */
};

/* Whether a file is to be opened here: its name ends in ".cue", in any case. */
bool sheet_image_is_sheet(const char *path);
/*
 * Opens a sheet and its files and works out the disc. With the line and the file in the words:
 * ERR_NOT_FOUND for a file that is missing, ERR_INVALID for one that is too short for its tracks or
 * no whole number of sectors, ERR_UNSUPPORTED for one of a kind that is not read (MP3 ...). The
 * caller closes the source.
 */
int sheet_image_open(struct sector_source **out, const char *path, struct disc *disc,
	struct sheet_facts *facts, struct error *err);
/* What the sheet at path and its files are now: any change of any of them gives another state. */
int sheet_image_look(const char *path, struct image_file_state *state, struct error *err);

#endif

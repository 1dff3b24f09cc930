/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sheet gap: how long the gap between two sessions of a cue sheet is.
 *
 * REM LEAD-OUT and REM LEAD-IN give lengths, as redump.org's sheets have them; what is not given
 * has its usual length. But some programs write as LEAD-OUT the position at which the session ends.
 * A LEAD-OUT without a LEAD-IN is taken for that, with a warning, if it is where the session does
 * end, in its file or on the disc, or if no lead-out is so long. Else it is a length, and unless it
 * is the usual one, a warning says that it may be wrong.
 */
#ifndef THECA_IMAGE_SHEET_GAP_H
#define THECA_IMAGE_SHEET_GAP_H

#include "image/cue.h"

#include <stdint.h>

/* Where a session ends, in sectors: of the file that ends it, and of the disc. */
struct sheet_end {
	uint64_t in_file, on_disc;
};

/* The usual length of the lead-out behind a session, in sectors. */
uint32_t sheet_usual_lead_out(unsigned session);
/*
 * Sectors between the end of a session, which is not the last, and the next one. listener (may be
 * NULL) is told of what was taken for granted.
 */
uint64_t sheet_gap_behind(const struct cue *cue, unsigned session, struct sheet_end end,
	cue_listener *listener, void *context);

#endif

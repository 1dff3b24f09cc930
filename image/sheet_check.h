/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sheet check: whether a cue sheet can be read as an image, as far as that is known without its
 * files.
 */
#ifndef THECA_IMAGE_SHEET_CHECK_H
#define THECA_IMAGE_SHEET_CHECK_H

#include "base/error.h"
#include "image/cue.h"

/*
 * Refuses a sheet, as cue_read gave it, with the code and words of sheet_image_open, if that
 * refuses it whatever its files are: for their names and formats, or for a layout that no disc
 * has. listener (may be NULL) is told what the layout takes for granted.
 */
int sheet_check(const struct cue *cue, cue_listener *listener, void *context, struct error *err);

#endif

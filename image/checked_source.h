/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checked source: a source that does not believe what is below it.
 *
 * Bounds are its own, and each sector of the buffer is stamped with random bytes at both ends before the read: a driver that
 * reports success without having delivered a sector (libcdio does past the end of a disc, and for short reads) leaves
 * the stamps, and the read counts as unreadable.
 */
#ifndef THECA_IMAGE_CHECKED_SOURCE_H
#define THECA_IMAGE_CHECKED_SOURCE_H

#include "image/sector_source.h"

/* Wraps inner, which then belongs to the new source; on error inner stays the caller's. */
int checked_source_new(struct sector_source **out, struct sector_source *inner, struct error *err);

#endif

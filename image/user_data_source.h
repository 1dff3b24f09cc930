/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * User data source: the 2048 bytes of user data of the raw sectors of a Mode 1 track, for an ISO image of it.
 *
 * Notes pass as they are, but that a sector which does not say where it has such data (no sync, another mode, form 2) is in doubt: the 2048
 * bytes are taken from where Mode 1 has them.
 */
#ifndef THECA_IMAGE_USER_DATA_SOURCE_H
#define THECA_IMAGE_USER_DATA_SOURCE_H

#include "image/sector_source.h"

/* Wraps inner (2352-byte sectors), which then belongs to the new source; on error inner stays the caller's. */
int user_data_source_new(
	struct sector_source **out, struct sector_source *inner, struct error *err);

#endif

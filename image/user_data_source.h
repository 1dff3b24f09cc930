/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * User data source: the 2048 bytes of user data of raw Mode 1 and XA form 1 sectors, for an ISO image of a raw one.
 *
 * Notes pass as they are. A sector that has no such data (no sync, form 2, Mode 2 without XA) is unreadable here: zero, noted so, and the read is
 * SOURCE_PARTLY even if it was all that was asked for, since another try gives nothing else.
 */
#ifndef THECA_IMAGE_USER_DATA_SOURCE_H
#define THECA_IMAGE_USER_DATA_SOURCE_H

#include "image/sector_source.h"

/* Wraps inner (2352-byte sectors), which then belongs to the new source; on error inner stays the caller's. */
int user_data_source_new(
	struct sector_source **out, struct sector_source *inner, struct error *err);

#endif

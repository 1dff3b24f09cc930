/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * EDC source: raw sectors of data tracks are looked at (image/sector.h) before they are believed.
 *
 * A sector whose check code, address and mode agree is noted as confirmed by its EDC. One that disagrees is read again alone up to `rereads`
 * times, which its note counts, until a reading agrees; if none does, the bytes of the first are kept, and it is noted as doubtful and
 * confirmed by nothing. Sectors of audio tracks, of pregaps, of no known track, without a check code, and those whose framing was rebuilt, pass with
 * the notes that they came with; so does a sector that the source below calls doubtful or unreadable itself.
 */
#ifndef THECA_IMAGE_EDC_SOURCE_H
#define THECA_IMAGE_EDC_SOURCE_H

#include "image/disc.h"
#include "image/sector_source.h"

/* Wraps inner (2352-byte sectors), which then belongs to the new source; on error inner stays the caller's. disc is borrowed. */
int edc_source_new(struct sector_source **out, struct sector_source *inner, const struct disc *disc,
	unsigned rereads, struct error *err);

#endif

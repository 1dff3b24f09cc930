/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TOC: what a drive tells of the disc in it, as bytes (MMC-3, 6.30, READ TOC/PMA/ATIP; MMC-2,
 * 9.1.22, READ SUB-CHANNEL).
 *
 *   both       | length of what follows, be16 | first, last: sessions (full), tracks (short) | ...
 *
 *   full       | session | ADR, CONTROL | TNO | POINT | min, sec, frame | 0 | PMIN, PSEC, PFRAME |
 *              POINT 01-63h  a track: where it begins
 *              POINT A0      PMIN: first track of the session; PSEC: type of the disc
 *              POINT A1      PMIN: last track of the session
 *              POINT A2      where the session's lead-out begins
 *   short      | 0 | ADR, CONTROL | track, or AAh: lead-out | 0 | LBA, be32 |
 *
 *   MCN        | 4 of header | 2 | 0 0 0 | MCVAL in bit 7 | 13 digits |
 *   ISRC       | 4 of header | 3 | ADR, CONTROL | track | 0 | TCVAL in bit 7 | 12 characters |
 *
 * Full entries come in any order, and may come twice; those of an ADR other than 1, and of other
 * points (B0 and C0 of recordable discs), are passed over. Addresses are numbers, not BCD, and
 * count from LBA -150. CONTROL: 1 pre-emphasis, 2 copy permitted, 4 data, 8 four channels. Type of the
 * disc: 00 CD-DA or CD-ROM, 10h CD-i, 20h CD-ROM XA.
 *
 * These are functions of bytes; any bytes will do.
 */
#ifndef THECA_RIP_TOC_H
#define THECA_RIP_TOC_H

#include "image/disc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOC_MCN_SIZE 14
#define TOC_ISRC_SIZE 13

/*
 * Fill *disc from an answer; NULL, or what is wrong, as words that follow "the table of contents:
 * ". A data track is taken for Mode 1, or for Mode 2 on a disc of that type. Pregaps are those that
 * every disc has: of the first track all sectors from LBA 0 on; of the first track of a later
 * session 150, which no image stores. Others no table of contents tells. The short form is that of a disc of one session.
 */
const char *toc_parse_full(struct disc *disc, const uint8_t *answer, size_t len);
const char *toc_parse_short(struct disc *disc, const uint8_t *answer, size_t len);
/* Whether the full form knows each track of the short one at the same place, and its lead-out. */
bool toc_agrees(const struct disc *full, const struct disc *brief);
/*
 * Sessions by an answer of format 1, which has one entry and sessions in its header; 0 if it does
 * not tell. One of another length is the short form after all, and counts tracks.
 */
uint8_t toc_parse_session_count(const uint8_t *answer, size_t len);

/*
 * The number of the disc or of a track; false if there is none, which a drive may also say by
 * zeros.
 */
bool toc_parse_mcn(char mcn[TOC_MCN_SIZE], const uint8_t *answer, size_t len);
bool toc_parse_isrc(char isrc[TOC_ISRC_SIZE], uint8_t track, const uint8_t *answer, size_t len);

#endif

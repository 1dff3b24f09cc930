/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small disc with all that a disc can have: three audio tracks in a first session, data in a second.
 *
 *   track       (pregap) 1        (2, INDEX 00)  2         3                       4
 *   LBA         0 ...... 32 ..... 250 : 300 .... 400 ..... 600 ..... 680 : 700     12250 ..... 12500
 *   image       0 ...... 32 ..... 250 -> 250 ... 350 ..... 550 ..... 630 --------> 630 ....... 880
 *
 * LBA 250 to 299, of track 2's pregap, and 680 to 699, the postgap of track 3, are in no image. Track 3 has INDEX 02 at LBA 650.
 */
#ifndef THECA_TESTS_UNIT_DISC_FIXTURE_H
#define THECA_TESTS_UNIT_DISC_FIXTURE_H

#include "store/deposit.h"

#define FIXTURE_DISC_SECTORS 880u /* of its image */
#define FIXTURE_DISC_STREAMS 5u

/* Fills the disc, with MCN, ISRCs, flags and CD-TEXT in UTF-8. */
void disc_fixture_make(struct disc *disc);
/*
 * Makes the deposit, which has a disc by now, one of a BIN image: format, ids, planned bitstreams, map and record of reads, every sector read as
 * confirmed, and known by its track.
 */
void disc_fixture_fill(struct deposit *deposit, enum read_confirmation confirmation);
/* Records what became of some sectors of the image, run by run, as a rip does; effort is with the first. */
void disc_fixture_note(struct deposit *deposit, struct extent sectors, enum read_state state,
	struct read_effort effort);

#endif

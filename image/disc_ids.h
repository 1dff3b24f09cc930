/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Disc ids: the names under which databases know an audio disc, made from its table of contents.
 *
 *   MusicBrainz   28 characters: SHA-1 of first and last track, lead-out and 99 offsets in hexadecimal, all + 150, in their base64. From the
 *                 first track to the last audio track: data after it (CD-Extra) is left out, and the lead-out is that of the session
 *                 of the last audio track, which on a disc ends 11,400 sectors before the data. Where the data is in the same session, we take
 *                 these off as libdiscid does. (musicbrainz.org/doc/Disc_ID_Calculation)
 *   CDDB          8 hexadecimal digits: digit sums of the tracks' start seconds, playing time, number of tracks; of all tracks.
 *   AccurateRip   "NNN-aaaaaaaa-bbbbbbbb-cccccccc": audio tracks, two sums over the audio tracks' starts and the lead-out, CDDB.
 *                 The second sum weighs a start by the track's place among the audio tracks, as CUETools does; whipper weighs it by the
 *                 track's number. They differ where data comes first. The lead-out is the whole disc's.
 */
#ifndef THECA_IMAGE_DISC_IDS_H
#define THECA_IMAGE_DISC_IDS_H

#include "base/error.h"
#include "image/disc.h"

struct disc_ids {
	char musicbrainz[29];
	char cddb[9];
	char accuraterip[31];
};

/* Makes the ids of a disc with audio tracks; all "" if it has none. ERR_IO if the digest library fails. */
int disc_ids_make(struct disc_ids *ids, const struct disc *disc, struct error *err);

#endif

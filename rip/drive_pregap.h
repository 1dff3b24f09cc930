/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drive's pregaps: where on a disc audio turns to data, or data to audio.
 *
 * A table of contents tells INDEX 01 of each track. Before that of a track of another kind than the
 * one before it there are sectors that are of its own kind already, its pregap (ECMA-130, clause
 * 20: 150 at least before data). They are found by reading sectors and looking at them:
 *
 *          data track                 pregap: audio   audio track
 *   ...................................|..............|............
 *                                      | found        | INDEX 01, told
 *
 *          audio track     75 of audio  pregap: data   data track
 *   ...................................|..............|............
 *
 * Those 75 before a data track are of its pregap too, by the standard. Nothing but the subchannel
 * tells them from the audio track that they follow, and they stay with it.
 */
#ifndef THECA_RIP_DRIVE_PREGAP_H
#define THECA_RIP_DRIVE_PREGAP_H

#include "image/disc.h"
#include "rip/packet.h"

#include <stdint.h>

#define PREGAP_REACH 450u /* sectors before INDEX 01 among which a pregap is looked for */
/*
 * Sectors that tell nothing, after which a search ends: a drive may spend long on each. With them it
 * takes some 20 reads at most, and 9 without.
 */
#define PREGAP_UNREAD 5u

enum pregap_side { PREGAP_UNKNOWN, PREGAP_BEFORE, PREGAP_WITHIN };

/* On which side of the beginning of the pregap a sector lies. */
typedef enum pregap_side pregap_look(void *context, uint32_t lba);

/*
 * Searches the last sectors before INDEX 01 of a track, PREGAP_REACH at most, by halves; what could
 * not be looked at is passed over. Gives the length of the pregap; 0 if there is none, if it is
 * longer than that, or if sectors of one side alone were seen. Where it begins among sectors that
 * could not be looked at, it is 150 sectors if that is possible, else those that are certain.
 */
uint32_t pregap_search(struct extent before, pregap_look *look, void *context);

/*
 * Sets the pregap of each track that follows one of the other kind in its session; those of others
 * stay as they are. A drive that can tell nothing leaves them all.
 */
void drive_find_pregaps(struct packet_port *port, struct disc *disc);

#endif

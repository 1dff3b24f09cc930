/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drive's TOC: what disc a drive says it has, by all that it can be asked, and what must be read.
 *
 *   told by the table of contents   sessions, their lead-outs; tracks, INDEX 01 and flags of each;
 *                                   which of them are audio; whether the disc is of Mode 2
 *   told by the subchannel          catalogue number, ISRCs
 *   found by reading sectors        the mode of each data track; the pregap of a track of another
 *                                   kind than the one before it (rip/drive_pregap.h)
 *   assumed, as on every CD         the pregaps that sessions begin with (rip/toc.h)
 *   not known                       pregaps between tracks of the same kind, INDEX 02 and on
 *
 * All of it is settled when a drive is opened, before a reading is planned, and is the same each
 * time, except for a pregap around whose beginning sectors cannot be read each time.
 */
#ifndef THECA_RIP_DRIVE_TOC_H
#define THECA_RIP_DRIVE_TOC_H

#include "base/error.h"
#include "image/disc.h"
#include "rip/packet.h"

/*
 * Fills *disc with the disc in a drive. A CD's sessions, tracks and lead-outs come from the full
 * table of contents, or, on a disc of one session, from the short one where a drive does not give
 * the full one or contradicts itself. What is no CD is one track of 2048-byte sectors. ERR_INVALID:
 * blank, not finalised, or contradictory; ERR_UNSUPPORTED: several sessions that this drive does
 * not tell apart.
 */
int drive_read_toc(struct packet_port *port, struct disc *disc, struct error *err);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drive's TOC: what disc a drive says it has, by all that it can be asked.
 */
#ifndef THECA_RIP_DRIVE_TOC_H
#define THECA_RIP_DRIVE_TOC_H

#include "base/error.h"
#include "image/disc.h"
#include "rip/packet.h"

/*
 * Fills *disc with the disc in a drive. A CD's sessions, tracks and lead-outs come from the full
 * table of contents, or, on a disc of one session, from the short one where a drive does not give
 * the full one or contradicts itself; the mode of data tracks from their sectors; catalogue number
 * and ISRCs from the subchannel. What is no CD is one track of 2048-byte sectors. ERR_INVALID:
 * blank, not finalised, or contradictory; ERR_UNSUPPORTED: several sessions that this drive does
 * not tell apart.
 */
int drive_read_toc(struct packet_port *port, struct disc *disc, struct error *err);

#endif

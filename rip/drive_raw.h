/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Raw sectors of a CD in a drive, in the order of an image of it.
 *
 * Drives differ in what READ CD gives of a data track, and some do not have it; so a sector or two
 * of each data track are read and looked at. Where they do not come, or not as they are on the
 * disc, though their user data does, a Mode 1 track is read as user data and framed anew.
 */
#ifndef THECA_RIP_DRIVE_RAW_H
#define THECA_RIP_DRIVE_RAW_H

#include "base/error.h"
#include "image/disc.h"
#include "image/sector_source.h"
#include "rip/packet.h"

/*
 * Opens the disc as a source of 2352-byte sectors; port and disc are borrowed. ERR_UNSUPPORTED if
 * the drive cannot read one of its kinds of track. The caller closes.
 */
int drive_raw_new(struct sector_source **out, struct packet_port *port, const struct disc *disc,
	struct error *err);

#define DRIVE_PROBES 4u

/*
 * The LBA of sector number i, under DRIVE_PROBES, that is to stand for a track: places that are not
 * likely to be damaged all at once.
 */
uint32_t drive_probe_place(const struct track *track, unsigned i);

#endif

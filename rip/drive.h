/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drive: a CD or DVD drive as a sector source, over libcdio. The only file that knows libcdio.
 */
#ifndef THECA_RIP_DRIVE_H
#define THECA_RIP_DRIVE_H

#include "base/error.h"
#include "image/disc.h"
#include "image/sector_source.h"
#include "rip/sense.h"
#include "store/deposit.h"

/*
 * Opens the drive at device and reads the table of contents of its disc; *identity and *disc are
 * filled. The source gives 2048-byte sectors by READ(10) (MMC-3, 6.19), whose addresses are 32-bit
 * and whose lengths are ours: libcdio's own data read wraps at 4 GiB. ERR_PERMISSION names the
 * group to join; ERR_NOT_FOUND: no disc, an open tray; ERR_BUSY: the disc is still spinning up.
 * libcdio has global state: call it in a process of its own (rip/worker.h). The caller closes.
 */
int drive_open(struct sector_source **out, const char *device, struct drive_identity *identity,
	struct disc *disc, struct error *err);

/*
 * Lets the source that drive_open gave read raw sectors of 2352 bytes from now on (READ CD, MMC-3,
 * 6.15), in the order of an image of its disc. Where the drive cannot read data tracks raw, or does
 * not give them as they are on the disc, Mode 1 is read as 2048 bytes and framed anew, which the
 * notes say. ERR_UNSUPPORTED when it can do neither.
 */
int drive_read_raw(struct sector_source *source, struct error *err);

/* The version of libcdio that this program runs with; static. */
const char *drive_library_version(void);

#endif

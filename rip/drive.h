/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drive: a CD or DVD drive as a sector source, over libcdio. The only file that knows libcdio.
 */
#ifndef THECA_RIP_DRIVE_H
#define THECA_RIP_DRIVE_H

#include "base/error.h"
#include "image/disc.h"
#include "image/sector_source.h"
#include "store/deposit.h"

#include <stdint.h>

/*
 * Opens the drive at device and reads the table of contents of its disc; *identity and *disc are filled. The source gives 2048-byte
 * sectors by READ(10) (MMC-3, 6.19), whose addresses are 32-bit and whose lengths are ours: libcdio's own data read wraps at 4 GiB.
 * ERR_PERMISSION names the group to join; ERR_NOT_FOUND: no disc, an open tray; ERR_BUSY: the disc is still spinning up.
 * libcdio has global state: call it in a process of its own (rip/worker.h). The caller closes.
 */
int drive_open(struct sector_source **out, const char *device, struct drive_identity *identity,
	struct disc *disc, struct error *err);

/* What a failed command's sense data (SPC-3, 4.5: key, additional code, qualifier) means for the pass; fills err unless SOURCE_OK. */
enum source_status drive_sense(uint8_t key, uint8_t asc, uint8_t ascq, uint32_t lba,
	struct error *err);

/* The version of libcdio that this program runs with; static. */
const char *drive_library_version(void);

#endif

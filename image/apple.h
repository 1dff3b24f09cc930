/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Apple: the marks of a partition map and of HFS volumes on an image, from Inside Macintosh. They
 * lie in the area before LBA 16 that ISO 9660 leaves to the system, so that hybrid discs have both:
 *
 *      0  ER  driver descriptor               1024  BD      HFS, or the wrapper of an HFS Plus
 *    512  PM  partition map, or at 2048       1024  H+, HX  HFS Plus
 *
 *   partition map entry, one a block:   4 entries in all   8 first block   48 type: "Apple_HFS"
 */
#ifndef THECA_IMAGE_APPLE_H
#define THECA_IMAGE_APPLE_H

#include "image/volume.h"

#include <stdbool.h>
#include <stdint.h>

enum apple_file_system { APPLE_NO_FILE_SYSTEM, APPLE_HFS, APPLE_HFS_PLUS, APPLE_FILE_SYSTEMS };

struct apple_marks {
	bool has_map; /* an Apple partition map */
	/* at the beginning of the image, or in the first partition that has one */
	enum apple_file_system file_system;
};

/* Reads at most 40 sectors. */
void apple_find(struct apple_marks *marks, volume_read *read, void *context, uint32_t sectors);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef THECA_IMAGE_EXTENT_H
#define THECA_IMAGE_EXTENT_H

#include <stdint.h>

/* A run of sectors: count sectors from logical block address lba. */
struct extent {
	uint32_t lba;
	uint32_t count;
};

static inline uint32_t extent_end(struct extent extent)
{
	return extent.lba + extent.count;
}

#endif

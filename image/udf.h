/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UDF: the label and extent of a volume (ECMA-167 part 3, OSTA UDF 2.60).
 *
 *   anchor, at LBA 256 or near the end
 *     -> main or reserve volume descriptor sequence -> 1 primary, 5 partition, 6 logical volume
 *
 *   every descriptor begins with a tag:
 *   0 id         4 checksum of the tag   8 CRC of what follows   12 the descriptor's own LBA
 *   2 version    6 serial                10 its length
 */
#ifndef THECA_IMAGE_UDF_H
#define THECA_IMAGE_UDF_H

#include "base/bytes.h"
#include "image/volume.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct udf_volume {
	struct buffer
		/*
		 * UTF-8: the logical volume's identifier, else the primary volume descriptor's;
		 * empty if none
		 */
		label;
	uint32_t end; /* the LBA after the last partition, 0 if not known */
};

/*
 * Follows the anchor of an image; false if there is none that leads to a volume descriptor. Reads
 * at most 150 sectors. The label's `failed` tells of memory. The caller releases the label.
 */
bool udf_volume_find(struct udf_volume *volume, volume_read *read, void *context, uint32_t sectors);

/*
 * Appends an OSTA compressed Unicode d-string (UDF 2.1.3) in its fixed field of `size` bytes as
 * UTF-8; a lone surrogate as the three bytes of its code point. False, and nothing appended, if it
 * is empty or breaks the rules.
 */
bool udf_dstring(const uint8_t *field, size_t size, struct buffer *out);

#endif

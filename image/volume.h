/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Volume: which file systems an image of 2048-byte sectors holds, the volume's label and the size
 * it claims, from the recognition sequence that begins at LBA 16:
 *
 *   16  CD001 1    ISO 9660 primary (ECMA-119, 8.4)      19  BEA01   UDF (ECMA-167, part 2, 9)
 *   17  CD001 2    Joliet, by its escape sequence        20  NSR02   or NSR03
 *   18  CD001 255  terminator                            21  TEA01
 *
 * and from Apple's marks before it (image/apple.h).
 */
#ifndef THECA_IMAGE_VOLUME_H
#define THECA_IMAGE_VOLUME_H

#include "base/bytes.h"
#include "base/error.h"
#include "image/disc.h"

#include <stdint.h>

/*
 * Fills one sector; non-zero if it cannot be read, which is taken as a sector that holds nothing
 * known.
 */
typedef int volume_read(void *context, uint32_t lba, uint8_t sector[DISC_SECTOR_SIZE]);

struct volume {
	struct buffer
		/*
		 * raw bytes without padding: as on the disc for ISO 9660 and High Sierra, UTF-8
		 * for UDF alone
		 */
		label;
	const char *
		/*
		 * "ISO 9660", "UDF", "ISO 9660 and UDF", "High Sierra", each with what is there of
		 * Apple's: "ISO 9660 and HFS", "ISO 9660 and HFS with an Apple partition map"; or
		 * that alone: "HFS Plus". NULL if none was recognised
		 */
		file_system;
	uint32_t
		/*
		 * where the file systems say that they end, 0 if not known; images may well be
		 * longer
		 */
		claimed_sectors;
};

/*
 * Looks at no more than 240 of the image's `sectors` sectors, whatever they hold. An image with no
 * known file system is a success. Only ERR_MEMORY. The caller releases.
 */
int volume_identify(struct volume *volume, volume_read *read, void *context, uint32_t sectors,
	struct error *err);
void volume_release(struct volume *volume);

#endif

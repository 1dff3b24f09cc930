/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A volume's descriptors. The input is a sparse image, a row of { LBA le16, length le16, bytes }:
 * the length bytes stand at the beginning of that sector, all else is zero; a length over 2048
 * makes a sector that cannot be read.
 */
#include "image/volume.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SECTORS = 2000, HEADER = 4, READS_MAX = 240 };

struct sparse_image {
	const uint8_t *data;
	size_t size;
	unsigned reads;
};

static int read_sparse(void *context, uint32_t lba, uint8_t sector[DISC_SECTOR_SIZE])
{
	struct sparse_image *image = context;
	if (lba >= SECTORS || ++image->reads > READS_MAX)
		abort();
	memset(sector, 0, DISC_SECTOR_SIZE);
	for (size_t i = 0; image->size - i >= HEADER;) {
		const uint8_t *record = image->data + i;
		size_t len = bytes_le16(record + 2), left = image->size - i - HEADER;
		bool wanted = bytes_le16(record) == lba;
		if (len > DISC_SECTOR_SIZE && wanted)
			return ERR_IO;
		if (len > DISC_SECTOR_SIZE)
			len = 0;
		if (len > left)
			len = left;
		if (wanted)
			memcpy(sector, record + HEADER, len);
		i += HEADER + len;
	}
	return ERR_NONE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sparse_image image = {.data = data, .size = size};
	struct volume volume;
	if (volume_identify(&volume, read_sparse, &image, SECTORS, NULL) != ERR_NONE)
		return 0;
	if (volume.label.len > 1000)
		abort();
	volume_release(&volume);
	return 0;
}

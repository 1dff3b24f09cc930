/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A raw sector. The input is the LBA (le32), then its bytes; what is missing of them is zero. */
#include "base/bytes.h"
#include "image/sector.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LBA_SIZE = 4, SECTOR_SIZE = 2352 };

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* What is said of a sector agrees with itself. */
static void check_verdict(const uint8_t *sector, uint32_t lba)
{
	const enum sector_state state = sector_check(sector, lba);
	const size_t user_data = sector_user_data(sector);
	const int mode = sector_mode(sector);
	require(user_data == 0 || (user_data == 16 && mode == 1) || (user_data == 24 && mode == 2));
	require((state == SECTOR_NO_SYNC) == (mode < 0 || mode > 2));
	require(state != SECTOR_GOOD || mode == 1 || mode == 2);
	if (state == SECTOR_GOOD || state == SECTOR_NO_CHECK)
		require(sector_check(sector, lba + 1) == SECTOR_WRONG_ADDRESS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t sector[SECTOR_SIZE] = {0}, framed[SECTOR_SIZE];
	if (size < LBA_SIZE)
		return 0;
	const uint32_t lba = bytes_le32(data);
	size -= LBA_SIZE;
	memcpy(sector, data + LBA_SIZE, size < SECTOR_SIZE ? size : SECTOR_SIZE);
	check_verdict(sector, lba);

	memcpy(framed, sector, SECTOR_SIZE);
	sector_frame_mode1(framed, lba);
	check_verdict(framed, lba);
	require(sector_check(framed, lba) == SECTOR_GOOD && sector_user_data(framed) == 16);
	require(!memcmp(framed + 16, sector + 16, 2048));

	memcpy(framed, sector, SECTOR_SIZE);
	sector_frame_mode2(framed, lba);
	check_verdict(framed, lba);
	require(sector_mode(framed) == 2 && !memcmp(framed + 16, sector + 16, SECTOR_SIZE - 16));
	return 0;
}

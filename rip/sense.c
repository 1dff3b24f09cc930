/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/sense.h"

enum source_status drive_sense(
	uint8_t key, uint8_t asc, uint8_t ascq, uint32_t lba, struct error *err)
{
	static const struct {
		uint8_t key, asc; /* asc 0xff: any */
		enum source_status status;
		enum error_code code;
		const char *words;
	} meanings[] = {
		{0x2, 0x3a, SOURCE_GONE, ERR_NOT_FOUND, "there is no disc in the drive any more"},
		{0x2, 0xff, SOURCE_GONE, ERR_BUSY, "the drive is not ready"},
		{0x3, 0xff, SOURCE_UNREADABLE, ERR_IO,
			"the disc cannot be read there (medium error)"},
		{0x4, 0xff, SOURCE_UNREADABLE, ERR_IO, "the drive failed there (hardware error)"},
		{0x5, 0x20, SOURCE_UNREADABLE, ERR_UNSUPPORTED,
			"the drive has no such command; try another drive"},
		{0x5, 0x24, SOURCE_UNREADABLE, ERR_UNSUPPORTED,
			"the drive does not read sectors in this way; try another drive"},
		{0x5, 0x64, SOURCE_UNREADABLE, ERR_IO,
			"at this address is a sector of another kind than the track's (audio or "
			"data)"},
		{0x5, 0x6f, SOURCE_UNREADABLE, ERR_UNSUPPORTED,
			"the drive withholds the sector: the disc is copy-protected"},
		{0x5, 0xff, SOURCE_UNREADABLE, ERR_IO, "the drive refused the address"},
		{0x6, 0x28, SOURCE_GONE, ERR_IO, "the disc was changed while it was read"},
		{0x6, 0xff, SOURCE_UNREADABLE, ERR_IO, "the drive was reset"},
		{0xb, 0xff, SOURCE_UNREADABLE, ERR_IO, "the drive gave the command up"},
	};
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (meanings[i].key != key || (meanings[i].asc != asc && meanings[i].asc != 0xff))
			continue;
		error_set(err, meanings[i].code, "sector %u: %s (sense %x/%02x/%02x)", lba,
			meanings[i].words, key, asc, ascq);
		return meanings[i].status;
	}
	error_set(err, ERR_IO, "sector %u: the drive reported sense %x/%02x/%02x", lba, key, asc,
		ascq);
	return SOURCE_UNREADABLE;
}

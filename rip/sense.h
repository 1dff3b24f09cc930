/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sense: why a drive did not do what it was asked (SPC-3, 4.5; the codes in MMC-3, annex A).
 */
#ifndef THECA_RIP_SENSE_H
#define THECA_RIP_SENSE_H

#include "base/error.h"
#include "image/sector_source.h"

#include <stdint.h>

#define SENSE_NOT_READY 0x2
#define SENSE_ILLEGAL_REQUEST 0x5

/* Key, additional code, qualifier; key 0 where the drive said nothing. */
struct sense {
	uint8_t key, asc, ascq;
};

/* What a failed command's sense data means for the pass; fills err unless SOURCE_OK. */
enum source_status drive_sense(
	uint8_t key, uint8_t asc, uint8_t ascq, uint32_t lba, struct error *err);

/* 5/20: the drive has no such command. */
static inline bool sense_is_no_such_command(const struct sense *sense)
{
	return sense->key == SENSE_ILLEGAL_REQUEST && sense->asc == 0x20;
}

/* 5/64: the sector is of another kind than was asked for. */
static inline bool sense_is_other_kind(const struct sense *sense)
{
	return sense->key == SENSE_ILLEGAL_REQUEST && sense->asc == 0x64;
}

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Raw source: raw 2352-byte sectors in memory, with faults that are counted:
 *
 *   { .sector = 40 }                                   one of its bytes is wrong, however often it is read
 *   { .sector = 40, .kind = RAW_UNREADABLE, .fail_first = 2 }   it cannot be read; the third time it can
 */
#ifndef THECA_TESTS_UNIT_RAW_SOURCE_H
#define THECA_TESTS_UNIT_RAW_SOURCE_H

#include "image/disc.h"
#include "image/sector_source.h"

#include <stddef.h>
#include <stdint.h>

enum raw_fault_kind {
	RAW_WRONG_BYTE,
	RAW_OTHER_SECTOR, /* the one that follows it */
	RAW_NO_SYNC,
	RAW_REBUILT, /* a wrong byte, and noted as rebuilt */
	RAW_DOUBTFUL, /* its bytes are right, but it is noted as doubtful */
	RAW_UNREADABLE, /* zero and noted so: the read is SOURCE_PARTLY */
	RAW_BROKEN, /* the read is SOURCE_UNREADABLE */
	RAW_GONE,
};

struct raw_fault {
	uint32_t sector;
	enum raw_fault_kind kind;
	unsigned fail_first; /* reads of the sector that meet the fault; 0: all */
};

struct raw_disc {
	uint8_t (*sectors)[DISC_RAW_SECTOR_SIZE]; /* borrowed */
	uint32_t count;
	uint32_t max_read;
	const struct raw_fault *faults; /* borrowed */
	size_t fault_count;
};

/* Sectors are confirmed by the drive. The caller closes the source. */
struct sector_source *raw_source_new(const struct raw_disc *disc);
unsigned raw_source_reads_of(const struct sector_source *source, uint32_t sector);

/* Fills the bytes from a seed. */
void raw_fill(uint8_t *bytes, size_t len, uint32_t seed);
/* A whole Mode 1 sector; an XA form 1 sector without P and Q; one of form 2, without EDC. */
void raw_make_mode1(uint8_t sector[DISC_RAW_SECTOR_SIZE], uint32_t lba);
void raw_make_form1(uint8_t sector[DISC_RAW_SECTOR_SIZE], uint32_t lba);
void raw_make_form2(uint8_t sector[DISC_RAW_SECTOR_SIZE], uint32_t lba);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Faulty source: a disc made up from a seed, or another source, with faults that are counted:
 *
 *   { .lba = 40 }                           sector 40 cannot be read, however often it is tried
 *   { .lba = 40, .fail_first = 2 }          it can at the third try
 *   { .lba = 40, .kind = FAULT_SILENT }     it is reported as read, but not delivered
 *   { .lba = 40, .kind = FAULT_GONE }       the drive is gone once it is asked for
 */
#ifndef THECA_TESTS_UNIT_FAULTY_SOURCE_H
#define THECA_TESTS_UNIT_FAULTY_SOURCE_H

#include "image/disc.h"
#include "image/sector_source.h"

#include <stddef.h>
#include <stdint.h>

enum fault_kind { FAULT_UNREADABLE, FAULT_SILENT, FAULT_GONE };

struct fault {
	uint32_t lba;
	uint32_t count; /* sectors; 0 is one */
	unsigned fail_first; /* reads of a sector that fail before one succeeds; 0: all */
	enum fault_kind kind;
};

struct faulty_disc {
	uint32_t sectors;
	uint32_t max_read;
	uint32_t seed; /* of the bytes */
	const struct fault *faults; /* borrowed; may change while the source is open */
	size_t fault_count;
	struct sector_source
		*inner; /* the source whose sectors these are; NULL: made from the seed */
};

/* The caller closes the source, which closes the inner one. */
struct sector_source *faulty_source_new(const struct faulty_disc *disc);
/* What the seeded disc holds in a sector: never zeros. */
void faulty_sector(uint32_t seed, uint32_t lba, uint8_t sector[DISC_SECTOR_SIZE]);

/* Every read that was asked for, in order; borrowed until the next. */
const struct extent *faulty_source_log(const struct sector_source *source, size_t *count);
/* Reads in all, and those of one sector. */
size_t faulty_source_reads(const struct sector_source *source);
size_t faulty_source_reads_of(const struct sector_source *source, uint32_t lba);
/* Forgets the reads so far, and with them how often a sector has failed. */
void faulty_source_forget(struct sector_source *source);

#endif

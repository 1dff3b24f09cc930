/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Virtual drive: answers packet commands as a drive with a made-up CD in it would, and counts them.
 * What it is not told to have it refuses, as a drive refuses it.
 */
#ifndef THECA_TESTS_UNIT_VIRTUAL_DRIVE_H
#define THECA_TESTS_UNIT_VIRTUAL_DRIVE_H

#include "image/disc.h"
#include "rip/packet.h"
#include "tests/unit/toc_fixture.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum area_kind { AREA_NONE, AREA_AUDIO, AREA_MODE1, AREA_MODE2, AREA_MODE0 };

/* Sectors of one kind, whatever the table of contents says. */
struct area {
	uint32_t lba, count;
	enum area_kind kind;
};

struct virtual_drive {
	struct packet_port port; /* set by virtual_drive_init */
	unsigned profile; /* 0: it does not tell */
	uint32_t capacity; /* sectors, by READ CAPACITY; 0: it does not tell */
	struct toc_answer full, brief; /* len 0: it has none */
	unsigned sessions; /* by READ TOC of format 1; 0: it does not tell */
	unsigned data_mode; /* by READ TRACK INFORMATION; 0: it does not tell */
	bool is_atapi; /* READ TOC as SFF-8020i has it: the format in byte 9 */
	const char *mcn; /* NULL: it has none */
	const char *isrc; /* of track 2 */
	struct area areas[8]; /* up to the first AREA_NONE */
	struct extent damaged[4]; /* not to be read in any way; up to the first of count 0 */
	struct extent damaged_whole[4]; /* not by READ CD */
	struct extent withheld[4]; /* by READ CD of any type: 5/64, not of the track's kind */
	struct extent undelivered[4]; /* READ CD reports success, and gives nothing */
	bool has_no_read_cd; /* READ CD is refused, 5/20 */
	bool has_no_mode2; /* READ CD of Mode 2 is refused, 5/24 */
	bool is_hollow; /* READ CD makes data sectors up: no check codes, addresses not in BCD */
	bool delivers_nothing; /* success of every read, and nothing in the buffer */
	bool is_empty; /* the disc was taken out: 2/3a */
	bool is_mute; /* and there is no sense data either */
	unsigned reads_cd, reads_10, wrong_kinds, odd_lengths;
	size_t longest; /* bytes that one command asked for */
};

void virtual_drive_init(struct virtual_drive *drive);
/* What the disc has at an LBA; false if nothing. */
bool virtual_drive_sector(
	const struct virtual_drive *drive, uint32_t lba, uint8_t sector[DISC_RAW_SECTOR_SIZE]);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packet commands: what Theca asks of a drive, as the command blocks of SPC-3 and MMC-3, over
 * whatever carries them to it.
 */
#ifndef THECA_RIP_PACKET_H
#define THECA_RIP_PACKET_H

#include "image/extent.h"
#include "rip/sense.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_SIZE 12

/* A way to a drive: a device, or a test's drive that is none. */
struct packet_port {
	/*
	 * Sends a command block, and takes up to len bytes of answer; a drive may give less, and
	 * then the rest of answer stays as it was. False if the drive did not do it; *sense says
	 * why.
	 */
	bool (*send)(struct packet_port *port, const uint8_t block[PACKET_SIZE], uint8_t *answer,
		size_t len, struct sense *sense);
};

/* TEST UNIT READY: whether there is a drive with a disc in it. */
bool packet_is_ready(struct packet_port *port);
/* INQUIRY for a page of vital product data (SPC-3, 6.4); false if the drive has none such. */
bool packet_product_page(struct packet_port *port, uint8_t page, uint8_t *answer, uint8_t size);
/* READ CAPACITY (MMC-3, 6.22): the last address, UINT32_MAX or 0 on some blank discs. */
bool packet_last_address(struct packet_port *port, uint32_t *lba);
/* GET CONFIGURATION (MMC-3, 6.5): the profile of the disc, 0 if the drive does not tell. */
unsigned packet_profile(struct packet_port *port);

enum toc_format { TOC_SHORT = 0, TOC_SESSIONS = 1, TOC_FULL = 2 };

/*
 * Where a drive looks for the format: MMC in byte 2, ATAPI drives after SFF-8020i in byte 9. Such a
 * drive gives the short form to who does not know that.
 */
enum toc_dialect { TOC_DIALECT_MMC, TOC_DIALECT_ATAPI, TOC_DIALECTS };

/* READ TOC/PMA/ATIP (MMC-3, 6.30): how many bytes of answer count, 0 if the drive gave none. */
size_t packet_toc(struct packet_port *port, enum toc_format format, enum toc_dialect dialect,
	uint8_t *answer, size_t size);

enum sub_channel { SUB_CHANNEL_MCN = 2, SUB_CHANNEL_ISRC = 3 };
#define SUB_CHANNEL_SIZE 24

/* READ SUB-CHANNEL (MMC-2, 9.1.22); track is 0 for the disc's. */
bool packet_sub_channel(struct packet_port *port, enum sub_channel wanted, uint8_t track,
	uint8_t answer[SUB_CHANNEL_SIZE]);
/* READ TRACK INFORMATION (MMC-3, 6.31): the data mode, 1 or 2; others say nothing. */
bool packet_data_mode(struct packet_port *port, uint8_t track, unsigned *mode);

/* READ(10) (MMC-3, 6.19): 2048-byte sectors. */
enum source_status packet_read_user_data(
	struct packet_port *port, struct extent extent, uint8_t *buffer, struct error *err);

enum sector_type { SECTOR_TYPE_ANY = 0, SECTOR_TYPE_AUDIO = 1 };

/* READ CD (MMC-3, 6.15): whole sectors of 2352 bytes, which must be of that type. */
bool packet_read_cd(struct packet_port *port, enum sector_type type, struct extent extent,
	uint8_t *buffer, struct sense *sense);
/*
 * What it means that a read failed with that sense; fills err. Without sense data the drive is
 * asked whether it still is there.
 */
enum source_status packet_failure(
	struct packet_port *port, const struct sense *sense, uint32_t lba, struct error *err);

#endif

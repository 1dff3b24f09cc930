/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/packet.h"

#include "base/bytes.h"
#include "image/disc.h"

#include <string.h>

enum {
	INQUIRY = 0x12,
	READ_CAPACITY = 0x25,
	READ_10 = 0x28,
	READ_SUB_CHANNEL = 0x42,
	READ_TOC = 0x43,
	GET_CONFIGURATION = 0x46,
	READ_TRACK_INFORMATION = 0x52,
	READ_CD = 0xbe,
};

/* Sends a command whose answer begins in zeros, so that what a drive did not give is none. */
static bool ask(
	struct packet_port *port, const uint8_t block[PACKET_SIZE], uint8_t *answer, size_t len)
{
	struct sense sense = {0};
	memset(answer, 0, len);
	return port->send(port, block, answer, len, &sense);
}

bool packet_is_ready(struct packet_port *port)
{
	const uint8_t block[PACKET_SIZE] = {0};
	for (int i = 0; i < 3; i++) { /* a unit attention is reported once and then over */
		struct sense sense = {0};
		if (port->send(port, block, NULL, 0, &sense))
			return true;
	}
	return false;
}

bool packet_product_page(struct packet_port *port, uint8_t page, uint8_t *answer, uint8_t size)
{
	const uint8_t block[PACKET_SIZE] = {INQUIRY, 1, page, 0, size};
	return ask(port, block, answer, size) && answer[1] == page;
}

bool packet_last_address(struct packet_port *port, uint32_t *lba)
{
	const uint8_t block[PACKET_SIZE] = {READ_CAPACITY};
	uint8_t answer[8];
	if (!ask(port, block, answer, sizeof(answer)))
		return false;
	*lba = bytes_be32(answer);
	return true;
}

unsigned packet_profile(struct packet_port *port)
{
	uint8_t answer[8];
	const uint8_t block[PACKET_SIZE] = {GET_CONFIGURATION, 2, [8] = sizeof(answer)};
	return ask(port, block, answer, sizeof(answer)) ? (unsigned)answer[6] << 8 | answer[7] : 0;
}

static bool ask_toc(struct packet_port *port, enum toc_format format, enum toc_dialect dialect,
	uint8_t *answer, size_t len)
{
	/*
	 * the full one has minutes, seconds and frames anyway; some drives give it only when asked
	 * for them
	 */
	const uint8_t msf = format == TOC_FULL ? 2 : 0, first = format == TOC_FULL ? 1 : 0;
	uint8_t block[PACKET_SIZE] = {READ_TOC, msf, (uint8_t)format, [6] = first};
	bytes_put_be16(&block[7], (uint16_t)len);
	if (dialect == TOC_DIALECT_ATAPI)
		block[9] = (uint8_t)(format << 6);
	return ask(port, block, answer, len);
}

size_t packet_toc(struct packet_port *port, enum toc_format format, enum toc_dialect dialect,
	uint8_t *answer, size_t size)
{
	if (size > UINT16_MAX - 1)
		size = UINT16_MAX - 1;
	/* first its length: not every drive takes well to being asked for more than it has */
	if (size < 4 || !ask_toc(port, format, dialect, answer, 4))
		return 0;
	size_t len = ((size_t)answer[0] << 8 | answer[1]) + 2;
	len += len % 2; /* an odd length is something that old drives do not expect */
	if (len < 4)
		return 0;
	if (len > size)
		len = size;
	return ask_toc(port, format, dialect, answer, len) ? len : 0;
}

bool packet_sub_channel(struct packet_port *port, enum sub_channel wanted, uint8_t track,
	uint8_t answer[SUB_CHANNEL_SIZE])
{
	const uint8_t q_wanted = 0x40;
	const uint8_t block[PACKET_SIZE] = {READ_SUB_CHANNEL, 2, q_wanted,
		(uint8_t)wanted, [6] = track, [8] = SUB_CHANNEL_SIZE};
	return ask(port, block, answer, SUB_CHANNEL_SIZE);
}

bool packet_data_mode(struct packet_port *port, uint8_t track, unsigned *mode)
{
	const uint8_t by_track_number = 1;
	uint8_t answer[28];
	const uint8_t block[PACKET_SIZE] = {
		READ_TRACK_INFORMATION, by_track_number, [5] = track, [8] = sizeof(answer)};
	if (!ask(port, block, answer, sizeof(answer)))
		return false;
	*mode = answer[6] & 0xf;
	return true;
}

enum source_status packet_read_user_data(
	struct packet_port *port, struct extent extent, uint8_t *buffer, struct error *err)
{
	struct sense sense = {0};
	uint8_t block[PACKET_SIZE] = {READ_10};
	bytes_put_be32(&block[2], extent.lba);
	bytes_put_be16(&block[7], (uint16_t)extent.count);
	if (port->send(port, block, buffer, (size_t)extent.count * DISC_SECTOR_SIZE, &sense))
		return SOURCE_OK;
	return packet_failure(port, &sense, extent.lba, err);
}

bool packet_read_cd(struct packet_port *port, enum sector_type type, struct extent extent,
	uint8_t *buffer, struct sense *sense)
{
	/*
	 * all of an audio sector is user data; of a data sector there are sync, header, subheader,
	 * user data and check codes
	 */
	const uint8_t parts = type == SECTOR_TYPE_AUDIO ? 0x10 : 0xf8;
	uint8_t block[PACKET_SIZE] = {READ_CD, (uint8_t)(type << 2), [9] = parts};
	bytes_put_be32(&block[2], extent.lba);
	bytes_put_be16(&block[7], (uint16_t)extent.count);
	*sense = (struct sense){0};
	return port->send(port, block, buffer, (size_t)extent.count * DISC_RAW_SECTOR_SIZE, sense);
}

enum source_status packet_failure(
	struct packet_port *port, const struct sense *sense, uint32_t lba, struct error *err)
{
	if (sense->key)
		return drive_sense(sense->key, sense->asc, sense->ascq, lba, err);
	error_set(err, ERR_IO, "sector %u: the drive could not read it", lba);
	if (packet_is_ready(port))
		return SOURCE_UNREADABLE;
	error_set(err, ERR_IO, "the drive does not answer, or its disc is gone");
	return SOURCE_GONE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/virtual_drive.h"

#include "base/bytes.h"
#include "image/sector.h"
#include "tests/unit/raw_source.h"

#include <string.h>

static enum area_kind kind_at(const struct virtual_drive *drive, uint32_t lba)
{
	for (const struct area *area = drive->areas; area->kind != AREA_NONE; area++)
		if (lba >= area->lba && lba - area->lba < area->count)
			return area->kind;
	return AREA_NONE;
}

static bool lies_in(const struct extent *extents, uint32_t lba)
{
	for (size_t i = 0; i < 4 && extents[i].count; i++)
		if (lba >= extents[i].lba && lba < extent_end(extents[i]))
			return true;
	return false;
}

bool virtual_drive_sector(
	const struct virtual_drive *drive, uint32_t lba, uint8_t sector[DISC_RAW_SECTOR_SIZE])
{
	switch (kind_at(drive, lba)) {
	case AREA_AUDIO:
		raw_fill(sector, DISC_RAW_SECTOR_SIZE, lba + 1);
		return true;
	case AREA_MODE1:
		raw_make_mode1(sector, lba);
		return true;
	case AREA_MODE2:
		raw_make_form1(sector, lba);
		return true;
	case AREA_MODE0:
		raw_make_mode1(sector, lba);
		memset(sector + 15, 0, DISC_RAW_SECTOR_SIZE - 15);
		return true;
	default:
		return false;
	}
}

/* ---- commands ---- */

struct command {
	const uint8_t *block;
	uint8_t *answer;
	size_t len;
	struct sense *sense;
};

static bool refuse(const struct command *command, uint8_t key, uint8_t asc)
{
	*command->sense = (struct sense){key, asc, 0};
	return false;
}

static bool give(const struct command *command, const void *bytes, size_t len)
{
	memcpy(command->answer, bytes, len < command->len ? len : command->len);
	return true;
}

static bool capacity(struct virtual_drive *drive, const struct command *command)
{
	uint8_t answer[8] = {[6] = 8};
	if (!drive->capacity)
		return refuse(command, 5, 0x20);
	bytes_put_be32(answer, drive->capacity - 1);
	return give(command, answer, sizeof(answer));
}

static bool configuration(struct virtual_drive *drive, const struct command *command)
{
	const uint8_t answer[8] = {
		[6] = (uint8_t)(drive->profile >> 8), [7] = (uint8_t)drive->profile};
	return drive->profile ? give(command, answer, sizeof(answer)) : refuse(command, 5, 0x20);
}

static bool toc(struct virtual_drive *drive, const struct command *command)
{
	const uint8_t sessions[12] = {0, 10, 1, (uint8_t)drive->sessions};
	const uint8_t format = drive->is_atapi ? command->block[9] >> 6 : command->block[2];
	const struct toc_answer *answer = format ? &drive->full : &drive->brief;
	if (format == 1 && drive->sessions)
		return give(command, sessions, sizeof(sessions));
	if (format == 1 || !answer->len)
		return refuse(command, 5, 0x24);
	return give(command, answer->bytes, answer->len);
}

static bool sub_channel(struct virtual_drive *drive, const struct command *command)
{
	const uint8_t format = command->block[3], track = command->block[6];
	const char *number = format == 2 ? drive->mcn : track == 2 ? drive->isrc : NULL;
	uint8_t answer[24];
	toc_number(answer, format, track, number ? number : "0000000000000");
	if (!number)
		answer[8] = 0;
	return drive->mcn || drive->isrc ? give(command, answer, sizeof(answer))
					 : refuse(command, 5, 0x20);
}

static bool track_information(struct virtual_drive *drive, const struct command *command)
{
	const uint8_t answer[28] = {[6] = (uint8_t)(0x40 | drive->data_mode)};
	return drive->data_mode ? give(command, answer, sizeof(answer)) : refuse(command, 5, 0x20);
}

static bool read_10(struct virtual_drive *drive, const struct command *command)
{
	const uint32_t lba = bytes_be32(command->block + 2);
	const uint32_t count = (uint32_t)command->block[7] << 8 | command->block[8];
	drive->reads_10++;
	for (uint32_t i = 0; i < count && !drive->delivers_nothing; i++) {
		uint8_t sector[DISC_RAW_SECTOR_SIZE];
		const enum area_kind kind = kind_at(drive, lba + i);
		if (kind == AREA_NONE || kind == AREA_AUDIO)
			return refuse(command, 5, kind == AREA_NONE ? 0x21 : 0x64);
		if (lies_in(drive->damaged, lba + i))
			return refuse(command, 3, 0x11);
		virtual_drive_sector(drive, lba + i, sector);
		memcpy(command->answer + i * DISC_SECTOR_SIZE, sector + sector_user_data(sector),
			DISC_SECTOR_SIZE);
	}
	return true;
}

/* As emulators make them. */
static void hollow_out(uint8_t *sector, uint32_t lba)
{
	const uint32_t frames = lba + 150;
	sector[12] = (uint8_t)(frames / 75 / 60);
	sector[13] = (uint8_t)(frames / 75 % 60);
	sector[14] = (uint8_t)(frames % 75);
	memset(sector + 2064, 0, 288);
}

/* Whether a read of any type that begins at first may not have the sector at lba. */
static bool is_other_kind(const struct virtual_drive *drive, uint32_t first, uint32_t lba)
{
	return (kind_at(drive, lba) == AREA_AUDIO) != (kind_at(drive, first) == AREA_AUDIO) ||
	       lies_in(drive->withheld, lba);
}

static bool read_cd(struct virtual_drive *drive, const struct command *command)
{
	const unsigned type = command->block[1] >> 2 & 7;
	const uint32_t lba = bytes_be32(command->block + 2), count = command->block[8];
	drive->reads_cd++;
	if (drive->has_no_read_cd)
		return refuse(command, 5, 0x20);
	for (uint32_t i = 0; i < count && !drive->delivers_nothing; i++) {
		uint8_t *sector = command->answer + (size_t)i * DISC_RAW_SECTOR_SIZE;
		const enum area_kind kind = kind_at(drive, lba + i);
		if (kind == AREA_NONE)
			return refuse(command, 5, 0x21);
		if (drive->has_no_mode2 && kind == AREA_MODE2)
			return refuse(command, 5, 0x24);
		if (type ? kind != AREA_AUDIO : is_other_kind(drive, lba, lba + i)) {
			drive->wrong_kinds++;
			return refuse(command, 5, 0x64);
		}
		if (lies_in(drive->damaged, lba + i) || lies_in(drive->damaged_whole, lba + i))
			return refuse(command, 3, 0x11);
		if (lies_in(drive->undelivered, lba + i))
			continue;
		virtual_drive_sector(drive, lba + i, sector);
		if (drive->is_hollow && kind != AREA_AUDIO)
			hollow_out(sector, lba + i);
	}
	return true;
}

static bool virtual_send(struct packet_port *port, const uint8_t block[PACKET_SIZE],
	uint8_t *answer, size_t len, struct sense *sense)
{
	static const struct {
		uint8_t code;
		bool (*run)(struct virtual_drive *drive, const struct command *command);
	} commands[] = {
		{0x25, capacity},
		{0x28, read_10},
		{0x42, sub_channel},
		{0x43, toc},
		{0x46, configuration},
		{0x52, track_information},
		{0xbe, read_cd},
	};
	struct virtual_drive *drive = (struct virtual_drive *)port;
	const struct command command = {block, answer, len, sense};
	drive->odd_lengths += len % 2;
	if (len > drive->longest)
		drive->longest = len;
	if (drive->is_empty && drive->is_mute)
		return false;
	if (drive->is_empty)
		return refuse(&command, 2, 0x3a);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].code == block[0])
			return commands[i].run(drive, &command);
	return block[0] == 0 || refuse(&command, 5, 0x20);
}

void virtual_drive_init(struct virtual_drive *drive)
{
	*drive = (struct virtual_drive){.port = {.send = virtual_send}};
}

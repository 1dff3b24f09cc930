/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/deposit_fixture.h"

#include "tests/unit/disc_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTORS 330000u
#define FINISHED_AT 1795360984 /* 2026-11-22T15:23:04Z */

static void set_digests(struct digest_values *values, unsigned seed)
{
	uint8_t bytes[DIGEST_MAX_BYTES];

	memset(bytes, (int)(0xa0 + seed), sizeof(bytes));
	for (enum digest_algorithm i = 0; i < DIGEST_COUNT; i++)
		bytes_to_hex(bytes, digest_size(i), values->hex[i]);
}

static bool has_file(const struct deposit *deposit, enum file_role role)
{
	return role == ROLE_SHEET          ? deposit->format == IMAGE_BINCUE
	       : role == ROLE_SOURCE_SHEET ? deposit->source_sheet.len > 0
					   : true;
}

/* Named and identified as a commit does it. */
static void set_files(struct deposit *deposit)
{
	unsigned place = 0;
	for (enum file_role role = 0; role < ROLE_PREMIS; role++) {
		struct deposit_file *file = &deposit->files[role];
		char name[64];
		file->role = role;
		if (!has_file(deposit, role))
			continue;
		snprintf(name, sizeof(name), "SHELF%%2F12%s",
			file_role_suffix(role, deposit->format));
		file->name = strdup(name);
		file->size = role == ROLE_IMAGE ? (uint64_t)disc_image_sectors(&deposit->disc) *
							  deposit->sector_size
						: 100u + place;
		snprintf(file->uuid, sizeof(file->uuid), "f0000000-0000-4000-8000-%012u", place);
		set_digests(&file->digests, place++);
	}
	for (unsigned i = 0; i < deposit->bitstream_count; i++)
		snprintf(
			deposit->bitstreams[i].uuid, UUID_SIZE, "b0000000-0000-4000-8000-%012u", i);
	deposit->files[ROLE_PREMIS].role = ROLE_PREMIS;
	deposit->image_digests = deposit->files[ROLE_IMAGE].digests;
}

static void set_read(struct deposit *deposit, enum read_confirmation confirmation)
{
	struct read_range all = {
		.extent = {0, SECTORS}, .confirmation = confirmation, .attempts = 1};

	damage_map_new(&deposit->map, SECTORS, NULL);
	damage_map_set(deposit->map, all.extent, MAP_FINISHED, NULL);
	read_record_set(&deposit->reads, &all, NULL);
}

static void set_damage(struct deposit *deposit)
{
	static const struct extent bad[] = {{0, 2}, {1000, 9}, {SECTORS - 1, 1}};
	struct read_range retried = {.extent = {5000, 32},
		.pass = READ_PASS_RETRY,
		.confirmation = READ_CONFIRMED_BY_DRIVE,
		.attempts = 3};

	read_record_set(&deposit->reads, &retried, NULL);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct read_range range = {.extent = bad[i],
			.state = READ_STATE_UNREADABLE,
			.pass = READ_PASS_RETRY,
			.confirmation = READ_UNCONFIRMED,
			.attempts = 4};
		damage_map_set(deposit->map, bad[i], i == 1 ? MAP_NON_SCRAPED : MAP_BAD, NULL);
		read_record_set(&deposit->reads, &range, NULL);
	}
	deposit->resumed = true;
	deposit->digests_while_reading = false;
}

static void set_drive(struct deposit *deposit, const char *text)
{
	struct drive_identity *drive = &deposit->source.drive;

	deposit->source.is_drive = true;
	snprintf(drive->device, sizeof(drive->device), "%s", text ? text : "/dev/sr0");
	snprintf(drive->vendor, sizeof(drive->vendor), "%.20s", text ? text : "PIONEER");
	snprintf(drive->model, sizeof(drive->model), "%.40s", text ? text : "BD-RW BDR-209D");
	snprintf(drive->firmware, sizeof(drive->firmware), "%.20s", text ? text : "1.51");
	snprintf(drive->serial, sizeof(drive->serial), "%.40s", text ? text : "KBDL123456WL");
}

static void set_data_disc(struct deposit *deposit)
{
	disc_init_single(&deposit->disc, DISC_CD, TRACK_MODE1, SECTORS);
	set_read(deposit, READ_CONFIRMED_BY_DRIVE);
}

static void set_stream_digests(struct bitstream *stream, unsigned seed)
{
	struct digest_values values;
	set_digests(&values, seed);
	strcpy(stream->digests.hex[DIGEST_CRC32], values.hex[DIGEST_CRC32]);
	strcpy(stream->digests.hex[DIGEST_SHA256], values.hex[DIGEST_SHA256]);
}

static void set_raw_disc(struct deposit *deposit, enum read_confirmation confirmation)
{
	disc_fixture_make(&deposit->disc);
	disc_fixture_fill(deposit, confirmation);
	for (unsigned i = 0; i < deposit->bitstream_count; i++)
		set_stream_digests(&deposit->bitstreams[i], 16 + i);
}

/* Across the border of two tracks, and across what is in no image. */
static void set_audio_damage(struct deposit *deposit)
{
	const struct read_effort none = {0};
	struct read_range data = {.extent = {630, 250},
		.confirmation = READ_CONFIRMED_BY_EDC,
		.track = 4,
		.attempts = 1};
	read_record_set(&deposit->reads, &data, NULL);
	disc_fixture_note(deposit, (struct extent){100, 4}, READ_STATE_READ,
		(struct read_effort){.rereads = 12, .jitter = 1, .skips = 1});
	disc_fixture_note(deposit, (struct extent){249, 2}, READ_STATE_DOUBTFUL,
		(struct read_effort){.rereads = 7, .skips = 1});
	disc_fixture_note(deposit, (struct extent){345, 10}, READ_STATE_UNREADABLE, none);
	disc_fixture_note(deposit, (struct extent){700, 1}, READ_STATE_DOUBTFUL,
		(struct read_effort){.rereads = 3});
}

static void set_sheet(struct deposit *deposit, const char *text)
{
	struct file_identity *file = &deposit->source.file;
	struct read_range rebuilt = {.extent = {630, 250},
		.confirmation = READ_CONFIRMED_BY_FILE,
		.track = 4,
		.rebuilt = true,
		.attempts = 1};
	file->path = strdup(text ? text : "/in/etudes.cue");
	file->name = strdup(text ? text : "etudes.cue");
	file->size = 2000000;
	file->modified = 1577934245;
	set_raw_disc(deposit, READ_CONFIRMED_BY_FILE);
	read_record_set(&deposit->reads, &rebuilt, NULL);
	strcpy(deposit->disc.text.encoding, "Shift_JIS");
	deposit->disc.text.guessed = true;
	buffer_puts(&deposit->source_sheet, DEPOSIT_SHEET_TEXT);
	buffer_puts(&deposit->warnings, "line 7: track 03 has INDEX 00 alone\n");
	if (!text)
		return;
	disc_text_add(&deposit->disc.text, 3, TEXT_TITLE, text);
	disc_text_add(&deposit->disc.text, 3, TEXT_PERFORMER, text);
	disc_text_add(&deposit->disc.text, 3, TEXT_MESSAGE, text);
	buffer_puts(&deposit->warnings, text);
}

static void set_file(struct deposit *deposit, const char *name)
{
	struct file_identity *file = &deposit->source.file;
	struct buffer path = {0};

	buffer_printf(&path, "/in/%s", name);
	file->path = buffer_steal(&path);
	file->name = strdup(name);
	file->size = (uint64_t)SECTORS * DISC_SECTOR_SIZE;
	file->modified = 1577934245; /* 2020-01-02T03:04:05Z */
	disc_init_unknown(&deposit->disc, SECTORS);
	set_read(deposit, READ_CONFIRMED_BY_FILE);
}

static void set_iso(struct deposit *deposit)
{
	deposit->format = IMAGE_ISO;
	deposit->sector_size = DISC_SECTOR_SIZE;
	deposit->volume_sectors = SECTORS;
}

static void set_source(struct deposit *deposit, enum deposit_kind kind, const char *text)
{
	switch (kind) {
	case DEPOSIT_AUDIO:
		set_drive(deposit, NULL);
		set_raw_disc(deposit, READ_CONFIRMED_BY_PARANOIA);
		set_audio_damage(deposit);
		break;
	case DEPOSIT_SHEET:
	case DEPOSIT_HOSTILE_SHEET:
		set_sheet(deposit, text);
		break;
	case DEPOSIT_DRIVE:
	case DEPOSIT_DAMAGED:
	case DEPOSIT_HOSTILE:
		set_drive(deposit, text);
		set_data_disc(deposit);
		set_iso(deposit);
		break;
	default:
		set_file(deposit, text ? text : "encyclopaedia.iso");
		set_iso(deposit);
	}
}

static void set_texts(struct deposit *deposit, const char *text)
{
	deposit->carrier.title = strdup(text ? text : "Encyclopædia on CD-ROM");
	deposit->carrier.note = strdup(text ? text : "Scratched near the hub.\nLabel missing.");
	deposit->command_line = strdup(text ? text : "theca rip --carrier SHELF/12 /dev/sr0");
	deposit->software_libraries = strdup(text ? text : "libcdio 2.1.0, OpenSSL 3.0.15");
	deposit->operator_name = text ? text : "A. Reader";
	deposit->institution = text ? text : "National Library of Examples";
	buffer_puts(&deposit->volume_label, text ? text : "ENCYCLOPAEDIA");
	if (text)
		buffer_add(&deposit->volume_label, "\0after a NUL", 12);
	deposit->file_system = text ? text : "ISO 9660";
	if (deposit->format == IMAGE_ISO)
		deposit->claimed_sectors = SECTORS - 150;
}

static void set_common(struct deposit *deposit)
{
	memset(deposit, 0, sizeof(*deposit));
	strcpy(deposit->carrier.uuid, "ca000000-0000-4000-8000-000000000001");
	strcpy(deposit->object_id, "urn:uuid:0b000000-0000-4000-8000-000000000001");
	strcpy(deposit->version, "v1");
	strcpy(deposit->ingestion_uuid, "e0000000-0000-4000-8000-000000000001");
	deposit->software_version = "0.1.0";
	deposit->retries = 3;
	deposit->digests = DIGEST_ALL;
	deposit->digests_while_reading = true;
	deposit->started = FINISHED_AT - 600;
	deposit->finished = FINISHED_AT;
}

void deposit_make(struct deposit *deposit, enum deposit_kind kind)
{
	bool hostile = kind == DEPOSIT_HOSTILE || kind == DEPOSIT_HOSTILE_FILE ||
		       kind == DEPOSIT_HOSTILE_SHEET;
	const char *text = hostile ? DEPOSIT_HOSTILE_TEXT : NULL;

	set_common(deposit);
	deposit->carrier.id = strdup(text ? text : "SHELF/12");
	set_source(deposit, kind, text);
	if (kind == DEPOSIT_DAMAGED || kind == DEPOSIT_HOSTILE)
		set_damage(deposit);
	if (kind != DEPOSIT_BARE)
		set_texts(deposit, text);
	if (kind == DEPOSIT_FILE)
		deposit->file_system = "ISO 9660 and UDF";
	set_files(deposit);
}

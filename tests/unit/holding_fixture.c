/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/holding_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/disk.h"
#include "base/path.h"
#include "base/uuid.h"
#include "store/chunks.h"
#include "store/commit.h"
#include "store/event.h"
#include "store/register.h"
#include "store/work.h"
#include "tests/unit/disc_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void holding_init(struct holding *holding)
{
	strcpy(holding->root, "/tmp/theca-holding-XXXXXX");
	assert_non_null(mkdtemp(holding->root));
	assert_int_equal(archive_create(holding->root, NULL), 0);
	assert_int_equal(chmod(holding->root, 0755), 0);
	assert_int_equal(archive_open(&holding->archive, holding->root, NULL), 0);
}

void holding_release(struct holding *holding)
{
	archive_close(holding->archive);
	disk_remove_tree(holding->root, NULL);
}

static size_t image_bytes(const struct deposit *deposit)
{
	return (size_t)disc_image_sectors(&deposit->disc) * deposit->sector_size;
}

static uint8_t *make_image(size_t bytes, unsigned seed)
{
	uint8_t *image = malloc(bytes);
	uint32_t word = seed * 2654435761u + 1;
	assert_non_null(image);
	for (size_t i = 0; i < bytes; i++) {
		word = word * 1664525u + 1013904223u;
		image[i] = (uint8_t)(word >> 24);
	}
	return image;
}

static void set_pieces(struct deposit *deposit, const uint8_t *image)
{
	uint32_t sectors = deposit->format == IMAGE_ISO ? CHUNK_SECTORS : CHUNK_RAW_SECTORS;
	size_t bytes = image_bytes(deposit), chunk = (size_t)sectors * deposit->sector_size;
	deposit->piece_count = (bytes + chunk - 1) / chunk;
	deposit->pieces = calloc(deposit->piece_count, 32);
	for (size_t i = 0; i < deposit->piece_count; i++) {
		char hex[DIGEST_HEX_SIZE];
		size_t left = bytes - i * chunk;
		digest_bytes(
			DIGEST_SHA256, image + i * chunk, left < chunk ? left : chunk, hex, NULL);
		assert_true(bytes_from_hex(hex, deposit->pieces[i], 32));
	}
}

static void set_digests(struct deposit *deposit, const uint8_t *image)
{
	deposit->digests = DIGEST_ALL;
	for (int i = 0; i < DIGEST_COUNT; i++)
		assert_int_equal(digest_bytes((enum digest_algorithm)i, image, image_bytes(deposit),
					 deposit->image_digests.hex[i], NULL),
			0);
	for (size_t i = 0; i < deposit->bitstream_count; i++) {
		struct bitstream *stream = &deposit->bitstreams[i];
		const uint8_t *bytes = image + (size_t)stream->sector * deposit->sector_size;
		size_t len = (size_t)stream->count * deposit->sector_size;
		digest_bytes(DIGEST_CRC32, bytes, len, stream->digests.hex[DIGEST_CRC32], NULL);
		digest_bytes(DIGEST_SHA256, bytes, len, stream->digests.hex[DIGEST_SHA256], NULL);
	}
	set_pieces(deposit, image);
}

static void set_reads(struct deposit *deposit, struct extent bad)
{
	struct read_range all = {.extent = {0, HOLDING_SECTORS},
		.confirmation = READ_CONFIRMED_BY_DRIVE,
		.attempts = 1};
	struct read_range unread = {.extent = bad,
		.state = READ_STATE_UNREADABLE,
		.pass = READ_PASS_RETRY,
		.confirmation = READ_UNCONFIRMED,
		.attempts = 4};
	assert_int_equal(damage_map_new(&deposit->map, HOLDING_SECTORS, NULL), 0);
	assert_int_equal(damage_map_set(deposit->map, all.extent, MAP_FINISHED, NULL), 0);
	assert_int_equal(read_record_set(&deposit->reads, &all, NULL), 0);
	if (bad.count) {
		assert_int_equal(damage_map_set(deposit->map, bad, MAP_BAD, NULL), 0);
		assert_int_equal(read_record_set(&deposit->reads, &unread, NULL), 0);
	}
}

static void set_source(struct deposit *deposit, const char *sheet)
{
	if (sheet) {
		deposit->source.file.path = strdup("/in/disc.cue");
		deposit->source.file.name = strdup("disc.cue");
		buffer_puts(&deposit->source_sheet, sheet);
		return;
	}
	deposit->source.is_drive = true;
	strcpy(deposit->source.drive.device, "/dev/sr0");
	strcpy(deposit->source.drive.vendor, "PIONEER");
	strcpy(deposit->source.drive.model, "BD-RW BDR-209D");
	strcpy(deposit->source.drive.firmware, "1.51");
}

static void set_raw_disc(struct deposit *deposit, const struct holding_disc *disc)
{
	disc_fixture_make(&deposit->disc);
	disc_fixture_fill(deposit, READ_CONFIRMED_BY_PARANOIA);
	disc_fixture_note(deposit, (struct extent){4, 2}, READ_STATE_DOUBTFUL,
		(struct read_effort){.rereads = 9, .skips = 1});
	if (disc->bad.count)
		disc_fixture_note(
			deposit, disc->bad, READ_STATE_UNREADABLE, (struct read_effort){0});
}

static void set_data_disc(struct deposit *deposit, const struct holding_disc *disc)
{
	deposit->format = IMAGE_ISO;
	deposit->sector_size = DISC_SECTOR_SIZE;
	deposit->volume_sectors = HOLDING_SECTORS;
	disc_init_single(&deposit->disc, DISC_CD, TRACK_MODE1, HOLDING_SECTORS);
	set_reads(deposit, disc->bad);
	deposit->file_system = "ISO 9660";
}

/* Gives the bytes of the image, which the caller frees. */
static uint8_t *fill_deposit(struct deposit *deposit, const struct holding_disc *disc)
{
	set_source(deposit, disc->sheet);
	if (disc->is_raw)
		set_raw_disc(deposit, disc);
	else
		set_data_disc(deposit, disc);
	if (disc->label)
		buffer_puts(&deposit->volume_label, disc->label);
	deposit->software_version = THECA_VERSION;
	deposit->software_libraries = strdup("libcdio 2.1.0");
	deposit->command_line = strdup("theca rip /dev/sr0");
	deposit->operator_name = disc->note ? disc->note : "A. Reader";
	deposit->institution = "National Library of Examples";
	deposit->retries = 3;
	deposit->digests_while_reading = true;
	deposit->started = clock_now() - 60;
	deposit->finished = clock_now();
	uint8_t *image = make_image(image_bytes(deposit), disc->seed);
	set_digests(deposit, image);
	return image;
}

static void set_carrier(
	const struct holding *holding, struct carrier *carrier, const struct holding_disc *disc)
{
	carrier->id = disc->carrier_id ? strdup(disc->carrier_id) : NULL;
	carrier->title = disc->title ? strdup(disc->title) : NULL;
	carrier->note = disc->note ? strdup(disc->note) : NULL;
	assert_int_equal(register_carrier(holding->archive, carrier, NULL), 0);
}

static void set_state(struct work_state *state, const struct deposit *deposit)
{
	const struct carrier *carrier = &deposit->carrier;
	strcpy(state->carrier.uuid, carrier->uuid);
	state->carrier.id = strdup(carrier->id);
	state->carrier.title = carrier->title ? strdup(carrier->title) : NULL;
	state->carrier.note = carrier->note ? strdup(carrier->note) : NULL;
	state->source = strdup("/dev/sr0");
	state->operator_name = strdup(deposit->operator_name);
	state->format = deposit->format;
	state->sectors = disc_image_sectors(&deposit->disc);
	state->started = deposit->started;
}

struct object *holding_rip(const struct holding *holding, const struct holding_disc *disc)
{
	struct deposit deposit = {0};
	struct work_state state = {0};
	struct work *work;
	struct object *object = NULL;
	struct error err = {0};
	bool is_new;
	char *path;
	set_carrier(holding, &deposit.carrier, disc);
	uint8_t *image = fill_deposit(&deposit, disc);
	set_state(&state, &deposit);
	assert_int_equal(work_open(&work, holding->archive, deposit.carrier.id, &is_new, &err), 0);
	assert_int_equal(
		commit_place_image(work, deposit.carrier.id, deposit.format, &path, &err), 0);
	assert_int_equal(disk_write_new(path, image, image_bytes(&deposit), &err), 0);
	if (commit_prepare(work, &state, &deposit, disc->previous, &err) ||
		commit_finish(holding->archive, work, &state, &object, &err))
		fail_msg("%s", err.message);
	assert_int_equal(work_discard(work, &err), 0);
	work_state_release(&state);
	deposit_release(&deposit);
	free(path);
	free(image);
	return object;
}

void holding_check(const struct object *object, const char *outcome, const char *note)
{
	struct jv *result = jv_new_object();
	jv_set_int(result, "files", 6);
	struct event event = {
		.time = clock_now(),
		.type = "fix",
		.outcome = outcome,
		.version = object_inventory(object)->head,
		.detail = "theca verify",
		.note = note,
		.software = "Theca " THECA_VERSION,
		.person = "A. Reader",
		.result = result,
	};
	assert_int_equal(uuid_new(event.uuid, NULL), 0);
	assert_int_equal(event_append(object, &event, NULL), 0);
}

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

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define IMAGE_BYTES ((size_t)HOLDING_SECTORS * DISC_SECTOR_SIZE)
#define CHUNK_BYTES ((size_t)CHUNK_SECTORS * DISC_SECTOR_SIZE)

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

static uint8_t *make_image(unsigned seed)
{
	uint8_t *image = malloc(IMAGE_BYTES);
	uint32_t word = seed * 2654435761u + 1;
	assert_non_null(image);
	for (size_t i = 0; i < IMAGE_BYTES; i++) {
		word = word * 1664525u + 1013904223u;
		image[i] = (uint8_t)(word >> 24);
	}
	return image;
}

static void set_digests(struct deposit *deposit, const uint8_t *image)
{
	deposit->digests = DIGEST_ALL;
	for (int i = 0; i < DIGEST_COUNT; i++)
		assert_int_equal(digest_bytes((enum digest_algorithm)i, image, IMAGE_BYTES,
					 deposit->image_digests.hex[i], NULL),
			0);
	deposit->piece_count = (IMAGE_BYTES + CHUNK_BYTES - 1) / CHUNK_BYTES;
	deposit->pieces = calloc(deposit->piece_count, 32);
	for (size_t i = 0; i < deposit->piece_count; i++) {
		char hex[DIGEST_HEX_SIZE];
		size_t left = IMAGE_BYTES - i * CHUNK_BYTES;
		digest_bytes(DIGEST_SHA256, image + i * CHUNK_BYTES,
			left < CHUNK_BYTES ? left : CHUNK_BYTES, hex, NULL);
		assert_true(bytes_from_hex(hex, deposit->pieces[i], 32));
	}
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

static void fill_deposit(
	struct deposit *deposit, const struct holding_disc *disc, const uint8_t *image)
{
	deposit->source.is_drive = true;
	strcpy(deposit->source.drive.device, "/dev/sr0");
	strcpy(deposit->source.drive.vendor, "PIONEER");
	strcpy(deposit->source.drive.model, "BD-RW BDR-209D");
	strcpy(deposit->source.drive.firmware, "1.51");
	disc_init_single(&deposit->disc, DISC_CD, TRACK_MODE1, HOLDING_SECTORS);
	if (disc->label)
		buffer_puts(&deposit->volume_label, disc->label);
	deposit->file_system = "ISO 9660";
	deposit->software_version = THECA_VERSION;
	deposit->software_libraries = strdup("libcdio 2.1.0");
	deposit->command_line = strdup("theca rip /dev/sr0");
	deposit->operator_name = disc->note ? disc->note : "A. Reader";
	deposit->institution = "National Library of Examples";
	deposit->retries = 3;
	deposit->digests_while_reading = true;
	deposit->started = clock_now() - 60;
	deposit->finished = clock_now();
	set_digests(deposit, image);
	set_reads(deposit, disc->bad);
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
	state->sectors = HOLDING_SECTORS;
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
	uint8_t *image = make_image(disc->seed);
	set_carrier(holding, &deposit.carrier, disc);
	fill_deposit(&deposit, disc, image);
	set_state(&state, &deposit);
	assert_int_equal(work_open(&work, holding->archive, deposit.carrier.id, &is_new, &err), 0);
	assert_int_equal(commit_place_image(work, deposit.carrier.id, &path, &err), 0);
	assert_int_equal(disk_write_new(path, image, IMAGE_BYTES, &err), 0);
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

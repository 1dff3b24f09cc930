/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "base/disk.h"
#include "image/image_writer.h"
#include "tests/unit/faulty_source.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SECTORS 1300u /* two slots and a half */
#define CHUNK 100u /* sectors */

struct desk {
	struct scratch scratch;
	struct digest_ring *ring;
	struct image_writer *writer;
	char path[128];
	uint8_t *expected; /* what the image must be in the end */
};

static const struct image_plan plan = {
	.sectors = SECTORS,
	.sector_size = DISC_SECTOR_SIZE,
	.chunk_sectors = CHUNK,
	.digests = DIGEST_ALL,
};

static int set_up(void **state)
{
	struct desk *desk = calloc(1, sizeof(*desk));
	assert_non_null(desk);
	scratch_make(&desk->scratch);
	strcpy(desk->path, scratch_path(&desk->scratch, "x.iso"));
	assert_int_equal(digest_ring_new(&desk->ring, NULL), 0);
	desk->expected = calloc(SECTORS, DISC_SECTOR_SIZE);
	*state = desk;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *desk = *state;
	image_writer_close(desk->writer);
	digest_ring_free(desk->ring);
	scratch_remove(&desk->scratch);
	free(desk->expected);
	free(desk);
	return 0;
}

static void open_image(struct desk *desk, bool go_on)
{
	struct image_plan own = plan;
	struct error err;
	own.go_on = go_on;
	if (image_writer_open(&desk->writer, desk->path, &own, desk->ring, &err))
		fail_msg("%s", err.message);
}

static void put_seeded(struct desk *desk, struct extent extent, uint32_t seed)
{
	uint8_t *slot = image_writer_slot(desk->writer);
	for (uint32_t i = 0; i < extent.count; i++)
		faulty_sector(seed, extent.lba + i, slot + (size_t)i * DISC_SECTOR_SIZE);
	memcpy(desk->expected + (size_t)extent.lba * DISC_SECTOR_SIZE, slot,
		(size_t)extent.count * DISC_SECTOR_SIZE);
	assert_int_equal(image_writer_put(desk->writer, extent, NULL), 0);
}

static void put(struct desk *desk, struct extent extent)
{
	put_seeded(desk, extent, 4);
}

static void check_chunks(const struct desk *desk, const struct image_digests *digests)
{
	assert_int_equal(digests->chunk_count, (SECTORS + CHUNK - 1) / CHUNK);
	for (uint32_t i = 0; i < digests->chunk_count; i++) {
		char hex[65], expected[DIGEST_HEX_SIZE];
		uint32_t left = SECTORS - i * CHUNK, count = left < CHUNK ? left : CHUNK;
		digest_bytes(DIGEST_SHA256, desk->expected + (size_t)i * CHUNK * DISC_SECTOR_SIZE,
			(size_t)count * DISC_SECTOR_SIZE, expected, NULL);
		bytes_to_hex(digests->chunks[i], 32, hex);
		assert_string_equal(hex, expected);
	}
}

/* Finishes the image and compares its bytes, its digests and its chunks with what was put. */
static void finish(struct desk *desk, bool while_reading)
{
	struct image_digests digests;
	size_t len;
	assert_int_equal(image_writer_finish(desk->writer, &digests, NULL, NULL), 0);
	assert_int_equal(digests.while_reading, while_reading);
	char *bytes = scratch_read(desk->path, &len);
	assert_int_equal(len, SECTORS * DISC_SECTOR_SIZE);
	assert_memory_equal(bytes, desk->expected, len);
	for (enum digest_algorithm a = 0; a < DIGEST_COUNT; a++) {
		char hex[DIGEST_HEX_SIZE];
		digest_bytes(a, desk->expected, len, hex, NULL);
		assert_string_equal(digests.values.hex[a], hex);
	}
	check_chunks(desk, &digests);
	free(digests.chunks);
	free(bytes);
}

/* ---- orders of writing ---- */

static const struct {
	const char *what;
	struct extent puts[8];
	bool while_reading;
} orders[] = {
	{"in order", {{0, 512}, {512, 512}, {1024, 276}}, true},
	{"in small steps", {{0, 1}, {1, 500}, {501, 32}, {533, 512}, {1045, 255}}, true},
	{"backwards", {{1024, 276}, {512, 512}, {0, 512}}, false},
	{"a gap, filled later", {{0, 512}, {600, 512}, {1112, 188}, {512, 88}}, false},
	{"a gap that stays", {{0, 512}, {600, 512}, {1112, 188}}, false},
	{"the beginning missing", {{1, 512}}, false},
	{"the end missing", {{0, 512}, {512, 512}, {1024, 275}}, false},
	{"one sector twice", {{0, 512}, {511, 512}, {1023, 277}}, false},
	{"nothing", {{0, 0}}, false},
};

static void any_order(void **state)
{
	struct desk *desk = *state;
	for (size_t i = 0; i < COUNT(orders); i++) {
		memset(desk->expected, 0, (size_t)SECTORS * DISC_SECTOR_SIZE);
		open_image(desk, false);
		for (size_t j = 0; orders[i].puts[j].count; j++)
			put(desk, orders[i].puts[j]);
		print_message("%s\n", orders[i].what);
		finish(desk, orders[i].while_reading);
		image_writer_close(desk->writer);
		desk->writer = NULL;
		scratch_delete(desk->path);
	}
}

/* A slot whose read failed is given back without a put, and taken again. */
static void slots_may_be_left(void **state)
{
	struct desk *desk = *state;
	open_image(desk, false);
	assert_int_equal(image_writer_slot_sectors(desk->writer), 512);
	for (uint32_t lba = 0; lba < SECTORS; lba += 100) {
		memset(image_writer_slot(desk->writer), 0xee, DIGEST_RING_SLOT_SIZE);
		put(desk, (struct extent){lba, 100});
	}
	finish(desk, true);
}

static void zeros_are_holes(void **state)
{
	struct desk *desk = *state;
	struct stat st;
	open_image(desk, false);
	for (uint32_t lba = 0; lba < 1024; lba += 512) {
		memset(image_writer_slot(desk->writer), 0, DIGEST_RING_SLOT_SIZE);
		assert_int_equal(
			image_writer_put(desk->writer, (struct extent){lba, 512}, NULL), 0);
	}
	put(desk, (struct extent){1024, 276});
	finish(desk, true);
	assert_int_equal(stat(desk->path, &st), 0);
	assert_true(st.st_blocks * 512 < 300 * (blkcnt_t)DISC_SECTOR_SIZE);
}

/* ---- going on ---- */

static void goes_on(void **state)
{
	struct desk *desk = *state;
	open_image(desk, false);
	put(desk, (struct extent){0, 500});
	put_seeded(desk, (struct extent){500, 10}, 77); /* to be written over with zeros */
	assert_int_equal(image_writer_sync(desk->writer, NULL), 0);
	image_writer_close(desk->writer);
	open_image(desk, true);
	memset(image_writer_slot(desk->writer), 0, 10 * DISC_SECTOR_SIZE);
	memset(desk->expected + 500 * DISC_SECTOR_SIZE, 0, 10 * DISC_SECTOR_SIZE);
	assert_int_equal(image_writer_put(desk->writer, (struct extent){500, 10}, NULL), 0);
	put(desk, (struct extent){510, 512});
	finish(desk, false);
}

static void opens_only_what_fits(void **state)
{
	struct desk *desk = *state;
	struct image_plan own = plan;
	struct error err;
	own.go_on = true;
	assert_int_equal(image_writer_open(&desk->writer, desk->path, &own, desk->ring, &err),
		ERR_NOT_FOUND);
	scratch_write(&desk->scratch, "x.iso", "short", 5);
	assert_int_equal(
		image_writer_open(&desk->writer, desk->path, &own, desk->ring, &err), ERR_INVALID);
	own.go_on = false;
	assert_int_equal(
		image_writer_open(&desk->writer, desk->path, &own, desk->ring, &err), ERR_EXISTS);
}

/* ---- stopping ---- */

static bool stop_at_once(void *context, const struct progress_state *state)
{
	unsigned *reports = context;
	++*reports;
	assert_string_equal(state->phase, "checksums");
	assert_int_equal(state->total, SECTORS * DISC_SECTOR_SIZE);
	return false;
}

static void second_reading_can_be_stopped(void **state)
{
	struct desk *desk = *state;
	struct image_digests digests;
	unsigned reports = 0;
	struct progress progress = {stop_at_once, &reports};
	open_image(desk, false);
	put(desk, (struct extent){512, 512});
	assert_int_equal(
		image_writer_finish(desk->writer, &digests, &progress, NULL), ERR_INTERRUPTED);
	assert_int_equal(reports, 1);
	assert_null(digests.chunks);
	finish(desk, false); /* and begun again */
}

/* ---- a disk that fails ---- */

struct failure {
	enum disk_call call;
	int number;
};

static int fail_call(void *context, enum disk_call call, const char *path, const char *to)
{
	const struct failure *failure = context;
	(void)path;
	(void)to;
	return call == failure->call ? failure->number : 0;
}

static void full_disk(void **state)
{
	struct desk *desk = *state;
	struct failure failure = {DISK_TRUNCATE, ENOSPC};
	disk_set_hook(fail_call, &failure);
	assert_int_equal(image_writer_open(&desk->writer, desk->path, &plan, desk->ring, NULL),
		ERR_NO_SPACE);
	desk->writer = NULL;
	failure.call = DISK_REMOVE;
	scratch_delete(desk->path);
	open_image(desk, false);
	failure.call = DISK_WRITE;
	memset(image_writer_slot(desk->writer), 1, DISC_SECTOR_SIZE);
	assert_int_equal(image_writer_put(desk->writer, (struct extent){0, 1}, NULL), ERR_NO_SPACE);
	disk_set_hook(NULL, NULL);
	put(desk, (struct extent){0, 1}); /* nothing of the failed put counts */
	finish(desk, false);
}

/* The kernel tells of a failed sync once and may have dropped the bytes: no later one mends it. */
static void failed_sync_stays_failed(void **state)
{
	struct desk *desk = *state;
	struct failure failure = {DISK_SYNC, EIO};
	struct image_digests digests;
	open_image(desk, false);
	put(desk, (struct extent){0, 1});
	disk_set_hook(fail_call, &failure);
	assert_int_equal(image_writer_sync(desk->writer, NULL), ERR_IO);
	disk_set_hook(NULL, NULL);
	assert_int_equal(image_writer_sync(desk->writer, NULL), ERR_IO);
	assert_int_equal(image_writer_finish(desk->writer, &digests, NULL, NULL), ERR_IO);
}

/* What an earlier run wrote and did not put on record reads as zeros again. */
static void clearing(void **state)
{
	struct desk *desk = *state;
	static const struct extent cleared[] = {{100, 1}, {700, 300}, {SECTORS - 1, 1}, {0, 2}};
	open_image(desk, false);
	put(desk, (struct extent){0, 512});
	put(desk, (struct extent){512, 512});
	put(desk, (struct extent){1024, 276});
	image_writer_close(desk->writer);
	open_image(desk, true);
	for (size_t i = 0; i < COUNT(cleared); i++) {
		assert_int_equal(image_writer_clear(desk->writer, cleared[i], NULL), 0);
		memset(desk->expected + (size_t)cleared[i].lba * DISC_SECTOR_SIZE, 0,
			(size_t)cleared[i].count * DISC_SECTOR_SIZE);
	}
	finish(desk, false);
}

#define DESK_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DESK_TEST(any_order),
		DESK_TEST(slots_may_be_left),
		DESK_TEST(zeros_are_holes),
		DESK_TEST(goes_on),
		DESK_TEST(opens_only_what_fits),
		DESK_TEST(second_reading_can_be_stopped),
		DESK_TEST(full_disk),
		DESK_TEST(failed_sync_stays_failed),
		DESK_TEST(clearing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

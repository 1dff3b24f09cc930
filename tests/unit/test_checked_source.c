/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The source that believes nothing, and the image file that is read as if it sat in a drive. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "image/checked_source.h"
#include "image/image_file.h"
#include "tests/unit/faulty_source.h"
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SECTORS 100u

static uint8_t buffer[64 * DISC_SECTOR_SIZE];

static void check_sectors(uint32_t seed, struct extent extent)
{
	uint8_t expected[DISC_SECTOR_SIZE];
	for (uint32_t i = 0; i < extent.count; i++) {
		faulty_sector(seed, extent.lba + i, expected);
		assert_memory_equal(buffer + i * DISC_SECTOR_SIZE, expected, DISC_SECTOR_SIZE);
	}
}

/* ---- checked source ---- */

static void bounds_are_its_own(void **state)
{
	static const struct {
		struct extent extent;
		enum source_status status;
	} cases[] = {
		{{0, 1}, SOURCE_OK},
		{{0, 16}, SOURCE_OK},
		{{SECTORS - 1, 1}, SOURCE_OK},
		{{SECTORS - 16, 16}, SOURCE_OK},
		{{0, 0}, SOURCE_GONE},
		{{0, 17}, SOURCE_GONE},
		{{SECTORS, 1}, SOURCE_GONE},
		{{SECTORS - 1, 2}, SOURCE_GONE},
		{{UINT32_MAX, 2}, SOURCE_GONE},
	};
	const struct faulty_disc disc = {.sectors = SECTORS, .max_read = 16, .seed = 5};
	struct sector_source *inner = faulty_source_new(&disc), *source;
	(void)state;
	assert_int_equal(checked_source_new(&source, inner, NULL), 0);
	assert_int_equal(source->sectors, SECTORS);
	assert_int_equal(source->max_read, 16);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error err = {0};
		size_t before = faulty_source_reads(inner);
		enum source_status status = source_read(source, cases[i].extent, buffer, &err);
		assert_int_equal(status, cases[i].status);
		assert_int_equal(faulty_source_reads(inner) - before, status == SOURCE_OK);
		assert_int_equal(err.code, status == SOURCE_OK ? 0 : ERR_USAGE);
		if (status == SOURCE_OK)
			check_sectors(5, cases[i].extent);
	}
	source_close(source);
}

static void success_without_delivery_is_found(void **state)
{
	static const struct extent reads[] = {{40, 1}, {36, 5}, {40, 16}, {30, 16}};
	const struct fault faults[] = {{.lba = 40, .kind = FAULT_SILENT}};
	const struct faulty_disc disc = {SECTORS, 16, 5, faults, 1, NULL};
	struct sector_source *source;
	(void)state;
	assert_int_equal(checked_source_new(&source, faulty_source_new(&disc), NULL), 0);
	for (size_t i = 0; i < COUNT(reads); i++) {
		struct error err = {0};
		assert_int_equal(source_read(source, reads[i], buffer, &err), SOURCE_UNREADABLE);
		assert_non_null(strstr(err.message, "sector 40"));
	}
	assert_int_equal(source_read(source, (struct extent){41, 16}, buffer, NULL), SOURCE_OK);
	check_sectors(5, (struct extent){41, 16});
	source_close(source);
}

/* A source that leaves some bytes at the front or at the end of each read as they are. */
struct short_source {
	struct sector_source base;
	size_t front, end;
};

static enum source_status short_read(struct sector_source *source, struct extent extent,
	uint8_t *out, struct sector_note *notes, struct error *err)
{
	const struct short_source *own = (const struct short_source *)source;
	(void)notes, (void)err;
	memset(out + own->front, 7, extent.count * DISC_SECTOR_SIZE - own->front - own->end);
	return SOURCE_OK;
}

static void keep_open(struct sector_source *source)
{
	(void)source;
}

/* From a stamp's size on: no device delivers less than that by halves. */
static void short_delivery_is_found(void **state)
{
	static const struct sector_source_ops ops = {short_read, keep_open};
	static const size_t missing[] = {32, 33, 1024, 2047, 2048, 5000};
	static const struct extent extent = {0, 16};
	struct short_source inner = {
		{&ops, SECTORS, DISC_SECTOR_SIZE, 16, READ_CONFIRMED_BY_DRIVE}, 0, 0};
	struct sector_source *source;
	(void)state;
	assert_int_equal(checked_source_new(&source, &inner.base, NULL), 0);
	assert_int_equal(source_read(source, extent, buffer, NULL), SOURCE_OK);
	for (size_t i = 0; i < 2 * COUNT(missing); i++) {
		inner.front = i % 2 ? missing[i / 2] : 0;
		inner.end = i % 2 ? 0 : missing[i / 2];
		assert_int_equal(source_read(source, extent, buffer, NULL), SOURCE_UNREADABLE);
	}
	source_close(source);
}

static void faults_pass_through(void **state)
{
	const struct fault faults[] = {{.lba = 1}, {.lba = 2, .kind = FAULT_GONE}};
	const struct faulty_disc disc = {SECTORS, 16, 5, faults, 2, NULL};
	struct sector_source *source;
	struct error err = {0};
	(void)state;
	assert_int_equal(checked_source_new(&source, faulty_source_new(&disc), NULL), 0);
	assert_int_equal(
		source_read(source, (struct extent){1, 1}, buffer, &err), SOURCE_UNREADABLE);
	assert_string_equal(err.message, "sector 1 is bad");
	assert_int_equal(source_read(source, (struct extent){2, 1}, buffer, &err), SOURCE_GONE);
	source_close(source);
}

/* ---- image file ---- */

static void write_image(const void *state, const char *name, uint32_t sectors)
{
	uint8_t *image = malloc((size_t)sectors * DISC_SECTOR_SIZE);
	assert_non_null(image);
	for (uint32_t i = 0; i < sectors; i++)
		faulty_sector(9, i, image + (size_t)i * DISC_SECTOR_SIZE);
	scratch_write(state, name, image, (size_t)sectors * DISC_SECTOR_SIZE);
	free(image);
}

static void image_is_read(void **state)
{
	struct sector_source *source;
	struct image_file_state opened, now;
	const char *path = scratch_path(*state, "x.iso");
	write_image(*state, "x.iso", SECTORS);
	assert_int_equal(image_file_open(&source, path, &opened, NULL), 0);
	assert_int_equal(source->sectors, SECTORS);
	assert_int_equal(source->sector_size, DISC_SECTOR_SIZE);
	for (uint32_t lba = 0; lba < SECTORS; lba += 20) {
		struct extent extent = {lba, 20};
		assert_int_equal(source_read(source, extent, buffer, NULL), SOURCE_OK);
		check_sectors(9, extent);
	}
	assert_int_equal(image_file_look(path, &now, NULL), 0);
	assert_true(image_file_same(&opened, &now));
	assert_int_equal(opened.size, SECTORS * DISC_SECTOR_SIZE);
	source_close(source);
	assert_int_equal(image_file_open(&source, path, NULL, NULL), 0);
	source_close(source);
}

static void image_that_shrinks_is_gone(void **state)
{
	struct sector_source *source;
	struct error err = {0};
	const char *path = scratch_path(*state, "x.iso");
	write_image(*state, "x.iso", SECTORS);
	assert_int_equal(image_file_open(&source, path, NULL, NULL), 0);
	assert_int_equal(truncate(path, 50 * DISC_SECTOR_SIZE + 1), 0);
	assert_int_equal(source_read(source, (struct extent){49, 1}, buffer, &err), SOURCE_OK);
	assert_int_equal(source_read(source, (struct extent){49, 2}, buffer, &err), SOURCE_GONE);
	assert_non_null(strstr(err.message, "shorter"));
	source_close(source);
}

static void changes_are_seen(void **state)
{
	const char *path = scratch_path(*state, "x.iso");
	struct image_file_state before, after;
	const struct timeval past[2] = {{1000, 0}, {1000, 0}}, later[2] = {{1000, 1}, {1000, 1}};
	write_image(*state, "x.iso", 2);
	assert_int_equal(utimes(path, past), 0);
	assert_int_equal(image_file_look(path, &before, NULL), 0);
	assert_int_equal(utimes(path, later), 0);
	assert_int_equal(image_file_look(path, &after, NULL), 0);
	assert_false(image_file_same(&before, &after));
	write_image(*state, "y.iso", 2);
	assert_int_equal(utimes(scratch_path(*state, "y.iso"), past), 0);
	assert_int_equal(rename(scratch_path(*state, "y.iso"), path), 0);
	assert_int_equal(image_file_look(path, &after, NULL), 0);
	assert_false(
		image_file_same(&before, &after)); /* another file, of the same size and time */
	assert_int_equal(
		image_file_look(scratch_path(*state, "none"), &after, NULL), ERR_NOT_FOUND);
}

static void what_is_no_image(void **state)
{
	static const uint8_t raw[2352 * 128] = {
		0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 2, 0, 1};
	static const struct {
		const char *name;
		size_t size; /* bytes of `raw` */
		enum error_code code;
		const char *words;
	} cases[] = {
		{"empty", 0, ERR_INVALID, "is empty"},
		{"one", 1, ERR_INVALID, "2048-byte sectors"},
		{"short", 2047, ERR_UNSUPPORTED, "raw 2352-byte sectors"},
		{"raw", 2352 * 128, ERR_UNSUPPORTED, "raw 2352-byte sectors"}, /* 147 x 2048 too */
		{".", 0, ERR_INVALID, "is a directory"},
		{"pipe", 0, ERR_INVALID, "neither a drive nor a disc image"},
		{"none", 0, ERR_NOT_FOUND, "No such file"},
	};
	assert_int_equal(mkfifo(scratch_path(*state, "pipe"), 0600), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sector_source *source;
		struct error err;
		const char *path = scratch_path(*state, cases[i].name);
		if (i < 4)
			scratch_write(*state, cases[i].name, raw, cases[i].size);
		assert_int_equal(image_file_open(&source, path, NULL, &err), cases[i].code);
		if (!strstr(err.message, cases[i].words) || !strstr(err.message, path))
			fail_msg("%s", err.message);
	}
}

/* An image far past 4 GiB, all hole but for a few sectors. */
static void large_image(void **state)
{
	static const uint32_t places[] = {0, 2097151, 2097152, 4200000, 4150390 + 99999};
	const uint32_t sectors = 4250390; /* 8.7 GB */
	const char *path = scratch_path(*state, "large.iso");
	struct sector_source *source;
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(ftruncate(fd, (off_t)sectors * DISC_SECTOR_SIZE), 0);
	for (size_t i = 0; i < COUNT(places); i++) {
		faulty_sector(3, places[i], buffer);
		assert_int_equal(
			pwrite(fd, buffer, DISC_SECTOR_SIZE, (off_t)places[i] * DISC_SECTOR_SIZE),
			DISC_SECTOR_SIZE);
	}
	close(fd);
	assert_int_equal(image_file_open(&source, path, NULL, NULL), 0);
	assert_int_equal(source->sectors, sectors);
	for (size_t i = 0; i < COUNT(places); i++) {
		struct extent extent = {places[i], 1};
		assert_int_equal(source_read(source, extent, buffer, NULL), SOURCE_OK);
		check_sectors(3, extent);
	}
	source_close(source);
}

#define SCRATCH_TEST(f) cmocka_unit_test_setup_teardown(f, scratch_set_up, scratch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_are_its_own),
		cmocka_unit_test(success_without_delivery_is_found),
		cmocka_unit_test(short_delivery_is_found),
		cmocka_unit_test(faults_pass_through),
		SCRATCH_TEST(image_is_read),
		SCRATCH_TEST(image_that_shrinks_is_gone),
		SCRATCH_TEST(changes_are_seen),
		SCRATCH_TEST(what_is_no_image),
		SCRATCH_TEST(large_image),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

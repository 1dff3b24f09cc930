/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/medium.h"
#include "tests/unit/scratch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define BUFFER_BYTES 65536u

static uint8_t *aligned_buffer(void)
{
	void *buffer = mmap(
		NULL, BUFFER_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(buffer, MAP_FAILED);
	return buffer;
}

/* Reads the whole file in steps and compares it with what was written. */
static void check_all(struct medium *medium, const uint8_t *bytes, size_t len, size_t step)
{
	uint8_t *buffer = aligned_buffer();
	size_t got = 1;
	for (uint64_t offset = 0; got; offset += step) {
		assert_int_equal(medium_read(medium, offset, buffer, step, &got, NULL), 0);
		size_t left = offset < len ? len - (size_t)offset : 0;
		assert_int_equal(got, left < step ? left : step);
		if (got)
			assert_memory_equal(buffer, bytes + offset, got);
	}
	munmap(buffer, BUFFER_BYTES);
}

static void reads_every_size(void **state)
{
	static const size_t sizes[] = {0, 1, 511, 512, 4095, 4096, 4097, 65536, 65537, 200000};
	uint8_t *bytes = malloc(200000);
	assert_non_null(bytes);
	for (size_t i = 0; i < 200000; i++)
		bytes[i] = (uint8_t)(i * 2654435761u >> 13);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		for (int cached = 0; cached < 2; cached++) {
			struct medium medium;
			scratch_write(*state, "file", bytes, sizes[i]);
			const char *path = scratch_path(*state, "file");
			assert_int_equal(medium_open(&medium, path, cached, NULL), 0);
			assert_int_equal(medium.size, sizes[i]);
			if (cached)
				assert_int_equal(medium.mode, MEDIUM_CACHED);
			check_all(&medium, bytes, sizes[i], 4096);
			check_all(&medium, bytes, sizes[i], BUFFER_BYTES);
			medium_close(&medium);
			medium_close(&medium); /* once is enough, twice does no harm */
		}
	}
	free(bytes);
}

/*
 * Where neither O_DIRECT nor dropping works (a file in memory), that is told and not called the
 * medium.
 */
static void tells_what_was_achieved(void **state)
{
	struct scratch memory;
	struct medium medium;
	struct stat st;
	(void)state;
	if (stat("/dev/shm", &st)) {
		print_message("no /dev/shm\n");
		skip();
	}
	scratch_make_in_memory(&memory);
	scratch_write(&memory, "file", "x", 1);
	assert_int_equal(medium_open(&medium, scratch_path(&memory, "file"), false, NULL), 0);
	bool is_direct = medium.mode == MEDIUM_DIRECT; /* some kernels can, on tmpfs */
	assert_true(is_direct || medium.mode == MEDIUM_CACHED);
	check_all(&medium, (const uint8_t *)"x", 1, 4096);
	medium_close(&medium);
	scratch_remove(&memory);
	assert_string_equal(medium_mode_name(MEDIUM_DIRECT), "direct");
	assert_string_equal(medium_mode_name(MEDIUM_DROPPED), "dropped");
	assert_string_equal(medium_mode_name(MEDIUM_CACHED), "cached");
}

static void refuses_what_is_no_file(void **state)
{
	struct medium medium;
	struct error err;
	scratch_write(*state, "file", "x", 1);
	assert_int_equal(symlink("file", scratch_path(*state, "link")), 0);
	assert_int_equal(mkfifo(scratch_path(*state, "pipe"), 0600), 0);
	static const char *const names[] = {"none", "link", "pipe", "."};
	for (size_t i = 0; i < COUNT(names); i++)
		for (int cached = 0; cached < 2; cached++) {
			const char *path = scratch_path(*state, names[i]);
			assert_int_not_equal(medium_open(&medium, path, cached, &err), 0);
			assert_non_null(strstr(err.message, path));
		}
	const char *none = scratch_path(*state, "none");
	assert_int_equal(medium_open(&medium, none, false, &err), ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			reads_every_size, scratch_set_up, scratch_tear_down),
		cmocka_unit_test(tells_what_was_achieved),
		cmocka_unit_test_setup_teardown(
			refuses_what_is_no_file, scratch_set_up, scratch_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

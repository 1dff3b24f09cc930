/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small mechanics of base/: bytes and buffers, errors, clock, paths, UUIDs. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "base/uuid.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- bytes ---- */

static void integers(void **state)
{
	static const uint8_t bytes[] = {0x81, 0x92, 0xa3, 0xb4};
	uint8_t out[4];
	(void)state;
	assert_int_equal(bytes_le16(bytes), 0x9281);
	assert_int_equal(bytes_le32(bytes), 0xb4a39281);
	assert_int_equal(bytes_be32(bytes), 0x8192a3b4);
	bytes_put_be32(out, 0x8192a3b4);
	assert_memory_equal(out, bytes, 4);
	bytes_put_be16(out, 0xb4a3);
	assert_memory_equal(out, "\xb4\xa3\xa3\xb4", 4);
}

static void hexadecimal(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		bool good;
	} cases[] = {
		{"", 0, true},
		{"00ff7F", 3, true},
		{"00ff7", 3, false},
		{"00ff7f0", 3, false},
		{"00ff7g", 3, false},
		{"00 f7f", 3, false},
		{"0x0000", 3, false},
	};
	uint8_t bytes[3];
	char text[7];
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(bytes_from_hex(cases[i].text, bytes, cases[i].len), cases[i].good);
	assert_true(bytes_from_hex("00fF7a", bytes, 3));
	assert_memory_equal(bytes, "\x00\xff\x7a", 3);
	bytes_to_hex(bytes, 3, text);
	assert_string_equal(text, "00ff7a");
}

static void buffer_grows(void **state)
{
	struct buffer buffer = {0};
	(void)state;
	assert_string_equal(buffer_text(&buffer), "");
	for (int i = 0; i < 1000; i++)
		buffer_printf(&buffer, "%d,", i);
	buffer_putc(&buffer, '\0');
	buffer_puts(&buffer, "end");
	assert_int_equal(buffer.len, 10 * 2 + 90 * 3 + 900 * 4 + 1 + 3);
	assert_memory_equal(buffer.data, "0,1,2,", 6);
	assert_string_equal(buffer.data + buffer.len - 8, "999,");
	assert_string_equal(buffer.data + buffer.len - 3, "end");
	buffer_clear(&buffer);
	assert_string_equal(buffer_text(&buffer), "");
	buffer_puts(&buffer, "again");
	char *text = buffer_steal(&buffer);
	assert_string_equal(text, "again");
	assert_null(buffer.data);
	assert_int_equal(buffer.len, 0);
	free(text);
	text = buffer_steal(&buffer); /* of nothing: an empty string, not NULL */
	assert_string_equal(text, "");
	free(text);
}

static void buffer_failure_sticks(void **state)
{
	struct buffer buffer = {0};
	(void)state;
	buffer_puts(&buffer, "before");
	buffer_add(&buffer, "", SIZE_MAX - 3); /* no such memory; its bytes are never looked at */
	assert_true(buffer.failed);
	buffer_puts(&buffer, "after");
	assert_int_equal(buffer.len, strlen("before"));
	assert_null(buffer_steal(&buffer));
	assert_false(buffer.failed);
}

/* ---- errors ---- */

static void error_words(void **state)
{
	struct error err;
	char long_text[3000];
	(void)state;
	assert_int_equal(error_set(&err, ERR_DAMAGED, "sector %d", 7), ERR_DAMAGED);
	assert_int_equal(err.code, ERR_DAMAGED);
	assert_int_equal(error_prefix(&err, "in %s", "x.iso"), ERR_DAMAGED);
	assert_string_equal(err.message, "in x.iso: sector 7");
	assert_int_equal(error_set_errno(&err, ENOENT, "cannot open %s", "y"), ERR_NOT_FOUND);
	assert_string_equal(err.message, "cannot open y: No such file or directory");
	assert_int_equal(error_set(NULL, ERR_IO, "x"), ERR_IO);
	assert_int_equal(error_set_errno(NULL, ENOSPC, "x"), ERR_NO_SPACE);
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	error_set_errno(&err, EIO, "%s", long_text);
	assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
	error_prefix(&err, "%s", long_text);
	assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
	assert_int_equal(err.code, ERR_IO);
}

static void error_codes_of_errno(void **state)
{
	static const struct {
		int number;
		enum error_code code;
	} cases[] = {
		{EIO, ERR_IO},
		{ENOSPC, ERR_NO_SPACE},
		{EDQUOT, ERR_NO_SPACE},
		{EACCES, ERR_PERMISSION},
		{EROFS, ERR_PERMISSION},
		{ENOENT, ERR_NOT_FOUND},
		{ENOTEMPTY, ERR_EXISTS},
		{ENOMEM, ERR_MEMORY},
		{EAGAIN, ERR_BUSY},
		{ESTALE, ERR_OFFLINE},
		{EOPNOTSUPP, ERR_UNSUPPORTED},
		{12345, ERR_IO},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(error_code_of_errno(cases[i].number), cases[i].code);
}

/* ---- clock ---- */

static int64_t at_noon(void)
{
	return 1795348800;
}

static void clock_texts(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{0, "1970-01-01T00:00:00Z"},
		{1795348800, "2026-11-22T12:00:00Z"},
		{951782400, "2000-02-29T00:00:00Z"},
		{-1, "1969-12-31T23:59:59Z"},
		{-62167219200, "0000-01-01T00:00:00Z"},
		{253402300799, "9999-12-31T23:59:59Z"},
		{INT64_MAX, "9999-12-31T23:59:59Z"},
		{INT64_MIN, "0000-01-01T00:00:00Z"},
	};
	char text[CLOCK_TEXT_SIZE];
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		clock_format(cases[i].seconds, text);
		assert_string_equal(text, cases[i].text);
		assert_true(clock_is_timestamp(text));
	}
	clock_set(at_noon);
	assert_int_equal(clock_now(), 1795348800);
	clock_set(NULL);
	assert_int_not_equal(clock_now(), 1795348800);
	double before = clock_monotonic();
	assert_true(clock_monotonic() >= before);
}

static void clock_timestamps(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} cases[] = {
		{"2026-11-22T12:00:00Z", true},
		{"2026-11-22T12:00:00.5Z", true},
		{"2026-11-22T12:00:00+05:30", true},
		{"2026-11-22T12:00:00.123456-23:59", true},
		{"2024-02-29T12:00:00Z", true},
		{"2000-02-29T12:00:00Z", true},
		{"2026-12-31T23:59:60Z", true},
		{"", false},
		{"2026-11-22", false},
		{"2026-11-22T12:00:00", false},
		{"2026-11-22 12:00:00Z", false},
		{"2026-11-22T12:00:00z", false},
		{"2026-11-22T12:00:00Z ", false},
		{"2026-11-22T12:00:00.Z", false},
		{"2026-11-22T12:00:00+5:30", false},
		{"2026-11-22T12:00:00+24:00", false},
		{"2026-11-22T12:00:00+05:60", false},
		{"2026-11-22T12:00:00+05", false},
		{"2026-11-22T12:00Z", false},
		{"2026-13-22T12:00:00Z", false},
		{"2026-00-22T12:00:00Z", false},
		{"2026-11-31T12:00:00Z", false},
		{"2026-11-00T12:00:00Z", false},
		{"2026-02-29T12:00:00Z", false},
		{"1900-02-29T12:00:00Z", false},
		{"2026-11-22T24:00:00Z", false},
		{"2026-11-22T12:60:00Z", false},
		{"2026-11-22T12:00:61Z", false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (clock_is_timestamp(cases[i].text) != cases[i].good)
			fail_msg("%s", cases[i].text);
}

/* ---- paths ---- */

static void check_and_free(char *text, const char *expected)
{
	assert_string_equal(text, expected);
	free(text);
}

static void path_parts(void **state)
{
	static const char *const cases[][3] = {
		{"a/b/c", "a/b", "c"},
		{"/a", "/", "a"},
		{"a", ".", "a"},
		{"/", "/", ""},
		{"a/", "a", ""},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		check_and_free(path_parent(cases[i][0]), cases[i][1]);
		assert_string_equal(path_name(cases[i][0]), cases[i][2]);
	}
	check_and_free(path_join("a", "b"), "a/b");
	check_and_free(path_join("/", "b"), "/b");
	check_and_free(path_join3("a/", "b", "c"), "a/b/c");
}

static void path_containment(void **state)
{
	static const char *const good[] = {"a", "a/b", "...", "a/..b", "a/b..", ".a", "a/.b/c d"};
	static const char *const bad[] = {
		"", "/", "/a", "a/", "a//b", ".", "..", "a/.", "a/../b", "../a", "./a", "a/.."};
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(path_is_contained(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(path_is_contained(bad[i]));
}

static int add_name(void *context, const char *name)
{
	struct buffer *names = context;
	buffer_printf(names, "%s ", name);
	return !strcmp(name, "stop") ? 77 : 0;
}

static void path_listing(void **state)
{
	struct buffer names = {0};
	struct error err;
	static const char *const files[] = {"b", "B", ".hidden", "a\xff", "stop", "z"};
	for (size_t i = 0; i < COUNT(files); i++)
		scratch_write(*state, files[i], "", 0);
	const char *directory = ((struct scratch *)*state)->path;
	assert_int_equal(path_each(directory, add_name, &names, &err), 77);
	assert_string_equal(buffer_text(&names), ".hidden B a\xff b stop ");
	assert_int_equal(
		path_each(scratch_path(*state, "none"), add_name, &names, &err), ERR_NOT_FOUND);
	buffer_release(&names);
}

static void path_reading(void **state)
{
	char *bytes;
	size_t len;
	struct error err;
	scratch_write(*state, "file", "a\0b", 3);
	assert_int_equal(symlink("file", scratch_path(*state, "link")), 0);
	assert_int_equal(symlink("nowhere", scratch_path(*state, "dangling")), 0);
	assert_int_equal(mkfifo(scratch_path(*state, "pipe"), 0600), 0);
	assert_int_equal(path_read(scratch_path(*state, "file"), 3, &bytes, &len, &err), 0);
	assert_int_equal(len, 3);
	assert_memory_equal(bytes, "a\0b", 4);
	free(bytes);
	const char *file = scratch_path(*state, "file"), *pipe = scratch_path(*state, "pipe");
	assert_int_equal(path_read(file, 2, &bytes, &len, &err), ERR_INVALID);
	assert_int_equal(path_read(pipe, 9, &bytes, &len, &err), ERR_INVALID);
	assert_int_not_equal(path_read(scratch_path(*state, "link"), 9, &bytes, &len, &err), 0);
	assert_int_equal(
		path_read(scratch_path(*state, "none"), 9, &bytes, &len, &err), ERR_NOT_FOUND);
	assert_int_equal(path_read(scratch_path(*state, ""), 9, &bytes, &len, &err), ERR_INVALID);
	assert_true(path_exists(scratch_path(*state, "dangling")));
	assert_false(path_exists(scratch_path(*state, "none")));
	assert_true(path_is_directory(scratch_path(*state, "")));
	assert_false(path_is_directory(file));
}

/* ---- UUIDs ---- */

static void uuids(void **state)
{
	char first[UUID_SIZE], second[UUID_SIZE];
	(void)state;
	assert_int_equal(uuid_new(first, NULL), 0);
	assert_int_equal(uuid_new(second, NULL), 0);
	assert_string_not_equal(first, second);
	assert_int_equal(strlen(first), 36);
	for (size_t i = 0; i < 36; i++) {
		bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
		assert_true(is_dash ? first[i] == '-' : !!strchr("0123456789abcdef", first[i]));
	}
	assert_int_equal(first[14], '4');
	assert_non_null(strchr("89ab", first[19]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers),
		cmocka_unit_test(hexadecimal),
		cmocka_unit_test(buffer_grows),
		cmocka_unit_test(buffer_failure_sticks),
		cmocka_unit_test(error_words),
		cmocka_unit_test(error_codes_of_errno),
		cmocka_unit_test(clock_texts),
		cmocka_unit_test(clock_timestamps),
		cmocka_unit_test(path_parts),
		cmocka_unit_test(path_containment),
		cmocka_unit_test_setup_teardown(path_listing, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(path_reading, scratch_set_up, scratch_tear_down),
		cmocka_unit_test(uuids),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

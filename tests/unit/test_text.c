/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* A byte string and its length without the NUL. */
#define BYTES(literal) (literal), sizeof(literal) - 1

static const struct {
	const char *bytes;
	size_t len;
	bool clean;
	const char *encoded;
	const char *terminal;
	const char *csv;
} samples[] = {
	{BYTES(""), true, "", "", ""},
	{BYTES("SHELF/12"), true, "SHELF/12", "SHELF/12", "SHELF/12"},
	{BYTES("50% off"), true, "50% off", "50% off", "50% off"},
	{BYTES("a\tb\nc"), true, "a\tb\nc", "a\\x09b\\x0ac", "\"a\tb\nc\""},
	{BYTES("C:\\x41"), true, "C:\\x41", "C:\\\\x41", "C:\\x41"},
	{BYTES("M\303\274nchen"), true, "M\303\274nchen", "M\303\274nchen", "M\303\274nchen"},
	{BYTES("\360\237\222\277"), true, "\360\237\222\277", "\360\237\222\277",
		"\360\237\222\277"},
	{BYTES("a\rb"), false, "a%0Db", "a\\x0db", "percent:a%0Db"},
	{BYTES("50%\001"), false, "50%25%01", "50%\\x01", "percent:50%25%01"},
	{BYTES("a\0b"), false, "a%00b", "a\\x00b", "percent:a%00b"},
	{BYTES("\033[2J"), false, "%1B[2J", "\\x1b[2J", "percent:%1B[2J"},
	{BYTES("\177"), false, "%7F", "\\x7f", "percent:%7F"},
	{BYTES("\302\205"), false, "%C2%85", "\\xc2\\x85", "percent:%C2%85"},
	{BYTES("\300\257"), false, "%C0%AF", "\\xc0\\xaf", "percent:%C0%AF"},
	{BYTES("\340\200\257"), false, "%E0%80%AF", "\\xe0\\x80\\xaf", "percent:%E0%80%AF"},
	{BYTES("\355\240\200"), false, "%ED%A0%80", "\\xed\\xa0\\x80", "percent:%ED%A0%80"},
	{BYTES("\357\277\276"), false, "%EF%BF%BE", "\\xef\\xbf\\xbe", "percent:%EF%BF%BE"},
	{BYTES("\357\267\220"), false, "%EF%B7%90", "\\xef\\xb7\\x90", "percent:%EF%B7%90"},
	{BYTES("\364\217\277\277"), false, "%F4%8F%BF%BF", "\\xf4\\x8f\\xbf\\xbf",
		"percent:%F4%8F%BF%BF"},
	{BYTES("\364\220\200\200"), false, "%F4%90%80%80", "\\xf4\\x90\\x80\\x80",
		"percent:%F4%90%80%80"},
	{BYTES("x\342\200\256y"), false, "x%E2%80%AEy", "x\\xe2\\x80\\xaey", "percent:x%E2%80%AEy"},
	{BYTES("\342\200\250"), false, "%E2%80%A8", "\\xe2\\x80\\xa8", "percent:%E2%80%A8"},
	{BYTES("\330\234"), false, "%D8%9C", "\\xd8\\x9c", "percent:%D8%9C"},
	{BYTES("\302"), false, "%C2", "\\xc2", "percent:%C2"},
	{BYTES("a,b"), true, "a,b", "a,b", "\"a,b\""},
	{BYTES("say \"a\""), true, "say \"a\"", "say \"a\"", "\"say \"\"a\"\"\""},
	{BYTES("=1+1"), true, "=1+1", "=1+1", "'=1+1"},
	{BYTES("-2,5"), true, "-2,5", "-2,5", "\"'-2,5\""},
	{BYTES("@SUM(A1)"), true, "@SUM(A1)", "@SUM(A1)", "'@SUM(A1)"},
	{BYTES("'quoted'"), true, "'quoted'", "'quoted'", "''quoted'"},
	{BYTES("percent:%41"), true, "percent:%41", "percent:%41", "'percent:%41"},
};

#define SAMPLE_COUNT (sizeof(samples) / sizeof(samples[0]))

static void assert_buffer(const struct buffer *buffer, const char *bytes, size_t len)
{
	assert_false(buffer->failed);
	assert_int_equal(buffer->len, len);
	assert_memory_equal(buffer_text(buffer), bytes, len);
}

static void test_clean(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++)
		assert_int_equal(text_is_clean(samples[i].bytes, samples[i].len), samples[i].clean);
	assert_true(text_is_clean(NULL, 0));
}

static void test_encode(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct buffer out = {0}, back = {0};
		assert_int_equal(
			text_encode(&out, samples[i].bytes, samples[i].len), !samples[i].clean);
		assert_buffer(&out, samples[i].encoded, strlen(samples[i].encoded));
		if (!samples[i].clean) {
			assert_int_equal(text_decode(&back, out.data, out.len, NULL), 0);
			assert_buffer(&back, samples[i].bytes, samples[i].len);
		}
		buffer_release(&out);
		buffer_release(&back);
	}
}

static void test_decode_refuses(void **state)
{
	(void)state;
	static const char *const broken[] = {"%", "abc%", "%4", "%4g", "%%41", "%-1", "% 1"};
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct buffer out = {0};
		struct error err;
		buffer_puts(&out, "kept");
		assert_int_equal(
			text_decode(&out, broken[i], strlen(broken[i]), &err), ERR_INVALID);
		assert_buffer(&out, "kept", 4);
		buffer_release(&out);
	}
}

static void test_terminal(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct buffer out = {0}, back = {0};
		text_terminal(&out, samples[i].bytes, samples[i].len);
		assert_buffer(&out, samples[i].terminal, strlen(samples[i].terminal));
		assert_int_equal(
			text_unescape_terminal(&back, buffer_text(&out), out.len, NULL), 0);
		assert_buffer(&back, samples[i].bytes, samples[i].len);
		buffer_release(&out);
		buffer_release(&back);
	}
}

static void test_terminal_refuses(void **state)
{
	(void)state;
	static const char *const broken[] = {
		"\\", "a\\", "\\x", "\\x1", "\\xzz", "\\n", "\\x41", "\\x1B", "\t", "\033", "\377"};
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct buffer out = {0};
		assert_int_equal(text_unescape_terminal(&out, broken[i], strlen(broken[i]), NULL),
			ERR_INVALID);
		assert_int_equal(out.len, 0);
		buffer_release(&out);
	}
}

static void test_csv(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct buffer out = {0}, back = {0};
		text_csv_cell(&out, samples[i].bytes, samples[i].len);
		assert_buffer(&out, samples[i].csv, strlen(samples[i].csv));
		assert_int_equal(text_csv_decode(&back, buffer_text(&out), out.len, NULL), 0);
		assert_buffer(&back, samples[i].bytes, samples[i].len);
		buffer_release(&out);
		buffer_release(&back);
	}
}

static void test_csv_refuses(void **state)
{
	(void)state;
	static const char *const broken[] = {"\"", "\"a", "a,b", "a\"b", "\"a\"b\"", "\"plain\"",
		"=1+1", "'plain", "percent:%", "percent:clean", "a\rb", "\"\""};
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct buffer out = {0};
		assert_int_equal(
			text_csv_decode(&out, broken[i], strlen(broken[i]), NULL), ERR_INVALID);
		assert_int_equal(out.len, 0);
		buffer_release(&out);
	}
}

static char *file_name(const void *bytes, size_t len, size_t max_len)
{
	struct buffer out = {0};
	text_file_name(&out, bytes, len, max_len);
	assert_false(out.failed);
	return buffer_steal(&out);
}

static void test_file_name(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t len;
		const char *name;
	} names[] = {
		{BYTES("SHELF/12"), "SHELF%2F12"},
		{BYTES("../x"), "%2E.%2Fx"},
		{BYTES("."), "%2E"},
		{BYTES(".."), "%2E."},
		{BYTES("a.b_c-d"), "a.b_c-d"},
		{BYTES("a b"), "a%20b"},
		{BYTES("100%"), "100%25"},
		{BYTES("~"), "%7E"},
		{BYTES("\303\251\0\n"), "%C3%A9%00%0A"},
		{BYTES(""), "%"},
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *name = file_name(names[i].bytes, names[i].len, 200);
		assert_string_equal(name, names[i].name);
		free(name);
	}
}

static void test_long_file_name(void **state)
{
	(void)state;
	char long_id[301];
	memset(long_id, 'a', 300);
	char *whole = file_name(long_id, 200, 200), *cut = file_name(long_id, 201, 200);
	assert_int_equal(strlen(whole), 200);
	assert_int_equal(strlen(cut), 200);
	assert_int_equal(cut[183], '~');
	assert_null(strchr(whole, '~'));
	long_id[250] = 'b';
	char *one = file_name(long_id, 300, 200);
	long_id[250] = 'c';
	char *other = file_name(long_id, 300, 200);
	assert_string_not_equal(one, other);

	/* 31 bytes are left for characters of 9 bytes each: three of them, not three and a half. */
	char *japanese =
		file_name(BYTES("\343\201\202\343\201\202\343\201\202\343\201\202\343\201\202"
				"\343\201\202"),
			48);
	assert_memory_equal(japanese, "%E3%81%82%E3%81%82%E3%81%82~", 28);
	assert_int_equal(strlen(japanese), 27 + 17);
	free(whole);
	free(cut);
	free(one);
	free(other);
	free(japanese);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_encode),
		cmocka_unit_test(test_decode_refuses),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_terminal_refuses),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_csv_refuses),
		cmocka_unit_test(test_file_name),
		cmocka_unit_test(test_long_file_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

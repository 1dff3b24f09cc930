/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "base/ini.h"

#include <string.h>

/* Notes settings as "section/name=value;" and refuses the name "forbidden". */
static int note(
	void *context, const char *section, const char *name, const char *value, struct error *err)
{
	if (!strcmp(name, "forbidden"))
		return error_set(err, ERR_UNSUPPORTED, "'forbidden' is not a setting");
	buffer_printf(context, "%s/%s=%s;", section, name, value);
	return 0;
}

static int read_ini(const char *text, size_t len, struct buffer *noted, struct error *err)
{
	*noted = (struct buffer){0};
	*err = (struct error){0};
	return ini_read(text, len, "theca.ini", note, noted, err);
}

static void assert_reads(const char *text, const char *expected)
{
	struct buffer noted;
	struct error err;
	assert_int_equal(read_ini(text, strlen(text), &noted, &err), 0);
	assert_string_equal(buffer_text(&noted), expected);
	buffer_release(&noted);
}

static void assert_refused(const char *text, int code, const char *words)
{
	struct buffer noted;
	struct error err;
	assert_int_equal(read_ini(text, strlen(text), &noted, &err), code);
	assert_int_equal(err.code, code);
	if (!strstr(err.message, words))
		fail_msg("'%s' lacks '%s'", err.message, words);
	buffer_release(&noted);
}

static void test_settings(void **state)
{
	(void)state;
	assert_reads("", "");
	assert_reads("\n# comment\n; comment\n", "");
	assert_reads(
		"a = 1\n[one]\nb= two words \n[two]\nc : x\n", "/a=1;one/b=two words;two/c=x;");
	assert_reads("[s]\r\na = 1\r\nb =\r\n", "s/a=1;s/b=;");
	assert_reads("\357\273\277[s]\na = M\303\274nchen", "s/a=M\303\274nchen;");
	assert_reads("a = 1 ; comment\nb = x;y\nc = #1", "/a=1;/b=x;y;/c=#1;");
}

static void test_indented_line_is_a_setting(void **state)
{
	(void)state;
	assert_reads("[s]\na = 1\n  b = 2\n\tc = 3\n", "s/a=1;s/b=2;s/c=3;");
	assert_refused("[s]\na = 1\n  and more\n", ERR_INVALID, "line 3");
}

static void test_broken_lines(void **state)
{
	(void)state;
	assert_refused("[s]\na = 1\nnonsense\n", ERR_INVALID, "theca.ini, line 3");
	assert_refused("[s\na = 1\n", ERR_INVALID, "theca.ini, line 1");
	assert_refused("a = 1\nnonsense\nforbidden = 1\n", ERR_INVALID, "line 2");
	assert_refused("\n\nforbidden = 1\nnonsense\n", ERR_UNSUPPORTED, "theca.ini, line 3");
}

static void test_stops_at_first_error(void **state)
{
	(void)state;
	struct buffer noted;
	struct error err;
	static const char text[] = "a = 1\nforbidden = 1\nb = 2\nforbidden = 3\n";
	assert_int_equal(read_ini(text, sizeof(text) - 1, &noted, &err), ERR_UNSUPPORTED);
	assert_string_equal(buffer_text(&noted), "/a=1;");
	assert_non_null(strstr(err.message, "line 2"));
	buffer_release(&noted);
	assert_int_equal(
		ini_read(text, sizeof(text) - 1, "x", note, &noted, NULL), ERR_UNSUPPORTED);
	buffer_release(&noted);
}

/* Whatever the line limit of the inih at hand: a value comes whole or not at all. */
static void test_long_lines_are_never_cut(void **state)
{
	(void)state;
	size_t whole = 0;
	for (size_t len = 1; len < 600; len++) {
		char text[700], value[601], expected[700];
		memset(value, 'v', len);
		value[len] = '\0';
		struct buffer line = {0}, noted;
		struct error err;
		buffer_printf(&line, "a = 1\nb = %s\n", value);
		memcpy(text, line.data, line.len);
		int status = read_ini(text, line.len, &noted, &err);
		buffer_clear(&line);
		buffer_printf(&line, "/a=1;/b=%s;", value);
		memcpy(expected, line.data, line.len + 1);
		if (status)
			assert_non_null(strstr(err.message, "line 2: the line is too long"));
		else
			assert_string_equal(buffer_text(&noted), expected);
		whole += !status;
		buffer_release(&line);
		buffer_release(&noted);
	}
	assert_true(whole >= 150);
}

static void test_long_names_are_never_cut(void **state)
{
	(void)state;
	char section[60];
	for (size_t len = 1; len < 60; len++) {
		memset(section, 's', len);
		section[len] = '\0';
		struct buffer text = {0}, expected = {0};
		buffer_printf(&text, "[%s]\n%s = 1\n", section, section);
		buffer_printf(&expected, "%s/%s=1;", section, section);
		if (len < 50)
			assert_reads(text.data, expected.data);
		else
			assert_refused(text.data, ERR_INVALID, "line 1: the section's name");
		buffer_release(&text);
		buffer_release(&expected);
	}
}

static void test_long_comment(void **state)
{
	(void)state;
	struct buffer text = {0};
	buffer_puts(&text, "# ");
	for (int i = 0; i < 500; i++)
		buffer_puts(&text, "x = y ");
	buffer_puts(&text, "\na = 1\n");
	assert_reads(text.data, "/a=1;");
	buffer_release(&text);
}

static void test_foreign_bytes(void **state)
{
	(void)state;
	struct buffer noted;
	struct error err;
	assert_int_equal(read_ini("a = 1\nb\0 = 2\n", 13, &noted, &err), ERR_INVALID);
	assert_non_null(strstr(err.message, "line 2"));
	buffer_release(&noted);
	assert_int_equal(read_ini("# \0\n", 4, &noted, &err), ERR_INVALID);
	struct buffer large = {0};
	while (large.len <= 64 << 10)
		buffer_puts(&large, "a = 1\n");
	assert_int_equal(read_ini(large.data, large.len, &noted, &err), ERR_INVALID);
	assert_int_equal(noted.len, 0);
	buffer_release(&large);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_indented_line_is_a_setting),
		cmocka_unit_test(test_broken_lines),
		cmocka_unit_test(test_stops_at_first_error),
		cmocka_unit_test(test_long_lines_are_never_cut),
		cmocka_unit_test(test_long_names_are_never_cut),
		cmocka_unit_test(test_long_comment),
		cmocka_unit_test(test_foreign_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "cli/command_line.h"
#include "tests/unit/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *arguments[6];
	const char *line;
} cases[] = {
	{{"theca", "rip", "/dev/sr0"}, "theca rip /dev/sr0"},
	{{"theca", "rip", "--title", "A b", ""}, "theca rip --title 'A b' ''"},
	{{"it's", "a\\b", "$x", "`id`", "a\nb"}, "'it'\\''s' 'a\\b' '$x' '`id`' 'a\nb'"},
	{{"x", "~/y", "#z", "a;b", "\xff"}, "x '~/y' '#z' 'a;b' '\xff'"},
	{{"theca", "--password", "hunter2", "end"}, "theca --password *** end"},
	{{"theca", "--password=hunter2", "end"}, "theca --password=*** end"},
	{{"theca", "--api-token=", "end"}, "theca --api-token=*** end"},
	{{"theca", "--s3-secret", "--key", "x"}, "theca --s3-secret *** x"},
	{{"theca", "--passphrase-file", "f", "y"}, "theca --passphrase-file *** y"},
	{{"theca", "--api-key"}, "theca --api-key"},
	{{"theca", "--api-key", "x", "y"}, "theca --api-key *** y"},
	{{"https://me:pw@host/x?a=b"}, "'https://***@host/x?a=b'"},
	{{"ftp://me@host"}, "ftp://***@host"},
	{{"--url=https://me:pw@host/x"}, "--url=https://***@host/x"},
	{{"https://me:p@w@host/x"}, "https://***@host/x"}, /* the last @ ends the user part */
	{{"https://host/a@b"}, "https://host/a@b"},
	{{"https://host?q=a@b"}, "'https://host?q=a@b'"},
	{{"me@host"}, "me@host"},
};

static char *redact(size_t i, int *argc)
{
	char *argv[6] = {0};
	for (*argc = 0; *argc < 6 && cases[i].arguments[*argc]; ++*argc)
		argv[*argc] = strdup(cases[i].arguments[*argc]);
	char *line = command_line_redacted(*argc, argv);
	for (int a = 0; a < *argc; a++)
		free(argv[a]);
	return line;
}

static void lines(void **state)
{
	int argc;
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *line = redact(i, &argc);
		assert_string_equal(line, cases[i].line);
		free(line);
	}
	char *none = command_line_redacted(0, NULL);
	assert_string_equal(none, "");
	free(none);
}

/* A shell reads back what was not hidden. */
static void shell_reads_them_back(void **state)
{
	int argc;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char command[512], *line = redact(i, &argc);
		size_t len, at = 0;
		if (!strstr(line, "***")) {
			snprintf(command, sizeof(command), "printf '%%s\\0' %s >%s", line,
				scratch_path(*state, "out"));
			assert_int_equal(system(command), 0);
			char *out = scratch_read(scratch_path(*state, "out"), &len);
			for (int a = 0; a < argc; a++) {
				assert_true(at < len);
				assert_string_equal(out + at, cases[i].arguments[a]);
				at += strlen(out + at) + 1;
			}
			assert_int_equal(at, len);
			free(out);
		}
		free(line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test_setup_teardown(
			shell_reads_them_back, scratch_set_up, scratch_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

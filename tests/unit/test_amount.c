/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/amount.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void bytes_have_three_digits(void **state)
{
	(void)state;
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{0, "0 bytes"},
		{999, "999 bytes"},
		{1000, "1.00 kB"},
		{9994, "9.99 kB"},
		{9996, "10.0 kB"},
		{99960, "100 kB"},
		{999499, "999 kB"},
		{999500, "1.00 MB"},
		{681574400, "682 MB"},
		{8500000000, "8.50 GB"},
		{UINT64_MAX, "18446744 TB"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[16];
		format_bytes(cases[i].bytes, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
}

static void counts_are_grouped(void **state)
{
	(void)state;
	char text[32];
	format_count(0, text, sizeof(text));
	assert_string_equal(text, "0");
	format_count(999, text, sizeof(text));
	assert_string_equal(text, "999");
	format_count(5412, text, sizeof(text));
	assert_string_equal(text, "5,412");
	format_count(UINT64_MAX, text, sizeof(text));
	assert_string_equal(text, "18,446,744,073,709,551,615");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_have_three_digits),
		cmocka_unit_test(counts_are_grouped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

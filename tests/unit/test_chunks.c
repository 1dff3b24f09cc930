/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/chunks.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEAD "theca-chunks 1 sha256\nsize 4096 sector 2048\n"

static int parse(struct chunk_list *list, const char *text, struct error *err)
{
	return chunk_list_parse(list, (const uint8_t *)text, strlen(text), err);
}

static void formats_what_the_header_shows(void **state)
{
	(void)state;
	char name[] = "SHELF%2F12.iso";
	uint8_t digests[2][32];
	memset(digests[0], 0x00, 32);
	memset(digests[1], 0xab, 32);
	struct chunk_list list = {.chunk_size = 4096,
		.sector_size = 2048,
		.file_size = 6144,
		.file_name = name,
		.digests = digests,
		.count = 2};
	struct buffer out = {0};

	chunk_list_format(&list, &out);
	assert_false(out.failed);
	assert_string_equal(buffer_text(&out),
		HEAD "file 6144 SHELF%2F12.iso\n"
		     "0000000000000000000000000000000000000000000000000000000000000000\n"
		     "abababababababababababababababababababababababababababababababab\n");
	buffer_release(&out);
}

static void reads_back_what_it_wrote(void **state)
{
	(void)state;
	const char *text = HEAD "file 8192 a name with spaces.iso\n" A64 "\n" A64 "\n";
	struct chunk_list list;
	struct error err;
	struct buffer out = {0};

	assert_int_equal(parse(&list, text, &err), 0);
	assert_int_equal(list.chunk_size, 4096);
	assert_int_equal(list.sector_size, 2048);
	assert_int_equal(list.file_size, 8192);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.digests[1][31], 0xaa);
	assert_string_equal(list.file_name, "a name with spaces.iso");
	chunk_list_format(&list, &out);
	assert_string_equal(buffer_text(&out), text);
	buffer_release(&out);
	chunk_list_release(&list);
	assert_null(list.digests);
}

static void an_empty_file_has_no_chunks(void **state)
{
	(void)state;
	struct chunk_list list;

	assert_int_equal(parse(&list, HEAD "file 0 x.iso\n", NULL), 0);
	assert_int_equal(list.count, 0);
	chunk_list_release(&list);
}

static void refuses_what_it_would_not_write(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *says;
	} cases[] = {
		{"", "empty"},
		{"theca-chunks 2 sha256\n", "line 1"},
		{"theca-chunks 1 sha256", "line 1"},
		{"theca-chunks 1 sha256\n", "line 2"},
		{"theca-chunks 1 sha256\nsize 4096\n", "line 2"},
		{"theca-chunks 1 sha256\nsize 0 sector 2048\nfile 0 x\n", "whole number"},
		{"theca-chunks 1 sha256\nsize 4096 sector 0\nfile 0 x\n", "whole number"},
		{"theca-chunks 1 sha256\nsize 4095 sector 2048\nfile 0 x\n", "whole number"},
		{"theca-chunks 1 sha256\nsize 04096 sector 2048\nfile 0 x\n", "line 2"},
		{"theca-chunks 1 sha256\nsize 4294967296 sector 2048\nfile 0 x\n", "line 2"},
		{"theca-chunks 1 sha256\nsize 4096 sector 2048 \nfile 0 x\n", "line 2"},
		{"theca-chunks 1 sha256\nsize -1 sector 2048\nfile 0 x\n", "line 2"},
		{HEAD, "line 3"},
		{HEAD "file 0\n", "line 3"},
		{HEAD "file 0 \n", "inside the object"},
		{HEAD "file 0 ../x\n", "inside the object"},
		{HEAD "file 0 /x\n", "inside the object"},
		{HEAD "file 0 x\x1b[2J\n", "bytes that no name"},
		{HEAD "file 18446744073709551616 x\n", "line 3"},
		{HEAD "file 18446744073709551615 x\n" A64 "\n", "digests"},
		{HEAD "file 4096 x\n", "digests"},
		{HEAD "file 4097 x\n" A64 "\n", "digests"},
		{HEAD "file 4096 x\n" A64 "\n" A64 "\n", "digests"},
		{HEAD "file 4096 x\n" A64, "digests"},
		{HEAD "file 4096 x\ng" A64 "\n", "digests"},
		{HEAD "file 4096 x\n"
		      "AAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
			"lower case"},
		{HEAD "file 4096 x\n"
		      "gaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
			"line 4"},
		{HEAD "file 8192 x\n" A64 "a\n"
		      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
			"line 4"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct chunk_list list;
		struct error err = {0};
		if (parse(&list, cases[i].text, &err) != ERR_INVALID ||
			!strstr(err.message, cases[i].says))
			fail_msg("case %zu: \"%s\" where \"%s\" was expected", i, err.message,
				cases[i].says);
		assert_null(list.digests);
		assert_null(list.file_name);
	}
}

static void a_nul_in_the_name_is_no_way_round_the_checks(void **state)
{
	(void)state;
	static const char text[] = HEAD "file 0 x\0/../y\n";
	struct chunk_list list;

	assert_int_equal(chunk_list_parse(&list, (const uint8_t *)text, sizeof(text) - 1, NULL),
		ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_what_the_header_shows),
		cmocka_unit_test(reads_back_what_it_wrote),
		cmocka_unit_test(an_empty_file_has_no_chunks),
		cmocka_unit_test(refuses_what_it_would_not_write),
		cmocka_unit_test(a_nul_in_the_name_is_no_way_round_the_checks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The damage map's file, with GNU ddrescuelog as the independent judge. */
#include "image/damage_map.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int parse(struct damage_map **map, const char *text, struct error *err)
{
	return damage_map_parse(map, 2048, (const uint8_t *)text, strlen(text), err);
}

static struct damage_map *sample(void)
{
	struct damage_map *map = NULL;
	assert_int_equal(damage_map_new(&map, 400, NULL), ERR_NONE);
	assert_int_equal(
		damage_map_set(map, (struct extent){0, 191}, MAP_FINISHED, NULL), ERR_NONE);
	assert_int_equal(damage_map_set(map, (struct extent){191, 1}, MAP_BAD, NULL), ERR_NONE);
	assert_int_equal(
		damage_map_set(map, (struct extent){192, 8}, MAP_NON_SCRAPED, NULL), ERR_NONE);
	assert_int_equal(
		damage_map_set(map, (struct extent){300, 50}, MAP_NON_TRIMMED, NULL), ERR_NONE);
	return map;
}

static void writes_ddrescues_format(void **state)
{
	(void)state;
	struct damage_map *map = sample();
	struct buffer out = {0};
	damage_map_format(map, 2048, "Mapfile. Created by Theca\n0x0 0x800 +", &out);
	assert_string_equal(buffer_text(&out), "# Mapfile. Created by Theca 0x0 0x800 +\n"
					       "# current_pos  current_status  current_pass\n"
					       "0x00064000     ?               1\n"
					       "#      pos        size  status\n"
					       "0x00000000  0x0005F800  +\n"
					       "0x0005F800  0x00000800  -\n"
					       "0x00060000  0x00004000  /\n"
					       "0x00064000  0x00032000  ?\n"
					       "0x00096000  0x00019000  *\n"
					       "0x000AF000  0x00019000  ?\n");
	buffer_release(&out);
	damage_map_free(map);
}

static void current_status_is_the_phase(void **state)
{
	(void)state;
	struct damage_map *map = sample();
	struct buffer out = {0};
	damage_map_set(map, (struct extent){200, 100}, MAP_FINISHED, NULL);
	damage_map_set(map, (struct extent){350, 50}, MAP_FINISHED, NULL);
	damage_map_format(map, 2048, NULL, &out);
	assert_non_null(strstr(buffer_text(&out), "\n0x00096000     *               1\n"));
	damage_map_set(map, (struct extent){300, 50}, MAP_FINISHED, NULL);
	buffer_clear(&out);
	damage_map_format(map, 2048, NULL, &out);
	assert_non_null(strstr(buffer_text(&out), "\n0x00060000     /               1\n"));
	damage_map_set(map, (struct extent){192, 8}, MAP_BAD, NULL);
	buffer_clear(&out);
	damage_map_format(map, 2048, NULL, &out);
	assert_non_null(strstr(buffer_text(&out), "\n0x00000000     +               1\n"));
	buffer_release(&out);
	damage_map_free(map);
}

/* What a command prints first, without its newline; "" if it fails. */
static void ask(const char *format, const char *path, char *answer, size_t size)
{
	char command[256];
	assert_true(snprintf(command, sizeof(command), "%s %s 2>/dev/null", format, path) <
		    (int)sizeof(command));
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	size_t len = fread(answer, 1, size - 1, pipe);
	answer[len] = '\0';
	pclose(pipe);
}

static void ddrescuelog_reads_it(void **state)
{
	(void)state;
	if (system("ddrescuelog --version >/dev/null 2>&1") != 0) {
		print_message("skipped: ddrescuelog (package gddrescue) is not installed\n");
		skip();
	}
	struct damage_map *map = sample();
	struct buffer out = {0};
	damage_map_format(map, 2048, "Mapfile. Created by Theca", &out);
	char path[] = "/tmp/theca-mapfile-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, out.data, out.len), (ssize_t)out.len);
	close(fd);
	char answer[4096];
	ask("ddrescuelog -b2048 -l-", path, answer, sizeof(answer));
	assert_string_equal(answer, "191\n");
	ask("ddrescuelog -b2048 -l/", path, answer, sizeof(answer));
	assert_string_equal(answer, "192\n193\n194\n195\n196\n197\n198\n199\n");
	ask("ddrescuelog -b2048 -l+", path, answer, sizeof(answer));
	assert_string_equal(answer + strlen(answer) - 5, "\n190\n");
	ask("ddrescuelog -t", path, answer, sizeof(answer));
	assert_non_null(strstr(answer, "rescued:   391168 B,  in      1 area(s)"));
	unlink(path);
	buffer_release(&out);
	damage_map_free(map);
}

static void real_mapfiles_parse(void **state)
{
	(void)state;
	struct damage_map *map = NULL;
	assert_int_equal(parse(&map,
				 "# Mapfile. Created by GNU ddrescue version 1.27\n"
				 "# Command line: ddrescue -b2048 /dev/sr0 x.iso x.map\n"
				 "# Start time:   2015-07-21 09:37:44\n"
				 "# Copying non-tried blocks... Pass 1 (forwards)\n"
				 "# current_pos  current_status  current_pass\n"
				 "0x00120000     ?               1\n"
				 "#      pos        size  status\n"
				 "0x00000000  0x00117000  +\n"
				 "0x00117000  0x00000800  -\n"
				 "\n"
				 "  0x00117800\t0x00008800  /  \r\n"
				 "0x00120000  0x00048000  ? # not yet",
				 NULL),
		ERR_NONE);
	assert_int_equal(damage_map_sectors(map), 0x168000 / 2048);
	assert_int_equal(damage_map_count(map, MAP_BAD), 1);
	assert_int_equal(damage_map_get(map, 0x117000 / 2048), MAP_BAD);
	damage_map_free(map);
	/* before 1.22 there is no pass; numbers in decimal and octal */
	assert_int_equal(parse(&map, "0 F\n0 4096 +\n010000 0X1000 -\n", NULL), ERR_NONE);
	assert_int_equal(damage_map_sectors(map), 4);
	assert_int_equal(damage_map_count(map, MAP_BAD), 2);
	damage_map_free(map);
}

static void a_dvd_past_4_gib_survives(void **state)
{
	(void)state;
	struct damage_map *map = NULL, *again = NULL;
	struct buffer out = {0};
	assert_int_equal(damage_map_new(&map, 4173824, NULL), ERR_NONE);
	assert_int_equal(damage_map_set(map, (struct extent){4173800, 3}, MAP_BAD, NULL), ERR_NONE);
	damage_map_format(map, 2048, NULL, &out);
	assert_int_equal(
		damage_map_parse(&again, 2048, (const uint8_t *)out.data, out.len, NULL), ERR_NONE);
	assert_int_equal(damage_map_sectors(again), 4173824);
	assert_int_equal(damage_map_get(again, 4173802), MAP_BAD);
	assert_int_equal(damage_map_get(again, 4173803), MAP_NON_TRIED);
	buffer_release(&out);
	damage_map_free(again);
	damage_map_free(map);
}

static void bad_mapfiles_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "empty"},
		{"# only a comment\n", "empty"},
		{"0 + 1\n", "no blocks"},
		{"0\n0 2048 +\n", "line 1"},
		{"0 x 1\n0 2048 +\n", "line 1"},
		{"0 + 1 1\n0 2048 +\n", "line 1"},
		{"0 ++\n0 2048 +\n", "line 1"},
		{"-1 +\n0 2048 +\n", "line 1"},
		{"0 +\n\n0 2048 F\n", "line 3"},
		{"0 +\n0 2048\n", "line 2"},
		{"0 +\n0 2048 + 1\n", "line 2"},
		{"0 +\n0 2047 +\n", "2048-byte"},
		{"0 +\n0 0 +\n", "2048-byte"},
		{"0 +\n2048 2048 +\n", "line 2 of the mapfile: the block does not begin"},
		{"0 +\n0 4096 +\n2048 2048 -\n", "line 3 of the mapfile: the block does not begin"},
		{"0 +\n0 2048 +\n4096 2048 -\n", "line 3 of the mapfile: the block does not begin"},
		{"0 +\n0 0x80000000000 +\n", "larger than any disc"},
		{"0 +\n0 0x7FFFFFFF800 +\n0x7FFFFFFF800 2048 -\n", "larger than any disc"},
		{"0 +\n0 0x10000000000000000 +\n", "line 2"},
		{"0 +\n0 08 +\n", "line 2"},
		{"0 +\n0 0x +\n", "line 2"},
		{"0 +\n0 2048+\n", "line 2"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct damage_map *map = NULL;
		struct error err = {0};
		assert_int_equal(parse(&map, cases[i].text, &err), ERR_INVALID);
		if (!strstr(err.message, cases[i].says))
			print_error("%s: %s\n", cases[i].says, err.message);
		assert_null(map);
		assert_non_null(strstr(err.message, cases[i].says));
	}
	struct damage_map *map = NULL;
	assert_int_equal(
		damage_map_parse(&map, 2048, (const uint8_t *)"0 +\n0 2048 \0\n", 13, NULL), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_ddrescues_format),
		cmocka_unit_test(current_status_is_the_phase),
		cmocka_unit_test(ddrescuelog_reads_it),
		cmocka_unit_test(real_mapfiles_parse),
		cmocka_unit_test(a_dvd_past_4_gib_survives),
		cmocka_unit_test(bad_mapfiles_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/damage_map.h"
#include "base/clock.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static struct damage_map *new_map(uint32_t sectors)
{
	struct damage_map *map = NULL;
	assert_int_equal(damage_map_new(&map, sectors, NULL), ERR_NONE);
	return map;
}

static void set(struct damage_map *map, uint32_t lba, uint32_t count, enum map_status status)
{
	assert_int_equal(damage_map_set(map, (struct extent){lba, count}, status, NULL), ERR_NONE);
}

/* The runs as "0+16 16-2 ..." (lba, status, count). */
static char *runs_of(const struct damage_map *map)
{
	struct buffer out = {0};
	for (uint32_t lba = 0; lba < damage_map_sectors(map);) {
		struct extent extent;
		enum map_status status = damage_map_get(map, lba);
		assert_true(damage_map_next(map, status, lba, &extent));
		assert_int_equal(extent.lba, lba);
		buffer_printf(&out, "%s%u%c%u", lba ? " " : "", lba, (char)status, extent.count);
		lba = extent_end(extent);
	}
	buffer_puts(&out, "");
	return buffer_steal(&out);
}

static void assert_runs(const struct damage_map *map, const char *expected)
{
	char *runs = runs_of(map);
	assert_string_equal(runs, expected);
	free(runs);
}

static void starts_non_tried(void **state)
{
	(void)state;
	struct damage_map *map = new_map(100);
	assert_runs(map, "0?100");
	assert_int_equal(damage_map_count(map, MAP_NON_TRIED), 100);
	damage_map_free(map);
	damage_map_free(NULL);
}

static void neighbours_alike_are_one(void **state)
{
	(void)state;
	struct damage_map *map = new_map(100);
	set(map, 10, 10, MAP_FINISHED);
	set(map, 30, 10, MAP_FINISHED);
	assert_runs(map, "0?10 10+10 20?10 30+10 40?60");
	set(map, 20, 10, MAP_FINISHED);
	assert_runs(map, "0?10 10+30 40?60");
	set(map, 15, 1, MAP_BAD);
	assert_runs(map, "0?10 10+5 15-1 16+24 40?60");
	set(map, 15, 1, MAP_FINISHED);
	assert_runs(map, "0?10 10+30 40?60");
	set(map, 0, 100, MAP_NON_TRIED);
	assert_runs(map, "0?100");
	damage_map_free(map);
}

static void what_lies_past_the_end_is_ignored(void **state)
{
	(void)state;
	struct damage_map *map = new_map(100);
	set(map, 100, 5, MAP_BAD);
	set(map, UINT32_MAX, UINT32_MAX, MAP_BAD);
	set(map, 50, 0, MAP_BAD);
	assert_runs(map, "0?100");
	set(map, 90, UINT32_MAX, MAP_BAD);
	assert_runs(map, "0?90 90-10");
	assert_int_equal(damage_map_get(map, 100), MAP_NON_TRIED);
	struct damage_map *empty = new_map(0);
	struct extent extent;
	set(empty, 0, 1, MAP_BAD);
	assert_int_equal(damage_map_count(empty, MAP_BAD), 0);
	assert_false(damage_map_next(empty, MAP_NON_TRIED, 0, &extent));
	assert_false(damage_map_previous(empty, MAP_NON_TRIED, 1, &extent));
	damage_map_free(empty);
	damage_map_free(map);
}

static void next_and_previous_are_cut(void **state)
{
	(void)state;
	struct damage_map *map = new_map(100);
	set(map, 20, 10, MAP_BAD);
	set(map, 50, 10, MAP_BAD);
	struct extent extent;
	assert_true(damage_map_next(map, MAP_BAD, 25, &extent));
	assert_int_equal(extent.lba, 25);
	assert_int_equal(extent.count, 5);
	assert_true(damage_map_next(map, MAP_BAD, 30, &extent));
	assert_int_equal(extent.lba, 50);
	assert_false(damage_map_next(map, MAP_BAD, 60, &extent));
	assert_true(damage_map_previous(map, MAP_BAD, 55, &extent));
	assert_int_equal(extent.lba, 50);
	assert_int_equal(extent.count, 5);
	assert_true(damage_map_previous(map, MAP_BAD, 50, &extent));
	assert_int_equal(extent.lba, 20);
	assert_int_equal(extent.count, 10);
	assert_false(damage_map_previous(map, MAP_BAD, 20, &extent));
	assert_true(damage_map_previous(map, MAP_NON_TRIED, UINT32_MAX, &extent));
	assert_int_equal(extent_end(extent), 100);
	damage_map_free(map);
}

/* Every operation against a plain array of one status a sector. */
static void random_changes_agree_with_an_array(void **state)
{
	(void)state;
	enum { SECTORS = 257 };
	static const char marks[] = "?*/-+";
	char plain[SECTORS];
	memset(plain, MAP_NON_TRIED, sizeof(plain));
	struct damage_map *map = new_map(SECTORS);
	unsigned seed = 7;
	for (int step = 0; step < 4000; step++) {
		uint32_t lba = (uint32_t)rand_r(&seed) % SECTORS;
		uint32_t count = (uint32_t)rand_r(&seed) % (step % 10 ? 6 : SECTORS);
		char mark = marks[rand_r(&seed) % 5];
		set(map, lba, count, (enum map_status)mark);
		for (uint32_t i = lba; i < lba + count && i < SECTORS; i++)
			plain[i] = mark;
		uint32_t totals[128] = {0};
		for (uint32_t i = 0; i < SECTORS; i++) {
			totals[(unsigned char)plain[i]]++;
			assert_int_equal(damage_map_get(map, i), plain[i]);
		}
		for (const char *m = marks; *m; m++)
			assert_int_equal(damage_map_count(map, (enum map_status) * m),
				totals[(unsigned char)*m]);
		char *runs = runs_of(map);
		size_t changes = 1, spaces = 1;
		for (uint32_t i = 1; i < SECTORS; i++)
			changes += plain[i] != plain[i - 1];
		for (const char *c = runs; *c; c++)
			spaces += *c == ' ';
		assert_int_equal(spaces, changes);
		free(runs);
	}
	damage_map_free(map);
}

/*
 * 4.2 million sectors, 100,000 damaged places: a pass forward, one back, then writing and reading
 * the file.
 */
static void a_large_map_is_quick(void **state)
{
	(void)state;
	enum { PLACES = 100000, STEP = 42, SECTORS = PLACES * STEP };
	double start = clock_monotonic();
	struct damage_map *map = new_map(SECTORS);
	set(map, 0, SECTORS, MAP_FINISHED);
	for (uint32_t i = 0; i < PLACES; i++)
		set(map, i * STEP, 16, MAP_NON_SCRAPED);
	for (uint32_t i = PLACES; i-- > 0;)
		set(map, i * STEP + 3, 1, MAP_BAD);
	assert_int_equal(damage_map_count(map, MAP_BAD), PLACES);
	assert_int_equal(damage_map_count(map, MAP_NON_SCRAPED), 15 * PLACES);
	uint32_t found = 0;
	struct extent extent = {0, 0};
	while (damage_map_next(map, MAP_BAD, extent_end(extent), &extent))
		found++;
	assert_int_equal(found, PLACES);
	struct buffer file = {0};
	struct damage_map *again = NULL;
	damage_map_format(map, 2048, NULL, &file);
	assert_int_equal(
		damage_map_parse(&again, 2048, (const uint8_t *)file.data, file.len, NULL), ERR_NONE);
	assert_int_equal(damage_map_sectors(again), SECTORS);
	assert_int_equal(damage_map_count(again, MAP_BAD), PLACES);
	buffer_release(&file);
	damage_map_free(again);
	damage_map_free(map);
	/* a tenth of a second is usual; moving every later run at each step would take minutes */
	assert_true(clock_monotonic() - start < 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_non_tried),
		cmocka_unit_test(neighbours_alike_are_one),
		cmocka_unit_test(what_lies_past_the_end_is_ignored),
		cmocka_unit_test(next_and_previous_are_cut),
		cmocka_unit_test(random_changes_agree_with_an_array),
		cmocka_unit_test(a_large_map_is_quick),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

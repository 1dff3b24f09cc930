/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/read_record.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void set(struct read_record *record, uint32_t lba, uint32_t count, enum read_state state,
	uint32_t attempts)
{
	struct read_range range = {
		.extent = {lba, count},
		.state = state,
		.pass = attempts > 1 ? READ_PASS_RETRY : READ_PASS_COPY,
		.confirmation = READ_CONFIRMED_BY_DRIVE,
		.attempts = attempts,
	};
	assert_int_equal(read_record_set(record, &range, NULL), ERR_NONE);
}

static void assert_range(const struct read_record *record, size_t index, uint32_t lba,
	uint32_t count, uint32_t attempts)
{
	assert_true(index < record->count);
	assert_int_equal(record->ranges[index].extent.lba, lba);
	assert_int_equal(record->ranges[index].extent.count, count);
	assert_int_equal(record->ranges[index].attempts, attempts);
}

static void neighbours_alike_are_one(void **state)
{
	(void)state;
	struct read_record record = {0};
	for (uint32_t lba = 0; lba < 320; lba += 32)
		set(&record, lba, 32, READ_STATE_READ, 1);
	assert_int_equal(record.count, 1);
	assert_range(&record, 0, 0, 320, 1);
	read_record_release(&record);
	assert_int_equal(record.count, 0);
}

static void a_retry_replaces_what_was_known(void **state)
{
	(void)state;
	struct read_record record = {0};
	set(&record, 0, 100, READ_STATE_READ, 1);
	set(&record, 40, 20, READ_STATE_UNREADABLE, 1);
	set(&record, 45, 1, READ_STATE_READ, 3);
	assert_int_equal(record.count, 5);
	assert_range(&record, 0, 0, 40, 1);
	assert_range(&record, 1, 40, 5, 1);
	assert_range(&record, 2, 45, 1, 3);
	assert_range(&record, 3, 46, 14, 1);
	assert_range(&record, 4, 60, 40, 1);
	assert_int_equal(record.ranges[3].state, READ_STATE_UNREADABLE);
	assert_int_equal(record.ranges[2].pass, READ_PASS_RETRY);
	set(&record, 30, 40, READ_STATE_READ, 1);
	assert_int_equal(record.count, 1);
	assert_range(&record, 0, 0, 100, 1);
	read_record_release(&record);
}

static void the_end_of_numbers_is_safe(void **state)
{
	(void)state;
	struct read_record record = {0};
	set(&record, UINT32_MAX - 1, UINT32_MAX, READ_STATE_READ, 1);
	assert_range(&record, 0, UINT32_MAX - 1, 1, 1);
	set(&record, 5, 0, READ_STATE_READ, 1);
	assert_int_equal(record.count, 1);
	read_record_release(&record);
}

/* Against one number of attempts a sector, 0 for never read. */
static void random_changes_agree_with_an_array(void **state)
{
	(void)state;
	enum { SECTORS = 120 };
	uint32_t plain[SECTORS] = {0};
	struct read_record record = {0};
	unsigned seed = 11;
	for (int step = 0; step < 5000; step++) {
		uint32_t lba = (uint32_t)rand_r(&seed) % SECTORS;
		uint32_t count = (uint32_t)rand_r(&seed) % 12 % (SECTORS - lba + 1);
		uint32_t attempts = 1 + (uint32_t)rand_r(&seed) % 3;
		set(&record, lba, count, READ_STATE_READ, attempts);
		for (uint32_t i = lba; i < lba + count; i++)
			plain[i] = attempts;
		uint32_t seen[SECTORS] = {0}, end = 0, before = 0;
		for (size_t i = 0; i < record.count; i++) {
			const struct read_range *range = &record.ranges[i];
			assert_true(range->extent.count > 0 && range->extent.lba >= end);
			if (i && range->extent.lba == end)
				assert_int_not_equal(range->attempts, before);
			before = range->attempts;
			end = extent_end(range->extent);
			for (uint32_t lba2 = range->extent.lba; lba2 < end; lba2++)
				seen[lba2] = range->attempts;
		}
		assert_memory_equal(seen, plain, sizeof(seen));
	}
	read_record_release(&record);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(read_state_name(READ_STATE_UNREADABLE), "unreadable");
	assert_string_equal(read_pass_name(READ_PASS_SCRAPE), "scrape");
	assert_string_equal(read_confirmation_name(READ_UNCONFIRMED), "none");
}

/* What a reading took is added up where ranges join, and stays with the first part where one is cut. */
static void effort_is_neither_lost_nor_doubled(void **state)
{
	struct read_record record = {0};
	(void)state;
	for (uint32_t i = 0; i < 10; i++) {
		struct read_range range = {
			.extent = {i * 10, 10},
			.confirmation = READ_CONFIRMED_BY_PARANOIA,
			.track = i < 5 ? 1 : 2,
			.attempts = 1,
			.effort = {.rereads = 1, .jitter = i, .skips = 0},
		};
		assert_int_equal(read_record_set(&record, &range, NULL), 0);
	}
	assert_int_equal(record.count, 2); /* tracks are told apart */
	struct read_effort all = read_record_effort(&record, -1);
	assert_int_equal(all.rereads, 10);
	assert_int_equal(all.jitter, 45);
	assert_int_equal(read_record_effort(&record, 2).jitter, 35);
	assert_int_equal(read_record_effort(&record, 3).rereads, 0);
	struct read_range again = {.extent = {20, 1},
		.track = 1,
		.attempts = 2,
		.state = READ_STATE_DOUBTFUL,
		.effort = {.skips = 1}};
	assert_int_equal(read_record_set(&record, &again, NULL), 0);
	assert_int_equal(record.count, 4);
	assert_int_equal(record.ranges[0].effort.jitter, 10);
	assert_int_equal(record.ranges[2].effort.jitter, 0);
	assert_int_equal(read_record_effort(&record, -1).skips, 1);
	assert_int_equal(read_record_count(&record, READ_STATE_DOUBTFUL), 1);
	assert_int_equal(read_record_count(&record, READ_STATE_READ), 99);
	read_record_release(&record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_alike_are_one),
		cmocka_unit_test(a_retry_replaces_what_was_known),
		cmocka_unit_test(the_end_of_numbers_is_safe),
		cmocka_unit_test(random_changes_agree_with_an_array),
		cmocka_unit_test(names),
		cmocka_unit_test(effort_is_neither_lost_nor_doubled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

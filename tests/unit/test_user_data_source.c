/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user data of raw sectors. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "image/user_data_source.h"
#include "tests/unit/raw_source.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Mode 1, then form 1, then sectors without 2048 bytes of user data. */
enum { SECTORS = 12, XA = 4, FORM2 = 8, AUDIO = 10 };

static uint8_t sectors[SECTORS][DISC_RAW_SECTOR_SIZE];

static struct {
	struct sector_source *source;
	uint8_t bytes[SECTORS][DISC_SECTOR_SIZE];
	struct sector_note notes[SECTORS];
	struct error err;
} read_back;

static int make_sectors(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < XA; i++)
		raw_make_mode1(sectors[i], i);
	for (uint32_t i = XA; i < FORM2; i++)
		raw_make_form1(sectors[i], i);
	for (uint32_t i = FORM2; i < AUDIO; i++)
		raw_make_form2(sectors[i], i);
	raw_fill(sectors[AUDIO], sizeof(sectors[0]) * (SECTORS - AUDIO), 3);
	return 0;
}

static enum source_status read_sectors(
	struct extent extent, const struct raw_fault *faults, size_t fault_count)
{
	const struct raw_disc plan = {sectors, SECTORS, SECTORS, faults, fault_count};
	memset(&read_back, 0, sizeof(read_back));
	memset(read_back.bytes, 0xee, sizeof(read_back.bytes));
	assert_int_equal(user_data_source_new(&read_back.source, raw_source_new(&plan), NULL), 0);
	enum source_status status = source_read_noted(read_back.source, extent,
		read_back.bytes[extent.lba], read_back.notes + extent.lba, &read_back.err);
	assert_int_equal(read_back.source->sector_size, DISC_SECTOR_SIZE);
	assert_int_equal(read_back.source->sectors, SECTORS);
	source_close(read_back.source);
	return status;
}

static void check_sector(uint32_t sector, enum read_state state)
{
	static const uint8_t zeros[DISC_SECTOR_SIZE];
	const uint8_t *user_data = sectors[sector] + (sector >= XA && sector < FORM2 ? 24 : 16);
	assert_int_equal(read_back.notes[sector].state, state);
	assert_memory_equal(read_back.bytes[sector],
		state == READ_STATE_UNREADABLE ? zeros : user_data, DISC_SECTOR_SIZE);
}

static void user_data_is_taken(void **state)
{
	(void)state;
	const struct extent extent = {1, FORM2 - 1};
	assert_int_equal(read_sectors(extent, NULL, 0), SOURCE_OK);
	for (uint32_t i = 1; i < FORM2; i++) {
		check_sector(i, READ_STATE_READ);
		assert_int_equal(read_back.notes[i].confirmation, READ_CONFIRMED_BY_DRIVE);
	}
	assert_int_equal(read_back.bytes[0][0], 0xee);
	assert_int_equal(read_back.bytes[FORM2][0], 0xee);
}

static void notes_pass(void **state)
{
	(void)state;
	static const struct raw_fault faults[] = {
		{1, RAW_REBUILT, 0}, {2, RAW_DOUBTFUL, 0}, {XA, RAW_UNREADABLE, 0}};
	const struct extent extent = {0, FORM2};
	assert_int_equal(read_sectors(extent, faults, COUNT(faults)), SOURCE_PARTLY);
	assert_string_equal(read_back.err.message, "sector 4 is bad");
	assert_true(read_back.notes[1].rebuilt);
	assert_int_equal(read_back.bytes[1][1000 - 16], sectors[1][1000] ^ 0x10);
	check_sector(2, READ_STATE_DOUBTFUL);
	check_sector(3, READ_STATE_READ);
	check_sector(XA, READ_STATE_UNREADABLE);
	check_sector(XA + 1, READ_STATE_READ);
}

/* Nothing that came is thrown away: it is taken from where Mode 1 has it, and is in doubt. */
static void what_does_not_say_where_is_in_doubt(void **state)
{
	(void)state;
	const struct extent all = {0, SECTORS}, last = {SECTORS - 1, 1};
	assert_int_equal(read_sectors(all, NULL, 0), SOURCE_OK);
	for (uint32_t i = 0; i < SECTORS; i++)
		check_sector(i, i < FORM2 ? READ_STATE_READ : READ_STATE_DOUBTFUL);
	assert_int_equal(read_back.notes[FORM2].confirmation, READ_UNCONFIRMED);
	assert_int_equal(read_sectors(last, NULL, 0), SOURCE_OK);
	check_sector(SECTORS - 1, READ_STATE_DOUBTFUL);
}

static void failed_reads_fail(void **state)
{
	(void)state;
	static const struct raw_fault broken = {2, RAW_BROKEN, 0}, gone = {2, RAW_GONE, 0};
	const struct extent extent = {0, XA};
	assert_int_equal(read_sectors(extent, &broken, 1), SOURCE_UNREADABLE);
	assert_int_equal(read_sectors(extent, &gone, 1), SOURCE_GONE);
}

static void only_raw_sectors_have_a_frame(void **state)
{
	(void)state;
	struct sector_source cooked = {.sector_size = DISC_SECTOR_SIZE, .max_read = 1};
	struct sector_source *source = NULL;
	assert_int_equal(user_data_source_new(&source, &cooked, NULL), ERR_USAGE);
	assert_null(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(user_data_is_taken),
		cmocka_unit_test(notes_pass),
		cmocka_unit_test(what_does_not_say_where_is_in_doubt),
		cmocka_unit_test(failed_reads_fail),
		cmocka_unit_test(only_raw_sectors_have_a_frame),
	};
	return cmocka_run_group_tests(tests, make_sectors, NULL);
}

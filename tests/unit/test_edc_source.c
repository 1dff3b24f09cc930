/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Raw sectors looked at before they are believed: which are read again, and how each is noted. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "image/edc_source.h"
#include "tests/unit/raw_source.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define REREADS 3u

/*
 * image     0 ......... 20 ...... 30 ......... 40 ........ 44 ......... 60
 *           | Mode 1     | pregap  | audio      | pregap    | Mode 2     |
 * LBA       0 ......... 20 ...... 30 ......... 40 : 11440 . 11444 ...... 11460
 *
 * Track 3 has sectors of form 1, and of form 2 without EDC, in turn.
 */
enum { SECTORS = 60, PREGAP = 20, AUDIO = 30, LEAD_OUT = 40, XA = 44, XA_LBA = 11444 };

static uint8_t sectors[SECTORS][DISC_RAW_SECTOR_SIZE];
static struct disc disc;

static struct {
	struct sector_source *inner, *source;
	uint8_t bytes[SECTORS][DISC_RAW_SECTOR_SIZE];
	struct sector_note notes[SECTORS];
	struct error err;
} read_back;

static int make_disc(void **state)
{
	(void)state;
	disc.profile = DISC_CD;
	disc.session_count = 2;
	disc.track_count = 3;
	disc.tracks[0] = (struct track){.number = 1, .session = 1, .mode = TRACK_MODE1};
	disc.tracks[1] = (struct track){.number = 2,
		.session = 1,
		.mode = TRACK_AUDIO,
		.lba = AUDIO,
		.pregap = AUDIO - PREGAP};
	disc.tracks[2] = (struct track){.number = 3,
		.session = 2,
		.mode = TRACK_MODE2,
		.lba = XA_LBA,
		.pregap = XA - LEAD_OUT};
	disc.session_lead_outs[0] = LEAD_OUT;
	disc.session_lead_outs[1] = XA_LBA + SECTORS - XA;
	assert_null(disc_complete(&disc));
	assert_int_equal(disc_image_sectors(&disc), SECTORS);
	for (uint32_t i = 0; i < PREGAP; i++)
		raw_make_mode1(sectors[i], i);
	raw_fill(sectors[PREGAP], sizeof(sectors[0]) * (XA - PREGAP), 7);
	for (uint32_t i = XA; i < SECTORS; i++)
		(i % 2 ? raw_make_form2 : raw_make_form1)(sectors[i], XA_LBA + i - XA);
	return 0;
}

static void lay(const struct raw_fault *faults, size_t fault_count)
{
	const struct raw_disc plan = {sectors, SECTORS, SECTORS, faults, fault_count};
	memset(&read_back, 0, sizeof(read_back));
	read_back.inner = raw_source_new(&plan);
	assert_int_equal(
		edc_source_new(&read_back.source, read_back.inner, &disc, REREADS, NULL), 0);
}

static enum source_status read_all(void)
{
	const struct extent all = {0, SECTORS};
	return source_read_noted(
		read_back.source, all, read_back.bytes[0], read_back.notes, &read_back.err);
}

static bool is_as_mastered(uint32_t sector)
{
	return !memcmp(read_back.bytes[sector], sectors[sector], sizeof(sectors[0]));
}

static void check_note(uint32_t sector, enum read_state state, enum read_confirmation confirmation,
	unsigned rereads)
{
	const struct sector_note *note = &read_back.notes[sector];
	assert_int_equal(note->state, state);
	assert_int_equal(note->confirmation, confirmation);
	assert_int_equal(note->effort.rereads, rereads);
	assert_int_equal(raw_source_reads_of(read_back.inner, sector), 1 + rereads);
}

/* One read over all tracks: only what has a check code is confirmed by it. */
static void a_good_disc_is_read_once(void **state)
{
	(void)state;
	lay(NULL, 0);
	assert_int_equal(read_all(), SOURCE_OK);
	for (uint32_t i = 0; i < SECTORS; i++) {
		bool has_edc = i < PREGAP || (i >= XA && i % 2 == 0);
		check_note(i, READ_STATE_READ,
			has_edc ? READ_CONFIRMED_BY_EDC : READ_CONFIRMED_BY_DRIVE, 0);
		assert_true(is_as_mastered(i));
	}
	source_close(read_back.source);
}

static void what_agrees_later_is_taken(void **state)
{
	(void)state;
	static const struct raw_fault faults[] = {
		{0, RAW_WRONG_BYTE, 1}, {5, RAW_OTHER_SECTOR, 2}, {19, RAW_NO_SYNC, REREADS},
		{XA, RAW_WRONG_BYTE, 1},
		{XA + 1, RAW_NO_SYNC, 1}, /* then it has no check code, but a right address */
	};
	lay(faults, COUNT(faults));
	assert_int_equal(read_all(), SOURCE_OK);
	for (size_t i = 0; i < COUNT(faults); i++) {
		const uint32_t sector = faults[i].sector;
		check_note(sector, READ_STATE_READ,
			sector == XA + 1 ? READ_CONFIRMED_BY_DRIVE : READ_CONFIRMED_BY_EDC,
			faults[i].fail_first);
		assert_true(is_as_mastered(sector));
	}
	check_note(1, READ_STATE_READ, READ_CONFIRMED_BY_EDC, 0);
	source_close(read_back.source);
}

/* A sheet that calls Mode 2 sectors Mode 1, or the other way round, is contradicted by every one of them. */
static void another_mode_than_the_track_has_is_doubtful(void **state)
{
	(void)state;
	disc.tracks[0].mode = TRACK_MODE2;
	disc.tracks[2].mode = TRACK_MODE1;
	lay(NULL, 0);
	assert_int_equal(read_all(), SOURCE_OK);
	check_note(0, READ_STATE_DOUBTFUL, READ_UNCONFIRMED, REREADS);
	check_note(XA, READ_STATE_DOUBTFUL, READ_UNCONFIRMED, REREADS);
	check_note(XA + 1, READ_STATE_DOUBTFUL, READ_UNCONFIRMED, REREADS);
	check_note(AUDIO, READ_STATE_READ, READ_CONFIRMED_BY_DRIVE, 0);
	assert_true(is_as_mastered(0));
	source_close(read_back.source);
	disc.tracks[0].mode = TRACK_MODE1;
	disc.tracks[2].mode = TRACK_MODE2;
}

static void what_never_agrees_is_doubtful(void **state)
{
	(void)state;
	static const struct raw_fault faults[] = {
		{3, RAW_WRONG_BYTE, 0},
		{7, RAW_OTHER_SECTOR, 0},
		{XA + 4, RAW_NO_SYNC, 0},
		{XA + 7, RAW_OTHER_SECTOR, REREADS + 1},
	};
	lay(faults, COUNT(faults));
	assert_int_equal(read_all(), SOURCE_OK);
	for (size_t i = 0; i < COUNT(faults); i++)
		check_note(faults[i].sector, READ_STATE_DOUBTFUL, READ_UNCONFIRMED, REREADS);
	assert_int_equal(read_back.bytes[3][1000], sectors[3][1000] ^ 0x10);
	assert_memory_equal(read_back.bytes[7], sectors[8], sizeof(sectors[0]));
	check_note(4, READ_STATE_READ, READ_CONFIRMED_BY_EDC, 0);
	source_close(read_back.source);
}

/* What cannot be looked at, and what the source below has a word of its own for. */
static void other_sectors_pass(void **state)
{
	(void)state;
	static const struct raw_fault faults[] = {
		{2, RAW_REBUILT, 0}, {4, RAW_DOUBTFUL, 0}, {PREGAP, RAW_WRONG_BYTE, 0},
		{AUDIO, RAW_WRONG_BYTE, 0},
		{LEAD_OUT, RAW_WRONG_BYTE, 0}, /* in the pregap of a data track */
		{XA + 3, RAW_WRONG_BYTE, 0}, /* form 2: nothing tells */
	};
	lay(faults, COUNT(faults));
	assert_int_equal(read_all(), SOURCE_OK);
	for (size_t i = 0; i < COUNT(faults); i++) {
		const struct raw_fault *fault = &faults[i];
		check_note(fault->sector,
			fault->kind == RAW_DOUBTFUL ? READ_STATE_DOUBTFUL : READ_STATE_READ,
			READ_CONFIRMED_BY_DRIVE, 0);
		assert_int_equal(is_as_mastered(fault->sector), fault->kind == RAW_DOUBTFUL);
	}
	assert_true(read_back.notes[2].rebuilt);
	source_close(read_back.source);
}

static void without_tracks_nothing_is_looked_at(void **state)
{
	(void)state;
	static const struct raw_fault fault = {0, RAW_WRONG_BYTE, 0};
	static struct disc unknown;
	const struct raw_disc plan = {sectors, SECTORS, SECTORS, &fault, 1};
	const struct extent first = {0, 1};
	disc_init_unknown(&unknown, SECTORS);
	read_back.inner = raw_source_new(&plan);
	assert_int_equal(
		edc_source_new(&read_back.source, read_back.inner, &unknown, REREADS, NULL), 0);
	assert_int_equal(source_read_noted(read_back.source, first, read_back.bytes[0],
				 read_back.notes, NULL),
		SOURCE_OK);
	check_note(0, READ_STATE_READ, READ_CONFIRMED_BY_DRIVE, 0);
	source_close(read_back.source);
}

static void a_part_is_looked_at(void **state)
{
	(void)state;
	static const struct raw_fault faults[] = {
		{3, RAW_UNREADABLE, 0},
		{4, RAW_WRONG_BYTE, 0},
		{XA, RAW_WRONG_BYTE, 1},
	};
	lay(faults, COUNT(faults));
	assert_int_equal(read_all(), SOURCE_PARTLY);
	assert_string_equal(read_back.err.message, "sector 3 is bad");
	check_note(3, READ_STATE_UNREADABLE, READ_UNCONFIRMED, 0);
	check_note(4, READ_STATE_DOUBTFUL, READ_UNCONFIRMED, REREADS);
	check_note(XA, READ_STATE_READ, READ_CONFIRMED_BY_EDC, 1);
	assert_true(is_as_mastered(XA));
	source_close(read_back.source);
}

/* Reading again may fail in its own ways; the first bytes stay. */
static void failing_rereads(void **state)
{
	(void)state;
	static const struct raw_fault faults[] = {
		{3, RAW_WRONG_BYTE, 1},
		{3, RAW_BROKEN, 2},
		{3, RAW_UNREADABLE, 3},
		{5, RAW_WRONG_BYTE, 1},
		{5, RAW_BROKEN, 0},
		{9, RAW_WRONG_BYTE, 1},
		{9, RAW_DOUBTFUL, 0},
		{7, RAW_WRONG_BYTE, 1},
		{7, RAW_REBUILT, 0},
	};
	lay(faults, COUNT(faults));
	assert_int_equal(read_all(), SOURCE_OK);
	check_note(3, READ_STATE_READ, READ_CONFIRMED_BY_EDC, 3);
	assert_true(is_as_mastered(3));
	check_note(5, READ_STATE_DOUBTFUL, READ_UNCONFIRMED, REREADS);
	assert_int_equal(read_back.bytes[5][1000], sectors[5][1000] ^ 0x10);
	check_note(9, READ_STATE_DOUBTFUL, READ_UNCONFIRMED, REREADS);
	check_note(7, READ_STATE_READ, READ_CONFIRMED_BY_DRIVE, 1);
	assert_true(read_back.notes[7].rebuilt);
	source_close(read_back.source);
}

static void what_ends_a_read(void **state)
{
	(void)state;
	static const struct raw_fault broken = {30, RAW_BROKEN, 0};
	static const struct raw_fault gone[] = {{3, RAW_WRONG_BYTE, 1}, {3, RAW_GONE, 0}};
	lay(&broken, 1);
	assert_int_equal(read_all(), SOURCE_UNREADABLE);
	assert_int_equal(raw_source_reads_of(read_back.inner, 3), 1);
	source_close(read_back.source);
	lay(gone, COUNT(gone));
	assert_int_equal(read_all(), SOURCE_GONE);
	assert_string_equal(read_back.err.message, "sector 3 is bad");
	source_close(read_back.source);
}

static void only_raw_sectors_have_check_codes(void **state)
{
	(void)state;
	struct sector_source cooked = {.sector_size = DISC_SECTOR_SIZE, .max_read = 1};
	struct sector_source *source = NULL;
	assert_int_equal(edc_source_new(&source, &cooked, &disc, 0, NULL), ERR_USAGE);
	assert_null(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_disc_is_read_once),
		cmocka_unit_test(what_agrees_later_is_taken),
		cmocka_unit_test(what_never_agrees_is_doubtful),
		cmocka_unit_test(another_mode_than_the_track_has_is_doubtful),
		cmocka_unit_test(other_sectors_pass),
		cmocka_unit_test(without_tracks_nothing_is_looked_at),
		cmocka_unit_test(a_part_is_looked_at),
		cmocka_unit_test(failing_rereads),
		cmocka_unit_test(what_ends_a_read),
		cmocka_unit_test(only_raw_sectors_have_check_codes),
	};
	return cmocka_run_group_tests(tests, make_disc, NULL);
}

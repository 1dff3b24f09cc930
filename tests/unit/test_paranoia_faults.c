/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Audio through paranoia from a drive that does not do what it should: what is right is said to be, what is not is not. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/audio_table.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/*
 * Where readings are displaced, libcdio-paranoia 10.2+2.0.1 compares and copies some hundred bytes that lie before or behind its own buffers. The sanitizer would end the test for it
 * (rip/paranoia_engine.c says what is done about it).
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "intercept_memcmp=0:replace_intrin=0";
}

static struct audio_table table;

static int tear_down(void **state)
{
	(void)state;
	audio_table_clear(&table);
	return 0;
}

static void read_disc(const struct faulty_audio *disc)
{
	audio_table_clear(&table);
	audio_table_lay(&table, disc, NULL);
	audio_table_read_all(&table);
}

/* ---- readings that are wrong, each in its own way ---- */

static void jitter_and_bursts(void **state)
{
	static const struct {
		enum audio_sound sound;
		int jitter, jitter_percent, burst, burst_percent;
	} cases[] = {
		{SOUND_NOISE, 50, 30, 0, 0},
		{SOUND_NOISE, 500, 30, 0, 0},
		{SOUND_CHORD, 50, 30, 0, 0},
		{SOUND_CHORD, 500, 30, 0, 0},
		{SOUND_NOISE, 0, 0, 200, 90},
		{SOUND_CHORD, 0, 0, 200, 90},
		{SOUND_SILENCE, 0, 0, 200, 90},
		{SOUND_CHORD, 50, 20, 200, 90},
		{SOUND_NOISE, 500, 20, 200, 90},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (uint32_t seed = 1; seed <= 5; seed++) {
			read_disc(&(struct faulty_audio){.sectors = 2500,
				.seed = seed,
				.sound = cases[i].sound,
				.jitter = cases[i].jitter,
				.jitter_percent = cases[i].jitter_percent,
				.burst = cases[i].burst,
				.burst_percent = cases[i].burst_percent});
			if (table.wrong || table.doubtful_wrong || table.unreadable ||
				table.doubtful > 50)
				fail_msg("case %zu, seed %u: %u wrong, %u of %u doubtful wrong, %u "
					 "lost",
					i, seed, table.wrong, table.doubtful_wrong, table.doubtful,
					table.unreadable);
			assert_true(table.effort.jitter || cases[i].sound == SOUND_SILENCE);
			assert_true(faulty_audio_sectors(table.faulty) < 10 * 2500);
		}
	}
}

/* Half of the readings out of place, and sounds that look the same in several places: not all is certain, nothing is wrong and said to be right. */
static void heavy_jitter_is_honest(void **state)
{
	static const enum audio_sound sounds[] = {SOUND_NOISE, SOUND_ISLANDS};
	(void)state;
	for (size_t i = 0; i < COUNT(sounds); i++) {
		for (uint32_t seed = 1; seed <= 4; seed++) {
			read_disc(&(struct faulty_audio){.sectors = 2500,
				.seed = seed,
				.sound = sounds[i],
				.jitter = 300,
				.jitter_percent = 50});
			assert_int_equal(table.wrong, 0);
			assert_true(table.doubtful < 250);
			assert_int_equal(table.unreadable, 0);
		}
	}
}

/* Other bytes at each reading: it ends, within what is allowed, and each such sector is doubtful. */
static void random_bytes(void **state)
{
	static const struct audio_fault all[] = {{.count = 600, .kind = AUDIO_RANDOM}};
	static const struct audio_fault some[] = {{.lba = 300, .count = 10, .kind = AUDIO_RANDOM},
		{.lba = 599, .kind = AUDIO_RANDOM}};
	(void)state;
	read_disc(&(struct faulty_audio){
		.sectors = 600, .seed = 1, .faults = all, .fault_count = COUNT(all)});
	assert_int_equal(table.doubtful, 600);
	assert_int_equal(table.doubtful_wrong, 600);
	assert_true(table.effort.rereads > 0);
	assert_true(faulty_audio_sectors(table.faulty) < 100 * 600);
	read_disc(&(struct faulty_audio){
		.sectors = 600, .seed = 2, .faults = some, .fault_count = COUNT(some)});
	assert_int_equal(table.doubtful, 11);
	assert_int_equal(table.doubtful_wrong, 11);
	assert_int_equal(table.wrong, 0);
	assert_true(table.effort.skips > 0);
}

/* ---- sectors that do not come ---- */

static void transient_errors(void **state)
{
	static const struct audio_fault faults[] = {
		{.lba = 0, .fail_first = 3},
		{.lba = 100, .count = 30, .fail_first = 1},
		{.lba = 400, .fail_first = 5},
		{.lba = 402, .fail_first = 2},
		{.lba = 777, .count = 2, .fail_first = 4},
		{.lba = 1199, .fail_first = 2},
	};
	(void)state;
	for (uint32_t seed = 1; seed <= 3; seed++) {
		for (int jitter = 0; jitter <= 50; jitter += 50) {
			read_disc(&(struct faulty_audio){.sectors = 1200,
				.seed = seed,
				.jitter = jitter,
				.jitter_percent = 20,
				.faults = faults,
				.fault_count = COUNT(faults)});
			assert_int_equal(table.wrong + table.unreadable + table.doubtful_wrong, 0);
			assert_true(table.doubtful < 20 && (jitter || !table.doubtful));
			assert_true(table.effort.rereads > 0);
		}
	}
}

/* So many sectors in that place: so many are lost, and no other. */
static void permanent_errors(void **state)
{
	static const struct {
		size_t count;
		struct audio_fault faults[3];
		uint32_t lost;
	} cases[] = {
		{1, {{.lba = 0}}, 1},
		{1, {{.lba = 1999}}, 1},
		{1, {{.lba = 1000}}, 1},
		{2, {{.lba = 74}, {.lba = 75}}, 2},
		{3, {{.lba = 600}, {.lba = 602}, {.lba = 604}}, 3},
		{2, {{.lba = 0, .count = 2}, {.lba = 1998, .count = 2}}, 4},
		{1, {{.lba = 300, .count = 5}}, 5},
		{1, {{.lba = 1190, .count = 30}}, 30},
		{2, {{.lba = 0, .count = 100}, {.lba = 150}}, 101},
		{1, {{.lba = 200, .count = 1300}}, 1300},
		{1, {{.lba = 1900, .count = 100}}, 100},
	};
	static const enum audio_sound sounds[] = {SOUND_NOISE, SOUND_TONE, SOUND_SILENCE};
	(void)state;
	for (size_t i = 0; i < COUNT(cases) * COUNT(sounds); i++) {
		const size_t which = i % COUNT(cases);
		read_disc(&(struct faulty_audio){.sectors = 2000,
			.seed = 3,
			.sound = sounds[i / COUNT(cases)],
			.faults = cases[which].faults,
			.fault_count = cases[which].count});
		if (table.unreadable != cases[which].lost || table.wrong || table.doubtful)
			fail_msg("case %zu, sound %zu: %u lost, %u wrong, %u doubtful", which,
				i / COUNT(cases), table.unreadable, table.wrong, table.doubtful);
		assert_in_range(
			faulty_audio_reads_of(table.faulty, cases[which].faults[0].lba), 4, 30);
	}
}

/* One bad sector costs a dozen readings of its own, and the readings around it. */
static void one_bad_sector_is_cheap(void **state)
{
	static const struct audio_fault fault = {.lba = 1500};
	(void)state;
	read_disc(&(struct faulty_audio){
		.sectors = 3000, .seed = 3, .faults = &fault, .fault_count = 1});
	assert_int_equal(table.unreadable, 1);
	assert_int_equal(table.by_paranoia, 2999);
	assert_in_range(faulty_audio_reads_of(table.faulty, 1500), 5, 10);
	assert_true(faulty_audio_sectors(table.faulty) < 6300);
}

/* The neighbours of a bad sector, when readings are displaced: right, or doubtful. */
static void permanent_errors_and_jitter(void **state)
{
	static const struct audio_fault faults[] = {
		{.lba = 0}, {.lba = 500}, {.lba = 502}, {.lba = 1000, .count = 40}, {.lba = 1999}};
	static const int jitters[] = {5, 50, 500};
	(void)state;
	for (size_t i = 0; i < COUNT(jitters); i++) {
		for (uint32_t seed = 1; seed <= 5; seed++) {
			read_disc(&(struct faulty_audio){.sectors = 2000,
				.seed = seed,
				.jitter = jitters[i],
				.jitter_percent = 20,
				.faults = faults,
				.fault_count = COUNT(faults)});
			if (table.wrong || table.unreadable != 44 || table.doubtful > 60)
				fail_msg("jitter %d, seed %u: %u lost, %u wrong, %u doubtful",
					jitters[i], seed, table.unreadable, table.wrong,
					table.doubtful);
		}
	}
}

/* Whether the bytes of a sector of the last reading are on the disc around where they should be. */
static bool is_displaced(uint32_t lba, uint32_t i)
{
	return memmem(faulty_audio_sector(table.faulty, lba - 1), 3 * DISC_RAW_SECTOR_SIZE,
		audio_table_sector(&table, i), DISC_RAW_SECTOR_SIZE);
}

/* What is doubtful beside a bad sector is what some reading gave, and never what stood in for the bad one. */
static void no_filler_is_kept(void **state)
{
	static const struct audio_fault faults[] = {{.lba = 300}, {.lba = 310, .count = 3}};
	(void)state;
	for (uint32_t seed = 1; seed <= 6; seed++) {
		const struct faulty_audio disc = {.sectors = 600,
			.seed = seed,
			.jitter = 100,
			.jitter_percent = 100,
			.faults = faults,
			.fault_count = COUNT(faults)};
		audio_table_clear(&table);
		audio_table_lay(&table, &disc, NULL);
		for (uint32_t lba = 0; lba < 600; lba += 75) {
			audio_table_read(&table, lba, 75);
			for (uint32_t i = 0; i < 75; i++)
				if (lba + i >= 280 && lba + i <= 340 &&
					table.notes[i].state == READ_STATE_DOUBTFUL)
					assert_true(is_displaced(lba + i, i));
		}
		assert_in_range(table.doubtful, 400, 596);
	}
}

/* Wherever it begins, paranoia is placed by what two readings have there, not by the first that comes. */
static void begins_in_its_place(void **state)
{
	const struct faulty_audio disc = {
		.sectors = 4000, .seed = 3, .jitter = 100, .jitter_percent = 40};
	(void)state;
	audio_table_lay(&table, &disc, NULL);
	for (uint32_t i = 0; i < 30; i++)
		assert_int_equal(audio_table_read(&table, i * 1009 % 3900, 75), SOURCE_OK);
	assert_int_equal(table.wrong, 0);
	assert_true(table.by_paranoia > 30 * 75 * 9 / 10);
}

/* What was given up is tried anew when it is asked for alone, and not before. */
static void given_up_is_tried_again(void **state)
{
	static const struct audio_fault fault = {.lba = 300, .fail_first = 20};
	const struct faulty_audio disc = {
		.sectors = 1200, .seed = 3, .faults = &fault, .fault_count = 1};
	size_t before;
	(void)state;
	audio_table_lay(&table, &disc, NULL);
	assert_int_equal(audio_table_read(&table, 250, 75), SOURCE_PARTLY);
	assert_int_equal(table.notes[50].state, READ_STATE_UNREADABLE);
	assert_int_equal(table.unreadable, 1);
	before = faulty_audio_reads_of(table.faulty, 300);
	assert_int_equal(audio_table_read(&table, 250, 75), SOURCE_PARTLY);
	assert_int_equal(faulty_audio_reads_of(table.faulty, 300), before);
	for (int i = 0; i < 5; i++)
		if (audio_table_read(&table, 300, 1) == SOURCE_OK)
			break;
	assert_int_equal(table.notes[0].confirmation, READ_CONFIRMED_BY_READS);
	assert_int_equal(audio_table_read(&table, 250, 75), SOURCE_OK);
	assert_int_equal(table.wrong + table.doubtful, 0);
}

/* ---- drives that end, or take long ---- */

static void drive_is_gone(void **state)
{
	static const struct audio_fault fault = {.lba = 700, .kind = AUDIO_GONE};
	const struct faulty_audio disc = {
		.sectors = 2000, .seed = 3, .faults = &fault, .fault_count = 1};
	(void)state;
	for (int few = 0; few < 2; few++) {
		audio_table_clear(&table);
		audio_table_lay(&table, &disc, NULL);
		assert_int_equal(
			audio_table_read(&table, few ? 700 : 0, few ? 1 : 75), SOURCE_GONE);
		assert_non_null(strstr(table.err.message, "the drive is gone"));
		const size_t reads = faulty_audio_reads(table.faulty);
		assert_int_equal(audio_table_read(&table, 0, 75), SOURCE_GONE);
		assert_non_null(strstr(table.err.message, "the drive is gone"));
		assert_int_equal(faulty_audio_reads(table.faulty), reads);
	}
}

/* A stretch where each reading takes ten seconds: a large request is handed back, a single sector comes. */
static void slow_stretch(void **state)
{
	static const struct audio_fault fault = {.lba = 1000, .count = 300, .kind = AUDIO_SLOW};
	const struct faulty_audio disc = {
		.sectors = 2000, .seed = 3, .faults = &fault, .fault_count = 1};
	struct paranoia_policy policy = paranoia_default_policy;
	(void)state;
	policy.now = faulty_audio_clock;
	policy.seconds = 15;
	audio_table_lay(&table, &disc, &policy);
	for (uint32_t lba = 0; lba < 2000; lba += 75) {
		const double before = faulty_audio_clock();
		const uint32_t count = lba + 75 < 2000 ? 75 : 2000 - lba;
		if (audio_table_read(&table, lba, count) == SOURCE_UNREADABLE) {
			assert_non_null(strstr(table.err.message, "within 15 seconds"));
			assert_int_equal(audio_table_read(&table, lba, 1), SOURCE_OK);
		}
		assert_true(faulty_audio_clock() - before <= 2 * (2 * 15 + 2 * 10));
	}
	assert_int_equal(table.wrong + table.unreadable, 0);
	assert_true(faulty_audio_clock() > 0);
}

/* With nothing allowed, paranoia ends at once, wherever it is, and all comes without it. */
static void nothing_allowed(void **state)
{
	const struct faulty_audio disc = {.sectors = 5000, .seed = 3};
	struct paranoia_policy policy = paranoia_default_policy;
	(void)state;
	for (unsigned reads = 0; reads < 60; reads += 7) {
		audio_table_clear(&table);
		policy.reads_a_sector = 0;
		policy.seconds = reads;
		policy.now = faulty_audio_clock;
		audio_table_lay(&table, &disc, &policy);
		for (uint32_t lba = 0; lba < 750; lba += 75)
			assert_int_equal(audio_table_read(&table, lba, 75), SOURCE_OK);
		assert_int_equal(table.by_paranoia + table.by_reads, 750);
		assert_int_equal(table.wrong, 0);
	}
}

#define TABLE_TEST(f) cmocka_unit_test_teardown(f, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TABLE_TEST(jitter_and_bursts),
		TABLE_TEST(heavy_jitter_is_honest),
		TABLE_TEST(random_bytes),
		TABLE_TEST(transient_errors),
		TABLE_TEST(permanent_errors),
		TABLE_TEST(one_bad_sector_is_cheap),
		TABLE_TEST(permanent_errors_and_jitter),
		TABLE_TEST(no_filler_is_kept),
		TABLE_TEST(begins_in_its_place),
		TABLE_TEST(given_up_is_tried_again),
		TABLE_TEST(drive_is_gone),
		TABLE_TEST(slow_stretch),
		TABLE_TEST(nothing_allowed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Audio through paranoia from a drive that does what it should: what it costs, and what is said of it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/audio_table.h"
#include "tests/unit/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#ifndef UNDER_SANITIZER
#define UNDER_SANITIZER 0
#endif

static struct audio_table table;

static int tear_down(void **state)
{
	(void)state;
	audio_table_clear(&table);
	return 0;
}

static double cost(void)
{
	return (double)faulty_audio_sectors(table.faulty) / table.source->sectors;
}

/* Everything came, by paranoia, and was no effort. */
static void check_clean(void)
{
	assert_int_equal(table.by_paranoia, table.source->sectors);
	assert_int_equal(table.wrong, 0);
	assert_int_equal(table.effort.rereads, 0);
	assert_int_equal(table.effort.skips, 0);
}

/* Two readings of each sector, and a little more where the stretches overlap. */
static void clean_disc(void **state)
{
	static const enum audio_sound sounds[] = {
		SOUND_NOISE, SOUND_CHORD, SOUND_TONE, SOUND_ISLANDS, SOUND_SILENCE, SOUND_SAME};
	(void)state;
	for (size_t i = 0; i < COUNT(sounds); i++) {
		const struct faulty_audio disc = {.sectors = 5000, .seed = 3, .sound = sounds[i]};
		audio_table_lay(&table, &disc, NULL);
		audio_table_read_all(&table);
		check_clean();
		if (cost() > 2.1)
			fail_msg("sound %zu: %.3f reads a sector", i, cost());
		audio_table_clear(&table);
	}
}

static void small_discs(void **state)
{
	static const uint32_t sizes[] = {1, 2, 3, 16, 17, 25, 30, 74, 75, 76, 150, 600, 1234};
	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		for (int sound = SOUND_NOISE; sound <= SOUND_SAME; sound++) {
			const struct faulty_audio disc = {
				.sectors = sizes[i], .seed = 5, .sound = (enum audio_sound)sound};
			audio_table_lay(&table, &disc, NULL);
			audio_table_read_all(&table);
			assert_int_equal(table.by_paranoia + table.by_reads, sizes[i]);
			assert_int_equal(table.wrong, 0);
			audio_table_clear(&table);
		}
	}
}

/* A few sectors somewhere are read without paranoia, each twice. */
static void few_sectors(void **state)
{
	const struct faulty_audio disc = {.sectors = 5000, .seed = 6};
	(void)state;
	audio_table_lay(&table, &disc, NULL);
	assert_int_equal(audio_table_read(&table, 4000, 1), SOURCE_OK);
	assert_int_equal(audio_table_read(&table, 77, 3), SOURCE_OK);
	assert_int_equal(audio_table_read(&table, 4999, 1), SOURCE_OK);
	assert_int_equal(table.by_reads, 5);
	assert_int_equal(table.wrong, 0);
	assert_int_equal(faulty_audio_reads_of(table.faulty, 4000), 2);
	assert_in_range(faulty_audio_sectors(table.faulty), 10, 50);
}

/* The engine goes on where it is; elsewhere it begins anew, and the bytes are the same. */
static void any_order(void **state)
{
	static const struct extent order[] = {{0, 75}, {75, 20}, {95, 1}, {96, 75}, {2000, 75},
		{2075, 75}, {171, 75}, {2925, 75}};
	const struct faulty_audio disc = {.sectors = 3000, .seed = 7};
	(void)state;
	audio_table_lay(&table, &disc, NULL);
	for (size_t i = 0; i < COUNT(order); i++) {
		const size_t before = faulty_audio_sectors(table.faulty);
		assert_int_equal(audio_table_read(&table, order[i].lba, order[i].count), SOURCE_OK);
		if (i && order[i].lba == extent_end(order[i - 1]))
			assert_int_equal(faulty_audio_sectors(table.faulty), before);
	}
	assert_int_equal(table.wrong, 0);
	assert_int_equal(table.by_reads, 0);
}

/* The same wrong bytes at each reading are believed, which is why it is called "paranoia" and not "right". */
static void same_wrong_bytes(void **state)
{
	static const struct audio_fault faults[] = {{.lba = 700, .count = 2, .kind = AUDIO_WRONG}};
	const struct faulty_audio disc = {
		.sectors = 1500, .seed = 8, .faults = faults, .fault_count = COUNT(faults)};
	(void)state;
	audio_table_lay(&table, &disc, NULL);
	audio_table_read_all(&table);
	assert_int_equal(table.by_paranoia, 1500);
	assert_int_equal(table.wrong, 2);
}

/*
 * Track 1 is data, 2 and 3 audio, 4 data in a second session, 5 audio: no reading mixes them, and none goes past what it is for.
 *
 *   image  0 ... 99 | 100 ... 169 | 170 ... 499 | 500 ... 699 | 700 ... 799
 */
static void mixed_disc(void **state)
{
	static const struct audio_fault faults[] = {{.lba = 40}, {.lba = 650, .fail_first = 1}};
	const struct faulty_audio faulty = {
		.sectors = 800, .seed = 9, .faults = faults, .fault_count = COUNT(faults)};
	struct disc *disc = calloc(1, sizeof(*disc));
	(void)state;
	assert_non_null(disc);
	disc->profile = DISC_CD;
	disc->session_count = 2;
	disc->track_count = 5;
	disc->session_lead_outs[0] = 500;
	disc->session_lead_outs[1] = 12200;
	disc->tracks[0] = (struct track){.number = 1, .session = 1, .mode = TRACK_MODE1};
	disc->tracks[1] = (struct track){.number = 2, .session = 1, .lba = 100};
	disc->tracks[2] = (struct track){.number = 3, .session = 1, .lba = 170};
	disc->tracks[3] =
		(struct track){.number = 4, .session = 2, .mode = TRACK_MODE2, .lba = 11900};
	disc->tracks[4] = (struct track){.number = 5, .session = 2, .lba = 12100};
	const char *complaint = disc_complete(disc);
	if (complaint)
		fail_msg("%s", complaint);
	assert_int_equal(disc_image_sectors(disc), 800);
	audio_table_lay_disc(&table, &faulty, disc, NULL);
	free(disc);

	assert_int_equal(audio_table_read(&table, 41, 59), SOURCE_OK);
	assert_int_equal(table.notes[0].confirmation, READ_CONFIRMED_BY_DRIVE);
	assert_int_equal(faulty_audio_sectors(table.faulty), 59);
	assert_int_equal(audio_table_read(&table, 0, 75), SOURCE_UNREADABLE);
	assert_int_equal(audio_table_read(&table, 60, 75), SOURCE_OK); /* data and audio */
	assert_int_equal(table.notes[39].confirmation, READ_CONFIRMED_BY_DRIVE);
	assert_int_equal(table.notes[40].confirmation, READ_CONFIRMED_BY_PARANOIA);
	assert_int_equal(faulty_audio_reads_of(table.faulty, 99), 2);
	assert_int_equal(audio_table_read(&table, 135, 75), SOURCE_OK); /* two tracks */
	assert_int_equal(table.notes[74].confirmation, READ_CONFIRMED_BY_PARANOIA);
	assert_int_equal(audio_table_read(&table, 460, 75), SOURCE_OK); /* audio and data */
	assert_int_equal(table.notes[39].confirmation, READ_CONFIRMED_BY_PARANOIA);
	assert_int_equal(table.notes[40].confirmation, READ_CONFIRMED_BY_DRIVE);
	assert_int_equal(audio_table_read(&table, 645, 10), SOURCE_UNREADABLE);
	assert_int_equal(audio_table_read(&table, 645, 10), SOURCE_OK);
	assert_int_equal(audio_table_read(&table, 725, 75), SOURCE_OK);
	assert_int_equal(faulty_audio_reads_of(table.faulty, 699), 0);
	assert_int_equal(table.wrong, 0);
	assert_int_equal(table.doubtful, 0);
}

static void nothing_is_left_in_the_temporary_directory(void **state)
{
	const struct faulty_audio disc = {.sectors = 100, .seed = 10};
	struct scratch scratch;
	(void)state;
	scratch_make(&scratch);
	setenv("TMPDIR", scratch.path, 1);
	audio_table_lay(&table, &disc, NULL);
	audio_table_read_all(&table);
	assert_int_equal(scratch_count(scratch.path), 0);
	check_clean();
	unsetenv("TMPDIR");
	scratch_remove(&scratch);
}

static void no_temporary_directory(void **state)
{
	const struct faulty_audio spec = {.sectors = 100, .seed = 10};
	struct sector_source *faulty = faulty_audio_new(&spec), *source = NULL;
	struct error err = {0};
	struct disc *disc = calloc(1, sizeof(*disc));
	(void)state;
	assert_non_null(disc);
	disc_init_single(disc, DISC_CD, TRACK_AUDIO, 100);
	setenv("TMPDIR", "/nonexistent/place", 1);
	assert_int_not_equal(
		paranoia_source_new(&source, faulty, disc, &paranoia_default_policy, &err), 0);
	assert_non_null(strstr(err.message, "TMPDIR"));
	unsetenv("TMPDIR");
	source_close(faulty);
	free(disc);
}

/* Whatever the length of the disc, the engine needs the same. */
static void memory_is_bounded(void **state)
{
	const struct faulty_audio disc = {.sectors = 60000, .seed = 11};
	int status = 0;
	(void)state;
	if (UNDER_SANITIZER) {
		print_message("memory is not measured under a sanitizer\n");
		skip();
	}
	pid_t child = fork();
	if (child == 0) {
		struct rusage usage;
		audio_table_lay(&table, &disc, NULL);
		audio_table_read_all(&table);
		getrusage(RUSAGE_SELF, &usage);
		_exit(table.wrong || table.by_paranoia != 60000 ? 255
								: (int)(usage.ru_maxrss / 1024));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_in_range(WEXITSTATUS(status), 1, 60); /* MB, ten of which are the disc */
}

static void version(void **state)
{
	(void)state;
	assert_non_null(strstr(paranoia_library_version(), "10.2"));
}

#define TABLE_TEST(f) cmocka_unit_test_teardown(f, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TABLE_TEST(clean_disc),
		TABLE_TEST(small_discs),
		TABLE_TEST(few_sectors),
		TABLE_TEST(any_order),
		TABLE_TEST(same_wrong_bytes),
		TABLE_TEST(mixed_disc),
		TABLE_TEST(nothing_is_left_in_the_temporary_directory),
		cmocka_unit_test(no_temporary_directory),
		TABLE_TEST(memory_is_bounded),
		cmocka_unit_test(version),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

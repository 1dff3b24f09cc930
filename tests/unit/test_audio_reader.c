/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading stretches that do not all come: how often what is asked for, what is given up, and what is remembered of it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "rip/audio_reader.h"
#include "tests/unit/faulty_audio.h"

#include <stdlib.h>
#include <string.h>

#define SECTORS 200u
#define STRETCH 25u

struct bench {
	struct faulty_audio disc;
	struct sector_source *source;
	struct audio_reader reader;
	uint8_t buffer[2 * STRETCH * DISC_RAW_SECTOR_SIZE];
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	assert_non_null(bench);
	bench->disc = (struct faulty_audio){.sectors = SECTORS, .seed = 1};
	*state = bench;
	return 0;
}

static void start(struct bench *bench, const struct audio_fault *faults, size_t count)
{
	bench->disc.faults = faults;
	bench->disc.fault_count = count;
	bench->source = faulty_audio_new(&bench->disc);
	assert_int_equal(
		audio_reader_init(&bench->reader, bench->source, 3, faulty_audio_clock, NULL), 0);
	bench->reader.region = (struct extent){0, SECTORS};
	audio_reader_allow(&bench->reader, UINT64_MAX, 1000);
}

static void stop(struct bench *bench)
{
	audio_reader_release(&bench->reader);
	source_close(bench->source);
	bench->source = NULL;
}

static int tear_down(void **state)
{
	stop(*state);
	free(*state);
	return 0;
}

static const uint8_t *sector(const struct bench *bench, uint32_t i)
{
	return bench->buffer + (size_t)i * DISC_RAW_SECTOR_SIZE;
}

static void reads(struct bench *bench, uint32_t first, uint32_t count)
{
	assert_true(audio_reader_read(&bench->reader, first, count, bench->buffer));
	for (uint32_t i = 0; i < count; i++)
		if (!audio_reader_gave_up(&bench->reader, first + i))
			assert_memory_equal(sector(bench, i),
				faulty_audio_sector(bench->source, first + i),
				DISC_RAW_SECTOR_SIZE);
}

static size_t tries_of(const struct bench *bench, uint32_t lba)
{
	return faulty_audio_reads_of(bench->source, lba);
}

static void one_reading_where_all_is_well(void **state)
{
	struct bench *bench = *state;
	start(bench, NULL, 0);
	reads(bench, 10, STRETCH);
	assert_int_equal(faulty_audio_reads(bench->source), 1);
	reads(bench, 50, 2 * STRETCH); /* the source takes 27 */
	assert_int_equal(faulty_audio_reads(bench->source), 3);
}

/* 25, 12, 6, 3, 1 sectors that have it, then what is left of three tries alone. */
static void halves_down_to_the_sector(void **state)
{
	static const struct audio_fault fault = {.lba = 10};
	struct bench *bench = *state;
	start(bench, &fault, 1);
	reads(bench, 10, STRETCH);
	assert_true(audio_reader_gave_up(&bench->reader, 10));
	assert_false(audio_reader_gave_up(&bench->reader, 11));
	assert_int_equal(tries_of(bench, 10), 4 + 3);
	assert_in_range(tries_of(bench, 11), 4, 5);
	assert_int_equal(tries_of(bench, 34), 2);
	/* and is not asked for again */
	reads(bench, 0, STRETCH);
	assert_int_equal(tries_of(bench, 10), 4 + 3);
	assert_true(audio_reader_gave_up_any(&bench->reader, 0, 10));
	assert_false(audio_reader_gave_up_any(&bench->reader, 11, 199));
}

/* fail_first failures, then it comes; 4 of them with others. */
static void transient_errors_come_at_last(void **state)
{
	struct bench *bench = *state;
	for (unsigned fail_first = 1; fail_first <= 8; fail_first++) {
		const struct audio_fault fault = {.lba = 10, .fail_first = fail_first};
		start(bench, &fault, 1);
		reads(bench, 10, STRETCH);
		assert_int_equal(audio_reader_gave_up(&bench->reader, 10), fail_first >= 4 + 3);
		assert_int_equal(tries_of(bench, 10), fail_first < 4 + 3 ? fail_first + 1 : 4 + 3);
		if (fail_first < 8)
			stop(bench);
	}
}

/* The same at each reading, unlike any other sector's, any other reader's, and what the disc holds. */
static void filler(void **state)
{
	static const struct audio_fault faults[] = {{.lba = 10}, {.lba = 12}};
	struct bench *bench = *state;
	uint8_t before[DISC_RAW_SECTOR_SIZE];
	start(bench, faults, 2);
	reads(bench, 8, STRETCH);
	memcpy(before, sector(bench, 2), sizeof(before));
	reads(bench, 10, STRETCH);
	assert_memory_equal(before, sector(bench, 0), sizeof(before));
	assert_memory_not_equal(before, sector(bench, 2), sizeof(before));
	assert_false(sighting_is_even(before));
	stop(bench);
	start(bench, faults, 2);
	reads(bench, 10, STRETCH);
	assert_memory_not_equal(before, sector(bench, 0), sizeof(before));
}

static void forgiven(void **state)
{
	static const struct audio_fault fault = {.lba = 10, .count = 2, .fail_first = 8};
	struct bench *bench = *state;
	start(bench, &fault, 1);
	reads(bench, 10, STRETCH);
	assert_true(audio_reader_gave_up(&bench->reader, 10));
	assert_false(audio_reader_forgive(&bench->reader, (struct extent){12, 50}));
	assert_true(audio_reader_forgive(&bench->reader, (struct extent){0, 11}));
	assert_false(audio_reader_gave_up(&bench->reader, 10));
	assert_true(audio_reader_gave_up(&bench->reader, 11));
	reads(bench, 10, 2);
	assert_false(audio_reader_gave_up(&bench->reader, 10));
}

static void what_is_allowed(void **state)
{
	static const struct audio_fault slow = {.lba = 100, .count = 100, .kind = AUDIO_SLOW};
	struct bench *bench = *state;
	start(bench, &slow, 1);
	audio_reader_allow(&bench->reader, 60, 1000);
	reads(bench, 0, STRETCH);
	reads(bench, 0, STRETCH);
	reads(bench, 0, STRETCH);
	assert_false(audio_reader_read(&bench->reader, 0, 1, bench->buffer));
	assert_false(audio_reader_move(&bench->reader, 0));
	assert_int_equal(bench->reader.state, READER_SPENT);
	assert_int_equal(faulty_audio_reads(bench->source), 3);
	audio_reader_allow(&bench->reader, 0, 15); /* one reading always */
	reads(bench, 0, 1);
	assert_false(audio_reader_read(&bench->reader, 0, 1, bench->buffer));
	audio_reader_allow(&bench->reader, 1000, 15);
	reads(bench, 100, 1);
	reads(bench, 100, 1);
	assert_false(audio_reader_read(&bench->reader, 0, 1, bench->buffer));
}

static void gone(void **state)
{
	static const struct audio_fault fault = {.lba = 20, .kind = AUDIO_GONE};
	struct bench *bench = *state;
	start(bench, &fault, 1);
	reads(bench, 0, 20);
	assert_false(audio_reader_read(&bench->reader, 0, 21, bench->buffer));
	assert_int_equal(bench->reader.state, READER_GONE);
	assert_non_null(strstr(bench->reader.error.message, "gone"));
	audio_reader_allow(&bench->reader, 1000, 1000);
	assert_false(audio_reader_read(&bench->reader, 0, 1, bench->buffer));
	assert_int_equal(tries_of(bench, 0), 2);
}

/* ---- what is remembered ---- */

static void sightings_count(void **state)
{
	static struct sightings sightings;
	(void)state;
	sightings_init(&sightings);
	struct sighting *sighting = sightings_of(&sightings, 5000);
	sighting_add(sighting, 1, 0);
	sighting_add(sighting, 1, 7);
	sighting_add(sighting, 2, 7);
	sighting_add(sighting, 1, 7);
	assert_int_equal(sighting_total(sighting), 4);
	assert_int_equal(sighting_count(sighting, 1, false), 3);
	assert_int_equal(sighting_count(sighting, 1, true), 2);
	assert_int_equal(sighting_count(sighting, 2, false), 1);
	assert_int_equal(sighting_count(sighting, 3, false), 0);
	for (unsigned i = 0; i < SIGHTINGS_EACH; i++)
		sighting_add(sighting, 9, 0);
	assert_int_equal(sighting_total(sighting), SIGHTINGS_EACH);
	assert_int_equal(sighting_count(sighting, 1, false), 0);
	assert_int_equal(sighting_count(sighting, 9, false), SIGHTINGS_EACH);
	assert_int_equal(sighting_count(sighting, 9, true), 0);
	sightings_of(&sightings, 5000 + SIGHTINGS_SECTORS); /* takes its place */
	assert_int_equal(sighting_total(sightings_of(&sightings, 5000)), 0);
}

/* Up to four readings are the ordinary cost; where there were more, all but two are told. */
static void effort_is_told_once(void **state)
{
	static struct sightings sightings;
	(void)state;
	sightings_init(&sightings);
	struct sighting *sighting = sightings_of(&sightings, 3);
	sighting->asked = 4;
	sighting->jitter = 2;
	struct read_effort effort = sighting_effort(sighting);
	assert_int_equal(effort.rereads, 0);
	assert_int_equal(effort.jitter, 2);
	sighting->asked = 7;
	sighting->skips = 1;
	effort = sighting_effort(sighting);
	assert_int_equal(effort.rereads, 5);
	assert_int_equal(effort.jitter, 0);
	assert_int_equal(effort.skips, 1);
	assert_int_equal(sighting_effort(sighting).rereads, 0);
}

#define BENCH_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(one_reading_where_all_is_well),
		BENCH_TEST(halves_down_to_the_sector),
		BENCH_TEST(transient_errors_come_at_last),
		BENCH_TEST(filler),
		BENCH_TEST(forgiven),
		BENCH_TEST(what_is_allowed),
		BENCH_TEST(gone),
		cmocka_unit_test(sightings_count),
		cmocka_unit_test(effort_is_told_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

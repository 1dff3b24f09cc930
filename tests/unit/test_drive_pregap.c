/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pregaps between audio and data: the search, in drives, and a disc read whole by what it found.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "image/checked_source.h"
#include "image/edc_source.h"
#include "rip/drive_pregap.h"
#include "rip/drive_raw.h"
#include "rip/drive_toc.h"
#include "rip/paranoia.h"
#include "tests/unit/virtual_drive.h"

#include <string.h>

#define MOST_READS 22u /* for one pregap */

/* ---- the search ---- */

/* Sectors of a pregap that begins at `begin`, some of which tell nothing. */
struct strip {
	uint32_t begin;
	struct extent silent[2]; /* up to the first of count 0 */
	struct extent allowed; /* to be looked at, and each but once */
	bool looked[2000];
	unsigned looks, unknowns;
};

static enum pregap_side look(void *context, uint32_t lba)
{
	struct strip *strip = context;
	assert_in_range(lba, strip->allowed.lba, extent_end(strip->allowed) - 1);
	assert_false(strip->looked[lba]);
	strip->looked[lba] = true;
	strip->looks++;
	for (size_t i = 0; i < 2; i++) {
		if (lba >= strip->silent[i].lba && lba < extent_end(strip->silent[i])) {
			strip->unknowns++;
			return PREGAP_UNKNOWN;
		}
	}
	return lba < strip->begin ? PREGAP_BEFORE : PREGAP_WITHIN;
}

/* What a search before LBA 1000 finds. */
static uint32_t search(struct strip *strip, uint32_t count)
{
	const uint32_t reach = count < PREGAP_REACH ? count : PREGAP_REACH;
	strip->allowed = (struct extent){1000 - reach, reach};
	strip->looks = strip->unknowns = 0;
	memset(strip->looked, 0, sizeof(strip->looked));
	const uint32_t found = pregap_search((struct extent){1000 - count, count}, look, strip);
	assert_in_range(strip->looks, 0, MOST_READS);
	assert_in_range(strip->unknowns, 0, PREGAP_UNREAD);
	return found;
}

static void every_length(void **state)
{
	(void)state;
	for (uint32_t count = 0; count <= 1000; count += count < 10 ? 1 : 90) {
		for (uint32_t length = 0; length <= 1000; length++) {
			struct strip strip = {.begin = 1000 - length};
			const uint32_t most = count < PREGAP_REACH ? count : PREGAP_REACH;
			/* of one as long as what is searched nobody knows how long it is */
			assert_int_equal(search(&strip, count), length < most ? length : 0);
			assert_in_range(strip.looks, 0, 9);
		}
	}
}

/* A stretch that tells nothing does no harm but where the pregap begins, and none beyond itself. */
static void unknown_elsewhere(void **state)
{
	(void)state;
	for (uint32_t length = 100; length <= 300; length += 25) {
		for (uint32_t lba = 560; lba < 990; lba++) {
			struct strip strip = {.begin = 1000 - length, .silent[0] = {lba, 10}};
			const uint32_t found = search(&strip, 600);
			if (lba >= strip.begin + 10 || lba + 20 <= strip.begin)
				assert_int_equal(found, length);
			else if (found != 150)
				assert_in_range(found, length - 20, length);
			else
				assert_in_range(found, length - 10, length + 10);
		}
	}
}

/* Discs written a track at a time have such a place before each pregap and in its first sectors. */
static void unknown_at_the_beginning(void **state)
{
	(void)state;
	struct strip usual = {.begin = 850, .silent[0] = {848, 7}};
	assert_int_equal(search(&usual, 600), 150);
	struct strip shorter = {.begin = 900, .silent[0] = {898, 4}};
	assert_int_equal(search(&shorter, 600), 98); /* what is certain */
	struct strip longer = {.begin = 775, .silent[0] = {773, 4}};
	assert_int_equal(search(&longer, 600), 223);
}

static void too_little_to_know(void **state)
{
	(void)state;
	struct strip silent = {.begin = 850, .silent[0] = {0, 1000}};
	assert_int_equal(search(&silent, 600), 0);
	assert_int_equal(silent.unknowns, PREGAP_UNREAD);
	struct strip no_end = {.begin = 850, .silent[0] = {850, 150}};
	assert_int_equal(search(&no_end, 600), 0);
	struct strip no_beginning = {.begin = 850, .silent[0] = {0, 850}};
	assert_int_equal(search(&no_beginning, 600), 0);
	struct strip long_one = {.begin = 400};
	assert_int_equal(search(&long_one, 900), 0);
}

/* ---- in a drive ---- */

static struct virtual_drive drive;
static struct disc disc;
static struct error err;

/* Data, audio, data: INDEX 01 at 0, 2000, 3000, the end at 4000. */
static void insert_disc(uint32_t audio_pregap, uint32_t data_pregap)
{
	virtual_drive_init(&drive);
	drive.areas[0] = (struct area){0, 2000 - audio_pregap, AREA_MODE1};
	drive.areas[1] =
		(struct area){2000 - audio_pregap, 1000 + audio_pregap - data_pregap, AREA_AUDIO};
	drive.areas[2] = (struct area){3000 - data_pregap, 1000 + data_pregap, AREA_MODE2};
	toc_full_session(&drive.full, 1, 1, 3, 0);
	toc_full_lead_out(&drive.full, 1, 4000);
	toc_full_track(&drive.full, 1, DATA_TRACK, 1, 0);
	toc_full_track(&drive.full, 1, AUDIO_TRACK, 2, 2000);
	toc_full_track(&drive.full, 1, DATA_TRACK, 3, 3000);
	toc_end(&drive.full, 1, 1);
	err = (struct error){0};
}

static void assert_found(uint32_t audio_pregap, uint32_t data_pregap)
{
	drive.reads_cd = 0;
	if (drive_read_toc(&drive.port, &disc, &err))
		fail_msg("%s", err.message);
	assert_int_equal(disc.tracks[0].pregap, 0);
	assert_int_equal(disc.tracks[1].pregap, audio_pregap);
	assert_int_equal(disc.tracks[2].pregap, data_pregap);
	assert_int_equal(disc.tracks[1].unstored_pregap, 0);
	assert_int_equal(disc.tracks[0].count, 2000);
	assert_int_equal(disc_image_sectors(&disc), 4000);
	assert_null(disc_complete(&disc));
	assert_in_range(drive.reads_cd, 0, 2 * MOST_READS + 2 * DRIVE_PROBES);
}

static void lengths(void **state)
{
	static const uint32_t some[] = {0, 1, 149, 150, 151, 225, 449};
	(void)state;
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		insert_disc(some[i], 150);
		assert_found(some[i], 150);
		insert_disc(150, some[i]);
		assert_found(150, some[i]);
	}
	insert_disc(500, 500);
	assert_found(0, 0);
}

static void damage_in_pregaps(void **state)
{
	(void)state;
	insert_disc(150, 225);
	drive.damaged[0] = (struct extent){1880, 20};
	drive.damaged[1] = (struct extent){2880, 20};
	assert_found(150, 225);
	drive.damaged[0] = (struct extent){1848, 7};
	drive.damaged[1] = (struct extent){2760, 10};
	assert_found(150, 225);
	drive.damaged[0] = (struct extent){1000, 1000};
	assert_found(0, 225);
}

static void success_without_delivery(void **state)
{
	(void)state;
	insert_disc(150, 150);
	/* among them are places that are looked at whatever is found */
	drive.undelivered[0] = (struct extent){1770, 10};
	drive.undelivered[1] = (struct extent){1880, 20};
	drive.undelivered[2] = (struct extent){2770, 10};
	drive.undelivered[3] = (struct extent){2880, 20};
	assert_found(150, 150);
}

/* A drive that does not give, by READ CD of any type, what is of another kind than its track. */
static void refused_as_another_kind(void **state)
{
	(void)state;
	insert_disc(150, 225);
	drive.withheld[0] = (struct extent){1850, 150};
	drive.withheld[1] = (struct extent){2775, 225};
	assert_found(150, 225);
	/* one that gives no audio by it at all */
	drive.withheld[1] = (struct extent){2000, 1000};
	assert_found(150, 0);
}

static void drives_that_tell_nothing(void **state)
{
	(void)state;
	insert_disc(150, 150);
	drive.delivers_nothing = true;
	assert_found(0, 0);
	insert_disc(150, 150);
	drive.has_no_read_cd = true;
	assert_found(0, 0);
	insert_disc(150, 150);
	drive.damaged[0] = (struct extent){0, 4000};
	assert_found(0, 0);
}

/* A disc that is damaged all over costs no more than some reads. */
static void many_changes(void **state)
{
	(void)state;
	virtual_drive_init(&drive);
	disc = (struct disc){
		.profile = DISC_CD, .session_count = 1, .track_count = DISC_MAX_TRACKS};
	disc.session_lead_outs[0] = 500 * DISC_MAX_TRACKS;
	for (uint32_t i = 0; i < DISC_MAX_TRACKS; i++)
		disc.tracks[i] = (struct track){.number = (uint8_t)(i + 1),
			.session = 1,
			.mode = i % 2 ? TRACK_AUDIO : TRACK_MODE1,
			.lba = 500 * i};
	assert_null(disc_complete(&disc));
	drive.areas[0] = (struct area){0, 500 * DISC_MAX_TRACKS, AREA_AUDIO};
	drive.damaged[0] = (struct extent){0, 500 * DISC_MAX_TRACKS};
	drive_find_pregaps(&drive.port, &disc);
	assert_in_range(drive.reads_cd, 10, 10 + PREGAP_UNREAD);
}

/* Tracks of one kind, and of two sessions, have no change between them. */
static void no_change(void **state)
{
	(void)state;
	insert_disc(150, 150);
	toc_full_track(&drive.full, 1, DATA_TRACK, 4, 3500);
	drive.full.bytes[4 + 11 + 8] = 4; /* the last track */
	toc_full_session(&drive.full, 2, 5, 5, 0);
	toc_full_lead_out(&drive.full, 2, 20000);
	toc_full_track(&drive.full, 2, AUDIO_TRACK, 5, 15400);
	drive.areas[3] = (struct area){15400, 4600, AREA_AUDIO};
	toc_end(&drive.full, 1, 2);
	if (drive_read_toc(&drive.port, &disc, &err))
		fail_msg("%s", err.message);
	assert_int_equal(disc.track_count, 5);
	assert_int_equal(disc.tracks[2].pregap, 150);
	assert_int_equal(disc.tracks[3].pregap, 0);
	assert_int_equal(disc.tracks[4].pregap, 150);
	assert_int_equal(disc.tracks[4].unstored_pregap, 150);
	assert_int_equal(disc_image_sectors(&disc), 4000 + 4600);
}

/* ---- the whole disc ---- */

/* What is put around a drive (rip/source.h). */
static struct sector_source *open_whole(void)
{
	struct sector_source *source = NULL, *outer = NULL;
	if (drive_read_toc(&drive.port, &disc, &err) ||
		drive_raw_new(&source, &drive.port, &disc, &err) ||
		checked_source_new(&outer, source, &err) ||
		edc_source_new(&source, outer, &disc, 3, &err) ||
		paranoia_source_new(&outer, source, &disc, &paranoia_default_policy, &err))
		fail_msg("%s", err.message);
	return outer;
}

/* Reads the disc from end to end; how many sectors are not in order. Those that are must be right. */
static unsigned read_whole(void)
{
	static uint8_t buffer[SOURCE_MAX_READ * DISC_RAW_SECTOR_SIZE];
	struct sector_source *source = open_whole();
	struct extent extent = {0, 0};
	unsigned bad = 0;
	for (; extent.lba < source->sectors; extent.lba += extent.count) {
		struct sector_note notes[SOURCE_MAX_READ];
		struct disc_run run;
		assert_true(disc_run_at(&disc, extent.lba, &run));
		const uint32_t left = run.count - (extent.lba - run.sector);
		extent.count = left < source->max_read ? left : source->max_read;
		if (source_read_noted(source, extent, buffer, notes, &err) != SOURCE_OK)
			fail_msg("%s", err.message);
		for (uint32_t i = 0; i < extent.count; i++) {
			uint8_t expected[DISC_RAW_SECTOR_SIZE];
			assert_true(virtual_drive_sector(&drive, extent.lba + i, expected));
			assert_memory_equal(buffer + (size_t)i * DISC_RAW_SECTOR_SIZE, expected,
				DISC_RAW_SECTOR_SIZE);
			assert_false(notes[i].rebuilt);
			bad += notes[i].state != READ_STATE_READ ||
			       notes[i].confirmation == READ_UNCONFIRMED;
		}
	}
	source_close(source);
	return bad;
}

static void a_mixed_disc_is_in_order(void **state)
{
	(void)state;
	insert_disc(150, 150);
	assert_int_equal(read_whole(), 0);
	insert_disc(225, 150);
	assert_int_equal(read_whole(), 0);
	insert_disc(0, 225);
	assert_int_equal(read_whole(), 0);
	insert_disc(150, 225);
	drive.withheld[0] = (struct extent){1850, 150};
	assert_int_equal(read_whole(), 0);
}

/* Pressed discs may have nothing but headers there. */
static void an_empty_pregap(void **state)
{
	(void)state;
	insert_disc(150, 0);
	drive.areas[1].count -= 150;
	drive.areas[3] = (struct area){2850, 150, AREA_MODE0};
	assert_int_equal(read_whole(), 0);
	assert_int_equal(disc.tracks[2].pregap, 150);
}

/* Those too long to be found are the price of the bound; their bytes come all the same. */
static void what_was_not_found(void **state)
{
	(void)state;
	insert_disc(500, 500);
	assert_int_equal(read_whole(), 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length),
		cmocka_unit_test(unknown_elsewhere),
		cmocka_unit_test(unknown_at_the_beginning),
		cmocka_unit_test(too_little_to_know),
		cmocka_unit_test(lengths),
		cmocka_unit_test(damage_in_pregaps),
		cmocka_unit_test(success_without_delivery),
		cmocka_unit_test(refused_as_another_kind),
		cmocka_unit_test(drives_that_tell_nothing),
		cmocka_unit_test(many_changes),
		cmocka_unit_test(no_change),
		cmocka_unit_test(a_mixed_disc_is_in_order),
		cmocka_unit_test(an_empty_pregap),
		cmocka_unit_test(what_was_not_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

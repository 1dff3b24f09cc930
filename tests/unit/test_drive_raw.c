/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Raw sectors from drives of all sorts: whole, or framed anew, and never something else.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "image/sector.h"
#include "rip/drive_raw.h"
#include "tests/unit/virtual_drive.h"

#include <string.h>

static struct virtual_drive drive;
static struct disc disc;
static struct sector_source *source;
static struct error err;

/* Data 0-999, audio 1000-1999, and in a second session Mode 2 from 13400 to 13899. */
static void make_disc(void)
{
	virtual_drive_init(&drive);
	drive.areas[0] = (struct area){0, 1000, AREA_MODE1};
	drive.areas[1] = (struct area){1000, 1000, AREA_AUDIO};
	drive.areas[2] = (struct area){13400, 500, AREA_MODE2};
	disc = (struct disc){.profile = DISC_CD,
		.session_count = 2,
		.track_count = 3,
		.session_lead_outs = {2000, 13900}};
	disc.tracks[0] = (struct track){.number = 1, .session = 1, .mode = TRACK_MODE1};
	disc.tracks[1] = (struct track){.number = 2, .session = 1, .lba = 1000};
	disc.tracks[2] = (struct track){.number = 3,
		.session = 2,
		.mode = TRACK_MODE2,
		.lba = 13400,
		.pregap = 150,
		.unstored_pregap = 150};
	assert_null(disc_complete(&disc));
	assert_int_equal(disc_image_sectors(&disc), 2500);
	err = (struct error){0};
}

static void open_raw(void)
{
	if (drive_raw_new(&source, &drive.port, &disc, &err))
		fail_msg("%s", err.message);
	assert_int_equal(source->sector_size, 2352);
	assert_int_equal(source->sectors, disc_image_sectors(&disc));
	assert_in_range(source->max_read, 1, 27);
	assert_int_equal(source->confirmation, READ_CONFIRMED_BY_DRIVE);
	drive.reads_cd = drive.reads_10 = drive.wrong_kinds = 0;
}

static void assert_refused(enum error_code code, const char *words)
{
	assert_int_equal(drive_raw_new(&source, &drive.port, &disc, &err), code);
	assert_int_equal(err.code, code);
	if (!strstr(err.message, words))
		fail_msg("\"%s\" does not say: %s", err.message, words);
	assert_int_equal(drive_raw_new(&source, &drive.port, &disc, NULL), code);
}

/* Reads sectors of the image and compares them with the disc; how many were rebuilt. */
static unsigned check_sectors(struct extent extent)
{
	static uint8_t buffer[27 * 2352];
	struct sector_note notes[27];
	unsigned rebuilt = 0;
	memset(buffer, 0xa5, sizeof(buffer));
	if (source_read_noted(source, extent, buffer, notes, &err) != SOURCE_OK)
		fail_msg("%s", err.message);
	for (uint32_t i = 0; i < extent.count; i++) {
		uint8_t expected[2352];
		assert_true(
			virtual_drive_sector(&drive, disc_lba_of(&disc, extent.lba + i), expected));
		assert_memory_equal(buffer + i * 2352, expected, 2352);
		assert_int_equal(notes[i].state, READ_STATE_READ);
		assert_int_equal(notes[i].confirmation, READ_CONFIRMED_BY_DRIVE);
		rebuilt += notes[i].rebuilt;
	}
	return rebuilt;
}

static unsigned check_all(void)
{
	unsigned rebuilt = 0;
	struct extent extent = {0, 0};
	for (; extent.lba < source->sectors; extent.lba += extent.count) {
		const uint32_t left = source->sectors - extent.lba;
		extent.count = left < source->max_read ? left : source->max_read;
		rebuilt += check_sectors(extent);
	}
	return rebuilt;
}

static enum source_status status_of(uint32_t sector)
{
	uint8_t buffer[2352];
	err = (struct error){0};
	return source_read(source, (struct extent){sector, 1}, buffer, &err);
}

/* ---- drives ---- */

static void a_good_drive(void **state)
{
	(void)state;
	make_disc();
	open_raw();
	assert_int_equal(check_all(), 0);
	assert_int_equal(drive.reads_10, 0);
	assert_int_equal(drive.wrong_kinds, 0); /* no read has sectors of two tracks */
	assert_in_range(drive.longest, 1, 65536);
	source_close(source);
}

/* A read over all the borders of the disc. */
static void across_tracks_and_sessions(void **state)
{
	(void)state;
	make_disc();
	open_raw();
	check_sectors((struct extent){990, 20});
	check_sectors((struct extent){1990, 20});
	assert_int_equal(drive.reads_cd, 4);
	check_sectors((struct extent){2499, 1});
	assert_int_equal(status_of(2500), SOURCE_GONE);
	assert_int_equal(err.code, ERR_USAGE);
	source_close(source);
}

/* An emulated drive: its sectors have no check codes. */
static void a_hollow_drive(void **state)
{
	(void)state;
	make_disc();
	disc.track_count = 2;
	disc.session_count = 1;
	assert_null(disc_complete(&disc));
	drive.is_hollow = true;
	open_raw();
	assert_int_equal(check_all(), 1000);
	source_close(source);
}

static void a_drive_without_read_cd(void **state)
{
	(void)state;
	make_disc();
	disc_init_single(&disc, DISC_CD, TRACK_MODE1, 1000);
	drive.has_no_read_cd = true;
	open_raw();
	assert_int_equal(check_all(), 1000);
	assert_int_equal(drive.reads_cd, 0);
	assert_in_range(drive.longest, 1, 65536);
	source_close(source);
}

static void what_a_drive_cannot_do(void **state)
{
	(void)state;
	make_disc();
	drive.has_no_read_cd = true;
	assert_refused(ERR_UNSUPPORTED, "the disc has audio");
	make_disc();
	drive.has_no_mode2 = true;
	assert_refused(ERR_UNSUPPORTED, "track 3 is of Mode 2");
	make_disc();
	drive.delivers_nothing = true; /* what comes has no sync */
	assert_refused(ERR_UNSUPPORTED, "track 3 is of Mode 2");
	disc_init_single(&disc, DISC_DVD, TRACK_DATA, 1000);
	assert_refused(ERR_UNSUPPORTED, "only a CD has raw sectors");
}

/* ---- damage ---- */

/* Damage where a drive is tried out does not make it one that cannot read whole sectors. */
static void damage_at_the_first_sectors(void **state)
{
	(void)state;
	make_disc();
	drive.damaged[0] = (struct extent){0, 20};
	drive.damaged[1] = (struct extent){13400, 40};
	drive.damaged_whole[0] = (struct extent){20, 20};
	open_raw();
	assert_int_equal(check_sectors((struct extent){40, 27}), 0);
	assert_int_equal(status_of(3), SOURCE_UNREADABLE);
	assert_non_null(strstr(err.message, "sector 3:"));
	assert_int_equal(status_of(2000 + 7), SOURCE_UNREADABLE);
	assert_non_null(strstr(err.message, "sector 13407:")); /* where the disc has it */
	assert_int_equal(status_of(25), SOURCE_UNREADABLE);
	source_close(source);
}

static void damage_everywhere(void **state)
{
	(void)state;
	make_disc();
	drive.damaged[0] = (struct extent){0, 1000};
	drive.damaged[1] = (struct extent){13400, 500};
	open_raw();
	assert_int_equal(status_of(500), SOURCE_UNREADABLE);
	assert_int_equal(drive.reads_10, 0);
	check_sectors((struct extent){1000, 27});
	source_close(source);
}

/* A drive that refuses READ CD is not tried with it again because its disc is damaged. */
static void damage_without_read_cd(void **state)
{
	(void)state;
	make_disc();
	disc_init_single(&disc, DISC_CD, TRACK_MODE1, 1000);
	drive.has_no_read_cd = true;
	for (unsigned i = 0; i < DRIVE_PROBES; i++)
		drive.damaged[i] = (struct extent){drive_probe_place(&disc.tracks[0], i), 1};
	open_raw();
	assert_int_equal(check_sectors((struct extent){40, 27}), 27);
	assert_int_equal(status_of(16), SOURCE_UNREADABLE);
	source_close(source);
}

static void damage_while_rebuilding(void **state)
{
	(void)state;
	make_disc();
	disc_init_single(&disc, DISC_CD, TRACK_MODE1, 1000);
	drive.is_hollow = true;
	open_raw();
	drive.damaged[0] = (struct extent){100, 1};
	assert_int_equal(status_of(100), SOURCE_UNREADABLE);
	assert_int_equal(check_sectors((struct extent){101, 27}), 27);
	/* success without delivery, which the framing would hide from all who look later */
	drive.delivers_nothing = true;
	assert_int_equal(status_of(5), SOURCE_UNREADABLE);
	assert_non_null(strstr(err.message, "not delivered"));
	source_close(source);
}

/* The last sectors of a track may be the next one's pregap, and of its kind. */
static void pregaps_of_the_other_kind(void **state)
{
	(void)state;
	make_disc();
	drive.areas[0] = (struct area){0, 850, AREA_MODE1};
	drive.areas[1] = (struct area){850, 900, AREA_AUDIO};
	drive.areas[3] = (struct area){1750, 250, AREA_MODE1};
	open_raw();
	check_sectors((struct extent){823, 27});
	check_sectors((struct extent){850, 27});
	check_sectors((struct extent){1000, 27});
	assert_int_equal(drive.wrong_kinds, 0);
	check_sectors((struct extent){1900, 27});
	assert_int_equal(drive.wrong_kinds, 1);
	assert_int_equal(status_of(0), SOURCE_OK);
	source_close(source);
}

static void the_disc_is_taken_out(void **state)
{
	(void)state;
	for (int is_mute = 0; is_mute < 2; is_mute++) {
		make_disc();
		open_raw();
		drive.is_mute = is_mute;
		drive.is_empty = true;
		assert_int_equal(status_of(0), SOURCE_GONE);
		assert_int_equal(status_of(1000), SOURCE_GONE);
		source_close(source);
		make_disc();
		drive.is_mute = is_mute;
		drive.is_empty = true;
		assert_refused(is_mute ? ERR_IO : ERR_NOT_FOUND, "disc");
	}
}

static void probes_lie_in_the_track(void **state)
{
	(void)state;
	for (uint32_t count = 1; count < 100; count++) {
		const struct track track = {.lba = 700, .count = count};
		for (unsigned i = 0; i < DRIVE_PROBES; i++)
			assert_in_range(drive_probe_place(&track, i), 700, 700 + count - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_drive),
		cmocka_unit_test(across_tracks_and_sessions),
		cmocka_unit_test(a_hollow_drive),
		cmocka_unit_test(a_drive_without_read_cd),
		cmocka_unit_test(what_a_drive_cannot_do),
		cmocka_unit_test(damage_at_the_first_sectors),
		cmocka_unit_test(damage_everywhere),
		cmocka_unit_test(damage_without_read_cd),
		cmocka_unit_test(damage_while_rebuilding),
		cmocka_unit_test(pregaps_of_the_other_kind),
		cmocka_unit_test(the_disc_is_taken_out),
		cmocka_unit_test(probes_lie_in_the_track),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

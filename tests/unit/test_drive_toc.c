/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What disc a drive has, asked of drives that tell much or little of it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "rip/drive_toc.h"
#include "tests/unit/virtual_drive.h"

#include <string.h>

static struct virtual_drive drive;
static struct disc disc;
static struct error err;

/* Data 0-8999, audio 9000-19999; in full and in short. */
static void insert_mixed_disc(void)
{
	virtual_drive_init(&drive);
	drive.profile = 0x08;
	drive.capacity = 20000;
	drive.sessions = 1;
	drive.areas[0] = (struct area){0, 9000, AREA_MODE1};
	drive.areas[1] = (struct area){9000, 11000, AREA_AUDIO};
	toc_full_session(&drive.full, 1, 1, 2, 0);
	toc_full_lead_out(&drive.full, 1, 20000);
	toc_full_track(&drive.full, 1, DATA_TRACK, 1, 0);
	toc_full_track(&drive.full, 1, AUDIO_TRACK, 2, 9000);
	toc_end(&drive.full, 1, 1);
	toc_short_entry(&drive.brief, DATA_TRACK, 1, 0);
	toc_short_entry(&drive.brief, AUDIO_TRACK, 2, 9000);
	toc_short_entry(&drive.brief, AUDIO_TRACK, 0xaa, 20000);
	toc_end(&drive.brief, 1, 2);
	err = (struct error){0};
}

/* The same with a second session of data, 31400-39999. */
static void insert_two_sessions(void)
{
	insert_mixed_disc();
	drive.sessions = 2;
	drive.capacity = 40000;
	drive.areas[2] = (struct area){31400, 8600, AREA_MODE2};
	toc_full_session(&drive.full, 2, 3, 3, 0);
	toc_full_lead_out(&drive.full, 2, 40000);
	toc_full_track(&drive.full, 2, DATA_TRACK, 3, 31400);
	toc_end(&drive.full, 1, 2);
	drive.brief.len -= 8;
	toc_short_entry(&drive.brief, DATA_TRACK, 3, 31400);
	toc_short_entry(&drive.brief, DATA_TRACK, 0xaa, 40000);
	toc_end(&drive.brief, 1, 3);
}

static void assert_read(void)
{
	memset(&disc, 0xa5, sizeof(disc));
	if (drive_read_toc(&drive.port, &disc, &err))
		fail_msg("%s", err.message);
}

static void assert_error(enum error_code code, const char *words)
{
	assert_int_equal(drive_read_toc(&drive.port, &disc, &err), code);
	assert_int_equal(err.code, code);
	if (!strstr(err.message, words))
		fail_msg("\"%s\" does not say: %s", err.message, words);
	assert_int_equal(drive_read_toc(&drive.port, &disc, NULL), code);
}

static void a_cd(void **state)
{
	(void)state;
	insert_mixed_disc();
	assert_read();
	assert_int_equal(disc.profile, DISC_CD);
	assert_int_equal(disc.track_count, 2);
	assert_int_equal(disc.session_count, 1);
	assert_int_equal(disc.lead_out, 20000);
	assert_int_equal(disc.tracks[0].mode, TRACK_MODE1);
	assert_int_equal(disc.tracks[1].mode, TRACK_AUDIO);
	assert_false(disc_is_single_data(&disc));
	assert_string_equal(disc.mcn, "");
	assert_int_equal(drive.odd_lengths, 0);
}

static void two_sessions(void **state)
{
	(void)state;
	insert_two_sessions();
	assert_read();
	assert_int_equal(disc.session_count, 2);
	assert_int_equal(disc.tracks[2].mode, TRACK_MODE2);
	assert_int_equal(disc.tracks[2].session, 2);
	assert_int_equal(disc.lead_out, 40000);
}

/* READ CAPACITY does not count where the table of contents does. */
static void capacity_is_not_asked(void **state)
{
	(void)state;
	insert_mixed_disc();
	drive.capacity = 19998;
	assert_read();
	assert_int_equal(disc.lead_out, 20000);
	drive.capacity = 0;
	assert_read();
}

/* ---- what to do without the full form ---- */

static void only_the_short_form(void **state)
{
	(void)state;
	insert_mixed_disc();
	drive.full.len = 0;
	assert_read();
	assert_int_equal(disc.track_count, 2);
	assert_int_equal(disc.lead_out, 20000);
	drive.capacity = 20150;
	assert_read();
	drive.capacity = 0;
	assert_read();
	drive.capacity = 0xfffffff0;
	assert_read();
	drive.capacity = 26000;
	assert_error(ERR_INVALID, "the drive says that the disc goes on");
	drive.capacity = 20000;
	drive.sessions = 0;
	assert_error(ERR_UNSUPPORTED, "how many sessions");
	drive.sessions = 2;
	assert_error(ERR_UNSUPPORTED,
		"the disc has 2 sessions, and this drive does not tell where they lie");
}

/* One that looks for the format elsewhere, and gives the short form to who does not know that. */
static void an_old_drive(void **state)
{
	(void)state;
	insert_two_sessions();
	drive.is_atapi = true;
	assert_read();
	assert_int_equal(disc.session_count, 2);
	assert_int_equal(disc.lead_out, 40000);
	insert_mixed_disc();
	drive.is_atapi = true;
	drive.full.bytes[1] = 2; /* empty */
	assert_read();
	assert_int_equal(disc.track_count, 2);
	drive.sessions = 3;
	assert_error(ERR_UNSUPPORTED, "the disc has 3 sessions");
}

static void only_the_full_form(void **state)
{
	(void)state;
	insert_two_sessions();
	drive.brief.len = 0;
	drive.sessions = 0;
	assert_read();
	assert_int_equal(disc.track_count, 3);
}

static void forms_that_contradict(void **state)
{
	(void)state;
	insert_mixed_disc();
	drive.full.bytes[4 + 2 * 11 + 10]++; /* the lead-out, a frame later */
	assert_read();
	assert_int_equal(disc.lead_out, 20000);
	insert_two_sessions();
	drive.full.bytes[4 + 2 * 11 + 10]++;
	drive.brief.bytes[drive.brief.len - 1]++;
	assert_error(ERR_UNSUPPORTED, "contradict each other");
}

static void nothing_to_read(void **state)
{
	(void)state;
	insert_mixed_disc();
	drive.full.len = drive.brief.len = 0;
	assert_error(ERR_INVALID, "may be blank or not finalised");
	insert_mixed_disc();
	drive.full.bytes[1] = drive.brief.bytes[1] = 2;
	assert_error(ERR_INVALID, "it is empty");
}

/* A drive that announces more than there is, and more than anyone has room for. */
static void too_long_an_answer(void **state)
{
	(void)state;
	insert_mixed_disc();
	drive.full.bytes[0] = drive.full.bytes[1] = 0xff;
	assert_read();
	assert_int_equal(disc.track_count, 2);
	assert_in_range(drive.longest, 1, 32768);
}

/* ---- modes and numbers ---- */

static void modes(void **state)
{
	(void)state;
	insert_mixed_disc();
	drive.areas[0].kind = AREA_MODE2;
	assert_read();
	assert_int_equal(disc.tracks[0].mode, TRACK_MODE2);

	/* the sectors say it where they can be read at all */
	drive.damaged[0] = (struct extent){0, 20};
	drive.data_mode = 1;
	assert_read();
	assert_int_equal(disc.tracks[0].mode, TRACK_MODE2);

	/* where they cannot, the drive's own word */
	drive.has_no_read_cd = true;
	assert_read();
	assert_int_equal(disc.tracks[0].mode, TRACK_MODE1);
	drive.data_mode = 2;
	assert_read();
	assert_int_equal(disc.tracks[0].mode, TRACK_MODE2);

	/* where it says nothing, the type of the disc */
	for (unsigned mode = 0; mode <= 0xf; mode += 0xf) {
		drive.data_mode = mode;
		drive.full.bytes[4 + 9] = 0x20;
		assert_read();
		assert_int_equal(disc.tracks[0].mode, TRACK_MODE2);
		drive.full.bytes[4 + 9] = 0;
		assert_read();
		assert_int_equal(disc.tracks[0].mode, TRACK_MODE1);
	}
	assert_int_equal(disc.tracks[1].mode, TRACK_AUDIO);

	/* sectors without sync say nothing either */
	drive.has_no_read_cd = false;
	drive.delivers_nothing = true;
	drive.full.bytes[4 + 9] = 0x20;
	assert_read();
	assert_int_equal(disc.tracks[0].mode, TRACK_MODE2);
}

static void numbers(void **state)
{
	(void)state;
	insert_mixed_disc();
	drive.mcn = "5099749534728";
	drive.isrc = "USRC17607839";
	assert_read();
	assert_string_equal(disc.mcn, "5099749534728");
	assert_string_equal(disc.tracks[0].isrc, "");
	assert_string_equal(disc.tracks[1].isrc, "USRC17607839");
}

/* ---- other discs ---- */

static void a_data_cd(void **state)
{
	(void)state;
	virtual_drive_init(&drive);
	drive.areas[0] = (struct area){0, 5000, AREA_MODE1};
	toc_full_track(&drive.full, 1, DATA_TRACK, 1, 0);
	toc_full_lead_out(&drive.full, 1, 5000);
	toc_end(&drive.full, 1, 1);
	assert_read();
	assert_true(disc_is_single_data(&disc));
	assert_int_equal(disc.lead_out, 5000);
}

static void no_cd(void **state)
{
	(void)state;
	virtual_drive_init(&drive);
	for (drive.profile = 0x10; drive.profile <= 0x2b; drive.profile++) {
		drive.capacity = 2298496;
		assert_read();
		assert_int_equal(disc.profile, DISC_DVD);
		assert_true(disc_is_single_data(&disc));
		assert_int_equal(disc.lead_out, 2298496);
	}
	drive.profile = 0x10;
	drive.capacity = 1;
	assert_error(ERR_INVALID, "blank");
	drive.capacity = 0;
	assert_error(ERR_IO, "size");
	drive.profile = 0x40;
	assert_error(ERR_UNSUPPORTED, "neither a CD nor a DVD");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cd),
		cmocka_unit_test(two_sessions),
		cmocka_unit_test(capacity_is_not_asked),
		cmocka_unit_test(only_the_short_form),
		cmocka_unit_test(an_old_drive),
		cmocka_unit_test(only_the_full_form),
		cmocka_unit_test(forms_that_contradict),
		cmocka_unit_test(nothing_to_read),
		cmocka_unit_test(too_long_an_answer),
		cmocka_unit_test(modes),
		cmocka_unit_test(numbers),
		cmocka_unit_test(a_data_cd),
		cmocka_unit_test(no_cd),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/disc.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void a_single_track_is_kept_as_iso(void **state)
{
	(void)state;
	struct disc disc;
	disc_init_single(&disc, DISC_DVD, TRACK_DATA, 4000000);
	assert_true(disc_is_single_data(&disc));
	assert_int_equal(disc.lead_out, 4000000);
	assert_int_equal(disc.tracks[0].number, 1);
	assert_int_equal(disc.tracks[0].session, 1);
	assert_int_equal(disc.tracks[0].count, 4000000);
	disc_init_single(&disc, DISC_CD, TRACK_MODE1, 300000);
	assert_true(disc_is_single_data(&disc));
}

static void other_discs_are_not(void **state)
{
	(void)state;
	struct disc disc;
	disc_init_single(&disc, DISC_CD, TRACK_AUDIO, 10);
	assert_false(disc_is_single_data(&disc));
	disc_init_single(&disc, DISC_CD, TRACK_MODE2, 10);
	assert_false(disc_is_single_data(&disc));
	disc_init_single(&disc, DISC_CD, TRACK_MODE1, 10);
	disc.track_count = 2;
	assert_false(disc_is_single_data(&disc));
	disc.track_count = 1;
	disc.session_count = 2;
	assert_false(disc_is_single_data(&disc));
	disc.session_count = 1;
	disc.tracks[0].lba = 150;
	assert_false(disc_is_single_data(&disc));
}

/* An image file tells of no sessions and tracks, so none are made up for it. */
static void behind_an_image_file_nothing_is_known(void **state)
{
	(void)state;
	struct disc disc;
	disc_init_unknown(&disc, 300);
	assert_true(disc_is_single_data(&disc));
	assert_int_equal(disc.profile, DISC_UNKNOWN);
	assert_int_equal(disc.lead_out, 300);
	assert_int_equal(disc.session_count, 0);
	assert_int_equal(disc.track_count, 0);
	disc.profile = DISC_CD;
	assert_false(disc_is_single_data(&disc));
}

static void names_come_back(void **state)
{
	(void)state;
	for (int i = DISC_CD; i <= DISC_UNKNOWN; i++) {
		enum disc_profile profile = DISC_UNKNOWN;
		assert_true(
			disc_profile_by_name(disc_profile_name((enum disc_profile)i), &profile));
		assert_int_equal(profile, i);
	}
	for (int i = TRACK_AUDIO; i <= TRACK_DATA; i++) {
		enum track_mode mode = TRACK_AUDIO;
		assert_true(track_mode_by_name(track_mode_name((enum track_mode)i), &mode));
		assert_int_equal(mode, i);
	}
	enum track_mode mode;
	enum disc_profile profile;
	assert_false(track_mode_by_name("Audio", &mode));
	assert_false(disc_profile_by_name("", &profile));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_single_track_is_kept_as_iso),
		cmocka_unit_test(other_discs_are_not),
		cmocka_unit_test(behind_an_image_file_nothing_is_known),
		cmocka_unit_test(names_come_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

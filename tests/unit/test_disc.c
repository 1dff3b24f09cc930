/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/disc.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

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
	for (int i = IMAGE_ISO; i <= IMAGE_BINCUE; i++) {
		enum image_format format = IMAGE_ISO;
		assert_true(image_format_by_name(image_format_name((enum image_format)i), &format));
		assert_int_equal(format, i);
	}
	for (int i = 0; i < TEXT_FIELD_COUNT; i++) {
		enum disc_text_field field = TEXT_TITLE;
		assert_true(disc_text_field_by_name(
			disc_text_field_name((enum disc_text_field)i), &field));
		assert_int_equal(field, i);
	}
	enum track_mode mode;
	enum disc_profile profile;
	assert_false(track_mode_by_name("Audio", &mode));
	assert_false(disc_profile_by_name("", &profile));
}

/* The disc of the picture in image/disc.h: two sessions, a pregap, a gap. */
static void make_pictured(struct disc *disc)
{
	*disc = (struct disc){.profile = DISC_CD,
		.session_count = 2,
		.track_count = 3,
		.session_lead_outs = {9000, 30000},
		.tracks = {
			{.number = 1, .session = 1, .lba = 0},
			{.number = 2, .session = 1, .lba = 4500, .pregap = 150},
			{.number = 3,
				.session = 2,
				.mode = TRACK_MODE2,
				.lba = 20400,
				.pregap = 150,
				.unstored_pregap = 150},
		}};
	assert_null(disc_complete(disc));
}

static void image_and_disc(void **state)
{
	static const struct {
		uint32_t sector, lba;
		unsigned track;
		bool is_pregap;
	} places[] = {{0, 0, 1, false}, {4349, 4349, 1, false}, {4350, 4350, 2, true},
		{4499, 4499, 2, true}, {4500, 4500, 2, false}, {8999, 8999, 2, false},
		{9000, 20400, 3, false}, {18599, 29999, 3, false}};
	struct disc disc;
	struct disc_run run;
	uint32_t sector;
	(void)state;
	make_pictured(&disc);
	assert_int_equal(disc.tracks[0].count, 4500);
	assert_int_equal(disc.tracks[1].count, 4500);
	assert_int_equal(disc.tracks[2].count, 9600);
	assert_int_equal(disc.lead_out, 30000);
	assert_int_equal(disc_image_sectors(&disc), 18600);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		assert_true(disc_run_at(&disc, places[i].sector, &run));
		assert_int_equal(run.track->number, places[i].track);
		assert_int_equal(run.is_pregap, places[i].is_pregap);
		assert_int_equal(disc_lba_of(&disc, places[i].sector), places[i].lba);
		assert_true(disc_sector_of(&disc, places[i].lba, &sector));
		assert_int_equal(sector, places[i].sector);
	}
	assert_false(disc_run_at(&disc, 18600, &run));
	assert_int_equal(disc_lba_of(&disc, 18600), 30000);
	assert_false(disc_sector_of(&disc, 9000, &sector));
	assert_false(disc_sector_of(&disc, 20399, &sector));
	assert_false(disc_sector_of(&disc, 30000, &sector));
}

/* A track's sectors go from INDEX 01 to INDEX 01, and what is in no image is not among them. */
static void sectors_of_tracks(void **state)
{
	struct disc disc;
	uint32_t sector, count;
	(void)state;
	make_pictured(&disc);
	disc_track_sectors(&disc, 0, &sector, &count);
	assert_int_equal(sector, 0);
	assert_int_equal(count, 4500);
	disc_track_sectors(&disc, 1, &sector, &count);
	assert_int_equal(sector, 4500);
	assert_int_equal(count, 4500);
	disc_track_sectors(&disc, 2, &sector, &count);
	assert_int_equal(sector, 9000);
	assert_int_equal(count, 9600);
	disc.tracks[1].unstored_pregap = 100;
	disc.tracks[1].unstored_postgap = 300;
	assert_null(disc_complete(&disc));
	disc_track_sectors(&disc, 0, &sector, &count);
	assert_int_equal(count, 4400);
	disc_track_sectors(&disc, 1, &sector, &count);
	assert_int_equal(sector, 4400);
	assert_int_equal(count, 4200);
	assert_int_equal(disc_image_sectors(&disc), 18200);
	assert_int_equal(disc_lba_of(&disc, 4350), 4450);
	assert_int_equal(disc_lba_of(&disc, 8600), 20400);
}

static void extents_are_told_in_lbas(void **state)
{
	struct disc disc;
	struct extent rest = {4000, 5100}, piece;
	(void)state;
	make_pictured(&disc);
	piece = disc_take_lbas(&disc, &rest);
	assert_int_equal(piece.lba, 4000);
	assert_int_equal(piece.count, 5000); /* across track and pregap, which follow each other */
	piece = disc_take_lbas(&disc, &rest);
	assert_int_equal(piece.lba, 20400);
	assert_int_equal(piece.count, 100);
	assert_int_equal(disc_take_lbas(&disc, &rest).count, 0);
	rest = (struct extent){18000, 1000}; /* past the end there is nothing */
	assert_int_equal(disc_take_lbas(&disc, &rest).count, 600);
	assert_int_equal(disc_take_lbas(&disc, &rest).count, 0);
	disc_init_unknown(&disc, 50);
	rest = (struct extent){10, 5};
	piece = disc_take_lbas(&disc, &rest);
	assert_int_equal(piece.lba, 10);
	assert_int_equal(piece.count, 5);
}

typedef void spoil(struct disc *disc);

static void no_tracks(struct disc *disc)
{
	disc->track_count = 0;
}
static void number_twice(struct disc *disc)
{
	disc->tracks[1].number = 1;
}
static void number_left_out(struct disc *disc)
{
	disc->tracks[2].number = 4;
}
static void session_left_out(struct disc *disc)
{
	disc->tracks[2].session = 3;
}
static void session_empty(struct disc *disc)
{
	disc->tracks[2].session = 1;
}
static void session_before(struct disc *disc)
{
	disc->session_lead_outs[0] = 25000;
}
static void track_empty(struct disc *disc)
{
	disc->tracks[1].lba = 0;
}
static void past_lead_out(struct disc *disc)
{
	disc->tracks[1].lba = 9000;
}
static void pregap_too_long(struct disc *disc)
{
	disc->tracks[1].pregap = 4500;
}
static void pregap_before_zero(struct disc *disc)
{
	disc->tracks[0].pregap = 1;
}
static void pregap_in_lead_out(struct disc *disc)
{
	disc->tracks[2].pregap = 11401;
}
static void more_unstored(struct disc *disc)
{
	disc->tracks[1].unstored_pregap = 151;
}
static void postgap_too_long(struct disc *disc)
{
	disc->tracks[0].unstored_postgap = 4350;
}
static void index_outside(struct disc *disc)
{
	disc->tracks[0].index_count = 1;
	disc->tracks[0].indexes[0] = 4500;
}
static void indexes_descend(struct disc *disc)
{
	disc->tracks[0].index_count = 2;
	disc->tracks[0].indexes[0] = 20;
	disc->tracks[0].indexes[1] = 20;
}

static void discs_that_make_no_sense(void **state)
{
	static spoil *const spoils[] = {no_tracks, number_twice, number_left_out, session_left_out,
		session_empty, session_before, track_empty, past_lead_out, pregap_too_long,
		pregap_before_zero, pregap_in_lead_out, more_unstored, postgap_too_long,
		index_outside, indexes_descend};
	(void)state;
	for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
		struct disc disc;
		make_pictured(&disc);
		spoils[i](&disc);
		if (!disc_complete(&disc))
			fail_msg("case %zu was taken for a disc", i);
	}
}

static void texts(void **state)
{
	static struct disc_text text;
	char long_text[2000];
	(void)state;
	assert_null(disc_text_of(&text, 0, TEXT_TITLE));
	assert_true(disc_text_add(&text, 0, TEXT_TITLE, "Ein Album"));
	assert_true(disc_text_add(&text, 99, TEXT_MESSAGE, "\xc3\xbc"));
	assert_false(disc_text_add(&text, 1, TEXT_TITLE, ""));
	assert_string_equal(disc_text_of(&text, 0, TEXT_TITLE), "Ein Album");
	assert_string_equal(disc_text_of(&text, 99, TEXT_MESSAGE), "\xc3\xbc");
	assert_null(disc_text_of(&text, 99, TEXT_TITLE));
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	unsigned added = 0;
	while (disc_text_add(&text, 1, TEXT_TITLE, long_text))
		added++;
	assert_int_equal(added, DISC_TEXT_BYTES / 2002);
	assert_string_equal(disc_text_of(&text, 99, TEXT_MESSAGE), "\xc3\xbc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_single_track_is_kept_as_iso),
		cmocka_unit_test(other_discs_are_not),
		cmocka_unit_test(behind_an_image_file_nothing_is_known),
		cmocka_unit_test(names_come_back),
		cmocka_unit_test(image_and_disc),
		cmocka_unit_test(sectors_of_tracks),
		cmocka_unit_test(extents_are_told_in_lbas),
		cmocka_unit_test(discs_that_make_no_sense),
		cmocka_unit_test(texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

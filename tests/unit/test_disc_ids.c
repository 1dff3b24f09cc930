/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Disc ids against published ones: MusicBrainz' documentation, the tests of libdiscid and of whipper.
 * The numbers are the offsets as cd-discid and MusicBrainz write them, 150 more than the LBA. The
 * MusicBrainz ids of discs that nobody published were made with Python's hashlib and base64.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "image/disc_ids.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct published {
	const char *musicbrainz, *cddb, *accuraterip; /* NULL: not published */
	uint32_t offsets[40]; /* of tracks; the last one, of the lead-out of the disc */
	uint32_t
		audio_lead_out; /* of a CD-Extra, whose last track is data in a session of its own; 0: not one */
};

static const struct published published[] = {
	{"49HHV7Eb8UKF3aQiNmu1GR8vKTY-", NULL, NULL,
		{150, 15363, 32314, 46592, 63414, 80489, 95462}, 0},
	{"xUp1F2NkfP8s8jaeFn_Av3jNEI4-", "370fce16", NULL,
		{150, 9700, 25887, 39297, 53795, 63735, 77517, 94877, 107270, 123552, 135522,
			148422, 161197, 174790, 192022, 205545, 218010, 228700, 239590, 255470,
			266932, 288750, 303602},
		0},
	/* sound before track 1 */
	{NULL, "ad0be00d", "013-001af2de-0105994e-ad0be00d",
		{15370, 35019, 51532, 69190, 84292, 96826, 112527, 132448, 148595, 168072, 185539,
			203331, 222103, 243366},
		0},
	/* CD-Extra */
	{"KnpGsLhvH.lPrNc1PBL21lb9Bg4-", "c60af50d", NULL,
		{150, 15687, 31841, 51016, 66616, 81352, 99559, 116070, 133243, 149997, 161710,
			177832, 207256, 210535},
		195856},
	{"MAj3xXf6QMy7G.BIFOyHyq4MySE-", "b910140c", NULL,
		{24320, 44855, 64090, 77885, 88095, 104020, 118245, 129255, 141765, 164487, 181780,
			209250, 333000},
		197850},
};

static struct disc disc;

static void make_disc(const struct published *from)
{
	disc = (struct disc){.profile = DISC_CD, .session_count = 1};
	for (uint8_t i = 0; from->offsets[i + 1]; i++) {
		disc.tracks[i] = (struct track){.number = i + 1,
			.session = 1,
			.mode = TRACK_AUDIO,
			.lba = from->offsets[i] - 150};
		disc.track_count = i + 1;
	}
	disc.lead_out = from->offsets[disc.track_count] - 150;
	disc.session_lead_outs[0] = disc.lead_out;
	if (from->audio_lead_out) {
		disc.session_count = 2;
		disc.session_lead_outs[0] = from->audio_lead_out - 150;
		disc.session_lead_outs[1] = disc.lead_out;
		disc.tracks[disc.track_count - 1].session = 2;
		disc.tracks[disc.track_count - 1].mode = TRACK_MODE2;
	}
}

static void published_ids(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(published); i++) {
		struct disc_ids ids;
		make_disc(&published[i]);
		assert_int_equal(disc_ids_make(&ids, &disc, NULL), 0);
		if (published[i].musicbrainz)
			assert_string_equal(ids.musicbrainz, published[i].musicbrainz);
		if (published[i].cddb)
			assert_string_equal(ids.cddb, published[i].cddb);
		if (published[i].accuraterip)
			assert_string_equal(ids.accuraterip, published[i].accuraterip);
	}
}

/*
 * Without a gap between sessions in the table of contents, the 11,400 sectors are taken off all the
 * same, if there is room for them.
 */
static void data_after_audio_in_one_session(void **state)
{
	(void)state;
	struct disc_ids ids;
	make_disc(&published[3]);
	disc.session_count = 1;
	disc.session_lead_outs[0] = disc.lead_out;
	disc.tracks[12].session = 1;
	assert_int_equal(disc_ids_make(&ids, &disc, NULL), 0);
	assert_string_equal(ids.musicbrainz, published[3].musicbrainz);
	make_disc(&published[3]); /* whatever gap the table of contents has */
	disc.session_lead_outs[0] -= 500;
	assert_int_equal(disc_ids_make(&ids, &disc, NULL), 0);
	assert_string_equal(ids.musicbrainz, published[3].musicbrainz);
	disc.tracks[12].lba = disc.tracks[11].lba + 1; /* no room for a gap */
	assert_int_equal(disc_ids_make(&ids, &disc, NULL), 0);
	assert_string_equal(ids.musicbrainz, "lcNcopw9w33nRUporGaLkUxpcB8-");
}

/*
 * Mixed mode, by hand: data at 0, audio at 1000 and 2000, lead-out 3000. The sums are 1000 + 2000 +
 * 3000 and 1000 * 1 + 2000 * 2 + 3000 * 3; the seconds 2, 15, 28 make 2 + 6 + 10, and 42 - 2 of playing.
 */
static void data_before_audio(void **state)
{
	(void)state;
	static const struct published mixed = {.offsets = {150, 1150, 2150, 3150}};
	struct disc_ids ids;
	make_disc(&mixed);
	disc.tracks[0].mode = TRACK_MODE1;
	assert_int_equal(disc_ids_make(&ids, &disc, NULL), 0);
	assert_string_equal(ids.cddb, "12002803");
	assert_string_equal(ids.accuraterip, "002-00001770-000036b0-12002803");
}

/* AccurateRip counts a start of 0 as 1 where it weighs it, and only there. */
static void a_start_of_zero(void **state)
{
	(void)state;
	static const struct published single = {.offsets = {150, 3150}};
	struct disc_ids ids;
	make_disc(&single);
	assert_int_equal(disc_ids_make(&ids, &disc, NULL), 0);
	assert_string_equal(ids.accuraterip, "001-00000bb8-00001771-02002801");
}

/* A disc that does not begin with track 1: offsets stand at their number. */
static void a_first_track_of_another_number(void **state)
{
	(void)state;
	struct disc_ids ids;
	make_disc(&published[0]);
	for (int i = 0; i < disc.track_count; i++)
		disc.tracks[i].number += 93;
	assert_int_equal(disc_ids_make(&ids, &disc, NULL), 0);
	assert_string_equal(ids.musicbrainz, "S9yrVHF98bZJXsAVoDCg44bIFCk-");
}

static void a_disc_without_audio_has_none(void **state)
{
	(void)state;
	struct disc_ids ids = {.cddb = "x"};
	disc_init_single(&disc, DISC_CD, TRACK_MODE1, 1000);
	assert_int_equal(disc_ids_make(&ids, &disc, NULL), 0);
	assert_string_equal(ids.musicbrainz, "");
	assert_string_equal(ids.cddb, "");
	assert_string_equal(ids.accuraterip, "");
	disc_init_unknown(&disc, 1000);
	assert_int_equal(disc_ids_make(&ids, &disc, NULL), 0);
	assert_string_equal(ids.musicbrainz, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_ids),
		cmocka_unit_test(data_after_audio_in_one_session),
		cmocka_unit_test(data_before_audio),
		cmocka_unit_test(a_start_of_zero),
		cmocka_unit_test(a_first_track_of_another_number),
		cmocka_unit_test(a_disc_without_audio_has_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/disc_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

static void set_tracks(struct disc *disc)
{
	static const struct track tracks[] = {
		{.lba = 32, .pregap = 32, .session = 1},
		{.lba = 400,
			.pregap = 150,
			.unstored_pregap = 50,
			.session = 1,
			.flags = TRACK_COPY_PERMITTED | TRACK_PRE_EMPHASIS,
			.isrc = "DEA123456789"},
		{.lba = 600,
			.unstored_postgap = 20,
			.session = 1,
			.index_count = 1,
			.indexes = {650}},
		{.lba = 12250, .session = 2, .mode = TRACK_MODE1},
	};
	memcpy(disc->tracks, tracks, sizeof(tracks));
	disc->track_count = sizeof(tracks) / sizeof(tracks[0]);
	for (uint8_t i = 0; i < disc->track_count; i++)
		disc->tracks[i].number = (uint8_t)(i + 1);
}

void disc_fixture_make(struct disc *disc)
{
	*disc = (struct disc){
		.profile = DISC_CD,
		.session_count = 2,
		.session_lead_outs = {700, 12500},
		.mcn = "4006381333931",
		.text = {.encoding = "UTF-8"},
	};
	set_tracks(disc);
	disc_text_add(&disc->text, 0, TEXT_TITLE, "Études");
	disc_text_add(&disc->text, 0, TEXT_PERFORMER, "An Orchestra");
	disc_text_add(&disc->text, 2, TEXT_TITLE, "Second étude");
	disc_text_add(&disc->text, 2, TEXT_PERFORMER, "A Soloist");
	const char *wrong = disc_complete(disc);
	if (wrong)
		fail_msg("the disc of the tests: %s", wrong);
	assert_int_equal(disc_image_sectors(disc), FIXTURE_DISC_SECTORS);
}

/* Sets a stretch of the record, run by run. */
static void set_runs(struct deposit *deposit, struct extent sectors, struct read_range range)
{
	while (sectors.count) {
		struct disc_run run = deposit_run(&deposit->disc, sectors);
		range.extent = (struct extent){run.sector, run.count};
		range.track = run.track ? run.track->number : 0;
		assert_int_equal(read_record_set(&deposit->reads, &range, NULL), 0);
		range.effort = (struct read_effort){0};
		sectors.lba += run.count;
		sectors.count -= run.count;
	}
}

void disc_fixture_fill(struct deposit *deposit, enum read_confirmation confirmation)
{
	struct extent all = {0, disc_image_sectors(&deposit->disc)};
	deposit->format = IMAGE_BINCUE;
	deposit->sector_size = DISC_RAW_SECTOR_SIZE;
	assert_int_equal(disc_ids_make(&deposit->ids, &deposit->disc, NULL), 0);
	assert_int_equal(deposit_plan_bitstreams(deposit, NULL), 0);
	assert_int_equal(damage_map_new(&deposit->map, all.count, NULL), 0);
	assert_int_equal(damage_map_set(deposit->map, all, MAP_FINISHED, NULL), 0);
	set_runs(deposit, all, (struct read_range){.confirmation = confirmation, .attempts = 1});
}

void disc_fixture_note(struct deposit *deposit, struct extent sectors, enum read_state state,
	struct read_effort effort)
{
	struct read_range range = {
		.state = state,
		.pass = state == READ_STATE_UNREADABLE ? READ_PASS_RETRY : READ_PASS_COPY,
		.confirmation = READ_UNCONFIRMED,
		.attempts = 4,
		.effort = effort,
	};
	if (state == READ_STATE_READ)
		range.confirmation = READ_CONFIRMED_BY_READS;
	if (state == READ_STATE_UNREADABLE)
		assert_int_equal(damage_map_set(deposit->map, sectors, MAP_BAD, NULL), 0);
	set_runs(deposit, sectors, range);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/sheet_layout.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define RAW 2352u

/*
 * A sheet made by hand, file by file, track by track, index by index; each goes to the last of what
 * it is in.
 */
struct sketch {
	struct cue cue;
	struct cue_file files[5];
	struct cue_track tracks[8];
	struct cue_index indexes[8][104];
	struct sheet_size sizes[5];
	char names[5][16];
	char warnings[1024];
	struct disc disc;
	struct sheet_layout layout;
	struct error err;
};

static void begin(struct sketch *sketch)
{
	sheet_layout_release(&sketch->layout);
	memset(sketch, 0, sizeof(*sketch));
	sketch->cue.files = sketch->files;
	sketch->cue.tracks = sketch->tracks;
	sketch->cue.session_count = 1;
}

static void add_file(struct sketch *sketch, enum cue_file_type type, uint64_t bytes)
{
	size_t i = sketch->cue.file_count++;
	snprintf(sketch->names[i], sizeof(sketch->names[i]), "%c.bin", (char)('a' + i));
	sketch->files[i] = (struct cue_file){
		.name = sketch->names[i], .bytes = sketch->names[i], .type = type, .line = 100};
	sketch->sizes[i] = (struct sheet_size){.bytes = bytes, .is_wave = type == CUE_WAVE};
}

static struct cue_track *add_track(struct sketch *sketch, enum track_mode mode, unsigned size)
{
	size_t i = sketch->cue.track_count++;
	sketch->tracks[i] = (struct cue_track){
		.number = (uint8_t)(i + 1),
		.session = sketch->cue.session_count,
		.mode = mode,
		.sector_size = (uint16_t)size,
		.indexes = sketch->indexes[i],
		.line = 200,
	};
	return &sketch->tracks[i];
}

static void add_index(struct sketch *sketch, unsigned number, uint32_t sector)
{
	struct cue_track *track = &sketch->tracks[sketch->cue.track_count - 1];
	track->indexes[track->index_count++] = (struct cue_index){.number = (uint8_t)number,
		.file = sketch->cue.file_count - 1,
		.sector = sector,
		.line = 300};
}

static void listen(void *context, enum cue_severity severity, unsigned line, const char *words)
{
	struct sketch *sketch = context;
	size_t used = strlen(sketch->warnings);
	assert_int_equal(severity, CUE_WARNING);
	snprintf(sketch->warnings + used, sizeof(sketch->warnings) - used, "%u: %s\n", line, words);
}

static int make(struct sketch *sketch)
{
	sheet_layout_release(&sketch->layout);
	sketch->warnings[0] = '\0';
	return sheet_layout_make(&sketch->layout, &sketch->disc, &sketch->cue, sketch->sizes,
		listen, sketch, &sketch->err);
}

static void expect_made(struct sketch *sketch, const char *warnings)
{
	if (make(sketch))
		fail_msg("%s", sketch->err.message);
	assert_string_equal(sketch->warnings, warnings);
}

static void expect_refused(struct sketch *sketch, const char *words)
{
	assert_int_equal(make(sketch), ERR_INVALID);
	assert_null(sketch->layout.segments);
	if (!strstr(sketch->err.message, words))
		fail_msg("\"%s\" lacks \"%s\"", sketch->err.message, words);
}

static void expect_track(
	const struct sketch *sketch, size_t place, uint32_t lba, uint32_t count, uint32_t pregap)
{
	const struct track *track = &sketch->disc.tracks[place];
	assert_int_equal(track->lba, lba);
	assert_int_equal(track->count, count);
	assert_int_equal(track->pregap, pregap);
}

static void expect_segment(const struct sketch *sketch, size_t i, struct sheet_segment wanted)
{
	assert_true(i < sketch->layout.count);
	const struct sheet_segment *segment = &sketch->layout.segments[i];
	assert_int_equal(segment->sector, wanted.sector);
	assert_int_equal(segment->count, wanted.count);
	assert_int_equal(segment->lba, wanted.lba);
	assert_int_equal(segment->file, wanted.file);
	assert_int_equal(segment->offset, wanted.offset);
	assert_int_equal(segment->sector_size, wanted.sector_size);
	assert_int_equal(segment->framing, wanted.framing);
}

static int set_up(void **state)
{
	static struct sketch sketch;
	begin(&sketch);
	*state = &sketch;
	return 0;
}

static int tear_down(void **state)
{
	begin(*state);
	return 0;
}

/* One file, one segment: it is read as it lies there. */
static void tracks_of_one_file_follow_each_other(void **state)
{
	struct sketch *sketch = *state;
	add_file(sketch, CUE_BINARY, 1000 * RAW);
	struct cue_track *first = add_track(sketch, TRACK_AUDIO, RAW);
	first->flags = TRACK_COPY_PERMITTED | TRACK_SCMS;
	strcpy(first->isrc, "ABCDE1234567");
	strcpy(sketch->cue.mcn, "1234567890123");
	disc_text_add(&sketch->cue.text, 1, TEXT_TITLE, "Etude");
	add_index(sketch, 0, 0);
	add_index(sketch, 1, 30);
	add_index(sketch, 2, 50);
	add_index(sketch, 3, 60);
	add_track(sketch, TRACK_MODE1, RAW);
	add_index(sketch, 0, 300);
	add_index(sketch, 1, 450);
	expect_made(sketch, "");
	expect_track(sketch, 0, 30, 420, 30);
	expect_track(sketch, 1, 450, 550, 150);
	assert_int_equal(sketch->disc.lead_out, 1000);
	assert_int_equal(sketch->disc.tracks[0].index_count, 2);
	assert_int_equal(sketch->disc.tracks[0].indexes[1], 60);
	assert_int_equal(sketch->disc.tracks[0].flags, TRACK_COPY_PERMITTED | TRACK_SCMS);
	assert_string_equal(sketch->disc.tracks[0].isrc, "ABCDE1234567");
	assert_string_equal(sketch->disc.mcn, "1234567890123");
	assert_string_equal(disc_text_of(&sketch->disc.text, 1, TEXT_TITLE), "Etude");
	assert_int_equal(sketch->layout.count, 1);
	expect_segment(sketch, 0, (struct sheet_segment){0, 1000, 0, 0, 0, RAW, SHEET_AS_IT_IS});
}

static void sectors_of_each_size_have_their_place(void **state)
{
	struct sketch *sketch = *state;
	add_file(sketch, CUE_MOTOROLA, 100 * 2048 + 200 * 2336 + 300 * RAW);
	add_track(sketch, TRACK_MODE1, 2048);
	add_index(sketch, 1, 0);
	add_track(sketch, TRACK_MODE2, 2336);
	add_index(sketch, 1, 100);
	add_track(sketch, TRACK_MODE2, RAW);
	add_index(sketch, 1, 300);
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 1, 400);
	expect_made(sketch, "");
	assert_int_equal(sketch->layout.count, 4);
	uint64_t third = 100 * 2048 + 200 * 2336;
	expect_segment(sketch, 0, (struct sheet_segment){0, 100, 0, 0, 0, 2048, SHEET_IN_MODE1});
	expect_segment(sketch, 1,
		(struct sheet_segment){100, 200, 100, 0, 100 * 2048, 2336, SHEET_IN_MODE2});
	expect_segment(
		sketch, 2, (struct sheet_segment){300, 100, 300, 0, third, RAW, SHEET_AS_IT_IS});
	expect_segment(sketch, 3,
		(struct sheet_segment){400, 200, 400, 0, third + 100 * RAW, RAW, SHEET_SWAPPED});
	assert_int_equal(sketch->disc.lead_out, 600);
	const struct sheet_segment *found = sheet_layout_at(&sketch->layout, 399);
	assert_ptr_equal(found, &sketch->layout.segments[2]);
	assert_ptr_equal(sheet_layout_at(&sketch->layout, 599), &sketch->layout.segments[3]);
	assert_ptr_equal(sheet_layout_at(&sketch->layout, 0), &sketch->layout.segments[0]);
}

static void what_is_only_announced_moves_the_disc_alone(void **state)
{
	struct sketch *sketch = *state;
	add_file(sketch, CUE_BINARY, 1000 * RAW);
	struct cue_track *track = add_track(sketch, TRACK_AUDIO, RAW);
	track->has_pregap = true;
	track->pregap = 32;
	track->postgap = 75;
	add_index(sketch, 1, 0);
	track = add_track(sketch, TRACK_AUDIO, RAW);
	track->has_pregap = true;
	track->pregap = 150;
	add_index(sketch, 0, 400);
	add_index(sketch, 1, 420);
	expect_made(sketch, "");
	expect_track(sketch, 0, 32, 400 + 75 + 150 + 20, 32);
	expect_track(sketch, 1, 32 + 400 + 75 + 150 + 20, 580, 170);
	assert_int_equal(sketch->disc.tracks[0].unstored_pregap, 32);
	assert_int_equal(sketch->disc.tracks[0].unstored_postgap, 75);
	assert_int_equal(sketch->disc.tracks[1].unstored_pregap, 150);
	assert_int_equal(disc_image_sectors(&sketch->disc), 1000);
	assert_int_equal(sketch->layout.count, 2);
	expect_segment(sketch, 1,
		(struct sheet_segment){400, 600, 657, 0, 400 * RAW, RAW, SHEET_AS_IT_IS});
}

static void sessions_have_their_gaps(void **state)
{
	struct sketch *sketch = *state;
	add_file(sketch, CUE_BINARY, 1000 * RAW);
	add_track(sketch, TRACK_AUDIO, RAW)->postgap = 5;
	add_index(sketch, 1, 0);
	sketch->cue.session_count = 2;
	add_track(sketch, TRACK_MODE2, RAW); /* 150 sectors before it, as on any disc */
	add_index(sketch, 1, 200);
	sketch->cue.session_count = 3;
	add_track(sketch, TRACK_MODE2, RAW); /* the sheet stores it */
	add_index(sketch, 0, 400);
	add_index(sketch, 1, 410);
	sketch->cue.gaps[2] = (struct cue_gap){.lead_out = {5, 70}, .lead_in = {6, 7}};
	sketch->cue.session_count = 4;
	struct cue_track *track = add_track(sketch, TRACK_MODE2, RAW);
	track->has_pregap = true; /* of no sectors */
	add_index(sketch, 1, 600);
	expect_made(sketch, "");
	const struct disc *disc = &sketch->disc;
	assert_int_equal(disc->session_lead_outs[0], 205);
	assert_int_equal(disc->tracks[0].count, 205);
	expect_track(sketch, 1, 205 + 6750 + 4500 + 150, 200, 150);
	assert_int_equal(disc->tracks[1].unstored_pregap, 150);
	assert_int_equal(disc->session_lead_outs[1], 11805);
	expect_track(sketch, 2, 11805 + 2250 + 4500 + 10, 190, 10);
	assert_int_equal(disc->tracks[2].unstored_pregap, 0);
	assert_int_equal(disc->session_lead_outs[2], 18755);
	expect_track(sketch, 3, 18755 + 77, 400, 0);
	assert_int_equal(disc->lead_out, 19232);
	assert_int_equal(disc_image_sectors(disc), 1000);
}

static void expect_gap(struct sketch *sketch, struct cue_length lead_out, struct cue_length lead_in,
	uint32_t gap, const char *warnings)
{
	sketch->cue.gaps[0] = (struct cue_gap){lead_out, lead_in};
	expect_made(sketch, warnings);
	const struct track *second = &sketch->disc.tracks[1];
	assert_int_equal(second->lba - second->pregap, sketch->disc.session_lead_outs[0] + gap);
}

/* Some programs write where the lead-out begins instead of how long it is. */
static void a_lead_out_may_be_a_position(void **state)
{
	static const char is_end[] = "5: REM LEAD-OUT 00:46:50 is where the session ends, and no "
				     "length; the usual length is taken\n";
	static const char is_length[] = "5: REM LEAD-OUT 00:46:50 is taken for the length of the "
					"lead-out; it may be a position, as there is no REM "
					"LEAD-IN\n";
	struct sketch *sketch = *state;
	const struct cue_length none = {0}, given = {5, 3500}, in = {6, 3000};
	add_file(sketch, CUE_BINARY, 4000 * RAW);
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 1, 0);
	sketch->cue.session_count = 2;
	add_track(sketch, TRACK_MODE2, RAW);
	add_index(sketch, 1, 3500);
	expect_gap(sketch, none, none, 11250, "");
	expect_gap(sketch, none, in, 6750 + 3000, "");
	expect_gap(sketch, given, none, 11250, is_end);
	expect_gap(sketch, given, in, 6500, "");
	expect_gap(sketch, (struct cue_length){5, 6750}, none, 11250, "");
	expect_gap(sketch, (struct cue_length){5, 9001}, none, 11250,
		"5: REM LEAD-OUT 02:00:01 is too long for a lead-out, and may be a position; the "
		"usual length is taken\n");
	sketch->indexes[1][0].sector = 3600;
	expect_gap(sketch, given, none, 3500 + 4500, is_length);
	sketch->tracks[0].has_pregap = true; /* on the disc it lies further on than in the file */
	sketch->tracks[0].pregap = 150;
	sketch->indexes[1][0].sector = 3350;
	expect_gap(sketch, given, none, 11250, is_end);
	/* behind the last session it means nothing */
	sketch->cue.gaps[0].lead_out = none;
	sketch->cue.gaps[1].lead_out = given;
	expect_made(sketch, "");
}

static void a_session_may_end_with_its_file(void **state)
{
	struct sketch *sketch = *state;
	add_file(sketch, CUE_BINARY, 1000 * RAW);
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 1, 0);
	add_file(sketch, CUE_BINARY, 3500 * RAW);
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 1, 0);
	add_index(sketch, 2, 100);
	add_file(sketch, CUE_BINARY, 10 * RAW);
	sketch->cue.session_count = 2;
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 1, 0);
	sketch->cue.gaps[0].lead_out = (struct cue_length){5, 3500};
	expect_made(sketch, "5: REM LEAD-OUT 00:46:50 is where the session ends, and no length; "
			    "the usual length is taken\n");
	expect_track(sketch, 2, 4500 + 11250 + 150, 10, 150);
}

/* As programs write that cut the sound after the pregap. */
static void a_pregap_lies_at_the_end_of_the_file_before(void **state)
{
	struct sketch *sketch = *state;
	add_file(sketch, CUE_BINARY, 500 * RAW);
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 1, 0);
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 0, 450);
	add_file(sketch, CUE_BINARY, 300 * RAW);
	add_index(sketch, 1, 0);
	expect_made(sketch, "");
	expect_track(sketch, 0, 0, 500, 0);
	expect_track(sketch, 1, 500, 300, 50);
	sketch->indexes[1][1].sector = 10; /* the pregap goes on in the second file */
	expect_made(sketch, "");
	expect_track(sketch, 1, 510, 290, 60);
	sketch->indexes[1][0].sector = 500; /* where the first file ends */
	expect_made(sketch, "");
	expect_track(sketch, 1, 510, 290, 10);
	sketch->indexes[1][0].sector = 501;
	expect_refused(sketch, "line 300: a.bin is too short: INDEX 00 of track 2");
}

static void no_file_may_be_empty(void **state)
{
	struct sketch *sketch = *state;
	add_file(sketch, CUE_BINARY, 0);
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 0, 0);
	add_file(sketch, CUE_BINARY, 300 * RAW);
	add_index(sketch, 1, 0);
	expect_refused(sketch, "line 300: a.bin is too short: INDEX 00 of track 1");
}

static void what_comes_before_the_first_index_is_kept(void **state)
{
	struct sketch *sketch = *state;
	add_file(sketch, CUE_BINARY, 500 * RAW);
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 1, 33); /* a hidden track */
	add_file(sketch, CUE_BINARY, 300 * RAW);
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 1, 20);
	add_file(sketch, CUE_BINARY, 10 * RAW); /* of another mode */
	add_track(sketch, TRACK_MODE2, RAW);
	add_index(sketch, 1, 4);
	add_file(sketch, CUE_BINARY, 10 * RAW); /* of another session */
	sketch->cue.session_count = 2;
	add_track(sketch, TRACK_MODE2, RAW);
	add_index(sketch, 1, 3);
	add_file(sketch, CUE_BINARY, 10 * 2336); /* of another size */
	add_track(sketch, TRACK_MODE2, 2336);
	add_index(sketch, 1, 2);
	expect_made(sketch, "300: a.bin has 33 sectors before its first index; they are taken for "
			    "the pregap of track 1\n"
			    "300: b.bin has 20 sectors before its first index; they are taken for "
			    "the end of track 1\n"
			    "300: c.bin has 4 sectors before its first index; they are taken for "
			    "the pregap of track 3\n"
			    "300: d.bin has 3 sectors before its first index; they are taken for "
			    "the pregap of track 4\n"
			    "300: e.bin has 2 sectors before its first index; they are taken for "
			    "the pregap of track 5\n");
	expect_track(sketch, 0, 33, 487, 33);
	expect_track(sketch, 1, 520, 284, 0);
	expect_track(sketch, 2, 804, 6, 4);
	expect_track(sketch, 3, 810 + 11250 + 3, 9, 3);
	expect_track(sketch, 4, 810 + 11250 + 12, 8, 2);
	assert_int_equal(disc_image_sectors(&sketch->disc), 830);
}

static void files_must_have_what_the_sheet_says(void **state)
{
	struct sketch *sketch = *state;
	add_file(sketch, CUE_BINARY, 500 * RAW + 7);
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 1, 0);
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 1, 450);
	expect_refused(sketch, "line 100: a.bin has 7 bytes more than whole sectors of 2352 bytes");
	sketch->sizes[0].bytes = 451 * RAW;
	expect_made(sketch, "");
	sketch->sizes[0].bytes = 450 * RAW;
	expect_refused(sketch,
		"line 300: a.bin is too short: INDEX 01 of track 2 begins 1058400 bytes into it, "
		"and it has 1058400; at least 2352 bytes are missing");
	sketch->sizes[0].bytes = 0;
	expect_refused(sketch, "INDEX 01 of track 1 begins 0 bytes into it, and it has 0");
}

static void a_wave_file_is_filled_up_to_a_sector(void **state)
{
	struct sketch *sketch = *state;
	add_file(sketch, CUE_WAVE, 500 * RAW + 8);
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 1, 0);
	expect_made(sketch, "100: a.bin ends within a sector of 588 samples; the last one is "
			    "filled up with silence\n");
	assert_int_equal(sketch->disc.lead_out, 501);
	sketch->files[0].type = CUE_MOTOROLA; /* whatever the sheet says */
	assert_int_equal(make(sketch), 0);
	assert_int_equal(sketch->layout.segments[0].framing, SHEET_AS_IT_IS);
	sketch->tracks[0].mode = TRACK_MODE1;
	expect_refused(sketch, "line 200: track 1 is a data track, and a.bin is a WAVE file");
}

static void positions_that_contradict_each_other_are_refused(void **state)
{
	struct sketch *sketch = *state;
	expect_refused(sketch, "no tracks");
	add_file(sketch, CUE_BINARY, 500 * RAW);
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 0, 0);
	expect_refused(sketch, "line 200: track 1 has no INDEX 01");
	add_index(sketch, 1, 20);
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 1, 10);
	expect_refused(sketch, "line 300: INDEX 01 of track 2 lies before the one above it");
	sketch->indexes[1][0].sector = 20;
	expect_refused(sketch, "out of order, or one of them is empty");
	sketch->indexes[1][0].sector = 30;
	add_file(sketch, CUE_BINARY, 500 * RAW);
	expect_refused(sketch, "line 100: there is no track in FILE b.bin");
	add_file(sketch, CUE_BINARY, 500 * RAW);
	add_track(sketch, TRACK_AUDIO, RAW);
	add_index(sketch, 1, 0);
	expect_refused(sketch, "line 100: there is no track in FILE b.bin");
	sketch->indexes[2][0].file = 1;
	sketch->cue.file_count--;
	expect_made(sketch, "");
	sketch->indexes[1][0].file = 2;
	expect_refused(sketch, "this INDEX is in no FILE");
	sketch->indexes[1][0].file = 1;
	sketch->indexes[2][0].file = 0;
	expect_refused(sketch, "lies before the one above it");
	sketch->indexes[1][0].file = 0;
	sketch->indexes[2][0].file = 1;
	sketch->tracks[2].session = 0;
	expect_refused(sketch, "no session 0");
	sketch->tracks[2].session = 1;
	sketch->tracks[1].postgap = UINT32_MAX;
	expect_refused(sketch, "larger than any disc");
	sketch->tracks[1].postgap = 0;
	sketch->files[0].name = NULL;
	expect_refused(sketch, "names no FILE");
}

static void all_99_indexes_have_room(void **state)
{
	struct sketch *sketch = *state;
	add_file(sketch, CUE_BINARY, 500 * RAW);
	add_track(sketch, TRACK_AUDIO, RAW);
	for (unsigned i = 0; i < 100; i++)
		add_index(sketch, i, i);
	expect_made(sketch, "");
	assert_int_equal(sketch->disc.tracks[0].index_count, 98);
	assert_int_equal(sketch->disc.tracks[0].indexes[97], 99);
	add_index(sketch, 100, 100);
	expect_refused(sketch, "too many indexes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			tracks_of_one_file_follow_each_other, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			sectors_of_each_size_have_their_place, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_only_announced_moves_the_disc_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sessions_have_their_gaps, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_lead_out_may_be_a_position, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_session_may_end_with_its_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_pregap_lies_at_the_end_of_the_file_before, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_file_may_be_empty, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_comes_before_the_first_index_is_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			files_must_have_what_the_sheet_says, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_wave_file_is_filled_up_to_a_sector, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			positions_that_contradict_each_other_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(all_99_indexes_have_room, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

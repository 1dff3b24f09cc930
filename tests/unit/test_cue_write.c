/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written as a sheet, and that it is read back as the very same disc. */
#include "image/cue.h"

#include "image/sheet_image.h"
#include "tests/unit/scratch.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RAW 2352u
#define DISCS 300u

static void write_sheet(const struct disc *disc, const char *name, struct buffer *out)
{
	buffer_clear(out);
	assert_int_equal(cue_write(disc, name, out, NULL), 0);
}

/* Three tracks of two sessions, the second one announced as redump.org does. */
static void make_disc(struct disc *disc)
{
	*disc = (struct disc){
		.profile = DISC_CD,
		.session_count = 2,
		.track_count = 3,
		.session_lead_outs = {9000, 22000},
		.mcn = "1234567890123",
	};
	disc->tracks[0] = (struct track){.number = 1,
		.session = 1,
		.mode = TRACK_AUDIO,
		.flags = TRACK_COPY_PERMITTED | TRACK_PRE_EMPHASIS,
		.isrc = "ABCDE1234567",
		.lba = 33,
		.pregap = 33};
	disc->tracks[1] = (struct track){.number = 2,
		.session = 1,
		.mode = TRACK_AUDIO,
		.lba = 4500,
		.pregap = 150,
		.unstored_pregap = 100,
		.unstored_postgap = 75,
		.index_count = 2,
		.indexes = {4600, 4700}};
	disc->tracks[2] = (struct track){.number = 3,
		.session = 2,
		.mode = TRACK_MODE2,
		.lba = 9000 + 11250 + 150,
		.pregap = 150,
		.unstored_pregap = 150};
	disc_text_add(&disc->text, 0, TEXT_TITLE, "Tones \"and\"\n noises\x7F\xC2\x85.");
	disc_text_add(&disc->text, 0, TEXT_UPC_EAN, "1234567890123");
	disc_text_add(&disc->text, 2, TEXT_PERFORMER, "N. N\xC3\xB6rgler");
	assert_null(disc_complete(disc));
}

static void a_sheet_has_all_that_is_known(void **state)
{
	(void)state;
	static struct disc disc;
	struct buffer sheet = {0};
	make_disc(&disc);
	write_sheet(&disc, "SHELF \"12\".bin", &sheet);
	assert_string_equal(buffer_text(&sheet), "CATALOG 1234567890123\n"
						 "TITLE \"Tones 'and'  noises  .\"\n"
						 "UPC_EAN \"1234567890123\"\n"
						 "REM SESSION 01\n"
						 "FILE \"SHELF '12'.bin\" BINARY\n"
						 "  TRACK 01 AUDIO\n"
						 "    FLAGS DCP PRE\n"
						 "    ISRC ABCDE1234567\n"
						 "    INDEX 00 00:00:00\n"
						 "    INDEX 01 00:00:33\n"
						 "  TRACK 02 AUDIO\n"
						 "    PERFORMER \"N. N\xC3\xB6rgler\"\n"
						 "    PREGAP 00:01:25\n"
						 "    INDEX 00 00:58:00\n"
						 "    INDEX 01 00:58:50\n"
						 "    INDEX 02 01:00:00\n"
						 "    INDEX 03 01:01:25\n"
						 "    POSTGAP 00:01:00\n"
						 "REM LEAD-OUT 01:30:00\n"
						 "REM SESSION 02\n"
						 "REM LEAD-IN 01:00:00\n"
						 "REM PREGAP 00:02:00\n"
						 "  TRACK 03 MODE2/2352\n"
						 "    INDEX 01 01:57:50\n");
	buffer_release(&sheet);
}

static void a_disc_of_one_session_needs_no_remarks(void **state)
{
	(void)state;
	static struct disc disc;
	struct buffer sheet = {0};
	disc_init_single(&disc, DISC_CD, TRACK_MODE1, 302);
	write_sheet(&disc, "a.bin", &sheet);
	assert_string_equal(buffer_text(&sheet), "FILE \"a.bin\" BINARY\n"
						 "  TRACK 01 MODE1/2352\n"
						 "    INDEX 01 00:00:00\n");
	buffer_release(&sheet);
}

/* ---- discs by chance ---- */

static uint32_t seed;

static uint32_t draw(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

static bool chance(uint32_t one_in)
{
	return draw(one_in) == 0;
}

static void draw_texts(struct disc_text *text, unsigned track)
{
	static const char *const words[] = {"Prelude", "\xD0\xA2\xD0\xB8\xD1\x85\xD0\xBE",
		"\xE3\x83\x94\xE3\x82\xA2\xE3\x83\x8E", "it's", "a; b, c", "TRACK 01 AUDIO",
		"x \\ y"};
	for (int field = 0; field < TEXT_FIELD_COUNT; field++)
		if (chance(6))
			disc_text_add(text, track, (enum disc_text_field)field, words[draw(7)]);
}

/*
 * A track behind `lba`, whose pregap may have nothing stored; returns the LBA behind its own
 * sectors and its postgap.
 */
static uint32_t draw_track(struct disc *disc, struct track *track, uint32_t lba)
{
	uint32_t stored = chance(3) ? draw(40) : 0, own = 1 + draw(60);
	track->mode = (enum track_mode)draw(3);
	if (track->mode == TRACK_AUDIO) {
		track->flags = (uint8_t)draw(16);
		if (chance(2))
			snprintf(track->isrc, sizeof(track->isrc), "FRZ03%07u", draw(9999999));
	}
	track->unstored_pregap = chance(3) ? draw(200) : 0;
	track->pregap = track->unstored_pregap + stored;
	track->lba = lba + track->pregap;
	for (uint32_t at = 1 + draw(20); chance(2) && at < own && track->index_count < 98;
		at += 1 + draw(9))
		track->indexes[track->index_count++] = track->lba + at;
	track->unstored_postgap = chance(4) ? draw(100) : 0;
	draw_texts(&disc->text, track->number);
	return track->lba + own + track->unstored_postgap;
}

static void draw_disc(struct disc *disc)
{
	uint32_t lba = 0;
	uint8_t first = chance(4) ? (uint8_t)(1 + draw(20)) : 1;
	*disc = (struct disc){.profile = DISC_CD, .session_count = 1};
	disc->track_count = (uint8_t)(chance(20) ? 100u - first : 1 + draw(8));
	for (unsigned i = 0; i < disc->track_count; i++) {
		struct track *track = &disc->tracks[i];
		if (i && chance(6)) {
			disc->session_lead_outs[disc->session_count++ - 1] = lba;
			lba += chance(2) ? draw(20000) : disc->session_count == 2 ? 11250 : 6750;
		}
		track->number = (uint8_t)(first + i);
		track->session = disc->session_count;
		lba = draw_track(disc, track, lba);
	}
	disc->session_lead_outs[disc->session_count - 1] = lba;
	if (chance(2))
		snprintf(disc->mcn, sizeof(disc->mcn), "%013u", draw(99999999));
	draw_texts(&disc->text, 0);
	const char *wrong = disc_complete(disc);
	if (wrong)
		fail_msg("the disc drawn cannot be: %s", wrong);
}

static void expect_same_track(const struct track *a, const struct track *b)
{
	assert_int_equal(a->number, b->number);
	assert_int_equal(a->session, b->session);
	assert_int_equal(a->mode, b->mode);
	assert_int_equal(a->flags, b->flags);
	assert_string_equal(a->isrc, b->isrc);
	assert_int_equal(a->lba, b->lba);
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->pregap, b->pregap);
	assert_int_equal(a->unstored_pregap, b->unstored_pregap);
	assert_int_equal(a->unstored_postgap, b->unstored_postgap);
	assert_int_equal(a->index_count, b->index_count);
	for (size_t i = 0; i < a->index_count; i++)
		assert_int_equal(a->indexes[i], b->indexes[i]);
}

static void expect_same_texts(const struct disc_text *a, const struct disc_text *b)
{
	for (unsigned track = 0; track <= DISC_MAX_TRACKS; track++) {
		for (int field = 0; field < TEXT_FIELD_COUNT; field++) {
			const char *one = disc_text_of(a, track, (enum disc_text_field)field);
			const char *other = disc_text_of(b, track, (enum disc_text_field)field);
			assert_int_equal(!one, !other);
			if (one)
				assert_string_equal(one, other);
		}
	}
}

static void expect_same_disc(const struct disc *a, const struct disc *b)
{
	assert_int_equal(a->profile, b->profile);
	assert_int_equal(a->session_count, b->session_count);
	assert_int_equal(a->track_count, b->track_count);
	assert_int_equal(a->lead_out, b->lead_out);
	assert_string_equal(a->mcn, b->mcn);
	for (size_t i = 0; i < a->session_count; i++)
		assert_int_equal(a->session_lead_outs[i], b->session_lead_outs[i]);
	for (size_t i = 0; i < a->track_count; i++)
		expect_same_track(&a->tracks[i], &b->tracks[i]);
	expect_same_texts(&a->text, &b->text);
}

static void expect_same_bytes(struct sector_source *source, const uint8_t *image, uint32_t piece)
{
	uint8_t *bytes = malloc((size_t)piece * RAW);
	assert_non_null(bytes);
	for (uint32_t i = 0; i < source->sectors; i += piece) {
		uint32_t count = source->sectors - i < piece ? source->sectors - i : piece;
		assert_int_equal(
			source_read(source, (struct extent){i, count}, bytes, NULL), SOURCE_OK);
		assert_memory_equal(bytes, image + (size_t)i * RAW, count * RAW);
	}
	free(bytes);
}

static void expect_round_trip(const struct scratch *scratch, const struct disc *disc)
{
	static struct disc again;
	struct buffer sheet = {0}, second = {0};
	struct sector_source *source;
	struct sheet_facts facts;
	struct error err;
	size_t len = (size_t)disc_image_sectors(disc) * RAW;
	uint8_t *image = malloc(len);
	assert_non_null(image);
	for (size_t i = 0; i < len; i++)
		image[i] = (uint8_t)(i * 40503u >> 7 ^ seed >> (i & 15));
	write_sheet(disc, "disc.bin", &sheet);
	scratch_write(scratch, "disc.bin", image, len);
	scratch_write(scratch, "disc.cue", sheet.data, sheet.len);
	if (sheet_image_open(&source, scratch_path(scratch, "disc.cue"), &again, &facts, &err))
		fail_msg("%s\n%s", err.message, buffer_text(&sheet));
	assert_null(strstr(facts.warnings, "line"));
	expect_same_disc(disc, &again);
	expect_same_bytes(source, image, 1 + draw(256));
	write_sheet(&again, "disc.bin", &second);
	assert_string_equal(buffer_text(&sheet), buffer_text(&second));
	source_close(source);
	free(image);
	buffer_release(&sheet);
	buffer_release(&second);
}

static void discs_come_back_as_they_were(void **state)
{
	static struct disc disc;
	unsigned sessions = 0;
	for (unsigned i = 0; i < DISCS; i++) {
		seed = i;
		draw_disc(&disc);
		sessions += disc.session_count > 1;
		expect_round_trip(*state, &disc);
	}
	assert_in_range(sessions, DISCS / 5, DISCS - DISCS / 5);
	make_disc(&disc);
	disc.text.used = 0; /* its quotes do not come back */
	expect_round_trip(*state, &disc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sheet_has_all_that_is_known),
		cmocka_unit_test(a_disc_of_one_session_needs_no_remarks),
		cmocka_unit_test_setup_teardown(
			discs_come_back_as_they_were, scratch_set_up, scratch_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

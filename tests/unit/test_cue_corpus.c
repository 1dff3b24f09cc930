/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cue sheets of other projects' tests: FLAC's verdicts when checked, libcue's, libcdio's and whipper's when read. */
#include "image/cue.h"

#include "image/sheet_check.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/path.h"
#include "tests/unit/cue_ear.h"
#include "tests/unit/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The directory of the corpus; skips the test if it is not there. */
static char *folder(const char *name)
{
	const char *corpus = getenv("THECA_CORPUS");
	char *path = path_join(corpus ? corpus : "../shared/corpus", name);
	assert_non_null(path);
	if (path_is_directory(path))
		return path;
	print_message("skipped: no cue sheets at %s (THECA_CORPUS)\n", path);
	free(path);
	skip();
	return NULL;
}

/* The bytes of a sheet of a folder; the caller frees. */
static char *sheet_of(const char *directory, const char *name, size_t *len)
{
	char *path = path_join(directory, name);
	char *bytes = scratch_read(path, len);
	free(path);
	return bytes;
}

/* ---- FLAC ---- */

/*
 * A sheet that FLAC rejects: the line that the checker names, and what the reader, or the layout behind it, makes of it: the words with which it refuses,
 * or a warning at the same line. The comments in the table say why.
 */
struct flac_case {
	const char *name;
	unsigned line;
	const char *refused; /* NULL: read */
};

static const struct flac_case flac_cases[] = {
	/* a catalogue number or ISRC places nothing: one that is malformed, or contradicts another, is left out */
	{"bad.000.CATALOG_multiple.cue", 2, NULL},
	{"bad.001.CATALOG_missing_number.cue", 1, NULL},
	{"bad.002.CATALOG_number_too_long.cue", 1, NULL},
	{"bad.003.CATALOG_not_13_digits.cue", 1, NULL},
	{"bad.110.ISRC_multiple.cue", 4, NULL},
	{"bad.111.ISRC_wrong_place_1.cue", 2, NULL},
	{"bad.113.ISRC_missing_number.cue", 3, NULL},
	{"bad.114.ISRC_invalid_number.cue", 3, NULL},
	/* in its track, but late: it can be of no other */
	{"bad.112.ISRC_wrong_place_2.cue", 4, NULL},
	{"bad.032.FLAGS_wrong_place_2.cue", 4, NULL},
	/* flags add up, as they do within one line */
	{"bad.030.FLAGS_multiple.cue", 4, NULL},
	/* but pre-emphasis changes how a track sounds: whose it is may not be guessed */
	{"bad.031.FLAGS_wrong_place_1.cue", 1, "line 1: FLAGS stands before any TRACK"},
	{"bad.060.INDEX_wrong_place.cue", 2, "line 2: INDEX stands before any TRACK"},
	/* where a track begins is not told, or in a way that is none */
	{"bad.061.INDEX_missing_number.cue", 4, "line 4: INDEX needs a number"},
	{"bad.062.INDEX_invalid_number_1.cue", 4, "line 4: INDEX needs a number"},
	{"bad.063.first_INDEX_not_0_or_1.cue", 4, "line 4: TRACK 01 has no INDEX 01"},
	{"bad.065.INDEX_num_out_of_range.cue", 104, "line 104: INDEX needs a number from 00 to 99"},
	{"bad.066.INDEX_missing_offset.cue", 4, "line 4: INDEX needs minutes:seconds:frames"},
	{"bad.067.INDEX_illegal_offset.cue", 4, "line 4: \"00:00.00\" is not of the form"},
	{"bad.068.INDEX_cdda_illegal_offset.cue", 4, "line 4: \"588\" is not of the form"},
	{"bad.130.TRACK_missing_INDEX_01_1.cue", 2, "line 2: TRACK 01 has no INDEX 01"},
	{"bad.132.TRACK_missing_INDEX_01_3.cue", 2, "line 2: TRACK 01 has no INDEX 01"},
	/* either of two positions may be the wrong one */
	{"bad.070.INDEX_offset_not_ascending_1.cue", 5, "line 5: INDEX 03 at 00:01:74 is before"},
	{"bad.071.INDEX_offset_not_ascending_2.cue", 6, "line 6: INDEX 01 at 00:01:74 is before"},
	/* the numbers say in which order they are meant, and the positions do not contradict */
	{"bad.064.INDEX_num_non_sequential.cue", 5, NULL},
	/* what is before the first index is a pregap with something in it: a hidden track */
	{"bad.069.nonzero_first_INDEX.cue", 4, NULL},
	/* INDEX 00 alone: the track begins there */
	{"bad.131.TRACK_missing_INDEX_01_2.cue", 2, NULL},
	{"bad.133.TRACK_missing_INDEX_01_4.cue", 2, NULL},
	{"bad.134.TRACK_missing_number.cue", 2, "line 2: TRACK needs a number"},
	{"bad.135.TRACK_invalid_number_1.cue", 2, "line 2: TRACK needs a number"},
	{"bad.136.TRACK_invalid_number_2.cue", 2, "line 2: TRACK needs a number"},
};

/* The place of a sheet in the table. */
static size_t flac_place(const char *name)
{
	size_t i = 0;
	while (i < COUNT(flac_cases) && strcmp(flac_cases[i].name, name) != 0)
		i++;
	if (i == COUNT(flac_cases))
		fail_msg("%s is not in the table", name);
	return i;
}

static void assert_bad(const char *name, const char *bytes, size_t len)
{
	const struct flac_case *flac = &flac_cases[flac_place(name)];
	struct cue_ear ear;
	char start[32];
	snprintf(start, sizeof(start), "error %u:", flac->line);
	if (!cue_ear_check(&ear, bytes, len))
		fail_msg("%s is accepted", name);
	cue_ear_expect(&ear, start, "");
	cue_ear_release(&ear);
	if (flac->refused) {
		cue_ear_refused(bytes, len, flac->refused);
		return;
	}
	struct cue *cue = cue_ear_read(&ear, bytes, len);
	sheet_check(cue, cue_ear_listen, &ear, NULL);
	snprintf(start, sizeof(start), "warning %u:", flac->line);
	cue_ear_expect(&ear, start, "");
	cue_free(cue);
	cue_ear_release(&ear);
}

static void assert_good(const char *name, const char *bytes, size_t len)
{
	struct cue_ear ear;
	if (cue_ear_check(&ear, bytes, len))
		fail_msg("%s is rejected:\n%s", name, buffer_text(&ear.lines));
	cue_ear_release(&ear);
	cue_free(cue_ear_read(&ear, bytes, len));
	cue_ear_release(&ear);
}

struct flac_run {
	const char *directory;
	size_t good, bad;
};

static int visit_flac(void *context, const char *name)
{
	struct flac_run *run = context;
	size_t len;
	char *bytes = sheet_of(run->directory, name, &len);
	if (!strncmp(name, "good.", 5)) {
		assert_good(name, bytes, len);
		run->good++;
	} else {
		assert_bad(name, bytes, len);
		run->bad++;
	}
	free(bytes);
	return 0;
}

static void flac_verdicts(void **state)
{
	(void)state;
	char *directory = folder("cue-flac");
	struct flac_run run = {.directory = directory};
	assert_int_equal(path_each(directory, visit_flac, &run, NULL), 0);
	assert_int_equal(run.good, 6);
	assert_int_equal(run.bad, COUNT(flac_cases));
	free(directory);
}

/* ---- the others: each by what it is there for ---- */

static struct cue *read_sheet(const char *directory, const char *name, struct cue_ear *ear)
{
	size_t len;
	char *bytes = sheet_of(directory, name, &len);
	struct cue *cue = cue_ear_read(ear, bytes, len);
	free(bytes);
	return cue;
}

/* Reads a sheet that has nothing worth a warning. */
static struct cue *read_quietly(const char *directory, const char *name)
{
	struct cue_ear ear;
	struct cue *cue = read_sheet(directory, name, &ear);
	assert_string_equal(buffer_text(&ear.lines), "");
	cue_ear_release(&ear);
	return cue;
}

static void assert_index(
	const struct cue_track *track, uint8_t number, size_t file, uint32_t sector)
{
	for (size_t i = 0; i < track->index_count; i++)
		if (track->indexes[i].number == number) {
			assert_int_equal(track->indexes[i].file, file);
			assert_int_equal(track->indexes[i].sector, sector);
			return;
		}
	fail_msg("TRACK %u has no INDEX %u", track->number, number);
}

static void libcue_sheets(void **state)
{
	(void)state;
	char *directory = folder("cue-libcue");
	struct cue_ear ear;
	struct cue *cue = read_quietly(directory, "99_tracks.cue");
	assert_int_equal(cue->track_count, 99);
	assert_string_equal(disc_text_of(&cue->text, 99, TEXT_TITLE), "Suck");
	assert_index(&cue->tracks[98], 1, 0, (28 * 60 + 1) * 75 + 15);
	cue_free(cue);
	/* INDEX 00 alone, in a file a track; titles without quotes and behind the index */
	cue = read_sheet(directory, "issue10.cue", &ear);
	assert_int_equal(ear.count[CUE_WARNING], 8);
	assert_int_equal(cue->file_count, 8);
	assert_string_equal(disc_text_of(&cue->text, 0, TEXT_TITLE), "Odes");
	assert_string_equal(disc_text_of(&cue->text, 6, TEXT_TITLE), "Racines");
	assert_index(&cue->tracks[7], 1, 7, 0);
	cue_ear_release(&ear);
	cue_free(cue);
	cue = read_quietly(directory, "multiple_files.cue");
	assert_index(&cue->tracks[1], 0, 1, 0);
	assert_index(&cue->tracks[1], 1, 1, 28);
	cue_free(cue);
	/* INDEX 00 in the file before */
	cue = read_sheet(directory, "noncompliant.cue", &ear);
	assert_int_equal(ear.count[CUE_WARNING], 1);
	cue_ear_expect(&ear, "warning 10:", "FILE stands within TRACK 02");
	assert_index(&cue->tracks[1], 0, 0, (2 * 60 + 47) * 75 + 74);
	assert_index(&cue->tracks[1], 1, 1, 0);
	assert_int_equal(cue->files[1].type, CUE_FLAC);
	cue_ear_release(&ear);
	cue_free(cue);
	cue = read_quietly(directory, "single_idx_00.cue");
	assert_index(&cue->tracks[0], 1, 0, (3 * 60 + 22) * 75 + 70);
	cue_free(cue);
	cue = read_quietly(directory, "standard_cue.cue");
	assert_string_equal(disc_text_of(&cue->text, 2, TEXT_TITLE), "Loomer");
	assert_null(disc_text_of(&cue->text, 0, TEXT_GENRE));
	cue_free(cue);
	free(directory);
}

static void libcdio_good_sheets(void **state)
{
	(void)state;
	char *directory = folder("libcdio");
	struct cue *cue = read_quietly(directory, "cdda.cue");
	assert_string_equal(cue->mcn, "0000010271955");
	assert_string_equal(cue->files[0].name, "CDDA.BIN");
	assert_int_equal(cue->tracks[0].flags, TRACK_COPY_PERMITTED);
	cue_free(cue);
	cue = read_quietly(directory, "cdda_4_5.cue");
	assert_int_equal(cue->tracks[0].number, 4);
	assert_index(&cue->tracks[1], 1, 0, 150);
	cue_free(cue);
	cue = read_quietly(directory, "isofs-m1.cue");
	assert_string_equal(cue->mcn, "0000012101954");
	assert_int_equal(cue->tracks[0].mode, TRACK_MODE1);
	assert_int_equal(cue->tracks[0].sector_size, 2352);
	cue_free(cue);
	cue = read_quietly(directory, "p1.cue");
	assert_index(&cue->tracks[1], 0, 0, 150);
	assert_index(&cue->tracks[1], 1, 0, 225);
	cue_free(cue);
	free(directory);
}

static void libcdio_bad_sheets(void **state)
{
	(void)state;
	/* left out with a warning: a catalogue number places nothing; all else is not clear */
	static const struct flac_case cases[] = {
		{"bad-cat1.cue", 4, NULL},
		{"bad-cat2.cue", 4, NULL},
		{"bad-mode1.cue", 6, "line 6: TRACK needs a mode"},
		{"bad-msf-1.cue", 7, "line 7: \"00:00:100\" has 75 frames or more"},
		{"bad-msf-2.cue", 7, "line 7: \"00:90:00\" has 60 seconds or more"},
	};
	char *directory = folder("libcdio");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cue_ear ear;
		size_t len;
		char start[32];
		char *bytes = sheet_of(directory, cases[i].name, &len);
		assert_int_equal(cue_ear_check(&ear, bytes, len), 1);
		snprintf(start, sizeof(start), "error %u:", cases[i].line);
		cue_ear_expect(&ear, start, "");
		cue_ear_release(&ear);
		if (cases[i].refused) {
			cue_ear_refused(bytes, len, cases[i].refused);
		} else {
			cue_free(cue_ear_read(&ear, bytes, len));
			cue_ear_release(&ear);
		}
		free(bytes);
	}
	free(directory);
}

static void whipper_sheet(void **state)
{
	(void)state;
	char *directory = folder("accuraterip");
	struct cue *cue = read_quietly(directory, "bloc.cue");
	assert_int_equal(cue->track_count, 13);
	assert_true(cue->tracks[0].has_pregap);
	assert_int_equal(cue->tracks[0].pregap, 15220);
	assert_index(&cue->tracks[12], 1, 0, (45 * 60 + 56) * 75 + 33);
	cue_free(cue);
	free(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flac_verdicts),
		cmocka_unit_test(libcue_sheets),
		cmocka_unit_test(libcdio_good_sheets),
		cmocka_unit_test(libcdio_bad_sheets),
		cmocka_unit_test(whipper_sheet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

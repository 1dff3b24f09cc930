/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cue sheets read tolerantly: what each statement says, what is taken with a warning, what is refused. */
#include "image/cue.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/cue_ear.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define BIN "FILE \"x.bin\" BINARY\n"
#define ONE BIN "TRACK 01 AUDIO\nINDEX 01 00:00:00\n"

static struct cue *read_text(struct cue_ear *ear, const char *text)
{
	return cue_ear_read(ear, text, strlen(text));
}

static void assert_index(
	const struct cue_track *track, size_t place, uint8_t number, size_t file, uint32_t sector)
{
	assert_true(place < track->index_count);
	assert_int_equal(track->indexes[place].number, number);
	assert_int_equal(track->indexes[place].file, file);
	assert_int_equal(track->indexes[place].sector, sector);
}

/* ---- what a sheet says ---- */

static const char whole_sheet[] = "REM COMMENT \"by hand\"\r\n"
				  "CATALOG 1234567890123\r\n"
				  "PERFORMER \"The Band\"\r\n"
				  "TITLE \"A Disc\"\r\n"
				  "FILE \"one.bin\" BINARY\r\n"
				  "  TRACK 01 MODE1/2048\r\n"
				  "    INDEX 01 00:00:00\r\n"
				  "    POSTGAP 00:02:00\r\n"
				  "\r\n"
				  "FILE \"two.wav\" WAVE\r\n"
				  "  TRACK 02 AUDIO\r\n"
				  "    TITLE \"A Song\"\r\n"
				  "    FLAGS DCP 4CH PRE SCMS\r\n"
				  "    ISRC AB-CDE-12-34567\r\n"
				  "    PREGAP 00:01:30\r\n"
				  "    INDEX 00 00:00:00\r\n"
				  "    INDEX 01 00:02:10\r\n"
				  "    INDEX 02 123:59:74\r\n";

static void assert_whole(const struct cue *cue)
{
	assert_int_equal(cue->file_count, 2);
	assert_string_equal(cue->files[0].name, "one.bin");
	assert_int_equal(cue->files[0].type, CUE_BINARY);
	assert_string_equal(cue->files[1].bytes, "two.wav");
	assert_int_equal(cue->files[1].type, CUE_WAVE);
	assert_int_equal(cue->files[1].line, 10);
	assert_int_equal(cue->track_count, 2);
	assert_int_equal(cue->session_count, 1);
	assert_string_equal(cue->mcn, "1234567890123");
	assert_string_equal(disc_text_of(&cue->text, 0, TEXT_TITLE), "A Disc");
	assert_string_equal(disc_text_of(&cue->text, 0, TEXT_PERFORMER), "The Band");
	assert_string_equal(disc_text_of(&cue->text, 2, TEXT_TITLE), "A Song");
	assert_null(disc_text_of(&cue->text, 1, TEXT_TITLE));
	assert_string_equal(cue->text.encoding, "US-ASCII");
	assert_false(cue->text.guessed);

	const struct cue_track *data = &cue->tracks[0], *song = &cue->tracks[1];
	assert_int_equal(data->mode, TRACK_MODE1);
	assert_int_equal(data->sector_size, 2048);
	assert_int_equal(data->postgap, 150);
	assert_false(data->has_pregap);
	assert_int_equal(song->number, 2);
	assert_int_equal(song->session, 1);
	assert_int_equal(song->mode, TRACK_AUDIO);
	assert_int_equal(song->sector_size, 2352);
	assert_int_equal(song->flags, 15);
	assert_string_equal(song->isrc, "ABCDE1234567");
	assert_true(song->has_pregap);
	assert_int_equal(song->pregap, 105);
	assert_int_equal(song->line, 11);
	assert_int_equal(song->index_count, 3);
	assert_index(song, 0, 0, 1, 0);
	assert_index(song, 1, 1, 1, 160);
	assert_index(song, 2, 2, 1, (123 * 60 + 59) * 75 + 74);
	assert_int_equal(song->indexes[2].line, 18);
}

static void reads_every_statement(void **state)
{
	(void)state;
	struct cue *cue = cue_ear_read_quietly(whole_sheet);
	assert_whole(cue);
	cue_free(cue);
}

/* The same sheet with other line ends, in other encodings, in small letters: changed byte by byte. */
static struct buffer changed(
	int (*change)(int), const char *front, size_t front_len, size_t step, size_t at)
{
	struct buffer out = {0};
	buffer_add(&out, front, front_len);
	for (const char *p = whole_sheet; *p; p++) {
		int c = change(*p);
		char unit[2] = {0, 0};
		unit[at] = (char)c;
		if (c >= 0)
			buffer_add(&out, unit, step);
	}
	return out;
}

static int without_cr(int c)
{
	return c == '\r' ? -1 : c;
}

static int without_lf(int c)
{
	return c == '\n' ? -1 : c;
}

static int same(int c)
{
	return c;
}

static void reads_any_line_end_and_encoding(void **state)
{
	(void)state;
	struct buffer sheets[] = {
		changed(without_cr, "", 0, 1, 0),
		changed(without_lf, "", 0, 1, 0),
		changed(same, "\xEF\xBB\xBF", 3, 1, 0),
		changed(same, "\xFF\xFE", 2, 2, 0),
		changed(same, "\xFE\xFF", 2, 2, 1),
	};
	static const char *const encodings[] = {
		"US-ASCII", "US-ASCII", "UTF-8", "UTF-16LE", "UTF-16BE"};
	for (size_t i = 0; i < COUNT(sheets); i++) {
		struct cue_ear ear;
		struct cue *cue = cue_ear_read(&ear, sheets[i].data, sheets[i].len);
		assert_int_equal(ear.count[CUE_WARNING], 0);
		assert_string_equal(cue->text.encoding, encodings[i]);
		strcpy(cue->text.encoding, "US-ASCII");
		assert_whole(cue);
		cue_free(cue);
		cue_ear_release(&ear);
		buffer_release(&sheets[i]);
	}
}

static void reads_small_letters(void **state)
{
	(void)state;
	struct cue *cue = cue_ear_read_quietly(
		"file x.bin binary\ntrack 01 mode2/2336\nflags dcp\nindex 01 0:0:0\x1A");
	assert_string_equal(cue->files[0].name, "x.bin");
	assert_int_equal(cue->tracks[0].mode, TRACK_MODE2);
	assert_int_equal(cue->tracks[0].sector_size, 2336);
	assert_int_equal(cue->tracks[0].flags, TRACK_COPY_PERMITTED);
	cue_free(cue);
}

static void reads_every_text(void **state)
{
	(void)state;
	struct cue *cue = cue_ear_read_quietly(
		ONE "TITLE \"a\"\nPERFORMER \"b\"\nSONGWRITER \"c\"\nCOMPOSER \"d\"\n"
		    "ARRANGER \"e\"\nMESSAGE \"f\"\nDISC_ID \"g\"\nGENRE \"h\"\nUPC_EAN \"i\"\n");
	for (enum disc_text_field field = 0; field < TEXT_FIELD_COUNT; field++) {
		const char expected[] = {(char)('a' + field), '\0'};
		assert_string_equal(disc_text_of(&cue->text, 1, field), expected);
	}
	cue_free(cue);
}

static void keeps_remarks_out_of_the_text(void **state)
{
	(void)state;
	struct cue *cue = cue_ear_read_warned(
		"REM GENRE Rock\nREM COMPOSER \"Nobody\"\nREM\nREM \xFF\xFE\x80\n" ONE,
		"warning 0:", "is a guess");
	assert_int_equal(cue->text.used, 0);
	assert_string_equal(cue->text.encoding, "");
	cue_free(cue);
}

/* ---- encodings ---- */

static void names_are_utf8_and_as_they_stand(void **state)
{
	(void)state;
	/* "ソ" ends in a byte that is a backslash elsewhere */
	static const char bytes[] = "\x83\x5C\x83\x8D.bin";
	struct cue *cue =
		cue_ear_read_warned("FILE \"\x83\x5C\x83\x8D.bin\" BINARY\nTRACK 01 AUDIO\n"
				    "TITLE \x83\x65\x83\x58\x83\x67\nINDEX 01 00:00:00\n",
			"warning 0:", "Shift_JIS is a guess");
	assert_string_equal(cue->files[0].name, "ソロ.bin");
	assert_string_equal(cue->files[0].bytes, bytes);
	assert_int_equal(cue->encoding, ENCODING_SHIFT_JIS);
	assert_string_equal(disc_text_of(&cue->text, 1, TEXT_TITLE), "テスト");
	assert_string_equal(cue->text.encoding, "Shift_JIS");
	assert_true(cue->text.guessed);
	cue_free(cue);
	cue = cue_ear_read_quietly("TITLE \"Ночь\"\n" ONE);
	assert_string_equal(disc_text_of(&cue->text, 0, TEXT_TITLE), "Ночь");
	assert_string_equal(cue->text.encoding, "UTF-8");
	assert_false(cue->text.guessed);
	cue_free(cue);
}

static void bytes_that_are_no_text_do_not_pass(void **state)
{
	(void)state;
	struct cue *cue = cue_ear_read_warned(
		"TITLE \"a\x1B[31mb\"\n" ONE, "warning 1:", "no text in US-ASCII");
	assert_string_equal(disc_text_of(&cue->text, 0, TEXT_TITLE), "a\uFFFD[31mb");
	cue_free(cue);
	cue = cue_ear_read_warned(
		"\xEF\xBB\xBFTITLE \"a\xE9\"\n" ONE, "warning 1:", "no text in UTF-8");
	assert_string_equal(disc_text_of(&cue->text, 0, TEXT_TITLE), "a\uFFFD");
	cue_free(cue);
	static const char nul[] = "FILE \"a\0b.bin\" BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n";
	cue_ear_refused(nul, sizeof(nul) - 1, "line 1: no file can have the name");
	struct cue_ear ear;
	cue = cue_ear_read(
		&ear, "\x1B]0;x \xE2\x80\xAE\n" ONE, sizeof("\x1B]0;x \xE2\x80\xAE\n" ONE) - 1);
	cue_ear_expect(&ear, "warning 1:", "\"\uFFFD]0;x\" is no keyword");
	cue_ear_release(&ear);
	cue_free(cue);
}

/* ---- FILE ---- */

struct file_case {
	const char *line;
	const char *warning; /* NULL: none */
	const char *name;
	enum cue_file_type type;
};

static void reads_file_names(void **state)
{
	(void)state;
	static const struct file_case cases[] = {
		{"FILE x.bin BINARY", NULL, "x.bin", CUE_BINARY},
		{"FILE \"a b.flac\" WAVE", NULL, "a b.flac", CUE_WAVE},
		{"FILE \"a.x\"MOTOROLA", NULL, "a.x", CUE_MOTOROLA},
		{"FILE\t\"a.x\"\tAIFF ", NULL, "a.x", CUE_AIFF},
		{"FILE \"a \"quoted\" b.mp3\" MP3", "quotation marks within", "a \"quoted\" b.mp3",
			CUE_MP3},
		{"FILE my own song.flac FLAC", "several words", "my own song.flac", CUE_FLAC},
		{"FILE my own song.wav", "several words", "my own song.wav", CUE_WAVE},
		{"FILE \"x.wav\"", "taken from the ending", "x.wav", CUE_WAVE},
		{"FILE \"X.BIN\" BIN", "taken from the ending", "X.BIN", CUE_BINARY},
		{"FILE \"x.bin BINARY", "lacks the second", "x.bin", CUE_BINARY},
		{"FILE \"x.bin\" BINARY too", "\"too\" is not understood", "x.bin", CUE_BINARY},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		char sheet[200];
		snprintf(sheet, sizeof(sheet), "%s\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
			cases[i].line);
		struct cue_ear ear;
		struct cue *cue = read_text(&ear, sheet);
		if (cases[i].warning)
			cue_ear_expect(&ear, "warning 1:", cases[i].warning);
		else
			assert_string_equal(buffer_text(&ear.lines), "");
		assert_string_equal(cue->files[0].name, cases[i].name);
		assert_int_equal(cue->files[0].type, cases[i].type);
		cue_free(cue);
		cue_ear_release(&ear);
	}
}

static void an_index_may_be_in_the_file_before(void **state)
{
	(void)state;
	struct cue *cue =
		cue_ear_read_warned("FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK "
				    "02 AUDIO\nINDEX 00 02:47:74\n"
				    "FILE b.wav WAVE\nINDEX 01 00:00:00\n",
			"warning 6:", "within TRACK 02");
	assert_index(&cue->tracks[1], 0, 0, 0, 12599);
	assert_index(&cue->tracks[1], 1, 1, 1, 0);
	cue_free(cue);
}

static void a_file_named_again_goes_on(void **state)
{
	(void)state;
	struct cue *cue = cue_ear_read_warned(ONE BIN "TRACK 02 AUDIO\nINDEX 01 01:00:00\n",
		"warning 4:", "file of line 1 again");
	assert_int_equal(cue->file_count, 1);
	assert_index(&cue->tracks[1], 0, 1, 0, 4500);
	cue_free(cue);
	/* where it begins anew, there is no telling what is meant */
	static const char anew[] = ONE BIN "TRACK 02 AUDIO\nINDEX 01 00:00:00\n";
	cue_ear_refused(anew, sizeof(anew) - 1, "line 6: TRACK 01 has no length");
}

static void a_sheet_may_name_no_file(void **state)
{
	(void)state;
	struct cue *cue = cue_ear_read_warned(
		"TRACK 01 AUDIO\nINDEX 01 00:00:00\n", "warning 0:", "names no FILE");
	assert_int_equal(cue->file_count, 1);
	assert_null(cue->files[0].name);
	cue_free(cue);
}

/* ---- one meaning only ---- */

static void takes_what_has_one_meaning(void **state)
{
	(void)state;
	static const struct {
		const char *sheet, *start, *words;
	} cases[] = {
		{BIN "TRACK 01 AUDIO\nINDEX 00 00:00:00\n",
			"warning 2:", "INDEX 00 is taken for it"},
		{"CATALOG 123\n" ONE, "warning 1:", "left out"},
		{BIN "TRACK 01 AUDIO\nISRC what\nINDEX 01 00:00:00\n", "warning 3:", "left out"},
		{ONE "FLAGS PRE\n", "warning 4:", "before the INDEX"},
		{BIN "TRACK 01 AUDIO\nFLAGS XYZ\nINDEX 01 00:00:00\n", "warning 3:", "no flag"},
		{BIN "TRACK 01 AUDIO\nFLAGS\nINDEX 01 00:00:00\n", "warning 3:", "names no flag"},
		{BIN "TRACK 01 AUDIO\nPOSTGAP 00:02:00\nINDEX 01 00:00:00\n",
			"warning 3:", "behind the INDEX"},
		{ONE "PREGAP 00:02:00\n", "warning 4:", "before the INDEX"},
		{ONE "TRACK 02 AUDIO loud\nINDEX 01 00:05:00\n",
			"warning 4:", "\"loud\" is not understood"},
		{"TRACK 01 AUDIO\n" BIN "INDEX 01 00:00:00\n",
			"warning 2:", "FILE belongs before TRACK 01"},
		{"TITLE \"a\"\nTITLE \"b\"\n" ONE, "warning 2:", "first one is taken"},
		{"TITLE two words\n" ONE, "warning 1:", "several words"},
		{"TITLE\n" ONE, "warning 1:", "has no text"},
		{"TITLE \"a\" b\n" ONE, "warning 1:", "\"b\" is not understood"},
		{"PUBLISHER \"x\"\n" ONE, "warning 1:", "\"PUBLISHER\" is no keyword"},
		{"CDTEXTFILE \"x.cdt\"\n" ONE, "warning 1:", "not looked at"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cue *cue =
			cue_ear_read_warned(cases[i].sheet, cases[i].start, cases[i].words);
		assert_int_equal(cue->tracks[0].indexes[0].number, 1);
		cue_free(cue);
	}
}

/* The layout says what is before it, once. */
static void a_file_may_begin_before_its_first_index(void **state)
{
	(void)state;
	struct cue *cue = cue_ear_read_quietly(
		BIN "TRACK 01 AUDIO\nINDEX 01 00:02:00\nFILE b.bin BINARY\nTRACK 02 AUDIO\n"
		    "INDEX 01 00:00:01\n");
	assert_index(&cue->tracks[0], 0, 1, 0, 150);
	assert_index(&cue->tracks[1], 0, 1, 1, 1);
	cue_free(cue);
}

static void a_pregap_may_have_no_length(void **state)
{
	(void)state;
	struct cue *cue =
		cue_ear_read_warned(BIN "TRACK 01 AUDIO\nINDEX 00 00:00:00\nINDEX 01 00:00:00\n",
			"warning 4:", "at the same place as INDEX 00 of line 3");
	assert_int_equal(cue->tracks[0].index_count, 2);
	cue_free(cue);
}

static void indexes_are_put_in_order(void **state)
{
	(void)state;
	struct cue *cue =
		cue_ear_read_warned(BIN "TRACK 01 AUDIO\nINDEX 01 00:02:00\nINDEX 00 00:00:00\n",
			"warning 4:", "INDEX 00 stands behind INDEX 01");
	assert_index(&cue->tracks[0], 0, 0, 0, 0);
	assert_index(&cue->tracks[0], 1, 1, 0, 150);
	cue_free(cue);
}

static void codes_that_contradict_are_left_out(void **state)
{
	(void)state;
	struct cue *cue = cue_ear_read_warned(
		"CATALOG 1234567890123\nCATALOG 1234567890123\n" ONE, "warning 2:", "line 1");
	assert_string_equal(cue->mcn, "1234567890123");
	cue_free(cue);
	cue = cue_ear_read_warned("CATALOG 1234567890123\nCATALOG 1234567890124\n" ONE,
		"warning 2:", "none is taken");
	assert_string_equal(cue->mcn, "");
	cue_free(cue);
	cue = cue_ear_read_warned(BIN "TRACK 01 AUDIO\nISRC abcde1234567\nINDEX 01 00:00:00\n",
		"warning 3:", "capitals");
	assert_string_equal(cue->tracks[0].isrc, "ABCDE1234567");
	cue_free(cue);
}

/* ---- no meaning, or several ---- */

static void refuses_what_is_not_clear(void **state)
{
	(void)state;
	static const struct {
		const char *sheet, *words;
	} cases[] = {
		{"", "no TRACK"},
		{"\n\n\n", "no TRACK"},
		{BIN, "no TRACK"},
		{BIN "TRACK 01 AUDIO\n", "line 2: TRACK 01 has no INDEX 01"},
		{BIN "TRACK 01 AUDIO\nINDEX 02 00:00:00\n", "line 3: TRACK 01 has no INDEX 01"},
		{BIN "TRACK 01 AUDIO\nINDEX 00 00:00:00\nINDEX 02 00:00:10\n",
			"line 3: TRACK 01 has no INDEX 01"},
		{ONE "INDEX 03 00:00:10\n", "line 4: INDEX 03 follows INDEX 01"},
		{ONE "INDEX 01 00:00:10\n", "line 4: INDEX 01 stands in line 3 already"},
		{BIN "TRACK 01 AUDIO\nINDEX 00 00:01:00\nINDEX 01 00:00:10\n",
			"line 4: INDEX 01 at 00:00:10 is before"},
		{ONE "TRACK 02 AUDIO\nINDEX 01 00:00:00\n", "line 5: TRACK 01 has no length"},
		{ONE "TRACK 01 AUDIO\nINDEX 01 00:01:00\n", "line 4: TRACK 01 follows TRACK 01"},
		{ONE "TRACK 03 AUDIO\nINDEX 01 00:01:00\n", "line 4: TRACK 03 follows TRACK 01"},
		{ONE "INDEX 02 00:00:00\n",
			"line 4: INDEX 02 is at the same place as INDEX 01 of line 3, which"},
		{ONE "INDEX 02 00:00:10\nTRACK 02 AUDIO\nINDEX 01 00:00:10\n",
			"line 6: INDEX 01 is at the same place as INDEX 02 of line 4"},
		{ONE "FILE \"x.bin\" MOTOROLA\nTRACK 02 AUDIO\nINDEX 01 00:00:10\n",
			"line 4: FILE names the file of line 1 again, and gives it another type"},
		{BIN "TRACK 100 AUDIO\nINDEX 01 00:01:00\n",
			"line 2: TRACK needs a number from 01 to 99"},
		{BIN "TRACK 01\nINDEX 01 00:01:00\n", "line 2: TRACK needs a mode"},
		{BIN "TRACK 01 MODE3\nINDEX 01 00:01:00\n", "line 2: TRACK needs a mode"},
		{BIN "TRACK 01 CDG\nINDEX 01 00:00:00\n",
			"line 2: sectors of the kind CDG cannot be read"},
		{BIN "TRACK 01 AUDIO\nINDEX 01 00:60:00\n",
			"line 3: \"00:60:00\" has 60 seconds or more"},
		{BIN "TRACK 01 AUDIO\nINDEX 01 00:00:75\n",
			"line 3: \"00:00:75\" has 75 frames or more"},
		{BIN "TRACK 01 AUDIO\nINDEX 01 10000:00:00\n",
			"line 3: \"10000:00:00\" is longer than any disc"},
		{BIN "TRACK 01 AUDIO\nINDEX 01 4294967296:00:00\n", "line 3"},
		{BIN "TRACK 01 AUDIO\nINDEX 01 00:00:-1\n", "not of the form"},
		{BIN "TRACK 01 AUDIO\nINDEX 01 00:00\n", "not of the form"},
		{BIN "PREGAP 00:02:00\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
			"line 2: PREGAP stands before any TRACK"},
		{BIN "TRACK 01 AUDIO\nPREGAP 00:02:00\nPREGAP 00:03:00\nINDEX 01 00:00:00\n",
			"line 4: PREGAP was given"},
		{BIN "INDEX 01 00:00:00\n", "line 2: INDEX stands before any TRACK"},
		{BIN "FILE b.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
			"line 1: no INDEX is in this FILE"},
		{ONE "FILE b.bin BINARY\n", "line 4: no INDEX is in this FILE"},
		{"FILE x.ape APE\n", "line 1: FILE needs a type"},
		{"FILE \"\" BINARY\n", "line 1: FILE needs a name"},
		{"FILE\n", "line 1: FILE needs a name"},
		{"TRACK 01 AUDIO\nINDEX 01 00:00:00\n" BIN,
			"line 3: FILE comes behind the first INDEX"},
		{"REM SESSION 02\n" ONE, "line 1: REM SESSION 02 follows session 01"},
		{ONE "REM SESSION 03\n", "line 4: REM SESSION 03 follows session 01"},
		{ONE "REM SESSION 02\n", "session 02 has no TRACK"},
	};
	for (size_t i = 0; i < COUNT(cases); i++)
		cue_ear_refused(cases[i].sheet, strlen(cases[i].sheet), cases[i].words);
}

/* ---- bounds ---- */

static void is_bounded(void **state)
{
	(void)state;
	struct buffer sheet = {0};
	while (sheet.len <= CUE_LIMIT)
		buffer_puts(&sheet, ONE);
	cue_ear_refused(sheet.data, sheet.len, "more than 1048 kB");
	buffer_clear(&sheet);
	for (unsigned i = 0; i < 300; i++)
		buffer_printf(&sheet, "FILE %u.bin BINARY\n", i);
	cue_ear_refused(sheet.data, sheet.len, "line 201: there are more than 200 files");
	buffer_clear(&sheet);
	buffer_puts(&sheet, BIN "TRACK 01 AUDIO\n");
	for (unsigned i = 0; i <= 99; i++)
		buffer_printf(&sheet, "INDEX %02u 00:%02u:%02u\n", i, i / 75, i % 75);
	struct cue_ear ear;
	struct cue *cue = cue_ear_read(&ear, sheet.data, sheet.len);
	assert_int_equal(cue->tracks[0].index_count, 100);
	cue_free(cue);
	cue_ear_release(&ear);
	buffer_puts(&sheet, "INDEX 100 00:02:00\n");
	cue_ear_refused(sheet.data, sheet.len, "line 103: INDEX needs a number from 00 to 99");
	buffer_release(&sheet);
}

/* Texts beyond what CD-TEXT can hold are left out, and said to be. */
static void texts_are_bounded(void **state)
{
	(void)state;
	struct buffer sheet = {0};
	buffer_puts(&sheet, "TITLE \"");
	for (size_t i = 0; i < DISC_TEXT_BYTES; i++)
		buffer_putc(&sheet, 'x');
	buffer_puts(&sheet, "\"\nPERFORMER \"short\"\n" ONE);
	struct cue_ear ear;
	struct cue *cue = cue_ear_read(&ear, sheet.data, sheet.len);
	cue_ear_expect(&ear, "warning 1:", "this TITLE is left out");
	assert_null(disc_text_of(&cue->text, 0, TEXT_TITLE));
	assert_string_equal(disc_text_of(&cue->text, 0, TEXT_PERFORMER), "short");
	cue_free(cue);
	cue_ear_release(&ear);
	buffer_release(&sheet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_statement),
		cmocka_unit_test(reads_any_line_end_and_encoding),
		cmocka_unit_test(reads_small_letters),
		cmocka_unit_test(reads_every_text),
		cmocka_unit_test(keeps_remarks_out_of_the_text),
		cmocka_unit_test(names_are_utf8_and_as_they_stand),
		cmocka_unit_test(bytes_that_are_no_text_do_not_pass),
		cmocka_unit_test(reads_file_names),
		cmocka_unit_test(an_index_may_be_in_the_file_before),
		cmocka_unit_test(a_file_named_again_goes_on),
		cmocka_unit_test(a_sheet_may_name_no_file),
		cmocka_unit_test(takes_what_has_one_meaning),
		cmocka_unit_test(a_file_may_begin_before_its_first_index),
		cmocka_unit_test(a_pregap_may_have_no_length),
		cmocka_unit_test(indexes_are_put_in_order),
		cmocka_unit_test(codes_that_contradict_are_left_out),
		cmocka_unit_test(refuses_what_is_not_clear),
		cmocka_unit_test(is_bounded),
		cmocka_unit_test(texts_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

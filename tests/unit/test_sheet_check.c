/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of a sheet's fate before its files are looked at. */
#include "image/sheet_check.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/cue_ear.h"

#include <string.h>

#define AUDIO(number, position) "TRACK " number " AUDIO\nINDEX 01 " position "\n"
#define ONE AUDIO("01", "00:00:00")

static int check(const char *sheet, struct cue_ear *ear, struct error *err)
{
	struct cue *cue = cue_ear_read(ear, sheet, strlen(sheet));
	buffer_clear(&ear->lines);
	int status = sheet_check(cue, cue_ear_listen, ear, err);
	cue_free(cue);
	return status;
}

static void expect_accepted(const char *sheet, const char *warnings)
{
	struct cue_ear ear;
	struct error err = {0};
	if (check(sheet, &ear, &err))
		fail_msg("refused: %s", err.message);
	assert_string_equal(buffer_text(&ear.lines), warnings);
	cue_ear_release(&ear);
}

static void expect_refused(const char *sheet, int code, const char *words)
{
	struct cue_ear ear;
	struct error err = {0};
	assert_int_equal(check(sheet, &ear, &err), code);
	if (!strstr(err.message, words))
		fail_msg("\"%s\" lacks \"%s\"", err.message, words);
	cue_ear_release(&ear);
}

static void files_may_be_of_any_size(void **state)
{
	(void)state;
	expect_accepted("FILE a.bin BINARY\n" ONE, "");
	expect_accepted("FILE \"C:\\x y\\a.wav\" WAVE\n" ONE AUDIO("02", "70:00:00"), "");
	expect_accepted("FILE a.bin BINARY\nTRACK 01 MODE1/2048\nINDEX 01 00:00:00\n"
			"POSTGAP 00:02:00\nTRACK 02 MODE2/2336\nINDEX 00 00:10:00\n"
			"INDEX 01 00:12:00\n" AUDIO("03", "00:30:00"),
		"");
	/* a pregap that goes on in the next file */
	expect_accepted("FILE a.wav WAVE\n" ONE "TRACK 02 AUDIO\nINDEX 00 00:10:00\n"
			"FILE b.wav WAVE\nINDEX 01 00:01:00\n",
		"");
	expect_accepted("FILE a.bin BINARY\n" ONE "FILE b.bin BINARY\n"
			"TRACK 02 MODE1/2352\nINDEX 01 00:02:00\n",
		"warning 6: b.bin has 150 sectors before its first index; they are taken for the "
		"pregap of track 2\n");
}

static void names_and_formats_are_judged(void **state)
{
	(void)state;
	expect_refused(ONE, ERR_INVALID, "the sheet names no FILE");
	expect_refused("FILE ../a.bin BINARY\n" ONE, ERR_INVALID,
		"line 1: ../a.bin lies outside the folder of the sheet");
	expect_refused("FILE x\\..\\a.bin BINARY\n" ONE, ERR_INVALID, "lies outside");
	expect_refused("FILE a/ BINARY\n" ONE, ERR_INVALID, "line 1: no file can have the name a/");
	expect_refused("FILE . BINARY\n" ONE, ERR_INVALID, "no file can have the name .");
	expect_refused("FILE .. BINARY\n" ONE, ERR_INVALID, "no file can have the name ..");
	expect_refused("FILE a.flac FLAC\n" ONE, ERR_UNSUPPORTED, "line 1: a.flac is a FLAC file");
	expect_refused("FILE a.mp3 MP3\n" ONE, ERR_UNSUPPORTED, "an MP3 file");
	expect_refused("FILE a.aiff AIFF\n" ONE, ERR_UNSUPPORTED, "an AIFF file");
	expect_refused("FILE a.wav WAVE\n" ONE "FILE b.flac FLAC\n" AUDIO("02", "00:00:00"),
		ERR_UNSUPPORTED, "line 4: b.flac");
	expect_refused("FILE a.wav WAVE\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n", ERR_INVALID,
		"which can hold sound only");
}

static void lengths_that_no_disc_has_are_refused(void **state)
{
	(void)state;
	struct buffer sheet = {0};
	buffer_puts(&sheet, "FILE a.bin BINARY\n");
	for (unsigned i = 1; i <= 60; i++)
		buffer_printf(&sheet, "TRACK %02u AUDIO\nPREGAP 9999:59:74\nINDEX 01 00:%02u:00\n",
			i, i - 1);
	expect_refused(buffer_text(&sheet), ERR_INVALID, "larger than any disc");
	buffer_release(&sheet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_may_be_of_any_size),
		cmocka_unit_test(names_and_formats_are_judged),
		cmocka_unit_test(lengths_that_no_disc_has_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

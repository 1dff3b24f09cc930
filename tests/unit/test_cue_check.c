/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cue sheets checked strictly: everything that is wrong is told, once, with its line. */
#include "image/cue.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/cue_ear.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define BIN "FILE \"x.bin\" BINARY\n"
#define ONE BIN "TRACK 01 AUDIO\nINDEX 01 00:00:00\n"

static void a_good_sheet_is_silent(void **state)
{
	(void)state;
	static const char *const sheets[] = {
		ONE,
		"CATALOG \"1234567890123\"\nTITLE \"x\"\n" ONE,
		BIN "TRACK 17 MODE1/2352\nPREGAP 00:02:00\nINDEX 01 00:00:00\nPOSTGAP 00:02:00\n"
		    "TRACK 18 AUDIO\nFLAGS PRE DCP\nISRC \"US-SM1-23-45678\"\nINDEX 00 "
		    "100:00:00\nINDEX 01 100:02:00\n",
		ONE "FILE b.bin BINARY\nTRACK 02 AUDIO\nINDEX 01 00:00:00\n",
		"REM anything \"at all\nREM\n" ONE,
		"REM SESSION 01\n" ONE
		"REM LEAD-OUT 01:30:00\nREM SESSION 02\nREM LEAD-IN 01:00:00\n"
		"REM PREGAP 00:02:00\nFILE b.bin BINARY\nTRACK 02 MODE2/2352\nINDEX 01 00:00:00\n",
	};
	for (size_t i = 0; i < COUNT(sheets); i++) {
		struct cue_ear ear;
		assert_int_equal(cue_ear_check(&ear, sheets[i], strlen(sheets[i])), 0);
		assert_string_equal(buffer_text(&ear.lines), "");
		cue_ear_release(&ear);
	}
}

static void warnings_leave_a_sheet_valid(void **state)
{
	(void)state;
	static const struct {
		const char *sheet, *start, *words;
	} cases[] = {
		{"TRACK 01 AUDIO\nINDEX 01 00:00:00\n", "warning 0:", "names no FILE"},
		{"CDTEXTFILE \"x.cdt\"\n" ONE, "warning 1:", "not looked at"},
		{"FILE \"../x.bin\" BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
			"warning 1:", "names a path"},
		{"FILE \"C:\\x.bin\" BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
			"warning 1:", "names a path"},
		{BIN "TRACK 01 CDG\nINDEX 01 00:00:00\n", "warning 2:", "cannot be read"},
		{"TITLE \"Caf\xE9\"\n" ONE, "warning 0:", "windows-1252 is a guess"},
		{"FILE \"\x83\x5C\x83\x8D.bin\" BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
			"warning 0:", "Shift_JIS"},
		{ONE "REM SESSION two\n", "warning 4:", "names no number"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cue_ear ear;
		assert_int_equal(cue_ear_check(&ear, cases[i].sheet, strlen(cases[i].sheet)), 0);
		assert_int_equal(ear.count[CUE_WARNING], 1);
		cue_ear_expect(&ear, cases[i].start, cases[i].words);
		cue_ear_release(&ear);
	}
}

/* What is taken with a warning when it is read is an error here; so is what is refused there. */
static void one_fault_is_one_error(void **state)
{
	(void)state;
	static const struct {
		const char *sheet, *start, *words;
	} cases[] = {
		{BIN "TRACK 01 AUDIO\nINDEX 00 00:00:00\n", "error 2:", "no INDEX 01"},
		{BIN "TRACK 01 AUDIO\nINDEX 01 00:02:00\n", "error 3:", "00:02:00"},
		{BIN "TRACK 01 AUDIO\n", "error 2:", "no INDEX 01"},
		{BIN "TRACK 01 AUDIO\nINDEX 02 00:00:00\n", "error 3:", "00 or 01, not 02"},
		{BIN "TRACK 01 AUDIO\nINDEX\n", "error 3:", "needs a number"},
		{BIN "TRACK 01 AUDIO\nINDEX 01 0\n", "error 3:", "minutes:seconds:frames"},
		{ONE "INDEX 03 00:01:00\n", "error 4:", "follows INDEX 01"},
		{ONE "TRACK x AUDIO\nINDEX 01 00:02:00\n", "error 4:", "from 01 to 99, not \"x\""},
		{ONE "TRACK 02 NOISE\nINDEX 01 00:02:00\n", "error 4:", "not NOISE"},
		{ONE "TRACK 03 AUDIO\nINDEX 01 00:02:00\n", "error 4:", "follows TRACK 01"},
		{ONE "INDEX 02 00:00:00\n", "error 4:", "at the same place as INDEX 01"},
		{BIN "TRACK 01 AUDIO\nINDEX 00 00:00:00\nINDEX 01 00:00:00\n",
			"error 4:", "at the same place as INDEX 00"},
		{ONE "FILE \"x.bin\" MOTOROLA\nTRACK 02 AUDIO\nINDEX 01 00:02:00\n",
			"error 4:", "another type"},
		{ONE "TRACK 02 AUDIO\nINDEX 01 00:00:00\n", "error 5:", "no length"},
		{"FILE x.ape APE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n", "error 1:", "type"},
		{"FILE x.wav\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n", "error 1:", "type"},
		{"TITLE two words\n" ONE, "error 1:", "quotation marks"},
		{"TITLE \"open\n" ONE, "error 1:", "second quotation mark"},
		{"ISRC ABCDE1234567\n" ONE, "error 1:", "before any TRACK"},
		{"BARCODE 12\n" ONE, "error 1:", "no keyword"},
		{"\xEF\xBB\xBFTITLE \"\xFF\"\n" ONE, "error 1:", "no text"},
		{ONE "REM SESSION 02\n", "error 0:", "session 02 has no TRACK"},
		{"", "error 0:", "no TRACK"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cue_ear ear;
		size_t errors = cue_ear_check(&ear, cases[i].sheet, strlen(cases[i].sheet));
		if (errors != 1 || ear.count[CUE_ERROR] != 1)
			fail_msg("%zu errors in\n%s\n%s", errors, cases[i].sheet,
				buffer_text(&ear.lines));
		cue_ear_expect(&ear, cases[i].start, cases[i].words);
		cue_ear_release(&ear);
	}
}

static void tells_everything(void **state)
{
	(void)state;
	static const char sheet[] = "CATALOG 12\n"
				    "FLAGS DCP\n"
				    "FILE \"a.bin\" BINARY\n"
				    "  TRACK 01 AUDIO\n"
				    "    INDEX 01 00:00:75\n"
				    "  TRACK 01 AUDIO\n"
				    "    ISRC X\n"
				    "    INDEX 01 00:10:00\n"
				    "  TRACK 02 MODE9\n"
				    "    INDEX 01 00:09:00\n"
				    "LABEL \"x\"\n";
	static const char *const starts[] = {"error 1:", "error 2:", "error 5:", "error 6:",
		"error 7:", "error 9:", "error 10:", "error 11:"};
	struct cue_ear ear;
	assert_int_equal(cue_ear_check(&ear, sheet, sizeof(sheet) - 1), COUNT(starts));
	for (size_t i = 0; i < COUNT(starts); i++)
		cue_ear_expect(&ear, starts[i], "");
	cue_ear_release(&ear);
}

/* A file that is something else does not drown a person. */
static void findings_are_bounded(void **state)
{
	(void)state;
	struct buffer sheet = {0};
	struct cue_ear ear;
	for (unsigned i = 0; i < 200000; i++)
		buffer_puts(&sheet, "x\n");
	assert_int_equal(cue_ear_check(&ear, sheet.data, sheet.len), 200001);
	assert_int_equal(ear.count[CUE_ERROR], 1001);
	cue_ear_expect(&ear, "error 1001:", "more wrong that is not told");
	cue_ear_release(&ear);
	buffer_clear(&sheet);
	buffer_puts(&sheet, BIN);
	for (unsigned i = 1; i <= 120; i++)
		buffer_printf(&sheet, "TRACK %02u AUDIO\nINDEX 01 %02u:00:00\n", i, i - 1);
	assert_int_equal(cue_ear_check(&ear, sheet.data, sheet.len), 1);
	cue_ear_expect(&ear, "error 200:", "more than 99 tracks");
	cue_ear_release(&ear);
	while (sheet.len <= CUE_LIMIT)
		buffer_puts(&sheet, ONE);
	assert_int_equal(cue_ear_check(&ear, sheet.data, sheet.len), 1);
	cue_ear_expect(&ear, "error 0:", "1048 kB");
	cue_ear_release(&ear);
	buffer_release(&sheet);
}

static void needs_no_listener(void **state)
{
	(void)state;
	size_t errors = 0;
	assert_int_equal(cue_check((const uint8_t *)"x", 1, NULL, NULL, &errors, NULL), 0);
	assert_int_equal(errors, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_sheet_is_silent),
		cmocka_unit_test(warnings_leave_a_sheet_valid),
		cmocka_unit_test(one_fault_is_one_error),
		cmocka_unit_test(tells_everything),
		cmocka_unit_test(findings_are_bounded),
		cmocka_unit_test(needs_no_listener),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

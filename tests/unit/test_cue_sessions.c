/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The remarks of cue sheets that tell where sessions begin, and what lies between them. */
#include "image/cue.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/cue_ear.h"

#define ONE "FILE \"x.bin\" BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
#define SECOND "FILE b.bin BINARY\nTRACK 02 MODE2/2352\nINDEX 01 00:00:00\n"

static void assert_gap(const struct cue *cue, size_t place, unsigned lead_out_line,
	uint32_t lead_out, unsigned lead_in_line, uint32_t lead_in)
{
	const struct cue_gap *gap = &cue->gaps[place];
	assert_int_equal(gap->lead_out.line, lead_out_line);
	assert_int_equal(gap->lead_out.sectors, lead_out);
	assert_int_equal(gap->lead_in.line, lead_in_line);
	assert_int_equal(gap->lead_in.sectors, lead_in);
}

static void reads_sessions(void **state)
{
	(void)state;
	struct cue *cue = cue_ear_read_quietly(
		"REM SESSION 01\n" ONE "REM LEAD-OUT 01:30:00\nREM SESSION 02\n"
		"REM LEAD-IN 01:00:00\nREM PREGAP 00:02:00\n" SECOND);
	assert_int_equal(cue->session_count, 2);
	assert_int_equal(cue->tracks[0].session, 1);
	assert_int_equal(cue->tracks[1].session, 2);
	assert_gap(cue, 0, 5, 6750, 7, 4500);
	assert_gap(cue, 1, 0, 0, 0, 0);
	assert_false(cue->tracks[0].has_pregap);
	assert_true(cue->tracks[1].has_pregap);
	assert_int_equal(cue->tracks[1].pregap, 150);
	cue_free(cue);
}

static void gaps_are_as_they_were_given(void **state)
{
	(void)state;
	struct cue *cue = cue_ear_read_quietly(
		ONE "REM LEAD-OUT 45:10:00\nREM SESSION 02\n" SECOND
		    "REM SESSION 03\nREM LEAD-IN 00:40:00\nFILE c.bin BINARY\n"
		    "TRACK 03 AUDIO\nREM PREGAP 00:01:00\nINDEX 01 00:00:00\n");
	assert_int_equal(cue->session_count, 3);
	assert_gap(cue, 0, 4, 203250, 0, 0);
	assert_gap(cue, 1, 0, 0, 10, 3000);
	assert_int_equal(cue->tracks[2].pregap, 75);
	cue_free(cue);
}

static void remarks_without_meaning_are_remarks(void **state)
{
	(void)state;
	struct cue *cue = cue_ear_read_quietly("REM LEAD-IN 00:40:00\n" ONE);
	assert_gap(cue, 0, 0, 0, 0, 0);
	cue_free(cue);
	cue = cue_ear_read_warned(ONE "REM PREGAP lost\n", "warning 4:", "taken for a remark");
	cue_free(cue);
	cue = cue_ear_read_warned(ONE "REM PREGAP 00:02:00\n", "warning 4:", "before no TRACK");
	cue_free(cue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_sessions),
		cmocka_unit_test(gaps_are_as_they_were_given),
		cmocka_unit_test(remarks_without_meaning_are_remarks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

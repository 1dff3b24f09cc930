/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sidecar tells of a disc of several tracks and of its reading. */
#include "store/premis.h"

#include "tests/unit/premis_judge.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

/* Every track as a part of the image's bytes, with all that is known of it; the image and its tracks lead to each other. */
static void tracks_are_bitstreams(void **state)
{
	(void)state;
	static const char *const told[] = {">0-75263<", ">75264-823199<", ">823200-1293599<",
		">1293600-1481759<", ">1481760-2069759<", ">0-31<", ">32-249, 300-399<",
		">400-599<", ">600-679<", ">12250-12499<", ">150 sectors<", ">DCP PRE<",
		">DEA123456789<", ">Second étude<", ">A Soloist<",
		">CD digital audio, 44.1 kHz 16 bit stereo<", ">CD-ROM Mode 1 sectors, 2352 bytes<",
		">raw CD image, 2352-byte sectors<", ">4006381333931<",
		">8DfkFxvKepD6tTnGDUbWixnNLpE-<", ">1600a604<", ">003-000034dc-0000cd98-1600a604<",
		">Études<", ">An Orchestra<", ">track 4<",
		">session 2, mode1, LBA 12250, 250 sectors<"};
	struct buffer document = {0};
	size_t mentions = 0;

	judge_write(DEPOSIT_AUDIO, &document);
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if (!strstr(document.data, told[i]))
			fail_msg("%s is not told", told[i]);
	for (const char *at = document.data;
		(at = strstr(at, "relatedObjectIdentifierValue>b0000000")); at++)
		mentions++;
	assert_int_equal(mentions, 5);
	buffer_release(&document);
}

/* What is known of the reading, and where the disc has what is doubtful or lost. */
static void doubts_are_told(void **state)
{
	(void)state;
	struct deposit deposit;
	struct buffer document = {0};

	judge_write(DEPOSIT_AUDIO, &document);
	struct premis *premis = judge_read(&document);
	assert_string_equal(premis->events[0].note,
		"10 of 880 sectors unreadable, zero in the image; 3 doubtful: their own check code "
		"or "
		"address disagrees with them, or no two readings of them agreed; 22 sectors asked "
		"for "
		"again, beyond what confirming costs on a good disc; libcdio-paranoia: places of "
		"jitter "
		"put right: 1, places given up, whose sectors were read one by one: 2");
	assert_non_null(
		strstr(document.data, "<theca:unreadableSectors count=\"10\" ranges=\"2\">"));
	assert_non_null(strstr(document.data, "<theca:range lba=\"395\" count=\"5\"/>"));
	assert_non_null(strstr(document.data, "<theca:range lba=\"400\" count=\"5\"/>"));
	assert_non_null(strstr(document.data, "<theca:doubtfulSectors count=\"3\" ranges=\"3\">"));
	assert_non_null(strstr(document.data, "<theca:range lba=\"249\" count=\"1\"/>"));
	assert_non_null(strstr(document.data, "<theca:range lba=\"300\" count=\"1\"/>"));
	assert_non_null(strstr(document.data, "<theca:range lba=\"12320\" count=\"1\"/>"));
	premis_free(premis);
	buffer_clear(&document);
	/* doubts alone are a warning too, and lawful */
	deposit_make(&deposit, DEPOSIT_SHEET);
	deposit.reads.ranges[0].state = READ_STATE_DOUBTFUL;
	assert_int_equal(premis_write(&deposit, &document, NULL), 0);
	premis = judge_read(&document);
	assert_string_equal(premis->events[0].outcome, "war");
	judge_save(&document);
	assert_true(judge_follows_profile());
	premis_free(premis);
	buffer_release(&document);
	deposit_release(&deposit);
}

/* The digests of an image that was put together are not the sheet's; its name and maker are not the image's. */
static void a_sheet_is_taken_over_as_it_is(void **state)
{
	(void)state;
	struct buffer document = {0};

	judge_write(DEPOSIT_SHEET, &document);
	struct premis *premis = judge_read(&document);
	assert_non_null(judge_find_file(premis, "SHELF%2F12.cue"));
	const struct premis_file *source = judge_find_file(premis, "SHELF%2F12.source.cue");
	assert_string_equal(source->role, "source sheet");
	assert_null(strstr(document.data, "<theca:digest"));
	const char *name = strstr(document.data, "originalName>etudes.cue<");
	assert_non_null(name);
	assert_true(name > strstr(document.data, source->uuid));
	assert_non_null(
		strstr(premis->events[0].note, "250 came as user data alone, so that the sync, "
					       "header and check codes around it were "
					       "computed"));
	assert_non_null(strstr(document.data, ">Shift_JIS (guessed)<"));
	premis_free(premis);
	buffer_release(&document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tracks_are_bitstreams),
		cmocka_unit_test(doubts_are_told),
		cmocka_unit_test(a_sheet_is_taken_over_as_it_is),
	};

	return cmocka_run_group_tests(tests, judge_setup, judge_teardown);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sidecar tells of a disc of several tracks and of its reading. */
#include "store/premis.h"

#include "tests/unit/premis_judge.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
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
		">yZYw.egCXaYqZ3WfDKx_e7n4ra8-<", ">1600a604<", ">003-000034dc-0000cd98-1600a604<",
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
		"10 of 880 sectors unreadable, zero in the image; 3 doubtful: their own check code, "
		"address or mode disagrees with them, or no two readings of them agreed; up to 4 tries of a "
		"sector; 22 sectors asked for again within a try, beyond what confirming costs on a good disc; libcdio-paranoia: places of "
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

/* The part of a document from one string to the next other; the caller frees. */
static char *part_of(const struct buffer *document, const char *from, const char *to)
{
	const char *begin = strstr(document->data, from);
	const char *end = begin ? strstr(begin, to) : NULL;
	if (!end)
		fail_msg("%s is not told, or not %s", from, to);
	return strndup(begin, (size_t)(end - begin));
}

/* What a sheet is as a source: size and time are of all that was read; its text is nobody's CD-TEXT. */
static void a_sheet_is_not_its_files(void **state)
{
	(void)state;
	struct buffer document = {0};

	judge_write(DEPOSIT_SHEET, &document);
	assert_non_null(
		strstr(document.data, "<theca:size of=\"sheet and files\">2000000</theca:size>"));
	assert_non_null(strstr(document.data, "<theca:modified of=\"newest of them\">"));
	assert_null(strstr(document.data, "CD-TEXT"));
	assert_non_null(strstr(document.data, ">disc text title<"));
	assert_non_null(strstr(document.data, ">disc text performer<"));
	assert_non_null(strstr(document.data, ">disc text encoding<"));
	buffer_clear(&document);
	judge_write(DEPOSIT_AUDIO, &document);
	assert_null(strstr(document.data, "disc text"));
	assert_non_null(strstr(document.data, ">CD-TEXT title<"));
	buffer_clear(&document);
	judge_write(DEPOSIT_FILE, &document);
	assert_non_null(strstr(document.data, "<theca:size>"));
	assert_non_null(strstr(document.data, "<theca:modified>"));
	buffer_release(&document);
}

/* An image from a sheet is Theca's work, whatever its bytes were before; an image file and a sheet are not. */
static void who_put_it_together_made_it(void **state)
{
	(void)state;
	static const struct {
		enum deposit_kind kind;
		const char *name;
		bool is_ours;
	} cases[] = {
		{DEPOSIT_SHEET, "SHELF%2F12.bin", true},
		{DEPOSIT_SHEET, "SHELF%2F12.source.cue", false},
		{DEPOSIT_FILE, "SHELF%2F12.iso", false},
		{DEPOSIT_DRIVE, "SHELF%2F12.iso", true},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer document = {0};
		judge_write(cases[i].kind, &document);
		struct premis *premis = judge_read(&document);
		const char *uuid = judge_find_file(premis, cases[i].name)->uuid;
		char *from = NULL;
		assert_true(asprintf(&from,
				    "<premis:objectIdentifierValue>%s</premis:"
				    "objectIdentifierValue>",
				    uuid) > 0);
		char *file = part_of(&document, from, "</premis:object>");
		assert_int_equal(
			strstr(file, "creatingApplicationName>Theca<") != NULL, cases[i].is_ours);
		free(file);
		free(from);
		premis_free(premis);
		buffer_release(&document);
	}
}

/* The table of contents is the sheet's or the disc's, the label the image's, and the event says which is which. */
static void each_extraction_has_its_source(void **state)
{
	(void)state;
	static const struct {
		enum deposit_kind kind;
		const char *detail;
	} cases[] = {
		{DEPOSIT_SHEET,
			">table of contents from the source sheet, volume label from the image<"},
		{DEPOSIT_AUDIO, ">table of contents from the disc, volume label from the image<"},
		{DEPOSIT_FILE, ">volume label from the image<"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct deposit deposit;
		struct buffer document = {0};
		deposit_make(&deposit, cases[i].kind);
		const char *contents = deposit.source_sheet.len
					       ? deposit.files[ROLE_SOURCE_SHEET].uuid
					       : deposit.carrier.uuid;
		judge_write(cases[i].kind, &document);
		char *event = part_of(&document, "metadata extraction<", "</premis:event>");
		assert_non_null(strstr(event, cases[i].detail));
		assert_non_null(strstr(event, deposit.files[ROLE_IMAGE].uuid));
		assert_int_equal(strstr(event, contents) != NULL, cases[i].kind != DEPOSIT_FILE);
		free(event);
		buffer_release(&document);
		deposit_release(&deposit);
	}
}

static void expect_note(struct deposit *deposit, const char *says, bool is_said)
{
	struct buffer document = {0};
	assert_int_equal(premis_write(deposit, &document, NULL), 0);
	struct premis *premis = judge_read(&document);
	if ((strstr(premis->events[0].note, says) != NULL) != is_said)
		fail_msg("%s\n%s", says, premis->events[0].note);
	judge_save(&document);
	assert_true(judge_follows_profile());
	premis_free(premis);
	buffer_release(&document);
}

/* What was left out or turned round on the way from the sheet's files into the image. */
static void what_a_sheet_lost_is_told(void **state)
{
	(void)state;
	struct deposit deposit;

	deposit_make(&deposit, DEPOSIT_SHEET);
	expect_note(&deposit,
		"; put together from the files that the source sheet, kept beside the "
		"image, names",
		true);
	expect_note(&deposit, "; of WAVE files the samples alone", true);
	expect_note(&deposit, "; samples of MOTOROLA files turned round", true);
	expect_note(&deposit,
		"; what was taken for granted in reading the sheet stands in the list "
		"of reads",
		true);
	expect_note(&deposit, "were left out", false);
	buffer_clear(&deposit.source_sheet);
	buffer_puts(&deposit.source_sheet,
		"FILE \"a.bin\" MOTOROLA\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n");
	buffer_clear(&deposit.warnings);
	expect_note(&deposit, "WAVE", false);
	expect_note(&deposit, "MOTOROLA", false);
	expect_note(&deposit, "taken for granted", false);
	expect_note(&deposit, "left out", false);
	deposit_release(&deposit);
	deposit_make(&deposit, DEPOSIT_FILE);
	expect_note(&deposit, ";", false);
	buffer_puts(&deposit.source_sheet,
		"FILE \"a.bin\" BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n");
	expect_note(&deposit,
		"; of each sector the 2048 bytes of user data alone: the other 304 bytes "
		"of it were left out",
		true);
	buffer_clear(&deposit.source_sheet);
	buffer_puts(&deposit.source_sheet,
		"FILE \"a.iso\" BINARY\nTRACK 01 MODE1/2048\nINDEX 01 00:00:00\n");
	expect_note(&deposit, "left out", false);
	deposit_release(&deposit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tracks_are_bitstreams),
		cmocka_unit_test(doubts_are_told),
		cmocka_unit_test(a_sheet_is_taken_over_as_it_is),
		cmocka_unit_test(a_sheet_is_not_its_files),
		cmocka_unit_test(who_put_it_together_made_it),
		cmocka_unit_test(each_extraction_has_its_source),
		cmocka_unit_test(what_a_sheet_lost_is_told),
	};

	return cmocka_run_group_tests(tests, judge_setup, judge_teardown);
}

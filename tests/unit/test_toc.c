/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables of contents as drives send them, good and bad.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "rip/toc.h"
#include "tests/unit/toc_fixture.h"

#include <stdlib.h>
#include <string.h>

enum { TYPE_XA = 0x20 };

static struct disc disc;

/* Parses it in a block of just its size, so that a sanitizer sees a read past its end. */
static const char *parse(const struct toc_answer *answer, size_t len,
	const char *(*parser)(struct disc *disc, const uint8_t *answer, size_t len))
{
	uint8_t *bytes = malloc(len + 1);
	assert_non_null(bytes);
	memcpy(bytes, answer->bytes, len);
	memset(&disc, 0xa5, sizeof(disc));
	const char *wrong = parser(&disc, bytes, len);
	free(bytes);
	return wrong;
}

static void assert_full(const struct toc_answer *answer)
{
	const char *wrong = parse(answer, answer->len, toc_parse_full);
	if (wrong)
		fail_msg("%s", wrong);
	assert_int_equal(disc.profile, DISC_CD);
}

static void assert_wrong(const char *wrong, const char *words)
{
	if (!wrong)
		fail_msg("taken for good, instead of: %s", words);
	if (!strstr(wrong, words))
		fail_msg("\"%s\" does not say: %s", wrong, words);
}

static void assert_full_wrong(const struct toc_answer *answer, const char *words)
{
	assert_wrong(parse(answer, answer->len, toc_parse_full), words);
}

/* Three tracks: 0, 15000, 32123 to 50000. */
static struct toc_answer audio_answer(void)
{
	struct toc_answer answer = {0};
	toc_full_session(&answer, 1, 1, 3, 0);
	toc_full_lead_out(&answer, 1, 50000);
	toc_full_track(&answer, 1, AUDIO_TRACK, 1, 0);
	toc_full_track(&answer, 1, AUDIO_TRACK | 1, 2, 15000);
	toc_full_track(&answer, 1, AUDIO_TRACK | 2 | 8, 3, 32123);
	toc_end(&answer, 1, 1);
	return answer;
}

/* Audio 0 and 20000 to 40000, and data in a session of its own, 51400 to 60000. */
static struct toc_answer cd_extra_answer(void)
{
	struct toc_answer answer = {0};
	toc_full_session(&answer, 1, 1, 2, 0);
	toc_full_lead_out(&answer, 1, 40000);
	toc_full_track(&answer, 1, AUDIO_TRACK, 1, 0);
	toc_full_track(&answer, 1, AUDIO_TRACK, 2, 20000);
	toc_full_entry(&answer, 1, 0x50, 0xb0, 51250);
	toc_full_entry(&answer, 1, 0x50, 0xc0, 1);
	toc_full_session(&answer, 2, 3, 3, TYPE_XA);
	toc_full_lead_out(&answer, 2, 60000);
	toc_full_track(&answer, 2, DATA_TRACK, 3, 51400);
	toc_end(&answer, 1, 2);
	return answer;
}

/* ---- discs ---- */

static void audio_disc(void **state)
{
	(void)state;
	const struct toc_answer answer = audio_answer();
	assert_full(&answer);
	assert_int_equal(disc.track_count, 3);
	assert_int_equal(disc.session_count, 1);
	assert_int_equal(disc.lead_out, 50000);
	static const struct {
		uint32_t lba, count;
		uint8_t flags;
	} expected[] = {
		{0, 15000, 0},
		{15000, 17123, TRACK_PRE_EMPHASIS},
		{32123, 17877, TRACK_COPY_PERMITTED | TRACK_FOUR_CHANNELS},
	};
	for (size_t i = 0; i < 3; i++) {
		const struct track *track = &disc.tracks[i];
		assert_int_equal(track->number, i + 1);
		assert_int_equal(track->session, 1);
		assert_int_equal(track->mode, TRACK_AUDIO);
		assert_int_equal(track->lba, expected[i].lba);
		assert_int_equal(track->count, expected[i].count);
		assert_int_equal(track->flags, expected[i].flags);
		assert_int_equal(track->pregap, 0);
		assert_string_equal(track->isrc, "");
	}
	assert_int_equal(disc_image_sectors(&disc), 50000);
}

static void hidden_track(void **state)
{
	(void)state;
	struct toc_answer answer = {0};
	toc_full_session(&answer, 1, 1, 1, 0);
	toc_full_lead_out(&answer, 1, 30000);
	toc_full_track(&answer, 1, AUDIO_TRACK, 1, 12345);
	toc_end(&answer, 1, 1);
	assert_full(&answer);
	assert_int_equal(disc.tracks[0].pregap, 12345);
	assert_int_equal(disc.tracks[0].unstored_pregap, 0);
	assert_int_equal(disc_image_sectors(&disc), 30000);
}

static void mixed_mode(void **state)
{
	(void)state;
	struct toc_answer answer = {0};
	toc_full_session(&answer, 1, 1, 2, 0);
	toc_full_lead_out(&answer, 1, 30000);
	toc_full_track(&answer, 1, DATA_TRACK | 1 | 2, 1, 0);
	toc_full_track(&answer, 1, AUDIO_TRACK, 2, 9000);
	toc_end(&answer, 1, 1);
	assert_full(&answer);
	assert_int_equal(disc.tracks[0].mode, TRACK_MODE1);
	assert_int_equal(disc.tracks[0].flags, TRACK_COPY_PERMITTED);
	assert_int_equal(disc.tracks[1].mode, TRACK_AUDIO);
	assert_int_equal(disc.tracks[1].pregap, 0);
}

static void cd_extra(void **state)
{
	(void)state;
	const struct toc_answer answer = cd_extra_answer();
	assert_full(&answer);
	assert_int_equal(disc.session_count, 2);
	assert_int_equal(disc.session_lead_outs[0], 40000);
	assert_int_equal(disc.lead_out, 60000);
	const struct track *data = &disc.tracks[2];
	assert_int_equal(data->session, 2);
	assert_int_equal(data->mode, TRACK_MODE2); /* by the type in A0 */
	assert_int_equal(data->pregap, 150);
	assert_int_equal(data->unstored_pregap, 150);
	assert_int_equal(disc.tracks[1].count, 20000);
	assert_int_equal(disc_image_sectors(&disc), 40000 + 8600);
	assert_int_equal(disc_lba_of(&disc, 40000), 51400);
}

static void data_in_many_sessions(void **state)
{
	(void)state;
	struct toc_answer answer = {0};
	for (uint8_t n = 1; n <= 40; n++) {
		const uint32_t lba = (n - 1) * 7200u;
		toc_full_session(&answer, n, n, n, 0);
		toc_full_lead_out(&answer, n, lba + 300);
		toc_full_track(&answer, n, DATA_TRACK, n, lba);
	}
	toc_end(&answer, 1, 40);
	assert_full(&answer);
	assert_int_equal(disc.session_count, 40);
	for (size_t i = 0; i < 40; i++) {
		assert_int_equal(disc.tracks[i].mode, TRACK_MODE1);
		assert_int_equal(disc.tracks[i].pregap, i ? 150 : 0);
		assert_int_equal(disc.tracks[i].count, 300);
	}
	assert_int_equal(disc_image_sectors(&disc), 40 * 300);
}

/* A session that follows the one before it at once has no room for a pregap. */
static void gap_too_short(void **state)
{
	(void)state;
	struct toc_answer answer = {0};
	toc_full_track(&answer, 1, DATA_TRACK, 1, 0);
	toc_full_lead_out(&answer, 1, 1000);
	toc_full_track(&answer, 2, DATA_TRACK, 2, 1149);
	toc_full_lead_out(&answer, 2, 2000);
	toc_end(&answer, 1, 2);
	assert_full(&answer);
	assert_int_equal(disc.tracks[1].pregap, 0);
	assert_int_equal(disc.tracks[1].unstored_pregap, 0);
}

static void many_tracks(void **state)
{
	(void)state;
	struct toc_answer answer = {0};
	toc_full_session(&answer, 1, 1, 99, 0);
	for (uint8_t n = 1; n <= 99; n++)
		toc_full_track(&answer, 1, AUDIO_TRACK, n, (n - 1) * 3000u);
	toc_full_lead_out(&answer, 1, 99 * 3000);
	toc_end(&answer, 1, 1);
	assert_full(&answer);
	assert_int_equal(disc.track_count, 99);
	assert_int_equal(disc.tracks[98].number, 99);
	assert_int_equal(disc.tracks[98].count, 3000);
	answer.bytes[4 + 11 + 8] = 255; /* A1 says so */
	assert_full_wrong(&answer, "does not list all its tracks");
}

/* A disc may be one of several of a set, and its first track not 1. */
static void numbers_that_go_on(void **state)
{
	(void)state;
	struct toc_answer answer = {0};
	toc_full_session(&answer, 1, 14, 15, 0);
	toc_full_track(&answer, 1, AUDIO_TRACK, 14, 0);
	toc_full_track(&answer, 1, AUDIO_TRACK, 15, 9000);
	toc_full_lead_out(&answer, 1, 20000);
	toc_end(&answer, 1, 1);
	assert_full(&answer);
	assert_int_equal(disc.track_count, 2);
	assert_int_equal(disc.tracks[0].number, 14);
}

/* ---- the entries ---- */

static void any_order(void **state)
{
	(void)state;
	const struct toc_answer answer = cd_extra_answer();
	struct toc_answer turned = {.len = 4};
	assert_full(&answer);
	const struct disc expected = disc;
	for (size_t at = answer.len; at > 4; at -= 11) {
		memcpy(turned.bytes + turned.len, answer.bytes + at - 11, 11);
		turned.len += 11;
	}
	toc_end(&turned, 1, 2);
	assert_full(&turned);
	assert_memory_equal(&disc, &expected, sizeof(disc));
}

static void doubled(void **state)
{
	(void)state;
	struct toc_answer answer = cd_extra_answer();
	assert_full(&answer);
	const struct disc expected = disc;
	const size_t entries = answer.len - 4;
	memcpy(answer.bytes + answer.len, answer.bytes + 4, entries);
	answer.len += entries;
	toc_end(&answer, 1, 2);
	assert_full(&answer);
	assert_memory_equal(&disc, &expected, sizeof(disc));
}

static void contradictions(void **state)
{
	(void)state;
	struct toc_answer answer = audio_answer();
	toc_full_track(&answer, 1, AUDIO_TRACK, 1, 1);
	toc_end(&answer, 1, 1);
	assert_full_wrong(&answer, "lists a track twice, and differently");
	answer = audio_answer();
	toc_full_track(&answer, 1, DATA_TRACK, 1, 0);
	toc_end(&answer, 1, 1);
	assert_full_wrong(&answer, "lists a track twice, and differently");
	answer = audio_answer();
	toc_full_lead_out(&answer, 1, 50001);
	toc_end(&answer, 1, 1);
	assert_full_wrong(&answer, "two lead-outs");
}

/* Entries of recordable discs, of the modes with catalogue number and ISRC, and none at all. */
static void other_entries(void **state)
{
	(void)state;
	struct toc_answer answer = audio_answer();
	assert_full(&answer);
	const struct disc expected = disc;
	toc_full_entry(&answer, 1, 0x50, 0xb0, 70000);
	toc_full_entry(&answer, 1, 0x50, 0xc0, 5);
	toc_full_entry(&answer, 1, 0x50, 0xc1, 5);
	toc_full_entry(&answer, 1, 0x50, 1, 777); /* a skipped interval */
	toc_full_entry(&answer, 1, 0x20, 2, 777);
	toc_full_entry(&answer, 1, 0x30, 3, 777);
	toc_full_entry(&answer, 1, 0x10, 0xa3, 777);
	toc_full_entry(&answer, 0, 0x00, 0, 0);
	toc_end(&answer, 1, 1);
	assert_full(&answer);
	assert_memory_equal(&disc, &expected, sizeof(disc));
}

static void without_a0_and_a1(void **state)
{
	(void)state;
	struct toc_answer answer = {0};
	toc_full_track(&answer, 1, AUDIO_TRACK, 1, 0);
	toc_full_track(&answer, 1, AUDIO_TRACK, 2, 400);
	toc_full_lead_out(&answer, 1, 1000);
	toc_end(&answer, 1, 1);
	assert_full(&answer);
	assert_int_equal(disc.track_count, 2);
}

static void what_is_missing(void **state)
{
	(void)state;
	struct toc_answer answer = {0};
	toc_full_session(&answer, 1, 1, 2, 0);
	toc_full_track(&answer, 1, AUDIO_TRACK, 1, 0);
	toc_full_track(&answer, 1, AUDIO_TRACK, 2, 400);
	toc_end(&answer, 1, 1);
	assert_full_wrong(&answer, "does not say where a session ends");
	toc_full_lead_out(&answer, 1, 1000);
	toc_end(&answer, 1, 2);
	assert_full_wrong(&answer, "does not list all its sessions");
	toc_full_session(&answer, 1, 1, 3, 0);
	toc_end(&answer, 1, 1);
	assert_full_wrong(&answer, "does not list all its tracks");
	toc_full_session(&answer, 1, 1, 200, 0);
	toc_end(&answer, 1, 1);
	assert_full_wrong(&answer, "does not list all its tracks");
}

static void what_cannot_be(void **state)
{
	(void)state;
	static const struct {
		uint8_t msf[3];
	} addresses[] = {{{0, 1, 74}}, {{0, 0, 0}}, {{10, 60, 0}}, {{10, 0, 75}}, {{100, 0, 0}}};
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		struct toc_answer answer = audio_answer();
		memcpy(answer.bytes + 4 + 3 * 11 + 8, addresses[i].msf, 3);
		assert_full_wrong(&answer, "an address that no disc has");
	}
	struct toc_answer answer = {0};
	toc_full_track(&answer, 0, AUDIO_TRACK, 1, 0);
	toc_end(&answer, 1, 1);
	assert_full_wrong(&answer, "belongs to no session");
	answer = (struct toc_answer){0};
	toc_full_track(&answer, 100, AUDIO_TRACK, 1, 0);
	toc_end(&answer, 1, 1);
	assert_full_wrong(&answer, "belongs to no session");
	answer = audio_answer();
	toc_full_track(&answer, 1, AUDIO_TRACK, 4, 20000);
	toc_end(&answer, 1, 1);
	assert_full_wrong(&answer, "out of order");
	answer = audio_answer();
	toc_full_track(&answer, 1, AUDIO_TRACK, 5, 40000);
	toc_end(&answer, 1, 1);
	assert_full_wrong(&answer, "not numbered one after the other");
	answer = audio_answer();
	toc_full_track(&answer, 3, AUDIO_TRACK, 4, 60000);
	toc_full_lead_out(&answer, 3, 70000);
	toc_end(&answer, 1, 1);
	assert_true(parse(&answer, answer.len, toc_parse_full) != NULL);
}

/* However much of it comes, and whatever it says to be long: a disc, or what is wrong. */
static void any_length(void **state)
{
	(void)state;
	static const uint16_t told[] = {0, 1, 2, 3, 4, 12, 13, 14, 100, 4096, 65534, 65535};
	const struct toc_answer good = cd_extra_answer();
	for (size_t len = 0; len < good.len; len++) {
		assert_non_null(parse(&good, len, toc_parse_full));
		parse(&good, len, toc_parse_short);
		toc_parse_session_count(good.bytes, len);
	}
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		struct toc_answer answer = good;
		answer.bytes[0] = (uint8_t)(told[i] >> 8);
		answer.bytes[1] = (uint8_t)told[i];
		const char *wrong = parse(&answer, answer.len, toc_parse_full);
		assert_true(!wrong == (told[i] + 2u >= good.len));
	}
}

/* ---- the short form ---- */

static struct toc_answer short_answer(void)
{
	struct toc_answer answer = {0};
	toc_short_entry(&answer, AUDIO_TRACK, 1, 0);
	toc_short_entry(&answer, AUDIO_TRACK, 2, 15000);
	toc_short_entry(&answer, AUDIO_TRACK, 3, 32123);
	toc_short_entry(&answer, AUDIO_TRACK, 0xaa, 50000);
	toc_end(&answer, 1, 3);
	return answer;
}

static void short_form(void **state)
{
	(void)state;
	struct toc_answer answer = short_answer();
	assert_null(parse(&answer, answer.len, toc_parse_short));
	assert_int_equal(disc.track_count, 3);
	assert_int_equal(disc.session_count, 1);
	assert_int_equal(disc.tracks[2].lba, 32123);
	assert_int_equal(disc.lead_out, 50000);
	answer.bytes[3] = 4;
	assert_wrong(parse(&answer, answer.len, toc_parse_short), "all its tracks");
	answer = short_answer();
	bytes_put_be32(answer.bytes + answer.len - 4, 450000);
	assert_wrong(parse(&answer, answer.len, toc_parse_short), "no disc has");
	assert_wrong(parse(&answer, answer.len - 8, toc_parse_short), "where a session ends");
	assert_wrong(parse(&answer, 4, toc_parse_short), "empty");
	assert_wrong(parse(&answer, 0, toc_parse_short), "empty");
}

/* Both forms of one disc, as a drive of several sessions gives them. */
static void forms_agree(void **state)
{
	(void)state;
	const struct toc_answer full_answer = cd_extra_answer();
	struct toc_answer answer = {0};
	assert_full(&full_answer);
	const struct disc full = disc;
	toc_short_entry(&answer, AUDIO_TRACK, 1, 0);
	toc_short_entry(&answer, AUDIO_TRACK, 2, 20000);
	toc_short_entry(&answer, DATA_TRACK, 3, 51400);
	toc_short_entry(&answer, DATA_TRACK, 0xaa, 60000);
	toc_end(&answer, 1, 3);
	assert_null(parse(&answer, answer.len, toc_parse_short));
	assert_true(toc_agrees(&full, &disc));
	struct disc other = disc;
	other.tracks[2].lba++;
	assert_false(toc_agrees(&full, &other));
	struct disc shorter = full;
	shorter.track_count = 2;
	assert_false(toc_agrees(&shorter, &disc));
	assert_true(toc_agrees(&full, &shorter));
	other = disc;
	other.lead_out++;
	assert_false(toc_agrees(&full, &other));
	other = disc;
	other.tracks[2].number = 4;
	assert_false(toc_agrees(&full, &other));
	other = disc;
	other.tracks[0].number = 0;
	assert_false(toc_agrees(&full, &other));
}

/* A drive that sends BCD is found out: the numbers have holes, or the short form says otherwise. */
static void bcd_is_not_taken(void **state)
{
	(void)state;
	struct toc_answer answer = {0};
	for (uint8_t n = 1; n <= 12; n++)
		toc_full_track(&answer, 1, AUDIO_TRACK, n < 10 ? n : n + 6, n * 3000u);
	toc_full_lead_out(&answer, 1, 80000);
	toc_end(&answer, 1, 1);
	assert_full_wrong(&answer, "not numbered one after the other");

	struct toc_answer bcd = {0}, brief = {0};
	toc_full_track(&bcd, 1, DATA_TRACK, 1, 0);
	toc_full_lead_out(&bcd, 1, 0);
	memcpy(bcd.bytes + bcd.len - 3, (const uint8_t[]){0x10, 0x20, 0x30}, 3);
	toc_end(&bcd, 1, 1);
	assert_full(&bcd);
	const struct disc full = disc;
	toc_short_entry(&brief, DATA_TRACK, 1, 0);
	toc_short_entry(&brief, DATA_TRACK, 0xaa, (10 * 60 + 20) * 75 + 30 - 150);
	toc_end(&brief, 1, 1);
	assert_null(parse(&brief, brief.len, toc_parse_short));
	assert_false(toc_agrees(&full, &disc));
}

static void session_count(void **state)
{
	(void)state;
	const uint8_t answer[12] = {0, 10, 1, 3, 0, 0x14, 5};
	assert_int_equal(toc_parse_session_count(answer, sizeof(answer)), 3);
	assert_int_equal(toc_parse_session_count(answer, 3), 0);
	assert_int_equal(toc_parse_session_count(answer, 0), 0);
	assert_int_equal(toc_parse_session_count((const uint8_t[]){0, 10, 1, 100}, 4), 0);
	assert_int_equal(toc_parse_session_count((const uint8_t[]){0, 0, 1, 1}, 4), 0);
	const struct toc_answer brief = short_answer(); /* of three tracks */
	assert_int_equal(toc_parse_session_count(brief.bytes, brief.len), 0);
	assert_int_equal(toc_parse_session_count(brief.bytes, 12), 0);
}

/* ---- numbers ---- */

static void catalogue_number(void **state)
{
	(void)state;
	static const char *const none[] = {"0000000000000", "12345678901a3", "123456789012"};
	char mcn[TOC_MCN_SIZE];
	uint8_t answer[24];
	toc_number(answer, 2, 0, "5099749534728");
	assert_true(toc_parse_mcn(mcn, answer, sizeof(answer)));
	assert_string_equal(mcn, "5099749534728");
	assert_true(toc_parse_mcn(mcn, answer, 22));
	assert_false(toc_parse_mcn(mcn, answer, 21));
	assert_false(toc_parse_mcn(mcn, answer, 0));
	answer[8] = 0x7f; /* all but MCVAL */
	assert_false(toc_parse_mcn(mcn, answer, sizeof(answer)));
	toc_number(answer, 3, 0, "5099749534728");
	assert_false(toc_parse_mcn(mcn, answer, sizeof(answer)));
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		toc_number(answer, 2, 0, none[i]);
		assert_false(toc_parse_mcn(mcn, answer, sizeof(answer)));
	}
}

static void recording_code(void **state)
{
	(void)state;
	static const char *const none[] = {
		"000000000000", "USRC1760783A", "usrc17607839", "US-RC1760783", "USRC1760783"};
	char isrc[TOC_ISRC_SIZE];
	uint8_t answer[24];
	toc_number(answer, 3, 7, "USRC17607839");
	assert_true(toc_parse_isrc(isrc, 7, answer, sizeof(answer)));
	assert_string_equal(isrc, "USRC17607839");
	assert_false(toc_parse_isrc(isrc, 8, answer, sizeof(answer))); /* of the track before */
	assert_false(toc_parse_isrc(isrc, 7, answer, 20));
	answer[6] = 0; /* a drive that does not say which track */
	assert_true(toc_parse_isrc(isrc, 7, answer, sizeof(answer)));
	answer[8] = 0;
	assert_false(toc_parse_isrc(isrc, 7, answer, sizeof(answer)));
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		toc_number(answer, 3, 7, none[i]);
		assert_false(toc_parse_isrc(isrc, 7, answer, sizeof(answer)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(audio_disc),
		cmocka_unit_test(hidden_track),
		cmocka_unit_test(mixed_mode),
		cmocka_unit_test(cd_extra),
		cmocka_unit_test(data_in_many_sessions),
		cmocka_unit_test(gap_too_short),
		cmocka_unit_test(many_tracks),
		cmocka_unit_test(numbers_that_go_on),
		cmocka_unit_test(any_order),
		cmocka_unit_test(doubled),
		cmocka_unit_test(contradictions),
		cmocka_unit_test(other_entries),
		cmocka_unit_test(without_a0_and_a1),
		cmocka_unit_test(what_is_missing),
		cmocka_unit_test(what_cannot_be),
		cmocka_unit_test(any_length),
		cmocka_unit_test(short_form),
		cmocka_unit_test(forms_agree),
		cmocka_unit_test(bcd_is_not_taken),
		cmocka_unit_test(session_count),
		cmocka_unit_test(catalogue_number),
		cmocka_unit_test(recording_code),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A disc written into a list of reads comes back as it was; one that makes no sense does not. */
#include "store/disc_record.h"

#include "store/sidecars.h"
#include "tests/unit/deposit_fixture.h"
#include "tests/unit/disc_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

static struct jv *write_reads(const struct deposit *deposit)
{
	struct buffer text = {0};
	struct jv *reads = NULL;
	assert_int_equal(sidecar_reads_json(deposit, &text, NULL), 0);
	assert_int_equal(jv_parse(text.data, text.len, &reads, NULL), 0);
	buffer_release(&text);
	return reads;
}

static void expect_track(const struct track *track, const struct track *expected)
{
	assert_int_equal(track->number, expected->number);
	assert_int_equal(track->session, expected->session);
	assert_int_equal(track->mode, expected->mode);
	assert_int_equal(track->flags, expected->flags);
	assert_string_equal(track->isrc, expected->isrc);
	assert_int_equal(track->lba, expected->lba);
	assert_int_equal(track->count, expected->count);
	assert_int_equal(track->pregap, expected->pregap);
	assert_int_equal(track->unstored_pregap, expected->unstored_pregap);
	assert_int_equal(track->unstored_postgap, expected->unstored_postgap);
	assert_int_equal(track->index_count, expected->index_count);
	assert_memory_equal(track->indexes, expected->indexes, sizeof(track->indexes));
}

static void expect_disc(const struct disc *disc, const struct disc *expected)
{
	assert_int_equal(disc->profile, expected->profile);
	assert_int_equal(disc->session_count, expected->session_count);
	assert_int_equal(disc->track_count, expected->track_count);
	assert_int_equal(disc->lead_out, expected->lead_out);
	assert_memory_equal(disc->session_lead_outs, expected->session_lead_outs,
		sizeof(disc->session_lead_outs));
	assert_string_equal(disc->mcn, expected->mcn);
	for (size_t i = 0; i < disc->track_count; i++)
		expect_track(&disc->tracks[i], &expected->tracks[i]);
}

static void every_disc_comes_back(void **state)
{
	(void)state;
	for (enum deposit_kind kind = 0; kind < DEPOSIT_KINDS; kind++) {
		struct deposit deposit;
		struct disc disc;
		struct error err = {0};
		deposit_make(&deposit, kind);
		struct jv *reads = write_reads(&deposit);
		if (disc_record_parse(&disc, reads, &err))
			fail_msg("kind %d: %s", (int)kind, err.message);
		expect_disc(&disc, &deposit.disc);
		jv_free(reads);
		deposit_release(&deposit);
	}
}

static const struct jv *find_entry(const struct jv *entries, int64_t track, const char *field)
{
	for (size_t i = 0; i < jv_size(entries); i++) {
		const struct jv *entry = jv_at(entries, i);
		if (jv_get_int(entry, "track", -1) == track &&
			!strcmp(jv_get_text(entry, "field"), field))
			return entry;
	}
	fail_msg("no %s of track %d", field, (int)track);
	return NULL;
}

static void texts_are_any_bytes(void **state)
{
	(void)state;
	struct deposit deposit;
	struct buffer value = {0};
	deposit_make(&deposit, DEPOSIT_HOSTILE_SHEET);
	struct jv *reads = write_reads(&deposit);
	const struct jv *text = jv_get(reads, "text"), *entries = jv_get(text, "entries");
	assert_string_equal(jv_get_text(text, "encoding"), "Shift_JIS");
	assert_true(jv_get_bool(text, "guessed", false));
	assert_int_equal(jv_size(entries), 7);
	assert_string_equal(jv_get_text(find_entry(entries, 0, "title"), "value"), "Études");
	assert_true(jv_get_bytes(find_entry(entries, 3, "message"), "value", &value));
	assert_string_equal(buffer_text(&value), DEPOSIT_HOSTILE_TEXT);
	buffer_release(&value);
	jv_free(reads);
	deposit_release(&deposit);
}

static void flags_are_words(void **state)
{
	(void)state;
	struct buffer words = {0};
	disc_record_flags(0, &words);
	assert_string_equal(buffer_text(&words), "");
	disc_record_flags(TRACK_SCMS | TRACK_FOUR_CHANNELS, &words);
	assert_string_equal(buffer_text(&words), "4CH SCMS");
	buffer_release(&words);
}

/* ---- what makes no sense ---- */

#define TRACKS(list)                                                                               \
	"\"lead_out\":100,\"sessions\":[{\"number\":1,\"lead_out\":100}],\"tracks\":[" list "]"
#define TRACK(rest)                                                                                \
	"{\"number\":1,\"session\":1,\"mode\":\"audio\",\"lba\":0,\"count\":100" rest "}"

static const struct {
	const char *disc, *says; /* NULL: it is fine */
} records[] = {
	{"\"profile\":\"cd\"," TRACKS(TRACK("")), NULL},
	{"\"profile\":\"cd\"," TRACKS(TRACK(",\"pregap\":0,\"flags\":[],\"indexes\":[50]")), NULL},
	{"\"profile\":\"unknown\"", NULL},
	{"\"sessions\":1", "no profile"},
	{"\"profile\":\"tape\"", "no profile"},
	{"\"profile\":7", "no profile"},
	{"\"profile\":\"cd\"", "sessions"},
	{"\"profile\":\"cd\",\"sessions\":2,\"lead_out\":10", "sessions"},
	{"\"profile\":\"cd\",\"sessions\":1", "sessions"},
	{"\"profile\":\"cd\",\"sessions\":1,\"lead_out\":-1", "sessions"},
	{"\"profile\":\"cd\",\"sessions\":1,\"lead_out\":4294967296", "sessions"},
	{"\"profile\":\"cd\",\"sessions\":[{\"number\":1}]", "sessions"},
	{"\"profile\":\"cd\",\"sessions\":[]", "no tracks"},
	{"\"profile\":\"cd\",\"sessions\":1,\"lead_out\":10,\"mcn\":\"12345678901234\"",
		"sessions"},
	{"\"profile\":\"cd\",\"sessions\":1,\"lead_out\":10,\"tracks\":[]", "no tracks"},
	{"\"profile\":\"cd\"," TRACKS("7"), "one of its tracks"},
	{"\"profile\":\"cd\"," TRACKS("{\"number\":1}"), "one of its tracks"},
	{"\"profile\":\"cd\"," TRACKS(TRACK(",\"pregap\":-1")), "one of its tracks"},
	{"\"profile\":\"cd\"," TRACKS(TRACK(",\"pregap\":\"no\"")), "one of its tracks"},
	{"\"profile\":\"cd\"," TRACKS(TRACK(",\"pregap\":1")), "pregap begins before its session"},
	{"\"profile\":\"cd\"," TRACKS(TRACK(",\"isrc\":\"DEA1234567890\"")), "one of its tracks"},
	{"\"profile\":\"cd\"," TRACKS(TRACK(",\"flags\":[\"PINK\"]")), "one of its tracks"},
	{"\"profile\":\"cd\"," TRACKS(TRACK(",\"flags\":[3]")), "one of its tracks"},
	{"\"profile\":\"cd\"," TRACKS(TRACK(",\"indexes\":[-1]")), "one of its tracks"},
	{"\"profile\":\"cd\"," TRACKS(TRACK(",\"indexes\":[100]")), "index lies outside"},
	{"\"profile\":\"cd\"," TRACKS(TRACK("") "," TRACK("")), "not numbered"},
};

static void records_that_make_no_sense_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct buffer text = {0};
		struct jv *reads = NULL;
		struct disc disc;
		struct error err = {0};
		buffer_printf(&text, "{\"disc\":{%s},\"sectors\":5}", records[i].disc);
		assert_int_equal(jv_parse(text.data, text.len, &reads, &err), 0);
		int rc = disc_record_parse(&disc, reads, &err);
		if (rc != (records[i].says ? ERR_INVALID : 0) ||
			(records[i].says && !strstr(err.message, records[i].says)))
			fail_msg("%s: %d, %s", records[i].disc, rc, err.message);
		jv_free(reads);
		buffer_release(&text);
	}
}

/* More tracks and indexes than there is room for. */
static void records_that_are_too_long_are_refused(void **state)
{
	(void)state;
	struct buffer text = {0};
	struct jv *reads = NULL;
	struct disc disc;
	buffer_puts(
		&text, "{\"disc\":{\"profile\":\"cd\",\"sessions\":1,\"lead_out\":9,\"tracks\":[0");
	for (int i = 0; i < 300; i++)
		buffer_puts(&text, ",0");
	buffer_puts(&text, "]}}");
	assert_int_equal(jv_parse(text.data, text.len, &reads, NULL), 0);
	assert_int_equal(disc_record_parse(&disc, reads, NULL), ERR_INVALID);
	jv_free(reads);
	buffer_clear(&text);
	buffer_puts(&text,
		"{\"disc\":{\"profile\":\"cd\",\"sessions\":1,\"lead_out\":9000,\"tracks\":["
		"{\"number\":1,\"session\":1,\"mode\":\"audio\",\"lba\":0,\"indexes\":[1");
	for (int i = 2; i <= 300; i++)
		buffer_printf(&text, ",%d", i);
	buffer_puts(&text, "]}]}}");
	assert_int_equal(jv_parse(text.data, text.len, &reads, NULL), 0);
	assert_int_equal(disc_record_parse(&disc, reads, NULL), ERR_INVALID);
	jv_free(reads);
	buffer_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_disc_comes_back),
		cmocka_unit_test(texts_are_any_bytes),
		cmocka_unit_test(flags_are_words),
		cmocka_unit_test(records_that_make_no_sense_are_refused),
		cmocka_unit_test(records_that_are_too_long_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

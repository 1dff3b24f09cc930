/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/path.h"
#include "tests/unit/chain_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct buffer contents(const char *path)
{
	char *bytes = NULL;
	struct buffer out = {0};
	size_t len = 0;
	assert_int_equal(path_read(path, 64 << 20, &bytes, &len, NULL), 0);
	buffer_add(&out, bytes, len);
	free(bytes);
	return out;
}

/* The lines that were visited, and after how many to stop. */
struct visited {
	uint64_t count, first, last;
	int64_t first_n;
	uint64_t stop_at;
};

static int visit(void *context, uint64_t seq, const struct jv *entry)
{
	struct visited *visited = context;
	if (!visited->count++) {
		visited->first = seq;
		visited->first_n = jv_get_int(entry, "n", -1);
	}
	visited->last = seq;
	return seq == visited->stop_at ? 77 : 0;
}

static int64_t november(void)
{
	return 1795359845; /* 2026-11-22T15:04:05Z */
}

static void test_format(void **state)
{
	const struct chain_place *place = *state;
	char head[65], digest[DIGEST_HEX_SIZE];
	struct buffer expected = {0};
	clock_set(november);
	chain_place_append_all(place, 1, 1);
	struct jv *entry = jv_new_object();
	jv_set_text(entry, "type", "event");
	jv_set_text(entry, "time", "2026-01-02T03:04:05+01:00");
	assert_int_equal(chain_log_append(place->log, entry, head, NULL), 0);

	const char *first =
		"{\"seq\":1,\"prev\":\"" CHAIN_PLACE_ZEROS "\",\"time\":\"2026-11-22T15:04:05Z\","
		"\"type\":\"test\",\"n\":1}";
	assert_int_equal(digest_bytes(DIGEST_SHA256, first, strlen(first), digest, NULL), 0);
	buffer_printf(&expected,
		"%s\n{\"seq\":2,\"prev\":\"%s\",\"time\":\"2026-01-02T03:04:05+01:00\","
		"\"type\":\"event\"}\n",
		first, digest);
	struct buffer got = contents(place->first);
	assert_string_equal(got.data, expected.data);

	const char *second = strchr(got.data, '\n') + 1;
	assert_int_equal(digest_bytes(DIGEST_SHA256, second, strlen(second) - 1, digest, NULL), 0);
	assert_string_equal(head, digest);
	assert_string_equal(chain_place_check(place).head, digest);
	buffer_release(&got);
	buffer_release(&expected);
}

static void test_read(void **state)
{
	const struct chain_place *place = *state;
	chain_place_append_all(place, 1, 20);
	struct visited visited = {0};
	assert_int_equal(chain_log_each(place->log, 1, visit, &visited, NULL), 0);
	assert_int_equal(visited.count, 20);
	assert_int_equal(visited.first_n, 1);
	visited = (struct visited){0};
	assert_int_equal(chain_log_each(place->log, 15, visit, &visited, NULL), 0);
	assert_int_equal(visited.first, 15);
	assert_int_equal(visited.last, 20);
	visited = (struct visited){.stop_at = 7};
	assert_int_equal(chain_log_each(place->log, 0, visit, &visited, NULL), 77);
	assert_int_equal(visited.last, 7);
	visited = (struct visited){0};
	assert_int_equal(chain_log_each(place->log, 21, visit, &visited, NULL), 0);
	assert_int_equal(chain_log_each(place->log, 1000000, visit, &visited, NULL), 0);
	assert_int_equal(visited.count, 0);
	chain_place_assert_intact(place, 20);
}

static void test_no_log(void **state)
{
	const struct chain_place *place = *state;
	struct visited visited = {0};
	struct chain_place nowhere = *place;
	assert_int_equal(chain_log_each(place->log, 1, visit, &visited, NULL), 0);
	chain_place_assert_intact(place, 0);
	assert_string_equal(chain_place_check(place).head, CHAIN_PLACE_ZEROS);
	/* A log is made where its parent is, not in the place of an object that has gone. */
	snprintf(nowhere.log, sizeof(nowhere.log), "%s/gone/logs", place->directory);
	assert_int_equal(chain_place_append(&nowhere, 1, NULL), ERR_NOT_FOUND);
	nowhere.log[strlen(place->directory) + 5] = '\0';
	assert_false(path_exists(nowhere.log));
}

static void test_broken_entry(void **state)
{
	const struct chain_place *place = *state;
	struct jv *entry = jv_new_object();
	jv_set_text(entry, "dirty", "\033");
	assert_int_equal(chain_log_append(place->log, entry, NULL, NULL), ERR_MEMORY);
	assert_int_equal(chain_log_append(place->log, NULL, NULL, NULL), ERR_MEMORY);
	char *long_text = malloc(5 << 20);
	assert_non_null(long_text);
	memset(long_text, 'x', 5 << 20);
	long_text[(5 << 20) - 1] = '\0';
	entry = jv_new_object();
	jv_set_text(entry, "note", long_text);
	assert_int_equal(chain_log_append(place->log, entry, NULL, NULL), ERR_USAGE);
	/* One below the limit is read again. */
	long_text[(4 << 20) - 200] = '\0';
	entry = jv_new_object();
	jv_set_text(entry, "note", long_text);
	assert_int_equal(chain_log_append(place->log, entry, NULL, NULL), 0);
	chain_place_append_all(place, 2, 3);
	free(long_text);
	chain_place_assert_intact(place, 3);
}

/* What is left of a write that a crash cut off is not read, and cut off by the next writer. */
static void test_torn_tail(void **state)
{
	const struct chain_place *place = *state;
	chain_place_append_all(place, 1, 3);
	struct buffer whole = contents(place->first);
	const char *last = strstr(whole.data, "{\"seq\":3");
	for (size_t len = 1; len < whole.len - (size_t)(last - whole.data); len += 9) {
		chain_place_overwrite(place->first, whole.data, (size_t)(last - whole.data) + len);
		struct visited visited = {0};
		assert_int_equal(chain_log_each(place->log, 1, visit, &visited, NULL), 0);
		assert_int_equal(visited.count, 2);
		struct chain_state found = chain_place_check(place);
		assert_true(found.intact && found.torn);
		assert_int_equal(found.lines, 2);
		chain_place_append_all(place, 3, 3);
		chain_place_assert_intact(place, 3);
	}
	/* The same where nothing whole is left, and where the torn part is long. */
	chain_place_overwrite(place->first, "{\"seq\":", 7);
	chain_place_append_all(place, 1, 1);
	chain_place_assert_intact(place, 1);
	for (int i = 0; i < 5000; i++)
		chain_place_add(place->first, "a torn line that is longer than one read ");
	assert_true(chain_place_check(place).torn);
	chain_place_append_all(place, 2, 2);
	chain_place_assert_intact(place, 2);
	buffer_release(&whole);
}

static void assert_damaged_at(const struct chain_place *place, uint64_t line, uint64_t lines)
{
	struct chain_state state = chain_place_check(place);
	assert_false(state.intact);
	assert_int_equal(state.bad_line, line);
	assert_int_equal(state.lines, lines);
	struct visited visited = {0};
	struct error err;
	char words[40];
	snprintf(words, sizeof(words), "000001.jsonl, line %u:", (unsigned)line);
	assert_int_equal(chain_log_each(place->log, 1, visit, &visited, &err), ERR_DAMAGED);
	if (!strstr(err.message, words))
		fail_msg("'%s' lacks '%s'", err.message, words);
	assert_int_equal(visited.count, line - 1);
}

static void test_tampered(void **state)
{
	const struct chain_place *place = *state;
	chain_place_append_all(place, 1, 10);
	struct buffer whole = contents(place->first);
	char *fourth = strstr(whole.data, "{\"seq\":4"), *fifth = strstr(whole.data, "{\"seq\":5");
	char *n = strstr(fourth, "\"n\":4") + 4;

	*n = '5'; /* well-formed, but the next line knows better */
	chain_place_overwrite(place->first, whole.data, whole.len);
	assert_damaged_at(place, 5, 10);
	*n = '}';
	chain_place_overwrite(place->first, whole.data, whole.len);
	assert_damaged_at(place, 4, 10);
	*n = '4';

	struct buffer without = {0};
	buffer_add(&without, whole.data, (size_t)(fourth - whole.data));
	buffer_puts(&without, fifth);
	chain_place_overwrite(place->first, without.data, without.len);
	assert_damaged_at(place, 4, 9);

	buffer_clear(&without);
	buffer_add(&without, whole.data, (size_t)(fifth - whole.data));
	buffer_puts(&without, fourth);
	chain_place_overwrite(place->first, without.data, without.len);
	assert_damaged_at(place, 5, 11);

	chain_place_overwrite(place->first, fourth, strlen(fourth));
	assert_damaged_at(place, 1, 7);
	buffer_release(&without);
	buffer_release(&whole);
}

/* A line that continues the one before but has another number than the next. */
static void test_wrong_number(void **state)
{
	const struct chain_place *place = *state;
	char digest[DIGEST_HEX_SIZE] = CHAIN_PLACE_ZEROS;
	assert_int_equal(mkdir(place->log, 0777), 0);
	chain_place_write_segment(place->second, 1, 2, digest);
	struct buffer two = contents(place->second);
	assert_int_equal(unlink(place->second), 0);
	char *second = strstr(two.data, "{\"seq\":2");
	second[7] = '3';
	chain_place_overwrite(place->first, two.data, two.len);
	assert_damaged_at(place, 2, 2);
	second[7] = '2';
	chain_place_overwrite(place->first, two.data, two.len);
	chain_place_assert_intact(place, 2);
	buffer_release(&two);
}

/* Every bit of every line counts. */
static void test_every_flip_is_found(void **state)
{
	const struct chain_place *place = *state;
	chain_place_append_all(place, 1, 3);
	struct buffer whole = contents(place->first);
	const char *last = strstr(whole.data, "{\"seq\":3");
	for (size_t i = 0; i < (size_t)(last - whole.data); i++) {
		whole.data[i] ^= 1;
		chain_place_overwrite(place->first, whole.data, whole.len);
		whole.data[i] ^= 1;
		struct chain_state found = chain_place_check(place);
		assert_false(found.intact);
		assert_in_range(found.bad_line, 1, 3);
	}
	buffer_release(&whole);
}

static void test_damaged_end_takes_nothing(void **state)
{
	const struct chain_place *place = *state;
	static const char *const ends[] = {"garbage\n", "\n", "5\n", "{\"seq\":\"3\"}\n",
		"{\"seq\":0}\n", "{\"seq\":10001}\n", "{\"seq\":-1}\n",
		"{\"seq\":9223372036854775807}\n"};
	chain_place_append_all(place, 1, 2);
	struct buffer whole = contents(place->first);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct error err;
		chain_place_overwrite(place->first, whole.data, whole.len);
		chain_place_add(place->first, ends[i]);
		assert_int_equal(chain_place_append(place, 3, &err), ERR_DAMAGED);
		assert_non_null(strstr(err.message, place->first));
		struct buffer after = contents(place->first);
		assert_int_equal(after.len, whole.len + strlen(ends[i]));
		buffer_release(&after);
	}
	buffer_release(&whole);
	unlink(place->first);
	assert_int_equal(mkdir(place->first, 0777), 0);
	assert_int_equal(chain_place_append(place, 3, NULL), ERR_DAMAGED);
}

static void test_segments(void **state)
{
	const struct chain_place *place = *state;
	char digest[DIGEST_HEX_SIZE] = CHAIN_PLACE_ZEROS;
	assert_int_equal(mkdir(place->log, 0777), 0);
	chain_place_write_segment(place->first, 1, CHAIN_LOG_SEGMENT_LINES - 1, digest);
	chain_place_append_all(place, 10000, 10000);
	assert_false(path_exists(place->second));
	chain_place_append_all(place, 10001, 10003);
	assert_true(path_exists(place->second));
	chain_place_assert_intact(place, 10003);
	struct visited visited = {0};
	assert_int_equal(chain_log_each(place->log, 1, visit, &visited, NULL), 0);
	assert_int_equal(visited.count, 10003);

	/* Only the segment that holds the first wanted line is read. */
	struct buffer whole = contents(place->first);
	chain_place_overwrite(place->first, "garbage\n", 8);
	visited = (struct visited){0};
	assert_int_equal(chain_log_each(place->log, 10002, visit, &visited, NULL), 0);
	assert_int_equal(visited.first, 10002);
	assert_int_equal(visited.count, 2);
	assert_int_equal(chain_log_each(place->log, 10000, visit, &visited, NULL), ERR_DAMAGED);

	/* A segment begun and not written to, or torn in its first line. */
	chain_place_overwrite(place->first, whole.data, whole.len);
	chain_place_overwrite(place->second, "", 0);
	chain_place_append_all(place, 10001, 10001);
	chain_place_assert_intact(place, 10001);
	chain_place_overwrite(place->second, "{\"se", 4);
	assert_true(chain_place_check(place).torn);
	chain_place_append_all(place, 10001, 10002);
	chain_place_assert_intact(place, 10002);
	buffer_release(&whole);
}

static void test_damaged_segments(void **state)
{
	const struct chain_place *place = *state;
	char digest[DIGEST_HEX_SIZE] = CHAIN_PLACE_ZEROS;
	struct error err;
	struct visited visited = {0};
	assert_int_equal(mkdir(place->log, 0777), 0);
	chain_place_write_segment(place->first, 1, CHAIN_LOG_SEGMENT_LINES, digest);
	chain_place_append_all(place, 10001, 10002);
	struct buffer whole = contents(place->first);

	chain_place_overwrite(place->first, whole.data, whole.len - 1);
	struct chain_state found = chain_place_check(place);
	assert_false(found.intact || found.torn);
	assert_int_equal(found.bad_line, 10000);

	unlink(place->first);
	found = chain_place_check(place);
	assert_false(found.intact);
	assert_int_equal(found.bad_line, 1);
	assert_int_equal(found.lines, 2);
	assert_int_equal(chain_log_each(place->log, 1, visit, &visited, &err), ERR_DAMAGED);
	assert_non_null(strstr(err.message, "000001.jsonl"));

	chain_place_overwrite(place->second, "", 0);
	assert_int_equal(chain_place_append(place, 10001, &err), ERR_DAMAGED);
	chain_place_overwrite(place->first, "", 0);
	assert_int_equal(chain_place_append(place, 10001, &err), ERR_DAMAGED);
	buffer_release(&whole);
}

int main(void)
{
#define TEST(function)                                                                             \
	cmocka_unit_test_setup_teardown(function, chain_place_set_up, chain_place_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_format),
		TEST(test_read),
		TEST(test_no_log),
		TEST(test_broken_entry),
		TEST(test_torn_tail),
		TEST(test_tampered),
		TEST(test_wrong_number),
		TEST(test_every_flip_is_found),
		TEST(test_damaged_end_takes_nothing),
		TEST(test_segments),
		TEST(test_damaged_segments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

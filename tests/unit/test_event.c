/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/disk.h"
#include "store/chain_log.h"
#include "store/event.h"
#include "tests/unit/kept_disc_fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define UUID "e0000000-0000-4000-8000-000000000001"

static int set_up(void **state)
{
	struct kept_disc *disc = calloc(1, sizeof(*disc));
	assert_non_null(disc);
	kept_disc_make(disc, 4);
	*state = disc;
	return 0;
}

static int tear_down(void **state)
{
	disk_set_hook(NULL, NULL);
	kept_disc_remove(*state);
	free(*state);
	return 0;
}

static struct event make_event(const char *text)
{
	return (struct event){
		.uuid = UUID,
		.time = 1795348800,
		.type = "fix",
		.outcome = "war",
		.version = "v1",
		.detail = text,
		.note = text,
		.software = "Theca",
		.person = text,
		.result = jv_new_object(),
	};
}

/* The last line of the log as text; the caller frees. */
static int keep_line(void *context, uint64_t seq, const struct jv *entry)
{
	struct buffer *line = context;
	(void)seq;
	buffer_clear(line);
	return jv_dump(entry, JV_COMPACT, line, NULL);
}

static char *last_line(const struct kept_disc *disc)
{
	struct buffer line = {0};
	struct chain_state chain;
	char *log = object_log_directory(disc->object);
	assert_int_equal(chain_log_check(log, &chain, NULL), 0);
	assert_true(chain.intact && !chain.torn);
	assert_int_equal(chain_log_each(log, 1, keep_line, &line, NULL), 0);
	free(log);
	return buffer_steal(&line);
}

static void line_of_an_event(void **state)
{
	struct kept_disc *disc = *state;
	struct event event = make_event("theca verify");
	assert_int_equal(event_append(disc->object, &event, NULL), 0);
	assert_null(event.result); /* taken over */
	char *line = last_line(disc);
	char *after_prev = strstr(line, "\"time\"");
	assert_non_null(after_prev);
	assert_string_equal(after_prev,
		"\"time\":\"2026-11-22T12:00:00Z\",\"type\":\"event\",\"uuid\":\"" UUID
		"\",\"event\":\"fix\",\"outcome\":\"war\",\"version\":\"v1\","
		"\"detail\":\"theca verify\",\"note\":\"theca verify\",\"agents\":["
		"{\"role\":\"exe\",\"name\":\"Theca\",\"type\":\"software\"},"
		"{\"role\":\"imp\",\"name\":\"theca verify\",\"type\":\"person\"}],\"result\":{}}");
	free(line);
}

static void what_is_not_known_is_left_out(void **state)
{
	struct kept_disc *disc = *state;
	struct event event = make_event(NULL);
	jv_free(event.result);
	event.result = NULL;
	assert_int_equal(event_append(disc->object, &event, NULL), 0);
	char *line = last_line(disc);
	static const char *const absent[] = {"detail", "note", "imp", "result"};
	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
		assert_null(strstr(line, absent[i]));
	free(line);
}

static int find_note(void *context, uint64_t seq, const struct jv *entry)
{
	struct buffer *note = context;
	(void)seq;
	buffer_clear(note);
	jv_get_bytes(entry, "note", note);
	return 0;
}

static void hostile_words(void **state)
{
	static const char hostile[] = "\x1b[2J\xff%41\r\n\"}\xed\xa0\x80";
	struct kept_disc *disc = *state;
	struct event event = make_event(hostile);
	struct buffer note = {0};
	assert_int_equal(event_append(disc->object, &event, NULL), 0);
	char *log = object_log_directory(disc->object);
	assert_int_equal(chain_log_each(log, 1, find_note, &note, NULL), 0);
	assert_string_equal(buffer_text(&note), hostile);
	buffer_release(&note);
	free(log);
}

static void found_by_its_uuid(void **state)
{
	struct kept_disc *disc = *state;
	struct event event = make_event("x");
	bool logged = true;
	assert_int_equal(event_is_logged(disc->object, UUID, &logged, NULL), 0);
	assert_false(logged);
	assert_int_equal(event_append(disc->object, &event, NULL), 0);
	assert_int_equal(event_is_logged(disc->object, UUID, &logged, NULL), 0);
	assert_true(logged);
	assert_int_equal(event_is_logged(disc->object, "e0000000", &logged, NULL), 0);
	assert_false(logged);
}

static int refuse(void *context, enum disk_call call, const char *path, const char *to)
{
	(void)call;
	(void)path;
	(void)to;
	return *(const int *)context;
}

/* An event that could not be written is reported, and not in the log. */
static void read_only_store(void **state)
{
	struct kept_disc *disc = *state;
	int number = EROFS;
	bool logged = true;
	struct event event = make_event("x");
	disk_set_hook(refuse, &number);
	assert_int_equal(event_append(disc->object, &event, NULL), ERR_PERMISSION);
	assert_null(event.result);
	disk_set_hook(NULL, NULL);
	assert_int_equal(event_is_logged(disc->object, UUID, &logged, NULL), 0);
	assert_false(logged);
}

#define DISC_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DISC_TEST(line_of_an_event),
		DISC_TEST(what_is_not_known_is_left_out),
		DISC_TEST(hostile_words),
		DISC_TEST(found_by_its_uuid),
		DISC_TEST(read_only_store),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/disk.h"
#include "base/path.h"
#include "store/chain_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* A directory of the test's own, and a log in it that does not exist yet. */
struct place {
	char directory[64];
	char log[80];
	char first[100]; /* its segments */
	char second[100];
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	assert_non_null(place);
	strcpy(place->directory, "/tmp/theca-chain-XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	snprintf(place->log, sizeof(place->log), "%s/log", place->directory);
	snprintf(place->first, sizeof(place->first), "%s/000001.jsonl", place->log);
	snprintf(place->second, sizeof(place->second), "%s/000002.jsonl", place->log);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	disk_set_hook(NULL, NULL);
	clock_set(NULL);
	int status = disk_remove_tree(place->directory, NULL);
	free(place);
	return status;
}

static int append(const struct place *place, int number, struct error *err)
{
	struct jv *entry = jv_new_object();
	jv_set_text(entry, "type", "test");
	jv_set_int(entry, "n", number);
	return chain_log_append(place->log, entry, NULL, err);
}

static void append_all(const struct place *place, int from, int to)
{
	struct error err;
	for (int i = from; i <= to; i++)
		if (append(place, i, &err))
			fail_msg("%s", err.message);
}

static struct chain_state check(const struct place *place)
{
	struct chain_state state;
	struct error err;
	if (chain_log_check(place->log, &state, &err))
		fail_msg("%s", err.message);
	return state;
}

static void assert_intact(const struct place *place, uint64_t lines)
{
	struct chain_state state = check(place);
	assert_true(state.intact);
	assert_int_equal(state.bad_line, 0);
	assert_int_equal(state.lines, lines);
	assert_false(state.torn);
}

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

static void overwrite(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void add_to_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "ab");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
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
	const struct place *place = *state;
	char head[65], digest[DIGEST_HEX_SIZE];
	struct buffer expected = {0};
	clock_set(november);
	append_all(place, 1, 1);
	struct jv *entry = jv_new_object();
	jv_set_text(entry, "type", "event");
	jv_set_text(entry, "time", "2026-01-02T03:04:05+01:00");
	assert_int_equal(chain_log_append(place->log, entry, head, NULL), 0);

	const char *first = "{\"seq\":1,\"prev\":\"" ZEROS "\",\"time\":\"2026-11-22T15:04:05Z\","
			    "\"type\":\"test\",\"n\":1}";
	assert_int_equal(digest_bytes(DIGEST_SHA256, first, strlen(first), digest, NULL), 0);
	buffer_printf(&expected, "%s\n{\"seq\":2,\"prev\":\"%s\",\"time\":\"2026-01-02T03:04:05+01:00\","
		"\"type\":\"event\"}\n", first, digest);
	struct buffer got = contents(place->first);
	assert_string_equal(got.data, expected.data);

	const char *second = strchr(got.data, '\n') + 1;
	assert_int_equal(digest_bytes(DIGEST_SHA256, second, strlen(second) - 1, digest, NULL), 0);
	assert_string_equal(head, digest);
	assert_string_equal(check(place).head, digest);
	buffer_release(&got);
	buffer_release(&expected);
}

static void test_read(void **state)
{
	const struct place *place = *state;
	append_all(place, 1, 20);
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
	assert_intact(place, 20);
}

static void test_no_log(void **state)
{
	const struct place *place = *state;
	struct visited visited = {0};
	struct place nowhere = *place;
	assert_int_equal(chain_log_each(place->log, 1, visit, &visited, NULL), 0);
	assert_intact(place, 0);
	assert_string_equal(check(place).head, ZEROS);
	/* A log is made where its parent is, not in the place of an object that has gone. */
	snprintf(nowhere.log, sizeof(nowhere.log), "%s/gone/logs", place->directory);
	assert_int_equal(append(&nowhere, 1, NULL), ERR_NOT_FOUND);
	nowhere.log[strlen(place->directory) + 5] = '\0';
	assert_false(path_exists(nowhere.log));
}

static void test_broken_entry(void **state)
{
	const struct place *place = *state;
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
	append_all(place, 2, 3);
	free(long_text);
	assert_intact(place, 3);
}

/* What is left of a write that a crash cut off is not read, and cut off by the next writer. */
static void test_torn_tail(void **state)
{
	const struct place *place = *state;
	append_all(place, 1, 3);
	struct buffer whole = contents(place->first);
	const char *last = strstr(whole.data, "{\"seq\":3");
	for (size_t len = 1; len < whole.len - (size_t)(last - whole.data); len += 9) {
		overwrite(place->first, whole.data, (size_t)(last - whole.data) + len);
		struct visited visited = {0};
		assert_int_equal(chain_log_each(place->log, 1, visit, &visited, NULL), 0);
		assert_int_equal(visited.count, 2);
		struct chain_state found = check(place);
		assert_true(found.intact && found.torn);
		assert_int_equal(found.lines, 2);
		append_all(place, 3, 3);
		assert_intact(place, 3);
	}
	/* The same where nothing whole is left, and where the torn part is long. */
	overwrite(place->first, "{\"seq\":", 7);
	append_all(place, 1, 1);
	assert_intact(place, 1);
	for (int i = 0; i < 5000; i++)
		add_to_file(place->first, "a torn line that is longer than one read ");
	assert_true(check(place).torn);
	append_all(place, 2, 2);
	assert_intact(place, 2);
	buffer_release(&whole);
}

static void assert_damaged_at(const struct place *place, uint64_t line, uint64_t lines)
{
	struct chain_state state = check(place);
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
	const struct place *place = *state;
	append_all(place, 1, 10);
	struct buffer whole = contents(place->first);
	char *fourth = strstr(whole.data, "{\"seq\":4"), *fifth = strstr(whole.data, "{\"seq\":5");
	char *n = strstr(fourth, "\"n\":4") + 4;

	*n = '5'; /* well-formed, but the next line knows better */
	overwrite(place->first, whole.data, whole.len);
	assert_damaged_at(place, 5, 10);
	*n = '}';
	overwrite(place->first, whole.data, whole.len);
	assert_damaged_at(place, 4, 10);
	*n = '4';

	struct buffer without = {0};
	buffer_add(&without, whole.data, (size_t)(fourth - whole.data));
	buffer_puts(&without, fifth);
	overwrite(place->first, without.data, without.len);
	assert_damaged_at(place, 4, 9);

	buffer_clear(&without);
	buffer_add(&without, whole.data, (size_t)(fifth - whole.data));
	buffer_puts(&without, fourth);
	overwrite(place->first, without.data, without.len);
	assert_damaged_at(place, 5, 11);

	overwrite(place->first, fourth, strlen(fourth));
	assert_damaged_at(place, 1, 7);
	buffer_release(&without);
	buffer_release(&whole);
}

/* Every bit of every line counts. */
static void test_every_flip_is_found(void **state)
{
	const struct place *place = *state;
	append_all(place, 1, 3);
	struct buffer whole = contents(place->first);
	const char *last = strstr(whole.data, "{\"seq\":3");
	for (size_t i = 0; i < (size_t)(last - whole.data); i++) {
		whole.data[i] ^= 1;
		overwrite(place->first, whole.data, whole.len);
		whole.data[i] ^= 1;
		struct chain_state found = check(place);
		assert_false(found.intact);
		assert_in_range(found.bad_line, 1, 3);
	}
	buffer_release(&whole);
}

static void test_damaged_end_takes_nothing(void **state)
{
	const struct place *place = *state;
	static const char *const ends[] = {"garbage\n", "\n", "5\n", "{\"seq\":\"3\"}\n", "{\"seq\":0}\n",
		"{\"seq\":10001}\n", "{\"seq\":-1}\n", "{\"seq\":9223372036854775807}\n"};
	append_all(place, 1, 2);
	struct buffer whole = contents(place->first);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct error err;
		overwrite(place->first, whole.data, whole.len);
		add_to_file(place->first, ends[i]);
		assert_int_equal(append(place, 3, &err), ERR_DAMAGED);
		assert_non_null(strstr(err.message, place->first));
		struct buffer after = contents(place->first);
		assert_int_equal(after.len, whole.len + strlen(ends[i]));
		buffer_release(&after);
	}
	buffer_release(&whole);
	unlink(place->first);
	assert_int_equal(mkdir(place->first, 0777), 0);
	assert_int_equal(append(place, 3, NULL), ERR_DAMAGED);
}

/* Writes a segment's file as chain_log_append would, without a sync for each line. */
static void write_segment(const char *path, unsigned first, unsigned count, char digest[DIGEST_HEX_SIZE])
{
	struct buffer text = {0};
	for (unsigned seq = first; seq < first + count; seq++) {
		size_t start = text.len;
		buffer_printf(&text, "{\"seq\":%u,\"prev\":\"%s\",\"type\":\"test\",\"n\":%u}", seq, digest,
			seq);
		assert_int_equal(digest_bytes(DIGEST_SHA256, text.data + start, text.len - start,
					 digest, NULL),
			0);
		buffer_putc(&text, '\n');
	}
	overwrite(path, text.data, text.len);
	buffer_release(&text);
}

static void test_segments(void **state)
{
	const struct place *place = *state;
	char digest[DIGEST_HEX_SIZE] = ZEROS;
	assert_int_equal(mkdir(place->log, 0777), 0);
	write_segment(place->first, 1, CHAIN_LOG_SEGMENT_LINES - 1, digest);
	append_all(place, 10000, 10000);
	assert_false(path_exists(place->second));
	append_all(place, 10001, 10003);
	assert_true(path_exists(place->second));
	assert_intact(place, 10003);
	struct visited visited = {0};
	assert_int_equal(chain_log_each(place->log, 1, visit, &visited, NULL), 0);
	assert_int_equal(visited.count, 10003);

	/* Only the segment that holds the first wanted line is read. */
	struct buffer whole = contents(place->first);
	overwrite(place->first, "garbage\n", 8);
	visited = (struct visited){0};
	assert_int_equal(chain_log_each(place->log, 10002, visit, &visited, NULL), 0);
	assert_int_equal(visited.first, 10002);
	assert_int_equal(visited.count, 2);
	assert_int_equal(chain_log_each(place->log, 10000, visit, &visited, NULL), ERR_DAMAGED);

	/* A segment begun and not written to, or torn in its first line. */
	overwrite(place->first, whole.data, whole.len);
	overwrite(place->second, "", 0);
	append_all(place, 10001, 10001);
	assert_intact(place, 10001);
	overwrite(place->second, "{\"se", 4);
	assert_true(check(place).torn);
	append_all(place, 10001, 10002);
	assert_intact(place, 10002);
	buffer_release(&whole);
}

static void test_damaged_segments(void **state)
{
	const struct place *place = *state;
	char digest[DIGEST_HEX_SIZE] = ZEROS;
	struct error err;
	struct visited visited = {0};
	assert_int_equal(mkdir(place->log, 0777), 0);
	write_segment(place->first, 1, CHAIN_LOG_SEGMENT_LINES, digest);
	append_all(place, 10001, 10002);
	struct buffer whole = contents(place->first);

	overwrite(place->first, whole.data, whole.len - 1);
	struct chain_state found = check(place);
	assert_false(found.intact || found.torn);
	assert_int_equal(found.bad_line, 10000);

	unlink(place->first);
	found = check(place);
	assert_false(found.intact);
	assert_int_equal(found.bad_line, 1);
	assert_int_equal(found.lines, 2);
	assert_int_equal(chain_log_each(place->log, 1, visit, &visited, &err), ERR_DAMAGED);
	assert_non_null(strstr(err.message, "000001.jsonl"));

	overwrite(place->second, "", 0);
	assert_int_equal(append(place, 10001, &err), ERR_DAMAGED);
	overwrite(place->first, "", 0);
	assert_int_equal(append(place, 10001, &err), ERR_DAMAGED);
	buffer_release(&whole);
}

/* ---- crashes: the process ends at the Nth call that changes the disk ---- */

struct crash {
	int calls_left;
	bool torn; /* a write that is cut off leaves its first half */
};

static int crash_hook(void *context, enum disk_call call, const char *path, const char *to)
{
	struct crash *crash = context;
	(void)to;
	if (crash->calls_left--)
		return 0;
	if (call == DISK_WRITE && crash->torn)
		add_to_file(path, "{\"seq\":3,\"prev\":\"01");
	_exit(42);
}

/* Appends in a process that ends at its Nth call; whether it came to the end. */
static bool append_and_crash(const struct place *place, int number, int calls, bool torn)
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child) {
		struct crash crash = {calls, torn};
		disk_set_hook(crash_hook, &crash);
		_exit(append(place, number, NULL) ? 1 : 0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 42);
	return WEXITSTATUS(status) == 0;
}

/* After a crash at each call the log holds `before` lines or one more, and takes the next. Returns the number of calls. */
static int crash_everywhere(const struct place *place, uint64_t before, bool torn,
	void (*prepare)(const struct place *place))
{
	for (int calls = 0;; calls++) {
		prepare(place);
		bool done = append_and_crash(place, (int)before + 1, calls, torn);
		struct chain_state state = check(place);
		assert_true(state.intact);
		assert_in_range(state.lines, before + done, before + 1);
		append_all(place, 100, 100);
		assert_intact(place, state.lines + 1);
		if (done)
			return calls;
	}
}

static void prepare_nothing(const struct place *place)
{
	assert_int_equal(disk_remove_tree(place->log, NULL), 0);
}

static void prepare_two(const struct place *place)
{
	prepare_nothing(place);
	append_all(place, 1, 2);
}

static void prepare_torn(const struct place *place)
{
	prepare_two(place);
	add_to_file(place->first, "{\"seq\":3,");
}

static void prepare_full(const struct place *place)
{
	char digest[DIGEST_HEX_SIZE] = ZEROS;
	prepare_nothing(place);
	assert_int_equal(mkdir(place->log, 0777), 0);
	write_segment(place->first, 1, CHAIN_LOG_SEGMENT_LINES, digest);
}

static void test_crashes(void **state)
{
	const struct place *place = *state;
	for (int torn = 0; torn < 2; torn++) {
		/* make the directory, create, sync it and its parent, write, sync */
		assert_int_equal(crash_everywhere(place, 0, torn, prepare_nothing), 6);
		assert_int_equal(crash_everywhere(place, 2, torn, prepare_two), 3);
		assert_int_equal(crash_everywhere(place, 2, torn, prepare_torn), 6);
		assert_int_equal(crash_everywhere(place, 10000, torn, prepare_full), 4);
	}
}

/* ---- errors: the Nth call fails, and so do all after it, or it alone ---- */

struct fault {
	int calls_left;
	bool lasting;
};

static int fault_hook(void *context, enum disk_call call, const char *path, const char *to)
{
	struct fault *fault = context;
	(void)call, (void)path, (void)to;
	int left = fault->calls_left--;
	return left == 0 || (left < 0 && fault->lasting) ? ENOSPC : 0;
}

static void test_full_disk(void **state)
{
	const struct place *place = *state;
	for (int lasting = 0; lasting < 2; lasting++) {
		int status = 1;
		for (int calls = 0; status; calls++) {
			struct fault fault = {calls, lasting};
			struct error err = {0};
			prepare_torn(place);
			disk_set_hook(fault_hook, &fault);
			status = append(place, 3, &err);
			disk_set_hook(NULL, NULL);
			struct chain_state found = check(place);
			assert_true(found.intact);
			if (status)
				assert_int_equal(status, ERR_NO_SPACE);
			/* An error means that the line is not there, while the disk can still be told so. */
			if (status && !lasting)
				assert_int_equal(found.lines, 2);
			append_all(place, 4, 4);
			assert_intact(place, found.lines + 1);
		}
	}
}

static void append_in_child(const struct place *place, int count)
{
	alarm(60); /* rather than wait for a lock for ever */
	for (int i = 0; i < count; i++)
		if (append(place, i, NULL))
			_exit(1);
	_exit(0);
}

static void test_many_writers(void **state)
{
	const struct place *place = *state;
	pid_t children[4];
	for (int i = 0; i < 4; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (!children[i])
			append_in_child(place, 50);
	}
	for (int i = 0; i < 4; i++) {
		int status;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	assert_intact(place, 200);
}

static void test_held_lock(void **state)
{
	const struct place *place = *state;
	int lock;
	assert_int_equal(chain_log_lock(place->log, &lock, NULL), 0);
	struct jv *entry = jv_new_object();
	jv_set_text(entry, "type", "test");
	assert_int_equal(chain_log_append_locked(place->log, entry, NULL, NULL), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child)
		append_in_child(place, 1);
	usleep(100000);
	assert_intact(place, 1);
	chain_log_unlock(lock);
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_intact(place, 2);
	chain_log_unlock(-1);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_format),
		TEST(test_read),
		TEST(test_no_log),
		TEST(test_broken_entry),
		TEST(test_torn_tail),
		TEST(test_tampered),
		TEST(test_every_flip_is_found),
		TEST(test_damaged_end_takes_nothing),
		TEST(test_segments),
		TEST(test_damaged_segments),
		TEST(test_crashes),
		TEST(test_full_disk),
		TEST(test_many_writers),
		TEST(test_held_lock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

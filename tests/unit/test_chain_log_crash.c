/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chain logs through crashes, full disks and several writers at once.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/disk.h"
#include "tests/unit/chain_fixture.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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
		chain_place_add(path, "{\"seq\":3,\"prev\":\"01");
	_exit(42);
}

/* Appends in a process that ends at its Nth call; whether it came to the end. */
static bool append_and_crash(const struct chain_place *place, int number, int calls, bool torn)
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child) {
		struct crash crash = {calls, torn};
		disk_set_hook(crash_hook, &crash);
		_exit(chain_place_append(place, number, NULL) ? 1 : 0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 42);
	return WEXITSTATUS(status) == 0;
}

/*
 * After a crash at each call the log holds `before` lines or one more, and takes the next.
 * Returns the number of calls.
 */
static int crash_everywhere(const struct chain_place *place, uint64_t before, bool torn,
	void (*prepare)(const struct chain_place *place))
{
	for (int calls = 0;; calls++) {
		prepare(place);
		bool done = append_and_crash(place, (int)before + 1, calls, torn);
		struct chain_state state = chain_place_check(place);
		assert_true(state.intact);
		assert_in_range(state.lines, before + done, before + 1);
		chain_place_append_all(place, 100, 100);
		chain_place_assert_intact(place, state.lines + 1);
		if (done)
			return calls;
	}
}

static void prepare_nothing(const struct chain_place *place)
{
	assert_int_equal(disk_remove_tree(place->log, NULL), 0);
}

static void prepare_two(const struct chain_place *place)
{
	prepare_nothing(place);
	chain_place_append_all(place, 1, 2);
}

static void prepare_torn(const struct chain_place *place)
{
	prepare_two(place);
	chain_place_add(place->first, "{\"seq\":3,");
}

static void prepare_full(const struct chain_place *place)
{
	char digest[DIGEST_HEX_SIZE] = CHAIN_PLACE_ZEROS;
	prepare_nothing(place);
	assert_int_equal(mkdir(place->log, 0777), 0);
	chain_place_write_segment(place->first, 1, CHAIN_LOG_SEGMENT_LINES, digest);
}

static void test_crashes(void **state)
{
	const struct chain_place *place = *state;
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
	const struct chain_place *place = *state;
	for (int lasting = 0; lasting < 2; lasting++) {
		int status = 1;
		for (int calls = 0; status; calls++) {
			struct fault fault = {calls, lasting};
			struct error err = {0};
			prepare_torn(place);
			disk_set_hook(fault_hook, &fault);
			status = chain_place_append(place, 3, &err);
			disk_set_hook(NULL, NULL);
			struct chain_state found = chain_place_check(place);
			assert_true(found.intact);
			if (status)
				assert_int_equal(status, ERR_NO_SPACE);
			/*
			 * An error means that the line is not there, while the disk can still be
			 * told so.
			 */
			if (status && !lasting)
				assert_int_equal(found.lines, 2);
			chain_place_append_all(place, 4, 4);
			chain_place_assert_intact(place, found.lines + 1);
		}
	}
}

static void append_in_child(const struct chain_place *place, int count)
{
	alarm(60); /* rather than wait for a lock for ever */
	for (int i = 0; i < count; i++)
		if (chain_place_append(place, i, NULL))
			_exit(1);
	_exit(0);
}

static void test_many_writers(void **state)
{
	const struct chain_place *place = *state;
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
	chain_place_assert_intact(place, 200);
}

static void test_held_lock(void **state)
{
	const struct chain_place *place = *state;
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
	chain_place_assert_intact(place, 1);
	chain_log_unlock(lock);
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	chain_place_assert_intact(place, 2);
	chain_log_unlock(-1);
}

int main(void)
{
#define TEST(function)                                                                             \
	cmocka_unit_test_setup_teardown(function, chain_place_set_up, chain_place_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_crashes),
		TEST(test_full_disk),
		TEST(test_many_writers),
		TEST(test_held_lock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

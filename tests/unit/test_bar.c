/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "cli/bar.h"
#include "cli/signals.h"
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TB 1000000000000u
#define LONG 1e6 /* seconds: so long that no delay of this test changes a rate */

/* What bars write to stderr goes to a file meanwhile. */
static int saved_stderr;

static void begin_listening(void **state)
{
	fflush(stderr);
	saved_stderr = dup(STDERR_FILENO);
	int fd = open(scratch_path(*state, "out"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	dup2(fd, STDERR_FILENO);
	close(fd);
}

/* The caller frees. */
static char *heard(void **state)
{
	fflush(stderr);
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	return scratch_read(scratch_path(*state, "out"), NULL);
}

/* Reports as if the last look were long ago, so that the bar is drawn. */
static bool report(struct bar *bar, const char *phase, uint64_t done, uint64_t total, uint64_t bad)
{
	const struct progress_state state = {phase, done, total, bad};
	bar->last_drawn -= 3600;
	return progress_report(&bar->progress, &state);
}

/* The same LONG after the phase began, for a known rate. */
static void report_later(struct bar *bar, uint64_t done, uint64_t total, uint64_t bad)
{
	for (size_t i = 0; i < sizeof(bar->window_time) / sizeof(double); i++)
		bar->window_time[i] -= LONG;
	report(bar, bar->phase, done, total, bad);
}

static void nothing_when_quiet(void **state)
{
	struct bar bar;
	begin_listening(state);
	bar_init(&bar, true, BAR_CD, "x.iso");
	bool going = report(&bar, "copying", 1, 2, 0);
	bar_clear(&bar);
	char *text = heard(state);
	assert_true(going);
	assert_string_equal(text, "");
	free(text);
}

static void plain_lines(void **state)
{
	struct bar bar;
	begin_listening(state);
	bar_init(&bar, false, BAR_PLAIN, "x.iso");
	report(&bar, "copying", 0, 5 * TB + 50000000, 0);
	report_later(&bar, 5 * TB, 5 * TB + 50000000, 12);
	bar_clear(&bar);
	char *text = heard(state);
	assert_non_null(strstr(text, "x.iso: copying"));
	assert_non_null(strstr(text, " 99%  5.00 TB of 5.00 TB  5.00 MB/s  left 0:10  bad 12\n"));
	assert_null(strchr(text, '\r'));
	assert_null(strchr(text, '\033'));
	free(text);
}

static void plain_lines_are_seldom(void **state)
{
	const struct progress_state progress = {"copying", 1, 2, 0};
	struct bar bar;
	begin_listening(state);
	bar_init(&bar, false, BAR_PLAIN, "x.iso");
	for (int i = 0; i < 1000; i++)
		progress_report(&bar.progress, &progress);
	char *text = heard(state);
	assert_string_equal(text, "");
	free(text);
}

static void terminal_line(void **state)
{
	struct bar bar;
	begin_listening(state);
	bar_init(&bar, false, BAR_CD, "x.iso");
	bar.terminal = true;
	report(&bar, "copying", 0, 30 * TB, 0);
	report_later(&bar, 1536000000000, 30 * TB, 0); /* ten times 153,600 bytes a second */
	report(&bar, "retrying", 30 * TB, 30 * TB, 0);
	bar_clear(&bar);
	bar_clear(&bar);
	char *text = heard(state);
	assert_non_null(strstr(text, "\rcopying   [#...................]   5%"));
	assert_non_null(strstr(text, "1.54 MB/s 10.0x"));
	assert_non_null(strstr(text, "\rretrying  [####################] 100%"));
	assert_string_equal(text + strlen(text) - 4, "\r\033[K");
	assert_null(strchr(text, '\n'));
	free(text);
}

static void speeds(void **state)
{
	static const struct {
		enum bar_speed speed;
		uint64_t done, total;
		const char *words;
	} cases[] = {
		{BAR_DVD, 1385000000000, 2 * TB, "MB/s 1.0x"},
		{BAR_CD, 153600000000, TB, "154 kB/s 1.0x"},
		{BAR_ITEMS, 5500000, 6000000, "5,500,000 of 6,000,000  5/s"},
		{BAR_PLAIN, 1000, 0, "  0%"}, /* no total is known */
		{BAR_PLAIN, 1, TB, "left --"},
		{BAR_PLAIN, 10000000, 10036005, "left 1:00:00  "},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bar bar;
		begin_listening(state);
		bar_init(&bar, false, cases[i].speed, NULL);
		report(&bar, "copying", 0, cases[i].total, 0);
		report_later(&bar, cases[i].done, cases[i].total, 1);
		char *text = heard(state);
		if (!strstr(text, cases[i].words))
			fail_msg("no \"%s\" in %s", cases[i].words, text);
		free(text);
	}
}

/* A stop request reaches the work at its next report, also through a quiet bar. */
static void stop_requests(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	(void)state;
	for (size_t i = 0; i < 6; i++) {
		int status;
		pid_t pid = fork();
		if (pid == 0) {
			struct bar bar;
			catch_stop_signals();
			bar_init(&bar, i % 2, BAR_CD, NULL);
			const struct progress_state progress = {"copying", 1, 2, 0};
			bool before = progress_report(&bar.progress, &progress);
			raise(signals[i / 2]);
			raise(SIGPIPE);
			_exit(before && !progress_report(&bar.progress, &progress) ? 0 : 1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
}

static void second_request_ends_at_once(void **state)
{
	int status;
	(void)state;
	pid_t pid = fork();
	if (pid == 0) {
		catch_stop_signals();
		raise(SIGINT);
		raise(SIGINT);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_not_equal(status, 0);
}

#define SCRATCH_TEST(f) cmocka_unit_test_setup_teardown(f, scratch_set_up, scratch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(nothing_when_quiet),
		SCRATCH_TEST(plain_lines),
		SCRATCH_TEST(plain_lines_are_seldom),
		SCRATCH_TEST(terminal_line),
		SCRATCH_TEST(speeds),
		cmocka_unit_test(stop_requests),
		cmocka_unit_test(second_request_ends_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

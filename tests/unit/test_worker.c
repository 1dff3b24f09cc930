/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process that reads a drive, when all goes well and when it dies, hangs, or is left behind. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/clock.h"
#include "rip/worker.h"
#include "tests/unit/faulty_source.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECTORS 64u
#define SEED 21u
#define HANGING 0x55 /* left in the buffer */
#define MEMORY_BYTES ((size_t)64 * DISC_SECTOR_SIZE)

/* What the worker does; a word that stands for the path it is given. */
static const struct faulty_disc good = {.sectors = SECTORS, .max_read = 16, .seed = SEED};

static enum source_status die(struct sector_source *source, struct extent extent, uint8_t *buffer,
	struct sector_note *notes, struct error *err)
{
	(void)source, (void)extent, (void)buffer, (void)notes, (void)err;
	raise(SIGKILL);
	return SOURCE_OK;
}

static enum source_status leave(struct sector_source *source, struct extent extent, uint8_t *buffer,
	struct sector_note *notes, struct error *err)
{
	(void)source, (void)extent, (void)buffer, (void)notes, (void)err;
	_exit(0); /* as a library might */
}

static _Noreturn void hang_for_ever(void)
{
	for (;;)
		pause();
}

static enum source_status hang(struct sector_source *source, struct extent extent, uint8_t *buffer,
	struct sector_note *notes, struct error *err)
{
	(void)source, (void)extent, (void)notes, (void)err;
	*buffer = HANGING;
	hang_for_ever();
}

static void hang_in_close(struct sector_source *source)
{
	(void)source;
	hang_for_ever();
}

static void close_nothing(struct sector_source *source)
{
	(void)source;
}

static int open_disc(struct sector_source **out, const char *path, const struct rip_policy *policy,
	struct source_facts *facts, struct error *err)
{
	static const struct {
		const char *path;
		struct sector_source_ops ops;
	} odd[] = {
		{"dies", {die, close_nothing}},
		{"leaves", {leave, close_nothing}},
		{"hangs", {hang, close_nothing}},
		{"hangs in close", {die, hang_in_close}},
	};
	static struct sector_source source = {
		NULL, SECTORS, DISC_SECTOR_SIZE, 16, READ_CONFIRMED_BY_DRIVE};
	(void)policy, (void)err;
	facts->is_drive = true;
	disc_init_single(&facts->disc, DISC_DVD, TRACK_DATA, SECTORS);
	snprintf(facts->drive.serial, sizeof(facts->drive.serial), "%d", (int)getpid());
	snprintf(facts->drive.model, sizeof(facts->drive.model), "%d",
		scratch_count("/proc/self/fd"));
	*out = faulty_source_new(&good);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		if (!strcmp(path, odd[i].path)) {
			source.ops = &odd[i].ops;
			*out = &source;
		}
	}
	return 0;
}

static int open_bad_disc(struct sector_source **out, const char *path,
	const struct rip_policy *policy, struct source_facts *facts, struct error *err)
{
	static const struct fault fault = {.lba = 7};
	struct faulty_disc disc = good;
	(void)path;
	(void)facts;
	(void)policy, (void)err;
	disc.faults = &fault;
	disc.fault_count = 1;
	*out = faulty_source_new(&disc);
	return 0;
}

static int open_nothing(struct sector_source **out, const char *path,
	const struct rip_policy *policy, struct source_facts *facts, struct error *err)
{
	(void)out, (void)policy;
	(void)facts;
	if (!strcmp(path, "dies"))
		raise(SIGKILL);
	if (!strcmp(path, "leaves"))
		_exit(0);
	if (!strcmp(path, "hangs"))
		hang_for_ever();
	return error_set(err, ERR_PERMISSION, "you may not read %s", path);
}

/* ---- before and after ---- */

struct bench {
	uint8_t *memory;
	int descriptors;
	struct sector_source *source;
	struct source_facts facts;
	struct error err;
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	assert_non_null(bench);
	bench->memory =
		mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(bench->memory, MAP_FAILED);
	bench->descriptors = scratch_count("/proc/self/fd");
	*state = bench;
	return 0;
}

/* Whatever happened: no child is left, dead or alive, and no descriptor. */
static int tear_down(void **state)
{
	struct bench *bench = *state;
	source_close(bench->source);
	errno = 0;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(scratch_count("/proc/self/fd"), bench->descriptors);
	munmap(bench->memory, MEMORY_BYTES);
	free(bench);
	return 0;
}

static int start(struct bench *bench, const char *path, source_opener *opener, int answer_seconds)
{
	const struct rip_policy policy = {0};
	memset(&bench->err, 0, sizeof(bench->err));
	return worker_start(&bench->source, path, &policy, opener, bench->memory, MEMORY_BYTES,
		answer_seconds, &bench->facts, &bench->err);
}

static enum source_status read_at(struct bench *bench, uint32_t lba, uint32_t count, size_t offset)
{
	memset(&bench->err, 0, sizeof(bench->err));
	return source_read(
		bench->source, (struct extent){lba, count}, bench->memory + offset, &bench->err);
}

/* ---- tests ---- */

static void reads_through(void **state)
{
	struct bench *bench = *state;
	uint8_t expected[DISC_SECTOR_SIZE];
	assert_int_equal(start(bench, "x", open_disc, 30), 0);
	assert_int_equal(bench->source->sectors, SECTORS);
	assert_int_equal(bench->source->max_read, 16);
	assert_int_equal(bench->facts.sectors, SECTORS);
	assert_int_equal(bench->facts.disc.profile, DISC_DVD);
	for (uint32_t lba = 0; lba < SECTORS; lba += 16) {
		assert_int_equal(read_at(bench, lba, 16, lba * DISC_SECTOR_SIZE), SOURCE_OK);
		assert_int_equal(bench->err.code, 0);
	}
	for (uint32_t lba = 0; lba < SECTORS; lba++) {
		faulty_sector(SEED, lba, expected);
		assert_memory_equal(
			bench->memory + lba * DISC_SECTOR_SIZE, expected, DISC_SECTOR_SIZE);
	}
}

static void worker_has_nothing_but_its_socket(void **state)
{
	struct bench *bench = *state;
	int extra[3] = {dup(0), dup(0), dup(0)};
	assert_int_equal(start(bench, "x", open_disc, 30), 0);
	assert_true(
		atoi(bench->facts.drive.model) <= 3 + 1 + 1); /* and the directory being listed */
	for (int i = 0; i < 3; i++)
		close(extra[i]);
}

static void bad_sectors_come_back_as_such(void **state)
{
	struct bench *bench = *state;
	assert_int_equal(start(bench, "x", open_bad_disc, 30), 0);
	assert_int_equal(read_at(bench, 0, 8, 0), SOURCE_UNREADABLE);
	assert_string_equal(bench->err.message, "sector 7 is bad");
	assert_int_equal(read_at(bench, 0, 7, 0), SOURCE_OK);
	assert_int_equal(source_read(bench->source, (struct extent){7, 1}, bench->memory, NULL),
		SOURCE_UNREADABLE);
}

static void reads_stay_inside_the_memory(void **state)
{
	struct bench *bench = *state;
	assert_int_equal(start(bench, "x", open_disc, 30), 0);
	uint8_t elsewhere[DISC_SECTOR_SIZE];
	uint8_t *const outside[] = {elsewhere, bench->memory - 1,
		bench->memory + MEMORY_BYTES - DISC_SECTOR_SIZE + 1, bench->memory + MEMORY_BYTES};
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
		struct extent one = {0, 1};
		assert_int_equal(
			source_read(bench->source, one, outside[i], &bench->err), SOURCE_GONE);
		assert_int_equal(bench->err.code, ERR_USAGE);
	}
	assert_int_equal(read_at(bench, 0, 1, MEMORY_BYTES - DISC_SECTOR_SIZE), SOURCE_OK);
}

static void opening_fails(void **state)
{
	struct bench *bench = *state;
	assert_int_equal(start(bench, "/dev/sr0", open_nothing, 30), ERR_PERMISSION);
	assert_string_equal(bench->err.message, "you may not read /dev/sr0");
	assert_int_equal(start(bench, "dies", open_nothing, 30), ERR_IO);
	assert_int_equal(start(bench, "leaves", open_nothing, 30), ERR_IO);
	double before = clock_monotonic();
	assert_int_equal(start(bench, "hangs", open_nothing, 1), ERR_IO);
	assert_true(clock_monotonic() - before < 2.5);
	assert_non_null(strstr(bench->err.message, "not answered"));
}

static void reading_ends_the_worker(void **state)
{
	static const char *const ends[] = {"dies", "leaves"};
	struct bench *bench = *state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(start(bench, ends[i], open_disc, 30), 0);
		for (int again = 0; again < 3; again++) {
			assert_int_equal(read_at(bench, 0, 1, 0), SOURCE_GONE);
			assert_int_equal(bench->err.code, ERR_IO);
			assert_true(*bench->err.message);
		}
		source_close(bench->source);
		bench->source = NULL;
	}
}

static void reading_hangs(void **state)
{
	struct bench *bench = *state;
	assert_int_equal(start(bench, "hangs", open_disc, 1), 0);
	double before = clock_monotonic();
	assert_int_equal(read_at(bench, 0, 1, 0), SOURCE_GONE);
	double waited = clock_monotonic() - before;
	assert_true(waited >= 1 && waited < 2.5);
	assert_non_null(strstr(bench->err.message, "not answered for 1 second"));
	assert_int_equal(read_at(bench, 0, 1, 0), SOURCE_GONE);
	before = clock_monotonic();
	source_close(bench->source);
	bench->source = NULL;
	assert_true(clock_monotonic() - before < 1);
}

static void closing_hangs(void **state)
{
	struct bench *bench = *state;
	assert_int_equal(start(bench, "hangs in close", open_disc, 30), 0);
	double before = clock_monotonic();
	source_close(bench->source);
	bench->source = NULL;
	assert_true(clock_monotonic() - before < 10);
}

/* Ctrl-C reaches every process of the terminal; the worker leaves it to its parent. */
static void stop_signals_are_the_parents(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct bench *bench = *state;
	assert_int_equal(start(bench, "x", open_disc, 30), 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(kill(atoi(bench->facts.drive.serial), signals[i]), 0);
	assert_int_equal(read_at(bench, 0, 16, 0), SOURCE_OK);
}

/* A parent that is killed takes its worker along, even one that hangs. */
static void orphan_is_killed(void **state)
{
	struct bench *bench = *state;
	int status, pipe_ends[2];
	pid_t worker = 0;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0); /* so that the orphan becomes ours */
	assert_int_equal(pipe(pipe_ends), 0);
	pid_t parent = fork();
	if (parent == 0) {
		if (!start(bench, "hangs", open_disc, 600))
			worker = atoi(bench->facts.drive.serial);
		if (write(pipe_ends[1], &worker, sizeof(worker)) == sizeof(worker))
			read_at(bench, 0, 1, 0);
		_exit(1);
	}
	assert_int_equal(read(pipe_ends[0], &worker, sizeof(worker)), sizeof(worker));
	assert_true(worker > 0);
	while (*(volatile uint8_t *)bench->memory != HANGING)
		usleep(1000);
	assert_int_equal(kill(parent, SIGKILL), 0);
	assert_int_equal(waitpid(parent, &status, 0), parent);
	status = 0;
	for (int i = 0; i < 1000 && waitpid(worker, &status, WNOHANG) != worker; i++)
		usleep(10000);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	close(pipe_ends[0]);
	close(pipe_ends[1]);
}

#define BENCH_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(reads_through),
		BENCH_TEST(worker_has_nothing_but_its_socket),
		BENCH_TEST(bad_sectors_come_back_as_such),
		BENCH_TEST(reads_stay_inside_the_memory),
		BENCH_TEST(opening_fails),
		BENCH_TEST(reading_ends_the_worker),
		BENCH_TEST(reading_hangs),
		BENCH_TEST(closing_hangs),
		BENCH_TEST(stop_signals_are_the_parents),
		BENCH_TEST(orphan_is_killed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

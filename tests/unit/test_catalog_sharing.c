/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several at one catalogue: writers at once, readers who may not write, and one who makes it anew meanwhile.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/disk.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "catalog/catalog_file.h"
#include "tests/unit/catalog_dump.h"
#include "tests/unit/holding_fixture.h"

#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOBODY 65534

static int set_up(void **state)
{
	struct holding *holding = calloc(1, sizeof(*holding));
	struct catalog *catalog;
	holding_init(holding);
	assert_int_equal(catalog_open(&catalog, holding->archive, CATALOG_CREATE, NULL), 0);
	assert_int_equal(catalog_publish(catalog, NULL), 0);
	catalog_close(catalog);
	*state = holding;
	return 0;
}

static int tear_down(void **state)
{
	holding_release(*state);
	free(*state);
	return 0;
}

/* Runs a child and gives its exit status; -1 if it died. */
static int run_child(int (*work)(const struct holding *holding), const struct holding *holding)
{
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child)
		_exit(work(holding));
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int count_row(void *context, const struct catalog_row *row)
{
	(void)row;
	++*(int *)context;
	return 0;
}

/* The number of rows that a reader sees, -1 if it cannot read. */
static int count_rows(const struct holding *holding, int64_t *snapshot_time)
{
	struct catalog *catalog;
	int rows = 0;
	if (catalog_open(&catalog, holding->archive, CATALOG_READ, NULL))
		return -1;
	*snapshot_time = catalog_snapshot_time(catalog);
	if (catalog_list(catalog, count_row, &rows, NULL))
		rows = -1;
	catalog_close(catalog);
	return rows;
}

static void add_disc(const struct holding *holding, struct catalog *catalog, const char *id)
{
	struct object *object =
		holding_rip(holding, &(struct holding_disc){.carrier_id = id, .bad = {3, 4}});
	assert_int_equal(catalog_sync_register(catalog, holding->archive, NULL), 0);
	assert_int_equal(catalog_add_object(catalog, object, NULL), 0);
	holding_check(object, "suc", "fine");
	assert_int_equal(catalog_add_event(catalog, object, NULL), 0);
	object_close(object);
}

/* ---- writers ---- */

#define WRITERS 4
#define DISCS_EACH 5

static int write_many(const struct holding *holding)
{
	struct catalog *catalog;
	char id[32];
	if (catalog_open(&catalog, holding->archive, CATALOG_WRITE, NULL))
		return 1;
	for (int i = 0; i < DISCS_EACH; i++) {
		snprintf(id, sizeof(id), "%d of %d", i, (int)getpid());
		add_disc(holding, catalog, id);
	}
	catalog_close(catalog);
	return 0;
}

static void four_writers_at_once_lose_nothing(void **state)
{
	struct holding *holding = *state;
	struct catalog_counts counts;
	int64_t snapshot;
	int status;
	for (int i = 0; i < WRITERS; i++) {
		pid_t child = fork();
		if (!child)
			_exit(write_many(holding));
	}
	for (int i = 0; i < WRITERS; i++) {
		wait(&status);
		assert_int_equal(status, 0);
	}
	assert_int_equal(count_rows(holding, &snapshot), WRITERS * DISCS_EACH);
	char *before = catalog_dump(holding->archive->catalogue);
	assert_int_equal(catalog_rebuild(holding->archive, NULL, &counts, NULL), 0);
	assert_int_equal(counts.objects, WRITERS * DISCS_EACH);
	char *after = catalog_dump(holding->archive->catalogue);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

/* ---- readers who may not write ---- */

static int become_nobody(void)
{
	return setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	       setresuid(NOBODY, NOBODY, NOBODY);
}

/* 100 and the rows when the live catalogue was read, 50 and the rows for the snapshot. */
static int read_as_nobody(const struct holding *holding)
{
	int64_t snapshot = 0;
	if (become_nobody())
		return 1;
	int rows = count_rows(holding, &snapshot);
	if (rows < 0)
		return 2;
	return (snapshot ? 50 : 100) + rows;
}

static void only_as_root(void)
{
	if (geteuid() == 0)
		return;
	print_message("skipped: reading as another user needs root to become one\n");
	skip();
}

static void a_reader_gets_the_snapshot(void **state)
{
	struct holding *holding = *state;
	struct catalog *catalog;
	struct stat st;
	only_as_root();
	assert_int_equal(run_child(read_as_nobody, holding), 50);
	assert_int_equal(catalog_open(&catalog, holding->archive, CATALOG_WRITE, NULL), 0);
	add_disc(holding, catalog, "a");
	catalog_close(catalog);
	/* not published yet */
	assert_int_equal(run_child(read_as_nobody, holding), 50);
	assert_int_equal(catalog_open(&catalog, holding->archive, CATALOG_WRITE, NULL), 0);
	assert_int_equal(catalog_publish(catalog, NULL), 0);
	catalog_close(catalog);
	assert_int_equal(run_child(read_as_nobody, holding), 51);
	char *snapshot = catalog_file_beside(holding->archive->catalogue, CATALOG_SNAPSHOT_SUFFIX);
	assert_int_equal(stat(snapshot, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	free(snapshot);
}

static void a_reader_beside_a_writer_sees_the_live_one(void **state)
{
	struct holding *holding = *state;
	struct catalog *catalog;
	only_as_root();
	assert_int_equal(catalog_open(&catalog, holding->archive, CATALOG_WRITE, NULL), 0);
	add_disc(holding, catalog, "a");
	assert_int_equal(run_child(read_as_nobody, holding), 101);
	add_disc(holding, catalog, "b");
	assert_int_equal(run_child(read_as_nobody, holding), 102);
	catalog_close(catalog);
}

static int be_told_as_nobody(const struct holding *holding)
{
	struct catalog *catalog;
	struct error err = {0};
	if (become_nobody())
		return 1;
	if (catalog_open(&catalog, holding->archive, CATALOG_READ, &err) != ERR_PERMISSION)
		return 2;
	return strstr(err.message, "no copy for readers") ? 0 : 3;
}

static void a_reader_without_a_snapshot_is_told(void **state)
{
	struct holding *holding = *state;
	only_as_root();
	char *snapshot = catalog_file_beside(holding->archive->catalogue, CATALOG_SNAPSHOT_SUFFIX);
	assert_int_equal(disk_remove(snapshot, NULL), 0);
	assert_int_equal(run_child(be_told_as_nobody, holding), 0);
	free(snapshot);
}

static int write_as_nobody(const struct holding *holding)
{
	struct catalog *catalog;
	struct catalog_counts counts;
	struct error err = {0};
	if (become_nobody())
		return 1;
	if (catalog_open(&catalog, holding->archive, CATALOG_WRITE, &err) != ERR_PERMISSION)
		return 2;
	return catalog_rebuild(holding->archive, NULL, &counts, &err) == ERR_PERMISSION ? 0 : 3;
}

static void who_may_not_write_does_not(void **state)
{
	only_as_root();
	assert_int_equal(run_child(write_as_nobody, *state), 0);
}

/* ---- one who makes it anew ---- */

/* Opens a reader, looks, waits, looks again. */
static int read_twice(const struct holding *holding)
{
	const struct timespec pause = {.tv_nsec = 700 * 1000 * 1000};
	struct catalog *catalog;
	int before = 0, after = 0;
	if (catalog_open(&catalog, holding->archive, CATALOG_READ, NULL) ||
		catalog_list(catalog, count_row, &before, NULL))
		return 1;
	nanosleep(&pause, NULL);
	if (catalog_list(catalog, count_row, &after, NULL) || catalog_check(catalog, NULL))
		return 2;
	catalog_close(catalog);
	return before == 1 && after == 1 ? 0 : 3;
}

static void a_reader_is_waited_for(void **state)
{
	struct holding *holding = *state;
	struct catalog *catalog;
	struct catalog_counts counts;
	const struct timespec pause = {.tv_nsec = 200 * 1000 * 1000};
	int status;
	int64_t snapshot;
	double begun = clock_monotonic();
	assert_int_equal(catalog_open(&catalog, holding->archive, CATALOG_WRITE, NULL), 0);
	add_disc(holding, catalog, "a");
	catalog_close(catalog);
	pid_t child = fork();
	if (!child)
		_exit(read_twice(holding));
	nanosleep(&pause, NULL);
	assert_int_equal(catalog_rebuild(holding->archive, NULL, &counts, NULL), 0);
	assert_true(clock_monotonic() - begun > 0.6);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(count_rows(holding, &snapshot), 1);
}

static void locks_keep_apart_what_must_be(void **state)
{
	struct holding *holding = *state;
	const char *path = holding->archive->catalogue;
	struct error err = {0};
	int one, other;
	assert_int_equal(catalog_lock_open(&one, path, true, NULL), 0);
	assert_int_equal(catalog_lock_open(&other, path, true, NULL), 0);
	assert_int_equal(catalog_lock(one, path, CATALOG_LOCK_WRITE, CATALOG_SHARED, 0, NULL), 0);
	assert_int_equal(catalog_lock(other, path, CATALOG_LOCK_WRITE, CATALOG_SHARED, 0, NULL), 0);
	assert_int_equal(
		catalog_lock(other, path, CATALOG_LOCK_WRITE, CATALOG_EXCLUSIVE, 0.1, &err),
		ERR_BUSY);
	assert_non_null(strstr(err.message, path));
	assert_int_equal(
		catalog_lock(other, path, CATALOG_LOCK_OPEN, CATALOG_EXCLUSIVE, 0, NULL), 0);
	assert_int_equal(
		catalog_lock(one, path, CATALOG_LOCK_OPEN, CATALOG_SHARED, 0, NULL), ERR_BUSY);
	/* gone with the file, whatever was held */
	close(one);
	assert_int_equal(
		catalog_lock(other, path, CATALOG_LOCK_WRITE, CATALOG_EXCLUSIVE, 0, NULL), 0);
	close(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
		CASE(four_writers_at_once_lose_nothing),
		CASE(a_reader_gets_the_snapshot),
		CASE(a_reader_beside_a_writer_sees_the_live_one),
		CASE(a_reader_without_a_snapshot_is_told),
		CASE(who_may_not_write_does_not),
		CASE(a_reader_is_waited_for),
		CASE(locks_keep_apart_what_must_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

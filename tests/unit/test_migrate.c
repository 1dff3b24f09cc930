/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Migrations: from one version to the next and no other, whatever happens; and whose file is left alone.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/disk.h"
#include "base/path.h"
#include "catalog/migrate.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define VERSION_1                                                                                  \
	"CREATE TABLE first (k TEXT PRIMARY KEY) STRICT; INSERT INTO first VALUES ('kept')"

struct place {
	char directory[64];
	char *path;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	strcpy(place->directory, "/tmp/theca-migrate-XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	place->path = path_join(place->directory, "catalog.db");
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	disk_remove_tree(place->directory, NULL);
	free(place->path);
	free(place);
	return 0;
}

static int migrate_with(const struct place *place, const char *second, struct error *err)
{
	const char *const scripts[] = {VERSION_1, second};
	const struct migrations migrations = {scripts, second ? 2 : 1};
	struct db *db;
	assert_int_equal(db_open(&db, place->path, DB_CREATE, err), 0);
	int rc = migrate_run(db, &migrations, place->path, err);
	db_close(db);
	return rc;
}

static int64_t ask(const struct place *place, const char *sql)
{
	struct db *db;
	int64_t number = -1;
	assert_int_equal(db_open(&db, place->path, DB_READ, NULL), 0);
	assert_int_equal(db_get_int(db, sql, &number, NULL), 0);
	db_close(db);
	return number;
}

static void assert_version_1(const struct place *place)
{
	assert_int_equal(ask(place, "PRAGMA user_version"), 1);
	assert_int_equal(ask(place, "SELECT count(*) FROM first"), 1);
	assert_int_equal(ask(place, "SELECT count(*) FROM sqlite_schema WHERE name = 'second'"), 0);
}

static void the_released_ones_make_a_catalogue(void **state)
{
	struct place *place = *state;
	struct db *db;
	struct error err = {0};
	size_t version;
	assert_int_equal(db_open(&db, place->path, DB_CREATE, &err), 0);
	assert_int_equal(migrate_run(db, migrate_released(), place->path, &err), 0);
	assert_int_equal(migrate_identify(db, migrate_released(), place->path, &version, &err), 0);
	assert_int_equal(version, migrate_released()->count);
	db_close(db);
	assert_int_equal(ask(place, "PRAGMA application_id"), MIGRATE_APPLICATION_ID);
	assert_int_equal(ask(place, "PRAGMA user_version"), (int64_t)migrate_released()->count);
	/* every table is STRICT */
	assert_int_equal(
		ask(place, "SELECT count(*) FROM pragma_table_list"
			   " WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND NOT strict"),
		0);
}

static void a_second_one_follows_the_first(void **state)
{
	struct place *place = *state;
	struct error err = {0};
	assert_int_equal(migrate_with(place, NULL, &err), 0);
	assert_version_1(place);
	assert_int_equal(migrate_with(place, "CREATE TABLE second (x INTEGER) STRICT", &err), 0);
	assert_int_equal(ask(place, "PRAGMA user_version"), 2);
	assert_int_equal(ask(place, "SELECT count(*) FROM first"), 1);
	assert_int_equal(ask(place, "SELECT count(*) FROM second"), 0);
	/* and is run once */
	assert_int_equal(migrate_with(place, "CREATE TABLE second (x INTEGER) STRICT", &err), 0);
}

static void one_that_fails_leaves_the_version_before(void **state)
{
	struct place *place = *state;
	struct error err = {0};
	assert_int_equal(migrate_with(place, NULL, &err), 0);
	assert_int_not_equal(migrate_with(place,
				     "CREATE TABLE second (x INTEGER) STRICT; DELETE FROM first;"
				     "INSERT INTO second VALUES ('no number')",
				     &err),
		0);
	assert_non_null(strstr(err.message, "version 2"));
	assert_version_1(place);
}

/* Long enough that it is killed in the middle, and large enough that pages of it have reached the disk. */
static const char endless[] =
	"CREATE TABLE second (x INTEGER) STRICT; DELETE FROM first;"
	"INSERT INTO second WITH RECURSIVE n (i) AS"
	" (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT i FROM n";

static off_t size_beside(const struct place *place, const char *suffix)
{
	char name[128];
	struct stat st;
	snprintf(name, sizeof(name), "%s%s", place->path, suffix);
	return stat(name, &st) ? -1 : st.st_size;
}

static void crash_in_the_middle(const struct place *place, const char *log_suffix)
{
	const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
	off_t before = size_beside(place, log_suffix);
	pid_t child = fork();
	if (!child)
		_exit(migrate_with(place, endless, NULL));
	for (int i = 0; i < 3000 && size_beside(place, log_suffix) <= before; i++)
		nanosleep(&pause, NULL);
	assert_true(size_beside(place, log_suffix) > before);
	kill(child, SIGKILL);
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	/* A reader may not roll back; the next writer does. */
	struct error err = {0};
	assert_int_equal(migrate_with(place, NULL, &err), 0);
	assert_version_1(place);
}

static void a_crash_leaves_the_version_before(void **state)
{
	struct error err = {0};
	assert_int_equal(migrate_with(*state, NULL, &err), 0);
	crash_in_the_middle(*state, "-journal");
}

static void a_crash_leaves_the_version_before_with_a_wal(void **state)
{
	struct place *place = *state;
	struct db *db;
	struct error err = {0};
	assert_int_equal(migrate_with(place, NULL, &err), 0);
	assert_int_equal(db_open(&db, place->path, DB_WRITE, &err), 0);
	assert_int_equal(db_use_wal(db, &err), 0);
	db_close(db);
	crash_in_the_middle(place, "-wal");
}

/* ---- files that are left alone ---- */

static void make_with(const struct place *place, const char *sql)
{
	struct db *db;
	assert_int_equal(db_open(&db, place->path, DB_CREATE, NULL), 0);
	assert_int_equal(db_exec(db, sql, NULL), 0);
	db_close(db);
}

static void assert_refused_untouched(const struct place *place, const char *words)
{
	char *before, *after;
	size_t before_len, after_len;
	bool ours;
	struct error err = {0};
	struct db *db;
	assert_int_equal(path_read(place->path, 1 << 24, &before, &before_len, NULL), 0);
	assert_int_equal(
		migrate_peek(place->path, migrate_released(), &ours, &err), ERR_UNSUPPORTED);
	assert_false(ours);
	assert_non_null(strstr(err.message, words));
	assert_int_equal(db_open(&db, place->path, DB_WRITE, NULL), 0);
	memset(&err, 0, sizeof(err));
	assert_int_equal(migrate_run(db, migrate_released(), place->path, &err), ERR_UNSUPPORTED);
	assert_non_null(strstr(err.message, words));
	db_close_untouched(db);
	assert_int_equal(path_read(place->path, 1 << 24, &after, &after_len, NULL), 0);
	assert_int_equal(before_len, after_len);
	assert_memory_equal(before, after, before_len);
	free(before);
	free(after);
}

static void a_newer_one_is_left_alone(void **state)
{
	make_with(*state, "PRAGMA application_id = 1414021953; CREATE TABLE later (x INTEGER);"
			  "PRAGMA user_version = 1000");
	assert_refused_untouched(*state, "later Theca");
}

static void a_newer_one_with_a_wal_is_left_alone(void **state)
{
	make_with(*state, "PRAGMA application_id = 1414021953; CREATE TABLE later (x INTEGER);"
			  "PRAGMA user_version = 1000; PRAGMA journal_mode = WAL");
	assert_refused_untouched(*state, "later Theca");
}

static void another_programs_is_left_alone(void **state)
{
	make_with(*state, "CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('x')");
	assert_refused_untouched(*state, "another program");
}

static void another_programs_with_an_id_is_left_alone(void **state)
{
	make_with(*state, "PRAGMA application_id = 252006674; CREATE TABLE vcache (x TEXT)");
	assert_refused_untouched(*state, "another program");
}

static void what_is_no_database_is_nobodys(void **state)
{
	struct place *place = *state;
	bool ours = true;
	struct error err = {0};
	assert_int_equal(migrate_peek(place->path, migrate_released(), &ours, &err), 0);
	assert_false(ours);
	assert_int_equal(disk_write_new(place->path, "hello", 5, NULL), 0);
	assert_int_equal(migrate_peek(place->path, migrate_released(), &ours, &err), 0);
	assert_false(ours);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_released_ones_make_a_catalogue, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_second_one_follows_the_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			one_that_fails_leaves_the_version_before, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_crash_leaves_the_version_before, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_crash_leaves_the_version_before_with_a_wal, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_newer_one_is_left_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_newer_one_with_a_wal_is_left_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_programs_is_left_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			another_programs_with_an_id_is_left_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_database_is_nobodys, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The database adapter: bindings, transactions, and what its errors become.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/disk.h"
#include "base/path.h"
#include "catalog/db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

struct place {
	char directory[64];
	char *path;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	strcpy(place->directory, "/tmp/theca-db-XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	/* A name in which SQLite would see a query of a URI. */
	place->path = path_join(place->directory, "a b?mode=ro#%41.db");
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

static struct db *open_new(const struct place *place)
{
	struct db *db;
	struct error err = {0};
	assert_int_equal(db_open(&db, place->path, DB_CREATE, &err), 0);
	assert_int_equal(db_exec(db,
				 "CREATE TABLE t (k TEXT UNIQUE, n INTEGER) STRICT;"
				 "CREATE TABLE child (k TEXT REFERENCES t (k)) STRICT",
				 &err),
		0);
	return db;
}

static int put(struct db *db, const char *key, int64_t number, struct error *err)
{
	struct db_query *query;
	assert_int_equal(db_query_new(&query, db, "INSERT INTO t VALUES (?, ?)", NULL), 0);
	db_bind_text(query, key);
	db_bind_int(query, number);
	int rc = db_run(query, err);
	db_query_free(query);
	return rc;
}

static int64_t count(struct db *db)
{
	int64_t number = -1;
	assert_int_equal(db_get_int(db, "SELECT count(*) FROM t", &number, NULL), 0);
	return number;
}

static void values_come_back(void **state)
{
	struct db *db = open_new(*state);
	struct db_query *query;
	bool row;
	assert_int_equal(put(db, "x", INT64_MIN, NULL), 0);
	assert_int_equal(put(db, NULL, 7, NULL), 0);
	assert_int_equal(
		db_query_new(&query, db, "SELECT k AS the_key, n FROM t ORDER BY n", NULL), 0);
	assert_int_equal(db_step(query, &row, NULL), 0);
	assert_true(row);
	assert_string_equal(db_text(query, 0), "x");
	assert_int_equal(db_text_len(query, 0), 1);
	assert_true(db_int(query, 1) == INT64_MIN);
	assert_true(db_is_int(query, 1));
	assert_false(db_is_int(query, 0));
	assert_int_equal(db_columns(query), 2);
	assert_string_equal(db_column_name(query, 0), "the_key");
	assert_int_equal(db_step(query, &row, NULL), 0);
	assert_true(row);
	assert_true(db_is_null(query, 0));
	assert_null(db_text(query, 0));
	assert_int_equal(db_step(query, &row, NULL), 0);
	assert_false(row);
	db_query_free(query);
	db_close(db);
	assert_true(path_exists(((struct place *)*state)->path));
}

static void a_failed_binding_sticks_until_the_run(void **state)
{
	struct db *db = open_new(*state);
	struct db_query *query;
	struct error err = {0};
	assert_int_equal(db_query_new(&query, db, "INSERT INTO t VALUES (?, ?)", NULL), 0);
	db_bind_failed(query, ERR_INVALID, "bad text");
	db_bind_failed(query, ERR_MEMORY, "too late");
	db_bind_text(query, "x");
	db_bind_int(query, 1);
	assert_int_equal(db_run(query, &err), ERR_INVALID);
	assert_string_equal(err.message, "bad text");
	assert_int_equal(count(db), 0);
	/* and then the query is as new */
	db_bind_text(query, "x");
	db_bind_int(query, 1);
	assert_int_equal(db_run(query, &err), 0);
	assert_int_equal(count(db), 1);
	/* one parameter too many */
	db_bind_text(query, "y");
	db_bind_int(query, 1);
	db_bind_int(query, 1);
	assert_int_not_equal(db_run(query, &err), 0);
	assert_int_equal(count(db), 1);
	db_query_free(query);
	db_close(db);
}

static void tables_are_strict_and_keys_enforced(void **state)
{
	struct db *db = open_new(*state);
	struct error err = {0};
	assert_int_equal(put(db, "x", 1, &err), 0);
	assert_int_equal(put(db, "x", 2, &err), ERR_INVALID);
	assert_int_equal(db_exec(db, "INSERT INTO t VALUES ('y', 'no number')", &err), ERR_INVALID);
	assert_int_equal(db_exec(db, "INSERT INTO child VALUES ('nobody')", &err), ERR_INVALID);
	assert_false(db_has_failed(db));
	assert_int_equal(db_exec(db, "INSERT INTO no_such VALUES (1)", &err), ERR_IO);
	assert_true(db_has_failed(db));
	/* "x" is a name, never a string; the schema cannot be written around its checks */
	assert_int_not_equal(db_exec(db, "SELECT \"no_such\" FROM t", &err), 0);
	assert_int_not_equal(db_exec(db,
				     "PRAGMA writable_schema = ON;"
				     "UPDATE sqlite_schema SET sql = ''",
				     &err),
		0);
	db_close(db);
}

static void transactions_are_whole(void **state)
{
	struct db *db = open_new(*state);
	struct error err = {0};
	assert_int_equal(db_begin(db, &err), 0);
	assert_int_equal(put(db, "x", 1, &err), 0);
	assert_int_equal(db_end(db, ERR_INTERRUPTED, &err), ERR_INTERRUPTED);
	assert_int_equal(count(db), 0);
	assert_int_equal(db_begin(db, &err), 0);
	assert_int_equal(put(db, "x", 1, &err), 0);
	assert_int_equal(db_part_begin(db, &err), 0);
	assert_int_equal(put(db, "y", 2, &err), 0);
	assert_int_equal(db_part_end(db, ERR_INVALID, &err), 0);
	assert_int_equal(db_part_begin(db, &err), 0);
	assert_int_equal(put(db, "z", 3, &err), 0);
	assert_int_equal(db_part_end(db, 0, &err), 0);
	assert_int_equal(db_end(db, 0, &err), 0);
	assert_int_equal(count(db), 2);
	db_close(db);
}

static void what_cannot_be_opened_is_told(void **state)
{
	struct place *place = *state;
	struct db *db = NULL;
	struct error err = {0};
	assert_int_equal(db_open(&db, place->path, DB_READ, &err), ERR_NOT_FOUND);
	assert_int_equal(db_open(&db, place->path, DB_WRITE, &err), ERR_NOT_FOUND);
	assert_null(db);
	char garbage[4096];
	memset(garbage, 'x', sizeof(garbage));
	assert_int_equal(disk_write_new(place->path, garbage, sizeof(garbage), NULL), 0);
	assert_int_equal(db_open(&db, place->path, DB_READ, &err), ERR_DAMAGED);
	assert_non_null(strstr(err.message, "theca reindex"));
	assert_non_null(strstr(err.message, place->path));
}

static void damage_is_found(void **state)
{
	struct place *place = *state;
	struct db *db = open_new(place);
	struct error err = {0};
	assert_int_equal(db_begin(db, NULL), 0);
	for (int i = 0; i < 2000; i++) {
		char key[32];
		snprintf(key, sizeof(key), "key %d", i);
		assert_int_equal(put(db, key, i, NULL), 0);
	}
	assert_int_equal(db_end(db, 0, NULL), 0);
	assert_int_equal(db_check(db, &err), 0);
	db_close(db);
	FILE *file = fopen(place->path, "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, 5 * 4096, SEEK_SET), 0);
	for (int i = 0; i < 4096; i++)
		fputc(0x5a, file);
	fclose(file);
	assert_int_equal(db_open(&db, place->path, DB_READ, &err), 0);
	assert_int_equal(db_check(db, &err), ERR_DAMAGED);
	assert_non_null(strstr(err.message, "theca reindex"));
	db_close(db);
}

static void a_reader_cannot_write(void **state)
{
	struct place *place = *state;
	struct db *db = open_new(place);
	struct error err = {0};
	db_close(db);
	assert_int_equal(db_open(&db, place->path, DB_READ, &err), 0);
	assert_int_equal(put(db, "x", 1, &err), ERR_PERMISSION);
	db_close(db);
}

static void a_copy_is_whole_and_alone(void **state)
{
	struct place *place = *state;
	struct db *db = open_new(place), *copy;
	struct error err = {0};
	char *path = path_join(place->directory, "copy?.db");
	assert_int_equal(db_use_wal(db, &err), 0);
	assert_int_equal(put(db, "x", 1, &err), 0);
	assert_int_equal(db_copy_into(db, path, &err), 0);
	assert_int_equal(db_open(&copy, path, DB_IMMUTABLE, &err), 0);
	assert_int_equal(count(copy), 1);
	db_close(copy);
	/* never over something that is there */
	assert_int_not_equal(db_copy_into(db, path, &err), 0);
	db_close(db);
	free(path);
}

/* A child whose files may not grow past a limit: the nearest to a full disk that a test can have. */
static int fill_up(const struct place *place)
{
	struct db *db;
	struct error err = {0};
	const struct rlimit limit = {300000, 300000};
	signal(SIGXFSZ, SIG_IGN);
	if (db_open(&db, place->path, DB_WRITE, &err) || setrlimit(RLIMIT_FSIZE, &limit) ||
		db_begin(db, &err))
		return 1;
	int rc = db_exec(db,
		"INSERT INTO t WITH RECURSIVE n (i) AS"
		" (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
		" SELECT 'row ' || i || hex(zeroblob(2000)), i FROM n",
		&err);
	rc = db_end(db, rc, &err);
	if (rc != ERR_NO_SPACE)
		return 2;
	int64_t rows;
	if (db_get_int(db, "SELECT count(*) FROM t", &rows, &err) || rows != 1)
		return 3;
	db_close(db);
	return 0;
}

static void a_full_disk_says_so_and_loses_nothing(void **state)
{
	struct place *place = *state;
	struct db *db = open_new(place);
	assert_int_equal(put(db, "x", 1, NULL), 0);
	db_close(db);
	pid_t child = fork();
	if (!child)
		_exit(fill_up(place));
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(values_come_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_failed_binding_sticks_until_the_run, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			tables_are_strict_and_keys_enforced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(transactions_are_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_opened_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(damage_is_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_reader_cannot_write, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_copy_is_whole_and_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_full_disk_says_so_and_loses_nothing, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Database: SQLite behind a few calls with struct error; the only file that includes sqlite3.h.
 *
 * A query's parameters are bound in order. The first binding that fails sticks and db_step or db_run reports it:
 *
 *   rc = db_query_new(&query, db, "SELECT size FROM files WHERE path = ?", err);
 *   db_bind_text(query, path);
 *   rc = db_step(query, &row, err);
 *   size = db_int(query, 0);
 *
 * A connection does not survive a fork: open it after forking.
 */
#ifndef THECA_CATALOG_DB_H
#define THECA_CATALOG_DB_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long a connection waits for another's write to end. */
#define DB_BUSY_MILLISECONDS 30000

enum db_mode {
	DB_READ, /* an existing database, which others may be writing */
	DB_IMMUTABLE, /* an existing file that nobody changes: read without locks, looking at nothing beside it */
	DB_WRITE, /* an existing database */
	DB_CREATE, /* made if it is not there */
};

struct db;
struct db_query;

/*
 * Opens a database and reads its first page, so that a file that is no database, damaged or locked away says so here. Foreign keys are
 * enforced, commits are synced, the schema is not trusted. Writes nothing yet. The caller closes.
 */
int db_open(struct db **out, const char *path, enum db_mode mode, struct error *err);
void db_close(struct db *db);
/* As db_close, but leaves a write-ahead log as it lies beside the file: for a database that is not ours to change. */
void db_close_untouched(struct db *db);
/* Makes the file keep a write-ahead log from now on; nothing happens if it does. */
int db_use_wal(struct db *db, struct error *err);
/* For a file that is thrown away after a crash anyway: no waiting for the disk from now on. */
int db_use_no_sync(struct db *db, struct error *err);
/* Moves the write-ahead log into the file and empties it; ERR_BUSY while somebody reads. */
int db_checkpoint(struct db *db, struct error *err);

/*
 * Whether some call failed for a reason of the database's own (a broken disk, damage, no memory) rather than for what it was given.
 */
bool db_has_failed(const struct db *db);

/* Runs statements that give no rows. */
int db_exec(struct db *db, const char *sql, struct error *err);
/* Begins a transaction that may write, waiting for another writer; or one that reads a single state of the database. */
int db_begin(struct db *db, struct error *err);
int db_begin_read(struct db *db, struct error *err);
/* Ends the transaction: commits when rc is 0, else rolls back and returns rc (err keeps the words that came with it). */
int db_end(struct db *db, int rc, struct error *err);
/* Rolls back what a failed part (rc not 0) did since db_part_begin, or keeps it; the transaction goes on. Returns 0 or a database error. */
int db_part_begin(struct db *db, struct error *err);
int db_part_end(struct db *db, int rc, struct error *err);

/* The caller frees. sql is borrowed. */
int db_query_new(struct db_query **out, struct db *db, const char *sql, struct error *err);
void db_query_free(struct db_query *query);
/* Binds the next parameter; the text is copied, NULL binds NULL. */
void db_bind_text(struct db_query *query, const char *text);
void db_bind_text_len(struct db_query *query, const char *text, size_t len);
void db_bind_int(struct db_query *query, int64_t number);
void db_bind_null(struct db_query *query);
/* Makes the query fail when it is run, with this error, if none has stuck before. */
void db_bind_failed(struct db_query *query, enum error_code code, const char *message);
/* The next row; *row false at the end, after which the query can be bound afresh. */
int db_step(struct db_query *query, bool *row, struct error *err);
/* Runs a query without rows to its end, after which it can be bound afresh. */
int db_run(struct db_query *query, struct error *err);
/* Columns of the row, from 0. Text is borrowed until the next step; NULL if it is NULL. */
const char *db_text(struct db_query *query, int column);
size_t db_text_len(struct db_query *query, int column);
int64_t db_int(struct db_query *query, int column);
bool db_is_null(struct db_query *query, int column);
bool db_is_int(struct db_query *query, int column);
int db_columns(struct db_query *query);
/* As the query calls it (AS); borrowed. */
const char *db_column_name(struct db_query *query, int column);

/* The first column of the first row as an integer; 0 if there is no row. */
int db_get_int(struct db *db, const char *sql, int64_t *number, struct error *err);
/* Writes the whole database, as it is in one state, into a file that is not there yet or empty. Does not sync. */
int db_copy_into(struct db *db, const char *path, struct error *err);
/* Looks for damage; ERR_DAMAGED with the first that it finds. */
int db_check(struct db *db, struct error *err);

/* The version of SQLite that this program runs with; static. */
const char *db_library_version(void);

#endif

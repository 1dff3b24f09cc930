/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/db.h"

#include "base/bytes.h"

#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct db {
	sqlite3 *handle;
	char *path;
	bool has_failed;
};

struct db_query {
	struct db *db; /* borrowed */
	sqlite3_stmt *statement;
	int next; /* the parameter to be bound next, from 1 */
	int bind_code; /* of SQLite, the first that was not SQLITE_OK */
	struct error failed;
};

static const struct meaning {
	int sqlite_code; /* primary */
	enum error_code code;
	const char *hint;
} meanings[] = {
	{SQLITE_BUSY, ERR_BUSY, "; another program is at work on it, try again when it has ended"},
	{SQLITE_LOCKED, ERR_BUSY,
		"; another program is at work on it, try again when it has ended"},
	{SQLITE_FULL, ERR_NO_SPACE, "; make room on its file system and try again"},
	{SQLITE_READONLY, ERR_PERMISSION, "; this user may not write it"},
	{SQLITE_PERM, ERR_PERMISSION, ""},
	{SQLITE_AUTH, ERR_PERMISSION, ""},
	{SQLITE_CORRUPT, ERR_DAMAGED, "; `theca reindex` makes it anew"},
	{SQLITE_NOTADB, ERR_DAMAGED, "; `theca reindex` makes it anew"},
	{SQLITE_FORMAT, ERR_DAMAGED, "; `theca reindex` makes it anew"},
	{SQLITE_CONSTRAINT, ERR_INVALID, ""},
	{SQLITE_TOOBIG, ERR_INVALID, ""},
	{SQLITE_INTERRUPT, ERR_INTERRUPTED, ""},
	{SQLITE_NOMEM, ERR_MEMORY, ""},
};

/* What the system said last, where SQLite only passes its word on. */
static enum error_code system_code(sqlite3 *handle)
{
	int errno_value = handle ? sqlite3_system_errno(handle) : 0;
	return errno_value ? error_code_of_errno(errno_value) : ERR_IO;
}

/* What a primary code means, or NULL where only the system can tell. */
static const struct meaning *meaning_of(int primary_code)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].sqlite_code == primary_code)
			return &meanings[i];
	return NULL;
}

static int db_error(struct db *db, int sqlite_code, struct error *err)
{
	int code = sqlite_code & 0xff;
	const struct meaning *meaning = meaning_of(code);
	const char *words = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(sqlite_code);
	if (code != SQLITE_CONSTRAINT && code != SQLITE_TOOBIG)
		db->has_failed = true;
	enum error_code result = meaning ? meaning->code : system_code(db->handle);
	return error_set(err, result, "%s: %s%s", db->path, words, meaning ? meaning->hint : "");
}

bool db_has_failed(const struct db *db)
{
	return db->has_failed;
}

/* A file name as a URI, so that no character in it means anything to SQLite. */
static char *uri_of(const char *path, bool immutable)
{
	struct buffer uri = {0};
	buffer_puts(&uri, "file:");
	for (const char *p = path; *p; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			     (*p >= '0' && *p <= '9') || strchr("/._-", *p);
		if (plain)
			buffer_putc(&uri, *p);
		else
			buffer_printf(&uri, "%%%02X", (unsigned char)*p);
	}
	if (immutable)
		buffer_puts(&uri, "?immutable=1");
	return buffer_steal(&uri);
}

static int configure(sqlite3 *handle)
{
	static const struct {
		int option, value;
	} options[] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1},
		{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_ENABLE_FKEY, 1},
		{SQLITE_DBCONFIG_DQS_DDL, 0},
		{SQLITE_DBCONFIG_DQS_DML, 0},
		{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
	};
	int code = sqlite3_busy_timeout(handle, DB_BUSY_MILLISECONDS);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]) && code == SQLITE_OK; i++)
		code = sqlite3_db_config(handle, options[i].option, options[i].value, NULL);
	return code;
}

static int open_handle(struct db *db, enum db_mode mode, struct error *err)
{
	static const int flags[] = {
		[DB_READ] = SQLITE_OPEN_READONLY,
		[DB_IMMUTABLE] = SQLITE_OPEN_READONLY,
		[DB_WRITE] = SQLITE_OPEN_READWRITE,
		[DB_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
	};
	char *uri = uri_of(db->path, mode == DB_IMMUTABLE);
	if (!uri)
		return error_set(err, ERR_MEMORY, "out of memory");
	int code = sqlite3_open_v2(uri, &db->handle,
		flags[mode] | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	free(uri);
	if (code == SQLITE_OK)
		code = configure(db->handle);
	return code == SQLITE_OK ? 0 : db_error(db, code, err);
}

int db_open(struct db **out, const char *path, enum db_mode mode, struct error *err)
{
	*out = NULL;
	struct db *db = calloc(1, sizeof(*db));
	if (db)
		db->path = strdup(path);
	if (!db || !db->path) {
		free(db);
		return error_set(err, ERR_MEMORY, "out of memory");
	}
	int64_t version;
	int rc = open_handle(db, mode, err);
	if (!rc)
		rc = db_exec(db, "PRAGMA cell_size_check = ON", err);
	if (!rc)
		rc = db_get_int(db, "PRAGMA user_version", &version, err);
	if (!rc && mode >= DB_WRITE)
		rc = db_exec(db, "PRAGMA synchronous = FULL", err);
	/* SQLite opens a file that may not be written for reading, and says so only at the first write. */
	if (!rc && mode >= DB_WRITE && sqlite3_db_readonly(db->handle, "main") == 1)
		rc = error_set(err, ERR_PERMISSION, "%s: this user may not write it", path);
	if (rc) {
		db_close(db);
		return rc;
	}
	*out = db;
	return 0;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	sqlite3_close_v2(db->handle);
	free(db->path);
	free(db);
}

void db_close_untouched(struct db *db)
{
	if (db)
		sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	db_close(db);
}

int db_use_wal(struct db *db, struct error *err)
{
	struct db_query *query;
	bool row = false;
	int rc = db_query_new(&query, db, "PRAGMA journal_mode = WAL", err);
	if (!rc)
		rc = db_step(query, &row, err);
	if (!rc && (!row || !db_text(query, 0) || strcmp(db_text(query, 0), "wal") != 0))
		rc = error_set(err, ERR_UNSUPPORTED,
			"%s: its file system cannot keep a write-ahead log; put `catalogue = PATH` "
			"in "
			"theca.ini on a local disk",
			db->path);
	db_query_free(query);
	return rc;
}

int db_use_no_sync(struct db *db, struct error *err)
{
	return db_exec(db, "PRAGMA synchronous = OFF", err);
}

int db_checkpoint(struct db *db, struct error *err)
{
	int code =
		sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	return code == SQLITE_OK ? 0 : db_error(db, code, err);
}

int db_exec(struct db *db, const char *sql, struct error *err)
{
	int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
	return code == SQLITE_OK ? 0 : db_error(db, code, err);
}

int db_begin(struct db *db, struct error *err)
{
	return db_exec(db, "BEGIN IMMEDIATE", err);
}

int db_begin_read(struct db *db, struct error *err)
{
	return db_exec(db, "BEGIN DEFERRED", err);
}

int db_end(struct db *db, int rc, struct error *err)
{
	if (!rc)
		rc = db_exec(db, "COMMIT", err);
	/* A full disk may have rolled the transaction back already. */
	if (rc && !sqlite3_get_autocommit(db->handle))
		db_exec(db, "ROLLBACK", NULL);
	return rc;
}

int db_part_begin(struct db *db, struct error *err)
{
	return db_exec(db, "SAVEPOINT part", err);
}

int db_part_end(struct db *db, int rc, struct error *err)
{
	return db_exec(db, rc ? "ROLLBACK TO part; RELEASE part" : "RELEASE part", err);
}

int db_query_new(struct db_query **out, struct db *db, const char *sql, struct error *err)
{
	*out = NULL;
	struct db_query *query = calloc(1, sizeof(*query));
	if (!query)
		return error_set(err, ERR_MEMORY, "out of memory");
	query->db = db;
	query->next = 1;
	int code = sqlite3_prepare_v2(db->handle, sql, -1, &query->statement, NULL);
	if (code != SQLITE_OK) {
		int rc = db_error(db, code, err);
		free(query);
		return rc ? rc : ERR_IO;
	}
	*out = query;
	return 0;
}

void db_query_free(struct db_query *query)
{
	if (!query)
		return;
	sqlite3_finalize(query->statement);
	free(query);
}

static void note_bind(struct db_query *query, int code)
{
	if (code != SQLITE_OK && query->bind_code == SQLITE_OK)
		query->bind_code = code;
}

void db_bind_text(struct db_query *query, const char *text)
{
	if (text)
		db_bind_text_len(query, text, strlen(text));
	else
		db_bind_null(query);
}

void db_bind_text_len(struct db_query *query, const char *text, size_t len)
{
	note_bind(query, sqlite3_bind_text64(query->statement, query->next++, text, len,
				 SQLITE_TRANSIENT, SQLITE_UTF8));
}

void db_bind_int(struct db_query *query, int64_t number)
{
	note_bind(query, sqlite3_bind_int64(query->statement, query->next++, number));
}

void db_bind_null(struct db_query *query)
{
	note_bind(query, sqlite3_bind_null(query->statement, query->next++));
}

void db_bind_failed(struct db_query *query, enum error_code code, const char *message)
{
	if (!query->failed.code)
		error_set(&query->failed, code, "%s", message);
}

/* Ready to be bound afresh. */
static void reset(struct db_query *query)
{
	sqlite3_reset(query->statement);
	sqlite3_clear_bindings(query->statement);
	query->next = 1;
	query->bind_code = SQLITE_OK;
	query->failed.code = ERR_NONE;
}

int db_step(struct db_query *query, bool *row, struct error *err)
{
	int rc = 0;
	int code = query->bind_code;
	*row = false;
	if (query->failed.code)
		rc = error_set(err, query->failed.code, "%s", query->failed.message);
	else if (code == SQLITE_OK)
		code = sqlite3_step(query->statement);
	if (!rc && code == SQLITE_ROW) {
		*row = true;
		return 0;
	}
	if (!rc && code != SQLITE_DONE)
		rc = db_error(query->db, code, err);
	reset(query);
	return rc;
}

int db_run(struct db_query *query, struct error *err)
{
	bool row;
	int rc;
	do
		rc = db_step(query, &row, err);
	while (!rc && row);
	return rc;
}

const char *db_text(struct db_query *query, int column)
{
	return (const char *)sqlite3_column_text(query->statement, column);
}

size_t db_text_len(struct db_query *query, int column)
{
	return (size_t)sqlite3_column_bytes(query->statement, column);
}

int64_t db_int(struct db_query *query, int column)
{
	return sqlite3_column_int64(query->statement, column);
}

bool db_is_null(struct db_query *query, int column)
{
	return sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}

bool db_is_int(struct db_query *query, int column)
{
	return sqlite3_column_type(query->statement, column) == SQLITE_INTEGER;
}

int db_columns(struct db_query *query)
{
	return sqlite3_column_count(query->statement);
}

const char *db_column_name(struct db_query *query, int column)
{
	return sqlite3_column_name(query->statement, column);
}

int db_get_int(struct db *db, const char *sql, int64_t *number, struct error *err)
{
	struct db_query *query;
	bool row = false;
	*number = 0;
	int rc = db_query_new(&query, db, sql, err);
	if (!rc)
		rc = db_step(query, &row, err);
	if (!rc && row)
		*number = db_int(query, 0);
	db_query_free(query);
	return rc;
}

int db_copy_into(struct db *db, const char *path, struct error *err)
{
	struct db_query *query = NULL;
	char *uri = uri_of(path, false);
	if (!uri)
		return error_set(err, ERR_MEMORY, "out of memory");
	int rc = db_query_new(&query, db, "VACUUM INTO ?", err);
	if (!rc) {
		db_bind_text(query, uri);
		rc = db_run(query, err);
	}
	db_query_free(query);
	free(uri);
	return rc;
}

/* The first row of a PRAGMA that lists faults, unless it is the word for none. */
static int first_fault(struct db *db, const char *sql, const char *none, struct error *err)
{
	struct db_query *query;
	bool row = false;
	int rc = db_query_new(&query, db, sql, err);
	if (!rc)
		rc = db_step(query, &row, err);
	if (!rc && row && (!none || !db_text(query, 0) || strcmp(db_text(query, 0), none) != 0))
		rc = error_set(err, ERR_DAMAGED, "%s: damaged (%s); `theca reindex` makes it anew",
			db->path, db_text(query, 0) ? db_text(query, 0) : "unnamed fault");
	db_query_free(query);
	return rc;
}

int db_check(struct db *db, struct error *err)
{
	int rc = first_fault(db, "PRAGMA quick_check(1)", "ok", err);
	return rc ? rc : first_fault(db, "PRAGMA foreign_key_check", NULL, err);
}

const char *db_library_version(void)
{
	return sqlite3_libversion();
}

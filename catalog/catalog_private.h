/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the catalogue's own files share; nobody else includes it.
 */
#ifndef THECA_CATALOG_CATALOG_PRIVATE_H
#define THECA_CATALOG_CATALOG_PRIVATE_H

#include "base/bytes.h"
#include "catalog/catalog.h"
#include "catalog/db.h"

struct catalog {
	struct db *db;
	char *path; /* of the live database, also when the snapshot is open */
	int lock_fd; /* -1: none */
	int64_t snapshot_time; /* 0: the live one */
};

/* ---- catalog_text.c: text in and out of rows ---- */

/* Binds two parameters, X and X_encoding, from any bytes; NULL bytes bind NULL and ''. */
void catalog_bind_bytes(struct db_query *query, const void *bytes, size_t len);
void catalog_bind_string(struct db_query *query, const char *string);
/* Binds text that must be clean (a key, a code, a time); otherwise the query fails with ERR_INVALID. NULL binds NULL. */
void catalog_bind_clean(struct db_query *query, const char *text);
/* Binds two parameters, the names of what a row hangs on: an object's id and its version. */
void catalog_bind_place(struct db_query *query, const struct object *object, const char *version);
/* Appends the raw bytes of column X, whose encoding is the next column; nothing for NULL. */
int catalog_column_bytes(struct db_query *query, int column, struct buffer *out, struct error *err);
/* The same as a C string that the caller frees; NULL for NULL. */
int catalog_column_string(struct db_query *query, int column, char **out, struct error *err);

/* ---- catalog_rows.c: rows that more than one source fills; what is there already stays ---- */

struct agent_row {
	const char *key; /* NULL: derived from type, name and version */
	const char *type;
	const void *name; /* any bytes */
	size_t name_len;
	const char *version; /* NULL if none, as the next; any bytes */
	const char *note;
};

/* NULL for what is not known. */
struct event_row {
	const char *uuid;
	const char *version;
	int64_t log_line; /* 0: from a sidecar */
	int64_t place; /* among the events of its sidecar or log, from 1 */
	const char *type;
	const char *time;
	const char *outcome;
	const char *detail; /* any bytes, as the next */
	const char *note;
	const char *result; /* JSON */
};

/* Hexadecimal of a SHA-256 with its NUL. */
#define AGENT_KEY_SIZE 65
int catalog_put_agent(struct db *db, const char *object_id, const struct agent_row *agent,
	char derived_key[AGENT_KEY_SIZE], struct error *err);
int catalog_put_event(
	struct db *db, const char *object_id, const struct event_row *event, struct error *err);
int catalog_link_agent(struct db *db, const char *object_id, const char *event_uuid,
	const char *agent_key, const char *role, struct error *err);
/* Notes why a part of an object could not be read, or (message NULL) that it could. */
int catalog_put_problem(struct db *db, const char *object_id, const char *part, const char *message,
	struct error *err);

/* An event with its agents, as a line of the object's log has it, or (in_log false) one of the register. */
int catalog_put_line(struct db *db, const char *object_id, int64_t line, bool in_log,
	const struct jv *entry, struct error *err);

/* ---- indexing, inside a transaction of the caller ---- */

/* Whether an error while indexing says that a file is not as it should be, rather than that the database or memory failed. */
bool catalog_is_file_fault(const struct db *db, int rc);
int catalog_index_register(struct db *db, const struct archive *archive, struct error *err);
int catalog_index_object(struct db *db, const struct object *object, struct error *err);
int catalog_index_sidecar(
	struct db *db, const struct object *object, const char *version, struct error *err);
int catalog_index_reads(
	struct db *db, const struct object *object, const char *version, struct error *err);
int catalog_index_map(
	struct db *db, const struct object *object, const char *version, struct error *err);
/*
 * What the register's findings mean for the objects: those that hold get a row, if they have none, and each its event. To be called
 * when lines of the register or objects have been added.
 */
int catalog_index_findings(struct db *db, struct error *err);
/* A row for an object that lies in the directory and cannot be read, which is its problem; nothing if it has a row. */
int catalog_put_unread(struct db *db, const char *object_id, const char *directory,
	const char *message, struct error *err);
/* The log's lines beyond those indexed. A broken log is noted as a problem and no error. */
int catalog_index_log(struct db *db, const struct object *object, struct error *err);

#endif

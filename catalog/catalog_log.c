/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/catalog_private.h"

#include "store/chain_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- one event, as a line of the object's log or of the register has it ---- */

static int put_agent(struct db *db, const char *object_id, const char *event_uuid,
	const struct jv *agent, struct error *err)
{
	char key[AGENT_KEY_SIZE];
	const char *type = jv_get_text(agent, "type");
	const char *role = jv_get_text(agent, "role");
	struct buffer name = {0};
	int rc = 0;
	if (type && role && jv_get_bytes(agent, "name", &name)) {
		const struct agent_row row = {
			.type = type,
			.name = buffer_text(&name),
			.name_len = name.len,
			.version = jv_get_text(agent, "version"),
		};
		rc = catalog_put_agent(db, object_id, &row, key, err);
		if (!rc)
			rc = catalog_link_agent(db, object_id, event_uuid, key, role, err);
	}
	buffer_release(&name);
	return rc;
}

static int put_agents(struct db *db, const char *object_id, const char *event_uuid,
	const struct jv *agents, struct error *err)
{
	int rc = 0;
	for (size_t i = 0; i < jv_size(agents) && !rc; i++)
		rc = put_agent(db, object_id, event_uuid, jv_at(agents, i), err);
	return rc;
}

/* Appends the member's bytes; NULL if it has none. */
static const char *member(const struct jv *entry, const char *key, struct buffer *bytes)
{
	return jv_get_bytes(entry, key, bytes) ? buffer_text(bytes) : NULL;
}

int catalog_put_line(struct db *db, const char *object_id, int64_t line, bool in_log,
	const struct jv *entry, struct error *err)
{
	struct buffer detail = {0}, note = {0}, result = {0};
	char substitute[32];
	snprintf(substitute, sizeof(substitute), "line-%lld", (long long)line);
	const char *uuid = jv_get_text(entry, "uuid");
	const char *type = jv_get_text(entry, "event");
	const char *time = jv_get_text(entry, "time");
	const struct jv *value = jv_get(entry, "result");
	struct event_row row = {
		.uuid = uuid ? uuid : substitute,
		.version = jv_get_text(entry, "version"),
		.log_line = in_log ? line : 0,
		.place = line,
		.type = type ? type : "",
		.time = time ? time : "",
		.outcome = jv_get_text(entry, "outcome"),
		.detail = member(entry, "detail", &detail),
		.note = member(entry, "note", &note),
	};
	int rc = value ? jv_dump(value, JV_COMPACT, &result, err) : 0;
	row.result = value ? buffer_text(&result) : NULL;
	if (!rc)
		rc = catalog_put_event(db, object_id, &row, err);
	if (!rc)
		rc = put_agents(db, object_id, row.uuid, jv_get(entry, "agents"), err);
	buffer_release(&result);
	buffer_release(&note);
	buffer_release(&detail);
	return rc;
}

/* ---- an object's log ---- */

struct log_walk {
	struct db *db;
	const char *object_id;
	int64_t lines; /* indexed so far */
	struct error *err;
};

static int index_line(void *context, uint64_t seq, const struct jv *entry)
{
	struct log_walk *walk = context;
	const char *type = jv_get_text(entry, "type");
	int rc = 0;
	if (type && !strcmp(type, "event"))
		rc = catalog_put_line(
			walk->db, walk->object_id, (int64_t)seq, true, entry, walk->err);
	if (!rc)
		walk->lines = (int64_t)seq;
	return rc;
}

static int load_lines(struct log_walk *walk)
{
	struct db_query *query;
	bool row = false;
	int rc = db_query_new(
		&query, walk->db, "SELECT log_lines FROM objects WHERE id = ?", walk->err);
	if (rc)
		return rc;
	db_bind_text(query, walk->object_id);
	rc = db_step(query, &row, walk->err);
	walk->lines = !rc && row ? db_int(query, 0) : 0;
	db_query_free(query);
	return rc;
}

static int save_lines(struct log_walk *walk)
{
	struct db_query *query;
	int rc = db_query_new(
		&query, walk->db, "UPDATE objects SET log_lines = ? WHERE id = ?", walk->err);
	if (rc)
		return rc;
	db_bind_int(query, walk->lines);
	db_bind_text(query, walk->object_id);
	rc = db_run(query, walk->err);
	db_query_free(query);
	return rc;
}

/* Walks the lines that are new; where the log breaks is noted, and what came before it stays indexed. */
static int walk_log(struct log_walk *walk, const char *directory, struct error *err)
{
	struct error why = {0};
	walk->err = &why;
	int rc = chain_log_each(directory, (uint64_t)walk->lines + 1, index_line, walk, &why);
	walk->err = err;
	if (rc && !catalog_is_file_fault(walk->db, rc))
		return error_set(err, (enum error_code)rc, "%s", why.message);
	return catalog_put_problem(walk->db, walk->object_id, "log", rc ? why.message : NULL, err);
}

int catalog_index_log(struct db *db, const struct object *object, struct error *err)
{
	struct log_walk walk = {.db = db, .object_id = object_inventory(object)->id, .err = err};
	char *directory = object_log_directory(object);
	if (!directory)
		return error_set(err, ERR_MEMORY, "out of memory");
	int rc = load_lines(&walk);
	if (!rc)
		rc = walk_log(&walk, directory, err);
	if (!rc)
		rc = save_lines(&walk);
	free(directory);
	return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/catalog_private.h"

#include "base/digest.h"

#include <stdlib.h>
#include <string.h>

/* Type, name and version, each ended by a NUL, through SHA-256: the same agent has the same key in every log. */
static int derive_key(const struct agent_row *agent, char key[AGENT_KEY_SIZE], struct error *err)
{
	struct buffer bytes = {0};
	char hex[DIGEST_HEX_SIZE] = "";
	buffer_add(&bytes, agent->type, strlen(agent->type) + 1);
	buffer_add(&bytes, agent->name, agent->name_len);
	buffer_putc(&bytes, '\0');
	if (agent->version)
		buffer_puts(&bytes, agent->version);
	buffer_putc(&bytes, '\0');
	int rc = bytes.failed ? error_set(err, ERR_MEMORY, "out of memory")
			      : digest_bytes(DIGEST_SHA256, bytes.data, bytes.len, hex, err);
	memcpy(key, hex, AGENT_KEY_SIZE - 1);
	key[AGENT_KEY_SIZE - 1] = '\0';
	buffer_release(&bytes);
	return rc;
}

int catalog_put_agent(struct db *db, const char *object_id, const struct agent_row *agent,
	char derived_key[AGENT_KEY_SIZE], struct error *err)
{
	struct db_query *query = NULL;
	int rc = agent->key ? 0 : derive_key(agent, derived_key, err);
	if (!rc)
		rc = db_query_new(&query, db,
			"INSERT OR IGNORE INTO agents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", err);
	if (rc)
		return rc;
	db_bind_text(query, object_id);
	catalog_bind_clean(query, agent->key ? agent->key : derived_key);
	catalog_bind_clean(query, agent->type);
	catalog_bind_bytes(query, agent->name, agent->name_len);
	catalog_bind_string(query, agent->version);
	catalog_bind_string(query, agent->note);
	rc = db_run(query, err);
	db_query_free(query);
	return rc;
}

int catalog_put_event(
	struct db *db, const char *object_id, const struct event_row *event, struct error *err)
{
	struct db_query *query;
	int rc = db_query_new(&query, db,
		"INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", err);
	if (rc)
		return rc;
	db_bind_text(query, object_id);
	catalog_bind_clean(query, event->uuid);
	catalog_bind_clean(query, event->version);
	if (event->log_line)
		db_bind_int(query, event->log_line);
	else
		db_bind_null(query);
	db_bind_int(query, event->place);
	catalog_bind_clean(query, event->type);
	catalog_bind_clean(query, event->time);
	catalog_bind_clean(query, event->outcome);
	catalog_bind_string(query, event->detail);
	catalog_bind_string(query, event->note);
	catalog_bind_clean(query, event->result);
	rc = db_run(query, err);
	db_query_free(query);
	return rc;
}

int catalog_link_agent(struct db *db, const char *object_id, const char *event_uuid,
	const char *agent_key, const char *role, struct error *err)
{
	struct db_query *query;
	int rc = db_query_new(
		&query, db, "INSERT OR IGNORE INTO event_agents VALUES (?, ?, ?, ?)", err);
	if (rc)
		return rc;
	db_bind_text(query, object_id);
	catalog_bind_clean(query, event_uuid);
	catalog_bind_clean(query, agent_key);
	catalog_bind_clean(query, role);
	rc = db_run(query, err);
	db_query_free(query);
	return rc;
}

int catalog_put_problem(struct db *db, const char *object_id, const char *part, const char *message,
	struct error *err)
{
	struct db_query *query;
	int rc = db_query_new(&query, db,
		message ? "INSERT OR REPLACE INTO problems VALUES (?, ?, ?, ?)"
			: "DELETE FROM problems WHERE object_id = ? AND part = ?",
		err);
	if (rc)
		return rc;
	db_bind_text(query, object_id);
	db_bind_text(query, part);
	if (message)
		catalog_bind_string(query, message);
	rc = db_run(query, err);
	db_query_free(query);
	return rc;
}

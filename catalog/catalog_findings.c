/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Objects that could not be opened: what the register tells of them, and what their place in the store does.
 */
#include "catalog/catalog_private.h"

/* One event of a finding, parsed again from its line. */
static int put_event(struct db *db, struct db_query *query, struct error *err)
{
	struct jv *entry = NULL;
	int rc = jv_parse(db_text(query, 2), db_text_len(query, 2), &entry, err);
	if (!rc)
		rc = catalog_put_line(db, db_text(query, 1), db_int(query, 0), false, entry, err);
	jv_free(entry);
	return rc;
}

static int put_events(struct db *db, struct error *err)
{
	struct db_query *query;
	bool row = true;
	int rc = db_query_new(&query, db,
		"SELECT line, object_id, event FROM findings f JOIN objects o ON o.id = f.object_id"
		" WHERE event IS NOT NULL AND NOT EXISTS"
		"  (SELECT 1 FROM events e WHERE e.object_id = f.object_id AND e.uuid = f.uuid)"
		" ORDER BY line",
		err);
	while (!rc && row) {
		rc = db_step(query, &row, err);
		if (!rc && row)
			rc = put_event(db, query, err);
	}
	db_query_free(query);
	return rc;
}

/* An object whose directory is gone has a row all the same, so that it does not drop out of sight. */
static int put_lost_objects(struct db *db, struct error *err)
{
	return db_exec(db,
		"INSERT OR IGNORE INTO objects SELECT object_id, directory, NULL, NULL, 0 FROM "
		"lost;"
		"UPDATE objects AS o SET carrier_uuid ="
		" (SELECT c.uuid FROM lost l JOIN carriers c ON c.uuid = l.carrier_uuid"
		"  WHERE l.object_id = o.id)"
		" WHERE head IS NULL AND carrier_uuid IS NULL",
		err);
}

int catalog_index_findings(struct db *db, struct error *err)
{
	int rc = put_lost_objects(db, err);
	return rc ? rc : put_events(db, err);
}

int catalog_put_unread(struct db *db, const char *object_id, const char *directory,
	const char *message, struct error *err)
{
	struct db_query *query;
	int64_t added = 0;
	int rc = db_query_new(
		&query, db, "INSERT OR IGNORE INTO objects VALUES (?, ?, NULL, NULL, 0)", err);
	if (rc)
		return rc;
	catalog_bind_clean(query, object_id);
	catalog_bind_clean(query, directory);
	rc = db_run(query, err);
	db_query_free(query);
	if (!rc)
		rc = db_get_int(db, "SELECT changes()", &added, err);
	return rc || !added ? rc : catalog_put_problem(db, object_id, "object", message, err);
}

int catalog_is_lost(struct catalog *catalog, const char *object_id, bool *lost, struct error *err)
{
	struct db_query *query;
	*lost = false;
	int rc = db_query_new(&query, catalog->db, "SELECT 1 FROM lost WHERE object_id = ?", err);
	if (rc)
		return rc;
	db_bind_text(query, object_id);
	rc = db_step(query, lost, err);
	db_query_free(query);
	return rc;
}

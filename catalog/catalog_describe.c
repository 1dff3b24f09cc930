/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/catalog_private.h"

#include <stdio.h>
#include <string.h>

/*
 * Queries whose columns are named as the members of the tree. A column X that X_encoding follows holds encoded bytes; one called
 * X_json holds a JSON document, which becomes the member X.
 */
static const char carrier_sql[] =
	"SELECT uuid, carriers.id, id_encoding, title, title_encoding, note, note_encoding,"
	" iif(minted, 'true', 'false') AS minted_json, entered"
	" FROM carriers JOIN objects ON carrier_uuid = uuid WHERE objects.id = ?";
static const char object_sql[] = "SELECT id, directory, head FROM objects WHERE id = ?";
static const char fixity_sql[] =
	"SELECT time AS last, outcome, version, note, note_encoding FROM fixity"
	" WHERE object_id = ?";
static const char problems_sql[] =
	"SELECT part, message, message_encoding FROM problems WHERE object_id = ? ORDER BY part";
static const char versions_sql[] =
	"SELECT name, created, message, message_encoding, user_name, user_name_encoding,"
	" user_address, user_address_encoding, label AS volume_label,"
	" label_encoding AS volume_label_encoding, file_system, source AS source_json"
	" FROM versions WHERE object_id = ? ORDER BY number, name";
static const char disc_sql[] =
	"SELECT profile, format, sectors, bad_sectors, doubtful_sectors, mcn, text_charset,"
	" iif(text_guessed, 'true', iif(text_guessed IS NULL, NULL, 'false')) AS text_guessed_json"
	" FROM versions WHERE object_id = ? AND name = ?";
static const char sessions_sql[] =
	"SELECT number FROM sessions WHERE object_id = ? AND version = ? ORDER BY number";
static const char tracks_sql[] =
	"SELECT number, session, mode, lba, sectors, pregap, flags, isrc FROM tracks"
	" WHERE object_id = ? AND version = ? ORDER BY number";
static const char ids_sql[] =
	"SELECT kind, value FROM disc_ids WHERE object_id = ? AND version = ? ORDER BY kind";
static const char texts_sql[] = "SELECT track, field, value, value_encoding FROM disc_texts"
				" WHERE object_id = ? AND version = ? ORDER BY track, field";
static const char bitstreams_sql[] =
	"SELECT uuid, track, session, byte_offset AS \"offset\", size, format, crc32, sha256"
	" FROM bitstreams WHERE object_id = ? AND version = ? ORDER BY byte_offset";
static const char damage_sql[] =
	"SELECT lba, sectors, status FROM damage WHERE object_id = ? AND version = ? ORDER BY lba";
static const char files_sql[] =
	"SELECT path, role, size, format, puid, uuid, content_path FROM files"
	" WHERE object_id = ? AND version = ? ORDER BY path";
static const char digests_sql[] =
	"SELECT algorithm, digest FROM digests WHERE object_id = ? AND version = ? AND path = ?"
	" ORDER BY algorithm";
static const char events_sql[] =
	"SELECT uuid, type, time, version, log_line, outcome, detail, detail_encoding,"
	" note, note_encoding, result AS result_json"
	" FROM events WHERE object_id = ? ORDER BY time, log_line IS NOT NULL, place";
static const char event_agents_sql[] =
	"SELECT agent_key AS key, role FROM event_agents"
	" WHERE object_id = ? AND event_uuid = ? ORDER BY role, agent_key";
static const char agents_sql[] =
	"SELECT key, type, name, name_encoding, version, version_encoding, note, note_encoding"
	" FROM agents WHERE object_id = ? ORDER BY type, name, key";

/* ---- rows into members ---- */

static bool has_suffix(const char *name, const char *suffix)
{
	size_t len = strlen(name), suffix_len = strlen(suffix);
	return len > suffix_len && !strcmp(name + len - suffix_len, suffix);
}

static int set_json_member(struct jv *object, struct db_query *query, int column, struct error *err)
{
	const char *column_name = db_column_name(query, column);
	int len = (int)(strlen(column_name) - strlen("_json"));
	char name[32];
	struct jv *value;
	int rc = jv_parse(db_text(query, column), db_text_len(query, column), &value, err);
	if (rc)
		return rc;
	snprintf(name, sizeof(name), "%.*s", len, column_name);
	jv_set(object, name, value);
	return 0;
}

static int set_bytes_member(
	struct jv *object, struct db_query *query, int column, struct error *err)
{
	struct buffer bytes = {0};
	int rc = catalog_column_bytes(query, column, &bytes, err);
	if (!rc)
		jv_set_bytes(object, db_column_name(query, column), buffer_text(&bytes), bytes.len);
	buffer_release(&bytes);
	return rc;
}

static bool is_encoded(struct db_query *query, int column)
{
	return column + 1 < db_columns(query) &&
	       has_suffix(db_column_name(query, column + 1), "_encoding");
}

static int set_member(struct jv *object, struct db_query *query, int column, struct error *err)
{
	const char *name = db_column_name(query, column);
	if (db_is_null(query, column) || has_suffix(name, "_encoding"))
		return 0;
	if (has_suffix(name, "_json"))
		return set_json_member(object, query, column, err);
	if (is_encoded(query, column))
		return set_bytes_member(object, query, column, err);
	if (db_is_int(query, column))
		jv_set_int(object, name, db_int(query, column));
	else
		jv_set_text(object, name, db_text(query, column));
	return 0;
}

static int row_to_object(struct jv **out, struct db_query *query, struct error *err)
{
	struct jv *object = jv_new_object();
	int rc = object ? 0 : error_set(err, ERR_MEMORY, "out of memory");
	for (int i = 0; i < db_columns(query) && !rc; i++)
		rc = set_member(object, query, i, err);
	if (rc) {
		jv_free(object);
		object = NULL;
	}
	*out = object;
	return rc;
}

/* ---- queries into trees ---- */

/* Whose rows: an object's, one version's or event's of it, one file's. NULL for what does not apply. */
struct place {
	struct db *db;
	const char *object_id;
	const char *part;
	const char *path;
};

/* Completes the object made of a row with what hangs below it. */
typedef int add_children(const struct place *place, struct jv *object, struct error *err);

static int open_query(
	struct db_query **query, const struct place *place, const char *sql, struct error *err)
{
	int rc = db_query_new(query, place->db, sql, err);
	if (rc)
		return rc;
	db_bind_text(*query, place->object_id);
	if (place->part)
		db_bind_text(*query, place->part);
	if (place->path)
		db_bind_text(*query, place->path);
	return 0;
}

/* The member `name` becomes an array of the rows as objects. */
static int set_array(struct jv *parent, const char *name, const struct place *place,
	const char *sql, add_children *children, struct error *err)
{
	struct db_query *query = NULL;
	struct jv *array = jv_new_array(), *object;
	bool row = true;
	int rc = array ? open_query(&query, place, sql, err)
		       : error_set(err, ERR_MEMORY, "out of memory");
	while (!rc && row) {
		rc = db_step(query, &row, err);
		if (rc || !row)
			break;
		rc = row_to_object(&object, query, err);
		if (!rc && children)
			rc = children(place, object, err);
		jv_append(array, object);
	}
	db_query_free(query);
	jv_set(parent, name, array);
	return rc;
}

/* The member becomes the first row as an object; without a row it is `none`, which is taken over (NULL: no member). */
static int set_object(struct jv *parent, const char *name, const struct place *place,
	const char *sql, struct jv *none, struct error *err)
{
	struct db_query *query;
	struct jv *object = NULL;
	bool row = false;
	int rc = open_query(&query, place, sql, err);
	if (!rc)
		rc = db_step(query, &row, err);
	if (!rc && row)
		rc = row_to_object(&object, query, err);
	db_query_free(query);
	if (object)
		jv_free(none);
	else
		object = none;
	if (object)
		jv_set(parent, name, object);
	return rc;
}

/* The member becomes an object with a member for each row of a name and a text. */
static int set_pairs(struct jv *parent, const char *name, const struct place *place,
	const char *sql, struct error *err)
{
	struct db_query *query;
	struct jv *pairs = jv_new_object();
	bool row = true;
	int rc = open_query(&query, place, sql, err);
	while (!rc && row) {
		rc = db_step(query, &row, err);
		if (!rc && row)
			jv_set_text(pairs, db_text(query, 0), db_text(query, 1));
	}
	db_query_free(query);
	jv_set(parent, name, pairs);
	return rc;
}

static int add_digests(const struct place *place, struct jv *file, struct error *err)
{
	struct place below = *place;
	below.path = jv_get_text(file, "path");
	return set_pairs(file, "digests", &below, digests_sql, err);
}

static int set_sessions(struct jv *disc, const struct place *place, struct error *err)
{
	struct db_query *query;
	struct jv *sessions = jv_new_array();
	bool row = true;
	int rc = open_query(&query, place, sessions_sql, err);
	while (!rc && row) {
		rc = db_step(query, &row, err);
		if (!rc && row)
			jv_append(sessions, jv_new_int(db_int(query, 0)));
	}
	db_query_free(query);
	jv_set(disc, "sessions", sessions);
	return rc;
}

static int add_to_version(const struct place *place, struct jv *version, struct error *err)
{
	struct place below = *place;
	below.part = jv_get_text(version, "name");
	int rc = set_object(version, "disc", &below, disc_sql, NULL, err);
	struct jv *disc = jv_get(version, "disc");
	if (!rc)
		rc = set_sessions(disc, &below, err);
	if (!rc)
		rc = set_array(disc, "tracks", &below, tracks_sql, NULL, err);
	if (!rc)
		rc = set_pairs(disc, "ids", &below, ids_sql, err);
	if (!rc)
		rc = set_array(disc, "texts", &below, texts_sql, NULL, err);
	if (!rc)
		rc = set_array(version, "bitstreams", &below, bitstreams_sql, NULL, err);
	if (!rc)
		rc = set_array(version, "damage", &below, damage_sql, NULL, err);
	return rc ? rc : set_array(version, "files", &below, files_sql, add_digests, err);
}

static int add_to_event(const struct place *place, struct jv *event, struct error *err)
{
	struct place below = *place;
	below.part = jv_get_text(event, "uuid");
	return set_array(event, "agents", &below, event_agents_sql, NULL, err);
}

static int build(struct jv *tree, const struct place *place, struct error *err)
{
	static const struct {
		const char *name, *sql;
		add_children *children;
	} arrays[] = {
		{"problems", problems_sql, NULL},
		{"versions", versions_sql, add_to_version},
		{"events", events_sql, add_to_event},
		{"agents", agents_sql, NULL},
	};
	int rc = set_object(tree, "carrier", place, carrier_sql, NULL, err);
	if (!rc)
		rc = set_object(tree, "object", place, object_sql, NULL, err);
	if (!rc && !jv_get(tree, "object"))
		rc = error_set(
			err, ERR_NOT_FOUND, "the catalogue has no object %s", place->object_id);
	if (!rc)
		rc = set_object(tree, "fixity", place, fixity_sql, jv_new_null(), err);
	for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]) && !rc; i++)
		rc = set_array(tree, arrays[i].name, place, arrays[i].sql, arrays[i].children, err);
	return rc;
}

int catalog_describe(
	struct catalog *catalog, const char *object_id, struct jv **out, struct error *err)
{
	const struct place place = {.db = catalog->db, .object_id = object_id};
	*out = NULL;
	struct jv *tree = jv_new_object();
	int rc = tree ? db_begin_read(catalog->db, err)
		      : error_set(err, ERR_MEMORY, "out of memory");
	if (!rc)
		rc = db_end(catalog->db, build(tree, &place, err), err);
	if (rc)
		jv_free(tree);
	else
		*out = tree;
	return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/catalog_private.h"

#include <string.h>

/* What the register says of a carrier goes before what a sidecar says. */
static int put_carrier(struct db *db, const struct premis *premis, struct error *err)
{
	struct db_query *query;
	int rc = db_query_new(&query, db,
		"INSERT INTO carriers VALUES (?, ?, ?, ?, ?, ?, ?, 0, NULL)"
		" ON CONFLICT (uuid) DO UPDATE SET id = excluded.id, id_encoding = "
		"excluded.id_encoding,"
		"  title = excluded.title, title_encoding = excluded.title_encoding,"
		"  note = excluded.note, note_encoding = excluded.note_encoding"
		" WHERE entered IS NULL",
		err);
	if (rc)
		return rc;
	catalog_bind_clean(query, premis->carrier_uuid);
	catalog_bind_string(query, premis->carrier_id);
	catalog_bind_string(query, premis->title);
	catalog_bind_string(query, premis->note);
	rc = db_run(query, err);
	db_query_free(query);
	return rc;
}

static int set_carrier(
	struct db *db, const struct object *object, const struct premis *premis, struct error *err)
{
	struct db_query *query;
	int rc = db_query_new(&query, db, "UPDATE objects SET carrier_uuid = ? WHERE id = ?", err);
	if (rc)
		return rc;
	db_bind_text(query, premis->carrier_uuid);
	db_bind_text(query, object_inventory(object)->id);
	rc = db_run(query, err);
	db_query_free(query);
	return rc;
}

static int set_volume(struct db *db, const struct object *object, const char *version,
	const struct premis *premis, struct error *err)
{
	struct db_query *query;
	const struct buffer *label = &premis->volume_label;
	int rc = db_query_new(&query, db,
		"UPDATE versions SET label = ?, label_encoding = ?, file_system = ?"
		" WHERE object_id = ? AND name = ?",
		err);
	if (rc)
		return rc;
	catalog_bind_bytes(query, label->len ? label->data : NULL, label->len);
	catalog_bind_clean(query, premis->file_system);
	catalog_bind_place(query, object, version);
	rc = db_run(query, err);
	db_query_free(query);
	return rc;
}

/* The digests that the inventory has no room for; a file that is not in the version's state gets none. */
static int put_fixity(struct db_query *query, const struct object *object, const char *version,
	const struct premis_file *file, struct error *err)
{
	int rc = 0;
	for (size_t i = 0; i < file->fixity_count && !rc; i++) {
		catalog_bind_clean(query, file->fixity[i].algorithm);
		catalog_bind_clean(query, file->fixity[i].digest);
		catalog_bind_place(query, object, version);
		db_bind_text(query, file->name);
		rc = db_run(query, err);
	}
	return rc;
}

static int set_file(struct db_query *query, const struct object *object, const char *version,
	const struct premis_file *file, struct error *err)
{
	catalog_bind_clean(query, file->uuid);
	catalog_bind_clean(query, file->format);
	catalog_bind_clean(query, file->puid);
	db_bind_int(query, (int64_t)file->size);
	catalog_bind_place(query, object, version);
	db_bind_text(query, file->name);
	return db_run(query, err);
}

static int set_files(struct db *db, const struct object *object, const char *version,
	const struct premis *premis, struct error *err)
{
	struct db_query *files = NULL, *digests = NULL;
	int rc = db_query_new(&files, db,
		"UPDATE files SET uuid = ?, format = ?, puid = ?, size = ?"
		" WHERE object_id = ? AND version = ? AND path = ?",
		err);
	if (!rc)
		rc = db_query_new(&digests, db,
			"INSERT OR IGNORE INTO digests SELECT object_id, version, path, ?, lower(?)"
			" FROM files WHERE object_id = ? AND version = ? AND path = ?",
			err);
	for (size_t i = 0; i < premis->file_count && !rc; i++) {
		rc = set_file(files, object, version, &premis->files[i], err);
		if (!rc)
			rc = put_fixity(digests, object, version, &premis->files[i], err);
	}
	db_query_free(digests);
	db_query_free(files);
	return rc;
}

/* The digest of that algorithm, or NULL. */
static const char *find_digest(const struct premis_bitstream *stream, const char *algorithm)
{
	for (size_t i = 0; i < stream->fixity_count; i++)
		if (!strcmp(stream->fixity[i].algorithm, algorithm))
			return stream->fixity[i].digest;
	return NULL;
}

static int put_bitstreams(struct db *db, const struct object *object, const char *version,
	const struct premis *premis, struct error *err)
{
	struct db_query *query;
	int rc = db_query_new(&query, db,
		"INSERT INTO bitstreams VALUES (?, ?, ?, ?, ?, ?, ?, ?, lower(?), lower(?))", err);
	for (size_t i = 0; i < premis->bitstream_count && !rc; i++) {
		const struct premis_bitstream *stream = &premis->bitstreams[i];
		catalog_bind_place(query, object, version);
		db_bind_int(query, stream->session);
		db_bind_int(query, stream->track);
		catalog_bind_clean(query, stream->uuid);
		db_bind_int(query, (int64_t)stream->offset);
		db_bind_int(query, (int64_t)stream->size);
		catalog_bind_clean(query, stream->format);
		catalog_bind_clean(query, find_digest(stream, "crc32"));
		catalog_bind_clean(query, find_digest(stream, "sha256"));
		rc = db_run(query, err);
	}
	db_query_free(query);
	return rc;
}

static int put_agents(
	struct db *db, const char *object_id, const struct premis *premis, struct error *err)
{
	int rc = 0;
	for (size_t i = 0; i < premis->agent_count && !rc; i++) {
		const struct premis_agent *agent = &premis->agents[i];
		const struct agent_row row = {
			.key = agent->uuid,
			.type = agent->type,
			.name = agent->name,
			.name_len = strlen(agent->name),
			.version = agent->version,
			.note = agent->note,
		};
		rc = catalog_put_agent(db, object_id, &row, NULL, err);
	}
	return rc;
}

static int put_event(struct db *db, const char *object_id, const char *version,
	const struct premis_event *event, size_t place, struct error *err)
{
	const struct event_row row = {
		.uuid = event->uuid,
		.place = (int64_t)place,
		.version = version,
		.type = event->type,
		.time = event->time,
		.outcome = event->outcome,
		.detail = event->detail,
		.note = event->note,
	};
	int rc = catalog_put_event(db, object_id, &row, err);
	for (size_t i = 0; i < event->agent_count && !rc; i++)
		rc = catalog_link_agent(db, object_id, event->uuid, event->agents[i].agent_uuid,
			event->agents[i].role, err);
	return rc;
}

int catalog_index_sidecar(
	struct db *db, const struct object *object, const char *version, struct error *err)
{
	const char *object_id = object_inventory(object)->id;
	struct premis *premis = NULL;
	int rc = object_read_premis(object, version, &premis, err);
	if (rc)
		return rc;
	rc = put_carrier(db, premis, err);
	if (!rc)
		rc = set_carrier(db, object, premis, err);
	if (!rc)
		rc = set_volume(db, object, version, premis, err);
	if (!rc)
		rc = set_files(db, object, version, premis, err);
	if (!rc)
		rc = put_bitstreams(db, object, version, premis, err);
	if (!rc)
		rc = put_agents(db, object_id, premis, err);
	for (size_t i = 0; i < premis->event_count && !rc; i++)
		rc = put_event(db, object_id, version, &premis->events[i], i + 1, err);
	premis_free(premis);
	return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/catalog_private.h"

#include "image/disc.h"

static void bind_place(struct db_query *query, const struct object *object, const char *version)
{
	db_bind_text(query, object_inventory(object)->id);
	db_bind_text(query, version);
}

static int set_disc(struct db *db, const struct object *object, const char *version,
	const struct jv *reads, struct error *err)
{
	struct db_query *query;
	struct buffer source = {0};
	enum disc_profile profile;
	const char *name = jv_get_text(jv_get(reads, "disc"), "profile");
	int64_t sectors = jv_get_int(reads, "sectors", -1);
	if (!name || !disc_profile_by_name(name, &profile) || sectors < 0)
		return error_set(err, ERR_INVALID,
			"the list of reads has no usable description of the disc");
	int rc = db_query_new(&query, db,
		"UPDATE versions SET profile = ?, sectors = ?, source = ? WHERE object_id = ? AND "
		"name = ?",
		err);
	if (!rc && jv_get(reads, "source"))
		rc = jv_dump(jv_get(reads, "source"), JV_COMPACT, &source, err);
	if (!rc) {
		db_bind_text(query, name);
		db_bind_int(query, sectors);
		catalog_bind_clean(query, source.len ? buffer_text(&source) : NULL);
		bind_place(query, object, version);
		rc = db_run(query, err);
	}
	buffer_release(&source);
	db_query_free(query);
	return rc;
}

static int put_sessions(struct db *db, const struct object *object, const char *version,
	const struct jv *disc, struct error *err)
{
	struct db_query *query;
	int64_t count = jv_get_int(disc, "sessions", 0);
	if (count < 0 || count > DISC_MAX_TRACKS)
		return error_set(err, ERR_INVALID, "the list of reads tells of %lld sessions",
			(long long)count);
	int rc = db_query_new(&query, db, "INSERT INTO sessions VALUES (?, ?, ?)", err);
	for (int64_t number = 1; number <= count && !rc; number++) {
		bind_place(query, object, version);
		db_bind_int(query, number);
		rc = db_run(query, err);
	}
	db_query_free(query);
	return rc;
}

static int put_track(struct db_query *query, const struct object *object, const char *version,
	const struct jv *track, struct error *err)
{
	enum track_mode mode;
	const char *name = jv_get_text(track, "mode");
	if (!name || !track_mode_by_name(name, &mode))
		return error_set(err, ERR_INVALID, "the list of reads has a track of unknown mode");
	bind_place(query, object, version);
	db_bind_int(query, jv_get_int(track, "number", 0));
	db_bind_int(query, jv_get_int(track, "session", 0));
	db_bind_text(query, name);
	db_bind_int(query, jv_get_int(track, "lba", -1));
	db_bind_int(query, jv_get_int(track, "count", -1));
	return db_run(query, err);
}

static int put_tracks(struct db *db, const struct object *object, const char *version,
	const struct jv *disc, struct error *err)
{
	struct db_query *query;
	const struct jv *tracks = jv_get(disc, "tracks");
	int rc = db_query_new(&query, db, "INSERT INTO tracks VALUES (?, ?, ?, ?, ?, ?, ?)", err);
	for (size_t i = 0; i < jv_size(tracks) && !rc; i++)
		rc = put_track(query, object, version, jv_at(tracks, i), err);
	db_query_free(query);
	return rc;
}

int catalog_index_reads(
	struct db *db, const struct object *object, const char *version, struct error *err)
{
	struct jv *reads = NULL;
	/* A version of other origin has none. */
	if (!object_file_of_role(object, version, ROLE_READS))
		return 0;
	int rc = object_read_reads(object, version, &reads, err);
	if (!rc)
		rc = set_disc(db, object, version, reads, err);
	if (!rc)
		rc = put_sessions(db, object, version, jv_get(reads, "disc"), err);
	if (!rc)
		rc = put_tracks(db, object, version, jv_get(reads, "disc"), err);
	jv_free(reads);
	return rc;
}

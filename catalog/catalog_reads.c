/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/catalog_private.h"

#include "image/disc.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* The list is refused in its own words, before the database would refuse it in the database's. */
__attribute__((format(printf, 2, 3))) static int refuse(struct error *err, const char *format, ...)
{
	char what[200];
	va_list ap;
	va_start(ap, format);
	vsnprintf(what, sizeof(what), format, ap);
	va_end(ap);
	return error_set(
		err, ERR_INVALID, "the list of reads (reads.json) makes no sense: %s", what);
}

/* A number of sectors, or an LBA. */
static bool is_sectors(const struct jv *object, const char *key)
{
	int64_t number = jv_get_int(object, key, -1);
	return number >= 0 && number <= UINT32_MAX;
}

/* Binds a number that an earlier Theca did not write. */
static void bind_known_int(struct db_query *query, const struct jv *object, const char *key)
{
	if (jv_get(object, key))
		db_bind_int(query, jv_get_int(object, key, -1));
	else
		db_bind_null(query);
}

/* In the order of the columns in set_disc. */
static void bind_image(struct db_query *query, const struct jv *reads)
{
	const struct jv *text = jv_get(reads, "text");
	catalog_bind_clean(query, jv_get_text(reads, "format"));
	catalog_bind_clean(query, jv_get_text(jv_get(reads, "disc"), "mcn"));
	bind_known_int(query, reads, "doubtful");
	catalog_bind_clean(query, jv_get_text(text, "encoding"));
	if (text)
		db_bind_int(query, jv_get_bool(text, "guessed", false));
	else
		db_bind_null(query);
}

static int set_disc(struct db *db, const struct object *object, const char *version,
	const struct jv *reads, struct error *err)
{
	struct db_query *query;
	struct buffer source = {0};
	enum disc_profile profile;
	const char *name = jv_get_text(jv_get(reads, "disc"), "profile");
	if (!name || !disc_profile_by_name(name, &profile))
		return refuse(err, "it has no usable description of the disc");
	if (!is_sectors(reads, "sectors"))
		return refuse(err, "\"sectors\" is no number of sectors");
	if (jv_get(reads, "doubtful") && !is_sectors(reads, "doubtful"))
		return refuse(err, "\"doubtful\" is no number of sectors");
	int rc = db_query_new(&query, db,
		"UPDATE versions SET profile = ?, sectors = ?, source = ?, format = ?, mcn = ?,"
		" doubtful_sectors = ?, text_charset = ?, text_guessed = ?"
		" WHERE object_id = ? AND name = ?",
		err);
	if (!rc && jv_get(reads, "source"))
		rc = jv_dump(jv_get(reads, "source"), JV_COMPACT, &source, err);
	if (!rc) {
		db_bind_text(query, name);
		db_bind_int(query, jv_get_int(reads, "sectors", -1));
		catalog_bind_clean(query, source.len ? buffer_text(&source) : NULL);
		bind_image(query, reads);
		catalog_bind_place(query, object, version);
		rc = db_run(query, err);
	}
	buffer_release(&source);
	db_query_free(query);
	return rc;
}

/* An array of them, or a number; none where nobody knows the disc. */
static int64_t count_sessions(const struct jv *disc)
{
	const struct jv *sessions = jv_get(disc, "sessions");
	return jv_is_array(sessions) ? (int64_t)jv_size(sessions) : jv_int(sessions, 0);
}

static int put_sessions(struct db *db, const struct object *object, const char *version,
	const struct jv *disc, struct error *err)
{
	struct db_query *query;
	int64_t count = count_sessions(disc);
	if (count < 0 || count > DISC_MAX_SESSIONS)
		return refuse(err, "it tells of %" PRId64 " sessions", count);
	int rc = db_query_new(&query, db, "INSERT INTO sessions VALUES (?, ?, ?)", err);
	for (int64_t number = 1; number <= count && !rc; number++) {
		catalog_bind_place(query, object, version);
		db_bind_int(query, number);
		rc = db_run(query, err);
	}
	db_query_free(query);
	return rc;
}

/* "DCP PRE" */
static void bind_flags(struct db_query *query, const struct jv *flags)
{
	struct buffer words = {0};
	for (size_t i = 0; i < jv_size(flags); i++) {
		const char *word = jv_text(jv_at(flags, i));
		buffer_puts(&words, i ? " " : "");
		buffer_puts(&words, word ? word : "?");
	}
	if (words.failed)
		db_bind_failed(query, ERR_MEMORY, "out of memory");
	catalog_bind_clean(query, flags ? buffer_text(&words) : NULL);
	buffer_release(&words);
}

/* What is known of a disc's tracks while they are put down one by one. */
struct tracks_seen {
	int64_t sessions; /* that the disc has */
	bool numbers[DISC_MAX_TRACKS + 1];
};

static int check_track(struct tracks_seen *seen, const struct jv *track, struct error *err)
{
	static const char *const places[] = {"lba", "count", "pregap"};
	enum track_mode mode;
	int64_t number = jv_get_int(track, "number", 0), session = jv_get_int(track, "session", 0);
	const char *name = jv_get_text(track, "mode");
	if (number < 1 || number > DISC_MAX_TRACKS)
		return refuse(err, "it has a track of number %" PRId64, number);
	if (seen->numbers[number])
		return refuse(err, "it has track %" PRId64 " twice", number);
	seen->numbers[number] = true;
	if (session < 1 || session > seen->sessions)
		return refuse(err, "track %" PRId64 " is in session %" PRId64 " of %" PRId64,
			number, session, seen->sessions);
	if (!name || !track_mode_by_name(name, &mode))
		return refuse(err, "track %" PRId64 " is of unknown mode", number);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if ((i < 2 || jv_get(track, places[i])) && !is_sectors(track, places[i]))
			return refuse(err, "\"%s\" of track %" PRId64 " is no number of sectors",
				places[i], number);
	return 0;
}

static int put_track(struct db_query *query, const struct object *object, const char *version,
	const struct jv *track, struct error *err)
{
	catalog_bind_place(query, object, version);
	db_bind_int(query, jv_get_int(track, "number", 0));
	db_bind_int(query, jv_get_int(track, "session", 0));
	db_bind_text(query, jv_get_text(track, "mode"));
	db_bind_int(query, jv_get_int(track, "lba", -1));
	db_bind_int(query, jv_get_int(track, "count", -1));
	bind_known_int(query, track, "pregap");
	bind_flags(query, jv_get(track, "flags"));
	catalog_bind_clean(query, jv_get_text(track, "isrc"));
	return db_run(query, err);
}

static int put_tracks(struct db *db, const struct object *object, const char *version,
	const struct jv *disc, struct error *err)
{
	struct db_query *query;
	struct tracks_seen seen = {.sessions = count_sessions(disc)};
	const struct jv *tracks = jv_get(disc, "tracks");
	int rc = db_query_new(&query, db,
		"INSERT INTO tracks (object_id, version, number, session, mode, lba, sectors, "
		"pregap,"
		" flags, isrc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		err);
	for (size_t i = 0; i < jv_size(tracks) && !rc; i++) {
		rc = check_track(&seen, jv_at(tracks, i), err);
		if (!rc)
			rc = put_track(query, object, version, jv_at(tracks, i), err);
	}
	db_query_free(query);
	return rc;
}

static int put_ids(struct db *db, const struct object *object, const char *version,
	const struct jv *ids, struct error *err)
{
	static const char *const kinds[] = {"musicbrainz", "cddb", "accuraterip"};
	struct db_query *query;
	int rc = db_query_new(&query, db, "INSERT INTO disc_ids VALUES (?, ?, ?, ?)", err);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && !rc; i++) {
		const char *value = jv_get_text(ids, kinds[i]);
		if (!value)
			continue;
		catalog_bind_place(query, object, version);
		db_bind_text(query, kinds[i]);
		catalog_bind_clean(query, value);
		rc = db_run(query, err);
	}
	db_query_free(query);
	return rc;
}

/* Of the disc (track 0) and each track, one text of each kind. */
struct texts_seen {
	bool fields[DISC_MAX_TRACKS + 1][TEXT_FIELD_COUNT];
};

static int check_text(struct texts_seen *seen, const struct jv *entry, struct error *err)
{
	enum disc_text_field field;
	const char *name = jv_get_text(entry, "field");
	int64_t track = jv_get_int(entry, "track", -1);
	if (track < 0 || track > DISC_MAX_TRACKS || !name || !disc_text_field_by_name(name, &field))
		return refuse(err, "it has a text of nothing known");
	if (seen->fields[track][field] && !track)
		return refuse(err, "it has the %s of the disc twice", name);
	if (seen->fields[track][field])
		return refuse(err, "it has the %s of track %" PRId64 " twice", name, track);
	seen->fields[track][field] = true;
	return 0;
}

static int put_text(struct db_query *query, const struct object *object, const char *version,
	const struct jv *entry, struct error *err)
{
	struct buffer value = {0};
	int rc = 0;
	if (!jv_get_bytes(entry, "value", &value))
		rc = refuse(err, "it has a text without a value");
	if (!rc) {
		catalog_bind_place(query, object, version);
		db_bind_int(query, jv_get_int(entry, "track", -1));
		db_bind_text(query, jv_get_text(entry, "field"));
		catalog_bind_bytes(query, buffer_text(&value), value.len);
		rc = db_run(query, err);
	}
	buffer_release(&value);
	return rc;
}

static int put_texts(struct db *db, const struct object *object, const char *version,
	const struct jv *text, struct error *err)
{
	struct db_query *query;
	struct texts_seen seen = {0};
	const struct jv *entries = jv_get(text, "entries");
	int rc = db_query_new(&query, db, "INSERT INTO disc_texts VALUES (?, ?, ?, ?, ?, ?)", err);
	for (size_t i = 0; i < jv_size(entries) && !rc; i++) {
		rc = check_text(&seen, jv_at(entries, i), err);
		if (!rc)
			rc = put_text(query, object, version, jv_at(entries, i), err);
	}
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
	if (!rc)
		rc = put_ids(db, object, version, jv_get(reads, "ids"), err);
	if (!rc)
		rc = put_texts(db, object, version, jv_get(reads, "text"), err);
	jv_free(reads);
	return rc;
}

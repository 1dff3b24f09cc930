/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/catalog_private.h"

#include "store/register.h"

#include <stdlib.h>
#include <string.h>

struct register_walk {
	struct db *db;
	struct db_query *put_carrier, *put_finding;
	int64_t applied; /* lines indexed before */
	int64_t seq; /* the last line seen */
	struct buffer
		prev; /* what the line `applied` said of the one before; then what the last one says */
	struct error *err;
};

/* A later line with the same UUID replaces what may change; the first tells since when the carrier is known. */
static const char put_carrier[] =
	"INSERT INTO carriers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
	" ON CONFLICT (uuid) DO UPDATE SET id = excluded.id, id_encoding = excluded.id_encoding,"
	"  title = excluded.title, title_encoding = excluded.title_encoding,"
	"  note = excluded.note, note_encoding = excluded.note_encoding,"
	"  minted = max(minted, excluded.minted), entered = coalesce(entered, excluded.entered)";

static void bind_member(struct db_query *query, const struct jv *entry, const char *key)
{
	struct buffer bytes = {0};
	bool there = jv_get_bytes(entry, key, &bytes);
	catalog_bind_bytes(query, there ? buffer_text(&bytes) : NULL, bytes.len);
	buffer_release(&bytes);
}

static int apply_carrier(struct register_walk *walk, const struct jv *entry)
{
	catalog_bind_clean(walk->put_carrier, jv_get_text(entry, "uuid"));
	bind_member(walk->put_carrier, entry, "id");
	bind_member(walk->put_carrier, entry, "title");
	bind_member(walk->put_carrier, entry, "note");
	db_bind_int(walk->put_carrier, jv_get_bool(entry, "minted", false));
	catalog_bind_clean(walk->put_carrier, jv_get_text(entry, "time"));
	return db_run(walk->put_carrier, walk->err);
}

/* Carries the line of a finding over; catalog_index_findings makes rows and events of it. */
static int apply_finding(struct register_walk *walk, uint64_t seq, const struct jv *entry)
{
	struct buffer event = {0};
	bool has_event = jv_get(entry, "event");
	int rc = has_event ? jv_dump(entry, JV_COMPACT, &event, walk->err) : 0;
	if (!rc) {
		db_bind_int(walk->put_finding, (int64_t)seq);
		catalog_bind_clean(walk->put_finding, jv_get_text(entry, "object"));
		catalog_bind_clean(walk->put_finding, jv_get_text(entry, "directory"));
		catalog_bind_clean(walk->put_finding, jv_get_text(entry, "carrier"));
		catalog_bind_clean(walk->put_finding, jv_get_text(entry, "verdict"));
		catalog_bind_clean(walk->put_finding, jv_get_text(entry, "uuid"));
		catalog_bind_clean(walk->put_finding, has_event ? buffer_text(&event) : NULL);
		rc = db_run(walk->put_finding, walk->err);
	}
	buffer_release(&event);
	return rc;
}

/* The walk begins with the last line that was indexed, which names the digest of the one before it. */
static int check_continuation(struct register_walk *walk, uint64_t seq, const char *prev)
{
	if (seq == (uint64_t)walk->applied && strcmp(prev, buffer_text(&walk->prev)) != 0)
		return error_set(walk->err, ERR_DAMAGED,
			"the register was changed before line %llu, after the catalogue had read "
			"it; compare "
			"it with a backup, then run `theca reindex`",
			(unsigned long long)seq);
	return 0;
}

static int apply_line(void *context, uint64_t seq, const struct jv *entry)
{
	struct register_walk *walk = context;
	const char *type = jv_get_text(entry, "type");
	const char *prev = jv_get_text(entry, "prev");
	int rc = check_continuation(walk, seq, prev ? prev : "");
	if (!rc && type && !strcmp(type, "carrier"))
		rc = apply_carrier(walk, entry);
	else if (!rc && type && !strcmp(type, "finding"))
		rc = apply_finding(walk, seq, entry);
	if (rc)
		return rc;
	walk->seq = (int64_t)seq;
	buffer_clear(&walk->prev);
	buffer_puts(&walk->prev, prev ? prev : "");
	return 0;
}

static int load_state(struct register_walk *walk)
{
	struct db_query *query;
	bool row = false;
	int rc = db_query_new(
		&query, walk->db, "SELECT applied, prev FROM register_state", walk->err);
	if (!rc)
		rc = db_step(query, &row, walk->err);
	if (!rc && row) {
		walk->applied = db_int(query, 0);
		buffer_puts(&walk->prev, db_text(query, 1));
	}
	db_query_free(query);
	return rc;
}

static int save_state(struct register_walk *walk)
{
	struct db_query *query;
	int rc = db_query_new(
		&query, walk->db, "UPDATE register_state SET applied = ?, prev = ?", walk->err);
	if (rc)
		return rc;
	db_bind_int(query, walk->seq);
	catalog_bind_clean(query, buffer_text(&walk->prev));
	rc = walk->prev.failed ? error_set(walk->err, ERR_MEMORY, "out of memory")
			       : db_run(query, walk->err);
	db_query_free(query);
	return rc;
}

static int walk_register(struct register_walk *walk, const struct archive *archive)
{
	uint64_t first = walk->applied ? (uint64_t)walk->applied : 1;
	int rc = register_each(archive, first, apply_line, walk, walk->err);
	if (!rc && walk->seq < walk->applied)
		rc = error_set(walk->err, ERR_DAMAGED,
			"the register has fewer lines than the %lld that the catalogue has read; "
			"put it back "
			"from a backup, or run `theca reindex` to go on without them",
			(long long)walk->applied);
	return rc;
}

int catalog_index_register(struct db *db, const struct archive *archive, struct error *err)
{
	struct register_walk walk = {.db = db, .err = err};
	struct error unsaved;
	int rc = load_state(&walk);
	if (!rc)
		rc = db_query_new(&walk.put_carrier, db, put_carrier, err);
	if (!rc)
		rc = db_query_new(&walk.put_finding, db,
			"INSERT OR IGNORE INTO findings VALUES (?, ?, ?, ?, ?, ?, ?)", err);
	if (!rc)
		rc = walk_register(&walk, archive);
	/* What came before a break stays indexed. */
	if (walk.seq > walk.applied) {
		walk.err = rc ? &unsaved : err;
		int saved = save_state(&walk);
		rc = rc ? rc : saved;
	}
	db_query_free(walk.put_finding);
	db_query_free(walk.put_carrier);
	buffer_release(&walk.prev);
	return rc;
}

int catalog_sync_register(struct catalog *catalog, const struct archive *archive, struct error *err)
{
	int rc = db_begin(catalog->db, err);
	if (rc)
		return rc;
	rc = catalog_index_register(catalog->db, archive, err);
	bool kept = !rc || catalog_is_file_fault(catalog->db, rc);
	int indexed = kept ? catalog_index_findings(catalog->db, rc ? NULL : err) : rc;
	int committed = db_end(catalog->db, indexed, rc ? NULL : err);
	return rc ? rc : committed;
}

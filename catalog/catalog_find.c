/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/catalog_private.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define URN_PREFIX "urn:uuid:"
/* So many candidates are named when an id is ambiguous. */
#define MAX_NAMED 8u

/* What has been found: the first match in full, the others for the message. */
struct search {
	struct catalog_ref first;
	size_t count;
	struct buffer named;
	int64_t nobodys; /* objects whose carrier is not known, if that is what is to be told */
};

void catalog_ref_release(struct catalog_ref *ref)
{
	free(ref->object_id);
	free(ref->directory);
	free(ref->carrier_id);
	free(ref->carrier_uuid);
	*ref = (struct catalog_ref){0};
}

static void search_release(struct search *search)
{
	catalog_ref_release(&search->first);
	buffer_release(&search->named);
}

static void name_candidate(struct search *search, const struct catalog_ref *ref)
{
	const char *carrier = ref->carrier_id ? ref->carrier_id : "";
	buffer_puts(&search->named, search->count ? ", " : "");
	text_terminal(&search->named, carrier, strnlen(carrier, 60));
	if (ref->object_id)
		buffer_printf(&search->named, "%s(%.60s)", *carrier ? " " : "", ref->object_id);
}

static char *copy_text(const char *text, int *rc, struct error *err)
{
	char *copy = text ? strdup(text) : NULL;
	if (text && !copy)
		*rc = error_set(err, ERR_MEMORY, "out of memory");
	return copy;
}

/* Whether an object was found by its own id already. */
static bool is_first_again(const struct search *search, const struct catalog_ref *ref)
{
	return search->count == 1 && ref->object_id && search->first.object_id &&
	       !strcmp(ref->object_id, search->first.object_id);
}

/* Takes the row "o.id, o.directory, c.id, c.id_encoding, c.uuid"; the caller releases, in every case. */
static int take_ref(struct catalog_ref *ref, struct db_query *query, struct error *err)
{
	int rc = 0;
	*ref = (struct catalog_ref){0};
	ref->object_id = copy_text(db_text(query, 0), &rc, err);
	ref->directory = copy_text(db_text(query, 1), &rc, err);
	ref->carrier_uuid = copy_text(db_text(query, 4), &rc, err);
	return rc ? rc : catalog_column_string(query, 2, &ref->carrier_id, err);
}

static int take_match(struct search *search, struct db_query *query, struct error *err)
{
	struct catalog_ref ref;
	int rc = take_ref(&ref, query, err);
	if (rc || is_first_again(search, &ref)) {
		catalog_ref_release(&ref);
		return rc;
	}
	if (search->count < MAX_NAMED)
		name_candidate(search, &ref);
	if (!search->count++)
		search->first = ref;
	else
		catalog_ref_release(&ref);
	return 0;
}

static int collect(struct search *search, struct db_query *query, struct error *err)
{
	bool row = true;
	int rc = 0;
	while (!rc && row) {
		rc = db_step(query, &row, err);
		if (!rc && row)
			rc = take_match(search, query, err);
	}
	return rc;
}

#define FROM_CARRIERS                                                                              \
	"SELECT o.id, o.directory, c.id, c.id_encoding, c.uuid FROM carriers c"                    \
	" LEFT JOIN objects o ON o.carrier_uuid = c.uuid "
#define FROM_OBJECTS                                                                               \
	"SELECT o.id, o.directory, c.id, c.id_encoding, c.uuid FROM objects o"                     \
	" LEFT JOIN carriers c ON c.uuid = o.carrier_uuid "

static int find_whole_carrier(
	struct db *db, const char *id, struct search *search, struct error *err)
{
	struct db_query *query;
	struct buffer text = {0};
	bool encoded = text_encode(&text, id, strlen(id));
	int rc = text.failed ? error_set(err, ERR_MEMORY, "out of memory")
			     : db_query_new(&query, db,
				       FROM_CARRIERS
				       "WHERE c.id_encoding = ? AND c.id = ? ORDER BY o.id",
				       err);
	if (!rc) {
		db_bind_text(query, encoded ? TEXT_PERCENT_MARK : "");
		db_bind_text(query, buffer_text(&text));
		rc = collect(search, query, err);
		db_query_free(query);
	}
	buffer_release(&text);
	return rc;
}

static int find_whole_object(
	struct db *db, const char *id, struct search *search, struct error *err)
{
	struct db_query *query;
	int rc = db_query_new(&query, db, FROM_OBJECTS "WHERE o.id IN (?1, ?2 || ?1)", err);
	if (rc)
		return rc;
	db_bind_text(query, id);
	db_bind_text(query, URN_PREFIX);
	rc = collect(search, query, err);
	db_query_free(query);
	return rc;
}

/*
 * Carriers and objects whose id begins so. Stored ids are clean UTF-8, in which the byte FF does not occur: it ends the range. An
 * encoded id begins with the encoded beginning only by chance, so those few are compared one by one in find_encoded.
 */
static int find_clean_prefix(
	struct db *db, const char *id, struct search *search, struct error *err)
{
	static const char sql[] = FROM_CARRIERS
		"WHERE c.id_encoding = '' AND c.id >= ?1 AND c.id < ?1 || ?2"
		" UNION " FROM_OBJECTS "WHERE o.id >= ?1 AND o.id < ?1 || ?2"
		" UNION " FROM_OBJECTS "WHERE o.id >= ?3 || ?1 AND o.id < ?3 || ?1 || ?2"
		" ORDER BY 3, 1";
	struct db_query *query;
	int rc = db_query_new(&query, db, sql, err);
	if (rc)
		return rc;
	db_bind_text(query, id);
	db_bind_text(query, "\xff");
	db_bind_text(query, URN_PREFIX);
	rc = collect(search, query, err);
	db_query_free(query);
	return rc;
}

static int find_encoded_prefix(
	struct db *db, const char *id, struct search *search, struct error *err)
{
	struct db_query *query;
	bool row = true;
	int rc = db_query_new(
		&query, db, FROM_CARRIERS "WHERE c.id_encoding <> '' ORDER BY c.id, o.id", err);
	while (!rc && row) {
		struct buffer raw = {0};
		rc = db_step(query, &row, err);
		if (!rc && row)
			rc = catalog_column_bytes(query, 2, &raw, err);
		if (!rc && row && !strncmp(buffer_text(&raw), id, strlen(id)))
			rc = take_match(search, query, err);
		buffer_release(&raw);
	}
	db_query_free(query);
	return rc;
}

static int find_prefix(struct db *db, const char *id, struct search *search, struct error *err)
{
	int rc = find_clean_prefix(db, id, search, err);
	return rc ? rc : find_encoded_prefix(db, id, search, err);
}

/* Turns what was found into the answer; the search is released. */
static int conclude(
	struct search *search, const char *id, struct catalog_ref *ref, struct error *err)
{
	struct buffer shown = {0};
	text_terminal(&shown, id, strnlen(id, 100));
	int rc = 0;
	if (!search->count)
		rc = error_set(err, ERR_NOT_FOUND,
			"there is no disc \"%s\" in the catalogue; `theca list` shows what there "
			"is",
			buffer_text(&shown));
	else if (search->count > 1)
		rc = error_set(err, ERR_USAGE, "\"%s\" fits %zu discs: %s%s; give more of the id",
			buffer_text(&shown), search->count, buffer_text(&search->named),
			search->count > MAX_NAMED ? ", ..." : "");
	else if (!search->first.object_id && search->nobodys)
		rc = error_set(err, ERR_NOT_FOUND,
			"the disc \"%s\" is in the register, and no object is known to be of it; "
			"but there are objects whose disc is not known (%lld): `theca list` shows "
			"them, and `theca verify` tells what is wrong with them",
			buffer_text(&shown), (long long)search->nobodys);
	else if (!search->first.object_id)
		rc = error_set(err, ERR_NOT_FOUND,
			"the disc \"%s\" is in the register, but has not been ripped yet",
			buffer_text(&shown));
	if (!rc) {
		*ref = search->first;
		search->first = (struct catalog_ref){0};
	}
	buffer_release(&shown);
	search_release(search);
	return rc;
}

typedef int find_step(struct db *db, const char *id, struct search *search, struct error *err);

/* Goes from the exact to the vague, and no further than the first step that finds anything. */
static int find_in_steps(struct catalog *catalog, const char *id, find_step *const *steps,
	size_t count, struct catalog_ref *ref, struct error *err)
{
	struct search search = {0};
	*ref = (struct catalog_ref){0};
	if (!*id)
		return error_set(err, ERR_USAGE, "an empty id names no disc");
	int rc = db_begin_read(catalog->db, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < count && !rc && !search.count; i++)
		rc = steps[i](catalog->db, id, &search, err);
	if (!rc && search.count && !search.first.object_id)
		rc = db_get_int(catalog->db,
			"SELECT count(*) FROM objects WHERE carrier_uuid IS NULL", &search.nobodys,
			err);
	rc = db_end(catalog->db, rc, err);
	if (!rc)
		return conclude(&search, id, ref, err);
	search_release(&search);
	return rc;
}

int catalog_find(
	struct catalog *catalog, const char *id, struct catalog_ref *ref, struct error *err)
{
	static find_step *const steps[] = {find_whole_carrier, find_whole_object, find_prefix};
	return find_in_steps(catalog, id, steps, sizeof(steps) / sizeof(steps[0]), ref, err);
}

int catalog_find_carrier(
	struct catalog *catalog, const char *carrier_id, struct catalog_ref *ref, struct error *err)
{
	static find_step *const steps[] = {find_whole_carrier};
	return find_in_steps(catalog, carrier_id, steps, 1, ref, err);
}

int catalog_objects(struct catalog *catalog,
	int (*visit)(void *context, const struct catalog_ref *ref), void *context,
	struct error *err)
{
	struct db_query *query;
	bool row = true;
	int rc = db_query_new(&query, catalog->db, FROM_OBJECTS "ORDER BY o.id", err);
	while (!rc && row) {
		struct catalog_ref ref = {0};
		rc = db_step(query, &row, err);
		if (!rc && row)
			rc = take_ref(&ref, query, err);
		if (!rc && row)
			rc = visit(context, &ref);
		catalog_ref_release(&ref);
	}
	db_query_free(query);
	return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/catalog_private.h"

#include "store/deposit.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool catalog_is_file_fault(const struct db *db, int rc)
{
	if (db_has_failed(db))
		return false;
	return rc == ERR_INVALID || rc == ERR_DAMAGED || rc == ERR_UNSUPPORTED ||
	       rc == ERR_NOT_FOUND || rc == ERR_IO;
}

/* "v12" is 12, and so is "v0012" (OCFL 1.1, section 3.5.3). */
static int64_t version_number(const char *name)
{
	return name[0] == 'v' ? (int64_t)strtoul(name + 1, NULL, 10) : 0;
}

/* ---- what the inventory says ---- */

static int put_object(struct db *db, const struct object *object, struct error *err)
{
	struct db_query *query;
	const struct ocfl_inventory *inventory = object_inventory(object);
	int rc = db_query_new(&query, db, "INSERT INTO objects VALUES (?, ?, NULL, ?, 0)", err);
	if (rc)
		return rc;
	catalog_bind_clean(query, inventory->id);
	catalog_bind_clean(query, object_relative(object));
	catalog_bind_clean(query, inventory->head);
	rc = db_run(query, err);
	db_query_free(query);
	return rc;
}

static int put_version(
	struct db *db, const char *object_id, const struct ocfl_version *version, struct error *err)
{
	struct db_query *query;
	int rc = db_query_new(&query, db,
		"INSERT INTO versions (object_id, name, number, created, message, message_encoding,"
		" user_name, user_name_encoding, user_address, user_address_encoding)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		err);
	if (rc)
		return rc;
	db_bind_text(query, object_id);
	catalog_bind_clean(query, version->name);
	db_bind_int(query, version_number(version->name));
	catalog_bind_clean(query, version->created);
	catalog_bind_string(query, version->message);
	catalog_bind_string(query, version->user_name);
	catalog_bind_string(query, version->user_address);
	rc = db_run(query, err);
	db_query_free(query);
	return rc;
}

/* Binds the size of a content file as it lies in the store; NULL if it cannot be looked at. */
static void bind_size(
	struct db_query *query, const struct object *object, const char *version, const char *path)
{
	struct stat st;
	char *file = NULL;
	if (!object_file_path(object, version, path, &file, NULL) && !lstat(file, &st) &&
		S_ISREG(st.st_mode))
		db_bind_int(query, (int64_t)st.st_size);
	else
		db_bind_null(query);
	free(file);
}

static int put_file(struct db_query *query, const struct object *object, const char *version,
	const struct ocfl_state_entry *entry, const char *content_path, struct error *err)
{
	enum file_role role;
	const char *image = object_file_of_role(object, version, ROLE_IMAGE);
	bool known = file_role_beside(entry->logical_path, image, &role);
	db_bind_text(query, object_inventory(object)->id);
	db_bind_text(query, version);
	catalog_bind_clean(query, entry->logical_path);
	catalog_bind_clean(query, content_path);
	db_bind_text(query, known ? file_role_name(role) : NULL);
	bind_size(query, object, version, entry->logical_path);
	return db_run(query, err);
}

/* Digests are compared and shown in lower case, whatever case the inventory has. */
static void bind_digest(struct db_query *query, const char *digest)
{
	char *lower = strdup(digest);
	for (char *p = lower; p && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (!lower)
		db_bind_failed(query, ERR_MEMORY, "out of memory");
	catalog_bind_clean(query, lower);
	free(lower);
}

static int put_digest(struct db_query *query, const char *object_id, const char *version,
	const char *path, const char *algorithm, const char *digest, struct error *err)
{
	db_bind_text(query, object_id);
	db_bind_text(query, version);
	db_bind_text(query, path);
	catalog_bind_clean(query, algorithm);
	bind_digest(query, digest);
	return db_run(query, err);
}

static int put_digests(struct db_query *query, const struct ocfl_inventory *inventory,
	const char *version, const struct ocfl_state_entry *entry, const char *content_path,
	struct error *err)
{
	int rc = put_digest(query, inventory->id, version, entry->logical_path,
		inventory->digest_algorithm, entry->digest, err);
	for (size_t i = 0; i < inventory->fixity_count && !rc; i++) {
		const struct ocfl_fixity_entry *fixity = &inventory->fixity[i];
		if (!strcmp(fixity->content_path, content_path))
			rc = put_digest(query, inventory->id, version, entry->logical_path,
				fixity->algorithm, fixity->digest, err);
	}
	return rc;
}

static int put_state(struct db *db, const struct object *object, const struct ocfl_version *version,
	struct error *err)
{
	const struct ocfl_inventory *inventory = object_inventory(object);
	struct db_query *files = NULL, *digests = NULL;
	int rc = db_query_new(&files, db,
		"INSERT INTO files (object_id, version, path, content_path, role, size)"
		" VALUES (?, ?, ?, ?, ?, ?)",
		err);
	if (!rc)
		rc = db_query_new(
			&digests, db, "INSERT OR IGNORE INTO digests VALUES (?, ?, ?, ?, ?)", err);
	for (size_t i = 0; i < version->state_count && !rc; i++) {
		const struct ocfl_state_entry *entry = &version->state[i];
		const char *content = ocfl_inventory_content_path(inventory, entry->digest);
		rc = content ? put_file(files, object, version->name, entry, content, err)
			     : error_set(err, ERR_INVALID, "the inventory has no content for %s",
				       entry->logical_path);
		if (!rc)
			rc = put_digests(digests, inventory, version->name, entry, content, err);
	}
	db_query_free(digests);
	db_query_free(files);
	return rc;
}

/* ---- what the other files say ---- */

typedef int index_part(
	struct db *db, const struct object *object, const char *version, struct error *err);

/* A part that cannot be read leaves no rows, only a note; the rest of the object is indexed all the same. */
static int index_one_part(struct db *db, const struct object *object, const char *version,
	const char *name, index_part *index, struct error *err)
{
	char part[64];
	struct error why = {0};
	int rc = db_part_begin(db, err);
	if (rc)
		return rc;
	int found = index(db, object, version, &why);
	rc = db_part_end(db, found, err);
	if (rc || !found)
		return rc;
	if (!catalog_is_file_fault(db, found))
		return error_set(err, (enum error_code)found, "%s", why.message);
	snprintf(part, sizeof(part), "%s %s", version, name);
	return catalog_put_problem(db, object_inventory(object)->id, part, why.message, err);
}

static int index_version(struct db *db, const struct object *object,
	const struct ocfl_version *version, struct error *err)
{
	static const struct {
		const char *name;
		index_part *index;
	} parts[] = {
		{"sidecar", catalog_index_sidecar},
		{"reads", catalog_index_reads},
		{"map", catalog_index_map},
	};
	int rc = put_version(db, object_inventory(object)->id, version, err);
	if (!rc)
		rc = put_state(db, object, version, err);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && !rc; i++)
		rc = index_one_part(db, object, version->name, parts[i].name, parts[i].index, err);
	return rc;
}

static int drop_object(struct db *db, const char *object_id, struct error *err)
{
	struct db_query *query;
	int rc = db_query_new(&query, db, "DELETE FROM objects WHERE id = ?", err);
	if (rc)
		return rc;
	db_bind_text(query, object_id);
	rc = db_run(query, err);
	db_query_free(query);
	return rc;
}

int catalog_index_object(struct db *db, const struct object *object, struct error *err)
{
	const struct ocfl_inventory *inventory = object_inventory(object);
	int rc = drop_object(db, inventory->id, err);
	if (!rc)
		rc = put_object(db, object, err);
	if (!rc && object_problem(object))
		rc = catalog_put_problem(
			db, inventory->id, "inventory", object_problem(object), err);
	for (size_t i = 0; i < inventory->version_count && !rc; i++)
		rc = index_version(db, object, &inventory->versions[i], err);
	return rc ? rc : catalog_index_log(db, object, err);
}

/* ---- the two ways in ---- */

/* The number of the indexed head; 0 if the object is not known, or only that it could not be read. */
static int known_head(struct db *db, const char *object_id, int64_t *number, struct error *err)
{
	struct db_query *query;
	bool row = false;
	*number = 0;
	int rc = db_query_new(&query, db, "SELECT head FROM objects WHERE id = ?", err);
	if (rc)
		return rc;
	db_bind_text(query, object_id);
	rc = db_step(query, &row, err);
	if (!rc && row)
		*number = db_is_null(query, 0) ? 0 : version_number(db_text(query, 0));
	db_query_free(query);
	return rc;
}

static int add(
	struct catalog *catalog, const struct object *object, bool only_log, struct error *err)
{
	const struct ocfl_inventory *inventory = object_inventory(object);
	int64_t known, own = version_number(inventory->head);
	int rc = db_begin(catalog->db, err);
	if (rc)
		return rc;
	rc = known_head(catalog->db, inventory->id, &known, err);
	if (!rc && (known > own || (known == own && only_log)))
		rc = catalog_index_log(catalog->db, object, err);
	else if (!rc)
		rc = catalog_index_object(catalog->db, object, err);
	if (!rc)
		rc = catalog_index_findings(catalog->db, err);
	rc = db_end(catalog->db, rc, err);
	if (rc)
		error_prefix(err, "adding %s to the catalogue", inventory->id);
	return rc;
}

int catalog_add_object(struct catalog *catalog, const struct object *object, struct error *err)
{
	return add(catalog, object, false, err);
}

int catalog_add_event(struct catalog *catalog, const struct object *object, struct error *err)
{
	return add(catalog, object, true, err);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/catalog_private.h"

#include "catalog/catalog_file.h"
#include "catalog/migrate.h"
#include "store/ocfl_layout.h"

#include <stdlib.h>
#include <unistd.h>

struct rebuild {
	const struct archive *archive;
	const struct catalog_watch *watch;
	struct catalog_counts *counts;
	struct db *db;
	struct error *err;
};

static void tell_problem(struct rebuild *rebuild, const char *subject, const char *message)
{
	if (rebuild->watch && rebuild->watch->problem)
		rebuild->watch->problem(rebuild->watch->context, subject, message);
}

/* What cannot be read of the register is told; what can is indexed. */
static int take_register_fault(struct rebuild *rebuild, int rc, const struct error *why)
{
	if (rc && !catalog_is_file_fault(rebuild->db, rc))
		return error_set(rebuild->err, (enum error_code)rc, "%s", why->message);
	if (rc) {
		rebuild->counts->problems++;
		tell_problem(rebuild, "register", why->message);
	}
	return 0;
}

static int add_register(struct rebuild *rebuild)
{
	struct error why = {0};
	int rc = catalog_index_register(rebuild->db, rebuild->archive, &why);
	return take_register_fault(rebuild, rc, &why);
}

static int add_findings(struct rebuild *rebuild)
{
	struct error why = {0};
	int rc = catalog_index_findings(rebuild->db, &why);
	return take_register_fault(rebuild, rc, &why);
}

/* Passes on what could not be read of an object that was indexed. */
static int tell_parts(struct rebuild *rebuild, const struct object *object)
{
	struct db_query *query;
	struct buffer message = {0};
	bool row = true;
	int rc = db_query_new(&query, rebuild->db,
		"SELECT message, message_encoding FROM problems WHERE object_id = ? ORDER BY part",
		rebuild->err);
	if (!rc)
		db_bind_text(query, object_inventory(object)->id);
	while (!rc && row) {
		buffer_clear(&message);
		rc = db_step(query, &row, rebuild->err);
		if (!rc && row)
			rc = catalog_column_bytes(query, 0, &message, rebuild->err);
		if (!rc && row) {
			rebuild->counts->problems++;
			tell_problem(rebuild, object_relative(object), buffer_text(&message));
		}
	}
	buffer_release(&message);
	db_query_free(query);
	return rc;
}

/* An object that is there twice (a directory copied by hand) is indexed where it was met first. */
static int check_new(struct rebuild *rebuild, const struct object *object, struct error *err)
{
	struct db_query *query;
	bool row = false;
	int rc = db_query_new(&query, rebuild->db,
		"SELECT directory FROM objects WHERE id = ? AND head IS NOT NULL", err);
	if (rc)
		return rc;
	db_bind_text(query, object_inventory(object)->id);
	rc = db_step(query, &row, err);
	if (!rc && row)
		rc = error_set(err, ERR_INVALID, "the object %s is also in %s",
			object_inventory(object)->id, db_text(query, 0));
	db_query_free(query);
	return rc;
}

/* Everything of one object, or nothing. */
static int index_whole(struct rebuild *rebuild, const struct object *object, struct error *err)
{
	int rc = db_part_begin(rebuild->db, err);
	if (rc)
		return rc;
	rc = check_new(rebuild, object, err);
	if (!rc)
		rc = catalog_index_object(rebuild->db, object, err);
	int ended = db_part_end(rebuild->db, rc, rc ? NULL : err);
	return rc ? rc : ended;
}

/* Told, and listed all the same if its directory says which object it is. */
static int skip(struct rebuild *rebuild, const char *relative, const char *message)
{
	char *id = ocfl_layout_id(relative);
	int rc = id ? catalog_put_unread(rebuild->db, id, relative, message, rebuild->err) : 0;
	free(id);
	rebuild->counts->skipped++;
	tell_problem(rebuild, relative, message);
	return rc;
}

static int add_one(void *context, const char *relative)
{
	struct rebuild *rebuild = context;
	struct object *object = NULL;
	struct error why = {0};
	const struct progress_state state = {.phase = "indexing", .done = rebuild->counts->objects};
	if (!progress_report(rebuild->watch ? rebuild->watch->progress : NULL, &state))
		return error_set(rebuild->err, ERR_INTERRUPTED, "stopped; the old catalogue stays");
	int rc = object_open(&object, rebuild->archive, relative, &why);
	if (!rc)
		rc = index_whole(rebuild, object, &why);
	if (!rc) {
		rebuild->counts->objects++;
		rc = tell_parts(rebuild, object);
	} else if (catalog_is_file_fault(rebuild->db, rc) && archive_is_online(rebuild->archive)) {
		rc = skip(rebuild, relative, why.message);
	} else {
		error_set(rebuild->err, (enum error_code)rc, "%s: %s", relative, why.message);
	}
	object_close(object);
	return rc;
}

/* One transaction: the file is of no use before it is whole. */
static int fill(struct rebuild *rebuild)
{
	int64_t carriers = 0;
	int rc = db_begin(rebuild->db, rebuild->err);
	if (rc)
		return rc;
	rc = add_register(rebuild);
	if (!rc)
		rc = ocfl_root_each(rebuild->archive->store, add_one, rebuild, rebuild->err);
	if (!rc)
		rc = add_findings(rebuild);
	if (!rc)
		rc = db_get_int(
			rebuild->db, "SELECT count(*) FROM carriers", &carriers, rebuild->err);
	rebuild->counts->carriers = (uint64_t)carriers;
	return db_end(rebuild->db, rc, rebuild->err);
}

static void tell_aside(struct rebuild *rebuild, const char *aside)
{
	struct error words;
	error_set(&words, ERR_DAMAGED,
		"what lay there was no catalogue that could be read; it is kept as %s", aside);
	tell_problem(rebuild, rebuild->archive->catalogue, words.message);
}

/* The place must be free for a catalogue, and the store must be there: an unmounted disk would give an empty one. */
static int check_places(const struct archive *archive, struct error *err)
{
	bool ours;
	int rc = catalog_file_check_place(archive->catalogue, err);
	if (!rc)
		rc = migrate_peek(archive->catalogue, migrate_released(), &ours, err);
	/* In the archive's own directory nobody else has any business: there it is a catalogue that rotted. */
	if (!rc && archive->settings.catalogue)
		rc = catalog_file_check_owner(archive->catalogue, err);
	return rc ? rc : ocfl_root_check(archive->store, err);
}

static int rebuild_locked(struct rebuild *rebuild, int lock_fd)
{
	const char *path = rebuild->archive->catalogue;
	int rc = catalog_lock(lock_fd, path, CATALOG_LOCK_WRITE, CATALOG_EXCLUSIVE,
		CATALOG_LOCK_SECONDS, rebuild->err);
	if (!rc)
		rc = catalog_file_begin(path, &rebuild->db, rebuild->err);
	if (rc)
		return rc;
	rc = fill(rebuild);
	if (rc) {
		catalog_file_abandon(path, rebuild->db);
		return rc;
	}
	char *aside = NULL;
	rc = catalog_file_install(path, lock_fd, rebuild->db, &aside, rebuild->err);
	if (aside)
		tell_aside(rebuild, aside);
	free(aside);
	return rc;
}

int catalog_rebuild(const struct archive *archive, const struct catalog_watch *watch,
	struct catalog_counts *counts, struct error *err)
{
	struct rebuild rebuild = {.archive = archive, .watch = watch, .counts = counts, .err = err};
	int lock_fd;
	*counts = (struct catalog_counts){0};
	int rc = check_places(archive, err);
	if (!rc)
		rc = catalog_lock_open(&lock_fd, archive->catalogue, true, err);
	if (rc)
		return rc;
	rc = rebuild_locked(&rebuild, lock_fd);
	close(lock_fd);
	return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/catalog_private.h"

#include "base/disk.h"
#include "base/path.h"
#include "catalog/catalog_file.h"
#include "catalog/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int check_present(const char *path, struct error *err)
{
	struct stat st;
	if (stat(path, &st))
		return error_set(err, error_code_of_errno(errno),
			"the catalogue %s is not there (%s); `theca reindex` makes it anew from "
			"the store and "
			"the register",
			path, strerror(errno));
	if (!st.st_size)
		return error_set(err, ERR_DAMAGED,
			"the catalogue %s is an empty file; `theca reindex` makes it anew", path);
	return 0;
}

/* Whether a database that has been opened is a catalogue that can be used in this mode. */
static int check_version(struct db *db, const char *path, bool writable, struct error *err)
{
	size_t version;
	int rc = migrate_identify(db, migrate_released(), path, &version, err);
	if (!rc && !version)
		return error_set(err, ERR_DAMAGED,
			"%s holds no catalogue; `theca reindex` makes it anew", path);
	if (!rc && !writable && version < migrate_released()->count)
		return error_set(err, ERR_UNSUPPORTED,
			"%s was written by an earlier Theca, and this user may not bring it up to "
			"date; "
			"let somebody who may write there run `theca reindex`",
			path);
	return rc;
}

static int open_live(struct catalog *catalog, bool writable, struct error *err)
{
	bool ours;
	struct db *db;
	int rc = migrate_peek(catalog->path, migrate_released(), &ours, err);
	if (!rc)
		rc = db_open(&db, catalog->path, writable ? DB_WRITE : DB_READ, err);
	if (rc)
		return rc;
	rc = check_version(db, catalog->path, writable, err);
	if (rc) {
		db_close_untouched(db);
		return rc;
	}
	if (writable)
		rc = migrate_run(db, migrate_released(), catalog->path, err);
	if (!rc && writable)
		rc = db_use_wal(db, err);
	if (rc) {
		db_close(db);
		return rc;
	}
	catalog->db = db;
	return 0;
}

static int open_snapshot(struct catalog *catalog, struct error *err)
{
	struct stat st;
	char *name = catalog_file_beside(catalog->path, CATALOG_SNAPSHOT_SUFFIX);
	if (!name)
		return error_set(err, ERR_MEMORY, "out of memory");
	int rc = 0;
	if (stat(name, &st))
		rc = error_set_errno(err, errno, "opening %s", name);
	if (!rc)
		rc = db_open(&catalog->db, name, DB_IMMUTABLE, err);
	if (!rc)
		rc = check_version(catalog->db, name, false, err);
	if (!rc)
		catalog->snapshot_time = st.st_mtim.tv_sec;
	free(name);
	return rc;
}

/* SQLite must make files beside the database to read it, unless a writer has them there. */
static bool may_write_beside(const char *path)
{
	char *directory = path_parent(path);
	bool may = directory && !faccessat(AT_FDCWD, directory, W_OK, AT_EACCESS);
	free(directory);
	return may;
}

static int open_for_writing(struct catalog *catalog, struct error *err)
{
	int rc = check_present(catalog->path, err);
	if (!rc)
		rc = catalog_lock(catalog->lock_fd, catalog->path, CATALOG_LOCK_WRITE,
			CATALOG_SHARED, CATALOG_LOCK_SECONDS, err);
	if (!rc)
		rc = catalog_lock(catalog->lock_fd, catalog->path, CATALOG_LOCK_OPEN,
			CATALOG_SHARED, CATALOG_LOCK_SECONDS, err);
	return rc ? rc : open_live(catalog, true, err);
}

/* The database itself, and beside it. */
static bool may_write(const char *path)
{
	return may_write_beside(path) && !faccessat(AT_FDCWD, path, W_OK, AT_EACCESS);
}

/*
 * What a reader does not understand a writer may bring up to date, and whoever may write is one; what is of no use to either is refused once
 * more.
 */
static int open_as_writer(struct catalog *catalog, struct error *err)
{
	int rc = open_for_writing(catalog, err);
	db_close(catalog->db);
	catalog->db = NULL;
	catalog_lock(
		catalog->lock_fd, catalog->path, CATALOG_LOCK_WRITE, CATALOG_UNLOCKED, 0, NULL);
	return rc ? rc : open_live(catalog, false, err);
}

static int open_for_reading(struct catalog *catalog, struct error *err)
{
	struct error why;
	int rc = catalog_lock(catalog->lock_fd, catalog->path, CATALOG_LOCK_OPEN, CATALOG_SHARED,
		CATALOG_LOCK_SECONDS, err);
	if (!rc)
		rc = check_present(catalog->path, err);
	if (!rc)
		rc = open_live(catalog, false, err);
	if (rc == ERR_UNSUPPORTED && may_write(catalog->path))
		return open_as_writer(catalog, err);
	bool hopeless = rc == ERR_UNSUPPORTED || rc == ERR_DAMAGED || rc == ERR_MEMORY;
	/* on a full disk SQLite cannot make what it needs beside the database, and calls it an I/O error */
	bool no_room = rc == ERR_IO || rc == ERR_NO_SPACE;
	bool may_write = may_write_beside(catalog->path);
	if (!rc || hopeless || (may_write && !no_room))
		return rc;
	int snapshot = open_snapshot(catalog, &why);
	if (snapshot && may_write)
		return rc;
	if (snapshot == ERR_NOT_FOUND)
		return error_set(err, ERR_PERMISSION,
			"this user may not write beside %s, and no copy for readers has been "
			"published; "
			"let somebody who may write run `theca reindex`",
			catalog->path);
	return snapshot ? error_set(err, (enum error_code)snapshot, "%s", why.message) : 0;
}

static int create(struct catalog *catalog, struct error *err)
{
	struct db *db;
	char *aside = NULL; /* stays NULL: there is nothing at the path */
	int rc = catalog_lock(catalog->lock_fd, catalog->path, CATALOG_LOCK_WRITE,
		CATALOG_EXCLUSIVE, CATALOG_LOCK_SECONDS, err);
	if (!rc && path_exists(catalog->path))
		rc = error_set(
			err, ERR_EXISTS, "there is a catalogue already at %s", catalog->path);
	if (!rc)
		rc = catalog_file_begin(catalog->path, &db, err);
	if (!rc)
		rc = catalog_file_install(catalog->path, catalog->lock_fd, db, &aside, err);
	free(aside);
	return rc ? rc : open_for_writing(catalog, err);
}

static int open_in_mode(struct catalog *catalog, enum catalog_mode mode, struct error *err)
{
	int rc = catalog_file_check_place(catalog->path, err);
	if (!rc)
		rc = catalog_lock_open(&catalog->lock_fd, catalog->path, mode != CATALOG_READ, err);
	if (rc)
		return rc;
	switch (mode) {
	case CATALOG_CREATE:
		return create(catalog, err);
	case CATALOG_WRITE:
		return open_for_writing(catalog, err);
	case CATALOG_READ:
		return open_for_reading(catalog, err);
	}
	return error_set(err, ERR_USAGE, "no such mode of the catalogue");
}

int catalog_open(struct catalog **out, const struct archive *archive, enum catalog_mode mode,
	struct error *err)
{
	*out = NULL;
	struct catalog *catalog = calloc(1, sizeof(*catalog));
	if (!catalog)
		return error_set(err, ERR_MEMORY, "out of memory");
	catalog->lock_fd = -1;
	catalog->path = strdup(archive->catalogue);
	int rc = catalog->path ? open_in_mode(catalog, mode, err)
			       : error_set(err, ERR_MEMORY, "out of memory");
	if (rc) {
		catalog_close(catalog);
		return rc;
	}
	*out = catalog;
	return 0;
}

void catalog_close(struct catalog *catalog)
{
	if (!catalog)
		return;
	db_close(catalog->db);
	/* After the database: the lock tells others that it is open. */
	if (catalog->lock_fd >= 0)
		close(catalog->lock_fd);
	free(catalog->path);
	free(catalog);
}

int64_t catalog_snapshot_time(const struct catalog *catalog)
{
	return catalog->snapshot_time;
}

int catalog_check(struct catalog *catalog, struct error *err)
{
	return db_check(catalog->db, err);
}

int catalog_publish(struct catalog *catalog, struct error *err)
{
	int rc = catalog_lock(catalog->lock_fd, catalog->path, CATALOG_LOCK_PUBLISH,
		CATALOG_EXCLUSIVE, CATALOG_LOCK_SECONDS, err);
	if (!rc) {
		rc = catalog_file_publish(catalog->path, catalog->db, err);
		catalog_lock(catalog->lock_fd, catalog->path, CATALOG_LOCK_PUBLISH,
			CATALOG_UNLOCKED, 0, NULL);
	}
	return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Catalogue files: what lies beside the database, who may touch it when, and how a new database takes its place.
 *
 *   catalog.db            the database, in WAL mode; SQLite's catalog.db-wal and catalog.db-shm come and go
 *   catalog.db.lock       empty; three bytes of it are locked (open file description locks)
 *                           byte 0  shared: by who may change the database; exclusive: by who makes it anew
 *                           byte 1  shared: by who has the database open;   exclusive: by who puts another in its place
 *                           byte 2  exclusive: by who publishes a snapshot
 *   catalog.db.new        a database being made; worthless after a crash
 *   catalog.db.snapshot   a copy for readers who may not write here, replaced whole and never changed
 *   catalog.db.damaged    what lay at catalog.db when it was made anew and could not even be recognised; a second time it
 *                         is catalog.db.damaged-2, and so on
 *
 * SQLite finds the write-ahead log by name, so another file must not be put in a database's place while anybody has it open: a log
 * of the old would be read into the new. Byte 1 keeps that apart; byte 0 keeps out writers for as long as the new one is being
 * filled, so that nothing they add is lost, while readers go on with the old one.
 */
#ifndef THECA_CATALOG_CATALOG_FILE_H
#define THECA_CATALOG_CATALOG_FILE_H

#include "base/error.h"
#include "catalog/db.h"

#include <stdbool.h>

#define CATALOG_LOCK_SUFFIX ".lock"
#define CATALOG_NEW_SUFFIX ".new"
#define CATALOG_SNAPSHOT_SUFFIX ".snapshot"
#define CATALOG_ASIDE_SUFFIX ".damaged"

/* How long locks are waited for. */
#define CATALOG_LOCK_SECONDS 30

enum catalog_lock_byte {
	CATALOG_LOCK_WRITE,
	CATALOG_LOCK_OPEN,
	CATALOG_LOCK_PUBLISH,
};

enum catalog_lock_kind { CATALOG_UNLOCKED, CATALOG_SHARED, CATALOG_EXCLUSIVE };

/* The name of a file beside the database; the caller frees; NULL when out of memory. */
char *catalog_file_beside(const char *path, const char *suffix);
/*
 * Opens the lock file of a catalogue, making it if it is missing; closing *fd ends its locks. Without writable it is opened for
 * shared locks only, and a lock file that this user can neither open nor make gives -1 and no error.
 */
int catalog_lock_open(int *fd, const char *path, bool writable, struct error *err);
/* Takes, changes or gives up the lock on a byte; ERR_BUSY when others hold it for longer than `seconds`. An fd of -1 locks nothing. */
int catalog_lock(int fd, const char *path, enum catalog_lock_byte byte, enum catalog_lock_kind kind,
	double seconds, struct error *err);
/* The kind of network file system that path lies on, of a statfs f_type: "NFS"; NULL if it is none that is known. */
const char *catalog_network_name(long file_system_type);
/*
 * Refuses a place on a network file system, where a write-ahead log does not work (https://sqlite.org/wal.html), and a path that
 * is there but no regular file.
 */
int catalog_file_check_place(const char *path, struct error *err);

/*
 * Refuses (ERR_UNSUPPORTED) when a catalogue made at that path would displace a file that is not Theca's: one that is neither empty
 * nor a database with Theca's mark.
 */
int catalog_file_check_owner(const char *path, struct error *err);

/* Opens a new, empty database with all tables at path.new, throwing away what lay there; the caller holds byte 0. */
int catalog_file_begin(const char *path, struct db **db, struct error *err);
/*
 * Ends it: the database is closed in every case, synced, and takes the place of the one at path, if there is one. Takes byte 1. What
 * lay there and could not be recognised is kept under another name, which *aside then is (the caller frees; else it is not set).
 */
int catalog_file_install(
	const char *path, int lock_fd, struct db *db, char **aside, struct error *err);
/* Gives up: closes the database and removes it. */
void catalog_file_abandon(const char *path, struct db *db);
/* Puts a copy of the open database at path.snapshot, whole or not at all; the caller holds byte 2. */
int catalog_file_publish(const char *path, struct db *db, struct error *err);

#endif

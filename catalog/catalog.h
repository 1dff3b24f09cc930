/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Catalogue: the index over the register and every object, for finding and listing. The files are the truth: everything here
 * can be made anew from them (catalog_rebuild).
 *
 * Open it after forking, and for as short a time as the work allows: while somebody has it open for writing, it cannot be made
 * anew. What lies on disk is drawn in catalog/catalog_file.h, the tables in schemas/catalog.sql and the steps after it.
 */
#ifndef THECA_CATALOG_CATALOG_H
#define THECA_CATALOG_CATALOG_H

#include "base/error.h"
#include "base/json.h"
#include "base/progress.h"
#include "store/archive.h"
#include "store/object.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct catalog;

enum catalog_mode {
	CATALOG_CREATE, /* a new archive's; ERR_EXISTS if there is one */
	CATALOG_WRITE,
	CATALOG_READ, /* a user who may not write gets the last published snapshot when the live one cannot be read safely */
};

/*
 * Opens an archive's catalogue; one of an earlier Theca is brought up to date, if this user may write it (ERR_UNSUPPORTED if not). ERR_NOT_FOUND when it is missing,
 * ERR_DAMAGED when it is broken (both say `theca reindex`), ERR_UNSUPPORTED for one of a later Theca, another program's file or a
 * network file system, ERR_BUSY when it is being made anew for more than 30 s. The caller closes.
 */
int catalog_open(struct catalog **out, const struct archive *archive, enum catalog_mode mode,
	struct error *err);
void catalog_close(struct catalog *catalog);
/* When the snapshot was published that is read instead of the live catalogue, in seconds since the epoch; 0 for the live one. */
int64_t catalog_snapshot_time(const struct catalog *catalog);
/*
 * Publishes the present state for readers who may not write: catalog.db.snapshot, replaced atomically. Copies the whole
 * database, so once at the end of a command.
 */
int catalog_publish(struct catalog *catalog, struct error *err);
/* Looks for damage inside the database, which reads all of it; ERR_DAMAGED says `theca reindex`. */
int catalog_check(struct catalog *catalog, struct error *err);

/* ---- adding: idempotent, each call one transaction ---- */

/*
 * Indexes the lines of the register that are not yet indexed. ERR_DAMAGED when the register does not go on where it was left (lines
 * are gone or changed); what comes before the break is indexed.
 */
int catalog_sync_register(
	struct catalog *catalog, const struct archive *archive, struct error *err);
/*
 * Replaces all that is known of the object by what is read back from it: inventory, sidecars, reads, maps, log. A part that cannot be
 * read is left out and noted among the object's problems. An object opened before a version was added that is indexed
 * already changes nothing but its events.
 */
int catalog_add_object(struct catalog *catalog, const struct object *object, struct error *err);
/* Indexes the lines that were appended to the object's log since; the whole object if it is not known in this version. */
int catalog_add_event(struct catalog *catalog, const struct object *object, struct error *err);

/* ---- asking ---- */

/* Strings are the struct's own. */
struct catalog_ref {
	char *object_id;
	char *directory; /* from the storage root */
	char *carrier_id; /* raw bytes; NULL if the object has no readable sidecar, as the next */
	char *carrier_uuid;
};

/*
 * Finds an object by its carrier's id, its own id with or without "urn:uuid:", or the beginning of either; a whole carrier id goes before
 * everything else. ERR_USAGE lists the candidates when several fit; ERR_NOT_FOUND also for a carrier that is not ripped yet, and says so.
 */
int catalog_find(
	struct catalog *catalog, const char *id, struct catalog_ref *ref, struct error *err);
/* The same by the whole carrier id alone. */
int catalog_find_carrier(struct catalog *catalog, const char *carrier_id, struct catalog_ref *ref,
	struct error *err);
void catalog_ref_release(struct catalog_ref *ref);
/* Whether the last that the register tells of the object is that it could not be opened. */
int catalog_is_lost(struct catalog *catalog, const char *object_id, bool *lost, struct error *err);

/* One carrier with its object. Strings are borrowed for the call; NULL for what is not known. */
struct catalog_row {
	const char *carrier_id; /* raw bytes; NULL for an object without readable sidecar */
	const char *title; /* raw bytes */
	const char *
		object_id; /* NULL: the carrier is registered, but not ripped yet; all below is then unknown */
	const char *directory; /* from the storage root */
	const char *
		head; /* "v1"; what follows is of this version; NULL: the object cannot be read at all */
	const char *profile; /* "cd", "dvd", "unknown" */
	const char *file_system;
	const char *label; /* raw bytes, label_len of them */
	size_t label_len;
	const char *disc_title; /* raw bytes; what the disc says of itself by CD-TEXT */
	int64_t sectors; /* -1 if not known, as the next three */
	int64_t image_bytes;
	int64_t bad_sectors;
	int64_t doubtful_sectors;
	const char *ingested; /* ISO 8601: when the first version was kept */
	const char *fixity_time; /* ISO 8601: of the last check, of whatever version; NULL: never */
	const char *fixity_outcome; /* "suc", "war", "fai" */
	const char
		*fixity_version; /* that it was of; NULL: of the whole object, not to be opened */
	int64_t problems; /* parts of the object that could not be read when it was indexed */
};

/* Calls visit for each carrier, and each object without one, in order of the carriers' ids; stops at the first non-zero and returns it. */
int catalog_list(struct catalog *catalog,
	int (*visit)(void *context, const struct catalog_row *row), void *context,
	struct error *err);
/* Calls visit for each object known, in order of the ids; ref is borrowed for the call. */
int catalog_objects(struct catalog *catalog,
	int (*visit)(void *context, const struct catalog_ref *ref), void *context,
	struct error *err);
/*
 * Everything about one object; the caller frees. Members that are not known are absent; bytes that are no clean text follow
 * jv_set_bytes. ERR_NOT_FOUND if there is no such object.
 *
 *   {"carrier": {"uuid", "id", "title", "note", "minted", "entered"},                       absent without readable sidecar
 *    "object": {"id", "directory", "head"},                                                 no head: it cannot be read at all
 *    "fixity": {"last", "outcome", "version", "note"},                                      null: never checked; no version: the
 *                                                                                           whole object could not be opened
 *    "problems": [{"part", "message"}],
 *    "versions": [{"name", "created", "message", "user_name", "user_address",
 *                  "volume_label", "file_system",
 *                  "disc": {"profile", "format", "sectors", "bad_sectors", "doubtful_sectors", "mcn", "text_charset",
 *                           "text_guessed", "sessions": [number...],
 *                           "tracks": [{"number", "session", "mode", "lba", "sectors", "pregap", "flags", "isrc"}],
 *                           "ids": {"musicbrainz": ...}, "texts": [{"track", "field", "value"}]},
 *                  "bitstreams": [{"uuid", "track", "session", "offset", "size", "format", "crc32", "sha256"}],
 *                  "damage": [{"lba", "sectors", "status"}],                               LBAs of the disc
 *                  "files": [{"path", "role", "size", "format", "puid", "uuid", "content_path",
 *                             "digests": {"sha512": ...}}]}],
 *    "events": [{"uuid", "type", "time", "version", "log_line", "outcome", "detail", "note", "result",
 *                "agents": [{"key", "role"}]}],                                             in order of time
 *    "agents": [{"key", "type", "name", "version", "note"}]}
 */
int catalog_describe(
	struct catalog *catalog, const char *object_id, struct jv **out, struct error *err);

/* ---- making it anew ---- */

struct catalog_counts {
	uint64_t carriers;
	uint64_t objects; /* indexed */
	uint64_t skipped; /* objects that could not be read at all */
	uint64_t
		problems; /* parts of indexed objects, or of the register, that could not be read */
};

struct catalog_watch {
	const struct progress *progress; /* NULL: nobody; `done` counts objects */
	/* What was skipped, left out or set aside, and why; may be NULL. subject: the object's directory, "register", or the catalogue. */
	void (*problem)(void *context, const char *subject, const char *message);
	void *context;
};

/*
 * Builds a catalogue from the register and every object and puts it in the place of the old one, which stays if anything fails.
 * Writers are kept out meanwhile; readers go on with the old one. What lies in its place and cannot be recognised as a catalogue is
 * set aside in the archive's own directory, and left alone anywhere else (ERR_UNSUPPORTED). ERR_OFFLINE when the store is not there;
 * ERR_INTERRUPTED.
 */
int catalog_rebuild(const struct archive *archive, const struct catalog_watch *watch,
	struct catalog_counts *counts, struct error *err);

#endif

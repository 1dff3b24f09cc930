/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Migrations: numbered steps that bring a catalogue's tables up to date.
 *
 * PRAGMA application_id says that a SQLite file is a catalogue of Theca, PRAGMA user_version how many migrations it has been through.
 * A migration that has once been released is never edited: a change is a further one at the end of the list.
 */
#ifndef THECA_CATALOG_MIGRATE_H
#define THECA_CATALOG_MIGRATE_H

#include "base/error.h"
#include "catalog/db.h"

#include <stdbool.h>
#include <stddef.h>

#define MIGRATE_APPLICATION_ID 0x54484341 /* "THCA" */

struct migrations {
	const char *const *
		scripts; /* scripts[0] makes version 1 out of an empty database, scripts[1] version 2 ... */
	size_t count;
};

/* Those of this program. */
const struct migrations *migrate_released(void);
/*
 * Whose database this is and of which version; changes nothing. *version is 0 for an empty one. ERR_UNSUPPORTED: another program's
 * database, or a catalogue of a later Theca than the one that knows `known`.
 */
int migrate_identify(struct db *db, const struct migrations *known, const char *path,
	size_t *version, struct error *err);
/*
 * The same by a file's header alone, for a file that may not even be opened for writing if it is not ours. *ours is false, without an
 * error, when the header cannot be read or the file is empty.
 */
int migrate_peek(const char *path, const struct migrations *known, bool *ours, struct error *err);
/*
 * Brings a database that migrate_identify accepts up to the last migration, each in a transaction of its own: after a crash it is
 * of one version or the next, whole.
 */
int migrate_run(
	struct db *db, const struct migrations *migrations, const char *path, struct error *err);

#endif

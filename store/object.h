/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Object: one kept disc, an OCFL object in the store, opened for reading.
 */
#ifndef THECA_STORE_OBJECT_H
#define THECA_STORE_OBJECT_H

#include "base/error.h"
#include "base/json.h"
#include "image/damage_map.h"
#include "store/archive.h"
#include "store/deposit.h"
#include "store/ocfl_inventory.h"
#include "store/premis.h"

#include <stddef.h>

struct object;

/*
 * Opens the object in STORE/relative. A version whose commit a crash cut short is rolled forward first: on disk when the archive is
 * writable, else only in memory. ERR_NOT_FOUND if there is no object; ERR_DAMAGED if no inventory in it can be trusted; ERR_INVALID for a path that leads out of the
 * store. The caller closes.
 */
int object_open(struct object **out, const struct archive *archive, const char *relative,
	struct error *err);
void object_close(struct object *object);
/* Whether it is the object that was looked for; else ERR_NOT_FOUND: another one lies in its place. */
int object_check_id(const struct object *object, const char *object_id, struct error *err);
/*
 * Finishes the commit of a version that is in place already: its own inventory becomes the root's. The caller holds the object's lock.
 */
int object_roll_forward(const struct archive *archive, const char *directory, struct error *err);
/* Waits for the lock that whoever adds a version to the object in directory holds; closing *fd unlocks. */
int object_lock(const char *directory, int *fd, struct error *err);
/* From the storage root; borrowed, as all that follow. */
const char *object_relative(const struct object *object);
/* The directory itself. */
const char *object_directory(const struct object *object);
const struct ocfl_inventory *object_inventory(const struct object *object);
/* Why the object's root inventory cannot be trusted, so that a version's own copy stands for it; NULL if all is well. */
const char *object_problem(const struct object *object);
/* The path on disk of a logical path in a version's state ("v1"), the caller frees; ERR_NOT_FOUND if the version has none. */
int object_file_path(const struct object *object, const char *version, const char *logical_path,
	char **path, struct error *err);
/* The logical path of the file with that role in a version, or NULL. */
const char *object_file_of_role(const struct object *object, const char *version,
	enum file_role role);
/* The sidecar of a version; the caller frees. ERR_NOT_FOUND if it has none. */
int object_read_premis(const struct object *object, const char *version, struct premis **out,
	struct error *err);
/* The CARRIER.reads.json of a version but for its ranges, which may be very many; the caller frees. */
int object_read_reads(const struct object *object, const char *version, struct jv **out,
	struct error *err);
/* The damage map of a version, by sectors of its image; the caller frees. ERR_NOT_FOUND if it has none. */
int object_read_map(const struct object *object, const char *version, struct damage_map **out,
	struct error *err);
/* The directory of its event log (store/chain_log.h), the caller frees; NULL when out of memory. */
char *object_log_directory(const struct object *object);

#endif

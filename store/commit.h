/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commit: how a finished rip becomes an object, or the next version of one.
 *
 *   commit_prepare   writes the sidecars and the inventory beside the image in work/, syncs all, marks rip.json "committing"
 *   commit_finish    1. renames the staged object into the store (one rename for a first version, its missing parent directories
 *                       with it), or vN into its object, whose root inventory and sidecar then follow (store/object.h)
 *                    2. appends the end of the ingestion to the object's log
 *   the caller       3. adds the object to the catalogue, 4. discards the work directory
 *
 * A crash before the mark leaves a rip to go on with; after it, the next run calls commit_finish again. Every step may
 * be repeated.
 */
#ifndef THECA_STORE_COMMIT_H
#define THECA_STORE_COMMIT_H

#include "base/error.h"
#include "store/archive.h"
#include "store/deposit.h"
#include "store/object.h"
#include "store/work.h"

/* Where the image of a rip is staged while it is read, WORK/content/NAME; the caller frees. Makes nothing. */
int commit_image_path(const struct work *work, const char *carrier_id, enum image_format format,
	char **path, struct error *err);
/* The same, and makes WORK/content if it is missing. */
int commit_place_image(const struct work *work, const char *carrier_id, enum image_format format,
	char **path, struct error *err);
/* Opens that image for reading; -1 if it is not there. The caller closes. */
int commit_open_image(const struct work *work, const char *carrier_id, enum image_format format);
/*
 * Brings the image back to where it was staged, after a crash in commit_prepare; nothing happens if it is there. Not for a rip
 * that is committing.
 */
int commit_unstage(const struct work *work, struct error *err);
/*
 * Stages the deposit as the next version of `previous` (NULL: as a new object). The deposit's object id, version, file list and ingestion UUID
 * are filled; state (of the work directory) becomes committing.
 */
int commit_prepare(struct work *work, struct work_state *state, struct deposit *deposit,
	const struct object *previous, struct error *err);
/* Finishes what was prepared and opens the object; the caller closes it. */
int commit_finish(const struct archive *archive, const struct work *work,
	const struct work_state *state, struct object **object, struct error *err);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * OCFL storage root: where an object lies. Extension 0003, hash and id n-tuple:
 *
 *   id   urn:uuid:0f5c...                  sha256(id) = 3c0ff4240c...
 *   dir  3c0/ff4/240/urn%3auuid%3a0f5c...  (ids over 100 characters when encoded: the first 100, "-", the whole digest)
 */
#ifndef THECA_STORE_OCFL_LAYOUT_H
#define THECA_STORE_OCFL_LAYOUT_H

#include "base/error.h"

/* The object's directory from the storage root; the caller frees. */
int ocfl_layout_path(const char *object_id, char **relative, struct error *err);
/*
 * The id of the object whose place that directory is; the caller frees. NULL if it is nobody's place, the name was
 * cut short, or the id is no clean text.
 */
char *ocfl_layout_id(const char *relative);
/* Makes the files of a new storage root (0=ocfl_1.1, ocfl_layout.json, extensions/0003-.../config.json) in an existing empty directory, synced. */
int ocfl_root_create(const char *directory, struct error *err);
/* Checks that a directory is an OCFL 1.1 storage root with that layout; ERR_OFFLINE if it is not there or holds no root. */
int ocfl_root_check(const char *directory, struct error *err);
/*
 * Calls visit for each object below the root, and for each directory that cannot be read, with its directory relative to the root, in byte order; `extensions` is left out, links are not
 * followed, at most 16 levels deep. Stops at the first non-zero and returns it.
 */
int ocfl_root_each(const char *directory, int (*visit)(void *context, const char *relative),
	void *context, struct error *err);

#endif

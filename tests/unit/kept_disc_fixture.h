/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small disc kept in an archive of its own, in a temporary directory, committed as a rip commits
 * it.
 */
#ifndef THECA_TESTS_UNIT_KEPT_DISC_FIXTURE_H
#define THECA_TESTS_UNIT_KEPT_DISC_FIXTURE_H

#include "store/archive.h"
#include "store/object.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kept_disc {
	char root[64];
	struct archive *archive;
	struct object *object;
};

/* The carrier that is kept: its files are called "SHELF%2F12.iso" and so on. */
#define KEPT_DISC_CARRIER "SHELF/12"

/*
 * Makes the archive and the object, its image being `sectors` sectors of pseudo-random bytes. The
 * tests end if that fails.
 */
void kept_disc_make(struct kept_disc *disc, uint32_t sectors);
/* Adds a next version with another image, as `rip --again` does, and opens the object anew. */
void kept_disc_add_version(struct kept_disc *disc, uint32_t sectors);
/* Opens the object anew, after its files were changed. */
void kept_disc_reopen(struct kept_disc *disc);
/* Closes and removes everything. */
void kept_disc_remove(struct kept_disc *disc);

/*
 * The path on disk of a file of the object, "v1/content/SHELF%2F12.iso"; valid until the next call.
 */
const char *kept_disc_path(const struct kept_disc *disc, const char *name);
/* Turns one bit of a file over. */
void kept_disc_flip(const struct kept_disc *disc, const char *name, uint64_t offset);
/*
 * Replaces every `from` in a file of version 1 by `to`, of the same length, and the file's digests
 * in all inventories and their sidecars: a change by somebody who knows what he does. False if
 * `from` is not in the file. The object is to be reopened.
 */
bool kept_disc_forge(struct kept_disc *disc, const char *name, const char *from, const char *to);
/* The recorded digest of a content path, from the inventory. */
const char *kept_disc_digest(const struct kept_disc *disc, const char *name);

#endif

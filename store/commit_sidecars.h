/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commit sidecars: the files beside the image, named and written into the staged content. Only store/commit*.c include it.
 */
#ifndef THECA_STORE_COMMIT_SIDECARS_H
#define THECA_STORE_COMMIT_SIDECARS_H

#include "base/error.h"
#include "store/deposit.h"

#include <stddef.h>

/* Names the files of the version and gives them and the image's bitstreams their PREMIS identifiers; a role without a file keeps none. */
int commit_name_files(struct deposit *deposit, struct error *err);
/*
 * Writes the sidecars into the content directory and syncs it, filling in their sizes and digests. What an earlier, stopped attempt left there goes: the
 * files that are written anew, and those that this version does not have.
 */
int commit_write_sidecars(const char *content, struct deposit *deposit, struct error *err);
/* Writes a file into a directory, over one that an earlier attempt may have left. */
int commit_write_file(
	const char *directory, const char *name, const void *bytes, size_t len, struct error *err);

#endif

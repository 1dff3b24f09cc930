/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Atomic files: a file that is replaced is, after any crash, the old one or the new one.
 */
#ifndef THECA_BASE_ATOMIC_FILE_H
#define THECA_BASE_ATOMIC_FILE_H

#include "base/error.h"

#include <stddef.h>

/*
 * Writes bytes to a new file in `staging` (a directory of the same file system; NULL: the directory of path), syncs it, renames it
 * to path and syncs the directory. On error path is untouched and nothing is left in staging.
 */
int atomic_file_replace(const char *path, const char *staging, const void *bytes, size_t len,
	struct error *err);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paths: joining, parents, and the check that a path from outside stays inside its root.
 */
#ifndef THECA_BASE_PATH_H
#define THECA_BASE_PATH_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* "a/b" from "a" and "b" as a string the caller frees; NULL when out of memory. */
char *path_join(const char *directory, const char *name);
/* path_join of three parts. */
char *path_join3(const char *directory, const char *middle, const char *name);
/* Everything before the last slash ("." if there is none, "/" for the root); the caller frees; NULL when out of memory. */
char *path_parent(const char *path);
/* The part after the last slash, borrowed from path. */
const char *path_name(const char *path);
/*
 * Whether a path read from a file or document may be used below some root: relative, not empty, no empty
 * part, no "." or ".." part.
 */
bool path_is_contained(const char *path);
/* Whether something exists at path; a path that may not be looked at counts as absent. */
bool path_exists(const char *path);
bool path_is_directory(const char *path);

/* Calls visit for each entry of a directory but "." and "..", in byte order of the names; stops at the first non-zero and returns it. */
int path_each(const char *directory, int (*visit)(void *context, const char *name), void *context,
	struct error *err);
/* Reads a regular file (a link is refused) of at most limit bytes; the caller frees *bytes, which a NUL follows. */
int path_read(const char *path, size_t limit, char **bytes, size_t *len, struct error *err);

#endif

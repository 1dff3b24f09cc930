/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Libraries: what this program runs with, gathered from the rooms.
 */
#ifndef THECA_CLI_LIBRARIES_H
#define THECA_CLI_LIBRARIES_H

#include "base/libraries.h"

/* All libraries with a version of their own; a static table of *count. */
const struct library_version *all_libraries(size_t *count);
/* "libcdio 2.1.0, SQLite 3.40.1, ..."; the caller frees; NULL when out of memory. */
char *libraries_line(void);

#endif

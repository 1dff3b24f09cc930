/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Libraries: the versions of those that base/ uses, as they are loaded now.
 */
#ifndef THECA_BASE_LIBRARIES_H
#define THECA_BASE_LIBRARIES_H

#include <stddef.h>

struct library_version {
	const char *name;
	const char *version;
};

/* OpenSSL, jansson, libxml2 and zlib; a static table of *count. */
const struct library_version *base_libraries(size_t *count);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings files (INI) over inih.
 */
#ifndef THECA_BASE_INI_H
#define THECA_BASE_INI_H

#include "base/error.h"

#include <stddef.h>

/*
 * One `name = value` line; fills err and returns an error_code for a setting that it does not
 * accept.
 */
typedef int ini_visit(
	void *context, const char *section, const char *name, const char *value, struct error *err);

/*
 * Parses an INI text of at most 64 KiB, calling visit for each setting up to the first error;
 * errors name the line. name is for messages. A setting is one line of at most inih's length (198
 * bytes in Debian), a longer one an error; '#' or ';' at the start of a line and " ;" after a
 * value begin a comment.
 */
int ini_read(const char *text, size_t len, const char *name, ini_visit *visit, void *context,
	struct error *err);

#endif

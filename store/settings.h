/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings: an archive's theca.ini.
 */
#ifndef THECA_STORE_SETTINGS_H
#define THECA_STORE_SETTINGS_H

#include "base/error.h"

#include <stddef.h>

struct settings {
	char *institution;   /* NULL if not set, as the next two */
	char *default_operator;
	char *address;       /* URI at which the operator or institution can be reached; NULL if not set */
	char *catalogue;     /* path of the catalogue, relative to the archive; NULL: catalog.db */
	unsigned digests;    /* DIGEST_BIT mask; sha512 always in it */
	unsigned retries;    /* further reads of a sector that failed, 0 to 1000; 3 unless set */
};

void settings_init(struct settings *settings);
void settings_release(struct settings *settings);
/* Reads theca.ini's text over the defaults; ERR_INVALID names the line of a setting that is unknown or out of range. */
int settings_parse(struct settings *settings, const char *text, size_t len, const char *name,
	struct error *err);
/* The commented theca.ini that `theca init` writes. */
const char *settings_template(void);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Archive: the directory that holds theca.ini, the store, the register, the work under way and the catalogue.
 */
#ifndef THECA_STORE_ARCHIVE_H
#define THECA_STORE_ARCHIVE_H

#include "base/error.h"
#include "store/settings.h"

#include <stdbool.h>

struct archive {
	char *root;      /* as found */
	char *store;     /* ROOT/store */
	char *work;      /* ROOT/work */
	char *reg;       /* ROOT/register */
	char *catalogue; /* ROOT/catalog.db unless theca.ini says otherwise */
	struct settings settings;
	bool writable;   /* whether this user may write store, work and register */
};

/* Makes a new archive in directory, which may exist only if it holds nothing but lost+found. The caller makes the catalogue. */
int archive_create(const char *directory, struct error *err);
/*
 * Opens an archive. ERR_OFFLINE if the directory, its theca.ini or its store is not there; ERR_INVALID for a
 * theca.ini that cannot be understood. The caller closes.
 */
int archive_open(struct archive **out, const char *directory, struct error *err);
void archive_close(struct archive *archive);
/*
 * Finds the archive that holds directory `from` by looking upward for a theca.ini that this user or root owns and that nobody else may
 * write; others are passed over and named in *ignored (may be NULL; the caller frees). The caller frees *root. ERR_NOT_FOUND if there is none.
 */
int archive_find(const char *from, char **root, char **ignored, struct error *err);
/* Whether the store is still there: for telling a missing file from a location gone offline. */
bool archive_is_online(const struct archive *archive);

#endif

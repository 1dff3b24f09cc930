/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Targets: the objects that a command is to work on.
 */
#ifndef THECA_CLI_TARGETS_H
#define THECA_CLI_TARGETS_H

#include "base/error.h"
#include "catalog/catalog.h"
#include "store/archive.h"

#include <stddef.h>

struct targets {
	/* object_id is NULL for one that only the store knows; directory is as the catalogue or the store has it */
	struct catalog_ref *items;
	size_t count;
	size_t capacity;
};

/*
 * Fills targets with the objects that ids name, through the catalogue; or, without ids, with all that the catalogue or the store knows: one
 * that is only in the catalogue is missing, one that is only in the store is not indexed (told as a note). A catalogue that cannot be read or
 * is damaged is a note too if no id must be looked up. The caller releases.
 */
int targets_collect(struct targets *targets, const struct archive *archive, int id_count,
	char *const *ids, struct error *err);
void targets_release(struct targets *targets);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading an OCFL inventory and saying all that is wrong with it as it stands alone; what it says about the files beside it is
 * the matter of ocfl_check.h.
 */
#ifndef THECA_STORE_OCFL_READ_H
#define THECA_STORE_OCFL_READ_H

#include "base/error.h"
#include "store/ocfl_inventory.h"
#include "store/ocfl_listener.h"

#include <stddef.h>

/*
 * Reads an inventory as far as it goes. *out holds what could be understood: members that are missing or of the wrong type are
 * NULL or empty, paths that are not contained are left out. ERR_INVALID if the bytes are no JSON object at all (which the
 * listener does not hear of), else the listener's status. The caller frees *out.
 */
int ocfl_read(struct ocfl_inventory **out, const void *bytes, size_t len,
	struct ocfl_listener *listener, struct error *err);

/*
 * The digests that stand as keys in the manifest and in the states, also where no sound path follows: what refers to them is
 * checked against these, so that one bad path is one deviation. The strings are the inventory's.
 */
struct ocfl_keys {
	char **manifest;
	size_t manifest_count;
	struct ocfl_state_key {
		char *digest;
		const char *version;
	} * states;
	size_t state_count;
};

/* The part of ocfl_read that compares the inventory's members: order of versions, unique paths, known digests. Sorts the keys. */
void ocfl_check_consistency(const struct ocfl_inventory *inventory, struct ocfl_keys *keys,
	struct ocfl_listener *listener);

#endif

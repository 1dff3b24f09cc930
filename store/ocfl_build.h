/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * OCFL inventory under construction: what ocfl_read.c and ocfl_inventory.c build inventories with.
 *
 * Every string of an inventory lies in its pool and is freed with it, so entries may share one: a digest is stored once
 * however many paths have it. All arrays grow by ocfl_grow and by nothing else.
 */
#ifndef THECA_STORE_OCFL_BUILD_H
#define THECA_STORE_OCFL_BUILD_H

#include "store/ocfl_inventory.h"

#include <stdbool.h>
#include <stddef.h>

/* Copies text into the pool; NULL when out of memory. */
char *ocfl_strings_add(struct ocfl_strings *strings, const char *text);

/*
 * Makes room for one more than count items of that size: returns items or what takes their place (then doubled), NULL when
 * out of memory (then items still stands).
 */
void *ocfl_grow(void *items, size_t count, size_t size);

/* An inventory with an empty pool and nothing else; NULL when out of memory. */
struct ocfl_inventory *ocfl_build_new(void);
/* Each appends an entry; the strings must lie in the inventory's pool. False when out of memory. */
bool ocfl_build_manifest(struct ocfl_inventory *inventory, char *digest, char *content_path);
bool ocfl_build_fixity(
	struct ocfl_inventory *inventory, char *algorithm, char *digest, char *content_path);
bool ocfl_build_state(struct ocfl_version *version, char *digest, char *logical_path);
/* Appends an empty version of that name (of the pool) and returns it, NULL when out of memory; valid until the next. */
struct ocfl_version *ocfl_build_version(struct ocfl_inventory *inventory, char *name);

/* Put the entries into the orders that ocfl_inventory.h promises; to be called once all are appended. */
void ocfl_build_sort_state(struct ocfl_version *version);
void ocfl_build_sort_fixity(struct ocfl_inventory *inventory);
bool ocfl_build_sort_manifest(struct ocfl_inventory *inventory);

/* The first place in by_digest whose digest is not before this one, without regard to case. */
size_t ocfl_build_digest_bound(const struct ocfl_inventory *inventory, const char *digest);
/* The first place in the manifest whose content path is not before this one. */
size_t ocfl_build_path_bound(const struct ocfl_inventory *inventory, const char *content_path);
/* The first place in the version's state whose logical path is not before this one. */
size_t ocfl_build_state_bound(const struct ocfl_version *version, const char *logical_path);
/* The first place in the fixity block that is not before this algorithm and content path. */
size_t ocfl_build_fixity_bound(
	const struct ocfl_inventory *inventory, const char *algorithm, const char *content_path);
/* The digest on record for an algorithm and content path, or NULL. */
const char *ocfl_build_fixity_of(
	const struct ocfl_inventory *inventory, const char *algorithm, const char *content_path);

#endif

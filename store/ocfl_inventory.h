/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * OCFL inventory: what is in an object and each of its versions (OCFL 1.1, section 3.5).
 */
#ifndef THECA_STORE_OCFL_INVENTORY_H
#define THECA_STORE_OCFL_INVENTORY_H

#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* The largest inventory.json that is read, in bytes: far beyond what a hundred versions of a disc need. */
#define OCFL_INVENTORY_LIMIT ((size_t)64 << 20)

struct ocfl_strings;

/* One content file: digests are spelt as in the file; what Theca writes is lower-case hex. */
struct ocfl_manifest_entry {
	char *digest; /* in the inventory's digest algorithm */
	char *content_path; /* from the object's root: "v1/content/X.iso" */
};

struct ocfl_fixity_entry {
	char *algorithm; /* as written: "sha256"; unknown ones are kept */
	char *digest;
	char *content_path;
};

struct ocfl_state_entry {
	char *digest;
	char *logical_path;
};

struct ocfl_version {
	char *name; /* "v1" */
	char *created;
	char *message; /* NULL if absent, as the next two */
	char *user_name;
	char *user_address;
	struct ocfl_state_entry *state;
	size_t state_count;
};

struct ocfl_inventory {
	char *id;
	char *type;
	char *digest_algorithm; /* "sha512" or "sha256" */
	char *head;
	char *content_directory; /* "content" unless the inventory says otherwise */
	bool content_directory_named; /* whether the inventory says so itself */
	struct ocfl_manifest_entry *manifest; /* ordered by content path */
	size_t manifest_count;
	struct ocfl_fixity_entry *fixity; /* ordered by algorithm and content path */
	size_t fixity_count;
	struct ocfl_version *versions; /* in order, v1 first; each state ordered by logical path */
	size_t version_count;
	size_t *by_digest; /* positions in manifest ordered by digest; kept by the functions below */
	struct ocfl_strings *strings; /* owns every string above */
};

/*
 * Parses an inventory far enough to use it: every member of the right type, the head among the versions, every path contained
 * (base/path.h), every state digest in the manifest. ERR_INVALID otherwise, the message giving the specification's code. The caller
 * frees *out. Members that the specification does not know are passed over, and are not written again by ocfl_inventory_format.
 * (ocfl_validate gives every deviation its code.)
 */
int ocfl_inventory_parse(
	struct ocfl_inventory **out, const void *bytes, size_t len, struct error *err);
/* An inventory of no version yet: sha512, contentDirectory "content", OCFL 1.1. The caller frees. */
int ocfl_inventory_new(struct ocfl_inventory **out, const char *id, struct error *err);
/* A deep copy, to which a next version can be added. */
int ocfl_inventory_copy(
	struct ocfl_inventory **out, const struct ocfl_inventory *inventory, struct error *err);
void ocfl_inventory_free(struct ocfl_inventory *inventory);

/* Adds version v(N+1) with an empty state and makes it the head; strings are copied; message, user_name, user_address may be NULL. */
int ocfl_inventory_add_version(struct ocfl_inventory *inventory, const char *created,
	const char *message, const char *user_name, const char *user_address, struct error *err);
/*
 * Puts a file into the head's state. If the manifest has its digest already, *content_path is the path of the bytes that are kept
 * (borrowed) and *is_new false: nothing need be copied. Else the manifest gets "<head>/content/<logical_path>", *is_new is true.
 */
int ocfl_inventory_add_file(struct ocfl_inventory *inventory, const char *logical_path,
	const char *sha512, const char **content_path, bool *is_new, struct error *err);
/* Adds a digest of a content path to the fixity block. */
int ocfl_inventory_add_fixity(struct ocfl_inventory *inventory, enum digest_algorithm algorithm,
	const char *digest, const char *content_path, struct error *err);
/* The version of that name, or NULL; borrowed. */
const struct ocfl_version *ocfl_inventory_version(
	const struct ocfl_inventory *inventory, const char *name);
/* The first content path of a digest, compared without case, or NULL. */
const char *ocfl_inventory_content_path(const struct ocfl_inventory *inventory, const char *digest);
/* The manifest digest of a content path, or NULL. */
const char *ocfl_inventory_digest_of(
	const struct ocfl_inventory *inventory, const char *content_path);
/* Appends the inventory as sorted, pretty JSON: the bytes to be stored. */
int ocfl_inventory_format(
	const struct ocfl_inventory *inventory, struct buffer *out, struct error *err);

#endif

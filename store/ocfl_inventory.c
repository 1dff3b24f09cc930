/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_inventory.h"

#include "base/json.h"
#include "base/path.h"
#include "base/text.h"
#include "store/ocfl_build.h"
#include "store/ocfl_names.h"
#include "store/ocfl_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define INVENTORY_TYPE "https://ocfl.io/1.1/spec/#inventory"

/* ---- parsing ---- */

/* The first deviation with which the inventory cannot be used ends the reading. */
static int refuse_unusable(void *context, const char *code, bool usable, const char *text)
{
	struct error *err = context;
	if (usable)
		return 0;
	return error_set(
		err, ERR_INVALID, "the OCFL inventory cannot be used (%s): %s", code, text);
}

int ocfl_inventory_parse(
	struct ocfl_inventory **out, const void *bytes, size_t len, struct error *err)
{
	struct ocfl_listener listener = {.hear = refuse_unusable, .context = err};
	return ocfl_read(out, bytes, len, &listener, err);
}

/* ---- building ---- */

static int out_of_memory(struct error *err)
{
	return error_set(err, ERR_MEMORY, "out of memory");
}

/* Text that JSON can hold as it is. */
static int check_clean(const char *text, const char *what, struct error *err)
{
	if (!text || text_is_clean(text, strlen(text)))
		return 0;
	return error_set(err, ERR_INVALID,
		"%s cannot stand in an OCFL inventory: it holds bytes that are not text (encode it "
		"first)",
		what);
}

/* Copies text into *kept; NULL stays NULL. */
static bool keep(struct ocfl_inventory *inventory, const char *text, char **kept)
{
	*kept = text ? ocfl_strings_add(inventory->strings, text) : NULL;
	return *kept || !text;
}

int ocfl_inventory_new(struct ocfl_inventory **out, const char *id, struct error *err)
{
	int status = check_clean(id, "the object's id", err);
	if (status)
		return status;
	struct ocfl_inventory *inventory = ocfl_build_new();
	if (!inventory)
		return out_of_memory(err);
	if (!keep(inventory, id, &inventory->id) ||
		!keep(inventory, INVENTORY_TYPE, &inventory->type) ||
		!keep(inventory, digest_name(DIGEST_SHA512), &inventory->digest_algorithm) ||
		!keep(inventory, "", &inventory->head) ||
		!keep(inventory, "content", &inventory->content_directory)) {
		ocfl_inventory_free(inventory);
		return out_of_memory(err);
	}
	*out = inventory;
	return 0;
}

static bool copy_version(struct ocfl_inventory *copy, const struct ocfl_version *from)
{
	char *name = ocfl_strings_add(copy->strings, from->name);
	struct ocfl_version *version = ocfl_build_version(copy, name);
	if (!version || !keep(copy, from->created, &version->created) ||
		!keep(copy, from->message, &version->message) ||
		!keep(copy, from->user_name, &version->user_name) ||
		!keep(copy, from->user_address, &version->user_address))
		return false;
	for (size_t i = 0; i < from->state_count; i++)
		if (!ocfl_build_state(version,
			    ocfl_strings_add(copy->strings, from->state[i].digest),
			    ocfl_strings_add(copy->strings, from->state[i].logical_path)))
			return false;
	return true;
}

static bool copy_entries(struct ocfl_inventory *copy, const struct ocfl_inventory *from)
{
	for (size_t i = 0; i < from->manifest_count; i++)
		if (!ocfl_build_manifest(copy,
			    ocfl_strings_add(copy->strings, from->manifest[i].digest),
			    ocfl_strings_add(copy->strings, from->manifest[i].content_path)))
			return false;
	for (size_t i = 0; i < from->fixity_count; i++)
		if (!ocfl_build_fixity(copy,
			    ocfl_strings_add(copy->strings, from->fixity[i].algorithm),
			    ocfl_strings_add(copy->strings, from->fixity[i].digest),
			    ocfl_strings_add(copy->strings, from->fixity[i].content_path)))
			return false;
	for (size_t i = 0; i < from->version_count; i++)
		if (!copy_version(copy, &from->versions[i]))
			return false;
	return ocfl_build_sort_manifest(copy);
}

int ocfl_inventory_copy(
	struct ocfl_inventory **out, const struct ocfl_inventory *inventory, struct error *err)
{
	struct ocfl_inventory *copy = ocfl_build_new();
	if (!copy)
		return out_of_memory(err);
	copy->content_directory_named = inventory->content_directory_named;
	if (!keep(copy, inventory->id, &copy->id) || !keep(copy, inventory->type, &copy->type) ||
		!keep(copy, inventory->digest_algorithm, &copy->digest_algorithm) ||
		!keep(copy, inventory->head, &copy->head) ||
		!keep(copy, inventory->content_directory, &copy->content_directory) ||
		!copy_entries(copy, inventory)) {
		ocfl_inventory_free(copy);
		return out_of_memory(err);
	}
	*out = copy;
	return 0;
}

/* The name after that of the newest version, in the object's own way of naming. */
static int next_name(
	const struct ocfl_inventory *inventory, char *name, size_t size, struct error *err)
{
	struct ocfl_version_name newest = {0};
	if (inventory->version_count)
		ocfl_version_parse(inventory->versions[inventory->version_count - 1].name, &newest);
	snprintf(name, size, "v%0*ju", newest.padded ? (int)newest.digits : 1,
		(uintmax_t)newest.number + 1);
	if (newest.padded && name[1] != '0')
		return error_set(err, ERR_UNSUPPORTED,
			"%s is the last version that the object's zero-padded version names allow",
			inventory->head);
	return 0;
}

int ocfl_inventory_add_version(struct ocfl_inventory *inventory, const char *created,
	const char *message, const char *user_name, const char *user_address, struct error *err)
{
	char name[32];
	int status = next_name(inventory, name, sizeof(name), err);
	if (!status && !ocfl_is_datetime(created))
		status = error_set(
			err, ERR_USAGE, "\"%s\" is no date and time of RFC 3339", created);
	if (!status && user_address && !user_name)
		status = error_set(err, ERR_USAGE, "an address without a user's name");
	if (!status)
		status = check_clean(message, "the message of a version", err);
	if (!status)
		status = check_clean(user_name, "the user's name", err);
	if (!status)
		status = check_clean(user_address, "the user's address", err);
	if (status)
		return status;
	char *kept = ocfl_strings_add(inventory->strings, name);
	struct ocfl_version added = {.name = kept};
	if (!kept || !keep(inventory, created, &added.created) ||
		!keep(inventory, message, &added.message) ||
		!keep(inventory, user_name, &added.user_name) ||
		!keep(inventory, user_address, &added.user_address))
		return out_of_memory(err);
	struct ocfl_version *version = ocfl_build_version(inventory, kept);
	if (!version)
		return out_of_memory(err);
	*version = added;
	inventory->head = kept;
	return 0;
}

/* Whether the logical path may join the state: contained, not there yet, neither a file's parent nor its child. */
static int check_logical_path(
	const struct ocfl_version *version, const char *path, struct error *err)
{
	if (!path_is_contained(path))
		return error_set(err, ERR_INVALID,
			"\"%s\" cannot be a logical path: it must be relative, without empty, "
			"\".\" "
			"or \"..\" parts",
			path);
	int status = check_clean(path, "a logical path", err);
	if (status)
		return status;
	size_t place = ocfl_build_state_bound(version, path);
	const char *next = place < version->state_count ? version->state[place].logical_path : NULL;
	const char *previous = place ? version->state[place - 1].logical_path : NULL;
	if ((next && (!strcmp(next, path) || ocfl_path_is_below(next, path))) ||
		(previous && ocfl_path_is_below(path, previous)))
		return error_set(err, ERR_EXISTS,
			"%s of the object already has \"%s\" or a path in conflict with it",
			version->name, path);
	return 0;
}

static int check_digest(
	const struct ocfl_inventory *inventory, const char *digest, struct error *err)
{
	const struct ocfl_algorithm *algorithm = ocfl_algorithm_find(inventory->digest_algorithm);
	if (algorithm && ocfl_is_hex(digest) && strlen(digest) == algorithm->hex_digits)
		return 0;
	return error_set(err, ERR_USAGE, "\"%.160s\" is no %s digest, which this object uses",
		digest, inventory->digest_algorithm);
}

/* Puts an entry with this new content path at its place in the manifest and in by_digest. */
static bool insert_manifest(struct ocfl_inventory *inventory, char *digest, char *path)
{
	size_t count = inventory->manifest_count;
	size_t *order = ocfl_grow(inventory->by_digest, count, sizeof(*order));
	if (!order)
		return false;
	inventory->by_digest = order;
	size_t rank = ocfl_build_digest_bound(inventory, digest);
	size_t place = ocfl_build_path_bound(inventory, path);
	if (!ocfl_build_manifest(inventory, digest, path))
		return false;
	struct ocfl_manifest_entry *manifest = inventory->manifest, added = manifest[count];
	memmove(&manifest[place + 1], &manifest[place], (count - place) * sizeof(*manifest));
	manifest[place] = added;
	for (size_t i = 0; i < count; i++)
		order[i] += order[i] >= place;
	memmove(&order[rank + 1], &order[rank], (count - rank) * sizeof(*order));
	order[rank] = place;
	return true;
}

static bool insert_state(struct ocfl_version *version, char *digest, char *path)
{
	size_t place = path ? ocfl_build_state_bound(version, path) : 0;
	if (!ocfl_build_state(version, digest, path))
		return false;
	struct ocfl_state_entry *state = version->state, added = state[version->state_count - 1];
	memmove(&state[place + 1], &state[place],
		(version->state_count - 1 - place) * sizeof(*state));
	state[place] = added;
	return true;
}

/* The new content path of a logical path: "<head>/content/<logical path>". */
static int new_content_path(struct ocfl_inventory *inventory, const char *logical_path,
	char **content_path, struct error *err)
{
	char *path = path_join3(inventory->head, inventory->content_directory, logical_path);
	char *kept = path ? ocfl_strings_add(inventory->strings, path) : NULL;
	free(path);
	if (!kept)
		return out_of_memory(err);
	if (ocfl_inventory_digest_of(inventory, kept))
		return error_set(
			err, ERR_EXISTS, "the object already holds other bytes in %s", kept);
	*content_path = kept;
	return 0;
}

int ocfl_inventory_add_file(struct ocfl_inventory *inventory, const char *logical_path,
	const char *sha512, const char **content_path, bool *is_new, struct error *err)
{
	if (!inventory->version_count)
		return error_set(err, ERR_USAGE, "a file needs a version to be put into");
	struct ocfl_version *head = &inventory->versions[inventory->version_count - 1];
	char *path = NULL;
	int status = check_digest(inventory, sha512, err);
	if (!status)
		status = check_logical_path(head, logical_path, err);
	if (status)
		return status;
	size_t rank = ocfl_build_digest_bound(inventory, sha512);
	struct ocfl_manifest_entry *known =
		rank < inventory->manifest_count ? &inventory->manifest[inventory->by_digest[rank]]
						 : NULL;
	*is_new = !known || strcasecmp(known->digest, sha512);
	if (*is_new)
		status = new_content_path(inventory, logical_path, &path, err);
	else
		path = known->content_path;
	if (status)
		return status;
	/* A state must spell the digest as the manifest does, so they share the string. */
	char *digest = *is_new ? ocfl_strings_add(inventory->strings, sha512) : known->digest;
	char *logical = ocfl_strings_add(inventory->strings, logical_path);
	if (!digest || !logical || (*is_new && !insert_manifest(inventory, digest, path)) ||
		!insert_state(head, digest, logical))
		return out_of_memory(err);
	*content_path = path;
	return 0;
}

static bool insert_fixity(
	struct ocfl_inventory *inventory, char *algorithm, char *digest, char *content_path)
{
	if (!algorithm || !digest || !content_path)
		return false;
	size_t place = ocfl_build_fixity_bound(inventory, algorithm, content_path);
	if (!ocfl_build_fixity(inventory, algorithm, digest, content_path))
		return false;
	struct ocfl_fixity_entry *fixity = inventory->fixity,
				 added = fixity[inventory->fixity_count - 1];
	memmove(&fixity[place + 1], &fixity[place],
		(inventory->fixity_count - 1 - place) * sizeof(*fixity));
	fixity[place] = added;
	return true;
}

int ocfl_inventory_add_fixity(struct ocfl_inventory *inventory, enum digest_algorithm algorithm,
	const char *digest, const char *content_path, struct error *err)
{
	if (!ocfl_inventory_digest_of(inventory, content_path))
		return error_set(
			err, ERR_USAGE, "%s is not in the object's manifest", content_path);
	if (!ocfl_algorithm_find(digest_name(algorithm)))
		return error_set(err, ERR_USAGE, "OCFL knows no %s in its fixity block",
			digest_name(algorithm));
	if (!ocfl_is_hex(digest) || strlen(digest) != 2 * digest_size(algorithm))
		return error_set(err, ERR_USAGE, "\"%.160s\" is no %s digest", digest,
			digest_name(algorithm));
	const char *recorded =
		ocfl_build_fixity_of(inventory, digest_name(algorithm), content_path);
	if (recorded && !strcasecmp(recorded, digest))
		return 0;
	if (recorded)
		return error_set(err, ERR_EXISTS, "another %s digest of %s is on record already",
			digest_name(algorithm), content_path);
	if (!insert_fixity(inventory, ocfl_strings_add(inventory->strings, digest_name(algorithm)),
		    ocfl_strings_add(inventory->strings, digest),
		    ocfl_strings_add(inventory->strings, content_path)))
		return out_of_memory(err);
	return 0;
}

/* ---- looking up ---- */

const struct ocfl_version *ocfl_inventory_version(
	const struct ocfl_inventory *inventory, const char *name)
{
	struct ocfl_version_name wanted, found = {0};
	size_t low = 0, high = inventory->version_count;
	if (!ocfl_version_parse(name, &wanted))
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		ocfl_version_parse(inventory->versions[middle].name, &found);
		if (found.number < wanted.number ||
			(found.number == wanted.number &&
				strcmp(inventory->versions[middle].name, name) < 0))
			low = middle + 1;
		else
			high = middle;
	}
	if (low == inventory->version_count || strcmp(inventory->versions[low].name, name))
		return NULL;
	return &inventory->versions[low];
}

const char *ocfl_inventory_content_path(const struct ocfl_inventory *inventory, const char *digest)
{
	size_t rank = ocfl_build_digest_bound(inventory, digest);
	if (rank == inventory->manifest_count)
		return NULL;
	const struct ocfl_manifest_entry *entry = &inventory->manifest[inventory->by_digest[rank]];
	return strcasecmp(entry->digest, digest) ? NULL : entry->content_path;
}

const char *ocfl_inventory_digest_of(
	const struct ocfl_inventory *inventory, const char *content_path)
{
	size_t place = ocfl_build_path_bound(inventory, content_path);
	if (place == inventory->manifest_count ||
		strcmp(inventory->manifest[place].content_path, content_path))
		return NULL;
	return inventory->manifest[place].digest;
}

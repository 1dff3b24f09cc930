/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_read.h"

#include "store/ocfl_names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- versions ---- */

static void check_sequence(const struct ocfl_inventory *inventory, struct ocfl_listener *listener)
{
	uint64_t previous = 0;
	for (size_t i = 0; i < inventory->version_count; i++) {
		struct ocfl_version_name name = {0};
		ocfl_version_parse(inventory->versions[i].name, &name);
		if (!previous && name.number != 1)
			ocfl_tell_unusable(listener, "E009",
				"the versions begin with %s, not with number 1",
				inventory->versions[i].name);
		else if (name.number > previous + 1)
			ocfl_tell_unusable(listener, "E010", "versions are missing before %s",
				inventory->versions[i].name);
		previous = name.number;
	}
	if (!inventory->version_count)
		ocfl_tell_unusable(listener, "E008", "the inventory lists no version");
}

/* All names follow the first: unpadded, or padded to one length with a zero in front. */
static void check_naming(const struct ocfl_inventory *inventory, struct ocfl_listener *listener)
{
	struct ocfl_version_name first = {0};
	for (size_t i = 0; i < inventory->version_count; i++) {
		const char *text = inventory->versions[i].name;
		struct ocfl_version_name name = {0};
		ocfl_version_parse(text, &name);
		if (!i)
			first = name;
		if (name.padded == first.padded && (!name.padded || name.digits == first.digits))
			continue;
		if (first.padded && !name.padded)
			ocfl_tell_unusable(listener, "E011",
				"%s does not begin with a zero, as %s does", text,
				inventory->versions[0].name);
		ocfl_tell_unusable(listener, "E012", "%s is not named in the way of %s", text,
			inventory->versions[0].name);
		ocfl_tell_unusable(listener, "E013",
			"%s breaks with the convention that %s established", text,
			inventory->versions[0].name);
	}
	if (first.padded)
		ocfl_tell(listener, "W001", "the version numbers are padded with zeros");
}

static void check_head(const struct ocfl_inventory *inventory, struct ocfl_listener *listener)
{
	if (!inventory->head || !inventory->version_count)
		return;
	const char *newest = inventory->versions[inventory->version_count - 1].name;
	if (strcmp(inventory->head, newest))
		ocfl_tell_unusable(listener, "E040",
			"the head is \"%.64s\", the newest version listed is %s", inventory->head,
			newest);
}

/* ---- paths ---- */

/* For two neighbours in the order of ocfl_path_compare: whether they cannot both be files. */
static void check_neighbours(struct ocfl_listener *listener, const char *code, const char *what,
	const char *path, const char *next)
{
	if (!strcmp(path, next))
		ocfl_tell_unusable(listener, code, "%s lists the path \"%s\" twice", what, path);
	else if (ocfl_path_is_below(next, path))
		ocfl_tell_unusable(listener, code,
			"%s lists both \"%s\" and, as if that were a directory, \"%s\"", what, path,
			next);
}

static void check_unique_paths(
	const struct ocfl_inventory *inventory, struct ocfl_listener *listener)
{
	for (size_t i = 1; i < inventory->manifest_count; i++)
		check_neighbours(listener, "E101", "the manifest",
			inventory->manifest[i - 1].content_path,
			inventory->manifest[i].content_path);
	for (size_t i = 1; i < inventory->fixity_count; i++)
		if (!strcmp(inventory->fixity[i - 1].algorithm, inventory->fixity[i].algorithm))
			check_neighbours(listener, "E101", "the fixity block",
				inventory->fixity[i - 1].content_path,
				inventory->fixity[i].content_path);
	for (size_t v = 0; v < inventory->version_count; v++) {
		const struct ocfl_version *version = &inventory->versions[v];
		for (size_t i = 1; i < version->state_count; i++)
			check_neighbours(listener, "E095", version->name,
				version->state[i - 1].logical_path, version->state[i].logical_path);
	}
}

/* Every content path lies in the content directory of a version. */
static void check_places(const struct ocfl_inventory *inventory, struct ocfl_listener *listener)
{
	for (size_t i = 0; i < inventory->manifest_count; i++) {
		const char *path = inventory->manifest[i].content_path;
		size_t len = strcspn(path, "/"), directory = strlen(inventory->content_directory);
		char *name = strndup(path, len);
		const char *rest = path[len] ? path + len + 1 : "";
		if (!name) {
			listener->status = ERR_MEMORY;
			return;
		}
		if (!ocfl_inventory_version(inventory, name))
			ocfl_tell_unusable(listener, "E014",
				"the manifest's path \"%s\" begins with no version of the object",
				path);
		else if (strncmp(rest, inventory->content_directory, directory) ||
			 rest[directory] != '/')
			ocfl_tell_unusable(listener, "E042",
				"the manifest's path \"%s\" is not in a version's directory \"%s\"",
				path, inventory->content_directory);
		free(name);
	}
}

/* ---- digests ---- */

static void check_spelling(struct ocfl_listener *listener, const struct ocfl_algorithm *algorithm,
	const char *digest, bool in_manifest)
{
	if (!algorithm || !algorithm->hex_digits)
		return;
	if (!ocfl_is_hex(digest))
		ocfl_tell(listener, algorithm->spelling, "\"%.40s\" is no %s digest in hexadecimal",
			digest, algorithm->name);
	else if (strlen(digest) != algorithm->hex_digits)
		ocfl_tell(listener, in_manifest ? "E039" : algorithm->spelling,
			"\"%.40s\" has not the length of a %s digest", digest, algorithm->name);
}

static int compare_digests(const void *a, const void *b)
{
	const char *one = *(char *const *)a, *other = *(char *const *)b;
	int order = strcasecmp(one, other);
	return order ? order : strcmp(one, other);
}

/* Each digest once, whatever its case, and each of the right form. */
static void check_manifest_digests(const struct ocfl_inventory *inventory,
	const struct ocfl_keys *keys, struct ocfl_listener *listener)
{
	const struct ocfl_algorithm *algorithm =
		inventory->digest_algorithm ? ocfl_algorithm_find(inventory->digest_algorithm)
					    : NULL;
	for (size_t i = 0; i < keys->manifest_count; i++) {
		if (i && !strcasecmp(keys->manifest[i - 1], keys->manifest[i]))
			ocfl_tell(listener, "E096",
				"the manifest has the digest %.16s... twice, in different case",
				keys->manifest[i]);
		check_spelling(listener, algorithm, keys->manifest[i], true);
	}
}

static int compare_fixity_digests(const void *a, const void *b)
{
	const struct ocfl_fixity_entry *one = a, *other = b;
	int order = strcmp(one->algorithm, other->algorithm);
	if (!order)
		order = strcasecmp(one->digest, other->digest);
	return order ? order : strcmp(one->digest, other->digest);
}

static void check_fixity_digests(
	const struct ocfl_inventory *inventory, struct ocfl_listener *listener)
{
	if (!inventory->fixity_count)
		return;
	size_t count = inventory->fixity_count;
	struct ocfl_fixity_entry *sorted = malloc(count * sizeof(*sorted));
	if (!sorted) {
		listener->status = ERR_MEMORY;
		return;
	}
	memcpy(sorted, inventory->fixity, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_fixity_digests);
	for (size_t i = 0; i < count; i++) {
		bool follows = i && !strcmp(sorted[i - 1].algorithm, sorted[i].algorithm);
		if (follows && !strcmp(sorted[i - 1].digest, sorted[i].digest))
			continue;
		if (follows && !strcasecmp(sorted[i - 1].digest, sorted[i].digest))
			ocfl_tell(listener, "E097",
				"the fixity block has the %s digest %.16s... twice, in different "
				"case",
				sorted[i].algorithm, sorted[i].digest);
		check_spelling(listener, ocfl_algorithm_find(sorted[i].algorithm), sorted[i].digest,
			false);
	}
	free(sorted);
}

/* Every digest of a state is in the manifest, spelt the same, and every one of the manifest in some state. */
static void check_use(const struct ocfl_keys *keys, struct ocfl_listener *listener)
{
	bool *used = calloc(keys->manifest_count + 1, sizeof(*used));
	if (!used) {
		listener->status = ERR_MEMORY;
		return;
	}
	for (size_t i = 0; i < keys->state_count; i++) {
		const struct ocfl_state_key *key = &keys->states[i];
		char **found = keys->manifest_count
				       ? bsearch(&key->digest, keys->manifest, keys->manifest_count,
						 sizeof(*keys->manifest), compare_digests)
				       : NULL;
		if (found)
			used[found - keys->manifest] = true;
		else
			ocfl_tell_unusable(listener, "E050",
				"the state of %s has the digest %.16s..., which is not in the "
				"manifest",
				key->version, key->digest);
	}
	for (size_t i = 0; i < keys->manifest_count; i++)
		if (!used[i])
			ocfl_tell(listener, "E107",
				"no version uses the manifest's digest %.16s...",
				keys->manifest[i]);
	free(used);
}

void ocfl_check_consistency(const struct ocfl_inventory *inventory, struct ocfl_keys *keys,
	struct ocfl_listener *listener)
{
	if (listener->status)
		return;
	check_sequence(inventory, listener);
	check_naming(inventory, listener);
	check_head(inventory, listener);
	check_unique_paths(inventory, listener);
	check_places(inventory, listener);
	if (keys->manifest_count)
		qsort(keys->manifest, keys->manifest_count, sizeof(*keys->manifest),
			compare_digests);
	check_manifest_digests(inventory, keys, listener);
	check_fixity_digests(inventory, listener);
	check_use(keys, listener);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_build.h"

#include "store/ocfl_names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CHUNK_SIZE 65536u

struct chunk {
	struct chunk *next;
	size_t used, size;
	char bytes[];
};

struct ocfl_strings {
	struct chunk *chunks; /* the newest first; only that one has room */
};

char *ocfl_strings_add(struct ocfl_strings *strings, const char *text)
{
	size_t need = strlen(text) + 1;
	struct chunk *chunk = strings->chunks;
	if (!chunk || chunk->size - chunk->used < need) {
		size_t size = need > CHUNK_SIZE ? need : CHUNK_SIZE;
		chunk = malloc(sizeof(*chunk) + size);
		if (!chunk)
			return NULL;
		*chunk = (struct chunk){.next = strings->chunks, .size = size};
		strings->chunks = chunk;
	}
	char *copy = memcpy(chunk->bytes + chunk->used, text, need);
	chunk->used += need;
	return copy;
}

static void strings_free(struct ocfl_strings *strings)
{
	if (!strings)
		return;
	while (strings->chunks) {
		struct chunk *next = strings->chunks->next;
		free(strings->chunks);
		strings->chunks = next;
	}
	free(strings);
}

/* The capacity is the power of two from count upward, so it need not be kept. */
void *ocfl_grow(void *items, size_t count, size_t size)
{
	if (count & (count - 1))
		return items;
	size_t capacity = count ? 2 * count : 1;
	return capacity > SIZE_MAX / 2 / size ? NULL : realloc(items, capacity * size);
}

struct ocfl_inventory *ocfl_build_new(void)
{
	struct ocfl_inventory *inventory = calloc(1, sizeof(*inventory));
	if (inventory)
		inventory->strings = calloc(1, sizeof(*inventory->strings));
	if (inventory && !inventory->strings) {
		free(inventory);
		return NULL;
	}
	return inventory;
}

void ocfl_inventory_free(struct ocfl_inventory *inventory)
{
	if (!inventory)
		return;
	for (size_t i = 0; i < inventory->version_count; i++)
		free(inventory->versions[i].state);
	free(inventory->versions);
	free(inventory->manifest);
	free(inventory->fixity);
	free(inventory->by_digest);
	strings_free(inventory->strings);
	free(inventory);
}

bool ocfl_build_manifest(struct ocfl_inventory *inventory, char *digest, char *content_path)
{
	struct ocfl_manifest_entry *grown;
	if (!digest || !content_path)
		return false;
	grown = ocfl_grow(inventory->manifest, inventory->manifest_count, sizeof(*grown));
	if (!grown)
		return false;
	inventory->manifest = grown;
	grown[inventory->manifest_count++] = (struct ocfl_manifest_entry){digest, content_path};
	return true;
}

bool ocfl_build_fixity(
	struct ocfl_inventory *inventory, char *algorithm, char *digest, char *content_path)
{
	struct ocfl_fixity_entry *grown;
	if (!algorithm || !digest || !content_path)
		return false;
	grown = ocfl_grow(inventory->fixity, inventory->fixity_count, sizeof(*grown));
	if (!grown)
		return false;
	inventory->fixity = grown;
	grown[inventory->fixity_count++] =
		(struct ocfl_fixity_entry){algorithm, digest, content_path};
	return true;
}

bool ocfl_build_state(struct ocfl_version *version, char *digest, char *logical_path)
{
	struct ocfl_state_entry *grown;
	if (!digest || !logical_path)
		return false;
	grown = ocfl_grow(version->state, version->state_count, sizeof(*grown));
	if (!grown)
		return false;
	version->state = grown;
	grown[version->state_count++] = (struct ocfl_state_entry){digest, logical_path};
	return true;
}

struct ocfl_version *ocfl_build_version(struct ocfl_inventory *inventory, char *name)
{
	struct ocfl_version *grown;
	if (!name)
		return NULL;
	grown = ocfl_grow(inventory->versions, inventory->version_count, sizeof(*grown));
	if (!grown)
		return NULL;
	inventory->versions = grown;
	struct ocfl_version *version = &grown[inventory->version_count++];
	*version = (struct ocfl_version){.name = name};
	return version;
}

static int compare_state(const void *a, const void *b)
{
	const struct ocfl_state_entry *one = a, *other = b;
	return ocfl_path_compare(one->logical_path, other->logical_path);
}

void ocfl_build_sort_state(struct ocfl_version *version)
{
	if (version->state_count)
		qsort(version->state, version->state_count, sizeof(*version->state), compare_state);
}

static int compare_fixity(const void *a, const void *b)
{
	const struct ocfl_fixity_entry *one = a, *other = b;
	int order = strcmp(one->algorithm, other->algorithm);
	return order ? order : ocfl_path_compare(one->content_path, other->content_path);
}

void ocfl_build_sort_fixity(struct ocfl_inventory *inventory)
{
	if (inventory->fixity_count)
		qsort(inventory->fixity, inventory->fixity_count, sizeof(*inventory->fixity),
			compare_fixity);
}

static int compare_manifest(const void *a, const void *b)
{
	const struct ocfl_manifest_entry *one = a, *other = b;
	return ocfl_path_compare(one->content_path, other->content_path);
}

/* Digests that differ in case only stand side by side, equal ones in the order of their paths. */
static int compare_by_digest(const void *a, const void *b, void *context)
{
	const struct ocfl_manifest_entry *manifest = context;
	size_t one = *(const size_t *)a, other = *(const size_t *)b;
	int order = strcasecmp(manifest[one].digest, manifest[other].digest);
	if (!order)
		order = strcmp(manifest[one].digest, manifest[other].digest);
	return order ? order : (one > other) - (one < other);
}

bool ocfl_build_sort_manifest(struct ocfl_inventory *inventory)
{
	size_t *order = NULL;
	free(inventory->by_digest);
	inventory->by_digest = NULL;
	if (!inventory->manifest_count)
		return true;
	qsort(inventory->manifest, inventory->manifest_count, sizeof(*inventory->manifest),
		compare_manifest);
	for (size_t i = 0; i < inventory->manifest_count; i++) {
		size_t *grown = ocfl_grow(order, i, sizeof(*order));
		if (!grown) {
			free(order);
			return false;
		}
		order = grown;
		order[i] = i;
	}
	qsort_r(order, inventory->manifest_count, sizeof(*order), compare_by_digest,
		inventory->manifest);
	inventory->by_digest = order;
	return true;
}

static const char *digest_at(const struct ocfl_inventory *inventory, size_t place)
{
	return inventory->manifest[inventory->by_digest[place]].digest;
}

size_t ocfl_build_digest_bound(const struct ocfl_inventory *inventory, const char *digest)
{
	size_t low = 0, high = inventory->manifest_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcasecmp(digest_at(inventory, middle), digest) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t ocfl_build_path_bound(const struct ocfl_inventory *inventory, const char *content_path)
{
	size_t low = 0, high = inventory->manifest_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (ocfl_path_compare(inventory->manifest[middle].content_path, content_path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t ocfl_build_state_bound(const struct ocfl_version *version, const char *logical_path)
{
	size_t low = 0, high = version->state_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (ocfl_path_compare(version->state[middle].logical_path, logical_path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t ocfl_build_fixity_bound(
	const struct ocfl_inventory *inventory, const char *algorithm, const char *content_path)
{
	size_t low = 0, high = inventory->fixity_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct ocfl_fixity_entry *entry = &inventory->fixity[middle];
		int order = strcmp(entry->algorithm, algorithm);
		if (order < 0 ||
			(!order && ocfl_path_compare(entry->content_path, content_path) < 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const char *ocfl_build_fixity_of(
	const struct ocfl_inventory *inventory, const char *algorithm, const char *content_path)
{
	size_t place = ocfl_build_fixity_bound(inventory, algorithm, content_path);
	if (place == inventory->fixity_count)
		return NULL;
	const struct ocfl_fixity_entry *entry = &inventory->fixity[place];
	bool fits =
		!strcmp(entry->algorithm, algorithm) && !strcmp(entry->content_path, content_path);
	return fits ? entry->digest : NULL;
}

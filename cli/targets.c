/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/targets.h"

#include "cli/cli.h"
#include "store/ocfl_layout.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static char *copy_or_null(const char *text, bool *failed)
{
	char *copy = text ? strdup(text) : NULL;
	*failed |= text && !copy;
	return copy;
}

static int add_target(struct targets *targets, const struct catalog_ref *ref)
{
	bool failed = false;
	if (targets->count == targets->capacity) {
		size_t capacity = targets->capacity ? 2 * targets->capacity : 64;
		struct catalog_ref *items = realloc(targets->items, capacity * sizeof(*items));
		if (!items)
			return ERR_MEMORY;
		targets->items = items;
		targets->capacity = capacity;
	}
	/* counted before it is whole, so that its parts are released with the rest */
	targets->items[targets->count++] = (struct catalog_ref){
		.object_id = copy_or_null(ref->object_id, &failed),
		.directory = copy_or_null(ref->directory, &failed),
		.carrier_id = copy_or_null(ref->carrier_id, &failed),
		.carrier_uuid = copy_or_null(ref->carrier_uuid, &failed),
	};
	return failed ? ERR_MEMORY : 0;
}

static int add_indexed(void *context, const struct catalog_ref *ref)
{
	return add_target(context, ref);
}

static int compare_targets(const void *a, const void *b)
{
	const struct catalog_ref *left = a, *right = b;
	return strcmp(left->directory, right->directory);
}

/* The store's walk against what the catalogue gave, which is sorted and `indexed` long. */
struct walk {
	struct targets *targets;
	size_t indexed;
	size_t unindexed;
};

static int add_stored(void *context, const char *directory)
{
	struct walk *walk = context;
	struct catalog_ref key = {.directory = (char *)(uintptr_t)directory};
	if (walk->indexed &&
		bsearch(&key, walk->targets->items, walk->indexed, sizeof(key), compare_targets))
		return 0;
	walk->unindexed++;
	return add_target(walk->targets, &key);
}

static int collect_all(struct targets *targets, const struct archive *archive,
	struct catalog *catalog, struct error *err)
{
	int status = catalog ? catalog_objects(catalog, add_indexed, targets, err) : 0;
	if (!status && targets->count)
		qsort(targets->items, targets->count, sizeof(*targets->items), compare_targets);
	struct walk walk = {targets, targets->count, 0};
	if (!status)
		status = ocfl_root_each(archive->store, add_stored, &walk, err);
	if (!status && catalog && walk.unindexed)
		report_note("%zu %s in the store but not in the catalogue; run `theca reindex`",
			walk.unindexed, walk.unindexed == 1 ? "object is" : "objects are");
	if (status == ERR_MEMORY)
		error_set(err, ERR_MEMORY, "out of memory");
	return status;
}

static int collect_named(struct targets *targets, struct catalog *catalog, int id_count,
	char *const *ids, struct error *err)
{
	for (int i = 0; i < id_count; i++) {
		struct catalog_ref ref = {0};
		int status = catalog_find(catalog, ids[i], &ref, err);
		if (!status && add_target(targets, &ref))
			status = error_set(err, ERR_MEMORY, "out of memory");
		catalog_ref_release(&ref);
		if (status)
			return status;
	}
	return 0;
}

int targets_collect(struct targets *targets, const struct archive *archive, int id_count,
	char *const *ids, struct error *err)
{
	struct catalog *catalog = NULL;
	*targets = (struct targets){0};
	int status = catalog_open(&catalog, archive, CATALOG_READ, err);
	if (!status && !id_count)
		status = catalog_check(catalog, err);
	if (status && !id_count && status != ERR_MEMORY) {
		report_note("the objects are taken from the store alone: %s", err->message);
		catalog_close(catalog);
		catalog = NULL;
		status = 0;
	}
	if (!status)
		status = id_count ? collect_named(targets, catalog, id_count, ids, err)
				  : collect_all(targets, archive, catalog, err);
	catalog_close(catalog);
	return status;
}

void targets_release(struct targets *targets)
{
	for (size_t i = 0; i < targets->count; i++)
		catalog_ref_release(&targets->items[i]);
	free(targets->items);
	*targets = (struct targets){0};
}

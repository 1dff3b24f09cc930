/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_check.h"

#include "base/path.h"
#include "store/ocfl_build.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A version directory under examination. */
struct version_check {
	struct ocfl_check *check;
	const char *name;
	const struct ocfl_entry *directory;
	size_t number; /* counted from 1 */
	bool is_head;
	struct ocfl_document document; /* its inventory */
};

/* ---- what lies in the directory ---- */

static bool is_inventory_or_sidecar(const struct version_check *v, const struct ocfl_entry *entry)
{
	const struct ocfl_document *document = &v->document;
	return document->path &&
	       (!strcmp(entry->path, document->path) ||
		       (document->sidecar && !strcmp(entry->path, document->sidecar)));
}

static void check_child(const struct version_check *v, const struct ocfl_entry *entry)
{
	const char *content = v->check->document.inventory->content_directory;
	if (entry->kind == OCFL_FILE && !is_inventory_or_sidecar(v, entry))
		ocfl_find(v->check, "E015", entry->path,
			"a file that is neither the version's inventory nor its sidecar nor in %s/",
			content);
	else if (entry->kind == OCFL_DIRECTORY && strcmp(path_name(entry->path), content))
		ocfl_find(v->check, "W002", entry->path,
			"a directory beside the version's content directory %s", content);
}

static void check_children(const struct version_check *v)
{
	const struct ocfl_tree *tree = &v->check->tree;
	const struct ocfl_entry *end = tree->entries + tree->count;
	size_t prefix = strlen(v->name) + 1;
	for (const struct ocfl_entry *entry = v->directory + 1;
		entry < end && ocfl_path_is_below(entry->path, v->name); entry++)
		if (!strchr(entry->path + prefix, '/'))
			check_child(v, entry);
}

/* Whether the manifest has files in the version's content directory. */
static bool has_content(const struct ocfl_inventory *inventory, const char *version_name)
{
	size_t place = ocfl_build_path_bound(inventory, version_name);
	return place < inventory->manifest_count &&
	       ocfl_path_is_below(inventory->manifest[place].content_path, version_name);
}

static void check_empty_directories(const struct version_check *v, const struct ocfl_entry *content)
{
	const struct ocfl_tree *tree = &v->check->tree;
	const struct ocfl_entry *end = tree->entries + tree->count;
	for (const struct ocfl_entry *entry = content + 1;
		entry < end && ocfl_path_is_below(entry->path, content->path); entry++)
		if (entry->kind == OCFL_DIRECTORY && ocfl_tree_is_empty(tree, entry))
			ocfl_find(v->check, "E024", entry->path,
				"an empty directory within the content directory");
}

static void check_content_directory(const struct version_check *v)
{
	const struct ocfl_inventory *inventory = v->check->document.inventory;
	char *path = path_join(v->name, inventory->content_directory);
	if (!path) {
		ocfl_check_out_of_memory(v->check);
		return;
	}
	const struct ocfl_entry *content = ocfl_tree_find(&v->check->tree, path);
	bool is_there = content && content->kind == OCFL_DIRECTORY;
	if (!is_there && has_content(inventory, v->name))
		ocfl_find(v->check, "E016", v->name,
			"the version has files, but no content directory %s",
			inventory->content_directory);
	if (is_there && ocfl_tree_is_empty(&v->check->tree, content))
		ocfl_find(v->check, "W003", path, "the content directory is empty");
	if (is_there)
		check_empty_directories(v, content);
	free(path);
}

/* ---- its inventory against the root's ---- */

static bool texts_differ(const char *a, const char *b)
{
	return !a || !b ? a != b : strcmp(a, b) != 0;
}

/*
 * Whether two digests of different inventories stand for the same bytes: by themselves where the algorithm is the same, else by
 * the content path that the older one gives.
 */
static bool same_bytes(const struct ocfl_inventory *prior, const char *prior_digest,
	const struct ocfl_inventory *current, const char *current_digest)
{
	if (!texts_differ(prior->digest_algorithm, current->digest_algorithm))
		return !strcasecmp(prior_digest, current_digest);
	const char *path = ocfl_inventory_content_path(prior, prior_digest);
	const char *digest = path ? ocfl_inventory_digest_of(current, path) : NULL;
	return digest && !strcasecmp(digest, current_digest);
}

static bool same_state(const struct ocfl_inventory *prior, const struct ocfl_version *old,
	const struct ocfl_inventory *current, const struct ocfl_version *now)
{
	if (old->state_count != now->state_count)
		return false;
	for (size_t i = 0; i < old->state_count; i++)
		if (strcmp(old->state[i].logical_path, now->state[i].logical_path) ||
			!same_bytes(prior, old->state[i].digest, current, now->state[i].digest))
			return false;
	return true;
}

static void compare_version(const struct version_check *v, const struct ocfl_version *old)
{
	const struct ocfl_inventory *current = v->check->document.inventory;
	const struct ocfl_version *now = ocfl_inventory_version(current, old->name);
	const char *path = v->document.path;
	if (!now || !same_state(v->document.inventory, old, current, now))
		ocfl_find(v->check, "E066", path,
			"the state of %s is not the one that the object's root inventory has",
			old->name);
	if (!now)
		return;
	if (texts_differ(old->created, now->created) || texts_differ(old->message, now->message) ||
		texts_differ(old->user_name, now->user_name) ||
		texts_differ(old->user_address, now->user_address))
		ocfl_find(v->check, "W011", path,
			"created, message or user of %s is not as in the object's root inventory",
			old->name);
}

static void compare_members(const struct version_check *v)
{
	const struct ocfl_inventory *current = v->check->document.inventory;
	const struct ocfl_inventory *prior = v->document.inventory;
	const char *path = v->document.path;
	if (prior->head && strcmp(prior->head, v->name))
		ocfl_find(v->check, "E040", path, "the head is \"%.64s\", not %s", prior->head,
			v->name);
	if (texts_differ(prior->id, current->id)) {
		ocfl_find(v->check, "E037", path,
			"the object has different ids in its inventories: here \"%.200s\"",
			prior->id ? prior->id : "");
		ocfl_find(v->check, "E110", path,
			"the object's id is not that of the root inventory");
	}
	if (strcmp(prior->content_directory, current->content_directory)) {
		ocfl_find(v->check, "E020", path,
			"the content directory is %.100s, later inventories have %.100s",
			prior->content_directory, current->content_directory);
		ocfl_find(v->check, "E019", path,
			"the object's contentDirectory %.100s was not set in the first version",
			current->content_directory);
	} else if (v->number == 1 && current->content_directory_named &&
		   !prior->content_directory_named) {
		ocfl_find(v->check, "E019", path, "contentDirectory is set later, but not here");
	}
}

static void compare_inventories(const struct version_check *v)
{
	const struct ocfl_inventory *prior = v->document.inventory;
	compare_members(v);
	for (size_t i = 0; i < prior->version_count; i++)
		compare_version(v, &prior->versions[i]);
	ocfl_content_compare(v->check, &v->document, v->number);
}

static bool same_document(const struct ocfl_document *a, const struct ocfl_document *b)
{
	return a->bytes && b->bytes && a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

/* Reads the version's inventory; what stands in the root's very words has been looked at already. */
static void check_inventory(struct version_check *v)
{
	struct ocfl_check *check = v->check;
	const struct ocfl_document *root = &check->document;
	const char *algorithm = root->inventory->digest_algorithm;
	ocfl_document_read(check, v->name, &v->document);
	if (!v->document.path) {
		ocfl_find(check, "W010", v->name, "the version has no inventory of its own");
		return;
	}
	if (!v->is_head || !same_document(&v->document, root)) {
		ocfl_document_parse(check, &v->document);
		algorithm = v->document.inventory ? v->document.inventory->digest_algorithm : NULL;
		if (v->is_head)
			ocfl_find(check, "E064", v->document.path,
				"the newest version's inventory differs from the one in the "
				"object's root");
	}
	ocfl_document_check_sidecar(check, &v->document, algorithm);
	if (v->document.inventory && !check->status)
		compare_inventories(v);
}

/* A version's specification is that of the one before or younger, and not younger than the object's. */
static void check_spec(const struct version_check *v, enum ocfl_spec *newest)
{
	const struct ocfl_inventory *inventory = v->document.inventory;
	if (!inventory && v->is_head)
		inventory = v->check->document.inventory;
	enum ocfl_spec spec = inventory && inventory->type ? ocfl_spec_of_type(inventory->type)
							   : OCFL_SPEC_UNKNOWN;
	if (spec == OCFL_SPEC_UNKNOWN)
		return;
	if (spec < *newest)
		ocfl_find(v->check, "E103", v->name,
			"the version follows an older OCFL specification than the one before it");
	else if (v->check->declared != OCFL_SPEC_UNKNOWN && spec > v->check->declared)
		ocfl_find(v->check, "E103", v->name,
			"the version follows a younger OCFL specification than the object "
			"declares");
	if (spec > *newest)
		*newest = spec;
}

static void check_version(struct version_check *v, enum ocfl_spec *newest)
{
	v->directory = ocfl_tree_find(&v->check->tree, v->name);
	if (!v->directory || v->directory->kind != OCFL_DIRECTORY) {
		ocfl_find(v->check, "E046", v->name,
			"the inventory lists this version, but there is no such directory");
		ocfl_find(v->check, "E010", v->name,
			"the sequence of version directories lacks this");
		return;
	}
	check_inventory(v);
	check_spec(v, newest);
	check_children(v);
	check_content_directory(v);
	ocfl_document_release(&v->document);
}

void ocfl_check_versions(struct ocfl_check *check)
{
	const struct ocfl_inventory *inventory = check->document.inventory;
	enum ocfl_spec newest = OCFL_SPEC_UNKNOWN,
		       root = inventory->type ? ocfl_spec_of_type(inventory->type)
					      : OCFL_SPEC_UNKNOWN;
	if (check->declared != OCFL_SPEC_UNKNOWN && root != OCFL_SPEC_UNKNOWN &&
		root != check->declared)
		ocfl_find(check, "E038", check->document.path,
			"the type of the inventory is not that of the OCFL version declared");
	for (size_t i = 0; i < inventory->version_count && !check->status; i++) {
		struct version_check version = {
			.check = check,
			.name = inventory->versions[i].name,
			.number = i + 1,
			.is_head = i + 1 == inventory->version_count,
		};
		check_version(&version, &newest);
	}
}

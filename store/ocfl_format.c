/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_inventory.h"

#include "base/json.h"
#include "base/text.h"

#include <string.h>

/* Appends path to the array under digest, which is made if missing. */
static void add_path(struct jv *block, const char *digest, const char *path)
{
	struct jv *paths = jv_get(block, digest);
	if (!paths) {
		jv_set(block, digest, jv_new_array());
		paths = jv_get(block, digest);
	}
	jv_append(paths, jv_new_text(path));
}

static struct jv *manifest_json(const struct ocfl_inventory *inventory)
{
	struct jv *block = jv_new_object();
	for (size_t i = 0; i < inventory->manifest_count; i++)
		add_path(block, inventory->manifest[i].digest, inventory->manifest[i].content_path);
	return block;
}

static struct jv *fixity_json(const struct ocfl_inventory *inventory)
{
	struct jv *block = jv_new_object();
	for (size_t i = 0; i < inventory->fixity_count; i++) {
		const struct ocfl_fixity_entry *entry = &inventory->fixity[i];
		if (!jv_get(block, entry->algorithm))
			jv_set(block, entry->algorithm, jv_new_object());
		add_path(jv_get(block, entry->algorithm), entry->digest, entry->content_path);
	}
	return block;
}

static struct jv *version_json(const struct ocfl_version *version)
{
	struct jv *object = jv_new_object(), *state = jv_new_object();
	for (size_t i = 0; i < version->state_count; i++)
		add_path(state, version->state[i].digest, version->state[i].logical_path);
	jv_set_text(object, "created", version->created);
	jv_set(object, "state", state);
	if (version->message)
		jv_set_text(object, "message", version->message);
	if (version->user_name) {
		struct jv *user = jv_new_object();
		jv_set_text(user, "name", version->user_name);
		if (version->user_address)
			jv_set_text(user, "address", version->user_address);
		jv_set(object, "user", user);
	}
	return object;
}

static struct jv *inventory_json(const struct ocfl_inventory *inventory)
{
	struct jv *document = jv_new_object(), *versions = jv_new_object();
	jv_set_text(document, "id", inventory->id);
	jv_set_text(document, "type", inventory->type);
	jv_set_text(document, "digestAlgorithm", inventory->digest_algorithm);
	jv_set_text(document, "head", inventory->head);
	if (inventory->content_directory_named)
		jv_set_text(document, "contentDirectory", inventory->content_directory);
	jv_set(document, "manifest", manifest_json(inventory));
	if (inventory->fixity_count)
		jv_set(document, "fixity", fixity_json(inventory));
	for (size_t i = 0; i < inventory->version_count; i++)
		jv_set(versions, inventory->versions[i].name,
			version_json(&inventory->versions[i]));
	jv_set(document, "versions", versions);
	return document;
}

static bool is_clean(const char *text)
{
	return !text || text_is_clean(text, strlen(text));
}

/* What came from an inventory of other software may hold text that base/json.h does not write. */
static const char *unclean_text(const struct ocfl_inventory *inventory)
{
	const char *const members[] = {inventory->id, inventory->content_directory};
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (!is_clean(members[i]))
			return members[i];
	for (size_t i = 0; i < inventory->manifest_count; i++)
		if (!is_clean(inventory->manifest[i].content_path))
			return inventory->manifest[i].content_path;
	for (size_t v = 0; v < inventory->version_count; v++) {
		const struct ocfl_version *version = &inventory->versions[v];
		const char *const words[] = {
			version->message, version->user_name, version->user_address};
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (!is_clean(words[i]))
				return words[i];
		for (size_t i = 0; i < version->state_count; i++)
			if (!is_clean(version->state[i].logical_path))
				return version->state[i].logical_path;
	}
	return NULL;
}

int ocfl_inventory_format(
	const struct ocfl_inventory *inventory, struct buffer *out, struct error *err)
{
	const char *unclean = unclean_text(inventory);
	if (unclean) {
		struct buffer shown = {0};
		text_terminal(&shown, unclean, strlen(unclean));
		error_set(err, ERR_UNSUPPORTED,
			"Theca cannot write the inventory of the object %s again: \"%.200s\" holds "
			"control characters",
			inventory->id, buffer_text(&shown));
		buffer_release(&shown);
		return ERR_UNSUPPORTED;
	}
	struct jv *document = inventory_json(inventory);
	int status = jv_dump(document, JV_SORTED, out, err);
	jv_free(document);
	return status;
}

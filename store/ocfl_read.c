/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_read.h"

#include "base/json.h"
#include "store/ocfl_build.h"
#include "store/ocfl_names.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

struct reader {
	struct ocfl_inventory *inventory;
	struct ocfl_keys keys;
	struct ocfl_listener *listener;
};

/* Copies text into the inventory; NULL when out of memory, which ends the reading. */
static char *keep(struct reader *r, const char *text)
{
	char *copy = ocfl_strings_add(r->inventory->strings, text);
	if (!copy)
		r->listener->status = ERR_MEMORY;
	return copy;
}

/* The member as a string of the inventory; NULL after telling what is wrong with it. */
static char *required_text(struct reader *r, const struct jv *object, const char *key,
	const char *missing_code, const char *type_code, const char *of_what)
{
	const struct jv *value = jv_get(object, key);
	if (!value)
		ocfl_tell_unusable(r->listener, missing_code, "%s has no \"%s\"", of_what, key);
	else if (!jv_is_text(value))
		ocfl_tell_unusable(
			r->listener, type_code, "\"%s\" of %s is not a string", key, of_what);
	else if (!*jv_text(value))
		ocfl_tell_unusable(r->listener, type_code, "\"%s\" of %s is empty", key, of_what);
	else
		return keep(r, jv_text(value));
	return NULL;
}

/* Tells of members that the specification does not know. */
static void check_keys(struct reader *r, const struct jv *object, const char *const *known,
	size_t count, const char *of_what)
{
	void *iterator = NULL;
	const char *key;
	struct jv *value;
	while (jv_next(object, &iterator, &key, &value)) {
		size_t i = 0;
		while (i < count && strcmp(key, known[i]))
			i++;
		if (i == count)
			ocfl_tell(r->listener, "E102",
				"%s has a member \"%.100s\", which the specification does not know",
				of_what, key);
	}
}

/* ---- blocks that map digests to paths: manifest, fixity of one algorithm, state of one version ---- */

enum block_role { BLOCK_MANIFEST, BLOCK_FIXITY, BLOCK_STATE };

/* The codes for what can be wrong with a block of each role. */
static const struct block_codes {
	const char *not_array, *not_text, *element, *slash;
} block_codes[] = {
	[BLOCK_MANIFEST] = {"E092", "E098", "E099", "E100"},
	[BLOCK_FIXITY] = {"E057", "E057", "E099", "E100"},
	[BLOCK_STATE] = {"E050", "E051", "E052", "E053"},
};

struct block {
	enum block_role role;
	const char *name; /* for messages */
	char *algorithm; /* of a fixity block; of the inventory's pool */
	struct ocfl_version *version; /* of a state */
};

static bool path_is_sound(struct reader *r, const struct block *block, const char *path)
{
	const struct block_codes *codes = &block_codes[block->role];
	unsigned faults = ocfl_path_faults(path);
	if (faults & OCFL_PATH_SLASH)
		ocfl_tell_unusable(r->listener, codes->slash,
			"%s: the path \"%s\" begins or ends with a slash", block->name, path);
	if (faults & OCFL_PATH_ELEMENT)
		ocfl_tell_unusable(r->listener, codes->element,
			"%s: the path \"%s\" has an element that is empty, \".\" or \"..\"",
			block->name, path);
	return !faults;
}

static void add_path(struct reader *r, const struct block *block, char *digest, const char *path)
{
	if (!path_is_sound(r, block, path))
		return;
	char *copy = keep(r, path);
	bool added = false;
	switch (block->role) {
	case BLOCK_MANIFEST:
		added = ocfl_build_manifest(r->inventory, digest, copy);
		break;
	case BLOCK_FIXITY:
		added = ocfl_build_fixity(r->inventory, block->algorithm, digest, copy);
		break;
	case BLOCK_STATE:
		added = ocfl_build_state(block->version, digest, copy);
		break;
	}
	if (!added)
		r->listener->status = ERR_MEMORY;
}

static bool add_manifest_key(struct ocfl_keys *keys, char *digest)
{
	char **grown = ocfl_grow(keys->manifest, keys->manifest_count, sizeof(*grown));
	if (!grown)
		return false;
	keys->manifest = grown;
	grown[keys->manifest_count++] = digest;
	return true;
}

static bool add_state_key(struct ocfl_keys *keys, char *digest, const char *version)
{
	struct ocfl_state_key *grown = ocfl_grow(keys->states, keys->state_count, sizeof(*grown));
	if (!grown)
		return false;
	keys->states = grown;
	grown[keys->state_count++] = (struct ocfl_state_key){digest, version};
	return true;
}

/* Keeps the digest that stands as a key in the block; NULL when out of memory. */
static char *add_key(struct reader *r, const struct block *block, const char *key)
{
	char *digest = keep(r, key);
	if (!digest || (block->role == BLOCK_MANIFEST && !add_manifest_key(&r->keys, digest)) ||
		(block->role == BLOCK_STATE &&
			!add_state_key(&r->keys, digest, block->version->name)))
		r->listener->status = ERR_MEMORY;
	return digest;
}

static void read_paths(
	struct reader *r, const struct block *block, const char *key, const struct jv *paths)
{
	const struct block_codes *codes = &block_codes[block->role];
	char *digest = add_key(r, block, key);
	if (!jv_is_array(paths)) {
		ocfl_tell_unusable(r->listener, codes->not_array,
			"%s: the value of the digest %.16s... is not an array of paths",
			block->name, key);
		return;
	}
	if (!jv_size(paths) && block->role == BLOCK_MANIFEST)
		ocfl_tell_unusable(r->listener, codes->not_array,
			"%s: the digest %.16s... has no path", block->name, key);
	for (size_t i = 0; i < jv_size(paths) && !r->listener->status; i++) {
		const char *path = jv_text(jv_at(paths, i));
		if (path)
			add_path(r, block, digest, path);
		else
			ocfl_tell_unusable(r->listener, codes->not_text,
				"%s: a path of the digest %.16s... is not a string", block->name,
				key);
	}
}

static void read_block(struct reader *r, const struct block *block, const struct jv *object)
{
	void *iterator = NULL;
	const char *key;
	struct jv *paths;
	while (!r->listener->status && jv_next(object, &iterator, &key, &paths))
		read_paths(r, block, key, paths);
}

static void read_manifest(struct reader *r, const struct jv *document)
{
	const struct jv *manifest = jv_get(document, "manifest");
	if (!manifest)
		ocfl_tell_unusable(r->listener, "E041", "the inventory has no \"manifest\"");
	else if (!jv_is_object(manifest))
		ocfl_tell_unusable(r->listener, "E106", "the manifest is not a JSON object");
	else
		read_block(
			r, &(struct block){BLOCK_MANIFEST, "the manifest", NULL, NULL}, manifest);
}

static void read_fixity(struct reader *r, const struct jv *document)
{
	const struct jv *fixity = jv_get(document, "fixity");
	void *iterator = NULL;
	const char *algorithm;
	struct jv *object;
	if (fixity && !jv_is_object(fixity))
		ocfl_tell_unusable(r->listener, "E111", "\"fixity\" is not a JSON object");
	while (!r->listener->status && jv_next(fixity, &iterator, &algorithm, &object)) {
		if (!ocfl_algorithm_find(algorithm))
			ocfl_tell(r->listener, "E056",
				"the fixity block uses \"%.64s\", which no specification lists as "
				"a "
				"digest algorithm",
				algorithm);
		if (jv_is_object(object))
			read_block(r,
				&(struct block){
					BLOCK_FIXITY, "the fixity block", keep(r, algorithm), NULL},
				object);
		else
			ocfl_tell_unusable(r->listener, "E057",
				"the fixity block's \"%.64s\" is not a JSON object", algorithm);
	}
}

/* ---- versions ---- */

static void read_user(struct reader *r, struct ocfl_version *version, const struct jv *user)
{
	static const char *const known[] = {"name", "address"};
	if (!jv_is_object(user)) {
		ocfl_tell_unusable(
			r->listener, "E054", "\"user\" of %s is not a JSON object", version->name);
		return;
	}
	check_keys(r, user, known, LENGTH(known), "a user");
	version->user_name = required_text(r, user, "name", "E054", "E054", "a user");
	const struct jv *address = jv_get(user, "address");
	if (!address)
		ocfl_tell(r->listener, "W008", "the user of %s has no \"address\"", version->name);
	else if (!jv_is_text(address))
		ocfl_tell_unusable(r->listener, "E054",
			"\"address\" of the user of %s is not a string", version->name);
	else
		version->user_address = keep(r, jv_text(address));
	if (version->user_address && !ocfl_is_uri(version->user_address))
		ocfl_tell(r->listener, "W009", "the address \"%.100s\" of the user of %s is no URI",
			version->user_address, version->name);
}

static void read_message_and_user(
	struct reader *r, struct ocfl_version *version, const struct jv *object)
{
	const struct jv *message = jv_get(object, "message"), *user = jv_get(object, "user");
	if (!message)
		ocfl_tell(r->listener, "W007", "%s has no \"message\"", version->name);
	else if (!jv_is_text(message))
		ocfl_tell_unusable(
			r->listener, "E094", "\"message\" of %s is not a string", version->name);
	else
		version->message = keep(r, jv_text(message));
	if (user)
		read_user(r, version, user);
	else
		ocfl_tell(r->listener, "W007", "%s has no \"user\"", version->name);
}

static void read_state(struct reader *r, struct ocfl_version *version, const struct jv *object)
{
	const struct jv *state = jv_get(object, "state");
	struct buffer name = {0};
	if (!state) {
		ocfl_tell_unusable(r->listener, "E048", "%s has no \"state\"", version->name);
		return;
	}
	if (!jv_is_object(state)) {
		ocfl_tell_unusable(
			r->listener, "E050", "\"state\" of %s is not a JSON object", version->name);
		return;
	}
	buffer_printf(&name, "the state of %s", version->name);
	read_block(r, &(struct block){BLOCK_STATE, buffer_text(&name), NULL, version}, state);
	buffer_release(&name);
	ocfl_build_sort_state(version);
}

static void read_version(struct reader *r, const char *name, const struct jv *object)
{
	static const char *const known[] = {"created", "state", "message", "user"};
	struct ocfl_version *version = ocfl_build_version(r->inventory, keep(r, name));
	if (!version) {
		r->listener->status = ERR_MEMORY;
		return;
	}
	if (!jv_is_object(object)) {
		ocfl_tell_unusable(
			r->listener, "E047", "the version %s is not a JSON object", name);
		return;
	}
	check_keys(r, object, known, LENGTH(known), name);
	version->created = required_text(r, object, "created", "E048", "E049", name);
	if (version->created && !ocfl_is_datetime(version->created))
		ocfl_tell(r->listener, "E049",
			"\"created\" of %s is \"%.64s\", which is no date and time of RFC 3339 "
			"with "
			"seconds and time zone",
			name, version->created);
	read_message_and_user(r, version, object);
	read_state(r, version, object);
}

/* Only names of the right form become versions. */
static bool version_name_is_sound(struct reader *r, const char *name)
{
	struct ocfl_version_name parsed;
	if (ocfl_version_parse(name, &parsed))
		return true;
	ocfl_tell_unusable(r->listener, name[0] == 'v' ? "E105" : "E104",
		"the version name \"%.64s\" is not \"v\" and a positive number", name);
	ocfl_tell_unusable(r->listener, "E046",
		"the version name \"%.64s\" can be that of no version directory", name);
	return false;
}

static int compare_versions(const void *a, const void *b)
{
	const struct ocfl_version *one = a, *other = b;
	struct ocfl_version_name left = {0}, right = {0};
	ocfl_version_parse(one->name, &left);
	ocfl_version_parse(other->name, &right);
	if (left.number != right.number)
		return left.number < right.number ? -1 : 1;
	return strcmp(one->name, other->name);
}

static void read_versions(struct reader *r, const struct jv *document)
{
	const struct jv *versions = jv_get(document, "versions");
	void *iterator = NULL;
	const char *name;
	struct jv *object;
	if (!versions) {
		ocfl_tell_unusable(r->listener, "E041", "the inventory has no \"versions\"");
		ocfl_tell_unusable(r->listener, "E043", "the inventory has no block of versions");
	} else if (!jv_is_object(versions)) {
		ocfl_tell_unusable(r->listener, "E044", "\"versions\" is not a JSON object");
		ocfl_tell_unusable(
			r->listener, "E045", "the block of versions is not a JSON object");
	}
	while (!r->listener->status && jv_next(versions, &iterator, &name, &object))
		if (version_name_is_sound(r, name))
			read_version(r, name, object);
	if (r->inventory->version_count)
		qsort(r->inventory->versions, r->inventory->version_count,
			sizeof(*r->inventory->versions), compare_versions);
}

/* ---- the inventory's own members ---- */

static void read_algorithm(struct reader *r, const struct jv *document)
{
	char *name = required_text(r, document, "digestAlgorithm", "E036", "E025", "the inventory");
	r->inventory->digest_algorithm = name;
	if (!name)
		return;
	if (!strcmp(name, "sha256"))
		ocfl_tell(r->listener, "W004", "the digest algorithm is sha256, not sha512");
	else if (strcmp(name, "sha512"))
		ocfl_tell_unusable(r->listener, "E025",
			"the digest algorithm is \"%.64s\"; only sha512 and sha256 are allowed",
			name);
}

static void check_content_directory(struct reader *r, const char *name)
{
	bool is_dots = !strcmp(name, ".") || !strcmp(name, "..");
	if (strchr(name, '/'))
		ocfl_tell_unusable(r->listener, "E017",
			"the contentDirectory \"%.100s\" contains a slash", name);
	if (is_dots)
		ocfl_tell_unusable(r->listener, "E018", "the contentDirectory is \"%s\"", name);
	if (!*name || is_dots || strchr(name, '/'))
		ocfl_tell_unusable(r->listener, "E108",
			"the contentDirectory \"%.100s\" is no child of a version directory", name);
}

static void read_content_directory(struct reader *r, const struct jv *document)
{
	const struct jv *value = jv_get(document, "contentDirectory");
	if (value && !jv_is_text(value))
		ocfl_tell_unusable(r->listener, "E108", "\"contentDirectory\" is not a string");
	r->inventory->content_directory_named = jv_is_text(value);
	r->inventory->content_directory = keep(r, jv_is_text(value) ? jv_text(value) : "content");
	if (jv_is_text(value))
		check_content_directory(r, jv_text(value));
}

static void read_members(struct reader *r, const struct jv *document)
{
	static const char *const known[] = {"id", "type", "digestAlgorithm", "head",
		"contentDirectory", "manifest", "versions", "fixity"};
	struct ocfl_inventory *inventory = r->inventory;
	check_keys(r, document, known, LENGTH(known), "the inventory");
	inventory->id = required_text(r, document, "id", "E036", "E037", "the inventory");
	if (inventory->id && !ocfl_is_uri(inventory->id))
		ocfl_tell(r->listener, "W005", "the id \"%.200s\" is no URI", inventory->id);
	inventory->type = required_text(r, document, "type", "E036", "E038", "the inventory");
	if (inventory->type && ocfl_spec_of_type(inventory->type) == OCFL_SPEC_UNKNOWN)
		ocfl_tell_unusable(r->listener, "E038",
			"the type \"%.200s\" is not that of an OCFL 1.0 or 1.1 inventory",
			inventory->type);
	inventory->head = required_text(r, document, "head", "E036", "E040", "the inventory");
	read_algorithm(r, document);
	read_content_directory(r, document);
	read_versions(r, document);
	read_manifest(r, document);
	read_fixity(r, document);
	ocfl_build_sort_fixity(inventory);
	if (!r->listener->status && !ocfl_build_sort_manifest(inventory))
		r->listener->status = ERR_MEMORY;
	ocfl_check_consistency(inventory, &r->keys, r->listener);
}

int ocfl_read(struct ocfl_inventory **out, const void *bytes, size_t len,
	struct ocfl_listener *listener, struct error *err)
{
	struct jv *document = NULL;
	struct reader reader = {.listener = listener};
	int status = jv_parse(bytes, len, &document, err);
	if (status)
		return status;
	if (!jv_is_object(document)) {
		jv_free(document);
		return error_set(err, ERR_INVALID, "the inventory is not a JSON object");
	}
	reader.inventory = ocfl_build_new();
	if (!reader.inventory) {
		jv_free(document);
		return error_set(err, ERR_MEMORY, "out of memory");
	}
	read_members(&reader, document);
	free(reader.keys.manifest);
	free(reader.keys.states);
	jv_free(document);
	if (listener->status) {
		ocfl_inventory_free(reader.inventory);
		return listener->status == ERR_MEMORY ? error_set(err, ERR_MEMORY, "out of memory")
						      : listener->status;
	}
	*out = reader.inventory;
	return 0;
}

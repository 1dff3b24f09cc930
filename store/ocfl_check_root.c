/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_check.h"

#include "base/path.h"

#include <stdlib.h>
#include <string.h>

#define DECLARATION_LIMIT 1024u /* bytes; a valid one has 16 */

/* ---- the conformance declaration ---- */

static void check_declared_text(struct ocfl_check *check, const char *name)
{
	const char *value = strchr(name, '=') + 1;
	char *path = path_join(check->root, name), *bytes = NULL;
	size_t len = 0, value_len = strlen(value);
	struct error why;
	if (!path) {
		ocfl_check_out_of_memory(check);
		return;
	}
	int status = path_read(path, DECLARATION_LIMIT, &bytes, &len, &why);
	if (status == ERR_MEMORY)
		ocfl_check_out_of_memory(check);
	else if (status)
		ocfl_find(check, "E007", name, "the declaration cannot be read: %s", why.message);
	else if (len != value_len + 1 || memcmp(bytes, value, value_len) ||
		 bytes[value_len] != '\n')
		ocfl_find(check, "E007", name,
			"the declaration does not hold its value \"%s\" and a line feed", value);
	free(bytes);
	free(path);
}

/* Whether a file name was meant as a declaration though it is none. */
static bool looks_like_declaration(const char *name)
{
	return !strncmp(name, "0=", 2) || strstr(name, "ocfl_object");
}

static void find_misnamed(struct ocfl_check *check, const char *name)
{
	const char *equals = strchr(name, '=');
	if (!equals)
		ocfl_find(check, "E004", name, "the declaration's name is not of the form 0=VALUE");
	else if (strncmp(name, "0=", 2))
		ocfl_find(check, "E005", name, "the declaration's name does not begin with 0=");
	else
		ocfl_find(check, "E006", name,
			"the declaration does not name OCFL 1.0 or 1.1, the versions that Theca "
			"knows");
}

void ocfl_check_declaration(struct ocfl_check *check)
{
	size_t count = 0;
	for (size_t i = 0; i < check->tree.count; i++) {
		const struct ocfl_entry *entry = &check->tree.entries[i];
		if (strchr(entry->path, '/') || entry->kind != OCFL_FILE)
			continue;
		enum ocfl_spec spec = ocfl_spec_of_declaration(entry->path);
		if (spec != OCFL_SPEC_UNKNOWN) {
			check->declared = spec;
			check_declared_text(check, entry->path);
			count++;
		} else if (looks_like_declaration(entry->path)) {
			find_misnamed(check, entry->path);
		}
	}
	if (!count)
		ocfl_find(check, "E003", NULL,
			"the object has no conformance declaration such as 0=ocfl_object_1.1");
	else if (count > 1)
		ocfl_find(
			check, "E003", NULL, "the object has %zu conformance declarations", count);
}

/* ---- what lies in the root ---- */

static void check_version_directory(struct ocfl_check *check, const struct ocfl_entry *entry)
{
	const struct ocfl_inventory *inventory = check->document.inventory;
	struct ocfl_version_name name, first, newest;
	if (!inventory || ocfl_inventory_version(inventory, entry->path))
		return;
	ocfl_find(check, "E046", entry->path, "the inventory does not list this version directory");
	if (!inventory->version_count)
		return;
	ocfl_version_parse(entry->path, &name);
	ocfl_version_parse(inventory->versions[0].name, &first);
	ocfl_version_parse(inventory->versions[inventory->version_count - 1].name, &newest);
	if (name.padded != first.padded || (name.padded && name.digits != first.digits))
		ocfl_find(check, "E012", entry->path, "the directory is not named in the way of %s",
			inventory->versions[0].name);
	if (name.number > newest.number)
		ocfl_find(check, "E040", entry->path,
			"the directory has a higher number than the newest version listed, %s",
			inventory->versions[inventory->version_count - 1].name);
}

static void check_root_file(struct ocfl_check *check, const struct ocfl_entry *entry)
{
	const char *sidecar = check->document.sidecar;
	if (!strcmp(entry->path, OCFL_INVENTORY_NAME) ||
		(sidecar && !strcmp(entry->path, sidecar)) ||
		ocfl_spec_of_declaration(entry->path) != OCFL_SPEC_UNKNOWN)
		return;
	ocfl_find(check, "E001", entry->path, "a file that does not belong into an object's root");
}

static void check_root_directory(struct ocfl_check *check, const struct ocfl_entry *entry)
{
	struct ocfl_version_name name;
	if (ocfl_version_parse(entry->path, &name))
		check_version_directory(check, entry);
	else if (strcmp(entry->path, "logs") && strcmp(entry->path, "extensions"))
		ocfl_find(check, "E001", entry->path,
			"a directory that does not belong into an object's root");
}

/* Entries directly in the directory "extensions". */
static void check_extension(struct ocfl_check *check, const struct ocfl_entry *entry)
{
	const char *name = path_name(entry->path);
	if (entry->kind != OCFL_DIRECTORY)
		ocfl_find(check, "E067", entry->path,
			"\"extensions\" may hold directories of extensions only");
	else if (!ocfl_extension_is_registered(name))
		ocfl_find(
			check, "W013", entry->path, "\"%.100s\" is no registered extension", name);
}

/* ---- all entries ---- */

static void check_kind(struct ocfl_check *check, const struct ocfl_entry *entry)
{
	if (entry->kind == OCFL_LINK)
		ocfl_find(check, "E090", entry->path, "a symbolic link, which was not followed");
	else if (entry->kind == OCFL_SPECIAL)
		ocfl_find(check, "E089", entry->path, "neither a file nor a directory");
	else if (entry->too_deep)
		ocfl_find(check, "E089", entry->path,
			"directories nested too deeply for other systems; what lies below was not "
			"checked");
}

static int compare_inodes(const void *a, const void *b)
{
	const struct ocfl_entry *one = a, *other = b;
	if (one->device != other->device)
		return one->device < other->device ? -1 : 1;
	if (one->inode != other->inode)
		return one->inode < other->inode ? -1 : 1;
	return ocfl_path_compare(one->path, other->path);
}

/* Files of which the object holds two names; a second name elsewhere (a snapshot's) is none of the object's. */
static void check_hard_links(struct ocfl_check *check)
{
	struct ocfl_entry *linked = calloc(check->tree.count + 1, sizeof(*linked));
	size_t count = 0;
	if (!linked) {
		ocfl_check_out_of_memory(check);
		return;
	}
	for (size_t i = 0; i < check->tree.count; i++)
		if (check->tree.entries[i].kind == OCFL_FILE && check->tree.entries[i].names > 1)
			linked[count++] = check->tree.entries[i];
	qsort(linked, count, sizeof(*linked), compare_inodes);
	for (size_t i = 1; i < count; i++)
		if (linked[i].device == linked[i - 1].device &&
			linked[i].inode == linked[i - 1].inode)
			ocfl_find(check, "E090", linked[i].path, "a hard link to %s",
				linked[i - 1].path);
	free(linked);
}

void ocfl_check_root(struct ocfl_check *check)
{
	for (size_t i = 0; i < check->tree.count && !check->status; i++) {
		const struct ocfl_entry *entry = &check->tree.entries[i];
		const char *slash = strchr(entry->path, '/');
		check_kind(check, entry);
		if (!slash && entry->kind == OCFL_FILE)
			check_root_file(check, entry);
		else if (!slash && entry->kind == OCFL_DIRECTORY)
			check_root_directory(check, entry);
		else if (slash && !strchr(slash + 1, '/') &&
			 ocfl_path_is_below(entry->path, "extensions"))
			check_extension(check, entry);
	}
	check_hard_links(check);
}

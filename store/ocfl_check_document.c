/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_check.h"

#include "base/digest.h"
#include "base/path.h"
#include "store/ocfl_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SIDECAR_LIMIT 4096u /* bytes; a usual one has 144 */

void ocfl_document_read(
	struct ocfl_check *check, const char *directory, struct ocfl_document *document)
{
	struct error why;
	char *path = *directory ? path_join(directory, OCFL_INVENTORY_NAME)
				: strdup(OCFL_INVENTORY_NAME);
	if (!path) {
		ocfl_check_out_of_memory(check);
		return;
	}
	const struct ocfl_entry *entry = ocfl_tree_find(&check->tree, path);
	char *full = path_join(check->root, path);
	if (!entry || entry->kind != OCFL_FILE || !full) {
		free(path);
		free(full);
		if (!full)
			ocfl_check_out_of_memory(check);
		return;
	}
	document->path = path;
	int status = path_read(full, OCFL_INVENTORY_LIMIT, &document->bytes, &document->len, &why);
	if (status == ERR_MEMORY)
		ocfl_check_out_of_memory(check);
	else if (status)
		ocfl_find(check, "E033", path, "the inventory cannot be read: %s", why.message);
	free(full);
}

/* What the listener of an inventory needs. */
struct hearing {
	struct ocfl_check *check;
	const char *path;
};

static int add_finding(void *context, const char *code, bool usable, const char *text)
{
	const struct hearing *hearing = context;
	(void)usable;
	ocfl_find(hearing->check, code, hearing->path, "%s", text);
	return hearing->check->status;
}

void ocfl_document_parse(struct ocfl_check *check, struct ocfl_document *document)
{
	struct hearing hearing = {check, document->path};
	struct ocfl_listener listener = {.hear = add_finding, .context = &hearing};
	struct error why;
	if (!document->bytes || check->status)
		return;
	int status =
		ocfl_read(&document->inventory, document->bytes, document->len, &listener, &why);
	if (!status)
		return;
	if (status != ERR_INVALID) {
		ocfl_check_out_of_memory(check);
		return;
	}
	ocfl_find(check, "E033", document->path, "the inventory is not as it must be: %s",
		why.message);
	struct ocfl_duplicates twice = ocfl_duplicates_find(document->bytes, document->len);
	if (twice.in_manifest)
		ocfl_find(check, "E096", document->path, "the manifest has the same digest twice");
	if (twice.in_fixity)
		ocfl_find(check, "E097", document->path,
			"the fixity block has the same digest twice");
}

/* ---- sidecars ---- */

/* Takes "DIGEST inventory.json" apart: ends the digest with a NUL and leaves it at the front of text; false if it is not so. */
static bool split_sidecar(char *text, size_t len)
{
	if (strlen(text) != len)
		return false;
	size_t digest = strcspn(text, " \t");
	size_t space = strspn(text + digest, " \t");
	const char *name = text + digest + space;
	size_t name_len = strlen(OCFL_INVENTORY_NAME);
	if (!space || strncmp(name, OCFL_INVENTORY_NAME, name_len) ||
		(name[name_len] && strcmp(name + name_len, "\n")))
		return false;
	text[digest] = '\0';
	return ocfl_is_hex(text);
}

static void compare_digest(struct ocfl_check *check, const struct ocfl_document *document,
	const char *algorithm_name, const char *recorded)
{
	enum digest_algorithm algorithm;
	char computed[DIGEST_HEX_SIZE];
	if (!digest_by_name(algorithm_name, &algorithm) || check->status)
		return;
	check->status =
		digest_bytes(algorithm, document->bytes, document->len, computed, check->err);
	if (!check->status && strcasecmp(computed, recorded))
		ocfl_find(check, "E060", document->path,
			"the inventory's %s is %.16s..., its sidecar says %.16s...", algorithm_name,
			computed, recorded);
}

static void read_sidecar(
	struct ocfl_check *check, const struct ocfl_document *document, const char *algorithm)
{
	struct error why;
	char *bytes = NULL, *full = path_join(check->root, document->sidecar);
	size_t len = 0;
	if (!full) {
		ocfl_check_out_of_memory(check);
		return;
	}
	int status = path_read(full, SIDECAR_LIMIT, &bytes, &len, &why);
	if (status == ERR_MEMORY)
		ocfl_check_out_of_memory(check);
	else if (status)
		ocfl_find(check, "E061", document->sidecar, "the sidecar cannot be read: %s",
			why.message);
	else if (!split_sidecar(bytes, len))
		ocfl_find(check, "E061", document->sidecar,
			"the sidecar does not read \"DIGEST inventory.json\"");
	else if (document->bytes)
		compare_digest(check, document, algorithm, bytes);
	free(bytes);
	free(full);
}

/* The file beside the inventory that is named as a sidecar of whatever algorithm, or NULL. */
static const struct ocfl_entry *any_sidecar(
	const struct ocfl_check *check, const struct ocfl_document *document)
{
	const struct ocfl_entry *end = check->tree.entries + check->tree.count;
	const struct ocfl_entry *entry = ocfl_tree_find(&check->tree, document->path);
	size_t len = strlen(document->path);
	for (entry++; entry < end && !strncmp(entry->path, document->path, len); entry++)
		if (entry->kind == OCFL_FILE && entry->path[len] == '.')
			return entry;
	return NULL;
}

void ocfl_document_check_sidecar(
	struct ocfl_check *check, struct ocfl_document *document, const char *algorithm)
{
	if (!document->path || check->status)
		return;
	const struct ocfl_entry *found = any_sidecar(check, document), *entry = NULL;
	char *wanted = NULL;
	if (!algorithm && found)
		algorithm = found->path + strlen(document->path) + 1;
	if (algorithm && asprintf(&wanted, "%s.%s", document->path, algorithm) < 0) {
		ocfl_check_out_of_memory(check);
		return;
	}
	document->sidecar = wanted;
	if (wanted)
		entry = ocfl_tree_find(&check->tree, wanted);
	if (entry && entry->kind == OCFL_FILE) {
		read_sidecar(check, document, algorithm);
		return;
	}
	ocfl_find(check, "E058", document->path, "the inventory has no sidecar with its digest");
	if (found)
		ocfl_find(check, "E059", found->path,
			"the sidecar is not one of the inventory's digestAlgorithm, %s", algorithm);
}

void ocfl_document_release(struct ocfl_document *document)
{
	ocfl_inventory_free(document->inventory);
	free(document->path);
	free(document->bytes);
	free(document->sidecar);
	*document = (struct ocfl_document){0};
}

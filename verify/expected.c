/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/expected.h"

#include "store/deposit.h"
#include "store/ocfl_names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int compare_path(const void *path, const void *file)
{
	return ocfl_path_compare(path, ((const struct expected_file *)file)->path);
}

struct expected_file *expected_files_find(const struct expected_files *files, const char *path)
{
	if (!files->count)
		return NULL;
	return bsearch(path, files->items, files->count, sizeof(*files->items), compare_path);
}

static int compare_logical(const void *path, const void *entry)
{
	return ocfl_path_compare(path, ((const struct ocfl_state_entry *)entry)->logical_path);
}

static struct expected_file *find_digest(const struct expected_files *files, const char *digest)
{
	const char *path = ocfl_inventory_content_path(files->inventory, digest);
	return path ? expected_files_find(files, path) : NULL;
}

struct expected_file *expected_files_in_version(const struct expected_files *files,
	const struct ocfl_version *version, const char *logical_path)
{
	const struct ocfl_state_entry *entry = NULL;
	if (version->state_count)
		entry = bsearch(logical_path, version->state, version->state_count,
			sizeof(*version->state), compare_logical);
	return entry ? find_digest(files, entry->digest) : NULL;
}

struct expected_file *expected_files_premis(
	const struct expected_files *files, const struct ocfl_version *version)
{
	for (size_t i = 0; i < version->state_count; i++) {
		enum file_role role;
		if (file_role_of(version->state[i].logical_path, &role) && role == ROLE_PREMIS)
			return find_digest(files, version->state[i].digest);
	}
	return NULL;
}

/* Records a digest; one that contradicts what is recorded already is a problem, the first stays. */
static int expect_digest(struct expected_file *file, const char *algorithm_name, const char *digest,
	struct object_report *report, struct error *err)
{
	enum digest_algorithm algorithm;
	if (!digest_by_name(algorithm_name, &algorithm))
		return ERR_NONE;
	if (!file->digests[algorithm]) {
		file->digests[algorithm] = digest;
		return ERR_NONE;
	}
	if (strcasecmp(file->digests[algorithm], digest) == 0)
		return ERR_NONE;
	return object_report_add_problem(report, "inventory", true, file->path, err,
		"the inventory records two different %s digests", digest_name(algorithm));
}

/* A file is a sidecar or chunk list if any version calls it so. */
static void mark_kinds(struct expected_files *files, const struct ocfl_version *version)
{
	for (size_t i = 0; i < version->state_count; i++) {
		enum file_role role;
		if (!file_role_of(version->state[i].logical_path, &role) ||
			(role != ROLE_PREMIS && role != ROLE_CHUNKS))
			continue;
		struct expected_file *file = find_digest(files, version->state[i].digest);
		if (file)
			file->kind = role == ROLE_PREMIS ? EXPECTED_PREMIS : EXPECTED_CHUNKS;
	}
}

int expected_files_init(struct expected_files *files, const struct ocfl_inventory *inventory,
	struct object_report *report, struct error *err)
{
	*files = (struct expected_files){.inventory = inventory};
	files->items = calloc(inventory->manifest_count + 1, sizeof(*files->items));
	if (!files->items)
		return error_set(err, ERR_MEMORY, "out of memory for the files of an object");
	files->count = inventory->manifest_count;
	int rc = ERR_NONE;
	for (size_t i = 0; i < files->count && !rc; i++) {
		files->items[i].path = inventory->manifest[i].content_path;
		rc = expect_digest(&files->items[i], inventory->digest_algorithm,
			inventory->manifest[i].digest, report, err);
	}
	for (size_t i = 0; i < inventory->fixity_count && !rc; i++) {
		const struct ocfl_fixity_entry *entry = &inventory->fixity[i];
		struct expected_file *file = expected_files_find(files, entry->content_path);
		if (file)
			rc = expect_digest(file, entry->algorithm, entry->digest, report, err);
	}
	for (size_t i = 0; i < inventory->version_count; i++)
		mark_kinds(files, &inventory->versions[i]);
	if (rc)
		expected_files_release(files);
	return rc;
}

void expected_files_release(struct expected_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		premis_free(files->items[i].premis);
		if (files->items[i].list)
			chunk_list_release(files->items[i].list);
		free(files->items[i].list);
	}
	free(files->items);
	*files = (struct expected_files){0};
}

static int understand_chunks(
	struct expected_file *file, const struct buffer *contents, struct error *err)
{
	struct chunk_list *list = calloc(1, sizeof(*list));
	if (!list)
		return error_set(err, ERR_MEMORY, "out of memory for a chunk list");
	int rc = chunk_list_parse(list, (const uint8_t *)buffer_text(contents), contents->len, err);
	if (rc)
		free(list);
	else
		file->list = list;
	return rc;
}

int expected_file_understand(struct expected_file *file, const struct buffer *contents,
	struct object_report *report, struct error *err)
{
	struct error why = {0};
	bool is_premis = file->kind == EXPECTED_PREMIS;
	int rc = is_premis ? premis_read(&file->premis, buffer_text(contents), contents->len,
				     file->path, &why)
			   : understand_chunks(file, contents, &why);
	if (rc == ERR_MEMORY)
		return error_set(err, ERR_MEMORY, "%s", why.message);
	if (rc)
		return object_report_add_problem(report, is_premis ? "premis" : "chunks", true,
			file->path, err, "its digests agree, but it makes no sense: %s",
			why.message);
	return ERR_NONE;
}

/* The bitstreams of a file; those of one file stand together. */
static void learn_streams(
	struct expected_file *file, const struct premis *premis, const char *file_uuid)
{
	file->stream_count = 0;
	for (size_t i = 0; i < premis->bitstream_count; i++) {
		if (strcmp(premis->bitstreams[i].file_uuid, file_uuid) != 0)
			continue;
		if (!file->stream_count++)
			file->streams = &premis->bitstreams[i];
	}
}

/*
 * Where the inventory has no digest of an algorithm the sidecar's is taken; where it has one,
 * verify/agreement.h compares them.
 */
static void learn_premis(struct expected_files *files, const struct ocfl_version *version,
	const struct premis *premis)
{
	for (size_t i = 0; i < premis->file_count; i++) {
		const struct premis_file *said = &premis->files[i];
		struct expected_file *file = expected_files_in_version(files, version, said->name);
		if (!file)
			continue;
		file->size_known = true;
		file->size = said->size;
		learn_streams(file, premis, said->uuid);
		for (size_t k = 0; k < said->fixity_count; k++) {
			enum digest_algorithm algorithm;
			if (digest_by_name(said->fixity[k].algorithm, &algorithm) &&
				!file->digests[algorithm])
				file->digests[algorithm] = said->fixity[k].digest;
		}
	}
}

/* A chunk list speaks of the file that it names in the same version. */
static void learn_chunks(struct expected_files *files, const struct ocfl_version *version)
{
	for (size_t i = 0; i < version->state_count; i++) {
		enum file_role role;
		if (!file_role_of(version->state[i].logical_path, &role) || role != ROLE_CHUNKS)
			continue;
		const struct expected_file *said = find_digest(files, version->state[i].digest);
		if (!said || !said->list)
			continue;
		struct expected_file *file =
			expected_files_in_version(files, version, said->list->file_name);
		if (file && file->kind == EXPECTED_CONTENT)
			file->chunks = said->list;
	}
}

void expected_files_learn(struct expected_files *files)
{
	for (size_t i = 0; i < files->inventory->version_count; i++) {
		const struct ocfl_version *version = &files->inventory->versions[i];
		const struct expected_file *sidecar = expected_files_premis(files, version);
		if (sidecar && sidecar->premis)
			learn_premis(files, version, sidecar->premis);
		learn_chunks(files, version);
	}
}

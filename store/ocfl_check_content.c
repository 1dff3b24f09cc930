/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_check.h"

#include "base/digest.h"
#include "base/path.h"
#include "store/ocfl_build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define READ_SIZE ((size_t)1 << 20) /* bytes */

/* What some inventory says a file's digest is. Its strings are its own: inventories come and go. */
struct expectation {
	const struct ocfl_entry *file;
	enum digest_algorithm algorithm;
	const char *code; /* E092 from a manifest, E093 from a fixity block */
	char *digest;
};

struct ocfl_content {
	size_t *files; /* places in the tree of those in content directories, version by version */
	size_t file_count;
	size_t *ends; /* for each version of the root inventory, the count of files up to and with it */
	struct expectation *expectations;
	size_t expectation_count;
	struct digest *digests[DIGEST_COUNT]; /* made when first needed */
	uint8_t *bytes; /* READ_SIZE of them */
};

void ocfl_content_free(struct ocfl_content *content)
{
	if (!content)
		return;
	for (size_t i = 0; i < content->expectation_count; i++)
		free(content->expectations[i].digest);
	for (size_t i = 0; i < DIGEST_COUNT; i++)
		digest_free(content->digests[i]);
	free(content->expectations);
	free(content->files);
	free(content->ends);
	free(content->bytes);
	free(content);
}

/* ---- the files that are there ---- */

static bool add_files(
	const struct ocfl_tree *tree, struct ocfl_content *content, const char *directory)
{
	const struct ocfl_entry *entry = ocfl_tree_find(tree, directory);
	const struct ocfl_entry *end = tree->entries + tree->count;
	if (!entry || entry->kind != OCFL_DIRECTORY)
		return true;
	for (entry++; entry < end && ocfl_path_is_below(entry->path, directory); entry++) {
		if (entry->kind == OCFL_DIRECTORY)
			continue;
		size_t *grown = ocfl_grow(content->files, content->file_count, sizeof(*grown));
		if (!grown)
			return false;
		content->files = grown;
		grown[content->file_count++] = (size_t)(entry - tree->entries);
	}
	return true;
}

static bool collect_files(struct ocfl_check *check, struct ocfl_content *content)
{
	const struct ocfl_inventory *inventory = check->document.inventory;
	for (size_t i = 0; i < inventory->version_count; i++) {
		char *directory =
			path_join(inventory->versions[i].name, inventory->content_directory);
		bool added = directory && add_files(&check->tree, content, directory);
		free(directory);
		if (!added)
			return false;
		content->ends[i] = content->file_count;
	}
	return true;
}

void ocfl_content_begin(struct ocfl_check *check)
{
	struct ocfl_content *content = calloc(1, sizeof(*content));
	check->content = content;
	if (content)
		content->ends = calloc(
			check->document.inventory->version_count + 1, sizeof(*content->ends));
	if (!content || !content->ends || !collect_files(check, content))
		ocfl_check_out_of_memory(check);
}

/* ---- inventories against them ---- */

static void expect(struct ocfl_check *check, const struct ocfl_entry *file, const char *algorithm,
	const char *code, const char *digest)
{
	struct ocfl_content *content = check->content;
	struct expectation expectation = {.file = file, .code = code};
	if (check->depth != OCFL_CONTENT || !algorithm ||
		!digest_by_name(algorithm, &expectation.algorithm))
		return;
	struct expectation *grown =
		ocfl_grow(content->expectations, content->expectation_count, sizeof(*grown));
	if (grown)
		content->expectations = grown;
	expectation.digest = grown ? strdup(digest) : NULL;
	if (expectation.digest)
		grown[content->expectation_count++] = expectation;
	else
		ocfl_check_out_of_memory(check);
}

/*
 * Files of the first versions that the manifest does not have. Of a prior inventory the first is told and no more: a small one
 * must not cost a walk over all files for each of many versions.
 */
static void find_unlisted(struct ocfl_check *check, const struct ocfl_document *document,
	size_t versions, bool is_root)
{
	size_t count = versions ? check->content->ends[versions - 1] : 0;
	for (size_t i = 0; i < count; i++) {
		const char *path = check->tree.entries[check->content->files[i]].path;
		if (ocfl_inventory_digest_of(document->inventory, path))
			continue;
		ocfl_find(check, "E023", path, "the manifest of %s does not list this file%s",
			document->path, is_root ? "" : " (and may lack more)");
		if (!is_root)
			return;
	}
}

/* The file of a content path; tells if it is missing, unless the root inventory has told already. */
static const struct ocfl_entry *listed_file(
	struct ocfl_check *check, const struct ocfl_document *document, const char *path)
{
	const struct ocfl_entry *entry = ocfl_tree_find(&check->tree, path);
	if (entry && entry->kind == OCFL_FILE)
		return entry;
	if (document == &check->document ||
		!ocfl_inventory_digest_of(check->document.inventory, path)) {
		ocfl_find(check, "E092", path,
			"the manifest of %s lists this file, but it is missing", document->path);
		ocfl_find(check, "E023", path,
			"manifest and content directory do not agree: this file is missing");
	}
	return NULL;
}

static bool same_text(const char *a, const char *b)
{
	return a && b && !strcasecmp(a, b);
}

static void compare_manifest(struct ocfl_check *check, const struct ocfl_document *document)
{
	const struct ocfl_inventory *inventory = document->inventory;
	const struct ocfl_inventory *root = check->document.inventory;
	bool same_algorithm = same_text(inventory->digest_algorithm, root->digest_algorithm);
	for (size_t i = 0; i < inventory->manifest_count && !check->status; i++) {
		const struct ocfl_manifest_entry *entry = &inventory->manifest[i];
		const struct ocfl_entry *file = listed_file(check, document, entry->content_path);
		bool known = inventory != root && same_algorithm &&
			     same_text(entry->digest,
				     ocfl_inventory_digest_of(root, entry->content_path));
		if (file && !known)
			expect(check, file, inventory->digest_algorithm, "E092", entry->digest);
	}
}

/* "size" is the one entry of the vocabulary that is no digest: the file's bytes in decimal (extension 0009). */
static void compare_size(struct ocfl_check *check, const struct ocfl_entry *file, const char *size)
{
	char actual[24];
	snprintf(actual, sizeof(actual), "%ju", (uintmax_t)file->size);
	if (strcmp(actual, size))
		ocfl_find(check, "E093", file->path,
			"the file has %s bytes, the fixity block says %.24s", actual, size);
}

static void compare_fixity_entry(struct ocfl_check *check, const struct ocfl_document *document,
	const struct ocfl_fixity_entry *entry)
{
	const struct ocfl_entry *file = ocfl_tree_find(&check->tree, entry->content_path);
	if (!ocfl_inventory_digest_of(document->inventory, entry->content_path))
		ocfl_find(check, "E057", document->path,
			"the fixity block has \"%s\", which the manifest does not have",
			entry->content_path);
	if (!file || file->kind != OCFL_FILE)
		ocfl_find(check, "E093", entry->content_path,
			"the fixity block of %s has a %s of this file, but it is missing",
			document->path, entry->algorithm);
	else if (!strcmp(entry->algorithm, "size"))
		compare_size(check, file, entry->digest);
	else
		expect(check, file, entry->algorithm, "E093", entry->digest);
}

static void compare_fixity(struct ocfl_check *check, const struct ocfl_document *document)
{
	const struct ocfl_inventory *inventory = document->inventory;
	const struct ocfl_inventory *root = check->document.inventory;
	for (size_t i = 0; i < inventory->fixity_count && !check->status; i++) {
		const struct ocfl_fixity_entry *entry = &inventory->fixity[i];
		if (inventory == root ||
			!same_text(entry->digest,
				ocfl_build_fixity_of(root, entry->algorithm, entry->content_path)))
			compare_fixity_entry(check, document, entry);
	}
}

void ocfl_content_compare(
	struct ocfl_check *check, const struct ocfl_document *document, size_t versions)
{
	if (check->status)
		return;
	find_unlisted(check, document, versions, document == &check->document);
	compare_manifest(check, document);
	compare_fixity(check, document);
}

/* ---- the bytes ---- */

/* Makes the digest ready; false if it cannot be had, which is no failure for a fixity block's old algorithms. */
static bool prepare_digest(struct ocfl_check *check, const struct expectation *expectation)
{
	struct digest **digest = &check->content->digests[expectation->algorithm];
	struct error why;
	if (*digest)
		return true;
	int status = digest_new(digest, expectation->algorithm, &why);
	if (status && (status != ERR_UNSUPPORTED || !strcmp(expectation->code, "E092")))
		check->status = error_set(check->err, why.code, "%s", why.message);
	return !status;
}

/* Reads the whole file through the digests of the mask; an errno. */
static int read_through(struct ocfl_content *content, int fd, unsigned mask)
{
	for (;;) {
		ssize_t n = read(fd, content->bytes, READ_SIZE);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (!n)
			return 0;
		for (unsigned i = 0; i < DIGEST_COUNT; i++)
			if (mask & 1u << i)
				digest_update(content->digests[i], content->bytes, (size_t)n);
	}
}

/* The digests of the mask; what keeps the file from being read is a finding and gives false. */
static bool compute_digests(struct ocfl_check *check, const struct ocfl_entry *file, unsigned mask,
	struct digest_values *values)
{
	uint8_t raw[DIGEST_MAX_BYTES];
	char *path = path_join(check->root, file->path);
	if (!path) {
		ocfl_check_out_of_memory(check);
		return false;
	}
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int failed = fd < 0 ? errno : read_through(check->content, fd, mask);
	if (fd >= 0)
		close(fd);
	free(path);
	for (unsigned i = 0; i < DIGEST_COUNT && !check->status; i++) {
		if (!(mask & 1u << i))
			continue;
		check->status = digest_finish(check->content->digests[i], raw, check->err);
		bytes_to_hex(raw, digest_size((enum digest_algorithm)i), values->hex[i]);
	}
	if (failed)
		ocfl_find(
			check, "E092", file->path, "the file cannot be read: %s", strerror(failed));
	return !failed && !check->status;
}

/* Checks what is expected of one file. */
static void check_file(struct ocfl_check *check, const struct expectation *expected, size_t count)
{
	struct digest_values values;
	unsigned mask = 0;
	for (size_t i = 0; i < count; i++)
		if (prepare_digest(check, &expected[i]))
			mask |= DIGEST_BIT(expected[i].algorithm);
	if (check->status || !compute_digests(check, expected->file, mask, &values))
		return;
	for (size_t i = 0; i < count; i++) {
		const char *actual = values.hex[expected[i].algorithm];
		if ((mask & DIGEST_BIT(expected[i].algorithm)) &&
			strcasecmp(actual, expected[i].digest))
			ocfl_find(check, expected[i].code, expected[i].file->path,
				"the file's %s is %.16s..., the %s says %.16s...",
				digest_name(expected[i].algorithm), actual,
				strcmp(expected[i].code, "E092") ? "fixity block" : "manifest",
				expected[i].digest);
	}
}

static int compare_expectations(const void *a, const void *b)
{
	const struct expectation *one = a, *other = b;
	return (one->file > other->file) - (one->file < other->file);
}

void ocfl_content_finish(struct ocfl_check *check)
{
	struct ocfl_content *content = check->content;
	if (check->status || !content->expectation_count)
		return;
	content->bytes = malloc(READ_SIZE);
	if (!content->bytes) {
		ocfl_check_out_of_memory(check);
		return;
	}
	size_t count = content->expectation_count;
	qsort(content->expectations, count, sizeof(*content->expectations), compare_expectations);
	for (size_t i = 0, next; i < count && !check->status; i = next) {
		next = i + 1;
		while (next < count &&
			content->expectations[next].file == content->expectations[i].file)
			next++;
		check_file(check, &content->expectations[i], next - i);
	}
}

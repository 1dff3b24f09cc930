/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/structure.h"

#include "base/digest.h"
#include "base/path.h"
#include "store/chain_log.h"
#include "store/ocfl_names.h"
#include "store/ocfl_tree.h"
#include "store/ocfl_validate.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define INVENTORY "inventory.json"
#define SIDECAR_MAX 4096u

/* ---- inventories ---- */

/* Checks one more file beside the content; contents as in content_check. */
static int check_beside(struct content_checker *checker, const struct expected_file *expected,
	struct buffer *contents, struct error *err)
{
	struct file_report *file = object_report_add_file(checker->report, expected->path);
	if (!file)
		return error_set(err, ERR_MEMORY, "out of memory for the report of a check");
	file->is_inventory = true;
	return content_check(
		checker, expected, checker->report->file_count - 1, contents, SIDECAR_MAX, err);
}

/* The algorithm of the sidecar beside an inventory; SHA-512 if none is there: it is missing. */
static enum digest_algorithm sidecar_algorithm(
	const struct ocfl_tree *tree, const char *inventory_path)
{
	static const enum digest_algorithm allowed[] = {DIGEST_SHA512, DIGEST_SHA256};
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		char path[64];
		snprintf(path, sizeof(path), "%s.%s", inventory_path, digest_name(allowed[i]));
		if (ocfl_tree_find(tree, path))
			return allowed[i];
	}
	return DIGEST_SHA512;
}

/* An inventory.json against the digest in its sidecar; both are read from the medium. */
static int check_inventory(struct content_checker *checker, const struct ocfl_tree *tree,
	const char *path, struct error *err)
{
	struct buffer digest = {0};
	char sidecar_path[64];
	enum digest_algorithm algorithm = sidecar_algorithm(tree, path);
	snprintf(sidecar_path, sizeof(sidecar_path), "%s.%s", path, digest_name(algorithm));
	struct expected_file sidecar = {.path = sidecar_path}, inventory = {.path = path};
	int rc = check_beside(checker, &sidecar, &digest, err);
	if (digest.len)
		digest.data[strcspn(digest.data, " \t\r\n")] = '\0';
	if (!rc && checker->report->files[checker->report->file_count - 1].verdict == VERDICT_OK)
		inventory.digests[algorithm] = buffer_text(&digest);
	if (!rc)
		rc = check_beside(checker, &inventory, NULL, err);
	buffer_release(&digest);
	return rc;
}

/*
 * OCFL only recommends that a version have its own copy, but every commit writes it: where it is
 * not there it was lost.
 */
static int check_inventories(struct content_checker *checker, const struct ocfl_tree *tree,
	const struct ocfl_inventory *inventory, struct error *err)
{
	int rc = check_inventory(checker, tree, INVENTORY, err);
	for (size_t i = 0; i < inventory->version_count && !rc; i++) {
		char path[48];
		int len =
			snprintf(path, sizeof(path), "%s/" INVENTORY, inventory->versions[i].name);
		if (len < (int)sizeof(path))
			rc = check_inventory(checker, tree, path, err);
	}
	return rc;
}

/* ---- files that nobody lists ---- */

/*
 * The object's own apparatus: declaration, inventories and sidecars, and the two directories that
 * OCFL leaves free.
 */
static bool is_apparatus(const char *path)
{
	const char *name = path_name(path);
	if (ocfl_path_is_below(path, "logs") || ocfl_path_is_below(path, "extensions"))
		return true;
	if (name == path && ocfl_spec_of_declaration(name) != OCFL_SPEC_UNKNOWN)
		return true;
	struct ocfl_version_name version;
	char directory[32];
	size_t len = name == path ? 0 : (size_t)(name - path) - 1;
	if (len >= sizeof(directory))
		return false;
	memcpy(directory, path, len);
	directory[len] = '\0';
	return (len == 0 || ocfl_version_parse(directory, &version)) &&
	       strncmp(name, INVENTORY, strlen(INVENTORY)) == 0;
}

static int find_extras(struct content_checker *checker, const struct ocfl_tree *tree,
	const struct expected_files *files, struct error *err)
{
	for (size_t i = 0; i < tree->count; i++) {
		const struct ocfl_entry *entry = &tree->entries[i];
		if (entry->kind == OCFL_DIRECTORY || is_apparatus(entry->path) ||
			expected_files_find(files, entry->path))
			continue;
		struct file_report *file = object_report_add_file(checker->report, entry->path);
		if (!file)
			return error_set(
				err, ERR_MEMORY, "out of memory for the report of a check");
		file->verdict = VERDICT_EXTRA;
		file->size = entry->size;
	}
	return ERR_NONE;
}

/* ---- findings of the validator ---- */

static int compare_report(const void *path, const void *file)
{
	return ocfl_path_compare(path, ((const struct file_report *)file)->path);
}

/* Whether the report says already that something is wrong with the file of that path. */
static bool is_reported(
	const struct object_report *report, const struct expected_files *files, const char *path)
{
	const struct file_report *beside = report->files + files->count;
	size_t count = report->file_count - files->count, extras = 0;
	const struct expected_file *expected = expected_files_find(files, path);
	if (expected)
		return report->files[expected - files->items].verdict > VERDICT_NOT_CHECKED;
	for (; extras < count && beside[extras].is_inventory; extras++)
		if (strcmp(beside[extras].path, path) == 0)
			return beside[extras].verdict > VERDICT_NOT_CHECKED;
	return extras < count &&
	       bsearch(path, beside + extras, count - extras, sizeof(*beside), compare_report);
}

static int add_findings(struct object_report *report, const struct expected_files *files,
	const struct ocfl_findings *findings, struct error *err)
{
	int rc = ERR_NONE;
	for (size_t i = 0; i < findings->count && !rc; i++) {
		const struct ocfl_finding *finding = &findings->items[i];
		if (!finding->path || !is_reported(report, files, finding->path))
			rc = object_report_add_problem(report, finding->code, finding->is_error,
				finding->path, err, "%s", finding->text);
	}
	return rc;
}

static int validate(struct content_checker *checker, const struct object *object,
	const struct expected_files *files, struct error *err)
{
	struct ocfl_findings findings = {0};
	struct error why = {.message = "its structure looked broken"};
	int failed = ocfl_validate(object_directory(object), OCFL_STRUCTURE, &findings, &why);
	int rc = ERR_NONE;
	if (failed || findings.error_count)
		rc = content_weigh_failure(checker, &why, err);
	if (!rc && failed)
		rc = object_report_add_problem(checker->report, "directory", true, NULL, err,
			"the object's structure cannot be checked: %s", why.message);
	if (!rc)
		rc = add_findings(checker->report, files, &findings, err);
	ocfl_findings_release(&findings);
	return rc;
}

/* ---- the log ---- */

/* The chain of the object's event log: a line that was changed, cut out or put in breaks it. */
static int check_log(struct content_checker *checker, const struct object *object, struct error *err)
{
	struct chain_state state;
	struct error why = {0};
	char *directory = object_log_directory(object);
	if (!directory)
		return error_set(err, ERR_MEMORY, "out of memory");
	int failed = chain_log_check(directory, &state, &why);
	free(directory);
	if (failed == ERR_MEMORY)
		return error_set(err, ERR_MEMORY, "%s", why.message);
	if (failed)
		return object_report_add_problem(checker->report, "log", true, "logs", err,
			"the event log cannot be read: %s", why.message);
	if (!state.intact)
		return object_report_add_problem(checker->report, "log", true, "logs", err,
			"the event log was changed: its line %ju does not fit the one before it",
			(uintmax_t)state.bad_line);
	return ERR_NONE;
}

/* ---- all of it ---- */

/* Whether a version was added since the object was opened; what is on the disk is then not what is being checked. */
static bool has_moved_on(const struct object *object)
{
	struct ocfl_inventory *now = NULL;
	char *path = path_join(object_directory(object), INVENTORY), *bytes = NULL;
	size_t len = 0;
	bool moved = path && !path_read(path, OCFL_INVENTORY_LIMIT, &bytes, &len, NULL) &&
		     !ocfl_inventory_parse(&now, bytes, len, NULL) &&
		     now->version_count > object_inventory(object)->version_count;
	ocfl_inventory_free(now);
	free(bytes);
	free(path);
	return moved;
}

static int check_locked(struct content_checker *checker, const struct object *object,
	const struct expected_files *files, struct error *err)
{
	struct ocfl_tree tree = {0};
	struct error why = {0};
	const char *problem = object_problem(object);
	int rc = ERR_NONE;
	if (problem)
		rc = object_report_add_problem(
			checker->report, "inventory", true, INVENTORY, err, "%s", problem);
	if (!rc && ocfl_tree_read(&tree, object_directory(object), &why) == ERR_MEMORY)
		rc = error_set(err, ERR_MEMORY, "%s", why.message);
	if (!rc)
		rc = check_inventories(checker, &tree, object_inventory(object), err);
	if (!rc)
		rc = find_extras(checker, &tree, files, err);
	if (!rc)
		rc = validate(checker, object, files, err);
	ocfl_tree_release(&tree);
	return rc;
}

int structure_check(struct content_checker *checker, const struct object *object,
	const struct expected_files *files, struct error *err)
{
	int fd = open(object_directory(object), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/*
	 * without the lock (a file system may have none) the check is as good, but may meet a
	 * commit half-way
	 */
	if (fd >= 0)
		flock(fd, LOCK_SH);
	int rc = check_log(checker, object, err);
	if (!rc && has_moved_on(object))
		rc = object_report_add_problem(checker->report, "version", false, NULL, err,
			"a version was added while this one was checked; check the object again for it");
	else if (!rc)
		rc = check_locked(checker, object, files, err);
	if (fd >= 0)
		close(fd);
	return rc;
}

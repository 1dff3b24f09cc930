/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/agreement.h"

#include "store/ocfl_names.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One version's sidecar while it is compared. */
struct comparison {
	const struct expected_files *files;
	const struct ocfl_version *version;
	const struct expected_file *sidecar;
	struct object_report *report;
	struct error *err;
};

__attribute__((format(printf, 2, 3))) static int disagree(
	const struct comparison *comparison, const char *format, ...)
{
	char *text = NULL;
	va_list ap;
	va_start(ap, format);
	int len = vasprintf(&text, format, ap);
	va_end(ap);
	if (len < 0)
		return error_set(comparison->err, ERR_MEMORY, "out of memory");
	int rc = object_report_add_problem(comparison->report, "premis", true,
		comparison->sidecar->path, comparison->err, "%s", text);
	free(text);
	return rc;
}

static int compare_header(const struct comparison *comparison)
{
	const struct premis *premis = comparison->sidecar->premis;
	int rc = ERR_NONE;
	if (premis->object_id && strcmp(premis->object_id, comparison->files->inventory->id) != 0)
		rc = disagree(
			comparison, "the sidecar is about another object, %s", premis->object_id);
	if (!rc && premis->version && strcmp(premis->version, comparison->version->name) != 0)
		rc = disagree(
			comparison, "the sidecar is about another version, %s", premis->version);
	return rc;
}

/* The size on the disk of a file whose bytes were found to be those recorded. */
static bool size_is_sure(
	const struct comparison *comparison, const struct expected_file *file, uint64_t *size)
{
	const struct file_report *found =
		&comparison->report->files[file - comparison->files->items];
	*size = found->size;
	return found->verdict == VERDICT_OK;
}

/* "sha512, md5" of a DIGEST_BIT mask. */
static const char *digest_list(unsigned mask, char out[64])
{
	size_t len = 0;
	out[0] = '\0';
	for (unsigned i = DIGEST_COUNT; i-- > 0;)
		if (mask & DIGEST_BIT(i))
			len += (size_t)snprintf(out + len, 64 - len, "%s%s", len ? ", " : "",
				digest_name((enum digest_algorithm)i));
	return out;
}

static int compare_digests(const struct comparison *comparison, const struct premis_file *said,
	const struct expected_file *file)
{
	const char *identifying = comparison->files->inventory->digest_algorithm;
	unsigned differing = 0;
	bool identified = false;
	for (size_t i = 0; i < said->fixity_count; i++) {
		enum digest_algorithm algorithm;
		const struct premis_fixity *fixity = &said->fixity[i];
		identified |= strcasecmp(fixity->algorithm, identifying) == 0;
		if (digest_by_name(fixity->algorithm, &algorithm) && file->digests[algorithm] &&
			strcasecmp(file->digests[algorithm], fixity->digest) != 0)
			differing |= DIGEST_BIT(algorithm);
	}
	char names[64];
	if (differing)
		return disagree(comparison, "%s: the sidecar's digest is not the inventory's (%s)",
			said->name, digest_list(differing, names));
	if (!identified)
		return disagree(comparison,
			"%s: the sidecar lacks the %s digest by which the inventory knows it",
			said->name, identifying);
	return ERR_NONE;
}

static int compare_file(const struct comparison *comparison, const struct premis_file *said,
	const struct expected_file *file)
{
	uint64_t size;
	int rc = compare_digests(comparison, said, file);
	if (!rc && size_is_sure(comparison, file, &size) && size != said->size)
		rc = disagree(comparison,
			"%s: the sidecar says %" PRIu64
			" bytes, but the file, whose digests agree, has %" PRIu64,
			said->name, said->size, size);
	return rc;
}

static int compare_logical(const void *path, const void *entry)
{
	return ocfl_path_compare(path, ((const struct ocfl_state_entry *)entry)->logical_path);
}

/* Every file that the sidecar names, marking its place in the version's state. */
static int compare_named(const struct comparison *comparison, bool *seen)
{
	const struct ocfl_version *version = comparison->version;
	const struct premis *premis = comparison->sidecar->premis;
	int rc = ERR_NONE;
	for (size_t i = 0; i < premis->file_count && !rc; i++) {
		const struct premis_file *said = &premis->files[i];
		const struct expected_file *file =
			expected_files_in_version(comparison->files, version, said->name);
		if (!file) {
			rc = disagree(comparison,
				"%s: the sidecar names it, the inventory does not", said->name);
			continue;
		}
		const struct ocfl_state_entry *entry = bsearch(said->name, version->state,
			version->state_count, sizeof(*version->state), compare_logical);
		seen[entry - version->state] = true;
		rc = compare_file(comparison, said, file);
	}
	return rc;
}

/* A sidecar names every file of its version but itself. */
static int compare_version(const struct comparison *comparison)
{
	const struct ocfl_version *version = comparison->version;
	bool *seen = calloc(version->state_count + 1, sizeof(*seen));
	if (!seen)
		return error_set(comparison->err, ERR_MEMORY,
			"out of memory for comparing a sidecar with the inventory");
	int rc = compare_header(comparison);
	if (!rc)
		rc = compare_named(comparison, seen);
	for (size_t i = 0; i < version->state_count && !rc; i++) {
		const char *name = version->state[i].logical_path;
		if (!seen[i] && expected_files_in_version(comparison->files, version, name) !=
					comparison->sidecar)
			rc = disagree(comparison,
				"%s: the inventory has it, the sidecar does not name it", name);
	}
	free(seen);
	return rc;
}

int agreement_check(
	const struct expected_files *files, struct object_report *report, struct error *err)
{
	int rc = ERR_NONE;
	for (size_t i = 0; i < files->inventory->version_count && !rc; i++) {
		struct comparison comparison = {
			.files = files,
			.version = &files->inventory->versions[i],
			.report = report,
			.err = err,
		};
		comparison.sidecar = expected_files_premis(files, comparison.version);
		if (!comparison.sidecar)
			rc = object_report_add_problem(report, "premis", true,
				comparison.version->name, err, "the version has no PREMIS sidecar");
		else if (comparison.sidecar->premis)
			rc = compare_version(&comparison);
	}
	return rc;
}

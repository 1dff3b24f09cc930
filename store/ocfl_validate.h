/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * OCFL validation: an object directory against the OCFL 1.1 (and 1.0) specification, each finding with its
 * published code (https://ocfl.io/1.1/spec/validation-codes.html).
 */
#ifndef THECA_STORE_OCFL_VALIDATE_H
#define THECA_STORE_OCFL_VALIDATE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Path and text may hold any bytes but NUL where the object does: they need base/text.h before a terminal. */
struct ocfl_finding {
	char code[5]; /* "E092", "W004" */
	bool is_error; /* E..., not W... */
	char *path; /* from the object's root; NULL if it is about the whole */
	char *text; /* one sentence for people */
};

struct ocfl_findings {
	struct ocfl_finding *items;
	size_t count;
	size_t error_count;
};

enum ocfl_depth {
	OCFL_STRUCTURE, /* names, inventories, sidecars, presence; content files are not read */
	OCFL_CONTENT, /* and every content file's manifest and fixity digests that Theca can compute */
};

/*
 * Validates the object at root. Findings, not errors, describe the object; one fault may break several rules and then gives a
 * finding for each. The return value is non-zero only if the check itself could not be done (memory, a directory that cannot be
 * read, no directory at root). No link is followed, nothing is opened but regular files and directories. The caller releases
 * findings, in every case.
 */
int ocfl_validate(
	const char *root, enum ocfl_depth depth, struct ocfl_findings *findings, struct error *err);
void ocfl_findings_release(struct ocfl_findings *findings);

#endif

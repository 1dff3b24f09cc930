/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of OCFL validation: each looks at one side of an object and adds its findings (ocfl_validate.h) to the common ones.
 */
#ifndef THECA_STORE_OCFL_CHECK_H
#define THECA_STORE_OCFL_CHECK_H

#include "base/error.h"
#include "store/ocfl_inventory.h"
#include "store/ocfl_names.h"
#include "store/ocfl_tree.h"
#include "store/ocfl_validate.h"

#include <stdbool.h>
#include <stddef.h>

#define OCFL_INVENTORY_NAME "inventory.json"

/* One inventory.json of the object, the root's or a version's. */
struct ocfl_document {
	char *path; /* from the object's root; NULL if there is no such file */
	char *bytes;
	size_t len;
	struct ocfl_inventory *inventory; /* NULL if it cannot be read as JSON */
	char *sidecar; /* path of the sidecar it should have or, failing that, has; may be NULL */
};

/* The object under examination. */
struct ocfl_check {
	const char *root;
	enum ocfl_depth depth;
	struct ocfl_findings *findings;
	struct ocfl_tree tree;
	enum ocfl_spec declared; /* by the object's conformance declaration */
	struct ocfl_document document; /* the root inventory */
	struct ocfl_content *content; /* ocfl_check_content.c */
	int status; /* the first reason why the check itself cannot be done; 0 so far */
	struct error *err;
};

/*
 * Adds a finding under its OCFL 1.1 code; in an object that declares 1.0, codes that are younger become the one that 1.0 has for
 * the same fault. path may be NULL.
 */
void ocfl_find(struct ocfl_check *check, const char *code, const char *path, const char *format,
	...) __attribute__((format(printf, 4, 5)));
/* Notes that memory ran out. */
void ocfl_check_out_of_memory(struct ocfl_check *check);

/* ocfl_check_root.c: the declaration, what may lie in the object's root, links. */
void ocfl_check_declaration(struct ocfl_check *check);
void ocfl_check_root(struct ocfl_check *check);

/* ocfl_check_document.c: reads the inventory in directory ("" for the root) as bytes; path stays NULL if there is none. */
void ocfl_document_read(
	struct ocfl_check *check, const char *directory, struct ocfl_document *document);
/* Parses those bytes, adding a finding for whatever is wrong with the inventory alone. */
void ocfl_document_parse(struct ocfl_check *check, struct ocfl_document *document);
/* Checks the sidecar beside it, for an inventory of that digest algorithm (NULL: unknown), and sets document->sidecar. */
void ocfl_document_check_sidecar(
	struct ocfl_check *check, struct ocfl_document *document, const char *algorithm);
void ocfl_document_release(struct ocfl_document *document);

/* ocfl_check_versions.c: each version's directory, and its inventory against the root's. Needs the root inventory. */
void ocfl_check_versions(struct ocfl_check *check);

/*
 * ocfl_check_content.c: files against manifests. Begun once the root inventory is there; then for each inventory, of which the
 * first `versions` versions count; what they say the bytes must be is collected and compared by ocfl_content_finish.
 */
void ocfl_content_begin(struct ocfl_check *check);
void ocfl_content_compare(
	struct ocfl_check *check, const struct ocfl_document *document, size_t versions);
void ocfl_content_finish(struct ocfl_check *check);
void ocfl_content_free(struct ocfl_content *content);

/*
 * ocfl_duplicates.c: where JSON that was refused has the same key twice, which jansson does not tell: a digest of the manifest,
 * or of one algorithm in the fixity block.
 */
struct ocfl_duplicates {
	bool in_manifest, in_fixity;
};
struct ocfl_duplicates ocfl_duplicates_find(const char *json, size_t len);

#endif

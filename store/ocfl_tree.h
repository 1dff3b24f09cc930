/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything that lies in an OCFL object's directory, listed once without following any link.
 */
#ifndef THECA_STORE_OCFL_TREE_H
#define THECA_STORE_OCFL_TREE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum ocfl_kind { OCFL_FILE, OCFL_DIRECTORY, OCFL_LINK, OCFL_SPECIAL };

struct ocfl_entry {
	char *path; /* from the object's root */
	enum ocfl_kind kind;
	bool too_deep; /* a directory that was not entered: its path is too long to go on */
	uint64_t size; /* of a file, in bytes */
	dev_t device; /* these three tell a second name of the same file */
	ino_t inode;
	nlink_t names;
};

struct ocfl_tree {
	struct ocfl_entry
		*entries; /* in the order of ocfl_path_compare: a directory, then all below it */
	size_t count;
};

/* Lists the directory root. Fails if a directory cannot be read. The caller releases the tree. */
int ocfl_tree_read(struct ocfl_tree *tree, const char *root, struct error *err);
void ocfl_tree_release(struct ocfl_tree *tree);
/* The entry of that path, or NULL. */
const struct ocfl_entry *ocfl_tree_find(const struct ocfl_tree *tree, const char *path);
/* Whether the entry is a directory with nothing in it. */
bool ocfl_tree_is_empty(const struct ocfl_tree *tree, const struct ocfl_entry *directory);

#endif

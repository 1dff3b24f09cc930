/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_tree.h"

#include "base/path.h"
#include "store/ocfl_build.h"
#include "store/ocfl_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Well below PATH_MAX, so that the object's own directory and one more name find room before it. */
#define MAX_PATH 3072u

struct walk {
	struct ocfl_tree *tree;
	const char *root;
	size_t parent; /* whose names are being listed; SIZE_MAX for the root */
	struct error *err;
};

static enum ocfl_kind kind_of(mode_t mode)
{
	if (S_ISREG(mode))
		return OCFL_FILE;
	if (S_ISDIR(mode))
		return OCFL_DIRECTORY;
	return S_ISLNK(mode) ? OCFL_LINK : OCFL_SPECIAL;
}

/* Fills entry from the file system; it has its path already. */
static int look_at(struct ocfl_entry *entry, const char *root, struct error *err)
{
	struct stat st;
	char *full = path_join(root, entry->path);
	if (!full)
		return error_set(err, ERR_MEMORY, "out of memory");
	int failed = lstat(full, &st) ? errno : 0;
	if (failed)
		error_set_errno(err, failed, "cannot look at %s", full);
	free(full);
	if (failed)
		return (int)error_code_of_errno(failed);
	entry->kind = kind_of(st.st_mode);
	entry->size = (uint64_t)st.st_size;
	entry->device = st.st_dev;
	entry->inode = st.st_ino;
	entry->names = st.st_nlink;
	entry->too_deep = entry->kind == OCFL_DIRECTORY && strlen(entry->path) > MAX_PATH;
	return 0;
}

static int add_entry(void *context, const char *name)
{
	struct walk *walk = context;
	struct ocfl_tree *tree = walk->tree;
	struct ocfl_entry *grown = ocfl_grow(tree->entries, tree->count, sizeof(*grown));
	if (!grown)
		return error_set(walk->err, ERR_MEMORY, "out of memory");
	tree->entries = grown;
	char *path =
		walk->parent == SIZE_MAX ? strdup(name) : path_join(grown[walk->parent].path, name);
	if (!path)
		return error_set(walk->err, ERR_MEMORY, "out of memory");
	grown[tree->count] = (struct ocfl_entry){.path = path};
	int status = look_at(&grown[tree->count], walk->root, walk->err);
	if (!status)
		tree->count++;
	else
		free(path);
	/* What vanishes between the listing and the look was never part of the object: another program's temporary file. */
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int list_directory(struct walk *walk, size_t parent)
{
	char *directory = parent == SIZE_MAX
				  ? strdup(walk->root)
				  : path_join(walk->root, walk->tree->entries[parent].path);
	if (!directory)
		return error_set(walk->err, ERR_MEMORY, "out of memory");
	walk->parent = parent;
	int status = path_each(directory, add_entry, walk, walk->err);
	free(directory);
	return status;
}

static int compare_entries(const void *a, const void *b)
{
	const struct ocfl_entry *one = a, *other = b;
	return ocfl_path_compare(one->path, other->path);
}

/* The list is its own queue: directories found are listed when their turn comes, so depth costs no stack. */
int ocfl_tree_read(struct ocfl_tree *tree, const char *root, struct error *err)
{
	struct walk walk = {.tree = tree, .root = root, .err = err};
	int status = list_directory(&walk, SIZE_MAX);
	for (size_t i = 0; !status && i < tree->count; i++)
		if (tree->entries[i].kind == OCFL_DIRECTORY && !tree->entries[i].too_deep)
			status = list_directory(&walk, i);
	if (!status && tree->count)
		qsort(tree->entries, tree->count, sizeof(*tree->entries), compare_entries);
	return status;
}

void ocfl_tree_release(struct ocfl_tree *tree)
{
	for (size_t i = 0; i < tree->count; i++)
		free(tree->entries[i].path);
	free(tree->entries);
	*tree = (struct ocfl_tree){0};
}

static int compare_path(const void *key, const void *element)
{
	const struct ocfl_entry *entry = element;
	return ocfl_path_compare(key, entry->path);
}

const struct ocfl_entry *ocfl_tree_find(const struct ocfl_tree *tree, const char *path)
{
	if (!tree->count)
		return NULL;
	return bsearch(path, tree->entries, tree->count, sizeof(*tree->entries), compare_path);
}

bool ocfl_tree_is_empty(const struct ocfl_tree *tree, const struct ocfl_entry *directory)
{
	const struct ocfl_entry *next = directory + 1, *end = tree->entries + tree->count;
	return !directory->too_deep &&
	       (next == end || !ocfl_path_is_below(next->path, directory->path));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/archive.h"

#include "base/atomic_file.h"
#include "base/disk.h"
#include "base/path.h"
#include "store/ocfl_layout.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SETTINGS_NAME "theca.ini"
#define SETTINGS_LIMIT (64u << 10)

static int refuse_occupied(void *context, const char *name)
{
	const char **occupant = context;
	if (!strcmp(name, "lost+found"))
		return 0;
	*occupant = strdup(name);
	return ERR_EXISTS;
}

/* Makes the directory, or accepts an empty one. */
static int claim_directory(const char *directory, struct error *err)
{
	char *occupant = NULL;
	int status = disk_make_directory(directory, err);
	if (status != ERR_EXISTS)
		return status;
	status = path_each(directory, refuse_occupied, &occupant, err);
	if (occupant) {
		error_set(err, ERR_EXISTS,
			"%s is not empty (it holds \"%.100s\"): an archive is made in a new or empty directory",
			directory, occupant);
		free(occupant);
	}
	return status;
}

static int make_part(const char *root, const char *name, struct error *err)
{
	char *path = path_join(root, name);
	int status = path ? disk_make_directory(path, err)
			  : error_set(err, ERR_MEMORY, "out of memory");
	if (!status && !strcmp(name, "store"))
		status = ocfl_root_create(path, err);
	free(path);
	return status;
}

int archive_create(const char *directory, struct error *err)
{
	static const char *const parts[] = {"store", "register", "work"};
	int status = claim_directory(directory, err);
	if (!status)
		status = disk_probe(directory, err);
	for (size_t i = 0; !status && i < sizeof(parts) / sizeof(parts[0]); i++)
		status = make_part(directory, parts[i], err);
	char *ini = path_join(directory, SETTINGS_NAME);
	if (!status && !ini)
		status = error_set(err, ERR_MEMORY, "out of memory");
	if (!status) /* last: a directory without it is no archive */
		status = atomic_file_replace(
			ini, NULL, settings_template(), strlen(settings_template()), err);
	free(ini);
	return status;
}

static int read_settings(struct archive *archive, struct error *err)
{
	char *path = path_join(archive->root, SETTINGS_NAME), *text = NULL;
	size_t len = 0;
	if (!path)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = path_read(path, SETTINGS_LIMIT, &text, &len, err);
	if (status == ERR_NOT_FOUND)
		status = error_set(err, ERR_OFFLINE,
			"%s holds no Theca archive (no " SETTINGS_NAME "): is its disk mounted? "
			"`theca init %s` makes a new archive",
			archive->root, archive->root);
	if (!status)
		status = settings_parse(&archive->settings, text, len, path, err);
	free(text);
	free(path);
	return status;
}

/* Where the catalogue is: theca.ini's word, from the archive's root if it is relative. */
static char *catalogue_path(const struct archive *archive)
{
	const char *set = archive->settings.catalogue;
	if (!set)
		return path_join(archive->root, "catalog.db");
	return set[0] == '/' ? strdup(set) : path_join(archive->root, set);
}

static bool may_write(const char *path)
{
	return !faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS);
}

/* A commit is one rename, which does not cross file systems. */
static int check_one_file_system(const struct archive *archive, struct error *err)
{
	struct stat store, work;
	if (stat(archive->store, &store) || stat(archive->work, &work))
		return 0; /* a missing work directory is met where it is needed */
	if (store.st_dev == work.st_dev)
		return 0;
	return error_set(err, ERR_UNSUPPORTED,
		"%s and %s are on different file systems; an archive's store and work must share one",
		archive->store, archive->work);
}

static int fill_archive(struct archive *archive, const char *directory, struct error *err)
{
	settings_init(&archive->settings);
	archive->root = strdup(directory);
	archive->store = path_join(directory, "store");
	archive->work = path_join(directory, "work");
	archive->reg = path_join(directory, "register");
	if (!archive->root || !archive->store || !archive->work || !archive->reg)
		return error_set(err, ERR_MEMORY, "out of memory");
	if (!path_is_directory(directory))
		return error_set(err, ERR_OFFLINE,
			"there is no archive at %s: is its disk mounted? `theca init %s` makes a new one",
			directory, directory);
	int status = read_settings(archive, err);
	if (!status)
		status = ocfl_root_check(archive->store, err);
	if (!status)
		status = check_one_file_system(archive, err);
	if (status)
		return status;
	archive->catalogue = catalogue_path(archive);
	archive->writable = may_write(archive->store) && may_write(archive->work) &&
			    may_write(archive->reg);
	return archive->catalogue ? 0 : error_set(err, ERR_MEMORY, "out of memory");
}

int archive_open(struct archive **out, const char *directory, struct error *err)
{
	struct archive *archive = calloc(1, sizeof(*archive));
	if (!archive)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = fill_archive(archive, directory, err);
	if (status) {
		archive_close(archive);
		return status;
	}
	*out = archive;
	return 0;
}

void archive_close(struct archive *archive)
{
	if (!archive)
		return;
	settings_release(&archive->settings);
	free(archive->root);
	free(archive->store);
	free(archive->work);
	free(archive->reg);
	free(archive->catalogue);
	free(archive);
}

/* Whether a theca.ini met on the way up may be believed: nobody but this user and root can have written it. */
static bool is_trusted(const struct stat *st)
{
	return S_ISREG(st->st_mode) && (st->st_uid == geteuid() || st->st_uid == 0) &&
	       !(st->st_mode & (S_IWGRP | S_IWOTH));
}

int archive_find(const char *from, char **root, char **ignored, struct error *err)
{
	char *directory = realpath(from, NULL);
	*root = NULL;
	if (ignored)
		*ignored = NULL;
	while (directory) {
		struct stat st;
		char *ini = path_join(directory, SETTINGS_NAME);
		if (!ini)
			break;
		bool found = !lstat(ini, &st);
		if (found && is_trusted(&st)) {
			free(ini);
			*root = directory;
			return 0;
		}
		if (found && ignored && !*ignored)
			*ignored = ini;
		else
			free(ini);
		char *parent = strcmp(directory, "/") ? path_parent(directory) : NULL;
		free(directory);
		directory = parent;
	}
	free(directory);
	return error_set(err, ERR_NOT_FOUND,
		"no archive is named: give one with `-a DIR`, set THECA_ARCHIVE, or work inside it");
}

bool archive_is_online(const struct archive *archive)
{
	return !ocfl_root_check(archive->store, NULL);
}

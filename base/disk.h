/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Disk: every system call that changes the archive, each behind one hook.
 *
 * Nothing else in Theca creates, writes, renames or removes a file that is to last. The hook is how tests
 * make the Nth call fail, or end the process there, to show that no crash loses anything.
 */
#ifndef THECA_BASE_DISK_H
#define THECA_BASE_DISK_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum disk_call {
	DISK_CREATE,
	DISK_WRITE,
	DISK_SYNC,
	DISK_SYNC_DIRECTORY,
	DISK_RENAME,
	DISK_MAKE_DIRECTORY,
	DISK_REMOVE,
	DISK_TRUNCATE,
};

/* Asked before each call; 0 lets it happen, anything else is the errno that it fails with. `to` is NULL except for a rename. */
typedef int disk_hook(void *context, enum disk_call call, const char *path, const char *to);
/* Installs the hook (NULL: none). For tests, before threads start. */
void disk_set_hook(disk_hook *hook, void *context);

/* Creates a file that is not there yet for reading and writing, mode 0666 less the umask; the caller closes *fd. */
int disk_create(const char *path, int *fd, struct error *err);
/* Opens an existing file, or creates it, for appending; the caller closes *fd. */
int disk_open_append(const char *path, int *fd, struct error *err);
/* Writes all len bytes at offset; path is for messages. */
int disk_write_at(int fd, const char *path, const void *bytes, size_t len, uint64_t offset,
	struct error *err);
/* Appends all len bytes in one write. */
int disk_append(int fd, const char *path, const void *bytes, size_t len, struct error *err);
/* Makes len bytes at offset zero, as a hole where the file system has holes. */
int disk_clear(int fd, const char *path, uint64_t offset, uint64_t len, struct error *err);
int disk_truncate(int fd, const char *path, uint64_t size, struct error *err);
/* Waits until the file's bytes are on the medium. */
int disk_sync(int fd, const char *path, struct error *err);
/* Waits until the names in a directory are on the medium. */
int disk_sync_directory(const char *path, struct error *err);
/* Renames within one file system; does not sync. A directory never replaces one that holds anything (ERR_EXISTS). */
int disk_rename(const char *from, const char *to, struct error *err);
/* Makes one directory; ERR_EXISTS if the name is taken. */
int disk_make_directory(const char *path, struct error *err);
/* Makes a directory and its missing parents, syncing each new name's directory. */
int disk_make_directories(const char *path, struct error *err);
/* Removes a file or an empty directory; something that is not there is no error. */
int disk_remove(const char *path, struct error *err);
/* Removes a directory with everything in it, following no links; something that is not there is no error. */
int disk_remove_tree(const char *path, struct error *err);

/* Creates a file that is not there yet with these bytes and syncs it; the name is not synced. */
int disk_write_new(const char *path, const void *bytes, size_t len, struct error *err);

/* Whether a file system can be trusted with an archive: creates, syncs and renames a scratch file in directory; an error that says what does not work. */
int disk_probe(const char *directory, struct error *err);
/* Bytes that an ordinary user can still write on the file system of path. */
int disk_free_bytes(const char *path, uint64_t *bytes, struct error *err);

#endif

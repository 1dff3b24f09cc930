/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/disk.h"

#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static disk_hook *installed_hook;
static void *hook_context;

void disk_set_hook(disk_hook *hook, void *context)
{
	installed_hook = hook;
	hook_context = context;
}

/* Asks the hook; false with errno set when the call shall fail. */
static bool disk_allowed(enum disk_call call, const char *path, const char *to)
{
	int refused = installed_hook ? installed_hook(hook_context, call, path, to) : 0;
	if (refused)
		errno = refused;
	return !refused;
}

/* The words for a failed change, with what to do where that is known. */
static int disk_error(struct error *err, const char *what, const char *path)
{
	int e = errno;
	if (e == ENOSPC || e == EDQUOT)
		return error_set(err, ERR_NO_SPACE,
			"%s %s: the disk is full; free some space there and run the command again",
			what, path);
	if (e == EROFS)
		return error_set(err, ERR_PERMISSION,
			"%s %s: the file system is mounted read-only", what, path);
	return error_set_errno(err, e, "%s %s", what, path);
}

int disk_create(const char *path, int *fd, struct error *err)
{
	*fd = -1;
	if (disk_allowed(DISK_CREATE, path, NULL))
		*fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	return *fd >= 0 ? 0 : disk_error(err, "cannot create", path);
}

int disk_open_append(const char *path, int *fd, struct error *err)
{
	*fd = -1;
	if (disk_allowed(DISK_CREATE, path, NULL))
		*fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0666);
	return *fd >= 0 ? 0 : disk_error(err, "cannot open for writing", path);
}

int disk_write_at(int fd, const char *path, const void *bytes, size_t len, uint64_t offset,
	struct error *err)
{
	const char *p = bytes;
	while (len) {
		ssize_t n = -1;
		if (disk_allowed(DISK_WRITE, path, NULL))
			n = pwrite(fd, p, len, (off_t)offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return disk_error(err, "cannot write to", path);
		p += n;
		offset += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

int disk_append(int fd, const char *path, const void *bytes, size_t len, struct error *err)
{
	ssize_t n = -1;
	if (disk_allowed(DISK_WRITE, path, NULL)) {
		do
			n = write(fd, bytes, len);
		while (n < 0 && errno == EINTR);
	}
	if (n >= 0 && (size_t)n < len) {
		errno = ENOSPC;
		n = -1;
	}
	return n < 0 ? disk_error(err, "cannot write to", path) : 0;
}

/* Writes zeros where a hole cannot be made. */
static int write_zeros(int fd, const char *path, uint64_t offset, uint64_t len, struct error *err)
{
	static const char zeros[1 << 16];
	int status = 0;
	while (len && !status) {
		size_t part = len < sizeof(zeros) ? (size_t)len : sizeof(zeros);
		status = disk_write_at(fd, path, zeros, part, offset, err);
		offset += part;
		len -= part;
	}
	return status;
}

int disk_clear(int fd, const char *path, uint64_t offset, uint64_t len, struct error *err)
{
	if (disk_allowed(DISK_WRITE, path, NULL) &&
		!fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)len))
		return 0;
	if (errno == EOPNOTSUPP || errno == ENOSYS)
		return write_zeros(fd, path, offset, len, err);
	return disk_error(err, "cannot clear a part of", path);
}

int disk_truncate(int fd, const char *path, uint64_t size, struct error *err)
{
	if (disk_allowed(DISK_TRUNCATE, path, NULL) && !ftruncate(fd, (off_t)size))
		return 0;
	return disk_error(err, "cannot set the size of", path);
}

int disk_sync(int fd, const char *path, struct error *err)
{
	if (disk_allowed(DISK_SYNC, path, NULL) && !fsync(fd))
		return 0;
	return disk_error(err, "cannot bring to the disk (fsync)", path);
}

int disk_sync_directory(const char *path, struct error *err)
{
	int fd = -1;
	if (disk_allowed(DISK_SYNC_DIRECTORY, path, NULL))
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return disk_error(err, "cannot bring to the disk (fsync)", path);
	int failed = fsync(fd);
	int saved = errno;
	close(fd);
	errno = saved;
	return failed ? disk_error(err, "cannot bring to the disk (fsync)", path) : 0;
}

int disk_rename(const char *from, const char *to, struct error *err)
{
	if (disk_allowed(DISK_RENAME, from, to) && !rename(from, to))
		return 0;
	int status = disk_error(err, "cannot rename to", to);
	error_prefix(err, "%s", from);
	return status;
}

int disk_make_directory(const char *path, struct error *err)
{
	if (disk_allowed(DISK_MAKE_DIRECTORY, path, NULL) && !mkdir(path, 0777))
		return 0;
	return disk_error(err, "cannot make the directory", path);
}

int disk_make_directories(const char *path, struct error *err)
{
	if (path_is_directory(path))
		return 0;
	char *parent = path_parent(path);
	if (!parent)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = disk_make_directories(parent, err);
	if (!status) {
		status = disk_make_directory(path, err);
		if (status == ERR_EXISTS && path_is_directory(path))
			status = 0;
	}
	if (!status)
		status = disk_sync_directory(parent, err);
	free(parent);
	return status;
}

int disk_remove(const char *path, struct error *err)
{
	if (disk_allowed(DISK_REMOVE, path, NULL) && !remove(path))
		return 0;
	return errno == ENOENT ? 0 : disk_error(err, "cannot remove", path);
}

struct removal {
	const char *directory;
	struct error *err;
};

static int remove_entry(void *context, const char *name)
{
	struct removal *removal = context;
	char *path = path_join(removal->directory, name);
	if (!path)
		return error_set(removal->err, ERR_MEMORY, "out of memory");
	int status = disk_remove_tree(path, removal->err);
	free(path);
	return status;
}

int disk_remove_tree(const char *path, struct error *err)
{
	struct stat st;
	if (lstat(path, &st))
		return errno == ENOENT ? 0 : disk_error(err, "cannot look at", path);
	if (S_ISDIR(st.st_mode)) {
		struct removal removal = {path, err};
		int status = path_each(path, remove_entry, &removal, err);
		if (status)
			return status;
	}
	return disk_remove(path, err);
}

int disk_write_new(const char *path, const void *bytes, size_t len, struct error *err)
{
	int fd;
	int status = disk_create(path, &fd, err);
	if (status)
		return status;
	status = disk_write_at(fd, path, bytes, len, 0, err);
	if (!status)
		status = disk_sync(fd, path, err);
	if (close(fd) && !status)
		status = disk_error(err, "cannot close", path);
	return status;
}

/* The scratch file's life in disk_probe, step by step. */
static int probe_steps(const char *first, const char *second, const char *directory,
	struct error *err)
{
	int status = disk_write_new(first, "probe", 5, err);
	if (!status)
		status = disk_rename(first, second, err);
	if (!status)
		status = disk_sync_directory(directory, err);
	if (!status && (path_exists(first) || !path_exists(second)))
		status = error_set(err, ERR_UNSUPPORTED, "a renamed file did not move");
	return status;
}

int disk_probe(const char *directory, struct error *err)
{
	char first[PATH_MAX], second[PATH_MAX];
	int n = snprintf(first, sizeof(first), "%s/.theca-probe-%d", directory, (int)getpid());
	if (n < 0 || (size_t)n + 2 > sizeof(first))
		return error_set(err, ERR_USAGE, "the path %s is too long", directory);
	snprintf(second, sizeof(second), "%.*s2", n, first);
	int status = probe_steps(first, second, directory, err);
	disk_remove(first, NULL);
	disk_remove(second, NULL);
	if (status && status != ERR_NO_SPACE && status != ERR_PERMISSION)
		error_prefix(err, "the file system of %s cannot hold an archive, it needs rename and fsync",
			directory);
	return status;
}

int disk_free_bytes(const char *path, uint64_t *bytes, struct error *err)
{
	struct statvfs fs;
	if (statvfs(path, &fs))
		return error_set_errno(err, errno, "cannot ask for the free space of %s", path);
	*bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/work.h"

#include "base/atomic_file.h"
#include "base/clock.h"
#include "base/disk.h"
#include "base/path.h"
#include "base/text.h"
#include "store/names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_SECONDS 3.0 /* others may hold a lock for a moment, only to look */
#define SCRATCH_AGE_SECONDS ((int64_t)24 * 60 * 60)

struct work {
	char *directory;
	int fd; /* of the directory, locked */
};

/* Whether the locked directory still is the one of that name: its last owner may have removed it meanwhile. */
static bool still_there(const struct work *work)
{
	struct stat locked, named;
	return !fstat(work->fd, &locked) && !stat(work->directory, &named) &&
	       locked.st_ino == named.st_ino && locked.st_dev == named.st_dev;
}

static int lock_directory(struct work *work, struct error *err)
{
	work->fd = open(work->directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (work->fd < 0)
		return error_set_errno(err, errno, "cannot open %s", work->directory);
	const double end = clock_monotonic() + LOCK_SECONDS;
	while (flock(work->fd, LOCK_EX | LOCK_NB)) {
		int e = errno;
		if (e == EWOULDBLOCK && clock_monotonic() < end) {
			usleep(50000);
			continue;
		}
		return e == EWOULDBLOCK ? error_set(err, ERR_BUSY,
						  "another theca process is at work on this carrier (%s)",
						  work->directory)
					: error_set_errno(err, e, "cannot lock %s", work->directory);
	}
	if (!still_there(work))
		return error_set(err, ERR_NOT_FOUND, "%s was just finished by another process",
			work->directory);
	return 0;
}

static int work_new(struct work **out, const struct archive *archive, const char *name,
	struct error *err)
{
	struct work *work = calloc(1, sizeof(*work));
	if (work) {
		work->fd = -1;
		work->directory = path_join(archive->work, name);
	}
	if (!work || !work->directory) {
		free(work);
		return error_set(err, ERR_MEMORY, "out of memory");
	}
	*out = work;
	return 0;
}

int work_open_name(struct work **out, const struct archive *archive, const char *name,
	struct error *err)
{
	struct work *work = NULL;
	int status = work_new(&work, archive, name, err);
	if (!status)
		status = lock_directory(work, err);
	if (status) {
		work_close(work);
		return status;
	}
	*out = work;
	return 0;
}

/* Makes the directory, or finds it there. */
static int make_or_find(const struct archive *archive, const char *directory, bool *is_new,
	struct error *err)
{
	int status = disk_make_directory(directory, err);
	*is_new = !status;
	if (status == ERR_EXISTS && !path_is_directory(directory) && path_exists(directory))
		return error_set(err, ERR_EXISTS, "%s is in the way: it is no directory", directory);
	return status && status != ERR_EXISTS ? status : disk_sync_directory(archive->work, err);
}

int work_open(struct work **out, const struct archive *archive, const char *carrier_id, bool *is_new,
	struct error *err)
{
	char *name = NULL;
	struct work *work = NULL;
	int status = names_carrier(carrier_id, "", &name, err);
	if (!status)
		status = work_new(&work, archive, name, err);
	free(name);
	if (status)
		return status;
	do { /* until a directory is locked that nobody removed in between */
		if (work->fd >= 0)
			close(work->fd);
		work->fd = -1;
		status = make_or_find(archive, work->directory, is_new, err);
		if (!status)
			status = lock_directory(work, err);
	} while (status == ERR_NOT_FOUND && path_is_directory(archive->work));
	if (status) {
		work_close(work);
		return status;
	}
	*out = work;
	return 0;
}

const char *work_directory(const struct work *work)
{
	return work->directory;
}

/* Non-zero for anything but directories in which there is nothing else. */
static int holds_file(void *context, const char *name)
{
	char *path = path_join(context, name);
	int found = !path || !path_is_directory(path) || path_each(path, holds_file, path, NULL);
	free(path);
	return found;
}

bool work_is_empty(const struct work *work)
{
	return !path_each(work->directory, holds_file, work->directory, NULL);
}

struct tally {
	const char *directory;
	uint64_t bytes;
};

static int add_blocks(void *context, const char *name)
{
	struct tally *tally = context;
	struct stat st;
	char *path = path_join(tally->directory, name);
	if (path && !lstat(path, &st))
		tally->bytes += (uint64_t)st.st_blocks * 512;
	free(path);
	return 0;
}

uint64_t work_bytes(const struct work *work)
{
	char *content = path_join(work->directory, "content");
	struct tally tally = {content, 0};
	if (content)
		path_each(content, add_blocks, &tally, NULL);
	free(content);
	return tally.bytes;
}

void work_close(struct work *work)
{
	if (!work)
		return;
	if (work->fd >= 0)
		close(work->fd);
	free(work->directory);
	free(work);
}

int work_discard(struct work *work, struct error *err)
{
	int status = disk_remove_tree(work->directory, err);
	work_close(work);
	return status;
}

struct each_work {
	const struct archive *archive;
	int (*visit)(void *context, const char *name);
	void *context;
};

static int visit_if_directory(void *context, const char *name)
{
	struct each_work *each = context;
	char *path = path_join(each->archive->work, name);
	bool is_directory = path && path_is_directory(path);
	free(path);
	return is_directory ? each->visit(each->context, name) : 0;
}

int work_each(const struct archive *archive, int (*visit)(void *context, const char *name),
	void *context, struct error *err)
{
	struct each_work each = {archive, visit, context};
	int status = path_each(archive->work, visit_if_directory, &each, err);
	return status == ERR_NOT_FOUND && !path_exists(archive->work) ? 0 : status;
}

static int sweep_name(void *context, const char *name)
{
	const struct archive *archive = context;
	size_t len = strlen(name);
	struct stat st;
	if (name[0] != '.' || len < 5 || strcmp(name + len - 4, ".tmp"))
		return 0;
	char *path = path_join(archive->work, name);
	if (path && !lstat(path, &st) && S_ISREG(st.st_mode) &&
		clock_now() - st.st_mtim.tv_sec > SCRATCH_AGE_SECONDS)
		disk_remove(path, NULL);
	free(path);
	return 0;
}

void work_sweep(const struct archive *archive)
{
	struct archive *context = (struct archive *)(uintptr_t)archive;
	path_each(archive->work, sweep_name, context, NULL);
}

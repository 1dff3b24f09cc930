/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/scratch.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void scratch_make(struct scratch *scratch)
{
	strcpy(scratch->path, "/tmp/theca-scratch-XXXXXX");
	assert_non_null(mkdtemp(scratch->path));
}

void scratch_make_in_memory(struct scratch *scratch)
{
	strcpy(scratch->path, "/dev/shm/theca-scratch-XXXXXX");
	if (!mkdtemp(scratch->path))
		scratch_make(scratch);
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void scratch_delete(const char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

void scratch_remove(struct scratch *scratch)
{
	scratch_delete(scratch->path);
}

int scratch_set_up(void **state)
{
	struct scratch *scratch = calloc(1, sizeof(*scratch));
	assert_non_null(scratch);
	scratch_make(scratch);
	*state = scratch;
	return 0;
}

int scratch_tear_down(void **state)
{
	scratch_remove(*state);
	free(*state);
	return 0;
}

const char *scratch_path(const struct scratch *scratch, const char *name)
{
	static char paths[16][PATH_MAX];
	static unsigned next;
	char *path = paths[next++ % 16];
	snprintf(path, PATH_MAX, "%s/%s", scratch->path, name);
	return path;
}

void scratch_write(const struct scratch *scratch, const char *name, const void *bytes, size_t len)
{
	int fd = open(scratch_path(scratch, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(close(fd), 0);
}

char *scratch_read(const char *path, size_t *len)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		fail_msg("cannot read %s", path);
	char *bytes = calloc(1, (size_t)st.st_size + 1);
	assert_non_null(bytes);
	assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
	close(fd);
	if (len)
		*len = (size_t)st.st_size;
	return bytes;
}

int scratch_count(const char *directory)
{
	DIR *dir = opendir(directory);
	int count = 0;
	if (!dir)
		return -1;
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2;
}

void scratch_copy(const char *from, const char *to)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		execlp("cp", "cp", "-a", from, to, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *path_join(const char *directory, const char *name)
{
	char *path = NULL;
	size_t len = strlen(directory);
	const char *slash = len && directory[len - 1] == '/' ? "" : "/";
	return asprintf(&path, "%s%s%s", directory, slash, name) < 0 ? NULL : path;
}

char *path_join3(const char *directory, const char *middle, const char *name)
{
	char *front = path_join(directory, middle);
	char *path = front ? path_join(front, name) : NULL;
	free(front);
	return path;
}

char *path_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return strdup(".");
	return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

const char *path_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

bool path_is_contained(const char *path)
{
	if (!*path)
		return false;
	for (const char *part = path;; part++) {
		size_t len = strcspn(part, "/");
		if (len == 0 || (len == 1 && part[0] == '.') || (len == 2 && !memcmp(part, "..", 2)))
			return false;
		part += len;
		if (!*part)
			return true;
	}
}

bool path_exists(const char *path)
{
	struct stat st;
	return !lstat(path, &st);
}

bool path_is_directory(const char *path)
{
	struct stat st;
	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

struct name_list {
	char **names;
	size_t count, capacity;
};

static bool name_list_add(struct name_list *list, const char *name)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 32;
		char **names = realloc(list->names, capacity * sizeof(*names));
		if (!names)
			return false;
		list->names = names;
		list->capacity = capacity;
	}
	list->names[list->count] = strdup(name);
	return list->names[list->count] && ++list->count;
}

static void name_list_release(struct name_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->names[i]);
	free(list->names);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int name_list_read(struct name_list *list, const char *directory, struct error *err)
{
	DIR *dir = opendir(directory);
	if (!dir)
		return error_set_errno(err, errno, "cannot read the directory %s", directory);
	int status = 0;
	for (;;) {
		errno = 0;
		struct dirent *entry = readdir(dir);
		if (!entry) {
			if (errno)
				status = error_set_errno(err, errno, "cannot read the directory %s",
					directory);
			break;
		}
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (!name_list_add(list, entry->d_name)) {
			status = error_set(err, ERR_MEMORY, "out of memory");
			break;
		}
	}
	closedir(dir);
	return status;
}

int path_each(const char *directory, int (*visit)(void *context, const char *name), void *context,
	struct error *err)
{
	struct name_list list = {0};
	int status = name_list_read(&list, directory, err);
	if (!status && list.count)
		qsort(list.names, list.count, sizeof(*list.names), compare_names);
	for (size_t i = 0; !status && i < list.count; i++)
		status = visit(context, list.names[i]);
	name_list_release(&list);
	return status;
}

/* Reads what fd gives, at most limit bytes, into a fresh allocation. */
static int read_whole(int fd, const char *path, size_t limit, char **bytes, size_t *len,
	struct error *err)
{
	struct stat st;
	if (fstat(fd, &st))
		return error_set_errno(err, errno, "cannot look at %s", path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, ERR_INVALID, "%s is not a regular file", path);
	if ((uint64_t)st.st_size > limit)
		return error_set(err, ERR_INVALID, "%s is %jd bytes, more than the %zu that are sensible",
			path, (intmax_t)st.st_size, limit);
	size_t size = (size_t)st.st_size, done = 0;
	char *data = malloc(size + 1);
	if (!data)
		return error_set(err, ERR_MEMORY, "out of memory");
	while (done < size) {
		ssize_t n = read(fd, data + done, size - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int e = errno;
			free(data);
			return error_set_errno(err, e, "cannot read %s", path);
		}
		if (n == 0)
			break;
		done += (size_t)n;
	}
	data[done] = '\0';
	*bytes = data;
	*len = done;
	return 0;
}

int path_read(const char *path, size_t limit, char **bytes, size_t *len, struct error *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return error_set_errno(err, errno, "cannot open %s", path);
	int status = read_whole(fd, path, limit, bytes, len, err);
	close(fd);
	return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/medium.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096u
#define LOOK_BYTES ((size_t)64 << 20) /* of a file at a time when its pages are looked for in memory */

const char *medium_mode_name(enum medium_mode mode)
{
	static const char *const names[] = {"direct", "dropped", "cached"};
	return names[mode];
}

/* Whether any page of this stretch is in memory; unsure counts as yes. */
static bool stretch_resident(int fd, uint64_t offset, size_t len)
{
	static const size_t max_pages = LOOK_BYTES / PAGE;
	unsigned char pages[LOOK_BYTES / PAGE];
	void *map = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, (off_t)offset);
	if (map == MAP_FAILED)
		return true;
	size_t count = (len + PAGE - 1) / PAGE;
	bool resident = count > max_pages || mincore(map, len, pages) != 0;
	for (size_t i = 0; !resident && i < count; i++)
		resident = pages[i] & 1;
	munmap(map, len);
	return resident;
}

/* Asks the kernel to forget the file's pages, then looks whether it did. */
static enum medium_mode drop_pages(int fd, uint64_t size)
{
	if (posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED))
		return MEDIUM_CACHED;
	for (uint64_t offset = 0; offset < size; offset += LOOK_BYTES) {
		uint64_t rest = size - offset;
		if (stretch_resident(fd, offset, rest < LOOK_BYTES ? (size_t)rest : LOOK_BYTES))
			return MEDIUM_CACHED;
	}
	return MEDIUM_DROPPED;
}

/* Whether a first O_DIRECT read works: some file systems accept the flag and refuse the read. */
static bool direct_works(int fd, uint64_t size)
{
	if (!size)
		return true;
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return false;
	bool refused = pread(fd, page, PAGE, 0) < 0 && errno == EINVAL;
	munmap(page, PAGE);
	return !refused;
}

int medium_open(struct medium *medium, const char *path, bool allow_cached, struct error *err)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	struct stat st;
	*medium = (struct medium){.fd = -1, .mode = MEDIUM_CACHED, .path = path};
	if (!allow_cached)
		medium->fd = open(path, flags | O_DIRECT);
	if (medium->fd >= 0)
		medium->mode = MEDIUM_DIRECT;
	else
		medium->fd = open(path, flags);
	if (medium->fd < 0)
		return error_set_errno(err, errno, "cannot open %s", path);
	if (fstat(medium->fd, &st) || !S_ISREG(st.st_mode)) {
		medium_close(medium);
		return error_set(err, ERR_IO, "%s is not a regular file", path);
	}
	medium->size = (uint64_t)st.st_size;
	if (medium->mode == MEDIUM_DIRECT && !direct_works(medium->fd, medium->size)) {
		medium_close(medium);
		medium->fd = open(path, flags);
		if (medium->fd < 0)
			return error_set_errno(err, errno, "cannot open %s", path);
		medium->mode = MEDIUM_CACHED;
	}
	if (!allow_cached && medium->mode == MEDIUM_CACHED)
		medium->mode = drop_pages(medium->fd, medium->size);
	return 0;
}

int medium_read(struct medium *medium, uint64_t offset, uint8_t *buffer, size_t len, size_t *got,
	struct error *err)
{
	*got = 0;
	while (*got < len) {
		ssize_t n = pread(medium->fd, buffer + *got, len - *got, (off_t)(offset + *got));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set_errno(err, errno, "cannot read %s at byte %ju",
				medium->path, (uintmax_t)(offset + *got));
		*got += (size_t)n;
		if (n == 0 || (medium->mode == MEDIUM_DIRECT && n % PAGE))
			break;
	}
	return 0;
}

void medium_close(struct medium *medium)
{
	if (medium->fd >= 0)
		close(medium->fd);
	medium->fd = -1;
}

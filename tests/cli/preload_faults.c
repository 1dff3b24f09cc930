/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preload faults: a dying disk for one file, put before the C library with LD_PRELOAD.
 *
 *   THECA_FAULT_FILE    the last part of the name of the file that is bad (its path ends with it)
 *   THECA_FAULTS        "OFFSET:LENGTH[:TIMES] ..." in bytes: reads that touch the range fail with EIO, always or the first TIMES
 *                       times; without it nothing fails
 *   THECA_FAULT_COUNTS  a file of 8 bytes a range, where the failures are counted across processes; needed for TIMES
 *   THECA_FAULT_DELAY   milliseconds that each read of the file takes
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/types.h>
#include <unistd.h>

typedef ssize_t read_function(int, void *, size_t, off_t);

ssize_t pread(int fd, void *buffer, size_t len, off_t offset);
ssize_t pread64(int fd, void *buffer, size_t len, off_t offset);

static int is_bad_file(int fd)
{
	const char *wanted = getenv("THECA_FAULT_FILE");
	char link[64], path[4096];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t n = wanted ? readlink(link, path, sizeof(path) - 1) : -1;
	size_t len = wanted ? strlen(wanted) : 0;
	if (n < 0 || (size_t)n < len)
		return 0;
	path[n] = '\0';
	return !strcmp(path + n - len, wanted);
}

/* One more failure of a range; gives how many there were before. */
static uint64_t count_failure(unsigned range)
{
	const char *name = getenv("THECA_FAULT_COUNTS");
	uint64_t before = 0, after;
	int fd = name ? open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
	if (fd < 0)
		return 0;
	flock(fd, LOCK_EX);
	lseek(fd, (off_t)(range * sizeof(before)), SEEK_SET);
	if (read(fd, &before, sizeof(before)) != (ssize_t)sizeof(before))
		before = 0;
	after = before + 1;
	lseek(fd, (off_t)(range * sizeof(after)), SEEK_SET);
	if (write(fd, &after, sizeof(after)) != (ssize_t)sizeof(after))
		abort();
	close(fd);
	return before;
}

static int fails(size_t len, off_t offset)
{
	const char *at = getenv("THECA_FAULTS");
	for (unsigned range = 0; at && *at; range++) {
		long long begin = 0, length = 0, times = 0;
		int used = 0;
		if (sscanf(at, " %lld:%lld%n:%lld%n", &begin, &length, &used, &times, &used) < 2)
			return 0;
		at += used;
		if (offset < begin + length && offset + (off_t)len > begin &&
			(!times || count_failure(range) < (uint64_t)times))
			return 1;
	}
	return 0;
}

static ssize_t read_or_fail(const char *name, int fd, void *buffer, size_t len, off_t offset)
{
	read_function *real;
	*(void **)&real = dlsym(RTLD_NEXT, name);
	if (is_bad_file(fd)) {
		const char *delay = getenv("THECA_FAULT_DELAY");
		if (delay)
			usleep((useconds_t)atoi(delay) * 1000);
		if (fails(len, offset)) {
			errno = EIO;
			return -1;
		}
	}
	return real(fd, buffer, len, offset);
}

ssize_t pread(int fd, void *buffer, size_t len, off_t offset)
{
	return read_or_fail("pread", fd, buffer, len, offset);
}

ssize_t pread64(int fd, void *buffer, size_t len, off_t offset)
{
	return read_or_fail("pread64", fd, buffer, len, offset);
}

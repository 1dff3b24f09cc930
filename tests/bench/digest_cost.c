/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * digest_cost FILE: the CPU seconds that each digest of FILE costs on one thread, a line "name seconds" each; the rip's
 * time is measured against their sum.
 */
#include "base/digest.h"
#include "base/error.h"

#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static uint8_t block[1u << 20];

static double cpu_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The file is read anew for each digest; only the digest's own time counts. */
static int cost(int fd, enum digest_algorithm algorithm, double *seconds, struct error *err)
{
	struct digest *digest = NULL;
	uint8_t value[DIGEST_MAX_BYTES];
	ssize_t got;
	off_t offset = 0;
	int status = digest_new(&digest, algorithm, err);
	if (status)
		return status;
	*seconds = 0;
	while ((got = pread(fd, block, sizeof(block), offset)) > 0) {
		double start = cpu_seconds();
		digest_update(digest, block, (size_t)got);
		*seconds += cpu_seconds() - start;
		offset += got;
	}
	status = digest_finish(digest, value, err);
	digest_free(digest);
	return got < 0 ? error_set(err, ERR_IO, "the file cannot be read") : status;
}

int main(int argc, char **argv)
{
	struct error err = {0};
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0) {
		fprintf(stderr, "usage: digest_cost FILE\n");
		return 2;
	}
	for (int i = 0; i < DIGEST_COUNT; i++) {
		double seconds = 0;
		if (cost(fd, (enum digest_algorithm)i, &seconds, &err)) {
			fprintf(stderr, "digest_cost: %s\n", err.message);
			close(fd);
			return 1;
		}
		printf("%s %.3f\n", digest_name((enum digest_algorithm)i), seconds);
	}
	close(fd);
	return 0;
}

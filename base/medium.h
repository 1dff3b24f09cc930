/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Medium: reading a stored file from the disk itself rather than from memory.
 *
 * A checksum over the page cache proves nothing about the medium. A file is read with O_DIRECT where the file system
 * can; else its pages are dropped first and looked at again; what was achieved is told, not assumed.
 */
#ifndef THECA_BASE_MEDIUM_H
#define THECA_BASE_MEDIUM_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum medium_mode {
	MEDIUM_DIRECT,  /* O_DIRECT: past the cache */
	MEDIUM_DROPPED, /* through the cache, after its pages were dropped */
	MEDIUM_CACHED,  /* perhaps from memory */
};

struct medium {
	int fd;
	uint64_t size;
	enum medium_mode mode;
	const char *path; /* borrowed, for messages */
};

/* "direct", "dropped" or "cached". */
const char *medium_mode_name(enum medium_mode mode);
/* Opens a regular file, following no link in its last part; allow_cached asks for no more than MEDIUM_CACHED. The caller closes. */
int medium_open(struct medium *medium, const char *path, bool allow_cached, struct error *err);
/*
 * Reads up to len bytes at offset (both multiples of 4096, buffer page-aligned) and tells how many came; fewer only at the end of
 * the file. ERR_IO: these bytes cannot be read now.
 */
int medium_read(struct medium *medium, uint64_t offset, uint8_t *buffer, size_t len, size_t *got,
	struct error *err);
void medium_close(struct medium *medium);

#endif

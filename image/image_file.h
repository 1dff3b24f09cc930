/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Image file: an ISO image on disk, read as if its disc sat in a drive.
 */
#ifndef THECA_IMAGE_IMAGE_FILE_H
#define THECA_IMAGE_IMAGE_FILE_H

#include "base/error.h"
#include "image/sector_source.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* What tells one state of a file from another: looked at before and after reading. */
struct image_file_state {
	uint64_t size; /* bytes */
	int64_t modified; /* seconds since the epoch */
	int64_t modified_nanoseconds;
	uint64_t
		files; /* of a sheet: size and time of each of its files, in order, as one number; else 0 */
	/* What a copy has not in common with it, and what no program can set back. */
	uint64_t inode, device;
	int64_t changed;
	int64_t changed_nanoseconds;
};

/*
 * Opens an image of 2048-byte sectors; *state (may be NULL) receives what the file was then. ERR_INVALID, with words for people, for a
 * directory, an empty file, a raw 2352-byte image, or a size that is no whole number of sectors. The caller closes the source.
 */
int image_file_open(struct sector_source **out, const char *path, struct image_file_state *state,
	struct error *err);
/* What a file is by its stat. */
struct image_file_state image_file_state_of(const struct stat *st);
/* What the errno of a failed read of an image means: the medium below the file is bad there, or the file as a whole is gone. */
enum source_status image_file_status_of(int error_number);
/* What the file at path is now. */
int image_file_look(const char *path, struct image_file_state *state, struct error *err);
bool image_file_same(const struct image_file_state *a, const struct image_file_state *b);

#endif

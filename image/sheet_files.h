/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sheet files: the files that a cue sheet names, found in its folder and opened.
 *
 * image/sheet_name.h knows which file a name means. A symbolic link is refused, since it leads
 * outside of the folder.
 */
#ifndef THECA_IMAGE_SHEET_FILES_H
#define THECA_IMAGE_SHEET_FILES_H

#include "base/error.h"
#include "image/cue.h"
#include "image/image_file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sheet_file {
	int fd;
	char *name; /* in the folder */
	uint64_t offset; /* bytes before its sectors: 0, or before the samples of a WAVE file */
	uint64_t size; /* bytes from there that are sectors */
	bool is_wave;
	struct image_file_state state;
};

/* In the order of the sheet. */
struct sheet_files {
	struct sheet_file *files;
	size_t count;
};

/*
 * Opens the files of the sheet in the folder for reading. ERR_NOT_FOUND for one that is not there,
 * ERR_INVALID for a name that leads elsewhere or stands for two, a file that is none, named twice,
 * or no WAVE file where the sheet says so, ERR_UNSUPPORTED for a format that is not read; all with
 * the line. listener (may be NULL) is told what was taken for granted. The caller releases it.
 */
int sheet_files_open(struct sheet_files *files, const char *folder, const struct cue *cue,
	cue_listener *listener, void *context, struct error *err);
void sheet_files_release(struct sheet_files *files);
/*
 * Refuses, as sheet_files_open would, a FILE that cannot be opened whatever is in the folder: one
 * without a name, with a name that leads elsewhere, or of a format that is not read.
 */
int sheet_file_check(const struct cue_file *file, struct error *err);
/*
 * Reads len bytes of a file from an offset in its sectors; zeros behind their end. An errno, or -1
 * if the file became shorter.
 */
int sheet_file_read(const struct sheet_file *file, uint64_t offset, uint8_t *bytes, size_t len);

#endif

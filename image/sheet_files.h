/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sheet files: the files that a cue sheet names, found in its folder and opened.
 *
 * A FILE is a name in the folder. It is looked for as the sheet has it, in UTF-8 and then byte by
 * byte, then as the one name that differs in case only. Of a path, as sheets from Windows have it,
 * the last part is looked for; one that leads upward is refused, and so is a symbolic link.
 */
#ifndef THECA_IMAGE_SHEET_FILES_H
#define THECA_IMAGE_SHEET_FILES_H

#include "base/error.h"
#include "image/cue.h"
#include "image/image_file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHEET_MAX_FILES 256u

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
 * Reads len bytes of a file from an offset in its sectors; zeros behind their end. An errno, or -1
 * if the file became shorter.
 */
int sheet_file_read(const struct sheet_file *file, uint64_t offset, uint8_t *bytes, size_t len);

#endif

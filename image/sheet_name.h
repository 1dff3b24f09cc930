/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sheet name: which file in the folder of a cue sheet is meant by the name in a FILE.
 *
 * A FILE is a name in the folder. It is looked for as the sheet has it, in UTF-8 and then byte by
 * byte, then as the one name that differs in case only. Of a path, as sheets from Windows have it,
 * the last part is looked for; one that leads upward is refused.
 */
#ifndef THECA_IMAGE_SHEET_NAME_H
#define THECA_IMAGE_SHEET_NAME_H

#include "base/error.h"
#include "image/cue.h"

/* One FILE while it is looked for; all borrowed. */
struct sheet_lookup {
	const char *folder;
	int folder_fd;
	const struct cue *cue;
	const struct cue_file *wanted;
	cue_listener *listener;
	void *context;
};

/* Whether a FILE can name a file in any folder: ERR_INVALID, with the line, if not. */
int sheet_name_check(const struct cue_file *file, struct error *err);
/*
 * The name in the folder; the caller frees it. ERR_NOT_FOUND if it is not there, ERR_INVALID if it
 * leads elsewhere or stands for two.
 */
int sheet_name_find(const struct sheet_lookup *lookup, char **found, struct error *err);
/*
 * Warns of the FILE at hand: words after its name as the sheet has it, and, if it is not NULL,
 * another name, of any bytes.
 */
void sheet_name_warn(const struct sheet_lookup *lookup, const char *words, const char *name);

#endif

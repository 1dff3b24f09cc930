/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Read record: how each range of an image was read. Richer than the damage map, whose format knows no pass and no confirmation.
 */
#ifndef THECA_IMAGE_READ_RECORD_H
#define THECA_IMAGE_READ_RECORD_H

#include "base/error.h"
#include "image/extent.h"

#include <stddef.h>
#include <stdint.h>

enum read_state {
	READ_STATE_READ,       /* the source delivered it */
	READ_STATE_UNREADABLE, /* zero in the image */
};

enum read_pass {
	READ_PASS_COPY,   /* first reading, in clusters */
	READ_PASS_SCRAPE, /* sector by sector where a cluster failed */
	READ_PASS_RETRY,  /* again where a single sector failed */
};

enum read_confirmation {
	READ_CONFIRMED_BY_DRIVE, /* the drive reported success after its own error correction; nothing else was checked */
	READ_CONFIRMED_BY_FILE,  /* the bytes of an image file, as the file system gave them */
	READ_UNCONFIRMED,
};

struct read_range {
	struct extent extent;
	enum read_state state;
	enum read_pass pass;
	enum read_confirmation confirmation;
	uint32_t attempts; /* reads spent on the worst sector of the range, in the run that read it */
};

/* Sorted by lba, gapless once a rip is done; neighbours that differ in nothing but their extent are one. */
struct read_record {
	struct read_range *ranges;
	size_t count;
	size_t capacity;
};

/* Records a range, replacing what was known about its sectors. Only ERR_MEMORY. */
int read_record_set(struct read_record *record, const struct read_range *range, struct error *err);
void read_record_release(struct read_record *record);
/* "read", "unreadable"; "copy", "scrape", "retry"; "drive", "file", "none". */
const char *read_state_name(enum read_state state);
const char *read_pass_name(enum read_pass pass);
const char *read_confirmation_name(enum read_confirmation confirmation);

#endif

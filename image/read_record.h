/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Read record: how each range of an image was read. Richer than the damage map, whose format knows no pass and no confirmation.
 */
#ifndef THECA_IMAGE_READ_RECORD_H
#define THECA_IMAGE_READ_RECORD_H

#include "base/error.h"
#include "image/extent.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum read_state {
	READ_STATE_READ, /* the source delivered it */
	READ_STATE_DOUBTFUL, /* it did, and the sector's own check code, address or mode disagrees, or no two readings agreed */
	READ_STATE_UNREADABLE, /* zero in the image */
};

enum read_pass {
	READ_PASS_COPY, /* first reading, in clusters */
	READ_PASS_SCRAPE, /* sector by sector where a cluster failed */
	READ_PASS_RETRY, /* again where a single sector failed */
};

/* Why a range is believed; no more is claimed than the word says. */
enum read_confirmation {
	READ_CONFIRMED_BY_DRIVE, /* the drive reported success after its own error correction; nothing else was checked */
	READ_CONFIRMED_BY_FILE, /* the bytes of an image file, as the file system gave them */
	READ_CONFIRMED_BY_EDC, /* a raw sector whose own check code (EDC) agrees with its content, address and mode with its place */
	READ_CONFIRMED_BY_PARANOIA, /* libcdio-paranoia: overlapping readings agreed; the same wrong bytes twice would too */
	READ_CONFIRMED_BY_READS, /* separate readings of the sector agreed, two or more; the same wrong bytes twice would too */
	READ_UNCONFIRMED,
};

/* What it took to read, counted. */
struct read_effort {
	uint32_t rereads; /* sectors asked for again beyond what confirming costs on a good disc */
	uint32_t
		jitter; /* places where paranoia put readings that did not begin where they should together */
	uint32_t
		skips; /* places where paranoia gave up, so that the sectors were read one by one */
};

struct read_range {
	struct extent extent; /* sectors of the image (image/disc.h) */
	enum read_state state;
	enum read_pass pass;
	enum read_confirmation confirmation;
	uint8_t track; /* number; 0 where the disc is not known by tracks */
	bool rebuilt; /* the drive or file gave the user data alone; sync, header and check codes were computed */
	uint32_t
		attempts; /* reads that the worst sector of the range took; those within a source are its effort */
	struct read_effort
		effort; /* of the whole range; where a later reading cut it in two, of the first part */
};

/* Sorted by sector, gapless once a rip is done; neighbours that differ in nothing but extent and effort are one, with the sum of efforts. */
struct read_record {
	struct read_range *ranges;
	size_t count;
	size_t capacity;
};

/*
 * Records a range, replacing what was known about its sectors; the effort of ranges that begin in it goes over to it, so that none is
 * forgotten. Only ERR_MEMORY.
 */
int read_record_set(struct read_record *record, const struct read_range *range, struct error *err);
void read_record_release(struct read_record *record);
struct read_effort read_effort_sum(struct read_effort a, struct read_effort b);
/* The range that holds a sector, or NULL; borrowed until the record changes. */
const struct read_range *read_record_at(const struct read_record *record, uint32_t sector);
/* Sectors in that state. */
uint64_t read_record_count(const struct read_record *record, enum read_state state);
/* The effort spent on a track, or on the whole with track -1. */
struct read_effort read_record_effort(const struct read_record *record, int track);
/* "read", "doubtful", "unreadable" */
const char *read_state_name(enum read_state state);
/* "copy", "scrape", "retry" */
const char *read_pass_name(enum read_pass pass);
/* "drive", "file", "edc", "paranoia", "reads", "none" */
const char *read_confirmation_name(enum read_confirmation confirmation);

#endif

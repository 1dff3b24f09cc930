/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sector source: whatever gives sectors by number. A drive, an image file, a worker process, or a source around a source
 * (checks, faults). The vtable comes first in each implementation; callers see only this header.
 */
#ifndef THECA_IMAGE_SECTOR_SOURCE_H
#define THECA_IMAGE_SECTOR_SOURCE_H

#include "base/error.h"
#include "image/extent.h"
#include "image/read_record.h"

#include <stdbool.h>
#include <stdint.h>

#define SOURCE_MAX_READ 512u

/* What a read tells the pass that asked; severity steers what it does next. */
enum source_status {
	SOURCE_OK, /* every sector asked for is in the buffer */
	SOURCE_PARTLY, /* some are, the notes say which; the others are zero, and were tried one by one already */
	SOURCE_UNREADABLE, /* the medium did not give at least one of them; nothing in the buffer counts */
	SOURCE_GONE, /* the drive, disc or file is gone, err says why: the rip ends and keeps what it has */
};

/* What a read tells of one sector besides its bytes. */
struct sector_note {
	enum read_state state;
	enum read_confirmation confirmation;
	bool rebuilt;
	struct read_effort effort;
};

struct sector_source;

struct sector_source_ops {
	/*
	 * Reads extent.count sectors of sector_size bytes; err is filled unless SOURCE_OK. The extent lies within the source and
	 * its count is at most max_read. There are extent.count notes, filled beforehand with "read" and the source's confirmation; a source that
	 * knows better changes them.
	 */
	enum source_status (*read)(struct sector_source *source, struct extent extent,
		uint8_t *buffer, struct sector_note *notes, struct error *err);
	void (*close)(struct sector_source *source);
};

struct sector_source {
	const struct sector_source_ops *ops;
	uint32_t
		sectors; /* how many there are; extents count them as an image stores them (image/disc.h) */
	uint32_t sector_size; /* bytes */
	uint32_t max_read; /* sectors that one read may ask for, SOURCE_MAX_READ at most */
	enum read_confirmation confirmation; /* of a sector that is simply read */
};

/* Reads with notes. */
enum source_status source_read_noted(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err);
/* Reads where all or nothing is wanted: SOURCE_PARTLY becomes SOURCE_UNREADABLE. */
enum source_status source_read(
	struct sector_source *source, struct extent extent, uint8_t *buffer, struct error *err);

/* Closes the source and what it is wrapped around; NULL is fine. */
static inline void source_close(struct sector_source *source)
{
	if (source)
		source->ops->close(source);
}

#endif

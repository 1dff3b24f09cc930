/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work: the rips under way, one directory a carrier, locked by the process that is at it.
 *
 *   ARCHIVE/work/SHELF%2F12/rip.json     what is being done and how far it got; replaced atomically
 *                           reserve      room for replacing rip.json on a full disk
 *                           content/     the image while it is read, then the sidecars
 *                           object/      the staged object of a first version ...
 *                           v2/          ... or the staged next version of an object that exists
 *
 * A directory whose lock is free was left by a process that was stopped. rip.json says "reading": the rip can go on; or
 * "committing": all is staged, and the next run finishes it.
 */
#ifndef THECA_STORE_WORK_H
#define THECA_STORE_WORK_H

#include "base/error.h"
#include "image/read_record.h"
#include "store/archive.h"
#include "store/deposit.h"

#include <stdbool.h>
#include <stdint.h>

/* rip.json. Strings hold any bytes and belong to the state. */
struct work_state {
	bool committing;
	struct carrier carrier;
	char *source;           /* as given to theca rip */
	char *operator_name;    /* NULL if not known */
	enum image_format format;
	uint32_t sectors;       /* of the image */
	char *contents;         /* sessions, tracks and lead-out in a line (rip/same_disc.h); NULL if not known */
	int64_t source_size;     /* of an image file, bytes; -1 for a drive, as the next two */
	int64_t source_modified; /* seconds since the epoch */
	int64_t source_modified_nanoseconds;
	int64_t source_files; /* struct image_file_state's, of a sheet */
	int64_t started;
	struct read_record reads;
	char object_id[64];     /* once committing, as the next two */
	char version[16];
	char ingestion_uuid[UUID_SIZE];
};

struct work;

/*
 * Opens and locks the work directory of a carrier, making it if there is none (*is_new). ERR_BUSY if another process is at it. The
 * caller closes.
 */
int work_open(struct work **out, const struct archive *archive, const char *carrier_id, bool *is_new,
	struct error *err);
/* The same for a directory by its name in work/, which must exist (ERR_NOT_FOUND). */
int work_open_name(struct work **out, const struct archive *archive, const char *name,
	struct error *err);
/* The directory; borrowed. */
const char *work_directory(const struct work *work);
/* Whether the directory holds nothing but, at most, empty directories. */
bool work_is_empty(const struct work *work);
/* Bytes that the files in content/ take on the disk; 0 if there are none. */
uint64_t work_bytes(const struct work *work);
/* Unlocks; what is in the directory stays. */
void work_close(struct work *work);
/* Removes the directory with all that is in it, unlocks and closes. */
int work_discard(struct work *work, struct error *err);

/* Reads rip.json of a directory by its name in work/ without locking anything: only to look. As work_load. */
int work_peek(const struct archive *archive, const char *name, struct work_state *state,
	struct error *err);
/* Reads rip.json; ERR_NOT_FOUND if the rip was stopped before it wrote one. The caller releases. */
int work_load(const struct work *work, struct work_state *state, struct error *err);
/*
 * Sets a little room aside, so that rip.json can still be replaced when the disk fills up. A disk that has none is not told here: the image
 * meets it soon enough.
 */
void work_reserve(const struct work *work);
/* Replaces rip.json atomically; on a full disk the room set aside is used up for it. */
int work_save(const struct work *work, const struct work_state *state, struct error *err);
void work_state_release(struct work_state *state);

/* Calls visit with the name of each directory in work/; a missing work/ is empty. */
int work_each(const struct archive *archive, int (*visit)(void *context, const char *name),
	void *context, struct error *err);
/* Removes scratch files (".UUID.tmp") that a crash left in work/ more than a day ago. */
void work_sweep(const struct archive *archive);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paranoia: audio sectors read through libcdio-paranoia, around any source of raw sectors.
 *
 * libcdio-paranoia reads each stretch at least twice, overlapping, and puts the readings together where they agree. It believes the same wrong bytes at
 * every reading, loses ten sectors to a single one that cannot be read, may never come back, and where readings begin at the wrong place cannot tell
 * which of them is right. So here
 *
 *   - a sector that the inner source does not give after some tries is replaced by a filler that nothing else can hold (rip/audio_reader.h); paranoia sees a disc
 *     without holes, and that sector is lost, no other;
 *   - paranoia begins at an anchor: a sector that three readings gave alike;
 *   - what it delivers counts only where two readings gave just these bytes in just this place (rip/sightings.h). Anything else, so what it skips, and what it cannot finish
 *     within its allowance of readings and time, is read again, beginning elsewhere each time, down to single sectors where that fails, until enough readings
 *     agree (rip/audio_request.h), or noted as doubtful;
 *   - what it did is counted (struct read_effort): a sector is ordinarily asked for twice, and up to four times where the stretches that paranoia reads
 *     overlap; of more, all but two are rereads. Finding the anchor is ordinary too.
 *
 *   inner source ◀── audio_reader ◀── engine (libcdio-paranoia) ──▶ delivered, ──▶ seen twice? ── yes ─▶ "paranoia"
 *                     filler, sightings                                               │ no
 *                          ▲────────────────────────── read again ────────────────────┘ ── agree ──▶ "reads", else doubtful
 *
 * Sectors are asked for in their order as far as possible: the engine goes on from one request to the next. A few sectors elsewhere are read without it, and tried
 * anew if they were given up. libcdio-paranoia has global state, and may hang in the drive: use it in a process of its own (rip/worker.h).
 */
#ifndef THECA_RIP_PARANOIA_H
#define THECA_RIP_PARANOIA_H

#include "image/disc.h"
#include "image/sector_source.h"

struct paranoia_policy {
	/* Readings of a sector that fails alone, before it is given up; at least 1. */
	unsigned sector_tries;
	/* Readings that paranoia may spend on each sector of a request, on average, besides those ahead of it. */
	unsigned reads_a_sector;
	/* Readings of what it did not settle, in search of some that agree; at least 1. */
	unsigned rereads;
	/* That one request may take in paranoia, and as long again without it. */
	double seconds;
	/* Seconds that only go forward; NULL: clock_monotonic. */
	double (*now)(void);
};

/* What is used where nobody says otherwise. */
extern const struct paranoia_policy paranoia_default_policy;

/*
 * Wraps inner (2352-byte sectors), which then belongs to the new source; on error inner stays the caller's. disc is borrowed. Sectors of data tracks pass as they come.
 * ERR_IO when libcdio-paranoia cannot be set up.
 *
 * Besides what a source says: a request that could not be finished in time is SOURCE_UNREADABLE, to be asked for again in smaller parts; of a single sector, what there is counts.
 */
int paranoia_source_new(struct sector_source **out, struct sector_source *inner,
	const struct disc *disc, const struct paranoia_policy *policy, struct error *err);

/* The version of libcdio-paranoia; static. */
const char *paranoia_library_version(void);

#endif

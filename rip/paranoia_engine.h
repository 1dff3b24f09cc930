/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paranoia engine: libcdio-paranoia over a stretch of audio that a function reads. The only file that knows libcdio-paranoia.
 *
 * The library wants a drive. It gets an empty disc, a cue sheet over an empty file as long as the stretch, which is removed at once; its function that reads
 * audio is then replaced. Positions are counted from the beginning of the stretch.
 *
 * The library passes no context along, so the engine at work is kept in a variable: one thread of a process at a time. Between two readings of the stretch it
 * calculates, which cannot be interrupted: a process of its own (rip/worker.h) bounds that.
 */
#ifndef THECA_RIP_PARANOIA_ENGINE_H
#define THECA_RIP_PARANOIA_ENGINE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Sectors that paranoia reads ahead at a time, so that no drive's cache holds them when it comes back. */
#define PARANOIA_READ_AHEAD 1200u
/* Sectors of one reading. */
#define PARANOIA_READ_SECTORS 25u

enum paranoia_event {
	PARANOIA_JITTER, /* readings that did not begin or go on where they should were put together here */
	PARANOIA_SKIP, /* no readings agreed here: it has come to its end */
};

/* What the engine asks of its owner. */
struct paranoia_port {
	/*
	 * Reads count sectors from `sector` on. There is no error: what cannot be read is filled with something. False ends the work: no more is to be read. buffer is NULL
	 * when the reading itself is all that is wanted, to move the head.
	 */
	bool (*read)(void *context, uint32_t sector, uint32_t count, uint8_t *buffer);
	/* Tells what happened, in the sector nearest to it; one outside the stretch is possible. */
	void (*event)(void *context, enum paranoia_event event, uint32_t sector);
	void *context;
};

struct paranoia_engine;

/* Makes an engine for a stretch of that many sectors, to begin at `first`. ERR_IO when the library or its empty disc fails, or ERR_MEMORY; the caller frees. */
int paranoia_engine_new(struct paranoia_engine **out, uint32_t sectors, uint32_t first,
	const struct paranoia_port *port, struct error *err);
void paranoia_engine_free(struct paranoia_engine *engine);
/*
 * The 2352 bytes of the next sector, borrowed until the next call; NULL once the port's read has said no or it has come to a place where no
 * readings agree, after which the engine can only be freed.
 */
const uint8_t *paranoia_engine_next(struct paranoia_engine *engine);

#endif

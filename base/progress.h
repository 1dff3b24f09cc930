/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Progress: how long work tells its caller how far it is, and learns that it shall stop.
 */
#ifndef THECA_BASE_PROGRESS_H
#define THECA_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress_state {
	const char *phase; /* "copying", "retrying", "checking": one word for people */
	uint64_t done;     /* bytes */
	uint64_t total;    /* bytes; 0 when not known */
	uint64_t bad;      /* sectors known to be unreadable so far */
};

struct progress {
	/* Called often; false asks the work to stop cleanly with ERR_INTERRUPTED. */
	bool (*report)(void *context, const struct progress_state *state);
	void *context;
};

/* Reports if there is anybody to report to; progress may be NULL. True: go on. */
static inline bool progress_report(
	const struct progress *progress, const struct progress_state *state)
{
	return !progress || !progress->report || progress->report(progress->context, state);
}

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bar: progress for people. On a terminal one line that is drawn over:
 *
 *   copying   [##########..........]  52%  356 MB of 681 MB  8.9 MB/s 58.1x  left 0:36  bad 12
 *
 * otherwise a plain line now and then; with --quiet nothing.
 */
#ifndef THECA_CLI_BAR_H
#define THECA_CLI_BAR_H

#include "base/progress.h"

#include <stdbool.h>
#include <stdint.h>

enum bar_speed {
	BAR_PLAIN,  /* bytes, no "x" */
	BAR_CD,     /* 1x = 75 sectors of 2048 bytes a second */
	BAR_RAW_CD, /* 1x = 75 sectors of 2352 bytes a second */
	BAR_DVD,    /* 1x = 1,385,000 bytes a second */
	BAR_ITEMS,  /* done and total count things, not bytes */
};

struct bar {
	struct progress progress; /* give &bar.progress to the work */
	bool quiet;
	bool terminal;
	enum bar_speed speed;
	const char *subject;  /* what is worked on, shown in plain lines; any bytes; may be NULL */
	const char *phase;    /* the one under way */
	double phase_started;
	uint64_t phase_from;
	double last_drawn;
	bool drawn;           /* a line stands on the terminal */
	double window_time[8];    /* a few seconds back, for the rate */
	uint64_t window_done[8];
	unsigned window_next;
};

/* Prepares a bar on stderr; stop requests (cli/signals.h) reach the work through it even when quiet. */
void bar_init(struct bar *bar, bool quiet, enum bar_speed speed, const char *subject);
/* Takes the line off the terminal. */
void bar_clear(struct bar *bar);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Crash: runs a piece of work in a process of its own and lets it meet a fault at its Nth disk call
 * (base/disk.h).
 *
 * The calls before the Nth have happened, the Nth has not. What a power cut takes away is worked out
 * from the calls: a file loses half of what was written to it since it was last synced, and a
 * directory's names are as they were when it was last synced. That is harsher than most file systems
 * are, and no harsher than POSIX allows.
 */
#ifndef THECA_TESTS_UNIT_CRASH_H
#define THECA_TESTS_UNIT_CRASH_H

#include <stdbool.h>

enum crash_kind {
	CRASH_KILL, /* the process ends; all that it did stays */
	CRASH_POWER_DATA, /* the power fails, and file contents that were not synced are lost */
	CRASH_POWER_NAMES, /* the same, and names made, moved or removed that were not synced */
	CRASH_FAIL, /* the call fails once (EIO if N is odd, else ENOSPC), and the work goes on */
	CRASH_KINDS
};

/* Does something to the disk; gives an exit status from 0 to 99. */
typedef int crash_work(void *context);

struct crash_outcome {
	bool reached; /* there was an Nth call */
	bool crashed; /* and the process ended there */
	int status; /* else: what the work gave; -1 if it died otherwise */
	unsigned calls; /* that were made */
	char disorder[512]; /* what was renamed before it was safe; "" if nothing was */
};

/*
 * Runs the work with a fault at call `at` (from 1). attic: a directory on the same file system,
 * not there yet, for a power cut's use.
 */
struct crash_outcome crash_run(
	enum crash_kind kind, unsigned at, const char *attic, crash_work *work, void *context);
/*
 * Runs the work in a process of its own without a fault. Renames that were not synced by the end
 * count as disorder.
 */
struct crash_outcome crash_not(crash_work *work, void *context);
const char *crash_name(enum crash_kind kind);

#endif

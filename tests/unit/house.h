/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * House: an archive with two discs beside it, and whole commands run in it that meet a fault
 * (tests/unit/crash.h) at each of their disk calls in turn.
 */
#ifndef THECA_TESTS_UNIT_HOUSE_H
#define THECA_TESTS_UNIT_HOUSE_H

#include "tests/unit/crash.h"
#include "tests/unit/scratch.h"

#include <stdbool.h>

#define HOUSE_CARRIER "SHELF/12"

/* What a fault left behind. */
enum house_seen {
	SEEN_OLD, /* the store is as it was */
	SEEN_NOT_IN_CATALOGUE, /* the new version is in the store, not in the catalogue */
	SEEN_IN_CATALOGUE, /* it does, but work/ is not empty */
	SEEN_DONE,
	SEEN_COUNT
};

struct house {
	struct scratch scratch;
	char archive[128], attic[128];
	char disc[2][128]; /* two images of one size */
	char sheet[128], sheet_image[128]; /* a cue sheet of a raw image */
	char fault[128]; /* which fault is being tried, for messages */
	unsigned seen[SEEN_COUNT]; /* how often each was met */
};

/* The images that the versions of the object must hold, in order. */
struct house_history {
	const char *images[2];
	unsigned count;
};

struct house_scenario {
	const char *archive; /* the one to begin with: "empty" or "filled" */
	crash_work *work; /* its context is the house */
	struct house_history history; /* when all is done; one version less before */
};

/*
 * Set-up and tear-down of a cmocka test, whose *state becomes a struct house with an archive
 * "empty".
 */
int house_set_up(void **state);
/* The same, and an archive "filled", which holds the first disc. */
int house_set_up_filled(void **state);
int house_tear_down(void **state);
/* Puts a copy of one of these archives in the place of the archive. */
void house_begin_anew(const struct house *house, const char *archive);

/*
 * theca rip: the first disc as a new object, the second as a next version, the first once more as
 * a next version.
 */
int house_rip_first(void *house);
int house_rip_other(void *house);
int house_rip_same(void *house);
/* The cue sheet's disc as a new object. */
int house_rip_sheet(void *house);

/*
 * Lets the scenario meet a kind of fault at its first, second ... disk call, until it gets
 * through; checks the archive each time.
 */
void house_sweep(struct house *house, const struct house_scenario *scenario, enum crash_kind kind);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small archive for tests, filled through the store's own code: register, work, commit.
 */
#ifndef THECA_TESTS_UNIT_HOLDING_FIXTURE_H
#define THECA_TESTS_UNIT_HOLDING_FIXTURE_H

#include "image/extent.h"
#include "store/archive.h"
#include "store/object.h"

#include <stdbool.h>

#define HOLDING_SECTORS 1000u /* of each disc that is not raw: 2,048,000 bytes */

struct holding {
	char root[64];
	struct archive *archive;
};

/* What is ripped; NULL and 0 for what shall not be known. */
struct holding_disc {
	const char *carrier_id; /* NULL: minted */
	const char *title;
	const char *note;
	const char *label;
	struct extent bad; /* count 0: none */
	unsigned seed; /* of the image's bytes */
	bool is_raw; /* the disc of tests/unit/disc_fixture.h, as BIN and CUE; `bad` counts the sectors of its image */
	const char *sheet; /* that it came from, if it did; NULL: from a drive */
	const struct object *previous; /* NULL: a new object */
};

/* A new archive in a temporary directory that others may look into. Its catalogue is the caller's to make. */
void holding_init(struct holding *holding);
void holding_release(struct holding *holding);
/* Rips, so to speak, a disc into the archive; the caller closes the object. */
struct object *holding_rip(const struct holding *holding, const struct holding_disc *disc);
/* Appends a fixity event to an object's log. */
void holding_check(const struct object *object, const char *outcome, const char *note);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Verify: the fixity check of one object. Every content file is read once, from the medium, for all
 * its recorded digests and its chunks together; the inventories, the OCFL structure and the PREMIS
 * sidecars are checked beside it.
 */
#ifndef THECA_VERIFY_VERIFY_H
#define THECA_VERIFY_VERIFY_H

#include "base/digest_ring.h"
#include "base/error.h"
#include "base/medium.h"
#include "base/progress.h"
#include "store/archive.h"
#include "store/object.h"
#include "verify/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How the bytes of an open file are got; as medium_read. */
typedef int verify_read(void *context, struct medium *medium, uint64_t offset, uint8_t *buffer,
	size_t len, size_t *got, struct error *err);

struct verify_options {
	const struct archive *
		/* asked whether the store is still there before anything is called missing */
		archive;
	struct digest_ring *ring; /* the caller's, not in use */
	const struct progress *progress; /* NULL: nobody to tell */
	bool cached; /* allow reading from memory */
	verify_read
		*read; /* NULL: medium_read. Another one stands around it, e.g. to let reads fail */
	void *read_context;
};

/*
 * Checks an object. Damage is in the report, not in the return value: that is ERR_OFFLINE when the
 * store cannot be reached any more (one message, no file is called missing), ERR_INTERRUPTED when
 * the progress callback asked to stop, or ERR_MEMORY. The report is filled as far as the check came
 * in every case, `complete` telling whether that was to the end. The caller releases it.
 */
int verify_object(const struct object *object, const struct verify_options *options,
	struct object_report *report, struct error *err);

#endif

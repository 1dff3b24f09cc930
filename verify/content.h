/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Content: one file of an object, read once, against what is expected of it.
 */
#ifndef THECA_VERIFY_CONTENT_H
#define THECA_VERIFY_CONTENT_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/progress.h"
#include "verify/expected.h"
#include "verify/report.h"
#include "verify/verify.h"

#include <stddef.h>

/* What stays the same from file to file of an object. */
struct content_checker {
	const struct verify_options *options;
	const char *directory; /* of the object */
	struct object_report *report;
	struct progress_state progress;
};

/*
 * Whether a failure condemns only the file (ERR_NONE), or is about something larger and is to be
 * passed on: ERR_OFFLINE if the store itself is gone, ERR_INTERRUPTED, ERR_MEMORY.
 */
int content_weigh_failure(
	const struct content_checker *checker, const struct error *why, struct error *err);
/*
 * Checks the file report->files[index] and fills it. contents (may be NULL) receives the file's
 * bytes as they pass by, up to contents_max; beyond that they are left out. ERR_OFFLINE,
 * ERR_INTERRUPTED and ERR_MEMORY leave the file unchecked.
 */
int content_check(struct content_checker *checker, const struct expected_file *expected,
	size_t index, struct buffer *contents, size_t contents_max, struct error *err);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Agreement: the PREMIS sidecar of each version against the inventory. Both record every file's
 * digests; where they differ one of them was changed, even if each by itself looks whole.
 */
#ifndef THECA_VERIFY_AGREEMENT_H
#define THECA_VERIFY_AGREEMENT_H

#include "base/error.h"
#include "verify/expected.h"
#include "verify/report.h"

/*
 * Adds a "premis" problem to the report for each version without a sidecar, and for each file that
 * a sidecar names otherwise than the inventory (missing, unknown, another digest), or with another
 * size than a file has whose digests agree. Sidecars that were not understood are passed over. Only
 * ERR_MEMORY.
 */
int agreement_check(
	const struct expected_files *files, struct object_report *report, struct error *err);

#endif

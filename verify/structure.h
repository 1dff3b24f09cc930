/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Structure: all of an object that is not content: its inventories with their sidecars, the rules
 * of OCFL, and files that nobody lists.
 */
#ifndef THECA_VERIFY_STRUCTURE_H
#define THECA_VERIFY_STRUCTURE_H

#include "base/error.h"
#include "store/object.h"
#include "verify/content.h"
#include "verify/expected.h"

/*
 * Adds to the checker's report the inventories as files, each file that is in no inventory as
 * extra, and each finding of the OCFL validation as a problem. A commit to the object is waited for
 * and held off meanwhile. Errors as content_check.
 */
int structure_check(struct content_checker *checker, const struct object *object,
	const struct expected_files *files, struct error *err);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Golden files: what a writer wrote once and a person has looked over, under tests/unit/golden/.
 */
#ifndef THECA_TESTS_UNIT_GOLDEN_FILE_H
#define THECA_TESTS_UNIT_GOLDEN_FILE_H

#include "base/bytes.h"

/*
 * Fails the test, naming the first line that differs, unless text is what the file holds. With THECA_UPDATE_GOLDEN set in the
 * environment the file is written instead.
 */
void golden_check(const char *name, const struct buffer *text);
/* Replaces each UUID in text by a number in the order of first appearance, so that minted ones compare equal. */
void golden_number_uuids(struct buffer *text);

#endif

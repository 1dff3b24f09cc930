/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PREMIS judges for tests: xmllint with our profile and, where the corpus is, with the official schema.
 */
#ifndef THECA_TESTS_UNIT_PREMIS_JUDGE_H
#define THECA_TESTS_UNIT_PREMIS_JUDGE_H

#include "base/bytes.h"
#include "store/premis.h"
#include "tests/unit/deposit_fixture.h"

#include <stdbool.h>

/* Group set-up and tear-down: a directory for the document, the schema, a clock that stands still. */
int judge_setup(void **state);
int judge_teardown(void **state);

/* Lays the document before the judges. */
void judge_save(const struct buffer *document);
bool judge_has_schema(void);
/* Whether the saved document follows schemas/theca-premis.rng, or the official schema; without xmllint the test is skipped. */
bool judge_follows_profile(void);
bool judge_follows_schema(void);

/* The sidecar of a made-up deposit; fails the test if it cannot be written. */
void judge_write(enum deposit_kind kind, struct buffer *document);
/* Reads a sidecar; fails the test, saying why, if that cannot be done. The caller frees. */
struct premis *judge_read(const struct buffer *document);
/* The file of that logical path; fails the test if there is none. */
const struct premis_file *judge_find_file(const struct premis *premis, const char *name);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A scratch directory with a chain log in it, for the tests of store/chain_log.h.
 */
#ifndef THECA_TESTS_UNIT_CHAIN_FIXTURE_H
#define THECA_TESTS_UNIT_CHAIN_FIXTURE_H

#include "base/digest.h"
#include "store/chain_log.h"

#include <stddef.h>
#include <stdint.h>

/* The digest that the first line of a log continues. */
#define CHAIN_PLACE_ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* A directory of the test's own, and a log in it that does not exist yet. */
struct chain_place {
	char directory[64];
	char log[80];
	char first[100]; /* its segments */
	char second[100];
};

/* Set-up and tear-down of a cmocka test: *state is a struct chain_place. */
int chain_place_set_up(void **state);
int chain_place_tear_down(void **state);
/* Appends one line with that number in its member "n". */
int chain_place_append(const struct chain_place *place, int number, struct error *err);
/* Appends lines numbered from..to; the test fails if that fails. */
void chain_place_append_all(const struct chain_place *place, int from, int to);
struct chain_state chain_place_check(const struct chain_place *place);
void chain_place_assert_intact(const struct chain_place *place, uint64_t lines);
/* Gives the file at path other contents, or more of it. */
void chain_place_overwrite(const char *path, const void *bytes, size_t len);
void chain_place_add(const char *path, const char *text);
/* Writes a segment's file as chain_log_append would, without a sync for each line. */
void chain_place_write_segment(
	const char *path, unsigned first, unsigned count, char digest[DIGEST_HEX_SIZE]);

#endif

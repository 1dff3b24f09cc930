/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scratch: a directory that a test has to itself. Made and removed without the code under test.
 */
#ifndef THECA_TESTS_UNIT_SCRATCH_H
#define THECA_TESTS_UNIT_SCRATCH_H

#include <stddef.h>

struct scratch {
	char path[64];
};

void scratch_make(struct scratch *scratch);
/* The same in memory, if the system has a place for that: syncing costs nothing there. */
void scratch_make_in_memory(struct scratch *scratch);
/* Removes the directory with all that is in it. */
void scratch_remove(struct scratch *scratch);
/* The same as set-up and tear-down of a cmocka test, whose *state becomes a struct scratch. */
int scratch_set_up(void **state);
int scratch_tear_down(void **state);

/* The path of a name in the directory; valid until sixteen further calls. */
const char *scratch_path(const struct scratch *scratch, const char *name);
/* Writes a file, over one that is there. */
void scratch_write(const struct scratch *scratch, const char *name, const void *bytes, size_t len);
/*
 * The bytes of a file with a NUL behind them, the caller frees; fails the test if it cannot be
 * read.
 */
char *scratch_read(const char *path, size_t *len);
/* Entries of a directory, without "." and ".."; -1 if there is none. */
int scratch_count(const char *directory);
/* Copies a directory with all that is in it to a name that is not there yet. */
void scratch_copy(const char *from, const char *to);
/* Removes a file, or a directory with all that is in it; one that is not there is fine. */
void scratch_delete(const char *path);

#endif

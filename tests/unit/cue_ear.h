/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cue ear: listens to what a cue sheet's reader or checker finds, and keeps it as lines "warning 4: words".
 */
#ifndef THECA_TESTS_UNIT_CUE_EAR_H
#define THECA_TESTS_UNIT_CUE_EAR_H

#include "base/bytes.h"
#include "image/cue.h"

struct cue_ear {
	struct buffer lines;
	size_t count[2]; /* by cue_severity */
	unsigned last_line;
};

/* A cue_listener whose context is a struct cue_ear; fails the test on words that are not clean. */
void cue_ear_listen(void *ear, enum cue_severity severity, unsigned line, const char *words);
/* Fails the test unless one of the lines begins with `start` and has `words` in it. */
void cue_ear_expect(const struct cue_ear *ear, const char *start, const char *words);
void cue_ear_release(struct cue_ear *ear);

/* Reads a sheet that must be accepted, into a fresh ear; the caller frees. */
struct cue *cue_ear_read(struct cue_ear *ear, const void *bytes, size_t len);
/* The same without any warning, and with one alone, which cue_ear_expect finds. */
struct cue *cue_ear_read_quietly(const char *text);
struct cue *cue_ear_read_warned(const char *text, const char *start, const char *words);
/* Reads a sheet that must be refused with these words. */
void cue_ear_refused(const void *bytes, size_t len, const char *words);
/* Checks a sheet, into a fresh ear; returns the number of errors. */
size_t cue_ear_check(struct cue_ear *ear, const void *bytes, size_t len);

#endif

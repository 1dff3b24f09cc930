/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chain segment: one file of a chain log (store/chain_log.h) as a row of lines, whatever stands
 * in them.
 */
#ifndef THECA_STORE_CHAIN_SEGMENT_H
#define THECA_STORE_CHAIN_SEGMENT_H

#include "base/bytes.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest line that is written or read, without its newline. */
#define CHAIN_LINE_MAX (4u << 20)

/* The digest that stands for the line before the first. */
#define CHAIN_NO_LINE "0000000000000000000000000000000000000000000000000000000000000000"

/* The segment that holds the line of a sequence number (from 1). */
uint64_t chain_segment_of(uint64_t seq);
/* DIRECTORY/000012.jsonl; the caller frees; NULL when out of memory. */
char *chain_segment_path(const char *directory, uint32_t segment);
/* The highest number of a segment in directory; 0 if there is none, or no directory. */
int chain_segment_newest(const char *directory, uint32_t *newest, struct error *err);

/* A line of a segment; text is borrowed from the reader until its next step. */
struct chain_line {
	const char *text; /* NULL at the end of the segment */
	size_t len; /* without the newline */
	bool whole; /* a newline ends it, and it is not longer than CHAIN_LINE_MAX */
};

/* Reads a segment's lines in order, as far as it reached when it was opened. */
struct chain_reader {
	int fd;
	char *path;
	uint64_t size; /* of the file when it was opened; less once a line was not whole */
	uint64_t offset; /* of what is read next */
	struct buffer pending; /* bytes read */
	size_t used; /* of pending, given out */
};

/* Opens a segment; ERR_NOT_FOUND if it is not there. The caller closes, also after an error. */
int chain_reader_open(
	struct chain_reader *reader, const char *directory, uint32_t segment, struct error *err);
/* The next line. One that is not whole is the last: nothing after it is read. */
int chain_reader_next(struct chain_reader *reader, struct chain_line *line, struct error *err);
void chain_reader_close(struct chain_reader *reader);

/* The end of a segment. */
struct chain_tail {
	uint64_t size; /* of the file */
	uint64_t whole; /* of its whole lines; less than size if a torn line follows */
	struct buffer line; /* the last whole line without its newline */
	bool has_line;
};

/*
 * Finds the end of a segment by reading only its end. ERR_DAMAGED if what stands there is too
 * long for a line. The caller releases the tail's line.
 */
int chain_segment_tail(const char *path, struct chain_tail *tail, struct error *err);

#endif

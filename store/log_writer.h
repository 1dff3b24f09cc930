/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Log writer: what the parts of the rip log share. Only store/sidecar_log*.c and store/log_writer.c include it.
 *
 *   Heading
 *     label         value
 */
#ifndef THECA_STORE_LOG_WRITER_H
#define THECA_STORE_LOG_WRITER_H

#include "store/deposit.h"

#include <stddef.h>
#include <stdint.h>

void log_heading(struct buffer *out, const char *title);
/* The label alone: the caller writes the rest of the line. */
void log_label(struct buffer *out, const char *name);
/* A line of foreign text, or of text that may be NULL; what is not known leaves none. */
void log_foreign(struct buffer *out, const char *name, const void *bytes, size_t len);
void log_text(struct buffer *out, const char *name, const char *text);
/* A line of our own words and numbers. */
void log_printf(struct buffer *out, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void log_time(struct buffer *out, const char *name, int64_t seconds);
/* Per cent; 0 of nothing. */
double log_share(uint64_t part, uint64_t whole);

/* The parts of the log that say what the disc is, and how its sectors were read. */
void log_disc(const struct deposit *deposit, struct buffer *out);
void log_reads(const struct deposit *deposit, struct buffer *out);
/* Sectors that were read, but not at the first attempt. */
uint64_t log_read_again(const struct deposit *deposit);

#endif

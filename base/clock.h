/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time: a clock that tests can replace, and ISO 8601 in UTC.
 */
#ifndef THECA_BASE_CLOCK_H
#define THECA_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* "2026-11-22T15:04:05Z" and its NUL. */
#define CLOCK_TEXT_SIZE 21

/* Seconds since 1970-01-01T00:00:00Z. */
int64_t clock_now(void);
/* Replaces what clock_now asks; NULL goes back to the system's clock. For tests, before threads start. */
void clock_set(int64_t (*now)(void));
/* Seconds that only go forward, for rates and time-outs. */
double clock_monotonic(void);
/* Writes a time as ISO 8601 in UTC to the second. Years outside 0000-9999 are clamped. */
void clock_format(int64_t seconds, char out[CLOCK_TEXT_SIZE]);
/* Whether text is an ISO 8601 date-time with seconds and a zone (Z or +hh:mm), as RFC 3339 and OCFL want it. */
bool clock_is_timestamp(const char *text);

#endif

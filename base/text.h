/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text: the encoders that stand between bytes from outside and XML, JSON, CSV, terminals and
 * file names. Bytes from a disc, a file name or a command line are hostile: XML and JSON
 * libraries silently write broken documents for some of them.
 *
 * "Clean" text is legal UTF-8 (RFC 3629: shortest form, no surrogates) without C0 and C1 controls
 * except TAB and LF, without DEL, noncharacters (U+FFFE, U+FDD0 ...), U+2028/2029 and without
 * bidirectional controls. It may stand in XML 1.0 and in JSON as it is. Everything else is stored
 * percent-encoded, with a mark beside it that says so; decoding gives the very same bytes back.
 */
#ifndef THECA_BASE_TEXT_H
#define THECA_BASE_TEXT_H

#include "base/bytes.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The word that marks percent-encoded text in XML attributes and JSON members. */
#define TEXT_PERCENT_MARK "percent"

/*
 * The length of the legal UTF-8 character (RFC 3629) that p begins with, its number in *code; 0
 * if there is none. len is at least 1.
 */
size_t text_character(const uint8_t *p, size_t len, uint32_t *code);

/*
 * Whether the bytes are clean text as described above; carriage return is not clean, XML would
 * drop it.
 */
bool text_is_clean(const void *bytes, size_t len);

/*
 * Appends the bytes to out for a structured format: as they are when clean (returns false), else
 * percent-encoded (returns true, and the caller must write TEXT_PERCENT_MARK beside it). In
 * encoded text '%' and every byte that is not part of clean text become %XX (upper case).
 */
bool text_encode(struct buffer *out, const void *bytes, size_t len);

/*
 * Undoes text_encode's percent-encoding: appends the raw bytes; ERR_INVALID on a '%' without two
 * hex digits.
 */
int text_decode(struct buffer *out, const char *text, size_t len, struct error *err);

/*
 * Appends the bytes as one printable line for a terminal or log: clean text as it is, but TAB,
 * LF, every control, bidi control and byte that is not legal UTF-8 as \xNN, and a backslash as
 * two. Reversible with text_unescape_terminal.
 */
void text_terminal(struct buffer *out, const void *bytes, size_t len);

/* Undoes text_terminal; ERR_INVALID on an escape or character that it does not write. */
int text_unescape_terminal(struct buffer *out, const char *text, size_t len, struct error *err);

/*
 * Appends the bytes as one CSV cell (RFC 4180): encoded as by text_encode with a leading
 * "percent:" mark if they are not clean, preceded by an apostrophe when the cell would begin with
 * = + - @ TAB LF ' or the mark itself (spreadsheets run formulas), quoted when it holds a comma,
 * quote or line break.
 */
void text_csv_cell(struct buffer *out, const void *bytes, size_t len);

/* Undoes text_csv_cell for one whole cell; ERR_INVALID if it is not such a cell. */
int text_csv_decode(struct buffer *out, const char *cell, size_t len, struct error *err);

/*
 * Appends a file name made from any bytes: A-Z a-z 0-9 - _ and '.' (not first) as they are, the
 * rest as %XX. A name longer than max_len is cut at a whole character and ends in "~" and 16 hex
 * digits of the bytes' SHA-256; max_len >= 32. No bytes at all give "%". Different bytes give
 * different names.
 */
void text_file_name(struct buffer *out, const void *bytes, size_t len, size_t max_len);

#endif

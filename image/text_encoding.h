/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text encoding: which one the bytes of a text file are in, and the text as clean UTF-8 (base/text.h).
 *
 * Known are the encodings that cue sheets are found in: ASCII, UTF-8, UTF-16, and, of those that nothing in the file can name, Windows-1252 (with
 * ISO 8859-1, which it contains), Windows-1251 and Shift_JIS (Microsoft's code page 932).
 *
 * Certain is what a byte order mark says, pure ASCII, and bytes beyond ASCII that are legal UTF-8 throughout: text in another encoding is so only by a rare
 * accident. All else is a guess, to be marked as one: each candidate is decoded, and the one whose letters make the likeliest words is taken. Accents stand
 * among Latin letters; Cyrillic words are of Cyrillic letters alone, capitals first; Japanese has kana.
 */
#ifndef THECA_IMAGE_TEXT_ENCODING_H
#define THECA_IMAGE_TEXT_ENCODING_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum text_encoding {
	ENCODING_ASCII,
	ENCODING_UTF8,
	ENCODING_UTF16LE,
	ENCODING_UTF16BE,
	ENCODING_WINDOWS_1252,
	ENCODING_WINDOWS_1251,
	ENCODING_SHIFT_JIS,
};

struct encoding_guess {
	enum text_encoding encoding;
	bool guessed;
	size_t bom; /* bytes of the byte order mark at the front, which is no text */
};

/* Finds the encoding; time and memory are linear in len. */
struct encoding_guess text_encoding_guess(const uint8_t *bytes, size_t len);
/* "US-ASCII", "UTF-8", "UTF-16LE", "UTF-16BE", "windows-1252", "windows-1251", "Shift_JIS": IANA's names. */
const char *text_encoding_name(enum text_encoding encoding);
/* Whether a byte below 0x40 always is the ASCII character, so that lines, blanks and quotes can be found before decoding. */
bool text_encoding_keeps_ascii(enum text_encoding encoding);
/*
 * Bytes of the character at the front, as far as separators are concerned, in an encoding that keeps ASCII: 2 for one of Shift_JIS, whose second byte
 * may look like a backslash, else 1. len is at least 1.
 */
size_t text_encoding_width(enum text_encoding encoding, const uint8_t *bytes, size_t len);
/*
 * Appends the bytes as clean UTF-8, in which CR may stand too. What is no text in that encoding, or not clean, becomes U+FFFD; returns how often. Line ends, quotes and
 * other ASCII stay where they are. Beyond ASCII all is U+FFFD if the C library was installed without its character sets.
 */
size_t text_encoding_decode(
	enum text_encoding encoding, const uint8_t *bytes, size_t len, struct buffer *out);

#endif

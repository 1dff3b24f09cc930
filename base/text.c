/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include "base/digest.h"

#include <stdint.h>
#include <string.h>

#define CSV_MARK TEXT_PERCENT_MARK ":"

/* What a cut file name ends in: "~" and the first digits of a SHA-256. */
#define CUT_DIGITS 16u
#define CUT_LEN (1u + CUT_DIGITS)

size_t text_character(const uint8_t *p, size_t len, uint32_t *code)
{
	/*
	 * The second byte's bounds keep out longer forms, surrogates and all above U+10FFFF
	 * (Unicode, table 3-7).
	 */
	static const struct {
		uint8_t first_low, first_high, second_low, second_high, len;
	} forms[] = {
		{0x00, 0x7F, 0x00, 0x00, 1},
		{0xC2, 0xDF, 0x80, 0xBF, 2},
		{0xE0, 0xE0, 0xA0, 0xBF, 3},
		{0xE1, 0xEC, 0x80, 0xBF, 3},
		{0xED, 0xED, 0x80, 0x9F, 3},
		{0xEE, 0xEF, 0x80, 0xBF, 3},
		{0xF0, 0xF0, 0x90, 0xBF, 4},
		{0xF1, 0xF3, 0x80, 0xBF, 4},
		{0xF4, 0xF4, 0x80, 0x8F, 4},
	};
	static const uint8_t first_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	size_t form = 0, count = sizeof(forms) / sizeof(forms[0]);

	while (form < count && (p[0] < forms[form].first_low || p[0] > forms[form].first_high))
		form++;
	if (form == count || forms[form].len > len)
		return 0;
	size_t n = forms[form].len;
	if (n > 1 && (p[1] < forms[form].second_low || p[1] > forms[form].second_high))
		return 0;
	*code = p[0] & first_bits[n];
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		*code = *code << 6 | (p[i] & 0x3Fu);
	}
	return n;
}

static bool is_clean_code(uint32_t code)
{
	static const struct {
		uint32_t low, high;
	} unclean[] = {
		{0x0000, 0x0008}, /* C0 up to TAB */
		{0x000B, 0x001F}, /* C0 after LF */
		{0x007F, 0x009F}, /* DEL, C1 */
		{0x061C, 0x061C}, /* Arabic letter mark */
		{0x200E, 0x200F}, /* left-to-right and right-to-left marks */
		{0x2028, 0x202E}, /* line and paragraph separators; embeddings and overrides */
		{0x2066, 0x2069}, /* isolates */
		{0xFDD0, 0xFDEF}, /* noncharacters, as are the last two of each plane */
	};
	if (code >= 0x20 && code < 0x7F)
		return true;
	for (size_t i = 0; i < sizeof(unclean) / sizeof(unclean[0]); i++)
		if (code >= unclean[i].low && code <= unclean[i].high)
			return false;
	return (code & 0xFFFE) != 0xFFFE;
}

/* The length of the clean character at p, 0 if p begins with anything else. */
static size_t clean_character(const uint8_t *p, size_t len)
{
	uint32_t code = 0;
	size_t n = text_character(p, len, &code);
	return n && is_clean_code(code) ? n : 0;
}

bool text_is_clean(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	for (size_t i = 0; i < len;) {
		size_t n = clean_character(p + i, len - i);
		if (!n)
			return false;
		i += n;
	}
	return true;
}

bool text_encode(struct buffer *out, const void *bytes, size_t len)
{
	if (text_is_clean(bytes, len)) {
		buffer_add(out, bytes, len);
		return false;
	}
	const uint8_t *p = bytes;
	for (size_t i = 0; i < len;) {
		size_t n = p[i] == '%' ? 0 : clean_character(p + i, len - i);
		if (n) {
			buffer_add(out, p + i, n);
			i += n;
		} else {
			buffer_printf(out, "%%%02X", p[i++]);
		}
	}
	return true;
}

/* Reads two hexadecimal digits at text[at]; false if they are not there. */
static bool hex_pair(const char *text, size_t len, size_t at, uint8_t *byte)
{
	if (at + 2 > len)
		return false;
	const char pair[3] = {text[at], text[at + 1], '\0'};
	return bytes_from_hex(pair, byte, 1);
}

/* Adds what was decoded to out, unless decoding failed; releases it in every case. */
static int hand_over(struct buffer *decoded, int status, struct buffer *out, struct error *err)
{
	if (!status && decoded->failed)
		status = error_set(err, ERR_MEMORY, "out of memory");
	if (!status)
		buffer_add(out, decoded->data, decoded->len);
	buffer_release(decoded);
	return status;
}

int text_decode(struct buffer *out, const char *text, size_t len, struct error *err)
{
	struct buffer decoded = {0};
	int status = 0;
	for (size_t i = 0; i < len && !status;) {
		uint8_t byte;
		if (text[i] != '%') {
			buffer_putc(&decoded, text[i++]);
		} else if (hex_pair(text, len, i + 1, &byte)) {
			buffer_add(&decoded, &byte, 1);
			i += 3;
		} else {
			status = error_set(err, ERR_INVALID,
				"percent-encoded text has a '%%' without two hexadecimal digits at "
				"byte %zu",
				i);
		}
	}
	return hand_over(&decoded, status, out, err);
}

void text_terminal(struct buffer *out, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	for (size_t i = 0; i < len;) {
		size_t n = p[i] == '\t' || p[i] == '\n' ? 0 : clean_character(p + i, len - i);
		if (p[i] == '\\')
			buffer_putc(out, '\\');
		if (n) {
			buffer_add(out, p + i, n);
			i += n;
		} else {
			buffer_printf(out, "\\x%02x", p[i++]);
		}
	}
}

/* Whether encoding what was decoded gives the text again: only then was it ours. */
static bool encodes_to(void (*encode)(struct buffer *, const void *, size_t),
	const struct buffer *decoded, const char *text, size_t len)
{
	struct buffer again = {0};
	encode(&again, decoded->data, decoded->len);
	bool same = !again.failed && again.len == len && (!len || !memcmp(again.data, text, len));
	buffer_release(&again);
	return same;
}

int text_unescape_terminal(struct buffer *out, const char *text, size_t len, struct error *err)
{
	struct buffer decoded = {0};
	int status = 0;
	for (size_t i = 0; i < len;) {
		uint8_t byte;
		if (text[i] == '\\' && i + 1 < len && text[i + 1] == 'x' &&
			hex_pair(text, len, i + 2, &byte)) {
			buffer_add(&decoded, &byte, 1);
			i += 4;
		} else {
			buffer_putc(&decoded, text[i]);
			i += text[i] == '\\' ? 2 : 1;
		}
	}
	if (!decoded.failed && !encodes_to(text_terminal, &decoded, text, len))
		status = error_set(err, ERR_INVALID,
			"the line holds an escape or a character that Theca does not write");
	return hand_over(&decoded, status, out, err);
}

static bool starts_with(const char *text, size_t len, const char *start)
{
	size_t n = strlen(start);
	return len >= n && !memcmp(text, start, n);
}

/* Whether a clean cell would be taken for a formula, for our apostrophe or for our mark. */
static bool needs_apostrophe(const char *cell, size_t len)
{
	return (len && memchr("=+-@\t\n'", cell[0], 7)) || starts_with(cell, len, CSV_MARK);
}

void text_csv_cell(struct buffer *out, const void *bytes, size_t len)
{
	struct buffer cell = {0}, text = {0};
	if (text_encode(&text, bytes, len))
		buffer_puts(&cell, CSV_MARK);
	else if (needs_apostrophe(buffer_text(&text), text.len))
		buffer_putc(&cell, '\'');
	buffer_add(&cell, text.data, text.len);

	const char *plain = buffer_text(&cell);
	bool quoted = strpbrk(plain, ",\"\n");
	if (quoted)
		buffer_putc(out, '"');
	for (size_t i = 0; i < cell.len; i++) {
		if (plain[i] == '"')
			buffer_putc(out, '"');
		buffer_putc(out, plain[i]);
	}
	if (quoted)
		buffer_putc(out, '"');
	out->failed = out->failed || cell.failed || text.failed;
	buffer_release(&text);
	buffer_release(&cell);
}

/* The cell without the quotes around it and with single quotes inside. */
static void csv_unquote(struct buffer *out, const char *cell, size_t len)
{
	bool quoted = len >= 2 && cell[0] == '"' && cell[len - 1] == '"';
	if (!quoted) {
		buffer_add(out, cell, len);
		return;
	}
	for (size_t i = 1; i < len - 1; i++) {
		buffer_putc(out, cell[i]);
		if (cell[i] == '"')
			i++;
	}
}

int text_csv_decode(struct buffer *out, const char *cell, size_t len, struct error *err)
{
	struct buffer plain = {0}, decoded = {0};
	int status = 0;
	csv_unquote(&plain, cell, len);
	const char *text = buffer_text(&plain);
	size_t mark = strlen(CSV_MARK);
	if (starts_with(text, plain.len, CSV_MARK))
		status = text_decode(&decoded, text + mark, plain.len - mark, err);
	else if (plain.len && text[0] == '\'')
		buffer_add(&decoded, text + 1, plain.len - 1);
	else
		buffer_add(&decoded, text, plain.len);
	decoded.failed = decoded.failed || plain.failed;
	if (!status && !decoded.failed && !encodes_to(text_csv_cell, &decoded, cell, len))
		status = error_set(err, ERR_INVALID, "this is not a CSV cell as Theca writes them");
	buffer_release(&plain);
	return hand_over(&decoded, status, out, err);
}

static bool is_name_byte(uint8_t byte, bool first)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' ||
	       (byte == '.' && !first);
}

/*
 * Appends the whole name to out; returns how much of it fits into max_len with no character cut
 * in two.
 */
static size_t encode_name(struct buffer *out, const uint8_t *p, size_t len, size_t max_len)
{
	size_t start = out->len, fitting = 0;
	for (size_t i = 0; i < len;) {
		uint32_t code;
		size_t n = text_character(p + i, len - i, &code);
		for (size_t end = i + (n ? n : 1); i < end; i++) {
			if (is_name_byte(p[i], i == 0))
				buffer_add(out, p + i, 1);
			else
				buffer_printf(out, "%%%02X", p[i]);
		}
		if (out->len - start <= max_len)
			fitting = out->len - start;
	}
	return fitting;
}

void text_file_name(struct buffer *out, const void *bytes, size_t len, size_t max_len)
{
	struct buffer name = {0};
	char hex[DIGEST_HEX_SIZE];
	size_t fitting = encode_name(&name, bytes, len, max_len - CUT_LEN);
	if (!len)
		buffer_putc(&name, '%');
	if (name.len <= max_len) {
		buffer_add(out, name.data, name.len);
	} else if (digest_bytes(DIGEST_SHA256, bytes, len, hex, NULL)) {
		out->failed = true;
	} else {
		buffer_add(out, name.data, fitting);
		buffer_printf(out, "~%.*s", (int)CUT_DIGITS, hex);
	}
	out->failed = out->failed || name.failed;
	buffer_release(&name);
}

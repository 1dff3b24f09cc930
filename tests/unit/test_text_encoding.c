/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which encoding a text is in, and what becomes of bytes that are in none. Expected bytes come from the standards' tables, not from iconv. */
#include "image/text_encoding.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define BYTES(literal) (literal), sizeof(literal) - 1

/* A title in some encoding, and in UTF-8. */
struct sample {
	const char *bytes;
	size_t len;
	const char *utf8;
};

static const struct sample latin[] = {
	{BYTES("Caf\xE9"), "Café"},
	{BYTES("\xC0 la claire fontaine"), "À la claire fontaine"},
	{BYTES("FRAN\xC7OISE"), "FRANÇOISE"},
	{BYTES("Sigur R\xF3s - \xC1g\xE6tis byrjun"), "Sigur Rós - Ágætis byrjun"},
	{BYTES("Don\x92t"), "Don’t"},
	{BYTES("\x93Heroes\x94"), "“Heroes”"},
	{BYTES("La vita \xE8 bella"), "La vita è bella"},
	{BYTES("\xBFQu\xE9?"), "¿Qué?"},
	{BYTES("\xD6"), "Ö"},
};

static const struct sample cyrillic[] = {
	{BYTES("\xCA\xE8\xED\xEE"), "Кино"},
	{BYTES("\xCA\xC8\xCD\xCE"), "КИНО"},
	{BYTES("\xD2\xEE\xEC \xE8 Jerry"), "Том и Jerry"},
	{BYTES("\xCE\xEA\xE5\xE0\xED \xC5\xEB\xFC\xE7\xE8: \xDF \xBF\xE4\xF3"),
		"Океан Ельзи: Я їду"},
	{BYTES("\xAB\xCD\xEE\xF7\xFC\xBB"), "«Ночь»"},
};

static const struct sample japanese[] = {
	{BYTES("\x83\x65\x83\x58\x83\x67"), "テスト"},
	{BYTES("\x82\xB3\x82\xAD\x82\xE7"), "さくら"}, {BYTES("\x93\xFA\x96\x7B"), "日本"},
	{BYTES("J-POP\x83\x78\x83\x58\x83\x67"), "J-POPベスト"}, {BYTES("\xC3\xBD\xC4"), "ﾃｽﾄ"},
	{BYTES("\x83\x5C\x83\x8D"), "ソロ"}, /* whose second byte is a backslash */
};

static void assert_decodes(
	enum text_encoding encoding, const uint8_t *bytes, size_t len, const char *utf8)
{
	struct buffer out = {0};
	assert_int_equal(text_encoding_decode(encoding, bytes, len, &out), 0);
	assert_string_equal(buffer_text(&out), utf8);
	buffer_release(&out);
}

/* By itself, and in a line of a sheet. */
static void assert_guessed(const struct sample *sample, enum text_encoding expected)
{
	struct buffer line = {0};
	buffer_puts(&line, "TITLE \"");
	buffer_add(&line, sample->bytes, sample->len);
	buffer_puts(&line, "\"\nFILE \"x.bin\" BINARY\n");
	struct encoding_guess alone =
		text_encoding_guess((const uint8_t *)sample->bytes, sample->len);
	struct encoding_guess inside = text_encoding_guess((const uint8_t *)line.data, line.len);
	if (alone.encoding != expected || inside.encoding != expected)
		fail_msg("%s: taken for %s, in a line for %s", sample->utf8,
			text_encoding_name(alone.encoding), text_encoding_name(inside.encoding));
	assert_true(alone.guessed && inside.guessed);
	assert_int_equal(alone.bom, 0);
	assert_decodes(expected, (const uint8_t *)sample->bytes, sample->len, sample->utf8);
	buffer_release(&line);
}

static void guesses_by_the_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(latin); i++)
		assert_guessed(&latin[i], ENCODING_WINDOWS_1252);
	for (size_t i = 0; i < COUNT(cyrillic); i++)
		assert_guessed(&cyrillic[i], ENCODING_WINDOWS_1251);
	for (size_t i = 0; i < COUNT(japanese); i++)
		assert_guessed(&japanese[i], ENCODING_SHIFT_JIS);
}

static void assert_guess(const char *bytes, size_t len, enum text_encoding encoding, bool guessed,
	size_t bom, const char *utf8)
{
	struct encoding_guess guess = text_encoding_guess((const uint8_t *)bytes, len);
	assert_string_equal(text_encoding_name(guess.encoding), text_encoding_name(encoding));
	assert_int_equal(guess.guessed, guessed);
	assert_int_equal(guess.bom, bom);
	assert_decodes(guess.encoding, (const uint8_t *)bytes + bom, len - bom, utf8);
}

static void knows_what_needs_no_guess(void **state)
{
	(void)state;
	assert_guess(BYTES(""), ENCODING_ASCII, false, 0, "");
	assert_guess(BYTES("REM\r\nFILE"), ENCODING_ASCII, false, 0, "REM\r\nFILE");
	assert_guess(BYTES("Caf\xC3\xA9"), ENCODING_UTF8, false, 0, "Café");
	assert_guess(BYTES("\xEF\xBB\xBF"
			   "Caf\xC3\xA9"),
		ENCODING_UTF8, false, 3, "Café");
	assert_guess(BYTES("\xEF\xBB\xBF"
			   "ASCII"),
		ENCODING_UTF8, false, 3, "ASCII");
	assert_guess(BYTES("\xFF\xFE"
			   "A\0\x1A\x04"),
		ENCODING_UTF16LE, false, 2, "AК");
	assert_guess(BYTES("\xFE\xFF"
			   "\0A\x04\x1A"),
		ENCODING_UTF16BE, false, 2, "AК");
}

static void guesses_utf16_without_a_mark(void **state)
{
	(void)state;
	assert_guess(BYTES("R\0E\0M\0 \0\x1A\x04\n\0"), ENCODING_UTF16LE, true, 0, "REM К\n");
	assert_guess(BYTES("\0R\0E\0M\0 \x04\x1A\0\n"), ENCODING_UTF16BE, true, 0, "REM К\n");
	/* zeros here and there are damage, not UTF-16 */
	assert_int_equal(text_encoding_guess((const uint8_t *)"TITLE \0x\0\0y", 11).encoding,
		ENCODING_ASCII);
}

static void assert_replaces(enum text_encoding encoding, const char *bytes, size_t len,
	size_t replaced, const char *utf8)
{
	struct buffer out = {0};
	assert_int_equal(
		text_encoding_decode(encoding, (const uint8_t *)bytes, len, &out), replaced);
	assert_string_equal(buffer_text(&out), utf8);
	assert_true(text_is_clean(out.data, out.len) || strchr(out.data, '\r'));
	buffer_release(&out);
}

static void replaces_what_is_no_text(void **state)
{
	(void)state;
	assert_replaces(
		ENCODING_UTF8, BYTES("a\xC3z\xED\xA0\x80"), 4, "a\uFFFDz\uFFFD\uFFFD\uFFFD");
	assert_replaces(
		ENCODING_UTF8, BYTES("a\0b\x1B[31m\xE2\x80\xAE"), 3, "a\uFFFDb\uFFFD[31m\uFFFD");
	assert_replaces(ENCODING_UTF8, BYTES("\t\r\n"), 0, "\t\r\n");
	assert_replaces(ENCODING_WINDOWS_1252, BYTES("a\x81z"), 1, "a\uFFFDz");
	assert_replaces(ENCODING_WINDOWS_1251, BYTES("a\x98z"), 1, "a\uFFFDz");
	/* the second byte is no second byte: quotes and line ends stay */
	assert_replaces(
		ENCODING_SHIFT_JIS, BYTES("\x83\"\n\x83\nz\xFF"), 3, "\uFFFD\"\n\uFFFD\nz\uFFFD");
	assert_replaces(ENCODING_SHIFT_JIS, BYTES("z\x83"), 1, "z\uFFFD");
	assert_replaces(ENCODING_UTF16LE,
		BYTES("a\0\x00\xD8"
		      "b\0"),
		1, "a\uFFFDb");
	assert_replaces(ENCODING_UTF16LE, BYTES("a\0b"), 1, "a\uFFFD");
	assert_replaces(ENCODING_UTF16BE, BYTES("\0a\xDC"), 1, "a\uFFFD");
}

/* Pieces end within characters. */
static void decodes_long_text(void **state)
{
	(void)state;
	static const char kana[] = "\x83\x65", surrogates[] = "\x3D\xD8\x00\xDE";
	struct buffer in = {0}, out = {0};
	buffer_putc(&in, 'x');
	for (size_t i = 0; i < 3000; i++)
		buffer_add(&in, kana, 2);
	assert_int_equal(
		text_encoding_decode(ENCODING_SHIFT_JIS, (const uint8_t *)in.data, in.len, &out),
		0);
	assert_int_equal(out.len, 1 + 3000 * 3);
	assert_memory_equal(out.data + out.len - 6, "テテ", 6);
	buffer_clear(&in);
	buffer_clear(&out);
	buffer_add(&in, "x", 2);
	for (size_t i = 0; i < 3000; i++)
		buffer_add(&in, surrogates, 4);
	assert_int_equal(
		text_encoding_decode(ENCODING_UTF16LE, (const uint8_t *)in.data, in.len, &out), 0);
	assert_int_equal(out.len, 1 + 3000 * 4);
	assert_memory_equal(out.data + out.len - 4, "\U0001F600", 4);
	buffer_release(&in);
	buffer_release(&out);
}

static void characters_of_shift_jis_hide_separators(void **state)
{
	(void)state;
	const uint8_t so[] = {0x83, 0x5C};
	assert_int_equal(text_encoding_width(ENCODING_SHIFT_JIS, so, 2), 2);
	assert_int_equal(text_encoding_width(ENCODING_SHIFT_JIS, so, 1), 1);
	assert_int_equal(text_encoding_width(ENCODING_SHIFT_JIS, so + 1, 1), 1);
	assert_int_equal(text_encoding_width(ENCODING_WINDOWS_1252, so, 2), 1);
	assert_int_equal(text_encoding_width(ENCODING_UTF8, so, 2), 1);
	assert_int_equal(text_encoding_width(ENCODING_SHIFT_JIS, (const uint8_t *)"\xB1\\", 2), 1);
	assert_int_equal(text_encoding_width(ENCODING_SHIFT_JIS, (const uint8_t *)"\x83/", 2), 1);
	assert_int_equal(
		text_encoding_width(ENCODING_SHIFT_JIS, (const uint8_t *)"\x83\x7F", 2), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guesses_by_the_words),
		cmocka_unit_test(knows_what_needs_no_guess),
		cmocka_unit_test(guesses_utf16_without_a_mark),
		cmocka_unit_test(replaces_what_is_no_text),
		cmocka_unit_test(decodes_long_text),
		cmocka_unit_test(characters_of_shift_jis_hide_separators),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

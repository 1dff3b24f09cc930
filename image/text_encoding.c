/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/text_encoding.h"

#include "base/text.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

static const struct {
	const char *name;
	const char *library; /* what iconv calls it; NULL: decoded here */
	size_t unit; /* bytes that one wrong character is taken to have */
} encodings[] = {
	[ENCODING_ASCII] = {"US-ASCII", NULL, 1},
	[ENCODING_UTF8] = {"UTF-8", NULL, 1},
	[ENCODING_UTF16LE] = {"UTF-16LE", "UTF-16LE", 2},
	[ENCODING_UTF16BE] = {"UTF-16BE", "UTF-16BE", 2},
	[ENCODING_WINDOWS_1252] = {"windows-1252", "CP1252", 1},
	[ENCODING_WINDOWS_1251] = {"windows-1251", "CP1251", 1},
	[ENCODING_SHIFT_JIS] = {"Shift_JIS", "CP932", 1},
};

const char *text_encoding_name(enum text_encoding encoding)
{
	return encodings[encoding].name;
}

bool text_encoding_keeps_ascii(enum text_encoding encoding)
{
	return encodings[encoding].unit == 1;
}

size_t text_encoding_width(enum text_encoding encoding, const uint8_t *bytes, size_t len)
{
	if (encoding != ENCODING_SHIFT_JIS || len < 2)
		return 1;
	bool leads =
		(bytes[0] >= 0x81 && bytes[0] <= 0x9F) || (bytes[0] >= 0xE0 && bytes[0] <= 0xFC);
	bool trails = bytes[1] >= 0x40 && bytes[1] <= 0xFC && bytes[1] != 0x7F;
	return leads && trails ? 2 : 1;
}

/* ---- decoding ---- */

/* Appends UTF-8 of any quality as clean text; returns how many characters or bytes were replaced. */
static size_t add_clean(struct buffer *out, const uint8_t *p, size_t len)
{
	size_t replaced = 0;
	for (size_t i = 0; i < len;) {
		uint32_t code;
		size_t n = text_character(p + i, len - i, &code);
		if (n && (code == '\r' || text_is_clean(p + i, n))) {
			buffer_add(out, p + i, n);
		} else {
			buffer_puts(out, replacement);
			replaced++;
		}
		i += n ? n : 1;
	}
	return replaced;
}

/*
 * Decodes what a piece of input gives up to the first byte that cannot be; returns the bytes used. What is in the way then is told by
 * errno, 0 if nothing is.
 */
static size_t decode_piece(
	iconv_t library, const uint8_t *bytes, size_t len, struct buffer *out, size_t *replaced)
{
	char in[512], text[4096];
	char *from = in, *to = text;
	size_t size = len < sizeof(in) ? len : sizeof(in), left = size, room = sizeof(text);
	memcpy(in, bytes, size);
	errno = 0;
	if (iconv(library, &from, &left, &to, &room) != (size_t)-1)
		errno = 0;
	int in_the_way = errno;
	*replaced += add_clean(out, (const uint8_t *)text, sizeof(text) - room);
	errno = in_the_way;
	return size - left;
}

/* A piece may end within a character; then the next one begins there. */
static size_t decode_by_library(
	iconv_t library, size_t unit, const uint8_t *bytes, size_t len, struct buffer *out)
{
	size_t replaced = 0;
	for (size_t at = 0; at < len;) {
		size_t used = decode_piece(library, bytes + at, len - at, out, &replaced);
		at += used;
		if (errno == EILSEQ || (errno && !used)) {
			buffer_puts(out, replacement);
			replaced++;
			at += unit < len - at ? unit : len - at;
		}
	}
	return replaced;
}

static size_t decode_ascii(const uint8_t *bytes, size_t len, struct buffer *out)
{
	size_t replaced = 0;
	for (size_t i = 0; i < len; i++) {
		static const uint8_t none = 0x80;
		replaced += add_clean(out, bytes[i] < 0x80 ? bytes + i : &none, 1);
	}
	return replaced;
}

size_t text_encoding_decode(
	enum text_encoding encoding, const uint8_t *bytes, size_t len, struct buffer *out)
{
	if (!encodings[encoding].library)
		return add_clean(out, bytes, len);
	iconv_t library = iconv_open("UTF-8", encodings[encoding].library);
	if (library == (iconv_t)-1)
		return decode_ascii(bytes, len, out);
	size_t replaced = decode_by_library(library, encodings[encoding].unit, bytes, len, out);
	iconv_close(library);
	return replaced;
}

/* ---- guessing: letters and words ---- */

enum letter {
	LETTER_NONE,
	LETTER_ASCII,
	LETTER_ACCENTED,
	LETTER_CYRILLIC,
	LETTER_KANA,
	LETTER_HALF_KANA, /* half-width katakana: one byte each in Shift_JIS */
	LETTER_KANJI,
	LETTER_KINDS
};

static const struct {
	uint32_t low, high;
	enum letter letter;
} letters[] = {
	{'A', 'Z', LETTER_ASCII},
	{'a', 'z', LETTER_ASCII},
	{0x00C0, 0x00D6, LETTER_ACCENTED},
	{0x00D8, 0x00F6, LETTER_ACCENTED},
	{0x00F8, 0x017F, LETTER_ACCENTED},
	{0x0400, 0x0491, LETTER_CYRILLIC},
	{0x3041, 0x30FF, LETTER_KANA},
	{0x3005, 0x3007, LETTER_KANJI},
	{0x4E00, 0x9FFF, LETTER_KANJI},
	{0xF900, 0xFAFF, LETTER_KANJI},
	{0xFF66, 0xFF9F, LETTER_HALF_KANA},
};

/* Characters beyond ASCII that are no letters: what one of them says for its encoding. All others count -1. */
static const struct {
	uint32_t low, high;
	int score;
} signs[] = {
	{0x00A1, 0x00A1, 1}, /* inverted exclamation mark */
	{0x00A9, 0x00A9, 0}, /* copyright */
	{0x00AB, 0x00AB, 1}, /* guillemets */
	{0x00AE, 0x00AE, 0}, /* registered */
	{0x00B0, 0x00B0, 1}, /* degree, No. */
	{0x00BA, 0x00BB, 1}, {0x00BF, 0x00BF, 1}, {0x2013, 0x2014, 1}, /* dashes */
	{0x2018, 0x2019, 1}, /* quotation marks */
	{0x201C, 0x201E, 1}, {0x2026, 0x2026, 1}, /* ellipsis */
	{0x2116, 0x2116, 1}, /* numero */
	{0x3000, 0x303F, 1}, /* Japanese punctuation */
	{0xE000, 0xF8FF, -5}, /* private use: what Shift_JIS makes of Cyrillic and accents */
	{0xFF01, 0xFF65, 1}, /* full-width forms */
	{0xFFFD, 0xFFFD, -10}, /* no text in this encoding */
};

/* What a run of letters is made of. */
struct word {
	int letters;
	int of[LETTER_KINDS];
	int rare; /* Cyrillic of Serbian and Macedonian alone */
	bool case_mixed; /* a capital behind a small letter */
	bool last_small;
};

static enum letter letter_of(uint32_t code)
{
	for (size_t i = 0; i < COUNT_OF(letters); i++)
		if (code >= letters[i].low && code <= letters[i].high)
			return letters[i].letter;
	return LETTER_NONE;
}

static int sign_score(uint32_t code)
{
	if (code < 0x80)
		return 0;
	for (size_t i = 0; i < COUNT_OF(signs); i++)
		if (code >= signs[i].low && code <= signs[i].high)
			return signs[i].score;
	return -1;
}

static bool is_small_cyrillic(uint32_t code)
{
	return (code >= 0x0430 && code <= 0x045F) || code == 0x0491;
}

/* Letters of Serbian and Macedonian that neither Russian nor its other neighbours use. */
static bool is_rare_cyrillic(uint32_t code)
{
	static const uint32_t rare[] = {0x0402, 0x0403, 0x0405, 0x0408, 0x0409, 0x040A, 0x040B,
		0x040C, 0x040F, 0x0452, 0x0453, 0x0455, 0x0458, 0x0459, 0x045A, 0x045B, 0x045C,
		0x045F};
	for (size_t i = 0; i < COUNT_OF(rare); i++)
		if (code == rare[i])
			return true;
	return false;
}

static void word_add(struct word *word, enum letter letter, uint32_t code)
{
	bool small = letter == LETTER_CYRILLIC && is_small_cyrillic(code);
	word->letters++;
	word->of[letter]++;
	word->rare += letter == LETTER_CYRILLIC && is_rare_cyrillic(code);
	word->case_mixed = word->case_mixed || (word->last_small && !small);
	word->last_small = small;
}

/* At most every other letter of a Latin word has an accent ("été"). A letter by itself says little: "è" has the byte of "и". */
static int latin_score(const struct word *word)
{
	int accented = word->of[LETTER_ACCENTED];
	if (word->letters == 1)
		return accented;
	return 2 * accented <= word->letters + 1 ? 2 * accented : -2 * accented;
}

static int cyrillic_score(const struct word *word)
{
	int cyrillic = word->of[LETTER_CYRILLIC];
	if (cyrillic < word->letters)
		return -3 * cyrillic;
	if (word->letters == 1)
		return cyrillic;
	return (word->case_mixed ? -1 : 2) * cyrillic - 4 * word->rare;
}

/* An accented letter and the one behind it make a kanji, which then stands among ASCII letters. */
static int japanese_score(const struct word *word)
{
	int half = word->of[LETTER_HALF_KANA];
	return 3 * word->of[LETTER_KANA] +
	       (word->of[LETTER_ASCII] ? -2 : 2) * word->of[LETTER_KANJI] +
	       (half > 1 && half == word->letters ? half : -2 * half);
}

static const struct {
	enum text_encoding encoding;
	int (*score)(const struct word *word);
} candidates[] = {
	{ENCODING_WINDOWS_1252, latin_score},
	{ENCODING_WINDOWS_1251, cyrillic_score},
	{ENCODING_SHIFT_JIS, japanese_score},
};

/* How much the text, clean UTF-8, looks like words. */
static int64_t score_text(const struct buffer *text, int (*score)(const struct word *word))
{
	const uint8_t *p = (const uint8_t *)buffer_text(text);
	struct word word = {0};
	int64_t sum = 0;
	for (size_t i = 0; i < text->len;) {
		uint32_t code = 0;
		size_t n = text_character(p + i, text->len - i, &code);
		enum letter letter = letter_of(code);
		if (letter) {
			word_add(&word, letter, code);
		} else {
			sum += score(&word) + sign_score(code);
			word = (struct word){0};
		}
		i += n ? n : 1;
	}
	return sum + score(&word);
}

static enum text_encoding likeliest(const uint8_t *bytes, size_t len)
{
	struct buffer text = {0};
	enum text_encoding best = candidates[0].encoding;
	int64_t best_score = INT64_MIN;
	for (size_t i = 0; i < COUNT_OF(candidates); i++) {
		buffer_clear(&text);
		text_encoding_decode(candidates[i].encoding, bytes, len, &text);
		int64_t score = score_text(&text, candidates[i].score);
		if (score > best_score) {
			best_score = score;
			best = candidates[i].encoding;
		}
	}
	buffer_release(&text);
	return best;
}

/* ---- guessing: bytes ---- */

static const struct {
	uint8_t bytes[3];
	size_t len;
	enum text_encoding encoding;
} marks[] = {
	{{0xEF, 0xBB, 0xBF}, 3, ENCODING_UTF8},
	{{0xFF, 0xFE}, 2, ENCODING_UTF16LE},
	{{0xFE, 0xFF}, 2, ENCODING_UTF16BE},
};

/* Whether it is UTF-16 without a mark: much of it ASCII, whose other byte is zero, and always the same one of the two. */
static bool is_unmarked_utf16(const uint8_t *bytes, size_t len, enum text_encoding *encoding)
{
	size_t zeros[2] = {0, 0}, looked_at = len < 4096 ? len : 4096;
	for (size_t i = 0; i < looked_at; i++)
		zeros[i & 1] += bytes[i] == 0;
	*encoding = zeros[1] ? ENCODING_UTF16LE : ENCODING_UTF16BE;
	return (!zeros[0] || !zeros[1]) && (zeros[0] + zeros[1]) * 8 > looked_at;
}

static bool is_ascii(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] >= 0x80)
			return false;
	return true;
}

static bool is_utf8(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len;) {
		uint32_t code;
		size_t n = text_character(bytes + i, len - i, &code);
		if (!n)
			return false;
		i += n;
	}
	return true;
}

struct encoding_guess text_encoding_guess(const uint8_t *bytes, size_t len)
{
	struct encoding_guess guess = {.encoding = ENCODING_ASCII};
	for (size_t i = 0; i < COUNT_OF(marks); i++)
		if (len >= marks[i].len && !memcmp(bytes, marks[i].bytes, marks[i].len))
			return (struct encoding_guess){marks[i].encoding, false, marks[i].len};
	guess.guessed = is_unmarked_utf16(bytes, len, &guess.encoding);
	if (guess.guessed)
		return guess;
	guess.encoding = is_ascii(bytes, len) ? ENCODING_ASCII : ENCODING_UTF8;
	guess.guessed = !is_utf8(bytes, len);
	if (guess.guessed)
		guess.encoding = likeliest(bytes, len);
	return guess;
}

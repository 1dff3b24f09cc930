/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_names.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define DIGITS "0123456789"
#define HEX_DIGITS DIGITS "abcdefABCDEF"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define MAX_VERSION_DIGITS 18u /* what a uint64_t surely holds */

static const struct {
	enum ocfl_spec spec;
	const char *type, *declaration;
} specs[] = {
	{OCFL_SPEC_1_0, "https://ocfl.io/1.0/spec/#inventory", "0=ocfl_object_1.0"},
	{OCFL_SPEC_1_1, "https://ocfl.io/1.1/spec/#inventory", "0=ocfl_object_1.1"},
};

enum ocfl_spec ocfl_spec_of_type(const char *type)
{
	for (size_t i = 0; i < LENGTH(specs); i++)
		if (!strcmp(type, specs[i].type))
			return specs[i].spec;
	return OCFL_SPEC_UNKNOWN;
}

enum ocfl_spec ocfl_spec_of_declaration(const char *file_name)
{
	for (size_t i = 0; i < LENGTH(specs); i++)
		if (!strcmp(file_name, specs[i].declaration))
			return specs[i].spec;
	return OCFL_SPEC_UNKNOWN;
}

bool ocfl_version_parse(const char *name, struct ocfl_version_name *version)
{
	if (name[0] != 'v')
		return false;
	const char *digits = name + 1;
	size_t len = strspn(digits, DIGITS);
	if (!len || digits[len] || len > MAX_VERSION_DIGITS)
		return false;
	*version = (struct ocfl_version_name){.digits = len, .padded = digits[0] == '0'};
	for (size_t i = 0; i < len; i++)
		version->number = 10 * version->number + (uint64_t)(digits[i] - '0');
	return version->number > 0;
}

/* The rank of a byte in the order of paths: the end, the slash, then the rest. */
static int path_rank(char c)
{
	if (!c)
		return 0;
	return c == '/' ? 1 : (unsigned char)c + 1;
}

int ocfl_path_compare(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return path_rank(*a) - path_rank(*b);
}

bool ocfl_path_is_below(const char *path, const char *directory)
{
	size_t len = strlen(directory);
	return !strncmp(path, directory, len) && path[len] == '/';
}

unsigned ocfl_path_faults(const char *path)
{
	size_t len = strlen(path);
	unsigned faults = 0;
	if (!len)
		return OCFL_PATH_ELEMENT;
	if (path[0] == '/' || path[len - 1] == '/')
		faults |= OCFL_PATH_SLASH;
	for (const char *part = path;; part++) {
		size_t part_len = strcspn(part, "/");
		bool at_an_end = part == path || !part[part_len];
		if ((part_len == 0 && !at_an_end) || (part_len == 1 && part[0] == '.') ||
			(part_len == 2 && !memcmp(part, "..", 2)))
			faults |= OCFL_PATH_ELEMENT;
		part += part_len;
		if (!*part)
			return faults;
	}
}

const struct ocfl_algorithm *ocfl_algorithm_find(const char *name)
{
	static const struct ocfl_algorithm algorithms[] = {
		{"md5", 32, "E057"},
		{"sha1", 40, "E029"},
		{"sha256", 64, "E030"},
		{"sha512", 128, "E031"},
		{"blake2b-512", 128, "E032"},
		{"blake2b-160", 40, "E057"},
		{"blake2b-256", 64, "E057"},
		{"blake2b-384", 96, "E057"},
		{"sha512/256", 64, "E057"},
		{"size", 0, "E057"},
	};
	for (size_t i = 0; i < LENGTH(algorithms); i++)
		if (!strcmp(name, algorithms[i].name))
			return &algorithms[i];
	return NULL;
}

bool ocfl_is_hex(const char *text)
{
	size_t len = strspn(text, HEX_DIGITS);
	return len && !text[len];
}

/* Reads as many digits as the pattern has at *text and moves past them; -1 if they are not there. */
static int take_digits(const char **text, size_t count)
{
	int value = 0;
	for (size_t i = 0; i < count; i++) {
		char c = (*text)[i];
		if (c < '0' || c > '9')
			return -1;
		value = 10 * value + (c - '0');
	}
	*text += count;
	return value;
}

static bool take_byte(const char **text, const char *choice)
{
	if (!**text || !strchr(choice, **text))
		return false;
	(*text)++;
	return true;
}

static bool take_date(const char **text)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year = take_digits(text, 4);
	if (year < 0 || !take_byte(text, "-"))
		return false;
	int month = take_digits(text, 2);
	if (month < 1 || month > 12 || !take_byte(text, "-"))
		return false;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	int day = take_digits(text, 2);
	return day >= 1 && day <= days[month - 1] + (month == 2 && leap);
}

static bool take_time(const char **text)
{
	int hour = take_digits(text, 2);
	if (hour < 0 || hour > 23 || !take_byte(text, ":"))
		return false;
	int minute = take_digits(text, 2);
	if (minute < 0 || minute > 59 || !take_byte(text, ":"))
		return false;
	int second = take_digits(text, 2);
	if (second < 0 || second > 60)
		return false;
	if (!take_byte(text, "."))
		return true;
	size_t fraction = strspn(*text, DIGITS);
	*text += fraction;
	return fraction > 0;
}

static bool take_offset(const char **text)
{
	if (take_byte(text, "Zz"))
		return true;
	if (!take_byte(text, "+-"))
		return false;
	int hour = take_digits(text, 2);
	if (hour < 0 || hour > 23 || !take_byte(text, ":"))
		return false;
	int minute = take_digits(text, 2);
	return minute >= 0 && minute <= 59;
}

bool ocfl_is_datetime(const char *text)
{
	return take_date(&text) && take_byte(&text, "Tt") && take_time(&text) &&
	       take_offset(&text) && !*text;
}

bool ocfl_is_uri(const char *text)
{
	size_t scheme = strspn(text, LETTERS DIGITS "+-.");
	if (!scheme || !strchr(LETTERS, text[0]) || text[scheme] != ':' || !text[scheme + 1])
		return false;
	for (const char *p = text + scheme + 1; *p; p++) {
		if (*p == '%' && (!p[1] || strspn(p + 1, HEX_DIGITS) < 2))
			return false;
		if (!strchr(LETTERS DIGITS "-._~:/?#[]@!$&'()*+,;=%", *p))
			return false;
	}
	return true;
}

bool ocfl_extension_is_registered(const char *name)
{
	static const char *const registered[] = {
		"initial",
		"0000-example-extension",
		"0001-digest-algorithms",
		"0002-flat-direct-storage-layout",
		"0003-hash-and-id-n-tuple-storage-layout",
		"0004-hashed-n-tuple-storage-layout",
		"0005-mutable-head",
		"0006-flat-omit-prefix-storage-layout",
		"0007-n-tuple-omit-prefix-storage-layout",
		"0008-schema-registry",
		"0009-digest-algorithms",
		"0010-differential-n-tuple-omit-prefix-storage-layout",
		"0011-direct-clean-path-layout",
		"0012-hash-and-no-prefix-id-n-tuple-storage-layout",
	};
	for (size_t i = 0; i < LENGTH(registered); i++)
		if (!strcmp(name, registered[i]))
			return true;
	return false;
}

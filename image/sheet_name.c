/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/sheet_name.h"

#include "base/bytes.h"
#include "base/path.h"
#include "base/text.h"
#include "image/text_encoding.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void sheet_name_warn(const struct sheet_lookup *lookup, const char *words, const char *name)
{
	struct buffer text = {0};
	if (!lookup->listener)
		return;
	buffer_printf(&text, "%s %s", lookup->wanted->name, words);
	if (name)
		text_encoding_decode(ENCODING_UTF8, (const uint8_t *)name, strlen(name), &text);
	lookup->listener(lookup->context, CUE_WARNING, lookup->wanted->line, buffer_text(&text));
	buffer_release(&text);
}

/* ---- names without case ---- */

/* Lower case of the alphabets that stand in old file names; other characters are what they are. */
static uint32_t lower_case(uint32_t code)
{
	static const struct {
		uint32_t first, last, distance;
	} upper[] = {
		{'A', 'Z', 32},
		{0xC0, 0xD6, 32}, /* Latin-1 */
		{0xD8, 0xDE, 32},
		{0x391, 0x3A9, 32}, /* Greek */
		{0x400, 0x40F, 80}, /* Cyrillic */
		{0x410, 0x42F, 32},
	};
	for (size_t i = 0; i < sizeof(upper) / sizeof(upper[0]); i++)
		if (code >= upper[i].first && code <= upper[i].last)
			return code + upper[i].distance;
	return code;
}

/* Takes a character off the text; a byte that is none is a number beyond Unicode. */
static uint32_t next_folded(const char **text)
{
	const uint8_t *bytes = (const uint8_t *)*text;
	uint32_t code;
	size_t len = text_character(bytes, strlen(*text), &code);
	if (!len) {
		len = 1;
		code = 0x110000u + bytes[0];
	}
	*text += len;
	return lower_case(code);
}

static bool same_without_case(const char *a, const char *b)
{
	while (*a && *b)
		if (next_folded(&a) != next_folded(&b))
			return false;
	return *a == *b;
}

struct match {
	const char *wanted;
	char *names[2]; /* the first two that match */
	size_t count;
};

static int visit_name(void *context, const char *name)
{
	struct match *match = context;
	if (!same_without_case(name, match->wanted))
		return 0;
	if (match->count < 2) {
		match->names[match->count] = strdup(name);
		if (!match->names[match->count])
			return ERR_MEMORY;
	}
	match->count++;
	return 0;
}

/* *found stays NULL if there is none. */
static int find_without_case(
	const struct sheet_lookup *lookup, const char *name, char **found, struct error *err)
{
	struct match match = {.wanted = name};
	int status = path_each(lookup->folder, visit_name, &match, err);
	if (!status && match.count > 1)
		status = error_set(err, ERR_INVALID,
			"line %u: %s could be %s or %s; rename the one that is not meant, or "
			"correct the sheet",
			lookup->wanted->line, lookup->wanted->name, match.names[0], match.names[1]);
	if (!status && match.count == 1) {
		sheet_name_warn(lookup,
			"differs in upper and lower case from the file taken: ", match.names[0]);
		*found = match.names[0];
		match.names[0] = NULL;
	}
	free(match.names[0]);
	free(match.names[1]);
	return status;
}

/* ---- names and paths ---- */

static bool is_there(const struct sheet_lookup *lookup, const char *name)
{
	struct stat st;
	return *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && !strchr(name, '/') &&
	       !fstatat(lookup->folder_fd, name, &st, AT_SYMLINK_NOFOLLOW);
}

/* What follows the last slash, backslash or drive letter. */
static const char *last_part(const char *name, enum text_encoding encoding)
{
	const char *part = name, *end = name + strlen(name);
	if (part[0] && part[1] == ':')
		part += 2;
	for (const char *p = part; p < end;) {
		bool is_separator = *p == '/' || *p == '\\';
		p += text_encoding_width(encoding, (const uint8_t *)p, (size_t)(end - p));
		if (is_separator)
			part = p;
	}
	return part;
}

static bool leads_upward(const char *name)
{
	for (const char *part = name;; part++) {
		size_t len = strcspn(part, "/\\");
		if (len == 2 && !memcmp(part, "..", 2))
			return true;
		part += len;
		if (!*part)
			return false;
	}
}

/* Finds a name, or *found NULL: as it is in UTF-8, as it is in the sheet, or in another case. */
static int find_name(const struct sheet_lookup *lookup, const char *name, const char *bytes,
	char **found, struct error *err)
{
	const char *exact = is_there(lookup, name) ? name : is_there(lookup, bytes) ? bytes : NULL;
	if (!exact)
		return *name ? find_without_case(lookup, name, found, err) : 0;
	*found = strdup(exact);
	return *found ? 0 : error_set(err, ERR_MEMORY, "out of memory");
}

static int refuse_outside(const struct cue_file *file, struct error *err)
{
	return error_set(err, ERR_INVALID,
		"line %u: %s lies outside the folder of the sheet, and nothing is read there; put "
		"the file beside the sheet and name it without a path",
		file->line, file->name);
}

int sheet_name_check(const struct cue_file *file, struct error *err)
{
	if (!file->name)
		return error_set(err, ERR_INVALID, "the sheet names no FILE");
	const char *part = last_part(file->name, ENCODING_UTF8);
	if (part != file->name && leads_upward(file->name))
		return refuse_outside(file, err);
	if (!*part || !strcmp(part, ".") || !strcmp(part, ".."))
		return error_set(err, ERR_INVALID, "line %u: no file can have the name %s",
			file->line, file->name);
	return 0;
}

int sheet_name_find(const struct sheet_lookup *lookup, char **found, struct error *err)
{
	const char *name = lookup->wanted->name, *bytes = lookup->wanted->bytes;
	*found = NULL;
	if (!name)
		return sheet_name_check(lookup->wanted, err);
	const char *part = last_part(name, ENCODING_UTF8);
	/* A backslash or colon may be part of a name here. */
	bool is_path = part != name && !is_there(lookup, name) && !is_there(lookup, bytes);
	if (is_path && leads_upward(name))
		return refuse_outside(lookup->wanted, err);
	if (is_path) {
		name = part;
		bytes = last_part(bytes, lookup->cue->encoding);
	}
	int status = find_name(lookup, name, bytes, found, err);
	if (!status && !*found)
		return error_set(err, ERR_NOT_FOUND,
			"line %u: %s is not in the folder %s; put it beside the sheet, or correct "
			"the sheet",
			lookup->wanted->line, lookup->wanted->name, lookup->folder);
	if (!status && is_path)
		sheet_name_warn(lookup, "is a path; taken from the folder of the sheet: ", *found);
	return status;
}

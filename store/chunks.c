/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/chunks.h"

#include "base/path.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DIGEST_BYTES 32u
#define DIGEST_LINE (2 * DIGEST_BYTES + 1)

static const char format_line[] = "theca-chunks 1 sha256";

/* What is left to parse. */
struct cursor {
	const char *at;
	const char *end;
	unsigned line; /* of the last one taken, from 1 */
};

void chunk_list_format(const struct chunk_list *list, struct buffer *out)
{
	char hex[DIGEST_LINE];

	buffer_printf(out, "%s\nsize %" PRIu32 " sector %" PRIu32 "\nfile %" PRIu64 " %s\n",
		format_line, list->chunk_size, list->sector_size, list->file_size, list->file_name);
	for (size_t i = 0; i < list->count; i++) {
		bytes_to_hex(list->digests[i], DIGEST_BYTES, hex);
		buffer_printf(out, "%s\n", hex);
	}
}

static int broken(const struct cursor *cursor, const char *what, struct error *err)
{
	return error_set(err, ERR_INVALID, "chunk list, line %u: %s", cursor->line, what);
}

/* The next line without its newline; false if there is no whole line left. */
static bool take_line(struct cursor *cursor, const char **line, size_t *len)
{
	const char *newline = memchr(cursor->at, '\n', (size_t)(cursor->end - cursor->at));

	cursor->line++;
	if (!newline)
		return false;
	*line = cursor->at;
	*len = (size_t)(newline - cursor->at);
	cursor->at = newline + 1;
	return true;
}

static bool take_word(const char **at, const char *end, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(end - *at) < len || memcmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

/* A decimal number as printf writes it, of at most limit. */
static bool take_number(const char **at, const char *end, uint64_t limit, uint64_t *number)
{
	const char *start = *at;
	uint64_t value = 0;

	while (*at < end && **at >= '0' && **at <= '9') {
		unsigned digit = (unsigned)(**at - '0');
		if (value > (limit - digit) / 10)
			return false;
		value = value * 10 + digit;
		(*at)++;
	}
	*number = value;
	return *at > start && (*start != '0' || *at == start + 1);
}

static int parse_sizes(struct chunk_list *list, struct cursor *cursor, struct error *err)
{
	const char *at;
	size_t len;
	uint64_t chunk, sector;

	if (!take_line(cursor, &at, &len))
		return broken(cursor, "the sizes are missing", err);
	const char *end = at + len;
	if (!take_word(&at, end, "size ") || !take_number(&at, end, UINT32_MAX, &chunk) ||
		!take_word(&at, end, " sector ") || !take_number(&at, end, UINT32_MAX, &sector) ||
		at != end)
		return broken(cursor, "expected \"size BYTES sector BYTES\"", err);
	if (sector == 0 || chunk == 0 || chunk % sector != 0)
		return broken(cursor, "a chunk must be a whole number of sectors", err);
	list->chunk_size = (uint32_t)chunk;
	list->sector_size = (uint32_t)sector;
	return 0;
}

static int parse_file(struct chunk_list *list, struct cursor *cursor, struct error *err)
{
	const char *at;
	size_t len;

	if (!take_line(cursor, &at, &len))
		return broken(cursor, "the file's size and name are missing", err);
	const char *end = at + len;
	if (!take_word(&at, end, "file ") || !take_number(&at, end, UINT64_MAX, &list->file_size) ||
		!take_word(&at, end, " "))
		return broken(cursor, "expected \"file BYTES NAME\"", err);
	size_t name_len = (size_t)(end - at);
	if (!text_is_clean(at, name_len))
		return broken(
			cursor, "the file's name holds bytes that no name in an object has", err);
	list->file_name = strndup(at, name_len);
	if (!list->file_name)
		return error_set(err, ERR_MEMORY, "out of memory while reading a chunk list");
	if (!path_is_contained(list->file_name))
		return broken(cursor, "the file's name does not stay inside the object", err);
	return 0;
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'F';
}

static int parse_digest(uint8_t digest[DIGEST_BYTES], struct cursor *cursor, struct error *err)
{
	const char *line;
	size_t len;
	char hex[DIGEST_LINE] = "";

	if (!take_line(cursor, &line, &len))
		return broken(cursor, "a digest is missing", err);
	if (len == sizeof(hex) - 1)
		memcpy(hex, line, len);
	for (size_t i = 0; i < sizeof(hex) - 1; i++)
		if (is_upper(hex[i]))
			return broken(cursor, "digests are written in lower case", err);
	if (!bytes_from_hex(hex, digest, DIGEST_BYTES))
		return broken(cursor, "expected the 64 hexadecimal digits of a SHA-256", err);
	return 0;
}

/* The bytes that are there bound the allocation, whatever the sizes claim. */
static int parse_digests(struct chunk_list *list, struct cursor *cursor, struct error *err)
{
	uint64_t count =
		list->file_size / list->chunk_size + (list->file_size % list->chunk_size != 0);
	uint64_t left = (uint64_t)(cursor->end - cursor->at);

	if (left % DIGEST_LINE != 0 || left / DIGEST_LINE != count)
		return error_set(err, ERR_INVALID,
			"chunk list: %" PRIu64 " digests of %u bytes a line should follow line %u, "
			"but there are %" PRIu64 " bytes",
			count, DIGEST_LINE, cursor->line, left);
	list->digests = malloc((size_t)(count ? count : 1) * sizeof(*list->digests));
	if (!list->digests)
		return error_set(err, ERR_MEMORY, "out of memory while reading a chunk list");
	for (list->count = 0; list->count < count; list->count++) {
		int rc = parse_digest(list->digests[list->count], cursor, err);
		if (rc)
			return rc;
	}
	return 0;
}

int chunk_list_parse(struct chunk_list *list, const uint8_t *bytes, size_t len, struct error *err)
{
	memset(list, 0, sizeof(*list));
	if (len == 0)
		return error_set(err, ERR_INVALID, "chunk list: the file is empty");
	struct cursor cursor = {.at = (const char *)bytes, .end = (const char *)bytes + len};
	const char *line;
	size_t line_len;
	int rc;

	if (!take_line(&cursor, &line, &line_len) || line_len != sizeof(format_line) - 1 ||
		memcmp(line, format_line, line_len) != 0)
		return broken(&cursor, "expected \"theca-chunks 1 sha256\"", err);
	rc = parse_sizes(list, &cursor, err);
	if (!rc)
		rc = parse_file(list, &cursor, err);
	if (!rc)
		rc = parse_digests(list, &cursor, err);
	if (rc)
		chunk_list_release(list);
	return rc;
}

void chunk_list_release(struct chunk_list *list)
{
	free(list->file_name);
	free(list->digests);
	memset(list, 0, sizeof(*list));
}

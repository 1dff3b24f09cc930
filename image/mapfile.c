/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The damage map as GNU ddrescue's mapfile; image/damage_map.h shows the format. */
#include "image/damage_map.h"

#include <inttypes.h>
#include <string.h>

/* ---- writing ---- */

static const enum map_status statuses[] = {
	MAP_NON_TRIED, MAP_NON_TRIMMED, MAP_NON_SCRAPED, MAP_BAD, MAP_FINISHED};
#define STATUS_COUNT (sizeof(statuses) / sizeof(statuses[0]))

static uint64_t byte_position(uint32_t sector, uint32_t sector_size)
{
	return (uint64_t)sector * sector_size;
}

/*
 * Where ddrescue would go on: in the first phase that has work left, at its first block; "finished"
 * if there is none.
 */
static void format_current(const struct damage_map *map, uint32_t sector_size, struct buffer *out)
{
	struct extent extent = {0, 0};
	enum map_status phase = MAP_FINISHED;
	for (size_t i = 0; statuses[i] != MAP_BAD && phase == MAP_FINISHED; i++)
		if (damage_map_next(map, statuses[i], 0, &extent))
			phase = statuses[i];
	buffer_puts(out, "# current_pos  current_status  current_pass\n");
	buffer_printf(out, "0x%08" PRIX64 "     %c               1\n",
		byte_position(extent.lba, sector_size), (char)phase);
}

static void format_comment(const char *comment, struct buffer *out)
{
	buffer_puts(out, "# ");
	for (const char *c = comment; *c; c++)
		buffer_putc(out, *c == '\n' || *c == '\r' ? ' ' : *c);
	buffer_putc(out, '\n');
}

void damage_map_format(
	const struct damage_map *map, uint32_t sector_size, const char *comment, struct buffer *out)
{
	if (comment)
		format_comment(comment, out);
	format_current(map, sector_size, out);
	buffer_puts(out, "#      pos        size  status\n");
	for (uint32_t lba = 0; lba < damage_map_sectors(map);) {
		enum map_status status = damage_map_get(map, lba);
		struct extent extent;
		if (!damage_map_next(map, status, lba, &extent))
			break;
		buffer_printf(out, "0x%08" PRIX64 "  0x%08" PRIX64 "  %c\n",
			byte_position(lba, sector_size), byte_position(extent.count, sector_size),
			(char)status);
		lba = extent_end(extent);
	}
}

/* ---- reading ---- */

struct line {
	const char *at, *end;
	size_t number; /* from 1 */
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static void skip_space(struct line *line)
{
	while (line->at < line->end && is_space(*line->at))
		line->at++;
}

/*
 * Steps to the next line that is neither blank nor a comment; *rest is what has not been looked at
 * yet.
 */
static bool next_line(struct line *line, const char **rest, const char *end)
{
	while (*rest < end) {
		const char *newline = memchr(*rest, '\n', (size_t)(end - *rest));
		line->at = *rest;
		line->end = newline ? newline : end;
		line->number++;
		*rest = newline ? newline + 1 : end;
		skip_space(line);
		if (line->at < line->end && *line->at != '#')
			return true;
	}
	return false;
}

static unsigned digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A' + 10);
	return UINT32_MAX;
}

/*
 * A number as C writes them: decimal, 0x hexadecimal or 0 octal; followed by white space or the
 * line's end.
 */
static bool take_number(struct line *line, uint64_t *value)
{
	unsigned base = 10;
	skip_space(line);
	if (line->at < line->end && *line->at == '0') {
		bool hex = line->end - line->at > 1 && (line->at[1] == 'x' || line->at[1] == 'X');
		base = hex ? 16 : 8;
		line->at += hex ? 2 : 0;
	}
	const char *first = line->at;
	for (*value = 0; line->at < line->end && !is_space(*line->at); line->at++) {
		unsigned digit = digit_value(*line->at);
		if (digit >= base || *value > (UINT64_MAX - digit) / base)
			return false;
		*value = *value * base + digit;
	}
	return line->at > first;
}

/* One of the characters of `allowed`, alone. */
static bool take_status(struct line *line, const char *allowed, char *status)
{
	skip_space(line);
	if (line->at == line->end || *line->at == '\0' || !strchr(allowed, *line->at))
		return false;
	*status = *line->at++;
	return line->at == line->end || is_space(*line->at);
}

static bool at_end(struct line *line)
{
	skip_space(line);
	return line->at == line->end || *line->at == '#';
}

static int refuse(const struct line *line, const char *why, struct error *err)
{
	return error_set(err, ERR_INVALID, "line %zu of the mapfile: %s", line->number, why);
}

/* `position status [pass]`: where ddrescue was; older versions write no pass. */
static int read_current(struct line *line, struct error *err)
{
	uint64_t position, pass;
	char status;
	if (!take_number(line, &position) || !take_status(line, "?*/-FG+", &status))
		return refuse(line, "expected the current position and status", err);
	if (!at_end(line) && (!take_number(line, &pass) || !at_end(line)))
		return refuse(line, "expected at most a pass number after the status", err);
	return ERR_NONE;
}

/* `position size status`, which has to begin where the block before ended. */
static int read_block(struct line *line, uint32_t sector_size, uint32_t expected,
	struct extent *extent, enum map_status *status, struct error *err)
{
	uint64_t position, size;
	char mark;
	if (!take_number(line, &position) || !take_number(line, &size) ||
		!take_status(line, "?*/-+", &mark) || !at_end(line))
		return refuse(line, "expected a position, a size and one of ? * / - +", err);
	if (position % sector_size || size % sector_size || size == 0)
		return refuse(line,
			sector_size == 2048 ? "the block is no whole number of 2048-byte sectors; "
					      "this is not the map "
					      "of an ISO image"
					    : "the block is no whole number of the image's "
					      "sectors; this is not its map",
			err);
	if (position != byte_position(expected, sector_size))
		return refuse(line, "the block does not begin where the one before it ends", err);
	if (size / sector_size > UINT32_MAX - expected)
		return refuse(line, "the map is larger than any disc", err);
	*extent = (struct extent){expected, (uint32_t)(size / sector_size)};
	*status = (enum map_status)mark;
	return ERR_NONE;
}

/*
 * Reads every line; map NULL only checks them. *sectors receives the number of sectors that they
 * cover.
 */
static int read_lines(struct damage_map *map, uint32_t sector_size, const char *bytes, size_t len,
	uint32_t *sectors, struct error *err)
{
	const char *rest = bytes, *end = bytes + len;
	struct line line = {.number = 0};
	*sectors = 0;
	if (!next_line(&line, &rest, end))
		return error_set(err, ERR_INVALID, "the mapfile is empty");
	int rc = read_current(&line, err);
	while (!rc && next_line(&line, &rest, end)) {
		struct extent extent = {0, 0};
		enum map_status status = MAP_NON_TRIED;
		rc = read_block(&line, sector_size, *sectors, &extent, &status, err);
		if (!rc && map)
			rc = damage_map_set(map, extent, status, err);
		if (!rc)
			*sectors = extent_end(extent);
	}
	if (!rc && *sectors == 0)
		rc = error_set(err, ERR_INVALID, "the mapfile lists no blocks; it was cut short");
	return rc;
}

int damage_map_parse(struct damage_map **out, uint32_t sector_size, const uint8_t *bytes,
	size_t len, struct error *err)
{
	const char *text = (const char *)bytes;
	uint32_t sectors;
	struct damage_map *map = NULL;
	int rc = read_lines(NULL, sector_size, text, len, &sectors, err);
	if (!rc)
		rc = damage_map_new(&map, sectors, err);
	if (!rc)
		rc = read_lines(map, sector_size, text, len, &sectors, err);
	if (rc) {
		damage_map_free(map);
		return rc;
	}
	*out = map;
	return ERR_NONE;
}

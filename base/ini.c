/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ini.h"

#include <ini.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MAX_TEXT (64u << 10)
#define BYTE_ORDER_MARK "\357\273\277" /* some editors put it before UTF-8 */
#define MAX_SECTION_LENGTH 49u /* inih cuts longer names without a word */

/* One reading: inih asks it for lines and hands it settings; the first error ends both. */
struct reading {
	const char *text;
	size_t left;
	const char *name;
	int line; /* the last one handed to inih, counted from 1 */
	ini_visit *visit;
	void *context;
	int status;
	struct error *err;
};

static int refuse(struct reading *reading, const char *why)
{
	reading->status = error_set(
		reading->err, ERR_INVALID, "%s, line %d: %s", reading->name, reading->line, why);
	return reading->status;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

static int check_line(struct reading *reading, const char *line, size_t len, size_t limit)
{
	const char *close = len && line[0] == '[' ? memchr(line, ']', len) : NULL;
	if (close && (size_t)(close - line) - 1 > MAX_SECTION_LENGTH)
		return refuse(reading, "the section's name is too long");
	if (len > limit)
		return refuse(reading, "the line is too long; shorten the setting");
	return 0;
}

/*
 * Hands inih the next line, as fgets would. Blanks at its start are left out, for inih would take
 * the line for more of the setting above; so are comments, which may be of any length.
 */
static char *next_line(char *out, int size, void *context)
{
	struct reading *reading = context;
	if (!reading->left || reading->status)
		return NULL;
	const char *line = reading->text;
	const char *newline = memchr(line, '\n', reading->left);
	size_t len = newline ? (size_t)(newline - line) : reading->left;
	size_t used = len + (newline != NULL);
	reading->text += used;
	reading->left -= used;
	reading->line++;
	if (memchr(line, '\0', len)) {
		refuse(reading, "a NUL byte; this is not a settings file");
		return NULL;
	}
	while (len && is_space(*line)) {
		line++;
		len--;
	}
	if (len && (*line == '#' || *line == ';'))
		len = 0;
	if (check_line(reading, line, len, (size_t)size - 2))
		return NULL;
	memcpy(out, line, len);
	out[len] = '\n';
	out[len + 1] = '\0';
	return out;
}

static int on_setting(void *context, const char *section, const char *name, const char *value)
{
	struct reading *reading = context;
	if (reading->status)
		return 1;
	reading->status = reading->visit(reading->context, section, name, value, reading->err);
	if (reading->status)
		error_prefix(reading->err, "%s, line %d", reading->name, reading->line);
	return 1;
}

int ini_read(const char *text, size_t len, const char *name, ini_visit *visit, void *context,
	struct error *err)
{
	struct reading reading = {.text = text,
		.left = len,
		.name = name,
		.visit = visit,
		.context = context,
		.err = err};
	if (len > MAX_TEXT)
		return error_set(err, ERR_INVALID,
			"%s is larger than %u KiB; this is not a settings file", name,
			MAX_TEXT >> 10);
	if (len >= strlen(BYTE_ORDER_MARK) &&
		!memcmp(text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK))) {
		reading.text += strlen(BYTE_ORDER_MARK);
		reading.left -= strlen(BYTE_ORDER_MARK);
	}
	int line = ini_parse_stream(next_line, &reading, on_setting, &reading);
	if (line < 0)
		return error_set(err, ERR_MEMORY, "out of memory");
	if (line > 0 && (!reading.status || line < reading.line)) {
		reading.line = line;
		return refuse(&reading, "this is neither 'name = value' nor a [section]");
	}
	return reading.status;
}

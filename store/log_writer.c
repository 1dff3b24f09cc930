/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/log_writer.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Columns before a value: two of indentation, the label, two more. */
#define LABEL_WIDTH 14

void log_heading(struct buffer *out, const char *title)
{
	buffer_printf(out, "\n%s\n", title);
}

void log_label(struct buffer *out, const char *name)
{
	buffer_printf(out, "  %-*s", LABEL_WIDTH, name);
}

void log_foreign(struct buffer *out, const char *name, const void *bytes, size_t len)
{
	if (len == 0)
		return;
	log_label(out, name);
	text_terminal(out, bytes, len);
	buffer_putc(out, '\n');
}

void log_text(struct buffer *out, const char *name, const char *text)
{
	if (text)
		log_foreign(out, name, text, strlen(text));
}

void log_printf(struct buffer *out, const char *name, const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	log_text(out, name, text);
}

void log_time(struct buffer *out, const char *name, int64_t seconds)
{
	char text[CLOCK_TEXT_SIZE];

	clock_format(seconds, text);
	log_text(out, name, text);
}

double log_share(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0.0;
}

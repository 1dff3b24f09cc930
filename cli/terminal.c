/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/terminal.h"

#include "base/bytes.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool is_terminal(FILE *stream)
{
	const char *term = getenv("TERM");
	return isatty(fileno(stream)) && term && *term && strcmp(term, "dumb") != 0;
}

void print_coloured(FILE *stream, enum colour colour, const char *text)
{
	static const char *const codes[] = {"\033[32m", "\033[31m", "\033[33m", "\033[2m"};
	const char *no_color = getenv("NO_COLOR");
	if (is_terminal(stream) && !(no_color && *no_color))
		fprintf(stream, "%s%s\033[0m", codes[colour], text);
	else
		fputs(text, stream);
}

void print_foreign(FILE *stream, const char *bytes, size_t len, size_t width)
{
	struct buffer text = {0};
	size_t columns = 0;
	text_terminal(&text, bytes, len);
	const char *line = buffer_text(&text);
	fputs(line, stream);
	for (const char *p = line; *p; p++)
		columns += ((unsigned char)*p & 0xc0) != 0x80;
	for (; columns < width; columns++)
		fputc(' ', stream);
	buffer_release(&text);
}

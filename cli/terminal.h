/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Terminal: colours where they are wanted, foreign strings made harmless.
 */
#ifndef THECA_CLI_TERMINAL_H
#define THECA_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum colour { COLOUR_GOOD, COLOUR_BAD, COLOUR_WARN, COLOUR_DIM };

/* Whether the stream is a terminal that can redraw a line. */
bool is_terminal(FILE *stream);
/* Prints text in a colour if the stream is a terminal and NO_COLOR (no-color.org) is not set; text is printed as it is. */
void print_coloured(FILE *stream, enum colour colour, const char *text);
/* Prints foreign bytes as one harmless line (base/text.h), at least `width` columns wide as far as characters are single. */
void print_foreign(FILE *stream, const char *bytes, size_t len, size_t width);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Command line: the call as it goes on record, without secrets.
 */
#ifndef THECA_CLI_COMMAND_LINE_H
#define THECA_CLI_COMMAND_LINE_H

#include "base/bytes.h"

/* Appends an argument as a shell would read it back: in single quotes unless it is made of harmless characters only. */
void command_line_quote(struct buffer *line, const char *text);

/*
 * The arguments as one line that a shell would read back, the caller frees; NULL when out of memory. The values of options whose name speaks of a
 * password, secret, token or key, and the user part of URLs (user:password@), become "***".
 */
char *command_line_redacted(int argc, char *const *argv);

#endif

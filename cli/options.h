/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options: a subcommand's long options, read into a struct of its own.
 */
#ifndef THECA_CLI_OPTIONS_H
#define THECA_CLI_OPTIONS_H

#include "cli/cli.h"

#include <stdbool.h>

enum option_kind {
	OPTION_FLAG,   /* bool: set */
	OPTION_TEXT,   /* const char *: the argument, not empty */
	OPTION_NUMBER, /* unsigned: the argument, 0 to 1000 */
};

struct option_spec {
	const char *name; /* without the dashes */
	enum option_kind kind;
	void *target;
};

/*
 * Reads the options of cli->argv into the specs' targets (ended by a spec without name; --help and --json need none, *json is set) and leaves the operands in
 * cli->argv[0..argc). Gives -1 to go on, or the exit code to end with (after --help or a usage error). At least min and at most max
 * operands (-1: any number).
 */
int options_read(struct cli *cli, const struct option_spec *specs, bool *json, int min, int max);

#endif

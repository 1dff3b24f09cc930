/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CLI: what every subcommand gets and gives.
 */
#ifndef THECA_CLI_CLI_H
#define THECA_CLI_CLI_H

#include "base/error.h"
#include "base/json.h"
#include "store/archive.h"

#include <stdbool.h>

/* Exit codes, as README and the manual promise them. */
enum exit_code {
	EXIT_FINE = 0,
	EXIT_FAILED = 1,
	EXIT_BAD_USAGE = 2,
	EXIT_DAMAGE = 3,
	EXIT_OFFLINE = 4,
};

/* One call of theca. */
struct cli {
	const char *archive_option; /* -a DIR; NULL if not given */
	int argc;                   /* of the subcommand: argv[0] is its name */
	char **argv;
	char *command_line;         /* the whole call as one line, secrets redacted */
};

struct command {
	const char *name;
	const char *arguments; /* "[ID...]" */
	const char *summary;   /* one line */
	const char *help;      /* options and examples, lines ending in a newline */
	int (*run)(struct cli *cli);
};

/* All subcommands, ended by one without a name. */
extern const struct command commands[];
/* The command of that name, or NULL. */
const struct command *command_find(const char *name);
/* Prints a command's help to stdout. */
void command_print_help(const struct command *command);
/* Says what is wrong with the call and how to get help; gives EXIT_BAD_USAGE. */
int usage_error(const struct cli *cli, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints "theca: message" to stderr; gives the exit code that fits the error. */
int report_error(const struct error *err);
/* The same for an error of the catalogue: that is an index, whose damage is none of what is kept and so EXIT_FAILED. */
int report_index_error(const struct error *err);
/* Prints "theca: note: ..." to stderr. */
void report_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Opens the archive that -a, THECA_ARCHIVE or a theca.ini further up names; the caller closes. */
int open_archive(const struct cli *cli, struct archive **archive, struct error *err);
/* The same for a command that changes it: ERR_PERMISSION when this user may not, and leftovers of stopped commands are finished. */
int open_archive_for_writing(const struct cli *cli, struct archive **archive, struct error *err);

/* Prints a JSON document to stdout, ended by a newline, and frees it; an exit code. */
int print_json(struct jv *document);
/* Flushes stdout and turns a failed write (a full disk, a closed pipe) into EXIT_FAILED; else gives code. */
int finish_output(int code);

int cmd_init(struct cli *cli);
int cmd_rip(struct cli *cli);
int cmd_work(struct cli *cli);
int cmd_list(struct cli *cli);
int cmd_show(struct cli *cli);
int cmd_verify(struct cli *cli);
int cmd_check_cue(struct cli *cli);
int cmd_reindex(struct cli *cli);
int cmd_version(struct cli *cli);
int cmd_help(struct cli *cli);

#endif

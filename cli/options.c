/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define MOST_OPTIONS 16
#define NUMBER_LIMIT 1000ul

enum { OPTION_JSON = MOST_OPTIONS, OPTION_HELP };

static int read_number(const struct cli *cli, const struct option_spec *spec, const char *text)
{
	char *end;
	errno = 0;
	unsigned long number = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno || number > NUMBER_LIMIT)
		return usage_error(cli, "--%s takes a number from 0 to %lu, not \"%s\"", spec->name,
			NUMBER_LIMIT, text);
	*(unsigned *)spec->target = (unsigned)number;
	return -1;
}

static int read_option(const struct cli *cli, const struct option_spec *spec, const char *text)
{
	switch (spec->kind) {
	case OPTION_FLAG:
		*(bool *)spec->target = true;
		return -1;
	case OPTION_TEXT:
		if (!*text)
			return usage_error(cli, "--%s needs a text that is not empty", spec->name);
		*(const char **)spec->target = text;
		return -1;
	default:
		return read_number(cli, spec, text);
	}
}

/* The getopt table for the specs, --json and --help. */
static void fill_table(struct option *table, const struct option_spec *specs)
{
	int i = 0;
	for (; specs[i].name; i++)
		table[i] = (struct option){specs[i].name,
			specs[i].kind == OPTION_FLAG ? no_argument : required_argument, NULL, i};
	table[i++] = (struct option){"json", no_argument, NULL, OPTION_JSON};
	table[i++] = (struct option){"help", no_argument, NULL, OPTION_HELP};
	table[i] = (struct option){0};
}

/* The option at fault, for the message: a letter in optopt, or the word that getopt has just passed. */
static const char *option_at_fault(const struct cli *cli, char letter[3])
{
	if (optopt >= '!' && optopt <= '~') {
		letter[0] = '-';
		letter[1] = (char)optopt;
		letter[2] = '\0';
		return letter;
	}
	return optind > 0 && optind <= cli->argc ? cli->argv[optind - 1] : "";
}

int options_read(struct cli *cli, const struct option_spec *specs, bool *json, int min, int max)
{
	struct option table[MOST_OPTIONS + 3];
	char letter[3];
	int which;
	fill_table(table, specs);
	opterr = 0;
	optind = 0; /* glibc: a fresh start, reordering operands behind the options */
	while ((which = getopt_long(cli->argc, cli->argv, ":h", table, NULL)) != -1) {
		if (which == OPTION_HELP || which == 'h') {
			command_print_help(command_find(cli->argv[0]));
			return finish_output(EXIT_FINE);
		}
		if (which == ':')
			return usage_error(cli, "%s needs a value", option_at_fault(cli, letter));
		if (which == '?')
			return usage_error(cli, "%s is not an option of this command, or takes no value",
				option_at_fault(cli, letter));
		if (which == OPTION_JSON) {
			*json = true;
			continue;
		}
		int code = read_option(cli, &specs[which], optarg);
		if (code >= 0)
			return code;
	}
	int operands = cli->argc - optind;
	if (operands < min)
		return usage_error(cli, "something is missing after \"%s\"", cli->argv[0]);
	if (max >= 0 && operands > max)
		return usage_error(cli, "\"%s\" is one thing too many", cli->argv[optind + max]);
	cli->argv += optind;
	cli->argc = operands;
	return -1;
}

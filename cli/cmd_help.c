/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "cli/options.h"

#include <stdio.h>

void command_print_help(const struct command *command)
{
	printf("theca [-a DIR] %s%s%s\n\n%s", command->name, *command->arguments ? " " : "",
		command->arguments, command->help);
}

static int print_all_json(void)
{
	struct jv *result = jv_new_array();
	for (const struct command *command = commands; command->name; command++) {
		struct jv *row = jv_new_object();
		jv_set_text(row, "name", command->name);
		jv_set_text(row, "arguments", command->arguments);
		jv_set_text(row, "summary", command->summary);
		jv_set_text(row, "help", command->help);
		jv_append(result, row);
	}
	return print_json(result);
}

static int print_overview(void)
{
	puts("Theca reads dying discs into an archive, and keeps watch over what it has read.\n\n"
	     "theca [-a DIR|--archive DIR] COMMAND ...\n");
	for (const struct command *command = commands; command->name; command++)
		printf("  %-8s %s\n", command->name, command->summary);
	puts("\nThe archive is DIR, or $THECA_ARCHIVE, or the one that the working directory is in.\n"
	     "`theca help COMMAND` explains one; the manual is theca(1).\n"
	     "Exit codes: 0 fine, 1 failed, 2 usage, 3 damage found, 4 location offline.\n\n"
	     "Example:\n"
	     "  theca init /srv/discs && theca -a /srv/discs rip /dev/sr0");
	return finish_output(EXIT_FINE);
}

int cmd_help(struct cli *cli)
{
	const struct option_spec specs[] = {{0}};
	bool json = false;
	int code = options_read(cli, specs, &json, 0, 1);
	if (code >= 0)
		return code;
	if (json)
		return print_all_json();
	if (!cli->argc)
		return print_overview();
	const struct command *command = command_find(cli->argv[0]);
	if (!command)
		return usage_error(NULL, "there is no command \"%s\"", cli->argv[0]);
	command_print_help(command);
	return finish_output(EXIT_FINE);
}

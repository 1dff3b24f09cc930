/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/command_line.h"
#include "cli/signals.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads the options before the subcommand; gives -1 to go on or an exit code. */
static int read_global_options(struct cli *cli)
{
	while (cli->argc && cli->argv[0][0] == '-') {
		const char *option = cli->argv[0];
		bool is_long = !strncmp(option, "--archive=", 10);
		if (is_long) {
			cli->archive_option = option + 10;
		} else if (!strcmp(option, "-a") || !strcmp(option, "--archive")) {
			if (cli->argc < 2) {
				cli->argc = 0;
				return usage_error(cli, "%s needs a directory", option);
			}
			cli->archive_option = cli->argv[1];
			cli->argv++;
			cli->argc--;
		} else if (!strcmp(option, "--help") || !strcmp(option, "-h")) {
			cli->argv[0] = (char[]){"help"};
			cli->argc = 1;
			return cmd_help(cli);
		} else if (!strcmp(option, "--version")) {
			cli->argv[0] = (char[]){"version"};
			cli->argc = 1;
			return cmd_version(cli);
		} else {
			cli->argc = 0;
			return usage_error(cli, "%s is not an option of theca", option);
		}
		cli->argv++;
		cli->argc--;
	}
	if (cli->archive_option && !*cli->archive_option) {
		cli->argc = 0;
		return usage_error(cli, "the archive's directory must not be empty");
	}
	return -1;
}

static int run_command(struct cli *cli)
{
	const struct command *command = cli->argc ? command_find(cli->argv[0]) : NULL;
	if (command)
		return command->run(cli);
	if (!cli->argc)
		return usage_error(cli, "no command was given");
	const char *name = cli->argv[0];
	cli->argc = 0;
	return usage_error(cli, "there is no command \"%s\"", name);
}

/* A file opened as descriptor 2 would get the messages meant for people: none of the three may be free. */
static bool fill_standard_streams(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	return fd > STDERR_FILENO && !close(fd);
}

int main(int argc, char **argv)
{
	if (!fill_standard_streams())
		return EXIT_FAILED;
	struct cli cli = {.command_line = command_line_redacted(argc, argv)};
	if (!cli.command_line) {
		fputs("theca: out of memory\n", stderr);
		return EXIT_FAILED;
	}
	setlocale(LC_CTYPE, "");
	catch_stop_signals();
	cli.argc = argc - 1;
	cli.argv = argv + 1;
	int code = read_global_options(&cli);
	if (code < 0)
		code = run_command(&cli);
	free(cli.command_line);
	return code;
}

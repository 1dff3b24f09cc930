/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every subcommand does alike: finding the archive, saying what went wrong, ending. */
#include "cli/cli.h"

#include "cli/recover.h"
#include "cli/terminal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int usage_error(const struct cli *cli, const char *format, ...)
{
	char message[512];
	va_list ap;
	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	fputs("theca: ", stderr);
	print_foreign(stderr, message, strlen(message), 0);
	if (cli && cli->argc)
		fprintf(stderr, "\nSee: theca help %s\n", cli->argv[0]);
	else
		fputs("\nSee: theca help\n", stderr);
	return EXIT_BAD_USAGE;
}

static int exit_code_of(enum error_code code)
{
	switch (code) {
	case ERR_USAGE:
		return EXIT_BAD_USAGE;
	case ERR_DAMAGED:
		return EXIT_DAMAGE;
	case ERR_OFFLINE:
		return EXIT_OFFLINE;
	default:
		return EXIT_FAILED;
	}
}

int report_error(const struct error *err)
{
	fputs("theca: ", stderr);
	print_foreign(stderr, err->message, strlen(err->message), 0);
	fputc('\n', stderr);
	return exit_code_of(err->code);
}

int report_index_error(const struct error *err)
{
	int code = report_error(err);
	return code == EXIT_DAMAGE ? EXIT_FAILED : code;
}

void report_note(const char *format, ...)
{
	char message[1200];
	va_list ap;
	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	fputs("theca: note: ", stderr);
	print_foreign(stderr, message, strlen(message), 0);
	fputc('\n', stderr);
}

/* The archive's directory, which the caller frees. */
static int locate_archive(const struct cli *cli, char **root, struct error *err)
{
	const char *named = cli->archive_option ? cli->archive_option : getenv("THECA_ARCHIVE");
	if (named && *named) {
		*root = strdup(named);
		return *root ? 0 : error_set(err, ERR_MEMORY, "out of memory");
	}
	char *ignored = NULL;
	int status = archive_find(".", root, &ignored, err);
	if (ignored)
		report_note("%s is passed over: others than you and root may write it", ignored);
	free(ignored);
	return status;
}

int open_archive(const struct cli *cli, struct archive **archive, struct error *err)
{
	char *root = NULL;
	int status = locate_archive(cli, &root, err);
	if (!status)
		status = archive_open(archive, root, err);
	free(root);
	return status;
}

int open_archive_for_writing(const struct cli *cli, struct archive **archive, struct error *err)
{
	int status = open_archive(cli, archive, err);
	if (status)
		return status;
	if (!(*archive)->writable)
		status = error_set(err, ERR_PERMISSION,
			"you may not write the archive %s (or it is mounted read-only); nothing was done",
			(*archive)->root);
	else
		recover_work(*archive);
	if (status) {
		archive_close(*archive);
		*archive = NULL;
	}
	return status;
}

int print_json(struct jv *document)
{
	struct buffer text = {0};
	struct error err = {0};
	int code = EXIT_FINE;
	if (jv_dump(document, JV_PRETTY, &text, &err))
		code = report_error(&err);
	else
		fwrite(text.data, 1, text.len, stdout);
	jv_free(document);
	buffer_release(&text);
	return finish_output(code);
}

int finish_output(int code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	fprintf(stderr, "theca: the output could not be written: %s\n", strerror(errno));
	return code == EXIT_FINE ? EXIT_FAILED : code;
}

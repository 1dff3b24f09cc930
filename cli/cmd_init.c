/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "catalog/catalog.h"
#include "cli/options.h"
#include "cli/terminal.h"

#include <string.h>

static int make_catalogue(const char *directory, struct error *err)
{
	struct archive *archive = NULL;
	struct catalog *catalog = NULL;
	int status = archive_open(&archive, directory, err);
	if (!status)
		status = catalog_open(&catalog, archive, CATALOG_CREATE, err);
	if (!status)
		status = catalog_publish(catalog, err);
	catalog_close(catalog);
	archive_close(archive);
	return status;
}

static int render(const char *directory, bool json)
{
	if (json) {
		struct jv *result = jv_new_object();
		jv_set_bytes(result, "archive", directory, strlen(directory));
		return print_json(result);
	}
	fputs("Made an archive in ", stdout);
	print_foreign(stdout, directory, strlen(directory), 0);
	fputs(".\nIts settings, each explained, are in ", stdout);
	print_foreign(stdout, directory, strlen(directory), 0);
	fputs("/theca.ini.\nNext: theca -a ", stdout);
	print_foreign(stdout, directory, strlen(directory), 0);
	fputs(" rip /dev/sr0\n", stdout);
	return finish_output(EXIT_FINE);
}

int cmd_init(struct cli *cli)
{
	const struct option_spec specs[] = {{0}};
	struct error err = {0};
	bool json = false;
	int code = options_read(cli, specs, &json, 1, 1);
	if (code >= 0)
		return code;
	const char *directory = cli->argv[0];
	if (!*directory)
		return usage_error(NULL, "the directory's name must not be empty");
	if (archive_create(directory, &err) || make_catalogue(directory, &err))
		return report_error(&err);
	return render(directory, json);
}

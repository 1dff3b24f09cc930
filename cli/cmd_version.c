/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "cli/libraries.h"
#include "cli/options.h"

#include <stdio.h>

int cmd_version(struct cli *cli)
{
	const struct option_spec specs[] = {{0}};
	bool json = false;
	size_t count;
	int code = options_read(cli, specs, &json, 0, 0);
	if (code >= 0)
		return code;
	const struct library_version *libraries = all_libraries(&count);
	if (json) {
		struct jv *result = jv_new_object(), *versions = jv_new_object();
		jv_set_text(result, "theca", THECA_VERSION);
		for (size_t i = 0; i < count; i++)
			jv_set_text(versions, libraries[i].name, libraries[i].version);
		jv_set(result, "libraries", versions);
		return print_json(result);
	}
	printf("theca %s\n", THECA_VERSION);
	for (size_t i = 0; i < count; i++)
		printf("  %-10s %s\n", libraries[i].name, libraries[i].version);
	puts("Licence GPL-3.0-or-later: free software, without any warranty.");
	return finish_output(EXIT_FINE);
}

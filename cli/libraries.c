/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/libraries.h"

#include "base/bytes.h"
#include "catalog/db.h"
#include "rip/drive.h"
#include "rip/paranoia.h"

#define MOST_LIBRARIES 16

const struct library_version *all_libraries(size_t *count)
{
	static struct library_version all[MOST_LIBRARIES];
	size_t base_count;
	const struct library_version *base = base_libraries(&base_count);
	*count = 0;
	all[(*count)++] = (struct library_version){"libcdio", drive_library_version()};
	all[(*count)++] = (struct library_version){"libcdio-paranoia", paranoia_library_version()};
	all[(*count)++] = (struct library_version){"SQLite", db_library_version()};
	for (size_t i = 0; i < base_count && *count < MOST_LIBRARIES; i++)
		all[(*count)++] = base[i];
	return all;
}

char *libraries_line(void)
{
	struct buffer line = {0};
	size_t count;
	const struct library_version *all = all_libraries(&count);
	for (size_t i = 0; i < count; i++)
		buffer_printf(&line, "%s%s %s", i ? ", " : "", all[i].name, all[i].version);
	return buffer_steal(&line);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/source.h"

#include "base/path.h"
#include "image/checked_source.h"
#include "rip/drive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_device(const char *path)
{
	struct stat st;
	return !stat(path, &st) && (S_ISBLK(st.st_mode) || S_ISCHR(st.st_mode));
}

int source_open(struct sector_source **out, const char *path, struct source_facts *facts,
	struct error *err)
{
	struct sector_source *inner = NULL;
	int status;
	facts->is_drive = is_device(path);
	if (facts->is_drive) {
		status = drive_open(&inner, path, &facts->drive, &facts->disc, err);
	} else {
		status = image_file_open(&inner, path, &facts->file, err);
		if (!status)
			disc_init_unknown(&facts->disc, inner->sectors);
	}
	if (!status)
		status = checked_source_new(out, inner, err);
	if (status)
		source_close(inner);
	return status;
}

int source_identify(const char *path, const struct source_facts *facts,
	struct source_identity *identity, struct error *err)
{
	memset(identity, 0, sizeof(*identity));
	identity->is_drive = facts->is_drive;
	if (facts->is_drive) {
		identity->drive = facts->drive;
		return 0;
	}
	identity->file.path = realpath(path, NULL);
	if (!identity->file.path)
		return error_set_errno(err, errno, "cannot find the full path of %s", path);
	identity->file.name = strdup(path_name(identity->file.path));
	if (!identity->file.name)
		return error_set(err, ERR_MEMORY, "out of memory");
	identity->file.size = facts->file.size;
	identity->file.modified = facts->file.modified;
	return 0;
}

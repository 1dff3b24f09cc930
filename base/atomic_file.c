/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/atomic_file.h"

#include "base/disk.h"
#include "base/path.h"
#include "base/uuid.h"

#include <stdio.h>
#include <stdlib.h>

int atomic_file_replace(const char *path, const char *staging, const void *bytes, size_t len,
	struct error *err)
{
	char uuid[UUID_SIZE];
	char *directory = path_parent(path);
	char *temporary = NULL;
	int status = uuid_new(uuid, err);
	if (!status && (!directory || asprintf(&temporary, "%s/.%s.tmp",
					      staging ? staging : directory, uuid) < 0))
		status = error_set(err, ERR_MEMORY, "out of memory");
	if (status)
		goto done;
	status = disk_write_new(temporary, bytes, len, err);
	if (!status)
		status = disk_rename(temporary, path, err);
	if (status) {
		disk_remove(temporary, NULL);
		goto done;
	}
	status = disk_sync_directory(directory, err);
done:
	free(temporary);
	free(directory);
	return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs every file of the directories given as arguments through the fuzz target that it is linked
 * with. Fails if there is none: a corpus that went missing is no test that passed.
 */
#include "base/path.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_MAX (16u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct replay {
	const char *directory;
	unsigned files;
	struct error err;
};

static int replay_file(void *context, const char *name)
{
	struct replay *replay = context;
	char *bytes = NULL;
	size_t len = 0;
	char *path = path_join(replay->directory, name);
	int status = path ? path_read(path, FILE_MAX, &bytes, &len, &replay->err)
			  : error_set(&replay->err, ERR_MEMORY, "out of memory");
	free(path);
	if (status)
		return status;
	/* In a block of just its size, so that the sanitizer sees a read past its end. */
	uint8_t *data = malloc(len ? len : 1);
	if (data) {
		for (size_t i = 0; i < len; i++)
			data[i] = (uint8_t)bytes[i];
		LLVMFuzzerTestOneInput(data, len);
		replay->files++;
	}
	free(data);
	free(bytes);
	return data ? 0 : error_set(&replay->err, ERR_MEMORY, "out of memory");
}

int main(int argc, char **argv)
{
	unsigned files = 0;
	for (int i = 1; i < argc; i++) {
		struct replay replay = {.directory = argv[i]};
		if (path_each(argv[i], replay_file, &replay, &replay.err)) {
			fprintf(stderr, "%s: %s\n", argv[i], replay.err.message);
			return 1;
		}
		if (!replay.files) {
			fprintf(stderr, "%s: no file to replay\n", argv[i]);
			return 1;
		}
		files += replay.files;
	}
	printf("%u files replayed\n", files);
	return files ? 0 : 1;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samples that are found lie within the file, and nothing outside of it is read. */
#include "image/wave.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t size;
};

static int read_input(void *context, uint64_t offset, uint8_t *bytes, size_t len, struct error *err)
{
	const struct input *input = context;
	(void)err;
	if (offset > input->size || len > input->size - offset)
		abort();
	memcpy(bytes, input->data + offset, len);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {data, size};
	struct wave wave;
	if (wave_find(&wave, read_input, &input, size, NULL) == ERR_NONE &&
		(wave.offset > size || wave.size > size - wave.offset || wave.promised < wave.size))
		abort();
	return 0;
}

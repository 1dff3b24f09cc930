/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/chunks.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever is accepted is written back byte for byte. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct chunk_list list;
	struct buffer out = {0};

	if (chunk_list_parse(&list, data, size, NULL) != 0)
		return 0;
	chunk_list_format(&list, &out);
	if (out.failed || out.len != size || memcmp(out.data, data, size) != 0)
		abort();
	buffer_release(&out);
	chunk_list_release(&list);
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mapfile that parses is written back and parses to the same map. */
#include "image/damage_map.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct damage_map *map = NULL, *again = NULL;
	struct buffer first = {0}, second = {0};
	if (damage_map_parse(&map, 2048, data, size, NULL) != ERR_NONE)
		return 0;
	damage_map_format(map, 2048, NULL, &first);
	if (damage_map_parse(&again, 2048, (const uint8_t *)first.data, first.len, NULL) != ERR_NONE)
		abort();
	damage_map_format(again, 2048, NULL, &second);
	if (first.len != second.len || memcmp(first.data, second.data, first.len) != 0)
		abort();
	buffer_release(&first);
	buffer_release(&second);
	damage_map_free(map);
	damage_map_free(again);
	return 0;
}

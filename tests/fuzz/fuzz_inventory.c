/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_inventory.h"

#include "store/ocfl_check.h"
#include "store/ocfl_read.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every state leads to bytes, whatever the inventory says otherwise. */
static void check_use(const struct ocfl_inventory *inventory)
{
	if (!ocfl_inventory_version(inventory, inventory->head))
		abort();
	for (size_t v = 0; v < inventory->version_count; v++)
		for (size_t i = 0; i < inventory->versions[v].state_count; i++)
			if (!ocfl_inventory_content_path(
				    inventory, inventory->versions[v].state[i].digest))
				abort();
	for (size_t i = 0; i < inventory->manifest_count; i++)
		if (!ocfl_inventory_digest_of(inventory, inventory->manifest[i].content_path))
			abort();
}

static int hear(void *context, const char *code, bool usable, const char *text)
{
	bool *refused = context;
	if (strlen(code) != 4 || !*text)
		abort();
	*refused |= !usable;
	return 0;
}

/* The way of the validator, which goes on after every deviation. Whether it finds the inventory usable. */
static bool read_to_the_end(const uint8_t *data, size_t size)
{
	bool refused = false;
	struct ocfl_listener listener = {.hear = hear, .context = &refused};
	struct ocfl_inventory *inventory = NULL;

	ocfl_duplicates_find((const char *)data, size);
	if (ocfl_read(&inventory, data, size, &listener, NULL))
		return false;
	ocfl_inventory_free(inventory);
	return !refused;
}

/* Whatever is accepted and can be written again is read back to the same bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ocfl_inventory *inventory = NULL, *again = NULL;
	struct buffer first = {0}, second = {0};

	bool usable = read_to_the_end(data, size);
	if (!ocfl_inventory_parse(&inventory, data, size, NULL) != usable)
		abort();
	if (!usable)
		return 0;
	check_use(inventory);
	if (!ocfl_inventory_format(inventory, &first, NULL)) {
		if (ocfl_inventory_parse(&again, first.data, first.len, NULL) ||
			ocfl_inventory_format(again, &second, NULL) || first.len != second.len ||
			memcmp(first.data, second.data, first.len) != 0)
			abort();
	}
	buffer_release(&first);
	buffer_release(&second);
	ocfl_inventory_free(again);
	ocfl_inventory_free(inventory);
	return 0;
}

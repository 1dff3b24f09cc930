/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON: what is read can be walked and written, and what was written reads the same. */
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(const struct jv *value)
{
	struct buffer bytes = {0};
	void *iterator = NULL;
	const char *key;
	struct jv *member;
	jv_text(value);
	while (jv_next(value, &iterator, &key, &member)) {
		jv_get_int(value, key, 0);
		jv_get_bool(value, key, false);
		jv_get_bytes(value, key, &bytes);
		walk(member);
	}
	for (size_t i = 0; jv_is_array(value) && i < jv_size(value); i++)
		walk(jv_at(value, i));
	buffer_release(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jv *value = NULL, *again = NULL;
	struct buffer first = {0}, second = {0};
	struct error err;
	if (jv_parse(data, size, &value, &err))
		return 0;
	walk(value);
	if (jv_dump(value, JV_COMPACT, &first, &err) ||
		jv_parse(first.data, first.len, &again, &err) ||
		jv_dump(again, JV_COMPACT, &second, &err))
		abort();
	if (first.len != second.len || memcmp(first.data, second.data, first.len))
		abort();
	buffer_release(&first);
	buffer_release(&second);
	jv_free(value);
	jv_free(again);
	return 0;
}

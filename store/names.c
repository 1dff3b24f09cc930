/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/names.h"

#include "base/text.h"

#include <string.h>

#define NAME_MAX_BYTES 200u /* a file system takes 255; the longest suffix and a scratch name still fit */
#define CARRIER_ID_MAX 1000u

int names_carrier(const char *carrier_id, const char *suffix, char **name, struct error *err)
{
	struct buffer text = {0};
	size_t len = strlen(carrier_id);
	if (!len || len > CARRIER_ID_MAX)
		return error_set(err, ERR_USAGE, "a carrier id has 1 to %u bytes, this one has %zu",
			CARRIER_ID_MAX, len);
	text_file_name(&text, carrier_id, len, NAME_MAX_BYTES);
	buffer_puts(&text, suffix);
	*name = buffer_steal(&text);
	return *name ? 0 : error_set(err, ERR_MEMORY, "out of memory");
}

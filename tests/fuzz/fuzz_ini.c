/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings: every name and value is a whole part of a line of the text. */
#include "base/bytes.h"
#include "base/ini.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int find_in_text(
	void *context, const char *section, const char *name, const char *value, struct error *err)
{
	const struct buffer *text = context;
	(void)err;
	if (!strstr(text->data, section) || !strstr(text->data, name) || !strstr(text->data, value))
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer text = {0};
	struct error err = {0};
	buffer_add(&text, data, size);
	/*
	 * A text with a NUL is refused at that line; what stands before it is searched all the
	 * same.
	 */
	if (ini_read((const char *)data, size, "fuzz", find_in_text, &text, &err) &&
		!strstr(err.message, "fuzz"))
		abort();
	buffer_release(&text);
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The encoders of base/text: what one encodes its decoder gives back; what a decoder takes
 * encodes to the same again.
 */
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef void encoder(struct buffer *out, const void *bytes, size_t len);
typedef int decoder(struct buffer *out, const char *text, size_t len, struct error *err);

static void assert_same(const struct buffer *got, const void *bytes, size_t len)
{
	if (got->failed || got->len != len || (len && memcmp(got->data, bytes, len)))
		abort();
}

static void try_pair(encoder *encode, decoder *decode, const uint8_t *data, size_t size)
{
	struct buffer text = {0}, back = {0}, decoded = {0}, again = {0};
	encode(&text, data, size);
	if (!text_is_clean(text.data, text.len) ||
		decode(&back, buffer_text(&text), text.len, NULL))
		abort();
	assert_same(&back, data, size);
	if (!decode(&decoded, (const char *)data, size, NULL)) {
		encode(&again, decoded.data, decoded.len);
		assert_same(&again, data, size);
	}
	buffer_release(&text);
	buffer_release(&back);
	buffer_release(&decoded);
	buffer_release(&again);
}

static void try_percent(const uint8_t *data, size_t size)
{
	struct buffer text = {0}, back = {0};
	text_decode(&back, (const char *)data, size, NULL);
	buffer_clear(&back);
	if (text_encode(&text, data, size) &&
		text_decode(&back, buffer_text(&text), text.len, NULL))
		abort();
	if (back.len)
		assert_same(&back, data, size);
	if (!text_is_clean(text.data, text.len))
		abort();
	buffer_release(&text);
	buffer_release(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer name = {0};
	try_percent(data, size);
	try_pair(text_terminal, text_unescape_terminal, data, size);
	try_pair(text_csv_cell, text_csv_decode, data, size);
	text_file_name(&name, data, size, 64);
	if (!name.len || name.len > 64 || name.data[0] == '.' || strchr(name.data, '/'))
		abort();
	buffer_release(&name);
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/uuid.h"

#include "base/bytes.h"

#include <ctype.h>
#include <openssl/rand.h>
#include <string.h>

bool uuid_is_valid(const char *text)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	for (size_t i = 0; i < sizeof(shape); i++) {
		bool fits = shape[i] == 'x' ? isxdigit((unsigned char)text[i]) != 0 : text[i] == shape[i];
		if (!fits)
			return false;
	}
	return true;
}

int uuid_new(char out[UUID_SIZE], struct error *err)
{
	uint8_t raw[16];
	char hex[33];
	if (RAND_bytes(raw, sizeof(raw)) != 1)
		return error_set(err, ERR_IO, "the system gave no random bytes for an identifier");
	raw[6] = (uint8_t)((raw[6] & 0x0f) | 0x40);
	raw[8] = (uint8_t)((raw[8] & 0x3f) | 0x80);
	bytes_to_hex(raw, sizeof(raw), hex);
	static const size_t groups[] = {8, 4, 4, 4, 12};
	const char *from = hex;
	for (size_t i = 0; i < 5; i++) {
		memcpy(out, from, groups[i]);
		out += groups[i];
		from += groups[i];
		*out++ = i < 4 ? '-' : '\0';
	}
	return 0;
}

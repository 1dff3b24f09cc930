/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random UUIDs (RFC 9562, version 4).
 */
#ifndef THECA_BASE_UUID_H
#define THECA_BASE_UUID_H

#include "base/error.h"

#include <stdbool.h>

#define UUID_SIZE 37

/* Writes a new UUID in lower case with its NUL; ERR_IO when the system gives no random bytes. */
int uuid_new(char out[UUID_SIZE], struct error *err);
/* Whether text is a UUID: 8-4-4-4-12 hexadecimal digits of either case. */
bool uuid_is_valid(const char *text);

#endif

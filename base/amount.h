/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Amounts for people.
 */
#ifndef THECA_BASE_AMOUNT_H
#define THECA_BASE_AMOUNT_H

#include <stddef.h>
#include <stdint.h>

/* "681 MB", three digits, in powers of a thousand, as disks are sold; 16 bytes have room for it. */
void format_bytes(uint64_t bytes, char *out, size_t size);
/* "5,412" */
void format_count(uint64_t count, char *out, size_t size);

#endif

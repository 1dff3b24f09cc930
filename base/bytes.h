/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes: fixed-endian integers in foreign data, and a growable buffer.
 */
#ifndef THECA_BASE_BYTES_H
#define THECA_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline uint16_t bytes_le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t bytes_le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint32_t bytes_be32(const uint8_t *p)
{
	return (uint32_t)p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24;
}

static inline void bytes_put_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void bytes_put_be32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

/*
 * A growable run of bytes, always followed by a NUL that len does not count. Zero-initialised is
 * empty and ready. The first failed allocation sticks: later appends do nothing, `failed` stays set,
 * so a caller checks once at the end.
 */
struct buffer {
	char *data; /* NULL while nothing was appended; see buffer_text */
	size_t len;
	size_t capacity;
	bool failed;
};

/* Appends len bytes. */
void buffer_add(struct buffer *buffer, const void *bytes, size_t len);
/* Appends a C string without its NUL. */
void buffer_puts(struct buffer *buffer, const char *text);
void buffer_putc(struct buffer *buffer, char c);
void buffer_printf(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The contents as a C string, "" when empty; borrowed until the next append or release. */
const char *buffer_text(const struct buffer *buffer);
/* Hands the contents over as a C string that the caller frees and leaves the buffer empty; NULL if it failed. */
char *buffer_steal(struct buffer *buffer);
/* Forgets the contents, keeps the memory. */
void buffer_clear(struct buffer *buffer);
void buffer_release(struct buffer *buffer);

/* Lower-case hexadecimal of len bytes into out, which holds 2*len+1 bytes. */
void bytes_to_hex(const uint8_t *bytes, size_t len, char *out);
/* Reads exactly 2*len hexadecimal digits of either case from text into out; false if there are not just that many. */
bool bytes_from_hex(const char *text, uint8_t *out, size_t len);

#endif

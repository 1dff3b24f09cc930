/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Message digests: a table of algorithms, and a set of them running over the same bytes.
 */
#ifndef THECA_BASE_DIGEST_H
#define THECA_BASE_DIGEST_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum digest_algorithm {
	DIGEST_CRC32, /* ISO 3309, as zip and ddrescue's friends write it, most significant byte first */
	DIGEST_MD5,
	DIGEST_SHA1,
	DIGEST_SHA256,
	DIGEST_SHA512,
	DIGEST_COUNT
};

#define DIGEST_MAX_BYTES 64
#define DIGEST_HEX_SIZE (2 * DIGEST_MAX_BYTES + 1)
#define DIGEST_BIT(algorithm) (1u << (algorithm))
#define DIGEST_ALL ((1u << DIGEST_COUNT) - 1)

/* The digests of one run of bytes; hex is "" for an algorithm that was not asked for. */
struct digest_values {
	char hex[DIGEST_COUNT][DIGEST_HEX_SIZE];
};

/* The name as OCFL and theca.ini write it ("crc32", "md5", "sha1", "sha256", "sha512"). */
const char *digest_name(enum digest_algorithm algorithm);
/* The size of the digest in bytes. */
size_t digest_size(enum digest_algorithm algorithm);
/* Finds an algorithm by name in any case; false if Theca does not know it. */
bool digest_by_name(const char *name, enum digest_algorithm *algorithm);

/* One running digest. */
struct digest;
int digest_new(struct digest **out, enum digest_algorithm algorithm, struct error *err);
void digest_update(struct digest *digest, const void *bytes, size_t len);
/* Writes the digest's bytes and starts it afresh; ERR_IO if the library failed at any point since the start. */
int digest_finish(struct digest *digest, uint8_t out[DIGEST_MAX_BYTES], struct error *err);
void digest_free(struct digest *digest);

/* The digest of a run of bytes in memory as lower-case hex. */
int digest_bytes(enum digest_algorithm algorithm, const void *bytes, size_t len,
	char hex[DIGEST_HEX_SIZE], struct error *err);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/digest.h"

#include "base/bytes.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <strings.h>
#include <zlib.h>

static const struct {
	const char *name;
	size_t size;
	const EVP_MD *(*evp)(void); /* NULL: not one of OpenSSL's */
} algorithms[DIGEST_COUNT] = {
	[DIGEST_CRC32] = {"crc32", 4, NULL},
	[DIGEST_MD5] = {"md5", 16, EVP_md5},
	[DIGEST_SHA1] = {"sha1", 20, EVP_sha1},
	[DIGEST_SHA256] = {"sha256", 32, EVP_sha256},
	[DIGEST_SHA512] = {"sha512", 64, EVP_sha512},
};

struct digest {
	enum digest_algorithm algorithm;
	EVP_MD_CTX *evp;
	uint32_t crc;
	bool failed;
};

const char *digest_name(enum digest_algorithm algorithm)
{
	return algorithms[algorithm].name;
}

size_t digest_size(enum digest_algorithm algorithm)
{
	return algorithms[algorithm].size;
}

bool digest_by_name(const char *name, enum digest_algorithm *algorithm)
{
	for (int i = 0; i < DIGEST_COUNT; i++) {
		if (!strcasecmp(name, algorithms[i].name)) {
			*algorithm = (enum digest_algorithm)i;
			return true;
		}
	}
	return false;
}

static void digest_start(struct digest *digest)
{
	digest->failed = false;
	digest->crc = 0;
	if (digest->evp)
		digest->failed = EVP_DigestInit_ex(digest->evp,
					 algorithms[digest->algorithm].evp(), NULL) != 1;
}

int digest_new(struct digest **out, enum digest_algorithm algorithm, struct error *err)
{
	struct digest *digest = calloc(1, sizeof(*digest));
	if (!digest)
		return error_set(err, ERR_MEMORY, "out of memory");
	digest->algorithm = algorithm;
	if (algorithms[algorithm].evp) {
		digest->evp = EVP_MD_CTX_new();
		if (!digest->evp) {
			free(digest);
			return error_set(err, ERR_MEMORY, "out of memory");
		}
	}
	digest_start(digest);
	if (digest->failed) {
		digest_free(digest);
		return error_set(err, ERR_UNSUPPORTED,
			"OpenSSL does not provide %s here (is FIPS mode on?)",
			algorithms[algorithm].name);
	}
	*out = digest;
	return 0;
}

void digest_update(struct digest *digest, const void *bytes, size_t len)
{
	if (digest->evp) {
		if (EVP_DigestUpdate(digest->evp, bytes, len) != 1)
			digest->failed = true;
	} else {
		digest->crc = (uint32_t)crc32_z(digest->crc, bytes, len);
	}
}

int digest_finish(struct digest *digest, uint8_t out[DIGEST_MAX_BYTES], struct error *err)
{
	if (digest->evp) {
		if (EVP_DigestFinal_ex(digest->evp, out, NULL) != 1)
			digest->failed = true;
	} else {
		bytes_put_be32(out, digest->crc);
	}
	bool failed = digest->failed;
	digest_start(digest);
	if (failed)
		return error_set(err, ERR_IO, "OpenSSL failed while computing %s",
			algorithms[digest->algorithm].name);
	return 0;
}

void digest_free(struct digest *digest)
{
	if (!digest)
		return;
	EVP_MD_CTX_free(digest->evp);
	free(digest);
}

int digest_bytes(enum digest_algorithm algorithm, const void *bytes, size_t len,
	char hex[DIGEST_HEX_SIZE], struct error *err)
{
	struct digest *digest = NULL;
	uint8_t raw[DIGEST_MAX_BYTES];
	int status = digest_new(&digest, algorithm, err);
	if (status)
		return status;
	digest_update(digest, bytes, len);
	status = digest_finish(digest, raw, err);
	if (!status)
		bytes_to_hex(raw, algorithms[algorithm].size, hex);
	digest_free(digest);
	return status;
}

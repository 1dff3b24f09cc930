/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/digest_ring.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SLOT ((size_t)DIGEST_RING_SLOT_SIZE)

/* ---- one digest ---- */

/* RFC 1321, FIPS 180-4 and the check value of CRC-32/ISO-HDLC. */
static const struct {
	const char *text;
	const char *hex[DIGEST_COUNT];
} vectors[] = {
	{"", {"00000000", "d41d8cd98f00b204e9800998ecf8427e",
		     "da39a3ee5e6b4b0d3255bfef95601890afd80709",
		     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		     "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
		     "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"}},
	{"abc", {"352441c2", "900150983cd24fb0d6963f7d28e17f72",
			"a9993e364706816aba3e25717850c26c9cd0d89d",
			"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
			"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
			"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"}},
};

static void known_values(void **state)
{
	char hex[DIGEST_HEX_SIZE];
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		for (enum digest_algorithm a = 0; a < DIGEST_COUNT; a++) {
			const char *text = vectors[i].text;
			assert_int_equal(digest_bytes(a, text, strlen(text), hex, NULL), 0);
			assert_string_equal(hex, vectors[i].hex[a]);
			assert_int_equal(strlen(hex), 2 * digest_size(a));
		}
	}
	assert_int_equal(digest_bytes(DIGEST_CRC32, "123456789", 9, hex, NULL), 0);
	assert_string_equal(hex, "cbf43926");
}

static void in_pieces_and_again(void **state)
{
	(void)state;
	for (enum digest_algorithm a = 0; a < DIGEST_COUNT; a++) {
		struct digest *digest;
		uint8_t raw[DIGEST_MAX_BYTES];
		char hex[DIGEST_HEX_SIZE];
		assert_int_equal(digest_new(&digest, a, NULL), 0);
		for (int run = 0; run < 2; run++) { /* finishing starts it afresh */
			digest_update(digest, "a", 1);
			digest_update(digest, "", 0);
			digest_update(digest, "bc", 2);
			assert_int_equal(digest_finish(digest, raw, NULL), 0);
			bytes_to_hex(raw, digest_size(a), hex);
			assert_string_equal(hex, vectors[1].hex[a]);
		}
		digest_free(digest);
	}
}

static void names(void **state)
{
	static const char *const expected[] = {"crc32", "md5", "sha1", "sha256", "sha512"};
	enum digest_algorithm found;
	(void)state;
	for (enum digest_algorithm a = 0; a < DIGEST_COUNT; a++) {
		assert_string_equal(digest_name(a), expected[a]);
		assert_true(digest_by_name(expected[a], &found));
		assert_int_equal(found, a);
	}
	assert_true(digest_by_name("SHA512", &found));
	assert_int_equal(found, DIGEST_SHA512);
	assert_false(digest_by_name("sha-512", &found));
	assert_false(digest_by_name("", &found));
}

/* ---- the ring ---- */

static uint8_t *make_bytes(size_t len)
{
	uint8_t *bytes = malloc(len + 1);
	uint32_t word = 7;
	assert_non_null(bytes);
	for (size_t i = 0; i < len; i++) {
		word = word * 1664525u + 1013904223u;
		bytes[i] = (uint8_t)(word >> 24);
	}
	return bytes;
}

/* Sends bytes through the ring in steps of at most `step`. */
static void feed(struct digest_ring *ring, const uint8_t *bytes, size_t len, size_t step)
{
	for (size_t done = 0; done < len;) {
		size_t part = len - done < step ? len - done : step;
		memcpy(digest_ring_acquire(ring), bytes + done, part);
		digest_ring_publish(ring, part);
		done += part;
	}
}

static void check_pieces(
	const uint8_t *bytes, size_t len, size_t size, uint8_t (*pieces)[32], size_t count)
{
	assert_int_equal(count, (len + size - 1) / size);
	for (size_t i = 0; i < count; i++) {
		char expected[DIGEST_HEX_SIZE], hex[65];
		size_t left = len - i * size;
		digest_bytes(
			DIGEST_SHA256, bytes + i * size, left < size ? left : size, expected, NULL);
		bytes_to_hex(pieces[i], 32, hex);
		assert_string_equal(hex, expected);
	}
}

/* Ends a run over these bytes and compares everything with what one call in memory gives. */
static void check_run(
	struct digest_ring *ring, unsigned mask, const uint8_t *bytes, size_t len, size_t piece)
{
	struct digest_values values;
	uint8_t(*pieces)[32];
	size_t count;
	assert_int_equal(digest_ring_finish(ring, &values, &pieces, &count, NULL), 0);
	for (enum digest_algorithm a = 0; a < DIGEST_COUNT; a++) {
		char hex[DIGEST_HEX_SIZE] = "";
		if (mask & DIGEST_BIT(a))
			digest_bytes(a, bytes, len, hex, NULL);
		assert_string_equal(values.hex[a], hex);
	}
	if (piece)
		check_pieces(bytes, len, piece, pieces, count);
	else
		assert_int_equal(count, 0);
	free(pieces);
}

static void ring_equals_one_call(void **state)
{
	static const struct {
		size_t len, step, piece;
		unsigned mask;
	} runs[] = {
		{0, SLOT, SLOT, DIGEST_ALL}, {1, SLOT, SLOT, DIGEST_ALL},
		{SLOT - 1, SLOT, SLOT, DIGEST_ALL}, {SLOT, SLOT, SLOT, DIGEST_ALL},
		{SLOT + 1, SLOT, SLOT, DIGEST_ALL}, {40 * SLOT + 12345, SLOT, SLOT, DIGEST_ALL},
		{3 * SLOT, 65536, 2 * SLOT, DIGEST_ALL}, /* pieces of many slots */
		{100000, 777, 1000, DIGEST_ALL}, /* more slots than there are, and small */
		{100001, 4096, 999, DIGEST_BIT(DIGEST_SHA512)},
		{100000, SLOT, 0, DIGEST_BIT(DIGEST_MD5) | DIGEST_BIT(DIGEST_CRC32)},
		{100000, SLOT, 50000, 0}, /* nothing but pieces */
	};
	struct digest_ring *ring;
	uint8_t *bytes = make_bytes(41 * SLOT);
	(void)state;
	assert_int_equal(digest_ring_new(&ring, NULL), 0);
	for (size_t i = 0; i < COUNT(runs); i++) {
		assert_int_equal(
			digest_ring_start(ring, runs[i].mask, runs[i].piece, NULL, 0, NULL), 0);
		feed(ring, bytes, runs[i].len, runs[i].step);
		check_run(ring, runs[i].mask, bytes, runs[i].len, runs[i].piece);
	}
	assert_true(digest_ring_cpu_seconds(ring) >= 0);
	digest_ring_free(ring);
	free(bytes);
}

static void ring_measures_its_work(void **state)
{
	struct digest_ring *ring;
	uint8_t *bytes = make_bytes(20 * SLOT);
	(void)state;
	assert_int_equal(digest_ring_new(&ring, NULL), 0);
	assert_int_equal(digest_ring_start(ring, DIGEST_ALL, 0, NULL, 0, NULL), 0);
	feed(ring, bytes, 20 * SLOT, SLOT);
	check_run(ring, DIGEST_ALL, bytes, 20 * SLOT, 0);
	assert_true(digest_ring_cpu_seconds(ring) > 0.01 && digest_ring_cpu_seconds(ring) < 60);
	digest_ring_free(ring);
	free(bytes);
}

static void ring_forgets_a_cancelled_run(void **state)
{
	struct digest_ring *ring;
	uint8_t *bytes = make_bytes(3 * SLOT);
	(void)state;
	assert_int_equal(digest_ring_new(&ring, NULL), 0);
	digest_ring_cancel(ring); /* none is on */
	for (int i = 0; i < 3; i++) {
		assert_int_equal(digest_ring_start(ring, DIGEST_ALL, 1000, NULL, 0, NULL), 0);
		feed(ring, bytes, 2 * SLOT + 5, SLOT);
		if (i != 1) /* starting anew cancels too */
			digest_ring_cancel(ring);
	}
	assert_int_equal(digest_ring_start(ring, DIGEST_ALL, 1000, NULL, 0, NULL), 0);
	feed(ring, bytes + 9, 1234, SLOT);
	check_run(ring, DIGEST_ALL, bytes + 9, 1234, 1000);
	assert_int_equal(digest_ring_start(ring, DIGEST_ALL, 1000, NULL, 0, NULL), 0);
	feed(ring, bytes, 100, SLOT);
	digest_ring_free(ring); /* with a run on */
	free(bytes);
}

/*
 * A slot that was acquired but not published can be acquired again: it is the same, and nothing of
 * it counts.
 */
static void ring_slot_not_published(void **state)
{
	struct digest_ring *ring;
	(void)state;
	assert_int_equal(digest_ring_new(&ring, NULL), 0);
	assert_int_equal(digest_ring_start(ring, DIGEST_ALL, 0, NULL, 0, NULL), 0);
	uint8_t *slot = digest_ring_acquire(ring);
	assert_ptr_equal(slot, digest_ring_memory(ring));
	memset(slot, 0xee, SLOT);
	assert_ptr_equal(digest_ring_acquire(ring), slot);
	feed(ring, (const uint8_t *)"abc", 3, SLOT);
	assert_ptr_equal(digest_ring_acquire(ring), slot + SLOT);
	check_run(ring, DIGEST_ALL, (const uint8_t *)"abc", 3, 0);
	digest_ring_free(ring);
}

/* Stretches that begin and end anywhere have the digests of their bytes alone. */
static void spans_have_digests_of_their_own(void **state)
{
	static const size_t slots[] = {
		DIGEST_RING_SLOT_SIZE, 1, 2351, 700000, DIGEST_RING_SLOT_SIZE};
	struct digest_span spans[] = {{.offset = 0, .size = 1}, {.offset = 1, .size = 2352},
		{.offset = 5000, .size = 2500000}, {.offset = 2505000, .size = 0}};
	struct digest_ring *ring;
	struct digest_values values;
	size_t total = 0, at = 0;
	(void)state;
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		total += slots[i];
	uint8_t *bytes = malloc(total);
	assert_non_null(bytes);
	for (size_t i = 0; i < total; i++)
		bytes[i] = (uint8_t)(i * 2654435761u >> 13);
	assert_int_equal(digest_ring_new(&ring, NULL), 0);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(digest_ring_start(ring, 0, 0, spans, 4, NULL), 0);
		at = 0;
		for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
			memcpy(digest_ring_acquire(ring), bytes + at, slots[i]);
			digest_ring_publish(ring, slots[i]);
			at += slots[i];
		}
		assert_int_equal(digest_ring_finish(ring, &values, NULL, NULL, NULL), 0);
		for (size_t i = 0; i < 4; i++) {
			char hex[DIGEST_HEX_SIZE];
			digest_bytes(
				DIGEST_SHA256, bytes + spans[i].offset, spans[i].size, hex, NULL);
			assert_string_equal(spans[i].values.hex[DIGEST_SHA256], hex);
			digest_bytes(
				DIGEST_CRC32, bytes + spans[i].offset, spans[i].size, hex, NULL);
			assert_string_equal(spans[i].values.hex[DIGEST_CRC32], hex);
			assert_string_equal(spans[i].values.hex[DIGEST_MD5], "");
		}
	}
	struct error err = {0};
	spans[3].offset = total;
	spans[3].size = 1;
	assert_int_equal(digest_ring_start(ring, 0, 0, spans, 4, NULL), 0);
	digest_ring_acquire(ring);
	digest_ring_publish(ring, 7000);
	assert_int_equal(digest_ring_finish(ring, &values, NULL, NULL, &err), ERR_INVALID);
	digest_ring_free(ring);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_values),
		cmocka_unit_test(in_pieces_and_again),
		cmocka_unit_test(names),
		cmocka_unit_test(ring_equals_one_call),
		cmocka_unit_test(ring_measures_its_work),
		cmocka_unit_test(ring_forgets_a_cancelled_run),
		cmocka_unit_test(ring_slot_not_published),
		cmocka_unit_test(spans_have_digests_of_their_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

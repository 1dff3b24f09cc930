/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Raw sectors against codes computed bit by bit here, and against real discs. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "image/sector.h"
#include "tests/unit/raw_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SIZE DISC_RAW_SECTOR_SIZE

static uint8_t sector[SIZE];

/* ---- the codes, as the standard writes them down ---- */

static uint32_t edc_by_bits(const uint8_t *bytes, size_t len)
{
	uint32_t edc = 0;
	for (size_t i = 0; i < 8 * len; i++) {
		uint32_t bit = (bytes[i / 8] >> i % 8 ^ edc) & 1;
		edc = edc >> 1 ^ (bit ? 0xd8018001u : 0);
	}
	return edc;
}

static void put_edc(uint8_t *at, uint32_t edc)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(edc >> 8 * i);
}

/* a * b in GF(2^8): the product of polynomials, then its remainder. */
static uint8_t product(uint8_t a, uint8_t b)
{
	unsigned wide = 0;
	for (int i = 0; i < 8; i++)
		wide ^= b >> i & 1 ? (unsigned)a << i : 0;
	for (int i = 15; i >= 8; i--)
		wide ^= wide >> i & 1 ? 0x11du << (i - 8) : 0;
	return (uint8_t)wide;
}

/* Whether the vector, whose last two bytes are parity, is zero at the roots 1 and 2. */
static bool is_codeword(const uint8_t *vector, size_t len)
{
	uint8_t at_one = 0, at_two = 0, power = 1;
	for (size_t i = len; i-- > 0; power = product(power, 2)) {
		at_one ^= vector[i];
		at_two ^= product(vector[i], power);
	}
	return at_one == 0 && at_two == 0;
}

static void take_p(const uint8_t *from, unsigned p, uint8_t vector[26])
{
	for (size_t i = 0; i < 26; i++)
		vector[i] = from[12 + p + 86 * i];
}

static void take_q(const uint8_t *from, unsigned q, uint8_t vector[45])
{
	for (size_t i = 0; i < 43; i++)
		vector[i] = from[12 + (q & 1) + ((q & ~1u) * 43 + 88 * i) % 2236];
	vector[43] = from[2248 + q];
	vector[44] = from[2300 + q];
}

static bool parity_holds(const uint8_t *from)
{
	uint8_t vector[45];
	bool holds = true;
	for (unsigned p = 0; p < 86; p++) {
		take_p(from, p, vector);
		holds = holds && is_codeword(vector, 26);
	}
	for (unsigned q = 0; q < 52; q++) {
		take_q(from, q, vector);
		holds = holds && is_codeword(vector, 45);
	}
	return holds;
}

/* Gives a form 1 sector its P, each found by trying all values. */
static void add_form1_p(uint8_t *to)
{
	uint8_t vector[26], header[4];
	memcpy(header, to + 12, 4);
	memset(to + 12, 0, 4);
	for (unsigned p = 0; p < 86; p++) {
		take_p(to, p, vector);
		uint8_t sum = 0;
		for (int i = 0; i < 24; i++)
			sum ^= vector[i];
		for (int guess = 0; guess < 256; guess++) {
			vector[24] = (uint8_t)guess;
			vector[25] = vector[24] ^ sum;
			if (is_codeword(vector, 26))
				break;
		}
		to[2076 + p] = vector[24];
		to[2162 + p] = vector[25];
	}
	memcpy(to + 12, header, 4);
}

/* ---- EDC and framing ---- */

static void edc_is_the_sum_by_bits(void **state)
{
	(void)state;
	assert_int_equal(sector_edc((const uint8_t *)"123456789", 9), 0x6ec2edc4);
	assert_int_equal(sector_edc(sector, 0), 0);
	raw_fill(sector, SIZE, 1);
	for (size_t begin = 0; begin < 5; begin++) {
		for (size_t len = 0; len < 70; len++)
			assert_int_equal(
				sector_edc(sector + begin, len), edc_by_bits(sector + begin, len));
	}
	assert_int_equal(sector_edc(sector, 2064), edc_by_bits(sector, 2064));
}

static void mode1_is_framed(void **state)
{
	(void)state;
	static const uint32_t lbas[] = {0, 1, 74, 75, 4349, 4350, 16, 333000, 449849};
	for (size_t i = 0; i < COUNT(lbas); i++) {
		uint8_t user_data[2048];
		raw_fill(user_data, sizeof(user_data), lbas[i]);
		raw_fill(sector, SIZE, 99);
		memcpy(sector + 16, user_data, sizeof(user_data));
		sector_frame_mode1(sector, lbas[i]);
		assert_memory_equal(sector + 16, user_data, sizeof(user_data));
		uint8_t edc[4];
		put_edc(edc, edc_by_bits(sector, 2064));
		assert_memory_equal(sector + 2064, edc, 4);
		assert_memory_equal(sector + 2068, "\0\0\0\0\0\0\0", 8);
		assert_true(parity_holds(sector));
		assert_int_equal(sector_check(sector, lbas[i]), SECTOR_GOOD);
		assert_int_equal(sector_mode(sector), 1);
		assert_int_equal(sector_user_data(sector), 16);
	}
}

static void form1_is_framed(void **state)
{
	(void)state;
	uint8_t content[8 + 2048];
	raw_fill(content, sizeof(content), 7);
	memcpy(content, "\1\2\x08\3\1\2\x08\3", 8);
	raw_fill(sector, SIZE, 99);
	memcpy(sector + 16, content, sizeof(content));
	sector_frame_form1(sector, 4350);
	assert_memory_equal(sector + 16, content, sizeof(content));
	assert_int_equal(sector_check(sector, 4350), SECTOR_GOOD);
	assert_int_equal(sector_mode(sector), 2);
	assert_int_equal(sector_user_data(sector), 24);
	memset(sector + 12, 0, 4);
	assert_true(parity_holds(sector));
}

static void addresses(void **state)
{
	(void)state;
	static const struct {
		uint32_t lba;
		uint8_t address[3];
	} cases[] = {
		{0, {0x00, 0x02, 0x00}},
		{74, {0x00, 0x02, 0x74}},
		{75, {0x00, 0x03, 0x00}},
		{4349, {0x00, 0x59, 0x74}},
		{4350, {0x01, 0x00, 0x00}},
		{333000, {0x74, 0x02, 0x00}},
		{449849, {0x99, 0x59, 0x74}},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		sector_frame_mode2(sector, cases[i].lba);
		assert_memory_equal(sector + 12, cases[i].address, 3);
		assert_int_equal(sector[15], 2);
		raw_make_mode1(sector, cases[i].lba);
		assert_memory_equal(sector + 12, cases[i].address, 3);
		assert_int_equal(sector_check(sector, cases[i].lba), SECTOR_GOOD);
		assert_int_equal(sector_check(sector, cases[i].lba + 1), SECTOR_WRONG_ADDRESS);
	}
	sector_frame_mode1(sector, UINT32_MAX); /* no disc has it; nothing bad happens */
	assert_int_equal(sector_check(sector, UINT32_MAX), SECTOR_GOOD);
}

/* A wrong bit is found wherever the EDC looks, and where nothing looks it does not matter. */
static void every_wrong_byte_of_mode1(void **state)
{
	(void)state;
	raw_make_mode1(sector, 1000);
	for (size_t i = 0; i < SIZE; i++) {
		sector[i] ^= 0x04;
		enum sector_state expected = i < 2068 ? SECTOR_WRONG_EDC : SECTOR_GOOD;
		if (i < 12 || i == 15) /* sync, and a mode that is none */
			expected = SECTOR_NO_SYNC;
		assert_int_equal(sector_check(sector, 1000), expected);
		sector[i] ^= 0x04;
	}
	assert_int_equal(sector_check(sector, 1000), SECTOR_GOOD);
}

/* ---- modes ---- */

static void modes(void **state)
{
	(void)state;
	memset(sector, 0, SIZE);
	assert_int_equal(sector_mode(sector), -1);
	assert_int_equal(sector_check(sector, 0), SECTOR_NO_SYNC);
	sector_frame_mode2(sector, 10);
	sector[15] = 0;
	assert_int_equal(sector_mode(sector), 0);
	assert_int_equal(sector_check(sector, 10), SECTOR_NO_CHECK);
	assert_int_equal(sector_check(sector, 11), SECTOR_WRONG_ADDRESS);
	assert_int_equal(sector_user_data(sector), 0);
	sector[SIZE - 1] = 1; /* Mode 0 is empty */
	assert_int_equal(sector_check(sector, 10), SECTOR_WRONG_EDC);
	sector[15] = 3;
	assert_int_equal(sector_mode(sector), 3);
	assert_int_equal(sector_check(sector, 10), SECTOR_NO_SYNC);
}

/* A CD-R says in the mode byte's upper bits where in a packet a block stands. */
static void block_indicators(void **state)
{
	(void)state;
	raw_make_mode1(sector, 10);
	sector[15] |= 0xe0;
	assert_int_equal(sector_check(sector, 10), SECTOR_WRONG_EDC);
	put_edc(sector + 2064, edc_by_bits(sector, 2064));
	assert_int_equal(sector_mode(sector), 1);
	assert_int_equal(sector_check(sector, 10), SECTOR_GOOD);
	assert_int_equal(sector_user_data(sector), 16);
}

/* ---- Mode 2 ---- */

static void form1(void **state)
{
	(void)state;
	raw_make_form1(sector, 500);
	assert_int_equal(sector_mode(sector), 2);
	assert_int_equal(sector_user_data(sector), 24);
	assert_int_equal(sector_check(sector, 500), SECTOR_GOOD);
	assert_int_equal(sector_check(sector, 499), SECTOR_WRONG_ADDRESS);
	for (size_t i = 24; i < 2076; i++) {
		sector[i] ^= 0x80;
		assert_int_equal(sector_check(sector, 500), SECTOR_WRONG_EDC);
		assert_int_equal(sector_user_data(sector), 24);
		sector[i] ^= 0x80;
	}
	sector[2076] ^= 1;
	assert_int_equal(sector_check(sector, 500), SECTOR_GOOD);
}

static void form2(void **state)
{
	(void)state;
	raw_make_form2(sector, 500);
	assert_int_equal(sector_user_data(sector), 0);
	assert_int_equal(sector_check(sector, 500), SECTOR_NO_CHECK);
	assert_int_equal(sector_check(sector, 501), SECTOR_WRONG_ADDRESS);
	put_edc(sector + 2348, edc_by_bits(sector + 16, 2332));
	assert_int_equal(sector_check(sector, 500), SECTOR_GOOD);
	/* An empty one, without kind. */
	sector[18] = sector[22] = 0x20;
	put_edc(sector + 2348, edc_by_bits(sector + 16, 2332));
	assert_int_equal(sector_check(sector, 500), SECTOR_GOOD);
	for (size_t i = 24; i < SIZE; i++) {
		sector[i] ^= 0x01;
		assert_int_equal(sector_check(sector, 500), SECTOR_WRONG_EDC);
		sector[i] ^= 0x01;
	}
}

/* The parity shows a form 1 sector whose subheader does not. */
static void damaged_subheaders(void **state)
{
	(void)state;
	raw_make_form1(sector, 500);
	add_form1_p(sector);
	assert_int_equal(sector_check(sector, 500), SECTOR_GOOD);
	for (size_t i = 16; i < 24; i++) {
		sector[i] ^= 0xc0;
		assert_int_equal(sector_check(sector, 500), SECTOR_WRONG_EDC);
		assert_int_equal(sector_user_data(sector), 24);
		sector[i] ^= 0xc0;
	}
	/* A subheader that makes no sense, on a sector that is right. */
	memset(sector + 16, 0, 8);
	put_edc(sector + 2072, edc_by_bits(sector + 16, 2056));
	add_form1_p(sector);
	assert_int_equal(sector_check(sector, 500), SECTOR_GOOD);
	assert_int_equal(sector_user_data(sector), 24);
	sector[100] ^= 1;
	assert_int_equal(sector_check(sector, 500), SECTOR_WRONG_EDC);
	/* Likewise in form 2: all three kinds at once. */
	raw_make_form2(sector, 500);
	sector[18] = sector[22] = 0x2e;
	put_edc(sector + 2348, edc_by_bits(sector + 16, 2332));
	assert_int_equal(sector_check(sector, 500), SECTOR_GOOD);
	assert_int_equal(sector_user_data(sector), 0);
}

/* Nothing there to check, so nothing is wrong. */
static void mode2_without_form(void **state)
{
	(void)state;
	for (uint32_t seed = 0; seed < 2000; seed++) {
		raw_fill(sector, SIZE, seed);
		if (seed % 2)
			memset(sector + 16, 0, 8);
		sector_frame_mode2(sector, seed);
		assert_int_equal(sector_check(sector, seed), SECTOR_NO_CHECK);
		assert_int_equal(sector_check(sector, seed + 1), SECTOR_WRONG_ADDRESS);
		assert_int_equal(sector_user_data(sector), 0);
	}
	memset(sector + 16, ' ', SIZE - 16);
	assert_int_equal(sector_check(sector, 1999), SECTOR_NO_CHECK);
	memset(sector + 16, 0xff, SIZE - 16);
	assert_int_equal(sector_check(sector, 1999), SECTOR_NO_CHECK);
	memset(sector + 16, 0, SIZE - 16);
	sector[2000] = 1;
	assert_int_equal(sector_check(sector, 1999), SECTOR_NO_CHECK);
	sector[2000] = 0; /* zeros are a form 1 sector too, whose EDC is 0 */
	assert_int_equal(sector_check(sector, 1999), SECTOR_GOOD);
}

/* ---- real discs ---- */

static FILE *corpus_file(const char *name)
{
	const char *corpus = getenv("THECA_CORPUS");
	char path[4096];
	snprintf(path, sizeof(path), "%s/libcdio/%s", corpus ? corpus : "../shared/corpus", name);
	FILE *file = fopen(path, "rb");
	if (!file) {
		print_message("skipped: no real sectors at %s (THECA_CORPUS)\n", path);
		skip();
	}
	return file;
}

static void a_real_mode1_disc(void **state)
{
	(void)state;
	FILE *file = corpus_file("isofs-m1.bin");
	uint32_t lba = 0;
	for (; fread(sector, SIZE, 1, file) == 1; lba++) {
		uint8_t framed[SIZE];
		assert_int_equal(sector_check(sector, lba), SECTOR_GOOD);
		assert_int_equal(sector_user_data(sector), 16);
		assert_true(parity_holds(sector));
		memset(framed, 0xee, SIZE);
		memcpy(framed + 16, sector + 16, 2048);
		sector_frame_mode1(framed, lba);
		assert_memory_equal(framed, sector, SIZE);
	}
	assert_int_equal(lba, 302);
	fclose(file);
}

static void a_real_audio_disc(void **state)
{
	(void)state;
	FILE *file = corpus_file("p1.bin");
	uint32_t lba = 0;
	for (; fread(sector, SIZE, 1, file) == 1; lba++) {
		assert_int_equal(sector_check(sector, lba), SECTOR_NO_SYNC);
		assert_int_equal(sector_user_data(sector), 0);
	}
	assert_int_equal(lba, 302);
	fclose(file);
}

/* A Video CD, of which Nero kept the 2336 bytes after the header: both forms, all with EDC. */
static void a_real_video_cd(void **state)
{
	(void)state;
	FILE *file = corpus_file("videocd.nrg");
	uint32_t of_form1 = 0;
	for (uint32_t lba = 0; lba < 1126; lba++) {
		assert_int_equal(fread(sector + 16, SIZE - 16, 1, file), 1);
		sector_frame_mode2(sector, lba);
		assert_int_equal(sector_check(sector, lba), SECTOR_GOOD);
		if (sector_user_data(sector) == 24) {
			uint8_t again[SIZE];
			of_form1++;
			memcpy(again, sector, SIZE);
			memset(again, 0xa5, 16);
			memset(again + 2072, 0xa5, SIZE - 2072);
			sector_frame_form1(again, lba);
			assert_memory_equal(again, sector, SIZE);
			memset(sector + 16, 0, 4);
			assert_int_equal(sector_check(sector, lba), SECTOR_WRONG_EDC);
		}
	}
	assert_int_equal(of_form1, 226);
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edc_is_the_sum_by_bits),
		cmocka_unit_test(mode1_is_framed),
		cmocka_unit_test(form1_is_framed),
		cmocka_unit_test(addresses),
		cmocka_unit_test(every_wrong_byte_of_mode1),
		cmocka_unit_test(modes),
		cmocka_unit_test(block_indicators),
		cmocka_unit_test(form1),
		cmocka_unit_test(form2),
		cmocka_unit_test(damaged_subheaders),
		cmocka_unit_test(mode2_without_form),
		cmocka_unit_test(a_real_mode1_disc),
		cmocka_unit_test(a_real_audio_disc),
		cmocka_unit_test(a_real_video_cd),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

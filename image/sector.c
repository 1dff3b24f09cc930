/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/sector.h"

#include "base/bytes.h"

#include <pthread.h>
#include <string.h>

enum {
	SIZE = 2352,
	ADDRESS = 12, /* three bytes of BCD, then the mode */
	MODE = 15,
	CONTENT = 16, /* what follows the header */
	SUBHEADER_SIZE = 4,
	USER_DATA = 2048,
	MODE1_ZEROS = 2068,
	PARITY_P = 2076, /* the first bytes of the P vectors, then the second ones; likewise Q */
	PARITY_Q = 2248,
	COVERED = PARITY_Q - ADDRESS, /* bytes that Q is made from */
	P_VECTORS = 86,
	Q_VECTORS = 52,
	P_STEP = P_VECTORS,
	Q_STEP = P_VECTORS + 2, /* a diagonal */
	P_LENGTH = 24,
	Q_LENGTH = 43,
};

/* The subheader of an XA sector: file, channel, submode, coding. */
enum {
	CHANNEL = CONTENT + 1,
	SUBMODE = CONTENT + 2,
	MAX_CHANNEL = 31,
	SUBMODE_VIDEO = 0x02,
	SUBMODE_AUDIO = 0x04,
	SUBMODE_DATA = 0x08,
	SUBMODE_KIND = SUBMODE_VIDEO | SUBMODE_AUDIO | SUBMODE_DATA,
	SUBMODE_FORM2 = 0x20,
};

enum sector_kind {
	KIND_NONE, /* no sync, or a mode that nothing defines */
	KIND_EMPTY, /* Mode 0: all zero after the header */
	KIND_MODE1,
	KIND_FORMLESS, /* Mode 2 that is not XA */
	KIND_FORM1,
	KIND_FORM2,
};

static const uint8_t sync_bytes[ADDRESS] = {0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0};

/* ---- EDC ---- */

#define EDC_POLYNOMIAL 0xd8018001u /* 0x8001801b with its bits reversed */
#define EDC_SLICES 4

/* [0][b] is the EDC of the byte b, [k][b] that of b and k zero bytes: four bytes go in one step. */
static uint32_t edc_table[EDC_SLICES][256];

static void make_edc_table(void)
{
	for (uint32_t byte = 0; byte < 256; byte++) {
		uint32_t edc = byte;
		for (int bit = 0; bit < 8; bit++)
			edc = edc >> 1 ^ (edc & 1 ? EDC_POLYNOMIAL : 0);
		edc_table[0][byte] = edc;
	}
	for (int slice = 1; slice < EDC_SLICES; slice++) {
		for (int byte = 0; byte < 256; byte++) {
			uint32_t edc = edc_table[slice - 1][byte];
			edc_table[slice][byte] = edc >> 8 ^ edc_table[0][edc & 0xff];
		}
	}
}

uint32_t sector_edc(const uint8_t *bytes, size_t len)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	uint32_t edc = 0;
	pthread_once(&once, make_edc_table);
	for (; len >= EDC_SLICES; bytes += EDC_SLICES, len -= EDC_SLICES) {
		edc ^= bytes_le32(bytes);
		edc = edc_table[3][edc & 0xff] ^ edc_table[2][edc >> 8 & 0xff] ^
		      edc_table[1][edc >> 16 & 0xff] ^ edc_table[0][edc >> 24];
	}
	for (; len; bytes++, len--)
		edc = edc >> 8 ^ edc_table[0][(edc ^ *bytes) & 0xff];
	return edc;
}

/* What the EDC of each kind is made from; it stands where that ends. */
static const struct {
	size_t begin, end;
} edc_spans[] = {
	[KIND_MODE1] = {0, 2064},
	[KIND_FORM1] = {CONTENT, 2072},
	[KIND_FORM2] = {CONTENT, 2348},
};

static bool edc_agrees(const uint8_t *sector, enum sector_kind kind)
{
	const size_t begin = edc_spans[kind].begin, end = edc_spans[kind].end;
	return sector_edc(sector + begin, end - begin) == bytes_le32(sector + end);
}

/* ---- P and Q: Reed-Solomon over GF(2^8) with the polynomial 0x11d, roots 1 and 2 ---- */

static uint8_t gf_double(uint8_t a)
{
	return (uint8_t)(a << 1 ^ (a & 0x80 ? 0x1d : 0));
}

static uint8_t gf_multiply(uint8_t a, uint8_t b)
{
	uint8_t product = 0;
	for (; b; b >>= 1, a = gf_double(a))
		product ^= b & 1 ? a : 0;
	return product;
}

/*
 * The two parity bytes p, r of the vector of `length` bytes that begins at `start` and goes on in
 * steps, counted from the address and around the bytes that are covered. The vector with them is
 * zero at both roots: with s the sum of the vector and h its value at 2,
 *
 *   s + p + r = 0  and  4h + 2p + r = 0,  so  p = (4h + s) / 3  and  r = s + p
 */
static void make_parity(
	const uint8_t *sector, size_t start, size_t step, unsigned length, uint8_t parity[2])
{
	static const uint8_t a_third = 0xf4; /* 3 * 0xf4 = 1 */
	uint8_t sum = 0, at_two = 0;
	for (size_t i = start; length; length--) {
		uint8_t byte = sector[ADDRESS + i];
		sum ^= byte;
		at_two = gf_double(at_two) ^ byte;
		i += step;
		i -= i >= COVERED ? COVERED : 0;
	}
	parity[0] = gf_multiply(gf_double(gf_double(at_two)) ^ sum, a_third);
	parity[1] = sum ^ parity[0];
}

static void make_p(const uint8_t *sector, unsigned vector, uint8_t parity[2])
{
	make_parity(sector, vector, P_STEP, P_LENGTH, parity);
}

static void make_q(const uint8_t *sector, unsigned vector, uint8_t parity[2])
{
	make_parity(sector, (vector & 1) + (vector & ~1u) * Q_LENGTH, Q_STEP, Q_LENGTH, parity);
}

/*
 * Whether so many P vectors fit a form 1 sector that it cannot be chance. The first vectors hold the
 * header, which counts as zero there; those of zeros fit anywhere.
 */
static bool has_form1_parity(const uint8_t *sector)
{
	unsigned fits = 0;
	for (unsigned v = CONTENT - ADDRESS; v < P_VECTORS; v++) {
		uint8_t parity[2];
		make_p(sector, v, parity);
		fits += (parity[0] || parity[1]) && parity[0] == sector[PARITY_P + v] &&
			parity[1] == sector[PARITY_P + P_VECTORS + v];
	}
	return fits >= 4;
}

/* ---- what a sector is ---- */

static bool all_zero(const uint8_t *bytes, size_t len)
{
	return len == 0 || (bytes[0] == 0 && !memcmp(bytes, bytes + 1, len - 1));
}

/*
 * A sector of XA is of one kind; one of none is empty, which goes unquestioned only with the bit of
 * form 2: zeros are no proof of a subheader.
 */
static bool subheader_is_clear(const uint8_t *sector)
{
	unsigned kind = sector[SUBMODE] & SUBMODE_KIND;
	if (memcmp(sector + CONTENT, sector + CONTENT + SUBHEADER_SIZE, SUBHEADER_SIZE) != 0 ||
		sector[CHANNEL] > MAX_CHANNEL)
		return false;
	if (kind == 0)
		return sector[SUBMODE] & SUBMODE_FORM2;
	return kind == SUBMODE_VIDEO || kind == SUBMODE_AUDIO || kind == SUBMODE_DATA;
}

/* Where the subheader does not tell, being damaged, unusual or none, the check codes do. */
static enum sector_kind kind_of_mode2(const uint8_t *sector)
{
	if (subheader_is_clear(sector))
		return sector[SUBMODE] & SUBMODE_FORM2 ? KIND_FORM2 : KIND_FORM1;
	if (edc_agrees(sector, KIND_FORM1))
		return KIND_FORM1;
	if (edc_agrees(sector, KIND_FORM2))
		return KIND_FORM2;
	return has_form1_parity(sector) ? KIND_FORM1 : KIND_FORMLESS;
}

int sector_mode(const uint8_t sector[2352])
{
	return memcmp(sector, sync_bytes, sizeof(sync_bytes)) ? -1 : sector[MODE] & 0x1f;
}

static enum sector_kind kind_of(const uint8_t *sector)
{
	switch (sector_mode(sector)) {
	case 0:
		return KIND_EMPTY;
	case 1:
		return KIND_MODE1;
	case 2:
		return kind_of_mode2(sector);
	default:
		return KIND_NONE;
	}
}

static enum sector_state check_content(const uint8_t *sector)
{
	const enum sector_kind kind = kind_of(sector);
	switch (kind) {
	case KIND_MODE1:
	case KIND_FORM1:
		return edc_agrees(sector, kind) ? SECTOR_GOOD : SECTOR_WRONG_EDC;
	case KIND_FORM2:
		if (bytes_le32(sector + edc_spans[kind].end) == 0)
			return SECTOR_NO_CHECK;
		return edc_agrees(sector, kind) ? SECTOR_GOOD : SECTOR_WRONG_EDC;
	case KIND_EMPTY:
		return all_zero(sector + CONTENT, SIZE - CONTENT) ? SECTOR_NO_CHECK
								  : SECTOR_WRONG_EDC;
	case KIND_FORMLESS:
		return SECTOR_NO_CHECK;
	default:
		return SECTOR_NO_SYNC;
	}
}

/* ---- framing ---- */

static uint8_t to_bcd(uint32_t value)
{
	return (uint8_t)(value / 10 << 4 | value % 10);
}

static void make_address(uint8_t address[3], uint32_t lba)
{
	const uint32_t frames = lba + 150;
	address[0] = to_bcd(frames / (60 * 75) % 100);
	address[1] = to_bcd(frames / 75 % 60);
	address[2] = to_bcd(frames % 75);
}

static void put_le32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static void make_header(uint8_t *sector, uint32_t lba, uint8_t mode)
{
	memcpy(sector, sync_bytes, sizeof(sync_bytes));
	make_address(sector + ADDRESS, lba);
	sector[MODE] = mode;
}

enum sector_state sector_check(const uint8_t sector[2352], uint32_t lba)
{
	uint8_t address[3];
	enum sector_state state = check_content(sector);
	make_address(address, lba);
	if ((state == SECTOR_GOOD || state == SECTOR_NO_CHECK) &&
		memcmp(sector + ADDRESS, address, sizeof(address)) != 0)
		state = SECTOR_WRONG_ADDRESS;
	return state;
}

size_t sector_user_data(const uint8_t sector[2352])
{
	switch (kind_of(sector)) {
	case KIND_MODE1:
		return CONTENT;
	case KIND_FORM1:
		return CONTENT + 2 * SUBHEADER_SIZE;
	default:
		return 0;
	}
}

/* P covers the header and the content, Q covers these and P. */
static void make_all_parity(uint8_t *sector)
{
	uint8_t parity[2];
	for (unsigned v = 0; v < P_VECTORS; v++) {
		make_p(sector, v, parity);
		sector[PARITY_P + v] = parity[0];
		sector[PARITY_P + P_VECTORS + v] = parity[1];
	}
	for (unsigned v = 0; v < Q_VECTORS; v++) {
		make_q(sector, v, parity);
		sector[PARITY_Q + v] = parity[0];
		sector[PARITY_Q + Q_VECTORS + v] = parity[1];
	}
}

void sector_frame_mode1(uint8_t sector[2352], uint32_t lba)
{
	make_header(sector, lba, 1);
	put_le32(sector + edc_spans[KIND_MODE1].end, sector_edc(sector, CONTENT + USER_DATA));
	memset(sector + MODE1_ZEROS, 0, PARITY_P - MODE1_ZEROS);
	make_all_parity(sector);
}

void sector_frame_form1(uint8_t sector[2352], uint32_t lba)
{
	const size_t begin = edc_spans[KIND_FORM1].begin, end = edc_spans[KIND_FORM1].end;
	put_le32(sector + end, sector_edc(sector + begin, end - begin));
	memset(sector + ADDRESS, 0,
		CONTENT - ADDRESS); /* for the parity the header counts as zero */
	make_all_parity(sector);
	make_header(sector, lba, 2);
}

void sector_frame_mode2(uint8_t sector[2352], uint32_t lba)
{
	make_header(sector, lba, 2);
}

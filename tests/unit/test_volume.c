/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/volume.h"
#include "image/udf.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTORS = 640 };

/* An image in memory; sectors from bad_from to bad_end cannot be read. */
struct disc_image {
	uint8_t *bytes;
	uint32_t sectors;
	uint32_t bad_from, bad_end;
	unsigned reads;
};

static int read_image(void *context, uint32_t lba, uint8_t sector[DISC_SECTOR_SIZE])
{
	struct disc_image *image = context;
	assert_true(lba < image->sectors);
	image->reads++;
	memset(sector, 0xA5, DISC_SECTOR_SIZE);
	if (lba >= image->bad_from && lba < image->bad_end)
		return ERR_IO;
	memcpy(sector, image->bytes + (size_t)lba * DISC_SECTOR_SIZE, DISC_SECTOR_SIZE);
	return ERR_NONE;
}

static uint8_t *at(struct disc_image *image, uint32_t lba)
{
	return image->bytes + (size_t)lba * DISC_SECTOR_SIZE;
}

static int set_up(void **state)
{
	struct disc_image *image = calloc(1, sizeof(*image));
	assert_non_null(image);
	image->sectors = SECTORS;
	image->bytes = calloc(SECTORS, DISC_SECTOR_SIZE);
	assert_non_null(image->bytes);
	*state = image;
	return 0;
}

static int tear_down(void **state)
{
	struct disc_image *image = *state;
	free(image->bytes);
	free(image);
	return 0;
}

static void put_le32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static void put_id(struct disc_image *image, uint32_t lba, uint8_t type, const char *id)
{
	at(image, lba)[0] = type;
	memcpy(at(image, lba) + 1, id, 5);
	at(image, lba)[6] = 1;
}

static void put_iso(struct disc_image *image, uint32_t lba, const char *label, uint32_t size)
{
	put_id(image, lba, 1, "CD001");
	memset(at(image, lba) + 40, ' ', 32);
	memcpy(at(image, lba) + 40, label, strlen(label));
	put_le32(at(image, lba) + 80, size);
	bytes_put_be32(at(image, lba) + 84, size);
	at(image, lba)[129] = 8;
	put_id(image, lba + 1, 255, "CD001");
}

static void put_udf_recognition(struct disc_image *image, uint32_t lba)
{
	put_id(image, lba, 0, "BEA01");
	put_id(image, lba + 1, 0, "NSR03");
	put_id(image, lba + 2, 0, "TEA01");
}

/* Fills in a tag over a body of 496 bytes; written from ECMA-167 for itself. */
static void put_tag(struct disc_image *image, uint32_t lba, uint8_t id)
{
	uint8_t *tag = at(image, lba), sum = 0;
	unsigned crc = 0;
	for (int i = 0; i < 496; i++)
		for (int bit = 7; bit >= 0; bit--) {
			unsigned high = (crc >> 15 ^ tag[16 + i] >> bit) & 1;
			crc = (crc << 1 ^ (high ? 0x1021 : 0)) & 0xFFFF;
		}
	tag[0] = id;
	tag[2] = 3;
	tag[8] = (uint8_t)crc;
	tag[9] = (uint8_t)(crc >> 8);
	tag[10] = 496 & 255;
	tag[11] = 496 >> 8;
	put_le32(tag + 12, lba);
	tag[4] = 0;
	for (int i = 0; i < 16; i++)
		sum = (uint8_t)(sum + (i == 4 ? 0 : tag[i]));
	tag[4] = sum;
}

static void put_dstring(uint8_t *field, size_t size, const char *text)
{
	field[0] = 8;
	memcpy(field + 1, text, strlen(text));
	field[size - 1] = (uint8_t)(strlen(text) + 1);
}

static void put_anchor(struct disc_image *image, uint32_t lba, uint32_t main, uint32_t reserve)
{
	put_le32(at(image, lba) + 16, 16 * DISC_SECTOR_SIZE);
	put_le32(at(image, lba) + 20, main);
	put_le32(at(image, lba) + 24, 16 * DISC_SECTOR_SIZE);
	put_le32(at(image, lba) + 28, reserve);
	put_tag(image, lba, 2);
}

static void put_sequence(struct disc_image *image, uint32_t lba, const char *label)
{
	put_dstring(at(image, lba) + 24, 32, "primary");
	put_tag(image, lba, 1);
	put_le32(at(image, lba + 1) + 188, 300);
	put_le32(at(image, lba + 1) + 192, 330);
	put_tag(image, lba + 1, 5);
	put_dstring(at(image, lba + 2) + 84, 128, label);
	put_tag(image, lba + 2, 6);
	put_tag(image, lba + 3, 8);
}

static void assert_volume(
	struct disc_image *image, const char *file_system, const char *label, uint32_t claimed)
{
	struct volume volume;
	image->reads = 0;
	assert_int_equal(
		volume_identify(&volume, read_image, image, image->sectors, NULL), ERR_NONE);
	assert_true(image->reads <= 240);
	if (file_system)
		assert_string_equal(volume.file_system, file_system);
	else
		assert_null(volume.file_system);
	assert_string_equal(buffer_text(&volume.label), label);
	assert_int_equal(volume.claimed_sectors, claimed);
	volume_release(&volume);
}

static void nothing_known(void **state)
{
	struct disc_image *image = *state;
	assert_volume(image, NULL, "", 0);
	image->sectors = 0;
	assert_volume(image, NULL, "", 0);
	image->sectors = 17;
	assert_volume(image, NULL, "", 0);
}

static void iso_9660(void **state)
{
	struct disc_image *image = *state;
	put_iso(image, 16, "KARTEN  1996", 600);
	assert_volume(image, "ISO 9660", "KARTEN  1996", 600);
	/* raw bytes stay raw; NUL padding goes as spaces do */
	memset(at(image, 16) + 40, 0, 32);
	memcpy(at(image, 16) + 40, "A\0\xFF\x1B", 4);
	struct volume volume;
	assert_int_equal(volume_identify(&volume, read_image, image, SECTORS, NULL), ERR_NONE);
	assert_int_equal(volume.label.len, 4);
	assert_memory_equal(volume.label.data, "A\0\xFF\x1B", 4);
	volume_release(&volume);
}

static void iso_sizes(void **state)
{
	struct disc_image *image = *state;
	put_iso(image, 16, "X", 0);
	assert_volume(image, "ISO 9660", "X", 0);
	bytes_put_be32(at(image, 16) + 84, 77); /* only the big-endian half filled in */
	assert_volume(image, "ISO 9660", "X", 77);
	put_le32(at(image, 16) + 80, 13);
	at(image, 16)[129] = 2; /* blocks of 512 bytes */
	assert_volume(image, "ISO 9660", "X", 4);
}

static void put_partition(
	struct disc_image *image, uint32_t offset, uint32_t count, const char *type, uint32_t first)
{
	uint8_t *entry = image->bytes + offset;
	memcpy(entry, "PM", 2);
	bytes_put_be32(entry + 4, count);
	bytes_put_be32(entry + 8, first);
	memcpy(entry + 48, type, strlen(type));
}

static void apple_volumes(void **state)
{
	struct disc_image *image = *state;
	memcpy(image->bytes + 1024, "BD", 2);
	assert_volume(image, "HFS", "", 0);
	put_iso(image, 16, "HYBRID", 600);
	assert_volume(image, "ISO 9660 and HFS", "HYBRID", 600);
	memcpy(image->bytes + 1024 + 124, "H+", 2); /* an HFS volume around an HFS Plus one */
	assert_volume(image, "ISO 9660 and HFS Plus", "HYBRID", 600);
	put_udf_recognition(image, 18);
	memcpy(image->bytes + 1024, "HX", 2);
	assert_volume(image, "ISO 9660 and UDF and HFS Plus", "HYBRID", 600);
	memset(image->bytes + 1024, 0, 2);
	assert_volume(image, "ISO 9660 and UDF", "HYBRID", 600);
}

static void apple_partition_maps(void **state)
{
	static const uint32_t block_sizes[] = {512, DISC_SECTOR_SIZE};
	struct disc_image *image = *state;
	put_iso(image, 16, "HYBRID", 600);
	for (size_t i = 0; i < 2; i++) {
		const uint32_t size = block_sizes[i];
		memset(image->bytes, 0, 16 * DISC_SECTOR_SIZE);
		put_partition(image, size, 2, "Apple_partition_map", 1);
		put_partition(image, 2 * size, 2, "Apple_HFS", 401 * DISC_SECTOR_SIZE / size);
		assert_volume(image, "ISO 9660", "HYBRID", 600); /* without a driver descriptor */
		memcpy(image->bytes, "ER", 2);
		memset(at(image, 401) + 1024, 0, 2);
		assert_volume(image, "ISO 9660 with an Apple partition map", "HYBRID", 600);
		memcpy(at(image, 401) + 1024, "BD", 2);
		assert_volume(image, "ISO 9660 and HFS with an Apple partition map", "HYBRID", 600);
		put_partition(image, size, 1, "Apple_partition_map", 1); /* the second is none now */
		assert_volume(image, "ISO 9660 with an Apple partition map", "HYBRID", 600);
	}
	memset(at(image, 16), 0, 2 * DISC_SECTOR_SIZE);
	assert_volume(image, "Apple partition map", "", 0);
}

/* A map of a thousand million partitions, all of them beyond the end or at its edge. */
static void hostile_maps_are_bounded(void **state)
{
	struct disc_image *image = *state;
	memcpy(image->bytes, "ER", 2);
	for (uint32_t i = 1; i < 300; i++)
		put_partition(image, i * DISC_SECTOR_SIZE, UINT32_MAX, "Apple_HFS",
			i % 2 ? UINT32_MAX : SECTORS - 1);
	assert_volume(image, "Apple partition map", "", 0);
	assert_true(image->reads <= 50);
	image->sectors = 1;
	assert_volume(image, NULL, "", 0);
}

static void high_sierra(void **state)
{
	struct disc_image *image = *state;
	at(image, 16)[8] = 1;
	memcpy(at(image, 16) + 9, "CDROM", 5);
	memset(at(image, 16) + 48, ' ', 32);
	memcpy(at(image, 16) + 48, "OLD", 3);
	put_le32(at(image, 16) + 88, 500);
	at(image, 16)[137] = 8;
	assert_volume(image, "High Sierra", "OLD", 500);
}

static void udf_alone(void **state)
{
	struct disc_image *image = *state;
	put_udf_recognition(image, 16);
	assert_volume(image, "UDF", "", 0);
	put_sequence(image, 32, "film");
	put_anchor(image, 256, 32, 48);
	assert_volume(image, "UDF", "film", 630);
	at(image, 34)[90] ^=
		1; /* the logical volume descriptor's CRC fails: the primary one's label is left */
	assert_volume(image, "UDF", "primary", 630);
}

static void udf_needs_its_frame(void **state)
{
	struct disc_image *image = *state;
	put_id(image, 16, 0, "NSR02");
	put_sequence(image, 32, "film");
	put_anchor(image, 256, 32, 48);
	assert_volume(image, NULL, "", 0);
}

static void udf_reserve_and_far_anchors(void **state)
{
	static const uint32_t anchors[] = {SECTORS - 1, SECTORS - 257, SECTORS - 256, 512};
	struct disc_image *image = *state;
	put_udf_recognition(image, 16);
	put_sequence(image, 48, "reserve");
	for (size_t i = 0; i < 4; i++) {
		memset(at(image, 256), 0, (SECTORS - 256) * DISC_SECTOR_SIZE);
		put_anchor(image, anchors[i], 32, 48);
		assert_volume(image, "UDF", "reserve", 630);
	}
	at(image, 512)[4] ^= 1; /* the tag's own checksum */
	assert_volume(image, "UDF", "", 0);
}

static void udf_prevailing_and_pointed_to(void **state)
{
	struct disc_image *image = *state;
	put_udf_recognition(image, 16);
	put_anchor(image, 256, 32, 48);
	put_sequence(image, 80, "new");
	put_le32(at(image, 82) + 16, 2);
	put_tag(image, 82, 6);
	put_dstring(at(image, 32) + 84, 128, "old");
	put_le32(at(image, 32) + 16, 1);
	put_tag(image, 32, 6);
	put_le32(at(image, 33) + 20, 16 * DISC_SECTOR_SIZE);
	put_le32(at(image, 33) + 24, 80);
	put_tag(image, 33, 3);
	assert_volume(image, "UDF", "new", 630);
	put_le32(at(image, 82) + 16, 0);
	put_tag(image, 82, 6);
	assert_volume(image, "UDF", "old", 630);
}

static void bridge_takes_the_iso_label(void **state)
{
	struct disc_image *image = *state;
	put_iso(image, 16, "ISO", 400);
	put_udf_recognition(image, 18);
	put_sequence(image, 32, "udf");
	put_anchor(image, 256, 32, 48);
	assert_volume(image, "ISO 9660 and UDF", "ISO", 630);
	memset(at(image, 16) + 40, ' ', 32);
	assert_volume(image, "ISO 9660 and UDF", "udf", 630);
}

static void a_scratch_hides_only_itself(void **state)
{
	struct disc_image *image = *state;
	put_iso(image, 16, "ISO", 400);
	put_udf_recognition(image, 18);
	image->bad_from = 17;
	image->bad_end = 18;
	assert_volume(image, "ISO 9660 and UDF", "ISO", 400);
	image->bad_from = 0;
	image->bad_end = SECTORS;
	assert_volume(image, NULL, "", 0);
}

/* Five anchors that lead round in circles, on a disc of nothing but descriptors. */
static void hostile_images_are_bounded(void **state)
{
	struct disc_image *image = *state;
	for (uint32_t lba = 16; lba < 256; lba++)
		put_id(image, lba, 0, "BEA01");
	put_id(image, 20, 0, "NSR02");
	static const uint32_t anchors[] = {256, SECTORS - 1, SECTORS - 257, SECTORS - 256, 512};
	for (size_t i = 0; i < 5; i++)
		put_anchor(image, anchors[i], 100, UINT32_MAX);
	put_le32(at(image, 100) + 20, UINT32_MAX);
	put_le32(at(image, 100) + 24, 100);
	put_tag(image, 100, 3);
	assert_volume(image, "UDF", "", 0);
}

static void dstrings(void **state)
{
	(void)state;
	static const struct {
		const char *field, *text; /* NULL: refused */
		size_t size;
	} cases[] = {
		{"\x08"
		 "abc\0\0\0\x04",
			"abc", 8},
		{"\x08\xE9\xFC\0\0\0\0\x03", "\xC3\xA9\xC3\xBC", 8},
		{"\x10\x04\x36\x00v\0\0\x05", "\xD0\xB6v", 8},
		{"\x10\xD8\x3C\xDF\xB5\0\0\x05", "\xF0\x9F\x8E\xB5", 8},
		{"\x10\xD8\x3C\x00v\0\0\x05", "\xED\xA0\xBCv", 8},
		{"\x10\xD8\x3C\0\0\0\0\x03", "\xED\xA0\xBC", 8},
		{"\x10\x20\xAC\x41\0\0\0\x04", "\xE2\x82\xAC", 8},
		{"\0\0\0\0\0\0\0\0", NULL, 8},
		{"\x08"
		 "abcdef\x08",
			NULL, 8},
		{"\x08"
		 "abcdef\xFF",
			NULL, 8},
		{"\x08\0\0\0\0\0\0\x01", NULL, 8},
		{"\x10\x41\0\0\0\0\0\x02", NULL, 8},
		{"\x09"
		 "abc\0\0\0\x04",
			NULL, 8},
		{"", NULL, 0},
		{"\x01", NULL, 1},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer out = {0};
		bool good = udf_dstring((const uint8_t *)cases[i].field, cases[i].size, &out);
		assert_int_equal(good, cases[i].text != NULL);
		assert_string_equal(buffer_text(&out), cases[i].text ? cases[i].text : "");
		buffer_release(&out);
	}
}

/* ---- real images ---- */

static FILE *corpus_file(const char *name)
{
	const char *corpus = getenv("THECA_CORPUS");
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", corpus ? corpus : "../shared/corpus", name);
	return fopen(path, "rb");
}

static int read_file(void *context, uint32_t lba, uint8_t sector[DISC_SECTOR_SIZE])
{
	FILE *file = context;
	if (fseek(file, (long)lba * DISC_SECTOR_SIZE, SEEK_SET) != 0 ||
		fread(sector, DISC_SECTOR_SIZE, 1, file) != 1)
		return ERR_IO;
	return ERR_NONE;
}

static void real_images(void **state)
{
	(void)state;
	static const struct {
		const char *name, *file_system, *label;
		uint32_t claimed;
	} cases[] = {
		{"libcdio/copying.iso", "ISO 9660", "CDROM", 64},
		{"libcdio/copying-rr.iso", "ISO 9660", "Rock Ridge Copy test", 186},
		{"libcdio/joliet.iso", "ISO 9660", "K3b data project", 198},
		{"libcdio/test-udf1.iso", "ISO 9660 and UDF", "CDROM", 445},
		{"libcdio/udf102.iso", "UDF", "F\xC3\xA9\xD0\xB6\xCE\x98vrier", 599},
		{"libcdio/bad-dir.iso", "ISO 9660", "CDROM", 174},
		{"libcdio/malformed.iso", "ISO 9660", "00000000000000000000000000000000",
			0x30303030},
		{"isolyzer/iso9660.iso", "ISO 9660", "ISO9660 only", 216},
		{"isolyzer/iso9660_apple.iso", "ISO 9660", "ISO9660/Apple_Extensions", 216},
		{"isolyzer/iso9660_roxioecc.iso", "ISO 9660", "220407_1849", 35},
		{"isolyzer/iso9660_trunc.iso", "ISO 9660", "ISO9660 only", 216},
		{"isolyzer/iso9660_udf.iso", "ISO 9660 and UDF", "UDF Bridge", 460},
		{"hostile/malformed2.iso", "ISO 9660", "CDROM", 26},
		{"hostile/rockridge_ce_loop.iso", "ISO 9660", "CDROM", 183},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		FILE *file = corpus_file(cases[i].name);
		if (!file) {
			print_message("skipped: no %s in the corpus\n", cases[i].name);
			skip();
		}
		struct volume volume;
		fseek(file, 0, SEEK_END);
		uint32_t sectors = (uint32_t)(ftell(file) / DISC_SECTOR_SIZE);
		assert_int_equal(
			volume_identify(&volume, read_file, file, sectors, NULL), ERR_NONE);
		assert_string_equal(volume.file_system, cases[i].file_system);
		assert_string_equal(buffer_text(&volume.label), cases[i].label);
		assert_int_equal(volume.claimed_sectors, cases[i].claimed);
		volume_release(&volume);
		fclose(file);
	}
}

#define WITH_IMAGE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_IMAGE(nothing_known),
		WITH_IMAGE(iso_9660),
		WITH_IMAGE(iso_sizes),
		WITH_IMAGE(apple_volumes),
		WITH_IMAGE(apple_partition_maps),
		WITH_IMAGE(hostile_maps_are_bounded),
		WITH_IMAGE(high_sierra),
		WITH_IMAGE(udf_alone),
		WITH_IMAGE(udf_needs_its_frame),
		WITH_IMAGE(udf_reserve_and_far_anchors),
		WITH_IMAGE(udf_prevailing_and_pointed_to),
		WITH_IMAGE(bridge_takes_the_iso_label),
		WITH_IMAGE(a_scratch_hides_only_itself),
		WITH_IMAGE(hostile_images_are_bounded),
		cmocka_unit_test(dstrings),
		cmocka_unit_test(real_images),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

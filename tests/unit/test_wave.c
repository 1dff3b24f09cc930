/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/wave.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#define PCM "fmt \x10\0\0\0\1\0\2\0\x44\xAC\0\0\x10\xB1\2\0\4\0\x10\0"
#define EXTENSIBLE                                                                                 \
	"fmt \x28\0\0\0\xFE\xFF\2\0\x44\xAC\0\0\x10\xB1\2\0\4\0\x10\0\x16\0\x10\0\3\0\0\0"
#define GUID_REST "\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71"
#define SAMPLES "abcdefgh"

/* A file put together from parts. */
struct file {
	uint8_t bytes[512];
	size_t len;
	unsigned reads;
};

/* The bytes of a literal, without its NUL. */
#define ADD(file, literal) add(file, literal, sizeof(literal) - 1)

static void add(struct file *file, const char *bytes, size_t len)
{
	assert_true(file->len + len <= sizeof(file->bytes));
	memcpy(file->bytes + file->len, bytes, len);
	file->len += len;
}

static int read_file(void *context, uint64_t offset, uint8_t *bytes, size_t len, struct error *err)
{
	struct file *file = context;
	(void)err;
	assert_true(offset <= file->len && len <= file->len - offset);
	memcpy(bytes, file->bytes + offset, len);
	file->reads++;
	return 0;
}

static int find(struct file *file, struct wave *wave, struct error *err)
{
	return wave_find(wave, read_file, file, file->len, err);
}

static void expect_samples(struct file *file, uint64_t size)
{
	struct wave wave;
	struct error err;
	if (find(file, &wave, &err))
		fail_msg("%s", err.message);
	assert_int_equal(wave.size, size);
	assert_memory_equal(file->bytes + wave.offset, SAMPLES, size < 8 ? size : 8);
}

static void expect_refused(struct file *file, int code, const char *words)
{
	struct wave wave;
	struct error err;
	assert_int_equal(find(file, &wave, &err), code);
	if (!strstr(err.message, words))
		fail_msg("\"%s\" lacks \"%s\"", err.message, words);
}

static void the_samples_are_found(void **state)
{
	(void)state;
	struct file file = {0};
	ADD(&file, "RIFF\x2C\0\0\0WAVE" PCM "data\x08\0\0\0" SAMPLES);
	expect_samples(&file, 8);
	ADD(&file, "LIST\4\0\0\0INFO");
	expect_samples(&file, 8);
}

static void chunks_of_odd_size_are_padded(void **state)
{
	(void)state;
	struct file file = {0};
	ADD(&file, "RIFF\0\0\0\0WAVE"
		   "LIST\3\0\0\0abc\0" PCM "junk\1\0\0\0x\0"
		   "fact\0\0\0\0"
		   "data\x08\0\0\0" SAMPLES);
	expect_samples(&file, 8);
}

static void the_extensible_format_is_read(void **state)
{
	(void)state;
	struct file file = {0};
	ADD(&file, "RIFF\0\0\0\0WAVE" EXTENSIBLE "\1\0" GUID_REST "data\x08\0\0\0" SAMPLES);
	expect_samples(&file, 8);
	file.len = 0;
	ADD(&file, "RIFF\0\0\0\0WAVE" EXTENSIBLE "\3\0" GUID_REST "data\x08\0\0\0" SAMPLES);
	expect_refused(&file, ERR_UNSUPPORTED, "floating point (3)");
	file.bytes[file.len - 20] ^= 1; /* of the GUID */
	expect_refused(&file, ERR_UNSUPPORTED, "of an unknown format (0)");
}

static void a_size_left_open_reaches_to_the_end(void **state)
{
	(void)state;
	struct file file = {0};
	struct wave wave;
	ADD(&file, "RIFF\0\0\0\0WAVE" PCM "data\0\0\0\0" SAMPLES SAMPLES);
	expect_samples(&file, 16);
	memset(file.bytes + file.len - 20, 0xFF, 4);
	memset(file.bytes + 4, 0xFF, 4);
	expect_samples(&file, 16);
	assert_int_equal(find(&file, &wave, NULL), 0);
	assert_int_equal(wave.promised, 16);
	assert_true(wave.is_guessed);
	file.len -= 16;
	expect_refused(&file, ERR_INVALID, "it has no samples");
}

/* What stands behind an empty chunk is no sound. */
static void no_samples_are_none(void **state)
{
	(void)state;
	struct file file = {0};
	struct wave wave;
	ADD(&file, "RIFF\x30\0\0\0WAVE" PCM "data\0\0\0\0LIST\4\0\0\0INFO");
	expect_refused(&file, ERR_INVALID, "its header says that it has no samples");
	memset(file.bytes + 40, 0xFF, 4);
	expect_refused(&file, ERR_INVALID, "its header says that it has no samples");
	file.bytes[4] = 0;
	assert_int_equal(find(&file, &wave, NULL), 0);
	assert_true(wave.is_guessed);
	file.len = 0;
	ADD(&file, "RF64\xFF\xFF\xFF\xFFWAVE"
		   "ds64\x10\0\0\0\x58\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" PCM
		   "data\xFF\xFF\xFF\xFFLIST\0\0\0\0");
	expect_refused(&file, ERR_INVALID, "its header says that it has no samples");
	file.bytes[20] = 0;
	assert_int_equal(find(&file, &wave, NULL), 0);
	assert_true(wave.is_guessed);
	memset(file.bytes + 20, 0xFF, 16);
	assert_int_equal(find(&file, &wave, NULL), 0);
	assert_true(wave.is_guessed);
}

static void a_file_cut_short_gives_what_it_has(void **state)
{
	(void)state;
	struct file file = {0};
	struct wave wave;
	ADD(&file, "RIFF\0\0\0\0WAVE" PCM "data\0\1\0\0" SAMPLES);
	expect_samples(&file, 8);
	assert_int_equal(find(&file, &wave, NULL), 0);
	assert_int_equal(wave.promised, 256);
}

static void rf64_has_its_size_elsewhere(void **state)
{
	(void)state;
	struct file file = {0};
	struct wave wave;
	ADD(&file, "RF64\xFF\xFF\xFF\xFFWAVE"
		   "ds64\x1C\0\0\0"
		   "\x58\0\0\0\0\0\0\0"
		   "\x08\0\0\0\0\0\0\0"
		   "\2\0\0\0\0\0\0\0"
		   "\0\0\0\0" PCM "data\xFF\xFF\xFF\xFF" SAMPLES "LIST\0\0\0\0");
	expect_samples(&file, 8);
	file.bytes[32] = 1; /* 4 GiB more than there is */
	expect_samples(&file, 16);
	assert_int_equal(find(&file, &wave, NULL), 0);
	assert_int_equal(wave.promised, 0x100000008);
	assert_false(wave.is_guessed);
}

static void other_samples_are_refused_in_words(void **state)
{
	(void)state;
	static const struct {
		size_t at;
		uint8_t byte;
		int code;
		const char *words;
	} cases[] = {
		{20, 0x55, ERR_UNSUPPORTED, "MP3 (85)"},
		{22, 1, ERR_UNSUPPORTED, "44100 Hz, 16 bits and 1 channels"},
		{24, 0x45, ERR_UNSUPPORTED, "44101 Hz"},
		{34, 24, ERR_UNSUPPORTED, "24 bits"},
		{32, 3, ERR_INVALID, "3 bytes for 2 channels"},
		{16, 8, ERR_INVALID, "cut short"},
		{8, 'w', ERR_INVALID, "does not begin like a WAVE file"},
		{12, 'F', ERR_INVALID, "nothing in it says what its samples are"},
		{36, 'D', ERR_INVALID, "no samples"},
		{3, 'X', ERR_INVALID, "does not begin like a WAVE file"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct file file = {0};
		ADD(&file, "RIFF\x2C\0\0\0WAVE" PCM "data\x08\0\0\0" SAMPLES);
		file.bytes[cases[i].at] = cases[i].byte;
		expect_refused(&file, cases[i].code, cases[i].words);
	}
}

static void a_file_may_end_anywhere(void **state)
{
	(void)state;
	struct file file = {0};
	ADD(&file, "RIFF\x2C\0\0\0WAVE" PCM "data\x08\0\0\0" SAMPLES);
	while (file.len > 44) {
		file.len--;
		expect_samples(&file, file.len - 44);
	}
	while (file.len > 0) {
		struct wave wave;
		file.len--;
		assert_int_equal(find(&file, &wave, NULL), ERR_INVALID);
	}
}

/* The first read works. */
static int fail_to_read(
	void *context, uint64_t offset, uint8_t *bytes, size_t len, struct error *err)
{
	(void)context;
	(void)len;
	if (offset)
		return error_set(err, ERR_IO, "broken");
	memcpy(bytes, "RIFF\0\0\0\0WAVE", WAVE_START);
	return 0;
}

/* However long the file is, chunks of no size must not take for ever. */
static int give_empty_chunks(
	void *context, uint64_t offset, uint8_t *bytes, size_t len, struct error *err)
{
	unsigned *reads = context;
	(void)err;
	++*reads;
	memset(bytes, 0, len);
	memcpy(bytes, offset ? "junk" : "RIFF\0\0\0\0WAVE", offset ? 4 : 12);
	return 0;
}

static void reading_ends_and_its_errors_are_told(void **state)
{
	(void)state;
	struct wave wave;
	unsigned reads = 0;
	assert_int_equal(
		wave_find(&wave, give_empty_chunks, &reads, UINT64_MAX, NULL), ERR_INVALID);
	assert_in_range(reads, 1000, 10000);
	uint8_t start[WAVE_START] = "RIFF....WAV";
	assert_false(wave_begins_like(start));
	start[11] = 'E';
	assert_true(wave_begins_like(start));
	assert_int_equal(wave_find(&wave, fail_to_read, NULL, 100, NULL), ERR_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_samples_are_found),
		cmocka_unit_test(chunks_of_odd_size_are_padded),
		cmocka_unit_test(the_extensible_format_is_read),
		cmocka_unit_test(a_size_left_open_reaches_to_the_end),
		cmocka_unit_test(no_samples_are_none),
		cmocka_unit_test(a_file_cut_short_gives_what_it_has),
		cmocka_unit_test(rf64_has_its_size_elsewhere),
		cmocka_unit_test(other_samples_are_refused_in_words),
		cmocka_unit_test(a_file_may_end_anywhere),
		cmocka_unit_test(reading_ends_and_its_errors_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/sheet_image.h"

#include "image/sector.h"
#include "tests/unit/scratch.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RAW 2352u
#define MANY 700u /* sectors of a file, more than one read takes */

#define ONE_TRACK "  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n"

struct opened {
	struct sector_source *source;
	struct disc disc;
	struct sheet_facts facts;
	struct error err;
};

/* Bytes that differ from place to place and from seed to seed. */
static uint8_t byte_at(unsigned seed, size_t i)
{
	return (uint8_t)((i * 2654435761u + seed * 97u) >> 13);
}

static void write_bytes(const struct scratch *scratch, const char *name, unsigned seed, size_t len)
{
	uint8_t *bytes = malloc(len ? len : 1);
	assert_non_null(bytes);
	for (size_t i = 0; i < len; i++)
		bytes[i] = byte_at(seed, i);
	scratch_write(scratch, name, bytes, len);
	free(bytes);
}

static int open_sheet(const struct scratch *scratch, const char *sheet, struct opened *opened)
{
	memset(opened, 0, sizeof(*opened));
	scratch_write(scratch, "disc.cue", sheet, strlen(sheet));
	return sheet_image_open(&opened->source, scratch_path(scratch, "disc.cue"), &opened->disc,
		&opened->facts, &opened->err);
}

static void expect_opened(const struct scratch *scratch, const char *sheet, struct opened *opened)
{
	if (open_sheet(scratch, sheet, opened))
		fail_msg("%s", opened->err.message);
	assert_int_equal(opened->source->sector_size, RAW);
	assert_int_equal(opened->source->sectors, disc_image_sectors(&opened->disc));
	assert_int_equal(opened->source->confirmation, READ_CONFIRMED_BY_FILE);
}

static void expect_refused(
	const struct scratch *scratch, const char *sheet, int code, const char *words)
{
	static struct opened opened;
	assert_int_equal(open_sheet(scratch, sheet, &opened), code);
	if (!strstr(opened.err.message, words))
		fail_msg("\"%s\" lacks \"%s\"", opened.err.message, words);
	if (!strstr(opened.err.message, "disc.cue: "))
		fail_msg("\"%s\" does not name the sheet", opened.err.message);
}

static void expect_warning(const struct opened *opened, const char *words)
{
	if (!strstr(opened->facts.warnings, words))
		fail_msg("\"%s\" lacks \"%s\"", opened->facts.warnings, words);
}

/* The whole image, read in pieces of that many sectors; the caller frees it. */
static uint8_t *read_all(struct opened *opened, uint32_t piece, struct sector_note *notes)
{
	uint32_t sectors = opened->source->sectors;
	struct sector_note *all = calloc(sectors, sizeof(*all));
	uint8_t *bytes = malloc((size_t)sectors * RAW);
	assert_true(bytes && all && piece <= opened->source->max_read);
	for (uint32_t i = 0; i < sectors; i += piece) {
		uint32_t count = sectors - i < piece ? sectors - i : piece;
		enum source_status status = source_read_noted(opened->source,
			(struct extent){i, count}, bytes + (size_t)i * RAW, all + i, &opened->err);
		if (status != SOURCE_OK)
			fail_msg("%s", opened->err.message);
	}
	if (notes)
		memcpy(notes, all, sectors * sizeof(*all));
	free(all);
	return bytes;
}

static void expect_pattern(const uint8_t *bytes, unsigned seed, size_t from, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != byte_at(seed, from + i))
			fail_msg("byte %zu of file %u is another", from + i, seed);
}

static void sheets_are_known_by_their_name(void **state)
{
	(void)state;
	assert_true(sheet_image_is_sheet("disc.cue"));
	assert_true(sheet_image_is_sheet("/a.b/DISC.CUE"));
	assert_false(sheet_image_is_sheet(".cue"));
	assert_false(sheet_image_is_sheet("disc.cue.iso"));
	assert_false(sheet_image_is_sheet("cue"));
}

static void raw_sectors_pass_unchanged(void **state)
{
	struct opened opened;
	write_bytes(*state, "a.bin", 1, MANY * RAW);
	expect_opened(*state, "FILE \"a.bin\" BINARY\n" ONE_TRACK, &opened);
	assert_string_equal(opened.facts.warnings, "");
	assert_false(opened.facts.is_plain_iso);
	assert_int_equal(opened.disc.lead_out, MANY);
	assert_int_equal(opened.source->max_read, 256);
	uint8_t *bytes = read_all(&opened, 256, NULL);
	expect_pattern(bytes, 1, 0, MANY * RAW);
	free(bytes);
	source_close(opened.source);
}

static const char mixed_sheet[] =
	"FILE \"a.bin\" MOTOROLA\n"
	"  TRACK 01 MODE1/2048\n    INDEX 01 00:00:00\n    POSTGAP 00:00:03\n"
	"  TRACK 02 MODE2/2336\n    INDEX 01 00:00:10\n"
	"  TRACK 03 MODE2/2352\n    INDEX 01 00:00:20\n"
	"  TRACK 04 AUDIO\n    INDEX 01 00:00:30\n";

/* Whatever the pieces in which it is read: across tracks, and sector by sector. */
static void every_kind_of_sector_becomes_a_raw_one(void **state)
{
	static const uint32_t pieces[] = {256, 1, 7, 25};
	struct opened opened;
	struct sector_note notes[40];
	write_bytes(*state, "a.bin", 2, 10 * 2048 + 10 * 2336 + 20 * RAW);
	expect_opened(*state, mixed_sheet, &opened);
	assert_int_equal(opened.source->sectors, 40);
	for (size_t p = 0; p < sizeof(pieces) / sizeof(pieces[0]); p++) {
		uint8_t *bytes = read_all(&opened, pieces[p], notes);
		for (uint32_t i = 0; i < 10; i++) {
			assert_int_equal(sector_check(bytes + i * RAW, i), SECTOR_GOOD);
			assert_int_equal(sector_mode(bytes + i * RAW), 1);
			expect_pattern(bytes + i * RAW + 16, 2, i * 2048u, 2048);
		}
		for (uint32_t i = 10; i < 20; i++) { /* the postgap is before them on the disc */
			assert_int_equal(sector_mode(bytes + i * RAW), 2);
			assert_int_not_equal(
				sector_check(bytes + i * RAW, i + 3), SECTOR_WRONG_ADDRESS);
			expect_pattern(bytes + i * RAW + 16, 2, 10 * 2048 + (i - 10) * 2336u, 2336);
		}
		size_t raw = 10 * 2048 + 10 * 2336;
		expect_pattern(bytes + 20 * RAW, 2, raw, 10 * RAW);
		for (size_t i = 30 * RAW; i < 40 * RAW; i++)
			assert_int_equal(bytes[i], byte_at(2, raw + (i ^ 1) - 20 * RAW));
		for (uint32_t i = 0; i < 40; i++) {
			assert_int_equal(notes[i].rebuilt, i < 20);
			assert_int_equal(notes[i].confirmation, READ_CONFIRMED_BY_FILE);
			assert_int_equal(notes[i].state, READ_STATE_READ);
		}
		free(bytes);
	}
	source_close(opened.source);
}

/* A WAVE file of len bytes of sound, with something before and behind it. */
static void write_wave(const struct scratch *scratch, const char *name, unsigned seed, uint32_t len)
{
	static const uint8_t head[] = "RIFF\0\0\0\0WAVE"
				      "fmt \x10\0\0\0\1\0\2\0\x44\xAC\0\0\x10\xB1\2\0\4\0\x10\0"
				      "LIST\3\0\0\0abc\0data";
	size_t start = sizeof(head) - 1 + 4;
	uint8_t *bytes = calloc(1, start + len + 8);
	assert_non_null(bytes);
	memcpy(bytes, head, sizeof(head) - 1);
	for (unsigned i = 0; i < 4; i++)
		bytes[start - 4 + i] = (uint8_t)(len >> 8 * i);
	for (size_t i = 0; i < len; i++)
		bytes[start + i] = byte_at(seed, i);
	memcpy(bytes + start + len, "LIST", 4);
	scratch_write(scratch, name, bytes, start + len + 8);
	free(bytes);
}

static void samples_of_wave_files_are_read(void **state)
{
	struct opened opened;
	write_wave(*state, "a.wav", 3, 20 * RAW);
	write_wave(*state, "b.wav", 4, 9 * RAW + 40);
	expect_opened(*state,
		"FILE \"a.wav\" WAVE\n" ONE_TRACK "FILE \"b.wav\" BINARY\n"
		"  TRACK 02 AUDIO\n    INDEX 01 00:00:00\n",
		&opened);
	expect_warning(&opened, "line 4: b.wav is a WAVE file, whatever the sheet says");
	expect_warning(&opened, "line 4: b.wav ends within a sector");
	assert_int_equal(opened.disc.lead_out, 30);
	uint8_t *bytes = read_all(&opened, 25, NULL);
	expect_pattern(bytes, 3, 0, 20 * RAW);
	expect_pattern(bytes + 20 * RAW, 4, 0, 9 * RAW + 40);
	for (size_t i = 29 * RAW + 40; i < 30 * RAW; i++)
		assert_int_equal(bytes[i], 0);
	free(bytes);
	source_close(opened.source);
}

/* The header of one speaks of more than there is; a data track may begin as it likes. */
static void a_wave_file_may_be_cut_short(void **state)
{
	struct opened opened;
	write_wave(*state, "a.wav", 3, 20 * RAW);
	assert_int_equal(truncate(scratch_path(*state, "a.wav"), 56 + 10 * RAW), 0);
	expect_opened(*state, "FILE \"a.wav\" WAVE\n" ONE_TRACK, &opened);
	expect_warning(&opened, "a.wav is cut short: its header speaks of 47040 bytes of sound, "
				"and there are 23520");
	assert_int_equal(opened.disc.lead_out, 10);
	source_close(opened.source);
	assert_int_equal(truncate(scratch_path(*state, "a.wav"), 10 * RAW), 0);
	expect_opened(
		*state, "FILE \"a.wav\" BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n", &opened);
	assert_string_equal(opened.facts.warnings, "");
	uint8_t *bytes = read_all(&opened, 10, NULL);
	assert_memory_equal(bytes, "RIFF", 4);
	free(bytes);
	source_close(opened.source);
}

static void an_open_length_of_sound_is_a_guess(void **state)
{
	struct opened opened;
	write_wave(*state, "a.wav", 3, 0);
	expect_opened(*state, "FILE \"a.wav\" WAVE\n" ONE_TRACK, &opened);
	expect_warning(&opened, "line 1: a.wav does not say how much of it is sound; all up to its "
				"end is taken for it");
	source_close(opened.source);
}

static void other_kinds_of_sound_are_refused(void **state)
{
	scratch_write(*state, "a.flac", "fLaC1234567890", 14);
	scratch_write(*state, "a.mp3", "whatever it is", 14);
	scratch_write(*state, "a.wav", "no WAVE at all", 14);
	expect_refused(*state, "FILE \"a.flac\" WAVE\n" ONE_TRACK, ERR_UNSUPPORTED,
		"line 1: a.flac is a FLAC file");
	expect_refused(*state, "FILE \"a.mp3\" MP3\n" ONE_TRACK, ERR_UNSUPPORTED,
		"line 1: a.mp3 is an MP3 file");
	expect_refused(*state, "FILE \"a.wav\" WAVE\n" ONE_TRACK, ERR_INVALID,
		"line 1: a.wav: it does not begin like a WAVE file");
	write_wave(*state, "a.wav", 3, 20 * RAW);
	expect_refused(*state, "FILE \"a.wav\" WAVE\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n",
		ERR_INVALID, "a WAVE file, which can hold sound only");
}

static void files_are_found_by_names_that_differ(void **state)
{
	struct opened opened;
	write_bytes(*state, "Caf\xC3\xA9.bin", 5, 5 * RAW);
	expect_opened(*state, "FILE \"Caf\xC3\xA9.bin\" BINARY\n" ONE_TRACK, &opened);
	source_close(opened.source);
	expect_opened(*state, "FILE \"CAF\xC3\x89.BIN\" BINARY\n" ONE_TRACK, &opened);
	expect_warning(
		&opened, "differs in upper and lower case from the file taken: Caf\xC3\xA9.bin");
	source_close(opened.source);
	write_bytes(*state, "M\xFCller.bin", 5, 6 * RAW); /* Latin-1, in the sheet and on disk */
	expect_opened(*state, "FILE \"M\xFCller.bin\" BINARY\n" ONE_TRACK, &opened);
	assert_int_equal(opened.disc.lead_out, 6);
	source_close(opened.source);
	expect_opened(*state, "FILE \"C:\\Rips\\caf\xC3\xA9.bin\" BINARY\n" ONE_TRACK, &opened);
	expect_warning(&opened, "is a path; taken from the folder of the sheet: Caf\xC3\xA9.bin");
	source_close(opened.source);
	/* The last part in Shift_JIS, in the sheet and on disk; a half of its "so" is a backslash. */
	write_bytes(*state, "\x83\x5C\x83\x8D.bin", 5, 8 * RAW);
	expect_opened(*state,
		"FILE \"D:\\\x89\xB9\x8A\x79\\\x83\x5C\x83\x8D.bin\" BINARY\n" ONE_TRACK, &opened);
	assert_int_equal(opened.disc.lead_out, 8);
	expect_warning(&opened, "D:\\音楽\\ソロ.bin is a path; taken from the folder of the sheet: "
				"\uFFFD\\\uFFFD\uFFFD.bin\n");
	source_close(opened.source);
	write_bytes(*state, "back\\slash.bin", 5, 7 * RAW);
	expect_opened(*state, "FILE \"back\\slash.bin\" BINARY\n" ONE_TRACK, &opened);
	assert_int_equal(opened.disc.lead_out, 7);
	assert_string_equal(opened.facts.warnings, "");
	source_close(opened.source);
	write_bytes(*state, "CAF\xC3\xA9.bin", 5, 5 * RAW);
	expect_refused(*state, "FILE \"caf\xC3\xA9.bin\" BINARY\n" ONE_TRACK, ERR_INVALID,
		"could be CAF\xC3\xA9.bin or Caf\xC3\xA9.bin");
}

static void a_sheet_stays_in_its_folder(void **state)
{
	struct scratch *scratch = *state;
	struct opened opened;
	char sheet[256];
	write_bytes(scratch, "a.bin", 5, 5 * RAW);
	assert_int_equal(symlink("a.bin", scratch_path(scratch, "link.bin")), 0);
	assert_int_equal(mkdir(scratch_path(scratch, "sub.bin"), 0700), 0);
	assert_int_equal(mkfifo(scratch_path(scratch, "pipe.bin"), 0600), 0);
	expect_refused(scratch, "FILE \"link.bin\" BINARY\n" ONE_TRACK, ERR_INVALID,
		"line 1: link.bin is a symbolic link");
	expect_refused(
		scratch, "FILE \"LINK.BIN\" BINARY\n" ONE_TRACK, ERR_INVALID, "a symbolic link");
	expect_refused(scratch, "FILE \"sub.bin\" BINARY\n" ONE_TRACK, ERR_INVALID,
		"a directory or device");
	expect_refused(scratch, "FILE \"pipe.bin\" BINARY\n" ONE_TRACK, ERR_INVALID,
		"a directory or device");
	expect_refused(scratch, "FILE \"../a.bin\" BINARY\n" ONE_TRACK, ERR_INVALID,
		"lies outside the folder of the sheet");
	expect_refused(scratch, "FILE \"x\\..\\a.bin\" BINARY\n" ONE_TRACK, ERR_INVALID,
		"lies outside the folder of the sheet");
	expect_opened(scratch, "FILE \".x/a.bin\" BINARY\n" ONE_TRACK, &opened);
	source_close(opened.source);
	expect_refused(scratch, "FILE \"..\" BINARY\n" ONE_TRACK, ERR_NOT_FOUND, "line 1: ..");
	expect_refused(
		scratch, "FILE \"a.bin/\" BINARY\n" ONE_TRACK, ERR_NOT_FOUND, "line 1: a.bin/");
	expect_refused(scratch, "FILE \"/etc/passwd\" BINARY\n" ONE_TRACK, ERR_NOT_FOUND,
		"line 1: /etc/passwd is not in the folder /tmp/");
	snprintf(sheet, sizeof(sheet), "FILE \"%s/a.bin\" BINARY\n" ONE_TRACK, scratch->path);
	expect_opened(scratch, sheet, &opened);
	source_close(opened.source);
	assert_int_equal(symlink("disc.cue", scratch_path(scratch, "link.cue")), 0);
	assert_int_equal(sheet_image_open(&opened.source, scratch_path(scratch, "link.cue"),
				 &opened.disc, &opened.facts, &opened.err),
		ERR_INVALID);
	assert_non_null(strstr(opened.err.message, "name the sheet itself"));
}

static void what_is_wrong_with_a_file_is_said(void **state)
{
	expect_refused(*state, "FILE \"a.bin\" BINARY\n" ONE_TRACK, ERR_NOT_FOUND,
		"line 1: a.bin is not in the folder /tmp/");
	write_bytes(*state, "a.bin", 5, 5 * RAW + 1);
	expect_refused(*state, "FILE \"a.bin\" BINARY\n" ONE_TRACK, ERR_INVALID,
		"line 1: a.bin has 1 bytes more than whole sectors");
	write_bytes(*state, "a.bin", 5, 5 * RAW);
	expect_refused(*state,
		"FILE \"a.bin\" BINARY\n" ONE_TRACK "TRACK 02 AUDIO\nINDEX 01 00:00:05\n",
		ERR_INVALID, "line 5: a.bin is too short");
	expect_refused(*state,
		"FILE \"A.bin\" BINARY\n" ONE_TRACK "FILE \"a.bin\" BINARY\nTRACK 02 AUDIO\n"
		"INDEX 01 00:00:01\n",
		ERR_INVALID, "line 4: a.bin is the file that line 1 names already");
	expect_refused(*state, "nothing", ERR_INVALID, "");
	assert_int_equal(sheet_image_look(scratch_path(*state, "none.cue"),
				 &(struct image_file_state){0}, NULL),
		ERR_NOT_FOUND);
}

static void a_single_track_of_user_data_is_an_iso_image(void **state)
{
	struct opened opened;
	write_bytes(*state, "a.iso", 6, 30 * 2048);
	expect_opened(
		*state, "FILE \"a.iso\" BINARY\nTRACK 01 MODE1/2048\nINDEX 01 00:00:00\n", &opened);
	assert_true(opened.facts.is_plain_iso);
	assert_true(disc_is_single_data(&opened.disc));
	source_close(opened.source);
	expect_opened(
		*state, "FILE \"a.iso\" BINARY\nTRACK 01 MODE1/2048\nINDEX 01 00:00:03\n", &opened);
	assert_false(opened.facts.is_plain_iso);
	source_close(opened.source);
}

/* As it is, for whoever prints it to escape; and said once, by what knows. */
static void a_warning_is_plain_text(void **state)
{
	struct opened opened;
	write_bytes(*state, "a b.bin", 1, 5 * RAW);
	write_bytes(*state, "c.bin", 1, 5 * RAW);
	expect_opened(*state,
		"FILE \"D:\\My Music\\a b.bin\" BINARY\n" ONE_TRACK "FILE \"c.bin\" BINARY\n"
		"TRACK 02 MODE1/2352\nINDEX 01 00:00:02\n",
		&opened);
	assert_string_equal(opened.facts.warnings,
		"line 1: D:\\My Music\\a b.bin is a path; taken from the folder of the sheet: "
		"a b.bin\n"
		"line 6: c.bin has 2 sectors before its first index; they are taken for the pregap "
		"of track 2\n");
	source_close(opened.source);
}

static void many_warnings_are_cut(void **state)
{
	static struct opened opened;
	char sheet[16384] = "FILE \"a.bin\" BINARY\nTRACK 01 AUDIO\n";
	write_bytes(*state, "a.bin", 1, 5 * RAW);
	for (int i = 0; i < 500; i++)
		strcat(sheet, "NONSENSE of no use\n");
	strcat(sheet, "INDEX 01 00:00:00\n");
	expect_opened(*state, sheet, &opened);
	size_t len = strlen(opened.facts.warnings);
	assert_in_range(len, SHEET_WARNING_BYTES - 256, SHEET_WARNING_BYTES - 1);
	assert_string_equal(opened.facts.warnings + len - 25, "\nthere are more warnings\n");
	source_close(opened.source);
}

static void look(const struct scratch *scratch, struct image_file_state *state)
{
	struct error err;
	if (sheet_image_look(scratch_path(scratch, "disc.cue"), state, &err))
		fail_msg("%s", err.message);
}

static void set_time(const char *path, time_t seconds)
{
	struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* Also of one that is not the newest, or where another one shrinks as much as it grows. */
static void a_change_of_any_file_is_seen(void **state)
{
	struct opened opened;
	struct image_file_state now;
	static const char *const names[] = {"disc.cue", "a.bin", "b.bin"};
	write_bytes(*state, "a.bin", 1, 5 * RAW);
	write_bytes(*state, "b.bin", 2, 5 * RAW);
	expect_opened(*state,
		"FILE \"a.bin\" BINARY\n" ONE_TRACK "FILE \"b.bin\" BINARY\n"
		"  TRACK 02 AUDIO\n    INDEX 01 00:00:00\n",
		&opened);
	look(*state, &now);
	assert_true(image_file_same(&now, &opened.facts.state));
	for (size_t i = 0; i < 3; i++) {
		struct image_file_state before;
		look(*state, &before);
		set_time(scratch_path(*state, names[i]), 1000000 + (time_t)i);
		look(*state, &now);
		assert_false(image_file_same(&now, &before));
	}
	struct image_file_state before;
	look(*state, &before);
	set_time(scratch_path(*state, "disc.cue"), 900000);
	look(*state, &now);
	assert_int_equal(now.modified, before.modified);
	assert_false(image_file_same(&now, &before));
	look(*state, &before);
	write_bytes(*state, "a.bin", 1, 4 * RAW);
	write_bytes(*state, "b.bin", 2, 6 * RAW);
	set_time(scratch_path(*state, "a.bin"), 1000001);
	set_time(scratch_path(*state, "b.bin"), 1000002);
	look(*state, &now);
	assert_int_equal(now.size, before.size);
	assert_false(image_file_same(&now, &before));
	write_bytes(*state, "a.bin", 1, 5 * RAW);
	set_time(scratch_path(*state, "a.bin"), 1000001);
	look(*state, &opened.facts.state);
	assert_int_equal(rename(scratch_path(*state, "a.bin"), scratch_path(*state, "c.bin")), 0);
	write_bytes(*state, "a.bin", 1, 5 * RAW);
	set_time(scratch_path(*state, "a.bin"), 1000001);
	look(*state, &now);
	assert_int_equal(now.size, opened.facts.state.size);
	assert_int_equal(now.modified, opened.facts.state.modified);
	assert_false(image_file_same(&now, &opened.facts.state));
	source_close(opened.source);
}

static void a_file_that_shrinks_ends_the_reading(void **state)
{
	struct opened opened;
	uint8_t sector[RAW];
	write_bytes(*state, "a.bin", 1, 5 * RAW);
	expect_opened(*state, "FILE \"a.bin\" BINARY\n" ONE_TRACK, &opened);
	assert_int_equal(truncate(scratch_path(*state, "a.bin"), 3 * RAW), 0);
	assert_int_equal(
		source_read(opened.source, (struct extent){2, 1}, sector, NULL), SOURCE_OK);
	assert_int_equal(source_read(opened.source, (struct extent){3, 1}, sector, &opened.err),
		SOURCE_GONE);
	assert_string_equal(opened.err.message, "a.bin became shorter while it was read");
	source_close(opened.source);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_set_up, scratch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sheets_are_known_by_their_name),
		TEST(raw_sectors_pass_unchanged),
		TEST(every_kind_of_sector_becomes_a_raw_one),
		TEST(samples_of_wave_files_are_read),
		TEST(a_wave_file_may_be_cut_short),
		TEST(an_open_length_of_sound_is_a_guess),
		TEST(other_kinds_of_sound_are_refused),
		TEST(files_are_found_by_names_that_differ),
		TEST(a_sheet_stays_in_its_folder),
		TEST(what_is_wrong_with_a_file_is_said),
		TEST(a_single_track_of_user_data_is_an_iso_image),
		TEST(a_warning_is_plain_text),
		TEST(many_warnings_are_cut),
		TEST(a_change_of_any_file_is_seen),
		TEST(a_file_that_shrinks_ends_the_reading),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a stopped rip may be gone on with: by its table of contents, and by what is read again. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "rip/same_disc.h"
#include "tests/unit/raw_source.h"
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTORS = 400, SIZE = DISC_RAW_SECTOR_SIZE };

static uint8_t kept[SECTORS][DISC_RAW_SECTOR_SIZE], there[SECTORS][DISC_RAW_SECTOR_SIZE];
static const struct raw_fault *faults;
static size_t fault_count;

/* What comparing `there` with the staged image of `kept` says. */
static enum sameness compare(enum track_mode mode)
{
	static uint8_t slot[SECTORS * DISC_RAW_SECTOR_SIZE];
	const struct raw_disc raw = {there, SECTORS, 64, faults, fault_count};
	const struct rip_plan plan = {.sectors = SECTORS, .sector_size = SIZE};
	struct read_record reads = {0};
	struct read_range all = {.extent = {0, SECTORS}, .attempts = 1};
	struct scratch scratch;
	struct disc disc;
	scratch_make(&scratch);
	scratch_write(&scratch, "x.bin", kept, sizeof(kept));
	disc_init_single(&disc, DISC_CD, mode, SECTORS);
	assert_int_equal(read_record_set(&reads, &all, NULL), 0);
	struct sector_source *source = raw_source_new(&raw);
	int image = open(scratch_path(&scratch, "x.bin"), O_RDONLY | O_CLOEXEC);
	assert_true(image >= 0);
	enum sameness sameness = same_disc(source, slot, &disc, &plan, &reads, image);
	close(image);
	source_close(source);
	read_record_release(&reads);
	scratch_remove(&scratch);
	return sameness;
}

static int fill(void **state)
{
	(void)state;
	raw_fill(kept[0], sizeof(kept), 5);
	memcpy(there, kept, sizeof(kept));
	faults = NULL;
	fault_count = 0;
	return 0;
}

static void the_same(void **state)
{
	(void)state;
	assert_int_equal(compare(TRACK_AUDIO), DISC_SAME);
	assert_int_equal(compare(TRACK_MODE1), DISC_SAME);
}

static void another(void **state)
{
	(void)state;
	raw_fill(there[0], sizeof(there), 6);
	assert_int_equal(compare(TRACK_AUDIO), DISC_DIFFERENT);
	assert_int_equal(compare(TRACK_MODE1), DISC_DIFFERENT);
}

/* One place that differs is enough: the disc may be of the same series. */
static void another_from_somewhere_on(void **state)
{
	(void)state;
	raw_fill(there[SECTORS - 40], (size_t)40 * SIZE, 6);
	assert_int_equal(compare(TRACK_AUDIO), DISC_DIFFERENT);
	assert_int_equal(compare(TRACK_MODE1), DISC_DIFFERENT);
}

/* No two readings of sound begin at the same sample; those of data do. */
static void displaced(void **state)
{
	(void)state;
	static uint8_t *const bytes = &there[0][0];
	memmove(bytes + 400, bytes, sizeof(there) - 400);
	assert_int_equal(compare(TRACK_AUDIO), DISC_SAME);
	assert_int_equal(compare(TRACK_MODE1), DISC_DIFFERENT);
}

static void silence_says_nothing(void **state)
{
	(void)state;
	memset(kept, 0, sizeof(kept));
	memset(there, 0, sizeof(there));
	assert_int_equal(compare(TRACK_AUDIO), DISC_SAYS_NOTHING);
	assert_int_equal(compare(TRACK_MODE1), DISC_SAYS_NOTHING);
	there[SECTORS - 2][100] = 1;
	assert_int_equal(compare(TRACK_MODE1), DISC_DIFFERENT);
}

static void nothing_can_be_read_again(void **state)
{
	static struct raw_fault all[SECTORS];
	(void)state;
	for (uint32_t i = 0; i < SECTORS; i++)
		all[i] = (struct raw_fault){.sector = i, .kind = RAW_BROKEN};
	faults = all;
	fault_count = SECTORS;
	assert_int_equal(compare(TRACK_AUDIO), DISC_DIFFERENT);
}

static void contents_in_a_line(void **state)
{
	struct buffer line = {0};
	struct disc disc = {.profile = DISC_CD,
		.session_count = 2,
		.track_count = 3,
		.session_lead_outs = {9000, 30000}};
	(void)state;
	disc.tracks[0] = (struct track){.number = 1, .session = 1, .lba = 150, .pregap = 150};
	disc.tracks[1] = (struct track){.number = 2, .session = 1, .lba = 4500};
	disc.tracks[2] =
		(struct track){.number = 3, .session = 2, .mode = TRACK_MODE2, .lba = 20400};
	assert_null(disc_complete(&disc));
	disc_contents(&disc, &line);
	assert_string_equal(buffer_text(&line), "cd a150 a4500:9000 d20400:30000");
	buffer_clear(&line);
	disc_init_unknown(&disc, 7);
	disc_contents(&disc, &line);
	assert_string_equal(buffer_text(&line), "unknown");
	buffer_release(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_same, fill),
		cmocka_unit_test_setup(another, fill),
		cmocka_unit_test_setup(another_from_somewhere_on, fill),
		cmocka_unit_test_setup(displaced, fill),
		cmocka_unit_test_setup(silence_says_nothing, fill),
		cmocka_unit_test_setup(nothing_can_be_read_again, fill),
		cmocka_unit_test(contents_in_a_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

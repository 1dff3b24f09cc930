/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which file system stands for a disc of several tracks and sessions, and whether it is all there. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "image/sector.h"
#include "rip/identify.h"
#include "tests/unit/scratch.h"

#include <string.h>

enum { SECTORS = 120, SECOND = 60 };

static uint8_t image[SECTORS][DISC_RAW_SECTOR_SIZE];
static struct deposit deposit;

/* An ISO 9660 volume from a sector of the image on, as small as can be. */
static void put_volume(uint32_t sector, uint32_t lba, const char *label, uint32_t claims)
{
	uint8_t *primary = image[sector + 16] + 16, *end = image[sector + 17] + 16;
	memset(primary, 0, DISC_SECTOR_SIZE);
	memcpy(primary, "\1CD001\1", 7);
	memset(primary + 40, ' ', 32);
	memcpy(primary + 40, label, strlen(label));
	for (int i = 0; i < 4; i++) {
		primary[80 + i] = (uint8_t)(claims >> 8 * i);
		primary[87 - i] = (uint8_t)(claims >> 8 * i);
	}
	primary[129] = primary[130] = 8; /* blocks of 2048 bytes */
	memset(end, 0, DISC_SECTOR_SIZE);
	memcpy(end, "\377CD001\1", 7);
	for (uint32_t i = 0; i < 20; i++)
		sector_frame_mode1(image[sector + i], lba + i);
}

/* Two data tracks; in two sessions, the second begins at LBA 20000. */
static void make_disc(unsigned sessions)
{
	struct disc *disc = &deposit.disc;
	memset(&deposit, 0, sizeof(deposit));
	deposit.format = IMAGE_BINCUE;
	deposit.sector_size = DISC_RAW_SECTOR_SIZE;
	disc->profile = DISC_CD;
	disc->track_count = 2;
	disc->session_count = (uint8_t)sessions;
	disc->tracks[0] = (struct track){.number = 1, .session = 1, .mode = TRACK_MODE1};
	disc->tracks[1] = (struct track){.number = 2,
		.session = (uint8_t)sessions,
		.mode = TRACK_MODE1,
		.lba = sessions == 1 ? SECOND : 20000};
	disc->session_lead_outs[0] = sessions == 1 ? SECTORS : SECOND;
	disc->session_lead_outs[1] = 20000 + SECTORS - SECOND;
	assert_null(disc_complete(disc));
	assert_int_equal(disc_image_sectors(disc), SECTORS);
}

static void identify(void)
{
	struct scratch scratch;
	scratch_make(&scratch);
	scratch_write(&scratch, "x.bin", image, sizeof(image));
	assert_int_equal(deposit_identify(&deposit, scratch_path(&scratch, "x.bin"), NULL), 0);
	scratch_remove(&scratch);
}

static void check_label(const char *label)
{
	assert_non_null(deposit.file_system);
	assert_string_equal(deposit.file_system, "ISO 9660");
	assert_int_equal(deposit.volume_label.len, strlen(label));
	assert_memory_equal(deposit.volume_label.data, label, strlen(label));
	deposit_release(&deposit);
}

/* The last session takes the place of those before; how it counts its size is not settled, so nothing is made of that. */
static void the_last_session_stands_for_the_disc(void **state)
{
	(void)state;
	memset(image, 0, sizeof(image));
	put_volume(0, 0, "FIRST", SECOND);
	put_volume(SECOND, 20000, "SECOND", 20060);
	make_disc(2);
	identify();
	assert_int_equal(deposit.claimed_sectors, 0);
	assert_false(deposit_is_cut_short(&deposit));
	check_label("SECOND");
}

/* Within a session the first data track has the file system, which may count those after it. */
static void a_volume_may_claim_its_whole_session(void **state)
{
	static const struct {
		uint32_t claims;
		bool cut;
	} cases[] = {{SECOND, false}, {SECTORS, false}, {SECTORS + 1, true}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(image, 0, sizeof(image));
		put_volume(0, 0, "FIRST", cases[i].claims);
		put_volume(SECOND, SECOND, "OTHER", SECOND);
		make_disc(1);
		identify();
		assert_int_equal(deposit.claimed_sectors, cases[i].claims);
		assert_int_equal(deposit_is_cut_short(&deposit), cases[i].cut);
		check_label("FIRST");
	}
}

static void sound_has_no_file_system(void **state)
{
	(void)state;
	memset(image, 0, sizeof(image));
	put_volume(0, 0, "FIRST", SECOND);
	make_disc(1);
	deposit.disc.tracks[0].mode = deposit.disc.tracks[1].mode = TRACK_AUDIO;
	identify();
	assert_null(deposit.file_system);
	deposit_release(&deposit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_session_stands_for_the_disc),
		cmocka_unit_test(a_volume_may_claim_its_whole_session),
		cmocka_unit_test(sound_has_no_file_system),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

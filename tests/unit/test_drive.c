/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a drive's sense data mean for the rip. Reading from drives is tested with a virtual one, in
 * a guest.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "rip/drive.h"

#include <string.h>

/* Key, additional code and qualifier as MMC-3 (annex A) lists them. */
static const struct {
	uint8_t key, asc, ascq;
	enum source_status status;
	enum error_code code;
	const char *words;
} senses[] = {
	{0x2, 0x3a, 0x00, SOURCE_GONE, ERR_NOT_FOUND, "no disc"}, /* medium not present */
	{0x2, 0x3a, 0x02, SOURCE_GONE, ERR_NOT_FOUND, "no disc"}, /* ... tray open */
	{0x2, 0x04, 0x01, SOURCE_GONE, ERR_BUSY, "not ready"}, /* becoming ready */
	{0x3, 0x11, 0x00, SOURCE_UNREADABLE, ERR_IO, "medium"}, /* unrecovered read error */
	{0x3, 0x11, 0x05, SOURCE_UNREADABLE, ERR_IO, "medium"}, /* L-EC uncorrectable */
	{0x3, 0x02, 0x00, SOURCE_UNREADABLE, ERR_IO, "medium"}, /* no seek complete */
	{0x4, 0x09, 0x01, SOURCE_UNREADABLE, ERR_IO, "hardware"}, /* tracking servo failure */
	{0x5, 0x20, 0x00, SOURCE_UNREADABLE, ERR_UNSUPPORTED, "no such command"},
	{0x5, 0x24, 0x00, SOURCE_UNREADABLE, ERR_UNSUPPORTED,
		"in this way"}, /* invalid field in CDB */
	{0x5, 0x21, 0x00, SOURCE_UNREADABLE, ERR_IO, "address"}, /* address out of range */
	{0x5, 0x64, 0x00, SOURCE_UNREADABLE, ERR_IO, "address"}, /* illegal mode for this track */
	{0x5, 0x6f, 0x03, SOURCE_UNREADABLE, ERR_UNSUPPORTED, "copy-protected"},
	{0x6, 0x28, 0x00, SOURCE_GONE, ERR_IO, "changed"}, /* medium may have changed */
	{0x6, 0x29, 0x00, SOURCE_UNREADABLE, ERR_IO, "reset"}, /* power on or reset */
	{0xb, 0x00, 0x00, SOURCE_UNREADABLE, ERR_IO, "gave the command up"},
	{0x8, 0x00, 0x00, SOURCE_UNREADABLE, ERR_IO, "sense 8/00/00"}, /* blank check */
	{0x0, 0x00, 0x00, SOURCE_UNREADABLE, ERR_IO, "sense 0/00/00"},
};

static void sense_steers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(senses) / sizeof(senses[0]); i++) {
		struct error err = {0};
		assert_int_equal(
			drive_sense(senses[i].key, senses[i].asc, senses[i].ascq, 4711, &err),
			senses[i].status);
		assert_int_equal(err.code, senses[i].code);
		if (!strstr(err.message, "sector 4711") || !strstr(err.message, senses[i].words))
			fail_msg("%s", err.message);
		assert_int_equal(
			drive_sense(senses[i].key, senses[i].asc, senses[i].ascq, 4711, NULL),
			senses[i].status);
	}
}

/* Whatever a drive says, it is a failure, and says why. */
static void every_sense_is_a_failure(void **state)
{
	(void)state;
	for (unsigned key = 0; key < 16; key++) {
		for (unsigned asc = 0; asc < 256; asc++) {
			struct error err = {0};
			assert_int_not_equal(
				drive_sense((uint8_t)key, (uint8_t)asc, 0, 1, &err), SOURCE_OK);
			assert_true(err.code && *err.message);
		}
	}
}

static void not_a_drive(void **state)
{
	struct sector_source *source;
	struct drive_identity identity;
	struct disc disc;
	struct error err;
	(void)state;
	assert_int_equal(
		drive_open(&source, "/dev/nowhere", &identity, &disc, &err), ERR_NOT_FOUND);
	assert_int_equal(drive_open(&source, "/dev/null", &identity, &disc, &err), ERR_INVALID);
	assert_non_null(strstr(err.message, "is not a CD or DVD drive"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sense_steers),
		cmocka_unit_test(every_sense_is_a_failure),
		cmocka_unit_test(not_a_drive),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

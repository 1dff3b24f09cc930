/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sidecars.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/unit/deposit_fixture.h"
#include "tests/unit/golden_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

static const char *const kinds[DEPOSIT_KINDS] = {
	[DEPOSIT_FILE] = "file",
	[DEPOSIT_DRIVE] = "drive",
	[DEPOSIT_DAMAGED] = "damaged",
	[DEPOSIT_BARE] = "bare",
	[DEPOSIT_HOSTILE] = "hostile",
	[DEPOSIT_HOSTILE_FILE] = "hostile_file",
	[DEPOSIT_AUDIO] = "audio",
	[DEPOSIT_SHEET] = "sheet",
	[DEPOSIT_HOSTILE_SHEET] = "hostile_sheet",
};

static void check_golden(const char *format, enum deposit_kind kind,
	int (*write)(const struct deposit *, struct buffer *, struct error *))
{
	struct deposit deposit;
	struct buffer out = {0}, name = {0};

	deposit_make(&deposit, kind);
	assert_int_equal(write(&deposit, &out, NULL), 0);
	buffer_printf(&name, "sidecar_%s.%s", kinds[kind], format);
	golden_check(buffer_text(&name), &out);
	buffer_release(&name);
	buffer_release(&out);
	deposit_release(&deposit);
}

static void logs_are_as_people_saw_them(void **state)
{
	(void)state;
	for (enum deposit_kind kind = 0; kind < DEPOSIT_KINDS; kind++)
		check_golden("log", kind, sidecar_log_text);
}

static void reads_are_as_people_saw_them(void **state)
{
	(void)state;
	for (enum deposit_kind kind = 0; kind < DEPOSIT_KINDS; kind++)
		check_golden("reads.json", kind, sidecar_reads_json);
}

static void a_log_is_safe_to_show_on_a_terminal(void **state)
{
	(void)state;
	struct deposit deposit;
	struct buffer out = {0};

	deposit_make(&deposit, DEPOSIT_HOSTILE);
	assert_int_equal(sidecar_log_text(&deposit, &out, NULL), 0);
	assert_true(text_is_clean(out.data, out.len));
	assert_null(strchr(out.data, '\t'));
	buffer_release(&out);
	deposit_release(&deposit);
}

static void a_log_does_not_list_millions_of_ranges(void **state)
{
	(void)state;
	struct deposit deposit;
	struct buffer out = {0};

	deposit_make(&deposit, DEPOSIT_DRIVE);
	for (uint32_t lba = 0; lba < 3000; lba += 2)
		damage_map_set(deposit.map, (struct extent){lba, 1}, MAP_BAD, NULL);
	assert_int_equal(sidecar_log_text(&deposit, &out, NULL), 0);
	assert_non_null(strstr(out.data, "INCOMPLETE: 1500 of 330000"));
	assert_non_null(strstr(out.data, "and 500 more ranges"));
	assert_true(out.len < 40000);
	buffer_release(&out);
	deposit_release(&deposit);
}

static void a_log_warns_of_an_image_cut_short(void **state)
{
	(void)state;
	struct deposit deposit;
	struct buffer out = {0};

	deposit_make(&deposit, DEPOSIT_FILE);
	assert_false(deposit_is_cut_short(&deposit));
	assert_int_equal(sidecar_log_text(&deposit, &out, NULL), 0);
	assert_null(strstr(out.data, "WARNING"));
	buffer_clear(&out);
	deposit.claimed_sectors = 330001;
	assert_true(deposit_is_cut_short(&deposit));
	assert_int_equal(sidecar_log_text(&deposit, &out, NULL), 0);
	assert_non_null(strstr(out.data,
		"WARNING: the image is cut short. Its file system says that it has "
		"330001 sectors, but the image file has only 330000.\n"));
	buffer_release(&out);
	deposit_release(&deposit);
}

static void foreign_bytes_come_back_from_reads(void **state)
{
	(void)state;
	static const char *const members[] = {"device", "vendor", "model", "firmware", "serial"};
	struct deposit deposit;
	struct buffer out = {0};
	struct jv *json = NULL;

	deposit_make(&deposit, DEPOSIT_HOSTILE);
	assert_int_equal(sidecar_reads_json(&deposit, &out, NULL), 0);
	assert_int_equal(jv_parse(out.data, out.len, &json, NULL), 0);
	const struct drive_identity *drive = &deposit.source.drive;
	const char *const raw[] = {
		drive->device, drive->vendor, drive->model, drive->firmware, drive->serial};
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		struct buffer bytes = {0};
		assert_true(jv_get_bytes(jv_get(json, "source"), members[i], &bytes));
		assert_string_equal(buffer_text(&bytes), raw[i]);
		buffer_release(&bytes);
	}
	struct buffer id = {0};
	assert_true(jv_get_bytes(json, "carrier", &id));
	assert_string_equal(buffer_text(&id), DEPOSIT_HOSTILE_TEXT);
	buffer_release(&id);
	jv_free(json);
	buffer_release(&out);
	deposit_release(&deposit);
}

static void unread_extents_are_those_not_finished(void **state)
{
	(void)state;
	struct deposit deposit;
	struct extent extent;

	deposit_make(&deposit, DEPOSIT_DAMAGED);
	assert_int_equal(deposit_unread_sectors(&deposit), 12);
	assert_true(deposit_next_unread(&deposit, 0, &extent));
	assert_int_equal(extent.lba, 0);
	assert_int_equal(extent.count, 2);
	assert_true(deposit_next_unread(&deposit, 1004, &extent));
	assert_int_equal(extent.lba, 1004);
	assert_int_equal(extent.count, 5);
	assert_true(deposit_next_unread(&deposit, 1009, &extent));
	assert_int_equal(extent.lba, 329999);
	assert_int_equal(extent.count, 1);
	assert_false(deposit_next_unread(&deposit, 330000, &extent));
	deposit_release(&deposit);

	deposit_make(&deposit, DEPOSIT_DRIVE);
	assert_int_equal(deposit_unread_sectors(&deposit), 0);
	assert_false(deposit_next_unread(&deposit, 0, &extent));
	deposit_release(&deposit);
}

/* The image of either format, each sidecar, and no file of another kind. */
static void names_tell_roles(void **state)
{
	(void)state;
	static const enum image_format formats[] = {IMAGE_ISO, IMAGE_BINCUE};
	enum file_role role = ROLE_COUNT;

	for (size_t k = 0; k < 2; k++) {
		for (enum file_role i = 0; i < ROLE_COUNT; i++) {
			struct buffer name = {0};
			buffer_printf(&name, "disc%s", file_role_suffix(i, formats[k]));
			assert_true(file_role_of(buffer_text(&name), &role));
			assert_int_equal(role, i);
			buffer_release(&name);
		}
	}
	assert_string_equal(file_role_suffix(ROLE_IMAGE, IMAGE_ISO), ".iso");
	assert_string_equal(file_role_suffix(ROLE_IMAGE, IMAGE_BINCUE), ".bin");
	assert_string_equal(file_role_name(ROLE_READS), "reads");
	assert_true(file_role_of("a.source.cue", &role));
	assert_int_equal(role, ROLE_SOURCE_SHEET);
	assert_true(file_role_of("asource.cue", &role));
	assert_int_equal(role, ROLE_SHEET);
	assert_true(file_role_beside("a.source.cue", "a.source.bin", &role));
	assert_int_equal(role, ROLE_SHEET);
	assert_true(file_role_beside("a.source.cue", "a.bin", &role));
	assert_int_equal(role, ROLE_SOURCE_SHEET);
	assert_true(file_role_beside("a.source.cue", "b.source.bin", &role));
	assert_int_equal(role, ROLE_SOURCE_SHEET);
	assert_true(file_role_beside("a.source.cue", NULL, &role));
	assert_int_equal(role, ROLE_SOURCE_SHEET);
	assert_true(file_role_beside("a.cue", "a.bin", &role));
	assert_int_equal(role, ROLE_SHEET);
	assert_false(file_role_of("disc.json", &role));
	assert_false(file_role_of(".iso", &role));
	assert_false(file_role_of(".bin", &role));
	assert_false(file_role_of("", &role));
	assert_false(file_role_of("disc.ISO", &role));
	assert_int_equal(file_sector_size("disc.iso"), 2048);
	assert_int_equal(file_sector_size("disc.bin"), 2352);
}

/* Neighbours of one kind are one extent, whatever else is different about them. */
static void doubtful_extents_are_joined(void **state)
{
	(void)state;
	struct deposit deposit;
	struct extent extent;

	deposit_make(&deposit, DEPOSIT_AUDIO);
	assert_int_equal(deposit_doubtful_sectors(&deposit), 3);
	assert_true(deposit_next_doubtful(&deposit, 0, &extent));
	assert_int_equal(extent.lba, 249);
	assert_int_equal(extent.count, 2);
	assert_true(deposit_next_doubtful(&deposit, 250, &extent));
	assert_int_equal(extent.lba, 250);
	assert_int_equal(extent.count, 1);
	assert_true(deposit_next_doubtful(&deposit, 251, &extent));
	assert_int_equal(extent.lba, 700);
	assert_false(deposit_next_doubtful(&deposit, 701, &extent));
	assert_false(deposit_next_doubtful(&deposit, UINT32_MAX, &extent));
	deposit_release(&deposit);
}

static void runs_end_where_the_disc_goes_elsewhere(void **state)
{
	(void)state;
	struct deposit deposit;
	struct extent all = {0, 880};
	static const struct {
		uint32_t sector, count, lba;
		unsigned track;
	} runs[] = {{0, 32, 0, 1}, {32, 218, 32, 1}, {250, 100, 300, 2}, {350, 200, 400, 2},
		{550, 80, 600, 3}, {630, 250, 12250, 4}};

	deposit_make(&deposit, DEPOSIT_AUDIO);
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		struct disc_run run = deposit_run(&deposit.disc, all);
		assert_int_equal(run.sector, runs[i].sector);
		assert_int_equal(run.count, runs[i].count);
		assert_int_equal(run.lba, runs[i].lba);
		assert_int_equal(run.track->number, runs[i].track);
		all.lba += run.count;
		all.count -= run.count;
	}
	assert_int_equal(all.count, 0);
	struct disc_run inside = deposit_run(&deposit.disc, (struct extent){240, 5});
	assert_int_equal(inside.count, 5);
	assert_int_equal(inside.lba, 240);
	/* past the end the disc knows nothing */
	struct disc_run past = deposit_run(&deposit.disc, (struct extent){880, 3});
	assert_int_equal(past.lba, 880);
	assert_int_equal(past.count, 3);
	assert_null(past.track);
	deposit_release(&deposit);
}

/* Every sector of the image is in one range of the list of reads, by LBA, and no range crosses a gap. */
static void reads_are_by_lba(void **state)
{
	(void)state;
	struct deposit deposit;
	struct buffer out = {0};
	struct jv *json = NULL;
	int64_t sectors = 0, rereads = 0;

	deposit_make(&deposit, DEPOSIT_AUDIO);
	assert_int_equal(sidecar_reads_json(&deposit, &out, NULL), 0);
	assert_int_equal(jv_parse(out.data, out.len, &json, NULL), 0);
	const struct jv *ranges = jv_get(json, "ranges");
	for (size_t i = 0; i < jv_size(ranges); i++) {
		const struct jv *range = jv_at(ranges, i);
		uint32_t lba = (uint32_t)jv_get_int(range, "lba", -1), sector, last;
		int64_t count = jv_get_int(range, "count", -1);
		assert_true(disc_sector_of(&deposit.disc, lba, &sector));
		assert_int_equal(sector, sectors);
		assert_true(disc_sector_of(&deposit.disc, lba + (uint32_t)count - 1, &last));
		assert_int_equal(last - sector, count - 1);
		sectors += count;
		rereads += jv_get_int(range, "rereads", 0);
	}
	assert_int_equal(sectors, 880);
	assert_int_equal(rereads, 22);
	jv_free(json);
	buffer_release(&out);
	deposit_release(&deposit);
}

/* What a log says above all must follow from what was read. */
static void the_verdict_is_no_better_than_the_reading(void **state)
{
	(void)state;
	struct deposit deposit;
	struct buffer out = {0};
	static const char clean[] = "and the drive reported no error for any of them";

	deposit_make(&deposit, DEPOSIT_DRIVE);
	assert_int_equal(sidecar_log_text(&deposit, &out, NULL), 0);
	assert_non_null(strstr(out.data, clean));
	buffer_clear(&out);
	deposit.reads.ranges[0].effort.rereads = 1;
	assert_int_equal(sidecar_log_text(&deposit, &out, NULL), 0);
	assert_null(strstr(out.data, clean));
	assert_non_null(strstr(out.data, "COMPLETE: "));
	buffer_clear(&out);
	deposit.reads.ranges[0].state = READ_STATE_DOUBTFUL;
	assert_int_equal(sidecar_log_text(&deposit, &out, NULL), 0);
	assert_non_null(
		strstr(out.data, "COMPLETE BUT DOUBTFUL: all 330000 sectors are in the image"));
	buffer_clear(&out);
	damage_map_set(deposit.map, (struct extent){5, 1}, MAP_BAD, NULL);
	assert_int_equal(sidecar_log_text(&deposit, &out, NULL), 0);
	assert_non_null(strstr(out.data, "INCOMPLETE: 1 of 330000"));
	assert_null(strstr(out.data, "COMPLETE BUT"));
	buffer_release(&out);
	deposit_release(&deposit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logs_are_as_people_saw_them),
		cmocka_unit_test(reads_are_as_people_saw_them),
		cmocka_unit_test(a_log_is_safe_to_show_on_a_terminal),
		cmocka_unit_test(a_log_does_not_list_millions_of_ranges),
		cmocka_unit_test(a_log_warns_of_an_image_cut_short),
		cmocka_unit_test(foreign_bytes_come_back_from_reads),
		cmocka_unit_test(unread_extents_are_those_not_finished),
		cmocka_unit_test(names_tell_roles),
		cmocka_unit_test(doubtful_extents_are_joined),
		cmocka_unit_test(runs_end_where_the_disc_goes_elsewhere),
		cmocka_unit_test(reads_are_by_lba),
		cmocka_unit_test(the_verdict_is_no_better_than_the_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

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

static void names_tell_roles(void **state)
{
	(void)state;
	enum file_role role = ROLE_COUNT;

	for (enum file_role i = 0; i < ROLE_COUNT; i++) {
		struct buffer name = {0};
		buffer_printf(&name, "disc%s", file_role_suffix(i));
		assert_true(file_role_of(buffer_text(&name), &role));
		assert_int_equal(role, i);
		buffer_release(&name);
	}
	assert_string_equal(file_role_name(ROLE_READS), "reads");
	assert_false(file_role_of("disc.json", &role));
	assert_false(file_role_of(".iso", &role));
	assert_false(file_role_of("", &role));
	assert_false(file_role_of("disc.ISO", &role));
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole rip, an entry into the register and a new archive, crashed at each disk call. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/path.h"
#include "store/archive.h"
#include "store/chain_log.h"
#include "store/ocfl_layout.h"
#include "store/register.h"
#include "tests/unit/house.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void first_version(void **state)
{
	struct house *house = *state;
	const struct house_scenario scenario = {"empty", house_rip_first, {{house->disc[0]}, 1}};
	for (int kind = 0; kind < CRASH_KINDS; kind++)
		house_sweep(house, &scenario, (enum crash_kind)kind);
	for (size_t i = 0; i < SEEN_COUNT; i++)
		assert_true(house->seen[i] > 0);
}

/* The same of a disc with two files more. */
static void first_version_of_a_sheet(void **state)
{
	struct house *house = *state;
	static const enum crash_kind kinds[] = {CRASH_POWER_NAMES, CRASH_FAIL};
	const struct house_scenario scenario = {
		"empty", house_rip_sheet, {{house->sheet_image}, 1}};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		house_sweep(house, &scenario, kinds[i]);
}

/* Nothing is renamed before it is on the medium, and every rename is brought there too. */
static void order_of_calls(void **state)
{
	struct house *house = *state;
	crash_work *const works[] = {house_rip_first, house_rip_other, house_rip_same};
	house_begin_anew(house, "empty");
	for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++) {
		struct crash_outcome outcome = crash_not(works[i], house);
		assert_int_equal(outcome.status, 0);
		assert_string_equal(outcome.disorder, "");
		assert_true(outcome.calls > 50);
	}
}

/* ---- the register ---- */

#define KNOWN "a carrier of old"
#define ENTERED "a new carrier"

static int enter(const char *archive_directory, const char *id)
{
	struct archive *archive;
	struct carrier carrier = {.id = strdup(id), .title = strdup("Title")};
	int status = archive_open(&archive, archive_directory, NULL);
	if (!status) {
		status = register_carrier(archive, &carrier, NULL);
		archive_close(archive);
	}
	free(carrier.id);
	free(carrier.title);
	return status;
}

static int enter_known(void *house)
{
	return enter(((struct house *)house)->archive, KNOWN);
}

static int enter_new(void *house)
{
	return enter(((struct house *)house)->archive, ENTERED);
}

static int count_entries(void *context, uint64_t seq, const struct jv *entry)
{
	unsigned *counts = context;
	const char *id = jv_get_text(entry, "id");
	(void)seq;
	assert_non_null(id);
	counts[0] += !strcmp(id, KNOWN);
	counts[1] += !strcmp(id, ENTERED);
	return 0;
}

static unsigned check_register(const struct house *house)
{
	unsigned counts[2] = {0};
	struct archive *archive;
	struct chain_state chain;
	assert_int_equal(archive_open(&archive, house->archive, NULL), 0);
	assert_int_equal(chain_log_check(archive->reg, &chain, NULL), 0);
	assert_true(chain.intact);
	assert_int_equal(register_each(archive, 1, count_entries, counts, NULL), 0);
	assert_int_equal(counts[0], 1);
	archive_close(archive);
	return counts[1];
}

static void sweep_register(struct house *house, enum crash_kind kind)
{
	struct crash_outcome outcome = {.reached = true};
	for (unsigned at = 1; outcome.reached; at++) {
		house_begin_anew(house, "known");
		outcome = crash_run(kind, at, house->attic, enter_new, house);
		unsigned count = check_register(house);
		assert_in_range(count, 0, 1);
		if (!outcome.crashed)
			assert_int_equal(count, outcome.status ? 0 : 1);
		assert_int_equal(crash_not(enter_new, house).status, 0);
		assert_int_equal(check_register(house), 1);
	}
}

static void register_entry(void **state)
{
	struct house *house = *state;
	assert_int_equal(crash_not(enter_known, house).status, 0);
	scratch_copy(house->archive, scratch_path(&house->scratch, "known"));
	for (int kind = 0; kind < CRASH_KINDS; kind++)
		sweep_register(house, (enum crash_kind)kind);
}

/* ---- a new archive ---- */

static int create(void *house)
{
	return archive_create(((struct house *)house)->archive, NULL);
}

/* There is no archive, or all of one. */
static bool check_archive(const struct house *house)
{
	struct archive *archive;
	struct error err = {0};
	char path[160];
	int status = archive_open(&archive, house->archive, &err);
	if (status) {
		assert_int_equal(status, ERR_OFFLINE);
		return false;
	}
	snprintf(path, sizeof(path), "%s/theca.ini", house->archive);
	char *ini = scratch_read(path, NULL);
	assert_string_equal(ini, settings_template());
	assert_true(path_is_directory(archive->work) && path_is_directory(archive->reg));
	assert_int_equal(ocfl_root_check(archive->store, NULL), 0);
	free(ini);
	archive_close(archive);
	return true;
}

static void new_archive(void **state)
{
	struct house *house = *state;
	for (int kind = 0; kind < CRASH_KINDS; kind++) {
		struct crash_outcome outcome = {.reached = true};
		for (unsigned at = 1; outcome.reached; at++) {
			scratch_delete(house->archive);
			outcome = crash_run((enum crash_kind)kind, at, house->attic, create, house);
			bool whole = check_archive(house);
			if (!outcome.crashed && !outcome.status)
				assert_true(whole);
			assert_string_equal(outcome.disorder, "");
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(first_version, house_set_up, house_tear_down),
		cmocka_unit_test_setup_teardown(
			first_version_of_a_sheet, house_set_up, house_tear_down),
		cmocka_unit_test_setup_teardown(order_of_calls, house_set_up, house_tear_down),
		cmocka_unit_test_setup_teardown(register_entry, house_set_up, house_tear_down),
		cmocka_unit_test_setup_teardown(new_archive, house_set_up, house_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

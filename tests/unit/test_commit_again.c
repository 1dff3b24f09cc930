/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A next version of a kept disc, crashed at each disk call: the object has the old versions or the
 * new ones, never anything else.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/house.h"

static void second_version(void **state)
{
	struct house *house = *state;
	const struct house_scenario scenario = {
		"filled", house_rip_other, {{house->disc[0], house->disc[1]}, 2}};
	for (int kind = 0; kind < CRASH_KINDS; kind++)
		house_sweep(house, &scenario, (enum crash_kind)kind);
	for (size_t i = 0; i < SEEN_COUNT; i++)
		assert_true(house->seen[i] > 0);
}

/* Its image is not kept twice, so that staging it means removing it. */
static void second_version_of_the_same_image(void **state)
{
	struct house *house = *state;
	const struct house_scenario scenario = {
		"filled", house_rip_same, {{house->disc[0], house->disc[0]}, 2}};
	house_sweep(house, &scenario, CRASH_POWER_NAMES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			second_version, house_set_up_filled, house_tear_down),
		cmocka_unit_test_setup_teardown(
			second_version_of_the_same_image, house_set_up_filled, house_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/catalog_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

int catalog_fixture_set_up(void **state)
{
	struct catalog_fixture *fixture = calloc(1, sizeof(*fixture));
	holding_init(&fixture->holding);
	assert_int_equal(
		catalog_open(&fixture->catalog, fixture->holding.archive, CATALOG_CREATE, NULL), 0);
	*state = fixture;
	return 0;
}

int catalog_fixture_tear_down(void **state)
{
	struct catalog_fixture *fixture = *state;
	catalog_close(fixture->catalog);
	holding_release(&fixture->holding);
	free(fixture);
	return 0;
}

struct object *catalog_fixture_rip(
	struct catalog_fixture *fixture, const struct holding_disc *disc)
{
	struct error err = {0};
	struct object *object = holding_rip(&fixture->holding, disc);
	assert_int_equal(
		catalog_sync_register(fixture->catalog, fixture->holding.archive, &err), 0);
	if (catalog_add_object(fixture->catalog, object, &err))
		fail_msg("%s", err.message);
	return object;
}

void catalog_fixture_add(struct catalog_fixture *fixture, const char *carrier_id)
{
	object_close(catalog_fixture_rip(fixture, &(struct holding_disc){.carrier_id = carrier_id}));
}

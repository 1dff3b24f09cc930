/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An archive with an open catalogue, for the tests of what goes into it and comes out.
 */
#ifndef THECA_TESTS_UNIT_CATALOG_FIXTURE_H
#define THECA_TESTS_UNIT_CATALOG_FIXTURE_H

#include "catalog/catalog.h"
#include "tests/unit/holding_fixture.h"

struct catalog_fixture {
	struct holding holding;
	struct catalog *catalog;
};

/* cmocka's set-up and tear-down of one test. */
int catalog_fixture_set_up(void **state);
int catalog_fixture_tear_down(void **state);
/* Rips a disc and adds it to the catalogue; the caller closes the object. */
struct object *catalog_fixture_rip(
	struct catalog_fixture *fixture, const struct holding_disc *disc);
/* The same of a disc of which nothing but the carrier matters. */
void catalog_fixture_add(struct catalog_fixture *fixture, const char *carrier_id);

#endif

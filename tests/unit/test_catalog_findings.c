/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Objects that a check could not open, and checks of an older version: neither may look well.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/disk.h"
#include "base/path.h"
#include "base/uuid.h"
#include "catalog/catalog.h"
#include "store/event.h"
#include "store/register.h"
#include "tests/unit/catalog_dump.h"
#include "tests/unit/holding_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fixture {
	struct holding holding;
	struct catalog *catalog;
	struct object *object; /* of carrier "x" */
	char *carrier_uuid;
};

static struct object *add(struct fixture *fixture, const struct holding_disc *disc)
{
	struct object *object = holding_rip(&fixture->holding, disc);
	assert_int_equal(
		catalog_sync_register(fixture->catalog, fixture->holding.archive, NULL), 0);
	assert_int_equal(catalog_add_object(fixture->catalog, object, NULL), 0);
	return object;
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct catalog_ref ref;
	holding_init(&fixture->holding);
	assert_int_equal(
		catalog_open(&fixture->catalog, fixture->holding.archive, CATALOG_CREATE, NULL), 0);
	fixture->object = add(fixture, &(struct holding_disc){.carrier_id = "x"});
	assert_int_equal(catalog_find(fixture->catalog, "x", &ref, NULL), 0);
	fixture->carrier_uuid = strdup(ref.carrier_uuid);
	catalog_ref_release(&ref);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	catalog_close(fixture->catalog);
	object_close(fixture->object);
	holding_release(&fixture->holding);
	free(fixture->carrier_uuid);
	free(fixture);
	return 0;
}

/* A check in the object's log, now in the catalogue. */
static void check_object(struct fixture *fixture, const char *outcome)
{
	holding_check(fixture->object, outcome, "as the test says");
	assert_int_equal(catalog_add_event(fixture->catalog, fixture->object, NULL), 0);
}

static void find(struct fixture *fixture, const char *verdict)
{
	struct event event = {
		.time = clock_now(),
		.type = "fix",
		.outcome = "fai",
		.detail = "theca verify",
		.note = "the whole object is gone",
		.software = "Theca",
		.person = "A. Reader",
	};
	const struct finding finding = {
		.object_id = object_inventory(fixture->object)->id,
		.directory = object_relative(fixture->object),
		.carrier_uuid = fixture->carrier_uuid,
		.verdict = verdict,
	};
	bool is_found = !strcmp(verdict, "found");
	assert_int_equal(uuid_new(event.uuid, NULL), 0);
	assert_int_equal(register_finding(fixture->holding.archive, &finding,
				 is_found ? NULL : &event, NULL),
		0);
	assert_int_equal(
		catalog_sync_register(fixture->catalog, fixture->holding.archive, NULL), 0);
}

static void rebuild(struct fixture *fixture, struct catalog_counts *counts)
{
	catalog_close(fixture->catalog);
	fixture->catalog = NULL;
	assert_int_equal(catalog_rebuild(fixture->holding.archive, NULL, counts, NULL), 0);
	assert_int_equal(
		catalog_open(&fixture->catalog, fixture->holding.archive, CATALOG_WRITE, NULL), 0);
	assert_int_equal(catalog_check(fixture->catalog, NULL), 0);
}

static int note_row(void *context, const struct catalog_row *row)
{
	buffer_printf(context, "%s;%s;%s;%s;%s;%lld\n", row->carrier_id ? row->carrier_id : "-",
		row->object_id ? "object" : "-", row->head ? row->head : "-",
		row->fixity_outcome ? row->fixity_outcome : "-",
		row->fixity_version ? row->fixity_version : "-", (long long)row->problems);
	return 0;
}

static void assert_lists(struct fixture *fixture, const char *expected)
{
	struct buffer text = {0};
	assert_int_equal(catalog_list(fixture->catalog, note_row, &text, NULL), 0);
	assert_string_equal(buffer_text(&text), expected);
	buffer_release(&text);
}

static void remove_object(struct fixture *fixture)
{
	assert_int_equal(disk_remove_tree(object_directory(fixture->object), NULL), 0);
}

static void a_finding_is_the_last_check_until_it_is_found(void **state)
{
	struct fixture *fixture = *state;
	const char *id = object_inventory(fixture->object)->id;
	bool lost;
	check_object(fixture, "suc");
	assert_lists(fixture, "x;object;v1;suc;v1;0\n");
	find(fixture, "missing");
	assert_lists(fixture, "x;object;v1;fai;-;0\n");
	assert_int_equal(catalog_is_lost(fixture->catalog, id, &lost, NULL), 0);
	assert_true(lost);
	find(fixture, "broken");
	check_object(fixture, "suc");
	assert_lists(fixture, "x;object;v1;fai;-;0\n");
	find(fixture, "found");
	assert_lists(fixture, "x;object;v1;suc;v1;0\n");
	assert_int_equal(catalog_is_lost(fixture->catalog, id, &lost, NULL), 0);
	assert_false(lost);
	find(fixture, "unreadable");
	assert_lists(fixture, "x;object;v1;fai;-;0\n");
}

static void findings_are_described(void **state)
{
	struct fixture *fixture = *state;
	struct jv *tree;
	size_t found = 0;
	find(fixture, "missing");
	assert_int_equal(catalog_describe(fixture->catalog, object_inventory(fixture->object)->id,
				 &tree, NULL),
		0);
	const struct jv *fixity = jv_get(tree, "fixity"), *events = jv_get(tree, "events");
	assert_string_equal(jv_get_text(fixity, "outcome"), "fai");
	assert_string_equal(jv_get_text(fixity, "note"), "the whole object is gone");
	assert_null(jv_get(fixity, "version"));
	for (size_t i = 0; i < jv_size(events); i++) {
		const struct jv *event = jv_at(events, i);
		if (strcmp(jv_get_text(event, "type"), "fix") != 0)
			continue;
		found++;
		assert_string_equal(jv_get_text(event, "detail"), "theca verify");
		assert_int_equal(jv_size(jv_get(event, "agents")), 2);
		assert_null(jv_get(event, "log_line"));
	}
	assert_int_equal(found, 1);
	jv_free(tree);
}

/* What the register says outlives the object's rows: a new version, and a catalogue made anew. */
static void a_finding_outlives_the_rows(void **state)
{
	struct fixture *fixture = *state;
	struct catalog_counts counts;
	check_object(fixture, "suc");
	find(fixture, "missing");
	struct object *second = add(fixture,
		&(struct holding_disc){.carrier_id = "x", .seed = 1, .previous = fixture->object});
	assert_lists(fixture, "x;object;v2;fai;-;0\n");
	char *before = catalog_dump(fixture->holding.archive->catalogue);
	rebuild(fixture, &counts);
	char *after = catalog_dump(fixture->holding.archive->catalogue);
	assert_string_equal(before, after);
	object_close(second);
	free(before);
	free(after);
}

static void a_lost_object_stays_in_sight(void **state)
{
	struct fixture *fixture = *state;
	struct catalog_counts counts;
	struct catalog_ref ref;
	struct jv *tree;
	find(fixture, "missing");
	remove_object(fixture);
	rebuild(fixture, &counts);
	assert_int_equal(counts.objects, 0);
	assert_lists(fixture, "x;object;-;fai;-;0\n");
	assert_int_equal(catalog_find(fixture->catalog, "x", &ref, NULL), 0);
	assert_string_equal(ref.object_id, object_inventory(fixture->object)->id);
	assert_string_equal(ref.directory, object_relative(fixture->object));
	assert_int_equal(catalog_describe(fixture->catalog, ref.object_id, &tree, NULL), 0);
	assert_int_equal(jv_size(jv_get(tree, "versions")), 0);
	assert_string_equal(jv_get_text(jv_get(tree, "fixity"), "outcome"), "fai");
	jv_free(tree);
	catalog_ref_release(&ref);
}

/* One that comes back, or was only thought lost, is indexed as any other. */
static void a_lost_object_comes_back(void **state)
{
	struct fixture *fixture = *state;
	struct catalog_counts counts;
	char *away = path_join(fixture->holding.root, "away");
	find(fixture, "missing");
	assert_int_equal(disk_rename(object_directory(fixture->object), away, NULL), 0);
	rebuild(fixture, &counts);
	assert_int_equal(disk_rename(away, object_directory(fixture->object), NULL), 0);
	check_object(fixture, "suc");
	find(fixture, "found");
	assert_lists(fixture, "x;object;v1;suc;v1;0\n");
	rebuild(fixture, &counts);
	assert_lists(fixture, "x;object;v1;suc;v1;0\n");
	free(away);
}

/* Even if no check came before: its place in the store says which object it is. */
static void a_broken_object_stays_in_sight(void **state)
{
	struct fixture *fixture = *state;
	struct catalog_counts counts;
	char *path = path_join(object_directory(fixture->object), "inventory.json");
	char *copy = path_join3(object_directory(fixture->object), "v1", "inventory.json");
	assert_int_equal(truncate(path, 10), 0);
	assert_int_equal(truncate(copy, 10), 0);
	rebuild(fixture, &counts);
	assert_int_equal(counts.skipped, 1);
	assert_lists(fixture, "x;-;-;-;-;0\n"
			      "-;object;-;-;-;1\n");
	find(fixture, "broken");
	assert_lists(fixture, "x;object;-;fai;-;1\n");
	rebuild(fixture, &counts);
	assert_lists(fixture, "x;object;-;fai;-;1\n");
	free(path);
	free(copy);
}

static void a_check_is_of_its_version(void **state)
{
	struct fixture *fixture = *state;
	check_object(fixture, "fai");
	struct object *second = add(fixture,
		&(struct holding_disc){.carrier_id = "x", .seed = 1, .previous = fixture->object});
	assert_lists(fixture, "x;object;v2;fai;v1;0\n");
	check_object(fixture, "suc");
	assert_lists(fixture, "x;object;v2;suc;v1;0\n");
	object_close(fixture->object);
	fixture->object = second;
	check_object(fixture, "suc");
	assert_lists(fixture, "x;object;v2;suc;v2;0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
		CASE(a_finding_is_the_last_check_until_it_is_found),
		CASE(findings_are_described),
		CASE(a_finding_outlives_the_rows),
		CASE(a_lost_object_stays_in_sight),
		CASE(a_lost_object_comes_back),
		CASE(a_broken_object_stays_in_sight),
		CASE(a_check_is_of_its_version),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

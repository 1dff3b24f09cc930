/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Adding to the catalogue: once, in any order, and as much as can be read when a file is broken.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/disk.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "store/event.h"
#include "store/register.h"
#include "tests/unit/catalog_dump.h"
#include "tests/unit/catalog_fixture.h"
#include "tests/unit/holding_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOSTILE                                                                                    \
	"\x1b[2J\xff%41</x>\xe2\x80\xae"                                                           \
	"a\r\n"

static char *dump(const struct catalog_fixture *fixture)
{
	return catalog_dump(fixture->holding.archive->catalogue);
}

/* One line for each row: what of it changes. */
static int note_row(void *context, const struct catalog_row *row)
{
	buffer_printf(context, "%s;%s;%s;%lld;%s;%lld\n", row->carrier_id ? row->carrier_id : "-",
		row->title ? row->title : "-", row->head ? row->head : "-",
		(long long)row->bad_sectors, row->fixity_outcome ? row->fixity_outcome : "-",
		(long long)row->problems);
	return 0;
}

static void assert_lists(struct catalog_fixture *fixture, const char *expected)
{
	struct buffer text = {0};
	assert_int_equal(catalog_list(fixture->catalog, note_row, &text, NULL), 0);
	assert_string_equal(buffer_text(&text), expected);
	buffer_release(&text);
}

static void adding_twice_changes_nothing(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct object *object = catalog_fixture_rip(fixture,
		&(struct holding_disc){.carrier_id = "x", .title = HOSTILE, .bad = {0, 9}});
	holding_check(object, "suc", "fine");
	assert_int_equal(catalog_add_event(fixture->catalog, object, NULL), 0);
	char *first = dump(fixture);
	assert_int_equal(catalog_add_event(fixture->catalog, object, NULL), 0);
	assert_int_equal(catalog_add_object(fixture->catalog, object, NULL), 0);
	assert_int_equal(
		catalog_sync_register(fixture->catalog, fixture->holding.archive, NULL), 0);
	char *second = dump(fixture);
	assert_string_equal(first, second);
	object_close(object);
	free(first);
	free(second);
}

static void an_event_of_an_unknown_object_adds_it(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct object *object =
		holding_rip(&fixture->holding, &(struct holding_disc){.carrier_id = "x"});
	assert_int_equal(catalog_add_event(fixture->catalog, object, NULL), 0);
	assert_lists(fixture, "x;-;v1;0;-;0\n");
	object_close(object);
}

static void a_new_version_replaces_the_head(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct object *old = catalog_fixture_rip(fixture,
		&(struct holding_disc){.carrier_id = "x", .title = "Before", .bad = {5, 5}});
	struct object *new = catalog_fixture_rip(
		fixture, &(struct holding_disc){
				 .carrier_id = "x", .title = "After", .seed = 1, .previous = old});
	assert_string_equal(object_inventory(new)->head, "v2");
	static const char now[] = "x;After;v2;0;-;0\n";
	assert_lists(fixture, now);
	/* Somebody who opened the object before may still add what happened to it, and nothing else. */
	char *before = dump(fixture);
	assert_int_equal(catalog_add_object(fixture->catalog, old, NULL), 0);
	char *after = dump(fixture);
	assert_string_equal(before, after);
	object_close(new);
	object_close(old);
	free(before);
	free(after);
}

static int64_t some_day(void)
{
	return 1577934245; /* 2020-01-02T03:04:05Z */
}

static int64_t a_later_day(void)
{
	return 1600000000;
}

static void assert_carrier(struct catalog_fixture *fixture, const struct object *object, const char *title)
{
	struct jv *tree;
	assert_int_equal(
		catalog_describe(fixture->catalog, object_inventory(object)->id, &tree, NULL), 0);
	assert_string_equal(jv_get_text(jv_get(tree, "carrier"), "title"), title);
	assert_string_equal(
		jv_get_text(jv_get(tree, "carrier"), "entered"), "2020-01-02T03:04:05Z");
	jv_free(tree);
}

static void the_register_goes_before_the_sidecar(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct carrier carrier = {.id = strdup("x"), .title = strdup("Corrected")};
	clock_set(some_day);
	struct object *object =
		catalog_fixture_rip(fixture, &(struct holding_disc){.carrier_id = "x", .title = "As ripped"});
	assert_carrier(fixture, object, "As ripped");
	clock_set(a_later_day);
	assert_int_equal(register_carrier(fixture->holding.archive, &carrier, NULL), 0);
	assert_int_equal(
		catalog_sync_register(fixture->catalog, fixture->holding.archive, NULL), 0);
	clock_set(NULL);
	assert_carrier(fixture, object, "Corrected");
	assert_int_equal(catalog_add_object(fixture->catalog, object, NULL), 0);
	assert_carrier(fixture, object, "Corrected");
	object_close(object);
	free(carrier.id);
	free(carrier.title);
}

static void replace_in_file(const char *path, const char *from, const char *to)
{
	char *bytes;
	size_t len;
	assert_int_equal(path_read(path, 1 << 20, &bytes, &len, NULL), 0);
	assert_int_equal(strlen(from), strlen(to));
	char *place = strstr(bytes, from);
	assert_non_null(place);
	memcpy(place, to, strlen(to));
	assert_int_equal(disk_remove(path, NULL), 0);
	assert_int_equal(disk_write_new(path, bytes, len, NULL), 0);
	free(bytes);
}

static void half_a_part_is_not_kept(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct jv *tree;
	char *path;
	struct object *object = catalog_fixture_rip(fixture, &(struct holding_disc){.carrier_id = "x"});
	assert_int_equal(object_file_path(object, "v1",
				 object_file_of_role(object, "v1", ROLE_READS), &path, NULL),
		0);
	replace_in_file(path, "\"mode1\"", "\"mode9\"");
	assert_int_equal(catalog_add_object(fixture->catalog, object, NULL), 0);
	assert_int_equal(
		catalog_describe(fixture->catalog, object_inventory(object)->id, &tree, NULL), 0);
	const struct jv *disc = jv_get(jv_at(jv_get(tree, "versions"), 0), "disc");
	assert_string_equal(jv_get_text(jv_at(jv_get(tree, "problems"), 0), "part"), "v1 reads");
	assert_int_equal(jv_size(jv_get(disc, "sessions")), 0);
	assert_null(jv_get(disc, "profile"));
	/* which the map tells too */
	assert_int_equal(jv_get_int(disc, "sectors", 0), HOLDING_SECTORS);
	jv_free(tree);
	object_close(object);
	free(path);
}

static void a_broken_sidecar_is_a_problem_not_a_loss(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct jv *tree;
	char *path;
	struct object *object =
		catalog_fixture_rip(fixture, &(struct holding_disc){.carrier_id = "x", .bad = {0, 1}});
	assert_int_equal(object_file_path(object, "v1",
				 object_file_of_role(object, "v1", ROLE_PREMIS), &path, NULL),
		0);
	assert_int_equal(truncate(path, 500), 0);
	assert_int_equal(catalog_add_object(fixture->catalog, object, NULL), 0);
	assert_int_equal(
		catalog_describe(fixture->catalog, object_inventory(object)->id, &tree, NULL), 0);
	const struct jv *problem = jv_at(jv_get(tree, "problems"), 0);
	assert_string_equal(jv_get_text(problem, "part"), "v1 sidecar");
	assert_non_null(strstr(jv_get_text(problem, "message"), ".premis.xml"));
	assert_null(jv_get(tree, "carrier"));
	/* what the other files tell is there */
	assert_int_equal(jv_size(jv_get(jv_at(jv_get(tree, "versions"), 0), "damage")), 1);
	assert_int_equal(jv_size(jv_get(jv_at(jv_get(tree, "versions"), 0), "files")), 6);
	assert_int_equal(jv_size(jv_get(tree, "events")), 1);
	jv_free(tree);
	object_close(object);
	free(path);
}

static void a_broken_log_keeps_what_came_before(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct object *object = catalog_fixture_rip(fixture, &(struct holding_disc){.carrier_id = "x"});
	holding_check(object, "suc", "fine");
	holding_check(object, "suc", "fine");
	char *directory = object_log_directory(object);
	char *path = path_join(directory, "000001.jsonl");
	replace_in_file(path, "{\"seq\":3", "rotten:3");
	assert_int_equal(catalog_add_object(fixture->catalog, object, NULL), 0);
	assert_lists(fixture, "x;-;v1;0;suc;1\n");
	/* put right, it is no problem any more */
	replace_in_file(path, "rotten:3", "{\"seq\":3");
	assert_int_equal(catalog_add_event(fixture->catalog, object, NULL), 0);
	assert_lists(fixture, "x;-;v1;0;suc;0\n");
	object_close(object);
	free(path);
	free(directory);
}

/* ---- the register ---- */

static char *register_file(const struct catalog_fixture *fixture)
{
	return path_join(fixture->holding.archive->reg, "000001.jsonl");
}

static void a_shortened_register_is_told(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct error err = {0};
	catalog_fixture_add(fixture, "a");
	catalog_fixture_add(fixture, "b");
	char *path = register_file(fixture), *bytes;
	size_t len;
	assert_int_equal(path_read(path, 1 << 20, &bytes, &len, NULL), 0);
	assert_int_equal(truncate(path, strchr(bytes, '\n') + 1 - bytes), 0);
	assert_int_equal(catalog_sync_register(fixture->catalog, fixture->holding.archive, &err),
		ERR_DAMAGED);
	assert_non_null(strstr(err.message, "fewer lines"));
	assert_lists(fixture, "a;-;v1;0;-;0\nb;-;v1;0;-;0\n");
	free(bytes);
	free(path);
}

static void another_register_is_told(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct error err = {0};
	catalog_fixture_add(fixture, "a");
	catalog_fixture_add(fixture, "b");
	char *path = register_file(fixture);
	assert_int_equal(disk_remove(path, NULL), 0);
	for (int i = 0; i < 3; i++) {
		struct carrier carrier = {0};
		assert_int_equal(register_carrier(fixture->holding.archive, &carrier, NULL), 0);
		free(carrier.id);
	}
	assert_int_equal(catalog_sync_register(fixture->catalog, fixture->holding.archive, &err),
		ERR_DAMAGED);
	assert_non_null(strstr(err.message, "changed before line 2"));
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(test) cmocka_unit_test_setup_teardown(test, catalog_fixture_set_up, catalog_fixture_tear_down)
		CASE(adding_twice_changes_nothing),
		CASE(an_event_of_an_unknown_object_adds_it),
		CASE(a_new_version_replaces_the_head),
		CASE(the_register_goes_before_the_sidecar),
		CASE(half_a_part_is_not_kept),
		CASE(a_broken_sidecar_is_a_problem_not_a_loss),
		CASE(a_broken_log_keeps_what_came_before),
		CASE(a_shortened_register_is_told),
		CASE(another_register_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

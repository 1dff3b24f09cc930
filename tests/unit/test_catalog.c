/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalogue: what is added is found, listed and described, byte for byte, once.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

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

/* ---- finding ---- */

static void assert_finds(struct catalog_fixture *fixture, const char *id, const char *carrier_id)
{
	struct catalog_ref ref;
	struct error err = {0};
	if (catalog_find(fixture->catalog, id, &ref, &err))
		fail_msg("%s: %s", id, err.message);
	assert_string_equal(ref.carrier_id, carrier_id);
	catalog_ref_release(&ref);
}

static void assert_finds_not(struct catalog_fixture *fixture, const char *id, int code, const char *words)
{
	struct catalog_ref ref;
	struct error err = {0};
	assert_int_equal(catalog_find(fixture->catalog, id, &ref, &err), code);
	assert_null(ref.object_id);
	if (!strstr(err.message, words))
		fail_msg("\"%s\" is not in: %s", words, err.message);
}

static void carriers_are_found_whole_and_by_their_beginning(void **state)
{
	struct catalog_fixture *fixture = *state;
	static const char *const ids[] = {
		"SHELF/1", "SHELF/12", "Ä 7", "q100%", "a%20b", "_x", "z*"};
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		catalog_fixture_add(fixture, ids[i]);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_finds(fixture, ids[i], ids[i]);
	assert_finds(fixture, "SHELF/1", "SHELF/1");
	assert_finds(fixture, "q1", "q100%");
	assert_finds(fixture, "_", "_x");
	assert_finds(fixture, "z", "z*");
	assert_finds(fixture, "\xc3", "Ä 7"); /* half a letter */
	assert_finds(fixture, "Ä", "Ä 7");
	assert_finds_not(fixture, "SHELF", ERR_USAGE, "fits 2 discs: SHELF/1 (urn:uuid:");
	assert_finds_not(fixture, "SHELF/2", ERR_NOT_FOUND, "theca list");
	assert_finds_not(fixture, "shelf/1", ERR_NOT_FOUND, "shelf/1");
	assert_finds_not(fixture, "%", ERR_NOT_FOUND, "\"%\"");
	assert_finds_not(fixture, "", ERR_USAGE, "empty");
}

static void hostile_ids_are_found(void **state)
{
	struct catalog_fixture *fixture = *state;
	catalog_fixture_add(fixture, HOSTILE);
	catalog_fixture_add(fixture, "%1B[2J"); /* what the other's encoding begins with */
	catalog_fixture_add(fixture, "' OR 1=1 --");
	assert_finds(fixture, HOSTILE, HOSTILE);
	assert_finds(fixture, "\x1b[2J", HOSTILE);
	assert_finds(fixture, "\x1b", HOSTILE);
	assert_finds(fixture, "%1B", "%1B[2J");
	assert_finds(fixture, "' OR", "' OR 1=1 --");
	assert_finds_not(fixture, "\x1b[3J\xff", ERR_NOT_FOUND, "\"\\x1b[3J\\xff\"");
}

static void objects_are_found_by_their_ids(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct object *object = catalog_fixture_rip(fixture, &(struct holding_disc){.carrier_id = "one"});
	const char *id = object_inventory(object)->id;
	char beginning[64];
	struct catalog_ref ref;
	assert_finds(fixture, id, "one");
	assert_finds(fixture, id + strlen("urn:uuid:"), "one");
	snprintf(beginning, sizeof(beginning), "%.18s", id);
	assert_finds(fixture, beginning, "one");
	assert_finds(fixture, beginning + strlen("urn:uuid:"), "one");
	assert_int_equal(catalog_find(fixture->catalog, id, &ref, NULL), 0);
	assert_string_equal(ref.object_id, id);
	assert_string_equal(ref.directory, object_relative(object));
	catalog_ref_release(&ref);
	assert_int_equal(catalog_find_carrier(fixture->catalog, "one", &ref, NULL), 0);
	catalog_ref_release(&ref);
	assert_int_equal(catalog_find_carrier(fixture->catalog, "on", &ref, NULL), ERR_NOT_FOUND);
	assert_int_equal(catalog_find_carrier(fixture->catalog, id, &ref, NULL), ERR_NOT_FOUND);
	/* A carrier that is called like the beginning of an object goes first. */
	snprintf(beginning, sizeof(beginning), "%.4s", id + strlen("urn:uuid:"));
	catalog_fixture_add(fixture, beginning);
	assert_finds(fixture, beginning, beginning);
	object_close(object);
}

static void a_carrier_not_ripped_says_so(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct carrier carrier = {.id = strdup("waiting")};
	assert_int_equal(register_carrier(fixture->holding.archive, &carrier, NULL), 0);
	assert_int_equal(
		catalog_sync_register(fixture->catalog, fixture->holding.archive, NULL), 0);
	assert_finds_not(fixture, "waiting", ERR_NOT_FOUND, "not been ripped yet");
	assert_finds_not(fixture, "wait", ERR_NOT_FOUND, "not been ripped yet");
	free(carrier.id);
}

/* ---- listing ---- */

struct listing {
	size_t count;
	struct buffer text;
};

static int note_row(void *context, const struct catalog_row *row)
{
	struct listing *listing = context;
	listing->count++;
	buffer_printf(&listing->text, "%s;%s;%s;%s;%s;%s;%lld;%lld;%lld;%s;%s;%lld\n",
		row->carrier_id ? row->carrier_id : "-", row->title ? row->title : "-",
		row->head ? row->head : "-", row->profile ? row->profile : "-",
		row->file_system ? row->file_system : "-", row->label ? row->label : "-",
		(long long)row->sectors, (long long)row->image_bytes, (long long)row->bad_sectors,
		row->ingested ? "ingested" : "-", row->fixity_outcome ? row->fixity_outcome : "-",
		(long long)row->problems);
	assert_int_equal(!row->fixity_time, !row->fixity_outcome);
	assert_int_equal(!row->object_id, !row->directory);
	if (row->label)
		assert_int_equal(row->label_len, strlen(row->label));
	return 0;
}

static void assert_lists(struct catalog_fixture *fixture, const char *expected)
{
	struct listing listing = {0};
	assert_int_equal(catalog_list(fixture->catalog, note_row, &listing, NULL), 0);
	assert_string_equal(buffer_text(&listing.text), expected);
	buffer_release(&listing.text);
}

static int stop_at_once(void *context, const struct catalog_row *row)
{
	(void)row;
	++*(int *)context;
	return ERR_INTERRUPTED;
}

static void the_list_has_every_carrier(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct carrier waiting = {.id = strdup("m 2"), .title = strdup("Second volume")};
	assert_lists(fixture, "");
	object_close(catalog_fixture_rip(fixture,
		&(struct holding_disc){
			.carrier_id = "z", .title = "Last", .label = HOSTILE, .bad = {7, 3}}));
	struct object *checked = catalog_fixture_rip(fixture, &(struct holding_disc){.carrier_id = "a"});
	assert_int_equal(register_carrier(fixture->holding.archive, &waiting, NULL), 0);
	assert_int_equal(
		catalog_sync_register(fixture->catalog, fixture->holding.archive, NULL), 0);
	holding_check(checked, "fai", "one file is damaged");
	holding_check(checked, "suc", "all is well again");
	assert_int_equal(catalog_add_event(fixture->catalog, checked, NULL), 0);
	assert_lists(fixture, "a;-;v1;cd;ISO 9660;-;1000;2048000;0;ingested;suc;0\n"
			      "m 2;Second volume;-;-;-;-;-1;-1;-1;-;-;0\n"
			      "z;Last;v1;cd;ISO 9660;" HOSTILE ";1000;2048000;3;ingested;-;0\n");
	int visits = 0;
	assert_int_equal(
		catalog_list(fixture->catalog, stop_at_once, &visits, NULL), ERR_INTERRUPTED);
	assert_int_equal(visits, 1);
	object_close(checked);
	free(waiting.id);
	free(waiting.title);
}

static int count_object(void *context, const struct catalog_ref *ref)
{
	assert_memory_equal(ref->object_id, "urn:uuid:", 9);
	assert_true(path_is_contained(ref->directory));
	++*(int *)context;
	return 0;
}

static void every_object_is_named(void **state)
{
	struct catalog_fixture *fixture = *state;
	int count = 0;
	catalog_fixture_add(fixture, "a");
	catalog_fixture_add(fixture, "b");
	assert_int_equal(catalog_objects(fixture->catalog, count_object, &count, NULL), 0);
	assert_int_equal(count, 2);
}

/* ---- describing ---- */

static const struct jv *find_event(const struct jv *tree, const char *type)
{
	const struct jv *events = jv_get(tree, "events"), *found = NULL;
	for (size_t i = 0; i < jv_size(events); i++)
		if (!strcmp(jv_get_text(jv_at(events, i), "type"), type))
			found = jv_at(events, i);
	assert_non_null(found);
	return found;
}

static const struct jv *find_file(const struct jv *version, const char *role)
{
	const struct jv *files = jv_get(version, "files");
	for (size_t i = 0; i < jv_size(files); i++)
		if (!strcmp(jv_get_text(jv_at(files, i), "role"), role))
			return jv_at(files, i);
	fail_msg("no file of role %s", role);
	return NULL;
}

static void assert_disc(const struct jv *version)
{
	const struct jv *disc = jv_get(version, "disc");
	const struct jv *track = jv_at(jv_get(disc, "tracks"), 0);
	assert_string_equal(jv_get_text(disc, "profile"), "cd");
	assert_int_equal(jv_get_int(disc, "sectors", 0), HOLDING_SECTORS);
	assert_int_equal(jv_get_int(disc, "bad_sectors", 0), 3);
	assert_int_equal(jv_size(jv_get(disc, "sessions")), 1);
	assert_int_equal(jv_size(jv_get(disc, "tracks")), 1);
	assert_string_equal(jv_get_text(track, "mode"), "mode1");
	assert_int_equal(jv_get_int(track, "sectors", 0), HOLDING_SECTORS);
	assert_int_equal(jv_size(jv_get(version, "damage")), 1);
	const struct jv *damage = jv_at(jv_get(version, "damage"), 0);
	assert_int_equal(jv_get_int(damage, "lba", 0), 7);
	assert_int_equal(jv_get_int(damage, "sectors", 0), 3);
	assert_string_equal(jv_get_text(damage, "status"), "-");
	assert_string_equal(jv_get_text(jv_get(version, "source"), "model"), "BD-RW BDR-209D");
}

static void assert_files(const struct jv *version)
{
	static const char *const algorithms[] = {"crc32", "md5", "sha1", "sha256", "sha512"};
	assert_int_equal(jv_size(jv_get(version, "files")), 6);
	const struct jv *image = find_file(version, "image");
	assert_int_equal(jv_get_int(image, "size", 0), HOLDING_SECTORS * 2048);
	for (size_t i = 0; i < 5; i++)
		assert_non_null(jv_get_text(jv_get(image, "digests"), algorithms[i]));
	assert_non_null(jv_get_text(image, "uuid"));
	assert_non_null(jv_get_text(image, "format"));
	/* The sidecar does not describe itself: its size is looked up, its digests are the inventory's. */
	const struct jv *sidecar = find_file(version, "premis");
	assert_true(jv_get_int(sidecar, "size", 0) > 1000);
	assert_non_null(jv_get_text(jv_get(sidecar, "digests"), "sha512"));
}

static void assert_bytes(const struct jv *object, const char *key, const char *expected)
{
	struct buffer bytes = {0};
	assert_true(jv_get_bytes(object, key, &bytes));
	assert_string_equal(buffer_text(&bytes), expected);
	buffer_release(&bytes);
}

static void the_description_has_everything(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct jv *tree;
	struct object *object = catalog_fixture_rip(fixture, &(struct holding_disc){.carrier_id = HOSTILE,
						     .title = "A title" HOSTILE,
						     .note = HOSTILE "note",
						     .label = "LABEL" HOSTILE,
						     .bad = {7, 3}});
	holding_check(object, "war", HOSTILE);
	assert_int_equal(catalog_add_event(fixture->catalog, object, NULL), 0);
	assert_int_equal(
		catalog_describe(fixture->catalog, object_inventory(object)->id, &tree, NULL), 0);
	const struct jv *version = jv_at(jv_get(tree, "versions"), 0);
	assert_bytes(jv_get(tree, "carrier"), "id", HOSTILE);
	assert_bytes(jv_get(tree, "carrier"), "title", "A title" HOSTILE);
	assert_bytes(jv_get(tree, "carrier"), "note", HOSTILE "note");
	assert_false(jv_get_bool(jv_get(tree, "carrier"), "minted", true));
	assert_string_equal(jv_get_text(jv_get(tree, "object"), "head"), "v1");
	assert_string_equal(jv_get_text(jv_get(tree, "fixity"), "outcome"), "war");
	assert_int_equal(jv_size(jv_get(tree, "problems")), 0);
	assert_int_equal(jv_size(jv_get(tree, "versions")), 1);
	assert_bytes(version, "volume_label", "LABEL" HOSTILE);
	assert_disc(version);
	assert_files(version);
	const struct jv *check = find_event(tree, "fix");
	assert_bytes(check, "note", HOSTILE);
	assert_int_equal(jv_get_int(jv_get(check, "result"), "files", 0), 6);
	assert_int_equal(jv_get_int(check, "log_line", 0), 2);
	assert_int_equal(jv_size(jv_get(check, "agents")), 2);
	assert_int_equal(jv_get_int(find_event(tree, "ine"), "log_line", 0), 1);
	assert_true(jv_size(jv_get(find_event(tree, "ima"), "agents")) >= 1);
	struct buffer text = {0};
	assert_int_equal(jv_dump(tree, JV_PRETTY, &text, NULL), 0);
	buffer_release(&text);
	jv_free(tree);
	assert_int_equal(
		catalog_describe(fixture->catalog, "urn:uuid:x", &tree, NULL), ERR_NOT_FOUND);
	assert_null(tree);
	object_close(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(test) cmocka_unit_test_setup_teardown(test, catalog_fixture_set_up, catalog_fixture_tear_down)
		CASE(carriers_are_found_whole_and_by_their_beginning),
		CASE(hostile_ids_are_found),
		CASE(objects_are_found_by_their_ids),
		CASE(a_carrier_not_ripped_says_so),
		CASE(the_list_has_every_carrier),
		CASE(every_object_is_named),
		CASE(the_description_has_everything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

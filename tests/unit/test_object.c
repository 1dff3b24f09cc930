/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening objects: whole ones, ones whose commit was cut short, and damaged ones. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/path.h"
#include "store/object.h"
#include "tests/unit/kept_disc_fixture.h"
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define IMAGE "SHELF%2F12.iso"

/* A disc of two versions; both hold an image of their own. */
static int set_up(void **state)
{
	struct kept_disc *disc = calloc(1, sizeof(*disc));
	assert_non_null(disc);
	kept_disc_make(disc, 4);
	kept_disc_add_version(disc, 4);
	*state = disc;
	return 0;
}

static int tear_down(void **state)
{
	kept_disc_remove(*state);
	free(*state);
	return 0;
}

static char *load(const struct kept_disc *disc, const char *name)
{
	return scratch_read(kept_disc_path(disc, name), NULL);
}

static void save(const struct kept_disc *disc, const char *name, const char *text)
{
	int fd = open(kept_disc_path(disc, name), O_WRONLY | O_CREAT | O_TRUNC, 0666);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void copy(const struct kept_disc *disc, const char *from, const char *to)
{
	char *text = load(disc, from);
	save(disc, to, text);
	free(text);
}

static bool same(const struct kept_disc *disc, const char *a, const char *b)
{
	char *first = load(disc, a), *second = load(disc, b);
	bool equal = !strcmp(first, second);
	free(first);
	free(second);
	return equal;
}

/* ---- asking a whole one ---- */

static void whole(void **state)
{
	struct kept_disc *disc = *state;
	const struct object *object = disc->object;
	assert_string_equal(object_inventory(object)->head, "v2");
	assert_null(object_problem(object));
	char *directory = path_join(disc->archive->store, object_relative(object));
	assert_string_equal(object_directory(object), directory);
	free(directory);
	char *log = object_log_directory(object);
	assert_string_equal(path_name(log), "logs");
	assert_true(path_is_directory(log));
	free(log);
}

static void files_of_versions(void **state)
{
	struct kept_disc *disc = *state;
	char *path, content[64];
	for (int version = 1; version <= 2; version++) {
		char name[16];
		snprintf(name, sizeof(name), "v%d", version);
		for (enum file_role role = 0; role < ROLE_COUNT; role++) {
			const char *logical = object_file_of_role(disc->object, name, role);
			bool is_sheet = role == ROLE_SHEET || role == ROLE_SOURCE_SHEET;
			assert_int_equal(!logical, is_sheet); /* an ISO image has none */
			if (is_sheet)
				continue;
			assert_int_equal(
				object_file_path(disc->object, name, logical, &path, NULL), 0);
			assert_true(path_exists(path));
			free(path);
		}
		snprintf(content, sizeof(content), "%s/content/%s", name, IMAGE);
		assert_int_equal(object_file_path(disc->object, name, IMAGE, &path, NULL), 0);
		assert_string_equal(path, kept_disc_path(disc, content));
		free(path);
	}
	struct error err;
	assert_int_equal(object_file_path(disc->object, "v1", "x", &path, &err), ERR_NOT_FOUND);
	assert_int_equal(object_file_path(disc->object, "v3", IMAGE, &path, &err), ERR_NOT_FOUND);
	assert_null(object_file_of_role(disc->object, "v3", ROLE_IMAGE));
}

static void sidecars_are_read(void **state)
{
	struct kept_disc *disc = *state;
	struct premis *premis;
	struct jv *reads;
	struct damage_map *map;
	assert_int_equal(object_read_premis(disc->object, "v2", &premis, NULL), 0);
	premis_free(premis);
	assert_int_equal(object_read_reads(disc->object, "v2", &reads, NULL), 0);
	assert_string_equal(jv_get_text(reads, "carrier"), KEPT_DISC_CARRIER);
	jv_free(reads);
	assert_int_equal(object_read_map(disc->object, "v2", &map, NULL), 0);
	assert_int_equal(damage_map_count(map, MAP_FINISHED), 4);
	damage_map_free(map);
}

/* Where the bytes of a role's file in v2 are kept, be it in v1 already; the caller frees. */
static char *path_of(const struct kept_disc *disc, enum file_role role)
{
	char *path = NULL;
	const char *name = object_file_of_role(disc->object, "v2", role);
	assert_int_equal(object_file_path(disc->object, "v2", name, &path, NULL), 0);
	return path;
}

static void spoil(const struct kept_disc *disc, enum file_role role)
{
	char *path = path_of(disc, role);
	assert_int_equal(truncate(path, 10), 0);
	free(path);
}

static void sidecars_that_are_broken(void **state)
{
	struct kept_disc *disc = *state;
	struct premis *premis;
	struct jv *reads;
	struct damage_map *map;
	struct error err;
	spoil(disc, ROLE_READS);
	assert_int_equal(object_read_reads(disc->object, "v2", &reads, &err), ERR_INVALID);
	assert_non_null(strstr(err.message, "reads.json"));
	spoil(disc, ROLE_MAP);
	assert_int_equal(object_read_map(disc->object, "v2", &map, &err), ERR_INVALID);
	assert_non_null(strstr(err.message, ".map"));
	spoil(disc, ROLE_PREMIS);
	assert_int_equal(object_read_premis(disc->object, "v2", &premis, &err), ERR_INVALID);
	char *path = path_of(disc, ROLE_PREMIS);
	scratch_delete(path);
	free(path);
	assert_int_equal(object_read_premis(disc->object, "v2", &premis, &err), ERR_NOT_FOUND);
}

static void no_object(void **state)
{
	struct kept_disc *disc = *state;
	struct object *object;
	struct error err;
	assert_int_equal(object_open(&object, disc->archive, "abc/def", &err), ERR_NOT_FOUND);
	/* what a catalogue says of an object's place may be anybody's word */
	static const char *const outside[] = {"", "/etc", "..", "../store", "abc/../../x", "abc//def", "./abc"};
	for (size_t i = 0; i < COUNT(outside); i++)
		assert_int_equal(object_open(&object, disc->archive, outside[i], &err), ERR_INVALID);
	scratch_delete(kept_disc_path(disc, "inventory.json"));
	assert_int_equal(object_open(&object, disc->archive, object_relative(disc->object), &err),
		ERR_NOT_FOUND);
}

static void another_object(void **state)
{
	struct kept_disc *disc = *state;
	struct error err = {0};
	assert_int_equal(object_check_id(disc->object, object_inventory(disc->object)->id, &err), 0);
	assert_int_equal(object_check_id(disc->object, "urn:uuid:other", &err), ERR_NOT_FOUND);
	assert_non_null(strstr(err.message, object_inventory(disc->object)->id));
}

/* A disc that is damaged in very many places: the ranges are not held in memory, the rest is read. */
static void many_ranges_are_left_out(void **state)
{
	struct kept_disc *disc = *state;
	struct jv *reads;
	char *path = path_of(disc, ROLE_READS);
	FILE *file = fopen(path, "r+");
	assert_non_null(file);
	char text[4096] = "";
	assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
	char *ranges = strstr(text, "\"ranges\": [");
	assert_non_null(ranges);
	fseek(file, ranges - text + (long)strlen("\"ranges\": ["), SEEK_SET);
	for (int i = 0; i < 300000; i++)
		fprintf(file, "%s\n    {\"lba\": %d, \"count\": 1, \"state\": \"unreadable\", \"pass\": \"retry\"}",
			i ? "," : "", i);
	fputs("\n  ]\n}\n", file);
	assert_int_equal(fclose(file), 0);
	free(path);
	assert_int_equal(object_read_reads(disc->object, "v2", &reads, NULL), 0);
	assert_string_equal(jv_get_text(reads, "carrier"), KEPT_DISC_CARRIER);
	assert_true(jv_is_object(jv_get(reads, "disc")));
	assert_null(jv_get(reads, "ranges"));
	jv_free(reads);
}

/* What a small file of an image has no reason to be is not read into memory. */
static void sidecars_that_are_too_large(void **state)
{
	struct kept_disc *disc = *state;
	struct error err = {0};
	struct jv *reads;
	struct premis *premis;
	static const enum file_role roles[] = {ROLE_READS, ROLE_PREMIS};
	for (size_t i = 0; i < COUNT(roles); i++) {
		char *path = path_of(disc, roles[i]);
		assert_int_equal(truncate(path, ((off_t)16 << 20) + 1), 0);
		free(path);
	}
	assert_int_equal(object_read_reads(disc->object, "v2", &reads, &err), ERR_INVALID);
	assert_int_equal(object_read_premis(disc->object, "v2", &premis, &err), ERR_INVALID);
}

/* ---- states that a crash or rot can leave ---- */

struct action {
	enum { END, COPY, WRITE, DELETE } what;
	const char *name, *from; /* or what is written */
};

static const char garbage[] = "{\"rot\":1}";

static const struct {
	const char *what;
	struct action actions[6];
	const char *head; /* NULL: no inventory can be trusted */
	bool problem; /* told, and not mended */
	bool settled; /* the root's inventory is that of v2 after opening for writing */
} states[] = {
	{"nothing happened", {{END, NULL, NULL}}, "v2", false, true},
	{"vN is in place, the root is old",
		{{COPY, "inventory.json", "v1/inventory.json"},
			{COPY, "inventory.json.sha512", "v1/inventory.json.sha512"}},
		"v2", false, true},
	{"the root inventory is new, its sidecar old",
		{{COPY, "inventory.json.sha512", "v1/inventory.json.sha512"}}, "v2", false, true},
	{"the root inventory is new, its sidecar gone", {{DELETE, "inventory.json.sha512", NULL}},
		"v2", false, true},
	{"the root inventory is rotten", {{WRITE, "inventory.json", garbage}}, "v2", true, false},
	{"the root inventory is empty", {{WRITE, "inventory.json", ""}}, "v2", true, false},
	{"the root inventory and v2's are rotten",
		{{WRITE, "inventory.json", garbage}, {WRITE, "v2/inventory.json", garbage}}, "v1",
		true, false},
	{"v2's inventory is rotten, the root's is not", {{WRITE, "v2/inventory.json", garbage}},
		"v2", false, false},
	{"the root is old, and v2's inventory is rotten",
		{{COPY, "inventory.json", "v1/inventory.json"},
			{COPY, "inventory.json.sha512", "v1/inventory.json.sha512"},
			{WRITE, "v2/inventory.json", garbage}},
		"v1", false, false},
	{"all are rotten",
		{{WRITE, "inventory.json", garbage}, {WRITE, "v1/inventory.json", garbage},
			{WRITE, "v2/inventory.json", garbage}},
		NULL, true, false},
	{"every sidecar is gone",
		{{DELETE, "inventory.json.sha512", NULL},
			{DELETE, "v1/inventory.json.sha512", NULL},
			{DELETE, "v2/inventory.json.sha512", NULL}},
		NULL, true, false},
};

static void act(const struct kept_disc *disc, const struct action *actions)
{
	for (; actions->what != END; actions++) {
		if (actions->what == COPY)
			copy(disc, actions->from, actions->name);
		else if (actions->what == WRITE)
			save(disc, actions->name, actions->from);
		else
			scratch_delete(kept_disc_path(disc, actions->name));
	}
}

static void check_open(const struct kept_disc *disc, bool writable, const char *head, bool problem)
{
	struct object *object = NULL;
	struct error err = {0};
	disc->archive->writable = writable;
	int status = object_open(&object, disc->archive, object_relative(disc->object), &err);
	disc->archive->writable = true;
	assert_int_equal(status, head ? 0 : ERR_DAMAGED);
	if (head) {
		assert_string_equal(object_inventory(object)->head, head);
		assert_int_equal(!!object_problem(object), problem);
	} else {
		assert_non_null(strstr(err.message, "inventory"));
	}
	object_close(object);
}

static void every_state(void **state)
{
	for (size_t i = 0; i < COUNT(states); i++) {
		struct kept_disc *disc = *state;
		char *before, *read_only, *writable;
		print_message("%s\n", states[i].what);
		act(disc, states[i].actions);
		before = load(disc, "inventory.json");
		check_open(disc, false, states[i].head, states[i].problem);
		read_only = load(disc, "inventory.json");
		assert_string_equal(before, read_only); /* a reader changes nothing */
		check_open(disc, true, states[i].head, states[i].problem);
		writable = load(disc, "inventory.json");
		if (states[i].settled) {
			assert_true(same(disc, "inventory.json", "v2/inventory.json"));
			assert_true(
				same(disc, "inventory.json.sha512", "v2/inventory.json.sha512"));
		} else {
			assert_string_equal(
				before, writable); /* what is damaged is left as it is */
		}
		free(before);
		free(read_only);
		free(writable);
		tear_down(state);
		set_up(state);
	}
}

/* A v3 that belongs to another object is not taken for the next version. */
static void version_of_another_object(void **state)
{
	struct kept_disc *disc = *state;
	struct kept_disc other = {0};
	char from[4096], to[4096];
	kept_disc_make(&other, 4);
	kept_disc_add_version(&other, 4);
	snprintf(from, sizeof(from), "%s", kept_disc_path(&other, "v2"));
	snprintf(to, sizeof(to), "%s", kept_disc_path(disc, "v2"));
	scratch_delete(to);
	scratch_copy(from, to);
	copy(disc, "v1/inventory.json", "inventory.json");
	copy(disc, "v1/inventory.json.sha512", "inventory.json.sha512");
	check_open(disc, false, "v1", false);
	check_open(disc, true, "v1", false);
	kept_disc_remove(&other);
}

#define DISC_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DISC_TEST(whole),
		DISC_TEST(files_of_versions),
		DISC_TEST(sidecars_are_read),
		DISC_TEST(sidecars_that_are_broken),
		DISC_TEST(no_object),
		DISC_TEST(another_object),
		DISC_TEST(many_ranges_are_left_out),
		DISC_TEST(sidecars_that_are_too_large),
		DISC_TEST(every_state),
		DISC_TEST(version_of_another_object),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files and places that the catalogue leaves alone: another program's, a later Theca's, a link, a network's.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/disk.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "catalog/catalog_file.h"
#include "catalog/db.h"
#include "tests/unit/catalog_dump.h"
#include "tests/unit/holding_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int set_up(void **state)
{
	struct holding *holding = calloc(1, sizeof(*holding));
	struct catalog *catalog;
	holding_init(holding);
	assert_int_equal(catalog_open(&catalog, holding->archive, CATALOG_CREATE, NULL), 0);
	catalog_close(catalog);
	*state = holding;
	return 0;
}

static int tear_down(void **state)
{
	holding_release(*state);
	free(*state);
	return 0;
}

static void assert_left_alone(struct holding *holding, const char *words)
{
	static const enum catalog_mode modes[] = {CATALOG_READ, CATALOG_WRITE};
	struct catalog_counts counts;
	struct catalog *catalog;
	char *before, *after;
	size_t before_len, after_len;
	const char *path = holding->archive->catalogue;
	assert_int_equal(path_read(path, 1 << 24, &before, &before_len, NULL), 0);
	for (size_t i = 0; i < 2; i++) {
		struct error err = {0};
		assert_int_equal(
			catalog_open(&catalog, holding->archive, modes[i], &err), ERR_UNSUPPORTED);
		assert_non_null(strstr(err.message, words));
	}
	struct error err = {0};
	assert_int_equal(catalog_rebuild(holding->archive, NULL, &counts, &err), ERR_UNSUPPORTED);
	assert_non_null(strstr(err.message, words));
	assert_int_equal(path_read(path, 1 << 24, &after, &after_len, NULL), 0);
	assert_int_equal(before_len, after_len);
	assert_memory_equal(before, after, before_len);
	free(before);
	free(after);
}

static void a_later_one_is_left_alone(void **state)
{
	struct holding *holding = *state;
	struct db *db;
	assert_int_equal(db_open(&db, holding->archive->catalogue, DB_WRITE, NULL), 0);
	assert_int_equal(db_exec(db, "PRAGMA user_version = 1000", NULL), 0);
	db_close(db);
	assert_left_alone(holding, "later Theca");
}

static void another_programs_file_is_left_alone(void **state)
{
	struct holding *holding = *state;
	struct db *db;
	assert_int_equal(disk_remove(holding->archive->catalogue, NULL), 0);
	assert_int_equal(db_open(&db, holding->archive->catalogue, DB_CREATE, NULL), 0);
	assert_int_equal(db_exec(db, "CREATE TABLE bookmarks (url TEXT)", NULL), 0);
	db_close(db);
	assert_left_alone(holding, "another program");
}

static void a_link_is_left_alone(void **state)
{
	struct holding *holding = *state;
	struct catalog_counts counts;
	struct catalog *catalog;
	char *target = path_join(holding->root, "elsewhere.db");
	assert_int_equal(disk_rename(holding->archive->catalogue, target, NULL), 0);
	assert_int_equal(symlink(target, holding->archive->catalogue), 0);
	assert_int_equal(
		catalog_open(&catalog, holding->archive, CATALOG_WRITE, NULL), ERR_UNSUPPORTED);
	assert_int_equal(catalog_rebuild(holding->archive, NULL, &counts, NULL), ERR_UNSUPPORTED);
	free(target);
}

/* ---- files that are nobody's database ---- */

static void write_file(const struct holding *holding, const char *suffix, const char *text)
{
	char path[256];
	snprintf(path, sizeof(path), "%s%s", holding->archive->catalogue, suffix);
	disk_remove(path, NULL);
	assert_int_equal(disk_write_new(path, text, strlen(text), NULL), 0);
}

static void assert_holds(const struct holding *holding, const char *suffix, const char *text)
{
	char path[256], *found = NULL;
	size_t len;
	snprintf(path, sizeof(path), "%s%s", holding->archive->catalogue, suffix);
	assert_int_equal(path_read(path, 1 << 24, &found, &len, NULL), 0);
	assert_string_equal(found, text);
	free(found);
}

/* As if theca.ini had `catalogue = PATH`. */
static void move_elsewhere(struct holding *holding)
{
	holding->archive->settings.catalogue = strdup("notes");
	free(holding->archive->catalogue);
	holding->archive->catalogue = path_join(holding->root, "notes");
}

static void what_is_elsewhere_is_left_alone(void **state)
{
	struct holding *holding = *state;
	static const char *const suffixes[] = {"", ".new", ".snapshot", ".snapshot.new"};
	static const char *const texts[] = {"my notes", "SQLite format 3, a poem"};
	struct catalog_counts counts;
	move_elsewhere(holding);
	for (size_t i = 0; i < 8; i++) {
		char path[256];
		struct error err = {0};
		write_file(holding, suffixes[i / 2], texts[i % 2]);
		assert_int_equal(
			catalog_rebuild(holding->archive, NULL, &counts, &err), ERR_UNSUPPORTED);
		assert_non_null(strstr(err.message, "left alone"));
		assert_holds(holding, suffixes[i / 2], texts[i % 2]);
		snprintf(path, sizeof(path), "%s%s", holding->archive->catalogue, suffixes[i / 2]);
		assert_int_equal(disk_remove(path, NULL), 0);
	}
	/* an empty file, a catalogue and what a crash leaves of one being made are in nobody's way */
	write_file(holding, "", "");
	write_file(holding, ".new", "");
	assert_int_equal(catalog_rebuild(holding->archive, NULL, &counts, NULL), 0);
	char *new = path_join(holding->root, "notes.new");
	assert_int_equal(disk_rename(holding->archive->catalogue, new, NULL), 0);
	assert_int_equal(catalog_rebuild(holding->archive, NULL, &counts, NULL), 0);
	assert_int_equal(catalog_rebuild(holding->archive, NULL, &counts, NULL), 0);
	assert_false(path_exists(new));
	free(new);
}

struct told {
	size_t count;
	char message[256];
};

static void hear(void *context, const char *subject, const char *message)
{
	struct told *told = context;
	assert_non_null(strstr(subject, "catalog.db"));
	told->count++;
	snprintf(told->message, sizeof(told->message), "%s", message);
}

/* In the archive's own directory it is a catalogue that rotted: kept, and said; never in the place of what was kept before. */
static void what_rotted_is_kept(void **state)
{
	struct holding *holding = *state;
	struct told told = {0};
	const struct catalog_watch watch = {.problem = hear, .context = &told};
	struct catalog_counts counts;
	static const char *const kept[] = {".damaged", ".damaged-2", ".damaged-3"};
	for (size_t i = 0; i < 3; i++) {
		char text[16];
		snprintf(text, sizeof(text), "rot %zu", i);
		write_file(holding, "", text);
		assert_int_equal(catalog_rebuild(holding->archive, &watch, &counts, NULL), 0);
		assert_int_equal(told.count, i + 1);
		assert_non_null(strstr(told.message, kept[i]));
		assert_int_equal(counts.problems, 0);
	}
	assert_holds(holding, ".damaged", "rot 0");
	assert_holds(holding, ".damaged-2", "rot 1");
	assert_holds(holding, ".damaged-3", "rot 2");
	write_file(holding, "", "");
	assert_int_equal(catalog_rebuild(holding->archive, &watch, &counts, NULL), 0);
	assert_int_equal(told.count, 3);
}

static void network_file_systems_are_known(void **state)
{
	(void)state;
	assert_string_equal(catalog_network_name(0x6969), "NFS");
	assert_string_equal(catalog_network_name((long)0xFF534D42), "CIFS");
	assert_string_equal(catalog_network_name((long)(int32_t)0xFF534D42), "CIFS");
	assert_string_equal(catalog_network_name(0x517B), "SMB");
	assert_null(catalog_network_name(0xEF53)); /* ext4 */
	assert_null(catalog_network_name(0x01021994)); /* tmpfs */
}

static void a_second_creation_is_refused(void **state)
{
	struct holding *holding = *state;
	struct catalog *catalog;
	struct error err = {0};
	char *before = catalog_dump(holding->archive->catalogue);
	assert_int_equal(
		catalog_open(&catalog, holding->archive, CATALOG_CREATE, &err), ERR_EXISTS);
	char *after = catalog_dump(holding->archive->catalogue);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
		CASE(a_later_one_is_left_alone),
		CASE(another_programs_file_is_left_alone),
		CASE(a_link_is_left_alone),
		CASE(network_file_systems_are_known),
		CASE(what_is_elsewhere_is_left_alone),
		CASE(what_rotted_is_kept),
		CASE(a_second_creation_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making the catalogue anew: the same comes out, and the old one stays until the new one is whole.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/disk.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "store/register.h"
#include "tests/unit/catalog_dump.h"
#include "tests/unit/holding_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOSTILE                                                                                    \
	"\x1b[2J\xff%41</x>\xe2\x80\xae"                                                           \
	"a\r\n"

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
	disk_set_hook(NULL, NULL);
	holding_release(*state);
	free(*state);
	return 0;
}

/* What was told of problems. */
struct told {
	size_t count;
	char subject[256];
	char message[1024];
};

static void hear(void *context, const char *subject, const char *message)
{
	struct told *told = context;
	told->count++;
	snprintf(told->subject, sizeof(told->subject), "%s", subject);
	snprintf(told->message, sizeof(told->message), "%s", message);
}

static int rebuild(struct holding *holding, struct catalog_counts *counts, struct told *told)
{
	struct error err = {0};
	struct told nobody = {0};
	const struct catalog_watch watch = {.problem = hear, .context = told ? told : &nobody};
	int rc = catalog_rebuild(holding->archive, &watch, counts, &err);
	if (rc && told)
		snprintf(told->message, sizeof(told->message), "%s", err.message);
	return rc;
}

static struct object *add(struct holding *holding, const struct holding_disc *disc)
{
	struct catalog *catalog;
	struct object *object = holding_rip(holding, disc);
	assert_int_equal(catalog_open(&catalog, holding->archive, CATALOG_WRITE, NULL), 0);
	assert_int_equal(catalog_sync_register(catalog, holding->archive, NULL), 0);
	assert_int_equal(catalog_add_object(catalog, object, NULL), 0);
	catalog_close(catalog);
	return object;
}

static void add_event(struct holding *holding, const struct object *object)
{
	struct catalog *catalog;
	holding_check(object, "suc", "all is well");
	assert_int_equal(catalog_open(&catalog, holding->archive, CATALOG_WRITE, NULL), 0);
	assert_int_equal(catalog_add_event(catalog, object, NULL), 0);
	catalog_close(catalog);
}

/* Everything that a catalogue can hold, added piece by piece as it happens. */
static void fill(struct holding *holding)
{
	struct object *first = add(holding, &(struct holding_disc){.carrier_id = "SHELF/1",
						    .title = "First",
						    .label = "FIRST",
						    .bad = {10, 20}});
	struct object *hostile = add(holding, &(struct holding_disc){.carrier_id = HOSTILE,
						      .title = HOSTILE,
						      .note = HOSTILE,
						      .label = HOSTILE});
	add_event(holding, first);
	struct object *second = add(holding, &(struct holding_disc){.carrier_id = "SHELF/1",
						     .title = "First, read again",
						     .seed = 1,
						     .previous = first});
	add_event(holding, second);
	add_event(holding, hostile);
	add_event(holding, second);
	object_close(add(holding, &(struct holding_disc){0}));
	object_close(add(holding, &(struct holding_disc){.carrier_id = "audio",
					  .title = "Tracks",
					  .is_raw = true,
					  .bad = {345, 10},
					  .sheet = "REM a sheet"}));
	struct carrier waiting = {.id = strdup("not ripped")};
	struct catalog *catalog;
	assert_int_equal(register_carrier(holding->archive, &waiting, NULL), 0);
	assert_int_equal(catalog_open(&catalog, holding->archive, CATALOG_WRITE, NULL), 0);
	assert_int_equal(catalog_sync_register(catalog, holding->archive, NULL), 0);
	catalog_close(catalog);
	free(waiting.id);
	object_close(first);
	object_close(second);
	object_close(hostile);
}

static char *dump(const struct holding *holding)
{
	return catalog_dump(holding->archive->catalogue);
}

static bool beside(const struct holding *holding, const char *suffix)
{
	char path[256];
	snprintf(path, sizeof(path), "%s%s", holding->archive->catalogue, suffix);
	return path_exists(path);
}

static void a_rebuilt_catalogue_equals_the_one_before(void **state)
{
	struct holding *holding = *state;
	struct catalog_counts counts;
	struct told told = {0};
	fill(holding);
	char *before = dump(holding);
	assert_int_equal(rebuild(holding, &counts, &told), 0);
	char *after = dump(holding);
	assert_string_equal(before, after);
	assert_non_null(strstr(after, "not ripped"));
	assert_int_equal(counts.carriers, 5);
	assert_int_equal(counts.objects, 4);
	assert_non_null(strstr(after, "DEA123456789"));
	assert_int_equal(counts.skipped, 0);
	assert_int_equal(counts.problems, 0);
	assert_int_equal(told.count, 0);
	assert_false(beside(holding, ".new"));
	assert_false(beside(holding, ".damaged"));
	free(before);
	free(after);
}

static void a_lost_catalogue_comes_back(void **state)
{
	struct holding *holding = *state;
	struct catalog_counts counts;
	struct catalog *catalog;
	struct error err = {0};
	fill(holding);
	char *before = dump(holding);
	assert_int_equal(disk_remove(holding->archive->catalogue, NULL), 0);
	assert_int_equal(
		catalog_open(&catalog, holding->archive, CATALOG_READ, &err), ERR_NOT_FOUND);
	assert_non_null(strstr(err.message, "theca reindex"));
	assert_int_equal(
		catalog_open(&catalog, holding->archive, CATALOG_WRITE, &err), ERR_NOT_FOUND);
	assert_non_null(strstr(err.message, "theca reindex"));
	assert_false(path_exists(holding->archive->catalogue));
	assert_int_equal(rebuild(holding, &counts, NULL), 0);
	char *after = dump(holding);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void an_unreadable_one_is_set_aside(void **state)
{
	struct holding *holding = *state;
	struct catalog_counts counts;
	struct catalog *catalog;
	struct error err = {0};
	fill(holding);
	assert_int_equal(disk_remove(holding->archive->catalogue, NULL), 0);
	assert_int_equal(disk_write_new(holding->archive->catalogue, "garbage", 7, NULL), 0);
	assert_int_equal(
		catalog_open(&catalog, holding->archive, CATALOG_WRITE, &err), ERR_DAMAGED);
	assert_non_null(strstr(err.message, "theca reindex"));
	assert_int_equal(rebuild(holding, &counts, NULL), 0);
	assert_true(beside(holding, ".damaged"));
	/* an empty file is nobody's loss */
	assert_int_equal(truncate(holding->archive->catalogue, 0), 0);
	assert_int_equal(catalog_open(&catalog, holding->archive, CATALOG_READ, &err), ERR_DAMAGED);
	assert_int_equal(rebuild(holding, &counts, NULL), 0);
	assert_int_equal(catalog_open(&catalog, holding->archive, CATALOG_READ, &err), 0);
	assert_int_equal(catalog_check(catalog, &err), 0);
	catalog_close(catalog);
}

/* ---- what cannot be read ---- */

static void a_broken_object_is_skipped_and_named(void **state)
{
	struct holding *holding = *state;
	struct catalog_counts counts;
	struct told told = {0};
	fill(holding);
	struct object *object = add(holding, &(struct holding_disc){.carrier_id = "broken"});
	char *path = path_join(object_directory(object), "inventory.json");
	char *copy = path_join3(object_directory(object), "v1", "inventory.json");
	assert_int_equal(truncate(path, 10), 0);
	assert_int_equal(truncate(copy, 10), 0);
	assert_int_equal(rebuild(holding, &counts, &told), 0);
	assert_int_equal(counts.objects, 4);
	assert_int_equal(counts.skipped, 1);
	assert_int_equal(told.count, 1);
	assert_string_equal(told.subject, object_relative(object));
	assert_true(strlen(told.message) > 0);
	object_close(object);
	free(path);
	free(copy);
}

static void a_broken_part_is_named(void **state)
{
	struct holding *holding = *state;
	struct catalog_counts counts;
	struct told told = {0};
	char *path;
	struct object *object = add(holding, &(struct holding_disc){.carrier_id = "x"});
	assert_int_equal(object_file_path(object, "v1", object_file_of_role(object, "v1", ROLE_MAP),
				 &path, NULL),
		0);
	assert_int_equal(truncate(path, 30), 0);
	assert_int_equal(rebuild(holding, &counts, &told), 0);
	assert_int_equal(counts.objects, 1);
	assert_int_equal(counts.problems, 1);
	assert_string_equal(told.subject, object_relative(object));
	object_close(object);
	free(path);
}

static void a_broken_register_is_named(void **state)
{
	struct holding *holding = *state;
	struct catalog_counts counts;
	struct told told = {0};
	fill(holding);
	char *path = path_join(holding->archive->reg, "000001.jsonl");
	FILE *file = fopen(path, "r+");
	assert_non_null(file);
	fputs("rotten", file);
	fclose(file);
	assert_int_equal(rebuild(holding, &counts, &told), 0);
	assert_string_equal(told.subject, "register");
	assert_int_equal(counts.problems, 1);
	/* the sidecars still tell of every carrier that was ripped */
	assert_int_equal(counts.carriers, 4);
	free(path);
}

static void a_store_that_is_not_there_changes_nothing(void **state)
{
	struct holding *holding = *state;
	struct catalog_counts counts;
	fill(holding);
	char *before = dump(holding), *away = path_join(holding->root, "away");
	assert_int_equal(disk_rename(holding->archive->store, away, NULL), 0);
	assert_int_equal(rebuild(holding, &counts, NULL), ERR_OFFLINE);
	/* an empty mount point is not a store either */
	assert_int_equal(disk_make_directory(holding->archive->store, NULL), 0);
	assert_int_equal(rebuild(holding, &counts, NULL), ERR_OFFLINE);
	char *after = dump(holding);
	assert_string_equal(before, after);
	free(before);
	free(after);
	free(away);
}

/* ---- stopping and crashing ---- */

static bool stop_at_the_second(void *context, const struct progress_state *state)
{
	(void)context;
	return state->done < 1;
}

static void a_stopped_one_changes_nothing(void **state)
{
	struct holding *holding = *state;
	struct catalog_counts counts;
	struct error err = {0};
	const struct progress progress = {.report = stop_at_the_second};
	const struct catalog_watch watch = {.progress = &progress};
	fill(holding);
	char *before = dump(holding);
	assert_int_equal(catalog_rebuild(holding->archive, &watch, &counts, &err), ERR_INTERRUPTED);
	assert_false(beside(holding, ".new"));
	char *after = dump(holding);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

struct nth {
	int left;
};

static int fail_from_nth(void *context, enum disk_call call, const char *path, const char *to)
{
	struct nth *nth = context;
	(void)call;
	(void)path;
	(void)to;
	return nth->left-- > 0 ? 0 : EIO;
}

/* Every call from the Nth on fails, as if the process had ended there; what is found after is the old catalogue or the new one. */
static void a_crash_leaves_the_old_or_the_new(void **state)
{
	struct holding *holding = *state;
	struct catalog_counts counts;
	fill(holding);
	char *whole = dump(holding);
	int rc = ERR_IO;
	for (int n = 0; rc; n++) {
		struct nth nth = {n};
		assert_true(n < 100);
		disk_set_hook(fail_from_nth, &nth);
		rc = rebuild(holding, &counts, NULL);
		disk_set_hook(NULL, NULL);
		char *found = dump(holding);
		assert_string_equal(found, whole);
		free(found);
	}
	free(whole);
}

/* Adds a disc and ends without closing, so that the write-ahead log lies beside the database with all of it. */
static void leave_a_log(struct holding *holding)
{
	struct catalog *catalog;
	int status;
	pid_t child = fork();
	if (!child) {
		if (catalog_open(&catalog, holding->archive, CATALOG_WRITE, NULL))
			_exit(1);
		struct object *object =
			holding_rip(holding, &(struct holding_disc){.carrier_id = "in the log"});
		_exit(catalog_sync_register(catalog, holding->archive, NULL) ||
			catalog_add_object(catalog, object, NULL));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_true(beside(holding, "-wal"));
}

static void a_log_left_behind_is_not_read_into_the_new_one(void **state)
{
	struct holding *holding = *state;
	struct catalog_counts counts;
	struct catalog *catalog;
	struct error err = {0};
	fill(holding);
	leave_a_log(holding);
	assert_int_equal(truncate(holding->archive->catalogue, 700), 0);
	assert_int_equal(rebuild(holding, &counts, NULL), 0);
	assert_false(beside(holding, "-wal"));
	assert_int_equal(catalog_open(&catalog, holding->archive, CATALOG_WRITE, &err), 0);
	assert_int_equal(catalog_check(catalog, &err), 0);
	catalog_close(catalog);
	char *first = dump(holding);
	assert_non_null(strstr(first, "in the log"));
	assert_int_equal(rebuild(holding, &counts, NULL), 0);
	char *second = dump(holding);
	assert_string_equal(first, second);
	free(first);
	free(second);
}

static void a_log_left_behind_is_not_lost(void **state)
{
	struct holding *holding = *state;
	struct catalog *catalog;
	fill(holding);
	leave_a_log(holding);
	assert_int_equal(catalog_open(&catalog, holding->archive, CATALOG_WRITE, NULL), 0);
	catalog_close(catalog);
	char *found = dump(holding);
	assert_non_null(strstr(found, "in the log"));
	free(found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
		CASE(a_rebuilt_catalogue_equals_the_one_before),
		CASE(a_lost_catalogue_comes_back),
		CASE(an_unreadable_one_is_set_aside),
		CASE(a_broken_object_is_skipped_and_named),
		CASE(a_broken_part_is_named),
		CASE(a_broken_register_is_named),
		CASE(a_store_that_is_not_there_changes_nothing),
		CASE(a_stopped_one_changes_nothing),
		CASE(a_crash_leaves_the_old_or_the_new),
		CASE(a_log_left_behind_is_not_read_into_the_new_one),
		CASE(a_log_left_behind_is_not_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

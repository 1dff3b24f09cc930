/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Discs of several tracks in the catalogue, and what becomes of one that an earlier Theca wrote. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/disk.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "catalog/migrate.h"
#include "tests/unit/catalog_dump.h"
#include "tests/unit/catalog_fixture.h"
#include "tests/unit/disc_fixture.h"
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct holding_disc raw_disc = {.carrier_id = "raw", .is_raw = true, .bad = {345, 10}};

static struct jv *describe(struct catalog_fixture *fixture, const struct object *object)
{
	struct jv *tree;
	assert_int_equal(
		catalog_describe(fixture->catalog, object_inventory(object)->id, &tree, NULL), 0);
	return tree;
}

static void expect(const struct jv *object, const char *key, const char *value)
{
	const char *text = jv_get_text(object, key);
	assert_non_null(text);
	assert_string_equal(text, value);
}

static void expect_disc(const struct jv *disc)
{
	expect(disc, "profile", "cd");
	expect(disc, "format", "bincue");
	expect(disc, "mcn", "4006381333931");
	expect(disc, "text_charset", "UTF-8");
	assert_false(jv_get_bool(disc, "text_guessed", true));
	assert_int_equal(jv_get_int(disc, "sectors", 0), FIXTURE_DISC_SECTORS);
	assert_int_equal(jv_get_int(disc, "bad_sectors", 0), 10);
	assert_int_equal(jv_get_int(disc, "doubtful_sectors", 0), 2);
	assert_int_equal(jv_size(jv_get(disc, "sessions")), 2);
	expect(jv_get(disc, "ids"), "musicbrainz", "8DfkFxvKepD6tTnGDUbWixnNLpE-");
	expect(jv_get(disc, "ids"), "cddb", "1600a604");
	expect(jv_get(disc, "ids"), "accuraterip", "003-000034dc-0000cd98-1600a604");
	const struct jv *tracks = jv_get(disc, "tracks"), *second = jv_at(tracks, 1);
	assert_int_equal(jv_size(tracks), 4);
	expect(second, "isrc", "DEA123456789");
	expect(second, "flags", "DCP PRE");
	assert_int_equal(jv_get_int(second, "pregap", 0), 150);
	expect(jv_at(tracks, 0), "flags", "");
	assert_null(jv_get(jv_at(tracks, 0), "isrc"));
	assert_int_equal(jv_get_int(jv_at(tracks, 3), "session", 0), 2);
	assert_int_equal(jv_get_int(jv_at(tracks, 3), "lba", 0), 12250);
	const struct jv *texts = jv_get(disc, "texts");
	assert_int_equal(jv_size(texts), 4);
	assert_int_equal(jv_get_int(jv_at(texts, 1), "track", -1), 0);
	expect(jv_at(texts, 1), "field", "title");
	expect(jv_at(texts, 1), "value", "Études");
}

static void all_of_the_disc_is_described(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct object *object = catalog_fixture_rip(fixture, &raw_disc);
	struct jv *tree = describe(fixture, object);
	const struct jv *version = jv_at(jv_get(tree, "versions"), 0);
	assert_int_equal(jv_size(jv_get(tree, "problems")), 0);
	expect_disc(jv_get(version, "disc"));
	const struct jv *streams = jv_get(version, "bitstreams");
	assert_int_equal(jv_size(streams), FIXTURE_DISC_STREAMS);
	assert_int_equal(jv_get_int(jv_at(streams, 0), "track", -1), 0);
	assert_int_equal(jv_get_int(jv_at(streams, 2), "offset", -1), 350 * 2352);
	assert_int_equal(jv_get_int(jv_at(streams, 2), "size", -1), 200 * 2352);
	expect(jv_at(streams, 4), "format", "CD-ROM Mode 1 sectors, 2352 bytes");
	assert_int_equal(strlen(jv_get_text(jv_at(streams, 2), "crc32")), 8);
	assert_int_equal(strlen(jv_get_text(jv_at(streams, 2), "sha256")), 64);
	jv_free(tree);
	object_close(object);
}

/* Sectors 345 to 354 of the image are LBA 395 to 404 of the disc, the pregap and the beginning of track 2. */
static void damage_is_by_lba_of_the_disc(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct object *object = catalog_fixture_rip(fixture, &raw_disc);
	struct jv *tree = describe(fixture, object);
	const struct jv *damage = jv_get(jv_at(jv_get(tree, "versions"), 0), "damage");
	assert_int_equal(jv_size(damage), 2);
	assert_int_equal(jv_get_int(jv_at(damage, 0), "lba", -1), 395);
	assert_int_equal(jv_get_int(jv_at(damage, 0), "sectors", -1), 5);
	assert_int_equal(jv_get_int(jv_at(damage, 1), "lba", -1), 400);
	assert_int_equal(jv_get_int(jv_at(damage, 1), "sectors", -1), 5);
	jv_free(tree);
	object_close(object);
}

/* ---- files that were changed ---- */

static char *path_of(const struct object *object, enum file_role role)
{
	char *path = NULL;
	assert_int_equal(object_file_path(object, "v1", object_file_of_role(object, "v1", role),
				 &path, NULL),
		0);
	return path;
}

static void write_over(const char *path, const struct buffer *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text->data, text->len), text->len);
	close(fd);
}

/* Without the table of contents nobody knows where on the disc the damage is; that is told, and the rest is there. */
static void damage_without_a_disc_is_a_problem(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct object *object = catalog_fixture_rip(fixture, &raw_disc);
	char *path = path_of(object, ROLE_READS);
	assert_int_equal(truncate(path, 40), 0);
	assert_int_equal(catalog_add_object(fixture->catalog, object, NULL), 0);
	struct jv *tree = describe(fixture, object);
	const struct jv *problems = jv_get(tree, "problems");
	assert_int_equal(jv_size(problems), 2);
	expect(jv_at(problems, 0), "part", "v1 map");
	expect(jv_at(problems, 1), "part", "v1 reads");
	const struct jv *version = jv_at(jv_get(tree, "versions"), 0);
	assert_int_equal(jv_size(jv_get(version, "damage")), 0);
	assert_int_equal(jv_size(jv_get(version, "bitstreams")), FIXTURE_DISC_STREAMS);
	jv_free(tree);
	free(path);
	object_close(object);
}

/* ---- a catalogue of version 1 ---- */

/* The columns that version 1 has of a table. */
static const char copies_sql[] =
	"SELECT 'INSERT INTO old.' || m.name || ' SELECT ' || (SELECT group_concat(name) FROM"
	"  pragma_table_info(m.name, 'old')) || ' FROM main.' || m.name"
	" FROM old.sqlite_schema m WHERE m.type = 'table' AND m.name <> 'register_state'"
	" ORDER BY m.rowid";

static void copy_tables(struct db *db)
{
	struct db_query *query;
	struct error err = {0};
	bool row = true;
	assert_int_equal(db_query_new(&query, db, copies_sql, NULL), 0);
	struct buffer script = {0};
	while (row) {
		assert_int_equal(db_step(query, &row, NULL), 0);
		if (row)
			buffer_printf(&script, "%s;", db_text(query, 0));
	}
	db_query_free(query);
	buffer_puts(&script, "UPDATE old.register_state SET (one, applied, prev) ="
			     " (SELECT one, applied, prev FROM main.register_state)");
	if (db_exec(db, buffer_text(&script), &err))
		fail_msg("%s: %s", err.message, buffer_text(&script));
	buffer_release(&script);
}

/* Makes of the catalogue what the first Theca would have written. */
static void make_old(const char *path)
{
	const struct migrations first = {migrate_released()->scripts, 1};
	struct db *db;
	struct buffer attach = {0};
	char old[256];
	snprintf(old, sizeof(old), "%s.old", path);
	assert_int_equal(db_open(&db, old, DB_CREATE, NULL), 0);
	assert_int_equal(migrate_run(db, &first, old, NULL), 0);
	db_close(db);
	assert_int_equal(db_open(&db, path, DB_WRITE, NULL), 0);
	buffer_printf(&attach, "ATTACH '%s' AS old", old);
	assert_int_equal(db_exec(db, buffer_text(&attach), NULL), 0);
	copy_tables(db);
	db_close(db);
	buffer_release(&attach);
	assert_int_equal(disk_rename(old, path, NULL), 0);
}

/* The list of reads of an ISO image as the first Theca wrote it. */
static void make_reads_old(const struct object *object)
{
	static const char old[] =
		"{\n  \"theca_reads\": 1,\n  \"carrier\": \"x\",\n  \"source\": {\n    \"type\": "
		"\"drive\"\n  },\n"
		"  \"disc\": {\n    \"profile\": \"cd\",\n    \"sessions\": 1,\n    \"lead_out\": "
		"1000,\n"
		"    \"tracks\": [\n      {\n        \"number\": 1,\n        \"session\": 1,\n"
		"        \"mode\": \"mode1\",\n        \"lba\": 0,\n        \"count\": 1000\n      "
		"}\n    ]\n  },\n"
		"  \"sector_size\": 2048,\n  \"sectors\": 1000,\n  \"ranges\": [\n"
		"    {\"lba\": 0, \"count\": 1000, \"state\": \"read\", \"pass\": \"copy\", "
		"\"confirmed\": \"drive\", \"attempts\": 1}\n  ]\n}\n";
	struct buffer text = {0};
	char *path = path_of(object, ROLE_READS);
	buffer_puts(&text, old);
	write_over(path, &text);
	buffer_release(&text);
	free(path);
}

static int64_t ask(const char *path, const char *sql)
{
	struct db *db;
	int64_t number = -1;
	assert_int_equal(db_open(&db, path, DB_READ, NULL), 0);
	assert_int_equal(db_get_int(db, sql, &number, NULL), 0);
	db_close(db);
	return number;
}

static void an_old_catalogue_migrated_is_the_one_made_anew(void **state)
{
	struct catalog_fixture *fixture = *state;
	const struct archive *archive = fixture->holding.archive;
	struct catalog_counts counts;
	struct object *first = catalog_fixture_rip(
		fixture, &(struct holding_disc){.carrier_id = "x", .title = "Old", .bad = {7, 3}});
	make_reads_old(first);
	assert_int_equal(catalog_add_object(fixture->catalog, first, NULL), 0);
	catalog_close(fixture->catalog);
	make_old(archive->catalogue);
	assert_int_equal(ask(archive->catalogue, "PRAGMA user_version"), 1);
	/* opening it for writing brings it up to date */
	assert_int_equal(catalog_open(&fixture->catalog, archive, CATALOG_WRITE, NULL), 0);
	catalog_close(fixture->catalog);
	assert_int_equal(ask(archive->catalogue, "PRAGMA user_version"), 2);
	assert_int_equal(
		ask(archive->catalogue, "SELECT count(*) FROM versions WHERE format IS NULL"
					" AND mcn IS NULL AND doubtful_sectors IS NULL"),
		1);
	assert_int_equal(ask(archive->catalogue, "SELECT count(*) FROM tracks WHERE pregap IS NULL"
						 " AND flags IS NULL AND isrc IS NULL"),
		1);
	assert_int_equal(ask(archive->catalogue, "SELECT count(*) FROM damage"), 1);
	char *migrated = catalog_dump(archive->catalogue);
	assert_int_equal(catalog_rebuild(archive, NULL, &counts, NULL), 0);
	assert_int_equal(counts.problems, 0);
	char *anew = catalog_dump(archive->catalogue);
	assert_string_equal(migrated, anew);
	free(migrated);
	free(anew);
	object_close(first);
	assert_int_equal(catalog_open(&fixture->catalog, archive, CATALOG_WRITE, NULL), 0);
	/* and takes new discs */
	object_close(catalog_fixture_rip(fixture, &raw_disc));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(test)                                                                                 \
	cmocka_unit_test_setup_teardown(test, catalog_fixture_set_up, catalog_fixture_tear_down)
		CASE(all_of_the_disc_is_described),
		CASE(damage_is_by_lba_of_the_disc),
		CASE(damage_without_a_disc_is_a_problem),
		CASE(an_old_catalogue_migrated_is_the_one_made_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

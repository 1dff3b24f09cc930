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
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

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
	expect(jv_get(disc, "ids"), "musicbrainz", "yZYw.egCXaYqZ3WfDKx_e7n4ra8-");
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

/* Puts text into the list of reads of a disc, in place of some that is there, and tells what the catalogue says to it. */
static char *problem_after(struct catalog_fixture *fixture, const struct object *object,
	const char *is, const char *put)
{
	struct buffer text = {0};
	size_t len;
	char *path = path_of(object, ROLE_READS), *was = scratch_read(path, &len);
	const char *at = strstr(was, is);
	assert_non_null(at);
	buffer_add(&text, was, (size_t)(at - was));
	buffer_puts(&text, put);
	buffer_puts(&text, at + strlen(is));
	write_over(path, &text);
	assert_int_equal(catalog_add_object(fixture->catalog, object, NULL), 0);
	buffer_clear(&text);
	buffer_add(&text, was, len);
	write_over(path, &text);
	struct jv *tree = describe(fixture, object);
	const struct jv *problems = jv_get(tree, "problems");
	char *message = NULL;
	for (size_t i = 0; i < jv_size(problems); i++)
		if (strcmp(jv_get_text(jv_at(problems, i), "part"), "v1 reads") == 0)
			message = strdup(jv_get_text(jv_at(problems, i), "message"));
	if (!message)
		fail_msg("%s is believed", put);
	jv_free(tree);
	buffer_release(&text);
	free(path);
	free(was);
	return message;
}

/* Numbers and texts that no disc has are told as faults of the list, in its words and not in those of a database. */
static void a_list_of_reads_that_makes_no_sense_is_refused(void **state)
{
	static const struct {
		const char *is, *put, *says;
	} cases[] = {
		{"\"session\": 2,", "\"session\": 3,", "session 3"},
		{"\"session\": 2,", "\"session\": 0,", "session 0"},
		{"\"number\": 4,\n        \"session\"", "\"number\": 3,\n        \"session\"",
			"track 3 twice"},
		{"\"number\": 4,\n        \"session\"", "\"number\": 0,\n        \"session\"",
			"number 0"},
		{"\"number\": 4,\n        \"session\"", "\"number\": 100,\n        \"session\"",
			"number 100"},
		{"\"number\": 4,\n        \"session\"", "\"number\": \"4\",\n        \"session\"",
			"number"},
		{"\"lba\": 12250,", "\"lba\": -1,", "lba"},
		{"\"lba\": 12250,", "\"lba\": 9223372036854775807,", "lba"},
		{"\"count\": 250,", "\"count\": -250,", "count"},
		{"\"pregap\": 150,", "\"pregap\": -150,", "pregap"},
		{"\"doubtful\": 2,", "\"doubtful\": -2,", "doubtful"},
		{"\"doubtful\": 2,", "\"doubtful\": \"2\",", "doubtful"},
		{"\"sectors\": 880,", "\"sectors\": -880,", "sectors"},
		{"\"field\": \"performer\"", "\"field\": \"title\"", "title of the disc twice"},
		{"\"track\": 2,\n        \"field\"", "\"track\": -2,\n        \"field\"", "text"},
		{"\"mode\": \"mode1\"", "\"mode\": \"mode9\"", "mode"},
	};
	struct catalog_fixture *fixture = *state;
	struct object *object = catalog_fixture_rip(
		fixture, &(struct holding_disc){.carrier_id = "raw", .is_raw = true});
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *message = problem_after(fixture, object, cases[i].is, cases[i].put);
		if (!strstr(message, "reads.json") || !strstr(message, cases[i].says) ||
			strstr(message, "constraint") || strstr(message, "catalog.db"))
			fail_msg("%s: %s", cases[i].put, message);
		free(message);
	}
	object_close(object);
}

/* Whose an object is, only its sidecar tells; the register alone does not say that a disc was never ripped. */
static void a_disc_whose_sidecar_is_broken_may_have_been_ripped(void **state)
{
	struct catalog_fixture *fixture = *state;
	struct catalog_counts counts;
	struct catalog_ref ref;
	struct error err = {0};
	struct object *object = catalog_fixture_rip(fixture, &raw_disc);
	char *path = path_of(object, ROLE_PREMIS);
	assert_int_equal(truncate(path, 40), 0);
	catalog_close(fixture->catalog);
	assert_int_equal(catalog_rebuild(fixture->holding.archive, NULL, &counts, NULL), 0);
	assert_int_equal(
		catalog_open(&fixture->catalog, fixture->holding.archive, CATALOG_WRITE, NULL), 0);
	assert_int_equal(catalog_find(fixture->catalog, "raw", &ref, &err), ERR_NOT_FOUND);
	assert_null(strstr(err.message, "has not been ripped"));
	assert_non_null(strstr(err.message, "`theca list` shows"));
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

/* Who may write need not know that there were versions. */
static void an_old_catalogue_is_migrated_by_a_reader_too(void **state)
{
	struct catalog_fixture *fixture = *state;
	const struct archive *archive = fixture->holding.archive;
	struct catalog *other;
	catalog_fixture_add(fixture, "x");
	catalog_close(fixture->catalog);
	make_old(archive->catalogue);
	assert_int_equal(catalog_open(&fixture->catalog, archive, CATALOG_READ, NULL), 0);
	assert_int_equal(catalog_snapshot_time(fixture->catalog), 0);
	assert_int_equal(ask(archive->catalogue, "PRAGMA user_version"), 2);
	/* and keeps nobody from writing */
	assert_int_equal(catalog_open(&other, archive, CATALOG_WRITE, NULL), 0);
	catalog_close(other);
	struct catalog_counts counts;
	catalog_close(fixture->catalog);
	assert_int_equal(catalog_rebuild(archive, NULL, &counts, NULL), 0);
	assert_int_equal(catalog_open(&fixture->catalog, archive, CATALOG_WRITE, NULL), 0);
}

/* What a user without rights is told of an old catalogue; 0 if that is true. */
static int be_told_as_nobody(const struct archive *archive)
{
	struct catalog *catalog;
	struct error err = {0};
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
		setresuid(NOBODY, NOBODY, NOBODY))
		return 1;
	if (catalog_open(&catalog, archive, CATALOG_READ, &err) != ERR_UNSUPPORTED)
		return 2;
	return strstr(err.message, "earlier Theca") && strstr(err.message, "somebody who may") ? 0
											       : 3;
}

static void a_reader_is_told_who_can_migrate(void **state)
{
	struct catalog_fixture *fixture = *state;
	const struct archive *archive = fixture->holding.archive;
	int status = 0;
	if (geteuid() != 0) {
		print_message("skipped: reading as another user needs root to become one\n");
		skip();
	}
	catalog_fixture_add(fixture, "x");
	catalog_close(fixture->catalog);
	fixture->catalog = NULL;
	make_old(archive->catalogue);
	assert_int_equal(chmod(archive->catalogue, 0644), 0);
	pid_t child = fork();
	if (!child)
		_exit(be_told_as_nobody(archive));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(test)                                                                                 \
	cmocka_unit_test_setup_teardown(test, catalog_fixture_set_up, catalog_fixture_tear_down)
		CASE(all_of_the_disc_is_described),
		CASE(damage_is_by_lba_of_the_disc),
		CASE(damage_without_a_disc_is_a_problem),
		CASE(a_list_of_reads_that_makes_no_sense_is_refused),
		CASE(a_disc_whose_sidecar_is_broken_may_have_been_ripped),
		CASE(an_old_catalogue_migrated_is_the_one_made_anew),
		CASE(an_old_catalogue_is_migrated_by_a_reader_too),
		CASE(a_reader_is_told_who_can_migrate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/house.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/disk.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "cli/cli.h"
#include "cli/recover.h"
#include "store/chain_log.h"
#include "store/ocfl_layout.h"
#include "store/ocfl_validate.h"
#include "store/register.h"
#include "tests/unit/faulty_source.h"
#include "verify/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SECTORS 20u

/* ---- an archive, two discs, and what is done with them in processes of their own ---- */

static void make_disc(const struct house *house, const char *name, uint32_t seed)
{
	uint8_t image[SECTORS * DISC_SECTOR_SIZE];
	for (uint32_t i = 0; i < SECTORS; i++)
		faulty_sector(seed, i, image + i * DISC_SECTOR_SIZE);
	scratch_write(&house->scratch, name, image, sizeof(image));
}

static void make_sheet(const struct house *house)
{
	static const char sheet[] =
		"FILE \"third.bin\" BINARY\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n"
		"  TRACK 02 AUDIO\n    INDEX 00 00:00:08\n    INDEX 01 00:00:11\n";
	uint8_t image[SECTORS * DISC_RAW_SECTOR_SIZE];
	for (size_t i = 0; i < sizeof(image); i++)
		image[i] = (uint8_t)(i * 31 + i / 251);
	scratch_write(&house->scratch, "third.bin", image, sizeof(image));
	scratch_write(&house->scratch, "third.cue", sheet, strlen(sheet));
}

static int init(void *house);

int house_set_up(void **state)
{
	struct house *house = calloc(1, sizeof(*house));
	assert_non_null(house);
	scratch_make_in_memory(&house->scratch);
	snprintf(house->archive, sizeof(house->archive), "%s/archive", house->scratch.path);
	snprintf(house->attic, sizeof(house->attic), "%s/attic", house->scratch.path);
	snprintf(house->disc[0], sizeof(house->disc[0]), "%s/first.iso", house->scratch.path);
	snprintf(house->disc[1], sizeof(house->disc[1]), "%s/second.iso", house->scratch.path);
	make_disc(house, "first.iso", 1);
	make_disc(house, "second.iso", 2);
	snprintf(house->sheet, sizeof(house->sheet), "%s/third.cue", house->scratch.path);
	snprintf(house->sheet_image, sizeof(house->sheet_image), "%s/third.bin",
		house->scratch.path);
	make_sheet(house);
	assert_int_equal(crash_not(init, house).status, EXIT_FINE);
	scratch_copy(house->archive, scratch_path(&house->scratch, "empty"));
	*state = house;
	return 0;
}

int house_set_up_filled(void **state)
{
	house_set_up(state);
	struct house *house = *state;
	assert_int_equal(crash_not(house_rip_first, house).status, EXIT_FINE);
	scratch_copy(house->archive, scratch_path(&house->scratch, "filled"));
	return 0;
}

int house_tear_down(void **state)
{
	struct house *house = *state;
	scratch_remove(&house->scratch);
	free(house);
	return 0;
}

/* Fails the test, naming the fault, unless the condition holds. */
#define HOLDS(condition, ...)                                                                      \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			print_error("%s: ", house->fault);                                         \
			fail_msg(__VA_ARGS__);                                                     \
		}                                                                                  \
	} while (0)

static int run_command(const char *archive, int (*run)(struct cli *), int argc, const char **argv)
{
	char *own[16] = {0}, line[] = "theca of the tests";
	struct cli cli = {
		.archive_option = archive, .argc = argc, .argv = own, .command_line = line};
	for (int i = 0; i < argc; i++)
		own[i] = strdup(argv[i]);
	char *kept[16];
	memcpy(kept, own, sizeof(kept));
	int code = run(&cli);
	for (int i = 0; i < argc; i++)
		free(kept[i]);
	return code;
}

static int init(void *context)
{
	const struct house *house = context;
	const char *argv[] = {"init", house->archive};
	return run_command(NULL, cmd_init, 2, argv);
}

static int rip(const struct house *house, const char *disc)
{
	const char *argv[] = {
		"rip", "--quiet", "--carrier", HOUSE_CARRIER, "--title", "A title", disc};
	return run_command(house->archive, cmd_rip, 7, argv);
}

int house_rip_first(void *context)
{
	const struct house *house = context;
	return rip(house, house->disc[0]);
}

int house_rip_sheet(void *context)
{
	const struct house *house = context;
	return rip(house, house->sheet);
}

static int rip_again(const struct house *house, const char *disc)
{
	const char *argv[] = {"rip", "--quiet", "--again", "--carrier", HOUSE_CARRIER, disc};
	return run_command(house->archive, cmd_rip, 6, argv);
}

int house_rip_other(void *context)
{
	const struct house *house = context;
	return rip_again(house, house->disc[1]);
}

int house_rip_same(void *context)
{
	const struct house *house = context;
	return rip_again(house, house->disc[0]);
}

static int recover(void *context)
{
	const struct house *house = context;
	struct archive *archive = NULL;
	struct error err = {0};
	int status = archive_open(&archive, house->archive, &err);
	if (!status)
		recover_work(archive);
	else
		fprintf(stderr, "recovery: %s\n", err.message);
	archive_close(archive);
	return status;
}

/* ---- looking at what there is ---- */

static struct archive *open_house(const struct house *house, bool writable)
{
	struct archive *archive;
	struct error err = {0};
	HOLDS(!archive_open(&archive, house->archive, &err), "the archive is gone: %s",
		err.message);
	archive->writable = writable;
	return archive;
}

static int keep_directory(void *context, const char *relative)
{
	char **found = context;
	if (*found)
		return ERR_EXISTS; /* a second object */
	*found = strdup(relative);
	return 0;
}

/*
 * The directory of the only object, the caller frees; NULL if there is none. Nothing else may lie
 * in the store.
 */
static char *find_object(const struct house *house, const struct archive *archive)
{
	char *found = NULL, *parent;
	struct error err = {0};
	HOLDS(!ocfl_root_each(archive->store, keep_directory, &found, &err), "two objects, or %s",
		err.message);
	HOLDS(scratch_count(archive->store) == 3 + !!found, "something strange lies in the store");
	for (char *place = found ? strdup(found) : NULL; place; place = parent) {
		char *path = path_join(archive->store, place);
		bool is_object = !strcmp(place, found);
		HOLDS(is_object || scratch_count(path) == 1, "something strange lies in %s", path);
		parent = strchr(place, '/') ? path_parent(place) : NULL;
		free(path);
		free(place);
	}
	return found;
}

static void check_bytes(const struct house *house, const char *path, const char *disc)
{
	size_t len, expected_len;
	char *bytes = scratch_read(path, &len), *expected = scratch_read(disc, &expected_len);
	HOLDS(len == expected_len && !memcmp(bytes, expected, len), "%s is not %s", path, disc);
	free(bytes);
	free(expected);
}

static void check_images(
	const struct house *house, const struct object *object, const struct house_history *history)
{
	const struct ocfl_inventory *inventory = object_inventory(object);
	HOLDS(!object_problem(object), "%s", object_problem(object));
	for (size_t i = 0; i < inventory->version_count; i++) {
		const char *name = inventory->versions[i].name;
		const char *image = object_file_of_role(object, name, ROLE_IMAGE);
		char *path = NULL;
		HOLDS(image && !object_file_path(object, name, image, &path, NULL),
			"%s has no image", name);
		check_bytes(house, path, history->images[i]);
		free(path);
	}
}

/*
 * How many versions of the object there are (0: no object), as a reader who may not write sees it
 * and as one who may.
 */
static unsigned count_versions(const struct house *house, const struct house_history *history)
{
	unsigned versions[2] = {0};
	for (int writable = 0; writable < 2; writable++) {
		struct archive *archive = open_house(house, writable);
		struct object *object = NULL;
		struct error err = {0};
		char *relative = find_object(house, archive);
		if (relative) {
			HOLDS(!object_open(&object, archive, relative, &err), "%s", err.message);
			versions[writable] = (unsigned)object_inventory(object)->version_count;
			HOLDS(versions[writable] <= history->count, "too many versions");
			check_images(house, object, history);
		}
		object_close(object);
		free(relative);
		archive_close(archive);
	}
	HOLDS(versions[0] == versions[1], "read-only %u versions, writable %u", versions[0],
		versions[1]);
	return versions[1];
}

static void check_ocfl(const struct house *house, const struct object *object)
{
	struct ocfl_findings findings;
	HOLDS(!ocfl_validate(object_directory(object), OCFL_CONTENT, &findings, NULL), "OCFL");
	for (size_t i = 0; i < findings.count; i++)
		HOLDS(!findings.items[i].is_error, "%s: %s", findings.items[i].code,
			findings.items[i].text);
	ocfl_findings_release(&findings);
}

static void check_fixity(
	const struct house *house, const struct archive *archive, const struct object *object)
{
	struct object_report report;
	struct digest_ring *ring;
	struct buffer summary = {0};
	assert_int_equal(digest_ring_new(&ring, NULL), 0);
	struct verify_options options = {.archive = archive, .ring = ring, .cached = true};
	HOLDS(!verify_object(object, &options, &report, NULL) && report.complete, "verify");
	object_report_summary(&report, &summary);
	HOLDS(!object_report_is_damaged(&report) && !object_report_count(&report, VERDICT_EXTRA),
		"%s", buffer_text(&summary));
	buffer_release(&summary);
	object_report_release(&report);
	digest_ring_free(ring);
}

static int count_ingestions(void *context, uint64_t seq, const struct jv *entry)
{
	unsigned *count = context;
	const char *event = jv_get_text(entry, "event");
	(void)seq;
	*count += event && !strcmp(event, "ine");
	return 0;
}

static void check_log(const struct house *house, const struct object *object, unsigned versions)
{
	unsigned count = 0;
	struct chain_state state;
	char *log = object_log_directory(object);
	HOLDS(!chain_log_check(log, &state, NULL) && state.intact, "the log's chain is broken");
	HOLDS(!chain_log_each(log, 1, count_ingestions, &count, NULL), "the log cannot be read");
	HOLDS(count == versions, "%u ingestions are logged, there are %u versions", count,
		versions);
	free(log);
}

/* Whether the catalogue knows the carrier's object. */
static bool is_catalogued(const struct archive *archive, const struct object *object)
{
	struct catalog *catalog;
	struct catalog_ref ref = {0};
	struct jv *described = NULL;
	assert_int_equal(catalog_open(&catalog, archive, CATALOG_READ, NULL), 0);
	bool known = !catalog_find_carrier(catalog, HOUSE_CARRIER, &ref, NULL) &&
		     !strcmp(ref.object_id, object_inventory(object)->id) &&
		     !catalog_describe(catalog, ref.object_id, &described, NULL);
	known = known && !strcmp(jv_get_text(jv_get(described, "object"), "head"),
				 object_inventory(object)->head);
	jv_free(described);
	catalog_ref_release(&ref);
	catalog_close(catalog);
	return known;
}

struct census {
	unsigned count;
	char uuid[UUID_SIZE];
};

static int count_carrier(void *context, uint64_t seq, const struct jv *entry)
{
	struct census *census = context;
	const char *id = jv_get_text(entry, "id");
	(void)seq;
	if (id && !strcmp(id, HOUSE_CARRIER)) {
		census->count++;
		snprintf(census->uuid, UUID_SIZE, "%s", jv_get_text(entry, "uuid"));
	}
	return 0;
}

static struct census check_register(const struct house *house, const struct archive *archive)
{
	struct census census = {0};
	struct chain_state state;
	HOLDS(!chain_log_check(archive->reg, &state, NULL) && state.intact,
		"the register is broken");
	HOLDS(!register_each(archive, 1, count_carrier, &census, NULL), "the register");
	HOLDS(census.count <= 1, "the carrier is registered %u times", census.count);
	return census;
}

/* The sidecar of the newest version names the carrier as the register does. */
static void check_carrier(
	const struct house *house, const struct archive *archive, const struct object *object)
{
	struct census census = check_register(house, archive);
	const char *head = object_inventory(object)->head;
	char *path = NULL, *sidecar;
	HOLDS(census.count == 1, "the carrier is not in the register");
	const char *name = object_file_of_role(object, head, ROLE_PREMIS);
	HOLDS(name && !object_file_path(object, head, name, &path, NULL), "no sidecar");
	sidecar = scratch_read(path, NULL);
	HOLDS(strstr(sidecar, census.uuid), "the sidecar has another UUID for the carrier");
	free(sidecar);
	free(path);
}

/* All that holds of an object of so many versions once the dust has settled. */
static void check_settled(const struct house *house, unsigned versions)
{
	struct archive *archive = open_house(house, true);
	struct object *object;
	char *relative = find_object(house, archive);
	check_register(house, archive);
	HOLDS(!!relative == !!versions, "there are not %u versions", versions);
	if (versions) {
		assert_int_equal(object_open(&object, archive, relative, NULL), 0);
		HOLDS(object_inventory(object)->version_count == versions, "versions");
		check_ocfl(house, object);
		check_fixity(house, archive, object);
		check_log(house, object, versions);
		HOLDS(is_catalogued(archive, object), "the catalogue lacks the object as it is");
		check_carrier(house, archive, object);
		object_close(object);
	}
	free(relative);
	archive_close(archive);
}

static int count_name(void *context, const char *name)
{
	int *count = context;
	size_t len = strlen(name);
	bool is_scratch = name[0] == '.' && len > 4 && !strcmp(name + len - 4, ".tmp");
	*count += !is_scratch; /* those are swept a day later */
	return 0;
}

static int count_work(const struct house *house)
{
	int count = 0;
	char path[160];
	snprintf(path, sizeof(path), "%s/work", house->archive);
	HOLDS(!path_each(path, count_name, &count, NULL), "work/ is gone");
	return count;
}

/*
 * Whether something of it is in the store, and in the catalogue: so that a test can tell where its
 * crashes fell.
 */
static void note_seen(struct house *house, const struct house_history *history, unsigned versions)
{
	struct archive *archive = open_house(house, false);
	struct object *object = NULL;
	char *relative = find_object(house, archive);
	if (relative)
		assert_int_equal(object_open(&object, archive, relative, NULL), 0);
	if (versions < history->count)
		house->seen[SEEN_OLD]++;
	else if (!is_catalogued(archive, object))
		house->seen[SEEN_NOT_IN_CATALOGUE]++;
	else
		house->seen[count_work(house) ? SEEN_IN_CATALOGUE : SEEN_DONE]++;
	object_close(object);
	free(relative);
	archive_close(archive);
}

/* ---- crashing ---- */

void house_begin_anew(const struct house *house, const char *archive)
{
	scratch_delete(house->archive);
	scratch_copy(scratch_path(&house->scratch, archive), house->archive);
}

/* What must hold after a fault, whatever it was; the work is then done to its end. */
static void check_aftermath(struct house *house, const struct house_scenario *scenario,
	const struct crash_outcome *outcome)
{
	const unsigned new = scenario->history.count, old = new - 1;
	unsigned before = count_versions(house, &scenario->history);
	note_seen(house, &scenario->history, before);
	HOLDS(before >= old, "a version is lost");
	HOLDS(outcome->crashed || outcome->status == EXIT_FINE || outcome->status == EXIT_FAILED,
		"the command ended with %d", outcome->status);
	if (!outcome->crashed && outcome->status == EXIT_FINE)
		HOLDS(before == new, "it said that all is well");
	HOLDS(!*outcome->disorder, "%s", outcome->disorder);
	struct crash_outcome recovery = crash_not(recover, house);
	HOLDS(recovery.status == 0, "recovery ended with %d", recovery.status);
	HOLDS(!*recovery.disorder, "in recovery, %s", recovery.disorder);
	unsigned after = count_versions(house, &scenario->history);
	HOLDS(after >= before && after <= new, "from %u versions to %u", before, after);
	check_settled(house, after);
	if (after == old) {
		HOLDS(crash_not(scenario->work, house).status == EXIT_FINE,
			"it cannot be begun anew");
		HOLDS(count_versions(house, &scenario->history) == new, "it did not get done");
		check_settled(house, new);
	}
	HOLDS(!count_work(house), "something is left in work/");
}

/* Meets a kind of fault at the first, second ... call, until the work gets through. */
void house_sweep(struct house *house, const struct house_scenario *scenario, enum crash_kind kind)
{
	for (unsigned at = 1;; at++) {
		house_begin_anew(house, scenario->archive);
		struct crash_outcome outcome =
			crash_run(kind, at, house->attic, scenario->work, house);
		snprintf(house->fault, sizeof(house->fault), "%s at call %u", crash_name(kind), at);
		check_aftermath(house, scenario, &outcome);
		if (!outcome.reached) {
			print_message("%s: %u calls\n", crash_name(kind), at - 1);
			HOLDS(outcome.status == EXIT_FINE && at > 20, "it never got going");
			return;
		}
	}
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From an image file to a staged image with all that is known of it; stopping, going on, and what
 * cannot be ripped.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/path.h"
#include "rip/plan.h"
#include "rip/rip.h"
#include "rip/source.h"
#include "store/commit.h"
#include "store/chunks.h"
#include "tests/unit/faulty_source.h"
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SECTORS 3000u /* six reads of an image file */
#define IMAGE_BYTES ((size_t)SECTORS * DISC_SECTOR_SIZE)

/* ---- the plan ---- */

static void plans(void **state)
{
	static const struct {
		uint32_t max_read, cluster, careful;
	} cases[] = {{512, 512, 16}, {32, 32, 16}, {16, 16, 16}, {10, 10, 10}, {1, 1, 1}};
	const struct rip_policy policy = {.retries = 7};
	struct disc disc;
	struct rip_plan plan;
	(void)state;
	disc_init_single(&disc, DISC_CD, TRACK_MODE1, 330000);
	for (size_t i = 0; i < COUNT(cases); i++) {
		rip_plan_make(&plan, &disc, IMAGE_ISO, cases[i].max_read, &policy);
		assert_int_equal(plan.sectors, 330000);
		assert_int_equal(plan.sector_size, 2048);
		assert_int_equal(plan.cluster, cases[i].cluster);
		assert_int_equal(plan.careful, cases[i].careful);
		assert_int_equal(plan.retries, 7);
	}
	rip_plan_make(&plan, &disc, IMAGE_BINCUE, 27, &policy);
	assert_int_equal(plan.format, IMAGE_BINCUE);
	assert_int_equal(plan.sector_size, 2352);
}

/* Which image a disc gets, by what it is, what it comes from, and what was asked for. */
static void formats(void **state)
{
	static const struct {
		enum disc_profile profile;
		enum track_mode mode;
		uint8_t tracks, sessions;
		bool is_raw;
		enum rip_format wanted;
		int status;
		enum image_format format;
	} cases[] = {
		{DISC_CD, TRACK_MODE1, 1, 1, false, RIP_AUTO, 0, IMAGE_ISO},
		{DISC_CD, TRACK_MODE1, 1, 1, true, RIP_AUTO, 0, IMAGE_BINCUE},
		{DISC_CD, TRACK_MODE1, 1, 1, true, RIP_ISO, 0, IMAGE_ISO},
		{DISC_CD, TRACK_MODE1, 1, 1, false, RIP_BINCUE, 0, IMAGE_BINCUE},
		{DISC_CD, TRACK_AUDIO, 1, 1, false, RIP_AUTO, 0, IMAGE_BINCUE},
		{DISC_CD, TRACK_MODE2, 1, 1, false, RIP_AUTO, 0, IMAGE_BINCUE},
		{DISC_CD, TRACK_MODE1, 2, 1, false, RIP_AUTO, 0, IMAGE_BINCUE},
		{DISC_CD, TRACK_MODE1, 1, 2, false, RIP_AUTO, 0, IMAGE_BINCUE},
		{DISC_CD, TRACK_AUDIO, 1, 1, false, RIP_ISO, ERR_UNSUPPORTED, IMAGE_ISO},
		{DISC_CD, TRACK_MODE1, 2, 1, false, RIP_ISO, ERR_UNSUPPORTED, IMAGE_ISO},
		{DISC_DVD, TRACK_DATA, 1, 1, false, RIP_AUTO, 0, IMAGE_ISO},
		{DISC_DVD, TRACK_DATA, 1, 1, false, RIP_BINCUE, ERR_UNSUPPORTED, IMAGE_ISO},
		{DISC_UNKNOWN, TRACK_DATA, 0, 0, false, RIP_AUTO, 0, IMAGE_ISO},
		{DISC_UNKNOWN, TRACK_DATA, 0, 0, false, RIP_BINCUE, ERR_UNSUPPORTED, IMAGE_ISO},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct disc disc;
		struct error err = {0};
		enum image_format format;
		disc_init_single(&disc, cases[i].profile, cases[i].mode, 1000);
		disc.track_count = cases[i].tracks;
		disc.session_count = cases[i].sessions;
		int status =
			rip_plan_format(&format, &disc, cases[i].is_raw, cases[i].wanted, &err);
		if (status != cases[i].status || (!status && format != cases[i].format))
			fail_msg("case %zu: %s", i, err.message);
	}
}

static void the_refusal_says_what_the_disc_is(void **state)
{
	struct disc disc;
	struct error err;
	enum image_format format;
	(void)state;
	disc_init_single(&disc, DISC_CD, TRACK_AUDIO, 1000);
	disc.track_count = 2;
	assert_int_equal(rip_plan_format(&format, &disc, false, RIP_ISO, &err), ERR_UNSUPPORTED);
	assert_non_null(strstr(err.message, "2 tracks in 1 session, the first of them audio"));
}

/* ---- ripping ---- */

struct station {
	struct scratch scratch;
	char disc[128];
	struct archive *archive;
	struct work *work;
	struct work_state state;
	struct rip *rip;
	struct deposit deposit;
	struct error err;
};

static void write_disc(const struct station *station, const char *name, uint32_t seed)
{
	uint8_t *image = malloc(IMAGE_BYTES);
	assert_non_null(image);
	for (uint32_t i = 0; i < SECTORS; i++)
		faulty_sector(seed, i, image + (size_t)i * DISC_SECTOR_SIZE);
	uint8_t *primary = image + 16 * DISC_SECTOR_SIZE;
	memset(primary, 0, DISC_SECTOR_SIZE);
	memcpy(primary, "\1CD001\1", 7);
	memset(primary + 40, ' ', 32);
	memcpy(primary + 40, "A LABEL", 7);
	memcpy(image + 17 * DISC_SECTOR_SIZE, "\377CD001\1", 7);
	scratch_write(&station->scratch, name, image, IMAGE_BYTES);
	free(image);
}

static int set_up(void **state)
{
	struct station *station = calloc(1, sizeof(*station));
	bool is_new;
	assert_non_null(station);
	scratch_make(&station->scratch);
	strcpy(station->disc, scratch_path(&station->scratch, "x.iso"));
	write_disc(station, "x.iso", 1);
	const char *archive = scratch_path(&station->scratch, "a");
	assert_int_equal(archive_create(archive, NULL), 0);
	assert_int_equal(archive_open(&station->archive, archive, NULL), 0);
	assert_int_equal(work_open(&station->work, station->archive, "X", &is_new, NULL), 0);
	station->state.carrier.id = strdup("X");
	station->state.started = 77;
	strcpy(station->state.carrier.uuid, "ca000000-0000-4000-8000-000000000001");
	*state = station;
	return 0;
}

static int tear_down(void **state)
{
	struct station *station = *state;
	rip_close(station->rip);
	deposit_release(&station->deposit);
	work_state_release(&station->state);
	work_close(station->work);
	archive_close(station->archive);
	scratch_remove(&station->scratch);
	free(station);
	return 0;
}

static void open_rip(struct station *station, const char *path)
{
	const struct rip_policy policy = {.retries = 3};
	rip_close(station->rip);
	station->rip = NULL;
	if (rip_open(&station->rip, path, &policy, &station->err))
		fail_msg("%s", station->err.message);
}

static int read_disc(struct station *station, const struct progress *progress)
{
	deposit_release(&station->deposit);
	assert_int_equal(rip_remember_source(station->rip, &station->state, NULL), 0);
	return rip_read(station->rip, station->work, &station->state, DIGEST_ALL, progress,
		&station->deposit, &station->err);
}

static bool is_same_disc(const struct station *station)
{
	int image = commit_open_image(station->work, "X", IMAGE_ISO);
	bool same = image >= 0 && rip_is_same_disc(station->rip, &station->state, image);
	close(image);
	return same;
}

/* The staged image and all that the deposit says of it. */
static void check_deposit(const struct station *station)
{
	const struct deposit *deposit = &station->deposit;
	char *path, hex[DIGEST_HEX_SIZE];
	size_t len, disc_len;
	assert_int_equal(commit_place_image(station->work, "X", IMAGE_ISO, &path, NULL), 0);
	char *image = scratch_read(path, &len), *disc = scratch_read(station->disc, &disc_len);
	assert_int_equal(len, disc_len);
	assert_memory_equal(image, disc, len);
	for (enum digest_algorithm a = 0; a < DIGEST_COUNT; a++) {
		digest_bytes(a, disc, len, hex, NULL);
		assert_string_equal(deposit->image_digests.hex[a], hex);
	}
	assert_int_equal(deposit->piece_count, (SECTORS + CHUNK_SECTORS - 1) / CHUNK_SECTORS);
	assert_int_equal(deposit_unread_sectors(deposit), 0);
	assert_int_equal(deposit->reads.count, 1);
	assert_int_equal(deposit->reads.ranges[0].confirmation, READ_CONFIRMED_BY_FILE);
	assert_string_equal(buffer_text(&deposit->volume_label), "A LABEL");
	assert_string_equal(deposit->file_system, "ISO 9660");
	free(image);
	free(disc);
	free(path);
}

static void whole_disc(void **state)
{
	struct station *station = *state;
	open_rip(station, station->disc);
	assert_int_equal(rip_plan_of(station->rip)->sectors, SECTORS);
	assert_int_equal(rip_facts_of(station->rip)->file.size, IMAGE_BYTES);
	assert_false(rip_facts_of(station->rip)->is_drive);
	assert_int_equal(read_disc(station, NULL), 0);
	check_deposit(station);
	const struct deposit *deposit = &station->deposit;
	assert_true(deposit->digests_while_reading);
	assert_false(deposit->resumed);
	assert_int_equal(deposit->started, 77);
	assert_true(deposit->finished > 77);
	assert_int_equal(deposit->retries, 3);
	assert_int_equal(deposit->disc.lead_out, SECTORS);
	char *real = realpath(station->disc, NULL);
	assert_string_equal(deposit->source.file.path, real);
	assert_string_equal(deposit->source.file.name, "x.iso");
	assert_int_equal(deposit->source.file.size, IMAGE_BYTES);
	free(real);
}

struct patience {
	unsigned left;
	const char *meanwhile; /* a file to be written to at the end */
};

static bool report(void *context, const struct progress_state *state)
{
	struct patience *patience = context;
	(void)state;
	if (!patience->left || --patience->left)
		return true;
	if (!patience->meanwhile)
		return false;
	int fd = open(patience->meanwhile, O_WRONLY | O_APPEND);
	if (fd >= 0 && write(fd, "x", 1) == 1)
		close(fd);
	return true;
}

/* However far it came: what is on disk is enough to go on with in another process. */
static void stopped_and_gone_on_with(void **state)
{
	struct station *station = *state;
	for (unsigned reports = 1; reports <= 5; reports++) {
		struct patience patience = {.left = reports};
		const struct progress progress = {report, &patience};
		open_rip(station, station->disc);
		assert_int_equal(read_disc(station, &progress), ERR_INTERRUPTED);
		work_state_release(&station->state);
		assert_int_equal(work_load(station->work, &station->state, NULL), 0);
		assert_int_equal(station->state.reads.count, 1);
		assert_int_equal(station->state.reads.ranges[0].extent.count, reports * 512);
		open_rip(station, station->disc);
		assert_true(is_same_disc(station));
		assert_int_equal(read_disc(station, NULL), 0);
		assert_true(station->deposit.resumed);
		assert_false(station->deposit.digests_while_reading);
		check_deposit(station);
	}
}

static void another_disc_is_told_apart(void **state)
{
	struct station *station = *state;
	struct patience patience = {.left = 3};
	const struct progress progress = {report, &patience};
	open_rip(station, station->disc);
	assert_int_equal(read_disc(station, &progress), ERR_INTERRUPTED);
	write_disc(station, "other.iso", 2);
	open_rip(station, scratch_path(&station->scratch, "other.iso"));
	assert_false(is_same_disc(station));
	write_disc(station, "short.iso", 1);
	const char *cut = scratch_path(&station->scratch, "short.iso");
	assert_int_equal(truncate(cut, (off_t)IMAGE_BYTES - DISC_SECTOR_SIZE), 0);
	open_rip(station, cut);
	assert_false(is_same_disc(station));
	open_rip(station, station->disc);
	assert_true(is_same_disc(station));
	char *image;
	assert_int_equal(commit_place_image(station->work, "X", IMAGE_ISO, &image, NULL), 0);
	scratch_delete(image);
	assert_false(is_same_disc(station));
	assert_int_equal(read_disc(station, NULL), 0); /* from the beginning */
	assert_false(station->deposit.resumed);
	check_deposit(station);
	free(image);
}

/* One wrong sector of those that were read is enough to tell it, and one that was not read does not count. */
static void every_place_counts(void **state)
{
	static const struct {
		uint32_t lba;
		bool same;
	} cases[] = {{0, false}, {16, false}, {1535, false}, {1536, true}, {2999, true}};
	struct station *station = *state;
	struct patience patience = {.left = 3};
	const struct progress progress = {report, &patience};
	open_rip(station, station->disc);
	assert_int_equal(read_disc(station, &progress), ERR_INTERRUPTED);
	for (size_t i = 0; i < COUNT(cases); i++) {
		write_disc(station, "x.iso", 1);
		int fd = open(station->disc, O_WRONLY);
		assert_int_equal(
			pwrite(fd, "?", 1, (off_t)cases[i].lba * DISC_SECTOR_SIZE + 99), 1);
		close(fd);
		open_rip(station, station->disc);
		assert_int_equal(is_same_disc(station), cases[i].same);
	}
}

/* A file that was changed since is not gone on with, whatever its sectors say. */
static void same_file(void **state)
{
	struct station *station = *state;
	open_rip(station, station->disc);
	assert_int_equal(rip_remember_source(station->rip, &station->state, NULL), 0);
	assert_true(rip_is_same_file(station->rip, &station->state));
	const struct timespec times[2] = {{0, UTIME_OMIT}, {1000, 5}};
	assert_int_equal(utimensat(AT_FDCWD, station->disc, times, 0), 0);
	open_rip(station, station->disc);
	assert_false(rip_is_same_file(station->rip, &station->state));
	assert_int_equal(rip_remember_source(station->rip, &station->state, NULL), 0);
	assert_true(rip_is_same_file(station->rip, &station->state));
	const struct timespec a_little_later[2] = {{0, UTIME_OMIT}, {1000, 6}};
	assert_int_equal(utimensat(AT_FDCWD, station->disc, a_little_later, 0), 0);
	open_rip(station, station->disc);
	assert_false(rip_is_same_file(station->rip, &station->state));
	assert_int_equal(truncate(station->disc, (off_t)IMAGE_BYTES - DISC_SECTOR_SIZE), 0);
	assert_int_equal(utimensat(AT_FDCWD, station->disc, times, 0), 0);
	open_rip(station, station->disc);
	assert_false(rip_is_same_file(station->rip, &station->state));
}

static void image_that_changes_meanwhile(void **state)
{
	struct station *station = *state;
	struct patience patience = {2, station->disc};
	const struct progress progress = {report, &patience};
	open_rip(station, station->disc);
	assert_int_equal(read_disc(station, &progress), ERR_IO);
	assert_non_null(strstr(station->err.message, "was changed while it was read"));
}

static void sources_that_are_none(void **state)
{
	static const struct {
		const char *name;
		enum error_code code;
	} cases[] = {{"none", ERR_NOT_FOUND}, {".", ERR_INVALID}, {"empty", ERR_INVALID}};
	const struct rip_policy policy = {0};
	struct station *station = *state;
	scratch_write(&station->scratch, "empty", "", 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *path = scratch_path(&station->scratch, cases[i].name);
		assert_int_equal(
			rip_open(&station->rip, path, &policy, &station->err), cases[i].code);
		station->rip = NULL;
	}
	assert_int_equal(rip_open(&station->rip, "/dev/null", &policy, &station->err), ERR_INVALID);
	station->rip = NULL;
}

#define STATION_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans),
		cmocka_unit_test(formats),
		cmocka_unit_test(the_refusal_says_what_the_disc_is),
		STATION_TEST(whole_disc),
		STATION_TEST(stopped_and_gone_on_with),
		STATION_TEST(another_disc_is_told_apart),
		STATION_TEST(every_place_counts),
		STATION_TEST(same_file),
		STATION_TEST(image_that_changes_meanwhile),
		STATION_TEST(sources_that_are_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

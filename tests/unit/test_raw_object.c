/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A disc kept as BIN and CUE: its files, what they say together, and how damage to them is named. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/disk.h"
#include "base/path.h"
#include "image/cue.h"
#include "store/chunks.h"
#include "tests/unit/disc_fixture.h"
#include "tests/unit/holding_fixture.h"
#include "tests/unit/scratch.h"
#include "verify/verify.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHEET "FILE \"disc.bin\" BINARY\r\n  TRACK 01 AUDIO\r\n    INDEX 01 00:00:00\r\n"
#define RAW 2352u

static int set_up(void **state)
{
	struct holding *holding = calloc(1, sizeof(*holding));
	holding_init(holding);
	*state = holding;
	return 0;
}

static int tear_down(void **state)
{
	holding_release(*state);
	free(*state);
	return 0;
}

/* The path of a role's file in a version, the caller frees; NULL if it has none. */
static char *path_of(const struct object *object, const char *version, enum file_role role)
{
	char *path = NULL;
	const char *name = object_file_of_role(object, version, role);
	if (name)
		assert_int_equal(object_file_path(object, version, name, &path, NULL), 0);
	return path;
}

/* The bytes of that file; the caller frees. */
static char *bytes_of(const struct object *object, enum file_role role, size_t *len)
{
	char *path = path_of(object, "v1", role);
	assert_non_null(path);
	char *bytes = scratch_read(path, len);
	free(path);
	return bytes;
}

static void it_has_a_sheet_by_its_name(void **state)
{
	struct object *object = holding_rip(*state,
		&(struct holding_disc){.carrier_id = "SHELF/12", .is_raw = true, .sheet = SHEET});
	struct disc disc;
	struct buffer expected = {0};
	size_t len;
	assert_string_equal(object_file_of_role(object, "v1", ROLE_IMAGE), "SHELF%2F12.bin");
	assert_string_equal(object_file_of_role(object, "v1", ROLE_SHEET), "SHELF%2F12.cue");
	assert_string_equal(
		object_file_of_role(object, "v1", ROLE_SOURCE_SHEET), "SHELF%2F12.source.cue");
	disc_fixture_make(&disc);
	assert_int_equal(cue_write(&disc, "SHELF%2F12.bin", &expected, NULL), 0);
	char *sheet = bytes_of(object, ROLE_SHEET, &len);
	assert_int_equal(len, expected.len);
	assert_memory_equal(sheet, expected.data, len);
	assert_non_null(strstr(sheet, "FILE \"SHELF%2F12.bin\" BINARY"));
	free(sheet);
	char *source = bytes_of(object, ROLE_SOURCE_SHEET, &len);
	assert_string_equal(source, SHEET);
	free(source);
	buffer_release(&expected);
	object_close(object);
}

static void what_was_not_there_has_no_file(void **state)
{
	struct object *raw =
		holding_rip(*state, &(struct holding_disc){.carrier_id = "raw", .is_raw = true});
	struct object *iso = holding_rip(*state, &(struct holding_disc){.carrier_id = "iso"});
	assert_non_null(object_file_of_role(raw, "v1", ROLE_SHEET));
	assert_null(object_file_of_role(raw, "v1", ROLE_SOURCE_SHEET));
	assert_null(object_file_of_role(iso, "v1", ROLE_SHEET));
	assert_null(object_file_of_role(iso, "v1", ROLE_SOURCE_SHEET));
	assert_int_equal(object_inventory(raw)->manifest_count, 7);
	assert_int_equal(object_inventory(iso)->manifest_count, 6);
	object_close(raw);
	object_close(iso);
}

/* The id of a carrier may end like the name of a source sheet. */
static void an_id_does_not_change_a_role(void **state)
{
	struct object *object = holding_rip(*state,
		&(struct holding_disc){.carrier_id = "Y.source", .is_raw = true, .sheet = SHEET});
	struct premis *premis;
	assert_string_equal(object_file_of_role(object, "v1", ROLE_SHEET), "Y.source.cue");
	assert_string_equal(
		object_file_of_role(object, "v1", ROLE_SOURCE_SHEET), "Y.source.source.cue");
	assert_int_equal(object_read_premis(object, "v1", &premis, NULL), 0);
	for (size_t i = 0; i < premis->file_count; i++)
		if (strcmp(premis->files[i].name, "Y.source.cue") == 0)
			assert_string_equal(premis->files[i].role, "sheet");
	premis_free(premis);
	object_close(object);
	object = holding_rip(
		*state, &(struct holding_disc){.carrier_id = "Z.source", .is_raw = true});
	assert_string_equal(object_file_of_role(object, "v1", ROLE_SHEET), "Z.source.cue");
	assert_null(object_file_of_role(object, "v1", ROLE_SOURCE_SHEET));
	object_close(object);
}

/* A stopped attempt from a sheet leaves nothing in an object that is then read in a drive. */
static void what_an_earlier_attempt_left_is_not_kept(void **state)
{
	struct holding *holding = *state;
	char *content = path_join3(holding->archive->work, "raw", "content");
	char *leftover = path_join(content, "raw.source.cue"),
	     *image = path_join(content, "raw.iso");
	assert_int_equal(disk_make_directories(content, NULL), 0);
	assert_int_equal(disk_write_new(leftover, SHEET, strlen(SHEET), NULL), 0);
	assert_int_equal(disk_write_new(image, SHEET, strlen(SHEET), NULL), 0);
	struct object *object =
		holding_rip(holding, &(struct holding_disc){.carrier_id = "raw", .is_raw = true});
	char *kept = path_join3(object_directory(object), "v1", "content");
	assert_int_equal(scratch_count(kept), 7);
	object_close(object);
	free(kept);
	free(image);
	free(leftover);
	free(content);
}

/* A sheet taken over that is just the one that is written: its bytes are there once, under both names. */
static void the_same_sheet_is_not_kept_twice(void **state)
{
	struct disc disc;
	struct buffer sheet = {0};
	disc_fixture_make(&disc);
	assert_int_equal(cue_write(&disc, "same.bin", &sheet, NULL), 0);
	struct object *object = holding_rip(*state,
		&(struct holding_disc){
			.carrier_id = "same", .is_raw = true, .sheet = buffer_text(&sheet)});
	char *first = path_of(object, "v1", ROLE_SHEET),
	     *second = path_of(object, "v1", ROLE_SOURCE_SHEET);
	assert_string_equal(first, second);
	assert_int_equal(object_inventory(object)->manifest_count, 7);
	free(first);
	free(second);
	buffer_release(&sheet);
	object_close(object);
}

static void sectors_are_raw_ones(void **state)
{
	struct object *object = holding_rip(*state,
		&(struct holding_disc){.carrier_id = "raw", .is_raw = true, .bad = {345, 10}});
	struct damage_map *map;
	struct chunk_list list = {0};
	size_t len;
	char *image = bytes_of(object, ROLE_IMAGE, &len);
	assert_int_equal(len, FIXTURE_DISC_SECTORS * RAW);
	free(image);
	assert_int_equal(object_read_map(object, "v1", &map, NULL), 0);
	assert_int_equal(damage_map_sectors(map), FIXTURE_DISC_SECTORS);
	assert_int_equal(damage_map_count(map, MAP_BAD), 10);
	damage_map_free(map);
	char *chunks = bytes_of(object, ROLE_CHUNKS, &len);
	assert_int_equal(chunk_list_parse(&list, (const uint8_t *)chunks, len, NULL), 0);
	assert_int_equal(list.sector_size, RAW);
	assert_int_equal(list.chunk_size, CHUNK_RAW_SECTORS * RAW);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.file_name, "raw.bin");
	chunk_list_release(&list);
	free(chunks);
	object_close(object);
}

/* The bytes of each bitstream are those that its digests are of. */
static void bitstreams_are_the_bytes_of_their_tracks(void **state)
{
	struct object *object = holding_rip(
		*state, &(struct holding_disc){.carrier_id = "raw", .is_raw = true, .seed = 3});
	struct premis *premis;
	char hex[DIGEST_HEX_SIZE];
	size_t len;
	uint64_t end = 0;
	char *image = bytes_of(object, ROLE_IMAGE, &len);
	assert_int_equal(object_read_premis(object, "v1", &premis, NULL), 0);
	assert_int_equal(premis->bitstream_count, FIXTURE_DISC_STREAMS);
	for (size_t i = 0; i < premis->bitstream_count; i++) {
		const struct premis_bitstream *stream = &premis->bitstreams[i];
		assert_int_equal(stream->offset, end);
		end += stream->size;
		assert_true(end <= len);
		digest_bytes(DIGEST_SHA256, image + stream->offset, stream->size, hex, NULL);
		assert_string_equal(stream->fixity[1].digest, hex);
		assert_true(i == 0 || strcmp(stream->uuid, stream[-1].uuid) != 0);
	}
	assert_int_equal(end, len);
	premis_free(premis);
	free(image);
	object_close(object);
}

/* ---- the fixity check ---- */

typedef int read_step(void *context, struct medium *medium, uint64_t offset, uint8_t *buffer,
	size_t len, size_t *got, struct error *err);

static void check_reading(const struct holding *holding, const struct object *object,
	read_step *read, struct object_report *report, struct buffer *summary)
{
	struct digest_ring *ring;
	assert_int_equal(digest_ring_new(&ring, NULL), 0);
	struct verify_options options = {
		.archive = holding->archive, .ring = ring, .cached = true, .read = read};
	assert_int_equal(verify_object(object, &options, report, NULL), 0);
	object_report_summary(report, summary);
	digest_ring_free(ring);
}

static void check(const struct holding *holding, const struct object *object,
	struct object_report *report, struct buffer *summary)
{
	check_reading(holding, object, NULL, report, summary);
}

static void flip(const struct object *object, uint64_t offset)
{
	char byte, *path = path_of(object, "v1", ROLE_IMAGE);
	int fd = open(path, O_RDWR);
	assert_int_equal(pread(fd, &byte, 1, (off_t)offset), 1);
	byte = (char)(byte ^ 1);
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)offset), 1);
	close(fd);
	free(path);
}

static void a_whole_one_is_found_whole(void **state)
{
	struct object *object = holding_rip(*state,
		&(struct holding_disc){.carrier_id = "raw", .is_raw = true, .sheet = SHEET});
	struct object_report report;
	struct buffer summary = {0};
	check(*state, object, &report, &summary);
	assert_false(object_report_is_damaged(&report));
	assert_int_equal(object_report_count(&report, VERDICT_OK), 8);
	assert_int_equal(object_report_count(&report, VERDICT_EXTRA), 0);
	object_report_release(&report);
	buffer_release(&summary);
	object_close(object);
}

static void damage_is_named_by_sector_and_track(void **state)
{
	struct object *object =
		holding_rip(*state, &(struct holding_disc){.carrier_id = "raw", .is_raw = true});
	struct object_report report;
	struct buffer summary = {0};
	flip(object, 700 * (uint64_t)RAW + 5); /* in the second chunk, of sectors 448 to 879 */
	check(*state, object, &report, &summary);
	if (!strstr(buffer_text(&summary),
		    "raw.bin: mismatch in sectors 448-879 of the file (sha512, sha256, "
		    "sha1, md5, crc32); these sectors are of track 2, track 3, "
		    "track 4. "))
		fail_msg("%s", buffer_text(&summary));
	object_report_release(&report);
	buffer_clear(&summary);
	flip(object, 0);
	flip(object, 700 * (uint64_t)RAW + 5);
	check(*state, object, &report, &summary);
	if (!strstr(buffer_text(&summary),
		    "; these sectors are of the beginning of session 1, track 1, track 2. "))
		fail_msg("%s", buffer_text(&summary));
	object_report_release(&report);
	buffer_release(&summary);
	object_close(object);
}

/* A place in track 2 of the image cannot be read. */
static int read_badly(void *context, struct medium *medium, uint64_t offset, uint8_t *buffer,
	size_t len, size_t *got, struct error *err)
{
	const uint64_t bad = 400 * (uint64_t)RAW;
	(void)context;
	if (strstr(medium->path, ".bin") && offset <= bad && offset + len > bad)
		return error_set(err, ERR_IO, "the disk is bad there");
	return medium_read(medium, offset, buffer, len, got, err);
}

static void what_cannot_be_read_is_named_by_sector_and_track(void **state)
{
	struct object *object =
		holding_rip(*state, &(struct holding_disc){.carrier_id = "raw", .is_raw = true});
	struct object_report report;
	struct buffer summary = {0};
	check_reading(*state, object, read_badly, &report, &summary);
	if (!strstr(buffer_text(&summary), "raw.bin: unreadable in sectors 398-400 of the file; "
					   "the disk is bad there; these sectors are of track 2. "))
		fail_msg("%s", buffer_text(&summary));
	object_report_release(&report);
	buffer_clear(&summary);
	flip(object, 700 * (uint64_t)RAW);
	check_reading(*state, object, read_badly, &report, &summary);
	if (!strstr(buffer_text(&summary),
		    "these sectors are of track 2, track 3, track 4. "))
		fail_msg("%s", buffer_text(&summary));
	object_report_release(&report);
	buffer_release(&summary);
	object_close(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
		CASE(it_has_a_sheet_by_its_name),
		CASE(what_was_not_there_has_no_file),
		CASE(an_id_does_not_change_a_role),
		CASE(what_an_earlier_attempt_left_is_not_kept),
		CASE(the_same_sheet_is_not_kept_twice),
		CASE(sectors_are_raw_ones),
		CASE(bitstreams_are_the_bytes_of_their_tracks),
		CASE(a_whole_one_is_found_whole),
		CASE(damage_is_named_by_sector_and_track),
		CASE(what_cannot_be_read_is_named_by_sector_and_track),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

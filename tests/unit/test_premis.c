/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis.h"

#include "tests/unit/deposit_fixture.h"
#include "tests/unit/golden_file.h"
#include "tests/unit/premis_judge.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void every_sidecar_is_valid(void **state)
{
	(void)state;
	for (enum deposit_kind kind = 0; kind < DEPOSIT_KINDS; kind++) {
		struct buffer document = {0};
		judge_write(kind, &document);
		judge_save(&document);
		if (!judge_follows_profile())
			fail_msg("kind %d does not follow the profile", (int)kind);
		if (judge_has_schema() && !judge_follows_schema())
			fail_msg("kind %d does not follow the official schema", (int)kind);
		buffer_release(&document);
	}
}

/* ---- read back with equal values ---- */

static void expect_text(const char *actual, const char *expected)
{
	if (expected && *expected) {
		assert_non_null(actual);
		assert_string_equal(actual, expected);
	} else {
		assert_null(actual);
	}
}

static void expect_file(const struct premis *premis, const struct deposit_file *expected)
{
	const struct premis_file *file = judge_find_file(premis, expected->name);
	size_t digest_count = 0;

	assert_string_equal(file->uuid, expected->uuid);
	assert_string_equal(file->role, file_role_name(expected->role));
	assert_int_equal(file->size, expected->size);
	for (enum digest_algorithm i = 0; i < DIGEST_COUNT; i++) {
		if (!*expected->digests.hex[i])
			continue;
		assert_string_equal(file->fixity[digest_count].algorithm, digest_name(i));
		assert_string_equal(file->fixity[digest_count].digest, expected->digests.hex[i]);
		digest_count++;
	}
	assert_int_equal(file->fixity_count, digest_count);
}

static const struct premis_agent *find_agent(const struct premis *premis, const char *type)
{
	for (size_t i = 0; i < premis->agent_count; i++)
		if (strcmp(premis->agents[i].type, type) == 0)
			return &premis->agents[i];
	return NULL;
}

static const struct premis_event *find_event(const struct premis *premis, const char *type)
{
	for (size_t i = 0; i < premis->event_count; i++)
		if (strcmp(premis->events[i].type, type) == 0)
			return &premis->events[i];
	return NULL;
}

static void expect_agent(const struct premis *premis, const char *type, const char *name)
{
	const struct premis_agent *agent = find_agent(premis, type);

	expect_text(agent ? agent->name : NULL, name);
}

static void expect_agents(const struct premis *premis, const struct deposit *deposit)
{
	const struct drive_identity *drive = &deposit->source.drive;
	const struct premis_agent *theca = find_agent(premis, "software");
	const struct premis_agent *drive_agent = find_agent(premis, "hardware");
	char name[128];

	snprintf(name, sizeof(name), "%s %s", drive->vendor, drive->model);
	expect_agent(premis, "organization", deposit->institution);
	expect_agent(premis, "person", deposit->operator_name);
	expect_agent(premis, "software", "Theca");
	expect_agent(premis, "hardware", deposit->source.is_drive ? name : NULL);
	expect_text(theca ? theca->version : NULL, deposit->software_version);
	expect_text(theca ? theca->note : NULL, deposit->software_libraries);
	if (deposit->source.is_drive)
		expect_text(drive_agent ? drive_agent->version : NULL, drive->firmware);
}

static void expect_events(const struct premis *premis, const struct deposit *deposit)
{
	const struct premis_event *reading = &premis->events[0];
	const struct premis_event *ingestion = find_event(premis, "ins");

	assert_string_equal(reading->type, deposit->source.is_drive ? "ima" : "tra");
	bool warns = deposit_unread_sectors(deposit) || deposit_doubtful_sectors(deposit);
	assert_string_equal(reading->outcome, warns ? "war" : "suc");
	assert_string_equal(reading->time, "2026-11-22T15:13:04Z");
	expect_text(reading->detail, deposit->command_line);
	assert_non_null(find_event(premis, "mes"));
	assert_true(!!find_event(premis, "for") == !!deposit->file_system);
	assert_true(!!find_event(premis, "val") == !!deposit->claimed_sectors);
	assert_true(!!find_event(premis, "mee") ==
		    (deposit->disc.profile != DISC_UNKNOWN || deposit->volume_label.len > 0));
	assert_non_null(find_event(premis, "ipc"));
	assert_non_null(ingestion);
	assert_non_null(strstr(ingestion ? ingestion->note : "", deposit->ingestion_uuid));
	for (size_t i = 0; i < premis->event_count; i++)
		assert_true(premis->events[i].agent_count > 0);
}

static void expect_files(const struct premis *premis, const struct deposit *deposit)
{
	size_t count = 0;

	for (enum file_role role = 0; role < ROLE_PREMIS; role++) {
		if (!deposit->files[role].name)
			continue;
		expect_file(premis, &deposit->files[role]);
		count++;
	}
	assert_int_equal(premis->file_count, count);
}

static void expect_bitstream(const struct premis_bitstream *stream, const struct deposit *deposit,
	const struct bitstream *expected)
{
	assert_string_equal(stream->uuid, expected->uuid);
	assert_string_equal(stream->file_uuid, deposit->files[ROLE_IMAGE].uuid);
	assert_int_equal(stream->track, expected->track);
	assert_int_equal(stream->session, expected->session);
	assert_int_equal(stream->offset, (uint64_t)expected->sector * 2352);
	assert_int_equal(stream->size, (uint64_t)expected->count * 2352);
	assert_int_equal(stream->fixity_count, 2);
	assert_string_equal(stream->fixity[0].algorithm, "crc32");
	assert_string_equal(stream->fixity[0].digest, expected->digests.hex[DIGEST_CRC32]);
	assert_string_equal(stream->fixity[1].algorithm, "sha256");
	assert_string_equal(stream->fixity[1].digest, expected->digests.hex[DIGEST_SHA256]);
}

static void expect_bitstreams(const struct premis *premis, const struct deposit *deposit)
{
	assert_int_equal(premis->bitstream_count, deposit->bitstream_count);
	for (size_t i = 0; i < deposit->bitstream_count; i++)
		expect_bitstream(&premis->bitstreams[i], deposit, &deposit->bitstreams[i]);
}

static void values_come_back(void **state)
{
	(void)state;
	for (enum deposit_kind kind = 0; kind < DEPOSIT_KINDS; kind++) {
		struct deposit deposit;
		struct buffer document = {0};
		deposit_make(&deposit, kind);
		assert_int_equal(premis_write(&deposit, &document, NULL), 0);
		struct premis *premis = judge_read(&document);
		assert_string_equal(premis->carrier_uuid, deposit.carrier.uuid);
		expect_text(premis->carrier_id, deposit.carrier.id);
		expect_text(premis->title, deposit.carrier.title);
		expect_text(premis->note, deposit.carrier.note);
		expect_text(premis->file_system, deposit.file_system);
		assert_int_equal(premis->volume_label.len, deposit.volume_label.len);
		assert_memory_equal(buffer_text(&premis->volume_label),
			buffer_text(&deposit.volume_label), deposit.volume_label.len);
		assert_string_equal(premis->object_id, deposit.object_id);
		assert_string_equal(premis->version, deposit.version);
		expect_files(premis, &deposit);
		expect_bitstreams(premis, &deposit);
		expect_agents(premis, &deposit);
		expect_events(premis, &deposit);
		premis_free(premis);
		buffer_release(&document);
		deposit_release(&deposit);
	}
}

static void damage_is_told(void **state)
{
	(void)state;
	struct buffer document = {0};

	judge_write(DEPOSIT_DAMAGED, &document);
	struct premis *premis = judge_read(&document);
	assert_string_equal(premis->events[0].note,
		"12 of 330000 sectors unreadable, zero in the image; up to 4 tries of a sector");
	assert_non_null(
		strstr(document.data, "<theca:unreadableSectors count=\"12\" ranges=\"3\">"));
	assert_non_null(strstr(document.data, "<theca:range lba=\"0\" count=\"2\"/>"));
	assert_non_null(strstr(document.data, "<theca:range lba=\"1000\" count=\"9\"/>"));
	assert_non_null(strstr(document.data, "<theca:range lba=\"329999\" count=\"1\"/>"));
	assert_non_null(strstr(document.data, "<theca:resumed>true</theca:resumed>"));
	premis_free(premis);
	buffer_release(&document);
}

/* Damage everywhere must not make a sidecar that nobody can read. */
static void ranges_are_bounded(void **state)
{
	(void)state;
	struct deposit deposit;
	struct buffer document = {0};
	size_t ranges = 0;

	deposit_make(&deposit, DEPOSIT_DRIVE);
	for (uint32_t lba = 0; lba < 30000; lba += 2)
		damage_map_set(deposit.map, (struct extent){lba, 1}, MAP_BAD, NULL);
	assert_int_equal(premis_write(&deposit, &document, NULL), 0);
	assert_non_null(strstr(document.data, "count=\"15000\" ranges=\"15000\""));
	for (const char *at = document.data; (at = strstr(at, "<theca:range ")); at++)
		ranges++;
	assert_int_equal(ranges, 10000);
	premis_free(judge_read(&document));
	buffer_release(&document);
	deposit_release(&deposit);
}

static void nothing_is_invented(void **state)
{
	(void)state;
	struct buffer document = {0};

	judge_write(DEPOSIT_BARE, &document);
	struct premis *premis = judge_read(&document);
	const struct premis_file *image = judge_find_file(premis, "SHELF%2F12.iso");
	assert_int_equal(premis->agent_count, 1);
	assert_null(image->puid);
	assert_string_equal(image->format, "unidentified disc image, 2048-byte blocks");
	assert_null(strstr(document.data, "environment"));
	assert_null(strstr(document.data, "hardware"));
	assert_null(strstr(document.data, "track 1"));
	assert_null(strstr(document.data, "disc profile"));
	assert_non_null(strstr(
		document.data, "<premis:originalName>encyclopaedia.iso</premis:originalName>"));
	premis_free(premis);
	buffer_release(&document);
}

/* The digests of a damaged copy are not those of its source, nor may be those of a copy made in two runs. */
static void a_damaged_or_resumed_transfer_claims_no_source_digests(void **state)
{
	(void)state;
	struct deposit deposit;
	struct buffer document = {0};

	deposit_make(&deposit, DEPOSIT_FILE);
	assert_int_equal(premis_write(&deposit, &document, NULL), 0);
	assert_non_null(strstr(document.data, "<theca:digest algorithm=\"sha512\">"));
	buffer_clear(&document);
	deposit.resumed = true;
	assert_int_equal(premis_write(&deposit, &document, NULL), 0);
	assert_null(strstr(document.data, "<theca:digest"));
	buffer_clear(&document);
	deposit.resumed = false;
	damage_map_set(deposit.map, (struct extent){7, 1}, MAP_BAD, NULL);
	assert_int_equal(premis_write(&deposit, &document, NULL), 0);
	assert_null(strstr(document.data, "<theca:digest"));
	buffer_release(&document);
	deposit_release(&deposit);
}

/* A file that was cut off before it came is copied whole, and is still not the whole disc. */
static void an_image_cut_short_is_told(void **state)
{
	(void)state;
	struct deposit deposit;
	struct buffer document = {0};

	deposit_make(&deposit, DEPOSIT_FILE);
	deposit.claimed_sectors = 330001;
	assert_int_equal(premis_write(&deposit, &document, NULL), 0);
	struct premis *premis = judge_read(&document);
	const struct premis_event *validation = find_event(premis, "val");
	assert_string_equal(premis->events[0].outcome, "suc");
	assert_non_null(validation);
	assert_string_equal(validation ? validation->outcome : "", "war");
	assert_string_equal(validation ? validation->note : "",
		"the image is cut short: 330000 of the 330001 sectors "
		"that the file system claims");
	assert_non_null(strstr(document.data, ">330001 sectors of 2048 bytes<"));
	judge_save(&document);
	assert_true(judge_follows_profile());
	if (judge_has_schema())
		assert_true(judge_follows_schema());
	premis_free(premis);
	buffer_clear(&document);
	deposit.claimed_sectors = 330000;
	assert_int_equal(premis_write(&deposit, &document, NULL), 0);
	premis = judge_read(&document);
	validation = find_event(premis, "val");
	assert_string_equal(validation ? validation->outcome : "", "suc");
	premis_free(premis);
	buffer_release(&document);
	deposit_release(&deposit);
}

/* A carrier is named as the source only where a drive has read it, and then with the event. */
static void only_a_reading_derives_from_the_carrier(void **state)
{
	(void)state;
	struct buffer document = {0};
	char link[200];

	judge_write(DEPOSIT_FILE, &document);
	assert_null(strstr(document.data, "has source"));
	buffer_clear(&document);
	judge_write(DEPOSIT_DRIVE, &document);
	struct premis *premis = judge_read(&document);
	snprintf(link, sizeof(link),
		"<premis:relatedEventIdentifierValue>%s</premis:relatedEventIdentifierValue>",
		premis->events[0].uuid);
	assert_string_equal(premis->events[0].type, "ima");
	assert_non_null(strstr(document.data, "has source"));
	assert_non_null(strstr(document.data, link));
	premis_free(premis);
	buffer_release(&document);
}

static void formats_have_their_puids(void **state)
{
	(void)state;
	static const struct {
		const char *file_system;
		const char *puid;
	} cases[] = {
		{"ISO 9660", "fmt/468"},
		{"UDF", "fmt/1738"},
		{"ISO 9660 and UDF", "fmt/1739"},
		{"HFS", "fmt/1105"},
		{"HFS Plus", "fmt/1742"},
		{"ISO 9660 and HFS", NULL},
		{"ISO 9660 and HFS with an Apple partition map", "fmt/1741"},
		{"ISO 9660 with an Apple partition map", "fmt/1741"},
		{"ISO 9660 and UDF with an Apple partition map", "fmt/1757"},
		{"HFS with an Apple partition map", NULL},
		{"something new", NULL},
		{NULL, NULL},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct deposit deposit;
		struct buffer document = {0};
		deposit_make(&deposit, DEPOSIT_DRIVE);
		deposit.file_system = cases[i].file_system;
		assert_int_equal(premis_write(&deposit, &document, NULL), 0);
		struct premis *premis = judge_read(&document);
		expect_text(judge_find_file(premis, "SHELF%2F12.iso")->puid, cases[i].puid);
		premis_free(premis);
		buffer_release(&document);
		deposit_release(&deposit);
	}
}

static void random_bytes(struct buffer *out, unsigned *seed, bool with_nul)
{
	static const char spice[] = "%%<&]]>\"' \t\r\n\x1b\x7f\xc2\x85\xef\xbf\xbe\xed\xa0\x80";
	size_t len = (size_t)rand_r(seed) % 40 + 1;

	for (size_t i = 0; i < len; i++) {
		bool is_spice = rand_r(seed) % 2;
		int other = rand_r(seed) % 256;
		char c = (char)other;
		if (is_spice)
			c = spice[(size_t)rand_r(seed) % (sizeof(spice) - 1)];
		buffer_putc(out, c || with_nul ? c : 'x');
	}
}

static void set_random(char **text, unsigned *seed)
{
	struct buffer bytes = {0};

	random_bytes(&bytes, seed, false);
	free(*text);
	*text = buffer_steal(&bytes);
}

static void any_bytes_come_back(void **state)
{
	(void)state;
	unsigned seed = 20261122;

	for (unsigned round = 0; round < 300; round++) {
		struct deposit deposit;
		struct buffer document = {0};
		deposit_make(&deposit, DEPOSIT_FILE);
		set_random(&deposit.carrier.id, &seed);
		set_random(&deposit.carrier.title, &seed);
		set_random(&deposit.carrier.note, &seed);
		set_random(&deposit.command_line, &seed);
		set_random(&deposit.source.file.name, &seed);
		buffer_clear(&deposit.volume_label);
		random_bytes(&deposit.volume_label, &seed, true);
		assert_int_equal(premis_write(&deposit, &document, NULL), 0);
		struct premis *premis = judge_read(&document);
		assert_string_equal(premis->carrier_id, deposit.carrier.id);
		assert_string_equal(premis->title, deposit.carrier.title);
		assert_string_equal(premis->note, deposit.carrier.note);
		assert_string_equal(premis->events[0].detail, deposit.command_line);
		assert_int_equal(premis->volume_label.len, deposit.volume_label.len);
		assert_memory_equal(premis->volume_label.data, deposit.volume_label.data,
			deposit.volume_label.len);
		premis_free(premis);
		buffer_release(&document);
		deposit_release(&deposit);
	}
}

static void an_incomplete_deposit_is_refused(void **state)
{
	(void)state;
	struct deposit deposit;
	struct buffer document = {0};

	deposit_make(&deposit, DEPOSIT_FILE);
	free(deposit.files[ROLE_IMAGE].name);
	deposit.files[ROLE_IMAGE].name = NULL;
	assert_int_equal(premis_write(&deposit, &document, NULL), ERR_USAGE);
	assert_int_equal(document.len, 0);
	deposit_release(&deposit);
}

static void the_golden_sidecar_is_still_written(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		enum deposit_kind kind;
	} goldens[] = {
		{"premis_damaged.xml", DEPOSIT_DAMAGED},
		{"premis_file.xml", DEPOSIT_FILE},
		{"premis_hostile.xml", DEPOSIT_HOSTILE},
		{"premis_audio.xml", DEPOSIT_AUDIO},
		{"premis_sheet.xml", DEPOSIT_SHEET},
	};
	for (size_t i = 0; i < sizeof(goldens) / sizeof(goldens[0]); i++) {
		struct buffer document = {0};
		judge_write(goldens[i].kind, &document);
		golden_number_uuids(&document);
		golden_check(goldens[i].name, &document);
		premis_free(judge_read(&document));
		buffer_release(&document);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sidecar_is_valid),
		cmocka_unit_test(values_come_back),
		cmocka_unit_test(damage_is_told),
		cmocka_unit_test(ranges_are_bounded),
		cmocka_unit_test(nothing_is_invented),
		cmocka_unit_test(a_damaged_or_resumed_transfer_claims_no_source_digests),
		cmocka_unit_test(an_image_cut_short_is_told),
		cmocka_unit_test(only_a_reading_derives_from_the_carrier),
		cmocka_unit_test(formats_have_their_puids),
		cmocka_unit_test(any_bytes_come_back),
		cmocka_unit_test(an_incomplete_deposit_is_refused),
		cmocka_unit_test(the_golden_sidecar_is_still_written),
	};

	return cmocka_run_group_tests(tests, judge_setup, judge_teardown);
}

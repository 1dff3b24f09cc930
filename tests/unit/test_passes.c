/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading discs with counted faults: which reads are made, how often, and what is kept of them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "rip/passes.h"
#include "tests/unit/faulty_source.h"
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SEED 11u
#define CLUSTER 32u
#define CAREFUL 16u

/* A disc on the table, and all that a job needs. */
struct table {
	struct scratch scratch;
	char image[128];
	struct digest_ring *ring;
	struct sector_source *source;
	struct rip_plan plan;
	struct disc disc;
	struct rip_job job;
	struct read_record record;
	struct error err;
};

static int set_up(void **state)
{
	struct table *table = calloc(1, sizeof(*table));
	assert_non_null(table);
	scratch_make(&table->scratch);
	strcpy(table->image, scratch_path(&table->scratch, "x.iso"));
	assert_int_equal(digest_ring_new(&table->ring, NULL), 0);
	*state = table;
	return 0;
}

static void clear(struct table *table)
{
	image_writer_close(table->job.writer);
	damage_map_free(table->job.map);
	source_close(table->source);
	read_record_release(&table->record);
	scratch_delete(table->image);
	memset(&table->job, 0, sizeof(table->job));
	table->source = NULL;
}

static int tear_down(void **state)
{
	struct table *table = *state;
	clear(table);
	digest_ring_free(table->ring);
	scratch_remove(&table->scratch);
	free(table);
	return 0;
}

static void open_writer(struct table *table, bool go_on)
{
	const struct image_plan image = {
		.sectors = table->plan.sectors,
		.sector_size = DISC_SECTOR_SIZE,
		.chunk_sectors = 512,
		.digests = DIGEST_BIT(DIGEST_CRC32),
		.go_on = go_on,
	};
	image_writer_close(table->job.writer);
	assert_int_equal(
		image_writer_open(&table->job.writer, table->image, &image, table->ring, NULL), 0);
}

/* Lays a disc with these faults on the table. */
static void lay(struct table *table, uint32_t sectors, unsigned retries, const struct fault *faults,
	size_t fault_count)
{
	const struct faulty_disc disc = {sectors, CLUSTER, SEED, faults, fault_count, NULL};
	clear(table);
	table->plan =
		(struct rip_plan){IMAGE_ISO, sectors, DISC_SECTOR_SIZE, CLUSTER, CAREFUL, retries};
	table->source = faulty_source_new(&disc);
	assert_int_equal(damage_map_new(&table->job.map, sectors, NULL), 0);
	open_writer(table, false);
	table->job.plan = &table->plan;
	table->job.source = table->source;
	table->job.record = &table->record;
	disc_init_single(&table->disc, DISC_DVD, TRACK_DATA, sectors);
	table->job.disc = &table->disc;
}

static void run(struct table *table, enum error_code expected)
{
	memset(&table->err, 0, sizeof(table->err));
	if (rip_passes(&table->job, &table->err) != (int)expected)
		fail_msg("%s", table->err.message);
}

static size_t reads_of(const struct table *table, uint32_t lba)
{
	return faulty_source_reads_of(table->source, lba);
}

static const struct read_range *range_at(const struct table *table, uint32_t lba)
{
	for (size_t i = 0; i < table->record.count; i++) {
		const struct read_range *range = &table->record.ranges[i];
		if (lba >= range->extent.lba && lba < extent_end(range->extent))
			return range;
	}
	return NULL;
}

static struct read_range record_of(const struct table *table, uint32_t lba)
{
	const struct read_range *range = range_at(table, lba);
	assert_non_null(range);
	return range ? *range : (struct read_range){0};
}

/*
 * What is finished on the map is in the image and on record, and the rest is zero in the image and
 * not on record as read.
 */
static void check_truth(struct table *table)
{
	size_t len;
	char *image = scratch_read(table->image, &len);
	assert_int_equal(len, (size_t)table->plan.sectors * DISC_SECTOR_SIZE);
	for (uint32_t lba = 0; lba < table->plan.sectors; lba++) {
		uint8_t expected[DISC_SECTOR_SIZE] = {0};
		enum map_status status = damage_map_get(table->job.map, lba);
		const struct read_range *range = range_at(table, lba);
		if (status == MAP_FINISHED)
			faulty_sector(SEED, lba, expected);
		if (memcmp(image + (size_t)lba * DISC_SECTOR_SIZE, expected, DISC_SECTOR_SIZE))
			fail_msg("sector %u, '%c' on the map, holds something else", lba, status);
		bool on_record = range && range->state == READ_STATE_READ;
		if (on_record != (status == MAP_FINISHED))
			fail_msg("sector %u: map '%c', record %d", lba, status, on_record);
		if (status == MAP_BAD)
			assert_int_equal(range->confirmation, READ_UNCONFIRMED);
		if (on_record)
			assert_int_equal(range->confirmation, READ_CONFIRMED_BY_DRIVE);
	}
	free(image);
}

static void check_bad(const struct table *table, uint32_t count)
{
	assert_int_equal(damage_map_count(table->job.map, MAP_BAD), count);
	assert_int_equal(
		damage_map_count(table->job.map, MAP_FINISHED), table->plan.sectors - count);
}

/* ---- counted faults ---- */

static void good_disc(void **state)
{
	static const uint32_t sizes[] = {1, CLUSTER - 1, CLUSTER, CLUSTER + 1, 1000};
	struct table *table = *state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		lay(table, sizes[i], 3, NULL, 0);
		run(table, 0);
		assert_int_equal(
			faulty_source_reads(table->source), (sizes[i] + CLUSTER - 1) / CLUSTER);
		check_bad(table, 0);
		check_truth(table);
		assert_int_equal(table->record.count, 1);
		assert_int_equal(table->record.ranges[0].pass, READ_PASS_COPY);
		assert_int_equal(table->record.ranges[0].attempts, 1);
	}
}

/*
 * One fault in the cluster 32-63. Reads of the sector: one with its cluster, one with the half of it
 * (16 sectors), one alone, then the retries; as many of them as `fail_first` needs. Reads in all:
 * 4 clusters of the disc, 2 halves, 16 alone, and the retries.
 */
static void one_fault(void **state)
{
	static const struct {
		unsigned fail_first, retries;
		uint32_t bad; /* sectors in the end */
		size_t reads_of; /* the sector */
		size_t reads; /* in all */
		enum read_pass pass;
	} cases[] = {
		{1, 3, 0, 2, 4 + 2, READ_PASS_COPY},
		{2, 3, 0, 3, 4 + 2 + 16, READ_PASS_SCRAPE},
		{3, 3, 0, 4, 4 + 2 + 16 + 1, READ_PASS_RETRY},
		{4, 3, 0, 5, 4 + 2 + 16 + 2, READ_PASS_RETRY},
		{5, 3, 0, 6, 4 + 2 + 16 + 3, READ_PASS_RETRY},
		{6, 3, 1, 6, 4 + 2 + 16 + 3, READ_PASS_RETRY},
		{0, 3, 1, 6, 4 + 2 + 16 + 3, READ_PASS_RETRY},
		{0, 0, 1, 3, 4 + 2 + 16, READ_PASS_SCRAPE},
		{0, 10, 1, 13, 4 + 2 + 16 + 10, READ_PASS_RETRY},
	};
	struct table *table = *state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct fault fault = {.lba = 40, .fail_first = cases[i].fail_first};
		lay(table, 4 * CLUSTER, cases[i].retries, &fault, 1);
		run(table, 0);
		assert_int_equal(reads_of(table, 40), cases[i].reads_of);
		assert_int_equal(faulty_source_reads(table->source), cases[i].reads);
		assert_int_equal(reads_of(table, 0), 1);
		check_bad(table, cases[i].bad);
		check_truth(table);
		assert_int_equal(record_of(table, 40).pass, cases[i].pass);
		assert_int_equal(record_of(table, 40).attempts, cases[i].reads_of);
	}
}

static void ends_of_the_disc(void **state)
{
	static const uint32_t sizes[] = {1, 2, CLUSTER, 100, 129};
	struct table *table = *state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		const struct fault faults[] = {{.lba = 0}, {.lba = sizes[i] - 1}};
		lay(table, sizes[i], 2, faults, 2);
		run(table, 0);
		check_bad(table, sizes[i] == 1 ? 1 : 2);
		assert_int_equal(damage_map_get(table->job.map, 0), MAP_BAD);
		assert_int_equal(damage_map_get(table->job.map, sizes[i] - 1), MAP_BAD);
		check_truth(table);
	}
}

static void clusters_of_damage(void **state)
{
	static const struct fault faults[] = {
		{.lba = 10, .count = 30}, /* over the edge of a cluster */
		{.lba = 96, .count = CLUSTER}, /* a whole cluster */
		{.lba = 200, .count = 3, .fail_first = 4}, /* comes back in the second retry */
	};
	struct table *table = *state;
	lay(table, 300, 2, faults, COUNT(faults));
	run(table, 0);
	check_bad(table, 30 + CLUSTER);
	check_truth(table);
	for (uint32_t lba = 10; lba < 40; lba++)
		assert_int_equal(reads_of(table, lba), 5);
	assert_int_equal(reads_of(table, 200), 5);
	assert_int_equal(record_of(table, 201).pass, READ_PASS_RETRY);
	assert_int_equal(reads_of(table, 250), 1);
}

static void nothing_can_be_read(void **state)
{
	const struct fault fault = {.lba = 0, .count = 100};
	struct table *table = *state;
	lay(table, 100, 1, &fault, 1);
	run(table, 0);
	check_bad(table, 100);
	check_truth(table);
}

/* Every sector bad with one chance in ten, half of those for ever. */
static void one_in_ten(void **state)
{
	enum { SECTORS = 2016, RETRIES = 2 };
	struct fault faults[SECTORS];
	size_t count = 0;
	uint32_t word = 20261122, lost = 0;
	struct table *table = *state;
	for (uint32_t lba = 0; lba < SECTORS; lba++) {
		word = word * 1664525u + 1013904223u;
		if ((word >> 16) % 10)
			continue;
		unsigned fail_first = (word >> 8) % 8;
		lost += fail_first == 0 || fail_first >= 3 + RETRIES;
		faults[count++] = (struct fault){.lba = lba, .fail_first = fail_first};
	}
	assert_in_range(count, 150, 250);
	lay(table, SECTORS, RETRIES, faults, count);
	run(table, 0);
	check_bad(table, lost);
	check_truth(table);
	for (size_t i = 0; i < count; i++)
		assert_in_range(reads_of(table, faults[i].lba), 2, 3 + RETRIES);
}

/* The retries go backward, forward, backward ... */
static void direction_alternates(void **state)
{
	static const struct fault faults[] = {{.lba = 5}, {.lba = 6}, {.lba = 70}, {.lba = 90}};
	static const uint32_t order[] = {90, 70, 6, 5, 5, 6, 70, 90, 90, 70, 6, 5};
	struct table *table = *state;
	size_t count;
	lay(table, 100, 3, faults, COUNT(faults));
	run(table, 0);
	const struct extent *log = faulty_source_log(table->source, &count);
	for (size_t i = 0; i < COUNT(order); i++) {
		struct extent read = log[count - COUNT(order) + i];
		assert_int_equal(read.lba, order[i]);
		assert_int_equal(read.count, 1);
	}
	check_truth(table);
}

/* ---- ends before the end ---- */

static void source_gone(void **state)
{
	struct table *table = *state;
	for (uint32_t at = 0; at < 200; at += 33) {
		const struct fault faults[] = {
			{.lba = 20, .count = 2}, {.lba = at, .kind = FAULT_GONE}};
		lay(table, 200, 2, faults, 2);
		run(table, ERR_IO);
		assert_non_null(strstr(table->err.message, "the drive is gone"));
		assert_int_not_equal(damage_map_get(table->job.map, at), MAP_FINISHED);
		check_truth(table);
	}
}

struct patience {
	unsigned left; /* reports until the work is asked to stop */
	uint64_t done, total, bad;
};

static bool report(void *context, const struct progress_state *state)
{
	struct patience *patience = context;
	assert_true(state->done <= state->total);
	assert_true(state->done >= patience->done);
	patience->done = state->done;
	patience->total = state->total;
	patience->bad = state->bad;
	return !patience->left || --patience->left;
}

static void progress_is_told(void **state)
{
	const struct fault fault = {.lba = 20, .count = 3};
	struct patience patience = {0};
	struct progress progress = {report, &patience};
	struct table *table = *state;
	lay(table, 200, 1, &fault, 1);
	table->job.progress = &progress;
	run(table, 0);
	assert_int_equal(patience.total, 200 * DISC_SECTOR_SIZE);
	assert_int_equal(patience.done, 197 * DISC_SECTOR_SIZE);
	assert_int_equal(patience.bad, 3);
}

/* Goes on as a later run does, from the record alone. */
static void go_on(struct table *table)
{
	damage_map_free(table->job.map);
	assert_int_equal(damage_map_new(&table->job.map, table->plan.sectors, NULL), 0);
	for (size_t i = 0; i < table->record.count; i++)
		damage_map_set(table->job.map, table->record.ranges[i].extent,
			table->record.ranges[i].state == READ_STATE_READ ? MAP_FINISHED : MAP_BAD,
			NULL);
	open_writer(table, true);
	faulty_source_forget(table->source);
	table->job.progress = NULL;
}

/*
 * However far a run came, the next one reads nothing again that it had, and all ends as if it had
 * been one.
 */
static void interruption_and_resumption(void **state)
{
	static const struct fault faults[] = {{.lba = 20, .count = 2}, {.lba = 150}};
	struct table *table = *state;
	bool finished = false;
	for (unsigned patience = 1; !finished; patience++) {
		struct patience until = {.left = patience};
		struct progress progress = {report, &until};
		lay(table, 200, 2, faults, COUNT(faults));
		table->job.progress = &progress;
		int status = rip_passes(&table->job, &table->err);
		assert_true(status == 0 || status == ERR_INTERRUPTED);
		finished = !status && until.left;
		check_truth(table);
		bool had[200];
		for (uint32_t lba = 0; lba < 200; lba++)
			had[lba] = damage_map_get(table->job.map, lba) == MAP_FINISHED;
		go_on(table);
		run(table, 0);
		for (uint32_t lba = 0; lba < 200; lba++)
			if (had[lba])
				assert_int_equal(reads_of(table, lba), 0);
		check_bad(table, 3);
		check_truth(table);
	}
}

static int save(void *context, struct error *err)
{
	struct table *table = context;
	(void)err;
	check_truth(table);
	return faulty_source_reads(table->source) > 6 ? ERR_NO_SPACE : 0;
}

static void checkpoints_find_the_truth(void **state)
{
	const struct fault fault = {.lba = 20, .count = 2};
	struct table *table = *state;
	lay(table, 200, 2, &fault, 1);
	table->job.checkpoint = save;
	table->job.checkpoint_context = table;
	run(table, ERR_NO_SPACE);
	assert_int_equal(faulty_source_reads(table->source), 7);
	check_truth(table);
	lay(table, 200, 2, &fault, 1);
	table->job.checkpoint = save;
	table->job.checkpoint_context = table;
	table->job.checkpoint_seconds = 3600;
	run(table, 0); /* none was due */
}

/* ---- a source that tells of each sector ---- */

static const struct read_range *known(const struct table *table, uint32_t sector)
{
	const struct read_range *range = range_at(table, sector);
	if (!range) {
		fail_msg("nothing is on record of sector %u", sector);
		abort();
	}
	return range;
}

/*
 * Sector 10 does not come although it was tried alone; 11 is in doubt, 12 to 14 cost effort, the rest is sure. What is asked for in one
 * read is kept.
 */
struct telling_source {
	struct sector_source base;
	unsigned tries_of_ten;
	unsigned fails; /* how often it fails before it comes */
	bool crossed; /* a read went over the end of the first track */
};

#define TELLING_SECTORS 60u
#define TELLING_TRACK 30u

static enum source_status tell(struct sector_source *source, struct extent extent, uint8_t *buffer,
	struct sector_note *notes, struct error *err)
{
	struct telling_source *telling = (struct telling_source *)source;
	enum source_status status = SOURCE_OK;
	telling->crossed |= extent.lba < TELLING_TRACK && extent_end(extent) > TELLING_TRACK;
	for (uint32_t i = 0; i < extent.count; i++) {
		uint32_t sector = extent.lba + i;
		memset(buffer + (size_t)i * source->sector_size, (int)sector + 1,
			source->sector_size);
		notes[i].confirmation = READ_CONFIRMED_BY_PARANOIA;
		if (sector == 11)
			notes[i] = (struct sector_note){
				READ_STATE_DOUBTFUL, READ_UNCONFIRMED, false, {5, 0, 1}};
		if (sector >= 12 && sector < 15)
			notes[i].effort.jitter = 2;
		if (sector != 10 || telling->tries_of_ten++ >= telling->fails)
			continue;
		memset(buffer + (size_t)i * source->sector_size, 0, source->sector_size);
		notes[i] = (struct sector_note){
			READ_STATE_UNREADABLE, READ_UNCONFIRMED, false, {3, 0, 0}};
		status = extent.count > 1 ? SOURCE_PARTLY : SOURCE_UNREADABLE;
	}
	error_set(err, ERR_IO, "sector 10");
	return status;
}

static void free_source(struct sector_source *source)
{
	free(source);
}

static struct telling_source *lay_telling(struct table *table, unsigned retries)
{
	static const struct sector_source_ops ops = {tell, free_source};
	struct telling_source *telling = calloc(1, sizeof(*telling));
	assert_non_null(telling);
	lay(table, TELLING_SECTORS, retries, NULL, 0);
	source_close(table->source);
	telling->base = (struct sector_source){
		&ops, TELLING_SECTORS, DISC_SECTOR_SIZE, CLUSTER, READ_CONFIRMED_BY_DRIVE};
	telling->fails = 2;
	table->source = &telling->base;
	table->job.source = table->source;
	table->plan.format = IMAGE_BINCUE;
	disc_init_single(&table->disc, DISC_CD, TRACK_AUDIO, TELLING_SECTORS);
	table->disc.track_count = 2;
	table->disc.tracks[1] = (struct track){.number = 2, .session = 1, .lba = TELLING_TRACK};
	assert_null(disc_complete(&table->disc));
	return telling;
}

static void each_sector_is_what_was_told_of_it(void **state)
{
	struct table *table = *state;
	struct telling_source *telling = lay_telling(table, 0);
	run(table, 0);
	assert_false(telling->crossed);
	assert_int_equal(telling->tries_of_ten, 1); /* no scraping of what was tried alone */
	assert_int_equal(damage_map_count(table->job.map, MAP_FINISHED), TELLING_SECTORS - 1);
	assert_int_equal(damage_map_get(table->job.map, 10), MAP_BAD);
	assert_int_equal(known(table, 9)->confirmation, READ_CONFIRMED_BY_PARANOIA);
	assert_int_equal(known(table, 10)->state, READ_STATE_UNREADABLE);
	assert_int_equal(known(table, 10)->effort.rereads, 3);
	assert_int_equal(known(table, 11)->state, READ_STATE_DOUBTFUL);
	assert_int_equal(known(table, 11)->effort.skips, 1);
	assert_int_equal(known(table, 12)->effort.jitter, 6);
	assert_int_equal(known(table, 29)->track, 1);
	assert_int_equal(known(table, 30)->track, 2);
	assert_int_equal(table->record.count, 5);
}

/* What all the tries took is on record, also of a sector that never came. */
static void no_try_is_forgotten(void **state)
{
	struct table *table = *state;
	struct telling_source *telling = lay_telling(table, 2);
	telling->fails = 100;
	run(table, 0);
	assert_int_equal(telling->tries_of_ten, 3);
	assert_int_equal(known(table, 10)->state, READ_STATE_UNREADABLE);
	assert_int_equal(known(table, 10)->attempts, 3);
	assert_int_equal(known(table, 10)->effort.rereads, 9);
	assert_int_equal(known(table, 10)->extent.count, 1);
}

/* A retry changes that sector and no other. */
static void what_came_late_is_put_in_its_place(void **state)
{
	struct table *table = *state;
	struct telling_source *telling = lay_telling(table, 3);
	uint8_t sector[DISC_SECTOR_SIZE];
	run(table, 0);
	assert_int_equal(telling->tries_of_ten, 3);
	assert_int_equal(damage_map_count(table->job.map, MAP_FINISHED), TELLING_SECTORS);
	assert_int_equal(known(table, 10)->pass, READ_PASS_RETRY);
	int fd = open(table->image, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	for (uint32_t i = 0; i < TELLING_SECTORS; i++) {
		assert_int_equal(pread(fd, sector, sizeof(sector), (off_t)i * DISC_SECTOR_SIZE),
			sizeof(sector));
		assert_int_equal(sector[0], i + 1);
		assert_int_equal(sector[DISC_SECTOR_SIZE - 1], i + 1);
	}
	close(fd);
}

#define TABLE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TABLE_TEST(good_disc),
		TABLE_TEST(one_fault),
		TABLE_TEST(ends_of_the_disc),
		TABLE_TEST(clusters_of_damage),
		TABLE_TEST(nothing_can_be_read),
		TABLE_TEST(one_in_ten),
		TABLE_TEST(direction_alternates),
		TABLE_TEST(source_gone),
		TABLE_TEST(progress_is_told),
		TABLE_TEST(interruption_and_resumption),
		TABLE_TEST(checkpoints_find_the_truth),
		TABLE_TEST(each_sector_is_what_was_told_of_it),
		TABLE_TEST(what_came_late_is_put_in_its_place),
		TABLE_TEST(no_try_is_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

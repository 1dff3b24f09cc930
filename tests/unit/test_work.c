/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/path.h"
#include "store/work.h"
#include "tests/unit/scratch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct room {
	struct scratch scratch;
	struct archive *archive;
};

static int set_up(void **state)
{
	struct room *room = calloc(1, sizeof(*room));
	assert_non_null(room);
	scratch_make_in_memory(&room->scratch);
	assert_int_equal(archive_create(scratch_path(&room->scratch, "a"), NULL), 0);
	assert_int_equal(archive_open(&room->archive, scratch_path(&room->scratch, "a"), NULL), 0);
	*state = room;
	return 0;
}

static int tear_down(void **state)
{
	struct room *room = *state;
	clock_set(NULL);
	archive_close(room->archive);
	scratch_remove(&room->scratch);
	free(room);
	return 0;
}

static struct work *open_work(const struct room *room, const char *carrier, bool expect_new)
{
	struct work *work;
	struct error err;
	bool is_new;
	if (work_open(&work, room->archive, carrier, &is_new, &err))
		fail_msg("%s", err.message);
	assert_int_equal(is_new, expect_new);
	return work;
}

/* ---- directories and locks ---- */

static void directory_of_a_carrier(void **state)
{
	struct room *room = *state;
	struct work *work = open_work(room, "../SHELF/12 \xff", true);
	assert_string_equal(path_name(work_directory(work)), "%2E.%2FSHELF%2F12%20%FF");
	char *parent = path_parent(work_directory(work));
	assert_string_equal(parent, room->archive->work);
	free(parent);
	work_close(work);
	work = open_work(room, "../SHELF/12 \xff", false);
	assert_int_equal(work_discard(work, NULL), 0);
	assert_int_equal(scratch_count(room->archive->work), 0);
}

static void ids_that_are_none(void **state)
{
	struct room *room = *state;
	struct work *work;
	struct error err;
	bool is_new;
	char long_id[1002];
	memset(long_id, 'x', 1001);
	long_id[1001] = '\0';
	assert_int_equal(work_open(&work, room->archive, "", &is_new, &err), ERR_USAGE);
	assert_int_equal(work_open(&work, room->archive, long_id, &is_new, &err), ERR_USAGE);
	work = open_work(
		room, long_id + 1, true); /* 1,000 bytes: a file name that is cut, but works */
	work_close(work);
}

static void only_one_at_a_time(void **state)
{
	struct room *room = *state;
	struct work *work = open_work(room, "A", true), *second;
	struct error err;
	bool is_new;
	assert_int_equal(work_open(&second, room->archive, "A", &is_new, &err), ERR_BUSY);
	assert_int_equal(work_open_name(&second, room->archive, "A", &err), ERR_BUSY);
	second = open_work(room, "B", true);
	work_close(second);
	work_close(work);
	assert_int_equal(work_open_name(&work, room->archive, "A", &err), 0);
	work_close(work);
	assert_int_equal(work_open_name(&work, room->archive, "C", &err), ERR_NOT_FOUND);
}

/* The lock goes with its process, however that ends. */
static void lock_of_a_dead_process(void **state)
{
	struct room *room = *state;
	pid_t pid = fork();
	if (pid == 0) {
		open_work(room, "A", true);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	work_close(open_work(room, "A", false));
}

static int count_directories(void *context, const char *name)
{
	unsigned *count = context;
	assert_int_not_equal(name[0], '.');
	++*count;
	return 0;
}

static void each_directory(void **state)
{
	struct room *room = *state;
	unsigned count = 0;
	assert_int_equal(work_each(room->archive, count_directories, &count, NULL), 0);
	assert_int_equal(count, 0);
	work_close(open_work(room, "A", true));
	work_close(open_work(room, "B", true));
	scratch_write(&room->scratch, "a/work/.scratch.tmp", "x", 1);
	assert_int_equal(work_each(room->archive, count_directories, &count, NULL), 0);
	assert_int_equal(count, 2);
	scratch_delete(room->archive->work);
	assert_int_equal(work_each(room->archive, count_directories, &count, NULL), 0);
}

static void empty_ones(void **state)
{
	struct room *room = *state;
	struct work *work = open_work(room, "A", true);
	assert_true(work_is_empty(work));
	assert_int_equal(work_bytes(work), 0);
	mkdir(scratch_path(&room->scratch, "a/work/A/content"), 0777);
	mkdir(scratch_path(&room->scratch, "a/work/A/tree"), 0777);
	mkdir(scratch_path(&room->scratch, "a/work/A/tree/3c0"), 0777);
	assert_true(work_is_empty(work));
	scratch_write(&room->scratch, "a/work/A/tree/3c0/x", "", 0);
	assert_false(work_is_empty(work));
	scratch_delete(scratch_path(&room->scratch, "a/work/A/tree/3c0/x"));
	scratch_write(&room->scratch, "a/work/A/content/x", "x", 1);
	assert_false(work_is_empty(work));
	assert_true(work_bytes(work) > 0);
	work_close(work);
}

/* ---- rip.json ---- */

static const struct read_range ranges[] = {
	{{0, 100}, READ_STATE_READ, READ_PASS_COPY, READ_CONFIRMED_BY_DRIVE, 0, false, 1,
		{0, 0, 0}},
	{{100, 1}, READ_STATE_UNREADABLE, READ_PASS_RETRY, READ_UNCONFIRMED, 99, false, 6,
		{0, 0, 0}},
	{{150, 50}, READ_STATE_DOUBTFUL, READ_PASS_SCRAPE, READ_CONFIRMED_BY_PARANOIA, 1, true, 3,
		{7, 8, UINT32_MAX}},
};

static struct work_state make_state(const char *text)
{
	struct work_state made = {
		.carrier = {.id = strdup(text), .title = strdup(text)},
		.source = strdup(text),
		.format = IMAGE_BINCUE,
		.sectors = 200,
		.contents = strdup("cd a0:200"),
		.started = 1795348800,
		.source_size = 409600,
		.source_modified = 1577934245,
		.source_modified_nanoseconds = 999999999,
		.source_files = INT64_MIN,
	};
	strcpy(made.carrier.uuid, "ca000000-0000-4000-8000-000000000001");
	for (size_t i = 0; i < COUNT(ranges); i++)
		assert_int_equal(read_record_set(&made.reads, &ranges[i], NULL), 0);
	return made;
}

static void check_state(const struct work_state *loaded, const struct work_state *made)
{
	assert_int_equal(loaded->committing, made->committing);
	assert_string_equal(loaded->carrier.id, made->carrier.id);
	assert_string_equal(loaded->carrier.uuid, made->carrier.uuid);
	assert_string_equal(loaded->carrier.title, made->carrier.title);
	assert_null(loaded->carrier.note);
	assert_string_equal(loaded->source, made->source);
	assert_null(loaded->operator_name);
	assert_int_equal(loaded->format, made->format);
	assert_int_equal(loaded->sectors, made->sectors);
	assert_string_equal(loaded->contents, made->contents);
	assert_int_equal(loaded->started, made->started);
	assert_int_equal(loaded->source_size, made->source_size);
	assert_int_equal(loaded->source_modified, made->source_modified);
	assert_int_equal(loaded->source_modified_nanoseconds, made->source_modified_nanoseconds);
	assert_int_equal(loaded->source_files, made->source_files);
	assert_string_equal(loaded->object_id, made->object_id);
	assert_string_equal(loaded->version, made->version);
	assert_string_equal(loaded->ingestion_uuid, made->ingestion_uuid);
}

static void state_goes_round(void **state)
{
	static const char *const texts[] = {"SHELF/12", "", "\x1b[2J\xff%41\xed\xa0\x80\r\n\"\\"};
	struct room *room = *state;
	struct work *work = open_work(room, "A", true);
	struct work_state loaded;
	assert_int_equal(work_load(work, &loaded, NULL), ERR_NOT_FOUND);
	for (size_t i = 0; i < 2 * COUNT(texts); i++) {
		struct work_state made = make_state(texts[i / 2]);
		made.committing = i % 2;
		if (made.committing) {
			strcpy(made.object_id, "urn:uuid:0b000000-0000-4000-8000-000000000001");
			strcpy(made.version, "v12");
			strcpy(made.ingestion_uuid, "e0000000-0000-4000-8000-000000000001");
		}
		assert_int_equal(work_save(work, &made, NULL), 0);
		assert_int_equal(work_load(work, &loaded, NULL), 0);
		check_state(&loaded, &made);
		assert_int_equal(loaded.reads.count, made.committing ? 0 : COUNT(ranges));
		for (size_t r = 0; r < loaded.reads.count; r++)
			assert_memory_equal(&loaded.reads.ranges[r], &ranges[r], sizeof(ranges[r]));
		work_state_release(&loaded);
		work_state_release(&made);
	}
	assert_int_equal(scratch_count(work_directory(work)), 1); /* nothing but rip.json */
	work_close(work);
}

#define CARRIER "\"carrier\":{\"uuid\":\"ca000000-0000-4000-8000-000000000001\",\"id\":\"A\"}"
#define STATE(sectors, reads)                                                                      \
	"{\"theca_work\":2,\"state\":\"reading\",\"format\":\"iso\"," CARRIER                      \
	",\"sectors\":" sectors ",\"reads\":" reads "}"
#define ROW(start) "[[" start ",0,0,0,0,0]]"

static void broken_states(void **state)
{
	static const struct {
		const char *text;
		int status;
	} cases[] = {
		{STATE("200", "[]"), 0},
		{STATE("200", ROW("0,200,0,0,0,1")), 0},
		{STATE("4294967295", ROW("4294967294,1,0,0,0,1")), 0},
		{"", ERR_INVALID},
		{"{}", ERR_INVALID},
		{"[]", ERR_INVALID},
		{"{\"theca_work\":3,\"state\":\"reading\"," CARRIER
		 ",\"sectors\":200,\"reads\":[]}",
			ERR_INVALID},
		{"{\"theca_work\":2,\"state\":\"reading\",\"format\":\"img\"," CARRIER
		 ",\"sectors\":200,\"reads\":[]}",
			ERR_INVALID},
		{"{\"theca_work\":2,\"state\":\"reading\",\"carrier\":{\"id\":\"A\"},\"sectors\":"
		 "9}",
			ERR_INVALID},
		/* one that an earlier Theca began is gone on with */
		{"{\"theca_work\":1,\"state\":\"reading\"," CARRIER
		 ",\"sectors\":200,\"reads\":[[0,200,0,0,0,1]]}",
			0},
		{"{\"theca_work\":1,\"state\":\"reading\"," CARRIER
		 ",\"sectors\":200,\"reads\":[[0,200,2,0,0,1]]}",
			ERR_INVALID},
		{"{\"theca_work\":1,\"state\":\"committing\"," CARRIER
		 ",\"sectors\":200,\"object_id\":\"urn:uuid:0b000000-0000-4000-8000-000000000001\","
		 "\"version\":\"v1\",\"ingestion_uuid\":\"e0000000-0000-4000-8000-000000000001\"}",
			0},
		{"{\"theca_work\":1,\"state\":\"committing\"," CARRIER ",\"sectors\":200}",
			ERR_INVALID},
		{STATE("0", "[]"), ERR_INVALID},
		{STATE("-1", "[]"), ERR_INVALID},
		{STATE("4294967296", "[]"), ERR_INVALID},
		{STATE("200", ROW("0,201,0,0,0,1")), ERR_INVALID},
		{STATE("200", ROW("200,1,0,0,0,1")), ERR_INVALID},
		{STATE("200", ROW("1,200,0,0,0,1")), ERR_INVALID},
		{STATE("200", ROW("4294967295,2,0,0,0,1")), ERR_INVALID},
		{STATE("200", ROW("-1,1,0,0,0,1")), ERR_INVALID},
		{STATE("200", ROW("0,0,0,0,0,1")), ERR_INVALID},
		{STATE("200", ROW("0,1,3,0,0,1")), ERR_INVALID},
		{STATE("200", ROW("0,1,0,3,0,1")), ERR_INVALID},
		{STATE("200", ROW("0,1,0,0,6,1")), ERR_INVALID},
		{STATE("200", "[[0,1,0,0,0,1]]"), ERR_INVALID},
		{STATE("200", "[[0,1,0,0,0,1,100,0,0,0,0]]"), ERR_INVALID},
		{STATE("200", "[[0,1,0,0,0,1,0,2,0,0,0]]"), ERR_INVALID},
		{STATE("200", "[[0,1,0,0,0,1,0,0,0,0,-1]]"), ERR_INVALID},
		{STATE("200", ROW("0,1,0,0,0,\"1\"")), ERR_INVALID},
		{STATE("200", "[7]"), ERR_INVALID},
	};
	struct room *room = *state;
	struct work *work = open_work(room, "A", true);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct work_state loaded;
		struct error err = {0};
		scratch_write(
			&room->scratch, "a/work/A/rip.json", cases[i].text, strlen(cases[i].text));
		if (work_load(work, &loaded, &err) != cases[i].status)
			fail_msg("%s: %s", cases[i].text, err.message);
		if (cases[i].status)
			assert_non_null(strstr(err.message, "rip.json"));
		work_state_release(&loaded);
	}
	work_close(work);
}

/* The first form had rows of six, fewer states and confirmations, and ISO images alone. */
static void state_of_the_first_form(void **state)
{
	static const char text[] = "{\"theca_work\":1,\"state\":\"reading\"," CARRIER
				   ",\"sectors\":200,\"reads\":[[0,100,0,0,0,1],[100,1,1,2,2,6],"
				   "[150,50,0,1,1,3]]}";
	struct room *room = *state;
	struct work *work = open_work(room, "A", true);
	struct work_state loaded;
	scratch_write(&room->scratch, "a/work/A/rip.json", text, strlen(text));
	assert_int_equal(work_load(work, &loaded, NULL), 0);
	assert_int_equal(loaded.format, IMAGE_ISO);
	assert_null(loaded.contents);
	assert_int_equal(loaded.reads.count, 3);
	assert_int_equal(loaded.reads.ranges[0].state, READ_STATE_READ);
	assert_int_equal(loaded.reads.ranges[0].confirmation, READ_CONFIRMED_BY_DRIVE);
	assert_int_equal(loaded.reads.ranges[1].state, READ_STATE_UNREADABLE);
	assert_int_equal(loaded.reads.ranges[1].confirmation, READ_UNCONFIRMED);
	assert_int_equal(loaded.reads.ranges[2].confirmation, READ_CONFIRMED_BY_FILE);
	work_state_release(&loaded);
	work_close(work);
}

/* ---- scratch files ---- */

static int64_t in_two_days(void)
{
	return 2 * 24 * 60 * 60 + (int64_t)time(NULL);
}

static void sweeping(void **state)
{
	struct room *room = *state;
	scratch_write(&room->scratch, "a/work/.0b000000.tmp", "x", 1);
	scratch_write(&room->scratch, "a/work/.keep", "x", 1);
	scratch_write(&room->scratch, "a/work/notes.tmp", "x", 1);
	assert_int_equal(mkdir(scratch_path(&room->scratch, "a/work/.d.tmp"), 0777), 0);
	work_sweep(room->archive);
	assert_int_equal(scratch_count(room->archive->work), 4); /* somebody may be writing it */
	clock_set(in_two_days);
	work_sweep(room->archive);
	assert_int_equal(scratch_count(room->archive->work), 3);
	assert_false(path_exists(scratch_path(&room->scratch, "a/work/.0b000000.tmp")));
}

#define ROOM_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(directory_of_a_carrier),
		ROOM_TEST(ids_that_are_none),
		ROOM_TEST(only_one_at_a_time),
		ROOM_TEST(lock_of_a_dead_process),
		ROOM_TEST(each_directory),
		ROOM_TEST(empty_ones),
		ROOM_TEST(state_goes_round),
		ROOM_TEST(broken_states),
		ROOM_TEST(state_of_the_first_form),
		ROOM_TEST(sweeping),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

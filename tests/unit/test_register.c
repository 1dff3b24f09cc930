/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/disk.h"
#include "store/chain_log.h"
#include "store/register.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 4
#define ROUNDS 25

static int set_up(void **state)
{
	struct archive *archive = calloc(1, sizeof(*archive));
	assert_non_null(archive);
	archive->root = strdup("/tmp/theca-register-XXXXXX");
	assert_non_null(archive->root);
	assert_non_null(mkdtemp(archive->root));
	assert_true(asprintf(&archive->reg, "%s/register", archive->root) > 0);
	*state = archive;
	return 0;
}

static int tear_down(void **state)
{
	struct archive *archive = *state;
	disk_set_hook(NULL, NULL);
	int status = disk_remove_tree(archive->root, NULL);
	free(archive->root);
	free(archive->reg);
	free(archive);
	return status;
}

static char *copy_of(const char *text)
{
	char *copy = text ? strdup(text) : NULL;
	assert_true(copy || !text);
	return copy;
}

static struct carrier carrier_of(const char *id, const char *title, const char *note)
{
	return (struct carrier){.id = copy_of(id), .title = copy_of(title), .note = copy_of(note)};
}

static void release(struct carrier *carrier)
{
	free(carrier->id);
	free(carrier->title);
	free(carrier->note);
}

/* Finds or enters a carrier; the caller releases it. */
static struct carrier entered(
	const struct archive *archive, const char *id, const char *title, const char *note)
{
	struct error err;
	struct carrier carrier = carrier_of(id, title, note);
	if (register_carrier(archive, &carrier, &err))
		fail_msg("%s", err.message);
	assert_int_equal(strlen(carrier.uuid), UUID_SIZE - 1);
	return carrier;
}

static uint64_t line_count(const struct archive *archive)
{
	struct chain_state state;
	assert_int_equal(chain_log_check(archive->reg, &state, NULL), 0);
	assert_true(state.intact);
	return state.lines;
}

static void test_enter_and_find(void **state)
{
	const struct archive *archive = *state;
	struct carrier first = entered(archive, "SHELF/12", NULL, NULL);
	struct carrier other = entered(archive, "SHELF/1", NULL, NULL);
	struct carrier again = entered(archive, "SHELF/12", NULL, NULL);
	assert_string_equal(first.uuid, again.uuid);
	assert_string_not_equal(first.uuid, other.uuid);
	assert_null(again.title);
	assert_null(again.note);
	assert_int_equal(line_count(archive), 2);
	release(&first);
	release(&other);
	release(&again);
}

static void test_title_and_note(void **state)
{
	const struct archive *archive = *state;
	static const struct {
		const char *title, *note;
		const char *title_then, *note_then;
		uint64_t lines;
	} steps[] = {
		{"T1", NULL, "T1", NULL, 1},
		{NULL, NULL, "T1", NULL, 1},
		{"T1", NULL, "T1", NULL, 1},
		{NULL, "N\n1", "T1", "N\n1", 2},
		{"T2", NULL, "T2", "N\n1", 3},
		{"", "N2", "", "N2", 4},
		{NULL, NULL, "", "N2", 4},
	};
	char uuid[UUID_SIZE] = "";
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct carrier carrier = entered(archive, "c", steps[i].title, steps[i].note);
		assert_string_equal(carrier.title, steps[i].title_then);
		if (steps[i].note_then)
			assert_string_equal(carrier.note, steps[i].note_then);
		else
			assert_null(carrier.note);
		assert_int_equal(line_count(archive), steps[i].lines);
		if (i)
			assert_string_equal(carrier.uuid, uuid);
		memcpy(uuid, carrier.uuid, UUID_SIZE);
		release(&carrier);
	}
}

static void test_any_bytes(void **state)
{
	const struct archive *archive = *state;
	static const char *const ids[] = {"\x82\xa0\x82\xa2", "\033[2J", "a%20b", "a b", "%",
		"\377", "../x", "M\303\274nchen 12", "M\303\274nchen 13", "\342\200\256x", "\n",
		" ", "percent", "%FF"};
	char uuids[sizeof(ids) / sizeof(ids[0])][UUID_SIZE];
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
			struct carrier carrier =
				entered(archive, ids[i], round ? NULL : ids[i], NULL);
			assert_string_equal(carrier.title, ids[i]);
			if (round)
				assert_string_equal(carrier.uuid, uuids[i]);
			memcpy(uuids[i], carrier.uuid, UUID_SIZE);
			release(&carrier);
		}
	}
	assert_int_equal(line_count(archive), sizeof(ids) / sizeof(ids[0]));
}

static void assert_minted(const struct archive *archive, const char *id)
{
	struct carrier carrier = entered(archive, NULL, "minted", NULL);
	assert_string_equal(carrier.id, id);
	release(&carrier);
}

static void enter_given(const struct archive *archive, const char *id)
{
	struct carrier carrier = entered(archive, id, NULL, NULL);
	release(&carrier);
}

static void test_mint(void **state)
{
	const struct archive *archive = *state;
	assert_minted(archive, "disc-000001");
	assert_minted(archive, "disc-000002");
	/* Ids that were given are passed over. */
	enter_given(archive, "disc-000003");
	enter_given(archive, "disc-");
	enter_given(archive, "disc-9x");
	enter_given(archive, "disc-1234567890");
	assert_minted(archive, "disc-000004");
	enter_given(archive, "disc-1500000");
	assert_minted(archive, "disc-1500001");

	enter_given(archive, "disc-999999999");
	struct carrier carrier = carrier_of(NULL, NULL, NULL);
	struct error err;
	assert_int_equal(register_carrier(archive, &carrier, &err), ERR_USAGE);
	assert_null(carrier.id);
}

struct minted_lines {
	unsigned minted, given;
};

static int count_minted(void *context, uint64_t seq, const struct jv *entry)
{
	struct minted_lines *lines = context;
	(void)seq;
	assert_string_equal(jv_get_text(entry, "type"), "carrier");
	if (jv_get_bool(entry, "minted", false))
		lines->minted++;
	else
		lines->given++;
	return 0;
}

static void test_lines(void **state)
{
	const struct archive *archive = *state;
	struct minted_lines lines = {0};
	assert_minted(archive, "disc-000001");
	enter_given(archive, "x");
	/* A new title does not change how the id came about. */
	struct carrier carrier = entered(archive, "disc-000001", "new", NULL);
	release(&carrier);
	assert_int_equal(register_each(archive, 1, count_minted, &lines, NULL), 0);
	assert_int_equal(lines.minted, 2);
	assert_int_equal(lines.given, 1);
	lines = (struct minted_lines){0};
	assert_int_equal(register_each(archive, 3, count_minted, &lines, NULL), 0);
	assert_int_equal(lines.minted, 1);
	assert_int_equal(lines.given, 0);
}

static int keep_last(void *context, uint64_t seq, const struct jv *entry)
{
	struct buffer *text = context;
	(void)seq;
	buffer_clear(text);
	assert_int_equal(jv_dump(entry, JV_COMPACT, text, NULL), 0);
	return 0;
}

/* The last line of the register without what binds it to the one before. */
static void assert_last(const struct archive *archive, const char *expected)
{
	struct buffer text = {0};
	assert_int_equal(register_each(archive, 1, keep_last, &text, NULL), 0);
	const char *own = strstr(buffer_text(&text), "\"prev\"");
	assert_non_null(own);
	assert_string_equal(own + strlen("\"prev\":\"\",") + 64, expected);
	buffer_release(&text);
}

static void test_findings(void **state)
{
	const struct archive *archive = *state;
	struct finding finding = {.object_id = "urn:uuid:a", .directory = "3c0/\377", .verdict = "missing"};
	struct event event = {.uuid = "u", .time = 1, .type = "fix", .outcome = "fai", .detail = "theca verify",
		.note = "gone", .software = "Theca", .person = "A. Keeper"};
	assert_int_equal(register_finding(archive, &finding, &event, NULL), 0);
	assert_last(archive,
		"\"time\":\"1970-01-01T00:00:01Z\",\"type\":\"finding\",\"uuid\":\"u\",\"event\":\"fix\","
		"\"outcome\":\"fai\",\"detail\":\"theca verify\",\"note\":\"gone\",\"agents\":["
		"{\"role\":\"exe\",\"name\":\"Theca\",\"type\":\"software\"},"
		"{\"role\":\"imp\",\"name\":\"A. Keeper\",\"type\":\"person\"}],"
		"\"object\":\"urn:uuid:a\",\"directory\":\"3c0/%FF\",\"directory_encoding\":\"percent\","
		"\"verdict\":\"missing\"}");
	finding = (struct finding){.object_id = "urn:uuid:a", .directory = "d", .carrier_uuid = "c", .verdict = "found"};
	assert_int_equal(register_finding(archive, &finding, NULL, NULL), 0);
	assert_int_equal(line_count(archive), 2);
}

static void test_foreign_lines(void **state)
{
	const struct archive *archive = *state;
	static const char *const lines[] = {"{\"type\":\"set\",\"uuid\":\"x\",\"id\":\"a\"}",
		"{\"id\":\"a\"}", "{\"type\":\"carrier\",\"uuid\":\"short\",\"id\":\"a\"}",
		"{\"type\":\"carrier\",\"id\":\"a\"}", "{\"type\":5,\"uuid\":[],\"id\":{}}"};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct jv *entry = NULL;
		assert_int_equal(jv_parse(lines[i], strlen(lines[i]), &entry, NULL), 0);
		assert_int_equal(chain_log_append(archive->reg, entry, NULL, NULL), 0);
	}
	struct carrier carrier = entered(archive, "a", NULL, NULL);
	release(&carrier);
	assert_int_equal(line_count(archive), 6);
}

static void test_refusals(void **state)
{
	const struct archive *archive = *state;
	struct carrier empty = carrier_of("", NULL, NULL);
	assert_int_equal(register_carrier(archive, &empty, NULL), ERR_USAGE);
	release(&empty);

	enter_given(archive, "a");
	char path[200];
	snprintf(path, sizeof(path), "%s/000001.jsonl", archive->reg);
	FILE *file = fopen(path, "a");
	assert_non_null(file);
	assert_true(fputs("garbage\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	struct carrier carrier = carrier_of("b", NULL, NULL);
	assert_int_equal(register_carrier(archive, &carrier, NULL), ERR_DAMAGED);
	release(&carrier);
}

/* ---- several rips at once ---- */

/* Mints ids and enters a shelf mark that all share; tells the parent what came of it. */
static void enter_in_child(const struct archive *archive, int out)
{
	alarm(60); /* rather than wait for a lock for ever */
	for (int i = 0; i < ROUNDS; i++) {
		struct carrier minted = {0}, shared = {0};
		char line[200];
		if (asprintf(&shared.id, "SHELF/%d", i) < 0 ||
			register_carrier(archive, &minted, NULL) ||
			register_carrier(archive, &shared, NULL))
			_exit(1);
		int n = snprintf(line, sizeof(line), "%s %s %s %s\n", minted.id, minted.uuid,
			shared.id, shared.uuid);
		if (write(out, line, (size_t)n) != n)
			_exit(1);
		release(&minted);
		release(&shared);
	}
	_exit(0);
}

static void test_many_processes(void **state)
{
	const struct archive *archive = *state;
	pid_t children[PROCESSES];
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	for (int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (!children[i])
			enter_in_child(archive, ends[1]);
	}
	close(ends[1]);

	char minted[PROCESSES * ROUNDS][2][64], shared[ROUNDS][UUID_SIZE] = {""};
	char id[64], shared_id[64], uuid[64], shared_uuid[64];
	size_t count = 0;
	FILE *in = fdopen(ends[0], "r");
	assert_non_null(in);
	while (fscanf(in, "%63s %63s %63s %63s", id, uuid, shared_id, shared_uuid) == 4) {
		assert_true(count < PROCESSES * ROUNDS);
		for (size_t i = 0; i < count; i++) {
			assert_string_not_equal(minted[i][0], id);
			assert_string_not_equal(minted[i][1], uuid);
		}
		strcpy(minted[count][0], id);
		strcpy(minted[count++][1], uuid);
		char *known = shared[strtoul(shared_id + strlen("SHELF/"), NULL, 10)];
		if (*known)
			assert_string_equal(known, shared_uuid);
		memcpy(known, shared_uuid, UUID_SIZE);
	}
	fclose(in);
	for (int i = 0; i < PROCESSES; i++) {
		int status;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(count, PROCESSES * ROUNDS);
	assert_int_equal(line_count(archive), PROCESSES * ROUNDS + ROUNDS);
	assert_minted(archive, "disc-000101");
}

/* ---- crashes ---- */

static int crash_hook(void *context, enum disk_call call, const char *path, const char *to)
{
	int *calls_left = context;
	(void)call, (void)path, (void)to;
	if (!(*calls_left)--)
		_exit(42);
	return 0;
}

/* Whatever call ends the process: the carrier is entered or not, and once it is, its UUID stays. */
static void test_crashes(void **state)
{
	const struct archive *archive = *state;
	int status = 42;
	for (int calls = 0; status; calls++) {
		uint64_t before = line_count(archive);
		char id[32];
		snprintf(id, sizeof(id), "carrier %d", calls);
		pid_t child = fork();
		assert_true(child >= 0);
		if (!child) {
			struct carrier carrier = {.id = id};
			disk_set_hook(crash_hook, &calls);
			_exit(register_carrier(archive, &carrier, NULL));
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status) && (!status || WEXITSTATUS(status) == 42));
		assert_in_range(line_count(archive), before + !status, before + 1);
		struct carrier one = entered(archive, id, NULL, NULL);
		struct carrier two = entered(archive, id, NULL, NULL);
		assert_string_equal(one.uuid, two.uuid);
		assert_int_equal(line_count(archive), before + 1);
		release(&one);
		release(&two);
	}
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_enter_and_find),
		TEST(test_title_and_note),
		TEST(test_any_bytes),
		TEST(test_mint),
		TEST(test_lines),
		TEST(test_findings),
		TEST(test_foreign_lines),
		TEST(test_refusals),
		TEST(test_many_processes),
		TEST(test_crashes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The calls that change the archive, their hook, atomic files; and that the tests' own power cut
 * takes away what it should.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/atomic_file.h"
#include "base/disk.h"
#include "base/path.h"
#include "tests/unit/crash.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void check_file(const char *path, const char *expected)
{
	char *bytes = scratch_read(path, NULL);
	assert_string_equal(bytes, expected);
	free(bytes);
}

/* ---- the calls ---- */

static void files(void **state)
{
	const char *path = scratch_path(*state, "file");
	struct error err;
	int fd, second;
	assert_int_equal(disk_create(path, &fd, &err), 0);
	assert_int_equal(disk_create(path, &second, &err), ERR_EXISTS);
	assert_int_equal(disk_write_at(fd, path, "world", 5, 6, &err), 0);
	assert_int_equal(disk_write_at(fd, path, "hello ", 6, 0, &err), 0);
	assert_int_equal(disk_truncate(fd, path, 8, &err), 0);
	assert_int_equal(disk_sync(fd, path, &err), 0);
	close(fd);
	check_file(path, "hello wo");
	assert_int_equal(disk_open_append(path, &fd, &err), 0);
	assert_int_equal(disk_append(fd, path, "rk\n", 3, &err), 0);
	close(fd);
	check_file(path, "hello work\n");
	assert_int_equal(disk_remove(path, &err), 0);
	assert_int_equal(disk_remove(path, &err), 0); /* what is not there is removed already */
	assert_false(path_exists(path));
}

static void directories(void **state)
{
	const char *deep = scratch_path(*state, "a/b/c");
	struct error err;
	assert_int_equal(disk_make_directories(deep, &err), 0);
	assert_int_equal(disk_make_directories(deep, &err), 0);
	assert_true(path_is_directory(deep));
	assert_int_equal(disk_make_directory(deep, &err), ERR_EXISTS);
	scratch_write(*state, "a/file", "x", 1);
	const char *under_file = scratch_path(*state, "a/file/b");
	assert_int_not_equal(disk_make_directories(under_file, &err), 0);
	assert_int_equal(disk_sync_directory(scratch_path(*state, "none"), &err), ERR_NOT_FOUND);
	assert_int_equal(disk_remove(scratch_path(*state, "a"), &err), ERR_EXISTS);
}

static void renames(void **state)
{
	struct error err;
	const char *full = scratch_path(*state, "full"), *other = scratch_path(*state, "other");
	const char *empty = scratch_path(*state, "empty");
	assert_int_equal(disk_make_directories(scratch_path(*state, "full/x"), &err), 0);
	assert_int_equal(disk_make_directories(scratch_path(*state, "other/y"), &err), 0);
	assert_int_equal(disk_make_directory(empty, &err), 0);
	assert_int_equal(disk_rename(full, other, &err), ERR_EXISTS);
	assert_true(path_exists(scratch_path(*state, "other/y")));
	assert_int_equal(disk_rename(full, empty, &err), 0);
	assert_true(path_exists(scratch_path(*state, "empty/x")));
	assert_int_equal(disk_rename(full, empty, &err), ERR_NOT_FOUND);
}

static void removal_follows_no_link(void **state)
{
	struct error err;
	const char *tree = scratch_path(*state, "tree");
	assert_int_equal(disk_make_directories(scratch_path(*state, "tree/a/b"), &err), 0);
	assert_int_equal(disk_make_directory(scratch_path(*state, "precious"), &err), 0);
	scratch_write(*state, "precious/file", "x", 1);
	scratch_write(*state, "tree/a/file", "x", 1);
	assert_int_equal(symlink("../../precious", scratch_path(*state, "tree/a/link")), 0);
	assert_int_equal(disk_remove_tree(tree, &err), 0);
	assert_false(path_exists(tree));
	assert_true(path_exists(scratch_path(*state, "precious/file")));
	assert_int_equal(symlink("precious", tree), 0);
	assert_int_equal(disk_remove_tree(tree, &err), 0);
	assert_true(path_exists(scratch_path(*state, "precious/file")));
	assert_int_equal(disk_remove_tree(tree, &err), 0);
}

static void free_bytes(void **state)
{
	uint64_t bytes = 0;
	assert_int_equal(disk_free_bytes(scratch_path(*state, ""), &bytes, NULL), 0);
	assert_true(bytes > 0);
	const char *none = scratch_path(*state, "none");
	assert_int_equal(disk_free_bytes(none, &bytes, NULL), ERR_NOT_FOUND);
}

/* ---- the hook ---- */

struct refusal {
	enum disk_call call;
	int number;
	unsigned seen;
};

static int refuse(void *context, enum disk_call call, const char *path, const char *to)
{
	struct refusal *refusal = context;
	assert_non_null(path);
	assert_int_equal(!!to, call == DISK_RENAME);
	refusal->seen++;
	return call == refusal->call ? refusal->number : 0;
}

/* One of each call, on files that are there; the status of the first that fails. */
static int call_all(void **state, struct error *err)
{
	int fd = -1;
	const char *path = scratch_path(*state, "f"), *moved = scratch_path(*state, "g");
	int status = disk_make_directory(scratch_path(*state, "d"), err);
	if (!status)
		status = disk_create(path, &fd, err);
	if (!status)
		status = disk_write_at(fd, path, "x", 1, 0, err);
	if (!status)
		status = disk_truncate(fd, path, 1, err);
	if (!status)
		status = disk_sync(fd, path, err);
	if (!status)
		status = disk_rename(path, moved, err);
	if (!status)
		status = disk_sync_directory(scratch_path(*state, "d"), err);
	if (!status)
		status = disk_remove(moved, err);
	close(fd);
	return status;
}

static void hook_refuses_each_call(void **state)
{
	static const struct {
		int number;
		enum error_code code;
		const char *words;
	} refusals[] = {
		{ENOSPC, ERR_NO_SPACE, "free some space"},
		{EDQUOT, ERR_NO_SPACE, "free some space"},
		{EROFS, ERR_PERMISSION, "mounted read-only"},
		{EIO, ERR_IO, "Input/output error"},
	};
	for (enum disk_call call = DISK_CREATE; call <= DISK_TRUNCATE; call++) {
		for (size_t i = 0; i < COUNT(refusals); i++) {
			struct refusal refusal = {call, refusals[i].number, 0};
			struct error err = {0};
			disk_set_hook(refuse, &refusal);
			assert_int_equal(call_all(state, &err), refusals[i].code);
			disk_set_hook(NULL, NULL);
			assert_int_equal(err.code, refusals[i].code);
			if (!strstr(err.message, refusals[i].words))
				fail_msg("call %d: %s", call, err.message);
			disk_remove_tree(scratch_path(*state, "d"), NULL);
			disk_remove(scratch_path(*state, "f"), NULL);
			disk_remove(scratch_path(*state, "g"), NULL);
		}
	}
	struct refusal nothing = {DISK_CREATE, 0, 0};
	disk_set_hook(refuse, &nothing);
	assert_int_equal(call_all(state, NULL), 0);
	disk_set_hook(NULL, NULL);
	assert_int_equal(nothing.seen, 8);
}

static void probe(void **state)
{
	const char *directory = scratch_path(*state, "probed");
	struct error err = {0};
	mkdir(directory, 0777);
	assert_int_equal(disk_probe(directory, &err), 0);
	struct refusal refusal = {DISK_RENAME, EOPNOTSUPP, 0};
	disk_set_hook(refuse, &refusal);
	assert_int_equal(disk_probe(directory, &err), ERR_UNSUPPORTED);
	assert_non_null(strstr(err.message, "cannot hold an archive"));
	refusal = (struct refusal){DISK_SYNC, ENOSPC, 0};
	assert_int_equal(disk_probe(directory, &err), ERR_NO_SPACE);
	disk_set_hook(NULL, NULL);
	assert_int_equal(scratch_count(directory), 0);
	assert_int_equal(disk_probe(scratch_path(*state, "none"), &err), ERR_NOT_FOUND);
}

/* ---- atomic files, and files that are not ---- */

struct replacement {
	char file[128], staging[128]; /* "" for none */
};

static struct replacement replacement_in(void **state, bool staged)
{
	struct replacement with = {0};
	mkdir(scratch_path(*state, "d"), 0777);
	mkdir(scratch_path(*state, "s"), 0777);
	strcpy(with.file, scratch_path(*state, "d/file"));
	if (staged)
		strcpy(with.staging, scratch_path(*state, "s"));
	return with;
}

static int replace(void *context)
{
	const struct replacement *with = context;
	const char *staging = *with->staging ? with->staging : NULL;
	return atomic_file_replace(with->file, staging, "new words", 9, NULL);
}

static bool holds(const char *path, const char *words)
{
	char *bytes = path_exists(path) ? scratch_read(path, NULL) : NULL;
	bool same = bytes && !strcmp(bytes, words);
	free(bytes);
	return same;
}

/* Meets every fault at every call; gives how often the file was neither the old nor the new one. */
static unsigned sweep(void **state, crash_work *work, const struct replacement *with)
{
	unsigned torn = 0;
	for (int kind = 0; kind < CRASH_KINDS; kind++) {
		struct crash_outcome outcome = {.reached = true};
		for (unsigned at = 1; outcome.reached; at++) {
			scratch_delete(scratch_path(*state, "d/temporary"));
			scratch_write(*state, "d/file", "old words", 9);
			outcome = crash_run((enum crash_kind)kind, at,
				scratch_path(*state, "attic"), work, (void *)(uintptr_t)with);
			bool new = holds(with->file, "new words");
			torn += !new && !holds(with->file, "old words");
			if (!outcome.crashed && !outcome.status)
				assert_true(new);
		}
	}
	return torn;
}

static void atomic_file(void **state)
{
	struct replacement with = replacement_in(state, false);
	assert_int_equal(sweep(state, replace, &with), 0);
	struct crash_outcome outcome = crash_not(replace, &with);
	assert_int_equal(outcome.status, 0);
	assert_string_equal(outcome.disorder, "");
	with = replacement_in(state, true);
	assert_int_equal(sweep(state, replace, &with), 0);
}

static void atomic_file_that_fails_leaves_nothing(void **state)
{
	struct replacement with = replacement_in(state, true);
	for (unsigned at = 1; at <= 4; at++) { /* create, write, sync, rename */
		struct crash_outcome outcome = crash_run(CRASH_FAIL, at, NULL, replace, &with);
		assert_true(outcome.reached);
		assert_int_not_equal(outcome.status, 0);
		assert_int_equal(scratch_count(with.staging), 0);
		assert_int_equal(scratch_count(scratch_path(*state, "d")), 0);
	}
}

/* What atomic_file_replace is for, left out one at a time: the tests' power cut must find it. */
static int replace_carelessly(void *context, bool sync_file, bool sync_name)
{
	const struct replacement *with = context;
	int fd;
	char *directory = path_parent(with->file), *temporary = path_join(directory, "temporary");
	int status = disk_create(temporary, &fd, NULL);
	if (!status)
		status = disk_write_at(fd, temporary, "new words", 9, 0, NULL);
	if (!status && sync_file)
		status = disk_sync(fd, temporary, NULL);
	if (!status)
		status = disk_rename(temporary, with->file, NULL);
	if (!status && sync_name)
		status = disk_sync_directory(directory, NULL);
	if (!status) /* something to crash at afterwards */
		status = disk_remove(temporary, NULL);
	free(temporary);
	free(directory);
	return status;
}

static int forget_file(void *context)
{
	return replace_carelessly(context, false, true);
}

static int forget_name(void *context)
{
	return replace_carelessly(context, true, false);
}

static void power_cut_finds_what_was_not_synced(void **state)
{
	struct replacement with = replacement_in(state, false);
	assert_true(sweep(state, forget_file, &with) > 0);
	assert_true(*crash_not(forget_file, &with).disorder);
	assert_true(*crash_not(forget_name, &with).disorder);
	const char *attic = scratch_path(*state, "attic");
	scratch_write(*state, "d/file", "old words", 9);
	assert_true(crash_run(CRASH_POWER_NAMES, 5, attic, forget_name, &with).crashed);
	check_file(with.file, "old words");
	assert_true(crash_run(CRASH_POWER_DATA, 5, attic, forget_name, &with).crashed);
	check_file(with.file, "new words");
}

#define SCRATCH_TEST(f) cmocka_unit_test_setup_teardown(f, scratch_set_up, scratch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(files),
		SCRATCH_TEST(directories),
		SCRATCH_TEST(renames),
		SCRATCH_TEST(removal_follows_no_link),
		SCRATCH_TEST(free_bytes),
		SCRATCH_TEST(hook_refuses_each_call),
		SCRATCH_TEST(probe),
		SCRATCH_TEST(atomic_file),
		SCRATCH_TEST(atomic_file_that_fails_leaves_nothing),
		SCRATCH_TEST(power_cut_finds_what_was_not_synced),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/path.h"
#include "store/archive.h"
#include "store/ocfl_layout.h"
#include "tests/unit/scratch.h"

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define NOBODY 65534

/* ---- making and opening ---- */

static void new_archive(void **state)
{
	struct archive *archive;
	const char *directory = scratch_path(*state, "a");
	assert_int_equal(archive_create(directory, NULL), 0);
	assert_int_equal(scratch_count(directory), 4);
	assert_int_equal(archive_open(&archive, directory, NULL), 0);
	assert_string_equal(archive->root, directory);
	assert_true(archive->writable);
	assert_true(archive_is_online(archive));
	assert_int_equal(archive->settings.retries, 3);
	assert_int_equal(scratch_count(archive->work), 0);
	assert_int_equal(scratch_count(archive->reg), 0);
	assert_int_equal(ocfl_root_check(archive->store, NULL), 0);
	char *catalogue = path_join(directory, "catalog.db");
	assert_string_equal(archive->catalogue, catalogue);
	free(catalogue);
	scratch_delete(archive->store);
	assert_false(archive_is_online(archive));
	archive_close(archive);
}

static void only_in_an_empty_directory(void **state)
{
	struct error err = {0};
	mkdir(scratch_path(*state, "a"), 0777);
	mkdir(scratch_path(*state, "a/lost+found"), 0700);
	mkdir(scratch_path(*state, "b"), 0777);
	scratch_write(*state, "b/thesis.doc", "precious", 8);
	scratch_write(*state, "file", "x", 1);
	assert_int_equal(archive_create(scratch_path(*state, "a"), &err), 0);
	assert_int_equal(archive_create(scratch_path(*state, "a"), &err), ERR_EXISTS);
	assert_int_equal(archive_create(scratch_path(*state, "b"), &err), ERR_EXISTS);
	assert_non_null(strstr(err.message, "thesis.doc"));
	assert_int_equal(scratch_count(scratch_path(*state, "b")), 1);
	assert_int_not_equal(archive_create(scratch_path(*state, "file"), &err), 0);
	assert_int_equal(archive_create(scratch_path(*state, "none/c"), &err), ERR_NOT_FOUND);
}

static void catalogue_elsewhere(void **state)
{
	static const struct {
		const char *ini, *path; /* "@": the archive */
	} cases[] = {
		{"[archive]\ncatalogue = /var/x.db\n", "/var/x.db"},
		{"[archive]\ncatalogue = sub/x.db\n", "@/sub/x.db"},
		{"[archive]\ncatalogue =\n", "@/catalog.db"},
	};
	const char *directory = scratch_path(*state, "a");
	assert_int_equal(archive_create(directory, NULL), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct archive *archive;
		scratch_write(*state, "a/theca.ini", cases[i].ini, strlen(cases[i].ini));
		assert_int_equal(archive_open(&archive, directory, NULL), 0);
		const char *expected = cases[i].path;
		const char *path = archive->catalogue;
		if (*expected == '@') {
			assert_memory_equal(path, directory, strlen(directory));
			path += strlen(directory);
			expected++;
		}
		assert_string_equal(path, expected);
		archive_close(archive);
	}
}

static void what_is_no_archive(void **state)
{
	static const struct {
		const char *missing;
		const char *ini; /* NULL: as it is */
		enum error_code code;
	} cases[] = {
		{"a/theca.ini", NULL, ERR_OFFLINE},
		{"a/store", NULL, ERR_OFFLINE},
		{"a/store/0=ocfl_1.1", NULL, ERR_OFFLINE},
		{"a", NULL, ERR_OFFLINE},
		{"none", "[archive]\nretries = 5\n", ERR_INVALID}, /* of [rip] */
		{"none", "[rip]\nretries = many\n", ERR_INVALID},
		{"none", "[rip]\nretries = 7\n", ERR_NONE},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct archive *archive = NULL;
		struct error err = {0};
		assert_int_equal(archive_create(scratch_path(*state, "a"), NULL), 0);
		scratch_delete(scratch_path(*state, cases[i].missing));
		if (cases[i].ini)
			scratch_write(*state, "a/theca.ini", cases[i].ini, strlen(cases[i].ini));
		assert_int_equal(
			archive_open(&archive, scratch_path(*state, "a"), &err), cases[i].code);
		assert_int_equal(!!*err.message, !!cases[i].code);
		archive_close(archive);
		scratch_delete(scratch_path(*state, "a"));
	}
}

/*
 * Does something as an ordinary user, in a process of its own; gives its result, or -1 if this
 * user cannot become another.
 */
static int as_nobody(int (*act)(void **state), void **state)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
			_exit(255);
		_exit(act(state));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 255 ? -1 : WEXITSTATUS(status);
}

static int open_as_reader(void **state)
{
	struct archive *archive;
	if (archive_open(&archive, scratch_path(*state, "a"), NULL))
		return 2;
	return archive->writable;
}

static void reader_may_open_but_not_write(void **state)
{
	assert_int_equal(chmod(scratch_path(*state, "."), 0755), 0);
	assert_int_equal(archive_create(scratch_path(*state, "a"), NULL), 0);
	int writable = as_nobody(open_as_reader, state);
	if (writable < 0) {
		print_message("only root can become another user\n");
		skip();
	}
	assert_int_equal(writable, 0);
	assert_int_equal(chmod(scratch_path(*state, "a/store"), 0777), 0);
	assert_int_equal(chmod(scratch_path(*state, "a/work"), 0777), 0);
	assert_int_equal(as_nobody(open_as_reader, state), 0);
	assert_int_equal(chmod(scratch_path(*state, "a/register"), 0777), 0);
	assert_int_equal(as_nobody(open_as_reader, state), 1);
}

/* ---- finding ---- */

static void make_tree(void **state)
{
	mkdir(scratch_path(*state, "outer"), 0755);
	mkdir(scratch_path(*state, "outer/inner"), 0755);
	mkdir(scratch_path(*state, "outer/inner/deep"), 0755);
	scratch_write(*state, "outer/theca.ini", "", 0);
	scratch_write(*state, "outer/inner/theca.ini", "", 0);
	chmod(scratch_path(*state, "outer/theca.ini"), 0644);
	chmod(scratch_path(*state, "outer/inner/theca.ini"), 0644);
}

/*
 * Looks upward from the deepest directory; expected and passed over are names in the scratch
 * directory or NULL.
 */
static void check_found(void **state, const char *expected, const char *passed_over)
{
	char *root, *ignored, here[4096];
	struct error err = {0};
	assert_non_null(realpath(scratch_path(*state, "."), here));
	int status = archive_find(scratch_path(*state, "outer/inner/deep"), &root, &ignored, &err);
	assert_int_equal(status, expected ? 0 : ERR_NOT_FOUND);
	assert_int_equal(!!root, !!expected);
	assert_int_equal(!!ignored, !!passed_over);
	if (root)
		assert_string_equal(root + strlen(here) + 1, expected);
	if (ignored)
		assert_string_equal(ignored + strlen(here) + 1, passed_over);
	free(root);
	free(ignored);
}

static void nearest_is_found(void **state)
{
	make_tree(state);
	check_found(state, "outer/inner", NULL);
	scratch_delete(scratch_path(*state, "outer/inner/theca.ini"));
	check_found(state, "outer", NULL);
	scratch_delete(scratch_path(*state, "outer/theca.ini"));
	check_found(state, NULL, NULL);
	char *root;
	assert_int_equal(
		archive_find(scratch_path(*state, "none"), &root, NULL, NULL), ERR_NOT_FOUND);
	assert_null(root);
}

static void one_that_others_may_write_is_passed_over(void **state)
{
	static const mode_t modes[] = {0664, 0646, 0666, 0622};
	make_tree(state);
	for (size_t i = 0; i < COUNT(modes); i++) {
		chmod(scratch_path(*state, "outer/inner/theca.ini"), modes[i]);
		check_found(state, "outer", "outer/inner/theca.ini");
	}
	chmod(scratch_path(*state, "outer/theca.ini"), 0666);
	check_found(state, NULL, "outer/inner/theca.ini"); /* the nearest is named */
	chmod(scratch_path(*state, "outer/inner/theca.ini"), 0400);
	check_found(state, "outer/inner", NULL);
}

static void what_is_no_file_is_passed_over(void **state)
{
	make_tree(state);
	const char *ini = scratch_path(*state, "outer/inner/theca.ini");
	scratch_delete(ini);
	assert_int_equal(symlink("../theca.ini", ini), 0);
	check_found(state, "outer", "outer/inner/theca.ini");
	scratch_delete(ini);
	mkdir(ini, 0755);
	check_found(state, "outer", "outer/inner/theca.ini");
}

static int find_as_nobody(void **state)
{
	char *root, *ignored;
	if (archive_find(scratch_path(*state, "outer/inner/deep"), &root, &ignored, NULL))
		return 1;
	return !strcmp(path_name(root), "inner") ? 2 : ignored ? 3 : 4;
}

/* The user's own and root's are believed, anybody else's is not. */
static void one_of_another_owner_is_passed_over(void **state)
{
	static const struct {
		uid_t inner; /* owner of the nearer one; the outer is root's */
		bool by_root; /* as root it is found */
		int as_nobody; /* 2 found, 3 passed over */
	} cases[] = {{0, true, 2}, {NOBODY, false, 2}, {1234, false, 3}};
	make_tree(state);
	chmod(scratch_path(*state, "."), 0755);
	const char *ini = scratch_path(*state, "outer/inner/theca.ini");
	if (chown(ini, 1234, (gid_t)-1) || getuid()) {
		print_message("only root can give files away\n");
		skip();
	}
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
			chown(scratch_path(*state, "outer/inner/theca.ini"), cases[i].inner, 0), 0);
		if (cases[i].by_root)
			check_found(state, "outer/inner", NULL);
		else
			check_found(state, "outer", "outer/inner/theca.ini");
		assert_int_equal(as_nobody(find_as_nobody, state), cases[i].as_nobody);
	}
}

#define SCRATCH_TEST(f) cmocka_unit_test_setup_teardown(f, scratch_set_up, scratch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(new_archive),
		SCRATCH_TEST(only_in_an_empty_directory),
		SCRATCH_TEST(catalogue_elsewhere),
		SCRATCH_TEST(what_is_no_archive),
		SCRATCH_TEST(reader_may_open_but_not_write),
		SCRATCH_TEST(nearest_is_found),
		SCRATCH_TEST(one_that_others_may_write_is_passed_over),
		SCRATCH_TEST(what_is_no_file_is_passed_over),
		SCRATCH_TEST(one_of_another_owner_is_passed_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

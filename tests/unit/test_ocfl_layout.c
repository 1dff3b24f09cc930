/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "store/ocfl_layout.h"

#include "base/bytes.h"
#include "base/disk.h"
#include "base/json.h"
#include "base/path.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The examples of the extension's own text. */
static void examples(void **state)
{
#define TEN "abcdefghij"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
	static const struct {
		const char *id, *path;
	} cases[] = {
		{"object-01", "3c0/ff4/240/object-01"},
		{"..hor/rib:le-$id", "487/326/d8c/%2e%2ehor%2frib%3ale-%24id"},
		{"..Hor/rib:l\xc3\xa8-$id", "373/529/21a/%2e%2eHor%2frib%3al%c3%a8-%24id"},
		{HUNDRED "a", "5cc/73e/648/" HUNDRED
			      "-5cc73e648fbcff136510e330871180922ddacf193b68fdeff855683a01464220"},
		{HUNDRED HUNDRED TEN TEN TEN TEN TEN TEN,
			"55b/432/806/" HUNDRED
			"-55b432806f4e270da0cf23815ed338742179002153cd8d896f23b3e2d8a14359"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err;
		char *path = NULL;
		assert_int_equal(ocfl_layout_path(cases[i].id, &path, &err), 0);
		assert_string_equal(path, cases[i].path);
		free(path);
	}
}

/* The way back, for directories that are an object's place and for none else. */
static void ids_of_directories(void **state)
{
	static const struct {
		const char *path, *id;
	} cases[] = {
		{"3c0/ff4/240/object-01", "object-01"},
		{"487/326/d8c/%2e%2ehor%2frib%3ale-%24id", "..hor/rib:le-$id"},
		{"373/529/21a/%2e%2eHor%2frib%3al%c3%a8-%24id", "..Hor/rib:l\xc3\xa8-$id"},
		{"487/326/d8c/%2E%2Ehor%2Frib%3Ale-%24id", NULL}, /* not how it is written */
		{"3c0/ff4/241/object-01", NULL},
		{"object-01", NULL},
		{"3c0/ff4/240/object-0%3", NULL},
		{"3c0/ff4/240/%", NULL},
		{"3c0/ff4/240/%00", NULL},
		{"3c0/ff4/240/%zz", NULL},
		{"", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *id = ocfl_layout_id(cases[i].path);
		if (cases[i].id)
			assert_string_equal(id, cases[i].id);
		else
			assert_null(id);
		free(id);
	}
}

static void exactly_a_hundred_characters(void **state)
{
	(void)state;
	struct error err;
	char *path = NULL;
	assert_int_equal(ocfl_layout_path(HUNDRED, &path, &err), 0);
	assert_string_equal(path_name(path), HUNDRED);
	free(path);
	assert_int_equal(ocfl_layout_path("", &path, &err), ERR_USAGE);
}

/* ---- storage roots ---- */

static int setup(void **state)
{
	char template[] = "/tmp/theca-root-XXXXXX";
	*state = strdup(mkdtemp(template));
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	struct error err;
	disk_remove_tree(*state, &err);
	free(*state);
	return 0;
}

static void remove_file(const char *root, const char *name)
{
	struct error err;
	char *path = path_join(root, name);
	assert_true(path_exists(path));
	assert_int_equal(disk_remove(path, &err), 0);
	free(path);
}

static void put(const char *root, const char *name, const char *text)
{
	struct error err;
	char *path = path_join(root, name), *parent = path_parent(path);
	assert_int_equal(disk_make_directories(parent, &err), 0);
	assert_int_equal(disk_remove(path, &err), 0);
	assert_int_equal(disk_write_new(path, text, strlen(text), &err), 0);
	free(parent);
	free(path);
}

static char *get(const char *root, const char *name)
{
	struct error err;
	char *path = path_join(root, name), *bytes = NULL;
	size_t len;
	assert_int_equal(path_read(path, 10000, &bytes, &len, &err), 0);
	free(path);
	return bytes;
}

#define CONFIG "extensions/0003-hash-and-id-n-tuple-storage-layout/config.json"

static void new_root(void **state)
{
	struct error err;
	struct jv *json = NULL;
	assert_int_equal(ocfl_root_check(*state, &err), ERR_OFFLINE);
	assert_int_equal(ocfl_root_create(*state, &err), 0);
	assert_int_equal(ocfl_root_check(*state, &err), 0);
	char *bytes = get(*state, "0=ocfl_1.1");
	assert_string_equal(bytes, "ocfl_1.1\n");
	free(bytes);
	bytes = get(*state, "ocfl_layout.json");
	assert_int_equal(jv_parse(bytes, strlen(bytes), &json, &err), 0);
	assert_string_equal(
		jv_get_text(json, "extension"), "0003-hash-and-id-n-tuple-storage-layout");
	assert_non_null(jv_get_text(json, "description"));
	jv_free(json);
	free(bytes);
	bytes = get(*state, CONFIG);
	assert_int_equal(jv_parse(bytes, strlen(bytes), &json, &err), 0);
	assert_string_equal(
		jv_get_text(json, "extensionName"), "0003-hash-and-id-n-tuple-storage-layout");
	assert_string_equal(jv_get_text(json, "digestAlgorithm"), "sha256");
	assert_int_equal(jv_get_int(json, "tupleSize", 0), 3);
	assert_int_equal(jv_get_int(json, "numberOfTuples", 0), 3);
	jv_free(json);
	free(bytes);
}

static void refused_roots(void **state)
{
	struct error err;
	assert_int_equal(ocfl_root_check("/nonexistent/theca", &err), ERR_OFFLINE);
	assert_int_equal(ocfl_root_create(*state, &err), 0);
	put(*state, CONFIG, "{\"extensionName\":\"0003-hash-and-id-n-tuple-storage-layout\"}");
	assert_int_equal(ocfl_root_check(*state, &err), 0);
	put(*state, CONFIG,
		"{\"extensionName\":\"0003-hash-and-id-n-tuple-storage-layout\",\"tupleSize\":2}");
	assert_int_equal(ocfl_root_check(*state, &err), ERR_UNSUPPORTED);
	remove_file(*state, CONFIG);
	assert_int_equal(ocfl_root_check(*state, &err), ERR_INVALID);
	put(*state, "ocfl_layout.json", "{\"extension\":\"0004-hashed-n-tuple-storage-layout\"}");
	assert_int_equal(ocfl_root_check(*state, &err), ERR_UNSUPPORTED);
	put(*state, "ocfl_layout.json", "{");
	assert_int_equal(ocfl_root_check(*state, &err), ERR_INVALID);
	put(*state, "0=ocfl_1.1", "ocfl_1.0\n");
	assert_int_equal(ocfl_root_check(*state, &err), ERR_INVALID);
	remove_file(*state, "0=ocfl_1.1");
	assert_int_equal(ocfl_root_check(*state, &err), ERR_OFFLINE);
}

/* ---- walking ---- */

struct visits {
	struct buffer list; /* the directories visited, each in brackets */
	size_t stop_after; /* that many; 0: never */
	size_t count;
};

static int note_visit(void *context, const char *relative)
{
	struct visits *visits = context;
	buffer_printf(&visits->list, "[%s]", relative);
	return ++visits->count == visits->stop_after ? 77 : 0;
}

static void each_object(void **state)
{
	struct error err;
	struct visits visits = {0};
	assert_int_equal(ocfl_root_create(*state, &err), 0);
	put(*state, "bbb/2/0=ocfl_object_1.0", "ocfl_object_1.0\n");
	put(*state, "bbb/2/inner/0=ocfl_object_1.1", "inside an object: not visited\n");
	put(*state, "aaa/1/x/0=ocfl_object_1.1", "ocfl_object_1.1\n");
	put(*state, "ccc/lost its declaration/inventory.json", "{}");
	put(*state, "extensions/y/0=ocfl_object_1.1", "not visited\n");
	put(*state, "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/0=ocfl_object_1.1", "at level 16\n");
	put(*state, "d/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/0=ocfl_object_1.1", "too deep\n");
	char *link = path_join(*state, "zzz");
	assert_int_equal(symlink("aaa", link), 0);
	free(link);
	assert_int_equal(ocfl_root_each(*state, note_visit, &visits, &err), 0);
	assert_string_equal(buffer_text(&visits.list),
		"[a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p][aaa/1/x][bbb/2][ccc/lost its declaration]");
	buffer_clear(&visits.list);
	visits.count = 0;
	visits.stop_after = 2;
	assert_int_equal(ocfl_root_each(*state, note_visit, &visits, &err), 77);
	assert_int_equal(visits.count, 2);
	buffer_release(&visits.list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples),
		cmocka_unit_test(ids_of_directories),
		cmocka_unit_test(exactly_a_hundred_characters),
		cmocka_unit_test_setup_teardown(new_root, setup, teardown),
		cmocka_unit_test_setup_teardown(refused_roots, setup, teardown),
		cmocka_unit_test_setup_teardown(each_object, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

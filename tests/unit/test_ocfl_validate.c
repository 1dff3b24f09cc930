/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "store/ocfl_validate.h"
#include "tests/unit/findings.h"

#include "base/bytes.h"
#include "base/digest.h"
#include "base/disk.h"
#include "base/path.h"
#include "store/ocfl_inventory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void print_findings(const char *name, const struct ocfl_findings *findings)
{
	print_message("%s:\n", name);
	for (size_t i = 0; i < findings->count; i++)
		print_message("    %s %s: %s\n", findings->items[i].code,
			findings->items[i].path ? findings->items[i].path : "-",
			findings->items[i].text);
}

#define IMAGE "forty-two bytes that stand for a disc imag"

struct object {
	char *directory; /* a temporary one */
	char *root; /* the object in it */
};

/* Files for a test only: not worth the syncing of base/disk.h. */
static void put(const char *root, const char *name, const char *text)
{
	struct error err;
	char *path = path_join(root, name), *parent = path_parent(path);
	if (!path_is_directory(parent))
		assert_int_equal(disk_make_directories(parent, &err), 0);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
	free(parent);
	free(path);
}

static void remove_file(const struct object *object, const char *name)
{
	char *path = path_join(object->root, name);
	assert_int_equal(unlink(path), 0);
	free(path);
}

/* Stores an inventory with its sidecar in directory ("" or "v1") of the object. */
static void put_inventory(const char *root, const char *directory, const char *json)
{
	struct error err;
	char hex[DIGEST_HEX_SIZE];
	struct buffer sidecar = {0};
	assert_int_equal(digest_bytes(DIGEST_SHA512, json, strlen(json), hex, &err), 0);
	buffer_printf(&sidecar, "%s inventory.json\n", hex);
	char *target = *directory ? path_join(root, directory) : strdup(root);
	put(target, "inventory.json", json);
	put(target, "inventory.json.sha512", buffer_text(&sidecar));
	free(target);
	buffer_release(&sidecar);
}

/* The inventory of the object that setup makes, as JSON that the caller frees. */
static char *image_inventory(void)
{
	struct ocfl_inventory *inventory = NULL;
	struct error err;
	struct buffer json = {0};
	char hex[DIGEST_HEX_SIZE];
	const char *path;
	bool is_new;
	assert_int_equal(ocfl_inventory_new(&inventory, "urn:uuid:1", &err), 0);
	assert_int_equal(ocfl_inventory_add_version(inventory, "2026-01-02T03:04:05Z", "Ripped",
				 "Ann", "mailto:ann@example.org", &err),
		0);
	assert_int_equal(digest_bytes(DIGEST_SHA512, IMAGE, strlen(IMAGE), hex, &err), 0);
	assert_int_equal(
		ocfl_inventory_add_file(inventory, "disc.iso", hex, &path, &is_new, &err), 0);
	assert_int_equal(digest_bytes(DIGEST_SHA256, IMAGE, strlen(IMAGE), hex, &err), 0);
	assert_int_equal(ocfl_inventory_add_fixity(inventory, DIGEST_SHA256, hex, path, &err), 0);
	assert_int_equal(ocfl_inventory_format(inventory, &json, &err), 0);
	ocfl_inventory_free(inventory);
	return buffer_steal(&json);
}

static int setup(void **state)
{
	struct object *object = calloc(1, sizeof(*object));
	char template[] = "/tmp/theca-ocfl-XXXXXX";
	object->directory = strdup(mkdtemp(template));
	object->root = path_join(object->directory, "object");
	char *json = image_inventory();
	put(object->root, "0=ocfl_object_1.1", "ocfl_object_1.1\n");
	put(object->root, "v1/content/disc.iso", IMAGE);
	put_inventory(object->root, "", json);
	put_inventory(object->root, "v1", json);
	free(json);
	*state = object;
	return 0;
}

static int teardown(void **state)
{
	struct object *object = *state;
	struct error err;
	disk_remove_tree(object->directory, &err);
	free(object->directory);
	free(object->root);
	free(object);
	return 0;
}

/* The object has exactly these error codes ("" for none; else "E090 E092"), whatever its warnings. */
static bool has_errors(const struct object *object, enum ocfl_depth depth, const char *codes)
{
	struct ocfl_findings findings;
	struct error err;
	assert_int_equal(ocfl_validate(object->root, depth, &findings, &err), 0);
	bool as_expected = (*codes != '\0') == (findings.error_count != 0);
	for (size_t i = 0; i < findings.count; i++)
		if (findings.items[i].is_error && !strstr(codes, findings.items[i].code))
			as_expected = false;
	for (const char *code = codes; *code; code += code[4] == ' ' ? 5 : 4) {
		char one[5];
		snprintf(one, sizeof(one), "%.4s", code);
		as_expected &= findings_have(&findings, one);
	}
	if (!as_expected)
		print_findings(codes, &findings);
	ocfl_findings_release(&findings);
	return as_expected;
}

static void expect_errors(const struct object *object, enum ocfl_depth depth, const char *codes)
{
	assert_true(has_errors(object, depth, codes));
}

/* Both inventories of the object become this text. */
static void replace_inventories(const struct object *object, const char *json)
{
	put_inventory(object->root, "", json);
	put_inventory(object->root, "v1", json);
}

/* The inventory of the object that setup makes with the first occurrence of a piece of text exchanged; the caller frees. */
static char *edited_inventory(const char *from, const char *to)
{
	char *json = image_inventory(), *at = strstr(json, from);
	struct buffer edited = {0};
	assert_non_null(at);
	buffer_add(&edited, json, (size_t)(at - json));
	buffer_puts(&edited, to);
	buffer_puts(&edited, at + strlen(from));
	free(json);
	return buffer_steal(&edited);
}

static void edit_inventories(const struct object *object, const char *from, const char *to)
{
	char *json = edited_inventory(from, to);
	replace_inventories(object, json);
	free(json);
}

static void sound_object(void **state)
{
	struct ocfl_findings findings;
	struct error err;
	const struct object *object = *state;
	put(object->root, "logs/000001.jsonl", "{}\n");
	put(object->root, "extensions/0009-digest-algorithms/config.json", "{}\n");
	assert_int_equal(ocfl_validate(object->root, OCFL_CONTENT, &findings, &err), 0);
	if (findings.count)
		print_findings("sound", &findings);
	assert_int_equal(findings.count, 0);
	ocfl_findings_release(&findings);
}

static void flipped_bit(void **state)
{
	char image[] = IMAGE;
	image[7] ^= 1;
	put(((struct object *)*state)->root, "v1/content/disc.iso", image);
	expect_errors(*state, OCFL_CONTENT, "E092 E093");
	expect_errors(*state, OCFL_STRUCTURE, "");
}

static void missing_file(void **state)
{
	remove_file(*state, "v1/content/disc.iso");
	expect_errors(*state, OCFL_STRUCTURE, "E092 E093 E023");
}

static void extra_files(void **state)
{
	const struct object *object = *state;
	put(object->root, "v1/content/sub/stray", "x");
	expect_errors(object, OCFL_STRUCTURE, "E023");
	put(object->root, "v1/stray", "x");
	expect_errors(object, OCFL_STRUCTURE, "E023 E015");
	put(object->root, "stray", "x");
	expect_errors(object, OCFL_STRUCTURE, "E023 E015 E001");
	put(object->root, "extensions/stray", "x");
	expect_errors(object, OCFL_STRUCTURE, "E023 E015 E001 E067");
	put(object->root, "v2/content/stray", "x");
	expect_errors(object, OCFL_STRUCTURE, "E023 E015 E001 E067 E046 E040");
}

static void empty_directory(void **state)
{
	struct error err;
	char *path = path_join(((struct object *)*state)->root, "v1/content/a/b");
	disk_make_directories(path, &err);
	free(path);
	expect_errors(*state, OCFL_STRUCTURE, "E024");
}

static void wrong_sidecars(void **state)
{
	const struct object *object = *state;
	put(object->root, "inventory.json.sha512", "0123 inventory.json\n");
	expect_errors(object, OCFL_STRUCTURE, "E060");
	put(object->root, "inventory.json.sha512", "not hexadecimal inventory.json\n");
	expect_errors(object, OCFL_STRUCTURE, "E061");
	put(object->root, "inventory.json.sha512", "0123\n");
	expect_errors(object, OCFL_STRUCTURE, "E061");
}

static void sidecar_of_another_algorithm(void **state)
{
	const struct object *object = *state;
	remove_file(object, "inventory.json.sha512");
	put(object->root, "inventory.json.sha256", "00 inventory.json\n");
	expect_errors(object, OCFL_STRUCTURE, "E001 E058 E059");
}

static void links(void **state)
{
	const struct object *object = *state;
	struct error err;
	char *image = path_join(object->root, "v1/content/disc.iso");
	char *outside = path_join(object->directory, "disc.iso");
	assert_int_equal(rename(image, outside), 0);
	assert_int_equal(symlink(outside, image), 0);
	expect_errors(object, OCFL_CONTENT, "E090 E023 E092 E093");
	assert_int_equal(disk_remove(image, &err), 0);
	assert_int_equal(link(outside, image), 0);
	expect_errors(object, OCFL_CONTENT, "");
	char *second = path_join(object->root, "logs");
	assert_int_equal(disk_make_directory(second, &err), 0);
	free(second);
	second = path_join(object->root, "logs/disc.iso");
	assert_int_equal(link(outside, second), 0);
	expect_errors(object, OCFL_CONTENT, "E090");
	free(second);
	free(outside);
	free(image);
}

static void linked_root_and_fifo(void **state)
{
	struct object *object = *state;
	char *fifo = path_join(object->root, "v1/content/fifo");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	expect_errors(object, OCFL_CONTENT, "E089 E023");
	free(fifo);
	char *alias = path_join(object->directory, "alias"), *root = object->root;
	assert_int_equal(symlink("object", alias), 0);
	object->root = alias;
	expect_errors(object, OCFL_CONTENT, "E090");
	object->root = root;
	free(alias);
}

static void no_object(void **state)
{
	const struct object *object = *state;
	struct ocfl_findings findings;
	struct error err;
	char *file = path_join(object->root, "inventory.json");
	char *nothing = path_join(object->root, "nothing");
	assert_int_equal(ocfl_validate(file, OCFL_STRUCTURE, &findings, &err), ERR_NOT_FOUND);
	assert_int_equal(ocfl_validate(nothing, OCFL_STRUCTURE, &findings, &err), ERR_NOT_FOUND);
	ocfl_findings_release(&findings);
	free(nothing);
	free(file);
}

/* One edit of a sound inventory, and the errors that follow from it. */
struct edit {
	const char *from, *to, *errors;
};

static void try_edits(const struct object *object, const struct edit *edits, size_t count,
	void (*apply)(const struct object *object, const char *from, const char *to))
{
	size_t wrong = 0;
	for (size_t i = 0; i < count; i++) {
		apply(object, edits[i].from, edits[i].to);
		if (has_errors(object, OCFL_CONTENT, edits[i].errors))
			continue;
		print_message("    with %s instead of %s\n", edits[i].to, edits[i].from);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void edited_inventories(void **state)
{
	static const struct edit edits[] = {
		{"\"head\": \"v1\"", "\"head\": \"v2\"", "E040"},
		{"\"head\": \"v1\"", "\"head\": \"v1\", \"more\": 1", "E102"},
		{"\"name\": \"Ann\"", "\"name\": \"Ann\", \"age\": 1", "E102"},
		{"\"id\": \"urn:uuid:1\",", "", "E036"},
		{"\"id\": \"urn:uuid:1\"", "\"id\": 1", "E037"},
		{"\"digestAlgorithm\": \"sha512\",", "", "E036"},
		{"/1.1/", "/1.0/", "E038"},
		{"/1.1/", "/9.9/", "E038"},
		{"\"Ripped\"", "[]", "E094"},
		{"03:04:05Z", "03:04:05", "E049"},
		{"2026-01-02T", "2026-02-30T", "E049"},
		{"\"name\": \"Ann\"", "\"nome\": \"Ann\"", "E054 E102"},
		{"\"disc.iso\"", "\"/disc.iso\"", "E053"},
		{"\"disc.iso\"", "\"a/../disc.iso\"", "E052"},
		{"\"disc.iso\"", "\"disc.iso\", \"disc.iso\"", "E095"},
		{"\"disc.iso\"", "\"disc.iso/a\", \"disc.iso-\", \"disc.iso\"", "E095"},
		{"\"disc.iso\"", "7", "E051"},
		{"\"fixity\": {", "\"fixity\": 0, \"x\": {", "E102 E111"},
		{"\"sha256\": {", "\"sha3\": {", "E056"},
		{"\"manifest\": {", "\"manifest\": [], \"x\": {", "E102 E106 E050 E023 E057"},
		{"\"versions\": {", "\"versions\": {}, \"x\": {", "E102 E008 E107 E014 E046"},
		{"\"v1\": {", "\"1\": {", "E104 E046 E008 E107 E014"},
		{"\"v1\": {", "\"v0\": {", "E105 E046 E008 E107 E014"},
		{"\"v1\": {", "\"v2\": {", "E009 E046 E010 E040 E014"},
		{"\"v1\": {", "\"v01\": {", "E046 E010 E012 E040 E014"},
		{"\"id\"", "\"contentDirectory\": \"a/b\", \"id\"", "E017 E108 E042 E016"},
		{"\"id\"", "\"contentDirectory\": \"..\", \"id\"", "E018 E108 E042 E016"},
		{"\"id\"", "\"id\": \"urn:twice\", \"id\"", "E033"},
		{"}", "", "E033"},
	};
	try_edits(*state, edits, sizeof(edits) / sizeof(edits[0]), edit_inventories);
}

/* The codes that OCFL 1.0 did not have yet come out as its own. */
static void older_specification(void **state)
{
	const struct object *object = *state;
	remove_file(object, "0=ocfl_object_1.1");
	edit_inventories(object, "/1.1/", "/1.0/");
	expect_errors(object, OCFL_CONTENT, "E003");
	put(object->root, "0=ocfl_object_1.0", "ocfl_object_1.0\n");
	expect_errors(object, OCFL_CONTENT, "");
	put(object->root, "0=ocfl_object_1.1", "ocfl_object_1.1\n");
	expect_errors(object, OCFL_CONTENT, "E003 E038");
}

static void repeated_digests(void **state)
{
	static const char *const parts[] = {
		"{\"manifest\":{\"aa\":[\"v1/content/a\"],\"aa\":[\"b\"]}}",
		"{\"fixity\":{\"md5\":{\"aa\":[\"x\"]},\"sha1\":{\"aa\":[\"{\"],\"aa\":[]}}}",
		"{\"versions\":{\"v1\":{\"state\":{\"aa\":[],\"aa\":[]}}}}",
	};
	static const char *const errors[] = {"E033 E096", "E033 E097", "E033"};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		replace_inventories(*state, parts[i]);
		expect_errors(*state, OCFL_STRUCTURE, errors[i]);
	}
}

static void root_differs_from_newest_version(void **state)
{
	const struct object *object = *state;
	char *json = image_inventory();
	char *user = strstr(json, "\"Ann\"");
	memcpy(user, "\"Bob\"", 5);
	put_inventory(object->root, "", json);
	expect_errors(object, OCFL_CONTENT, "E064");
	memcpy(strstr(json, "urn:uuid:1"), "urn:uuid:2", 10);
	put_inventory(object->root, "", json);
	expect_errors(object, OCFL_CONTENT, "E064 E037 E110");
	free(json);
}

/* ---- two versions ---- */

static const char note[] = "added later";

/* Adds a version with one more file to the object that setup made. Its v1 stays as it is. */
static void add_second_version(const struct object *object)
{
	struct ocfl_inventory *inventory = NULL;
	struct error err;
	struct buffer json = {0};
	char *first = image_inventory(), hex[DIGEST_HEX_SIZE];
	const char *path;
	bool is_new;
	assert_int_equal(ocfl_inventory_parse(&inventory, first, strlen(first), &err), 0);
	assert_int_equal(ocfl_inventory_add_version(inventory, "2026-02-02T03:04:05+01:00", "Note",
				 "Bob", "mailto:bob@example.org", &err),
		0);
	assert_int_equal(digest_bytes(DIGEST_SHA512, IMAGE, strlen(IMAGE), hex, &err), 0);
	assert_int_equal(
		ocfl_inventory_add_file(inventory, "disc.iso", hex, &path, &is_new, &err), 0);
	assert_int_equal(digest_bytes(DIGEST_SHA512, note, strlen(note), hex, &err), 0);
	assert_int_equal(ocfl_inventory_add_file(inventory, "note", hex, &path, &is_new, &err), 0);
	assert_int_equal(ocfl_inventory_format(inventory, &json, &err), 0);
	put(object->root, "v2/content/note", note);
	put_inventory(object->root, "v2", buffer_text(&json));
	put_inventory(object->root, "", buffer_text(&json));
	buffer_release(&json);
	ocfl_inventory_free(inventory);
	free(first);
}

static void edit_first_version(const struct object *object, const char *from, const char *to)
{
	char *json = edited_inventory(from, to);
	put_inventory(object->root, "v1", json);
	free(json);
}

static void prior_inventories(void **state)
{
	static const struct edit edits[] = {
		{"Ripped", "Ripped", ""},
		{"Ripped", "Ripped again", ""},
		{"/1.1/", "/1.0/", ""},
		{"\"disc.iso\"", "\"disk.iso\"", "E066"},
		{"\"disc.iso\"", "\"disc.iso\", \"second.iso\"", "E066"},
		{"urn:uuid:1", "urn:uuid:2", "E037 E110"},
		{"\"id\"", "\"contentDirectory\": \"bytes\", \"id\"", "E019 E020 E042"},
	};
	add_second_version(*state);
	try_edits(*state, edits, sizeof(edits) / sizeof(edits[0]), edit_first_version);
}

static void warnings_of_prior_inventories(void **state)
{
	const struct object *object = *state;
	struct ocfl_findings findings;
	struct error err;
	add_second_version(object);
	edit_first_version(object, "Ripped", "Ripped again");
	assert_int_equal(ocfl_validate(object->root, OCFL_CONTENT, &findings, &err), 0);
	assert_int_equal(findings.count, 1);
	assert_true(findings_have(&findings, "W011"));
	ocfl_findings_release(&findings);
	remove_file(object, "v1/inventory.json");
	expect_errors(object, OCFL_CONTENT, "E015");
	remove_file(object, "v1/inventory.json.sha512");
	assert_int_equal(ocfl_validate(object->root, OCFL_CONTENT, &findings, &err), 0);
	assert_int_equal(findings.count, 1);
	assert_true(findings_have(&findings, "W010"));
	ocfl_findings_release(&findings);
}

/* v1's inventory by the older specification and with another algorithm; what it says of the image is to be chosen. */
static void put_sha256_version(
	const struct object *object, const char *content, const char *logical)
{
	struct buffer json = {0}, sidecar = {0};
	struct error err;
	char hex[DIGEST_HEX_SIZE];
	assert_int_equal(digest_bytes(DIGEST_SHA256, IMAGE, strlen(IMAGE), hex, &err), 0);
	buffer_printf(&json,
		"{\"id\":\"urn:uuid:1\",\"type\":\"https://ocfl.io/1.0/spec/#inventory\","
		"\"digestAlgorithm\":\"sha256\",\"head\":\"v1\",\"manifest\":{\"%s\":[\"%s\"]},"
		"\"versions\":{\"v1\":{\"created\":\"2026-01-02T03:04:05Z\","
		"\"state\":{\"%s\":[\"%s\"]}}}}",
		hex, content, hex, logical);
	assert_int_equal(digest_bytes(DIGEST_SHA256, json.data, json.len, hex, &err), 0);
	buffer_printf(&sidecar, "%s\tinventory.json", hex);
	put(object->root, "v1/inventory.json", buffer_text(&json));
	put(object->root, "v1/inventory.json.sha256", buffer_text(&sidecar));
	buffer_release(&sidecar);
	buffer_release(&json);
}

static void change_of_algorithm(void **state)
{
	const struct object *object = *state;
	add_second_version(object);
	remove_file(object, "v1/inventory.json.sha512");
	put_sha256_version(object, "v1/content/disc.iso", "disc.iso");
	expect_errors(object, OCFL_CONTENT, "");
	put_sha256_version(object, "v1/content/disc.iso", "other.iso");
	expect_errors(object, OCFL_CONTENT, "E066");
	put_sha256_version(object, "v1/content/other.iso", "disc.iso");
	expect_errors(object, OCFL_CONTENT, "E066 E023 E092");
	put_sha256_version(object, "v1/content/disc.iso", "disc.iso");
	put(object->root, "v1/content/disc.iso", "other bytes");
	expect_errors(object, OCFL_CONTENT, "E092 E093");
}

/* ---- hostile ---- */

/* Deeper than any path may be long. */
static void deep_directories(void **state)
{
	static const char name[] = "a-directory-whose-name-has-about-fifty-characters";
	const struct object *object = *state;
	char *start = path_join(object->root, "v1/content"), *back = getcwd(NULL, 0);
	const int levels = 120;
	assert_int_equal(chdir(start), 0);
	for (int i = 0; i < levels; i++) {
		assert_int_equal(mkdir(name, 0700), 0);
		assert_int_equal(chdir(name), 0);
	}
	assert_int_equal(chdir(back), 0);
	bool as_expected = has_errors(object, OCFL_CONTENT, "E089");
	/* Seen from inside, the path is short enough for removing it. */
	assert_int_equal(chdir(start), 0);
	for (int i = 0; i < levels; i++)
		assert_int_equal(chdir(name), 0);
	for (int i = 0; i < levels; i++) {
		assert_int_equal(chdir(".."), 0);
		assert_int_equal(rmdir(name), 0);
	}
	assert_int_equal(chdir(back), 0);
	assert_true(as_expected);
	free(back);
	free(start);
}

/* 100,000 files in the manifest, most of them missing: told one by one, within seconds. */
static void many_files(void **state)
{
	const size_t count = 100000;
	struct buffer manifest = {0}, files = {0}, json = {0};
	for (size_t i = 0; i < count; i++) {
		const char *comma = i ? "," : "";
		buffer_printf(&manifest, "%s\"%0128zx\":[\"v1/content/%zu\"]", comma, i, i);
		buffer_printf(&files, "%s\"%0128zx\":[\"%zu\"]", comma, i, i);
	}
	buffer_printf(&json,
		"{\"id\":\"urn:x\",\"type\":\"https://ocfl.io/1.1/spec/#inventory\","
		"\"digestAlgorithm\":\"sha512\",\"head\":\"v1\",\"manifest\":{%s},"
		"\"versions\":{\"v1\":{\"created\":\"2026-01-02T03:04:05Z\",\"message\":\"m\","
		"\"user\":{\"name\":\"n\",\"address\":\"mailto:n@x\"},\"state\":{%s}}}}",
		buffer_text(&manifest), buffer_text(&files));
	replace_inventories(*state, buffer_text(&json));
	struct ocfl_findings findings;
	struct error err;
	clock_t start = clock();
	assert_int_equal(
		ocfl_validate(((struct object *)*state)->root, OCFL_CONTENT, &findings, &err), 0);
	assert_true((clock() - start) / CLOCKS_PER_SEC < 60);
	assert_int_equal(findings.error_count, 2 * count + 1);
	assert_true(findings_have(&findings, "E092"));
	assert_true(findings_have(&findings, "E023"));
	ocfl_findings_release(&findings);
	buffer_release(&json);
	buffer_release(&files);
	buffer_release(&manifest);
}

#define ON_OBJECT(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_OBJECT(sound_object),
		ON_OBJECT(flipped_bit),
		ON_OBJECT(missing_file),
		ON_OBJECT(extra_files),
		ON_OBJECT(empty_directory),
		ON_OBJECT(wrong_sidecars),
		ON_OBJECT(sidecar_of_another_algorithm),
		ON_OBJECT(links),
		ON_OBJECT(linked_root_and_fifo),
		ON_OBJECT(no_object),
		ON_OBJECT(edited_inventories),
		ON_OBJECT(older_specification),
		ON_OBJECT(repeated_digests),
		ON_OBJECT(root_differs_from_newest_version),
		ON_OBJECT(prior_inventories),
		ON_OBJECT(warnings_of_prior_inventories),
		ON_OBJECT(change_of_algorithm),
		ON_OBJECT(deep_directories),
		ON_OBJECT(many_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

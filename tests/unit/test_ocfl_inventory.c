/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "store/ocfl_inventory.h"

#include "base/path.h"
#include "store/ocfl_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A SHA-512 in hexadecimal, made of one digit. */
static const char *sha512_of(char digit)
{
	static char hex[129];
	memset(hex, digit, sizeof(hex) - 1);
	return hex;
}

static void add_version(struct ocfl_inventory *inventory, const char *created)
{
	struct error err;
	assert_int_equal(ocfl_inventory_add_version(inventory, created, "message", "Ann",
				 "mailto:ann@example.org", &err),
		0);
}

/* Adds a file; *kept is the content path, the result whether its bytes are new. */
static bool add_file(
	struct ocfl_inventory *inventory, const char *logical_path, char digit, const char **kept)
{
	struct error err;
	bool is_new;
	assert_int_equal(ocfl_inventory_add_file(
				 inventory, logical_path, sha512_of(digit), kept, &is_new, &err),
		0);
	return is_new;
}

/* An object with an image and a log in v1, of which v2 keeps the image and replaces the log. */
static struct ocfl_inventory *two_versions(void)
{
	struct ocfl_inventory *inventory = NULL;
	struct error err;
	const char *path;
	char md5[33];
	assert_int_equal(ocfl_inventory_new(&inventory, "urn:uuid:0f5c", &err), 0);
	add_version(inventory, "2026-01-02T03:04:05Z");
	assert_true(add_file(inventory, "SHELF%2F12.log", 'b', &path));
	assert_true(add_file(inventory, "SHELF%2F12.iso", 'a', &path));
	assert_string_equal(path, "v1/content/SHELF%2F12.iso");
	memset(md5, '5', 32);
	md5[32] = '\0';
	assert_int_equal(ocfl_inventory_add_fixity(inventory, DIGEST_MD5, md5, path, &err), 0);
	add_version(inventory, "2026-02-02T03:04:05Z");
	assert_false(add_file(inventory, "SHELF%2F12.iso", 'a', &path));
	assert_string_equal(path, "v1/content/SHELF%2F12.iso");
	assert_true(add_file(inventory, "SHELF%2F12.log", 'c', &path));
	assert_string_equal(path, "v2/content/SHELF%2F12.log");
	return inventory;
}

static char *format(const struct ocfl_inventory *inventory)
{
	struct buffer json = {0};
	struct error err;
	assert_int_equal(ocfl_inventory_format(inventory, &json, &err), 0);
	return buffer_steal(&json);
}

static void forward_delta(void **state)
{
	(void)state;
	struct ocfl_inventory *inventory = two_versions();
	const struct ocfl_version *first = ocfl_inventory_version(inventory, "v1");
	const struct ocfl_version *second = ocfl_inventory_version(inventory, "v2");
	assert_string_equal(inventory->head, "v2");
	assert_int_equal(inventory->manifest_count, 3);
	assert_non_null(first);
	assert_non_null(second);
	assert_null(ocfl_inventory_version(inventory, "v3"));
	assert_null(ocfl_inventory_version(inventory, "v01"));
	assert_int_equal(first->state_count, 2);
	assert_int_equal(second->state_count, 2);
	assert_string_equal(second->state[0].logical_path, "SHELF%2F12.iso");
	assert_string_equal(second->state[0].digest, first->state[0].digest);
	assert_string_not_equal(second->state[1].digest, first->state[1].digest);
	ocfl_inventory_free(inventory);
}

static void lookups(void **state)
{
	(void)state;
	struct ocfl_inventory *inventory = two_versions();
	assert_string_equal(ocfl_inventory_content_path(inventory, sha512_of('a')),
		"v1/content/SHELF%2F12.iso");
	assert_string_equal(ocfl_inventory_content_path(inventory, sha512_of('C')),
		"v2/content/SHELF%2F12.log");
	assert_null(ocfl_inventory_content_path(inventory, sha512_of('d')));
	assert_null(ocfl_inventory_content_path(inventory, ""));
	assert_string_equal(
		ocfl_inventory_digest_of(inventory, "v1/content/SHELF%2F12.log"), sha512_of('b'));
	assert_null(ocfl_inventory_digest_of(inventory, "v2/content/SHELF%2F12.iso"));
	ocfl_inventory_free(inventory);
}

static void round_trip(void **state)
{
	(void)state;
	struct ocfl_inventory *inventory = two_versions(), *parsed = NULL, *copy = NULL;
	struct error err;
	char *json = format(inventory);
	assert_int_equal(ocfl_inventory_parse(&parsed, json, strlen(json), &err), 0);
	assert_int_equal(ocfl_inventory_copy(&copy, parsed, &err), 0);
	ocfl_inventory_free(inventory);
	char *again = format(parsed);
	ocfl_inventory_free(parsed);
	char *copied = format(copy);
	assert_string_equal(again, json);
	assert_string_equal(copied, json);
	assert_string_equal(copy->id, "urn:uuid:0f5c");
	assert_string_equal(copy->fixity[0].algorithm, "md5");
	assert_string_equal(copy->versions[1].user_address, "mailto:ann@example.org");
	free(json);
	free(again);
	free(copied);
	ocfl_inventory_free(copy);
}

static void exact_bytes(void **state)
{
	(void)state;
	struct ocfl_inventory *inventory = NULL;
	struct error err;
	struct buffer expected = {0};
	const char *path;
	assert_int_equal(ocfl_inventory_new(&inventory, "urn:x", &err), 0);
	assert_int_equal(ocfl_inventory_add_version(
				 inventory, "2026-01-02T03:04:05Z", NULL, NULL, NULL, &err),
		0);
	add_file(inventory, "f", 'a', &path);
	char *json = format(inventory);
	buffer_printf(&expected,
		"{\n  \"digestAlgorithm\": \"sha512\",\n  \"head\": \"v1\",\n  \"id\": \"urn:x\",\n"
		"  \"manifest\": {\n    \"%s\": [\n      \"v1/content/f\"\n    ]\n  },\n"
		"  \"type\": \"https://ocfl.io/1.1/spec/#inventory\",\n  \"versions\": {\n"
		"    \"v1\": {\n      \"created\": \"2026-01-02T03:04:05Z\",\n      \"state\": {\n"
		"        \"%s\": [\n          \"f\"\n        ]\n      }\n    }\n  }\n}\n",
		sha512_of('a'), sha512_of('a'));
	assert_string_equal(json, buffer_text(&expected));
	free(json);
	buffer_release(&expected);
	ocfl_inventory_free(inventory);
}

static void refused_additions(void **state)
{
	static const char *const paths[] = {"", "/x", "x/", "../x", "a//b", "a/./b", "a/..",
		"dir/file", "dir/file/below", "dir", "\x1b[31m", "\xff"};
	(void)state;
	struct ocfl_inventory *inventory = NULL;
	struct error err;
	const char *path;
	bool is_new;
	assert_int_equal(ocfl_inventory_new(&inventory, "urn:x", &err), 0);
	assert_int_equal(
		ocfl_inventory_add_file(inventory, "x", sha512_of('a'), &path, &is_new, &err),
		ERR_USAGE);
	assert_int_equal(ocfl_inventory_add_version(inventory, "yesterday", NULL, NULL, NULL, &err),
		ERR_USAGE);
	add_version(inventory, "2026-01-02T03:04:05Z");
	add_file(inventory, "dir/file", '1', &path);
	add_file(inventory, "dir-sibling", '2', &path);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_int_not_equal(ocfl_inventory_add_file(inventory, paths[i], sha512_of('a'),
					     &path, &is_new, &err),
			0);
	assert_int_equal(
		ocfl_inventory_add_file(inventory, "x", "abc", &path, &is_new, &err), ERR_USAGE);
	assert_int_equal(ocfl_inventory_add_fixity(
				 inventory, DIGEST_CRC32, "00000000", "v1/content/dir/file", &err),
		ERR_USAGE);
	assert_int_equal(inventory->manifest_count, 2);
	assert_int_equal(inventory->versions[0].state_count, 2);
	ocfl_inventory_free(inventory);
}

/* ---- parsing ---- */

/* The smallest inventory, with places to put something wrong. */
static char *small_inventory(
	const char *members, const char *content_path, const char *logical_path)
{
	struct buffer json = {0};
	buffer_printf(&json,
		"{%s\"id\":\"urn:x\",\"type\":\"https://ocfl.io/1.1/spec/#inventory\","
		"\"digestAlgorithm\":\"sha512\",\"head\":\"v1\",\"manifest\":{\"%s\":[\"%s\"]},"
		"\"versions\":{\"v1\":{\"created\":\"2026-01-02T03:04:05Z\",\"state\":{\"%s\":[\"%"
		"s\"]"
		"}}}}",
		members, sha512_of('a'), content_path, sha512_of('a'), logical_path);
	return buffer_steal(&json);
}

static int parse(const char *json)
{
	struct ocfl_inventory *inventory = NULL;
	struct error err;
	int status = ocfl_inventory_parse(&inventory, json, strlen(json), &err);
	ocfl_inventory_free(inventory);
	return status;
}

static void hostile_paths(void **state)
{
	static const char *const bad[] = {
		"", "/", "/x", "x/", "..", "../x", "x/../y", "x//y", "./x", "x/."};
	(void)state;
	char *json = small_inventory("", "v1/content/f", "f");
	assert_int_equal(parse(json), 0);
	free(json);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buffer content = {0};
		buffer_printf(&content, "v1/content/%s", bad[i]);
		json = small_inventory("", "v1/content/f", bad[i]);
		assert_int_equal(parse(json), ERR_INVALID);
		free(json);
		json = small_inventory("", bad[i], "f");
		assert_int_equal(parse(json), ERR_INVALID);
		free(json);
		if (bad[i][0] != '/') {
			json = small_inventory("", buffer_text(&content), "f");
			assert_int_equal(parse(json), ERR_INVALID);
			free(json);
		}
		buffer_release(&content);
	}
	json = small_inventory("", "inventory.json", "f");
	assert_int_equal(parse(json), ERR_INVALID);
	free(json);
	json = small_inventory("", "v2/content/f", "f");
	assert_int_equal(parse(json), ERR_INVALID);
	free(json);
}

static void unknown_members(void **state)
{
	(void)state;
	struct ocfl_inventory *inventory = NULL;
	struct error err;
	char *json = small_inventory(
		"\"colour\":[1,{\"x\":null}],\"fixity\":{\"sha3\":{\"00\":[\"v1/content/f\"]}},",
		"v1/content/f", "f");
	assert_int_equal(ocfl_inventory_parse(&inventory, json, strlen(json), &err), 0);
	assert_int_equal(inventory->fixity_count, 1);
	assert_string_equal(inventory->fixity[0].algorithm, "sha3");
	char *again = format(inventory);
	assert_non_null(strstr(again, "sha3"));
	assert_null(strstr(again, "colour"));
	free(again);
	free(json);
	ocfl_inventory_free(inventory);
}

static void unusable_inventories(void **state)
{
	static const char *const bad[] = {"", "[]", "{}", "null", "{\"id\":\"urn:x\"}",
		"{\"id\":", "{\"versions\":{\"v1\":[]},\"manifest\":7,\"head\":{}}"};
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse(bad[i]), ERR_INVALID);
	char *json = small_inventory("\"id\":\"urn:y\",", "v1/content/f", "f");
	assert_int_equal(parse(json), ERR_INVALID);
	free(json);
	json = small_inventory("", "v1/content/f", "f");
	*strstr(strstr(json, "state"), "aaaa") = 'A';
	assert_int_equal(parse(json), ERR_INVALID);
	free(json);
}

static void padded_versions(void **state)
{
	(void)state;
	struct ocfl_inventory *inventory = NULL;
	struct error err;
	char json[512];
	snprintf(json, sizeof(json),
		"{\"id\":\"urn:x\",\"type\":\"https://ocfl.io/1.0/spec/#inventory\","
		"\"digestAlgorithm\":\"sha256\",\"head\":\"v01\",\"contentDirectory\":\"stuff\","
		"\"manifest\":{},"
		"\"versions\":{\"v01\":{\"created\":\"2026-01-02T03:04:05Z\",\"state\":{}}}}");
	assert_int_equal(ocfl_inventory_parse(&inventory, json, strlen(json), &err), 0);
	for (int i = 2; i <= 9; i++)
		add_version(inventory, "2026-01-02T03:04:05Z");
	assert_string_equal(inventory->head, "v09");
	assert_int_equal(ocfl_inventory_add_version(
				 inventory, "2026-01-02T03:04:05Z", NULL, NULL, NULL, &err),
		ERR_UNSUPPORTED);
	const char *path;
	bool is_new;
	char sha256[65];
	memset(sha256, 'e', 64);
	sha256[64] = '\0';
	assert_int_equal(ocfl_inventory_add_file(inventory, "f", sha256, &path, &is_new, &err), 0);
	assert_string_equal(path, "v09/stuff/f");
	ocfl_inventory_free(inventory);
}

static void many_files(void **state)
{
	(void)state;
	struct ocfl_inventory *inventory = NULL;
	struct error err;
	clock_t start = clock();
	const char *path;
	bool is_new;
	assert_int_equal(ocfl_inventory_new(&inventory, "urn:x", &err), 0);
	add_version(inventory, "2026-01-02T03:04:05Z");
	for (uint32_t i = 0; i < 20000; i++) {
		char name[16], digest[129];
		/* A multiplier coprime to the modulus visits every number once, out of order. */
		uint32_t scattered = (uint32_t)(i * UINT64_C(7919) % 20011);
		snprintf(name, sizeof(name), "%u", scattered);
		snprintf(digest, sizeof(digest), "%0128x", scattered);
		assert_int_equal(
			ocfl_inventory_add_file(inventory, name, digest, &path, &is_new, &err), 0);
		assert_true(is_new);
	}
	for (uint32_t i = 0; i < 20000; i++)
		assert_string_equal(
			ocfl_inventory_content_path(inventory, inventory->manifest[i].digest),
			inventory->manifest[i].content_path);
	assert_true((clock() - start) / CLOCKS_PER_SEC < 30);
	ocfl_inventory_free(inventory);
}

/* ---- spelling ---- */

static void path_faults_agree_with_containment(void **state)
{
	static const char *const parts[] = {"", "/", "a", ".", "..", "a.", "//"};
	(void)state;
	const size_t n = sizeof(parts) / sizeof(parts[0]);
	for (size_t i = 0; i < n * n * n; i++) {
		char path[16];
		snprintf(path, sizeof(path), "%s%s%s", parts[i % n], parts[i / n % n],
			parts[i / n / n]);
		assert_int_equal(ocfl_path_faults(path) == 0, path_is_contained(path));
	}
}

static void dates_and_uris(void **state)
{
	static const char *const dates[] = {
		"2026-01-02T03:04:05Z", "2024-02-29t23:59:60.123z", "1999-12-31T00:00:00+14:00"};
	static const char *const no_dates[] = {"", "2026-01-02", "2026-01-02T03:04Z",
		"2026-01-02T03:04:05", "2026-02-29T03:04:05Z", "2026-13-01T03:04:05Z",
		"2026-01-02T24:04:05Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05Zx",
		"2026-01-02T03:04:05+2500", "2026-01-02 03:04:05Z"};
	static const char *const uris[] = {
		"urn:x", "mailto:a@b.c", "ark:/1/2", "http://e.org/a%20b"};
	static const char *const no_uris[] = {"", "x", ":x", "x:", "1a:b", "a b:c",
		"http://e.org/a b", "http://e.org/%2", "urn:\xc3\xa9"};
	(void)state;
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++)
		assert_true(ocfl_is_datetime(dates[i]));
	for (size_t i = 0; i < sizeof(no_dates) / sizeof(no_dates[0]); i++)
		assert_false(ocfl_is_datetime(no_dates[i]));
	for (size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++)
		assert_true(ocfl_is_uri(uris[i]));
	for (size_t i = 0; i < sizeof(no_uris) / sizeof(no_uris[0]); i++)
		assert_false(ocfl_is_uri(no_uris[i]));
}

static void version_names(void **state)
{
	static const char *const bad[] = {
		"", "v", "v0", "v00", "1", "V1", "v1.0", "v-1", "v1 ", "v9999999999999999999"};
	(void)state;
	struct ocfl_version_name name;
	assert_true(ocfl_version_parse("v12", &name));
	assert_int_equal(name.number, 12);
	assert_false(name.padded);
	assert_true(ocfl_version_parse("v0012", &name));
	assert_int_equal(name.digits, 4);
	assert_true(name.padded);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ocfl_version_parse(bad[i], &name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forward_delta),
		cmocka_unit_test(lookups),
		cmocka_unit_test(round_trip),
		cmocka_unit_test(exact_bytes),
		cmocka_unit_test(refused_additions),
		cmocka_unit_test(hostile_paths),
		cmocka_unit_test(unknown_members),
		cmocka_unit_test(unusable_inventories),
		cmocka_unit_test(padded_versions),
		cmocka_unit_test(many_files),
		cmocka_unit_test(path_faults_agree_with_containment),
		cmocka_unit_test(dates_and_uris),
		cmocka_unit_test(version_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct jv *parse(const char *text)
{
	struct jv *value = NULL;
	struct error err = {0};
	if (jv_parse(text, strlen(text), &value, &err))
		fail_msg("%s", err.message);
	return value;
}

static void assert_refused(const char *text, size_t len, const char *words)
{
	struct jv *value = NULL;
	struct error err = {0};
	assert_int_equal(jv_parse(text, len, &value, &err), ERR_INVALID);
	assert_null(value);
	if (!strstr(err.message, words))
		fail_msg("'%s' lacks '%s'", err.message, words);
	assert_int_equal(jv_parse(text, len, &value, NULL), ERR_INVALID);
}

static void assert_dumps(const struct jv *value, enum jv_style style, const char *expected)
{
	struct buffer out = {0};
	assert_int_equal(jv_dump(value, style, &out, NULL), 0);
	assert_string_equal(buffer_text(&out), expected);
	buffer_release(&out);
}

static void test_read(void **state)
{
	(void)state;
	struct jv *v = parse("{\"t\":\"x\",\"n\":-5,\"b\":true,\"a\":[1,\"two\",null],\"r\":1.5}");
	assert_true(jv_is_object(v));
	assert_int_equal(jv_size(v), 5);
	assert_string_equal(jv_get_text(v, "t"), "x");
	assert_int_equal(jv_get_int(v, "n", 0), -5);
	assert_int_equal(jv_get_int(v, "r", 7), 7);
	assert_int_equal(jv_get_int(v, "t", 7), 7);
	assert_true(jv_get_bool(v, "b", false));
	assert_true(jv_get_bool(v, "n", true));
	const struct jv *a = jv_get(v, "a");
	assert_true(jv_is_array(a));
	assert_int_equal(jv_size(a), 3);
	assert_true(jv_is_text(jv_at(a, 1)));
	assert_string_equal(jv_text(jv_at(a, 1)), "two");
	assert_null(jv_at(a, 3));
	assert_null(jv_get(v, "missing"));
	assert_null(jv_get_text(v, "n"));
	jv_free(v);
}

static void test_read_nothing(void **state)
{
	(void)state;
	struct buffer out = {0};
	void *iterator = NULL;
	const char *key;
	struct jv *value;
	assert_false(jv_is_object(NULL) || jv_is_array(NULL) || jv_is_text(NULL));
	assert_null(jv_get(NULL, "a"));
	assert_null(jv_text(NULL));
	assert_null(jv_at(NULL, 0));
	assert_int_equal(jv_size(NULL), 0);
	assert_int_equal(jv_get_int(NULL, "a", 3), 3);
	assert_false(jv_get_bytes(NULL, "a", &out));
	assert_false(jv_next(NULL, &iterator, &key, &value));
	jv_free(NULL);
}

static void test_walk(void **state)
{
	(void)state;
	struct jv *v = parse("{\"z\":1,\"a\":2,\"m\":3}");
	void *iterator = NULL;
	const char *key;
	struct jv *value;
	struct buffer order = {0};
	while (jv_next(v, &iterator, &key, &value))
		buffer_puts(&order, key);
	assert_string_equal(order.data, "zam");
	buffer_release(&order);
	jv_free(v);
}

static void test_refuses(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *words;
	} broken[] = {
		{"", "line"},
		{"{", "line 1"},
		{"{\"a\":1,\n\"a\":2}", "line 2"},
		{"[1] x", "line 1"},
		{"[1][2]", "line 1"},
		{"[\n\n\"a\\u0000b\"]", "line 3"},
		{"[\"\377\"]", "line 1"},
		{"[\"\300\200\"]", "line 1"},
		{"[\"\355\240\200\"]", "line 1"},
		{"[\"\\ud800\"]", "line 1"},
		{"[01]", "line 1"},
		{"[1e999]", "line 1"},
		{"[99999999999999999999]", "line 1"},
		{"{'a':1}", "line 1"},
		{"[1,]", "line 1"},
		{"[NaN]", "line 1"},
		{"[\"a\nb\"]", "line 1"},
	};
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		assert_refused(broken[i].text, strlen(broken[i].text), broken[i].words);
	assert_refused("[1]\0", 4, "line 1");
	assert_refused("[\"\0\"]", 5, "line 1");
}

static void test_depth(void **state)
{
	(void)state;
	char text[600];
	for (size_t depth = 120; depth <= 200; depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		text[2 * depth] = '\0';
		if (depth <= 128)
			jv_free(parse(text));
		else
			assert_refused(text, 2 * depth, "nesting");
	}
	/* Brackets in a string are no levels. */
	memset(text, '[', 300);
	memcpy(text, "[\"\\\"", 4);
	memcpy(text + 300, "\"]", 3);
	jv_free(parse(text));
}

static void test_depth_bomb(void **state)
{
	(void)state;
	size_t len = 10 << 20;
	char *bomb = malloc(len);
	assert_non_null(bomb);
	memset(bomb, '[', len);
	assert_refused(bomb, len, "nesting");
	free(bomb);
}

static struct jv *sample(void)
{
	struct jv *v = jv_new_object(), *a = jv_new_array();
	jv_set_text(v, "z", "M\303\274nchen");
	jv_set_int(v, "n", INT64_MAX);
	jv_set_bool(v, "b", false);
	jv_append(a, jv_new_int(1));
	jv_append(a, jv_new_real(0.1));
	jv_append(a, jv_new_null());
	jv_append(a, jv_new_text("line\n\"two\"\\"));
	jv_set(v, "a", a);
	return v;
}

/* An array of `count` elements as text; the caller frees. */
static char *repeat(const char *element, size_t count, size_t *len)
{
	size_t each = strlen(element);
	char *text = malloc(count * (each + 1) + 1);
	assert_non_null(text);
	for (size_t i = 0; i < count; i++) {
		text[i * (each + 1)] = i ? ',' : '[';
		memcpy(text + i * (each + 1) + 1, element, each);
	}
	*len = count * (each + 1) + 1;
	text[*len - 1] = ']';
	return text;
}

static void test_value_bomb(void **state)
{
	static const struct {
		const char *element;
		size_t count;
	} bombs[] = {{"[]", 1000000}, {"{}", 1000000}, {"0", 4000000}, {"\"\"", 4000000},
		{"{\"\":-1.5e3}", 700000}};
	(void)state;
	for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++) {
		struct error err = {0};
		struct jv *v;
		size_t len;
		char *text = repeat(bombs[i].element, bombs[i].count, &len);
		assert_int_equal(jv_parse(text, len, &v, &err), ERR_INVALID);
		assert_non_null(strstr(err.message, "more values"));
		free(text);
	}
}

/* What stands in a string is no value, whatever it looks like, and a long word is one. */
static void test_many_values(void **state)
{
	struct error err = {0};
	struct jv *v;
	size_t len;
	(void)state;
	char *text = repeat("\"[{0,1,2,3,4,5,6,7,8,9\\\"\"", 300000, &len);
	assert_int_equal(jv_parse(text, len, &v, &err), 0);
	assert_int_equal(jv_size(v), 300000);
	jv_free(v);
	free(text);
	text = repeat("-1234.5678E+9", 3000000, &len);
	assert_int_equal(jv_parse(text, len, &v, &err), 0);
	assert_int_equal(jv_size(v), 3000000);
	jv_free(v);
	free(text);
}

static void test_styles(void **state)
{
	(void)state;
	struct jv *v = sample();
	assert_dumps(v, JV_COMPACT,
		"{\"z\":\"M\303\274nchen\",\"n\":9223372036854775807,\"b\":false,"
		"\"a\":[1,0.1,null,\"line\\n\\\"two\\\"\\\\\"]}");
	assert_dumps(v, JV_PRETTY,
		"{\n  \"z\": \"M\303\274nchen\",\n  \"n\": 9223372036854775807,\n  \"b\": false,\n"
		"  \"a\": [\n    1,\n    0.1,\n    null,\n    \"line\\n\\\"two\\\"\\\\\"\n  "
		"]\n}\n");
	assert_dumps(v, JV_SORTED,
		"{\n  \"a\": [\n    1,\n    0.1,\n    null,\n    \"line\\n\\\"two\\\"\\\\\"\n  ],\n"
		"  \"b\": false,\n  \"n\": 9223372036854775807,\n  \"z\": \"M\303\274nchen\"\n}\n");
	jv_free(v);
}

static void test_bytes(void **state)
{
	(void)state;
	struct jv *v = jv_new_object();
	struct buffer out = {0};
	jv_set_bytes(v, "id", "a\0\377%", 4);
	assert_dumps(v, JV_COMPACT, "{\"id\":\"a%00%FF%25\",\"id_encoding\":\"percent\"}");
	assert_true(jv_get_bytes(v, "id", &out));
	assert_int_equal(out.len, 4);
	assert_memory_equal(out.data, "a\0\377%", 4);
	/* A clean value takes the mark of the one before away. */
	jv_set_bytes(v, "id", "100%41", 6);
	assert_dumps(v, JV_COMPACT, "{\"id\":\"100%41\"}");
	buffer_clear(&out);
	assert_true(jv_get_bytes(v, "id", &out));
	assert_string_equal(out.data, "100%41");
	buffer_release(&out);
	jv_free(v);
}

static void test_bytes_refused(void **state)
{
	(void)state;
	static const char *const broken[] = {"{\"id\":1}", "{}", "[\"id\"]",
		"{\"id\":\"%\",\"id_encoding\":\"percent\"}",
		"{\"id\":\"a\",\"id_encoding\":\"rot13\"}", "{\"id\":\"a\",\"id_encoding\":1}"};
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct buffer out = {0};
		struct jv *v = parse(broken[i]);
		assert_false(jv_get_bytes(v, "id", &out));
		assert_int_equal(out.len, 0);
		jv_free(v);
		buffer_release(&out);
	}
}

static void test_string(void **state)
{
	(void)state;
	struct jv *v = jv_new_object();
	jv_set_string(v, "plain", "word");
	jv_set_string(v, "empty", "");
	jv_set_string(v, "foreign", "\033");
	jv_set_string(v, "unknown", NULL);
	assert_dumps(v, JV_COMPACT,
		"{\"plain\":\"word\",\"empty\":\"\",\"foreign\":\"%1B\","
		"\"foreign_encoding\":\"percent\"}");
	jv_free(v);
}

static void test_take_members(void **state)
{
	(void)state;
	struct jv *v = jv_new_object(), *from = sample();
	jv_set_text(v, "first", "1");
	jv_set_text(v, "z", "kept");
	jv_take_members(v, from);
	assert_dumps(v, JV_COMPACT,
		"{\"first\":\"1\",\"z\":\"kept\",\"n\":9223372036854775807,\"b\":false,"
		"\"a\":[1,0.1,null,\"line\\n\\\"two\\\"\\\\\"]}");
	jv_free(v);
}

static void assert_incomplete(struct jv *v)
{
	struct buffer out = {0};
	struct error err = {0};
	assert_int_equal(jv_dump(v, JV_COMPACT, &out, &err), ERR_MEMORY);
	assert_int_equal(err.code, ERR_MEMORY);
	buffer_release(&out);
	jv_free(v);
}

/* What could not be built is told by jv_dump, however deep it was to stand; nothing leaks. */
static void test_missing_part(void **state)
{
	(void)state;
	struct jv *v = jv_new_object(), *a = jv_new_array(), *inner = jv_new_object();
	jv_set(inner, "missing", NULL);
	jv_append(a, inner);
	jv_append(a, jv_new_int(1));
	jv_set(v, "a", a);
	assert_incomplete(v);

	v = sample();
	jv_set_text(v, "dirty", "\033");
	jv_set_text(v, "dirty", "\377");
	assert_incomplete(v);

	v = sample();
	jv_append(jv_get(v, "a"), jv_new_real((double)NAN));
	assert_incomplete(v);

	v = jv_new_object();
	jv_set(v, "\377", jv_new_int(1));
	assert_incomplete(v);

	assert_incomplete(NULL);
	jv_set(NULL, "a", sample());
	jv_append(NULL, sample());
}

static void test_missing_part_replaced_or_moved(void **state)
{
	(void)state;
	struct jv *v = jv_new_object(), *inner = jv_new_object();
	jv_set(inner, "missing", NULL);
	jv_set(v, "a", inner);
	jv_set_int(v, "a", 1);
	assert_dumps(v, JV_COMPACT, "{\"a\":1}");
	jv_free(v);

	v = jv_new_object();
	inner = sample();
	jv_set(inner, "missing", NULL);
	jv_take_members(v, inner);
	assert_incomplete(v);

	v = jv_new_object();
	jv_take_members(v, NULL);
	assert_incomplete(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_read_nothing),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_depth_bomb),
		cmocka_unit_test(test_value_bomb),
		cmocka_unit_test(test_many_values),
		cmocka_unit_test(test_styles),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_bytes_refused),
		cmocka_unit_test(test_string),
		cmocka_unit_test(test_take_members),
		cmocka_unit_test(test_missing_part),
		cmocka_unit_test(test_missing_part_replaced_or_moved),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

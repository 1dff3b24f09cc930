/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include "base/text.h"

#include <jansson.h>
#include <string.h>

#define MAX_DEPTH 128u
#define MAX_WEIGHT                                                                                 \
	4000000u /* of a document; a container, for which jansson takes some 300 bytes, weighs: */
#define CONTAINER_WEIGHT 4u
#define MARK_SUFFIX "_encoding"

/*
 * `struct jv` is jansson's json_t under a name of our own; it is never defined. Jansson takes no
 * const pointer for what it only walks, hence the detour over an integer.
 */
static json_t *json_of(const struct jv *value)
{
	return (json_t *)(uintptr_t)value;
}

static struct jv *jv_of(json_t *json)
{
	return (struct jv *)json;
}

/*
 * A container that lacks a part must say so later without any further memory. It does by holding
 * one reference to itself too many: every value built or parsed here has one parent and thus one
 * reference (jansson's constants for true, false and null, which count none, are no containers).
 */
static bool is_container(const json_t *json)
{
	return json_is_object(json) || json_is_array(json);
}

static bool is_incomplete(const json_t *json)
{
	return is_container(json) && json->refcount > 1;
}

static void mark_incomplete(json_t *json)
{
	if (is_container(json) && !is_incomplete(json))
		json_incref(json);
}

/* Whether a part of the document is missing anywhere in it. */
static bool lacks_a_part(const struct jv *value)
{
	void *iterator = NULL;
	const char *key;
	struct jv *child;

	if (is_incomplete(json_of(value)))
		return true;
	while (jv_next(value, &iterator, &key, &child))
		if (lacks_a_part(child))
			return true;
	for (size_t i = 0; jv_is_array(value) && i < jv_size(value); i++)
		if (lacks_a_part(jv_at(value, i)))
			return true;
	return false;
}

/* Takes the marks off a document, so that its last reference frees it. */
static void unmark(struct jv *value)
{
	void *iterator = NULL;
	const char *key;
	struct jv *child;

	if (is_incomplete(json_of(value)))
		json_decref(json_of(value));
	while (jv_next(value, &iterator, &key, &child))
		unmark(child);
	for (size_t i = 0; jv_is_array(value) && i < jv_size(value); i++)
		unmark(jv_at(value, i));
}

/* ---- reading ---- */

/* What has been seen of a text before jansson is asked to parse it. */
struct survey {
	size_t depth, weight, line;
	bool in_string, in_word; /* a word: a number, true, false or null */
};

static bool is_word_character(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '+' ||
	       c == '.' || c == 'E';
}

/* Takes one character that stands in no string. */
static void survey_structure(struct survey *survey, char c)
{
	bool in_word = is_word_character(c);
	if (c == '[' || c == '{') {
		survey->depth++;
		survey->weight += CONTAINER_WEIGHT;
	} else if (survey->depth && (c == ']' || c == '}')) {
		survey->depth--;
	} else if (c == '"') {
		survey->in_string = true;
		survey->weight++;
	} else if (in_word && !survey->in_word) {
		survey->weight++;
	}
	survey->in_word = in_word;
}

/*
 * Jansson's own limit on nesting is 2048 levels, and it has none on the number of values, of which forty bytes of memory and more
 * go into two bytes of text. So both are counted before: in text that is JSON at all, brackets nest exactly outside strings.
 */
static int check_shape(const char *text, size_t len, struct error *err)
{
	struct survey survey = {.line = 1};
	for (size_t i = 0; i < len; i++) {
		char c = text[i];
		survey.line += c == '\n';
		if (!survey.in_string)
			survey_structure(&survey, c);
		else if (c == '\\')
			i++;
		else if (c == '"')
			survey.in_string = false;
		if (survey.depth > MAX_DEPTH)
			return error_set(err, ERR_INVALID,
				"JSON line %zu: more than %u levels of nesting", survey.line,
				MAX_DEPTH);
		if (survey.weight > MAX_WEIGHT)
			return error_set(err, ERR_INVALID,
				"JSON line %zu: more values than any file of an archive has",
				survey.line);
	}
	return 0;
}

int jv_parse(const void *bytes, size_t len, struct jv **out, struct error *err)
{
	json_error_t why;
	int status = check_shape(bytes, len, err);
	if (status)
		return status;
	json_t *json =
		json_loadb(len ? bytes : "", len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (!json && json_error_code(&why) == json_error_out_of_memory)
		return error_set(err, ERR_MEMORY, "out of memory");
	if (!json) {
		struct buffer words = {0};
		text_terminal(&words, why.text, strlen(why.text));
		error_set(err, ERR_INVALID, "JSON line %d, column %d: %s", why.line, why.column,
			buffer_text(&words));
		buffer_release(&words);
		return ERR_INVALID;
	}
	*out = jv_of(json);
	return 0;
}

void jv_free(struct jv *value)
{
	unmark(value);
	json_decref(json_of(value));
}

bool jv_is_object(const struct jv *value)
{
	return json_is_object(json_of(value));
}

bool jv_is_array(const struct jv *value)
{
	return json_is_array(json_of(value));
}

bool jv_is_text(const struct jv *value)
{
	return json_is_string(json_of(value));
}

struct jv *jv_get(const struct jv *object, const char *key)
{
	return jv_of(json_object_get(json_of(object), key));
}

const char *jv_text(const struct jv *value)
{
	return json_string_value(json_of(value));
}

const char *jv_get_text(const struct jv *object, const char *key)
{
	return jv_text(jv_get(object, key));
}

int64_t jv_int(const struct jv *value, int64_t fallback)
{
	const json_t *json = json_of(value);
	return json_is_integer(json) ? json_integer_value(json) : fallback;
}

int64_t jv_get_int(const struct jv *object, const char *key, int64_t fallback)
{
	return jv_int(jv_get(object, key), fallback);
}

bool jv_get_bool(const struct jv *object, const char *key, bool fallback)
{
	const json_t *json = json_of(jv_get(object, key));
	return json_is_boolean(json) ? json_is_true(json) : fallback;
}

bool jv_get_bytes(const struct jv *object, const char *key, struct buffer *out)
{
	struct buffer mark_key = {0};
	buffer_printf(&mark_key, "%s" MARK_SUFFIX, key);
	const struct jv *mark = jv_get(object, buffer_text(&mark_key));
	const char *text = jv_get_text(object, key);
	bool known = !mark_key.failed && text;
	buffer_release(&mark_key);
	if (!known)
		return false;
	if (!mark) {
		buffer_puts(out, text);
		return !out->failed;
	}
	if (!jv_is_text(mark) || strcmp(jv_text(mark), TEXT_PERCENT_MARK))
		return false;
	return !text_decode(out, text, strlen(text), NULL) && !out->failed;
}

size_t jv_size(const struct jv *value)
{
	const json_t *json = json_of(value);
	return json_is_array(json) ? json_array_size(json) : json_object_size(json);
}

struct jv *jv_at(const struct jv *array, size_t index)
{
	return jv_of(json_array_get(json_of(array), index));
}

bool jv_next(const struct jv *object, void **iterator, const char **key, struct jv **value)
{
	json_t *json = json_of(object);
	*iterator = *iterator ? json_object_iter_next(json, *iterator) : json_object_iter(json);
	if (!*iterator)
		return false;
	*key = json_object_iter_key(*iterator);
	*value = jv_of(json_object_iter_value(*iterator));
	return true;
}

/* ---- building ---- */

struct jv *jv_new_object(void)
{
	return jv_of(json_object());
}

struct jv *jv_new_array(void)
{
	return jv_of(json_array());
}

struct jv *jv_new_text(const char *text)
{
	if (!text || !text_is_clean(text, strlen(text)))
		return NULL;
	return jv_of(json_string(text));
}

struct jv *jv_new_int(int64_t number)
{
	return jv_of(json_integer(number));
}

struct jv *jv_new_real(double number)
{
	return jv_of(json_real(number));
}

struct jv *jv_new_bool(bool truth)
{
	return jv_of(json_boolean(truth));
}

struct jv *jv_new_null(void)
{
	return jv_of(json_null());
}

void jv_set(struct jv *object, const char *key, struct jv *value)
{
	json_t *json = json_of(object);
	unmark(jv_get(object, key));
	if (!value || json_object_set(json, key, json_of(value))) {
		mark_incomplete(json);
		jv_free(value);
		return;
	}
	json_decref(json_of(value));
}

void jv_set_text(struct jv *object, const char *key, const char *text)
{
	jv_set(object, key, jv_new_text(text));
}

void jv_set_int(struct jv *object, const char *key, int64_t number)
{
	jv_set(object, key, jv_new_int(number));
}

void jv_set_bool(struct jv *object, const char *key, bool truth)
{
	jv_set(object, key, jv_new_bool(truth));
}

void jv_set_bytes(struct jv *object, const char *key, const void *bytes, size_t len)
{
	struct buffer text = {0}, mark_key = {0};
	bool marked = text_encode(&text, bytes, len);
	buffer_printf(&mark_key, "%s" MARK_SUFFIX, key);
	if (text.failed || mark_key.failed) {
		mark_incomplete(json_of(object));
	} else {
		jv_set_text(object, key, buffer_text(&text));
		if (marked)
			jv_set_text(object, mark_key.data, TEXT_PERCENT_MARK);
		else
			json_object_del(json_of(object), mark_key.data);
	}
	buffer_release(&mark_key);
	buffer_release(&text);
}

void jv_set_string(struct jv *object, const char *key, const char *bytes)
{
	if (bytes)
		jv_set_bytes(object, key, bytes, strlen(bytes));
}

void jv_append(struct jv *array, struct jv *value)
{
	json_t *json = json_of(array);
	if (!value || json_array_append(json, json_of(value))) {
		mark_incomplete(json);
		jv_free(value);
		return;
	}
	json_decref(json_of(value));
}

void jv_take_members(struct jv *object, struct jv *from)
{
	json_t *target = json_of(object), *source = json_of(from);
	if (!source || is_incomplete(source) || json_object_update_missing(target, source))
		mark_incomplete(target);
	/* Not jv_free: marks below the top stay with the members, which target holds now. */
	if (source && is_incomplete(source))
		json_decref(source);
	json_decref(source);
}

static int add_to_buffer(const char *bytes, size_t len, void *out)
{
	buffer_add(out, bytes, len);
	return 0;
}

int jv_dump(const struct jv *value, enum jv_style style, struct buffer *out, struct error *err)
{
	static const size_t flags[] = {
		[JV_COMPACT] = JSON_COMPACT,
		[JV_PRETTY] = JSON_INDENT(2),
		[JV_SORTED] = JSON_INDENT(2) | JSON_SORT_KEYS,
	};
	json_t *json = json_of(value);
	bool whole = json && !lacks_a_part(value) &&
		     !json_dump_callback(json, add_to_buffer, out,
			     flags[style] | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	if (whole && style != JV_COMPACT)
		buffer_putc(out, '\n');
	if (!whole || out->failed)
		return error_set(err, ERR_MEMORY,
			"a part of a JSON document could not be built: memory ran out, or text "
			"was not encoded first");
	return 0;
}

void jv_open_member(struct buffer *out, const char *key)
{
	while (out->len && strchr("}\n", out->data[out->len - 1]))
		out->len--;
	buffer_printf(out, ",\n  \"%s\": ", key);
}

void jv_close_member(struct buffer *out)
{
	buffer_puts(out, "\n}\n");
}

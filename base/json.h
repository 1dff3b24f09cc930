/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON (RFC 8259) over jansson: values are counted references hidden behind `struct jv`.
 *
 * Builders: a value given to jv_set or jv_append belongs to its parent from then on, whether it
 * succeeds or not. An allocation that fails leaves a NULL, and giving a NULL to a parent marks
 * the whole as failed: jv_dump on it returns ERR_MEMORY, so a caller checks once. Readers: every
 * returned pointer is borrowed from the document and may be NULL; all readers take NULL.
 */
#ifndef THECA_BASE_JSON_H
#define THECA_BASE_JSON_H

#include "base/bytes.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jv;

/*
 * Parses one JSON document; the caller frees *out with jv_free. Duplicate members, trailing
 * bytes, more than 128 levels, NUL in strings and text that is not UTF-8 are ERR_INVALID, the
 * message naming the line; so are more values than fit into some 300 MB (4 million names, strings
 * and numbers, of which an array or object counts as four).
 */
int jv_parse(const void *bytes, size_t len, struct jv **out, struct error *err);
void jv_free(struct jv *value);

bool jv_is_object(const struct jv *value);
bool jv_is_array(const struct jv *value);
bool jv_is_text(const struct jv *value);
/* The member named key of an object, or NULL. */
struct jv *jv_get(const struct jv *object, const char *key);
/* The string, or NULL if value is not a string. */
const char *jv_text(const struct jv *value);
/* jv_text(jv_get(object, key)). */
const char *jv_get_text(const struct jv *object, const char *key);
/* The integer, or fallback if value is not one. */
int64_t jv_int(const struct jv *value, int64_t fallback);
/* jv_int(jv_get(object, key), fallback). */
int64_t jv_get_int(const struct jv *object, const char *key, int64_t fallback);
bool jv_get_bool(const struct jv *object, const char *key, bool fallback);
/*
 * Appends to out the bytes that jv_set_bytes stored under key, undoing the encoding if its mark is
 * there. False if there is no such string or the encoding is broken.
 */
bool jv_get_bytes(const struct jv *object, const char *key, struct buffer *out);
/* Elements of an array, or members of an object; 0 for anything else. */
size_t jv_size(const struct jv *value);
struct jv *jv_at(const struct jv *array, size_t index);

/* Walks an object's members in order: iterator starts as NULL; false at the end. */
bool jv_next(const struct jv *object, void **iterator, const char **key, struct jv **value);

struct jv *jv_new_object(void);
struct jv *jv_new_array(void);
/* text must be clean text (base/text.h); otherwise NULL, see above. */
struct jv *jv_new_text(const char *text);
struct jv *jv_new_int(int64_t number);
struct jv *jv_new_real(double number);
struct jv *jv_new_bool(bool truth);
struct jv *jv_new_null(void);
void jv_set(struct jv *object, const char *key, struct jv *value);
void jv_set_text(struct jv *object, const char *key, const char *text);
void jv_set_int(struct jv *object, const char *key, int64_t number);
void jv_set_bool(struct jv *object, const char *key, bool truth);
/*
 * Stores any bytes: as text when clean, else percent-encoded with a second member "KEY_encoding":
 * "percent".
 */
void jv_set_bytes(struct jv *object, const char *key, const void *bytes, size_t len);
/* jv_set_bytes of a string; nothing for NULL. */
void jv_set_string(struct jv *object, const char *key, const char *bytes);
/*
 * Moves the members of `from` that object does not have behind its own, and frees the rest with
 * `from`.
 */
void jv_take_members(struct jv *object, struct jv *from);
void jv_append(struct jv *array, struct jv *value);
enum jv_style {
	JV_COMPACT, /* one line, no spaces: log lines */
	JV_PRETTY, /* two spaces of indentation and a final newline */
	JV_SORTED, /* pretty, members sorted by key */
};
/* Appends the document to out; ERR_MEMORY if it or any part of it could not be built. */
int jv_dump(const struct jv *value, enum jv_style style, struct buffer *out, struct error *err);

/*
 * A last member that may be too long to hold as values is written straight: jv_open_member takes the closing brace off an object
 * just dumped in JV_PRETTY and writes the key (plain ASCII), the caller appends the value, jv_close_member puts the brace back.
 */
void jv_open_member(struct buffer *out, const char *key);
void jv_close_member(struct buffer *out);

#endif

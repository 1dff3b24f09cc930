/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_check.h"

#include "store/ocfl_build.h"

#include <stdlib.h>
#include <string.h>

/* A key of the manifest or of an algorithm's object in the fixity block: the bytes between its quotes. */
struct key {
	size_t object; /* counts the objects, so that keys of different ones never compare equal */
	bool in_manifest;
	const char *text;
	size_t len;
};

struct scan {
	const char *at, *end;
	size_t depth; /* brackets that are open */
	size_t object;
	bool in_manifest, in_fixity; /* by the last key of the outermost object */
	struct key *keys;
	size_t count;
};

/* Moves past a string whose opening quote is at `at`; its bytes in *text and *len. */
static void skip_string(struct scan *scan, const char **text, size_t *len)
{
	const char *p = scan->at + 1;
	*text = p;
	while (p < scan->end && *p != '"')
		p += *p == '\\' && p + 1 < scan->end ? 2 : 1;
	*len = (size_t)(p - *text);
	scan->at = p < scan->end ? p + 1 : p;
}

static bool is_key(const struct scan *scan)
{
	const char *p = scan->at;
	while (p < scan->end && strchr(" \t\r\n", *p) && *p)
		p++;
	return p < scan->end && *p == ':';
}

static bool text_is(const char *text, size_t len, const char *word)
{
	return len == strlen(word) && !memcmp(text, word, len);
}

/* Keeps the key if it is one whose repetition has a code; false when out of memory. */
static bool take_key(struct scan *scan, const char *text, size_t len)
{
	if (scan->depth == 1) {
		scan->in_manifest = text_is(text, len, "manifest");
		scan->in_fixity = text_is(text, len, "fixity");
	}
	if (!(scan->in_manifest && scan->depth == 2) && !(scan->in_fixity && scan->depth == 3))
		return true;
	struct key *grown = ocfl_grow(scan->keys, scan->count, sizeof(*grown));
	if (!grown)
		return false;
	scan->keys = grown;
	grown[scan->count++] = (struct key){scan->object, scan->in_manifest, text, len};
	return true;
}

static bool collect_keys(struct scan *scan)
{
	while (scan->at < scan->end) {
		const char *text;
		size_t len;
		char c = *scan->at;
		if (c == '"') {
			skip_string(scan, &text, &len);
			if (is_key(scan) && !take_key(scan, text, len))
				return false;
			continue;
		}
		if (c == '{' || c == '[') {
			scan->depth++;
			/* Arrays of paths are no objects: the keys around them belong together. */
			scan->object += c == '{';
		} else if ((c == '}' || c == ']') && scan->depth) {
			scan->depth--;
		}
		scan->at++;
	}
	return true;
}

static int compare_keys(const void *a, const void *b)
{
	const struct key *one = a, *other = b;
	if (one->object != other->object)
		return one->object < other->object ? -1 : 1;
	size_t len = one->len < other->len ? one->len : other->len;
	int order = memcmp(one->text, other->text, len);
	return order ? order : (one->len > other->len) - (one->len < other->len);
}

struct ocfl_duplicates ocfl_duplicates_find(const char *json, size_t len)
{
	struct scan scan = {.at = json, .end = json + len};
	struct ocfl_duplicates found = {0};
	if (collect_keys(&scan) && scan.count)
		qsort(scan.keys, scan.count, sizeof(*scan.keys), compare_keys);
	else
		scan.count = 0;
	for (size_t i = 1; i < scan.count; i++) {
		if (compare_keys(&scan.keys[i - 1], &scan.keys[i]))
			continue;
		if (scan.keys[i].in_manifest)
			found.in_manifest = true;
		else
			found.in_fixity = true;
	}
	free(scan.keys);
	return found;
}

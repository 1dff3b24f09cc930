/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/golden_file.h"

#include "base/path.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UUID_LEN 36u
#define MAX_UUIDS 200u
#define MAX_GOLDEN (1u << 20)

static void update(const char *path, const struct buffer *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(buffer_text(text), 1, text->len, file), text->len);
	assert_int_equal(fclose(file), 0);
}

static void fail_at_difference(const char *path, const char *golden, const char *text)
{
	unsigned line = 1;
	size_t at = 0;

	for (; golden[at] && golden[at] == text[at]; at++)
		line += golden[at] == '\n';
	while (at && golden[at - 1] != '\n')
		at--;
	fail_msg(
		"%s, line %u:\n  golden: %.*s\n  now:    %.*s\n(THECA_UPDATE_GOLDEN=1 rewrites it)",
		path, line, (int)strcspn(golden + at, "\n"), golden + at,
		(int)strcspn(text + at, "\n"), text + at);
}

void golden_check(const char *name, const struct buffer *text)
{
	char path[256];
	char *golden = NULL;
	size_t len = 0;

	assert_false(text->failed);
	snprintf(path, sizeof(path), "tests/unit/golden/%s", name);
	if (getenv("THECA_UPDATE_GOLDEN"))
		update(path, text);
	assert_int_equal(path_read(path, MAX_GOLDEN, &golden, &len, NULL), 0);
	if (len != text->len || memcmp(golden, buffer_text(text), len) != 0)
		fail_at_difference(path, golden, buffer_text(text));
	free(golden);
}

static bool is_uuid(const char *text)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	for (size_t i = 0; i < UUID_LEN; i++)
		if (shape[i] == 'x' ? !isxdigit((unsigned char)text[i]) : text[i] != '-')
			return false;
	return true;
}

void golden_number_uuids(struct buffer *text)
{
	static char seen[MAX_UUIDS][UUID_LEN];
	size_t count = 0;

	for (size_t at = 0; at + UUID_LEN <= text->len; at++) {
		char number[UUID_LEN + 1];
		size_t i = 0;
		if (!is_uuid(text->data + at))
			continue;
		while (i < count && memcmp(seen[i], text->data + at, UUID_LEN) != 0)
			i++;
		assert_true(i < MAX_UUIDS);
		if (i == count)
			memcpy(seen[count++], text->data + at, UUID_LEN);
		snprintf(number, sizeof(number), "00000000-0000-4000-8000-%012zu", i + 1);
		memcpy(text->data + at, number, UUID_LEN);
		at += UUID_LEN - 1;
	}
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/chain_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int chain_place_set_up(void **state)
{
	struct chain_place *place = calloc(1, sizeof(*place));
	assert_non_null(place);
	strcpy(place->directory, "/tmp/theca-chain-XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	snprintf(place->log, sizeof(place->log), "%s/log", place->directory);
	snprintf(place->first, sizeof(place->first), "%s/000001.jsonl", place->log);
	snprintf(place->second, sizeof(place->second), "%s/000002.jsonl", place->log);
	*state = place;
	return 0;
}

int chain_place_tear_down(void **state)
{
	struct chain_place *place = *state;
	disk_set_hook(NULL, NULL);
	clock_set(NULL);
	int status = disk_remove_tree(place->directory, NULL);
	free(place);
	return status;
}

int chain_place_append(const struct chain_place *place, int number, struct error *err)
{
	struct jv *entry = jv_new_object();
	jv_set_text(entry, "type", "test");
	jv_set_int(entry, "n", number);
	return chain_log_append(place->log, entry, NULL, err);
}

void chain_place_append_all(const struct chain_place *place, int from, int to)
{
	struct error err;
	for (int i = from; i <= to; i++)
		if (chain_place_append(place, i, &err))
			fail_msg("%s", err.message);
}

struct chain_state chain_place_check(const struct chain_place *place)
{
	struct chain_state state;
	struct error err;
	if (chain_log_check(place->log, &state, &err))
		fail_msg("%s", err.message);
	return state;
}

void chain_place_assert_intact(const struct chain_place *place, uint64_t lines)
{
	struct chain_state state = chain_place_check(place);
	assert_true(state.intact);
	assert_int_equal(state.bad_line, 0);
	assert_int_equal(state.lines, lines);
	assert_false(state.torn);
}

void chain_place_overwrite(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

void chain_place_add(const char *path, const char *text)
{
	FILE *file = fopen(path, "ab");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

void chain_place_write_segment(
	const char *path, unsigned first, unsigned count, char digest[DIGEST_HEX_SIZE])
{
	struct buffer text = {0};
	for (unsigned seq = first; seq < first + count; seq++) {
		size_t start = text.len;
		buffer_printf(&text, "{\"seq\":%u,\"prev\":\"%s\",\"type\":\"test\",\"n\":%u}", seq,
			digest, seq);
		assert_int_equal(digest_bytes(DIGEST_SHA256, text.data + start, text.len - start,
					 digest, NULL),
			0);
		buffer_putc(&text, '\n');
	}
	chain_place_overwrite(path, text.data, text.len);
	buffer_release(&text);
}

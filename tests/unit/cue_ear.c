/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/cue_ear.h"

#include "base/text.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

void cue_ear_listen(void *context, enum cue_severity severity, unsigned line, const char *words)
{
	struct cue_ear *ear = context;
	if (!text_is_clean(words, strlen(words)) || strchr(words, '\n'))
		fail_msg("words that are not clean: %s", words);
	ear->count[severity]++;
	ear->last_line = line;
	buffer_printf(&ear->lines, "%s %u: %s\n", severity == CUE_ERROR ? "error" : "warning", line,
		words);
}

/* Whether the line at `at` begins with start and has words in it. */
static int fits(const char *at, const char *start, const char *words)
{
	const char *end = strchr(at, '\n'), *found = strstr(at, words);
	return !strncmp(at, start, strlen(start)) && found && found < end;
}

void cue_ear_expect(const struct cue_ear *ear, const char *start, const char *words)
{
	const char *at = buffer_text(&ear->lines);
	for (; *at; at = strchr(at, '\n') + 1)
		if (fits(at, start, words))
			return;
	fail_msg("no \"%s\" with \"%s\" in:\n%s", start, words, buffer_text(&ear->lines));
}

void cue_ear_release(struct cue_ear *ear)
{
	buffer_release(&ear->lines);
}

struct cue *cue_ear_read(struct cue_ear *ear, const void *bytes, size_t len)
{
	struct cue *cue = NULL;
	struct error err = {0};
	*ear = (struct cue_ear){0};
	if (cue_read(&cue, bytes, len, cue_ear_listen, ear, &err))
		fail_msg("refused: %s", err.message);
	assert_non_null(cue);
	assert_int_equal(ear->count[CUE_ERROR], 0);
	return cue;
}

struct cue *cue_ear_read_quietly(const char *text)
{
	struct cue_ear ear;
	struct cue *cue = cue_ear_read(&ear, text, strlen(text));
	assert_string_equal(buffer_text(&ear.lines), "");
	cue_ear_release(&ear);
	return cue;
}

struct cue *cue_ear_read_warned(const char *text, const char *start, const char *words)
{
	struct cue_ear ear;
	struct cue *cue = cue_ear_read(&ear, text, strlen(text));
	if (ear.count[CUE_WARNING] != 1)
		fail_msg("not one warning:\n%s", buffer_text(&ear.lines));
	cue_ear_expect(&ear, start, words);
	cue_ear_release(&ear);
	return cue;
}

void cue_ear_refused(const void *bytes, size_t len, const char *words)
{
	struct cue *cue = NULL;
	struct error err = {0};
	if (cue_read(&cue, bytes, len, NULL, NULL, &err) != ERR_INVALID)
		fail_msg("not refused: %.*s", (int)len, (const char *)bytes);
	assert_null(cue);
	if (!strstr(err.message, words))
		fail_msg("\"%s\" is not in: %s", words, err.message);
}

size_t cue_ear_check(struct cue_ear *ear, const void *bytes, size_t len)
{
	size_t errors = 0;
	*ear = (struct cue_ear){0};
	assert_int_equal(cue_check(bytes, len, cue_ear_listen, ear, &errors, NULL), 0);
	return errors;
}

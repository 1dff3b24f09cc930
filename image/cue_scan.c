/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines and words of a cue sheet. */
#include "image/cue_parser.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

static struct cue_span without_blanks(struct cue_span span)
{
	while (span.len && is_blank(span.text[0])) {
		span.text++;
		span.len--;
	}
	while (span.len && is_blank(span.text[span.len - 1]))
		span.len--;
	return span;
}

/* The part of span from offset on, without blanks. */
static struct cue_span span_from(struct cue_span span, size_t offset)
{
	return without_blanks((struct cue_span){span.text + offset, span.len - offset});
}

static size_t length_of_keyword(struct cue_span line)
{
	size_t len = 0;
	while (len < line.len && !is_blank(line.text[len]) && line.text[len] != '"')
		len++;
	return len;
}

bool cue_scan_line(struct cue_scanner *scanner, struct cue_line *line)
{
	if (scanner->at == scanner->end)
		return false;
	struct cue_span span = {scanner->at, 0};
	while (span.text + span.len < scanner->end && !is_line_end(span.text[span.len]))
		span.len++;
	scanner->at = span.text + span.len;
	if (scanner->end - scanner->at > 1 && scanner->at[0] == '\r' && scanner->at[1] == '\n')
		scanner->at++;
	if (scanner->at < scanner->end)
		scanner->at++;
	span = without_blanks(span);
	line->number = ++scanner->line;
	line->keyword = (struct cue_span){span.text, length_of_keyword(span)};
	line->rest = span_from(span, line->keyword.len);
	return true;
}

bool cue_scan_word(struct cue_span *rest, struct cue_span *word)
{
	size_t end = 0;
	*rest = without_blanks(*rest);
	if (!rest->len)
		return false;
	if (rest->text[0] == '"') {
		const char *quote = memchr(rest->text + 1, '"', rest->len - 1);
		end = quote ? (size_t)(quote - rest->text) : rest->len;
		*word = (struct cue_span){rest->text + 1, end - 1};
		end += quote != NULL;
	} else {
		while (end < rest->len && !is_blank(rest->text[end]))
			end++;
		*word = (struct cue_span){rest->text, end};
	}
	*rest = span_from(*rest, end);
	return true;
}

static bool has_blank(struct cue_span span)
{
	for (size_t i = 0; i < span.len; i++)
		if (is_blank(span.text[i]))
			return true;
	return false;
}

const char *cue_scan_text(struct cue_span rest, struct cue_span *text, struct cue_span *after)
{
	*text = rest;
	*after = (struct cue_span){rest.text + rest.len, 0};
	if (!rest.len || rest.text[0] != '"')
		return has_blank(rest) ? "has several words, which need quotation marks around them"
				       : NULL;
	const char *quote = memrchr(rest.text + 1, '"', rest.len - 1);
	if (!quote) {
		*text = span_from(rest, 1);
		return "lacks the second quotation mark";
	}
	*text = (struct cue_span){rest.text + 1, (size_t)(quote - rest.text) - 1};
	*after = span_from(rest, (size_t)(quote - rest.text) + 1);
	return memchr(text->text, '"', text->len) ? "has quotation marks within its text" : NULL;
}

/* Whether a word looks like the type of a FILE: letters and digits, no dot. */
static bool may_be_type(struct cue_span word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!((word.text[i] | 32) >= 'a' && (word.text[i] | 32) <= 'z') &&
			!(word.text[i] >= '0' && word.text[i] <= '9'))
			return false;
	return word.len > 0;
}

const char *cue_scan_file(struct cue_span rest, struct cue_span *name, struct cue_span *type)
{
	struct cue_span text;
	const char *wrong = cue_scan_text(rest, &text, type);
	*name = text;
	if (text.text != rest.text && text.text + text.len != rest.text + rest.len)
		return wrong; /* both quotation marks are there */
	size_t start = text.len;
	while (start && !is_blank(text.text[start - 1]))
		start--;
	struct cue_span last = span_from(text, start);
	if (!start || !may_be_type(last))
		return wrong;
	*type = last;
	*name = without_blanks((struct cue_span){text.text, start});
	return name->text == rest.text && !has_blank(*name) ? NULL : wrong;
}

bool cue_span_is(struct cue_span span, const char *word)
{
	return strlen(word) == span.len && !strncasecmp(span.text, word, span.len);
}

bool cue_span_number(struct cue_span span, unsigned *number)
{
	*number = 0;
	for (size_t i = 0; i < span.len; i++) {
		if (span.text[i] < '0' || span.text[i] > '9')
			return false;
		*number = *number * 10 + (unsigned)(span.text[i] - '0');
	}
	return span.len > 0 && span.len <= 6;
}

const char *cue_span_msf(struct cue_span span, uint32_t *sectors)
{
	unsigned parts[3];
	for (size_t i = 0; i < 3; i++) {
		const char *colon = i < 2 ? memchr(span.text, ':', span.len) : span.text + span.len;
		if (!colon)
			return "is not of the form minutes:seconds:frames";
		struct cue_span part = {span.text, (size_t)(colon - span.text)};
		if (!cue_span_number(part, &parts[i]))
			return "is not of the form minutes:seconds:frames";
		span.text += part.len + (i < 2);
		span.len -= part.len + (i < 2);
	}
	if (parts[1] >= 60)
		return "has 60 seconds or more; a minute has 60, from 00 to 59";
	if (parts[2] >= DISC_FRAMES)
		return "has 75 frames or more; a second has 75, from 00 to 74";
	if (parts[0] > CUE_MAX_MINUTES)
		return "is longer than any disc";
	*sectors = (parts[0] * 60 + parts[1]) * DISC_FRAMES + parts[2];
	return NULL;
}

struct cue_shown cue_show(struct cue_span span)
{
	struct cue_shown shown = {{0}};
	size_t room = sizeof(shown.text) - sizeof("...");
	bool cut = span.len > room;
	if (cut)
		for (span.len = room; span.len && ((uint8_t)span.text[span.len] & 0xC0) == 0x80;)
			span.len--;
	snprintf(shown.text, sizeof(shown.text), "%.*s%s", (int)span.len, span.text,
		cut ? "..." : "");
	return shown;
}

struct cue_shown cue_show_msf(uint32_t sectors)
{
	struct cue_shown shown = {{0}};
	snprintf(shown.text, sizeof(shown.text), "%02u:%02u:%02u", sectors / DISC_FRAMES / 60,
		sectors / DISC_FRAMES % 60, sectors % DISC_FRAMES);
	return shown;
}

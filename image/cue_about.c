/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The statements of a cue sheet that say more about a disc or track: FLAGS, ISRC, CATALOG and the texts. */
#include "image/cue_parser.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* ---- FLAGS, ISRC, CATALOG ---- */

static const struct {
	const char *word;
	uint8_t flag; /* 0: says what the track's mode says already */
} flags[] = {
	{"DCP", TRACK_COPY_PERMITTED},
	{"4CH", TRACK_FOUR_CHANNELS},
	{"PRE", TRACK_PRE_EMPHASIS},
	{"SCMS", TRACK_SCMS},
	{"DATA", 0},
};

static void read_flag(struct cue_parser *parser, unsigned line, struct cue_span word)
{
	for (size_t i = 0; i < COUNT_OF(flags); i++)
		if (cue_span_is(word, flags[i].word)) {
			cue_current_track(parser)->flags |= flags[i].flag;
			return;
		}
	cue_tell(parser, CUE_MENDED, line, "\"%s\" is no flag; there are DCP, 4CH, PRE and SCMS",
		cue_show(word).text);
}

void cue_read_flags(struct cue_parser *parser, const struct cue_statement *statement,
	const struct cue_line *line)
{
	struct cue_span rest = line->rest, word;
	(void)statement;
	if (!rest.len)
		cue_tell(parser, CUE_MENDED, line->number, "FLAGS names no flag");
	if (parser->now.flags_line)
		cue_tell(parser, CUE_MENDED, line->number,
			"FLAGS stands in line %u already; all of them count",
			parser->now.flags_line);
	parser->now.flags_line = line->number;
	while (!parser->status && cue_scan_word(&rest, &word))
		read_flag(parser, line->number, word);
}

/* Takes the hyphens out of a code and makes it upper case; false if it is longer than size - 1. */
static bool plain_code(struct cue_span word, char *code, size_t size)
{
	size_t n = 0;
	for (size_t i = 0; i < word.len; i++) {
		char c = word.text[i];
		if (c == '-')
			continue;
		if (n == size - 1)
			return false;
		code[n++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	code[n] = '\0';
	return true;
}

/* ISO 3901: two letters of the country and three of the registrant, two digits of the year, five of the recording. */
static bool is_isrc(const char *code)
{
	for (size_t i = 0; i < 12; i++) {
		bool is_digit = code[i] >= '0' && code[i] <= '9';
		bool is_letter = code[i] >= 'A' && code[i] <= 'Z';
		if (!is_digit && !(is_letter && i < 5))
			return false;
	}
	return code[12] == '\0';
}

static bool has_small_letter(struct cue_span word)
{
	for (size_t i = 0; i < word.len; i++)
		if (word.text[i] >= 'a' && word.text[i] <= 'z')
			return true;
	return false;
}

/* Of two different codes none is taken: a wrong one is worse than none. */
static void take_code(struct cue_parser *parser, const struct cue_statement *statement,
	unsigned line, unsigned *first_line, char *kept, const char *code)
{
	bool same = !strcmp(kept, code);
	if (*first_line)
		cue_tell(parser, CUE_MENDED, line, "%s was given in line %u already%s",
			statement->keyword, *first_line,
			same ? "" : "; none is taken, as they differ");
	strcpy(kept, *first_line && !same ? "" : code);
	*first_line = line;
}

void cue_read_isrc(struct cue_parser *parser, const struct cue_statement *statement,
	const struct cue_line *line)
{
	struct cue_track *track = cue_current_track(parser);
	struct cue_span rest = line->rest, word = {rest.text, 0};
	char code[sizeof(track->isrc)] = "";
	cue_scan_word(&rest, &word);
	if (!plain_code(word, code, sizeof(code)) || !is_isrc(code)) {
		cue_tell(parser, CUE_MENDED, line->number,
			"ISRC needs twelve characters, as in ABCDE1234567; it is left out");
		return;
	}
	if (has_small_letter(word))
		cue_tell(parser, CUE_MENDED, line->number, "ISRC is in capitals: %s", code);
	take_code(parser, statement, line->number, &parser->now.isrc_line, track->isrc, code);
}

void cue_read_catalog(struct cue_parser *parser, const struct cue_statement *statement,
	const struct cue_line *line)
{
	struct cue_span rest = line->rest, word = {rest.text, 0};
	char code[sizeof(parser->cue->mcn)] = "";
	cue_scan_word(&rest, &word);
	if (!plain_code(word, code, sizeof(code)) || strspn(code, "0123456789") != 13) {
		cue_tell(parser, CUE_MENDED, line->number,
			"CATALOG needs a number of 13 digits; it is left out");
		return;
	}
	take_code(parser, statement, line->number, &parser->catalog_line, parser->cue->mcn, code);
}

/* ---- texts ---- */

/* Adds a text of the disc or of the track at hand, unless there is one. */
static void add_text(struct cue_parser *parser, const struct cue_statement *statement,
	unsigned line, struct cue_span text)
{
	struct cue *cue = parser->cue;
	const struct cue_track *track = cue_current_track(parser);
	uint16_t *given = &parser->texts[cue->track_count],
		 bit = (uint16_t)(1u << statement->field);
	if (*given & bit) {
		cue_tell(parser, CUE_MENDED, line, "%s was given already; the first one is taken",
			statement->keyword);
		return;
	}
	*given |= bit;
	char *utf8 = strndup(text.text, text.len);
	if (!utf8)
		cue_out_of_memory(parser);
	else if (text.len &&
		 !disc_text_add(&cue->text, track ? track->number : 0, statement->field, utf8))
		cue_tell(parser, CUE_NOTED, line,
			"the texts are longer than a disc can hold; this %s is left out",
			statement->keyword);
	free(utf8);
}

void cue_read_text(struct cue_parser *parser, const struct cue_statement *statement,
	const struct cue_line *line)
{
	struct cue_span text, after;
	const char *wrong = cue_scan_text(line->rest, &text, &after);
	if (wrong)
		cue_tell(parser, CUE_MENDED, line->number, "%s %s", statement->keyword, wrong);
	if (!line->rest.len)
		cue_tell(parser, CUE_NOTED, line->number, "%s has no text", statement->keyword);
	if (after.len)
		cue_tell(parser, CUE_MENDED, line->number,
			"%s has more than it takes: \"%s\" is not understood", statement->keyword,
			cue_show(after).text);
	if (!parser->status)
		add_text(parser, statement, line->number, text);
}

void cue_read_cdtext_file(struct cue_parser *parser, const struct cue_statement *statement,
	const struct cue_line *line)
{
	(void)statement;
	cue_tell(parser, CUE_NOTED, line->number,
		"CDTEXTFILE is not looked at; texts come from the sheet alone");
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/cue.h"

#include "image/cue_parser.h"
#include "image/text_encoding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define DOS_END_OF_FILE 0x1A

void cue_out_of_memory(struct cue_parser *parser)
{
	parser->status =
		error_set(parser->err, ERR_MEMORY, "out of memory while reading a cue sheet");
}

/* ---- telling ---- */

static void tell_listener(
	struct cue_parser *parser, enum cue_severity severity, unsigned line, const char *words)
{
	if (parser->told > CUE_MAX_FINDINGS || !parser->listener)
		return;
	if (parser->told++ == CUE_MAX_FINDINGS)
		parser->listener(parser->context, severity, line,
			"there is more wrong that is not told; mend the above first");
	else
		parser->listener(parser->context, severity, line, words);
}

/* An error of cue_read goes to err, where the line stands in the words. */
static void end_with(struct cue_parser *parser, unsigned line, const char *words)
{
	if (parser->status)
		return;
	parser->status = line ? error_set(parser->err, ERR_INVALID, "line %u: %s", line, words)
			      : error_set(parser->err, ERR_INVALID, "%s", words);
}

void cue_tell(
	struct cue_parser *parser, enum cue_fault fault, unsigned line, const char *format, ...)
{
	char words[512];
	va_list ap;
	va_start(ap, format);
	vsnprintf(words, sizeof(words), format, ap);
	va_end(ap);
	bool is_error = fault == CUE_BROKEN ||
			(parser->strict ? fault == CUE_MENDED : fault == CUE_NOT_HANDLED);
	if (parser->status)
		return;
	parser->errors += is_error;
	if (is_error && !parser->strict)
		end_with(parser, line, words);
	else
		tell_listener(parser, is_error ? CUE_ERROR : CUE_WARNING, line, words);
}

/* ---- statements ---- */

static const struct cue_statement statements[] = {
	{"FILE", cue_read_file, CUE_ANYWHERE, true, 0, 0},
	{"TRACK", cue_read_track, CUE_ANYWHERE, true, 2, 0},
	{"INDEX", cue_read_index, CUE_IN_TRACK, true, 2, 0},
	{"PREGAP", cue_read_pregap, CUE_BEFORE_INDEX, true, 1, 0},
	{"POSTGAP", cue_read_postgap, CUE_BEHIND_INDEX, true, 1, 0},
	{"FLAGS", cue_read_flags, CUE_BEFORE_INDEX, true, 0, 0},
	{"ISRC", cue_read_isrc, CUE_BEFORE_INDEX, false, 1, 0},
	{"CATALOG", cue_read_catalog, CUE_ANYWHERE, false, 1, 0},
	{"CDTEXTFILE", cue_read_cdtext_file, CUE_ANYWHERE, false, 0, 0},
	{"REM", cue_read_remark, CUE_ANYWHERE, false, 0, 0},
	{"TITLE", cue_read_text, CUE_ANYWHERE, false, 0, TEXT_TITLE},
	{"PERFORMER", cue_read_text, CUE_ANYWHERE, false, 0, TEXT_PERFORMER},
	{"SONGWRITER", cue_read_text, CUE_ANYWHERE, false, 0, TEXT_SONGWRITER},
	{"COMPOSER", cue_read_text, CUE_ANYWHERE, false, 0, TEXT_COMPOSER},
	{"ARRANGER", cue_read_text, CUE_ANYWHERE, false, 0, TEXT_ARRANGER},
	{"MESSAGE", cue_read_text, CUE_ANYWHERE, false, 0, TEXT_MESSAGE},
	{"DISC_ID", cue_read_text, CUE_ANYWHERE, false, 0, TEXT_DISC_ID},
	{"GENRE", cue_read_text, CUE_ANYWHERE, false, 0, TEXT_GENRE},
	{"UPC_EAN", cue_read_text, CUE_ANYWHERE, false, 0, TEXT_UPC_EAN},
};

static const struct cue_statement *find_statement(struct cue_span keyword)
{
	for (size_t i = 0; i < COUNT_OF(statements); i++)
		if (cue_span_is(keyword, statements[i].keyword))
			return &statements[i];
	return NULL;
}

/* ---- lines ---- */

struct cue_track *cue_current_track(const struct cue_parser *parser)
{
	return parser->cue->track_count ? &parser->cue->tracks[parser->cue->track_count - 1] : NULL;
}

struct cue_track *cue_unplaced_track(const struct cue_parser *parser)
{
	struct cue_track *track = cue_current_track(parser);
	return track && !track->index_count ? track : NULL;
}

/* Whether the statement may be read where it stands. */
static bool judge_place(
	struct cue_parser *parser, const struct cue_statement *statement, unsigned line)
{
	const struct cue_track *track = cue_current_track(parser);
	if (statement->place == CUE_ANYWHERE)
		return true;
	if (!track) {
		cue_tell(parser, statement->concerns_sound ? CUE_BROKEN : CUE_MENDED, line,
			"%s stands before any TRACK, so that it is of none%s", statement->keyword,
			statement->concerns_sound ? "" : "; it is left out");
		return false;
	}
	if (statement->place == CUE_BEFORE_INDEX && track->index_count)
		cue_tell(parser, CUE_MENDED, line, "%s belongs before the INDEX of its track",
			statement->keyword);
	if (statement->place == CUE_BEHIND_INDEX && !track->index_count)
		cue_tell(parser, CUE_MENDED, line, "%s belongs behind the INDEX of its track",
			statement->keyword);
	return true;
}

static void judge_word_count(struct cue_parser *parser, const struct cue_statement *statement,
	const struct cue_line *line)
{
	struct cue_span rest = line->rest, word;
	for (unsigned i = 0; i < statement->words; i++)
		if (!cue_scan_word(&rest, &word))
			return;
	if (statement->words && cue_scan_word(&rest, &word))
		cue_tell(parser, CUE_MENDED, line->number,
			"%s has more than it takes: \"%s\" is not understood", statement->keyword,
			cue_show(word).text);
}

static void read_line(struct cue_parser *parser, const struct cue_line *line)
{
	static const char replacement[] = "\xEF\xBF\xBD";
	const struct cue_statement *statement = find_statement(line->keyword);
	if (!statement) {
		cue_tell(parser, CUE_MENDED, line->number,
			"\"%s\" is no keyword of a cue sheet; the line is left out",
			cue_show(line->keyword).text);
		return;
	}
	if (statement->read != cue_read_remark &&
		memmem(line->rest.text, line->rest.len, replacement, 3))
		cue_tell(parser, CUE_MENDED, line->number,
			"%s holds bytes that are no text in %s; a mark stands for each",
			statement->keyword, parser->encoding);
	if (!judge_place(parser, statement, line->number))
		return;
	judge_word_count(parser, statement, line);
	if (!parser->status)
		statement->read(parser, statement, line);
}

/* Decoding moves no line end, so that both scanners see the same lines. */
static void read_lines(struct cue_parser *parser, struct cue_span raw, struct cue_span text)
{
	struct cue_scanner raw_lines = {raw.text, raw.text + raw.len, 0};
	struct cue_scanner lines = {text.text, text.text + text.len, 0};
	struct cue_line line;
	while (!parser->status && !parser->stopped && cue_scan_line(&lines, &line)) {
		if (!cue_scan_line(&raw_lines, &parser->raw))
			break;
		if (line.keyword.len || line.rest.len)
			read_line(parser, &line);
	}
	if (!parser->status)
		cue_judge_track(parser);
	if (!parser->status)
		cue_judge_sheet(parser);
}

/* ---- sheets ---- */

static struct cue *cue_new(void)
{
	struct cue *cue = calloc(1, sizeof(*cue));
	if (!cue)
		return NULL;
	cue->files = calloc(CUE_MAX_FILES, sizeof(*cue->files));
	cue->tracks = calloc(DISC_MAX_TRACKS, sizeof(*cue->tracks));
	if (cue->files && cue->tracks)
		return cue;
	cue_free(cue);
	return NULL;
}

void cue_free(struct cue *cue)
{
	if (!cue)
		return;
	for (size_t i = 0; i < cue->file_count; i++) {
		free(cue->files[i].name);
		free(cue->files[i].bytes);
	}
	for (size_t i = 0; i < cue->track_count; i++)
		free(cue->tracks[i].indexes);
	free(cue->files);
	free(cue->tracks);
	free(cue);
}

static void name_encoding(struct cue_parser *parser, const struct encoding_guess *guess)
{
	struct disc_text *text = &parser->cue->text;
	if (text->used) {
		snprintf(text->encoding, sizeof(text->encoding), "%s", parser->encoding);
		text->guessed = guess->guessed;
	}
}

static void parse_decoded(struct cue_parser *parser, struct cue_span raw)
{
	struct encoding_guess guess = text_encoding_guess((const uint8_t *)raw.text, raw.len);
	struct buffer text = {0};
	raw.text += guess.bom;
	raw.len -= guess.bom;
	bool in_ascii_bytes = text_encoding_keeps_ascii(guess.encoding);
	parser->encoding = text_encoding_name(guess.encoding);
	parser->cue->encoding = in_ascii_bytes ? guess.encoding : ENCODING_UTF8;
	if (guess.guessed)
		cue_tell(parser, CUE_NOTED, 0,
			"the sheet does not say how its text is encoded; %s is a guess",
			parser->encoding);
	text_encoding_decode(guess.encoding, (const uint8_t *)raw.text, raw.len, &text);
	struct cue_span decoded = {buffer_text(&text), text.len};
	if (text.failed)
		cue_out_of_memory(parser);
	else
		read_lines(parser, in_ascii_bytes ? raw : decoded, decoded);
	if (!parser->status)
		name_encoding(parser, &guess);
	buffer_release(&text);
}

void cue_parse(struct cue_parser *parser, const uint8_t *bytes, size_t len)
{
	parser->session = 1;
	parser->cue = cue_new();
	if (!parser->cue) {
		cue_out_of_memory(parser);
		return;
	}
	if (len > CUE_LIMIT) {
		cue_tell(parser, CUE_BROKEN, 0,
			"the file has more than %zu kB; a cue sheet has some thousand bytes",
			CUE_LIMIT / 1000);
		return;
	}
	while (len && bytes[len - 1] == DOS_END_OF_FILE)
		len--;
	parse_decoded(parser, (struct cue_span){len ? (const char *)bytes : "", len});
}

int cue_read(struct cue **out, const uint8_t *bytes, size_t len, cue_listener *listener,
	void *context, struct error *err)
{
	struct cue_parser parser = {.listener = listener, .context = context, .err = err};
	cue_parse(&parser, bytes, len);
	if (parser.status) {
		cue_free(parser.cue);
		parser.cue = NULL;
	}
	*out = parser.cue;
	return parser.status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The FILE statement of a cue sheet. */
#include "image/cue_parser.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct file_word {
	const char *word;
	enum cue_file_type type;
};

static const struct file_word file_types[] = {
	{"BINARY", CUE_BINARY},
	{"MOTOROLA", CUE_MOTOROLA},
	{"WAVE", CUE_WAVE},
	{"AIFF", CUE_AIFF},
	{"MP3", CUE_MP3},
	{"FLAC", CUE_FLAC},
};

static const struct file_word file_endings[] = {
	{".bin", CUE_BINARY},
	{".img", CUE_BINARY},
	{".iso", CUE_BINARY},
	{".raw", CUE_BINARY},
	{".wav", CUE_WAVE},
	{".wave", CUE_WAVE},
	{".aif", CUE_AIFF},
	{".aiff", CUE_AIFF},
	{".mp3", CUE_MP3},
	{".flac", CUE_FLAC},
};

static bool file_type_by_word(struct cue_span word, enum cue_file_type *type)
{
	for (size_t i = 0; i < COUNT_OF(file_types); i++)
		if (cue_span_is(word, file_types[i].word)) {
			*type = file_types[i].type;
			return true;
		}
	return false;
}

static bool file_type_by_ending(struct cue_span name, enum cue_file_type *type)
{
	for (size_t i = 0; i < COUNT_OF(file_endings); i++) {
		size_t len = strlen(file_endings[i].word);
		if (name.len <= len)
			continue;
		struct cue_span end = {name.text + name.len - len, len};
		if (cue_span_is(end, file_endings[i].word)) {
			*type = file_endings[i].type;
			return true;
		}
	}
	return false;
}

static enum cue_file_type read_file_type(
	struct cue_parser *parser, unsigned line, struct cue_span name, struct cue_span words)
{
	enum cue_file_type type = CUE_BINARY;
	struct cue_span word = {words.text, 0};
	cue_scan_word(&words, &word);
	if (!file_type_by_word(word, &type)) {
		bool known = file_type_by_ending(name, &type);
		cue_tell(parser, known ? CUE_MENDED : CUE_BROKEN, line,
			"FILE needs a type behind its name: BINARY, MOTOROLA, WAVE, AIFF, MP3 or "
			"FLAC%s",
			known ? "; it is taken from the ending of the name" : "");
	} else if (words.len) {
		cue_tell(parser, CUE_MENDED, line,
			"FILE has more than it takes: \"%s\" is not understood",
			cue_show(words).text);
	}
	return type;
}

static bool is_path(struct cue_span name)
{
	return memchr(name.text, '/', name.len) || memchr(name.text, '\\', name.len);
}

/* The name decoded, and its bytes: in Shift_JIS a byte that looks like a backslash may be half a character. */
static void judge_file_name(struct cue_parser *parser, unsigned line, struct cue_span name,
	struct cue_span bytes, const char *quotes)
{
	if (quotes)
		cue_tell(parser, CUE_MENDED, line, "FILE %s", quotes);
	if (!bytes.len)
		cue_tell(parser, CUE_BROKEN, line, "FILE needs a name: FILE \"name.bin\" BINARY");
	else if (bytes.len > CUE_MAX_NAME || memchr(bytes.text, '\0', bytes.len))
		cue_tell(parser, CUE_BROKEN, line, "no file can have the name that FILE gives");
	else if (parser->strict && is_path(name))
		cue_tell(parser, CUE_NOTED, line,
			"FILE names a path; the sheet can be read only where the file lies beside "
			"it");
}

/* The place for a file is there: CUE_MAX_FILES were not reached. */
static void add_file(struct cue_parser *parser, const struct cue_file *file, struct cue_span name,
	struct cue_span bytes)
{
	struct cue *cue = parser->cue;
	struct cue_file *added = &cue->files[cue->file_count++];
	*added = *file;
	added->name = strndup(name.text, name.len);
	added->bytes = strndup(bytes.text, bytes.len);
	if (!added->name || !added->bytes)
		cue_out_of_memory(parser);
}

/* Some programs repeat the FILE before each track. */
static bool is_named_again(
	struct cue_parser *parser, const struct cue_file *file, struct cue_span bytes)
{
	const struct cue *cue = parser->cue;
	const struct cue_file *last = cue->file_count ? &cue->files[cue->file_count - 1] : NULL;
	if (!last || !last->bytes || strlen(last->bytes) != bytes.len ||
		memcmp(last->bytes, bytes.text, bytes.len) != 0)
		return false;
	if (last->type != file->type)
		cue_tell(parser, CUE_BROKEN, file->line,
			"FILE names the file of line %u again, and gives it another type",
			last->line);
	else
		cue_tell(parser, CUE_MENDED, file->line,
			"FILE names the file of line %u again; positions go on in it", last->line);
	return true;
}

void cue_read_file(struct cue_parser *parser, const struct cue_statement *statement,
	const struct cue_line *line)
{
	const struct cue *cue = parser->cue;
	struct cue_span name, bytes, words, raw_words;
	const char *quotes = cue_scan_file(line->rest, &name, &words);
	(void)statement;
	cue_scan_file(parser->raw.rest, &bytes, &raw_words);
	judge_file_name(parser, line->number, name, bytes, quotes);
	const struct cue_file file = {
		.type = read_file_type(parser, line->number, name, words),
		.line = line->number,
	};
	if (cue->file_count && !cue->files[0].name)
		cue_tell(parser, CUE_BROKEN, line->number,
			"FILE comes behind the first INDEX, which is in no file then");
	if (parser->status || is_named_again(parser, &file, bytes))
		return;
	if (cue->file_count < CUE_MAX_FILES) {
		add_file(parser, &file, name, bytes);
	} else {
		parser->stopped = true;
		cue_tell(parser, CUE_BROKEN, line->number,
			"there are more than %u files; no disc has so many tracks", CUE_MAX_FILES);
	}
}

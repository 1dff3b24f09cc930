/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cue parser: what the reader and the checker of cue sheets share; for image/cue_*.c alone.
 *
 * Both read a sheet the same way. What is found wrong has a kind, and the kind decides what it is to each:
 *
 *                        cue_read             cue_check
 *   CUE_NOTED            warning              warning
 *   CUE_MENDED           warning              error      one meaning only: taken so, or left out where it concerns neither position nor sound
 *   CUE_NOT_HANDLED      ends with an error   warning    well-formed, but Theca has no use for it
 *   CUE_BROKEN           ends with an error   error      no meaning, or more than one
 *
 * A sheet is decoded as a whole and then read line by line (cue_scan), statement by statement (cue_read, and the statements in cue_file, cue_track,
 * cue_about and cue_remark); each track, each file and the whole are judged when they are complete (cue_check).
 */
#ifndef THECA_IMAGE_CUE_PARSER_H
#define THECA_IMAGE_CUE_PARSER_H

#include "image/cue.h"

#define CUE_MAX_INDEXES (DISC_MAX_INDEXES + 2u)
#define CUE_MAX_NAME 4096u /* bytes of a FILE's name */
#define CUE_MAX_MINUTES 9999u
#define CUE_MAX_FINDINGS 1000u /* that are told; errors are counted beyond */

enum cue_fault { CUE_NOTED, CUE_MENDED, CUE_NOT_HANDLED, CUE_BROKEN };

/* ---- lines and words; all borrowed from the sheet ---- */

struct cue_span {
	const char *text;
	size_t len;
};

struct cue_line {
	unsigned number;
	struct cue_span keyword; /* empty on a blank line */
	struct cue_span rest; /* behind the keyword, without the blanks around it */
};

struct cue_scanner {
	const char *at, *end;
	unsigned line;
};

/* The next line; false at the end. */
bool cue_scan_line(struct cue_scanner *scanner, struct cue_line *line);
/* Takes the next word off rest, without its quotes if it has any; false if there is none. */
bool cue_scan_word(struct cue_span *rest, struct cue_span *word);

/*
 * A text that is the rest of a line: from the first quote to the last, else all of it. after is what stands behind the last quote. What is wrong
 * with the quotes is returned, as words that follow the keyword; NULL if nothing is.
 */
const char *cue_scan_text(struct cue_span rest, struct cue_span *text, struct cue_span *after);

/* The name and the type of a FILE statement; type is empty if none is there. Returns as cue_scan_text does. */
const char *cue_scan_file(struct cue_span rest, struct cue_span *name, struct cue_span *type);

bool cue_span_is(struct cue_span span, const char *word); /* in any case */
bool cue_span_number(struct cue_span span, unsigned *number); /* digits alone, up to 999999 */
/* A position or length mm:ss:ff in sectors; NULL, or what is wrong with it as words that follow it. */
const char *cue_span_msf(struct cue_span span, uint32_t *sectors);

/* As much of a span as a message can hold; text is UTF-8. */
struct cue_shown {
	char text[64];
};
struct cue_shown cue_show(struct cue_span span);
/* Sectors as mm:ss:ff. */
struct cue_shown cue_show_msf(uint32_t sectors);

/* ---- the parser ---- */

/* What is known of the track at hand beyond struct cue_track; numbers of lines are 0 if there was no such statement. */
struct cue_track_state {
	unsigned flags_line, isrc_line, pregap_line, postgap_line;
	bool index_refused; /* one of its INDEX statements could not be understood: what it lacks is no news */
};

struct cue_parser {
	struct cue *cue;
	bool strict;
	bool stopped; /* nothing more can be made of the sheet */
	int status;
	struct error *err;
	cue_listener *listener;
	void *context;
	size_t told, errors;
	const char *encoding; /* its name, for messages */
	struct cue_line raw; /* the line at hand, before decoding */

	uint8_t session; /* of the next track */
	unsigned catalog_line;
	bool index_refused; /* some INDEX could not be understood */
	size_t files_begun; /* of the files, how many have an index */
	struct cue_length pregap; /* REM PREGAP of the next track */
	struct cue_track_state now;
	uint16_t texts[DISC_MAX_TRACKS +
		       1]; /* bits of the CD-TEXT fields given: of the disc, of each track */
};

/* Tells what is wrong at a line; after an error of cue_read parser->status is set. */
void cue_tell(struct cue_parser *parser, enum cue_fault fault, unsigned line, const char *format,
	...) __attribute__((format(printf, 4, 5)));
/* Reads a sheet with parser->strict, listener, context and err set; status is in parser->status. */
void cue_parse(struct cue_parser *parser, const uint8_t *bytes, size_t len);
/* Sets ERR_MEMORY. */
void cue_out_of_memory(struct cue_parser *parser);
/* The track at hand; NULL before the first. */
struct cue_track *cue_current_track(const struct cue_parser *parser);
/* cue_current_track, NULL also once it has an INDEX. */
struct cue_track *cue_unplaced_track(const struct cue_parser *parser);

/* ---- statements ---- */

struct cue_statement;
typedef void cue_statement_reader(struct cue_parser *parser, const struct cue_statement *statement,
	const struct cue_line *line);

struct cue_statement {
	const char *keyword;
	cue_statement_reader *read;
	enum { CUE_ANYWHERE, CUE_IN_TRACK, CUE_BEFORE_INDEX, CUE_BEHIND_INDEX } place;
	bool concerns_sound; /* in no track it has no meaning; else it is left out there */
	unsigned words; /* how many it takes; 0: it looks itself */
	enum disc_text_field field;
};

cue_statement_reader cue_read_file, cue_read_track, cue_read_index, cue_read_pregap,
	cue_read_postgap, cue_read_flags, cue_read_isrc, cue_read_catalog, cue_read_text,
	cue_read_cdtext_file;
/* REM: a remark, unless it is SESSION, LEAD-OUT, LEAD-IN or PREGAP. */
cue_statement_reader cue_read_remark;

/* ---- judgements ---- */

/* The track at hand, if any, is complete: its indexes are put right and judged. */
void cue_judge_track(struct cue_parser *parser);
/* The sheet is complete. */
void cue_judge_sheet(struct cue_parser *parser);
/* Tells of a REM that was to concern what never came. */
void cue_judge_remarks(struct cue_parser *parser);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The statements of a cue sheet that say what a track is and where: TRACK, INDEX, PREGAP, POSTGAP. */
#include "image/cue_parser.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* ---- TRACK ---- */

static const struct {
	const char *word;
	enum track_mode mode;
	uint16_t sector_size; /* 0: not handled */
} modes[] = {
	{"AUDIO", TRACK_AUDIO, 2352},
	{"MODE1/2048", TRACK_MODE1, 2048},
	{"MODE1/2352", TRACK_MODE1, 2352},
	{"MODE2/2336", TRACK_MODE2, 2336},
	{"MODE2/2352", TRACK_MODE2, 2352},
	{"CDI/2336", TRACK_MODE2, 2336},
	{"CDI/2352", TRACK_MODE2, 2352},
	{"CDG", TRACK_AUDIO, 0},
	{"MODE1/2448", TRACK_MODE1, 0},
	{"MODE2/2048", TRACK_MODE2, 0},
	{"MODE2/2324", TRACK_MODE2, 0},
	{"MODE2/2448", TRACK_MODE2, 0},
};

static void read_mode(
	struct cue_parser *parser, unsigned line, struct cue_span word, struct cue_track *track)
{
	track->sector_size = DISC_RAW_SECTOR_SIZE;
	for (size_t i = 0; i < COUNT_OF(modes); i++) {
		if (!cue_span_is(word, modes[i].word))
			continue;
		track->mode = modes[i].mode;
		if (modes[i].sector_size)
			track->sector_size = modes[i].sector_size;
		else
			cue_tell(parser, CUE_NOT_HANDLED, line,
				"sectors of the kind %s cannot be read; make a raw image of "
				"2352-byte sectors",
				modes[i].word);
		return;
	}
	cue_tell(parser, CUE_BROKEN, line,
		"TRACK needs a mode: AUDIO, MODE1/2048, MODE1/2352, MODE2/2336, MODE2/2352, "
		"CDI/2336 or CDI/2352%s%s",
		word.len ? ", not " : "", cue_show(word).text);
}

static bool read_track_number(
	struct cue_parser *parser, unsigned line, struct cue_span word, unsigned *number)
{
	if (cue_span_number(word, number) && *number >= 1 && *number <= DISC_MAX_TRACKS)
		return true;
	if (word.len)
		cue_tell(parser, CUE_BROKEN, line, "TRACK needs a number from 01 to 99, not \"%s\"",
			cue_show(word).text);
	else
		cue_tell(parser, CUE_BROKEN, line, "TRACK needs a number: TRACK 01 AUDIO");
	return false;
}

/* Where the number makes no sense the next one is taken, so that the checker can go on. */
static uint8_t choose_track_number(struct cue_parser *parser, unsigned line, struct cue_span word)
{
	const struct cue_track *before = cue_current_track(parser);
	unsigned next = before ? before->number + 1u : 1, number;
	if (!read_track_number(parser, line, word, &number))
		return (uint8_t)(next < DISC_MAX_TRACKS ? next : DISC_MAX_TRACKS);
	if (before && number != next)
		cue_tell(parser, CUE_BROKEN, line,
			"TRACK %02u follows TRACK %02u; numbers go up by one", number,
			before->number);
	return (uint8_t)number;
}

void cue_read_track(struct cue_parser *parser, const struct cue_statement *statement,
	const struct cue_line *line)
{
	struct cue *cue = parser->cue;
	struct cue_span rest = line->rest, number = {rest.text, 0}, mode = number;
	(void)statement;
	cue_judge_track(parser);
	if (cue->track_count == DISC_MAX_TRACKS) {
		parser->stopped = true;
		cue_tell(parser, CUE_BROKEN, line->number,
			"there are more than %u tracks; no disc has so many", DISC_MAX_TRACKS);
		return;
	}
	cue_scan_word(&rest, &number);
	cue_scan_word(&rest, &mode);
	struct cue_track track = {.line = line->number, .session = parser->session};
	track.number = choose_track_number(parser, line->number, number);
	read_mode(parser, line->number, mode, &track);
	if (parser->pregap.line) {
		track.has_pregap = true;
		track.pregap = parser->pregap.sectors;
	}
	track.indexes = calloc(CUE_MAX_INDEXES, sizeof(*track.indexes));
	if (!track.indexes) {
		cue_out_of_memory(parser);
		return;
	}
	parser->now = (struct cue_track_state){.pregap_line = parser->pregap.line};
	parser->pregap.line = 0;
	cue->tracks[cue->track_count++] = track;
	cue->session_count = parser->session;
}

/* ---- INDEX, PREGAP, POSTGAP ---- */

/* Reads the word of a position or length; what is wrong with it is told. */
static bool read_msf(struct cue_parser *parser, const struct cue_statement *statement,
	unsigned line, struct cue_span word, uint32_t *sectors)
{
	const char *wrong = cue_span_msf(word, sectors);
	if (!wrong)
		return true;
	if (word.len)
		cue_tell(parser, CUE_BROKEN, line, "\"%s\" %s", cue_show(word).text, wrong);
	else
		cue_tell(parser, CUE_BROKEN, line,
			"%s needs minutes:seconds:frames, as in 00:02:00", statement->keyword);
	return false;
}

static bool read_index_number(
	struct cue_parser *parser, unsigned line, struct cue_span word, uint8_t *index)
{
	unsigned number;
	bool fine = cue_span_number(word, &number) && number < CUE_MAX_INDEXES;
	if (!fine && word.len)
		cue_tell(parser, CUE_BROKEN, line, "INDEX needs a number from 00 to 99, not \"%s\"",
			cue_show(word).text);
	else if (!fine)
		cue_tell(parser, CUE_BROKEN, line, "INDEX needs a number: INDEX 01 00:00:00");
	*index = fine ? (uint8_t)number : 0;
	return fine;
}

/* Puts the index where its number belongs. */
static void place_index(
	struct cue_parser *parser, struct cue_track *track, const struct cue_index *index)
{
	size_t place = track->index_count;
	while (place && track->indexes[place - 1].number > index->number)
		place--;
	if (place && track->indexes[place - 1].number == index->number) {
		cue_tell(parser, CUE_BROKEN, index->line, "INDEX %02u stands in line %u already",
			index->number, track->indexes[place - 1].line);
		return;
	}
	if (place < track->index_count)
		cue_tell(parser, CUE_MENDED, index->line, "INDEX %02u stands behind INDEX %02u",
			index->number, track->indexes[track->index_count - 1].number);
	memmove(track->indexes + place + 1, track->indexes + place,
		(track->index_count - place) * sizeof(*index));
	track->indexes[place] = *index;
	track->index_count++;
}

void cue_read_index(struct cue_parser *parser, const struct cue_statement *statement,
	const struct cue_line *line)
{
	struct cue *cue = parser->cue;
	struct cue_index index = {.line = line->number};
	struct cue_span rest = line->rest, number = {rest.text, 0}, position = number;
	cue_scan_word(&rest, &number);
	cue_scan_word(&rest, &position);
	if (!read_index_number(parser, line->number, number, &index.number) ||
		!read_msf(parser, statement, line->number, position, &index.sector)) {
		parser->now.index_refused = parser->index_refused = true;
		return;
	}
	if (!cue->file_count)
		cue->files[cue->file_count++] = (struct cue_file){.type = CUE_BINARY};
	index.file = cue->file_count - 1;
	place_index(parser, cue_current_track(parser), &index);
}

/* A second PREGAP or POSTGAP is fine only if it says the same. */
static void read_gap(struct cue_parser *parser, const struct cue_statement *statement,
	const struct cue_line *line, unsigned *first_line, uint32_t *sectors)
{
	struct cue_span rest = line->rest, word = {rest.text, 0};
	uint32_t length;
	cue_scan_word(&rest, &word);
	if (!read_msf(parser, statement, line->number, word, &length))
		return;
	if (*first_line)
		cue_tell(parser, *sectors == length ? CUE_MENDED : CUE_BROKEN, line->number,
			"%s was given in line %u already", statement->keyword, *first_line);
	*first_line = line->number;
	*sectors = length;
}

void cue_read_pregap(struct cue_parser *parser, const struct cue_statement *statement,
	const struct cue_line *line)
{
	struct cue_track *track = cue_current_track(parser);
	read_gap(parser, statement, line, &parser->now.pregap_line, &track->pregap);
	track->has_pregap = parser->now.pregap_line != 0;
}

void cue_read_postgap(struct cue_parser *parser, const struct cue_statement *statement,
	const struct cue_line *line)
{
	struct cue_track *track = cue_current_track(parser);
	read_gap(parser, statement, line, &parser->now.postgap_line, &track->postgap);
}

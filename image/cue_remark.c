/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The remarks of a cue sheet that say where sessions begin, and what lies between them. */
#include "image/cue_parser.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static bool session_has_track(const struct cue_parser *parser)
{
	const struct cue_track *track = cue_current_track(parser);
	return track && track->session == parser->session;
}

static void read_session(struct cue_parser *parser, unsigned line, struct cue_span word)
{
	unsigned number;
	if (!cue_span_number(word, &number)) {
		cue_tell(parser, CUE_NOTED, line,
			"REM SESSION names no number, and is taken for a remark");
		return;
	}
	if (number == parser->session)
		return;
	if (number != parser->session + 1u || number > DISC_MAX_SESSIONS ||
		!session_has_track(parser))
		cue_tell(parser, CUE_BROKEN, line,
			"REM SESSION %02u follows session %02u; numbers go up by one, and each "
			"session has a track",
			number, parser->session);
	else
		parser->session = (uint8_t)number;
}

/*
 * The gap that a remark concerns: the one behind the session at hand, or, as long as that has no track, the one before. Before the first track of a
 * disc there is none: NULL.
 */
static struct cue_gap *gap_at_hand(const struct cue_parser *parser)
{
	unsigned session = parser->session - (session_has_track(parser) ? 0u : 1u);
	return session ? &parser->cue->gaps[session - 1] : NULL;
}

static void take_length(struct cue_parser *parser, struct cue_length *length, unsigned line,
	const char *keyword, uint32_t sectors)
{
	if (length->line && length->sectors != sectors)
		cue_tell(parser, CUE_BROKEN, line, "REM %s says something else than line %u",
			keyword, length->line);
	*length = (struct cue_length){line, sectors};
}

static void take_lead_out(struct cue_parser *parser, unsigned line, uint32_t sectors)
{
	struct cue_gap *gap = gap_at_hand(parser);
	if (gap)
		take_length(parser, &gap->lead_out, line, "LEAD-OUT", sectors);
}

static void take_lead_in(struct cue_parser *parser, unsigned line, uint32_t sectors)
{
	struct cue_gap *gap = gap_at_hand(parser);
	if (gap)
		take_length(parser, &gap->lead_in, line, "LEAD-IN", sectors);
}

/* It stands before the TRACK, or in it before its INDEX. */
static void take_pregap(struct cue_parser *parser, unsigned line, uint32_t sectors)
{
	struct cue_track *track = cue_unplaced_track(parser);
	unsigned given = track ? parser->now.pregap_line : parser->pregap.line;
	uint32_t before = track ? track->pregap : parser->pregap.sectors;
	if (given && before != sectors)
		cue_tell(parser, CUE_BROKEN, line, "REM PREGAP says something else than line %u",
			given);
	if (!track) {
		parser->pregap = (struct cue_length){line, sectors};
		return;
	}
	track->has_pregap = true;
	track->pregap = sectors;
	parser->now.pregap_line = line;
}

static const struct {
	const char *word;
	void (*take)(struct cue_parser *parser, unsigned line, uint32_t sectors);
} lengths[] = {
	{"LEAD-OUT", take_lead_out},
	{"LEAD-IN", take_lead_in},
	{"PREGAP", take_pregap},
};

void cue_read_remark(struct cue_parser *parser, const struct cue_statement *statement,
	const struct cue_line *line)
{
	struct cue_span rest = line->rest, word, value = {rest.text, 0};
	uint32_t sectors;
	(void)statement;
	if (!cue_scan_word(&rest, &word))
		return;
	cue_scan_word(&rest, &value);
	if (cue_span_is(word, "SESSION"))
		read_session(parser, line->number, value);
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		if (!cue_span_is(word, lengths[i].word))
			continue;
		const char *wrong = cue_span_msf(value, &sectors);
		if (wrong)
			cue_tell(parser, CUE_NOTED, line->number,
				"REM %s gives no length that can be understood, and is taken for a "
				"remark",
				lengths[i].word);
		else
			lengths[i].take(parser, line->number, sectors);
	}
}

void cue_judge_remarks(struct cue_parser *parser)
{
	if (parser->pregap.line)
		cue_tell(parser, CUE_NOTED, parser->pregap.line,
			"REM PREGAP stands before no TRACK, and is taken for a remark");
}

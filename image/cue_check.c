/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is judged of a cue sheet when a track of it, or all of it, is complete. */
#include "image/cue_parser.h"

/* The INDEX 01 of a track, or NULL. */
static const struct cue_index *start_of(const struct cue_track *track)
{
	for (size_t i = 0; i < track->index_count; i++)
		if (track->indexes[i].number == 1)
			return &track->indexes[i];
	return NULL;
}

/* Whether the track has an INDEX 01, or an INDEX 00 alone, which can only be meant as one. */
static bool judge_start(struct cue_parser *parser, struct cue_track *track)
{
	if (start_of(track))
		return true;
	if (parser->now.index_refused)
		return false;
	if (track->index_count == 1 && track->indexes[0].number == 0) {
		cue_tell(parser, CUE_MENDED, track->line,
			"TRACK %02u has no INDEX 01; its INDEX 00 is taken for it", track->number);
		track->indexes[0].number = 1;
		return true;
	}
	parser->index_refused = true;
	if (!track->index_count) {
		cue_tell(parser, CUE_BROKEN, track->line, "TRACK %02u has no INDEX 01",
			track->number);
	} else {
		cue_tell(parser, CUE_BROKEN, track->indexes[0].line,
			"TRACK %02u has no INDEX 01; its first INDEX is 00 or 01, not %02u",
			track->number, track->indexes[0].number);
	}
	return false;
}

/*
 * Each file begins with its first index, and none is without one. What a file has before that is no concern of the reader here: the layout takes it for
 * what it must be, and says so.
 */
static void judge_file(
	struct cue_parser *parser, const struct cue_track *track, const struct cue_index *index)
{
	const struct cue_file *files = parser->cue->files;
	if (index->file < parser->files_begun)
		return;
	for (; parser->files_begun < index->file; parser->files_begun++)
		if (!parser->index_refused)
			cue_tell(parser, CUE_BROKEN, files[parser->files_begun].line,
				"no INDEX is in this FILE");
	parser->files_begun = index->file + 1;
	if (index->sector && parser->strict && !parser->index_refused)
		cue_tell(parser, CUE_MENDED, index->line,
			"the first INDEX of a FILE is at 00:00:00; nothing says what is before %s",
			cue_show_msf(index->sector).text);
	if (files[index->file].line > track->line && index == track->indexes)
		cue_tell(parser, CUE_MENDED, files[index->file].line,
			"FILE belongs before TRACK %02u", track->number);
}

/* The index of a track and the one that is before it on the disc, perhaps of the track before. A pregap may be of no length. */
static void judge_step(
	struct cue_parser *parser, const struct cue_index *before, const struct cue_index *index)
{
	if (index->file < before->file)
		cue_tell(parser, CUE_BROKEN, index->line,
			"INDEX %02u is in an earlier FILE than what comes before it in line %u",
			index->number, before->line);
	else if (index->file == before->file && index->sector < before->sector)
		cue_tell(parser, CUE_BROKEN, index->line,
			"INDEX %02u at %s is before the one of line %u", index->number,
			cue_show_msf(index->sector).text, before->line);
	else if (index->file == before->file && index->sector == before->sector)
		cue_tell(parser, before->number ? CUE_BROKEN : CUE_MENDED, index->line,
			"INDEX %02u is at the same place as INDEX %02u of line %u%s", index->number,
			before->number, before->line,
			before->number ? ", which then has no length" : "");
}

static void judge_numbers(struct cue_parser *parser, const struct cue_track *track)
{
	for (size_t i = 1; i < track->index_count && !parser->now.index_refused; i++) {
		const struct cue_index *index = &track->indexes[i], *before = index - 1;
		if (index->number != before->number + 1)
			cue_tell(parser, CUE_BROKEN, index->line,
				"INDEX %02u follows INDEX %02u; numbers go up by one",
				index->number, before->number);
		if (index->file != before->file)
			cue_tell(parser, CUE_MENDED, parser->cue->files[index->file].line,
				"FILE stands within TRACK %02u; few programs can read that",
				track->number);
	}
}

/* The end of the track before: its INDEX 01 must lie before the first index of this one. */
static void judge_border(
	struct cue_parser *parser, const struct cue_track *before, const struct cue_index *index)
{
	const struct cue_index *start = start_of(before);
	const struct cue_index *last = &before->indexes[before->index_count - 1];
	if (start && start->file == index->file && start->sector == index->sector)
		cue_tell(parser, CUE_BROKEN, index->line,
			"TRACK %02u has no length: the next one begins at the same place",
			before->number);
	else
		judge_step(parser, last, index);
}

void cue_judge_track(struct cue_parser *parser)
{
	struct cue_track *track = cue_current_track(parser);
	if (!track || !judge_start(parser, track) || parser->status)
		return;
	judge_numbers(parser, track);
	for (size_t i = 0; i < track->index_count; i++) {
		judge_file(parser, track, &track->indexes[i]);
		if (i)
			judge_step(parser, &track->indexes[i - 1], &track->indexes[i]);
		else if (track > parser->cue->tracks && track[-1].index_count)
			judge_border(parser, track - 1, &track->indexes[0]);
	}
}

void cue_judge_sheet(struct cue_parser *parser)
{
	const struct cue *cue = parser->cue;
	if (!cue->track_count) {
		cue_tell(parser, CUE_BROKEN, 0,
			"the sheet has no TRACK; it may be no cue sheet at all");
		return;
	}
	if (!cue->file_count || !cue->files[0].name)
		cue_tell(parser, CUE_NOTED, 0, "the sheet names no FILE");
	for (size_t i = parser->files_begun; i < cue->file_count && !parser->index_refused; i++)
		cue_tell(parser, CUE_BROKEN, cue->files[i].line, "no INDEX is in this FILE");
	if (parser->session > cue->session_count)
		cue_tell(parser, CUE_BROKEN, 0, "session %02u has no TRACK", parser->session);
	cue_judge_remarks(parser);
}

int cue_check(const uint8_t *bytes, size_t len, cue_listener *listener, void *context,
	size_t *errors, struct error *err)
{
	struct cue_parser parser = {
		.strict = true, .listener = listener, .context = context, .err = err};
	cue_parse(&parser, bytes, len);
	*errors = parser.errors;
	cue_free(parser.cue);
	return parser.status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/sheet_gap.h"

#include <stdbool.h>
#include <stdio.h>

/* Of sessions on a disc, in sectors (Multisession Compact Disc Specification; Orange Book). */
#define FIRST_LEAD_OUT (90u * DISC_FRAMES)
#define LATER_LEAD_OUT (30u * DISC_FRAMES)
#define LEAD_IN (60u * DISC_FRAMES)
#define LONGEST_LEAD_OUT (120u * DISC_FRAMES) /* what is longer cannot be meant as one */

uint32_t sheet_usual_lead_out(unsigned session)
{
	return session == 1 ? FIRST_LEAD_OUT : LATER_LEAD_OUT;
}

/* Judges a LEAD-OUT that no LEAD-IN stands beside and that is not the usual one; the length of it. */
static uint32_t judge_lead_out(const struct cue_length *given, uint32_t usual, struct sheet_end end,
	cue_listener *listener, void *context)
{
	char words[160];
	bool is_end = given->sectors == end.in_file || given->sectors == end.on_disc;
	bool is_position = is_end || given->sectors > LONGEST_LEAD_OUT;
	const char *meaning = is_end        ? "is where the session ends, and no length; the usual "
					      "length is taken"
			      : is_position ? "is too long for a lead-out, and may be a position; "
					      "the usual length is taken"
					    : "is taken for the length of the lead-out; it may be "
					      "a position, as there is no REM LEAD-IN";
	snprintf(words, sizeof(words), "REM LEAD-OUT %02u:%02u:%02u %s",
		given->sectors / DISC_FRAMES / 60, given->sectors / DISC_FRAMES % 60,
		given->sectors % DISC_FRAMES, meaning);
	if (listener)
		listener(context, CUE_WARNING, given->line, words);
	return is_position ? usual : given->sectors;
}

uint64_t sheet_gap_behind(const struct cue *cue, unsigned session, struct sheet_end end,
	cue_listener *listener, void *context)
{
	const struct cue_gap *gap = &cue->gaps[session - 1];
	uint32_t usual = sheet_usual_lead_out(session);
	uint32_t lead_in = gap->lead_in.line ? gap->lead_in.sectors : LEAD_IN;
	uint32_t lead_out = gap->lead_out.line ? gap->lead_out.sectors : usual;
	if (lead_out != usual && !gap->lead_in.line)
		lead_out = judge_lead_out(&gap->lead_out, usual, end, listener, context);
	return (uint64_t)lead_out + lead_in;
}

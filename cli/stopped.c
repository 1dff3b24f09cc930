/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/stopped.h"

#include "cli/cli.h"
#include "cli/command_line.h"
#include "store/commit.h"

#include <unistd.h>

unsigned stopped_percent(const struct work_state *state)
{
	uint64_t read = 0;
	for (size_t i = 0; i < state->reads.count; i++)
		if (state->reads.ranges[i].state != READ_STATE_UNREADABLE)
			read += state->reads.ranges[i].extent.count;
	return state->sectors ? (unsigned)(read * 100 / state->sectors) : 0;
}

struct offer {
	const struct archive *archive;
	struct rip *rip;
	const char *source;
	const char *options;
	struct error *err;
};

/* Opens the staged image of a rip that was stopped while reading; -1 if it is none. The lock is held only for that. */
static int open_stopped(const struct archive *archive, const char *name, struct work_state *state)
{
	struct work *work = NULL;
	int image = -1;
	if (work_open_name(&work, archive, name, NULL))
		return -1;
	if (!work_load(work, state, NULL) && !state->committing && state->reads.count &&
		!commit_unstage(work, NULL))
		image = commit_open_image(work, state->carrier.id, state->format);
	work_close(work);
	return image;
}

static int refuse_with_offer(const struct offer *offer, const struct work_state *state)
{
	struct buffer carrier = {0}, source = {0};
	command_line_quote(&carrier, state->carrier.id);
	command_line_quote(&source, offer->source);
	int status = error_set(offer->err, ERR_EXISTS,
		"this disc was being read as carrier %s when that rip was stopped at %u%%; go on "
		"with it: "
		"theca rip --carrier %s %s%s; or give --carrier another id to read it as another "
		"disc",
		state->carrier.id, stopped_percent(state), buffer_text(&carrier), offer->options,
		buffer_text(&source));
	buffer_release(&carrier);
	buffer_release(&source);
	return status;
}

static int offer_one(void *context, const char *name)
{
	struct offer *offer = context;
	struct work_state state = {0};
	int status = 0;
	if (work_peek(offer->archive, name, &state, NULL) || state.committing ||
		state.sectors != rip_plan_of(offer->rip)->sectors) {
		work_state_release(&state);
		return 0;
	}
	work_state_release(&state);
	int image = open_stopped(offer->archive, name, &state);
	if (image >= 0 && rip_is_same_disc(offer->rip, &state, image))
		status = refuse_with_offer(offer, &state);
	if (image >= 0)
		close(image);
	work_state_release(&state);
	return status;
}

int offer_stopped(const struct archive *archive, struct rip *rip, const char *source,
	const char *options, struct error *err)
{
	struct offer offer = {archive, rip, source, options, err};
	return work_each(archive, offer_one, &offer, err);
}

void advise_stopped(const struct work *work)
{
	struct work_state state;
	if (work_load(work, &state, NULL)) {
		report_note("nothing of it could be saved");
		return;
	}
	struct buffer carrier = {0};
	command_line_quote(&carrier, state.carrier.id);
	if (state.committing)
		report_note("everything was read and is staged in work/; the next `theca rip`, "
			    "`verify` or "
			    "`reindex` finishes it");
	else
		report_note("%u%% of the disc was read and is kept in work/; the same command with "
			    "--carrier %s goes on with it",
			stopped_percent(&state), buffer_text(&carrier));
	buffer_release(&carrier);
	work_state_release(&state);
}

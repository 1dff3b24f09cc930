/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/stopped.h"

#include "cli/cli.h"

unsigned stopped_percent(const struct work_state *state)
{
	uint64_t read = 0;
	for (size_t i = 0; i < state->reads.count; i++)
		if (state->reads.ranges[i].state == READ_STATE_READ)
			read += state->reads.ranges[i].extent.count;
	return state->sectors ? (unsigned)(read * 100 / state->sectors) : 0;
}

struct offer {
	const struct archive *archive;
	struct rip *rip;
	const char *source;
	struct error *err;
};

static int offer_one(void *context, const char *name)
{
	struct offer *offer = context;
	struct work *work = NULL;
	struct work_state state = {0};
	int status = 0;
	if (work_open_name(&work, offer->archive, name, NULL))
		return 0;
	if (!work_load(work, &state, NULL) && !state.committing && state.reads.count &&
		rip_is_same_disc(offer->rip, work, &state))
		status = error_set(offer->err, ERR_EXISTS,
			"this disc was being read as carrier %s when that rip was stopped at %u%%; go on with it: "
			"theca rip --carrier '%s' %s; or give --carrier another id to read it as another disc",
			state.carrier.id, stopped_percent(&state), state.carrier.id, offer->source);
	work_state_release(&state);
	work_close(work);
	return status;
}

int offer_stopped(const struct archive *archive, struct rip *rip, const char *source,
	struct error *err)
{
	struct offer offer = {archive, rip, source, err};
	return work_each(archive, offer_one, &offer, err);
}

void advise_stopped(const struct work *work)
{
	struct work_state state;
	if (work_load(work, &state, NULL)) {
		report_note("nothing of it could be saved");
		return;
	}
	if (state.committing)
		report_note("everything was read and is staged in work/; the next `theca rip`, `verify` or "
			    "`reindex` finishes it");
	else
		report_note("%u%% of the disc was read and is kept in work/; the same command with "
			    "--carrier '%s' goes on with it",
			stopped_percent(&state), state.carrier.id);
	work_state_release(&state);
}

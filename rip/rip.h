/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rip: from a drive or image to a staged image with all that is known about it.
 */
#ifndef THECA_RIP_RIP_H
#define THECA_RIP_RIP_H

#include "base/error.h"
#include "base/progress.h"
#include "rip/plan.h"
#include "rip/worker.h"
#include "store/deposit.h"
#include "store/work.h"

#include <stdbool.h>
#include <stdint.h>

struct rip;

/*
 * Opens the source in a worker process, reads the disc's table of contents and plans the reading. No thread runs yet. The errors are
 * those of the source (no disc, no permission, no image ...) and of the plan. The caller closes.
 */
int rip_open(
	struct rip **out, const char *source, const struct rip_policy *policy, struct error *err);
void rip_close(struct rip *rip);
/* The plan and the facts; borrowed. */
const struct rip_plan *rip_plan_of(const struct rip *rip);
const struct source_facts *rip_facts_of(const struct rip *rip);

/* Whether the disc in the source is the one of a stopped rip, whose staged image is open as fd `image` (rip/same_disc.h). */
bool rip_is_same_disc(struct rip *rip, const struct work_state *state, int image);
/* Whether the source is of the same kind as then and, if it is an image file, of the same size and time. */
bool rip_is_same_file(const struct rip *rip, const struct work_state *state);
/* Enters into the state what the two above compare. Only ERR_MEMORY. */
int rip_remember_source(const struct rip *rip, struct work_state *state, struct error *err);

/*
 * Reads the disc into work's staged image, going on from state->reads if that image is there, and saves the state now and then and
 * when it ends for whatever reason. digests is a DIGEST_BIT mask. Fills the deposit's source, disc, format, label, map,
 * reads, digests, bitstreams, chunks and times.
 * Unreadable sectors are no error.
 */
int rip_read(struct rip *rip, const struct work *work, struct work_state *state, unsigned digests,
	const struct progress *progress, struct deposit *deposit, struct error *err);

#endif

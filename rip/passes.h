/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passes: from an all-unknown map to one that says of each sector whether it was read.
 *
 *   copy     forward in clusters; a failed cluster is read again in small ones, those that fail are put off
 *   scrape   what was put off, sector by sector
 *   retry    each sector that failed alone once more, up to `retries` times, the direction alternating
 *
 * A source that itself reads sector by sector where a cluster fails (SOURCE_PARTLY) leaves nothing to scrape.
 */
#ifndef THECA_RIP_PASSES_H
#define THECA_RIP_PASSES_H

#include "base/error.h"
#include "base/progress.h"
#include "image/damage_map.h"
#include "image/disc.h"
#include "image/image_writer.h"
#include "image/read_record.h"
#include "image/sector_source.h"
#include "rip/plan.h"

struct rip_job {
	const struct rip_plan *plan;
	const struct disc *disc; /* no read crosses from one of its tracks to the next */
	struct sector_source *source;
	struct image_writer *writer;
	struct damage_map
		*map; /* non-tried sectors are read; what an earlier run finished is left alone */
	struct read_record *record;
	const struct progress *progress; /* may be NULL */
	/* Called now and then when image and map agree and may be saved; may be NULL. */
	int (*checkpoint)(void *context, struct error *err);
	void *checkpoint_context;
	double checkpoint_seconds; /* between two calls */
};

/*
 * Runs the passes. Unreadable sectors are no error: they are MAP_BAD. ERR_INTERRUPTED when the progress asks to stop; other errors
 * when source or disk are gone. In every case map and image agree.
 */
int rip_passes(struct rip_job *job, struct error *err);

#endif

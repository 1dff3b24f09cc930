/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/plan.h"

#define CAREFUL_SECTORS 16u /* a DVD's ECC block; it fails as a whole (ECMA-267, 18) */

int rip_plan_make(struct rip_plan *plan, const struct disc *disc, uint32_t max_read,
	const struct rip_policy *policy, struct error *err)
{
	if (!disc_is_single_data(disc))
		return error_set(err, ERR_UNSUPPORTED,
			"this disc has %u track%s in %u session%s, the first of them %s; this version of "
			"Theca preserves discs of one data track",
			disc->track_count, disc->track_count == 1 ? "" : "s", disc->session_count,
			disc->session_count == 1 ? "" : "s", track_mode_name(disc->tracks[0].mode));
	*plan = (struct rip_plan){
		.sectors = disc->lead_out,
		.sector_size = DISC_SECTOR_SIZE,
		.cluster = max_read,
		.careful = max_read < CAREFUL_SECTORS ? max_read : CAREFUL_SECTORS,
		.retries = policy->retries,
	};
	return 0;
}

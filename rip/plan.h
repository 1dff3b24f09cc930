/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rip plan: how a disc is going to be read; a pure function of the disc and the policy.
 */
#ifndef THECA_RIP_PLAN_H
#define THECA_RIP_PLAN_H

#include "base/error.h"
#include "image/disc.h"

#include <stdint.h>

struct rip_policy {
	unsigned retries; /* further reads of a sector that failed alone */
};

struct rip_plan {
	uint32_t sectors;
	uint32_t sector_size;   /* bytes in the image */
	uint32_t cluster;       /* sectors read at once where reading goes well */
	uint32_t careful;       /* sectors read at once after a cluster failed: whole ECC blocks */
	unsigned retries;
};

/*
 * Plans an ISO image of a disc with one data track. ERR_UNSUPPORTED, saying what the disc is, for one that has audio, Mode 2 or
 * several tracks or sessions.
 */
int rip_plan_make(struct rip_plan *plan, const struct disc *disc, uint32_t max_read,
	const struct rip_policy *policy, struct error *err);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rip plan: how a disc is going to be read; a pure function of the disc and the policy.
 */
#ifndef THECA_RIP_PLAN_H
#define THECA_RIP_PLAN_H

#include "base/error.h"
#include "image/disc.h"

#include <stdbool.h>
#include <stdint.h>

enum rip_format {
	RIP_AUTO, /* ISO for a disc of one track of 2048-byte sectors, BIN/CUE for any other, and for what is raw already */
	RIP_ISO,
	RIP_BINCUE,
};

struct rip_policy {
	enum rip_format format;
	unsigned retries; /* further reads of a sector that failed alone */
};

struct rip_plan {
	enum image_format format;
	uint32_t sectors; /* of the image */
	uint32_t sector_size; /* bytes in the image */
	uint32_t cluster; /* sectors read at once where reading goes well */
	uint32_t careful; /* sectors read at once after a cluster failed: whole ECC blocks */
	unsigned retries;
};

/*
 * Settles what image a disc gets; is_raw says that the source is an image file of raw sectors, of which nothing is to be lost. ERR_UNSUPPORTED, saying what
 * the disc is, for a format that cannot hold it.
 */
int rip_plan_format(enum image_format *format, const struct disc *disc, bool is_raw,
	enum rip_format wanted, struct error *err);
/* Plans an image of that format; max_read is what the source takes at once. */
void rip_plan_make(struct rip_plan *plan, const struct disc *disc, enum image_format format,
	uint32_t max_read, const struct rip_policy *policy);
/* "auto", "iso", "bincue"; false if it is none of them. */
bool rip_format_by_name(const char *name, enum rip_format *format);

#endif

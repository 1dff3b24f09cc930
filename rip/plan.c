/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/plan.h"

#include <string.h>

#define CAREFUL_SECTORS 16u /* a DVD's ECC block; it fails as a whole (ECMA-267, 18) */

bool rip_format_by_name(const char *name, enum rip_format *format)
{
	static const char *const names[] = {
		[RIP_AUTO] = "auto", [RIP_ISO] = "iso", [RIP_BINCUE] = "bincue"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(names[i], name)) {
			*format = (enum rip_format)i;
			return true;
		}
	}
	return false;
}

static int refuse_iso(const struct disc *disc, struct error *err)
{
	return error_set(err, ERR_UNSUPPORTED,
		"an ISO image holds one track of Mode 1, and this disc has %u track%s in %u "
		"session%s, the "
		"first of them %s; leave --format out to keep it as BIN and CUE",
		disc->track_count, disc->track_count == 1 ? "" : "s", disc->session_count,
		disc->session_count == 1 ? "" : "s", track_mode_name(disc->tracks[0].mode));
}

int rip_plan_format(enum image_format *format, const struct disc *disc, bool is_raw,
	enum rip_format wanted, struct error *err)
{
	const bool fits_iso = disc_is_single_data(disc), is_cd = disc->profile == DISC_CD;
	*format = IMAGE_ISO;
	if (wanted == RIP_ISO)
		return fits_iso ? 0 : refuse_iso(disc, err);
	if (wanted == RIP_BINCUE && !is_cd)
		return error_set(err, ERR_UNSUPPORTED,
			"only a CD has raw sectors of 2352 bytes; leave --raw and --format out to "
			"keep "
			"this %s as an ISO image",
			disc->profile == DISC_DVD ? "DVD" : "image");
	if (wanted == RIP_BINCUE || !fits_iso || is_raw)
		*format = IMAGE_BINCUE;
	return 0;
}

void rip_plan_make(struct rip_plan *plan, const struct disc *disc, enum image_format format,
	uint32_t max_read, const struct rip_policy *policy)
{
	*plan = (struct rip_plan){
		.format = format,
		.sectors = disc_image_sectors(disc),
		.sector_size = format == IMAGE_ISO ? DISC_SECTOR_SIZE : DISC_RAW_SECTOR_SIZE,
		.cluster = max_read,
		.careful = max_read < CAREFUL_SECTORS ? max_read : CAREFUL_SECTORS,
		.retries = policy->retries,
	};
}

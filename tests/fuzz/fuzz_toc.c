/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a drive tells of its disc. The first byte chooses which answer it is; a table of contents
 * that is taken describes a disc whose image and addresses fit together.
 */
#include "rip/toc.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_disc(struct disc *disc)
{
	struct disc_run run;
	uint32_t sectors = disc_image_sectors(disc), total = 0, place;
	if (!disc->track_count || !sectors || sectors > disc->lead_out ||
		disc->lead_out > 100 * 60 * DISC_FRAMES || !toc_agrees(disc, disc))
		abort();
	for (uint32_t sector = 0; sector < sectors; sector += run.count) {
		if (!disc_run_at(disc, sector, &run) || run.sector != sector || !run.count ||
			!disc_sector_of(disc, run.lba, &place) || place != sector)
			abort();
		total += run.count;
	}
	if (total != sectors || disc_complete(disc))
		abort();
}

static void check_numbers(const uint8_t *data, size_t size)
{
	char mcn[TOC_MCN_SIZE], isrc[TOC_ISRC_SIZE];
	if (toc_parse_mcn(mcn, data, size) && strspn(mcn, "0123456789") != TOC_MCN_SIZE - 1)
		abort();
	if (toc_parse_isrc(isrc, 1, data, size) && strlen(isrc) != TOC_ISRC_SIZE - 1)
		abort();
	if (toc_parse_session_count(data, size) > DISC_MAX_SESSIONS)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct disc disc;
	if (!size)
		return 0;
	if (data[0] == 'f' && !toc_parse_full(&disc, data + 1, size - 1))
		check_disc(&disc);
	else if (data[0] == 's' && !toc_parse_short(&disc, data + 1, size - 1))
		check_disc(&disc);
	else if (data[0] == 'n')
		check_numbers(data + 1, size - 1);
	return 0;
}

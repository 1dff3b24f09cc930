/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Same disc: whether a stopped rip may be gone on with. Two discs joined into one image would be worse than a disc read twice.
 */
#ifndef THECA_RIP_SAME_DISC_H
#define THECA_RIP_SAME_DISC_H

#include "image/read_record.h"
#include "image/sector_source.h"
#include "rip/plan.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads again, into slot, the sectors from LBA 16 on (where the file systems describe themselves), the first and the last that were
 * read, and others spread over the disc, and compares them with the staged image, open as fd `image`. False if any differs, or
 * if none that says something (not the same byte throughout) could be compared.
 */
bool same_disc(struct sector_source *source, uint8_t *slot, const struct rip_plan *plan,
	const struct read_record *reads, int image);

#endif

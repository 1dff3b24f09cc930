/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Same disc: whether a stopped rip may be gone on with. Two discs joined into one image would be worse than a disc read twice.
 */
#ifndef THECA_RIP_SAME_DISC_H
#define THECA_RIP_SAME_DISC_H

#include "base/bytes.h"
#include "image/disc.h"
#include "image/read_record.h"
#include "image/sector_source.h"
#include "rip/plan.h"

#include <stdint.h>

enum sameness {
	DISC_SAME,
	DISC_DIFFERENT, /* a sector differs, or none of those that were read can be read again */
	DISC_SAYS_NOTHING, /* all that was compared is alike, and every sector of it is one byte throughout */
};

/*
 * Appends what the table of contents says as a line: profile, then for each session its tracks, "a" for audio or "d" for data and the LBA, and its lead-out:
 * "cd a150 a13500 d30000:60000". Discs of one pressing have the same line, most others have not.
 */
void disc_contents(const struct disc *disc, struct buffer *out);
/*
 * Reads again, into slot, the sectors from 16 on (where the file systems describe themselves), the first and the last that were
 * read, and others spread over the disc, and compares them with the staged image, open as fd `image`. Sound may begin a little earlier or later: no two readings of it need begin
 * at the same sample.
 */
enum sameness same_disc(struct sector_source *source, uint8_t *slot, const struct disc *disc,
	const struct rip_plan *plan, const struct read_record *reads, int image);

#endif

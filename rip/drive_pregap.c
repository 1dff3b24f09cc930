/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/drive_pregap.h"

#include "image/sector.h"

#include <stdbool.h>
#include <string.h>

#define USUAL 150u /* sectors of a pregap, as the standard has it and burners write it */
#define UNREAD_ON_DISC 10u /* reads that told nothing, after which no other is looked for */

/* ---- the search ---- */

/* The middle of the longest stretch between two places that was not looked at; 0 if there is none. */
static uint32_t next_place(const bool *looked, uint32_t from, uint32_t to)
{
	uint32_t place = 0;
	for (uint32_t i = from + 1, run = 0, longest = 0; i < to; i++) {
		run = looked[i] ? 0 : run + 1;
		if (run > longest) {
			longest = run;
			place = i - run / 2;
		}
	}
	return place;
}

/* Places count from 1 for the first sector; that of INDEX 01 lies in the pregap, as it were. */
uint32_t pregap_search(struct extent before, pregap_look *look, void *context)
{
	bool looked[PREGAP_REACH + 1] = {false};
	const uint32_t index_01 = (before.count < PREGAP_REACH ? before.count : PREGAP_REACH) + 1;
	uint32_t outside = 0, inside = index_01, unread = 0, place;
	while (unread < PREGAP_UNREAD && (place = next_place(looked, outside, inside)) > 0) {
		looked[place] = true;
		const enum pregap_side side = look(context, extent_end(before) + place - index_01);
		if (side == PREGAP_BEFORE)
			outside = place;
		else if (side == PREGAP_WITHIN)
			inside = place;
		else
			unread++;
	}
	const uint32_t certain = index_01 - inside, possible = index_01 - outside - 1;
	if (!outside || !certain)
		return 0;
	return certain <= USUAL && USUAL <= possible ? USUAL : certain;
}

/* ---- in a drive ---- */

struct probing {
	struct packet_port *port;
	bool to_audio; /* and from data, or the other way round */
	unsigned unread;
};

/* A sync that no sector has such a mode after, so that what did not come is no sector. */
static void fill_with_nothing(uint8_t sector[DISC_RAW_SECTOR_SIZE])
{
	memset(sector, 0xff, DISC_RAW_SECTOR_SIZE);
	sector[0] = sector[11] = 0;
}

static enum pregap_side look_at(void *context, uint32_t lba)
{
	struct probing *probing = context;
	uint8_t sector[DISC_RAW_SECTOR_SIZE];
	struct sense sense;
	fill_with_nothing(sector);
	if (packet_read_cd(
		    probing->port, SECTOR_TYPE_ANY, (struct extent){lba, 1}, sector, &sense)) {
		const int mode = sector_mode(sector);
		if (mode <= 2)
			return (mode < 0) == probing->to_audio ? PREGAP_WITHIN : PREGAP_BEFORE;
	} else if (sense_is_other_kind(&sense)) {
		/* other than the table of contents has it there, so than the earlier track */
		return PREGAP_WITHIN;
	}
	probing->unread++;
	return PREGAP_UNKNOWN;
}

void drive_find_pregaps(struct packet_port *port, struct disc *disc)
{
	struct probing probing = {.port = port};
	for (size_t i = 1; i < disc->track_count && probing.unread < UNREAD_ON_DISC; i++) {
		struct track *track = &disc->tracks[i];
		const struct track *earlier = &track[-1];
		probing.to_audio = track->mode == TRACK_AUDIO;
		if (track->session != earlier->session ||
			probing.to_audio == (earlier->mode == TRACK_AUDIO))
			continue;
		/* all but the first sector of the earlier track, which is its own */
		const struct extent before = {earlier->lba + 1, earlier->count - 1};
		track->pregap = pregap_search(before, look_at, &probing);
		if (disc_complete(disc))
			track->pregap = 0;
	}
}

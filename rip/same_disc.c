/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/same_disc.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define PROBES 16u /* places spread over the disc */
#define PROBE_SECTORS 4u /* compared at each of them */
#define DESCRIPTORS 16u /* sector of the first volume descriptor */
#define SOUND_BYTES 512u /* looked for in what is read again */

enum comparison { COMPARE_NOTHING, COMPARE_EQUAL_CONSTANT, COMPARE_EQUAL, COMPARE_DIFFERENT };

/* The first sector at or after lba that was read, with how many follow; false if there is none. */
static bool next_read(const struct read_record *reads, uint32_t lba, struct extent *extent)
{
	for (size_t i = 0; i < reads->count; i++) {
		const struct read_range *range = &reads->ranges[i];
		uint32_t end = extent_end(range->extent);
		if (range->state == READ_STATE_UNREADABLE || end <= lba)
			continue;
		uint32_t begin = range->extent.lba > lba ? range->extent.lba : lba;
		*extent = (struct extent){begin, end - begin};
		return true;
	}
	return false;
}

static bool is_constant(const uint8_t *bytes, size_t len)
{
	return !memcmp(bytes, bytes + 1, len - 1);
}

void disc_contents(const struct disc *disc, struct buffer *out)
{
	buffer_puts(out, disc_profile_name(disc->profile));
	for (size_t i = 0; i < disc->track_count; i++) {
		const struct track *track = &disc->tracks[i];
		bool is_last = i + 1u == disc->track_count || track[1].session != track->session;
		buffer_printf(
			out, " %c%" PRIu32, track->mode == TRACK_AUDIO ? 'a' : 'd', track->lba);
		if (is_last)
			buffer_printf(
				out, ":%" PRIu32, disc->session_lead_outs[track->session - 1]);
	}
}

/* Whether the middle of the kept sectors is to be found in those read again. */
static bool sounds_the_same(const uint8_t *kept, const uint8_t *again, size_t len)
{
	return memmem(again, len, kept + len / 2 - SOUND_BYTES / 2, SOUND_BYTES) != NULL;
}

static enum comparison compare_place(struct sector_source *source, uint8_t *slot,
	const struct disc *disc, int image, struct extent extent)
{
	const size_t size = source->sector_size;
	uint8_t kept[PROBE_SECTORS * DISC_RAW_SECTOR_SIZE];
	struct disc_run run;
	bool known = disc_run_at(disc, extent.lba, &run);
	if (known && extent.count > run.count - (extent.lba - run.sector))
		extent.count = run.count - (extent.lba - run.sector);
	if (extent.count > PROBE_SECTORS)
		extent.count = PROBE_SECTORS;
	if (extent.count > source->max_read)
		extent.count = source->max_read;
	size_t len = (size_t)extent.count * size;
	if (pread(image, kept, len, (off_t)(extent.lba * size)) != (ssize_t)len ||
		source_read(source, extent, slot, NULL) != SOURCE_OK)
		return COMPARE_NOTHING;
	bool is_sound = known && run.track && run.track->mode == TRACK_AUDIO;
	if (is_sound ? !sounds_the_same(kept, slot, len) : memcmp(kept, slot, len) != 0)
		return COMPARE_DIFFERENT;
	return is_constant(kept, len) ? COMPARE_EQUAL_CONSTANT : COMPARE_EQUAL;
}

/* The end of what was read, where the rip was stopped. */
static bool last_read(const struct read_record *reads, struct extent *extent)
{
	const struct read_range *last = reads->count ? &reads->ranges[reads->count - 1] : NULL;
	if (!last || last->state == READ_STATE_UNREADABLE)
		return false;
	uint32_t count = last->extent.count < PROBE_SECTORS ? last->extent.count : PROBE_SECTORS;
	*extent = (struct extent){extent_end(last->extent) - count, count};
	return true;
}

/* The probes in order: the descriptors, places spread over the disc, the end. */
static bool choose_place(const struct rip_plan *plan, const struct read_record *reads,
	unsigned probe, struct extent *extent)
{
	if (probe == PROBES + 1)
		return last_read(reads, extent);
	uint32_t at = probe == PROBES ? DESCRIPTORS
				      : (uint32_t)((uint64_t)plan->sectors * probe / PROBES);
	return next_read(reads, at, extent);
}

enum sameness same_disc(struct sector_source *source, uint8_t *slot, const struct disc *disc,
	const struct rip_plan *plan, const struct read_record *reads, int image)
{
	unsigned telling = 0, alike = 0;
	for (unsigned probe = 0; probe < PROBES + 2; probe++) {
		struct extent extent;
		if (!choose_place(plan, reads, probe, &extent))
			continue;
		enum comparison comparison = compare_place(source, slot, disc, image, extent);
		if (comparison == COMPARE_DIFFERENT)
			return DISC_DIFFERENT;
		telling += comparison == COMPARE_EQUAL;
		alike += comparison == COMPARE_EQUAL_CONSTANT;
	}
	if (telling)
		return DISC_SAME;
	return alike ? DISC_SAYS_NOTHING : DISC_DIFFERENT;
}

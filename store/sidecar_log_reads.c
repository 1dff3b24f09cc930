/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/log_writer.h"

#include <inttypes.h>

/* A log lists no more ranges of a kind than these; the map, or for doubtful ones the list of reads, has them all. */
#define MAX_RANGES 1000u

uint64_t log_read_again(const struct deposit *deposit)
{
	uint64_t count = 0;

	for (size_t i = 0; i < deposit->reads.count; i++) {
		const struct read_range *range = &deposit->reads.ranges[i];
		if (range->state == READ_STATE_READ && range->pass != READ_PASS_COPY)
			count += range->extent.count;
	}
	return count;
}

/* ---- unreadable and doubtful ---- */

/* By LBA of the disc; the tracks only where there are some to tell apart. */
static void write_ranges(
	const struct deposit *deposit, deposit_next *next, const char *where, struct buffer *out)
{
	bool by_track = deposit->format == IMAGE_BINCUE;
	struct extent extent;
	uint32_t from = 0, listed = 0, more = 0;

	buffer_printf(out, "         LBA     sectors%s\n", by_track ? "  track" : "");
	while (next(deposit, from, &extent)) {
		struct disc_run run = deposit_run(&deposit->disc, extent);
		from = run.sector + run.count;
		if (listed == MAX_RANGES) {
			more++;
			continue;
		}
		buffer_printf(out, "  %10" PRIu32 "  %10" PRIu32, run.lba, run.count);
		if (by_track && run.track)
			buffer_printf(out, "  %5u%s", run.track->number,
				run.is_pregap ? ", its pregap" : "");
		buffer_putc(out, '\n');
		listed++;
	}
	if (more)
		buffer_printf(out,
			"  and %" PRIu32 " more ranges; the %s beside this log has them all\n",
			more, where);
}

static void write_damage(const struct deposit *deposit, struct buffer *out)
{
	uint32_t sectors = damage_map_sectors(deposit->map);
	uint32_t unread = deposit_unread_sectors(deposit);
	uint64_t doubtful = deposit_doubtful_sectors(deposit);

	log_heading(out, "Damage");
	log_printf(
		out, "sectors", "%" PRIu32 " of %" PRIu32 " bytes", sectors, deposit->sector_size);
	log_printf(out, "unreadable", "%" PRIu32 " (%.4f %%)", unread, log_share(unread, sectors));
	if (unread)
		write_ranges(deposit, deposit_next_unread, "map", out);
	if (!doubtful)
		return;
	log_printf(
		out, "doubtful", "%" PRIu64 " (%.4f %%)", doubtful, log_share(doubtful, sectors));
	buffer_puts(out,
		"  They are in the image as they were read, but their own check code, address or mode "
		"disagrees with them,\n  or no two readings of them agreed.\n");
	write_ranges(deposit, deposit_next_doubtful, "list of reads", out);
}

/* ---- how the tracks were read ---- */

static bool is_worth_telling(const struct deposit *deposit)
{
	struct read_effort all = read_record_effort(&deposit->reads, -1);
	if (deposit->format != IMAGE_BINCUE)
		return false;
	return all.rereads || all.jitter || all.skips ||
	       (deposit->source.is_drive && disc_has_audio(&deposit->disc));
}

static void write_tracks(const struct deposit *deposit, struct buffer *out)
{
	if (!is_worth_telling(deposit))
		return;
	log_heading(out, "How the tracks were read, their pregaps included");
	buffer_puts(out, "  track  read again  jitter  given up  unreadable  doubtful\n");
	for (size_t i = 0; i < deposit->disc.track_count; i++) {
		unsigned number = deposit->disc.tracks[i].number;
		struct track_tally tally = deposit_tally(deposit, number);
		buffer_printf(out,
			"  %5u  %10" PRIu32 "  %6" PRIu32 "  %8" PRIu32 "  %10" PRIu64 "  %8" PRIu64
			"\n",
			number, tally.effort.rereads, tally.effort.jitter, tally.effort.skips,
			tally.unreadable, tally.doubtful);
	}
	buffer_puts(out,
		"  read again: sectors asked for again within a try, beyond what "
		"confirming costs on a good disc;\n"
		"    how many tries a range took, the list of reads beside this log tells\n"
		"  jitter: places where libcdio-paranoia put readings together that did "
		"not begin where they should\n"
		"  given up: places that libcdio-paranoia gave up, so that their sectors "
		"were read one by one\n");
}

/* ---- why it is believed ---- */

static const char *const confirmations[] = {
	[READ_CONFIRMED_BY_DRIVE] = "the drive reported success; nothing else was checked",
	[READ_CONFIRMED_BY_FILE] = "the bytes of the image file, as its file system gave them",
	[READ_CONFIRMED_BY_EDC] = "their own check codes (EDC) and addresses agree with them",
	[READ_CONFIRMED_BY_PARANOIA] =
		"overlapping readings agreed in libcdio-paranoia; the same wrong "
		"bytes at every reading would agree too",
	[READ_CONFIRMED_BY_READS] =
		"two readings of each sector alone agreed; the same wrong bytes at "
		"both would agree too",
	[READ_UNCONFIRMED] = "confirmed by nothing",
};

#define CONFIRMATION_COUNT (sizeof(confirmations) / sizeof(confirmations[0]))

/* What was read, by why it is believed; then how much of it took more than one read. */
static void write_confirmation(const struct deposit *deposit, struct buffer *out)
{
	uint64_t counts[CONFIRMATION_COUNT] = {0};
	uint64_t again = log_read_again(deposit), rebuilt = deposit_rebuilt_sectors(deposit);

	for (size_t i = 0; i < deposit->reads.count; i++) {
		const struct read_range *range = &deposit->reads.ranges[i];
		if (range->state == READ_STATE_READ)
			counts[range->confirmation] += range->extent.count;
	}
	log_heading(out, "How the sectors that were read are confirmed");
	for (size_t i = 0; i < CONFIRMATION_COUNT; i++)
		if (counts[i])
			buffer_printf(out, "  %10" PRIu64 "  %s\n", counts[i], confirmations[i]);
	if (again)
		buffer_printf(
			out, "  %10" PRIu64 "  of these only when read again, one by one\n", again);
	if (rebuilt && deposit->format == IMAGE_BINCUE)
		buffer_printf(out,
			"  %10" PRIu64
			"  sectors came as user data alone: the sync, header and check codes "
			"around it were computed\n",
			rebuilt);
}

void log_reads(const struct deposit *deposit, struct buffer *out)
{
	write_damage(deposit, out);
	write_tracks(deposit, out);
	write_confirmation(deposit, out);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sidecars.h"

#include "base/clock.h"
#include "base/text.h"
#include "image/extent.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A log lists no more unreadable ranges than these; the map has them all. */
#define MAX_RANGES 1000u

/* Columns before a value: two of indentation, the label, two more. */
#define LABEL_WIDTH 14

static void heading(struct buffer *out, const char *title)
{
	buffer_printf(out, "\n%s\n", title);
}

static void label(struct buffer *out, const char *name)
{
	buffer_printf(out, "  %-*s", LABEL_WIDTH, name);
}

/* A line of foreign text; what is not known leaves none. */
static void foreign_line(struct buffer *out, const char *name, const void *bytes, size_t len)
{
	if (len == 0)
		return;
	label(out, name);
	text_terminal(out, bytes, len);
	buffer_putc(out, '\n');
}

static void text_line(struct buffer *out, const char *name, const char *text)
{
	if (text)
		foreign_line(out, name, text, strlen(text));
}

/* A line of our own words and numbers. */
__attribute__((format(printf, 3, 4))) static void printf_line(
	struct buffer *out, const char *name, const char *format, ...)
{
	char text[128];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	text_line(out, name, text);
}

static void time_line(struct buffer *out, const char *name, int64_t seconds)
{
	char text[CLOCK_TEXT_SIZE];

	clock_format(seconds, text);
	text_line(out, name, text);
}

static double share(uint32_t part, uint32_t whole)
{
	return whole ? 100.0 * part / whole : 0.0;
}

/* Sectors that were read, but not at the first attempt. */
static uint64_t read_again(const struct deposit *deposit)
{
	uint64_t count = 0;

	for (size_t i = 0; i < deposit->reads.count; i++) {
		const struct read_range *range = &deposit->reads.ranges[i];
		if (range->state == READ_STATE_READ && range->pass != READ_PASS_COPY)
			count += range->extent.count;
	}
	return count;
}

/* Everything was read, and yet it is not everything. */
static void write_cut(const struct deposit *deposit, struct buffer *out)
{
	if (!deposit_is_cut_short(deposit))
		return;
	buffer_printf(out,
		"WARNING: the image is cut short. Its file system says that it has %" PRIu32
		" sectors, but %s has only %" PRIu32 ".\n",
		deposit->claimed_sectors, deposit->source.is_drive ? "the disc" : "the image file",
		damage_map_sectors(deposit->map));
}

/* The headline claims no more than what is known: a drive's word is a drive's word. */
static void write_verdict(const struct deposit *deposit, struct buffer *out)
{
	uint32_t sectors = damage_map_sectors(deposit->map);
	uint32_t unread = deposit_unread_sectors(deposit);
	uint64_t again = read_again(deposit);

	buffer_puts(out, "Theca rip log\n\n");
	if (unread)
		buffer_printf(out,
			"INCOMPLETE: %" PRIu32 " of %" PRIu32
			" sectors (%.4f %%) could not be read and are zero in the image.\n",
			unread, sectors, share(unread, sectors));
	else if (!deposit->source.is_drive)
		buffer_printf(out,
			"COMPLETE: all %" PRIu32 " sectors of the image file were copied. "
			"How they were read from a disc is not known.\n",
			sectors);
	else if (again)
		buffer_printf(out,
			"COMPLETE: all %" PRIu32 " sectors were read, %" PRIu64
			" of them only when read again.\n",
			sectors, again);
	else
		buffer_printf(out,
			"COMPLETE: all %" PRIu32
			" sectors were read, and the drive reported no error for any of them.\n",
			sectors);
}

static void write_carrier(const struct deposit *deposit, struct buffer *out)
{
	heading(out, "Carrier");
	text_line(out, "id", deposit->carrier.id);
	text_line(out, "title", deposit->carrier.title);
	text_line(out, "note", deposit->carrier.note);
	text_line(out, "UUID", deposit->carrier.uuid);
	text_line(out, "object", deposit->object_id);
	text_line(out, "version", deposit->version);
}

static void write_drive(const struct drive_identity *drive, struct buffer *out)
{
	heading(out, "Read in a drive");
	text_line(out, "device", drive->device);
	text_line(out, "vendor", drive->vendor);
	text_line(out, "model", drive->model);
	text_line(out, "firmware", drive->firmware);
	text_line(out, "serial", drive->serial);
}

static void write_file(const struct file_identity *file, struct buffer *out)
{
	heading(out, "Copied from an image file");
	text_line(out, "path", file->path);
	text_line(out, "name", file->name);
	printf_line(out, "size", "%" PRIu64 " bytes", file->size);
	time_line(out, "modified", file->modified);
}

static void write_reading(const struct deposit *deposit, struct buffer *out)
{
	heading(out, "Reading");
	time_line(out, "started", deposit->started);
	time_line(out, "finished", deposit->finished);
	text_line(out, "operator", deposit->operator_name);
	text_line(out, "institution", deposit->institution);
	label(out, "software");
	buffer_puts(out, "Theca ");
	text_terminal(out, deposit->software_version, strlen(deposit->software_version));
	buffer_putc(out, '\n');
	text_line(out, "libraries", deposit->software_libraries);
	printf_line(
		out, "retries", "up to %u further reads of a sector that failed", deposit->retries);
	text_line(out, "resumed",
		deposit->resumed ? "yes, an earlier run was stopped" : "no, read in one run");
	text_line(out, "command", deposit->command_line);
}

static void write_track(const struct track *track, struct buffer *out)
{
	char name[16];

	snprintf(name, sizeof(name), "track %u", track->number);
	printf_line(out, name, "session %u, %s, LBA %" PRIu32 ", %" PRIu32 " sectors",
		track->session, track_mode_name(track->mode), track->lba, track->count);
}

static void write_contents(const struct disc *disc, struct buffer *out)
{
	if (disc->profile == DISC_UNKNOWN) {
		text_line(out, "contents",
			"unknown, an image file does not tell sessions and tracks");
		return;
	}
	printf_line(out, "sessions", "%u", disc->session_count);
	for (size_t i = 0; i < disc->track_count; i++)
		write_track(&disc->tracks[i], out);
	printf_line(out, "lead-out", "LBA %" PRIu32, disc->lead_out);
}

static void write_disc(const struct deposit *deposit, struct buffer *out)
{
	const struct disc *disc = &deposit->disc;

	heading(out, "Disc");
	text_line(out, "profile",
		disc->profile == DISC_UNKNOWN ? "unknown, an image file does not tell"
					      : disc_profile_name(disc->profile));
	foreign_line(out, "volume label", deposit->volume_label.data, deposit->volume_label.len);
	text_line(out, "file system",
		deposit->file_system ? deposit->file_system : "none was recognised");
	if (deposit->claimed_sectors)
		printf_line(out, "claims", "%" PRIu32 " sectors, by its file system",
			deposit->claimed_sectors);
	write_contents(disc, out);
}

static void write_ranges(const struct deposit *deposit, struct buffer *out)
{
	struct extent extent = {0};
	uint32_t listed = 0, more = 0;

	buffer_puts(out, "         LBA     sectors\n");
	while (deposit_next_unread(deposit, extent_end(extent), &extent)) {
		if (listed == MAX_RANGES) {
			more++;
			continue;
		}
		buffer_printf(out, "  %10" PRIu32 "  %10" PRIu32 "\n", extent.lba, extent.count);
		listed++;
	}
	if (more)
		buffer_printf(out,
			"  and %" PRIu32 " more ranges; the map beside this log has them all\n",
			more);
}

static void write_damage(const struct deposit *deposit, struct buffer *out)
{
	uint32_t sectors = damage_map_sectors(deposit->map);
	uint32_t unread = deposit_unread_sectors(deposit);

	heading(out, "Damage");
	printf_line(out, "sectors", "%" PRIu32 " of %u bytes", sectors, DISC_SECTOR_SIZE);
	printf_line(out, "unreadable", "%" PRIu32 " (%.4f %%)", unread, share(unread, sectors));
	if (unread)
		write_ranges(deposit, out);
}

static const char *const confirmations[] = {
	[READ_CONFIRMED_BY_DRIVE] = "the drive reported success; nothing else was checked",
	[READ_CONFIRMED_BY_FILE] = "the bytes of the image file, as its file system gave them",
	[READ_UNCONFIRMED] = "confirmed by nothing",
};

#define CONFIRMATION_COUNT (sizeof(confirmations) / sizeof(confirmations[0]))

/* What was read, by why it is believed; then how much of it took more than one read. */
static void write_confirmation(const struct deposit *deposit, struct buffer *out)
{
	uint64_t counts[CONFIRMATION_COUNT] = {0};
	uint64_t again = read_again(deposit);

	for (size_t i = 0; i < deposit->reads.count; i++) {
		const struct read_range *range = &deposit->reads.ranges[i];
		if (range->state == READ_STATE_READ)
			counts[range->confirmation] += range->extent.count;
	}
	heading(out, "How the sectors that were read are confirmed");
	for (size_t i = 0; i < CONFIRMATION_COUNT; i++)
		if (counts[i])
			buffer_printf(out, "  %10" PRIu64 "  %s\n", counts[i], confirmations[i]);
	if (again)
		buffer_printf(
			out, "  %10" PRIu64 "  of these only when read again, one by one\n", again);
}

static void write_digests(const struct deposit *deposit, struct buffer *out)
{
	heading(out, "Digests of the image");
	for (enum digest_algorithm i = 0; i < DIGEST_COUNT; i++)
		if (deposit->digests & DIGEST_BIT(i) && *deposit->image_digests.hex[i])
			text_line(out, digest_name(i), deposit->image_digests.hex[i]);
	text_line(out, "calculated",
		deposit->digests_while_reading
			? "while the image was being read"
			: "over the finished image, which was read once more for it");
}

int sidecar_log_text(const struct deposit *deposit, struct buffer *out, struct error *err)
{
	write_verdict(deposit, out);
	write_cut(deposit, out);
	write_carrier(deposit, out);
	if (deposit->source.is_drive)
		write_drive(&deposit->source.drive, out);
	else
		write_file(&deposit->source.file, out);
	write_reading(deposit, out);
	write_disc(deposit, out);
	write_damage(deposit, out);
	write_confirmation(deposit, out);
	write_digests(deposit, out);
	if (out->failed)
		return error_set(err, ERR_MEMORY, "out of memory while writing the rip log");
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sidecars.h"

#include "base/text.h"
#include "store/log_writer.h"

#include <inttypes.h>
#include <string.h>

static bool is_from_sheet(const struct deposit *deposit)
{
	return deposit->source_sheet.len > 0;
}

/* Everything was read, and yet it is not everything. */
static void write_cut(const struct deposit *deposit, struct buffer *out)
{
	const char *what = deposit->format == IMAGE_BINCUE ? "its track"
			   : deposit->source.is_drive      ? "the disc"
							   : "the image file";
	if (deposit_is_cut_short(deposit))
		buffer_printf(out,
			"WARNING: the image is cut short. Its file system says that it has %" PRIu32
			" sectors, but %s has only %" PRIu32 ".\n",
			deposit->claimed_sectors, what, deposit->volume_sectors);
}

static void write_incomplete(const struct deposit *deposit, uint64_t doubtful, struct buffer *out)
{
	uint32_t sectors = damage_map_sectors(deposit->map);
	uint32_t unread = deposit_unread_sectors(deposit);

	buffer_printf(out,
		"INCOMPLETE: %" PRIu32 " of %" PRIu32
		" sectors (%.4f %%) could not be read and are zero in the image.\n",
		unread, sectors, log_share(unread, sectors));
	if (doubtful)
		buffer_printf(out, "%" PRIu64 " more are in the image, but doubtful.\n", doubtful);
}

/* No more is claimed than what is known: a drive's word is a drive's word. */
static void write_complete(const struct deposit *deposit, struct buffer *out)
{
	uint32_t sectors = damage_map_sectors(deposit->map);
	uint64_t again = log_read_again(deposit);
	struct read_effort effort = read_record_effort(&deposit->reads, -1);

	if (!deposit->source.is_drive)
		buffer_printf(out,
			"COMPLETE: all %" PRIu32 " sectors of %s were copied. "
			"How they were read from a disc is not known.\n",
			sectors, is_from_sheet(deposit) ? "the sheet's files" : "the image file");
	else if (again)
		buffer_printf(out,
			"COMPLETE: all %" PRIu32 " sectors were read, %" PRIu64
			" of them only when read again.\n",
			sectors, again);
	else if (effort.rereads || effort.jitter || effort.skips)
		buffer_printf(out,
			"COMPLETE: all %" PRIu32
			" sectors were read, not all of them at the first attempt.\n",
			sectors);
	else
		buffer_printf(out,
			"COMPLETE: all %" PRIu32
			" sectors were read, and the drive reported no error for any of them.\n",
			sectors);
}

static void write_verdict(const struct deposit *deposit, struct buffer *out)
{
	uint32_t sectors = damage_map_sectors(deposit->map);
	uint64_t doubtful = deposit_doubtful_sectors(deposit);

	buffer_puts(out, "Theca rip log\n\n");
	if (deposit_unread_sectors(deposit))
		write_incomplete(deposit, doubtful, out);
	else if (doubtful)
		buffer_printf(out,
			"COMPLETE BUT DOUBTFUL: all %" PRIu32
			" sectors are in the image, but %" PRIu64
			" of them (%.4f %%) are doubtful.\n",
			sectors, doubtful, log_share(doubtful, sectors));
	else
		write_complete(deposit, out);
}

static void write_carrier(const struct deposit *deposit, struct buffer *out)
{
	log_heading(out, "Carrier");
	log_text(out, "id", deposit->carrier.id);
	log_text(out, "title", deposit->carrier.title);
	log_text(out, "note", deposit->carrier.note);
	log_text(out, "UUID", deposit->carrier.uuid);
	log_text(out, "object", deposit->object_id);
	log_text(out, "version", deposit->version);
}

static void write_drive(const struct drive_identity *drive, struct buffer *out)
{
	log_heading(out, "Read in a drive");
	log_text(out, "device", drive->device);
	log_text(out, "vendor", drive->vendor);
	log_text(out, "model", drive->model);
	log_text(out, "firmware", drive->firmware);
	log_text(out, "serial", drive->serial);
}

static void write_file(const struct deposit *deposit, struct buffer *out)
{
	const struct file_identity *file = &deposit->source.file;
	bool is_sheet = is_from_sheet(deposit);

	log_heading(out, is_sheet ? "Taken over from a cue sheet and its files"
				  : "Copied from an image file");
	log_text(out, "path", file->path);
	log_text(out, "name", file->name);
	log_printf(out, "size", "%" PRIu64 " bytes%s", file->size,
		is_sheet ? ", the sheet and its files together" : "");
	log_time(out, "modified", file->modified);
}

static void write_reading(const struct deposit *deposit, struct buffer *out)
{
	log_heading(out, "Reading");
	log_time(out, "started", deposit->started);
	log_time(out, "finished", deposit->finished);
	log_text(out, "operator", deposit->operator_name);
	log_text(out, "institution", deposit->institution);
	log_label(out, "software");
	buffer_puts(out, "Theca ");
	text_terminal(out, deposit->software_version, strlen(deposit->software_version));
	buffer_putc(out, '\n');
	log_text(out, "libraries", deposit->software_libraries);
	log_printf(
		out, "retries", "up to %u further reads of a sector that failed", deposit->retries);
	log_text(out, "resumed",
		deposit->resumed ? "yes, an earlier run was stopped" : "no, read in one run");
	log_text(out, "command", deposit->command_line);
}

/* What was taken for granted in reading a sheet, a line each. */
static void write_warnings(const struct deposit *deposit, struct buffer *out)
{
	const char *line = buffer_text(&deposit->warnings);
	if (!*line)
		return;
	log_heading(out, "Taken for granted in reading the sheet");
	while (*line) {
		size_t len = strcspn(line, "\n");
		if (len) {
			buffer_puts(out, "  ");
			text_terminal(out, line, len);
			buffer_putc(out, '\n');
		}
		line += len + (line[len] == '\n');
	}
}

static void write_digests(const struct deposit *deposit, struct buffer *out)
{
	log_heading(out, "Digests of the image");
	for (enum digest_algorithm i = 0; i < DIGEST_COUNT; i++)
		if (deposit->digests & DIGEST_BIT(i) && *deposit->image_digests.hex[i])
			log_text(out, digest_name(i), deposit->image_digests.hex[i]);
	log_text(out, "calculated",
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
		write_file(deposit, out);
	write_reading(deposit, out);
	log_disc(deposit, out);
	write_warnings(deposit, out);
	log_reads(deposit, out);
	write_digests(deposit, out);
	if (out->failed)
		return error_set(err, ERR_MEMORY, "out of memory while writing the rip log");
	return 0;
}

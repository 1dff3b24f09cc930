/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The event that brought the image: a reading in a drive, or the transfer of a file. */
#include "store/premis_writer.h"

#include "image/cue.h"
#include "image/extent.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A sidecar lists no more unreadable ranges than these; the map has them all. */
#define MAX_RANGES 10000u

/*
 * The digests of the image are those of the source file only when that is no sheet, every sector of it was read, and
 * in one run: an earlier run's bytes may have come from another state of the file.
 */
static void write_source_digests(struct premis_writer *w)
{
	const struct deposit *deposit = w->deposit;

	if (deposit_unread_sectors(deposit) || deposit->resumed || deposit->source_sheet.len)
		return;
	for (enum digest_algorithm i = 0; i < DIGEST_COUNT; i++) {
		if (!(deposit->digests & DIGEST_BIT(i)) || !*deposit->image_digests.hex[i])
			continue;
		xml_start(w->xml, "theca:digest");
		xml_attribute(w->xml, "algorithm", digest_name(i));
		xml_chars(w->xml, deposit->image_digests.hex[i]);
		xml_end(w->xml);
	}
}

static void write_of(struct premis_writer *w, const char *element, const char *of, const char *text)
{
	xml_start(w->xml, element);
	if (of)
		xml_attribute(w->xml, "of", of);
	xml_chars(w->xml, text);
	xml_end(w->xml);
}

/* Of a sheet both are known of it and its files together; its own size stands with the file that it is here. */
static void write_source_file(struct premis_writer *w)
{
	const struct file_identity *file = &w->deposit->source.file;
	bool is_sheet = w->deposit->source_sheet.len > 0;
	char text[CLOCK_TEXT_SIZE];

	xml_start(w->xml, "theca:sourceFile");
	premis_extension_text(w, "theca:name", file->name, strlen(file->name));
	snprintf(text, sizeof(text), "%" PRIu64, file->size);
	write_of(w, "theca:size", is_sheet ? "sheet and files" : NULL, text);
	clock_format(file->modified, text);
	write_of(w, "theca:modified", is_sheet ? "newest of them" : NULL, text);
	write_source_digests(w);
	xml_end(w->xml);
}

static void write_reading_circumstances(struct premis_writer *w)
{
	const struct deposit *deposit = w->deposit;
	const char *device = deposit->source.drive.device;

	xml_start(w->xml, "premis:eventDetailExtension");
	xml_start(w->xml, "theca:reading");
	premis_time(w, "theca:started", deposit->started);
	premis_time(w, "theca:finished", deposit->finished);
	premis_printf(w, "theca:retries", "%u", deposit->retries);
	xml_element(w->xml, "theca:resumed", deposit->resumed ? "true" : "false");
	if (!deposit->source.is_drive)
		write_source_file(w);
	else if (*device)
		premis_extension_text(w, "theca:device", device, strlen(device));
	xml_end(w->xml);
	xml_end(w->xml);
}

/* The command line is the detail; the mark of an encoded one is a detail after it. */
static void write_reading_detail(struct premis_writer *w)
{
	const char *command = w->deposit->command_line;
	bool encoded = false;

	xml_start(w->xml, "premis:eventDetailInformation");
	if (command)
		encoded = premis_foreign(w, "premis:eventDetail", command, strlen(command));
	write_reading_circumstances(w);
	xml_end(w->xml);
	if (!encoded)
		return;
	xml_start(w->xml, "premis:eventDetailInformation");
	premis_encoded_note(w, "premis:eventDetail", "eventDetail");
	xml_end(w->xml);
}

static void attribute_number(struct premis_writer *w, const char *name, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	xml_attribute(w->xml, name, text);
}

/* How many ranges there are on the disc. */
static uint32_t count_ranges(const struct deposit *deposit, deposit_next *next)
{
	struct extent extent;
	uint32_t ranges = 0;

	for (uint32_t from = 0; next(deposit, from, &extent); ranges++)
		from = extent.lba + deposit_run(&deposit->disc, extent).count;
	return ranges;
}

/* Ranges by LBA of the disc, as an extension of the outcome. */
static void write_ranges(
	struct premis_writer *w, const char *element, uint64_t sectors, deposit_next *next)
{
	const struct deposit *deposit = w->deposit;
	struct extent extent;
	uint32_t from = 0;

	if (!sectors)
		return;
	xml_start(w->xml, "premis:eventOutcomeDetailExtension");
	xml_start(w->xml, element);
	attribute_number(w, "count", sectors);
	attribute_number(w, "ranges", count_ranges(deposit, next));
	for (uint32_t i = 0; i < MAX_RANGES && next(deposit, from, &extent); i++) {
		struct disc_run run = deposit_run(&deposit->disc, extent);
		from = extent.lba + run.count;
		xml_start(w->xml, "theca:range");
		attribute_number(w, "lba", run.lba);
		attribute_number(w, "count", run.count);
		xml_end(w->xml);
	}
	xml_end(w->xml);
	xml_end(w->xml);
}

/* Of the sector that took most. */
static uint32_t most_attempts(const struct read_record *reads)
{
	uint32_t most = 0;

	for (size_t i = 0; i < reads->count; i++)
		if (reads->ranges[i].attempts > most)
			most = reads->ranges[i].attempts;
	return most;
}

/* What else is known of how the sectors came; nothing that nobody saw. */
static void add_circumstances(const struct deposit *deposit, struct buffer *note)
{
	struct read_effort effort = read_record_effort(&deposit->reads, -1);
	uint64_t doubtful = deposit_doubtful_sectors(deposit);
	uint64_t rebuilt = deposit_rebuilt_sectors(deposit);
	uint32_t attempts = most_attempts(&deposit->reads);

	if (doubtful)
		buffer_printf(note,
			"; %" PRIu64
			" doubtful: their own check code, address or mode disagrees with them, "
			"or no two readings of them agreed",
			doubtful);
	if (attempts > 1)
		buffer_printf(note, "; up to %" PRIu32 " tries of a sector", attempts);
	if (effort.rereads)
		buffer_printf(note,
			"; %" PRIu32 " sectors asked for again within a try, beyond what "
				     "confirming costs on a good disc",
			effort.rereads);
	if (effort.jitter || effort.skips)
		buffer_printf(note,
			"; libcdio-paranoia: places of jitter put right: %" PRIu32
			", places given up, whose sectors were read one by one: %" PRIu32,
			effort.jitter, effort.skips);
	if (rebuilt && deposit->format == IMAGE_BINCUE)
		buffer_printf(note,
			"; %" PRIu64 " came as user data alone, so that the sync, header and check "
			"codes around it were computed",
			rebuilt);
}

/* ---- what became of the files of a sheet ---- */

/* Whether a file of that type has audio. */
static bool has_audio_in(const struct cue *cue, enum cue_file_type type)
{
	for (size_t i = 0; i < cue->track_count; i++) {
		const struct cue_track *track = &cue->tracks[i];
		for (size_t k = 0; track->mode == TRACK_AUDIO && k < track->index_count; k++)
			if (cue->files[track->indexes[k].file].type == type)
				return true;
	}
	return false;
}

/* How far the image is from the files' own bytes. */
static void add_changes(const struct deposit *deposit, const struct cue *cue, struct buffer *note)
{
	unsigned size = cue->track_count ? cue->tracks[0].sector_size : DISC_SECTOR_SIZE;

	if (has_audio_in(cue, CUE_WAVE))
		buffer_puts(note, "; of WAVE files the samples alone");
	if (has_audio_in(cue, CUE_MOTOROLA))
		buffer_puts(note,
			"; samples of MOTOROLA files turned round, least significant byte first");
	if (deposit->format == IMAGE_ISO && size > DISC_SECTOR_SIZE)
		buffer_printf(note,
			"; of each sector the %u bytes of user data alone: the other %u bytes of "
			"it "
			"were left out",
			DISC_SECTOR_SIZE, size - DISC_SECTOR_SIZE);
}

/* The sheet was read before, or there would be nothing to keep: only memory can fail. */
static void add_sheet(struct premis_writer *w, struct buffer *note)
{
	const struct deposit *deposit = w->deposit;
	const struct buffer *sheet = &deposit->source_sheet;
	struct cue *cue = NULL;
	struct error why = {0};

	if (!sheet->len)
		return;
	buffer_puts(note, "; put together from the files that the source sheet, kept beside the "
			  "image, names");
	int rc = cue_read(&cue, (const uint8_t *)sheet->data, sheet->len, NULL, NULL, &why);
	if (rc == ERR_MEMORY && !w->rc)
		w->rc = error_set(w->err, rc, "%s", why.message);
	if (!rc)
		add_changes(deposit, cue, note);
	cue_free(cue);
	if (deposit->warnings.len)
		buffer_puts(note, "; what was taken for granted in reading the sheet stands in the "
				  "list of reads");
}

static void write_reading_outcome(struct premis_writer *w)
{
	const struct deposit *deposit = w->deposit;
	uint32_t sectors = damage_map_sectors(deposit->map);
	uint32_t unread = deposit_unread_sectors(deposit);
	uint64_t doubtful = deposit_doubtful_sectors(deposit);
	struct buffer note = {0};

	if (unread)
		buffer_printf(&note,
			"%" PRIu32 " of %" PRIu32 " sectors unreadable, zero in the image", unread,
			sectors);
	else
		buffer_printf(&note, "%" PRIu32 " sectors read, none unreadable", sectors);
	add_circumstances(deposit, &note);
	add_sheet(w, &note);
	premis_outcome_open(w, unread || doubtful ? "war" : "suc", buffer_text(&note));
	write_ranges(w, "theca:unreadableSectors", unread, deposit_next_unread);
	write_ranges(w, "theca:doubtfulSectors", doubtful, deposit_next_doubtful);
	premis_outcome_close(w);
	buffer_release(&note);
}

/* A drive images the carrier; a file that somebody made earlier is only transferred. */
void premis_write_reading(struct premis_writer *w)
{
	bool is_drive = w->deposit->source.is_drive;

	premis_event_open_as(w, w->reading, is_drive ? "ima" : "tra", w->deposit->started);
	write_reading_detail(w);
	write_reading_outcome(w);
	premis_link_agents(w, true);
	premis_link_agent(w, ACTOR_DRIVE, "exe");
	if (is_drive)
		premis_link_object(w, w->deposit->carrier.uuid, "sou");
	premis_link_object(w, premis_image_uuid(w), "out");
	xml_end(w->xml);
}

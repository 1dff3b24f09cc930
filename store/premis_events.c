/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis_writer.h"

#include "image/extent.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A sidecar lists no more unreadable ranges than these; the map has them all. */
#define MAX_RANGES 10000u

static void open_known_event(
	struct premis_writer *w, const char *uuid, const char *code, int64_t time)
{
	xml_start(w->xml, "premis:event");
	premis_identifier(w, "event", PREMIS_ID_UUID, uuid);
	premis_term(w, "premis:eventType", PREMIS_EVENT_TYPE, code);
	premis_time(w, "premis:eventDateTime", time);
}

static void open_event(struct premis_writer *w, const char *code, int64_t time)
{
	char uuid[UUID_SIZE];

	premis_mint(w, uuid);
	open_known_event(w, uuid, code, time);
}

static void write_detail(struct premis_writer *w, const char *detail)
{
	xml_start(w->xml, "premis:eventDetailInformation");
	xml_element(w->xml, "premis:eventDetail", detail);
	xml_end(w->xml);
}

/* Leaves eventOutcomeDetail open for an extension. */
static void open_outcome(struct premis_writer *w, const char *code, const char *note)
{
	xml_start(w->xml, "premis:eventOutcomeInformation");
	premis_term(w, "premis:eventOutcome", PREMIS_EVENT_OUTCOME, code);
	xml_start(w->xml, "premis:eventOutcomeDetail");
	xml_element(w->xml, "premis:eventOutcomeDetailNote", note);
}

static void close_outcome(struct premis_writer *w)
{
	xml_end(w->xml);
	xml_end(w->xml);
}

static void write_success(struct premis_writer *w, const char *note)
{
	open_outcome(w, "suc", note);
	close_outcome(w);
}

static void link_agent(struct premis_writer *w, enum premis_actor actor, const char *role)
{
	if (!premis_has_actor(w, actor))
		return;
	premis_identifier_open(w, "linkingAgent", PREMIS_ID_UUID, w->actors[actor]);
	premis_term(w, "premis:linkingAgentRole", PREMIS_EVENT_AGENT_ROLE, role);
	xml_end(w->xml);
}

/* Theca did it, for the institution; the operator was there at the reading and the ingestion. */
static void link_agents(struct premis_writer *w, bool by_operator)
{
	link_agent(w, ACTOR_SOFTWARE, "exe");
	if (by_operator)
		link_agent(w, ACTOR_OPERATOR, "imp");
	link_agent(w, ACTOR_INSTITUTION, "imp");
}

static void link_object(struct premis_writer *w, const char *uuid, const char *role)
{
	premis_identifier_open(w, "linkingObject", PREMIS_ID_UUID, uuid);
	premis_term(w, "premis:linkingObjectRole", PREMIS_EVENT_OBJECT_ROLE, role);
	xml_end(w->xml);
}

static const char *image_uuid(const struct premis_writer *w)
{
	return w->deposit->files[ROLE_IMAGE].uuid;
}

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

static void write_source_file(struct premis_writer *w)
{
	const struct file_identity *file = &w->deposit->source.file;

	xml_start(w->xml, "theca:sourceFile");
	premis_extension_text(w, "theca:name", file->name, strlen(file->name));
	premis_printf(w, "theca:size", "%" PRIu64, file->size);
	premis_time(w, "theca:modified", file->modified);
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

typedef bool next_range(const struct deposit *deposit, uint32_t from, struct extent *extent);

/* How many ranges there are on the disc. */
static uint32_t count_ranges(const struct deposit *deposit, next_range *next)
{
	struct extent extent;
	uint32_t ranges = 0;

	for (uint32_t from = 0; next(deposit, from, &extent); ranges++)
		from = extent.lba + deposit_run(&deposit->disc, extent).count;
	return ranges;
}

/* Ranges by LBA of the disc, as an extension of the outcome. */
static void write_ranges(
	struct premis_writer *w, const char *element, uint64_t sectors, next_range *next)
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

/* What else is known of how the sectors came; nothing that nobody saw. */
static void add_circumstances(const struct deposit *deposit, struct buffer *note)
{
	struct read_effort effort = read_record_effort(&deposit->reads, -1);
	uint64_t doubtful = deposit_doubtful_sectors(deposit);
	uint64_t rebuilt = deposit_rebuilt_sectors(deposit);

	if (doubtful)
		buffer_printf(note,
			"; %" PRIu64
			" doubtful: their own check code or address disagrees with them, "
			"or no two readings of them agreed",
			doubtful);
	if (effort.rereads)
		buffer_printf(note,
			"; %" PRIu32
			" sectors asked for again, beyond what confirming costs on a good disc",
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
	open_outcome(w, unread || doubtful ? "war" : "suc", buffer_text(&note));
	write_ranges(w, "theca:unreadableSectors", unread, deposit_next_unread);
	write_ranges(w, "theca:doubtfulSectors", doubtful, deposit_next_doubtful);
	close_outcome(w);
	buffer_release(&note);
}

/* A drive images the carrier; a file that somebody made earlier is only transferred. */
static void write_reading(struct premis_writer *w)
{
	bool is_drive = w->deposit->source.is_drive;

	open_known_event(w, w->reading, is_drive ? "ima" : "tra", w->deposit->started);
	write_reading_detail(w);
	write_reading_outcome(w);
	link_agents(w, true);
	link_agent(w, ACTOR_DRIVE, "exe");
	if (is_drive)
		link_object(w, w->deposit->carrier.uuid, "sou");
	link_object(w, image_uuid(w), "out");
	xml_end(w->xml);
}

static void write_digesting(struct premis_writer *w)
{
	const struct deposit *deposit = w->deposit;
	struct buffer note = {0};

	for (enum digest_algorithm i = 0; i < DIGEST_COUNT; i++)
		if (*deposit->files[ROLE_IMAGE].digests.hex[i])
			buffer_printf(&note, "%s%s", note.len ? ", " : "",
				premis_term_label(PREMIS_HASH, digest_name(i)));
	buffer_puts(&note, " of the image");
	if (deposit->bitstream_count)
		buffer_printf(&note, "; %s and %s of each of its %zu bitstreams",
			premis_term_label(PREMIS_HASH, "crc32"),
			premis_term_label(PREMIS_HASH, "sha256"), deposit->bitstream_count);
	open_event(w, "mes", deposit->digests_while_reading ? deposit->finished : w->now);
	write_detail(w, deposit->digests_while_reading
				? "digests of the image, calculated while it was being read"
				: "digests of the image, calculated when it was finished and read "
				  "once more for it");
	write_success(w, buffer_text(&note));
	link_agents(w, false);
	link_object(w, image_uuid(w), "sou");
	xml_end(w->xml);
	buffer_release(&note);
}

static void write_identification(struct premis_writer *w)
{
	const struct premis_format *format = premis_image_format(w->deposit);
	bool is_raw = w->deposit->format == IMAGE_BINCUE;
	char note[128];

	if (!w->deposit->file_system)
		return;
	snprintf(note, sizeof(note), "%s, %s%s%s", format->name,
		format->puid ? "PRONOM " : "no PUID", format->puid ? format->puid : "",
		is_raw ? "; a data track in it has a file system" : "");
	open_event(w, "for", w->deposit->finished);
	write_detail(w, "from the volume descriptors of the file system in the image");
	write_success(w, note);
	link_agents(w, false);
	link_object(w, image_uuid(w), "sou");
	xml_end(w->xml);
}

/* A judgement on the image's length and on nothing else of it. */
static void write_validation(struct premis_writer *w)
{
	const char *what = w->deposit->format == IMAGE_BINCUE ? "track" : "image";
	uint32_t sectors = w->deposit->volume_sectors;
	uint32_t claimed = w->deposit->claimed_sectors;
	char note[160], detail[160];

	if (!claimed)
		return;
	open_event(w, "val", w->deposit->finished);
	snprintf(detail, sizeof(detail),
		"length of the %s against the size that its file system claims; "
		"nothing else was validated",
		what);
	write_detail(w, detail);
	if (deposit_is_cut_short(w->deposit)) {
		snprintf(note, sizeof(note),
			"the %s is cut short: %" PRIu32 " of the %" PRIu32
			" sectors that the file system claims",
			what, sectors, claimed);
		open_outcome(w, "war", note);
		close_outcome(w);
	} else {
		snprintf(note, sizeof(note),
			"all %" PRIu32
			" sectors that the file system claims are within the %" PRIu32 " of the %s",
			claimed, sectors, what);
		write_success(w, note);
	}
	link_agents(w, false);
	link_object(w, image_uuid(w), "sou");
	xml_end(w->xml);
}

/* Where the table of contents and the label were taken from. */
static const char *extraction_source(const struct premis_writer *w)
{
	const struct deposit *deposit = w->deposit;

	if (deposit->disc.profile == DISC_UNKNOWN)
		return image_uuid(w);
	return deposit->source_sheet.len ? deposit->files[ROLE_SOURCE_SHEET].uuid
					 : deposit->carrier.uuid;
}

static void write_extraction(struct premis_writer *w)
{
	bool has_contents = w->deposit->disc.profile != DISC_UNKNOWN;
	bool has_label = w->deposit->volume_label.len > 0;

	if (!has_contents && !has_label)
		return;
	open_event(w, "mee", w->deposit->finished);
	write_detail(w, has_contents && has_label ? "table of contents and volume label"
			: has_contents            ? "table of contents"
						  : "volume label");
	write_success(w, "on record as significant properties of the carrier");
	link_agents(w, false);
	link_object(w, extraction_source(w), "sou");
	xml_end(w->xml);
}

static void write_packaging(struct premis_writer *w)
{
	open_event(w, "ipc", w->now);
	write_detail(w, "image and sidecars put together as a version of an OCFL 1.1 object");
	write_success(w, "complete but for this document, which cannot describe itself");
	link_agents(w, false);
	link_object(w, w->representation, "out");
	xml_end(w->xml);
}

/* A sidecar lies inside what it describes: it can tell of the beginning of the ingestion only. */
static void write_ingestion(struct premis_writer *w)
{
	char note[160];

	snprintf(note, sizeof(note),
		"begun; the end is told by the object's log, as event %s if all went well",
		w->deposit->ingestion_uuid);
	open_event(w, "ins", w->now);
	write_detail(w, "commit of the object to the store");
	write_success(w, note);
	link_agents(w, true);
	link_object(w, w->representation, "sou");
	xml_end(w->xml);
}

void premis_write_events(struct premis_writer *w)
{
	write_reading(w);
	write_digesting(w);
	write_identification(w);
	write_validation(w);
	write_extraction(w);
	write_packaging(w);
	write_ingestion(w);
}

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
 * The digests of the image are those of the source file only when every sector of it was read, and
 * in one run: an earlier run's bytes may have come from another state of the file.
 */
static void write_source_digests(struct premis_writer *w)
{
	const struct deposit *deposit = w->deposit;

	if (deposit_unread_sectors(deposit) || deposit->resumed)
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

static void attribute_number(struct premis_writer *w, const char *name, uint32_t number)
{
	char text[16];

	snprintf(text, sizeof(text), "%" PRIu32, number);
	xml_attribute(w->xml, name, text);
}

static void write_ranges(struct premis_writer *w, uint32_t unread)
{
	struct extent extent = {0};
	uint32_t ranges = 0;

	while (deposit_next_unread(w->deposit, extent_end(extent), &extent))
		ranges++;
	xml_start(w->xml, "premis:eventOutcomeDetailExtension");
	xml_start(w->xml, "theca:unreadableSectors");
	attribute_number(w, "count", unread);
	attribute_number(w, "ranges", ranges);
	extent = (struct extent){0};
	for (uint32_t i = 0; i < ranges && i < MAX_RANGES; i++) {
		deposit_next_unread(w->deposit, extent_end(extent), &extent);
		xml_start(w->xml, "theca:range");
		attribute_number(w, "lba", extent.lba);
		attribute_number(w, "count", extent.count);
		xml_end(w->xml);
	}
	xml_end(w->xml);
	xml_end(w->xml);
}

static void write_reading_outcome(struct premis_writer *w)
{
	uint32_t sectors = damage_map_sectors(w->deposit->map);
	uint32_t unread = deposit_unread_sectors(w->deposit);
	char note[128];

	if (!unread) {
		snprintf(note, sizeof(note), "%" PRIu32 " sectors read, none unreadable", sectors);
		write_success(w, note);
		return;
	}
	snprintf(note, sizeof(note),
		"%" PRIu32 " of %" PRIu32 " sectors unreadable, zero in the image", unread,
		sectors);
	open_outcome(w, "war", note);
	write_ranges(w, unread);
	close_outcome(w);
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
	open_event(w, "mes", deposit->digests_while_reading ? deposit->finished : w->now);
	write_detail(
		w, deposit->digests_while_reading
			   ? "digests of the image, calculated while it was being read"
			   : "digests of the image, calculated when it was finished and read once more for it");
	write_success(w, buffer_text(&note));
	link_agents(w, false);
	link_object(w, image_uuid(w), "sou");
	xml_end(w->xml);
	buffer_release(&note);
}

static void write_identification(struct premis_writer *w)
{
	const struct premis_format *format = premis_image_format(w->deposit);
	char note[128];

	if (!w->deposit->file_system)
		return;
	snprintf(note, sizeof(note), "%s, %s%s", format->name, format->puid ? "PRONOM " : "no PUID",
		format->puid ? format->puid : "");
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
	uint32_t sectors = damage_map_sectors(w->deposit->map);
	uint32_t claimed = w->deposit->claimed_sectors;
	char note[160];

	if (!claimed)
		return;
	open_event(w, "val", w->deposit->finished);
	write_detail(w, "length of the image against the size that its file system claims; "
			"nothing else was validated");
	if (deposit_is_cut_short(w->deposit)) {
		snprintf(note, sizeof(note),
			"the image is cut short: %" PRIu32 " of the %" PRIu32
			" sectors that the file system claims",
			sectors, claimed);
		open_outcome(w, "war", note);
		close_outcome(w);
	} else {
		snprintf(note, sizeof(note),
			"all %" PRIu32 " sectors that the file system claims are within the %" PRIu32
			" of the image",
			claimed, sectors);
		write_success(w, note);
	}
	link_agents(w, false);
	link_object(w, image_uuid(w), "sou");
	xml_end(w->xml);
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
	link_object(w, has_contents ? w->deposit->carrier.uuid : image_uuid(w), "sou");
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

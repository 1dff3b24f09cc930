/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis_writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void premis_event_open_as(struct premis_writer *w, const char *uuid, const char *code, int64_t time)
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
	premis_event_open_as(w, uuid, code, time);
}

static void write_detail(struct premis_writer *w, const char *detail)
{
	xml_start(w->xml, "premis:eventDetailInformation");
	xml_element(w->xml, "premis:eventDetail", detail);
	xml_end(w->xml);
}

void premis_outcome_open(struct premis_writer *w, const char *code, const char *note)
{
	xml_start(w->xml, "premis:eventOutcomeInformation");
	premis_term(w, "premis:eventOutcome", PREMIS_EVENT_OUTCOME, code);
	xml_start(w->xml, "premis:eventOutcomeDetail");
	xml_element(w->xml, "premis:eventOutcomeDetailNote", note);
}

void premis_outcome_close(struct premis_writer *w)
{
	xml_end(w->xml);
	xml_end(w->xml);
}

static void write_success(struct premis_writer *w, const char *note)
{
	premis_outcome_open(w, "suc", note);
	premis_outcome_close(w);
}

void premis_link_agent(struct premis_writer *w, enum premis_actor actor, const char *role)
{
	if (!premis_has_actor(w, actor))
		return;
	premis_identifier_open(w, "linkingAgent", PREMIS_ID_UUID, w->actors[actor]);
	premis_term(w, "premis:linkingAgentRole", PREMIS_EVENT_AGENT_ROLE, role);
	xml_end(w->xml);
}

void premis_link_agents(struct premis_writer *w, bool by_operator)
{
	premis_link_agent(w, ACTOR_SOFTWARE, "exe");
	if (by_operator)
		premis_link_agent(w, ACTOR_OPERATOR, "imp");
	premis_link_agent(w, ACTOR_INSTITUTION, "imp");
}

void premis_link_object(struct premis_writer *w, const char *uuid, const char *role)
{
	premis_identifier_open(w, "linkingObject", PREMIS_ID_UUID, uuid);
	premis_term(w, "premis:linkingObjectRole", PREMIS_EVENT_OBJECT_ROLE, role);
	xml_end(w->xml);
}

const char *premis_image_uuid(const struct premis_writer *w)
{
	return w->deposit->files[ROLE_IMAGE].uuid;
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
		buffer_printf(&note, "; %s and %s of each of its %zu bitstream%s",
			premis_term_label(PREMIS_HASH, "crc32"),
			premis_term_label(PREMIS_HASH, "sha256"), deposit->bitstream_count,
			w->deposit->bitstream_count == 1 ? "" : "s");
	open_event(w, "mes", deposit->digests_while_reading ? deposit->finished : w->now);
	write_detail(w, deposit->digests_while_reading
				? "digests of the image, calculated while it was being read"
				: "digests of the image, calculated when it was finished and read "
				  "once more for it");
	write_success(w, buffer_text(&note));
	premis_link_agents(w, false);
	premis_link_object(w, premis_image_uuid(w), "sou");
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
	premis_link_agents(w, false);
	premis_link_object(w, premis_image_uuid(w), "sou");
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
		premis_outcome_open(w, "war", note);
		premis_outcome_close(w);
	} else {
		snprintf(note, sizeof(note),
			"all %" PRIu32
			" sectors that the file system claims are within the %" PRIu32 " of the %s",
			claimed, sectors, what);
		write_success(w, note);
	}
	premis_link_agents(w, false);
	premis_link_object(w, premis_image_uuid(w), "sou");
	xml_end(w->xml);
}

/* The table of contents is the sheet's or the disc's own, the label is read from the image. */
static void write_extraction(struct premis_writer *w)
{
	const struct deposit *deposit = w->deposit;
	bool has_contents = deposit->disc.profile != DISC_UNKNOWN;
	bool has_label = deposit->volume_label.len > 0;
	bool has_sheet = deposit->source_sheet.len > 0;
	char detail[128];

	if (!has_contents && !has_label)
		return;
	snprintf(detail, sizeof(detail), "%s%s%s%s",
		has_contents ? "table of contents from the " : "",
		!has_contents ? ""
		: has_sheet   ? "source sheet"
			      : "disc",
		has_contents && has_label ? ", " : "",
		has_label ? "volume label from the image" : "");
	open_event(w, "mee", deposit->finished);
	write_detail(w, detail);
	write_success(w, "on record as significant properties of the carrier");
	premis_link_agents(w, false);
	if (has_contents)
		premis_link_object(w,
			has_sheet ? deposit->files[ROLE_SOURCE_SHEET].uuid : deposit->carrier.uuid,
			"sou");
	if (has_label)
		premis_link_object(w, premis_image_uuid(w), "sou");
	xml_end(w->xml);
}

static void write_packaging(struct premis_writer *w)
{
	open_event(w, "ipc", w->now);
	write_detail(w, "image and sidecars put together as a version of an OCFL 1.1 object");
	write_success(w, "complete but for this document, which cannot describe itself");
	premis_link_agents(w, false);
	premis_link_object(w, w->representation, "out");
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
	premis_link_agents(w, true);
	premis_link_object(w, w->representation, "sou");
	xml_end(w->xml);
}

void premis_write_events(struct premis_writer *w)
{
	premis_write_reading(w);
	write_digesting(w);
	write_identification(w);
	write_validation(w);
	write_extraction(w);
	write_packaging(w);
	write_ingestion(w);
}

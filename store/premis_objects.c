/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis_writer.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define OBJECT_ID "object"
#define RELATED_ID "relatedObject"

void premis_object_open(struct premis_writer *w, const char *type, const char *uuid)
{
	xml_start(w->xml, "premis:object");
	xml_attribute(w->xml, "xsi:type", type);
	premis_identifier(w, OBJECT_ID, PREMIS_ID_UUID, uuid);
}

static void open_relationship(struct premis_writer *w, const char *type, const char *sub_type)
{
	xml_start(w->xml, "premis:relationship");
	premis_term(w, "premis:relationshipType", PREMIS_RELATIONSHIP, type);
	premis_term(w, "premis:relationshipSubType", PREMIS_RELATIONSHIP_SUB, sub_type);
}

void premis_relate(struct premis_writer *w, const char *sub_type, const char *uuid)
{
	open_relationship(w, "str", sub_type);
	premis_identifier(w, RELATED_ID, PREMIS_ID_UUID, uuid);
	xml_end(w->xml);
}

/* The table of contents as properties, where there was a disc to have one. */
static void write_contents(struct premis_writer *w)
{
	const struct disc *disc = &w->deposit->disc;
	char type[16];

	if (disc->profile == DISC_UNKNOWN)
		return;
	premis_property_text(w, "disc profile", disc_profile_name(disc->profile));
	premis_property_printf(w, "sessions", "%u", disc->session_count);
	premis_property_printf(w, "lead-out", "LBA %" PRIu32, disc->lead_out);
	for (size_t i = 0; i < disc->track_count; i++) {
		const struct track *track = &disc->tracks[i];
		snprintf(type, sizeof(type), "track %u", track->number);
		premis_property_printf(w, type,
			"session %u, %s, LBA %" PRIu32 ", %" PRIu32 " sectors", track->session,
			track_mode_name(track->mode), track->lba, track->count);
	}
}

/* Under what names databases know the disc, and what it says of itself. */
static void write_disc_names(struct premis_writer *w)
{
	const struct deposit *deposit = w->deposit;
	const struct disc_text *text = &deposit->disc.text;
	char encoding[sizeof(text->encoding) + sizeof(" (guessed)")];

	premis_property_text(w, "media catalogue number", deposit->disc.mcn);
	premis_property_text(w, "MusicBrainz disc ID", deposit->ids.musicbrainz);
	premis_property_text(w, "CDDB disc ID", deposit->ids.cddb);
	premis_property_text(w, "AccurateRip disc ID", deposit->ids.accuraterip);
	premis_property_disc_text(w, "title", disc_text_of(text, 0, TEXT_TITLE));
	premis_property_disc_text(w, "performer", disc_text_of(text, 0, TEXT_PERFORMER));
	if (!text->used || !*text->encoding)
		return;
	snprintf(encoding, sizeof(encoding), "%s%s", text->encoding,
		text->guessed ? " (guessed)" : "");
	premis_property_disc_text(w, "encoding", encoding);
}

static void write_carrier(struct premis_writer *w)
{
	const struct deposit *deposit = w->deposit;

	premis_object_open(w, "premis:intellectualEntity", deposit->carrier.uuid);
	premis_identifier(w, OBJECT_ID, PREMIS_ID_CARRIER, deposit->carrier.id);
	premis_property_text(w, PREMIS_PROPERTY_TITLE, deposit->carrier.title);
	premis_property_text(w, PREMIS_PROPERTY_NOTE, deposit->carrier.note);
	write_contents(w);
	write_disc_names(w);
	premis_property(
		w, PREMIS_PROPERTY_LABEL, deposit->volume_label.data, deposit->volume_label.len);
	premis_property_text(w, PREMIS_PROPERTY_FILE_SYSTEM, deposit->file_system);
	if (deposit->claimed_sectors)
		premis_property_printf(w, PREMIS_PROPERTY_FILE_SYSTEM_SIZE,
			"%" PRIu32 " sectors of %u bytes", deposit->claimed_sectors,
			DISC_SECTOR_SIZE);
	premis_relate(w, "isr", w->representation);
	xml_end(w->xml);
}

static void write_designation(struct premis_writer *w)
{
	const struct drive_identity *drive = &w->deposit->source.drive;
	struct buffer name = {0};
	bool name_encoded = false, version_encoded = false, origin_encoded = false;

	premis_drive_name(w->deposit, &name);
	xml_start(w->xml, "premis:environmentDesignation");
	if (name.len)
		name_encoded = premis_foreign(w, "premis:environmentName", name.data, name.len);
	else
		xml_element(w->xml, "premis:environmentName", "optical drive");
	if (*drive->firmware)
		version_encoded = premis_foreign(
			w, "premis:environmentVersion", drive->firmware, strlen(drive->firmware));
	if (*drive->vendor)
		origin_encoded = premis_foreign(
			w, "premis:environmentOrigin", drive->vendor, strlen(drive->vendor));
	if (name_encoded)
		premis_encoded_note(w, "premis:environmentDesignationNote", "environmentName");
	if (version_encoded)
		premis_encoded_note(w, "premis:environmentDesignationNote", "environmentVersion");
	if (origin_encoded)
		premis_encoded_note(w, "premis:environmentDesignationNote", "environmentOrigin");
	xml_end(w->xml);
	buffer_release(&name);
}

static void write_drive(struct premis_writer *w)
{
	premis_object_open(w, "premis:intellectualEntity", w->environment);
	xml_start(w->xml, "premis:environmentFunction");
	premis_term(w, "premis:environmentFunctionType", PREMIS_ENVIRONMENT_FUNCTION, "inp");
	xml_element(w->xml, "premis:environmentFunctionLevel", "1");
	xml_end(w->xml);
	write_designation(w);
	xml_end(w->xml);
}

/* Only where the reading was ours: nobody saw an image file being made from the carrier. */
static void write_derivation(struct premis_writer *w)
{
	if (!w->deposit->source.is_drive)
		return;
	open_relationship(w, "der", "hss");
	premis_identifier(w, RELATED_ID, PREMIS_ID_UUID, w->deposit->carrier.uuid);
	premis_identifier(w, "relatedEvent", PREMIS_ID_UUID, w->reading);
	xml_end(w->xml);
}

static void write_representation(struct premis_writer *w)
{
	const struct deposit *deposit = w->deposit;

	premis_object_open(w, "premis:representation", w->representation);
	premis_identifier(w, OBJECT_ID, PREMIS_ID_OBJECT, deposit->object_id);
	premis_property_text(w, PREMIS_PROPERTY_VERSION, deposit->version);
	premis_relate(w, "rep", deposit->carrier.uuid);
	open_relationship(w, "str", "inc");
	for (enum file_role role = 0; role < ROLE_PREMIS; role++)
		if (deposit->files[role].name)
			premis_identifier(w, RELATED_ID, PREMIS_ID_UUID, deposit->files[role].uuid);
	xml_end(w->xml);
	premis_relate(w, "hsr", deposit->files[ROLE_IMAGE].uuid);
	write_derivation(w);
	xml_end(w->xml);
}

void premis_write_fixity(struct premis_writer *w, const struct digest_values *digests)
{
	for (enum digest_algorithm i = 0; i < DIGEST_COUNT; i++) {
		if (!*digests->hex[i])
			continue;
		xml_start(w->xml, "premis:fixity");
		premis_term(w, "premis:messageDigestAlgorithm", PREMIS_HASH, digest_name(i));
		xml_element(w->xml, "premis:messageDigest", digests->hex[i]);
		xml_element(w->xml, "premis:messageDigestOriginator", "Theca");
		xml_end(w->xml);
	}
}

void premis_write_format(struct premis_writer *w, const struct premis_format *format)
{
	xml_start(w->xml, "premis:format");
	xml_start(w->xml, "premis:formatDesignation");
	xml_element(w->xml, "premis:formatName", format->name);
	if (format->version)
		xml_element(w->xml, "premis:formatVersion", format->version);
	xml_end(w->xml);
	if (format->puid) {
		xml_start(w->xml, "premis:formatRegistry");
		xml_element(w->xml, "premis:formatRegistryName", "PRONOM");
		xml_element(w->xml, "premis:formatRegistryKey", format->puid);
		xml_end(w->xml);
	}
	if (format->note)
		xml_element(w->xml, "premis:formatNote", format->note);
	xml_end(w->xml);
}

/*
 * Theca made every file but an image or sheet that came as a file: nobody knows what made that. An image that came with a sheet was put
 * together by Theca from the files that the sheet names.
 */
static bool is_ours(const struct deposit *deposit, enum file_role role)
{
	if (role == ROLE_SOURCE_SHEET)
		return false;
	return role != ROLE_IMAGE || deposit->source.is_drive || deposit->source_sheet.len > 0;
}

/* The name that a file came with; NULL if it is ours. */
static const char *original_name(const struct deposit *deposit, enum file_role role)
{
	return is_ours(deposit, role) ? NULL : deposit->source.file.name;
}

static void write_application(struct premis_writer *w)
{
	xml_start(w->xml, "premis:creatingApplication");
	xml_element(w->xml, "premis:creatingApplicationName", "Theca");
	xml_element(w->xml, "premis:creatingApplicationVersion", w->deposit->software_version);
	xml_end(w->xml);
}

static void write_characteristics(struct premis_writer *w, enum file_role role)
{
	const struct deposit_file *file = &w->deposit->files[role];

	xml_start(w->xml, "premis:objectCharacteristics");
	xml_element(w->xml, "premis:compositionLevel", "0");
	premis_write_fixity(w, &file->digests);
	premis_printf(w, "premis:size", "%" PRIu64, file->size);
	premis_write_format(w, premis_file_format(w->deposit, role));
	if (is_ours(w->deposit, role))
		write_application(w);
	xml_end(w->xml);
}

static void include_bitstreams(struct premis_writer *w)
{
	if (!w->deposit->bitstream_count)
		return;
	open_relationship(w, "str", "inc");
	for (size_t i = 0; i < w->deposit->bitstream_count; i++)
		premis_identifier(w, RELATED_ID, PREMIS_ID_UUID, w->deposit->bitstreams[i].uuid);
	xml_end(w->xml);
}

/* Under which name an image came: the element has no room for a mark, so a name that needs one is a property. */
static void write_file(struct premis_writer *w, enum file_role role)
{
	const struct deposit_file *file = &w->deposit->files[role];
	const char *original = original_name(w->deposit, role);
	bool is_clean = original && text_is_clean(original, strlen(original));

	premis_object_open(w, "premis:file", file->uuid);
	if (!is_clean)
		premis_property_text(w, "original name", original);
	write_characteristics(w, role);
	if (is_clean)
		xml_element(w->xml, "premis:originalName", original);
	xml_start(w->xml, "premis:storage");
	xml_start(w->xml, "premis:contentLocation");
	premis_pair(w, "premis:contentLocationType", "premis:contentLocationValue",
		PREMIS_LOCATION_PATH, file->name, strlen(file->name));
	xml_end(w->xml);
	xml_end(w->xml);
	premis_relate(w, "isi", w->representation);
	if (role == ROLE_IMAGE)
		include_bitstreams(w);
	xml_end(w->xml);
}

void premis_write_objects(struct premis_writer *w)
{
	write_carrier(w);
	if (premis_has_actor(w, ACTOR_DRIVE))
		write_drive(w);
	write_representation(w);
	for (enum file_role role = 0; role < ROLE_PREMIS; role++)
		if (w->deposit->files[role].name)
			write_file(w, role);
	premis_write_bitstreams(w);
}

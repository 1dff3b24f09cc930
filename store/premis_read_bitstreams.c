/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis_reader.h"

#include "image/disc.h"
#include "store/premis_vocabulary.h"

#include <stdlib.h>
#include <string.h>

#define PROPERTY "significantProperties"

/* A property that is a number from least to most. */
static int read_number(struct premis_reader *r, const struct xml_node *object, const char *type,
	unsigned least, unsigned most, unsigned *number)
{
	char *text = NULL;
	const char *end = "";
	uint64_t value = 0;
	int rc = premis_typed_text(r, object, PROPERTY, type, &text);

	if (!rc && (!text || !premis_number(text, &value, &end) || *end || value < least ||
			   value > most))
		rc = premis_refuse(
			r, "a bitstream does not say which track of which session it is");
	free(text);
	*number = (unsigned)value;
	return rc;
}

/* "0-1234567", both ends in it. */
static int parse_range(struct premis_reader *r, const char *text, struct premis_bitstream *stream)
{
	const char *end = text;
	uint64_t last = 0;

	if (!premis_number(text, &stream->offset, &end) || *end != '-' ||
		!premis_number(end + 1, &last, &end) || *end || last < stream->offset ||
		last - stream->offset + 1 != stream->size)
		return premis_refuse(
			r, "the byte range of a bitstream is none, or not of its size");
	return 0;
}

/* The object that node says it is included in; NULL if it says nothing of that. */
static int read_container(struct premis_reader *r, const struct xml_node *object, char **uuid)
{
	for (const struct xml_node *node = xml_child(object, "relationship"); node;
		node = xml_next(node, "relationship")) {
		char *code = NULL;
		int rc = premis_code(
			r, xml_child(node, "relationshipSubType"), PREMIS_RELATIONSHIP_SUB, &code);
		bool is_included = !rc && strcmp(code, "isi") == 0;
		free(code);
		if (rc)
			return rc;
		if (is_included)
			return premis_typed_text(
				r, node, "relatedObjectIdentifier", PREMIS_ID_UUID, uuid);
	}
	return 0;
}

static int read_parts(struct premis_reader *r, const struct xml_node *object, const char *range,
	struct premis_bitstream *stream)
{
	const struct xml_node *characteristics = xml_child(object, "objectCharacteristics");
	int rc = premis_typed_text(r, object, "objectIdentifier", PREMIS_ID_UUID, &stream->uuid);

	if (!rc && !stream->uuid)
		rc = premis_refuse(r, "an object has no UUID");
	if (!rc)
		rc = read_number(
			r, object, PREMIS_PROPERTY_TRACK, 0, DISC_MAX_TRACKS, &stream->track);
	if (!rc)
		rc = read_number(
			r, object, PREMIS_PROPERTY_SESSION, 1, DISC_MAX_SESSIONS, &stream->session);
	if (!rc)
		rc = premis_read_size(r, characteristics, &stream->size);
	if (!rc)
		rc = parse_range(r, range, stream);
	if (!rc)
		rc = premis_read_fixities(
			r, characteristics, &stream->fixity, &stream->fixity_count);
	if (!rc)
		rc = premis_read_format(r, xml_child(characteristics, "format"), &stream->format);
	return rc ? rc : read_container(r, object, &stream->file_uuid);
}

int premis_read_bitstream(struct premis_reader *r, const struct xml_node *object)
{
	char *range = NULL;
	int rc = premis_typed_text(r, object, PROPERTY, PREMIS_PROPERTY_BYTES, &range);

	if (!rc && range && r->premis->bitstream_count == DEPOSIT_MAX_BITSTREAMS)
		rc = premis_refuse(r, "there are more bitstreams than a disc can have");
	if (!rc && range)
		rc = read_parts(
			r, object, range, &r->premis->bitstreams[r->premis->bitstream_count++]);
	free(range);
	return rc;
}

/* ---- all of them ---- */

static const struct premis_file *file_of(
	const struct premis *premis, const struct premis_bitstream *stream)
{
	for (size_t i = 0; stream->file_uuid && i < premis->file_count; i++)
		if (strcmp(premis->files[i].uuid, stream->file_uuid) == 0)
			return &premis->files[i];
	return NULL;
}

static int compare_streams(const void *a, const void *b)
{
	const struct premis_bitstream *left = a, *right = b;
	int order = strcmp(left->file_uuid, right->file_uuid);

	if (order)
		return order;
	return (left->offset > right->offset) - (left->offset < right->offset);
}

static bool is_same_track(const struct premis_bitstream *a, const struct premis_bitstream *b)
{
	return a->track == b->track && (a->track || a->session == b->session);
}

/* Against those before it in the order of their places. */
static int check_neighbours(struct premis_reader *r, size_t place)
{
	const struct premis_bitstream *streams = r->premis->bitstreams, *stream = &streams[place];

	for (size_t i = 0; i < place; i++)
		if (is_same_track(&streams[i], stream))
			return premis_refuse(r, "two bitstreams are of the same track");
	if (place && strcmp(stream[-1].file_uuid, stream->file_uuid) == 0 &&
		stream->offset < stream[-1].offset + stream[-1].size)
		return premis_refuse(r, "two bitstreams overlap");
	return 0;
}

int premis_check_bitstreams(struct premis_reader *r)
{
	struct premis_bitstream *streams = r->premis->bitstreams;
	size_t count = r->premis->bitstream_count;

	for (size_t i = 0; i < count; i++) {
		const struct premis_file *file = file_of(r->premis, &streams[i]);
		if (!file)
			return premis_refuse(r, "a bitstream is in no file");
		if (streams[i].offset + streams[i].size > file->size)
			return premis_refuse(r, "a bitstream reaches beyond the end of its file");
	}
	if (count)
		qsort(streams, count, sizeof(*streams), compare_streams);
	for (size_t i = 0; i < count; i++) {
		int rc = check_neighbours(r, i);
		if (rc)
			return rc;
	}
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tracks of a BIN image, as bitstreams of its file. */
#include "store/premis_writer.h"

#include "store/disc_record.h"

#include <inttypes.h>

/* The track that a bitstream is of, or begins before. */
static const struct track *track_of(const struct disc *disc, const struct bitstream *stream)
{
	for (size_t i = 0; i < disc->track_count; i++) {
		const struct track *track = &disc->tracks[i];
		if (stream->track ? track->number == stream->track
				  : track->session == stream->session)
			return track;
	}
	return NULL;
}

/* "0-4349, 4500-8999": more than one range where the disc has sectors between them that the image has not. */
static void write_lba_range(struct premis_writer *w, const struct bitstream *stream)
{
	struct buffer text = {0};
	struct extent left = {stream->sector, stream->count};
	uint32_t first = 0, end = 0; /* of the range that is being put together */
	while (left.count) {
		struct disc_run run = deposit_run(&w->deposit->disc, left);
		if (end && run.lba != end)
			buffer_printf(&text, "%" PRIu32 "-%" PRIu32 ", ", first, end - 1);
		if (!end || run.lba != end)
			first = run.lba;
		end = run.lba + run.count;
		left.lba += run.count;
		left.count -= run.count;
	}
	if (end)
		buffer_printf(&text, "%" PRIu32 "-%" PRIu32, first, end - 1);
	premis_property_text(w, "LBA range", buffer_text(&text));
	buffer_release(&text);
}

/* What only the track itself has, not the pregap before the first one. */
static void write_track_properties(struct premis_writer *w, const struct track *track)
{
	const struct disc_text *text = &w->deposit->disc.text;
	struct buffer flags = {0};

	if (track->pregap)
		premis_property_printf(w, "pregap", "%" PRIu32 " sectors", track->pregap);
	disc_record_flags(track->flags, &flags);
	premis_property_text(w, "flags", buffer_text(&flags));
	buffer_release(&flags);
	premis_property_text(w, "ISRC", track->isrc);
	premis_property_disc_text(w, "title", disc_text_of(text, track->number, TEXT_TITLE));
	premis_property_disc_text(
		w, "performer", disc_text_of(text, track->number, TEXT_PERFORMER));
}

static void write_bitstream(struct premis_writer *w, const struct bitstream *stream)
{
	const struct deposit *deposit = w->deposit;
	const struct track *track = track_of(&deposit->disc, stream);
	uint64_t offset = (uint64_t)stream->sector * deposit->sector_size;
	uint64_t size = (uint64_t)stream->count * deposit->sector_size;
	enum track_mode mode = track ? track->mode : TRACK_AUDIO;

	premis_object_open(w, "premis:bitstream", stream->uuid);
	premis_property_printf(w, PREMIS_PROPERTY_TRACK, "%u", stream->track);
	premis_property_printf(w, PREMIS_PROPERTY_SESSION, "%u", stream->session);
	premis_property_printf(
		w, PREMIS_PROPERTY_BYTES, "%" PRIu64 "-%" PRIu64, offset, offset + size - 1);
	write_lba_range(w, stream);
	premis_property_text(w, "mode", track_mode_name(mode));
	if (track && stream->track)
		write_track_properties(w, track);
	xml_start(w->xml, "premis:objectCharacteristics");
	xml_element(w->xml, "premis:compositionLevel", "0");
	premis_write_fixity(w, &stream->digests);
	premis_printf(w, "premis:size", "%" PRIu64, size);
	premis_write_format(w, premis_track_format(mode));
	xml_end(w->xml);
	premis_relate(w, "isi", deposit->files[ROLE_IMAGE].uuid);
	xml_end(w->xml);
}

void premis_write_bitstreams(struct premis_writer *w)
{
	for (size_t i = 0; i < w->deposit->bitstream_count; i++)
		write_bitstream(w, &w->deposit->bitstreams[i]);
}

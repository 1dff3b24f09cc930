/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/log_writer.h"

#include "store/disc_record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* "03:25.74": minutes, seconds and sectors of 1/75 s. */
#define LENGTH_SIZE 24

static const char *format_length(uint32_t sectors, char text[LENGTH_SIZE])
{
	snprintf(text, LENGTH_SIZE, "%02" PRIu32 ":%02" PRIu32 ".%02" PRIu32,
		sectors / DISC_FRAMES / 60, sectors / DISC_FRAMES % 60, sectors % DISC_FRAMES);
	return text;
}

/* ---- tracks ---- */

/* What a label like "track 1" has below it. */
static void below(struct buffer *out, const char *name, const char *text)
{
	if (!*text)
		return;
	log_label(out, "");
	buffer_printf(out, "%-9s", name);
	buffer_puts(out, text);
	buffer_putc(out, '\n');
}

static void write_pregap(const struct track *track, struct buffer *out)
{
	char text[128], length[LENGTH_SIZE];
	int len = snprintf(text, sizeof(text), "%" PRIu32 " sectors (%s)", track->pregap,
		format_length(track->pregap, length));
	if (track->unstored_pregap)
		snprintf(text + len, sizeof(text) - (size_t)len,
			", %" PRIu32 " of them by announcement only and in no image",
			track->unstored_pregap);
	below(out, "pregap", track->pregap ? text : "");
	snprintf(text, sizeof(text), "%" PRIu32 " sectors by announcement only and in no image",
		track->unstored_postgap);
	below(out, "postgap", track->unstored_postgap ? text : "");
}

static void write_indexes(const struct track *track, struct buffer *out)
{
	if (!track->index_count)
		return;
	log_label(out, "");
	buffer_puts(out, "indexes  ");
	for (size_t i = 0; i < track->index_count; i++)
		buffer_printf(
			out, "%s%zu at LBA %" PRIu32, i ? ", " : "", i + 2, track->indexes[i]);
	buffer_putc(out, '\n');
}

static void write_digests(
	const struct deposit *deposit, const struct bitstream *stream, struct buffer *out)
{
	char text[64];
	snprintf(text, sizeof(text), "%" PRIu64 " from byte %" PRIu64,
		(uint64_t)stream->count * deposit->sector_size,
		(uint64_t)stream->sector * deposit->sector_size);
	below(out, "bytes", text);
	below(out, "CRC-32", stream->digests.hex[DIGEST_CRC32]);
	below(out, "SHA-256", stream->digests.hex[DIGEST_SHA256]);
}

/* The bytes before the first track of a session. */
static void write_front(const struct deposit *deposit, unsigned session, struct buffer *out)
{
	char length[LENGTH_SIZE];
	for (size_t i = 0; i < deposit->bitstream_count; i++) {
		const struct bitstream *stream = &deposit->bitstreams[i];
		if (stream->track || stream->session != session)
			continue;
		log_printf(out, "pregap",
			"session %u, before its first track, LBA %" PRIu32 ", %" PRIu32
			" sectors (%s)",
			session, disc_lba_of(&deposit->disc, stream->sector), stream->count,
			format_length(stream->count, length));
		write_digests(deposit, stream, out);
	}
}

static void write_raw_track(const struct deposit *deposit, const struct track *track,
	const char *name, struct buffer *out)
{
	char length[LENGTH_SIZE];
	struct buffer flags = {0};
	log_printf(out, name, "session %u, %s, LBA %" PRIu32 ", %" PRIu32 " sectors (%s)",
		track->session, track_mode_name(track->mode), track->lba, track->count,
		format_length(track->count, length));
	write_pregap(track, out);
	write_indexes(track, out);
	disc_record_flags(track->flags, &flags);
	below(out, "flags", buffer_text(&flags));
	buffer_release(&flags);
	below(out, "ISRC", track->isrc);
	for (size_t i = 0; i < deposit->bitstream_count; i++)
		if (deposit->bitstreams[i].track == track->number)
			write_digests(deposit, &deposit->bitstreams[i], out);
}

static void write_track(const struct deposit *deposit, size_t place, struct buffer *out)
{
	const struct track *track = &deposit->disc.tracks[place];
	char name[16];

	snprintf(name, sizeof(name), "track %u", track->number);
	if (deposit->format == IMAGE_BINCUE) {
		if (!place || track->session != track[-1].session)
			write_front(deposit, track->session, out);
		write_raw_track(deposit, track, name, out);
		return;
	}
	log_printf(out, name, "session %u, %s, LBA %" PRIu32 ", %" PRIu32 " sectors",
		track->session, track_mode_name(track->mode), track->lba, track->count);
}

static void write_sessions(const struct disc *disc, struct buffer *out)
{
	log_printf(out, "sessions", "%u", disc->session_count);
	for (size_t i = 0; disc->session_count > 1 && i < disc->session_count; i++) {
		char name[16];
		snprintf(name, sizeof(name), "session %zu", i + 1);
		log_printf(out, name, "ends at LBA %" PRIu32, disc->session_lead_outs[i]);
	}
}

static void write_contents(const struct deposit *deposit, struct buffer *out)
{
	const struct disc *disc = &deposit->disc;
	if (disc->profile == DISC_UNKNOWN) {
		log_text(out, "contents",
			"unknown, an image file does not tell sessions and tracks");
		return;
	}
	write_sessions(disc, out);
	for (size_t i = 0; i < disc->track_count; i++)
		write_track(deposit, i, out);
	log_printf(out, "lead-out", "LBA %" PRIu32, disc->lead_out);
}

/* ---- names ---- */

static void write_ids(const struct deposit *deposit, struct buffer *out)
{
	log_text(out, "catalogue no.", deposit->disc.mcn);
	log_text(out, "MusicBrainz", deposit->ids.musicbrainz);
	log_text(out, "CDDB", deposit->ids.cddb);
	log_text(out, "AccurateRip", deposit->ids.accuraterip);
}

static void write_text_of(const struct disc_text *text, unsigned track, struct buffer *out)
{
	for (enum disc_text_field field = 0; field < TEXT_FIELD_COUNT; field++) {
		char name[32] = "";
		if (track)
			snprintf(name, sizeof(name), "%u ", track);
		strcat(name, disc_text_field_name(field));
		log_text(out, name, disc_text_of(text, track, field));
	}
}

static void write_text(const struct disc_text *text, struct buffer *out)
{
	if (!text->used)
		return;
	log_heading(out, "Text of the disc, from CD-TEXT or its sheet; numbers are tracks");
	if (*text->encoding) {
		log_label(out, "encoding");
		buffer_puts(out, text->encoding);
		buffer_puts(out, text->guessed ? ", guessed: nothing says which it is\n" : "\n");
	}
	for (unsigned track = 0; track <= DISC_MAX_TRACKS; track++)
		write_text_of(text, track, out);
}

static bool is_only_audio(const struct disc *disc)
{
	for (size_t i = 0; i < disc->track_count; i++)
		if (disc->tracks[i].mode != TRACK_AUDIO)
			return false;
	return disc->track_count > 0;
}

void log_disc(const struct deposit *deposit, struct buffer *out)
{
	const struct disc *disc = &deposit->disc;

	log_heading(out, "Disc");
	log_text(out, "profile",
		disc->profile == DISC_UNKNOWN ? "unknown, an image file does not tell"
					      : disc_profile_name(disc->profile));
	log_foreign(out, "volume label", deposit->volume_label.data, deposit->volume_label.len);
	if (!is_only_audio(disc))
		log_text(out, "file system",
			deposit->file_system ? deposit->file_system : "none was recognised");
	if (deposit->claimed_sectors)
		log_printf(out, "claims", "%" PRIu32 " sectors, by its file system",
			deposit->claimed_sectors);
	write_ids(deposit, out);
	write_contents(deposit, out);
	write_text(&disc->text, out);
}

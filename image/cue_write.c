/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/cue.h"

#include "base/text.h"
#include "image/sheet_gap.h"

#include <string.h>

static const char *const mode_words[] = {
	[TRACK_AUDIO] = "AUDIO",
	[TRACK_MODE1] = "MODE1/2352",
	[TRACK_MODE2] = "MODE2/2352",
	[TRACK_DATA] = "MODE1/2352",
};

static const char *const text_words[TEXT_FIELD_COUNT] = {
	[TEXT_TITLE] = "TITLE",
	[TEXT_PERFORMER] = "PERFORMER",
	[TEXT_SONGWRITER] = "SONGWRITER",
	[TEXT_COMPOSER] = "COMPOSER",
	[TEXT_ARRANGER] = "ARRANGER",
	[TEXT_MESSAGE] = "MESSAGE",
	[TEXT_DISC_ID] = "DISC_ID",
	[TEXT_GENRE] = "GENRE",
	[TEXT_UPC_EAN] = "UPC_EAN",
};

static const struct {
	enum track_flag flag;
	const char *word;
} flag_words[] = {
	{TRACK_COPY_PERMITTED, " DCP"},
	{TRACK_FOUR_CHANNELS, " 4CH"},
	{TRACK_PRE_EMPHASIS, " PRE"},
	{TRACK_SCMS, " SCMS"},
};

/* A sheet has no way to write a double quote or a line break inside of text. */
static void write_quoted(struct buffer *out, const char *text)
{
	const uint8_t *bytes = (const uint8_t *)text;
	size_t left = strlen(text);
	buffer_putc(out, '"');
	while (left) {
		uint32_t code = 0;
		size_t len = text_character(bytes, left, &code);
		if (!len || code < 0x20 || (code >= 0x7F && code < 0xA0))
			buffer_putc(out, ' ');
		else if (code == '"')
			buffer_putc(out, '\'');
		else
			buffer_add(out, bytes, len);
		bytes += len ? len : 1;
		left -= len ? len : 1;
	}
	buffer_putc(out, '"');
}

static void write_time(struct buffer *out, const char *words, uint32_t sectors)
{
	buffer_printf(out, "%s %02u:%02u:%02u\n", words, sectors / DISC_FRAMES / 60,
		sectors / DISC_FRAMES % 60, sectors % DISC_FRAMES);
}

static void write_index(struct buffer *out, unsigned number, uint32_t sector)
{
	buffer_printf(out, "    INDEX %02u", number);
	write_time(out, "", sector);
}

static void write_texts(
	const struct disc *disc, unsigned track, const char *indent, struct buffer *out)
{
	for (int field = 0; field < TEXT_FIELD_COUNT; field++) {
		const char *text = disc_text_of(&disc->text, track, (enum disc_text_field)field);
		if (!text)
			continue;
		buffer_printf(out, "%s%s ", indent, text_words[field]);
		write_quoted(out, text);
		buffer_putc(out, '\n');
	}
}

static void write_flags(const struct track *track, struct buffer *out)
{
	if (!track->flags)
		return;
	buffer_puts(out, "    FLAGS");
	for (size_t i = 0; i < sizeof(flag_words) / sizeof(flag_words[0]); i++)
		if (track->flags & flag_words[i].flag)
			buffer_puts(out, flag_words[i].word);
	buffer_putc(out, '\n');
}

static bool opens_session(const struct disc *disc, size_t place)
{
	return disc->session_count > 1 &&
	       (!place || disc->tracks[place - 1].session != disc->tracks[place].session);
}

/* What lies before a session; the pregap of its first track goes with that. */
static void write_session(const struct disc *disc, size_t place, struct buffer *out)
{
	const struct track *track = &disc->tracks[place];
	if (place) {
		unsigned before = disc->tracks[place - 1].session;
		uint32_t gap = track->lba - track->pregap - disc->session_lead_outs[before - 1];
		uint32_t lead_out = sheet_usual_lead_out(before);
		if (lead_out > gap)
			lead_out = gap;
		write_time(out, "REM LEAD-OUT", lead_out);
		buffer_printf(out, "REM SESSION %02u\n", track->session);
		write_time(out, "REM LEAD-IN", gap - lead_out);
		write_time(out, "REM PREGAP", track->unstored_pregap);
	} else {
		buffer_printf(out, "REM SESSION %02u\n", track->session);
	}
}

static void write_track(const struct disc *disc, size_t place, struct buffer *out)
{
	const struct track *track = &disc->tracks[place];
	uint32_t stored = track->pregap - track->unstored_pregap;
	uint32_t sector, count;
	disc_track_sectors(disc, place, &sector, &count);
	buffer_printf(out, "  TRACK %02u %s\n", track->number, mode_words[track->mode]);
	write_texts(disc, track->number, "    ", out);
	write_flags(track, out);
	if (track->isrc[0])
		buffer_printf(out, "    ISRC %s\n", track->isrc);
	if (track->unstored_pregap && !(place && opens_session(disc, place)))
		write_time(out, "    PREGAP", track->unstored_pregap);
	if (stored)
		write_index(out, 0, sector - stored);
	write_index(out, 1, sector);
	for (unsigned i = 0; i < track->index_count; i++)
		write_index(out, i + 2, sector + (track->indexes[i] - track->lba));
	if (track->unstored_postgap)
		write_time(out, "    POSTGAP", track->unstored_postgap);
}

int cue_write(const struct disc *disc, const char *file_name, struct buffer *out, struct error *err)
{
	if (disc->mcn[0])
		buffer_printf(out, "CATALOG %s\n", disc->mcn);
	write_texts(disc, 0, "", out);
	for (size_t i = 0; i < disc->track_count; i++) {
		if (opens_session(disc, i))
			write_session(disc, i, out);
		if (i == 0) {
			buffer_puts(out, "FILE ");
			write_quoted(out, file_name);
			buffer_puts(out, " BINARY\n");
		}
		write_track(disc, i, out);
	}
	return out->failed ? error_set(err, ERR_MEMORY, "out of memory") : 0;
}

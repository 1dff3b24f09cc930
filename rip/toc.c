/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/toc.h"

#include "base/bytes.h"

#include <string.h>

enum {
	HEADER_SIZE = 4,
	FULL_ENTRY = 11,
	SHORT_ENTRY = 8,
	SESSIONS_ANSWER = HEADER_SIZE + SHORT_ENTRY,
	SHORT_LEAD_OUT = 0xaa,
	POINT_FIRST = 0xa0,
	POINT_LAST = 0xa1,
	POINT_LEAD_OUT = 0xa2,
	TYPE_CDI = 0x10,
	TYPE_XA = 0x20,
	CONTROL_PRE_EMPHASIS = 1,
	CONTROL_COPY_PERMITTED = 2,
	CONTROL_DATA = 4,
	CONTROL_FOUR_CHANNELS = 8,
	LEAD_IN = 150, /* sectors before LBA 0, and the pregap that each session begins with */
	MINUTES = 100, /* that an address can have */
	ADDRESSES = MINUTES * 60 * 75,
};

/* What the entries say, before they are put together; by number of the session or track. */
struct listed_track {
	uint8_t session; /* 0: not listed */
	uint8_t control;
	uint32_t lba;
};

struct listed_session {
	uint8_t first, last; /* tracks; 0 if not told */
	uint8_t type;
	uint32_t lead_out; /* 0 if not told */
};

struct listing {
	struct listed_track tracks[DISC_MAX_TRACKS + 1];
	struct listed_session sessions[DISC_MAX_SESSIONS + 1];
};

/* Bytes of the answer that it says to have, and has. */
static size_t usable(const uint8_t *answer, size_t len)
{
	if (len < HEADER_SIZE)
		return 0;
	size_t told = ((size_t)answer[0] << 8 | answer[1]) + 2;
	return told < len ? told : len;
}

static bool address_of(const uint8_t msf[3], uint32_t *lba)
{
	const uint32_t frames = (msf[0] * 60u + msf[1]) * 75u + msf[2];
	if (msf[0] >= MINUTES || msf[1] >= 60 || msf[2] >= 75 || frames < LEAD_IN)
		return false;
	*lba = frames - LEAD_IN;
	return true;
}

/* ---- entries ---- */

static const char *add_track(
	struct listing *listing, uint8_t number, const struct listed_track *entry)
{
	struct listed_track *track = &listing->tracks[number];
	if (track->session && (track->session != entry->session || track->lba != entry->lba ||
				      track->control != entry->control))
		return "it lists a track twice, and differently";
	*track = *entry;
	return NULL;
}

static const char *add_lead_out(struct listing *listing, uint8_t session, uint32_t lba)
{
	uint32_t *lead_out = &listing->sessions[session].lead_out;
	if (*lead_out && *lead_out != lba)
		return "it gives a session two lead-outs";
	*lead_out = lba;
	return NULL;
}

static const char *add_full_entry(struct listing *listing, const uint8_t *entry)
{
	const uint8_t session = entry[0], point = entry[3], *place = entry + 8;
	struct listed_track track = {.session = session, .control = entry[1] & 0xf};
	const bool is_track = point >= 1 && point <= DISC_MAX_TRACKS;
	if (entry[1] >> 4 != 1 || (!is_track && (point < POINT_FIRST || point > POINT_LEAD_OUT)))
		return NULL;
	if (session < 1 || session > DISC_MAX_SESSIONS)
		return "an entry belongs to no session";
	if (point == POINT_FIRST) {
		listing->sessions[session].first = place[0];
		listing->sessions[session].type = place[1];
		return NULL;
	}
	if (point == POINT_LAST) {
		listing->sessions[session].last = place[0];
		return NULL;
	}
	if (!address_of(place, &track.lba))
		return "it has an address that no disc has";
	return is_track ? add_track(listing, point, &track)
			: add_lead_out(listing, session, track.lba);
}

static const char *add_short_entry(struct listing *listing, const uint8_t *entry)
{
	const struct listed_track track = {
		.session = 1, .control = entry[1] & 0xf, .lba = bytes_be32(entry + 4)};
	const uint8_t number = entry[2];
	if (number != SHORT_LEAD_OUT && (number < 1 || number > DISC_MAX_TRACKS))
		return NULL;
	if (track.lba >= ADDRESSES)
		return "it has an address that no disc has";
	return number == SHORT_LEAD_OUT ? add_lead_out(listing, 1, track.lba)
					: add_track(listing, number, &track);
}

static const char *add_entries(struct listing *listing, const uint8_t *answer, size_t len,
	size_t entry_size, const char *(*add)(struct listing *listing, const uint8_t *entry))
{
	for (size_t at = HEADER_SIZE; at + entry_size <= len; at += entry_size) {
		const char *wrong = add(listing, answer + at);
		if (wrong)
			return wrong;
	}
	return NULL;
}

/* ---- the disc ---- */

static enum track_mode mode_of(const struct listed_track *track, uint8_t type)
{
	if (!(track->control & CONTROL_DATA))
		return TRACK_AUDIO;
	return type == TYPE_CDI || type == TYPE_XA ? TRACK_MODE2 : TRACK_MODE1;
}

/*
 * Of a data track, the bit of pre-emphasis says that it was written in packets, and that of four
 * channels is reserved.
 */
static uint8_t flags_of(uint8_t control)
{
	uint8_t flags = control & CONTROL_COPY_PERMITTED ? TRACK_COPY_PERMITTED : 0;
	if (control & CONTROL_DATA)
		return flags;
	if (control & CONTROL_PRE_EMPHASIS)
		flags |= TRACK_PRE_EMPHASIS;
	if (control & CONTROL_FOUR_CHANNELS)
		flags |= TRACK_FOUR_CHANNELS;
	return flags;
}

static void take_tracks(struct disc *disc, const struct listing *listing)
{
	for (unsigned number = 1; number <= DISC_MAX_TRACKS; number++) {
		const struct listed_track *from = &listing->tracks[number];
		if (!from->session)
			continue;
		disc->tracks[disc->track_count++] = (struct track){
			.number = (uint8_t)number,
			.session = from->session,
			.mode = mode_of(from, listing->sessions[from->session].type),
			.flags = flags_of(from->control),
			.lba = from->lba,
		};
		if (from->session > disc->session_count)
			disc->session_count = from->session;
	}
}

/* Whether a track that a session says to have is missing: then the answer was cut short. */
static bool lacks_tracks(const struct listing *listing, const struct listed_session *session)
{
	unsigned first = session->first ? session->first : session->last;
	if (session->last > DISC_MAX_TRACKS)
		return true;
	for (unsigned number = first; number && number <= session->last; number++)
		if (!listing->tracks[number].session)
			return true;
	return false;
}

static const char *take_sessions(struct disc *disc, const struct listing *listing)
{
	for (unsigned number = 1; number <= DISC_MAX_SESSIONS; number++)
		if (lacks_tracks(listing, &listing->sessions[number]))
			return "it does not list all its tracks";
	for (unsigned number = 1; number <= disc->session_count; number++) {
		disc->session_lead_outs[number - 1] = listing->sessions[number].lead_out;
		if (!listing->sessions[number].lead_out)
			return "it does not say where a session ends";
	}
	return NULL;
}

static void set_pregaps(struct disc *disc)
{
	for (size_t i = 0; i < disc->track_count; i++) {
		struct track *track = &disc->tracks[i];
		if (i == 0) {
			track->pregap = track->lba;
		} else if (track->session == track[-1].session + 1) {
			const uint32_t end = disc->session_lead_outs[track[-1].session - 1];
			if (track->lba >= end && track->lba - end >= LEAD_IN)
				track->pregap = track->unstored_pregap = LEAD_IN;
		}
	}
}

static const char *make_disc(struct disc *disc, const struct listing *listing, uint8_t last_session)
{
	*disc = (struct disc){.profile = DISC_CD};
	take_tracks(disc, listing);
	if (disc->session_count < last_session)
		return "it does not list all its sessions";
	const char *wrong = take_sessions(disc, listing);
	if (wrong)
		return wrong;
	set_pregaps(disc);
	return disc_complete(disc);
}

const char *toc_parse_full(struct disc *disc, const uint8_t *answer, size_t len)
{
	struct listing listing = {0};
	len = usable(answer, len);
	if (len < HEADER_SIZE + FULL_ENTRY)
		return "it is empty";
	const char *wrong = add_entries(&listing, answer, len, FULL_ENTRY, add_full_entry);
	return wrong ? wrong : make_disc(disc, &listing, answer[3]);
}

const char *toc_parse_short(struct disc *disc, const uint8_t *answer, size_t len)
{
	struct listing listing = {0};
	len = usable(answer, len);
	if (len < HEADER_SIZE + SHORT_ENTRY)
		return "it is empty";
	listing.sessions[1].first = answer[2];
	listing.sessions[1].last = answer[3];
	const char *wrong = add_entries(&listing, answer, len, SHORT_ENTRY, add_short_entry);
	return wrong ? wrong : make_disc(disc, &listing, 1);
}

bool toc_agrees(const struct disc *full, const struct disc *brief)
{
	bool has_lead_out = false;
	for (size_t i = 0; i < full->session_count; i++)
		has_lead_out |= full->session_lead_outs[i] == brief->lead_out;
	for (size_t i = 0; i < brief->track_count; i++) {
		const struct track *track = &brief->tracks[i];
		const size_t place = (size_t)track->number - full->tracks[0].number;
		if (place >= full->track_count || full->tracks[place].lba != track->lba)
			return false;
	}
	return has_lead_out;
}

uint8_t toc_parse_session_count(const uint8_t *answer, size_t len)
{
	const size_t told = len >= HEADER_SIZE ? ((size_t)answer[0] << 8 | answer[1]) + 2 : 0;
	if (told != SESSIONS_ANSWER || answer[3] > DISC_MAX_SESSIONS)
		return 0;
	return answer[3];
}

/* ---- numbers of the disc and of tracks ---- */

/* Copies len characters if they are what is allowed at their places, and not all zeros. */
static bool take_number(char *out, const uint8_t *from, size_t letters, size_t len)
{
	bool is_something = false;
	for (size_t i = 0; i < len; i++) {
		const bool is_digit = from[i] >= '0' && from[i] <= '9';
		if (!is_digit && (i >= letters || from[i] < 'A' || from[i] > 'Z'))
			return false;
		is_something |= from[i] != '0';
	}
	if (!is_something)
		return false;
	memcpy(out, from, len);
	out[len] = '\0';
	return true;
}

enum {
	SUB_FORMAT = 4,
	SUB_TRACK = 6,
	SUB_VALID = 8, /* in the top bit */
	SUB_NUMBER = 9,
	MCN_LENGTH = TOC_MCN_SIZE - 1,
	ISRC_LENGTH = TOC_ISRC_SIZE - 1,
	ISRC_LETTERS = 5, /* country and owner may have letters, the rest is digits */
};

/* The length in the header is left out of account: drives are careless with it. */
static bool has_number(const uint8_t *answer, size_t len, uint8_t format, size_t number_length)
{
	return len >= SUB_NUMBER + number_length && answer[SUB_FORMAT] == format &&
	       answer[SUB_VALID] & 0x80;
}

bool toc_parse_mcn(char mcn[TOC_MCN_SIZE], const uint8_t *answer, size_t len)
{
	return has_number(answer, len, 2, MCN_LENGTH) &&
	       take_number(mcn, answer + SUB_NUMBER, 0, MCN_LENGTH);
}

bool toc_parse_isrc(char isrc[TOC_ISRC_SIZE], uint8_t track, const uint8_t *answer, size_t len)
{
	return has_number(answer, len, 3, ISRC_LENGTH) &&
	       (answer[SUB_TRACK] == track || answer[SUB_TRACK] == 0) &&
	       take_number(isrc, answer + SUB_NUMBER, ISRC_LETTERS, ISRC_LENGTH);
}

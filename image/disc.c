/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/disc.h"

#include <string.h>

void disc_init_single(
	struct disc *disc, enum disc_profile profile, enum track_mode mode, uint32_t sectors)
{
	*disc = (struct disc){
		.profile = profile,
		.session_count = 1,
		.track_count = 1,
		.lead_out = sectors,
		.session_lead_outs = {sectors},
	};
	disc->tracks[0] = (struct track){
		.number = 1,
		.session = 1,
		.mode = mode,
		.count = sectors,
	};
}

void disc_init_unknown(struct disc *disc, uint32_t sectors)
{
	*disc = (struct disc){.profile = DISC_UNKNOWN, .lead_out = sectors};
}

bool disc_is_single_data(const struct disc *disc)
{
	if (disc->profile == DISC_UNKNOWN)
		return true;
	if (disc->track_count != 1 || disc->session_count != 1)
		return false;
	const struct track *track = &disc->tracks[0];
	return track->lba == 0 && (track->mode == TRACK_MODE1 || track->mode == TRACK_DATA);
}

bool disc_has_audio(const struct disc *disc)
{
	for (size_t i = 0; i < disc->track_count; i++)
		if (disc->tracks[i].mode == TRACK_AUDIO)
			return true;
	return false;
}

/* ---- what makes sense ---- */

/* The track after the one at that place, if it is of the same session. */
static const struct track *next_in_session(const struct disc *disc, size_t place)
{
	const struct track *next = &disc->tracks[place + 1];
	return place + 1 < disc->track_count && next->session == disc->tracks[place].session ? next
											     : NULL;
}

/* The LBA before which nothing of the track's session can lie. */
static uint32_t session_floor(const struct disc *disc, const struct track *track)
{
	return track->session > 1 ? disc->session_lead_outs[track->session - 2] : 0;
}

/* What of a track belongs to it before the next one's pregap begins. */
static uint32_t own_count(const struct disc *disc, size_t place)
{
	const struct track *next = next_in_session(disc, place);
	return disc->tracks[place].count - (next ? next->pregap : 0);
}

static const char *check_numbers(const struct disc *disc, size_t place)
{
	const struct track *track = &disc->tracks[place];
	const struct track *before = place ? &disc->tracks[place - 1] : NULL;
	if (track->number < 1 || track->number > DISC_MAX_TRACKS ||
		(before && track->number != before->number + 1))
		return "its tracks are not numbered one after the other";
	if (track->session < 1 || track->session > disc->session_count ||
		track->session != (before ? before->session : 1)) {
		if (!before || track->session != before->session + 1)
			return "its sessions are not numbered one after the other";
	}
	return NULL;
}

/* The positions of a track between its neighbours; sets its count. */
static const char *check_place(struct disc *disc, size_t place)
{
	struct track *track = &disc->tracks[place];
	const struct track *next = next_in_session(disc, place);
	uint32_t end = next ? next->lba : disc->session_lead_outs[track->session - 1];
	if (end <= track->lba)
		return "its tracks are out of order, or one of them is empty";
	track->count = end - track->lba;
	if (track->pregap > track->lba - session_floor(disc, track))
		return "a pregap begins before its session";
	if (next && next->pregap >= track->count)
		return "a pregap covers the track before it";
	if (track->unstored_pregap > track->pregap)
		return "more of a pregap is missing than there is";
	if (track->unstored_postgap >= own_count(disc, place))
		return "a postgap is as long as its track";
	uint32_t last = track->lba;
	for (size_t i = 0; i < track->index_count; i++) {
		if (track->indexes[i] <= last || track->indexes[i] >= end)
			return "an index lies outside its track";
		last = track->indexes[i];
	}
	return NULL;
}

const char *disc_complete(struct disc *disc)
{
	if (!disc->track_count || disc->track_count > DISC_MAX_TRACKS || !disc->session_count ||
		disc->session_count > DISC_MAX_SESSIONS)
		return "it has no tracks";
	for (size_t i = 0; i < disc->track_count; i++) {
		const char *wrong = check_numbers(disc, i);
		if (wrong)
			return wrong;
	}
	if (disc->tracks[disc->track_count - 1].session != disc->session_count)
		return "a session has no tracks";
	for (size_t i = 0; i < disc->track_count; i++) {
		const struct track *track = &disc->tracks[i];
		if (track->lba < session_floor(disc, track))
			return "a session begins before the one before it has ended";
		const char *wrong = check_place(disc, i);
		if (wrong)
			return wrong;
	}
	disc->lead_out = disc->session_lead_outs[disc->session_count - 1];
	return NULL;
}

/* ---- image and disc ---- */

/* The stored part of a track's pregap, or of the track itself, without where the image has it. */
static struct disc_run stored_part(const struct disc *disc, size_t place, bool is_pregap)
{
	const struct track *track = &disc->tracks[place];
	struct disc_run run = {.track = track, .is_pregap = is_pregap};
	if (is_pregap) {
		run.count = track->pregap - track->unstored_pregap;
		run.lba = track->lba - run.count;
	} else {
		run.count = own_count(disc, place) - track->unstored_postgap;
		run.lba = track->lba;
	}
	return run;
}

/* Calls visit for each run in order until it returns true; whether it did. */
static bool each_run(const struct disc *disc,
	bool (*visit)(const struct disc_run *run, void *context), void *context)
{
	struct disc_run whole = {.count = disc->lead_out};
	if (disc->profile == DISC_UNKNOWN)
		return whole.count && visit(&whole, context);
	uint32_t sector = 0;
	for (size_t i = 0; i < (size_t)2 * disc->track_count; i++) {
		struct disc_run run = stored_part(disc, i / 2, i % 2 == 0);
		run.sector = sector;
		sector += run.count;
		if (run.count && visit(&run, context))
			return true;
	}
	return false;
}

struct search {
	uint32_t wanted; /* a sector of the image, or an LBA */
	struct disc_run run;
};

static bool holds_sector(const struct disc_run *run, void *context)
{
	struct search *search = context;
	search->run = *run;
	return search->wanted >= run->sector && search->wanted - run->sector < run->count;
}

static bool holds_lba(const struct disc_run *run, void *context)
{
	struct search *search = context;
	search->run = *run;
	return search->wanted >= run->lba && search->wanted - run->lba < run->count;
}

static bool add_count(const struct disc_run *run, void *context)
{
	uint32_t *sectors = context;
	*sectors += run->count;
	return false;
}

bool disc_run_at(const struct disc *disc, uint32_t sector, struct disc_run *run)
{
	struct search search = {.wanted = sector};
	bool found = each_run(disc, holds_sector, &search);
	*run = search.run;
	return found;
}

uint32_t disc_image_sectors(const struct disc *disc)
{
	uint32_t sectors = 0;
	each_run(disc, add_count, &sectors);
	return sectors;
}

uint32_t disc_lba_of(const struct disc *disc, uint32_t sector)
{
	struct search search = {.wanted = sector};
	if (!each_run(disc, holds_sector, &search))
		return disc->lead_out;
	return search.run.lba + (sector - search.run.sector);
}

struct extent disc_take_lbas(const struct disc *disc, struct extent *rest)
{
	struct extent piece = {disc_lba_of(disc, rest->lba), 0};
	struct disc_run run;
	while (rest->count && disc_run_at(disc, rest->lba, &run)) {
		uint32_t left = run.count - (rest->lba - run.sector);
		if (run.lba + (rest->lba - run.sector) != extent_end(piece))
			break;
		left = left < rest->count ? left : rest->count;
		piece.count += left;
		rest->lba += left;
		rest->count -= left;
	}
	return piece;
}

bool disc_sector_of(const struct disc *disc, uint32_t lba, uint32_t *sector)
{
	struct search search = {.wanted = lba};
	if (!each_run(disc, holds_lba, &search))
		return false;
	*sector = search.run.sector + (lba - search.run.lba);
	return true;
}

void disc_track_sectors(const struct disc *disc, size_t place, uint32_t *sector, uint32_t *count)
{
	const struct track *next = next_in_session(disc, place);
	struct disc_run own = stored_part(disc, place, false);
	*sector = 0;
	disc_sector_of(disc, own.lba, sector);
	*count = own.count + (next ? stored_part(disc, place + 1, true).count : 0);
}

/* ---- text ---- */

const char *disc_text_of(const struct disc_text *text, unsigned track, enum disc_text_field field)
{
	for (uint32_t at = 0; at + 2 < text->used;) {
		const char *entry = text->bytes + at;
		if ((uint8_t)entry[0] == track && (uint8_t)entry[1] == field)
			return entry + 2;
		at += 3 + (uint32_t)strlen(entry + 2);
	}
	return NULL;
}

bool disc_text_add(
	struct disc_text *text, unsigned track, enum disc_text_field field, const char *utf8)
{
	size_t len = strlen(utf8);
	if (!len || track > DISC_MAX_TRACKS || len + 3 > sizeof(text->bytes) - text->used)
		return false;
	char *entry = text->bytes + text->used;
	entry[0] = (char)track;
	entry[1] = (char)field;
	memcpy(entry + 2, utf8, len + 1);
	text->used += (uint32_t)len + 3;
	return true;
}

/* ---- words ---- */

static const char *const profile_names[] = {
	[DISC_CD] = "cd",
	[DISC_DVD] = "dvd",
	[DISC_UNKNOWN] = "unknown",
};

static const char *const mode_names[] = {
	[TRACK_AUDIO] = "audio",
	[TRACK_MODE1] = "mode1",
	[TRACK_MODE2] = "mode2",
	[TRACK_DATA] = "data",
};

static const char *const format_names[] = {
	[IMAGE_ISO] = "iso",
	[IMAGE_BINCUE] = "bincue",
};

static const char *const field_names[] = {
	[TEXT_TITLE] = "title",
	[TEXT_PERFORMER] = "performer",
	[TEXT_SONGWRITER] = "songwriter",
	[TEXT_COMPOSER] = "composer",
	[TEXT_ARRANGER] = "arranger",
	[TEXT_MESSAGE] = "message",
	[TEXT_DISC_ID] = "disc_id",
	[TEXT_GENRE] = "genre",
	[TEXT_UPC_EAN] = "upc_ean",
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

const char *disc_profile_name(enum disc_profile profile)
{
	return profile_names[profile];
}

const char *track_mode_name(enum track_mode mode)
{
	return mode_names[mode];
}

const char *image_format_name(enum image_format format)
{
	return format_names[format];
}

const char *disc_text_field_name(enum disc_text_field field)
{
	return field_names[field];
}

/* Looks name up in names; false if it is none of them. */
static bool find_name(const char *const *names, size_t count, const char *name, size_t *index)
{
	for (*index = 0; *index < count; (*index)++)
		if (!strcmp(names[*index], name))
			return true;
	return false;
}

bool disc_profile_by_name(const char *name, enum disc_profile *profile)
{
	size_t i;
	if (!find_name(profile_names, COUNT_OF(profile_names), name, &i))
		return false;
	*profile = (enum disc_profile)i;
	return true;
}

bool track_mode_by_name(const char *name, enum track_mode *mode)
{
	size_t i;
	if (!find_name(mode_names, COUNT_OF(mode_names), name, &i))
		return false;
	*mode = (enum track_mode)i;
	return true;
}

bool image_format_by_name(const char *name, enum image_format *format)
{
	size_t i;
	if (!find_name(format_names, COUNT_OF(format_names), name, &i))
		return false;
	*format = (enum image_format)i;
	return true;
}

bool disc_text_field_by_name(const char *name, enum disc_text_field *field)
{
	size_t i;
	if (!find_name(field_names, COUNT_OF(field_names), name, &i))
		return false;
	*field = (enum disc_text_field)i;
	return true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/disc_record.h"

#include <string.h>

static const struct {
	enum track_flag flag;
	const char *word;
} flag_words[] = {
	{TRACK_COPY_PERMITTED, "DCP"},
	{TRACK_FOUR_CHANNELS, "4CH"},
	{TRACK_PRE_EMPHASIS, "PRE"},
	{TRACK_SCMS, "SCMS"},
};

#define FLAG_COUNT (sizeof(flag_words) / sizeof(flag_words[0]))

void disc_record_flags(unsigned flags, struct buffer *out)
{
	const char *separator = "";
	for (size_t i = 0; i < FLAG_COUNT; i++) {
		if (!(flags & flag_words[i].flag))
			continue;
		buffer_printf(out, "%s%s", separator, flag_words[i].word);
		separator = " ";
	}
}

/* ---- writing ---- */

/* What is not known is left out. */
static void set_known(struct jv *object, const char *key, const char *text)
{
	if (*text)
		jv_set_bytes(object, key, text, strlen(text));
}

static void set_number(struct jv *object, const char *key, uint32_t number)
{
	if (number)
		jv_set_int(object, key, number);
}

static struct jv *flags_json(unsigned flags)
{
	struct jv *words = jv_new_array();
	for (size_t i = 0; i < FLAG_COUNT; i++)
		if (flags & flag_words[i].flag)
			jv_append(words, jv_new_text(flag_words[i].word));
	return words;
}

static struct jv *indexes_json(const struct track *track)
{
	struct jv *indexes = jv_new_array();
	for (size_t i = 0; i < track->index_count; i++)
		jv_append(indexes, jv_new_int(track->indexes[i]));
	return indexes;
}

static struct jv *track_json(const struct track *track)
{
	struct jv *object = jv_new_object();
	jv_set_int(object, "number", track->number);
	jv_set_int(object, "session", track->session);
	jv_set_text(object, "mode", track_mode_name(track->mode));
	jv_set_int(object, "lba", track->lba);
	jv_set_int(object, "count", track->count);
	jv_set_int(object, "pregap", track->pregap);
	set_number(object, "unstored_pregap", track->unstored_pregap);
	set_number(object, "unstored_postgap", track->unstored_postgap);
	jv_set(object, "flags", flags_json(track->flags));
	set_known(object, "isrc", track->isrc);
	if (track->index_count)
		jv_set(object, "indexes", indexes_json(track));
	return object;
}

/* A single number for an ISO image, which has one session. */
static struct jv *sessions_json(const struct disc *disc, enum image_format format)
{
	if (format == IMAGE_ISO)
		return jv_new_int(disc->session_count);
	struct jv *sessions = jv_new_array();
	for (size_t i = 0; i < disc->session_count; i++) {
		struct jv *session = jv_new_object();
		jv_set_int(session, "number", (int64_t)i + 1);
		jv_set_int(session, "lead_out", disc->session_lead_outs[i]);
		jv_append(sessions, session);
	}
	return sessions;
}

struct jv *disc_record_json(const struct disc *disc, enum image_format format)
{
	struct jv *object = jv_new_object();
	jv_set_text(object, "profile", disc_profile_name(disc->profile));
	if (disc->profile == DISC_UNKNOWN)
		return object;
	jv_set(object, "sessions", sessions_json(disc, format));
	jv_set_int(object, "lead_out", disc->lead_out);
	set_known(object, "mcn", disc->mcn);
	struct jv *tracks = jv_new_array();
	for (size_t i = 0; i < disc->track_count; i++)
		jv_append(tracks, track_json(&disc->tracks[i]));
	jv_set(object, "tracks", tracks);
	return object;
}

static struct jv *text_entry_json(unsigned track, enum disc_text_field field, const char *value)
{
	struct jv *entry = jv_new_object();
	jv_set_int(entry, "track", track);
	jv_set_text(entry, "field", disc_text_field_name(field));
	jv_set_bytes(entry, "value", value, strlen(value));
	return entry;
}

void disc_record_add_text(struct jv *reads, const struct disc_text *text)
{
	if (!text->used)
		return;
	struct jv *object = jv_new_object(), *entries = jv_new_array();
	set_known(object, "encoding", text->encoding);
	jv_set_bool(object, "guessed", text->guessed);
	for (unsigned track = 0; track <= DISC_MAX_TRACKS; track++) {
		for (enum disc_text_field field = 0; field < TEXT_FIELD_COUNT; field++) {
			const char *value = disc_text_of(text, track, field);
			if (value)
				jv_append(entries, text_entry_json(track, field, value));
		}
	}
	jv_set(object, "entries", entries);
	jv_set(reads, "text", object);
}

/* ---- reading ---- */

static int refuse(struct error *err, const char *what)
{
	return error_set(err, ERR_INVALID, "the disc in the list of reads: %s", what);
}

/* A member that must be a number from 0 to most; a missing one is `otherwise`, or refused if that is negative. */
static bool get_number(const struct jv *object, const char *key, int64_t otherwise, uint32_t most,
	uint32_t *number)
{
	int64_t value = jv_get(object, key) ? jv_get_int(object, key, -1) : otherwise;
	if (value < 0 || value > most)
		return false;
	*number = (uint32_t)value;
	return true;
}

static bool parse_flags(const struct jv *words, uint8_t *flags)
{
	for (size_t i = 0; i < jv_size(words); i++) {
		const char *word = jv_text(jv_at(words, i));
		size_t k = 0;
		while (word && k < FLAG_COUNT && strcmp(flag_words[k].word, word) != 0)
			k++;
		if (!word || k == FLAG_COUNT)
			return false;
		*flags = (uint8_t)(*flags | flag_words[k].flag);
	}
	return true;
}

static bool parse_indexes(const struct jv *indexes, struct track *track)
{
	size_t count = jv_size(indexes);
	if (count > DISC_MAX_INDEXES)
		return false;
	for (size_t i = 0; i < count; i++) {
		int64_t lba = jv_int(jv_at(indexes, i), -1);
		if (lba < 0 || lba > UINT32_MAX)
			return false;
		track->indexes[i] = (uint32_t)lba;
	}
	track->index_count = (uint8_t)count;
	return true;
}

/* A text of at most size - 1 bytes; one that is missing is "". */
static bool get_known(const struct jv *object, const char *key, char *text, size_t size)
{
	const char *value = jv_get_text(object, key);
	size_t len = value ? strlen(value) : 0;
	if (len >= size)
		return false;
	memcpy(text, value ? value : "", len + 1);
	return true;
}

static bool parse_track(const struct jv *object, struct track *track)
{
	const char *mode = jv_get_text(object, "mode");
	uint32_t number, session;
	bool fits =
		mode && track_mode_by_name(mode, &track->mode) &&
		get_number(object, "number", -1, DISC_MAX_TRACKS, &number) &&
		get_number(object, "session", -1, DISC_MAX_SESSIONS, &session) &&
		get_number(object, "lba", -1, UINT32_MAX, &track->lba) &&
		get_number(object, "pregap", 0, UINT32_MAX, &track->pregap) &&
		get_number(object, "unstored_pregap", 0, UINT32_MAX, &track->unstored_pregap) &&
		get_number(object, "unstored_postgap", 0, UINT32_MAX, &track->unstored_postgap) &&
		get_known(object, "isrc", track->isrc, sizeof(track->isrc)) &&
		parse_flags(jv_get(object, "flags"), &track->flags) &&
		parse_indexes(jv_get(object, "indexes"), track);
	if (!fits)
		return false;
	track->number = (uint8_t)number;
	track->session = (uint8_t)session;
	return true;
}

/* An array of sessions, or the number 1. */
static bool parse_sessions(const struct jv *record, struct disc *disc)
{
	const struct jv *sessions = jv_get(record, "sessions");
	size_t count = jv_size(sessions);
	if (!jv_is_array(sessions)) {
		disc->session_count = 1;
		return jv_int(sessions, 0) == 1 &&
		       get_number(record, "lead_out", -1, UINT32_MAX, &disc->session_lead_outs[0]);
	}
	if (count > DISC_MAX_SESSIONS)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!get_number(jv_at(sessions, i), "lead_out", -1, UINT32_MAX,
			    &disc->session_lead_outs[i]))
			return false;
	disc->session_count = (uint8_t)count;
	return true;
}

int disc_record_parse(struct disc *disc, const struct jv *reads, struct error *err)
{
	const struct jv *record = jv_get(reads, "disc"), *tracks = jv_get(record, "tracks");
	const char *profile = jv_get_text(record, "profile");
	*disc = (struct disc){0};
	if (!profile || !disc_profile_by_name(profile, &disc->profile))
		return refuse(err, "it has no profile");
	if (disc->profile == DISC_UNKNOWN) {
		if (!get_number(reads, "sectors", -1, UINT32_MAX, &disc->lead_out))
			return refuse(err, "nobody knows how large it is");
		return 0;
	}
	if (!parse_sessions(record, disc) ||
		!get_known(record, "mcn", disc->mcn, sizeof(disc->mcn)))
		return refuse(err, "its sessions make no sense");
	if (jv_size(tracks) > DISC_MAX_TRACKS)
		return refuse(err, "it has more than 99 tracks");
	for (size_t i = 0; i < jv_size(tracks); i++)
		if (!parse_track(jv_at(tracks, i), &disc->tracks[i]))
			return refuse(err, "one of its tracks makes no sense");
	disc->track_count = (uint8_t)jv_size(tracks);
	const char *wrong = disc_complete(disc);
	return wrong ? refuse(err, wrong) : 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/disc.h"

#include <string.h>

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

#define PROFILE_COUNT (sizeof(profile_names) / sizeof(profile_names[0]))
#define MODE_COUNT (sizeof(mode_names) / sizeof(mode_names[0]))

void disc_init_single(
	struct disc *disc, enum disc_profile profile, enum track_mode mode, uint32_t sectors)
{
	*disc = (struct disc){
		.profile = profile,
		.session_count = 1,
		.track_count = 1,
		.lead_out = sectors,
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

const char *disc_profile_name(enum disc_profile profile)
{
	return profile_names[profile];
}

const char *track_mode_name(enum track_mode mode)
{
	return mode_names[mode];
}

/* The index of name in names, or count. */
static size_t name_index(const char *const *names, size_t count, const char *name)
{
	size_t i = 0;
	while (i < count && strcmp(names[i], name) != 0)
		i++;
	return i;
}

bool disc_profile_by_name(const char *name, enum disc_profile *profile)
{
	size_t i = name_index(profile_names, PROFILE_COUNT, name);
	if (i == PROFILE_COUNT)
		return false;
	*profile = (enum disc_profile)i;
	return true;
}

bool track_mode_by_name(const char *name, enum track_mode *mode)
{
	size_t i = name_index(mode_names, MODE_COUNT, name);
	if (i == MODE_COUNT)
		return false;
	*mode = (enum track_mode)i;
	return true;
}

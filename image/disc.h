/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Disc: what the table of contents says. Immutable once it is read.
 */
#ifndef THECA_IMAGE_DISC_H
#define THECA_IMAGE_DISC_H

#include <stdbool.h>
#include <stdint.h>

#define DISC_MAX_TRACKS 99
#define DISC_SECTOR_SIZE 2048u /* user data of a Mode 1 sector, and a whole DVD sector */

enum disc_profile {
	DISC_CD,
	DISC_DVD,
	DISC_UNKNOWN, /* an image file does not say what it was read from: no sessions, no tracks */
};

enum track_mode {
	TRACK_AUDIO,
	TRACK_MODE1,
	TRACK_MODE2,
	TRACK_DATA, /* 2048-byte sectors of a DVD */
};

struct track {
	uint8_t number;
	uint8_t session;
	enum track_mode mode;
	uint32_t lba; /* INDEX 01 */
	uint32_t count; /* sectors up to the next track or lead-out */
};

struct disc {
	enum disc_profile profile;
	uint8_t session_count;
	uint8_t track_count;
	uint32_t lead_out; /* the LBA after the last sector of the last session, or of the image */
	struct track tracks[DISC_MAX_TRACKS];
};

/* A disc of one session and one 2048-byte track of `sectors` sectors. */
void disc_init_single(
	struct disc *disc, enum disc_profile profile, enum track_mode mode, uint32_t sectors);
/* What is known of the disc behind an image file of that many sectors: nothing else. */
void disc_init_unknown(struct disc *disc, uint32_t sectors);
/* Whether the disc is one data track of 2048-byte sectors, or unknown: to be kept as an ISO image. */
bool disc_is_single_data(const struct disc *disc);
/* The words of the field: "cd", "dvd", "unknown"; "audio", "mode1", "mode2", "data". */
const char *disc_profile_name(enum disc_profile profile);
const char *track_mode_name(enum track_mode mode);
/* Reads the words back; false if they are none of these. */
bool disc_profile_by_name(const char *name, enum disc_profile *profile);
bool track_mode_by_name(const char *name, enum track_mode *mode);

#endif

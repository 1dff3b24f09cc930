/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Disc: what the table of contents says, and how an image of the disc maps to it. Immutable once it is read.
 *
 * The disc has sectors by LBA; an image stores sectors one after the other, counted from 0. The two differ where the disc has
 * sectors that no image holds: the lead-out and lead-in between sessions, and a pregap or postgap that a cue sheet only
 * announces (PREGAP, POSTGAP). Everything that goes from one to the other asks disc_run_at().
 *
 *   track          1              2 (INDEX 00)  2 (INDEX 01)                    3                      track.lba = INDEX 01
 *   LBA        0 ............. 4350 ......... 4500 ............ 9000 : 20250 : 20400 ......... 30000
 *              |    track 1      |   pregap     |     track 2     |  gap, 150  |     track 3     |      session 1 | session 2
 *   image      0 ............. 4350 ......... 4500 ............ 9000 ---------> 9000 ......... 18600
 *                                                                session_lead_outs[0] = 9000            lead_out = 30000
 *
 * A byte of the image is (sector of the image) * (bytes of a sector). Track 1 has count 4500: like the table of contents, which knows no
 * pregaps, it ends where INDEX 01 of the next one is. So what is said of a track does not change when its pregaps become known.
 * The pregap of the first track of a disc begins at LBA 0; where it has sound, that is a hidden track.
 */
#ifndef THECA_IMAGE_DISC_H
#define THECA_IMAGE_DISC_H

#include "image/extent.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISC_MAX_TRACKS 99
#define DISC_MAX_SESSIONS 99
#define DISC_MAX_INDEXES 98u /* INDEX 02 to 99 */
#define DISC_SECTOR_SIZE 2048u /* user data of a Mode 1 sector, and a whole DVD sector */
#define DISC_RAW_SECTOR_SIZE 2352u /* a whole CD sector without subchannel */
#define DISC_FRAMES 75u /* sectors of a second of a CD */
#define DISC_TEXT_BYTES 32768u

enum disc_profile {
	DISC_CD,
	DISC_DVD,
	DISC_UNKNOWN, /* an ISO file does not say what it was read from: no sessions, no tracks */
};

enum image_format {
	IMAGE_ISO, /* CARRIER.iso of 2048-byte sectors */
	IMAGE_BINCUE, /* CARRIER.bin of 2352-byte sectors, and CARRIER.cue */
};

enum track_mode {
	TRACK_AUDIO,
	TRACK_MODE1,
	TRACK_MODE2,
	TRACK_DATA, /* 2048-byte sectors of a DVD */
};

/* The control bits of a track, as a cue sheet's FLAGS name them (Red Book; MMC-3, table 237). */
enum track_flag {
	TRACK_COPY_PERMITTED = 1, /* DCP */
	TRACK_FOUR_CHANNELS = 2, /* 4CH */
	TRACK_PRE_EMPHASIS = 4, /* PRE */
	TRACK_SCMS = 8, /* SCMS: serial copy management */
};

struct track {
	uint8_t number;
	uint8_t session;
	enum track_mode mode;
	uint8_t flags; /* track_flag bits */
	char isrc[13]; /* "" if not known; without hyphens */
	uint32_t lba; /* INDEX 01 */
	uint32_t
		count; /* sectors up to INDEX 01 of the next track of its session, or to the session's lead-out */
	uint32_t pregap; /* sectors before lba that are INDEX 00 */
	uint32_t
		unstored_pregap; /* of these, the first so many are in no image: digital silence by announcement */
	uint32_t
		unstored_postgap; /* of count, the last so many before the next pregap or lead-out, likewise */
	uint8_t index_count;
	uint32_t indexes[DISC_MAX_INDEXES]; /* LBA of INDEX 02 and on */
};

/* CD-TEXT, from a sheet or the lead-in: what the disc says about itself and its tracks, in UTF-8. */
enum disc_text_field {
	TEXT_TITLE,
	TEXT_PERFORMER,
	TEXT_SONGWRITER,
	TEXT_COMPOSER,
	TEXT_ARRANGER,
	TEXT_MESSAGE,
	TEXT_DISC_ID,
	TEXT_GENRE,
	TEXT_UPC_EAN,
	TEXT_FIELD_COUNT
};

struct disc_text {
	char encoding
		[24]; /* of the bytes as they were found: "UTF-8", "Shift_JIS"; "" if there was no text */
	bool guessed; /* nothing said which encoding it was */
	uint32_t used;
	char bytes[DISC_TEXT_BYTES]; /* entries: track, field, NUL-terminated text */
};

struct disc {
	enum disc_profile profile;
	uint8_t session_count;
	uint8_t track_count;
	uint32_t lead_out; /* the LBA after the last sector of the last session, or of the image */
	uint32_t session_lead_outs[DISC_MAX_SESSIONS];
	char mcn[14]; /* media catalogue number, 13 digits; "" if not known */
	struct track tracks[DISC_MAX_TRACKS];
	struct disc_text text;
};

/* A disc of one session and one track of `sectors` sectors. */
void disc_init_single(
	struct disc *disc, enum disc_profile profile, enum track_mode mode, uint32_t sectors);
/* What is known of the disc behind an ISO file of that many sectors: nothing else. */
void disc_init_unknown(struct disc *disc, uint32_t sectors);
/*
 * Sets each track's count from the lbas and the session lead-outs, and lead_out from these. NULL if the whole makes sense: numbers, sessions and
 * positions ascending, no gap longer than what it is cut from; else what is wrong, as words that follow "the table of contents: ".
 */
const char *disc_complete(struct disc *disc);
/* Whether the disc is one data track of 2048-byte sectors, or unknown: to be kept as an ISO image. */
bool disc_is_single_data(const struct disc *disc);
bool disc_has_audio(const struct disc *disc);

/* ---- image and disc ---- */

/* A stretch of the image whose sectors follow each other on the disc and are of one track. */
struct disc_run {
	uint32_t sector; /* of the image, the first */
	uint32_t count;
	uint32_t lba; /* where the disc has that first one */
	const struct track *track; /* borrowed from the disc; NULL if the disc is unknown */
	bool is_pregap;
};

/* The run that holds a sector of the image; false past its end. */
bool disc_run_at(const struct disc *disc, uint32_t sector, struct disc_run *run);
/* Sectors that an image of the disc stores. */
uint32_t disc_image_sectors(const struct disc *disc);
/* Where the disc has a sector of the image; lead_out past the end. */
uint32_t disc_lba_of(const struct disc *disc, uint32_t sector);
/*
 * Takes from an extent of the image what begins it and is in one piece on the disc, and gives that in LBAs; its count is 0 when nothing is left. For
 * telling people where on the disc something is.
 */
struct extent disc_take_lbas(const struct disc *disc, struct extent *rest);
/* Which sector of the image holds an LBA; false for one that no image stores. */
bool disc_sector_of(const struct disc *disc, uint32_t lba, uint32_t *sector);
/* The sectors of the image from INDEX 01 of the track at that place in disc->tracks up to INDEX 01 of the next or the end of its session. */
void disc_track_sectors(const struct disc *disc, size_t place, uint32_t *sector, uint32_t *count);

/* ---- text ---- */

/* Adds a text of a track (0: of the disc); false if there is no more room, or nothing to add. It replaces none. */
bool disc_text_add(
	struct disc_text *text, unsigned track, enum disc_text_field field, const char *utf8);
/* The text, or NULL; borrowed. */
const char *disc_text_of(const struct disc_text *text, unsigned track, enum disc_text_field field);

/* ---- words of the field; each _by_name reads one back, and is false if it is none of them ---- */

/* "cd", "dvd", "unknown" */
const char *disc_profile_name(enum disc_profile profile);
bool disc_profile_by_name(const char *name, enum disc_profile *profile);
/* "audio", "mode1", "mode2", "data" */
const char *track_mode_name(enum track_mode mode);
bool track_mode_by_name(const char *name, enum track_mode *mode);
/* "iso", "bincue" */
const char *image_format_name(enum image_format format);
bool image_format_by_name(const char *name, enum image_format *format);
/* "title", "performer", "songwriter", "composer", "arranger", "message", "disc_id", "genre", "upc_ean" */
const char *disc_text_field_name(enum disc_text_field field);
bool disc_text_field_by_name(const char *name, enum disc_text_field *field);

#endif

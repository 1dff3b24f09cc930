/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cue sheet: what it says, statement by statement, before any of its files is looked at (image/sheet_image.h does that).
 *
 *   REM anything                          FILE "name" BINARY|MOTOROLA|WAVE|AIFF|MP3|FLAC
 *   CATALOG 1234567890123                   TRACK 01 AUDIO|MODE1/2048|MODE1/2352|MODE2/2336|MODE2/2352|CDI/2336|CDI/2352
 *   TITLE "of the disc"                       TITLE, PERFORMER, SONGWRITER ... "of the track"
 *   PERFORMER, SONGWRITER ...                 ISRC ABCDE1234567      FLAGS DCP 4CH PRE SCMS
 *   REM SESSION 02                            PREGAP mm:ss:ff        silence before the track that is in no file
 *   REM LEAD-OUT mm:ss:ff  (of a length)      INDEX 00 mm:ss:ff      where in the file, in sectors of 1/75 s
 *   REM LEAD-IN  mm:ss:ff                     INDEX 01 mm:ss:ff
 *   REM PREGAP   mm:ss:ff                     POSTGAP mm:ss:ff
 *
 * After CDRWIN's manual, as the common programs write and read it; sessions as redump.org's sheets have them. The INDEX 00 of a track may
 * be in the file before the one that has its INDEX 01. Keywords are read in any case, lines may end in LF, CR LF or CR.
 */
#ifndef THECA_IMAGE_CUE_H
#define THECA_IMAGE_CUE_H

#include "base/bytes.h"
#include "base/error.h"
#include "image/disc.h"
#include "image/text_encoding.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CUE_LIMIT ((size_t)1 << 20) /* bytes of a sheet; real ones have some thousand */
/* A track's indexes may be in several files, but no sheet needs more than two a track. */
#define CUE_MAX_FILES (2u * DISC_MAX_TRACKS + 2u)

enum cue_file_type { CUE_BINARY, CUE_MOTOROLA, CUE_WAVE, CUE_AIFF, CUE_MP3, CUE_FLAC };

struct cue_file {
	char *name; /* in clean UTF-8; NULL in a sheet without FILE, which is allowed where no file is wanted */
	char *bytes; /* as it stands in the sheet */
	enum cue_file_type type;
	unsigned line;
};

struct cue_index {
	uint8_t number;
	size_t file; /* place in files */
	uint32_t sector; /* in that file, 75 a second */
	unsigned line;
};

struct cue_track {
	uint8_t number;
	uint8_t session;
	enum track_mode mode;
	uint16_t sector_size; /* in its file: 2352, 2336, 2048 */
	uint8_t flags; /* track_flag bits */
	char isrc[13]; /* without hyphens */
	bool has_pregap;
	uint32_t pregap, postgap; /* sectors of silence that no file has */
	struct cue_index *indexes; /* ascending by number */
	size_t index_count;
	unsigned line;
};

struct cue_length {
	unsigned line; /* 0: not given */
	uint32_t sectors;
};

/* What REM LEAD-OUT and LEAD-IN say of the gap behind a session; image/sheet_gap.h knows what they may mean. */
struct cue_gap {
	struct cue_length lead_out, lead_in;
};

struct cue {
	struct cue_file *files;
	size_t file_count;
	struct cue_track *tracks;
	size_t track_count;
	uint8_t session_count;
	struct cue_gap gaps
		[DISC_MAX_SESSIONS]; /* behind session i + 1; behind the last one they mean nothing */
	enum text_encoding encoding; /* of the files' bytes: UTF-8 if the sheet is in UTF-16 */
	char mcn[14];
	struct disc_text text;
};

enum cue_severity { CUE_WARNING, CUE_ERROR };

/* Called for each thing found; line 1 is the first, 0 the sheet as a whole. Words are for people; foreign text in them is clean. */
typedef void cue_listener(
	void *context, enum cue_severity severity, unsigned line, const char *words);

/*
 * Reads a sheet tolerantly: what has one meaning only is accepted with a warning (a track that has INDEX 00 alone, a CATALOG of the
 * wrong length, which is left out), the rest is ERR_INVALID with the line. listener may be NULL. The caller frees *out.
 * Each track then has one INDEX 01 (a lone INDEX 00 has become one), indexes follow one another by number, file and sector, and each file has at least one. An INDEX 00
 * alone may be where the next one is. A first index of a file that is not at 00:00:00 is left to the layout, which knows what lies before it. No
 * length is above 10,000 minutes, but sums of them may be above 32 bits.
 */
int cue_read(struct cue **out, const uint8_t *bytes, size_t len, cue_listener *listener,
	void *context, struct error *err);
/*
 * Checks a sheet strictly, as a CD writer would need it, and tells everything that is wrong. Returns how many errors there are; the sheet's files are not
 * looked at. Only ERR_MEMORY is told by err.
 */
int cue_check(const uint8_t *bytes, size_t len, cue_listener *listener, void *context,
	size_t *errors, struct error *err);
void cue_free(struct cue *cue);

/* Appends a BIN image's sheet, in UTF-8 with LF, of one FILE called file_name with 2352-byte sectors. Only ERR_MEMORY. */
int cue_write(
	const struct disc *disc, const char *file_name, struct buffer *out, struct error *err);

#endif

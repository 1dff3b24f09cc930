/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Deposit: all that is known of one rip when its image is done; what the sidecars are written from.
 */
#ifndef THECA_STORE_DEPOSIT_H
#define THECA_STORE_DEPOSIT_H

#include "base/bytes.h"
#include "base/digest.h"
#include "base/uuid.h"
#include "image/damage_map.h"
#include "image/disc.h"
#include "image/disc_ids.h"
#include "image/extent.h"
#include "image/read_record.h"

#include <stdbool.h>
#include <stdint.h>

/* Strings in these structs may hold any bytes but NUL unless said otherwise; "" means not known. */

struct carrier {
	char uuid[UUID_SIZE]; /* of the carrier as an entity; the same in every version and rebuild */
	char *id;             /* the institution's own: a shelf mark, a barcode; never NULL */
	char *title;          /* NULL if not given */
	char *note;
};

struct drive_identity {
	char device[256]; /* as given: "/dev/sr0" */
	char vendor[32];
	char model[64];
	char firmware[32];
	char serial[64];
};

struct file_identity {
	char *path;       /* absolute */
	char *name;       /* its last part */
	uint64_t size;    /* bytes */
	int64_t modified; /* seconds since the epoch */
};

struct source_identity {
	bool is_drive;               /* which of the two below is filled */
	struct drive_identity drive;
	struct file_identity file;
};

/* A file in the new version. Those before ROLE_PREMIS are described by it. */
enum file_role {
	ROLE_IMAGE,
	ROLE_SHEET,        /* CARRIER.cue, beside a .bin */
	ROLE_SOURCE_SHEET, /* CARRIER.source.cue: the sheet of the image file that was taken over, as it was */
	ROLE_MAP,
	ROLE_READS,
	ROLE_CHUNKS,
	ROLE_LOG,
	ROLE_PREMIS,
	ROLE_COUNT
};

struct deposit_file {
	enum file_role role;
	char *name;                   /* the logical path in the object: "SHELF%2F12.iso" */
	char uuid[UUID_SIZE];         /* its PREMIS identifier */
	uint64_t size;
	struct digest_values digests; /* those of theca.ini */
};

/*
 * A track as a run of bytes in the image: from INDEX 01 up to INDEX 01 of the next, or the end of its session; and with track 0, the pregap
 * before a session's first track. Together they are all of a BIN image, each byte once.
 */
struct bitstream {
	char uuid[UUID_SIZE];         /* its PREMIS identifier */
	uint8_t track;                /* number; 0: before the session's first track */
	uint8_t session;
	uint32_t sector, count;       /* of the image */
	struct digest_values digests; /* CRC-32 and SHA-256 */
};

#define DEPOSIT_MAX_BITSTREAMS (DISC_MAX_TRACKS + DISC_MAX_SESSIONS)

struct deposit {
	struct carrier carrier;
	struct source_identity source;
	struct disc disc;
	struct disc_ids ids;               /* of a disc with audio; "" otherwise */
	enum image_format format;
	uint32_t sector_size;              /* bytes of a sector of the image */
	struct bitstream *bitstreams;      /* of a BIN image, in order */
	size_t bitstream_count;
	struct buffer source_sheet;        /* the bytes of the sheet that was taken over; empty if there was none */
	struct buffer warnings;            /* what was taken for granted in reading it: lines of text */
	struct buffer volume_label;        /* raw bytes as on the disc, trailing spaces gone; empty if none */
	const char *file_system;           /* "ISO 9660", "UDF", "ISO 9660 and UDF"; NULL if none was recognised */
	uint32_t claimed_sectors;          /* the size that the file system says it has; 0 if not known */
	uint32_t volume_sectors;           /* what there is for it: those of its track, or of the ISO image */
	struct damage_map *map;
	struct read_record reads;
	struct digest_values image_digests;
	uint8_t (*pieces)[32];             /* SHA-256 of each chunk of the image */
	size_t piece_count;
	const char *software_version;      /* of Theca */
	char *software_libraries;          /* "libcdio 2.1.0, OpenSSL 3.0.15, ..." */
	char *command_line;                /* as typed, secrets redacted */
	const char *operator_name;         /* NULL if not known */
	const char *operator_address;      /* URI, NULL if not known */
	const char *institution;           /* NULL if not known */
	unsigned retries;
	unsigned digests;                  /* DIGEST_BIT mask of what is recorded */
	bool digests_while_reading;        /* false: the finished image was read once more for them */
	bool resumed;                      /* begun by an earlier, stopped run */
	char object_id[64];                /* "urn:uuid:..." */
	char version[16];                  /* "v1" */
	int64_t started, finished;         /* of the reading, seconds since the epoch */
	char ingestion_uuid[UUID_SIZE];    /* of the event that ends the ingestion: first line of the object's log */
	struct deposit_file files[ROLE_COUNT]; /* those before ROLE_PREMIS are filled when the sidecar is written */
};

/* "image", "sheet", "source sheet", "map", "reads", "chunks", "log", "premis". */
const char *file_role_name(enum file_role role);
/* The extension of a role's file name, from which a reader tells the role: ".iso" or ".bin", ".cue", ".source.cue", ".map" ... */
const char *file_role_suffix(enum file_role role, enum image_format format);
/* The role that a logical path's ending names, the longest that fits; false if none. */
bool file_role_of(const char *logical_path, enum file_role *role);
/*
 * The same of a file that lies beside an image (NULL if there is none): "Y.source.cue" is the sheet of "Y.source.bin", and the source sheet of
 * "Y.bin".
 */
bool file_role_beside(const char *logical_path, const char *image, enum file_role *role);
/* Bytes of a sector of the image that is called so: a ".bin" is raw. */
uint32_t file_sector_size(const char *image_path);

/* Sectors that are zero in the image because they were not read. */
uint32_t deposit_unread_sectors(const struct deposit *deposit);
/* Finds the ranges of one kind, one after the other. */
typedef bool deposit_next(const struct deposit *deposit, uint32_t from, struct extent *extent);
/* The first unread extent that ends after lba `from`, cut to begin at `from` or later; false if there is none. */
bool deposit_next_unread(const struct deposit *deposit, uint32_t from, struct extent *extent);

/* Sectors that are in the image, but whose own check code, address or mode disagrees with them, or of which no two readings agreed. */
uint64_t deposit_doubtful_sectors(const struct deposit *deposit);
/* The same as deposit_next_unread, of doubtful sectors. */
bool deposit_next_doubtful(const struct deposit *deposit, uint32_t from, struct extent *extent);
/* Sectors of which the source gave the user data alone, so that the framing around it was computed. */
uint64_t deposit_rebuilt_sectors(const struct deposit *deposit);
/*
 * Where the disc has these sectors of the image, as far as they follow each other there and are of one track: the run's count is theirs, and at least 1.
 * Sectors that the disc does not know are taken to lie where the image has them.
 */
struct disc_run deposit_run(const struct disc *disc, struct extent sectors);

/* How the reading of a track went. */
struct track_tally {
	struct read_effort effort;
	uint64_t unreadable, doubtful; /* sectors */
};
/* Of the track of that number, its pregap included. */
struct track_tally deposit_tally(const struct deposit *deposit, unsigned track);

/* Lays out the bitstreams of a BIN image, without digests; only ERR_MEMORY. */
int deposit_plan_bitstreams(struct deposit *deposit, struct error *err);

/* Whether the image ends before its file system does. */
bool deposit_is_cut_short(const struct deposit *deposit);

/* Frees what the deposit owns and zeroes it. Strings behind `const char *` are not its own. */
void deposit_release(struct deposit *deposit);

#endif

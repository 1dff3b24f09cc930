/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sidecars: what stands beside an image besides PREMIS, its sheet, its map and its chunk list.
 *
 * CARRIER.reads.json says what the disc is and how each range of the image was read:
 *
 *   {"theca_reads":1,
 *    "carrier":"SHELF/12",
 *    "source":{"type":"drive","device":"/dev/sr0","vendor":"...","model":"...","firmware":"...","serial":"..."}
 *          or {"type":"file","path":"/in/x.iso","name":"x.iso","size":675840,"modified":"2020-01-02T03:04:05Z"},
 *             with "of":"sheet and files" where size and time are those of a cue sheet and its files together
 *    "disc":{"profile":"cd",
 *            "sessions":[{"number":1,"lead_out":9000},{"number":2,"lead_out":30000}],     1 for an ISO image
 *            "lead_out":30000,"mcn":"1234567890123",
 *            "tracks":[{"number":1,"session":1,"mode":"audio","lba":150,"count":4350,      as struct track has them (image/disc.h),
 *                       "pregap":150,"unstored_pregap":150,"unstored_postgap":75,          the unstored only if there are some
 *                       "flags":["DCP","PRE"],"isrc":"ABCDE1234567","indexes":[3000]}]},   LBA of INDEX 02 and on
 *    "ids":{"musicbrainz":"...","cddb":"...","accuraterip":"..."},
 *    "text":{"encoding":"Shift_JIS","guessed":true,                                        CD-TEXT or a sheet's, in UTF-8; track 0 is the disc
 *            "entries":[{"track":0,"field":"title","value":"..."}]},
 *    "bitstreams":[{"track":1,"session":1,"offset":0,"size":10231200,                      bytes of the image; track 0: the pregap before
 *                   "lba":150,"sectors":4350,"crc32":"...","sha256":"..."}],               a session's first track; lba of the first sector
 *    "warnings":["..."],                                                                   what was taken for granted
 *    "format":"bincue","sector_size":2352,"sectors":18600,                                 of the image
 *    "unreadable":0,"doubtful":2,                                                          sectors
 *    "tracks_read":[{"number":1,"rereads":12,"jitter":1,"skips":1,"unreadable":0,"doubtful":2}],   with their pregaps, in a BIN image
 *    "ranges":[{"lba":150,"count":4350,"track":1,"state":"read","pass":"copy","confirmed":"paranoia","attempts":1,
 *               "framing":"rebuilt","rereads":12,"jitter":1,"skips":1}]}
 *
 * LBAs are the disc's: a range ends where the next sector of the image is not the next of the disc, or is another track's; its "track"
 * stands in a BIN image. The disc behind an ISO file is {"profile":"unknown"}: no table of contents is made up for it. Members that
 * are not known or empty are left out, numbers of a range that are zero too; "ranges" is the last. Foreign strings are stored by jv_set_bytes (base/json.h).
 *
 * "state" is "read"; "doubtful", in the image, though its own check code, address or mode disagrees, or no two readings agreed; "unreadable", zero
 * in the image. "confirmed" is why a range is believed, and says no more than that:
 *
 *   "drive"     it reported success after its own error correction       "paranoia"  overlapping readings agreed in libcdio-paranoia
 *   "file"      the bytes of an image file                               "reads"     two readings of the sector alone agreed
 *   "edc"       a raw sector's own check code, address, mode agree          "none"
 *
 * The same wrong bytes at every reading would agree too. "framing":"rebuilt" where the source gave user data alone: sync, header and check codes
 * around it were computed.
 */
#ifndef THECA_STORE_SIDECARS_H
#define THECA_STORE_SIDECARS_H

#include "base/bytes.h"
#include "base/error.h"
#include "store/deposit.h"

/* Appends CARRIER.reads.json. */
int sidecar_reads_json(const struct deposit *deposit, struct buffer *out, struct error *err);
/* Appends CARRIER.log, the rip log for people: plain text, every foreign string through text_terminal. Only ERR_MEMORY. */
int sidecar_log_text(const struct deposit *deposit, struct buffer *out, struct error *err);

#endif

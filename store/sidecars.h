/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sidecars: what stands beside an image besides PREMIS, its map and its chunk list.
 *
 * CARRIER.reads.json says how each range of the image was read:
 *
 *   {"theca_reads":1,
 *    "carrier":"SHELF/12",
 *    "source":{"type":"drive","device":"/dev/sr0","vendor":"...","model":"...","firmware":"...","serial":"..."}
 *          or {"type":"file","path":"/in/x.iso","name":"x.iso","size":675840,"modified":"2020-01-02T03:04:05Z"},
 *    "disc":{"profile":"cd","sessions":1,"lead_out":330000,
 *            "tracks":[{"number":1,"session":1,"mode":"mode1","lba":0,"count":330000}]},
 *    "sector_size":2048,"sectors":330000,
 *    "ranges":[{"lba":0,"count":330000,"state":"read","pass":"copy","confirmed":"drive","attempts":1}]}
 *
 * The "disc" behind an image file is {"profile":"unknown"}: no table of contents is made up for it.
 * "confirmed" is why a range is believed: "drive" (it reported success after its own error correction), "file" (the bytes of an
 * image file), "none". Foreign strings are stored by jv_set_bytes (base/json.h); those not known are left out.
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Worker: a source opened and read in a process of its own, one for each drive.
 *
 *   parent                          worker
 *   ──────                          ──────
 *                      ◀── hello ── opens the source, reads the TOC
 *   read(extent, slot) ─ request ─▶ reads into the slot, which both see
 *                      ◀── reply ── status, words, notes
 *   close              ─ (end) ───▶ closes the source, exits
 *
 * A stuck ioctl, a library's exit() or its global state costs that process, never the caller's; when the caller dies, the worker
 * is killed by the kernel.
 */
#ifndef THECA_RIP_WORKER_H
#define THECA_RIP_WORKER_H

#include "base/error.h"
#include "image/disc.h"
#include "image/image_file.h"
#include "image/sector_source.h"
#include "image/sheet_image.h"
#include "rip/plan.h"
#include "store/deposit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What opening a source tells; flat, so that it can cross to another process. */
struct source_facts {
	bool is_drive;
	struct drive_identity drive; /* when is_drive */
	struct image_file_state file; /* else; of a sheet, of all its files together */
	bool is_sheet;
	char warnings[SHEET_WARNING_BYTES]; /* of reading the sheet: lines, "" if there are none */
	struct disc disc;
	enum image_format format; /* of the image that the source is read for */
	uint32_t sectors, sector_size, max_read;
	enum read_confirmation confirmation;
};

/* Opens what path names, as the policy wants it, and fills facts; the source is used and closed in the worker only. */
typedef int source_opener(struct sector_source **out, const char *path,
	const struct rip_policy *policy, struct source_facts *facts, struct error *err);

/*
 * Starts a worker that opens path with `opener`, and gives a source that reads through it. Buffers given to reads must lie in
 * memory[0..size), which is shared (base/digest_ring.h). A worker that neither answers nor ends within answer_seconds is killed, and the read
 * is SOURCE_GONE. The errors of opening come back as they were. The caller closes.
 */
int worker_start(struct sector_source **out, const char *path, const struct rip_policy *policy,
	source_opener *opener, uint8_t *memory, size_t size, int answer_seconds,
	struct source_facts *facts, struct error *err);

#endif

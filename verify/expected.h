/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Expected files: what the inventory, the sidecars and the chunk lists say that each content file
 * of an object must be.
 *
 * The inventory comes first. A PREMIS sidecar or a chunk list has a say only once its own digests
 * have agreed: it is read like every other file, and learnt from before the rest are looked at.
 */
#ifndef THECA_VERIFY_EXPECTED_H
#define THECA_VERIFY_EXPECTED_H

#include "base/digest.h"
#include "base/error.h"
#include "store/chunks.h"
#include "store/ocfl_inventory.h"
#include "store/premis.h"
#include "verify/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum expected_kind {
	EXPECTED_CONTENT,
	EXPECTED_PREMIS, /* the contents of these two are kept while they are read */
	EXPECTED_CHUNKS,
};

struct expected_file {
	const char *path; /* content path; borrowed from the inventory */
	enum expected_kind kind;
	/* NULL where none is recorded; borrowed from the inventory or a sidecar */
	const char *digests[DIGEST_COUNT];
	bool size_known; /* some sidecar names a size */
	uint64_t size;
	/* of this file; borrowed from another one's list; NULL if none can be trusted */
	const struct chunk_list *chunks;
	/* its tracks, if it is a raw disc image; borrowed from a sidecar */
	const struct premis_bitstream *streams;
	size_t stream_count;
	/* what this file itself says, once it is known to be whole; NULL until then */
	struct premis *premis;
	struct chunk_list *list;
};

struct expected_files {
	const struct ocfl_inventory *inventory; /* borrowed */
	struct expected_file *items; /* in the order of the inventory's manifest */
	size_t count;
};

/*
 * Takes the manifest and fixity block of an inventory, which must outlive the files. Digests of one
 * file that contradict each other become problems of the report. Only ERR_MEMORY. The caller
 * releases.
 */
int expected_files_init(struct expected_files *files, const struct ocfl_inventory *inventory,
	struct object_report *report, struct error *err);
void expected_files_release(struct expected_files *files);
/* The expected file of a content path, or NULL. */
struct expected_file *expected_files_find(const struct expected_files *files, const char *path);
/* The expected file behind a logical path of a version, or NULL. */
struct expected_file *expected_files_in_version(const struct expected_files *files,
	const struct ocfl_version *version, const char *logical_path);
/* The sidecar's file of a version, or NULL. */
struct expected_file *expected_files_premis(
	const struct expected_files *files, const struct ocfl_version *version);

/*
 * Understands a sidecar or chunk list from its contents, which are known to be whole; what cannot
 * be understood becomes a problem of the report. Only ERR_MEMORY.
 */
int expected_file_understand(struct expected_file *file, const struct buffer *contents,
	struct object_report *report, struct error *err);
/* Lets each sidecar and chunk list that was understood add to what is expected of the others. */
void expected_files_learn(struct expected_files *files);

#endif

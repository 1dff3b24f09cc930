/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Source: what DRIVE on the command line names, a device or an image read as if it sat in one.
 */
#ifndef THECA_RIP_SOURCE_H
#define THECA_RIP_SOURCE_H

#include "base/error.h"
#include "rip/worker.h"

/*
 * Opens a drive, a cue sheet or an ISO image for the image that the policy asks for; a source_opener. Around it, from the inside: the check that
 * sectors were delivered, of raw ones the EDC, in a drive libcdio-paranoia for audio; for an ISO image of raw sectors, their user data.
 */
int source_open(struct sector_source **out, const char *path, const struct rip_policy *policy,
	struct source_facts *facts, struct error *err);
/* What an image file, or a sheet with its files, is now. */
int source_look(const char *path, const struct source_facts *facts, struct image_file_state *state,
	struct error *err);
/* Fills identity from the facts and the path as given; the caller frees its file strings (deposit_release does). */
int source_identify(const char *path, const struct source_facts *facts,
	struct source_identity *identity, struct error *err);

#endif

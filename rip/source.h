/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Source: what DRIVE on the command line names, a device or an image read as if it sat in one.
 */
#ifndef THECA_RIP_SOURCE_H
#define THECA_RIP_SOURCE_H

#include "base/error.h"
#include "rip/worker.h"

/* Opens a drive or an image file behind a checked source; a source_opener. */
int source_open(struct sector_source **out, const char *path, struct source_facts *facts,
	struct error *err);
/* Fills identity from the facts and the path as given; the caller frees its file strings (deposit_release does). */
int source_identify(const char *path, const struct source_facts *facts,
	struct source_identity *identity, struct error *err);

#endif

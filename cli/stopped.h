/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stopped rips: how they are offered to whoever rips next.
 */
#ifndef THECA_CLI_STOPPED_H
#define THECA_CLI_STOPPED_H

#include "base/error.h"
#include "rip/rip.h"
#include "store/archive.h"
#include "store/work.h"

/*
 * ERR_EXISTS, with words on how to go on, if a stopped rip of the very disc in the source lies in work/, begun for the same image. options are those
 * that settle which one that is, as they were typed: "--raw ", or "".
 */
int offer_stopped(const struct archive *archive, struct rip *rip, const char *source,
	const char *options, struct error *err);
/* Tells on stderr what is kept of a rip that has just stopped, as it can be found again on the disk, and how to go on. */
void advise_stopped(const struct work *work);
/* The share of the disc that was read, in percent. */
unsigned stopped_percent(const struct work_state *state);

#endif

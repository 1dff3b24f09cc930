/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recover: what a stopped command left behind is finished by the next one that may write.
 */
#ifndef THECA_CLI_RECOVER_H
#define THECA_CLI_RECOVER_H

#include "base/error.h"
#include "store/archive.h"
#include "store/object.h"
#include "store/work.h"

/*
 * Finishes every rip whose commit was begun, removes work directories that hold nothing, and sweeps scratch files. Rips stopped while
 * reading are left for `theca rip`; what another process is at is left alone. What cannot be finished now is told as a note and stays:
 * it must not keep other work from being done.
 */
void recover_work(const struct archive *archive);

/*
 * Finishes a prepared commit: store, log, catalogue, snapshot; then the work directory goes. Closes *work in every case and sets it to
 * NULL.
 */
int finish_rip(const struct archive *archive, struct work **work, const struct work_state *state,
	struct error *err);

#endif

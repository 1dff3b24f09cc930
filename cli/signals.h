/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals: Ctrl-C and SIGTERM ask work to stop cleanly; a second one ends the process at once.
 */
#ifndef THECA_CLI_SIGNALS_H
#define THECA_CLI_SIGNALS_H

#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP set the flag that stop_requested tells; SIGPIPE is ignored. */
void catch_stop_signals(void);
bool stop_requested(void);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rip summary: what `theca rip` says at its end.
 */
#ifndef THECA_CLI_RIP_SUMMARY_H
#define THECA_CLI_RIP_SUMMARY_H

#include "store/deposit.h"

#include <stdbool.h>

/* Prints one screen, or JSON; gives EXIT_DAMAGE if sectors could not be read, else EXIT_FINE. */
int rip_summary_print(const struct deposit *deposit, bool json);

#endif

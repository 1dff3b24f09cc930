/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names: what a carrier's files are called.
 */
#ifndef THECA_STORE_NAMES_H
#define THECA_STORE_NAMES_H

#include "base/error.h"

/*
 * The carrier's id as a file name (percent-encoded by base/text.h, at most 200 bytes) followed by suffix; the caller frees. ERR_USAGE for an empty
 * id or one longer than 1,000 bytes.
 */
int names_carrier(const char *carrier_id, const char *suffix, char **name, struct error *err);

#endif

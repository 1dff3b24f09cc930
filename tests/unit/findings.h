/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking into what the OCFL validator found.
 */
#ifndef THECA_TESTS_UNIT_FINDINGS_H
#define THECA_TESTS_UNIT_FINDINGS_H

#include "store/ocfl_validate.h"

#include <stdbool.h>

/* Whether some finding has that code. */
bool findings_have(const struct ocfl_findings *findings, const char *code);

#endif

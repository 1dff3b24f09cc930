/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/findings.h"

#include <string.h>

bool findings_have(const struct ocfl_findings *findings, const char *code)
{
	for (size_t i = 0; i < findings->count; i++)
		if (!strcmp(findings->items[i].code, code))
			return true;
	return false;
}

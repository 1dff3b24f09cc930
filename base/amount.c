/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/amount.h"

#include <stdio.h>

void format_bytes(uint64_t bytes, char *out, size_t size)
{
	static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
	double value = (double)bytes;
	size_t unit = 0;
	while (value >= 999.5 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		value /= 1000;
		unit++;
	}
	snprintf(out, size,
		unit && value < 9.995   ? "%.2f %s"
		: unit && value < 99.95 ? "%.1f %s"
					: "%.0f %s",
		value, units[unit]);
}

void format_count(uint64_t count, char *out, size_t size)
{
	char digits[32];
	int len = snprintf(digits, sizeof(digits), "%ju", (uintmax_t)count);
	size_t at = 0;
	for (int i = 0; i < len && at + 2 < size; i++) {
		if (i && (len - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
}

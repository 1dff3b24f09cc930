/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#include <stddef.h>
#include <stdio.h>
#include <time.h>

static int64_t (*replaced_clock)(void);

int64_t clock_now(void)
{
	return replaced_clock ? replaced_clock() : (int64_t)time(NULL);
}

void clock_set(int64_t (*now)(void))
{
	replaced_clock = now;
}

double clock_monotonic(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

void clock_format(int64_t seconds, char out[CLOCK_TEXT_SIZE])
{
	const int64_t year_zero = -62167219200, year_10000 = 253402300799;
	time_t t = (time_t)(seconds < year_zero ? year_zero : seconds > year_10000 ? year_10000 : seconds);
	struct tm tm;
	gmtime_r(&t, &tm);
	snprintf(out, CLOCK_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02uZ",
		(unsigned)(tm.tm_year + 1900) % 10000u, (unsigned)(tm.tm_mon + 1) % 100u,
		(unsigned)tm.tm_mday % 100u, (unsigned)tm.tm_hour % 100u,
		(unsigned)tm.tm_min % 100u, (unsigned)tm.tm_sec % 100u);
}

/* Reads two digits; -1 if they are not. */
static int two_digits(const char *p)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return -1;
	return (p[0] - '0') * 10 + (p[1] - '0');
}

static bool is_zone(const char *p)
{
	if (*p == 'Z')
		return p[1] == '\0';
	if (*p != '+' && *p != '-')
		return false;
	int hours = two_digits(p + 1);
	if (hours < 0 || hours > 23 || p[3] != ':')
		return false;
	int minutes = two_digits(p + 4);
	return minutes >= 0 && minutes <= 59 && p[6] == '\0';
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

bool clock_is_timestamp(const char *text)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd";
	for (size_t i = 0; shape[i]; i++) {
		bool fits = shape[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == shape[i];
		if (!fits)
			return false;
	}
	int year = two_digits(text) * 100 + two_digits(text + 2);
	int month = two_digits(text + 5), day = two_digits(text + 8);
	if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
		return false;
	if (two_digits(text + 11) > 23 || two_digits(text + 14) > 59 || two_digits(text + 17) > 60)
		return false;
	const char *p = text + sizeof(shape) - 1;
	if (*p == '.') {
		p++;
		if (*p < '0' || *p > '9')
			return false;
		while (*p >= '0' && *p <= '9')
			p++;
	}
	return is_zone(p);
}

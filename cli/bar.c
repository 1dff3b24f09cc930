/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/bar.h"

#include "base/clock.h"
#include "cli/signals.h"
#include "base/amount.h"
#include "cli/terminal.h"

#include <stdio.h>
#include <string.h>

#define DRAW_SECONDS 0.2
#define PLAIN_SECONDS 15.0
#define WINDOW (sizeof(((struct bar *)0)->window_time) / sizeof(double))
#define BAR_CELLS 20

static void start_phase(struct bar *bar, const struct progress_state *state, double now)
{
	bar->phase = state->phase;
	bar->phase_started = now;
	bar->phase_from = state->done;
	bar->window_next = 0;
	for (size_t i = 0; i < WINDOW; i++) {
		bar->window_time[i] = now;
		bar->window_done[i] = state->done;
	}
}

/* Bytes a second over the last few looks. */
static double recent_rate(struct bar *bar, uint64_t done, double now)
{
	unsigned oldest = bar->window_next % WINDOW;
	double seconds = now - bar->window_time[oldest];
	uint64_t before = bar->window_done[oldest];
	bar->window_time[oldest] = now;
	bar->window_done[oldest] = done;
	bar->window_next++;
	return seconds > 0 && done > before ? (double)(done - before) / seconds : 0;
}

static void format_amount(const struct bar *bar, uint64_t amount, char *out, size_t size)
{
	if (bar->speed == BAR_ITEMS)
		format_count(amount, out, size);
	else
		format_bytes(amount, out, size);
}

static void format_speed(const struct bar *bar, double rate, char *out, size_t size)
{
	static const double singles[] = {
		[BAR_CD] = 75.0 * 2048, [BAR_RAW_CD] = 75.0 * 2352, [BAR_DVD] = 1385000};
	char text[32];
	format_amount(bar, (uint64_t)rate, text, sizeof(text));
	if (bar->speed >= BAR_CD && bar->speed <= BAR_DVD)
		snprintf(out, size, "%s/s %.1fx", text, rate / singles[bar->speed]);
	else
		snprintf(out, size, "%s/s", text);
}

static void format_left(double seconds, char *out, size_t size)
{
	if (seconds > 99 * 3600.0)
		snprintf(out, size, "--");
	else if (seconds >= 3600)
		snprintf(out, size, "%d:%02d:%02d", (int)seconds / 3600, (int)seconds / 60 % 60,
			(int)seconds % 60);
	else
		snprintf(out, size, "%d:%02d", (int)seconds / 60, (int)seconds % 60);
}

/* The part of the line that a log gets too. */
static void format_state(
	struct bar *bar, const struct progress_state *state, double rate, char *out, size_t size)
{
	char done[32], total[32], speed[64], left[32] = "--";
	unsigned percent =
		state->total ? (unsigned)(100.0 * (double)state->done / (double)state->total) : 0;
	format_amount(bar, state->done, done, sizeof(done));
	format_amount(bar, state->total, total, sizeof(total));
	format_speed(bar, rate, speed, sizeof(speed));
	if (rate > 0 && state->total >= state->done)
		format_left((double)(state->total - state->done) / rate, left, sizeof(left));
	int n = snprintf(
		out, size, "%3u%%  %s of %s  %s  left %s", percent, done, total, speed, left);
	if (state->bad && n > 0 && (size_t)n < size)
		snprintf(out + n, size - (size_t)n, "  bad %ju", (uintmax_t)state->bad);
}

static void draw(struct bar *bar, const struct progress_state *state, const char *text)
{
	char cells[BAR_CELLS + 1];
	size_t filled =
		state->total ? (size_t)(BAR_CELLS * (double)state->done / (double)state->total) : 0;
	for (size_t i = 0; i < BAR_CELLS; i++)
		cells[i] = i < filled ? '#' : '.';
	cells[BAR_CELLS] = '\0';
	fprintf(stderr, "\r%-9s [%s] %s\033[K", state->phase, cells, text);
	fflush(stderr);
	bar->drawn = true;
}

static void print_plain(const struct bar *bar, const struct progress_state *state, const char *text)
{
	if (bar->subject) {
		print_foreign(stderr, bar->subject, strlen(bar->subject), 0);
		fputs(": ", stderr);
	}
	fprintf(stderr, "%s %s\n", state->phase, text);
}

static bool bar_report(void *context, const struct progress_state *state)
{
	struct bar *bar = context;
	if (bar->quiet)
		return !stop_requested();
	double now = clock_monotonic();
	if (!bar->phase || strcmp(bar->phase, state->phase) != 0)
		start_phase(bar, state, now);
	if (now - bar->last_drawn < (bar->terminal ? DRAW_SECONDS : PLAIN_SECONDS))
		return !stop_requested();
	char text[160];
	bar->last_drawn = now;
	format_state(bar, state, recent_rate(bar, state->done, now), text, sizeof(text));
	if (bar->terminal)
		draw(bar, state, text);
	else
		print_plain(bar, state, text);
	return !stop_requested();
}

void bar_init(struct bar *bar, bool quiet, enum bar_speed speed, const char *subject)
{
	*bar = (struct bar){
		.progress = {bar_report, bar},
		.quiet = quiet,
		.terminal = is_terminal(stderr),
		.speed = speed,
		.subject = subject,
		.last_drawn = clock_monotonic(),
	};
}

void bar_clear(struct bar *bar)
{
	if (bar->drawn)
		fputs("\r\033[K", stderr);
	bar->drawn = false;
}

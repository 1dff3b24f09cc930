/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "base/clock.h"
#include "cli/options.h"
#include "cli/stopped.h"
#include "cli/terminal.h"
#include "store/work.h"

#include <stdio.h>
#include <string.h>

struct listing {
	const struct archive *archive;
	struct jv *json; /* NULL: text is printed */
	size_t count;
};

static void add_json(struct jv *array, const struct work_state *state, bool busy)
{
	char started[CLOCK_TEXT_SIZE];
	struct jv *row = jv_new_object();
	clock_format(state->started, started);
	jv_set_bytes(row, "carrier", state->carrier.id, strlen(state->carrier.id));
	if (state->source)
		jv_set_bytes(row, "source", state->source, strlen(state->source));
	jv_set_text(row, "started", started);
	jv_set_int(row, "percent", stopped_percent(state));
	jv_set_bool(row, "under_way", busy);
	jv_append(array, row);
}

static void print_text(const struct work_state *state)
{
	char started[CLOCK_TEXT_SIZE];
	clock_format(state->started, started);
	print_foreign(stdout, state->carrier.id, strlen(state->carrier.id), 24);
	printf("  %3u%% read  begun %s  from ", stopped_percent(state), started);
	print_foreign(stdout, state->source ? state->source : "?",
		state->source ? strlen(state->source) : 1, 0);
	fputc('\n', stdout);
}

static int list_one(void *context, const char *name)
{
	struct listing *listing = context;
	struct work *work = NULL;
	struct work_state state = {0};
	struct error err = {0};
	int status = work_open_name(&work, listing->archive, name, &err);
	if (status == ERR_BUSY) {
		if (!listing->json)
			printf("%-24s  under way in another process\n", name);
		listing->count++;
	} else if (!status && !work_load(work, &state, &err)) {
		listing->count++;
		if (listing->json)
			add_json(listing->json, &state, false);
		else
			print_text(&state);
	}
	work_state_release(&state);
	work_close(work);
	return 0;
}

static int list_work(const struct archive *archive, bool json)
{
	struct listing listing = {.archive = archive, .json = json ? jv_new_array() : NULL};
	struct error err = {0};
	if (work_each(archive, list_one, &listing, &err)) {
		jv_free(listing.json);
		return report_error(&err);
	}
	if (json)
		return print_json(listing.json);
	if (!listing.count)
		puts("No rip was stopped.");
	return finish_output(EXIT_FINE);
}

static int discard(const struct archive *archive, const char *carrier, bool json)
{
	struct work *work = NULL;
	struct error err = {0};
	bool is_new = false;
	int status = work_open(&work, archive, carrier, &is_new, &err);
	if (!status)
		status = work_discard(work, &err);
	if (!status && is_new)
		status = error_set(&err, ERR_NOT_FOUND, "no stopped rip of carrier %s lies in work/", carrier);
	if (status)
		return report_error(&err);
	if (json) {
		struct jv *result = jv_new_object();
		jv_set_bytes(result, "discarded", carrier, strlen(carrier));
		return print_json(result);
	}
	fputs("Discarded what was read of ", stdout);
	print_foreign(stdout, carrier, strlen(carrier), 0);
	puts(".");
	return finish_output(EXIT_FINE);
}

int cmd_work(struct cli *cli)
{
	const char *carrier = NULL;
	const struct option_spec specs[] = {{"discard", OPTION_TEXT, &carrier}, {0}};
	struct archive *archive = NULL;
	struct error err = {0};
	bool json = false;
	int code = options_read(cli, specs, &json, 0, 0);
	if (code >= 0)
		return code;
	int status = carrier ? open_archive_for_writing(cli, &archive, &err)
			     : open_archive(cli, &archive, &err);
	if (status)
		return report_error(&err);
	code = carrier ? discard(archive, carrier, json) : list_work(archive, json);
	archive_close(archive);
	return code;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "base/clock.h"
#include "cli/options.h"
#include "cli/recover.h"
#include "cli/stopped.h"
#include "cli/terminal.h"
#include "store/names.h"
#include "store/work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a directory in work/ holds. */
enum stopped_state {
	STOPPED_READING,   /* the rip can be gone on with */
	STOPPED_COMMITTING, /* read whole: the next command that may write finishes it */
	STOPPED_UNKNOWN,   /* its rip.json cannot be understood */
	STOPPED_NOT,       /* another process is at it */
};

static const struct {
	const char *word, *text;
} state_words[] = {
	[STOPPED_READING] = {"reading", "read"},
	[STOPPED_COMMITTING] = {"committing", "read whole, waits to be finished"},
	[STOPPED_UNKNOWN] = {"unknown", "its rip.json cannot be understood"},
	[STOPPED_NOT] = {"under way", "under way in another process"},
};

struct listing {
	const struct archive *archive;
	struct jv *json; /* NULL: text is printed */
	size_t count;
};

static void add_json(struct jv *array, const char *name, const struct work_state *state,
	enum stopped_state stopped)
{
	char started[CLOCK_TEXT_SIZE];
	struct jv *row = jv_new_object();
	jv_set_bytes(row, "directory", name, strlen(name));
	jv_set_text(row, "state", state_words[stopped].word);
	if (stopped != STOPPED_UNKNOWN && state->carrier.id) {
		clock_format(state->started, started);
		jv_set_bytes(row, "carrier", state->carrier.id, strlen(state->carrier.id));
		if (state->source)
			jv_set_bytes(row, "source", state->source, strlen(state->source));
		jv_set_text(row, "started", started);
	}
	if (stopped == STOPPED_READING)
		jv_set_int(row, "percent", stopped_percent(state));
	jv_append(array, row);
}

static void print_text(const char *name, const struct work_state *state, enum stopped_state stopped)
{
	char started[CLOCK_TEXT_SIZE];
	const char *id = state->carrier.id ? state->carrier.id : name;
	print_foreign(stdout, id, strlen(id), 24);
	fputs("  ", stdout);
	if (stopped == STOPPED_READING)
		printf("%3u%% ", stopped_percent(state));
	fputs(state_words[stopped].text, stdout);
	if (state->carrier.id) {
		clock_format(state->started, started);
		printf("  begun %s  from ", started);
		print_foreign(stdout, state->source ? state->source : "?",
			state->source ? strlen(state->source) : 1, 0);
	}
	fputc('\n', stdout);
}

/* Tries the lock only to see whether somebody holds it. */
static bool is_under_way(const struct archive *archive, const char *name)
{
	struct work *work = NULL;
	int status = work_open_name(&work, archive, name, NULL);
	work_close(work);
	return status == ERR_BUSY;
}

static int list_one(void *context, const char *name)
{
	struct listing *listing = context;
	struct work_state state = {0};
	int status = work_peek(listing->archive, name, &state, NULL);
	enum stopped_state stopped = is_under_way(listing->archive, name) ? STOPPED_NOT
				     : status ? STOPPED_UNKNOWN
				     : state.committing ? STOPPED_COMMITTING
							: STOPPED_READING;
	listing->count++;
	if (listing->json)
		add_json(listing->json, name, &state, stopped);
	else
		print_text(name, &state, stopped);
	work_state_release(&state);
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

/* A rip that was read whole is finished if that can be done, rather than thrown away. */
static int discard_or_finish(const struct archive *archive, struct work *work, const char *name,
	bool *finished, struct error *err)
{
	struct work_state state = {0};
	struct error why = {0};
	int status = 0;
	if (!work_load(work, &state, NULL) && state.committing) {
		*finished = !finish_rip(archive, &work, &state, &why);
		if (!*finished) {
			report_note("it had been read whole, and could not be finished: %s", why.message);
			status = work_open_name(&work, archive, name, err);
		}
	}
	work_state_release(&state);
	return status || *finished ? status : work_discard(work, err);
}

static int render_discarded(const char *carrier, bool finished, bool json)
{
	if (json) {
		struct jv *result = jv_new_object();
		jv_set_bytes(result, finished ? "finished" : "discarded", carrier, strlen(carrier));
		return print_json(result);
	}
	fputs(finished ? "It had been read whole, and was finished instead: " : "Discarded what was read of ",
		stdout);
	print_foreign(stdout, carrier, strlen(carrier), 0);
	puts(".");
	return finish_output(EXIT_FINE);
}

static int discard(const struct archive *archive, const char *carrier, bool json)
{
	struct work *work = NULL;
	struct error err = {0};
	char *name = NULL;
	bool finished = false;
	int status = names_carrier(carrier, "", &name, &err);
	if (!status)
		status = work_open_name(&work, archive, name, &err);
	if (status == ERR_NOT_FOUND)
		error_set(&err, ERR_NOT_FOUND, "no stopped rip of carrier %s lies in work/", carrier);
	if (!status)
		status = discard_or_finish(archive, work, name, &finished, &err);
	free(name);
	return status ? report_error(&err) : render_discarded(carrier, finished, json);
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
	int status = open_archive(cli, &archive, &err);
	if (!status && carrier && !archive->writable)
		status = error_set(&err, ERR_PERMISSION, "you may not write the archive %s", archive->root);
	if (status)
		return report_error(&err);
	code = carrier ? discard(archive, carrier, json) : list_work(archive, json);
	archive_close(archive);
	return code;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "base/path.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "image/cue.h"
#include "image/sheet_check.h"
#include "image/text_encoding.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A sheet and what is found in it. */
struct cue_report {
	const char *path;
	const uint8_t *bytes;
	size_t len;
	struct jv *findings; /* NULL: they are printed as they come */
	size_t errors, warnings;
	struct cue *cue; /* as theca rip reads it; NULL if it has no clear meaning */
	struct error why;
	const char *refusal; /* why theca rip cannot read it, whatever its files are; NULL if it can */
};

static void print_finding(const struct cue_report *report, enum cue_severity severity,
	unsigned line, const char *words)
{
	print_foreign(stdout, report->path, strlen(report->path), 0);
	if (line)
		printf(":%u", line);
	fputs(": ", stdout);
	print_coloured(stdout, severity == CUE_ERROR ? COLOUR_BAD : COLOUR_WARN,
		severity == CUE_ERROR ? "error" : "warning");
	fputs(": ", stdout);
	print_foreign(stdout, words, strlen(words), 0);
	fputc('\n', stdout);
}

static void take_finding(
	void *context, enum cue_severity severity, unsigned line, const char *words)
{
	struct cue_report *report = context;
	report->warnings += severity == CUE_WARNING;
	if (!report->findings) {
		print_finding(report, severity, line, words);
		return;
	}
	struct jv *row = jv_new_object();
	jv_set_int(row, "line", line);
	jv_set_text(row, "severity", severity == CUE_ERROR ? "error" : "warning");
	jv_set_string(row, "message", words);
	jv_append(report->findings, row);
}

/* ---- as text ---- */

static void print_count(size_t count, const char *what)
{
	printf("%zu %s%s", count, what, count == 1 ? "" : "s");
}

/* Why, is told only if no finding told it. */
static void print_refusal(const struct cue_report *report)
{
	fputs("; theca cannot read it", stdout);
	if (!report->cue)
		return;
	fputs(": ", stdout);
	print_foreign(stdout, report->refusal, strlen(report->refusal), 0);
}

static int render_text(const struct cue_report *report)
{
	bool valid = !report->errors;
	print_foreign(stdout, report->path, strlen(report->path), 0);
	fputs(": ", stdout);
	print_coloured(stdout, valid ? COLOUR_GOOD : COLOUR_BAD, valid ? "valid" : "not valid");
	if (report->errors || report->warnings)
		fputs(": ", stdout);
	if (report->errors)
		print_count(report->errors, "error");
	if (report->errors && report->warnings)
		fputs(", ", stdout);
	if (report->warnings)
		print_count(report->warnings, "warning");
	if (report->refusal)
		print_refusal(report);
	else if (!valid)
		fputs("; what it means is clear all the same, and theca can read it", stdout);
	fputc('\n', stdout);
	return finish_output(valid ? EXIT_FINE : EXIT_FAILED);
}

/* ---- as JSON ---- */

static struct jv *files_json(const struct cue *cue)
{
	static const char *const types[] = {
		[CUE_BINARY] = "BINARY",
		[CUE_MOTOROLA] = "MOTOROLA",
		[CUE_WAVE] = "WAVE",
		[CUE_AIFF] = "AIFF",
		[CUE_MP3] = "MP3",
		[CUE_FLAC] = "FLAC",
	};
	struct jv *array = jv_new_array();
	for (size_t i = 0; i < cue->file_count; i++) {
		struct jv *row = jv_new_object();
		jv_set_string(row, "name", cue->files[i].name);
		jv_set_text(row, "type", types[cue->files[i].type]);
		jv_append(array, row);
	}
	return array;
}

static struct jv *indexes_json(const struct cue_track *track)
{
	struct jv *array = jv_new_array();
	for (size_t i = 0; i < track->index_count; i++) {
		struct jv *row = jv_new_object();
		jv_set_int(row, "number", track->indexes[i].number);
		jv_set_int(row, "file", (int64_t)track->indexes[i].file);
		jv_set_int(row, "sector", track->indexes[i].sector);
		jv_append(array, row);
	}
	return array;
}

static void set_texts(struct jv *object, const struct cue *cue, unsigned track)
{
	for (enum disc_text_field field = 0; field < TEXT_FIELD_COUNT; field++)
		jv_set_string(object, disc_text_field_name(field),
			disc_text_of(&cue->text, track, field));
}

static struct jv *track_json(const struct cue *cue, const struct cue_track *track)
{
	struct jv *row = jv_new_object();
	jv_set_int(row, "number", track->number);
	jv_set_int(row, "session", track->session);
	jv_set_text(row, "mode", track_mode_name(track->mode));
	jv_set_int(row, "sector_size", track->sector_size);
	if (*track->isrc)
		jv_set_text(row, "isrc", track->isrc);
	if (track->has_pregap)
		jv_set_int(row, "pregap", track->pregap);
	if (track->postgap)
		jv_set_int(row, "postgap", track->postgap);
	set_texts(row, cue, track->number);
	jv_set(row, "indexes", indexes_json(track));
	return row;
}

static void set_cue(struct jv *result, const struct cue *cue)
{
	struct jv *tracks = jv_new_array();
	for (size_t i = 0; i < cue->track_count; i++)
		jv_append(tracks, track_json(cue, &cue->tracks[i]));
	if (*cue->mcn)
		jv_set_text(result, "catalog", cue->mcn);
	set_texts(result, cue, 0);
	jv_set(result, "files", files_json(cue));
	jv_set(result, "tracks", tracks);
}

static int render_json(struct cue_report *report)
{
	struct jv *result = jv_new_object();
	struct encoding_guess guess = text_encoding_guess(report->bytes, report->len);
	jv_set_string(result, "file", report->path);
	jv_set_text(result, "encoding", text_encoding_name(guess.encoding));
	jv_set_bool(result, "encoding_guessed", guess.guessed);
	jv_set_bool(result, "valid", !report->errors);
	jv_set_bool(result, "readable", !report->refusal);
	jv_set_string(result, "refusal", report->refusal);
	jv_set_int(result, "errors", (int64_t)report->errors);
	jv_set_int(result, "warnings", (int64_t)report->warnings);
	jv_set(result, "findings", report->findings);
	report->findings = NULL;
	if (report->cue)
		set_cue(result, report->cue);
	int code = print_json(result);
	return code == EXIT_FINE && report->errors ? EXIT_FAILED : code;
}

/* ---- the command ---- */

/* A link may be given here: it is the person who names the file. */
static int read_sheet(const char *path, char **bytes, size_t *len, struct error *err)
{
	char *real = realpath(path, NULL);
	if (!real)
		return error_set_errno(err, errno, "cannot open %s", path);
	int status = path_read(real, CUE_LIMIT, bytes, len, err);
	free(real);
	return status;
}

static int check_sheet(struct cue_report *report, bool json)
{
	struct error *err = &report->why;
	report->findings = json ? jv_new_array() : NULL;
	int status =
		cue_check(report->bytes, report->len, take_finding, report, &report->errors, err);
	if (!status)
		status = cue_read(&report->cue, report->bytes, report->len, NULL, NULL, err);
	if (!status)
		status = sheet_check(report->cue, take_finding, report, err);
	bool is_refused = status == ERR_INVALID || status == ERR_UNSUPPORTED;
	report->refusal = is_refused ? err->message : NULL;
	int code = status && !is_refused ? report_error(err)
		   : json                ? render_json(report)
					 : render_text(report);
	jv_free(report->findings);
	cue_free(report->cue);
	return code;
}

int cmd_check_cue(struct cli *cli)
{
	const struct option_spec specs[] = {{0}};
	struct error err = {0};
	bool json = false;
	char *bytes = NULL;
	size_t len = 0;
	int code = options_read(cli, specs, &json, 1, 1);
	if (code >= 0)
		return code;
	if (read_sheet(cli->argv[0], &bytes, &len, &err)) {
		report_error(&err);
		return EXIT_FAILED;
	}
	struct cue_report report = {
		.path = cli->argv[0], .bytes = (const uint8_t *)bytes, .len = len};
	code = check_sheet(&report, json);
	free(bytes);
	return code;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "base/amount.h"
#include "catalog/catalog.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "store/deposit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MOST_EVENTS_SHOWN 12
#define MOST_RANGES_SHOWN 12

static void print_member(const struct jv *object, const char *key, const char *name)
{
	struct buffer bytes = {0};
	if (jv_get_bytes(object, key, &bytes) && bytes.len) {
		printf("  %-12s ", name);
		print_foreign(stdout, bytes.data, bytes.len, 0);
		fputc('\n', stdout);
	}
	buffer_release(&bytes);
}

static void print_inline(const struct jv *object, const char *key, const char *before)
{
	struct buffer bytes = {0};
	if (jv_get_bytes(object, key, &bytes) && bytes.len) {
		fputs(before, stdout);
		print_foreign(stdout, bytes.data, bytes.len, 0);
	}
	buffer_release(&bytes);
}

static void print_carrier(const struct jv *document)
{
	const struct jv *carrier = jv_get(document, "carrier"),
			*object = jv_get(document, "object");
	struct buffer id = {0};
	if (!jv_get_bytes(carrier, "id", &id))
		jv_get_bytes(object, "id", &id);
	print_foreign(stdout, buffer_text(&id), id.len, 0);
	fputc('\n', stdout);
	buffer_release(&id);
	print_member(carrier, "title", "title");
	print_member(carrier, "note", "note");
	print_member(object, "id", "object");
	print_member(object, "directory", "in store/");
}

/* The words for PREMIS event outcome codes; others are shown as they are. */
static const char *outcome_words(const char *code)
{
	static const struct {
		const char *code, *words;
	} table[] = {{"suc", "ok"}, {"war", "with warnings"}, {"fai", "FAILED"}};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strcmp(table[i].code, code))
			return table[i].words;
	return code;
}

static bool is_text(const struct jv *object, const char *key, const char *wanted)
{
	const char *text = jv_get_text(object, key);
	return text && wanted && !strcmp(text, wanted);
}

/* A success is one of the version that was checked; what is newer was not. */
static void print_outcome(const struct jv *fixity, const char *head)
{
	if (is_text(fixity, "outcome", "fai")) {
		print_coloured(stdout, COLOUR_BAD, "DAMAGED");
	} else if (!is_text(fixity, "outcome", "suc")) {
		print_coloured(stdout, COLOUR_WARN, "not complete");
	} else if (is_text(fixity, "version", head)) {
		print_coloured(stdout, COLOUR_GOOD, "ok");
	} else {
		print_coloured(stdout, COLOUR_WARN, "ok, but ");
		print_inline(fixity, "version", "");
		print_coloured(stdout, COLOUR_WARN, " only; run `theca verify`");
	}
}

static void print_fixity(const struct jv *document)
{
	const struct jv *fixity = jv_get(document, "fixity");
	printf("  %-12s ", "last check");
	if (!jv_is_object(fixity)) {
		print_coloured(stdout, COLOUR_WARN, "never; run `theca verify`");
	} else {
		print_inline(fixity, "last", "");
		fputs("  ", stdout);
		print_outcome(fixity, jv_get_text(jv_get(document, "object"), "head"));
		print_inline(fixity, "note", "  ");
	}
	fputc('\n', stdout);
}

static void print_problems(const struct jv *document)
{
	const struct jv *problems = jv_get(document, "problems");
	for (size_t i = 0; i < jv_size(problems); i++) {
		printf("  %-12s ", "PROBLEM");
		print_inline(jv_at(problems, i), "part", "");
		print_inline(jv_at(problems, i), "message", ": ");
		fputc('\n', stdout);
	}
}

static void print_damage(const struct jv *version)
{
	const struct jv *damage = jv_get(version, "damage"), *disc = jv_get(version, "disc");
	size_t count = jv_size(damage);
	if (!count)
		return;
	printf("    %-10s ", "damage");
	print_coloured(stdout, COLOUR_BAD, "sectors that could not be read: ");
	printf("%" PRId64 ", at LBA", jv_get_int(disc, "bad_sectors", -1));
	for (size_t i = 0; i < count && i < MOST_RANGES_SHOWN; i++) {
		int64_t lba = jv_get_int(jv_at(damage, i), "lba", 0);
		int64_t sectors = jv_get_int(jv_at(damage, i), "sectors", 0);
		if (sectors == 1)
			printf(" %" PRId64, lba);
		else
			printf(" %" PRId64 "-%" PRId64, lba, lba + sectors - 1);
	}
	puts(count > MOST_RANGES_SHOWN ? " ... (--json shows all)" : "");
}

/* The sectors that are in the image and yet not to be relied on; where they are is in the list of reads and the rip log, why of all of them together. */
static void print_doubtful(const struct jv *version)
{
	int64_t doubtful = jv_get_int(jv_get(version, "disc"), "doubtful_sectors", 0);
	if (doubtful <= 0)
		return;
	printf("    %-10s ", "doubtful");
	print_coloured(stdout, COLOUR_WARN, "sectors that were read, but not to be relied on: ");
	printf("%" PRId64 " (the rip log says where)\n", doubtful);
}

/* ---- the disc and its tracks ---- */

/* "03:25.74": minutes, seconds and sectors of 1/75 s. */
static void format_time(int64_t sectors, char *out, size_t size)
{
	const int64_t second = DISC_FRAMES, minute = 60 * second;
	if (sectors < 0)
		sectors = 0;
	snprintf(out, size, "%02" PRId64 ":%02" PRId64 ".%02" PRId64, sectors / minute,
		sectors % minute / second, sectors % second);
}

/* What the disc says of itself (track 0) or of a track; NULL if nothing. */
static const struct jv *find_text(const struct jv *disc, int64_t track, const char *field)
{
	const struct jv *texts = jv_get(disc, "texts");
	for (size_t i = 0; i < jv_size(texts); i++) {
		const struct jv *text = jv_at(texts, i);
		if (jv_get_int(text, "track", -1) == track && is_text(text, "field", field))
			return text;
	}
	return NULL;
}

static void print_names(const struct jv *disc)
{
	static const struct {
		const char *kind, *before;
	} kinds[] = {{"musicbrainz", "MusicBrainz "}, {"cddb", "CDDB "},
		{"accuraterip", "AccurateRip "}};
	static const char *const fields[] = {"title", "performer"};
	const struct jv *ids = jv_get(disc, "ids");
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const struct jv *text = find_text(disc, 0, fields[i]);
		if (!text)
			continue;
		printf("    %-10s", fields[i]);
		print_inline(text, "value", " ");
		fputc('\n', stdout);
	}
	if (jv_get(disc, "mcn")) {
		printf("    %-10s", "catalogue");
		print_inline(disc, "mcn", " ");
		fputc('\n', stdout);
	}
	for (size_t i = 0, shown = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!jv_get(ids, kinds[i].kind))
			continue;
		printf("    %-10s ", shown++ ? "" : "disc ids");
		print_inline(ids, kinds[i].kind, kinds[i].before);
		fputc('\n', stdout);
	}
}

/* The columns that every track has. */
static void print_track(const struct jv *disc, const struct jv *track)
{
	char start[32], length[32];
	int64_t number = jv_get_int(track, "number", 0), lba = jv_get_int(track, "lba", 0);
	const char *mode = jv_get_text(track, "mode"), *isrc = jv_get_text(track, "isrc");
	format_time(lba, start, sizeof(start));
	format_time(jv_get_int(track, "sectors", 0), length, sizeof(length));
	printf("    %5" PRId64 "  %7" PRId64 "  ", number, jv_get_int(track, "session", 0));
	print_foreign(stdout, mode ? mode : "?", strlen(mode ? mode : "?"), 5);
	printf("  %8s  %7" PRId64 "  %8s", start, lba, length);
	const struct jv *title = find_text(disc, number, "title"),
			*performer = find_text(disc, number, "performer");
	bool more = title || performer;
	if (isrc || more) {
		fputs("  ", stdout);
		print_foreign(stdout, isrc ? isrc : "", strlen(isrc ? isrc : ""), more ? 12 : 0);
	}
	print_inline(title, "value", "  ");
	print_inline(performer, "value", title ? " / " : "  ");
	fputc('\n', stdout);
}

static void print_tracks(const struct jv *disc)
{
	const struct jv *tracks = jv_get(disc, "tracks");
	if (!jv_size(tracks))
		return;
	puts("    track  session  mode      start      LBA    length  ISRC          title");
	for (size_t i = 0; i < jv_size(tracks); i++)
		print_track(disc, jv_at(tracks, i));
}

static void print_disc(const struct jv *version)
{
	const struct jv *disc = jv_get(version, "disc");
	char count[32];
	if (!disc)
		return;
	int64_t sectors = jv_get_int(disc, "sectors", 0);
	format_count(sectors > 0 ? (uint64_t)sectors : 0, count, sizeof(count));
	printf("    %-10s %s sectors", "disc", count);
	print_inline(disc, "profile", ", profile ");
	print_inline(version, "file_system", ", ");
	print_inline(version, "volume_label", ", label ");
	fputc('\n', stdout);
	print_names(disc);
	print_tracks(disc);
}

static void print_file(const struct jv *file, const char *role)
{
	struct buffer path = {0};
	char size[32] = "?";
	int64_t bytes = jv_get_int(file, "size", -1);
	if (bytes >= 0)
		format_bytes((uint64_t)bytes, size, sizeof(size));
	fputs("    ", stdout);
	print_foreign(stdout, role, strlen(role), 12);
	printf(" %10s  ", size);
	jv_get_bytes(file, "path", &path);
	print_foreign(stdout, buffer_text(&path), path.len, 0);
	print_inline(file, "format", "  (");
	puts(jv_get(file, "format") ? ")" : "");
	buffer_release(&path);
	const char *sha256 = jv_get_text(jv_get(file, "digests"), "sha256");
	if (sha256 && !strcmp(role, "image")) {
		fputs("                             sha256 ", stdout);
		print_foreign(stdout, sha256, strlen(sha256), 0);
		fputc('\n', stdout);
	}
}

/* The files in the order of their roles, the image first; those of no known role last. */
static void print_files(const struct jv *version)
{
	const struct jv *files = jv_get(version, "files");
	for (int wanted = 0; wanted <= ROLE_COUNT; wanted++) {
		for (size_t i = 0; i < jv_size(files); i++) {
			const struct jv *file = jv_at(files, i);
			const char *role = jv_get_text(file, "role");
			int rank = 0;
			while (rank < ROLE_COUNT &&
				(!role || strcmp(role, file_role_name((enum file_role)rank)) != 0))
				rank++;
			if (rank == wanted)
				print_file(file, role ? role : "file");
		}
	}
}

static void print_versions(const struct jv *document)
{
	const struct jv *versions = jv_get(document, "versions");
	if (!jv_size(versions))
		puts("\n  nothing of the object could be read; `theca verify` tells more");
	for (size_t i = jv_size(versions); i-- > 0;) {
		const struct jv *version = jv_at(versions, i);
		fputs("\n  version ", stdout);
		print_inline(version, "name", "");
		print_inline(version, "created", ", ");
		print_inline(version, "message", ", ");
		print_inline(version, "user_name", ", by ");
		fputc('\n', stdout);
		print_disc(version);
		print_damage(version);
		print_doubtful(version);
		print_files(version);
	}
}

/* The words for the PREMIS event type codes that Theca writes; others are shown as they are. */
static const char *event_words(const char *code)
{
	static const struct {
		const char *code, *words;
	} table[] = {
		{"ima", "imaging"},
		{"tra", "transfer"},
		{"mes", "digests taken"},
		{"for", "format identified"},
		{"val", "validation"},
		{"mee", "metadata extracted"},
		{"ipc", "package made"},
		{"ins", "ingestion started"},
		{"ine", "ingestion ended"},
		{"fix", "fixity check"},
		{"rep", "replication"},
		{"rec", "recovery"},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strcmp(table[i].code, code))
			return table[i].words;
	return code;
}

static void print_words(const char *words, size_t width)
{
	fputs(*words ? "  " : "", stdout);
	print_foreign(stdout, words, strlen(words), width);
}

static void print_events(const struct jv *document)
{
	const struct jv *events = jv_get(document, "events");
	size_t count = jv_size(events);
	size_t first = count > MOST_EVENTS_SHOWN ? count - MOST_EVENTS_SHOWN : 0;
	puts("\n  events");
	if (first)
		printf("    (%zu earlier ones: --json shows all)\n", first);
	for (size_t i = first; i < count; i++) {
		const struct jv *event = jv_at(events, i);
		const char *type = jv_get_text(event, "type"),
			   *outcome = jv_get_text(event, "outcome");
		print_inline(event, "time", "    ");
		print_words(type ? event_words(type) : "?", 18);
		print_words(outcome ? outcome_words(outcome) : "", 0);
		print_inline(event, "note", "  ");
		fputc('\n', stdout);
	}
}

static int render(const struct jv *document)
{
	print_carrier(document);
	print_fixity(document);
	print_problems(document);
	print_versions(document);
	print_events(document);
	return finish_output(EXIT_FINE);
}

int cmd_show(struct cli *cli)
{
	const struct option_spec specs[] = {{0}};
	struct archive *archive = NULL;
	struct catalog *catalog = NULL;
	struct catalog_ref ref = {0};
	struct jv *document = NULL;
	struct error err = {0};
	bool json = false;
	int code = options_read(cli, specs, &json, 1, 1);
	if (code >= 0)
		return code;
	int status = open_archive(cli, &archive, &err);
	if (!status)
		status = catalog_open(&catalog, archive, CATALOG_READ, &err);
	if (!status)
		status = catalog_find(catalog, cli->argv[0], &ref, &err);
	if (!status)
		status = catalog_describe(catalog, ref.object_id, &document, &err);
	if (status) {
		code = report_index_error(&err);
	} else if (json) {
		code = print_json(document);
	} else {
		code = render(document);
		jv_free(document);
	}
	catalog_ref_release(&ref);
	catalog_close(catalog);
	archive_close(archive);
	return code;
}

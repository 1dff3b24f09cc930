/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/rip_summary.h"

#include "base/amount.h"
#include "base/clock.h"
#include "cli/cli.h"
#include "cli/terminal.h"

#include <stdio.h>
#include <string.h>

#define MOST_RANGES_SHOWN 8

static struct jv *digests_json(const struct digest_values *values)
{
	struct jv *object = jv_new_object();
	for (int i = 0; i < DIGEST_COUNT; i++)
		if (values->hex[i][0])
			jv_set_text(object, digest_name((enum digest_algorithm)i), values->hex[i]);
	return object;
}

/* Calls visit for each extent of the disc, in LBAs, that is unread, or, with doubtful, that is in the image but in doubt. */
static void each_doubt(const struct deposit *deposit, bool doubtful,
	void (*visit)(void *context, struct extent lbas), void *context)
{
	struct extent piece;
	for (size_t i = 0; i < deposit->reads.count; i++) {
		const struct read_range *range = &deposit->reads.ranges[i];
		bool unread = range->state == READ_STATE_UNREADABLE;
		if (doubtful ? range->state != READ_STATE_DOUBTFUL : !unread)
			continue;
		struct extent rest = range->extent;
		while ((piece = disc_take_lbas(&deposit->disc, &rest)).count)
			visit(context, piece);
	}
}

static void append_extent(void *context, struct extent lbas)
{
	struct jv *row = jv_new_object();
	jv_set_int(row, "lba", lbas.lba);
	jv_set_int(row, "count", lbas.count);
	jv_append(context, row);
}

static struct jv *doubts_json(const struct deposit *deposit, bool doubtful)
{
	struct jv *array = jv_new_array();
	each_doubt(deposit, doubtful, append_extent, array);
	return array;
}

static void set_effort(struct jv *object, struct read_effort effort)
{
	jv_set_int(object, "rereads", effort.rereads);
	jv_set_int(object, "jitter", effort.jitter);
	jv_set_int(object, "skips", effort.skips);
}

static struct jv *tracks_json(const struct deposit *deposit)
{
	struct jv *array = jv_new_array();
	for (size_t i = 0; i < deposit->bitstream_count; i++) {
		const struct bitstream *stream = &deposit->bitstreams[i];
		struct jv *row = jv_new_object();
		jv_set_int(row, "track", stream->track);
		jv_set_int(row, "session", stream->session);
		jv_set_int(row, "lba", disc_lba_of(&deposit->disc, stream->sector));
		jv_set_int(row, "sectors", stream->count);
		jv_set_text(row, "crc32", stream->digests.hex[DIGEST_CRC32]);
		jv_set_text(row, "sha256", stream->digests.hex[DIGEST_SHA256]);
		if (stream->track)
			set_effort(row, read_record_effort(&deposit->reads, stream->track));
		jv_append(array, row);
	}
	return array;
}

static void set_ids(struct jv *result, const struct disc_ids *ids)
{
	const struct {
		const char *key, *value;
	} rows[] = {
		{"musicbrainz", ids->musicbrainz},
		{"cddb", ids->cddb},
		{"accuraterip", ids->accuraterip},
	};
	struct jv *object = jv_new_object();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (*rows[i].value)
			jv_set_text(object, rows[i].key, rows[i].value);
	jv_set(result, "disc_ids", object);
}

static int print_summary_json(const struct deposit *deposit)
{
	char started[CLOCK_TEXT_SIZE], finished[CLOCK_TEXT_SIZE];
	struct jv *result = jv_new_object();
	clock_format(deposit->started, started);
	clock_format(deposit->finished, finished);
	jv_set_string(result, "carrier", deposit->carrier.id);
	jv_set_string(result, "title", deposit->carrier.title);
	jv_set_text(result, "object_id", deposit->object_id);
	jv_set_text(result, "version", deposit->version);
	jv_set_text(result, "profile", disc_profile_name(deposit->disc.profile));
	if (deposit->file_system)
		jv_set_text(result, "file_system", deposit->file_system);
	jv_set_bytes(result, "volume_label", buffer_text(&deposit->volume_label),
		deposit->volume_label.len);
	jv_set_string(result, "image", deposit->files[ROLE_IMAGE].name);
	jv_set_int(result, "bytes", (int64_t)deposit->files[ROLE_IMAGE].size);
	jv_set_text(result, "format", image_format_name(deposit->format));
	jv_set_int(result, "sector_size", deposit->sector_size);
	jv_set_int(result, "sectors", damage_map_sectors(deposit->map));
	if (deposit->claimed_sectors) {
		jv_set_int(result, "file_system_sectors", deposit->claimed_sectors);
		jv_set_bool(result, "cut_short", deposit_is_cut_short(deposit));
	}
	jv_set_int(result, "unreadable_sectors", deposit_unread_sectors(deposit));
	jv_set_int(result, "doubtful_sectors", (int64_t)deposit_doubtful_sectors(deposit));
	jv_set(result, "damage", doubts_json(deposit, false));
	jv_set(result, "doubtful", doubts_json(deposit, true));
	if (deposit->format == IMAGE_BINCUE) {
		jv_set_int(result, "lead_out", deposit->disc.lead_out);
		jv_set(result, "tracks", tracks_json(deposit));
		set_ids(result, &deposit->ids);
	}
	jv_set_bytes(result, "warnings", buffer_text(&deposit->warnings), deposit->warnings.len);
	jv_set(result, "digests", digests_json(&deposit->image_digests));
	jv_set_bool(result, "resumed", deposit->resumed);
	jv_set_text(result, "started", started);
	jv_set_text(result, "finished", finished);
	return print_json(result);
}

static void print_field(const char *name, const char *bytes, size_t len)
{
	printf("  %-10s ", name);
	print_foreign(stdout, bytes, len, 0);
	fputc('\n', stdout);
}

/* "5 tracks of audio and 1 of data in 2 sessions" */
static void print_contents(const struct disc *disc)
{
	unsigned audio = 0;
	for (size_t i = 0; i < disc->track_count; i++)
		audio += disc->tracks[i].mode == TRACK_AUDIO;
	const unsigned data = disc->track_count - audio;
	if (audio && data)
		printf("%u track%s of audio and %u of data", audio, audio == 1 ? "" : "s", data);
	else
		printf("%u track%s of %s", disc->track_count, disc->track_count == 1 ? "" : "s",
			audio ? "audio" : "data");
	if (disc->session_count > 1)
		printf(" in %u sessions", disc->session_count);
	fputs(", ", stdout);
}

static void print_disc(const struct deposit *deposit)
{
	char size[32], sectors[32];
	format_bytes(deposit->files[ROLE_IMAGE].size, size, sizeof(size));
	format_count(damage_map_sectors(deposit->map), sectors, sizeof(sectors));
	printf("  %-10s ", "disc");
	if (deposit->format == IMAGE_BINCUE)
		print_contents(&deposit->disc);
	printf("%s sectors, %s", sectors, size);
	if (deposit->file_system || deposit->format == IMAGE_ISO)
		printf(", %s",
			deposit->file_system ? deposit->file_system : "no file system recognised");
	fputc('\n', stdout);
	if (deposit->volume_label.len)
		print_field("label", deposit->volume_label.data, deposit->volume_label.len);
	const char *title = disc_text_of(&deposit->disc.text, 0, TEXT_TITLE);
	if (title && deposit->format == IMAGE_BINCUE)
		print_field("disc title", title, strlen(title));
	if (*deposit->ids.musicbrainz)
		printf("  %-10s MusicBrainz %s, CDDB %s, AccurateRip %s\n", "known as",
			deposit->ids.musicbrainz, deposit->ids.cddb, deposit->ids.accuraterip);
}

static void print_extent(void *context, struct extent lbas)
{
	unsigned *shown = context;
	if (*shown == MOST_RANGES_SHOWN)
		fputs(" ... (all are in reads.json)", stdout);
	if ((*shown)++ >= MOST_RANGES_SHOWN)
		return;
	if (lbas.count == 1)
		printf(" %u", lbas.lba);
	else
		printf(" %u-%u", lbas.lba, extent_end(lbas) - 1);
}

/* Sectors that are not as they should be: how many, and where. */
static void print_doubts(const struct deposit *deposit, bool doubtful, uint64_t sectors)
{
	char count[32], text[128];
	unsigned shown = 0;
	format_count(sectors, count, sizeof(count));
	snprintf(text, sizeof(text), "%s of the sectors %s", count,
		doubtful ? "are in doubt: check code, address, mode or a second reading disagree"
			 : "could not be read; they are zero in the image");
	printf("  %-10s ", doubtful ? "doubt" : "damage");
	print_coloured(stdout, doubtful ? COLOUR_WARN : COLOUR_BAD, text);
	fputs("\n             at LBA", stdout);
	each_doubt(deposit, doubtful, print_extent, &shown);
	fputc('\n', stdout);
}

/* What libcdio-paranoia had to do, where it had to do anything. */
static void print_effort(const struct deposit *deposit)
{
	struct read_effort effort = read_record_effort(&deposit->reads, -1);
	if (effort.rereads || effort.jitter || effort.skips)
		printf("  %-10s %u sectors read again, %u times jitter put right, %u places given "
		       "up and read "
		       "one by one\n",
			"effort", effort.rereads, effort.jitter, effort.skips);
}

static void print_warnings(const struct deposit *deposit)
{
	const char *line = buffer_text(&deposit->warnings);
	while (*line) {
		size_t len = strcspn(line, "\n");
		print_field("note", line, len);
		line += len + (line[len] == '\n');
	}
}

/* All that the source has was read, and still the disc's content is not all there. */
static void print_cut(const struct deposit *deposit)
{
	char there[32], claimed[32], text[160];
	format_count(deposit->volume_sectors, there, sizeof(there));
	format_count(deposit->claimed_sectors, claimed, sizeof(claimed));
	snprintf(text, sizeof(text),
		"the image is cut short: its file system has %s sectors, %s only %s", claimed,
		deposit->source.is_drive ? "the disc" : "the source file", there);
	printf("  %-10s ", "WARNING");
	print_coloured(stdout, COLOUR_WARN, text);
	fputc('\n', stdout);
}

static int print_summary_text(const struct deposit *deposit, uint32_t unread)
{
	int64_t seconds = deposit->finished - deposit->started;
	char rate[32];
	fputs("Kept ", stdout);
	print_foreign(stdout, deposit->carrier.id, strlen(deposit->carrier.id), 0);
	printf(", version %s\n", deposit->version);
	if (deposit->carrier.title)
		print_field("title", deposit->carrier.title, strlen(deposit->carrier.title));
	print_disc(deposit);
	if (unread) {
		print_doubts(deposit, false, unread);
	} else {
		printf("  %-10s ", "read");
		print_coloured(stdout, COLOUR_GOOD, "every sector");
		fputc('\n', stdout);
	}
	if (deposit_doubtful_sectors(deposit))
		print_doubts(deposit, true, deposit_doubtful_sectors(deposit));
	print_effort(deposit);
	if (deposit_is_cut_short(deposit))
		print_cut(deposit);
	print_warnings(deposit);
	format_bytes(deposit->files[ROLE_IMAGE].size / (uint64_t)(seconds > 0 ? seconds : 1), rate,
		sizeof(rate));
	if (seconds > 0 && !deposit->resumed)
		printf("  %-10s %jd s, %s/s\n", "time", (intmax_t)seconds, rate);
	print_field(
		"image", deposit->files[ROLE_IMAGE].name, strlen(deposit->files[ROLE_IMAGE].name));
	printf("  %-10s %s\n", "sha256",
		deposit->image_digests.hex[DIGEST_SHA256][0]
			? deposit->image_digests.hex[DIGEST_SHA256]
			: "not recorded");
	printf("  %-10s %s\n", "object", deposit->object_id);
	return finish_output(EXIT_FINE);
}

int rip_summary_print(const struct deposit *deposit, bool json)
{
	uint32_t unread = deposit_unread_sectors(deposit);
	int code = json ? print_summary_json(deposit) : print_summary_text(deposit, unread);
	return code == EXIT_FINE && (unread || deposit_doubtful_sectors(deposit)) ? EXIT_DAMAGE
										  : code;
}

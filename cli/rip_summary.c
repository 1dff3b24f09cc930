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

static struct jv *damage_json(const struct deposit *deposit)
{
	struct jv *array = jv_new_array();
	struct extent extent;
	for (uint32_t from = 0; deposit_next_unread(deposit, from, &extent);
		from = extent_end(extent)) {
		struct jv *row = jv_new_object();
		jv_set_int(row, "lba", extent.lba);
		jv_set_int(row, "count", extent.count);
		jv_append(array, row);
	}
	return array;
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
	jv_set_int(result, "sectors", deposit->disc.lead_out);
	if (deposit->claimed_sectors) {
		jv_set_int(result, "file_system_sectors", deposit->claimed_sectors);
		jv_set_bool(result, "cut_short", deposit_is_cut_short(deposit));
	}
	jv_set_int(result, "unreadable_sectors", deposit_unread_sectors(deposit));
	jv_set(result, "damage", damage_json(deposit));
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

static void print_disc(const struct deposit *deposit)
{
	char size[32], sectors[32];
	format_bytes(deposit->files[ROLE_IMAGE].size, size, sizeof(size));
	format_count(deposit->disc.lead_out, sectors, sizeof(sectors));
	printf("  %-10s %s sectors, %s, %s\n", "disc", sectors, size,
		deposit->file_system ? deposit->file_system : "no file system recognised");
	if (deposit->volume_label.len)
		print_field("label", deposit->volume_label.data, deposit->volume_label.len);
}

static void print_damage(const struct deposit *deposit, uint32_t unread)
{
	char count[32], text[96];
	struct extent extent;
	format_count(unread, count, sizeof(count));
	snprintf(text, sizeof(text), "%s of the sectors could not be read; they are zero in the image", count);
	printf("  %-10s ", "damage");
	print_coloured(stdout, COLOUR_BAD, text);
	fputs("\n             at LBA", stdout);
	unsigned shown = 0;
	for (uint32_t from = 0; deposit_next_unread(deposit, from, &extent); from = extent_end(extent)) {
		if (shown++ == MOST_RANGES_SHOWN) {
			fputs(" ... (all are in the map)", stdout);
			break;
		}
		if (extent.count == 1)
			printf(" %u", extent.lba);
		else
			printf(" %u-%u", extent.lba, extent_end(extent) - 1);
	}
	fputc('\n', stdout);
}

/* All that the source has was read, and still the disc's content is not all there. */
static void print_cut(const struct deposit *deposit)
{
	char there[32], claimed[32], text[160];
	format_count(deposit->disc.lead_out, there, sizeof(there));
	format_count(deposit->claimed_sectors, claimed, sizeof(claimed));
	snprintf(text, sizeof(text), "the image is cut short: its file system has %s sectors, %s only %s",
		claimed, deposit->source.is_drive ? "the disc" : "the source file", there);
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
		print_damage(deposit, unread);
	} else {
		printf("  %-10s ", "read");
		print_coloured(stdout, COLOUR_GOOD, "every sector");
		fputc('\n', stdout);
	}
	if (deposit_is_cut_short(deposit))
		print_cut(deposit);
	format_bytes(deposit->files[ROLE_IMAGE].size / (uint64_t)(seconds > 0 ? seconds : 1), rate, sizeof(rate));
	if (seconds > 0 && !deposit->resumed)
		printf("  %-10s %jd s, %s/s\n", "time", (intmax_t)seconds, rate);
	print_field("image", deposit->files[ROLE_IMAGE].name, strlen(deposit->files[ROLE_IMAGE].name));
	printf("  %-10s %s\n", "sha256", deposit->image_digests.hex[DIGEST_SHA256][0]
		? deposit->image_digests.hex[DIGEST_SHA256] : "not recorded");
	printf("  %-10s %s\n", "object", deposit->object_id);
	return finish_output(EXIT_FINE);
}

int rip_summary_print(const struct deposit *deposit, bool json)
{
	uint32_t unread = deposit_unread_sectors(deposit);
	int code = json ? print_summary_json(deposit) : print_summary_text(deposit, unread);
	return code == EXIT_FINE && unread ? EXIT_DAMAGE : code;
}

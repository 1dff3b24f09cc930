/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/deposit.h"

#include <stdlib.h>
#include <string.h>

#define BIN_SUFFIX ".bin"

static const struct {
	const char *name;
	const char *suffix;
} roles[ROLE_COUNT] = {
	[ROLE_IMAGE] = {"image", ".iso"},
	[ROLE_SHEET] = {"sheet", ".cue"},
	[ROLE_SOURCE_SHEET] = {"source sheet", ".source.cue"},
	[ROLE_MAP] = {"map", ".map"},
	[ROLE_READS] = {"reads", ".reads.json"},
	[ROLE_CHUNKS] = {"chunks", ".chunks"},
	[ROLE_LOG] = {"log", ".log"},
	[ROLE_PREMIS] = {"premis", ".premis.xml"},
};

const char *file_role_name(enum file_role role)
{
	return roles[role].name;
}

const char *file_role_suffix(enum file_role role, enum image_format format)
{
	return role == ROLE_IMAGE && format == IMAGE_BINCUE ? BIN_SUFFIX : roles[role].suffix;
}

static bool ends_in(const char *path, const char *suffix)
{
	size_t len = strlen(path), suffix_len = strlen(suffix);
	return len > suffix_len && strcmp(path + len - suffix_len, suffix) == 0;
}

bool file_role_of(const char *logical_path, enum file_role *role)
{
	size_t longest = 0;
	if (ends_in(logical_path, BIN_SUFFIX)) {
		*role = ROLE_IMAGE;
		return true;
	}
	for (enum file_role i = 0; i < ROLE_COUNT; i++) {
		size_t len = strlen(roles[i].suffix);
		if (len > longest && ends_in(logical_path, roles[i].suffix)) {
			*role = i;
			longest = len;
		}
	}
	return longest > 0;
}

/* Whether both are called the same but for their endings, of four bytes each. */
static bool is_sheet_of(const char *sheet, const char *image)
{
	size_t len = strlen(sheet), ending = sizeof(BIN_SUFFIX) - 1;
	return len == strlen(image) && len > ending && memcmp(sheet, image, len - ending) == 0;
}

bool file_role_beside(const char *logical_path, const char *image, enum file_role *role)
{
	if (!file_role_of(logical_path, role))
		return false;
	if (*role == ROLE_SOURCE_SHEET && image && is_sheet_of(logical_path, image))
		*role = ROLE_SHEET;
	return true;
}

uint32_t file_sector_size(const char *image_path)
{
	return ends_in(image_path, BIN_SUFFIX) ? DISC_RAW_SECTOR_SIZE : DISC_SECTOR_SIZE;
}

uint32_t deposit_unread_sectors(const struct deposit *deposit)
{
	return damage_map_sectors(deposit->map) - damage_map_count(deposit->map, MAP_FINISHED);
}

bool deposit_next_unread(const struct deposit *deposit, uint32_t from, struct extent *extent)
{
	uint32_t sectors = damage_map_sectors(deposit->map);
	struct extent finished;

	while (damage_map_next(deposit->map, MAP_FINISHED, from, &finished)) {
		if (finished.lba > from) {
			*extent = (struct extent){.lba = from, .count = finished.lba - from};
			return true;
		}
		from = extent_end(finished);
	}
	if (from >= sectors)
		return false;
	*extent = (struct extent){.lba = from, .count = sectors - from};
	return true;
}

uint64_t deposit_doubtful_sectors(const struct deposit *deposit)
{
	return read_record_count(&deposit->reads, READ_STATE_DOUBTFUL);
}

/* The place in the record of the first range that ends after the sector. */
static size_t first_range_after(const struct read_record *reads, uint32_t sector)
{
	size_t low = 0, high = reads->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (extent_end(reads->ranges[middle].extent) <= sector)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool deposit_next_doubtful(const struct deposit *deposit, uint32_t from, struct extent *extent)
{
	const struct read_record *reads = &deposit->reads;
	size_t i = first_range_after(reads, from);
	while (i < reads->count && reads->ranges[i].state != READ_STATE_DOUBTFUL)
		i++;
	if (i == reads->count)
		return false;
	uint32_t begin = reads->ranges[i].extent.lba, end = begin;
	for (; i < reads->count && reads->ranges[i].extent.lba == end &&
		reads->ranges[i].state == READ_STATE_DOUBTFUL;
		i++)
		end = extent_end(reads->ranges[i].extent);
	if (begin < from)
		begin = from;
	*extent = (struct extent){.lba = begin, .count = end - begin};
	return true;
}

uint64_t deposit_rebuilt_sectors(const struct deposit *deposit)
{
	uint64_t sectors = 0;
	for (size_t i = 0; i < deposit->reads.count; i++)
		if (deposit->reads.ranges[i].rebuilt)
			sectors += deposit->reads.ranges[i].extent.count;
	return sectors;
}

struct disc_run deposit_run(const struct disc *disc, struct extent sectors)
{
	struct disc_run run;
	if (!disc_run_at(disc, sectors.lba, &run))
		return (struct disc_run){
			.sector = sectors.lba, .count = sectors.count, .lba = sectors.lba};
	uint32_t into = sectors.lba - run.sector;
	run.sector += into;
	run.lba += into;
	run.count -= into;
	if (run.count > sectors.count)
		run.count = sectors.count;
	return run;
}

struct track_tally deposit_tally(const struct deposit *deposit, unsigned track)
{
	struct track_tally tally = {.effort = read_record_effort(&deposit->reads, (int)track)};
	for (size_t i = 0; i < deposit->reads.count; i++) {
		const struct read_range *range = &deposit->reads.ranges[i];
		if (range->track != track)
			continue;
		if (range->state == READ_STATE_UNREADABLE)
			tally.unreadable += range->extent.count;
		if (range->state == READ_STATE_DOUBTFUL)
			tally.doubtful += range->extent.count;
	}
	return tally;
}

/* Adds a run of the image as a bitstream, if there is anything in it. */
static void add_bitstream(struct deposit *deposit, const struct track *track, bool is_before,
	uint32_t sector, uint32_t count)
{
	if (!count)
		return;
	deposit->bitstreams[deposit->bitstream_count++] = (struct bitstream){
		.track = is_before ? 0 : track->number,
		.session = track->session,
		.sector = sector,
		.count = count,
	};
}

int deposit_plan_bitstreams(struct deposit *deposit, struct error *err)
{
	const struct disc *disc = &deposit->disc;
	deposit->bitstreams = calloc(DEPOSIT_MAX_BITSTREAMS, sizeof(*deposit->bitstreams));
	if (!deposit->bitstreams)
		return error_set(err, ERR_MEMORY, "out of memory");
	uint32_t end = 0;
	for (size_t i = 0; i < disc->track_count; i++) {
		uint32_t sector, count;
		disc_track_sectors(disc, i, &sector, &count);
		add_bitstream(deposit, &disc->tracks[i], true, end, sector - end);
		add_bitstream(deposit, &disc->tracks[i], false, sector, count);
		end = sector + count;
	}
	return 0;
}

bool deposit_is_cut_short(const struct deposit *deposit)
{
	return deposit->claimed_sectors > deposit->volume_sectors;
}

void deposit_release(struct deposit *deposit)
{
	free(deposit->carrier.id);
	free(deposit->carrier.title);
	free(deposit->carrier.note);
	free(deposit->source.file.path);
	free(deposit->source.file.name);
	free(deposit->bitstreams);
	buffer_release(&deposit->source_sheet);
	buffer_release(&deposit->warnings);
	buffer_release(&deposit->volume_label);
	damage_map_free(deposit->map);
	read_record_release(&deposit->reads);
	free(deposit->pieces);
	free(deposit->software_libraries);
	free(deposit->command_line);
	for (enum file_role i = 0; i < ROLE_COUNT; i++)
		free(deposit->files[i].name);
	memset(deposit, 0, sizeof(*deposit));
}

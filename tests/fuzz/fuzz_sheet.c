/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sheet that can be read, with files that suit it or nearly do, gives a disc and a layout that
 * agree with each other, and that have each sector of each file once and in order; its sheet,
 * written by Theca, gives the same disc. What the check without files refuses no files make good.
 */
#include "image/sheet_check.h"
#include "image/sheet_files.h"
#include "image/sheet_layout.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* A number that depends on the input alone. */
static uint32_t number_of(const uint8_t *data, size_t size, uint32_t seed)
{
	uint32_t number = 2166136261u ^ seed;
	for (size_t i = 0; i < size; i++)
		number = (number ^ data[i]) * 16777619u;
	return number ^ number >> 15;
}

/* The bytes of a file up to its last index. */
static uint64_t bytes_before_last(const struct cue *cue, size_t file, unsigned *sector_size)
{
	uint64_t bytes = 0;
	uint32_t at = 0;
	*sector_size = 0;
	for (size_t i = 0; i < cue->track_count; i++) {
		for (size_t j = 0; j < cue->tracks[i].index_count; j++) {
			const struct cue_index *index = &cue->tracks[i].indexes[j];
			if (index->file != file)
				continue;
			if (!*sector_size)
				*sector_size = cue->tracks[i].sector_size;
			bytes += (uint64_t)(index->sector - at) * *sector_size;
			at = index->sector;
			*sector_size = cue->tracks[i].sector_size;
		}
	}
	return bytes;
}

/*
 * Mostly what the sheet needs and some more sectors; now and then a few bytes too many, or any
 * size.
 */
static void make_sizes(
	const struct cue *cue, struct sheet_size *sizes, const uint8_t *data, size_t size)
{
	for (uint32_t i = 0; i < cue->file_count; i++) {
		uint32_t number = number_of(data, size, i);
		unsigned sector_size;
		uint64_t bytes = bytes_before_last(cue, i, &sector_size);
		bytes += (uint64_t)(1 + number % 500) * sector_size;
		if (number >> 28 == 0)
			bytes += number % 5000;
		else if (number >> 28 == 1)
			bytes = (uint64_t)number << (number >> 8 & 15);
		sizes[i] = (struct sheet_size){bytes, cue->files[i].type == CUE_WAVE};
	}
}

static void check_segments(
	const struct sheet_layout *layout, const struct disc *disc, const struct sheet_size *sizes)
{
	uint32_t sector = 0;
	const struct sheet_segment *before = NULL;
	for (size_t i = 0; i < layout->count; i++) {
		const struct sheet_segment *segment = &layout->segments[i];
		bool same = before && before->file == segment->file;
		uint64_t end = segment->offset + (uint64_t)segment->count * segment->sector_size;
		uint64_t over = end - sizes[segment->file].bytes;
		must(segment->sector == sector && segment->count > 0);
		must(segment->offset ==
			(same ? before->offset + (uint64_t)before->count * before->sector_size
			      : 0));
		must(same || segment->file == (before ? before->file + 1 : 0));
		bool is_last =
			i + 1 == layout->count || layout->segments[i + 1].file != segment->file;
		if (is_last)
			must(sizes[segment->file].is_wave ? over < segment->sector_size
							  : over == 0);
		must(disc_lba_of(disc, sector) == segment->lba);
		must(disc_lba_of(disc, sector + segment->count - 1) ==
			segment->lba + segment->count - 1);
		must(sheet_layout_at(layout, sector) == segment);
		must(sheet_layout_at(layout, sector + segment->count - 1) == segment);
		sector += segment->count;
		before = segment;
	}
	must(sector == disc_image_sectors(disc));
}

static void check_runs(const struct disc *disc)
{
	uint32_t sectors = disc_image_sectors(disc), lba = 0;
	struct disc_run run;
	for (uint32_t sector = 0; sector < sectors; sector += run.count) {
		uint32_t back;
		must(disc_run_at(disc, sector, &run));
		must(run.sector == sector && run.count > 0 && run.lba >= lba);
		must(disc_sector_of(disc, run.lba, &back) && back == sector);
		lba = run.lba + run.count;
	}
	must(!disc_run_at(disc, sectors, &run) && lba <= disc->lead_out);
}

static bool same_track(const struct track *a, const struct track *b)
{
	return a->number == b->number && a->session == b->session && a->mode == b->mode &&
	       a->flags == b->flags && !strcmp(a->isrc, b->isrc) && a->lba == b->lba &&
	       a->count == b->count && a->pregap == b->pregap &&
	       a->unstored_pregap == b->unstored_pregap &&
	       a->unstored_postgap == b->unstored_postgap && a->index_count == b->index_count &&
	       !memcmp(a->indexes, b->indexes, a->index_count * sizeof(a->indexes[0]));
}

static void check_round_trip(const struct disc *disc)
{
	struct buffer sheet = {0};
	struct cue *cue = NULL;
	struct sheet_layout layout;
	struct sheet_size size = {(uint64_t)disc_image_sectors(disc) * DISC_RAW_SECTOR_SIZE, false};
	struct disc *again = malloc(sizeof(*again));
	must(again && cue_write(disc, "a.bin", &sheet, NULL) == ERR_NONE);
	must(cue_read(&cue, (const uint8_t *)sheet.data, sheet.len, NULL, NULL, NULL) == ERR_NONE);
	must(sheet_layout_make(&layout, again, cue, &size, NULL, NULL, NULL) == ERR_NONE);
	must(again->lead_out == disc->lead_out && again->track_count == disc->track_count &&
		again->session_count == disc->session_count && !strcmp(again->mcn, disc->mcn));
	for (size_t i = 0; i < disc->track_count; i++)
		must(same_track(&disc->tracks[i], &again->tracks[i]));
	for (size_t i = 0; i < disc->session_count; i++)
		must(disc->session_lead_outs[i] == again->session_lead_outs[i]);
	sheet_layout_release(&layout);
	cue_free(cue);
	buffer_release(&sheet);
	free(again);
}

/* Whether the sheet would be refused whatever its files are. */
static bool is_refused(const struct cue *cue)
{
	for (size_t i = 0; i < cue->file_count; i++)
		if (sheet_file_check(&cue->files[i], NULL))
			return false;
	return sheet_check(cue, NULL, NULL, NULL) != ERR_NONE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct disc disc;
	struct sheet_size sizes[CUE_MAX_FILES];
	struct sheet_layout layout;
	struct cue *cue = NULL;
	if (cue_read(&cue, data, size, NULL, NULL, NULL) != ERR_NONE)
		return 0;
	must(cue->file_count <= CUE_MAX_FILES);
	make_sizes(cue, sizes, data, size);
	if (sheet_layout_make(&layout, &disc, cue, sizes, NULL, NULL, NULL) == ERR_NONE) {
		must(!is_refused(cue));
		check_segments(&layout, &disc, sizes);
		check_runs(&disc);
		if (disc.lead_out < 9999u * 60 * DISC_FRAMES)
			check_round_trip(&disc);
		sheet_layout_release(&layout);
	}
	cue_free(cue);
	return 0;
}

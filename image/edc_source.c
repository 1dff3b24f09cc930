/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/edc_source.h"

#include "image/sector.h"

#include <stdlib.h>
#include <string.h>

struct edc_source {
	struct sector_source base;
	struct sector_source *inner;
	const struct disc *disc;
	unsigned rereads;
	uint8_t again[DISC_RAW_SECTOR_SIZE]; /* a sector read alone */
};

/* A sector of the image, and where its bytes and note go. */
struct raw_sector {
	uint32_t place;
	uint32_t lba;
	enum track_mode mode;
	uint8_t *bytes;
	struct sector_note *note;
};

static bool is_to_be_looked_at(const struct sector_note *note)
{
	return note->state == READ_STATE_READ && !note->rebuilt;
}

/* Whether the bytes may stand as they were read, as a sector of its track; notes what confirms them. */
static bool agrees(const struct raw_sector *sector, const uint8_t *bytes, struct sector_note *note)
{
	const enum sector_state state = sector_check(bytes, sector->lba);
	const int other = sector->mode == TRACK_MODE1 ? 2 : 1;
	if (sector_mode(bytes) == other)
		return false;
	if (state == SECTOR_GOOD)
		note->confirmation = READ_CONFIRMED_BY_EDC;
	return state == SECTOR_GOOD || state == SECTOR_NO_CHECK;
}

/* One reading of the sector alone, kept if it agrees; SOURCE_UNREADABLE if it does not. */
static enum source_status read_again(
	struct edc_source *edc, const struct raw_sector *sector, struct error *err)
{
	const struct extent extent = {sector->place, 1};
	struct sector_note note;
	struct error why = {0}; /* err tells of the read as a whole, unless that ends here */
	enum source_status status = source_read_noted(edc->inner, extent, edc->again, &note, &why);
	sector->note->effort.rereads++;
	if (status == SOURCE_GONE && err)
		*err = why;
	if (status == SOURCE_GONE)
		return status;
	sector->note->effort = read_effort_sum(sector->note->effort, note.effort);
	if (status != SOURCE_OK || note.state != READ_STATE_READ ||
		(!note.rebuilt && !agrees(sector, edc->again, &note)))
		return SOURCE_UNREADABLE;
	memcpy(sector->bytes, edc->again, sizeof(edc->again));
	note.effort = sector->note->effort;
	*sector->note = note;
	return SOURCE_OK;
}

static enum source_status check_sector(
	struct edc_source *edc, const struct raw_sector *sector, struct error *err)
{
	if (!is_to_be_looked_at(sector->note) || agrees(sector, sector->bytes, sector->note))
		return SOURCE_OK;
	for (unsigned i = 0; i < edc->rereads; i++) {
		enum source_status status = read_again(edc, sector, err);
		if (status != SOURCE_UNREADABLE)
			return status;
	}
	sector->note->state = READ_STATE_DOUBTFUL;
	sector->note->confirmation = READ_UNCONFIRMED;
	return SOURCE_OK;
}

static bool run_has_checks(const struct disc_run *run)
{
	return run->track && !run->is_pregap &&
	       (run->track->mode == TRACK_MODE1 || run->track->mode == TRACK_MODE2);
}

/* SOURCE_GONE if the source is lost on the way, else SOURCE_OK. */
static enum source_status check_sectors(struct edc_source *edc, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	struct disc_run run = {0};
	for (uint32_t i = 0; i < extent.count; i++) {
		const uint32_t place = extent.lba + i;
		if (place - run.sector >= run.count && !disc_run_at(edc->disc, place, &run))
			return SOURCE_OK;
		if (!run_has_checks(&run))
			continue;
		const struct raw_sector sector = {
			.place = place,
			.lba = run.lba + (place - run.sector),
			.mode = run.track->mode,
			.bytes = buffer + (size_t)i * DISC_RAW_SECTOR_SIZE,
			.note = &notes[i],
		};
		if (check_sector(edc, &sector, err) != SOURCE_OK)
			return SOURCE_GONE;
	}
	return SOURCE_OK;
}

static enum source_status edc_read(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	struct edc_source *edc = (struct edc_source *)source;
	enum source_status status = source_read_noted(edc->inner, extent, buffer, notes, err);
	if (status != SOURCE_OK && status != SOURCE_PARTLY)
		return status;
	return check_sectors(edc, extent, buffer, notes, err) == SOURCE_OK ? status : SOURCE_GONE;
}

static void edc_close(struct sector_source *source)
{
	struct edc_source *edc = (struct edc_source *)source;
	source_close(edc->inner);
	free(edc);
}

int edc_source_new(struct sector_source **out, struct sector_source *inner, const struct disc *disc,
	unsigned rereads, struct error *err)
{
	static const struct sector_source_ops ops = {edc_read, edc_close};
	if (inner->sector_size != DISC_RAW_SECTOR_SIZE)
		return error_set(err, ERR_USAGE,
			"sectors of %u bytes have no check code; raw ones of %u have",
			inner->sector_size, DISC_RAW_SECTOR_SIZE);
	struct edc_source *edc = calloc(1, sizeof(*edc));
	if (!edc)
		return error_set(err, ERR_MEMORY, "out of memory");
	edc->base = *inner;
	edc->base.ops = &ops;
	edc->inner = inner;
	edc->disc = disc;
	edc->rereads = rereads;
	*out = &edc->base;
	return 0;
}

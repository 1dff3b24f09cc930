/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/raw_source.h"

#include "image/sector.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

struct raw_source {
	struct sector_source base;
	struct raw_disc disc;
	unsigned *reads; /* of each sector */
};

static const struct raw_fault *fault_at(const struct raw_source *raw, uint32_t sector)
{
	for (size_t i = 0; i < raw->disc.fault_count; i++) {
		const struct raw_fault *fault = &raw->disc.faults[i];
		if (fault->sector == sector &&
			(!fault->fail_first || raw->reads[sector] <= fault->fail_first))
			return fault;
	}
	return NULL;
}

/* Spoils a sector that was delivered, as the fault says. */
static enum source_status spoil(const struct raw_source *raw, const struct raw_fault *fault,
	uint8_t *bytes, struct sector_note *note)
{
	switch (fault->kind) {
	case RAW_OTHER_SECTOR:
		memcpy(bytes, raw->disc.sectors[fault->sector + 1], DISC_RAW_SECTOR_SIZE);
		break;
	case RAW_NO_SYNC:
		bytes[0] = 1;
		break;
	case RAW_UNREADABLE:
		memset(bytes, 0, DISC_RAW_SECTOR_SIZE);
		note->state = READ_STATE_UNREADABLE;
		note->confirmation = READ_UNCONFIRMED;
		return SOURCE_PARTLY;
	case RAW_BROKEN:
		return SOURCE_UNREADABLE;
	case RAW_GONE:
		return SOURCE_GONE;
	case RAW_DOUBTFUL:
		note->state = READ_STATE_DOUBTFUL;
		break;
	default:
		bytes[1000] ^= 0x10;
		note->rebuilt = fault->kind == RAW_REBUILT;
	}
	return SOURCE_OK;
}

static enum source_status raw_read(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	struct raw_source *raw = (struct raw_source *)source;
	enum source_status worst = SOURCE_OK;
	assert_true(extent.count && extent.count <= source->max_read);
	assert_true(extent.lba < source->sectors && extent_end(extent) <= source->sectors);
	for (uint32_t i = 0; i < extent.count; i++) {
		const uint32_t sector = extent.lba + i;
		uint8_t *bytes = buffer + (size_t)i * DISC_RAW_SECTOR_SIZE;
		raw->reads[sector]++;
		memcpy(bytes, raw->disc.sectors[sector], DISC_RAW_SECTOR_SIZE);
		const struct raw_fault *fault = fault_at(raw, sector);
		enum source_status status = fault ? spoil(raw, fault, bytes, &notes[i]) : SOURCE_OK;
		if (status != SOURCE_OK)
			error_set(err, ERR_IO, "sector %u is bad", sector);
		if (status > worst)
			worst = status;
	}
	if (worst == SOURCE_UNREADABLE)
		memset(buffer, 0xee, (size_t)extent.count * DISC_RAW_SECTOR_SIZE);
	return worst;
}

static void raw_close(struct sector_source *source)
{
	struct raw_source *raw = (struct raw_source *)source;
	free(raw->reads);
	free(raw);
}

struct sector_source *raw_source_new(const struct raw_disc *disc)
{
	static const struct sector_source_ops ops = {raw_read, raw_close};
	struct raw_source *raw = calloc(1, sizeof(*raw));
	assert_non_null(raw);
	raw->disc = *disc;
	raw->reads = calloc(disc->count, sizeof(*raw->reads));
	assert_non_null(raw->reads);
	raw->base = (struct sector_source){
		.ops = &ops,
		.sectors = disc->count,
		.sector_size = DISC_RAW_SECTOR_SIZE,
		.max_read = disc->max_read,
		.confirmation = READ_CONFIRMED_BY_DRIVE,
	};
	return &raw->base;
}

unsigned raw_source_reads_of(const struct sector_source *source, uint32_t sector)
{
	return ((const struct raw_source *)source)->reads[sector];
}

void raw_fill(uint8_t *bytes, size_t len, uint32_t seed)
{
	uint32_t word = seed * 2654435761u ^ 0x9e3779b9u;
	for (size_t i = 0; i < len; i++) {
		word = word * 1664525u + 1013904223u;
		bytes[i] = (uint8_t)(word >> 24);
	}
}

void raw_make_mode1(uint8_t sector[DISC_RAW_SECTOR_SIZE], uint32_t lba)
{
	raw_fill(sector + 16, DISC_SECTOR_SIZE, lba);
	sector_frame_mode1(sector, lba);
}

/* An XA sector with everything but its EDC. */
static void make_xa(uint8_t *sector, uint32_t lba, uint8_t submode)
{
	const uint8_t subheader[8] = {1, 2, submode, 0, 1, 2, submode, 0};
	raw_fill(sector, DISC_RAW_SECTOR_SIZE, lba);
	memcpy(sector + 16, subheader, sizeof(subheader));
	sector_frame_mode2(sector, lba);
}

void raw_make_form1(uint8_t sector[DISC_RAW_SECTOR_SIZE], uint32_t lba)
{
	make_xa(sector, lba, 0x08);
	uint32_t edc = sector_edc(sector + 16, 2056);
	for (int i = 0; i < 4; i++)
		sector[2072 + i] = (uint8_t)(edc >> 8 * i);
}

void raw_make_form2(uint8_t sector[DISC_RAW_SECTOR_SIZE], uint32_t lba)
{
	make_xa(sector, lba, 0x64);
	memset(sector + 2348, 0, 4);
}

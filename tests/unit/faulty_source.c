/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/faulty_source.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

struct faulty_source {
	struct sector_source base;
	struct faulty_disc disc;
	unsigned *tries; /* of each sector */
	struct extent *log;
	size_t log_count, log_capacity;
};

void faulty_sector(uint32_t seed, uint32_t lba, uint8_t sector[DISC_SECTOR_SIZE])
{
	uint32_t word = (seed * 2654435761u) ^ (lba * 2246822519u) ^ 0x9e3779b9u;
	for (size_t i = 0; i < DISC_SECTOR_SIZE; i++) {
		word = word * 1664525u + 1013904223u;
		sector[i] = (uint8_t)(word >> 24 | 1);
	}
}

static void log_read(struct faulty_source *faulty, struct extent extent)
{
	if (faulty->log_count == faulty->log_capacity) {
		faulty->log_capacity = 2 * faulty->log_capacity + 64;
		faulty->log = realloc(faulty->log, faulty->log_capacity * sizeof(*faulty->log));
		assert_non_null(faulty->log);
	}
	faulty->log[faulty->log_count++] = extent;
	for (uint32_t i = 0; i < extent.count; i++)
		faulty->tries[extent.lba + i]++;
}

/* The fault that this try of a sector meets, or NULL. */
static const struct fault *fault_at(const struct faulty_source *faulty, uint32_t lba)
{
	for (size_t i = 0; i < faulty->disc.fault_count; i++) {
		const struct fault *fault = &faulty->disc.faults[i];
		uint32_t count = fault->count ? fault->count : 1;
		if (lba >= fault->lba && lba - fault->lba < count &&
			(!fault->fail_first || faulty->tries[lba] <= fault->fail_first))
			return fault;
	}
	return NULL;
}

static enum source_status faulty_read(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	struct faulty_source *faulty = (struct faulty_source *)source;
	const size_t size = source->sector_size;
	enum source_status status = SOURCE_OK;
	log_read(faulty, extent);
	if (faulty->disc.inner)
		status = source_read_noted(faulty->disc.inner, extent, buffer, notes, err);
	for (uint32_t i = 0; i < extent.count && status == SOURCE_OK; i++) {
		const struct fault *fault = fault_at(faulty, extent.lba + i);
		if (fault && fault->kind == FAULT_GONE) {
			error_set(err, ERR_IO, "the drive is gone at %u", extent.lba + i);
			return SOURCE_GONE;
		}
		if (fault && fault->kind == FAULT_UNREADABLE) {
			memset(buffer, 0xee, extent.count * size); /* not to be believed */
			error_set(err, ERR_IO, "sector %u is bad", extent.lba + i);
			return SOURCE_UNREADABLE;
		}
		if (!fault && !faulty->disc.inner)
			faulty_sector(faulty->disc.seed, extent.lba + i, buffer + i * size);
	}
	return status;
}

static void faulty_close(struct sector_source *source)
{
	struct faulty_source *faulty = (struct faulty_source *)source;
	source_close(faulty->disc.inner);
	free(faulty->tries);
	free(faulty->log);
	free(faulty);
}

struct sector_source *faulty_source_new(const struct faulty_disc *disc)
{
	static const struct sector_source_ops ops = {faulty_read, faulty_close};
	struct faulty_source *faulty = calloc(1, sizeof(*faulty));
	assert_non_null(faulty);
	faulty->disc = *disc;
	faulty->tries = calloc(disc->sectors, sizeof(*faulty->tries));
	assert_non_null(faulty->tries);
	faulty->base = (struct sector_source){
		.ops = &ops,
		.sectors = disc->sectors,
		.sector_size = DISC_SECTOR_SIZE,
		.max_read = disc->max_read,
		.confirmation = READ_CONFIRMED_BY_DRIVE,
	};
	return &faulty->base;
}

const struct extent *faulty_source_log(const struct sector_source *source, size_t *count)
{
	const struct faulty_source *faulty = (const struct faulty_source *)source;
	*count = faulty->log_count;
	return faulty->log;
}

size_t faulty_source_reads(const struct sector_source *source)
{
	return ((const struct faulty_source *)source)->log_count;
}

size_t faulty_source_reads_of(const struct sector_source *source, uint32_t lba)
{
	return ((const struct faulty_source *)source)->tries[lba];
}

void faulty_source_forget(struct sector_source *source)
{
	struct faulty_source *faulty = (struct faulty_source *)source;
	faulty->log_count = 0;
	memset(faulty->tries, 0, source->sectors * sizeof(*faulty->tries));
}

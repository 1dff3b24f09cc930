/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/checked_source.h"

#include "base/uuid.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define STAMP_SIZE 32u

struct checked_source {
	struct sector_source base;
	struct sector_source *inner;
	char stamp[UUID_SIZE]; /* no disc can hold it: it is drawn anew by each process */
};

static void stamp_sectors(const struct checked_source *checked, uint8_t *buffer, uint32_t count)
{
	const size_t size = checked->base.sector_size;
	for (uint32_t i = 0; i < count; i++) {
		memcpy(buffer + i * size, checked->stamp, STAMP_SIZE);
		memcpy(buffer + (i + 1) * size - STAMP_SIZE, checked->stamp, STAMP_SIZE);
	}
}

static bool stamp_left(const struct checked_source *checked, const uint8_t *sector)
{
	const size_t last = checked->base.sector_size - STAMP_SIZE;
	return !memcmp(sector, checked->stamp, STAMP_SIZE) ||
	       !memcmp(sector + last, checked->stamp, STAMP_SIZE);
}

static enum source_status checked_read(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	struct checked_source *checked = (struct checked_source *)source;
	if (extent.count == 0 || extent.count > source->max_read || extent.lba >= source->sectors ||
		extent.count > source->sectors - extent.lba) {
		error_set(err, ERR_USAGE, "sectors %u+%u lie outside the %u of the disc",
			extent.lba, extent.count, source->sectors);
		return SOURCE_GONE;
	}
	stamp_sectors(checked, buffer, extent.count);
	enum source_status status = source_read_noted(checked->inner, extent, buffer, notes, err);
	for (uint32_t i = 0; status <= SOURCE_PARTLY && i < extent.count; i++) {
		if (notes[i].state != READ_STATE_UNREADABLE &&
			stamp_left(checked, buffer + (size_t)i * source->sector_size)) {
			error_set(err, ERR_IO, "sector %u was reported as read but not delivered",
				extent.lba + i);
			status = SOURCE_UNREADABLE;
		}
	}
	return status;
}

static void checked_close(struct sector_source *source)
{
	struct checked_source *checked = (struct checked_source *)source;
	source_close(checked->inner);
	free(checked);
}

int checked_source_new(struct sector_source **out, struct sector_source *inner, struct error *err)
{
	static const struct sector_source_ops ops = {checked_read, checked_close};
	struct checked_source *checked = calloc(1, sizeof(*checked));
	if (!checked)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = uuid_new(checked->stamp, err);
	if (status) {
		free(checked);
		return status;
	}
	checked->base = *inner;
	checked->base.ops = &ops;
	checked->inner = inner;
	*out = &checked->base;
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/sector_source.h"

enum source_status source_read_noted(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	for (uint32_t i = 0; i < extent.count; i++)
		notes[i] = (struct sector_note){
			.state = READ_STATE_READ, .confirmation = source->confirmation};
	return source->ops->read(source, extent, buffer, notes, err);
}

enum source_status source_read(
	struct sector_source *source, struct extent extent, uint8_t *buffer, struct error *err)
{
	struct sector_note notes[SOURCE_MAX_READ];
	enum source_status status = SOURCE_GONE;
	if (extent.count > SOURCE_MAX_READ)
		error_set(err, ERR_USAGE, "%u sectors are more than one read takes", extent.count);
	else
		status = source_read_noted(source, extent, buffer, notes, err);
	return status == SOURCE_PARTLY ? SOURCE_UNREADABLE : status;
}

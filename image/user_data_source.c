/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/user_data_source.h"

#include "image/disc.h"
#include "image/sector.h"

#include <stdlib.h>
#include <string.h>

#define MODE1_USER_DATA 16u

struct user_data_source {
	struct sector_source base;
	struct sector_source *inner;
	uint8_t *raw; /* max_read sectors as inner gives them */
};

/* Where Mode 1 has them is where they are taken from when the sector does not say; it is in doubt then. */
static void take_user_data(const uint8_t *raw, uint8_t *data, struct sector_note *note)
{
	size_t begin = sector_user_data(raw);
	if (!begin) {
		begin = MODE1_USER_DATA;
		note->state = READ_STATE_DOUBTFUL;
		note->confirmation = READ_UNCONFIRMED;
	}
	memcpy(data, raw + begin, DISC_SECTOR_SIZE);
}

static enum source_status user_data_read(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	struct user_data_source *user = (struct user_data_source *)source;
	enum source_status status = source_read_noted(user->inner, extent, user->raw, notes, err);
	if (status != SOURCE_OK && status != SOURCE_PARTLY)
		return status;
	for (uint32_t i = 0; i < extent.count; i++) {
		uint8_t *data = buffer + (size_t)i * DISC_SECTOR_SIZE;
		if (notes[i].state == READ_STATE_UNREADABLE)
			memset(data, 0, DISC_SECTOR_SIZE);
		else
			take_user_data(
				user->raw + (size_t)i * DISC_RAW_SECTOR_SIZE, data, &notes[i]);
	}
	return status;
}

static void user_data_close(struct sector_source *source)
{
	struct user_data_source *user = (struct user_data_source *)source;
	source_close(user->inner);
	free(user->raw);
	free(user);
}

int user_data_source_new(struct sector_source **out, struct sector_source *inner, struct error *err)
{
	static const struct sector_source_ops ops = {user_data_read, user_data_close};
	if (inner->sector_size != DISC_RAW_SECTOR_SIZE)
		return error_set(err, ERR_USAGE,
			"user data is taken from raw sectors of %u bytes, not from %u",
			DISC_RAW_SECTOR_SIZE, inner->sector_size);
	struct user_data_source *user = calloc(1, sizeof(*user));
	uint8_t *raw = calloc(inner->max_read, DISC_RAW_SECTOR_SIZE);
	if (!user || !raw) {
		free(user);
		free(raw);
		return error_set(err, ERR_MEMORY, "out of memory");
	}
	user->base = *inner;
	user->base.ops = &ops;
	user->base.sector_size = DISC_SECTOR_SIZE;
	user->inner = inner;
	user->raw = raw;
	*out = &user->base;
	return 0;
}

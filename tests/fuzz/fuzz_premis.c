/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis.h"

#include "base/path.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever is accepted has all that the catalogue and the checks rely on. */
static void check_promises(const struct premis *premis)
{
	if (!premis->carrier_uuid || !premis->carrier_id || !premis->representation_uuid ||
		!premis->object_id || !premis->version)
		abort();
	for (size_t i = 0; i < premis->file_count; i++) {
		const struct premis_file *file = &premis->files[i];
		if (!file->uuid || !file->role || !file->format || !path_is_contained(file->name))
			abort();
	}
	for (size_t i = 0; i < premis->bitstream_count; i++) {
		const struct premis_bitstream *stream = &premis->bitstreams[i];
		if (!stream->uuid || !stream->file_uuid || !stream->format || !stream->size ||
			!stream->session || stream->track > 99 ||
			stream->offset + stream->size < stream->size)
			abort();
	}
	for (size_t i = 0; i < premis->event_count; i++) {
		const struct premis_event *event = &premis->events[i];
		if (!event->uuid || !event->type || !event->time || !event->outcome)
			abort();
	}
	for (size_t i = 0; i < premis->agent_count; i++) {
		const struct premis_agent *agent = &premis->agents[i];
		if (!agent->uuid || !agent->name || !agent->type)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct premis *premis = NULL;

	if (premis_read(&premis, data, size, "fuzz", NULL) != 0)
		return 0;
	check_promises(premis);
	premis_free(premis);
	return 0;
}

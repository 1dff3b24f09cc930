/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/paranoia.h"

#include "base/clock.h"
#include "rip/audio_reader.h"
#include "rip/audio_request.h"
#include "rip/paranoia_engine.h"

#include <stdlib.h>
#include <string.h>

#define FEW_SECTORS 16u /* are not worth what paranoia reads ahead */
#define ANCHOR_SECTORS 4u /* of a request that are tried as the anchor */
#define ANCHOR_READINGS 3u /* that agree on it: all that follows is placed by it */
#define ANCHOR_TRIES 8u /* readings until one has the anchor in its place */
#define MOST_CONTEXT 12u /* sectors that are read before and after what is read again */
#define WINDOW_SECTORS (PARANOIA_READ_SECTORS + 2 * MOST_CONTEXT)

const struct paranoia_policy paranoia_default_policy = {
	.sector_tries = 4,
	.reads_a_sector = 40,
	.rereads = 12,
	.seconds = 60,
};

struct paranoia_source {
	struct sector_source base;
	struct sector_source *inner;
	const struct disc *disc;
	struct paranoia_policy policy;
	struct audio_reader reader;
	struct paranoia_engine *engine;
	uint32_t next; /* sector that the engine gives next */
	bool anchoring; /* it has given none yet, and readings of the anchor must have it in its place */
	uint32_t anchor;
	uint64_t anchor_hash;
	uint32_t hopeless; /* up to this sector, without an anchor: an engine has come to nothing */
	uint8_t window[WINDOW_SECTORS * DISC_RAW_SECTOR_SIZE];
};

/* ---- where audio is ---- */

static bool audio_run_at(
	const struct paranoia_source *source, uint32_t sector, struct disc_run *run)
{
	return disc_run_at(source->disc, sector, run) && run->track &&
	       run->track->mode == TRACK_AUDIO;
}

/* The runs of audio around a sector that follow each other on the disc; false if the sector is no audio. */
static bool region_around(
	const struct paranoia_source *source, uint32_t sector, struct extent *region)
{
	struct disc_run run, first, last;
	if (sector >= source->base.sectors || !audio_run_at(source, sector, &run))
		return false;
	first = last = run;
	while (first.sector && audio_run_at(source, first.sector - 1, &run) &&
		run.lba + run.count == first.lba)
		first = run;
	while (audio_run_at(source, last.sector + last.count, &run) &&
		last.lba + last.count == run.lba)
		last = run;
	region->lba = first.sector;
	region->count = last.sector + last.count - first.sector;
	if (extent_end(*region) > source->base.sectors)
		region->count = source->base.sectors - region->lba;
	return true;
}

/* ---- what the engine asks for and tells ---- */

static bool port_read(void *context, uint32_t place, uint32_t count, uint8_t *buffer)
{
	struct paranoia_source *source = context;
	const uint32_t sector = source->reader.region.lba + place;
	if (!buffer)
		return audio_reader_move(&source->reader, sector);
	bool in_place = false;
	for (unsigned i = 0; i < ANCHOR_TRIES && !in_place; i++) {
		if (!audio_reader_read(&source->reader, sector, count, buffer))
			return false;
		in_place = !source->anchoring || source->anchor < sector ||
			   source->anchor - sector >= count ||
			   sighting_hash(buffer + (size_t)(source->anchor - sector) *
							  DISC_RAW_SECTOR_SIZE,
				   DISC_RAW_SECTOR_SIZE) == source->anchor_hash;
	}
	return true;
}

/* Enters an event where it will be accounted for: not in a sector that was delivered already, nor past the end. */
static void port_event(void *context, enum paranoia_event event, uint32_t place)
{
	struct paranoia_source *source = context;
	const uint32_t last = extent_end(source->reader.region) - 1;
	const uint32_t farthest = last - source->next < PARANOIA_READ_AHEAD
					  ? last
					  : source->next + PARANOIA_READ_AHEAD;
	uint32_t sector = source->reader.region.lba + place;
	sector = sector < source->next ? source->next : sector;
	sector = sector > farthest ? farthest : sector;
	struct sighting *sighting = sightings_of(&source->reader.sightings, sector);
	sighting->skips += event == PARANOIA_SKIP;
	sighting->jitter += event == PARANOIA_JITTER;
	source->reader.displaced |= event == PARANOIA_JITTER;
}

static void drop_engine(struct paranoia_source *source)
{
	paranoia_engine_free(source->engine);
	source->engine = NULL;
}

static int make_engine(struct paranoia_source *source, uint32_t sector, struct error *err)
{
	const struct paranoia_port port = {port_read, port_event, source};
	source->next = sector;
	return paranoia_engine_new(&source->engine, source->reader.region.count,
		sector - source->reader.region.lba, &port, err);
}

/* ---- reading again ---- */

/* Reads sectors of the request from i to `end` again, at most as many as one reading has, with some before and after them. */
static bool read_window(struct paranoia_source *source, struct audio_request *request, uint32_t i,
	uint32_t end, uint32_t context)
{
	const uint32_t sector = request->extent.lba + i, after = request->extent.lba + end;
	const uint32_t before = sector - source->reader.region.lba,
		       rest = extent_end(source->reader.region) - after;
	const uint32_t first = sector - (before < context ? before : context);
	const uint32_t count = after + (rest < context ? rest : context) - first;
	if (!audio_reader_read(&source->reader, first, count, source->window))
		return false;
	for (; i < end; i++)
		if (audio_request_is_open(request, i))
			audio_request_consider(request, i,
				source->window + (size_t)(request->extent.lba + i - first) *
							 DISC_RAW_SECTOR_SIZE);
	return true;
}

/*
 * Reads a sector so far away that the drive's cache does not hold what comes next: before it if possible, as a drive that has to go back forgets what it
 * has read ahead.
 */
static bool move_away(struct paranoia_source *source, uint32_t sector)
{
	const struct extent region = source->reader.region;
	const uint32_t before = sector - region.lba, after = extent_end(region) - 1 - sector;
	uint32_t target = region.lba;
	if (before >= PARANOIA_READ_AHEAD)
		target = sector - PARANOIA_READ_AHEAD;
	else if (after >= PARANOIA_READ_AHEAD)
		target = sector + PARANOIA_READ_AHEAD;
	else if (after > before)
		target = extent_end(region) - 1;
	return target == sector || audio_reader_move(&source->reader, target);
}

static uint32_t next_open(const struct audio_request *request, uint32_t i, uint32_t end)
{
	while (i < end && !audio_request_is_open(request, i))
		i++;
	return i;
}

/* Reads what is open of the request from i to end once more. */
static bool reread_once(struct paranoia_source *source, struct audio_request *request, uint32_t i,
	uint32_t end, uint32_t context)
{
	while ((i = next_open(request, i, end)) < end) {
		uint32_t stop = i + 1, most = i + PARANOIA_READ_SECTORS;
		for (uint32_t j = stop; j < end && j < most; j++)
			if (audio_request_is_open(request, j))
				stop = j + 1;
		if (!read_window(source, request, i, stop, context))
			return false;
		i = stop;
	}
	return true;
}

/* Reads what is open of the request from i to end until it is settled, or for the last time. */
static void reread(
	struct paranoia_source *source, struct audio_request *request, uint32_t i, uint32_t end)
{
	for (unsigned round = 0; round < source->policy.rereads; round++) {
		uint32_t open = next_open(request, i, end);
		uint32_t context = 2 * round + 1 < MOST_CONTEXT ? 2 * round + 1 : MOST_CONTEXT;
		if (open == end || !move_away(source, request->extent.lba + open) ||
			!reread_once(source, request, open, end, context))
			return;
	}
}

/* ---- paranoia ---- */

/*
 * Starts an engine at the first sector of the request that two readings give alike, or if there is none, at the first that can be read. Where it
 * starts, or the end of the request.
 */
static uint32_t start_engine(struct paranoia_source *source, struct audio_request *request)
{
	const uint32_t count = request->extent.count;
	uint32_t start = count, tried = 0;
	drop_engine(source);
	source->anchoring = false;
	request->needed = ANCHOR_READINGS;
	source->reader.ordinary = true;
	for (uint32_t i = 0; i < count && tried < ANCHOR_SECTORS && !source->anchoring; i++) {
		reread(source, request, i, i + 1);
		if (audio_reader_gave_up(&source->reader, request->extent.lba + i))
			continue;
		tried++;
		source->anchoring = request->pieces[i].settled;
		if (source->anchoring || start == count)
			start = i;
	}
	request->needed = 2;
	source->reader.ordinary = false;
	if (start == count || source->reader.state != READER_READS)
		return count;
	source->anchor = request->extent.lba + start;
	source->anchor_hash =
		sighting_hash(audio_request_bytes(request, start), DISC_RAW_SECTOR_SIZE);
	if (!source->anchoring && source->anchor < source->hopeless)
		return count;
	/* without it the sectors are read again until two agree, and noted so */
	return make_engine(source, source->anchor, NULL) ? count : start;
}

/* Reads as much of the request through paranoia as comes. */
static void read_by_paranoia(struct paranoia_source *source, struct audio_request *request)
{
	uint32_t i = 0;
	if (!source->engine || source->next != request->extent.lba)
		i = start_engine(source, request);
	for (; i < request->extent.count; i++) {
		const uint8_t *bytes = paranoia_engine_next(source->engine);
		if (!bytes) {
			if (source->next == source->anchor)
				source->hopeless = source->anchor + PARANOIA_READ_AHEAD;
			drop_engine(source);
			return;
		}
		source->anchoring = false;
		source->next++;
		audio_request_take(request, i, bytes);
	}
}

/* ---- requests ---- */

/* Reads sectors of the region. */
static enum source_status read_audio(struct paranoia_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	struct audio_reader *reader = &source->reader;
	struct audio_request request = {
		.reader = reader, .extent = extent, .buffer = buffer, .notes = notes, .needed = 2};
	const struct paranoia_policy *policy = &source->policy;
	const bool goes_on = source->engine && source->next == extent.lba;
	if (extent.count > FEW_SECTORS || goes_on) {
		audio_reader_allow(reader,
			(uint64_t)policy->reads_a_sector * extent.count +
				(uint64_t)3 * PARANOIA_READ_AHEAD,
			policy->seconds);
		read_by_paranoia(source, &request);
		audio_request_judge(&request);
	} else if (audio_reader_forgive(reader, extent)) {
		drop_engine(source); /* it has the filler among what it has read */
	}
	audio_reader_allow(reader, UINT64_MAX, policy->seconds);
	reread(source, &request, 0, extent.count);
	if (audio_request_out_of_place(&request))
		drop_engine(source);
	if (reader->state == READER_GONE) {
		if (err)
			*err = reader->error;
		return SOURCE_GONE;
	}
	return audio_request_conclude(&request, policy->seconds, err);
}

/* Reads a part of an extent that is all audio or none, as large as possible; its size goes to *count. */
static enum source_status read_part(struct paranoia_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, uint32_t *count, struct error *err)
{
	struct extent region = source->reader.region;
	const uint32_t at = extent.lba;
	bool audio = at >= region.lba && at < extent_end(region);
	if (!audio) {
		audio = region_around(source, at, &region);
		struct disc_run run;
		if (!audio && disc_run_at(source->disc, at, &run))
			region = (struct extent){run.sector, run.count};
		else if (!audio)
			region = extent;
		if (audio) {
			drop_engine(source);
			source->reader.region = region;
		}
	}
	const uint32_t rest = extent_end(region) - at;
	const uint32_t most = audio ? AUDIO_REQUEST_SECTORS : source->inner->max_read;
	extent.count = extent.count < rest ? extent.count : rest;
	extent.count = extent.count < most ? extent.count : most;
	*count = extent.count;
	return audio ? read_audio(source, extent, buffer, notes, err)
		     : source_read_noted(source->inner, extent, buffer, notes, err);
}

static enum source_status paranoia_read(struct sector_source *base, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	struct paranoia_source *source = (struct paranoia_source *)base;
	enum source_status worst = SOURCE_OK;
	for (uint32_t n = 0; extent.count; extent.lba += n, extent.count -= n) {
		enum source_status status = read_part(source, extent, buffer, notes, &n, err);
		if (status == SOURCE_GONE || status == SOURCE_UNREADABLE)
			return status;
		worst = status > worst ? status : worst;
		buffer += (size_t)n * DISC_RAW_SECTOR_SIZE;
		notes += n;
	}
	return worst;
}

static void paranoia_close(struct sector_source *base)
{
	struct paranoia_source *source = (struct paranoia_source *)base;
	drop_engine(source);
	audio_reader_release(&source->reader);
	source_close(source->inner);
	free(source);
}

/* Whether the library can be set up: better known before anything is read. */
static int try_engine(struct paranoia_source *source, struct error *err)
{
	for (size_t i = 0; i < source->disc->track_count; i++) {
		uint32_t sector, count;
		disc_track_sectors(source->disc, i, &sector, &count);
		if (!count || !region_around(source, sector, &source->reader.region))
			continue;
		int status = make_engine(source, source->reader.region.lba, err);
		drop_engine(source);
		return status;
	}
	return 0;
}

int paranoia_source_new(struct sector_source **out, struct sector_source *inner,
	const struct disc *disc, const struct paranoia_policy *policy, struct error *err)
{
	static const struct sector_source_ops ops = {paranoia_read, paranoia_close};
	if (inner->sector_size != DISC_RAW_SECTOR_SIZE || !policy->sector_tries || !policy->rereads)
		return error_set(err, ERR_USAGE, "paranoia wants raw sectors and at least one try");
	struct paranoia_source *source = calloc(1, sizeof(*source));
	if (!source)
		return error_set(err, ERR_MEMORY, "out of memory");
	source->base = *inner;
	source->base.ops = &ops;
	source->base.max_read = AUDIO_REQUEST_SECTORS;
	source->inner = inner;
	source->disc = disc;
	source->policy = *policy;
	int status = audio_reader_init(&source->reader, inner, policy->sector_tries,
		policy->now ? policy->now : clock_monotonic, err);
	if (!status)
		status = try_engine(source, err);
	if (status) {
		audio_reader_release(&source->reader);
		free(source);
		return status;
	}
	*out = &source->base;
	return 0;
}

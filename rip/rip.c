/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/rip.h"

#include "base/clock.h"
#include "base/digest_ring.h"
#include "base/disk.h"
#include "base/path.h"
#include "image/cue.h"
#include "image/disc_ids.h"
#include "image/image_writer.h"
#include "rip/passes.h"
#include "rip/identify.h"
#include "rip/same_disc.h"
#include "rip/source.h"
#include "store/chunks.h"
#include "store/commit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANSWER_SECONDS 300 /* a drive may try for minutes before it gives a sector up */
#define CHECKPOINT_SECONDS 30.0

struct rip {
	char *path;
	struct digest_ring *ring;
	struct sector_source *source;
	struct source_facts facts;
	struct rip_plan plan;
};

static int open_source(
	struct rip *rip, const char *path, const struct rip_policy *policy, struct error *err)
{
	rip->path = strdup(path);
	if (!rip->path)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = digest_ring_new(&rip->ring, err);
	if (!status)
		status = worker_start(&rip->source, path, policy, source_open,
			digest_ring_memory(rip->ring),
			(size_t)DIGEST_RING_SLOTS * DIGEST_RING_SLOT_SIZE, ANSWER_SECONDS,
			&rip->facts, err);
	if (!status)
		rip_plan_make(&rip->plan, &rip->facts.disc, rip->facts.format, rip->facts.max_read,
			policy);
	return status;
}

int rip_open(
	struct rip **out, const char *source, const struct rip_policy *policy, struct error *err)
{
	struct rip *rip = calloc(1, sizeof(*rip));
	if (!rip)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = open_source(rip, source, policy, err);
	if (status) {
		rip_close(rip);
		return status;
	}
	*out = rip;
	return 0;
}

void rip_close(struct rip *rip)
{
	if (!rip)
		return;
	source_close(rip->source);
	digest_ring_free(rip->ring);
	free(rip->path);
	free(rip);
}

const struct rip_plan *rip_plan_of(const struct rip *rip)
{
	return &rip->plan;
}

const struct source_facts *rip_facts_of(const struct rip *rip)
{
	return &rip->facts;
}

/* ---- going on with a stopped rip ---- */

bool rip_is_same_disc(struct rip *rip, const struct work_state *state, int image)
{
	struct buffer contents = {0};
	disc_contents(&rip->facts.disc, &contents);
	enum sameness sameness = DISC_DIFFERENT;
	if (state->format == rip->plan.format && state->sectors == rip->plan.sectors &&
		(!state->contents || !strcmp(state->contents, buffer_text(&contents))))
		sameness = same_disc(rip->source, digest_ring_memory(rip->ring), &rip->facts.disc,
			&rip->plan, &state->reads, image);
	buffer_release(&contents);
	/* silence is like any other; of a file its size and time tell as well */
	return sameness == DISC_SAME || (sameness == DISC_SAYS_NOTHING && !rip->facts.is_drive &&
						rip_is_same_file(rip, state));
}

bool rip_is_same_file(const struct rip *rip, const struct work_state *state)
{
	const struct image_file_state *file = &rip->facts.file;
	if (rip->facts.is_drive)
		return state->source_size < 0;
	return state->source_size == (int64_t)file->size &&
	       state->source_modified == file->modified &&
	       state->source_modified_nanoseconds == file->modified_nanoseconds &&
	       state->source_files == (int64_t)file->files;
}

int rip_remember_source(const struct rip *rip, struct work_state *state, struct error *err)
{
	struct buffer contents = {0};
	const struct image_file_state *file = &rip->facts.file;
	state->source_size = rip->facts.is_drive ? -1 : (int64_t)file->size;
	state->source_modified = rip->facts.is_drive ? -1 : file->modified;
	state->source_modified_nanoseconds = rip->facts.is_drive ? -1 : file->modified_nanoseconds;
	state->source_files = rip->facts.is_drive ? 0 : (int64_t)file->files;
	state->format = rip->plan.format;
	state->sectors = rip->plan.sectors;
	disc_contents(&rip->facts.disc, &contents);
	free(state->contents);
	state->contents = buffer_steal(&contents);
	return state->contents ? 0 : error_set(err, ERR_MEMORY, "out of memory");
}

/* The map that a record stands for. */
static int map_of_record(const struct read_record *reads, struct damage_map *map, struct error *err)
{
	for (size_t i = 0; i < reads->count; i++) {
		const struct read_range *range = &reads->ranges[i];
		int status = damage_map_set(map, range->extent,
			range->state == READ_STATE_UNREADABLE ? MAP_BAD : MAP_FINISHED, err);
		if (status)
			return status;
	}
	return 0;
}

/* ---- reading ---- */

/* One call of rip_read. */
struct reading {
	struct rip *rip;
	const struct work *work;
	struct work_state *state;
	struct image_writer *writer;
	struct damage_map *map;
	struct deposit *deposit;
	struct digest_span *spans; /* of the deposit's bitstreams */
	char *image; /* path */
};

static int checkpoint(void *context, struct error *err)
{
	struct reading *reading = context;
	int status = image_writer_sync(reading->writer, err);
	return status ? status : work_save(reading->work, reading->state, err);
}

/* Unreadable sectors are zero in the image: nothing that an earlier run wrote and did not put on record may show through. */
static int clear_unread(struct reading *reading, struct error *err)
{
	static const enum map_status open_ends[] = {MAP_NON_TRIED, MAP_BAD};
	struct extent extent;
	for (size_t i = 0; i < sizeof(open_ends) / sizeof(open_ends[0]); i++) {
		for (uint32_t from = 0; damage_map_next(reading->map, open_ends[i], from, &extent);
			from = extent_end(extent)) {
			int status = image_writer_clear(reading->writer, extent, err);
			if (status)
				return status;
		}
	}
	return image_writer_sync(reading->writer, err);
}

/* The bytes of a sheet, for the record; whether it was changed meanwhile is looked at in the end. */
static int read_sheet(const char *path, struct buffer *out, struct error *err)
{
	char *bytes = NULL;
	size_t len = 0;
	int status = path_read(path, CUE_LIMIT, &bytes, &len, err);
	if (!status)
		buffer_add(out, bytes, len);
	free(bytes);
	return status ? status : out->failed ? error_set(err, ERR_MEMORY, "out of memory") : 0;
}

/* What the deposit knows before anything is read, and with it the stretches of the image that get digests of their own. */
static int lay_out(struct reading *reading, struct error *err)
{
	const struct rip *rip = reading->rip;
	struct deposit *deposit = reading->deposit;
	deposit->disc = rip->facts.disc;
	deposit->format = rip->plan.format;
	deposit->sector_size = rip->plan.sector_size;
	deposit->retries = rip->plan.retries;
	buffer_puts(&deposit->warnings, rip->facts.warnings);
	int status = source_identify(rip->path, &rip->facts, &deposit->source, err);
	if (!status)
		status = disc_ids_make(&deposit->ids, &deposit->disc, err);
	if (!status && deposit->format == IMAGE_BINCUE)
		status = deposit_plan_bitstreams(deposit, err);
	if (!status && rip->facts.is_sheet)
		status = read_sheet(rip->path, &deposit->source_sheet, err);
	if (status)
		return status;
	reading->spans = calloc(deposit->bitstream_count + 1, sizeof(*reading->spans));
	if (!reading->spans)
		return error_set(err, ERR_MEMORY, "out of memory");
	for (size_t i = 0; i < deposit->bitstream_count; i++) {
		const struct bitstream *stream = &deposit->bitstreams[i];
		reading->spans[i].offset = (uint64_t)stream->sector * deposit->sector_size;
		reading->spans[i].size = (uint64_t)stream->count * deposit->sector_size;
	}
	return 0;
}

/* Removes what an earlier run staged, in whatever format: none of it is gone on with. */
static int remove_images(const struct reading *reading, struct error *err)
{
	static const enum image_format formats[] = {IMAGE_ISO, IMAGE_BINCUE};
	int status = 0;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]) && !status; i++) {
		char *path = NULL;
		status = commit_image_path(
			reading->work, reading->state->carrier.id, formats[i], &path, err);
		if (!status)
			status = disk_remove(path, err);
		free(path);
	}
	return status;
}

static int begin(struct reading *reading, unsigned digests, bool *go_on, struct error *err)
{
	const struct rip_plan *plan = &reading->rip->plan;
	int status = lay_out(reading, err);
	if (!status)
		status = commit_place_image(reading->work, reading->state->carrier.id, plan->format,
			&reading->image, err);
	if (status)
		return status;
	*go_on = reading->state->reads.count && path_exists(reading->image);
	if (!*go_on) {
		read_record_release(&reading->state->reads);
		status = remove_images(reading, err);
	}
	if (!status)
		status = work_save(reading->work, reading->state, err);
	if (!status)
		work_reserve(reading->work);
	if (!status)
		status = damage_map_new(&reading->map, plan->sectors, err);
	if (!status)
		status = map_of_record(&reading->state->reads, reading->map, err);
	struct image_plan image_plan = {
		.sectors = plan->sectors,
		.sector_size = plan->sector_size,
		.chunk_sectors = plan->format == IMAGE_ISO ? CHUNK_SECTORS : CHUNK_RAW_SECTORS,
		.digests = digests,
		.spans = reading->spans,
		.span_count = reading->deposit->bitstream_count,
		.go_on = *go_on,
	};
	if (!status)
		status = image_writer_open(
			&reading->writer, reading->image, &image_plan, reading->rip->ring, err);
	return status || !*go_on ? status : clear_unread(reading, err);
}

/* An image file that was written to while it was read is no faithful source: of two states of it together nothing is worth keeping. */
static int check_unchanged(struct reading *reading, struct error *err)
{
	const struct rip *rip = reading->rip;
	struct image_file_state now;
	if (rip->facts.is_drive)
		return 0;
	int status = source_look(rip->path, &rip->facts, &now, err);
	if (status || image_file_same(&now, &rip->facts.file))
		return status;
	read_record_release(&reading->state->reads);
	return error_set(err, ERR_IO,
		"%s was changed while it was read, so nothing of it is kept; run the command again "
		"when nothing "
		"writes to it",
		rip->path);
}

static int run_passes(struct reading *reading, const struct progress *progress, struct error *err)
{
	struct rip *rip = reading->rip;
	struct error saving = {0};
	struct rip_job job = {
		.plan = &rip->plan,
		.disc = &rip->facts.disc,
		.source = rip->source,
		.writer = reading->writer,
		.map = reading->map,
		.record = &reading->state->reads,
		.progress = progress,
		.checkpoint = checkpoint,
		.checkpoint_context = reading,
		.checkpoint_seconds = CHECKPOINT_SECONDS,
	};
	int status = rip_passes(&job, err);
	if (!status)
		status = check_unchanged(reading, err);
	int saved = checkpoint(reading, &saving); /* however it ended: what was read is kept */
	if (saved && !status) {
		if (err)
			*err = saving;
		status = saved;
	}
	return status;
}

/* Puts what the reading gave into the deposit, which takes it over. */
static void fill_deposit(
	struct reading *reading, struct image_digests *digests, struct deposit *deposit)
{
	deposit->map = reading->map;
	reading->map = NULL;
	deposit->reads = reading->state->reads;
	reading->state->reads = (struct read_record){0};
	deposit->image_digests = digests->values;
	deposit->pieces = digests->chunks;
	deposit->piece_count = digests->chunk_count;
	deposit->digests_while_reading = digests->while_reading;
	for (size_t i = 0; i < deposit->bitstream_count; i++)
		deposit->bitstreams[i].digests = reading->spans[i].values;
	deposit->finished = clock_now();
}

int rip_read(struct rip *rip, const struct work *work, struct work_state *state, unsigned digests,
	const struct progress *progress, struct deposit *deposit, struct error *err)
{
	struct reading reading = {.rip = rip, .work = work, .state = state, .deposit = deposit};
	struct image_digests image_digests = {0};
	deposit->started = state->started;
	deposit->digests = digests;
	int status = begin(&reading, digests, &deposit->resumed, err);
	if (!status)
		status = run_passes(&reading, progress, err);
	if (!status)
		status = image_writer_finish(reading.writer, &image_digests, progress, err);
	if (!status)
		status = deposit_identify(deposit, reading.image, err);
	if (!status)
		fill_deposit(&reading, &image_digests, deposit);
	else
		free(image_digests.chunks);
	image_writer_close(reading.writer);
	damage_map_free(reading.map);
	free(reading.spans);
	free(reading.image);
	return status;
}

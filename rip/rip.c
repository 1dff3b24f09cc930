/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/rip.h"

#include "base/clock.h"
#include "base/digest_ring.h"
#include "base/disk.h"
#include "base/path.h"
#include "image/image_file.h"
#include "image/image_writer.h"
#include "image/volume.h"
#include "rip/passes.h"
#include "rip/same_disc.h"
#include "rip/source.h"
#include "store/chunks.h"
#include "store/commit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANSWER_SECONDS 300     /* a drive may try for minutes before it gives a sector up */
#define CHECKPOINT_SECONDS 30.0

struct rip {
	char *path;
	struct digest_ring *ring;
	struct sector_source *source;
	struct source_facts facts;
	struct rip_plan plan;
};

static int open_source(struct rip *rip, const char *path, const struct rip_policy *policy,
	struct error *err)
{
	rip->path = strdup(path);
	if (!rip->path)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = digest_ring_new(&rip->ring, err);
	if (!status)
		status = worker_start(&rip->source, path, source_open,
			digest_ring_memory(rip->ring),
			(size_t)DIGEST_RING_SLOTS * DIGEST_RING_SLOT_SIZE, ANSWER_SECONDS,
			&rip->facts, err);
	if (!status)
		status = rip_plan_make(&rip->plan, &rip->facts.disc, rip->facts.max_read, policy, err);
	return status;
}

int rip_open(struct rip **out, const char *source, const struct rip_policy *policy,
	struct error *err)
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
	return state->sectors == rip->plan.sectors &&
	       same_disc(rip->source, digest_ring_memory(rip->ring), &rip->plan, &state->reads, image);
}

bool rip_is_same_file(const struct rip *rip, const struct work_state *state)
{
	const struct image_file_state *file = &rip->facts.file;
	if (rip->facts.is_drive)
		return state->source_size < 0;
	return state->source_size == (int64_t)file->size && state->source_modified == file->modified &&
	       state->source_modified_nanoseconds == file->modified_nanoseconds;
}

void rip_remember_source(const struct rip *rip, struct work_state *state)
{
	const struct image_file_state *file = &rip->facts.file;
	state->source_size = rip->facts.is_drive ? -1 : (int64_t)file->size;
	state->source_modified = rip->facts.is_drive ? -1 : file->modified;
	state->source_modified_nanoseconds = rip->facts.is_drive ? -1 : file->modified_nanoseconds;
	state->sectors = rip->plan.sectors;
}

/* The map that a record stands for. */
static int map_of_record(const struct read_record *reads, struct damage_map *map, struct error *err)
{
	for (size_t i = 0; i < reads->count; i++) {
		const struct read_range *range = &reads->ranges[i];
		int status = damage_map_set(map, range->extent,
			range->state == READ_STATE_READ ? MAP_FINISHED : MAP_BAD, err);
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

static int begin(struct reading *reading, unsigned digests, bool *go_on, struct error *err)
{
	const struct rip_plan *plan = &reading->rip->plan;
	int status = commit_place_image(reading->work, reading->state->carrier.id, &reading->image, err);
	if (status)
		return status;
	*go_on = reading->state->reads.count && path_exists(reading->image);
	if (!*go_on) {
		read_record_release(&reading->state->reads);
		status = disk_remove(reading->image, err);
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
		.chunk_sectors = CHUNK_SECTORS,
		.digests = digests,
		.go_on = *go_on,
	};
	if (!status)
		status = image_writer_open(&reading->writer, reading->image, &image_plan,
			reading->rip->ring, err);
	return status || !*go_on ? status : clear_unread(reading, err);
}

/* An image file that was written to while it was read is no faithful source. */
static int check_unchanged(const struct rip *rip, struct error *err)
{
	struct image_file_state now;
	if (rip->facts.is_drive)
		return 0;
	int status = image_file_look(rip->path, &now, err);
	if (!status && !image_file_same(&now, &rip->facts.file))
		status = error_set(err, ERR_IO,
			"%s was changed while it was read; run the command again when nothing writes to it",
			rip->path);
	return status;
}

static int run_passes(struct reading *reading, const struct progress *progress, struct error *err)
{
	struct rip *rip = reading->rip;
	struct error saving = {0};
	struct rip_job job = {
		.plan = &rip->plan,
		.source = rip->source,
		.writer = reading->writer,
		.map = reading->map,
		.record = &reading->state->reads,
		.confirmation = rip->facts.is_drive ? READ_CONFIRMED_BY_DRIVE
						    : READ_CONFIRMED_BY_FILE,
		.progress = progress,
		.checkpoint = checkpoint,
		.checkpoint_context = reading,
		.checkpoint_seconds = CHECKPOINT_SECONDS,
	};
	int status = rip_passes(&job, err);
	if (!status) {
		status = check_unchanged(rip, err);
		if (status) /* of two states of the file together nothing is worth keeping */
			read_record_release(&reading->state->reads);
	}
	int saved = checkpoint(reading, &saving); /* however it ended: what was read is kept */
	if (saved && !status) {
		if (err)
			*err = saving;
		status = saved;
	}
	return status;
}

static int read_image_sector(void *context, uint32_t lba, uint8_t sector[DISC_SECTOR_SIZE])
{
	const int *fd = context;
	return pread(*fd, sector, DISC_SECTOR_SIZE, (off_t)lba * DISC_SECTOR_SIZE) ==
			       DISC_SECTOR_SIZE
		       ? 0
		       : ERR_IO;
}

/* Looks at the finished image for its file system and label; a disc that has none is no error. */
static int identify_volume(const char *image, uint32_t sectors, struct deposit *deposit,
	struct error *err)
{
	struct volume volume;
	int fd = open(image, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, ERR_IO, "cannot open %s again", image);
	int status = volume_identify(&volume, read_image_sector, &fd, sectors, err);
	close(fd);
	if (status)
		return status;
	deposit->file_system = volume.file_system;
	deposit->claimed_sectors = volume.claimed_sectors;
	deposit->volume_label = volume.label;
	return 0;
}

/* Puts what the reading gave into the deposit, which takes it over. */
static void fill_deposit(struct reading *reading, struct image_digests *digests,
	struct deposit *deposit)
{
	deposit->disc = reading->rip->facts.disc;
	deposit->map = reading->map;
	reading->map = NULL;
	deposit->reads = reading->state->reads;
	reading->state->reads = (struct read_record){0};
	deposit->image_digests = digests->values;
	deposit->pieces = digests->chunks;
	deposit->piece_count = digests->chunk_count;
	deposit->digests_while_reading = digests->while_reading;
	deposit->retries = reading->rip->plan.retries;
	deposit->finished = clock_now();
}

int rip_read(struct rip *rip, const struct work *work, struct work_state *state, unsigned digests,
	const struct progress *progress, struct deposit *deposit, struct error *err)
{
	struct reading reading = {.rip = rip, .work = work, .state = state};
	struct image_digests image_digests = {0};
	deposit->started = state->started;
	deposit->digests = digests;
	int status = begin(&reading, digests, &deposit->resumed, err);
	if (!status)
		status = source_identify(rip->path, &rip->facts, &deposit->source, err);
	if (!status)
		status = run_passes(&reading, progress, err);
	if (!status)
		status = image_writer_finish(reading.writer, &image_digests, progress, err);
	if (!status)
		status = identify_volume(reading.image, rip->plan.sectors, deposit, err);
	if (!status)
		fill_deposit(&reading, &image_digests, deposit);
	else
		free(image_digests.chunks);
	image_writer_close(reading.writer);
	damage_map_free(reading.map);
	free(reading.image);
	return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/passes.h"

#include "base/clock.h"

/* A job under way. */
struct run {
	struct rip_job *job;
	const char *phase;
	enum read_pass pass;
	uint32_t attempts; /* reads spent on a sector by the end of this pass */
	double next_checkpoint;
	struct sector_note notes[SOURCE_MAX_READ]; /* of the read under way */
};

static int run_report(struct run *run, struct error *err)
{
	struct rip_job *job = run->job;
	const uint64_t size = job->plan->sector_size;
	uint64_t finished = damage_map_count(job->map, MAP_FINISHED);
	struct progress_state state = {
		.phase = run->phase,
		.done = finished * size,
		.total = (uint64_t)job->plan->sectors * size,
		.bad = damage_map_count(job->map, MAP_BAD) +
		       damage_map_count(job->map, MAP_NON_TRIMMED),
	};
	if (!progress_report(job->progress, &state))
		return error_set(err, ERR_INTERRUPTED, "stopped on request");
	if (!job->checkpoint || clock_monotonic() < run->next_checkpoint)
		return 0;
	run->next_checkpoint = clock_monotonic() + job->checkpoint_seconds;
	return job->checkpoint(job->checkpoint_context, err);
}

/* The number of the track that holds a sector; 0 on a disc that is not known by tracks, and in an ISO image. */
static uint8_t track_at(const struct rip_job *job, uint32_t sector)
{
	struct disc_run at;
	if (job->plan->format == IMAGE_ISO || !disc_run_at(job->disc, sector, &at) || !at.track)
		return 0;
	return at.track->number;
}

/* Cuts an extent at the end of the run of the disc in which it begins. */
static struct extent within_run(const struct rip_job *job, struct extent extent)
{
	struct disc_run at;
	if (disc_run_at(job->disc, extent.lba, &at)) {
		uint32_t rest = at.count - (extent.lba - at.sector);
		extent.count = extent.count < rest ? extent.count : rest;
	}
	return extent;
}

/* Enters into the record what is known of sectors of one kind. */
static int run_record(
	struct run *run, struct extent extent, const struct sector_note *note, struct error *err)
{
	struct read_range range = {
		.extent = extent,
		.state = note->state,
		.pass = run->pass,
		.confirmation = note->confirmation,
		.track = track_at(run->job, extent.lba),
		.rebuilt = note->rebuilt,
		.attempts = run->attempts,
		.effort = note->effort,
	};
	return read_record_set(run->job->record, &range, err);
}

/* Enters sectors that did not come: into the map, and, once nothing more will be tried in this pass, into the record. */
static int run_note_bad(
	struct run *run, struct extent extent, enum map_status status, struct error *err)
{
	struct sector_note unreadable = {
		.state = READ_STATE_UNREADABLE, .confirmation = READ_UNCONFIRMED};
	for (uint32_t i = 0; i < extent.count; i++)
		unreadable.effort = read_effort_sum(unreadable.effort, run->notes[i].effort);
	int failed = damage_map_set(run->job->map, extent, status, err);
	if (failed || status == MAP_NON_TRIMMED)
		return failed;
	return run_record(run, extent, &unreadable, err);
}

static bool same_note(const struct sector_note *a, const struct sector_note *b)
{
	return a->state == b->state && a->confirmation == b->confirmation &&
	       a->rebuilt == b->rebuilt;
}

/* Enters a read of which at least a part came, in stretches of one kind. */
static int run_note_read(
	struct run *run, struct extent extent, const struct sector_note *notes, struct error *err)
{
	int status = 0;
	for (uint32_t i = 0, n; i < extent.count && !status; i += n) {
		struct sector_note sum = notes[i];
		for (n = 1; i + n < extent.count && same_note(&notes[i], &notes[i + n]); n++)
			sum.effort = read_effort_sum(sum.effort, notes[i + n].effort);
		struct extent stretch = {extent.lba + i, n};
		bool bad = sum.state == READ_STATE_UNREADABLE;
		status = damage_map_set(run->job->map, stretch, bad ? MAP_BAD : MAP_FINISHED, err);
		if (!status)
			status = run_record(run, stretch, &sum, err);
	}
	return status;
}

/* Reads one extent and enters the outcome; if_bad is the status of sectors that did not come. */
static int run_read(struct run *run, struct extent extent, enum map_status if_bad,
	enum source_status *outcome, struct error *err)
{
	struct rip_job *job = run->job;
	uint8_t *slot = image_writer_slot(job->writer);
	*outcome = source_read_noted(job->source, extent, slot, run->notes, err);
	if (*outcome == SOURCE_GONE)
		return err && err->code ? (int)err->code : ERR_IO;
	if (*outcome == SOURCE_UNREADABLE)
		return run_note_bad(run, extent, if_bad, err);
	int status = image_writer_put(job->writer, extent, err);
	return status ? status : run_note_read(run, extent, run->notes, err);
}

/* Reads a stretch in steps of `step` sectors. */
static int run_steps(struct run *run, struct extent extent, uint32_t step, enum map_status if_bad,
	struct error *err)
{
	while (extent.count) {
		struct extent part = within_run(run->job,
			(struct extent){extent.lba, extent.count < step ? extent.count : step});
		enum source_status outcome;
		int status = run_read(run, part, if_bad, &outcome, err);
		if (!status)
			status = run_report(run, err);
		if (status)
			return status;
		extent.lba += part.count;
		extent.count -= part.count;
	}
	return 0;
}

static int copy_pass(struct run *run, struct error *err)
{
	struct rip_job *job = run->job;
	struct extent extent;
	uint32_t from = 0;
	while (damage_map_next(job->map, MAP_NON_TRIED, from, &extent)) {
		if (extent.count > job->plan->cluster)
			extent.count = job->plan->cluster;
		extent = within_run(job, extent);
		enum source_status outcome;
		int status = run_read(run, extent, MAP_NON_TRIMMED, &outcome, err);
		if (!status && outcome == SOURCE_UNREADABLE) {
			run->attempts = 2;
			status = run_steps(run, extent, job->plan->careful, MAP_NON_TRIMMED, err);
			run->attempts = 1;
		}
		if (!status)
			status = run_report(run, err);
		if (status)
			return status;
		from = extent_end(extent);
	}
	return 0;
}

static int scrape_pass(struct run *run, struct error *err)
{
	struct extent extent;
	uint32_t from = 0;
	while (damage_map_next(run->job->map, MAP_NON_TRIMMED, from, &extent)) {
		int status = run_steps(run, extent, 1, MAP_BAD, err);
		if (status)
			return status;
		from = extent_end(extent);
	}
	return 0;
}

/* Reads a sector that failed alone once more. */
static int retry_sector(struct run *run, uint32_t sector, struct error *err)
{
	const struct read_range *range = read_record_at(run->job->record, sector);
	run->attempts = range ? range->attempts + 1 : 1;
	return run_steps(run, (struct extent){sector, 1}, 1, MAP_BAD, err);
}

static int retry_forward(struct run *run, struct error *err)
{
	struct extent extent;
	uint32_t from = 0;
	while (damage_map_next(run->job->map, MAP_BAD, from, &extent)) {
		int status = retry_sector(run, extent.lba, err);
		if (status)
			return status;
		from = extent.lba + 1;
	}
	return 0;
}

static int retry_backward(struct run *run, struct error *err)
{
	struct extent extent;
	uint32_t before = run->job->plan->sectors;
	while (damage_map_previous(run->job->map, MAP_BAD, before, &extent)) {
		uint32_t last = extent_end(extent) - 1;
		int status = retry_sector(run, last, err);
		if (status)
			return status;
		before = last;
	}
	return 0;
}

int rip_passes(struct rip_job *job, struct error *err)
{
	struct run run = {
		.job = job,
		.phase = "copying",
		.pass = READ_PASS_COPY,
		.attempts = 1,
		.next_checkpoint = clock_monotonic() + job->checkpoint_seconds,
	};
	int status = copy_pass(&run, err);
	if (status)
		return status;
	run.phase = "scraping";
	run.pass = READ_PASS_SCRAPE;
	run.attempts = 3;
	status = scrape_pass(&run, err);
	run.phase = "retrying";
	run.pass = READ_PASS_RETRY;
	for (unsigned i = 0; !status && i < job->plan->retries; i++)
		status = i % 2 ? retry_forward(&run, err) : retry_backward(&run, err);
	return status;
}

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

/* Enters what a read gave: into the map, and, once nothing more will be tried in this pass, into the record. */
static int run_note(struct run *run, struct extent extent, enum map_status status,
	struct error *err)
{
	struct rip_job *job = run->job;
	int failed = damage_map_set(job->map, extent, status, err);
	if (failed || status == MAP_NON_TRIMMED)
		return failed;
	bool read = status == MAP_FINISHED;
	struct read_range range = {
		.extent = extent,
		.state = read ? READ_STATE_READ : READ_STATE_UNREADABLE,
		.pass = run->pass,
		.confirmation = read ? job->confirmation : READ_UNCONFIRMED,
		.attempts = run->attempts,
	};
	return read_record_set(job->record, &range, err);
}

/* Reads one extent and enters the outcome; if_bad is the status of sectors that did not come. */
static int run_read(struct run *run, struct extent extent, enum map_status if_bad,
	enum source_status *outcome, struct error *err)
{
	struct rip_job *job = run->job;
	uint8_t *slot = image_writer_slot(job->writer);
	*outcome = source_read(job->source, extent, slot, err);
	if (*outcome == SOURCE_GONE)
		return err && err->code ? (int)err->code : ERR_IO;
	if (*outcome == SOURCE_UNREADABLE)
		return run_note(run, extent, if_bad, err);
	int status = image_writer_put(job->writer, extent, err);
	return status ? status : run_note(run, extent, MAP_FINISHED, err);
}

/* Reads a stretch in steps of `step` sectors. */
static int run_steps(struct run *run, struct extent extent, uint32_t step, enum map_status if_bad,
	struct error *err)
{
	while (extent.count) {
		struct extent part = {extent.lba, extent.count < step ? extent.count : step};
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

static int retry_forward(struct run *run, struct error *err)
{
	struct extent extent;
	uint32_t from = 0;
	while (damage_map_next(run->job->map, MAP_BAD, from, &extent)) {
		int status = run_steps(run, (struct extent){extent.lba, 1}, 1, MAP_BAD, err);
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
		int status = run_steps(run, (struct extent){last, 1}, 1, MAP_BAD, err);
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
	for (unsigned i = 0; !status && i < job->plan->retries; i++) {
		run.attempts++;
		status = i % 2 ? retry_forward(&run, err) : retry_backward(&run, err);
	}
	return status;
}

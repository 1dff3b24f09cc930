/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "base/clock.h"
#include "base/disk.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "cli/bar.h"
#include "cli/libraries.h"
#include "cli/options.h"
#include "cli/recover.h"
#include "cli/rip_summary.h"
#include "cli/stopped.h"
#include "rip/rip.h"
#include "store/commit.h"
#include "store/register.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIDECAR_BYTES                                                                              \
	((uint64_t)16 << 20) /* room for what stands beside an image, and for the catalogue */

#define RETRIES_NOT_GIVEN UINT32_MAX

struct rip_options {
	const char *carrier, *title, *note, *operator_name, *format;
	unsigned retries;
	bool raw, again, quiet, json;
};

/* One `theca rip`: what it has opened so far. */
struct rip_run {
	const struct rip_options *options;
	const char *source;
	struct archive *archive;
	struct rip *rip;
	struct work *work;
	struct work_state state;
	bool is_new; /* the work directory was made by this run */
	bool reading; /* reading has begun: what there is of it is kept */
	struct object *previous; /* with --again: the object that gets a new version */
	struct deposit deposit;
};

static char *copy_or_null(const char *text)
{
	return text ? strdup(text) : NULL;
}

static const char *operator_of(const struct rip_run *run)
{
	return run->options->operator_name ? run->options->operator_name
					   : run->archive->settings.default_operator;
}

/* Whether the carrier's id is free, or held and to be read again; opens the object in that case. */
static int check_held(struct rip_run *run, const char *carrier, struct error *err)
{
	struct catalog *catalog = NULL;
	struct catalog_ref ref = {0};
	struct error missing = {0};
	int status = catalog_open(&catalog, run->archive, CATALOG_WRITE, err);
	if (!status)
		status = catalog_sync_register(catalog, run->archive, err);
	if (status) {
		catalog_close(catalog);
		return status;
	}
	int found = catalog_find_carrier(catalog, carrier, &ref, &missing);
	catalog_close(catalog);
	if (found && found != ERR_NOT_FOUND) {
		*err = missing;
		status = found;
	} else if (found && run->options->again) {
		status = error_set(err, ERR_NOT_FOUND,
			"no disc is held as carrier %s, so it cannot be read again; leave out "
			"--again",
			carrier);
	} else if (!found && !run->options->again) {
		status = error_set(err, ERR_EXISTS,
			"carrier %s is held already; `theca show` tells what is kept of it, "
			"--again reads it "
			"once more into a new version",
			carrier);
	} else if (!found) {
		status = object_open(&run->previous, run->archive, ref.directory, err);
		if (!status)
			status = object_check_id(run->previous, ref.object_id, err);
		if (!status && object_problem(run->previous))
			status = error_set(err, ERR_DAMAGED,
				"the object of carrier %s is damaged (%s); run `theca verify` "
				"before a new "
				"version is added",
				carrier, object_problem(run->previous));
	}
	catalog_ref_release(&ref);
	return status;
}

/* Room for the image and what stands beside it; what a stopped rip has of the image already needs none. */
static int check_space(const struct rip_run *run, struct error *err)
{
	const struct rip_plan *plan = rip_plan_of(run->rip);
	uint64_t need = (uint64_t)plan->sectors * plan->sector_size + SIDECAR_BYTES;
	uint64_t have = 0, staged = run->work ? work_bytes(run->work) : 0;
	int status = disk_free_bytes(run->archive->work, &have, err);
	need -= staged < need - SIDECAR_BYTES ? staged : need - SIDECAR_BYTES;
	if (status || have >= need)
		return status;
	return error_set(err, ERR_NO_SPACE,
		"the disc needs %ju MB and %s has %ju MB free; make room there and run the command "
		"again",
		(uintmax_t)(need / 1000000 + 1), run->archive->root, (uintmax_t)(have / 1000000));
}

/* Enters the carrier into the register, and mints an id if none was given. */
static int enter_carrier(struct rip_run *run, struct error *err)
{
	struct carrier *carrier = &run->deposit.carrier;
	carrier->id = copy_or_null(run->options->carrier);
	carrier->title = copy_or_null(run->options->title);
	carrier->note = copy_or_null(run->options->note);
	if ((run->options->carrier && !carrier->id) || (run->options->title && !carrier->title) ||
		(run->options->note && !carrier->note))
		return error_set(err, ERR_MEMORY, "out of memory");
	return register_carrier(run->archive, carrier, err);
}

/* Fills the state of a rip that begins, from the deposit's carrier. */
static int fresh_state(struct rip_run *run, struct error *err)
{
	const struct carrier *carrier = &run->deposit.carrier;
	work_state_release(&run->state);
	run->state.carrier.id = copy_or_null(carrier->id);
	run->state.carrier.title = copy_or_null(carrier->title);
	run->state.carrier.note = copy_or_null(carrier->note);
	run->state.source = copy_or_null(run->source);
	run->state.operator_name = copy_or_null(operator_of(run));
	strcpy(run->state.carrier.uuid, carrier->uuid);
	run->state.started = clock_now();
	return run->state.carrier.id && run->state.source
		       ? rip_remember_source(run->rip, &run->state, err)
		       : error_set(err, ERR_MEMORY, "out of memory");
}

static bool staged_is_same_disc(struct rip_run *run)
{
	int image = commit_open_image(run->work, run->deposit.carrier.id, run->state.format);
	bool same = image >= 0 && rip_is_same_disc(run->rip, &run->state, image);
	if (image >= 0)
		close(image);
	return same;
}

/* Settles what is to be read: all of the disc, or, after a stopped rip of the same disc, the rest. */
static int begin_work(struct rip_run *run, struct error *err)
{
	if (run->is_new)
		return fresh_state(run, err);
	int status = commit_unstage(run->work, err);
	if (!status)
		status = work_load(run->work, &run->state, err);
	if (status == ERR_NOT_FOUND || (!status && !run->state.reads.count))
		return fresh_state(run, err);
	if (status)
		return status;
	if (run->state.format != rip_plan_of(run->rip)->format)
		return error_set(err, ERR_EXISTS,
			"the stopped rip of carrier %s that lies in work/ was begun as --format "
			"%s; give that to go "
			"on with it, or remove what was read with `theca work --discard`",
			run->deposit.carrier.id, image_format_name(run->state.format));
	if (rip_is_same_file(run->rip, &run->state) && staged_is_same_disc(run)) {
		report_note(
			"going on with the rip of %s that was stopped", run->deposit.carrier.id);
		return 0;
	}
	return error_set(err, ERR_EXISTS,
		"a stopped rip of carrier %s lies in work/, and %s is another one, was changed "
		"since, or gives none "
		"of the sectors that were read then; `theca work --discard` removes what was read",
		run->deposit.carrier.id, run->source);
}

/*
 * Locks the carrier. If what lies there is a rip that another process had begun to commit, and then left since this one started, that is
 * finished first: it must neither be lost nor be doubled.
 */
static int open_work(struct rip_run *run, struct error *err)
{
	struct work_state state = {0};
	int status = work_open(&run->work, run->archive, run->options->carrier, &run->is_new, err);
	if (status || run->is_new)
		return status;
	status = work_load(run->work, &state, err);
	bool committing = !status && state.committing;
	if (committing)
		status = finish_rip(run->archive, &run->work, &state, err);
	else if (status == ERR_NOT_FOUND)
		status = 0;
	work_state_release(&state);
	return status || !committing ? status
				     : work_open(&run->work, run->archive, run->options->carrier,
					       &run->is_new, err);
}

/* Locks a carrier that was named, sees that it may be ripped, and enters it into the register. */
static int claim_named(struct rip_run *run, struct error *err)
{
	int status = open_work(run, err);
	if (!status)
		status = check_held(run, run->options->carrier, err);
	if (!status)
		status = check_space(run, err);
	return status ? status : enter_carrier(run, err);
}

/* What of the command line settles the image's format, to be typed again. */
static const char *format_option(const struct rip_options *options)
{
	if (options->raw || (options->format && !strcmp(options->format, "bincue")))
		return "--raw ";
	return options->format && !strcmp(options->format, "iso") ? "--format iso " : "";
}

/* Mints a carrier id, unless a stopped rip of this very disc waits to be gone on with. */
static int claim_minted(struct rip_run *run, struct error *err)
{
	int status = offer_stopped(
		run->archive, run->rip, run->source, format_option(run->options), err);
	if (!status)
		status = check_space(run, err);
	if (!status)
		status = enter_carrier(run, err);
	if (!status)
		status = work_open(
			&run->work, run->archive, run->deposit.carrier.id, &run->is_new, err);
	return status;
}

static enum bar_speed speed_of(const struct rip_run *run)
{
	switch (rip_facts_of(run->rip)->disc.profile) {
	case DISC_CD:
		return rip_plan_of(run->rip)->format == IMAGE_ISO ? BAR_CD : BAR_RAW_CD;
	case DISC_DVD:
		return BAR_DVD;
	default:
		return BAR_PLAIN;
	}
}

static int read_disc(struct rip_run *run, struct error *err)
{
	struct bar bar;
	run->reading = true;
	bar_init(&bar, run->options->quiet, speed_of(run), run->source);
	int status = rip_read(run->rip, run->work, &run->state, run->archive->settings.digests,
		&bar.progress, &run->deposit, err);
	bar_clear(&bar);
	if (status)
		error_prefix(err, "the rip of %s stopped", run->deposit.carrier.id);
	return status;
}

/* What the sidecars say beyond the disc itself. */
static int complete_deposit(struct rip_run *run, const struct cli *cli, struct error *err)
{
	struct deposit *deposit = &run->deposit;
	deposit->software_version = THECA_VERSION;
	deposit->software_libraries = libraries_line();
	deposit->command_line = strdup(cli->command_line);
	deposit->operator_name = operator_of(run);
	deposit->operator_address = run->archive->settings.address;
	deposit->institution = run->archive->settings.institution;
	return deposit->software_libraries && deposit->command_line
		       ? 0
		       : error_set(err, ERR_MEMORY, "out of memory");
}

/* The log tells who ended the ingestion; with a rip that was gone on with, that may be another than who began. */
static int set_finisher(struct rip_run *run, struct error *err)
{
	const char *name = operator_of(run);
	free(run->state.operator_name);
	run->state.operator_name = copy_or_null(name);
	return name && !run->state.operator_name ? error_set(err, ERR_MEMORY, "out of memory") : 0;
}

/* From an open source to a kept object. */
static int preserve(struct rip_run *run, const struct cli *cli, struct error *err)
{
	int status = run->options->carrier ? claim_named(run, err) : claim_minted(run, err);
	if (!status)
		status = begin_work(run, err);
	if (!status)
		status = read_disc(run, err);
	if (!status)
		status = complete_deposit(run, cli, err);
	if (!status)
		status = set_finisher(run, err);
	if (!status)
		status = commit_prepare(run->work, &run->state, &run->deposit, run->previous, err);
	if (!status)
		status = finish_rip(run->archive, &run->work, &run->state, err);
	return status;
}

/* Says what became of what was read; a work directory in which nothing was is removed. */
static void settle_failure(struct rip_run *run)
{
	if (run->state.committing)
		report_note("the disc was read whole and is staged in work/; the next `theca rip`, "
			    "`verify` or `reindex` "
			    "finishes it");
	if (!run->work)
		return;
	if (run->reading) {
		advise_stopped(run->work);
	} else if (run->is_new) {
		work_discard(run->work, NULL);
		run->work = NULL;
	}
}

static void rip_run_release(struct rip_run *run)
{
	object_close(run->previous);
	work_state_release(&run->state);
	work_close(run->work);
	rip_close(run->rip);
	deposit_release(&run->deposit);
	archive_close(run->archive);
}

/* What --format and --raw come to; both were checked. */
static enum rip_format wanted_format(const struct rip_options *options)
{
	enum rip_format format = RIP_AUTO;
	if (options->format)
		rip_format_by_name(options->format, &format);
	return options->raw ? RIP_BINCUE : format;
}

static int run_rip(struct cli *cli, const struct rip_options *options)
{
	struct rip_run run = {.options = options, .source = cli->argv[0]};
	struct error err = {0};
	int status = open_archive_for_writing(cli, &run.archive, &err);
	struct rip_policy policy = {.format = wanted_format(options), .retries = options->retries};
	if (!status && options->retries == RETRIES_NOT_GIVEN)
		policy.retries = run.archive->settings.retries;
	if (!status)
		status = rip_open(&run.rip, run.source, &policy, &err);
	if (!status)
		status = preserve(&run, cli, &err);
	int code = status ? report_error(&err) : rip_summary_print(&run.deposit, options->json);
	if (status)
		settle_failure(&run);
	rip_run_release(&run);
	return code;
}

int cmd_rip(struct cli *cli)
{
	struct rip_options options = {.retries = RETRIES_NOT_GIVEN};
	const struct option_spec specs[] = {
		{"carrier", OPTION_TEXT, &options.carrier},
		{"title", OPTION_TEXT, &options.title},
		{"note", OPTION_TEXT, &options.note},
		{"operator", OPTION_TEXT, &options.operator_name},
		{"retries", OPTION_NUMBER, &options.retries},
		{"format", OPTION_TEXT, &options.format},
		{"raw", OPTION_FLAG, &options.raw},
		{"again", OPTION_FLAG, &options.again},
		{"quiet", OPTION_FLAG, &options.quiet},
		{0},
	};
	int code = options_read(cli, specs, &options.json, 1, 1);
	if (code >= 0)
		return code;
	if (options.again && !options.carrier)
		return usage_error(
			NULL, "--again needs --carrier: which disc is to be read again?");
	enum rip_format format = RIP_AUTO;
	if (options.format && !rip_format_by_name(options.format, &format))
		return usage_error(
			NULL, "--format is auto, iso or bincue, not '%s'", options.format);
	if (options.raw && options.format && format != RIP_BINCUE)
		return usage_error(NULL, "--raw is --format bincue; it cannot go with --format %s",
			options.format);
	return run_rip(cli, &options);
}

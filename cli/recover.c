/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/recover.h"

#include "catalog/catalog.h"
#include "cli/cli.h"
#include "store/commit.h"

/* Puts a committed object into the catalogue, the register's news first: an object refers to its carrier. */
static int index_object(const struct archive *archive, const struct object *object,
	struct error *err)
{
	struct catalog *catalog = NULL;
	int status = catalog_open(&catalog, archive, CATALOG_WRITE, err);
	if (!status)
		status = catalog_sync_register(catalog, archive, err);
	if (!status)
		status = catalog_add_object(catalog, object, err);
	if (!status)
		status = catalog_publish(catalog, err);
	catalog_close(catalog);
	return status;
}

int finish_rip(const struct archive *archive, struct work *work, const struct work_state *state,
	struct error *err)
{
	struct object *object = NULL;
	int status = commit_finish(archive, work, state, &object, err);
	if (!status)
		status = index_object(archive, object, err);
	object_close(object);
	return status ? status : work_discard(work, err);
}

struct recovery {
	const struct archive *archive;
	struct error *err;
};

static int recover_state(const struct archive *archive, struct work *work, struct error *err)
{
	struct work_state state;
	int status = work_load(work, &state, err);
	if (status == ERR_NOT_FOUND) /* stopped before it had begun */
		return work_discard(work, err);
	if (!status && state.committing) {
		report_note("finishing the rip of %s, which an earlier run had begun to commit",
			state.carrier.id);
		status = finish_rip(archive, work, &state, err);
		if (!status)
			work = NULL;
	} else if (status) {
		report_note("a stopped rip in work/ cannot be understood and is left alone: %s",
			err->message);
		status = 0;
	}
	work_state_release(&state);
	work_close(work);
	return status;
}

static int recover_one(void *context, const char *name)
{
	struct recovery *recovery = context;
	struct work *work = NULL;
	int status = work_open_name(&work, recovery->archive, name, recovery->err);
	if (status == ERR_BUSY || status == ERR_NOT_FOUND)
		return 0;
	return status ? status : recover_state(recovery->archive, work, recovery->err);
}

int recover_work(const struct archive *archive, struct error *err)
{
	struct error own = {0};
	struct recovery recovery = {archive, err ? err : &own};
	work_sweep(archive);
	return work_each(archive, recover_one, &recovery, err);
}

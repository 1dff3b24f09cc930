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

int finish_rip(const struct archive *archive, struct work **work, const struct work_state *state,
	struct error *err)
{
	struct object *object = NULL;
	struct error left = {0};
	int status = commit_finish(archive, *work, state, &object, err);
	if (!status)
		status = index_object(archive, object, err);
	object_close(object);
	if (status)
		work_close(*work);
	else if (work_discard(*work, &left))
		report_note("%s is kept whole, but its work directory could not be removed: %s",
			state->carrier.id, left.message);
	*work = NULL;
	return status;
}

/* Finishes a commit that was begun, or says why not. */
static void recover_commit(const struct archive *archive, const char *name)
{
	struct work *work = NULL;
	struct work_state state = {0};
	struct error err = {0};
	int status = work_open_name(&work, archive, name, &err);
	if (status)
		return; /* another process is finishing it, or has just done so */
	status = work_load(work, &state, &err);
	if (!status && state.committing) {
		report_note("finishing the rip of %s, which an earlier run had begun to commit",
			state.carrier.id);
		status = finish_rip(archive, &work, &state, &err);
		if (status)
			report_note("the rip of %s could not be finished now and stays in work/: %s",
				state.carrier.id, err.message);
	}
	work_state_release(&state);
	work_close(work);
}

/* Removes a directory in which a rip was stopped before it had begun; one that holds anything is left alone. */
static void recover_empty(const struct archive *archive, const char *name)
{
	struct work *work = NULL;
	if (work_open_name(&work, archive, name, NULL))
		return;
	if (work_is_empty(work))
		work_discard(work, NULL);
	else
		work_close(work);
}

static int recover_one(void *context, const char *name)
{
	const struct archive *archive = context;
	struct work_state state = {0};
	struct error err = {0};
	int status = work_peek(archive, name, &state, &err);
	bool committing = !status && state.committing;
	work_state_release(&state);
	if (committing)
		recover_commit(archive, name);
	else if (status == ERR_NOT_FOUND)
		recover_empty(archive, name);
	return 0;
}

void recover_work(const struct archive *archive)
{
	struct error err = {0};
	struct archive *context = (struct archive *)(uintptr_t)archive;
	work_sweep(archive);
	if (work_each(archive, recover_one, context, &err))
		report_note("what was stopped could not be looked at: %s", err.message);
}

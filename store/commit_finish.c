/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second half of a commit: from "committing" to an object in the store. Every step may be repeated after a crash. */
#include "store/commit.h"

#include "base/clock.h"
#include "base/disk.h"
#include "base/path.h"
#include "store/event.h"
#include "store/ocfl_layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLACE_ATTEMPTS 16 /* other processes may be adding neighbours at the same time */

/* The paths of a first version's last step. */
struct placing {
	const struct archive *archive;
	const char *relative; /* of the object in the store: "3c0/ff4/240/OBJECT" */
	char *staged;         /* WORK/object */
	char *tree;           /* WORK/tree: the object in the parent directories that the store lacks */
};

/* The part of a relative path after its first `count` components; NULL if it has no more. */
static const char *after_components(const char *relative, unsigned count)
{
	while (count--) {
		relative = strchr(relative, '/');
		if (!relative)
			return NULL;
		relative++;
	}
	return relative;
}

/* How many leading components of the object's path the store has already. */
static int count_present(const struct placing *placing, unsigned *count, struct error *err)
{
	for (*count = 0;; ++*count) {
		const char *rest = after_components(placing->relative, *count + 1);
		if (!rest)
			return 0;
		char *path = NULL;
		if (asprintf(&path, "%s/%.*s", placing->archive->store,
			    (int)(rest - placing->relative - 1), placing->relative) < 0)
			return error_set(err, ERR_MEMORY, "out of memory");
		bool present = path_is_directory(path);
		free(path);
		if (!present)
			return 0;
	}
}

/* Brings an object that an earlier attempt has put into the tree back to where it was staged, and removes the tree. */
static int unwrap(const struct placing *placing, struct error *err)
{
	const char *rest;
	for (unsigned i = 0; (rest = after_components(placing->relative, i)); i++) {
		char *wrapped = path_join(placing->tree, rest);
		int status = !wrapped ? error_set(err, ERR_MEMORY, "out of memory")
			     : path_exists(wrapped) ? disk_rename(wrapped, placing->staged, err)
						    : 0;
		free(wrapped);
		if (status)
			return status;
	}
	return disk_remove_tree(placing->tree, err);
}

/* Moves the staged object to tree/rest, making and syncing the directories between. */
static int wrap(const struct placing *placing, const char *rest, struct error *err)
{
	char *wrapped = path_join(placing->tree, rest);
	char *parent = wrapped ? path_parent(wrapped) : NULL;
	int status = parent ? disk_make_directories(parent, err)
			    : error_set(err, ERR_MEMORY, "out of memory");
	if (!status)
		status = disk_rename(placing->staged, wrapped, err);
	if (!status)
		status = disk_sync_directory(parent, err);
	free(parent);
	free(wrapped);
	return status;
}

/* Renames TREE/first into the store at its place, `front` being the components before it; syncs the place. */
static int bring_in(const struct placing *placing, const char *front, const char *first,
	struct error *err)
{
	char *from = path_join(placing->tree, first);
	char *place = *front ? path_join(placing->archive->store, front)
			     : strdup(placing->archive->store);
	char *to = place ? path_join(place, first) : NULL;
	int status = from && to ? disk_rename(from, to, err)
				: error_set(err, ERR_MEMORY, "out of memory");
	if (!status)
		status = disk_sync_directory(place, err);
	free(to);
	free(place);
	free(from);
	return status;
}

/*
 * Puts the object into the store by one rename that brings the missing parent directories with it, so that the store never shows
 * an empty directory:
 *
 *   the store has 3c0/, but not 3c0/ff4/:   WORK/tree/ff4/240/OBJECT,   WORK/tree/ff4 ─▶ STORE/3c0/ff4
 */
static int place_once(const struct placing *placing, struct error *err)
{
	unsigned present;
	int status = unwrap(placing, err);
	if (!status)
		status = count_present(placing, &present, err);
	if (status)
		return status;
	const char *rest = after_components(placing->relative, present); /* "ff4/240/OBJECT" */
	size_t front_len = rest > placing->relative ? (size_t)(rest - placing->relative) - 1 : 0;
	char *front = strndup(placing->relative, front_len);  /* "3c0" */
	char *first = strndup(rest, strcspn(rest, "/"));      /* "ff4" */
	status = front && first ? wrap(placing, rest, err) : error_set(err, ERR_MEMORY, "out of memory");
	if (!status)
		status = bring_in(placing, front, first, err);
	free(first);
	free(front);
	return status;
}

static int place_object(const struct placing *placing, struct error *err)
{
	int status = ERR_EXISTS;
	for (int i = 0; status == ERR_EXISTS && i < PLACE_ATTEMPTS; i++)
		status = place_once(placing, err);
	return status;
}

/* Syncs every directory between the store and the object: an earlier attempt may have renamed and then not synced. */
static int sync_place(const struct archive *archive, const char *relative, struct error *err)
{
	int status = disk_sync_directory(archive->store, err);
	for (const char *slash = strchr(relative, '/'); !status && slash; slash = strchr(slash + 1, '/')) {
		char *path = NULL;
		if (asprintf(&path, "%s/%.*s", archive->store, (int)(slash - relative), relative) < 0)
			return error_set(err, ERR_MEMORY, "out of memory");
		status = disk_sync_directory(path, err);
		free(path);
	}
	return status;
}

/* A first version, unless an earlier attempt has put it in place already. */
static int finish_first(const struct archive *archive, const struct work *work,
	const char *relative, struct error *err)
{
	struct placing placing = {
		.archive = archive,
		.relative = relative,
		.staged = path_join(work_directory(work), "object"),
		.tree = path_join(work_directory(work), "tree"),
	};
	char *target = path_join(archive->store, relative);
	int status = placing.staged && placing.tree && target
			     ? 0
			     : error_set(err, ERR_MEMORY, "out of memory");
	if (!status && !path_is_directory(target))
		status = place_object(&placing, err);
	if (!status)
		status = sync_place(archive, relative, err);
	free(target);
	free(placing.tree);
	free(placing.staged);
	return status;
}

/* A further version: vN into its object and the root inventory after it, under the object's lock. */
static int finish_next(const struct archive *archive, const struct work *work,
	const struct work_state *state, const char *relative, struct error *err)
{
	char *staged = path_join(work_directory(work), state->version);
	char *object = path_join(archive->store, relative);
	char *target = object ? path_join(object, state->version) : NULL;
	int lock = -1;
	int status = staged && target ? 0 : error_set(err, ERR_MEMORY, "out of memory");
	if (!status)
		status = object_lock(object, &lock, err);
	if (!status && path_exists(staged)) {
		status = path_exists(target)
				 ? error_set(err, ERR_EXISTS,
					   "%s has got a version %s from elsewhere meanwhile; what was "
					   "staged stays in %s",
					   state->object_id, state->version, work_directory(work))
				 : disk_rename(staged, target, err);
	}
	if (!status) /* also when an earlier attempt has renamed it: perhaps it could not sync */
		status = disk_sync_directory(object, err);
	if (!status)
		status = object_roll_forward(archive, object, err);
	if (lock >= 0)
		close(lock);
	free(target);
	free(object);
	free(staged);
	return status;
}

/* The end of the ingestion, which no sidecar can tell: it is inside what it describes. */
static int log_ingestion(const struct object *object, const struct work_state *state,
	struct error *err)
{
	bool logged = false;
	int status = event_is_logged(object, state->ingestion_uuid, &logged, err);
	if (status || logged)
		return status;
	struct event event = {
		.time = clock_now(),
		.type = "ine",
		.outcome = "suc",
		.version = state->version,
		.detail = "end of ingestion",
		.note = "all files of the version are in the store and on the medium",
		.software = "Theca " THECA_VERSION,
		.person = state->operator_name,
	};
	strcpy(event.uuid, state->ingestion_uuid);
	return event_append(object, &event, err);
}

int commit_finish(const struct archive *archive, const struct work *work,
	const struct work_state *state, struct object **object, struct error *err)
{
	char *relative = NULL;
	struct object *opened = NULL;
	int status = ocfl_layout_path(state->object_id, &relative, err);
	if (!status)
		status = !strcmp(state->version, "v1")
				 ? finish_first(archive, work, relative, err)
				 : finish_next(archive, work, state, relative, err);
	if (!status)
		status = object_open(&opened, archive, relative, err);
	if (!status && !ocfl_inventory_version(object_inventory(opened), state->version))
		status = error_set(err, ERR_DAMAGED, "%s lacks the version %s that was put into it",
			state->object_id, state->version);
	if (!status)
		status = log_ingestion(opened, state, err);
	free(relative);
	if (status) {
		object_close(opened);
		return status;
	}
	*object = opened;
	return 0;
}

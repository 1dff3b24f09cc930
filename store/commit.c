/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/commit.h"

#include "base/clock.h"
#include "base/disk.h"
#include "base/path.h"
#include "base/text.h"
#include "store/commit_sidecars.h"
#include "store/names.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int commit_image_path(const struct work *work, const char *carrier_id, enum image_format format,
	char **path, struct error *err)
{
	char *name = NULL;
	int status = names_carrier(carrier_id, file_role_suffix(ROLE_IMAGE, format), &name, err);
	if (status)
		return status;
	*path = path_join3(work_directory(work), "content", name);
	free(name);
	return *path ? 0 : error_set(err, ERR_MEMORY, "out of memory");
}

int commit_place_image(const struct work *work, const char *carrier_id, enum image_format format,
	char **path, struct error *err)
{
	char *content = path_join(work_directory(work), "content");
	int status = content ? disk_make_directories(content, err)
			     : error_set(err, ERR_MEMORY, "out of memory");
	free(content);
	return status ? status : commit_image_path(work, carrier_id, format, path, err);
}

int commit_open_image(const struct work *work, const char *carrier_id, enum image_format format)
{
	char *path = NULL;
	if (commit_image_path(work, carrier_id, format, &path, NULL))
		return -1;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	free(path);
	return fd;
}

/* ---- the inventory ---- */

static int add_fixity(struct ocfl_inventory *inventory, const struct deposit_file *file,
	const char *content_path, struct error *err)
{
	static const enum digest_algorithm recorded[] = {DIGEST_SHA256, DIGEST_SHA1, DIGEST_MD5};
	for (size_t i = 0; i < sizeof(recorded) / sizeof(recorded[0]); i++) {
		const char *hex = file->digests.hex[recorded[i]];
		int status = *hex ? ocfl_inventory_add_fixity(
					    inventory, recorded[i], hex, content_path, err)
				  : 0;
		if (status)
			return status;
	}
	return 0;
}

/* Makes rip.json say that nothing was read: the image goes now, and a rip that stops hereafter begins anew. */
static int forget_reads(const struct work *work, const struct work_state *state, struct error *err)
{
	struct work_state unread = *state;
	unread.reads = (struct read_record){0};
	return work_save(work, &unread, err);
}

/* Enters the files; one whose bytes the object holds already is dropped from the content directory: nothing is kept twice. */
static int add_files(struct ocfl_inventory *inventory, const struct deposit *deposit,
	const char *content, const struct work *work, const struct work_state *state,
	struct error *err)
{
	bool dropped = false;
	for (enum file_role role = 0; role < ROLE_COUNT; role++) {
		const struct deposit_file *file = &deposit->files[role];
		const char *content_path;
		bool is_new;
		if (!file->name)
			continue;
		int status = ocfl_inventory_add_file(inventory, file->name,
			file->digests.hex[DIGEST_SHA512], &content_path, &is_new, err);
		if (!status && is_new)
			status = add_fixity(inventory, file, content_path, err);
		if (!status && !is_new && role == ROLE_IMAGE)
			status = forget_reads(work, state, err);
		if (!status && !is_new) {
			char *path = path_join(content, file->name);
			status = path ? disk_remove(path, err)
				      : error_set(err, ERR_MEMORY, "out of memory");
			free(path);
			dropped = true;
		}
		if (status)
			return status;
	}
	return dropped ? disk_sync_directory(content, err) : 0;
}

static int make_inventory(struct ocfl_inventory **out, const struct deposit *deposit,
	const struct object *previous, struct error *err)
{
	char created[CLOCK_TEXT_SIZE];
	struct buffer user = {0};
	const char *name = deposit->operator_name ? deposit->operator_name : "Theca " THECA_VERSION;
	clock_format(clock_now(), created);
	text_encode(&user, name, strlen(name));
	int status = previous ? ocfl_inventory_copy(out, object_inventory(previous), err)
			      : ocfl_inventory_new(out, deposit->object_id, err);
	if (!status)
		status = ocfl_inventory_add_version(*out, created,
			deposit->source.is_drive    ? "Read from a disc in a drive"
			: deposit->source_sheet.len ? "Taken over from a cue sheet and its files"
						    : "Taken over from an image file",
			buffer_text(&user), deposit->operator_address, err);
	buffer_release(&user);
	return status;
}

/* Writes inventory.json and its sidecar into a directory, synced. */
static int write_inventory(const char *directory, const struct buffer *text, struct error *err)
{
	char hex[DIGEST_HEX_SIZE], line[DIGEST_HEX_SIZE + 32];
	int status = digest_bytes(DIGEST_SHA512, text->data, text->len, hex, err);
	if (status)
		return status;
	snprintf(line, sizeof(line), "%s inventory.json\n", hex);
	status = commit_write_file(directory, "inventory.json", text->data, text->len, err);
	if (!status)
		status = commit_write_file(
			directory, "inventory.json.sha512", line, strlen(line), err);
	return status ? status : disk_sync_directory(directory, err);
}

/* ---- staging ---- */

/* Moves content/ into the version directory; when all its files were kept already, OCFL wants no empty directory there. */
static int place_content(const char *content, const char *version, struct error *err)
{
	char *target = path_join(version, "content");
	if (!target)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = disk_rename(content, target, err);
	free(target);
	return status;
}

/* A first version: the whole object is staged, its own namaste and root inventory with it. */
static int stage_object(const char *staged, const struct buffer *inventory, struct error *err)
{
	int status = commit_write_file(staged, "0=ocfl_object_1.1", "ocfl_object_1.1\n", 16, err);
	return status ? status : write_inventory(staged, inventory, err);
}

/* Builds work/object/v1 or work/vN around the content directory. */
static int stage_version(const struct work *work, const struct deposit *deposit,
	const struct buffer *inventory, bool is_first, struct error *err)
{
	char *content = path_join(work_directory(work), "content");
	char *object = path_join(work_directory(work), "object");
	char *version =
		object ? path_join(is_first ? object : work_directory(work), deposit->version)
		       : NULL;
	int status = content && version ? 0 : error_set(err, ERR_MEMORY, "out of memory");
	if (!status)
		status = disk_make_directories(version, err);
	if (!status)
		status = write_inventory(version, inventory, err);
	if (!status)
		status = place_content(content, version, err);
	if (!status)
		status = disk_sync_directory(version, err);
	if (!status && is_first)
		status = stage_object(object, inventory, err);
	if (!status)
		status = disk_sync_directory(work_directory(work), err);
	free(version);
	free(object);
	free(content);
	return status;
}

/* Moves WORK/DIRECTORY/content back to WORK/content, if it is there, before DIRECTORY is removed. Nothing that holds a file is removed. */
static int unstage_from(const char *work, const char *directory, struct error *err)
{
	char *staged = path_join3(work, directory, "content"),
	     *content = path_join(work, "content");
	char *version = path_join(work, directory);
	int status = staged && content && version ? 0 : error_set(err, ERR_MEMORY, "out of memory");
	if (!status && path_exists(staged)) {
		status = disk_remove(
			content, err); /* an empty one makes room, another is an error */
		if (!status)
			status = disk_rename(staged, content, err);
		if (!status)
			status = disk_sync_directory(work, err);
	}
	if (!status)
		status = disk_remove_tree(version, err);
	free(version);
	free(content);
	free(staged);
	return status;
}

/* "v" and digits: nothing else in a work directory begins so. */
static bool is_version_name(const char *name)
{
	return name[0] == 'v' && name[1] && name[1 + strspn(name + 1, "0123456789")] == '\0';
}

struct unstaging {
	const char *work;
	struct error *err;
};

static int unstage_version(void *context, const char *name)
{
	const struct unstaging *unstaging = context;
	return is_version_name(name) ? unstage_from(unstaging->work, name, unstaging->err) : 0;
}

int commit_unstage(const struct work *work, struct error *err)
{
	const char *directory = work_directory(work);
	struct unstaging unstaging = {directory, err};
	char *first = path_join(directory, "object/v1/content");
	if (!first)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = path_exists(first) ? unstage_from(directory, "object/v1", err) : 0;
	free(first);
	if (!status)
		status = path_each(directory, unstage_version, &unstaging, err);
	return status ? status : unstage_from(directory, "object", err);
}

/* Objects made elsewhere may be lawful and yet not in the form in which Theca adds versions. */
static int check_form(const struct ocfl_inventory *inventory, struct error *err)
{
	bool plain = !strcmp(inventory->digest_algorithm, "sha512") &&
		     !strcmp(inventory->content_directory, "content") && inventory->head[1] != '0';
	return plain ? 0
		     : error_set(err, ERR_UNSUPPORTED,
			       "%s was not made by Theca (its digest algorithm, content directory "
			       "or version names are "
			       "others), so no version is added to it",
			       inventory->id);
}

/* Gives the deposit its place: a new object's first version, or the next of the previous one. */
static int assign_version(struct deposit *deposit, const struct object *previous, struct error *err)
{
	char uuid[UUID_SIZE];
	int status = uuid_new(deposit->ingestion_uuid, err);
	if (!status && previous) {
		const struct ocfl_inventory *inventory = object_inventory(previous);
		status = check_form(inventory, err);
		snprintf(deposit->object_id, sizeof(deposit->object_id), "%s", inventory->id);
		snprintf(deposit->version, sizeof(deposit->version), "v%zu",
			inventory->version_count + 1);
	} else if (!status) {
		status = uuid_new(uuid, err);
		snprintf(deposit->object_id, sizeof(deposit->object_id), "urn:uuid:%s", uuid);
		snprintf(deposit->version, sizeof(deposit->version), "v1");
	}
	return status;
}

static int mark_committing(const struct work *work, struct work_state *state,
	const struct deposit *deposit, struct error *err)
{
	state->committing = true;
	strcpy(state->object_id, deposit->object_id);
	strcpy(state->version, deposit->version);
	strcpy(state->ingestion_uuid, deposit->ingestion_uuid);
	int status = work_save(work, state, err);
	if (status)
		state->committing = false;
	return status;
}

int commit_prepare(struct work *work, struct work_state *state, struct deposit *deposit,
	const struct object *previous, struct error *err)
{
	struct ocfl_inventory *inventory = NULL;
	struct buffer text = {0};
	char *content = path_join(work_directory(work), "content");
	int status = content ? 0 : error_set(err, ERR_MEMORY, "out of memory");
	if (!status)
		status = assign_version(deposit, previous, err);
	if (!status)
		status = commit_name_files(deposit, err);
	if (!status)
		status = commit_write_sidecars(content, deposit, err);
	if (!status)
		status = make_inventory(&inventory, deposit, previous, err);
	if (!status)
		status = add_files(inventory, deposit, content, work, state, err);
	if (!status)
		status = ocfl_inventory_format(inventory, &text, err);
	if (!status)
		status = stage_version(work, deposit, &text, !previous, err);
	if (!status)
		status = mark_committing(work, state, deposit, err);
	ocfl_inventory_free(inventory);
	buffer_release(&text);
	free(content);
	return status;
}

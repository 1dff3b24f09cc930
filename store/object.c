/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/object.h"

#include "base/atomic_file.h"
#include "base/digest.h"
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <unistd.h>

struct object {
	char *relative;
	char *directory;
	struct ocfl_inventory *inventory;
	char *problem; /* why the root inventory cannot be trusted, NULL if it can */
};

/* An inventory file as read: trusted when its sidecar's digest is its own. */
struct inventory_file {
	char *bytes;
	size_t len;
	struct ocfl_inventory *parsed; /* NULL if it is no inventory */
	bool trusted;
};

static void inventory_file_release(struct inventory_file *file)
{
	free(file->bytes);
	ocfl_inventory_free(file->parsed);
	*file = (struct inventory_file){0};
}

/* Whether `directory`/inventory.json.ALGORITHM holds the digest of the file's bytes. */
static bool sidecar_agrees(const char *directory, const struct inventory_file *file)
{
	enum digest_algorithm algorithm;
	char hex[DIGEST_HEX_SIZE], *path = NULL, *text = NULL;
	size_t len = 0;
	bool agrees = false;
	if (!digest_by_name(file->parsed->digest_algorithm, &algorithm) ||
		asprintf(&path, "%s/inventory.json.%s", directory, digest_name(algorithm)) < 0)
		return false;
	if (!path_read(path, 4096, &text, &len, NULL) &&
		!digest_bytes(algorithm, file->bytes, file->len, hex, NULL)) {
		size_t digits = strcspn(text, " \t\r\n");
		agrees = digits == strlen(hex) && !strncasecmp(text, hex, digits);
	}
	free(text);
	free(path);
	return agrees;
}

/* Reads directory/inventory.json; ERR_NOT_FOUND if it is not there, ERR_INVALID if it is none. */
static int inventory_file_read(struct inventory_file *file, const char *directory,
	struct error *err)
{
	*file = (struct inventory_file){0};
	char *path = path_join(directory, "inventory.json");
	if (!path)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = path_read(path, OCFL_INVENTORY_LIMIT, &file->bytes, &file->len, err);
	if (!status) {
		status = ocfl_inventory_parse(&file->parsed, file->bytes, file->len, err);
		if (status)
			error_prefix(err, "%s", path);
	}
	free(path);
	if (!status)
		file->trusted = sidecar_agrees(directory, file);
	return status;
}

/* The inventory copy inside version v`number`; a trusted one only, and only if it says that it is of that version. */
static bool version_inventory_read(struct inventory_file *file, const char *directory,
	unsigned number)
{
	char name[16], *path;
	snprintf(name, sizeof(name), "v%u", number);
	path = path_join(directory, name);
	if (!path)
		return false;
	bool usable = !inventory_file_read(file, path, NULL) && file->trusted &&
		      !strcmp(file->parsed->head, name);
	free(path);
	if (!usable)
		inventory_file_release(file);
	return usable;
}

static unsigned head_number(const struct ocfl_inventory *inventory)
{
	return (unsigned)strtoul(inventory->head + 1, NULL, 10);
}

/* What the files of an object directory say together. */
enum object_state {
	OBJECT_SETTLED,  /* the root inventory is whole and current */
	OBJECT_PENDING,  /* a commit was cut short: the newest version's own inventory is to become the root's */
	OBJECT_DAMAGED,  /* the root inventory is not what was written; an older truth may be in `best` */
};

/*
 * Reads the inventories; *best is the one to believe. A commit puts vN in place first, then the root inventory, then its sidecar,
 * so the two half-way states are recognised exactly and anything else is damage.
 */
static int look_at_inventories(const char *directory, struct inventory_file *best,
	enum object_state *state, struct error *err)
{
	struct inventory_file root, next = {0};
	int status = inventory_file_read(&root, directory, err);
	if (!status && root.trusted) {
		*best = root;
		*state = OBJECT_SETTLED;
		if (version_inventory_read(&next, directory, head_number(root.parsed) + 1) &&
			!strcmp(next.parsed->id, root.parsed->id)) {
			inventory_file_release(&root);
			*best = next;
			*state = OBJECT_PENDING;
		} else {
			inventory_file_release(&next);
		}
		return 0;
	}
	if (!status && version_inventory_read(&next, directory, head_number(root.parsed)) &&
		next.len == root.len && !memcmp(next.bytes, root.bytes, root.len)) {
		*best = next;
		*state = OBJECT_PENDING;
		inventory_file_release(&root);
		return 0;
	}
	inventory_file_release(&root);
	inventory_file_release(&next);
	if (status == ERR_NOT_FOUND || status == ERR_MEMORY)
		return status;
	unsigned newest = 0;
	while (version_inventory_read(&next, directory, newest + 1)) {
		inventory_file_release(best);
		*best = next;
		newest++;
	}
	if (!newest)
		return error_set(err, ERR_DAMAGED,
			"the inventory of %s is not what was written, and no version has a good copy", directory);
	*state = OBJECT_DAMAGED;
	return 0;
}

/* Makes the newest version's inventory the root's: the last two steps of a commit. */
static int roll_forward(const struct archive *archive, const char *directory,
	const struct inventory_file *best, struct error *err)
{
	char hex[DIGEST_HEX_SIZE], *inventory = path_join(directory, "inventory.json");
	char *sidecar = NULL, *line = NULL;
	enum digest_algorithm algorithm = DIGEST_SHA512;
	digest_by_name(best->parsed->digest_algorithm, &algorithm);
	int status = digest_bytes(algorithm, best->bytes, best->len, hex, err);
	if (!status && (!inventory || asprintf(&sidecar, "%s.%s", inventory, digest_name(algorithm)) < 0 ||
			       asprintf(&line, "%s inventory.json\n", hex) < 0))
		status = error_set(err, ERR_MEMORY, "out of memory");
	if (!status)
		status = atomic_file_replace(inventory, archive->work, best->bytes, best->len, err);
	if (!status)
		status = atomic_file_replace(sidecar, archive->work, line, strlen(line), err);
	free(line);
	free(sidecar);
	free(inventory);
	return status;
}

int object_lock(const char *directory, int *fd, struct error *err)
{
	*fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd >= 0 && !flock(*fd, LOCK_EX))
		return 0;
	int e = errno;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return error_set_errno(err, e, "cannot lock %s", directory);
}

int object_roll_forward(const struct archive *archive, const char *directory, struct error *err)
{
	struct inventory_file best = {0};
	enum object_state state = OBJECT_SETTLED;
	int status = look_at_inventories(directory, &best, &state, err);
	if (!status && state == OBJECT_PENDING)
		status = roll_forward(archive, directory, &best, err);
	inventory_file_release(&best);
	return status;
}

/* Looks once more under the object's lock, since another process may be in the middle of it, and finishes what is pending. */
static int settle(const struct archive *archive, const char *directory,
	struct inventory_file *best, enum object_state *state, struct error *err)
{
	int fd;
	int status = object_lock(directory, &fd, err);
	if (status)
		return status;
	inventory_file_release(best);
	status = look_at_inventories(directory, best, state, err);
	if (!status && *state == OBJECT_PENDING) {
		status = roll_forward(archive, directory, best, err);
		if (!status)
			*state = OBJECT_SETTLED;
	}
	close(fd);
	return status;
}

static int open_directory(struct object *object, const struct archive *archive, struct error *err)
{
	struct inventory_file best = {0};
	enum object_state state = OBJECT_SETTLED;
	int status = look_at_inventories(object->directory, &best, &state, err);
	if (!status && state == OBJECT_PENDING && archive->writable)
		status = settle(archive, object->directory, &best, &state, err);
	if (!status && state == OBJECT_DAMAGED) {
		object->problem = strdup("the root inventory is not what was written; "
					 "a version's own copy was used instead");
		if (!object->problem)
			status = error_set(err, ERR_MEMORY, "out of memory");
	}
	if (!status) {
		object->inventory = best.parsed;
		best.parsed = NULL;
	}
	inventory_file_release(&best);
	return status;
}

int object_open(struct object **out, const struct archive *archive, const char *relative,
	struct error *err)
{
	if (!path_is_contained(relative))
		return error_set(err, ERR_INVALID,
			"an object is said to lie outside the store and is left alone there");
	struct object *object = calloc(1, sizeof(*object));
	if (!object)
		return error_set(err, ERR_MEMORY, "out of memory");
	object->relative = strdup(relative);
	object->directory = path_join(archive->store, relative);
	int status = !object->relative || !object->directory
			     ? error_set(err, ERR_MEMORY, "out of memory")
			     : open_directory(object, archive, err);
	if (status) {
		object_close(object);
		return status;
	}
	*out = object;
	return 0;
}

void object_close(struct object *object)
{
	if (!object)
		return;
	ocfl_inventory_free(object->inventory);
	free(object->problem);
	free(object->relative);
	free(object->directory);
	free(object);
}

int object_check_id(const struct object *object, const char *object_id, struct error *err)
{
	if (!strcmp(object->inventory->id, object_id))
		return 0;
	return error_set(err, ERR_NOT_FOUND, "in its place, %s, lies another object, %s",
		object->directory, object->inventory->id);
}

const char *object_relative(const struct object *object)
{
	return object->relative;
}

const char *object_directory(const struct object *object)
{
	return object->directory;
}

const struct ocfl_inventory *object_inventory(const struct object *object)
{
	return object->inventory;
}

const char *object_problem(const struct object *object)
{
	return object->problem;
}

int object_file_path(const struct object *object, const char *version, const char *logical_path,
	char **path, struct error *err)
{
	const struct ocfl_version *v = ocfl_inventory_version(object->inventory, version);
	for (size_t i = 0; v && i < v->state_count; i++) {
		if (strcmp(v->state[i].logical_path, logical_path))
			continue;
		const char *content =
			ocfl_inventory_content_path(object->inventory, v->state[i].digest);
		*path = content ? path_join(object->directory, content) : NULL;
		return *path ? 0 : error_set(err, ERR_MEMORY, "out of memory");
	}
	return error_set(err, ERR_NOT_FOUND, "version %s of %s has no file %s", version,
		object->inventory->id, logical_path);
}

const char *object_file_of_role(const struct object *object, const char *version,
	enum file_role role)
{
	const struct ocfl_version *v = ocfl_inventory_version(object->inventory, version);
	bool has_ending_in_common = role == ROLE_SHEET || role == ROLE_SOURCE_SHEET;
	const char *image =
		has_ending_in_common ? object_file_of_role(object, version, ROLE_IMAGE) : NULL;
	for (size_t i = 0; v && i < v->state_count; i++) {
		enum file_role found;
		if (file_role_beside(v->state[i].logical_path, image, &found) && found == role)
			return v->state[i].logical_path;
	}
	return NULL;
}

/* The largest file of a role that is read into memory, in bytes; the map of a DVD read in every other sector has 70 MB. */
static size_t role_limit(enum file_role role)
{
	return (size_t)(role == ROLE_MAP || role == ROLE_READS ? 128 : 16) << 20;
}

/* Reads the file of a role into memory; *path (the caller frees) is for messages. */
static int read_role(const struct object *object, const char *version, enum file_role role,
	char **path, char **bytes, size_t *len, struct error *err)
{
	const char *name = object_file_of_role(object, version, role);
	*path = NULL;
	*bytes = NULL;
	if (!name)
		return error_set(err, ERR_NOT_FOUND, "version %s of %s has no %s file", version,
			object->inventory->id, file_role_name(role));
	int status = object_file_path(object, version, name, path, err);
	return status ? status : path_read(*path, role_limit(role), bytes, len, err);
}

int object_read_premis(const struct object *object, const char *version, struct premis **out,
	struct error *err)
{
	char *path, *bytes;
	size_t len = 0;
	int status = read_role(object, version, ROLE_PREMIS, &path, &bytes, &len, err);
	if (!status)
		status = premis_read(out, bytes, len, path, err);
	free(bytes);
	free(path);
	return status;
}

/*
 * Shortens a reads.json to what stands before its last member, the ranges, and closes it again: a badly damaged disc has hundreds of
 * thousands. A line that begins so can only be that member, since no JSON string holds a line break. Another shape is left as it is.
 */
static void leave_out_ranges(char *bytes, size_t *len)
{
	static const char before[] = ",\n  \"ranges\": [", after[] = "]\n}\n", end[] = "\n}\n";
	const size_t tail = sizeof(after) - 1;
	char *ranges = memmem(bytes, *len, before, sizeof(before) - 1);
	if (!ranges || memcmp(bytes + *len - tail, after, tail) != 0)
		return;
	memcpy(ranges, end, sizeof(end) - 1);
	*len = (size_t)(ranges - bytes) + sizeof(end) - 1;
}

int object_read_reads(const struct object *object, const char *version, struct jv **out,
	struct error *err)
{
	char *path, *bytes;
	size_t len = 0;
	int status = read_role(object, version, ROLE_READS, &path, &bytes, &len, err);
	if (!status) {
		leave_out_ranges(bytes, &len);
		status = jv_parse(bytes, len, out, err);
		if (status)
			error_prefix(err, "%s", path);
	}
	free(bytes);
	free(path);
	return status;
}

int object_read_map(const struct object *object, const char *version, struct damage_map **out,
	struct error *err)
{
	char *path, *bytes;
	size_t len = 0;
	const char *image = object_file_of_role(object, version, ROLE_IMAGE);
	uint32_t sector_size = image ? file_sector_size(image) : DISC_SECTOR_SIZE;
	int status = read_role(object, version, ROLE_MAP, &path, &bytes, &len, err);
	if (!status) {
		status = damage_map_parse(out, sector_size, (const uint8_t *)bytes, len, err);
		if (status)
			error_prefix(err, "%s", path);
	}
	free(bytes);
	free(path);
	return status;
}

char *object_log_directory(const struct object *object)
{
	return path_join(object->directory, "logs");
}

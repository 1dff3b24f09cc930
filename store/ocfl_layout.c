/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ocfl_layout.h"

#include "base/bytes.h"
#include "base/digest.h"
#include "base/disk.h"
#include "base/json.h"
#include "base/path.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LAYOUT "0003-hash-and-id-n-tuple-storage-layout"
#define DECLARATION "0=ocfl_1.1"
#define DECLARED "ocfl_1.1\n"
#define OBJECT_DECLARATION "0=ocfl_object_"
#define LAYOUT_FILE "ocfl_layout.json"
#define CONFIG_FILE "extensions/" LAYOUT "/config.json"
#define ALGORITHM "sha256"
#define TUPLE_SIZE 3u
#define TUPLES 3u
#define MAX_ENCODED 100u /* characters of an encoded id before the digest takes over */
#define SMALL_FILE 65536u /* bytes; no file of the root's own has 1000 */
#define MAX_DEPTH 16u

/* ---- where an object lies ---- */

static void encode_id(struct buffer *out, const char *id)
{
	static const char safe[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	for (; *id; id++) {
		if (strchr(safe, *id))
			buffer_putc(out, *id);
		else
			buffer_printf(out, "%%%02x", (unsigned char)*id);
	}
}

int ocfl_layout_path(const char *object_id, char **relative, struct error *err)
{
	struct buffer path = {0}, name = {0};
	char digest[DIGEST_HEX_SIZE];
	if (!*object_id)
		return error_set(err, ERR_USAGE, "an object needs an id");
	int status = digest_bytes(DIGEST_SHA256, object_id, strlen(object_id), digest, err);
	if (status)
		return status;
	for (size_t i = 0; i < TUPLES; i++)
		buffer_printf(&path, "%.*s/", (int)TUPLE_SIZE, digest + i * TUPLE_SIZE);
	encode_id(&name, object_id);
	if (name.len > MAX_ENCODED)
		buffer_printf(&path, "%.*s-%s", (int)MAX_ENCODED, buffer_text(&name), digest);
	else
		buffer_puts(&path, buffer_text(&name));
	path.failed |= name.failed;
	buffer_release(&name);
	*relative = buffer_steal(&path);
	return *relative ? 0 : error_set(err, ERR_MEMORY, "out of memory");
}

/* The name of an object's directory decoded, in which only characters that encode_id writes may stand; false if it is no such name. */
static bool decode_id(struct buffer *out, const char *name)
{
	for (; *name; name++) {
		uint8_t byte = (uint8_t)*name;
		char hex[3] = {0};
		if (*name == '%') {
			memcpy(hex, name + 1, strnlen(name + 1, 2));
			if (!bytes_from_hex(hex, &byte, 1) || !byte)
				return false;
			name += 2;
		}
		buffer_putc(out, (char)byte);
	}
	return !out->failed;
}

char *ocfl_layout_id(const char *relative)
{
	struct buffer id = {0};
	char *path = NULL;
	bool known = decode_id(&id, path_name(relative)) && id.len &&
		     text_is_clean(id.data, id.len) && !ocfl_layout_path(buffer_text(&id), &path, NULL) && !strcmp(path, relative);
	free(path);
	if (known)
		return buffer_steal(&id);
	buffer_release(&id);
	return NULL;
}

/* ---- the root's own files ---- */

static struct jv *layout_json(void)
{
	struct jv *layout = jv_new_object();
	jv_set_text(layout, "extension", LAYOUT);
	jv_set_text(layout, "description",
		"Each object lies three directories deep: three times three digits of the SHA-256 "
		"of "
		"its id, then the id itself, percent-encoded.");
	return layout;
}

static struct jv *config_json(void)
{
	struct jv *config = jv_new_object();
	jv_set_text(config, "extensionName", LAYOUT);
	jv_set_text(config, "digestAlgorithm", ALGORITHM);
	jv_set_int(config, "tupleSize", TUPLE_SIZE);
	jv_set_int(config, "numberOfTuples", TUPLES);
	return config;
}

static int write_file(
	const char *directory, const char *name, const void *bytes, size_t len, struct error *err)
{
	char *path = path_join(directory, name);
	if (!path)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = disk_write_new(path, bytes, len, err);
	free(path);
	return status;
}

/* Takes over json. */
static int write_json(const char *directory, const char *name, struct jv *json, struct error *err)
{
	struct buffer bytes = {0};
	int status = jv_dump(json, JV_PRETTY, &bytes, err);
	if (!status)
		status = write_file(directory, name, bytes.data, bytes.len, err);
	buffer_release(&bytes);
	jv_free(json);
	return status;
}

static int write_config(const char *directory, struct error *err)
{
	char *extension = path_join3(directory, "extensions", LAYOUT);
	int status = extension ? disk_make_directories(extension, err)
			       : error_set(err, ERR_MEMORY, "out of memory");
	if (!status)
		status = write_json(extension, "config.json", config_json(), err);
	if (!status)
		status = disk_sync_directory(extension, err);
	free(extension);
	return status;
}

/* The declaration comes last: with it the directory becomes a storage root. */
int ocfl_root_create(const char *directory, struct error *err)
{
	int status = write_config(directory, err);
	if (!status)
		status = write_json(directory, LAYOUT_FILE, layout_json(), err);
	if (!status)
		status = disk_sync_directory(directory, err);
	if (!status)
		status = write_file(directory, DECLARATION, DECLARED, strlen(DECLARED), err);
	if (!status)
		status = disk_sync_directory(directory, err);
	return status;
}

/* ---- checking a root ---- */

static int check_declaration(const char *directory, struct error *err)
{
	char *path = path_join(directory, DECLARATION), *bytes = NULL;
	size_t len = 0;
	if (!path)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = path_read(path, SMALL_FILE, &bytes, &len, err);
	if (status == ERR_NOT_FOUND)
		status = error_set(err, ERR_OFFLINE,
			"%s holds no OCFL 1.1 storage root (there is no file " DECLARATION
			"): is the disk that belongs there mounted?",
			directory);
	else if (!status && (len != strlen(DECLARED) || memcmp(bytes, DECLARED, len)))
		status = error_set(err, ERR_INVALID,
			"%s does not hold the line \"ocfl_1.1\": restore it from a copy", path);
	free(bytes);
	free(path);
	return status;
}

static int read_json(const char *directory, const char *name, struct jv **out, struct error *err)
{
	char *path = path_join(directory, name), *bytes = NULL;
	size_t len = 0;
	if (!path)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = path_read(path, SMALL_FILE, &bytes, &len, err);
	if (status == ERR_NOT_FOUND) {
		status = error_set(err, ERR_INVALID,
			"%s is missing from the OCFL storage root: restore it from a copy", path);
	} else if (!status) {
		status = jv_parse(bytes, len, out, err);
		if (status)
			error_prefix(err, "%s", path);
	}
	free(bytes);
	free(path);
	return status;
}

static bool text_is(const struct jv *object, const char *key, const char *wanted)
{
	const char *text = jv_get_text(object, key);
	return text && !strcmp(text, wanted);
}

static int check_layout(const char *directory, struct error *err)
{
	struct jv *layout = NULL;
	int status = read_json(directory, LAYOUT_FILE, &layout, err);
	if (!status && !text_is(layout, "extension", LAYOUT))
		status = error_set(err, ERR_UNSUPPORTED,
			"%s/" LAYOUT_FILE " names another layout than " LAYOUT
			", the one Theca stores by",
			directory);
	jv_free(layout);
	return status;
}

/* The extension's own defaults stand for what its configuration leaves out. */
static int check_config(const char *directory, struct error *err)
{
	struct jv *config = NULL;
	int status = read_json(directory, CONFIG_FILE, &config, err);
	if (status)
		return status;
	const char *algorithm = jv_get_text(config, "digestAlgorithm");
	bool is_ours =
		text_is(config, "extensionName", LAYOUT) &&
		(!algorithm ? !jv_get(config, "digestAlgorithm") : !strcmp(algorithm, ALGORITHM)) &&
		(!jv_get(config, "tupleSize") ||
			jv_get_int(config, "tupleSize", -1) == TUPLE_SIZE) &&
		(!jv_get(config, "numberOfTuples") ||
			jv_get_int(config, "numberOfTuples", -1) == TUPLES);
	if (!is_ours)
		status = error_set(err, ERR_UNSUPPORTED,
			"%s/" CONFIG_FILE " sets up the layout in another way than Theca stores by "
			"(" ALGORITHM ", tuples of 3, 3 tuples)",
			directory);
	jv_free(config);
	return status;
}

int ocfl_root_check(const char *directory, struct error *err)
{
	int status = check_declaration(directory, err);
	if (!status)
		status = check_layout(directory, err);
	if (!status)
		status = check_config(directory, err);
	return status;
}

/* ---- walking a root ---- */

struct walk {
	const char *root;
	int (*visit)(void *context, const char *relative);
	void *context;
	struct error *err;
	unsigned depth;
	const char *at; /* the directory being listed, from the root; NULL for the root itself */
	bool is_object; /* its names say so */
};

/* An object that has lost its declaration or its inventory is one all the same: it must not drop out of sight. */
static int look_for_object(void *context, const char *name)
{
	struct walk *walk = context;
	if (!strncmp(name, OBJECT_DECLARATION, strlen(OBJECT_DECLARATION)) ||
		!strcmp(name, "inventory.json"))
		walk->is_object = true;
	return 0;
}

/* 1 for a directory, 0 for anything else, also what is gone by now; a negative errno. */
static int is_real_directory(const char *path)
{
	struct stat st;
	if (lstat(path, &st))
		return errno == ENOENT ? 0 : -errno;
	return S_ISDIR(st.st_mode);
}

static int walk_child(void *context, const char *name);

/* Visits the object in the directory or, if it is none, what lies below it. */
static int walk_directory(const struct walk *outer, const char *relative)
{
	struct walk walk = *outer;
	char *path = path_join(walk.root, relative);
	if (!path)
		return error_set(walk.err, ERR_MEMORY, "out of memory");
	walk.at = relative;
	walk.is_object = false;
	walk.depth++;
	int status = path_each(path, look_for_object, &walk, walk.err);
	if (status && status != ERR_MEMORY && path_exists(walk.root))
		status = walk.visit(walk.context, relative); /* what cannot be looked into must not drop out of sight */
	else if (!status && walk.is_object)
		status = walk.visit(walk.context, relative);
	else if (!status && walk.depth < MAX_DEPTH)
		status = path_each(path, walk_child, &walk, walk.err);
	free(path);
	return status;
}

static int walk_child(void *context, const char *name)
{
	const struct walk *walk = context;
	if (!walk->at && !strcmp(name, "extensions"))
		return 0;
	char *relative = walk->at ? path_join(walk->at, name) : strdup(name);
	char *path = relative ? path_join(walk->root, relative) : NULL;
	int kind = path ? is_real_directory(path) : 0, status = 0;
	if (!path)
		status = error_set(walk->err, ERR_MEMORY, "out of memory");
	else if (kind < 0)
		status = error_set_errno(walk->err, -kind, "cannot look at %s", path);
	else if (kind)
		status = walk_directory(walk, relative);
	free(path);
	free(relative);
	return status;
}

int ocfl_root_each(const char *directory, int (*visit)(void *context, const char *relative),
	void *context, struct error *err)
{
	struct walk walk = {.root = directory, .visit = visit, .context = context, .err = err};
	return path_each(directory, walk_child, &walk, err);
}

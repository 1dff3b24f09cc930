/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/commit_sidecars.h"

#include "base/disk.h"
#include "base/path.h"
#include "image/cue.h"
#include "store/chunks.h"
#include "store/names.h"
#include "store/premis.h"
#include "store/sidecars.h"

#include <stdlib.h>

/* The contents of each sidecar. */
static int map_bytes(const struct deposit *deposit, struct buffer *out, struct error *err)
{
	damage_map_format(deposit->map, deposit->sector_size,
		"Mapfile. Created by Theca " THECA_VERSION, out);
	return out->failed ? error_set(err, ERR_MEMORY, "out of memory") : 0;
}

static int chunk_bytes(const struct deposit *deposit, struct buffer *out, struct error *err)
{
	const struct deposit_file *image = &deposit->files[ROLE_IMAGE];
	uint32_t sectors = deposit->format == IMAGE_BINCUE ? CHUNK_RAW_SECTORS : CHUNK_SECTORS;
	struct chunk_list list = {
		.chunk_size = sectors * deposit->sector_size,
		.sector_size = deposit->sector_size,
		.file_size = image->size,
		.file_name = image->name,
		.digests = deposit->pieces,
		.count = deposit->piece_count,
	};
	chunk_list_format(&list, out);
	return out->failed ? error_set(err, ERR_MEMORY, "out of memory") : 0;
}

static int sheet_bytes(const struct deposit *deposit, struct buffer *out, struct error *err)
{
	return cue_write(&deposit->disc, deposit->files[ROLE_IMAGE].name, out, err);
}

static int source_sheet_bytes(const struct deposit *deposit, struct buffer *out, struct error *err)
{
	buffer_add(out, deposit->source_sheet.data, deposit->source_sheet.len);
	return out->failed ? error_set(err, ERR_MEMORY, "out of memory") : 0;
}

typedef int sidecar_bytes(const struct deposit *deposit, struct buffer *out, struct error *err);

/* In the order in which they are written: PREMIS names all before it. */
static sidecar_bytes *const sidecars[ROLE_COUNT] = {
	[ROLE_SHEET] = sheet_bytes,
	[ROLE_SOURCE_SHEET] = source_sheet_bytes,
	[ROLE_MAP] = map_bytes,
	[ROLE_READS] = sidecar_reads_json,
	[ROLE_CHUNKS] = chunk_bytes,
	[ROLE_LOG] = sidecar_log_text,
	[ROLE_PREMIS] = premis_write,
};

/* Whether the version gets a file of that role. */
static bool has_role(const struct deposit *deposit, enum file_role role)
{
	if (role == ROLE_SHEET)
		return deposit->format == IMAGE_BINCUE;
	return role != ROLE_SOURCE_SHEET || deposit->source_sheet.len;
}

int commit_name_files(struct deposit *deposit, struct error *err)
{
	int status = 0;
	for (enum file_role role = 0; role < ROLE_COUNT && !status; role++) {
		struct deposit_file *file = &deposit->files[role];
		file->role = role;
		if (!has_role(deposit, role))
			continue;
		status = names_carrier(deposit->carrier.id, file_role_suffix(role, deposit->format),
			&file->name, err);
		if (!status)
			status = uuid_new(file->uuid, err);
	}
	for (size_t i = 0; i < deposit->bitstream_count && !status; i++)
		status = uuid_new(deposit->bitstreams[i].uuid, err);
	deposit->files[ROLE_IMAGE].size =
		(uint64_t)disc_image_sectors(&deposit->disc) * deposit->sector_size;
	deposit->files[ROLE_IMAGE].digests = deposit->image_digests;
	return status;
}

/* The digests to record of bytes in memory; sha512, which names the file in the inventory, is always among them. */
static int digest_sidecar(struct deposit_file *file, unsigned algorithms, const struct buffer *text,
	struct error *err)
{
	for (int i = 0; i < DIGEST_COUNT; i++) {
		if (!(algorithms & DIGEST_BIT(i)))
			continue;
		int status = digest_bytes(
			(enum digest_algorithm)i, text->data, text->len, file->digests.hex[i], err);
		if (status)
			return status;
	}
	file->size = text->len;
	return 0;
}

int commit_write_file(
	const char *directory, const char *name, const void *bytes, size_t len, struct error *err)
{
	char *path = path_join(directory, name);
	if (!path)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = disk_remove(path, err);
	if (!status)
		status = disk_write_new(path, bytes, len, err);
	free(path);
	return status;
}

/* What an earlier, stopped attempt at another source or format may have left: the version has no such file. */
static int drop_leftover(
	const char *content, const char *carrier_id, const char *suffix, struct error *err)
{
	char *name = NULL;
	int status = names_carrier(carrier_id, suffix, &name, err);
	char *path = status ? NULL : path_join(content, name);
	if (!status && !path)
		status = error_set(err, ERR_MEMORY, "out of memory");
	if (!status)
		status = disk_remove(path, err);
	free(path);
	free(name);
	return status;
}

static int write_sidecar(
	const char *content, struct deposit *deposit, enum file_role role, struct error *err)
{
	struct deposit_file *file = &deposit->files[role];
	struct buffer text = {0};
	int status = sidecars[role](deposit, &text, err);
	if (!status)
		status = digest_sidecar(file, deposit->digests, &text, err);
	if (!status)
		status = commit_write_file(content, file->name, text.data, text.len, err);
	buffer_release(&text);
	return status;
}

int commit_write_sidecars(const char *content, struct deposit *deposit, struct error *err)
{
	const char *id = deposit->carrier.id;
	enum image_format format = deposit->format;
	enum image_format other = format == IMAGE_ISO ? IMAGE_BINCUE : IMAGE_ISO;
	int status = drop_leftover(content, id, file_role_suffix(ROLE_IMAGE, other), err);
	for (enum file_role role = 0; role < ROLE_COUNT && !status; role++) {
		if (!sidecars[role])
			continue;
		status = deposit->files[role].name
				 ? write_sidecar(content, deposit, role, err)
				 : drop_leftover(content, id, file_role_suffix(role, format), err);
	}
	return status ? status : disk_sync_directory(content, err);
}

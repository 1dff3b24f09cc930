/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/sheet_check.h"

#include "image/sheet_files.h"
#include "image/sheet_layout.h"

#include <stdlib.h>

/* The least that each file can be: one sector behind its last index. */
static void assume_sizes(const struct cue *cue, struct sheet_size sizes[CUE_MAX_FILES])
{
	uint32_t at[CUE_MAX_FILES] = {0};
	unsigned sector_size[CUE_MAX_FILES] = {0};
	for (size_t i = 0; i < cue->file_count; i++)
		sizes[i] = (struct sheet_size){.is_wave = cue->files[i].type == CUE_WAVE};
	for (size_t i = 0; i < cue->track_count; i++)
		for (size_t j = 0; j < cue->tracks[i].index_count; j++) {
			const struct cue_index *index = &cue->tracks[i].indexes[j];
			size_t file = index->file;
			if (!sector_size[file])
				sector_size[file] = cue->tracks[i].sector_size;
			sizes[file].bytes +=
				(uint64_t)(index->sector - at[file]) * sector_size[file];
			at[file] = index->sector;
			sector_size[file] = cue->tracks[i].sector_size;
		}
	for (size_t i = 0; i < cue->file_count; i++)
		sizes[i].bytes += sector_size[i];
}

static int try_layout(
	const struct cue *cue, cue_listener *listener, void *context, struct error *err)
{
	struct sheet_size sizes[CUE_MAX_FILES];
	struct sheet_layout layout;
	struct disc *disc = malloc(sizeof(*disc));
	if (!disc)
		return error_set(err, ERR_MEMORY, "out of memory");
	assume_sizes(cue, sizes);
	int status = sheet_layout_make(&layout, disc, cue, sizes, listener, context, err);
	if (!status)
		sheet_layout_release(&layout);
	free(disc);
	return status;
}

int sheet_check(const struct cue *cue, cue_listener *listener, void *context, struct error *err)
{
	int status = 0;
	for (size_t i = 0; !status && i < cue->file_count; i++)
		status = sheet_file_check(&cue->files[i], err);
	return status ? status : try_layout(cue, listener, context, err);
}

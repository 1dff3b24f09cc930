/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes are read and checked as a cue sheet; what is accepted keeps the promises of image/cue.h, and every word is clean. */
#include "base/text.h"
#include "image/cue.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void listen(void *context, enum cue_severity severity, unsigned line, const char *words)
{
	size_t *errors = context;
	(void)line;
	*errors += severity == CUE_ERROR;
	must(text_is_clean(words, strlen(words)));
}

static void judge_track(const struct cue *cue, const struct cue_track *track)
{
	size_t starts = 0;
	must(track->number >= 1 && track->number <= 99 && track->session >= 1 &&
		track->session <= cue->session_count);
	must(track->index_count >= 1 && track->index_count <= 100);
	must(track->sector_size == 2352 || track->sector_size == 2336 ||
		track->sector_size == 2048);
	must(strlen(track->isrc) == 0 || strlen(track->isrc) == 12);
	for (size_t i = 0; i < track->index_count; i++) {
		const struct cue_index *index = &track->indexes[i];
		starts += index->number == 1;
		must(index->file < cue->file_count);
		if (!i)
			continue;
		must(index->number == index[-1].number + 1 && index->file >= index[-1].file);
		must(index->file > index[-1].file || index->sector >= index[-1].sector);
	}
	must(starts == 1);
}

static void judge(const struct cue *cue)
{
	must(cue->track_count >= 1 && cue->track_count <= DISC_MAX_TRACKS && cue->file_count >= 1);
	must(strlen(cue->mcn) == 0 || strlen(cue->mcn) == 13);
	for (size_t i = 0; i < cue->file_count; i++)
		if (cue->files[i].name)
			must(text_is_clean(cue->files[i].name, strlen(cue->files[i].name)));
	for (size_t i = 0; i < cue->track_count; i++) {
		judge_track(cue, &cue->tracks[i]);
		must(!i || cue->tracks[i].number == cue->tracks[i - 1].number + 1);
	}
	for (unsigned track = 0; track <= DISC_MAX_TRACKS; track++)
		for (enum disc_text_field field = 0; field < TEXT_FIELD_COUNT; field++) {
			const char *text = disc_text_of(&cue->text, track, field);
			must(!text || text_is_clean(text, strlen(text)));
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cue *cue = NULL;
	struct error err = {0};
	size_t errors = 0, told = 0, told_by_reader = 0;
	must(!cue_check(data, size, listen, &told, &errors, &err));
	must(told <= errors && !told == !errors);
	int status = cue_read(&cue, data, size, listen, &told_by_reader, &err);
	must(!told_by_reader);
	if (status) {
		must(status == ERR_INVALID && !cue &&
			text_is_clean(err.message, strlen(err.message)));
		return 0;
	}
	judge(cue);
	cue_free(cue);
	return 0;
}

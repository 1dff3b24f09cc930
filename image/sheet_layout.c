/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/sheet_layout.h"

#include "base/bytes.h"
#include "image/sheet_gap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR_LIMIT 0x7FFFFFFFu /* of a disc; far beyond any, and sums stay within 32 bits */

/* An index, in the order of the sheet. */
struct mark {
	const struct cue_track *track;
	size_t place; /* of the track in the sheet and on the disc */
	const struct cue_index *index;
};

struct builder {
	const struct cue *cue;
	const struct sheet_size *sizes;
	cue_listener *listener;
	void *context;
	struct sheet_layout *layout;
	struct disc *disc;
	struct mark *marks;
	size_t mark_count;
	uint64_t sector, lba; /* the next of the image and of the disc */
	uint64_t pregap_lba; /* where the pregap of the track at hand begins */
	uint64_t offset; /* bytes, in the file at hand: the next */
	uint64_t reached; /* sectors, in the file of the mark before: up to the next or its end */
};

static void warn_of_file(
	const struct builder *builder, size_t file, unsigned line, const char *words)
{
	struct buffer text = {0};
	if (!builder->listener)
		return;
	buffer_printf(&text, "%s %s", builder->cue->files[file].name, words);
	builder->listener(builder->context, CUE_WARNING, line, buffer_text(&text));
	buffer_release(&text);
}

/* ---- marks ---- */

static bool same_file(const struct mark *a, const struct mark *b)
{
	return a->index->file == b->index->file;
}

static const struct mark *mark_before(const struct builder *builder, size_t k)
{
	return k ? &builder->marks[k - 1] : NULL;
}

static const struct mark *mark_after(const struct builder *builder, size_t k)
{
	return k + 1 < builder->mark_count ? &builder->marks[k + 1] : NULL;
}

/*
 * What the rest of the code relies on: an INDEX 01, behind INDEX 00 at most, and a session that
 * exists.
 */
static int check_track(const struct cue_track *track, struct error *err)
{
	size_t first = track->index_count && track->indexes[0].number == 0 ? 1 : 0;
	if (first >= track->index_count || track->indexes[first].number != 1)
		return error_set(err, ERR_INVALID, "line %u: track %u has no INDEX 01", track->line,
			track->number);
	if (track->index_count - first - 1 > DISC_MAX_INDEXES)
		return error_set(err, ERR_INVALID, "line %u: track %u has too many indexes",
			track->line, track->number);
	if (track->session < 1 || track->session > DISC_MAX_SESSIONS)
		return error_set(err, ERR_INVALID, "line %u: there is no session %u on a disc",
			track->line, track->session);
	return 0;
}

static int check_mark(const struct builder *builder, size_t k, struct error *err)
{
	const struct mark *mark = &builder->marks[k], *before = mark_before(builder, k);
	const struct cue_index *index = mark->index;
	size_t first_file = before ? before->index->file : 0;
	if (index->file >= builder->cue->file_count)
		return error_set(
			err, ERR_INVALID, "line %u: this INDEX is in no FILE", index->line);
	if (index->file < first_file ||
		(before && index->file == first_file && index->sector < before->index->sector))
		return error_set(err, ERR_INVALID,
			"line %u: INDEX %02u of track %u lies before the one above it", index->line,
			index->number, mark->track->number);
	if (index->file > first_file + (before ? 1 : 0))
		return error_set(err, ERR_INVALID, "line %u: there is no track in FILE %s",
			builder->cue->files[index->file - 1].line,
			builder->cue->files[index->file - 1].name);
	if (builder->sizes[index->file].is_wave && mark->track->mode != TRACK_AUDIO)
		return error_set(err, ERR_INVALID,
			"line %u: track %u is a data track, and %s is a WAVE file, which can hold "
			"sound only",
			mark->track->line, mark->track->number,
			builder->cue->files[index->file].name);
	return 0;
}

static int check_marks(const struct builder *builder, struct error *err)
{
	const struct cue *cue = builder->cue;
	int status = 0;
	for (size_t i = 0; i < cue->file_count; i++)
		if (!cue->files[i].name)
			return error_set(err, ERR_INVALID, "the sheet names no FILE");
	for (size_t k = 0; !status && k < builder->mark_count; k++)
		status = check_mark(builder, k, err);
	if (status)
		return status;
	size_t last = builder->marks[builder->mark_count - 1].index->file;
	if (last + 1 != cue->file_count)
		return error_set(err, ERR_INVALID, "line %u: there is no track in FILE %s",
			cue->files[last + 1].line, cue->files[last + 1].name);
	return 0;
}

static int list_marks(struct builder *builder, struct error *err)
{
	const struct cue *cue = builder->cue;
	size_t count = 0;
	for (size_t i = 0; i < cue->track_count; i++) {
		int status = check_track(&cue->tracks[i], err);
		if (status)
			return status;
		count += cue->tracks[i].index_count;
	}
	builder->marks = calloc(count, sizeof(*builder->marks));
	/* Each gives the sectors behind it, and those before it at the start of a file. */
	builder->layout->segments = calloc(2 * count, sizeof(*builder->layout->segments));
	if (!builder->marks || !builder->layout->segments)
		return error_set(err, ERR_MEMORY, "out of memory");
	for (size_t i = 0; i < cue->track_count; i++)
		for (size_t j = 0; j < cue->tracks[i].index_count; j++)
			builder->marks[builder->mark_count++] =
				(struct mark){&cue->tracks[i], i, &cue->tracks[i].indexes[j]};
	return check_marks(builder, err);
}

/* ---- sectors ---- */

static int skip(struct builder *builder, uint64_t sectors, struct error *err)
{
	builder->lba += sectors;
	if (builder->lba > SECTOR_LIMIT)
		return error_set(
			err, ERR_INVALID, "the disc of this sheet is larger than any disc");
	return 0;
}

static enum sheet_framing framing_of(
	const struct builder *builder, const struct cue_track *track, size_t file)
{
	if (track->sector_size == DISC_SECTOR_SIZE)
		return SHEET_IN_MODE1;
	if (track->sector_size < DISC_RAW_SECTOR_SIZE)
		return SHEET_IN_MODE2;
	bool swapped = track->mode == TRACK_AUDIO && !builder->sizes[file].is_wave &&
		       builder->cue->files[file].type == CUE_MOTOROLA;
	return swapped ? SHEET_SWAPPED : SHEET_AS_IT_IS;
}

/* Whether a segment goes on with what another ends with, so that the two are one. */
static bool goes_on(const struct sheet_segment *segment, const struct sheet_segment *before)
{
	return segment->file == before->file && segment->framing == before->framing &&
	       segment->lba == before->lba + before->count &&
	       segment->offset == before->offset + (uint64_t)before->count * before->sector_size;
}

/* Puts the next sectors of a file into the image, as ones of the track. */
static int add_sectors(struct builder *builder, const struct cue_track *track, size_t file,
	uint64_t count, struct error *err)
{
	struct sheet_layout *layout = builder->layout;
	struct sheet_segment segment = {
		.sector = (uint32_t)builder->sector,
		.lba = (uint32_t)builder->lba,
		.file = file,
		.offset = builder->offset,
		.sector_size = track->sector_size,
		.framing = framing_of(builder, track, file),
	};
	int status = skip(builder, count, err);
	if (status || !count)
		return status;
	segment.count = (uint32_t)count;
	if (layout->count && goes_on(&segment, &layout->segments[layout->count - 1]))
		layout->segments[layout->count - 1].count += segment.count;
	else
		layout->segments[layout->count++] = segment;
	builder->sector += count;
	builder->offset += count * track->sector_size;
	return 0;
}

/*
 * Whether the file reaches beyond the mark, at which the builder is. An INDEX 00 with the rest of
 * its pregap in the next file may be at the end.
 */
static int check_reached(const struct builder *builder, size_t k, struct error *err)
{
	const struct mark *mark = &builder->marks[k], *after = mark_after(builder, k);
	uint64_t bytes = builder->sizes[mark->index->file].bytes;
	bool may_end = mark->index->number == 0 && after && !same_file(mark, after);
	if (builder->offset < bytes || (may_end && bytes && builder->offset == bytes))
		return 0;
	const struct cue_file *file = &builder->cue->files[mark->index->file];
	return error_set(err, ERR_INVALID,
		"line %u: %s is too short: INDEX %02u of track %u begins %ju bytes into it, and it "
		"has %ju; at least %ju bytes are missing",
		mark->index->line, file->name, mark->index->number, mark->track->number,
		(uintmax_t)builder->offset, (uintmax_t)bytes,
		(uintmax_t)(builder->offset + mark->track->sector_size - bytes));
}

/* Sectors from the last mark of a file to its end. */
static int count_rest(
	const struct builder *builder, const struct mark *mark, uint64_t *count, struct error *err)
{
	size_t file = mark->index->file;
	const struct sheet_size *size = &builder->sizes[file];
	uint64_t rest = size->bytes - builder->offset;
	unsigned over = (unsigned)(rest % mark->track->sector_size);
	*count = rest / mark->track->sector_size;
	if (!over)
		return 0;
	if (!size->is_wave)
		return error_set(err, ERR_INVALID,
			"line %u: %s has %u bytes more than whole sectors of %u bytes: it is cut "
			"short, or its tracks are of another kind than the sheet says",
			builder->cue->files[file].line, builder->cue->files[file].name, over,
			mark->track->sector_size);
	++*count;
	warn_of_file(builder, file, builder->cue->files[file].line,
		"ends within a sector of 588 samples; the last one is filled up with silence");
	return 0;
}

/* ---- tracks ---- */

static int end_track(struct builder *builder, const struct mark *last, struct error *err)
{
	builder->disc->tracks[last->place].unstored_postgap = last->track->postgap;
	return skip(builder, last->track->postgap, err);
}

static bool stores_pregap(const struct cue_track *track)
{
	const struct cue_index *index = track->indexes;
	return index[0].number == 0 &&
	       (index[0].file != index[1].file || index[0].sector != index[1].sector);
}

/*
 * Ends the track before and goes to where the pregap of this one has its first stored sector;
 * has_head: which may come before the mark.
 */
static int begin_track(struct builder *builder, size_t k, bool has_head, struct error *err)
{
	const struct mark *mark = &builder->marks[k], *before = mark_before(builder, k);
	const struct cue_track *from = mark->track;
	bool opens_session = before && before->track->session != from->session;
	int status = before ? end_track(builder, before, err) : 0;
	if (!status && opens_session) {
		unsigned session = before->track->session;
		builder->disc->session_lead_outs[session - 1] = (uint32_t)builder->lba;
		status = skip(builder,
			sheet_gap_behind(builder->cue, session,
				(struct sheet_end){builder->reached, builder->lba},
				builder->listener, builder->context),
			err);
	}
	uint32_t unstored = from->has_pregap ? from->pregap : 0;
	if (opens_session && !from->has_pregap && !has_head && !stores_pregap(from))
		unstored = SHEET_PREGAP;
	struct track *track = &builder->disc->tracks[mark->place];
	track->number = from->number;
	track->session = from->session;
	track->mode = from->mode;
	track->flags = from->flags;
	memcpy(track->isrc, from->isrc, sizeof(track->isrc));
	track->unstored_pregap = unstored;
	builder->pregap_lba = builder->lba;
	return status ? status : skip(builder, unstored, err);
}

/* Whether sectors of a file before its first mark are the end of the track before. */
static bool ends_track_before(const struct mark *before, const struct mark *mark)
{
	return before && before->track->session == mark->track->session &&
	       before->track->mode == mark->track->mode &&
	       before->track->sector_size == mark->track->sector_size;
}

static void warn_of_head(
	const struct builder *builder, const struct mark *mark, const struct cue_track *kept_in)
{
	char words[160];
	bool is_tail = kept_in != mark->track;
	snprintf(words, sizeof(words),
		"has %u sectors before its first index; they are taken for the %s of track %u",
		mark->index->sector, is_tail ? "end" : "pregap", kept_in->number);
	warn_of_file(builder, mark->index->file, mark->index->line, words);
}

/* Goes up to a mark that opens a track. */
static int open_track(struct builder *builder, size_t k, uint32_t head, struct error *err)
{
	const struct mark *mark = &builder->marks[k], *before = mark_before(builder, k);
	int status = 0;
	if (head)
		warn_of_head(builder, mark,
			ends_track_before(before, mark) ? before->track : mark->track);
	if (head && ends_track_before(before, mark)) {
		status = add_sectors(builder, before->track, mark->index->file, head, err);
		head = 0;
	}
	if (!status)
		status = begin_track(builder, k, head > 0, err);
	return status ? status : add_sectors(builder, mark->track, mark->index->file, head, err);
}

static void place_index(struct builder *builder, const struct mark *mark)
{
	struct track *track = &builder->disc->tracks[mark->place];
	uint32_t lba = (uint32_t)builder->lba;
	if (mark->index->number == 1) {
		track->lba = lba;
		track->pregap = lba - (uint32_t)builder->pregap_lba;
	} else if (mark->index->number > 1) {
		track->indexes[track->index_count++] = lba;
	}
}

/* Goes over a mark, up to the next one in its file or to the file's end. */
static int take_mark(struct builder *builder, size_t k, struct error *err)
{
	const struct mark *mark = &builder->marks[k], *before = mark_before(builder, k),
			  *after = mark_after(builder, k);
	bool opens_file = k == 0 || !same_file(before, mark);
	uint32_t head = opens_file ? mark->index->sector : 0;
	uint64_t count = 0;
	if (opens_file)
		builder->offset = 0;
	int status = k == 0 || before->place != mark->place
			     ? open_track(builder, k, head, err)
			     : add_sectors(builder, mark->track, mark->index->file, head, err);
	if (!status)
		status = check_reached(builder, k, err);
	if (status)
		return status;
	place_index(builder, mark);
	if (after && same_file(mark, after))
		count = after->index->sector - mark->index->sector;
	else
		status = count_rest(builder, mark, &count, err);
	builder->reached = mark->index->sector + count;
	return status ? status : add_sectors(builder, mark->track, mark->index->file, count, err);
}

static int build(struct builder *builder, struct error *err)
{
	struct disc *disc = builder->disc;
	int status = list_marks(builder, err);
	for (size_t k = 0; !status && k < builder->mark_count; k++)
		status = take_mark(builder, k, err);
	if (status)
		return status;
	const struct mark *last = &builder->marks[builder->mark_count - 1];
	status = end_track(builder, last, err);
	if (status)
		return status;
	disc->session_lead_outs[last->track->session - 1] = (uint32_t)builder->lba;
	const char *wrong = disc_complete(disc);
	if (wrong)
		return error_set(err, ERR_INVALID, "the disc of this sheet cannot be: %s", wrong);
	return 0;
}

int sheet_layout_make(struct sheet_layout *layout, struct disc *disc, const struct cue *cue,
	const struct sheet_size *sizes, cue_listener *listener, void *context, struct error *err)
{
	struct builder builder = {
		.cue = cue,
		.sizes = sizes,
		.listener = listener,
		.context = context,
		.layout = layout,
		.disc = disc,
	};
	*layout = (struct sheet_layout){0};
	if (!cue->track_count || cue->track_count > DISC_MAX_TRACKS)
		return error_set(err, ERR_INVALID, "the sheet has no tracks");
	*disc = (struct disc){
		.profile = DISC_CD,
		.session_count = cue->session_count,
		.track_count = (uint8_t)cue->track_count,
		.text = cue->text,
	};
	memcpy(disc->mcn, cue->mcn, sizeof(disc->mcn));
	int status = build(&builder, err);
	free(builder.marks);
	if (status)
		sheet_layout_release(layout);
	return status;
}

void sheet_layout_release(struct sheet_layout *layout)
{
	free(layout->segments);
	*layout = (struct sheet_layout){0};
}

const struct sheet_segment *sheet_layout_at(const struct sheet_layout *layout, uint32_t sector)
{
	size_t low = 0, high = layout->count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (layout->segments[middle].sector <= sector)
			low = middle;
		else
			high = middle;
	}
	return &layout->segments[low];
}

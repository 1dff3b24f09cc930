/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/sheet_files.h"

#include "image/sheet_name.h"
#include "image/wave.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- content ---- */

int sheet_file_read(const struct sheet_file *file, uint64_t offset, uint8_t *bytes, size_t len)
{
	size_t there = offset >= file->size        ? 0
		       : file->size - offset < len ? (size_t)(file->size - offset)
						   : len;
	memset(bytes + there, 0, len - there);
	for (size_t done = 0; done < there;) {
		ssize_t n = pread(file->fd, bytes + done, there - done,
			(off_t)(file->offset + offset + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? errno : -1;
		done += (size_t)n;
	}
	return 0;
}

static int read_bytes(void *context, uint64_t offset, uint8_t *bytes, size_t len, struct error *err)
{
	const struct sheet_file *file = context;
	int e = sheet_file_read(file, offset, bytes, len);
	if (e < 0)
		return error_set(err, ERR_IO, "it became shorter while it was read");
	return e ? error_set_errno(err, e, "it cannot be read") : 0;
}

static int take_wave(const struct sheet_lookup *lookup, struct sheet_file *file, struct error *err)
{
	struct wave wave;
	int status = wave_find(&wave, read_bytes, file, file->size, err);
	if (status) {
		error_prefix(err, "line %u: %s", lookup->wanted->line, file->name);
		return status;
	}
	if (wave.promised > wave.size) {
		char words[128];
		snprintf(words, sizeof(words),
			"is cut short: its header speaks of %ju bytes of sound, and there are %ju",
			(uintmax_t)wave.promised, (uintmax_t)wave.size);
		sheet_name_warn(lookup, words, NULL);
	}
	if (wave.is_guessed)
		sheet_name_warn(lookup,
			"does not say how much of it is sound; all up to its end is taken for it",
			NULL);
	file->is_wave = true;
	file->offset = wave.offset;
	file->size = wave.size;
	return 0;
}

/* Formats that stand in sheets as WAVE or by their name, and are not read. */
static const struct {
	enum cue_file_type type;
	const char *start; /* of the file */
	const char *name;
} foreign[] = {
	{CUE_FLAC, "fLaC", "a FLAC"},
	{CUE_MP3, "ID3", "an MP3"},
	{CUE_AIFF, "FORM", "an AIFF"},
	{CUE_WAVE, "OggS", "an Ogg"},
	{CUE_WAVE, "wvpk", "a WavPack"},
	{CUE_WAVE, "MAC ", "a Monkey's Audio"},
};

/* start is NULL where only the sheet's word is known. */
static int refuse_foreign(const struct cue_file *file, const uint8_t *start, struct error *err)
{
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		bool begins_so =
			start && !memcmp(start, foreign[i].start, strlen(foreign[i].start));
		if (file->type == CUE_WAVE ? begins_so : file->type == foreign[i].type)
			return error_set(err, ERR_UNSUPPORTED,
				"line %u: %s is %s file, and BIN and WAVE files are read; decode "
				"it to WAVE (44,100 Hz, 16 bits, stereo) and name that in the "
				"sheet",
				file->line, file->name, foreign[i].name);
	}
	return 0;
}

int sheet_file_check(const struct cue_file *file, struct error *err)
{
	int status = sheet_name_check(file, err);
	return status ? status : refuse_foreign(file, NULL, err);
}

static bool holds_only_audio(const struct sheet_lookup *lookup)
{
	const struct cue *cue = lookup->cue;
	size_t file = (size_t)(lookup->wanted - cue->files);
	for (size_t i = 0; i < cue->track_count; i++)
		for (size_t j = 0; j < cue->tracks[i].index_count; j++)
			if (cue->tracks[i].indexes[j].file == file &&
				cue->tracks[i].mode != TRACK_AUDIO)
				return false;
	return true;
}

/*
 * Looks at what the file is. Raw samples do not begin with the twelve bytes of a WAVE file, so its
 * own word counts for more than the sheet's.
 */
static int take_content(
	const struct sheet_lookup *lookup, struct sheet_file *file, struct error *err)
{
	uint8_t start[WAVE_START];
	enum cue_file_type type = lookup->wanted->type;
	int status = read_bytes(file, 0, start, sizeof(start), err);
	if (status) {
		error_prefix(err, "line %u: %s", lookup->wanted->line, file->name);
		return status;
	}
	if (wave_begins_like(start) && (type == CUE_WAVE || holds_only_audio(lookup))) {
		if (type != CUE_WAVE)
			sheet_name_warn(lookup,
				"is a WAVE file, whatever the sheet says, and is read as one",
				NULL);
		return take_wave(lookup, file, err);
	}
	status = refuse_foreign(lookup->wanted, start, err);
	if (!status && type == CUE_WAVE)
		status = take_wave(lookup, file, err);
	return status;
}

/* ---- files ---- */

static int open_regular(
	const struct sheet_lookup *lookup, struct sheet_file *file, struct error *err)
{
	struct stat st;
	file->fd = openat(
		lookup->folder_fd, file->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (file->fd < 0 && errno == ELOOP)
		return error_set(err, ERR_INVALID,
			"line %u: %s is a symbolic link, and a sheet's files are read from its own "
			"folder only; put the file itself there",
			lookup->wanted->line, lookup->wanted->name);
	if (file->fd < 0 || fstat(file->fd, &st))
		return error_set_errno(
			err, errno, "line %u: cannot open %s", lookup->wanted->line, file->name);
	if (!S_ISREG(st.st_mode))
		return error_set(err, ERR_INVALID,
			"line %u: %s is a directory or device, not a file", lookup->wanted->line,
			lookup->wanted->name);
	file->state = image_file_state_of(&st);
	file->size = file->state.size;
	posix_fadvise(file->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return 0;
}

static int check_new(const struct sheet_lookup *lookup, const struct sheet_files *files,
	const struct sheet_file *file, struct error *err)
{
	for (const struct sheet_file *other = files->files; other < file; other++)
		if (other->state.inode == file->state.inode &&
			other->state.device == file->state.device)
			return error_set(err, ERR_INVALID,
				"line %u: %s is the file that line %u names already; give it one "
				"FILE line, with all of its tracks below",
				lookup->wanted->line, lookup->wanted->name,
				lookup->cue->files[other - files->files].line);
	return 0;
}

static int open_next(struct sheet_lookup *lookup, struct sheet_files *files, struct error *err)
{
	struct sheet_file *file = &files->files[files->count];
	lookup->wanted = &lookup->cue->files[files->count++];
	file->fd = -1;
	int status = sheet_name_find(lookup, &file->name, err);
	if (!status)
		status = open_regular(lookup, file, err);
	if (!status)
		status = check_new(lookup, files, file, err);
	return status ? status : take_content(lookup, file, err);
}

int sheet_files_open(struct sheet_files *files, const char *folder, const struct cue *cue,
	cue_listener *listener, void *context, struct error *err)
{
	struct sheet_lookup lookup = {
		.folder = folder, .cue = cue, .listener = listener, .context = context};
	*files = (struct sheet_files){0};
	if (cue->file_count > CUE_MAX_FILES)
		return error_set(err, ERR_INVALID,
			"the sheet names %zu files, more than a disc has", cue->file_count);
	files->files = calloc(cue->file_count + 1, sizeof(*files->files));
	if (!files->files)
		return error_set(err, ERR_MEMORY, "out of memory");
	lookup.folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = lookup.folder_fd < 0
			     ? error_set_errno(err, errno, "cannot open the folder %s", folder)
			     : 0;
	while (!status && files->count < cue->file_count)
		status = open_next(&lookup, files, err);
	if (lookup.folder_fd >= 0)
		close(lookup.folder_fd);
	if (status)
		sheet_files_release(files);
	return status;
}

void sheet_files_release(struct sheet_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		if (files->files[i].fd >= 0)
			close(files->files[i].fd);
		free(files->files[i].name);
	}
	free(files->files);
	*files = (struct sheet_files){0};
}

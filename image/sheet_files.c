/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/sheet_files.h"

#include "base/bytes.h"
#include "base/path.h"
#include "base/text.h"
#include "image/wave.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One FILE while it is looked for. */
struct lookup {
	const char *folder;
	int folder_fd;
	const struct cue *cue;
	const struct cue_file *wanted;
	cue_listener *listener;
	void *context;
};

/*
 * Warns of the FILE at hand: words after its name as the sheet has it, and, if there is one,
 * another name.
 */
static void warn(const struct lookup *lookup, const char *words, const char *name)
{
	struct buffer text = {0};
	if (!lookup->listener)
		return;
	text_terminal(&text, lookup->wanted->name, strlen(lookup->wanted->name));
	buffer_printf(&text, " %s", words);
	if (name)
		text_terminal(&text, name, strlen(name));
	lookup->listener(lookup->context, CUE_WARNING, lookup->wanted->line, buffer_text(&text));
	buffer_release(&text);
}

/* ---- names without case ---- */

/* Lower case of the alphabets that stand in old file names; other characters are what they are. */
static uint32_t lower_case(uint32_t code)
{
	static const struct {
		uint32_t first, last, distance;
	} upper[] = {
		{'A', 'Z', 32},
		{0xC0, 0xD6, 32}, /* Latin-1 */
		{0xD8, 0xDE, 32},
		{0x391, 0x3A9, 32}, /* Greek */
		{0x400, 0x40F, 80}, /* Cyrillic */
		{0x410, 0x42F, 32},
	};
	for (size_t i = 0; i < sizeof(upper) / sizeof(upper[0]); i++)
		if (code >= upper[i].first && code <= upper[i].last)
			return code + upper[i].distance;
	return code;
}

/* Takes a character off the text; a byte that is none is a number beyond Unicode. */
static uint32_t next_folded(const char **text)
{
	const uint8_t *bytes = (const uint8_t *)*text;
	uint32_t code;
	size_t len = text_character(bytes, strlen(*text), &code);
	if (!len) {
		len = 1;
		code = 0x110000u + bytes[0];
	}
	*text += len;
	return lower_case(code);
}

static bool same_without_case(const char *a, const char *b)
{
	while (*a && *b)
		if (next_folded(&a) != next_folded(&b))
			return false;
	return *a == *b;
}

struct match {
	const char *wanted;
	char *names[2]; /* the first two that match */
	size_t count;
};

static int visit_name(void *context, const char *name)
{
	struct match *match = context;
	if (!same_without_case(name, match->wanted))
		return 0;
	if (match->count < 2) {
		match->names[match->count] = strdup(name);
		if (!match->names[match->count])
			return ERR_MEMORY;
	}
	match->count++;
	return 0;
}

/* *found stays NULL if there is none. */
static int find_without_case(
	const struct lookup *lookup, const char *name, char **found, struct error *err)
{
	struct match match = {.wanted = name};
	int status = path_each(lookup->folder, visit_name, &match, err);
	if (!status && match.count > 1)
		status = error_set(err, ERR_INVALID,
			"line %u: %s could be %s or %s; rename the one that is not meant, or "
			"correct the sheet",
			lookup->wanted->line, lookup->wanted->name, match.names[0], match.names[1]);
	if (!status && match.count == 1) {
		warn(lookup,
			"differs in upper and lower case from the file taken: ", match.names[0]);
		*found = match.names[0];
		match.names[0] = NULL;
	}
	free(match.names[0]);
	free(match.names[1]);
	return status;
}

/* ---- names and paths ---- */

static bool is_there(const struct lookup *lookup, const char *name)
{
	struct stat st;
	return *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && !strchr(name, '/') &&
	       !fstatat(lookup->folder_fd, name, &st, AT_SYMLINK_NOFOLLOW);
}

/* What follows the last slash, backslash or drive letter. */
static const char *last_part(const char *name)
{
	const char *part = name;
	if (part[0] && part[1] == ':')
		part += 2;
	for (const char *p = part; *p; p++)
		if (*p == '/' || *p == '\\')
			part = p + 1;
	return part;
}

static bool leads_upward(const char *name)
{
	for (const char *part = name;; part++) {
		size_t len = strcspn(part, "/\\");
		if (len == 2 && !memcmp(part, "..", 2))
			return true;
		part += len;
		if (!*part)
			return false;
	}
}

/* Finds a name, or *found NULL: as it is in UTF-8, as it is in the sheet, or in another case. */
static int find_name(const struct lookup *lookup, const char *name, const char *bytes, char **found,
	struct error *err)
{
	const char *exact = is_there(lookup, name) ? name : is_there(lookup, bytes) ? bytes : NULL;
	if (!exact)
		return *name ? find_without_case(lookup, name, found, err) : 0;
	*found = strdup(exact);
	return *found ? 0 : error_set(err, ERR_MEMORY, "out of memory");
}

static int find_file(const struct lookup *lookup, char **found, struct error *err)
{
	const char *name = lookup->wanted->name, *bytes = lookup->wanted->bytes;
	const char *part = last_part(name);
	/* A backslash or colon may be part of a name here. */
	bool is_path = part != name && !is_there(lookup, name) && !is_there(lookup, bytes);
	*found = NULL;
	if (is_path && leads_upward(name))
		return error_set(err, ERR_INVALID,
			"line %u: %s lies outside the folder of the sheet, and nothing is read "
			"there; put the file beside the sheet and name it without a path",
			lookup->wanted->line, lookup->wanted->name);
	int status = is_path ? find_name(lookup, part, part, found, err)
			     : find_name(lookup, name, bytes, found, err);
	if (!status && !*found)
		return error_set(err, ERR_NOT_FOUND,
			"line %u: %s is not in the folder %s; put it beside the sheet, or correct "
			"the sheet",
			lookup->wanted->line, lookup->wanted->name, lookup->folder);
	if (!status && is_path)
		warn(lookup, "is a path; taken from the folder of the sheet: ", *found);
	return status;
}

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

static int take_wave(const struct lookup *lookup, struct sheet_file *file, struct error *err)
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
		warn(lookup, words, NULL);
	}
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

static int refuse_foreign(
	const struct lookup *lookup, const uint8_t start[WAVE_START], struct error *err)
{
	enum cue_file_type type = lookup->wanted->type;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		bool begins_so = !memcmp(start, foreign[i].start, strlen(foreign[i].start));
		if (type == CUE_WAVE ? begins_so : type == foreign[i].type)
			return error_set(err, ERR_UNSUPPORTED,
				"line %u: %s is %s file, and BIN and WAVE files are read; decode "
				"it to WAVE (44,100 Hz, 16 bits, stereo) and name that in the "
				"sheet",
				lookup->wanted->line, lookup->wanted->name, foreign[i].name);
	}
	return 0;
}

static bool holds_only_audio(const struct lookup *lookup)
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
static int take_content(const struct lookup *lookup, struct sheet_file *file, struct error *err)
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
			warn(lookup, "is a WAVE file, whatever the sheet says, and is read as one",
				NULL);
		return take_wave(lookup, file, err);
	}
	status = refuse_foreign(lookup, start, err);
	if (!status && type == CUE_WAVE)
		status = take_wave(lookup, file, err);
	return status;
}

/* ---- files ---- */

static int open_regular(const struct lookup *lookup, struct sheet_file *file, struct error *err)
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

static int check_new(const struct lookup *lookup, const struct sheet_files *files,
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

static int open_next(struct lookup *lookup, struct sheet_files *files, struct error *err)
{
	struct sheet_file *file = &files->files[files->count];
	lookup->wanted = &lookup->cue->files[files->count++];
	file->fd = -1;
	if (!lookup->wanted->name)
		return error_set(err, ERR_INVALID, "the sheet names no FILE");
	int status = find_file(lookup, &file->name, err);
	if (!status)
		status = open_regular(lookup, file, err);
	if (!status)
		status = check_new(lookup, files, file, err);
	return status ? status : take_content(lookup, file, err);
}

int sheet_files_open(struct sheet_files *files, const char *folder, const struct cue *cue,
	cue_listener *listener, void *context, struct error *err)
{
	struct lookup lookup = {
		.folder = folder, .cue = cue, .listener = listener, .context = context};
	*files = (struct sheet_files){0};
	if (cue->file_count > SHEET_MAX_FILES)
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

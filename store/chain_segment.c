/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/chain_segment.h"

#include "base/path.h"
#include "store/chain_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_DIGITS 6u
#define NAME_SUFFIX ".jsonl"
#define CHUNK_SIZE (64u << 10)
#define TAIL_MAX ((size_t)3 * CHAIN_LINE_MAX) /* a last line and a torn one, with room */

uint64_t chain_segment_of(uint64_t seq)
{
	return (seq - 1) / CHAIN_LOG_SEGMENT_LINES + 1;
}

char *chain_segment_path(const char *directory, uint32_t segment)
{
	char name[32];
	snprintf(name, sizeof(name), "%06u" NAME_SUFFIX, (unsigned)segment);
	return path_join(directory, name);
}

/* The number in a segment's name, 0 for any other name. */
static uint32_t segment_number(const char *name)
{
	uint32_t number = 0;
	if (strspn(name, "0123456789") != NAME_DIGITS || strcmp(name + NAME_DIGITS, NAME_SUFFIX))
		return 0;
	for (size_t i = 0; i < NAME_DIGITS; i++)
		number = number * 10 + (uint32_t)(name[i] - '0');
	return number;
}

static int keep_newest(void *context, const char *name)
{
	uint32_t *newest = context, number = segment_number(name);
	if (number > *newest)
		*newest = number;
	return 0;
}

int chain_segment_newest(const char *directory, uint32_t *newest, struct error *err)
{
	*newest = 0;
	int status = path_each(directory, keep_newest, newest, err);
	return status == ERR_NOT_FOUND ? 0 : status;
}

/* Opens a regular file for reading and gives its size. */
static int open_segment(const char *path, int *fd, uint64_t *size, struct error *err)
{
	struct stat st;
	*fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (*fd < 0)
		return error_set_errno(err, errno, "cannot open the log %s", path);
	if (fstat(*fd, &st))
		return error_set_errno(err, errno, "cannot look at the log %s", path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, ERR_DAMAGED, "the log %s is not a regular file", path);
	*size = (uint64_t)st.st_size;
	return 0;
}

/* Appends up to len bytes at offset to out; fewer only if the file has become shorter. */
static int read_at(int fd, const char *path, uint64_t offset, size_t len, struct buffer *out,
	struct error *err)
{
	char chunk[8192];
	while (len) {
		size_t want = len < sizeof(chunk) ? len : sizeof(chunk);
		ssize_t n = pread(fd, chunk, want, (off_t)offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set_errno(err, errno, "cannot read the log %s", path);
		if (n == 0)
			break;
		buffer_add(out, chunk, (size_t)n);
		offset += (uint64_t)n;
		len -= (size_t)n;
	}
	return out->failed ? error_set(err, ERR_MEMORY, "out of memory") : 0;
}

/* ---- lines from the front ---- */

int chain_reader_open(
	struct chain_reader *reader, const char *directory, uint32_t segment, struct error *err)
{
	*reader = (struct chain_reader){.fd = -1};
	reader->path = chain_segment_path(directory, segment);
	if (!reader->path)
		return error_set(err, ERR_MEMORY, "out of memory");
	return open_segment(reader->path, &reader->fd, &reader->size, err);
}

/* Forgets what was given out and reads one more chunk. */
static int reader_fill(struct chain_reader *reader, struct error *err)
{
	struct buffer *pending = &reader->pending;
	uint64_t left = reader->size - reader->offset;
	size_t want = left < CHUNK_SIZE ? (size_t)left : CHUNK_SIZE;
	size_t kept = pending->len - reader->used;
	if (reader->used)
		memmove(pending->data, pending->data + reader->used, kept);
	pending->len = kept;
	reader->used = 0;
	int status = read_at(reader->fd, reader->path, reader->offset, want, pending, err);
	reader->offset += want;
	if (pending->len - kept < want) /* somebody cut a torn line off */
		reader->size = reader->offset;
	return status;
}

/*
 * Whether a last line is the rest of one that never reached the disk whole, though its newline did: a crash leaves a hole of zeros
 * where pages were not written, and no line that was written holds a NUL.
 */
static bool is_torn(const char *text, size_t len)
{
	return len && memchr(text, '\0', len);
}

int chain_reader_next(struct chain_reader *reader, struct chain_line *line, struct error *err)
{
	*line = (struct chain_line){0};
	for (;;) {
		size_t len = reader->pending.len - reader->used;
		const char *text = buffer_text(&reader->pending) + reader->used;
		const char *newline = len ? memchr(text, '\n', len) : NULL;
		if (newline && (size_t)(newline - text) <= CHAIN_LINE_MAX) {
			*line = (struct chain_line){text, (size_t)(newline - text), true};
			reader->used += line->len + 1;
			if (reader->offset == reader->size && reader->used == reader->pending.len)
				line->whole = !is_torn(text, line->len);
			return 0;
		}
		if (reader->offset == reader->size || len > CHAIN_LINE_MAX) {
			*line = (struct chain_line){len ? text : NULL, len, false};
			reader->used += len;
			reader->size = reader->offset;
			return 0;
		}
		int status = reader_fill(reader, err);
		if (status)
			return status;
	}
}

void chain_reader_close(struct chain_reader *reader)
{
	if (reader->fd >= 0)
		close(reader->fd);
	free(reader->path);
	buffer_release(&reader->pending);
}

/* ---- the line at the end ---- */

/*
 * Looks for the last whole line in window, the file's end. False if the line may begin before the
 * window and that does not reach the file's beginning.
 */
static bool find_last_line(const struct buffer *window, struct chain_tail *tail)
{
	const char *text = buffer_text(window), *newline, *begin = text + window->len;
	bool complete = window->len == tail->size;
	do {
		newline = memrchr(text, '\n', (size_t)(begin - text));
		tail->whole = newline ? tail->size - window->len + (uint64_t)(newline - text) + 1 : 0;
		if (!newline)
			return complete;
		const char *before = memrchr(text, '\n', (size_t)(newline - text));
		if (!before && !complete)
			return false;
		begin = before ? before + 1 : text;
	} while (is_torn(begin, (size_t)(newline - begin)));
	buffer_add(&tail->line, begin, (size_t)(newline - begin));
	tail->has_line = true;
	return true;
}

static int read_tail(int fd, const char *path, struct chain_tail *tail, struct error *err)
{
	struct buffer window = {0};
	bool found = false;
	int status = 0;
	for (uint64_t size = CHUNK_SIZE; !found && !status; size *= 4) {
		if (size > tail->size)
			size = tail->size;
		buffer_clear(&window);
		status = read_at(fd, path, tail->size - size, (size_t)size, &window, err);
		if (!status && window.len != size)
			status = error_set(
				err, ERR_IO, "the log %s became shorter while it was read", path);
		if (!status)
			found = find_last_line(&window, tail);
		if (!status && !found && size > TAIL_MAX)
			status = error_set(err, ERR_DAMAGED,
				"the log %s does not end in a line; it was not written by Theca",
				path);
	}
	if (!status && tail->line.failed)
		status = error_set(err, ERR_MEMORY, "out of memory");
	buffer_release(&window);
	return status;
}

int chain_segment_tail(const char *path, struct chain_tail *tail, struct error *err)
{
	int fd = -1;
	*tail = (struct chain_tail){0};
	int status = open_segment(path, &fd, &tail->size, err);
	if (!status)
		status = read_tail(fd, path, tail, err);
	if (fd >= 0)
		close(fd);
	return status;
}

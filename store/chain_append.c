/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/chain_log.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/disk.h"
#include "base/path.h"
#include "store/chain_segment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Where a log ends. */
struct chain_end {
	uint32_t newest; /* segment; 0 if the log has none */
	uint64_t size; /* of its whole lines */
	bool torn; /* something follows them */
	uint64_t seq; /* of the last whole line; 0 if the log has none */
	char digest[DIGEST_HEX_SIZE]; /* its SHA-256 */
};

/* ---- the lock ---- */

static int ensure_directory(const char *directory, struct error *err)
{
	int status = path_exists(directory) ? 0 : disk_make_directory(directory, err);
	return status == ERR_EXISTS ? 0 : status;
}

int chain_log_lock(const char *directory, int *lock, struct error *err)
{
	*lock = -1;
	int status = ensure_directory(directory, err);
	if (status)
		return status;
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_set_errno(err, errno, "cannot open the log %s", directory);
	if (flock(fd, LOCK_EX)) {
		status = error_set_errno(err, errno, "cannot lock the log %s", directory);
		close(fd);
		return status;
	}
	*lock = fd;
	return 0;
}

void chain_log_unlock(int lock)
{
	if (lock < 0)
		return;
	/* Closing alone would leave it with a process that was forked meanwhile. */
	flock(lock, LOCK_UN);
	close(lock);
}

/* ---- finding the end ---- */

/* Takes the last line's number and digest; the number must be one that its segment can end in. */
static int read_last_line(struct chain_end *end, uint32_t segment, const char *path,
	const struct buffer *line, struct error *err)
{
	struct jv *entry = NULL;
	struct error why = {0};
	int status = jv_parse(line->data, line->len, &entry, &why);
	int64_t seq = jv_get_int(entry, "seq", -1);
	jv_free(entry);
	if (status == ERR_MEMORY)
		return error_set(err, ERR_MEMORY, "%s", why.message);
	if (status || seq < 1 || chain_segment_of((uint64_t)seq) != segment)
		return error_set(err, ERR_DAMAGED,
			"the last line of the log %s is damaged, so nothing can be added after it; "
			"restore the log from another copy",
			path);
	end->seq = (uint64_t)seq;
	return digest_bytes(DIGEST_SHA256, line->data, line->len, end->digest, err);
}

/* Looks at the end of one segment; *empty tells that it has no whole line. */
static int find_end_in(struct chain_end *end, const char *directory, uint32_t segment, bool *empty,
	struct error *err)
{
	struct chain_tail tail = {0};
	char *path = chain_segment_path(directory, segment);
	if (!path)
		return error_set(err, ERR_MEMORY, "out of memory");
	int status = chain_segment_tail(path, &tail, err);
	*empty = !tail.has_line;
	if (!status && segment == end->newest) {
		end->size = tail.whole;
		end->torn = tail.size > tail.whole;
	}
	if (!status && tail.has_line)
		status = read_last_line(end, segment, path, &tail.line, err);
	buffer_release(&tail.line);
	free(path);
	return status;
}

/* The newest segment may have no whole line yet; the one before it has, or the log is damaged. */
static int find_end(struct chain_end *end, const char *directory, struct error *err)
{
	bool empty = true;
	*end = (struct chain_end){.digest = CHAIN_NO_LINE};
	int status = chain_segment_newest(directory, &end->newest, err);
	if (!status && end->newest)
		status = find_end_in(end, directory, end->newest, &empty, err);
	if (status || !empty || end->newest <= 1)
		return status;
	status = find_end_in(end, directory, end->newest - 1, &empty, err);
	if (status == ERR_NOT_FOUND ||
		(!status && end->seq != (uint64_t)(end->newest - 1) * CHAIN_LOG_SEGMENT_LINES))
		return error_set(err, ERR_DAMAGED,
			"the log %s lacks lines before %06u.jsonl; restore it from another copy",
			directory, (unsigned)end->newest);
	return status;
}

/* ---- writing ---- */

static int cut_torn_line(const char *directory, const struct chain_end *end, struct error *err)
{
	int fd = -1;
	char *path = chain_segment_path(directory, end->newest);
	int status = path ? disk_open_append(path, &fd, err)
			  : error_set(err, ERR_MEMORY, "out of memory");
	if (!status)
		status = disk_truncate(fd, path, end->size, err);
	if (!status)
		status = disk_sync(fd, path, err);
	if (fd >= 0)
		close(fd);
	free(path);
	return status;
}

/* The line for entry, with its newline. Takes over entry. */
static int build_line(
	struct jv *entry, const struct chain_end *end, struct buffer *line, struct error *err)
{
	char now[CLOCK_TEXT_SIZE];
	const char *time = jv_get_text(entry, "time");
	struct jv *whole = jv_new_object();
	clock_format(clock_now(), now);
	jv_set_int(whole, "seq", (int64_t)end->seq + 1);
	jv_set_text(whole, "prev", end->digest);
	jv_set_text(whole, "time", time ? time : now);
	jv_take_members(whole, entry);
	int status = jv_dump(whole, JV_COMPACT, line, err);
	jv_free(whole);
	if (!status && line->len > CHAIN_LINE_MAX)
		status = error_set(
			err, ERR_USAGE, "an entry of %zu bytes is too long for a log", line->len);
	buffer_putc(line, '\n');
	if (!status && line->failed)
		status = error_set(err, ERR_MEMORY, "out of memory");
	return status;
}

/* Brings the names of a log that begins, or of a segment that does, to the medium. */
static int sync_names(const char *directory, uint64_t seq, struct error *err)
{
	if ((seq - 1) % CHAIN_LOG_SEGMENT_LINES)
		return 0;
	int status = disk_sync_directory(directory, err);
	if (status || seq > 1)
		return status;
	char *parent = path_parent(directory);
	status = parent ? disk_sync_directory(parent, err)
			: error_set(err, ERR_MEMORY, "out of memory");
	free(parent);
	return status;
}

static int write_line(int fd, const char *path, const struct buffer *line, struct error *err)
{
	off_t size = lseek(fd, 0, SEEK_END);
	if (size < 0)
		return error_set_errno(err, errno, "cannot find the end of %s", path);
	int status = disk_append(fd, path, line->data, line->len, err);
	if (!status)
		status = disk_sync(fd, path, err);
	if (status) /* the caller will not count on this line, so nobody else shall */
		disk_truncate(fd, path, (uint64_t)size, NULL);
	return status;
}

static int append_line(const char *directory, const struct chain_end *end,
	const struct buffer *line, struct error *err)
{
	int fd = -1;
	char *path = chain_segment_path(directory, (uint32_t)chain_segment_of(end->seq + 1));
	int status = path ? disk_open_append(path, &fd, err)
			  : error_set(err, ERR_MEMORY, "out of memory");
	if (!status)
		status = sync_names(directory, end->seq + 1, err);
	if (!status)
		status = write_line(fd, path, line, err);
	if (fd >= 0)
		close(fd);
	free(path);
	return status;
}

int chain_log_append_locked(const char *directory, struct jv *entry, char *head, struct error *err)
{
	struct chain_end end;
	struct buffer line = {0};
	char digest[DIGEST_HEX_SIZE];
	int status = find_end(&end, directory, err);
	if (!status && end.torn)
		status = cut_torn_line(directory, &end, err);
	if (status)
		jv_free(entry);
	else
		status = build_line(entry, &end, &line, err);
	if (!status)
		status = digest_bytes(DIGEST_SHA256, line.data, line.len - 1, digest, err);
	if (!status)
		status = append_line(directory, &end, &line, err);
	if (!status && head)
		memcpy(head, digest, sizeof(((struct chain_state *)0)->head));
	buffer_release(&line);
	return status;
}

int chain_log_append(const char *directory, struct jv *entry, char *head, struct error *err)
{
	int lock;
	int status = chain_log_lock(directory, &lock, err);
	if (status) {
		jv_free(entry);
		return status;
	}
	status = chain_log_append_locked(directory, entry, head, err);
	chain_log_unlock(lock);
	return status;
}

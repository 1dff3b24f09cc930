/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/image_writer.h"

#include "base/disk.h"
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WRITE_BACK_BYTES                                                                           \
	((uint64_t)32 << 20) /* the kernel is asked to begin writing after so many */

struct image_writer {
	int fd;
	char *path;
	struct image_plan plan;
	struct digest_ring *ring;
	uint8_t *slot; /* the one that image_writer_slot gave */
	bool in_order; /* the digests are running, next_lba is what they expect */
	uint32_t next_lba;
	uint64_t unwritten; /* bytes put since the kernel was last asked to write */
	uint64_t write_from; /* where those begin */
	struct error unsynced; /* of a sync that failed: the kernel tells it once and forgets */
};

static uint64_t image_bytes(const struct image_plan *plan)
{
	return (uint64_t)plan->sectors * plan->sector_size;
}

static int start_digests(struct image_writer *writer, struct error *err)
{
	return digest_ring_start(writer->ring, writer->plan.digests,
		(size_t)writer->plan.chunk_sectors * writer->plan.sector_size, writer->plan.spans,
		writer->plan.span_count, err);
}

/* Opens the image of an earlier run; its size must be the one that this disc needs. */
static int reopen_image(struct image_writer *writer, struct error *err)
{
	writer->fd = open(writer->path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (writer->fd < 0)
		return error_set_errno(err, errno, "cannot open %s", writer->path);
	if ((uint64_t)lseek(writer->fd, 0, SEEK_END) != image_bytes(&writer->plan))
		return error_set(
			err, ERR_INVALID, "%s is not of the size of this disc", writer->path);
	return 0;
}

/* The name is synced too: what is known of an image must not outlive it. */
static int create_image(struct image_writer *writer, struct error *err)
{
	char *directory = path_parent(writer->path);
	int status = directory ? disk_create(writer->path, &writer->fd, err)
			       : error_set(err, ERR_MEMORY, "out of memory");
	if (!status)
		status = disk_truncate(writer->fd, writer->path, image_bytes(&writer->plan), err);
	if (!status)
		status = disk_sync_directory(directory, err);
	free(directory);
	if (!status)
		status = start_digests(writer, err);
	writer->in_order = !status;
	return status;
}

int image_writer_open(struct image_writer **out, const char *path, const struct image_plan *plan,
	struct digest_ring *ring, struct error *err)
{
	struct image_writer *writer = calloc(1, sizeof(*writer));
	if (!writer)
		return error_set(err, ERR_MEMORY, "out of memory");
	*writer =
		(struct image_writer){.fd = -1, .path = strdup(path), .plan = *plan, .ring = ring};
	int status = 0;
	if (!writer->path)
		status = error_set(err, ERR_MEMORY, "out of memory");
	else
		status = plan->go_on ? reopen_image(writer, err) : create_image(writer, err);
	if (status) {
		image_writer_close(writer);
		return status;
	}
	*out = writer;
	return 0;
}

uint32_t image_writer_slot_sectors(const struct image_writer *writer)
{
	return DIGEST_RING_SLOT_SIZE / writer->plan.sector_size;
}

uint8_t *image_writer_slot(struct image_writer *writer)
{
	writer->slot = digest_ring_acquire(writer->ring);
	return writer->slot;
}

static bool all_zero(const uint8_t *bytes, size_t len)
{
	return !bytes[0] && !memcmp(bytes, bytes + 1, len - 1);
}

/* Lets the kernel begin to write early, so that the sync at the end has little left to wait for. */
static void write_back(struct image_writer *writer, uint64_t offset, size_t len)
{
	if (!writer->unwritten)
		writer->write_from = offset;
	writer->unwritten += len;
	if (writer->unwritten < WRITE_BACK_BYTES)
		return;
	sync_file_range(writer->fd, (off_t)writer->write_from,
		(off_t)(offset + len - writer->write_from), SYNC_FILE_RANGE_WRITE);
	writer->unwritten = 0;
}

int image_writer_put(struct image_writer *writer, struct extent extent, struct error *err)
{
	uint64_t offset = (uint64_t)extent.lba * writer->plan.sector_size;
	size_t len = (size_t)extent.count * writer->plan.sector_size;
	if (writer->plan.go_on || !all_zero(writer->slot, len)) {
		int status =
			disk_write_at(writer->fd, writer->path, writer->slot, len, offset, err);
		if (status)
			return status;
		write_back(writer, offset, len);
	}
	if (writer->in_order && extent.lba == writer->next_lba) {
		digest_ring_publish(writer->ring, len);
		writer->next_lba += extent.count;
	} else if (writer->in_order) {
		digest_ring_cancel(writer->ring);
		writer->in_order = false;
	}
	return 0;
}

int image_writer_sync(struct image_writer *writer, struct error *err)
{
	if (!writer->unsynced.code)
		disk_sync(writer->fd, writer->path, &writer->unsynced);
	if (!writer->unsynced.code)
		return 0;
	return error_set(err, writer->unsynced.code, "%s", writer->unsynced.message);
}

int image_writer_clear(struct image_writer *writer, struct extent extent, struct error *err)
{
	const uint64_t size = writer->plan.sector_size;
	return disk_clear(writer->fd, writer->path, extent.lba * size, extent.count * size, err);
}

/* Fills a slot from the image at offset. */
static int read_slot(
	struct image_writer *writer, uint64_t offset, uint8_t *slot, size_t len, struct error *err)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = pread(writer->fd, slot + done, len - done, (off_t)(offset + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_set_errno(err, n ? errno : EIO,
				"cannot read back %s at byte %ju", writer->path,
				(uintmax_t)(offset + done));
		done += (size_t)n;
	}
	return 0;
}

/* Runs the finished image through the digests. */
static int digest_again(
	struct image_writer *writer, const struct progress *progress, struct error *err)
{
	const uint64_t total = image_bytes(&writer->plan);
	int status = start_digests(writer, err);
	for (uint64_t offset = 0; !status && offset < total;) {
		uint64_t rest = total - offset;
		size_t len = rest < DIGEST_RING_SLOT_SIZE ? (size_t)rest : DIGEST_RING_SLOT_SIZE;
		uint8_t *slot = digest_ring_acquire(writer->ring);
		status = read_slot(writer, offset, slot, len, err);
		if (status)
			break;
		digest_ring_publish(writer->ring, len);
		offset += len;
		struct progress_state state = {
			.phase = "checksums", .done = offset, .total = total};
		if (!progress_report(progress, &state))
			status = error_set(err, ERR_INTERRUPTED, "stopped on request");
	}
	if (status)
		digest_ring_cancel(writer->ring);
	return status;
}

int image_writer_finish(struct image_writer *writer, struct image_digests *digests,
	const struct progress *progress, struct error *err)
{
	*digests = (struct image_digests){0};
	int status = image_writer_sync(writer, err);
	if (status)
		return status;
	digests->while_reading = writer->in_order && writer->next_lba == writer->plan.sectors;
	if (!digests->while_reading)
		status = digest_again(writer, progress, err);
	writer->in_order = false;
	if (!status)
		status = digest_ring_finish(writer->ring, &digests->values, &digests->chunks,
			&digests->chunk_count, err);
	digests->cpu_seconds = digest_ring_cpu_seconds(writer->ring);
	return status;
}

void image_writer_close(struct image_writer *writer)
{
	if (!writer)
		return;
	if (writer->in_order)
		digest_ring_cancel(writer->ring);
	if (writer->fd >= 0)
		close(writer->fd);
	free(writer->path);
	free(writer);
}

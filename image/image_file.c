/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/image_file.h"

#include "image/disc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct image_file {
	struct sector_source base;
	int fd;
	char *path;
};

enum source_status image_file_status_of(int error_number)
{
	switch (error_number) {
	case EIO:
	case ENODATA:
	case EREMOTEIO:
	case EILSEQ:
	case EBADMSG:
		return SOURCE_UNREADABLE;
	default:
		return SOURCE_GONE;
	}
}

static enum source_status image_file_read(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	(void)notes;
	struct image_file *image = (struct image_file *)source;
	uint64_t offset = (uint64_t)extent.lba * source->sector_size;
	size_t len = (size_t)extent.count * source->sector_size;
	for (size_t done = 0; done < len;) {
		ssize_t n = pread(image->fd, buffer + done, len - done, (off_t)(offset + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int e = errno;
			error_set_errno(
				err, e, "cannot read %s at sector %u", image->path, extent.lba);
			return image_file_status_of(e);
		}
		if (n == 0) {
			error_set(err, ERR_IO, "%s became shorter while it was read", image->path);
			return SOURCE_GONE;
		}
		done += (size_t)n;
	}
	return SOURCE_OK;
}

static void image_file_close(struct sector_source *source)
{
	struct image_file *image = (struct image_file *)source;
	if (image->fd >= 0)
		close(image->fd);
	free(image->path);
	free(image);
}

struct image_file_state image_file_state_of(const struct stat *st)
{
	return (struct image_file_state){
		.size = (uint64_t)st->st_size,
		.modified = st->st_mtim.tv_sec,
		.modified_nanoseconds = st->st_mtim.tv_nsec,
		.changed = st->st_ctim.tv_sec,
		.changed_nanoseconds = st->st_ctim.tv_nsec,
		.inode = st->st_ino,
		.device = st->st_dev,
	};
}

/* Whether the file begins like a raw CD sector: 00, ten FF, 00 (ECMA-130, section 14). */
static bool begins_raw(int fd)
{
	static const uint8_t sync[12] = {0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0};
	uint8_t start[12];
	return pread(fd, start, sizeof(start), 0) == (ssize_t)sizeof(start) &&
	       !memcmp(start, sync, sizeof(sync));
}

static int check_shape(int fd, const struct stat *st, const char *path, struct error *err)
{
	if (S_ISDIR(st->st_mode))
		return error_set(err, ERR_INVALID, "%s is a directory, not a disc image", path);
	if (!S_ISREG(st->st_mode))
		return error_set(err, ERR_INVALID, "%s is neither a drive nor a disc image", path);
	if (st->st_size == 0)
		return error_set(err, ERR_INVALID, "%s is empty: there is no disc in it", path);
	if (begins_raw(fd))
		return error_set(err, ERR_UNSUPPORTED,
			"%s holds raw 2352-byte sectors, not the 2048-byte sectors of an ISO "
			"image: give its "
			"cue sheet (.cue) instead, which says what tracks are in it",
			path);
	if (st->st_size % DISC_SECTOR_SIZE)
		return error_set(err, ERR_INVALID,
			"%s is %jd bytes, which is no whole number of 2048-byte sectors: it is cut "
			"short, "
			"or it is not an ISO image",
			path, (intmax_t)st->st_size);
	if ((uint64_t)st->st_size / DISC_SECTOR_SIZE >= UINT32_MAX)
		return error_set(err, ERR_INVALID, "%s is larger than any disc", path);
	return 0;
}

int image_file_open(struct sector_source **out, const char *path, struct image_file_state *state,
	struct error *err)
{
	static const struct sector_source_ops ops = {image_file_read, image_file_close};
	struct stat st;
	struct image_file *image = calloc(1, sizeof(*image));
	if (!image)
		return error_set(err, ERR_MEMORY, "out of memory");
	image->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	image->path = strdup(path);
	int status = 0;
	if (image->fd < 0 || fstat(image->fd, &st))
		status = error_set_errno(err, errno, "cannot open %s", path);
	else if (!image->path)
		status = error_set(err, ERR_MEMORY, "out of memory");
	else
		status = check_shape(image->fd, &st, path, err);
	if (status) {
		image_file_close(&image->base);
		return status;
	}
	if (state)
		*state = image_file_state_of(&st);
	posix_fadvise(image->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	image->base = (struct sector_source){
		.ops = &ops,
		.sectors = (uint32_t)((uint64_t)st.st_size / DISC_SECTOR_SIZE),
		.sector_size = DISC_SECTOR_SIZE,
		.max_read = SOURCE_MAX_READ,
		.confirmation = READ_CONFIRMED_BY_FILE,
	};
	*out = &image->base;
	return 0;
}

int image_file_look(const char *path, struct image_file_state *state, struct error *err)
{
	struct stat st;
	if (stat(path, &st))
		return error_set_errno(err, errno, "cannot look at %s", path);
	*state = image_file_state_of(&st);
	return 0;
}

bool image_file_same(const struct image_file_state *a, const struct image_file_state *b)
{
	return a->size == b->size && a->modified == b->modified &&
	       a->modified_nanoseconds == b->modified_nanoseconds && a->files == b->files &&
	       a->inode == b->inode && a->device == b->device && a->changed == b->changed &&
	       a->changed_nanoseconds == b->changed_nanoseconds;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/identify.h"

#include "image/sector.h"
#include "image/volume.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A volume as sectors of 2048 bytes from `first` on. */
struct window {
	int fd;
	const struct deposit *deposit;
	uint32_t first, count; /* sectors of the image: those of the track */
	uint32_t
		lba; /* of the first: where a later session's volume begins, its addresses are the disc's */
	uint32_t
		span; /* sectors of the disc from there to the end of the session, which a volume may claim */
};

static int read_iso_sector(
	const struct window *window, uint32_t sector, uint8_t out[DISC_SECTOR_SIZE])
{
	return pread(window->fd, out, DISC_SECTOR_SIZE, (off_t)sector * DISC_SECTOR_SIZE) ==
			       DISC_SECTOR_SIZE
		       ? 0
		       : ERR_IO;
}

static int read_raw_sector(
	const struct window *window, uint32_t sector, uint8_t out[DISC_SECTOR_SIZE])
{
	uint8_t raw[DISC_RAW_SECTOR_SIZE];
	if (pread(window->fd, raw, sizeof(raw), (off_t)sector * DISC_RAW_SECTOR_SIZE) !=
		(ssize_t)sizeof(raw))
		return ERR_IO;
	size_t offset = sector_user_data(raw);
	if (!offset)
		return ERR_IO;
	memcpy(out, raw + offset, DISC_SECTOR_SIZE);
	return 0;
}

/*
 * The volume's own sectors count from its track's beginning, the addresses within it from the beginning of the disc: the
 * descriptors of a track at 20400 are at 20416, and name blocks from 20400 on.
 */
static int read_sector(void *context, uint32_t lba, uint8_t sector[DISC_SECTOR_SIZE])
{
	const struct window *window = context;
	uint32_t place = lba >= window->lba ? lba - window->lba : lba;
	if (place >= window->count)
		return ERR_IO;
	return window->deposit->format == IMAGE_ISO
		       ? read_iso_sector(window, window->first + place, sector)
		       : read_raw_sector(window, window->first + place, sector);
}

/* The track whose file system stands for the disc; false if there is no data track. */
static bool choose_track(const struct disc *disc, size_t *place)
{
	bool found = false;
	for (size_t i = 0; i < disc->track_count; i++) {
		const struct track *track = &disc->tracks[i];
		if (track->mode == TRACK_AUDIO ||
			(found && disc->tracks[*place].session == track->session))
			continue;
		*place = i;
		found = true;
	}
	return found;
}

static bool open_window(struct window *window)
{
	const struct disc *disc = &window->deposit->disc;
	size_t place = 0;
	if (window->deposit->format == IMAGE_ISO) {
		window->count = window->span = disc_image_sectors(disc);
		return true;
	}
	if (!choose_track(disc, &place))
		return false;
	disc_track_sectors(disc, place, &window->first, &window->count);
	window->lba = disc->tracks[place].lba;
	window->span = disc->session_lead_outs[disc->tracks[place].session - 1] - window->lba;
	return true;
}

static int identify(struct window *window, struct deposit *deposit, struct error *err)
{
	struct volume volume;
	int status = volume_identify(&volume, read_sector, window, window->count, err);
	if (status)
		return status;
	deposit->file_system = volume.file_system;
	deposit->volume_label = volume.label;
	deposit->volume_sectors = window->span;
	/* what a later session's volume counts in its size, its own sectors or all before it, is not settled */
	if (!window->lba)
		deposit->claimed_sectors = volume.claimed_sectors;
	return 0;
}

int deposit_identify(struct deposit *deposit, const char *path, struct error *err)
{
	struct window window = {.deposit = deposit};
	if (!open_window(&window))
		return 0;
	window.fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (window.fd < 0)
		return error_set(err, ERR_IO, "cannot open %s again", path);
	int status = identify(&window, deposit, err);
	close(window.fd);
	return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/drive_raw.h"

#include "image/checked_source.h"
#include "image/sector.h"

#include <stdlib.h>
#include <string.h>

#define RAW_MAX_SECTORS 27u /* just under 64 KiB, which every Linux host adapter takes */
#define USER_DATA 16u /* where it begins in a Mode 1 sector */

/* Sectors of 2048 bytes by READ(10). */
struct user_data {
	struct sector_source base;
	struct packet_port *port;
};

struct drive_raw {
	struct sector_source base;
	struct packet_port *port;
	const struct disc *disc;
	/* by LBA, and checked for delivery: framing would hide that nothing came */
	struct sector_source *user_data;
	bool rebuilds[DISC_MAX_TRACKS]; /* by place in disc->tracks: it is read as user data */
};

/* ---- user data ---- */

static enum source_status user_data_read(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	struct user_data *user_data = (struct user_data *)source;
	(void)notes;
	return packet_read_user_data(user_data->port, extent, buffer, err);
}

static void user_data_close(struct sector_source *source)
{
	free(source);
}

static int user_data_open(
	struct sector_source **out, struct packet_port *port, uint32_t sectors, struct error *err)
{
	static const struct sector_source_ops ops = {user_data_read, user_data_close};
	struct user_data *user_data = calloc(1, sizeof(*user_data));
	if (!user_data)
		return error_set(err, ERR_MEMORY, "out of memory");
	user_data->base = (struct sector_source){
		.ops = &ops,
		.sectors = sectors,
		.sector_size = DISC_SECTOR_SIZE,
		.max_read = RAW_MAX_SECTORS,
		.confirmation = READ_CONFIRMED_BY_DRIVE,
	};
	user_data->port = port;
	int status = checked_source_new(out, &user_data->base, err);
	if (status)
		user_data_close(&user_data->base);
	return status;
}

/* ---- reading ---- */

static enum source_status read_whole(struct drive_raw *raw, enum track_mode mode,
	struct extent extent, uint8_t *buffer, struct error *err)
{
	struct sense sense;
	const enum sector_type type = mode == TRACK_AUDIO ? SECTOR_TYPE_AUDIO : SECTOR_TYPE_ANY;
	if (packet_read_cd(raw->port, type, extent, buffer, &sense))
		return SOURCE_OK;
	/* it ends in the pregap of a data track, of which the beginning could not be found */
	if (type != SECTOR_TYPE_ANY && sense_is_other_kind(&sense) &&
		packet_read_cd(raw->port, SECTOR_TYPE_ANY, extent, buffer, &sense))
		return SOURCE_OK;
	return packet_failure(raw->port, &sense, extent.lba, err);
}

static enum source_status read_rebuilt(struct drive_raw *raw, struct extent extent, uint8_t *buffer,
	struct sector_note *notes, struct error *err)
{
	enum source_status status = source_read(raw->user_data, extent, buffer, err);
	if (status != SOURCE_OK)
		return status;
	for (uint32_t i = extent.count; i-- > 0;) { /* from the last on: they move upwards */
		uint8_t *sector = buffer + (size_t)i * DISC_RAW_SECTOR_SIZE;
		memmove(sector + USER_DATA, buffer + (size_t)i * DISC_SECTOR_SIZE,
			DISC_SECTOR_SIZE);
		sector_frame_mode1(sector, extent.lba + i);
		notes[i].rebuilt = true;
	}
	return SOURCE_OK;
}

static enum source_status drive_raw_read(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	struct drive_raw *raw = (struct drive_raw *)source;
	for (uint32_t done = 0; done < extent.count;) {
		struct disc_run run;
		if (!disc_run_at(raw->disc, extent.lba + done, &run)) {
			error_set(err, ERR_USAGE, "sector %u lies outside the image of the disc",
				extent.lba + done);
			return SOURCE_GONE;
		}
		const uint32_t before = extent.lba + done - run.sector;
		struct extent part = {run.lba + before, run.count - before};
		if (part.count > extent.count - done)
			part.count = extent.count - done;
		uint8_t *sectors = buffer + (size_t)done * DISC_RAW_SECTOR_SIZE;
		enum source_status status =
			raw->rebuilds[run.track - raw->disc->tracks]
				? read_rebuilt(raw, part, sectors, notes + done, err)
				: read_whole(raw, run.track->mode, part, sectors, err);
		if (status != SOURCE_OK)
			return status;
		done += part.count;
	}
	return SOURCE_OK;
}

/* ---- what the drive can do ---- */

uint32_t drive_probe_place(const struct track *track, unsigned i)
{
	const uint32_t offsets[DRIVE_PROBES] = {0, 16, 32, track->count / 2};
	return track->lba + offsets[i] % track->count;
}

enum verdict {
	VERDICT_WHOLE, /* it came, and is right */
	VERDICT_USER_DATA, /* it did not, or is not right, and its user data came */
	VERDICT_REFUSED, /* the drive does not read this kind of sector whole */
	VERDICT_UNCLEAR, /* it may be damaged */
	VERDICT_GONE,
};

static enum verdict probe(
	struct drive_raw *raw, const struct track *track, uint32_t lba, struct error *err)
{
	uint8_t sector[DISC_RAW_SECTOR_SIZE] = {0};
	const struct extent extent = {lba, 1};
	struct sense sense;
	enum source_status status = SOURCE_OK;
	const bool came = packet_read_cd(raw->port, SECTOR_TYPE_ANY, extent, sector, &sense);
	const enum sector_state state = sector_check(sector, lba);
	if (came && (state == SECTOR_GOOD || state == SECTOR_NO_CHECK))
		return VERDICT_WHOLE;
	if (!came)
		status = packet_failure(raw->port, &sense, lba, err);
	if (status != SOURCE_GONE && track->mode == TRACK_MODE1) {
		status = source_read(raw->user_data, extent, sector, err);
		if (status == SOURCE_OK)
			return VERDICT_USER_DATA;
	}
	if (status == SOURCE_GONE)
		return VERDICT_GONE;
	const bool is_refusal = came ? state == SECTOR_NO_SYNC : sense.key == SENSE_ILLEGAL_REQUEST;
	return is_refusal ? VERDICT_REFUSED : VERDICT_UNCLEAR;
}

/*
 * Decides how a data track is read. What is unclear everywhere is read whole: damage is found
 * sector by sector.
 */
static int probe_data(struct drive_raw *raw, size_t place, struct error *err)
{
	const struct track *track = &raw->disc->tracks[place];
	bool seen[VERDICT_GONE + 1] = {false};
	struct error why = {0};
	for (unsigned i = 0; i < DRIVE_PROBES && !seen[VERDICT_WHOLE]; i++) {
		seen[probe(raw, track, drive_probe_place(track, i), &why)] = true;
		if (seen[VERDICT_GONE])
			return error_set(err, why.code, "%s", why.message);
	}
	if (seen[VERDICT_WHOLE])
		return 0;
	if (track->mode == TRACK_MODE2 && seen[VERDICT_REFUSED])
		return error_set(err, ERR_UNSUPPORTED,
			"track %u is of Mode 2, and this drive does not read such sectors whole; "
			"try "
			"another drive",
			track->number);
	raw->rebuilds[place] = seen[VERDICT_USER_DATA] || seen[VERDICT_REFUSED];
	return 0;
}

/* Audio is there by READ CD alone. */
static int probe_audio(struct drive_raw *raw, const struct track *track, struct error *err)
{
	uint8_t sector[DISC_RAW_SECTOR_SIZE];
	const struct extent extent = {track->lba, 1};
	struct sense sense;
	if (!packet_read_cd(raw->port, SECTOR_TYPE_AUDIO, extent, sector, &sense) &&
		sense_is_no_such_command(&sense))
		return error_set(err, ERR_UNSUPPORTED,
			"the disc has audio, which this drive does not give to a computer; try "
			"another "
			"drive");
	return 0;
}

static int probe_tracks(struct drive_raw *raw, struct error *err)
{
	bool audio_known = false;
	int status = 0;
	for (size_t i = 0; i < raw->disc->track_count && !status; i++) {
		const struct track *track = &raw->disc->tracks[i];
		if (track->mode != TRACK_AUDIO) {
			status = probe_data(raw, i, err);
		} else if (!audio_known) {
			status = probe_audio(raw, track, err);
			audio_known = true;
		}
	}
	return status;
}

static void drive_raw_close(struct sector_source *source)
{
	struct drive_raw *raw = (struct drive_raw *)source;
	source_close(raw->user_data);
	free(raw);
}

int drive_raw_new(struct sector_source **out, struct packet_port *port, const struct disc *disc,
	struct error *err)
{
	static const struct sector_source_ops ops = {drive_raw_read, drive_raw_close};
	if (disc->profile != DISC_CD)
		return error_set(err, ERR_UNSUPPORTED, "only a CD has raw sectors of 2352 bytes");
	struct drive_raw *raw = calloc(1, sizeof(*raw));
	if (!raw)
		return error_set(err, ERR_MEMORY, "out of memory");
	raw->base = (struct sector_source){
		.ops = &ops,
		.sectors = disc_image_sectors(disc),
		.sector_size = DISC_RAW_SECTOR_SIZE,
		.max_read = RAW_MAX_SECTORS,
		.confirmation = READ_CONFIRMED_BY_DRIVE,
	};
	raw->port = port;
	raw->disc = disc;
	int status = user_data_open(&raw->user_data, port, disc->lead_out, err);
	if (!status)
		status = probe_tracks(raw, err);
	if (status)
		drive_raw_close(&raw->base);
	else
		*out = &raw->base;
	return status;
}

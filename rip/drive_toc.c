/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/drive_toc.h"

#include "image/sector.h"
#include "rip/drive_pregap.h"
#include "rip/drive_raw.h"
#include "rip/toc.h"

#include <stdbool.h>
#include <string.h>

/* A full table of contents has some hundred bytes, thousands with many sessions. */
#define TOC_BYTES 16384u
/* Sectors by which READ CAPACITY may exceed the lead-out: not every drive stops at its first. */
#define MAY_EXCEED 150u

/* READ CAPACITY: the sectors of the disc. */
static int read_capacity(struct packet_port *port, uint32_t *sectors, struct error *err)
{
	uint32_t last = 0;
	if (!packet_last_address(port, &last))
		return error_set(err, ERR_IO, "the drive does not tell the size of its disc");
	if (last == UINT32_MAX || last == 0)
		return error_set(err, ERR_INVALID, "the disc is blank or holds nothing to read");
	*sectors = last + 1;
	return 0;
}

/* ---- sessions and tracks ---- */

static const char *read_full(struct packet_port *port, struct disc *disc)
{
	const char *reason = NULL; /* that of the first dialect, which nearly all drives have */
	for (unsigned dialect = 0; dialect < TOC_DIALECTS; dialect++) {
		uint8_t answer[TOC_BYTES];
		size_t len = packet_toc(
			port, TOC_FULL, (enum toc_dialect)dialect, answer, sizeof(answer));
		const char *wrong = len ? toc_parse_full(disc, answer, len)
					: "the drive does not give the full one";
		if (!wrong)
			return NULL;
		reason = reason ? reason : wrong;
	}
	return reason;
}

static const char *read_short(struct packet_port *port, struct disc *disc)
{
	uint8_t answer[TOC_BYTES];
	size_t len = packet_toc(port, TOC_SHORT, TOC_DIALECT_MMC, answer, sizeof(answer));
	return len ? toc_parse_short(disc, answer, len) : "the drive does not give one";
}

/* How many there are; 0 if the drive does not tell. */
static unsigned read_session_count(struct packet_port *port)
{
	unsigned sessions = 0;
	for (unsigned dialect = 0; dialect < TOC_DIALECTS && !sessions; dialect++) {
		uint8_t answer[12];
		size_t len = packet_toc(
			port, TOC_SESSIONS, (enum toc_dialect)dialect, answer, sizeof(answer));
		sessions = toc_parse_session_count(answer, len);
	}
	return sessions;
}

/* Whether the short table may stand for the disc; the reason is why the full one may not. */
static int check_short(
	struct packet_port *port, const struct disc *disc, const char *reason, struct error *err)
{
	const unsigned sessions = read_session_count(port);
	uint32_t last = 0;
	if (!sessions)
		return error_set(err, ERR_UNSUPPORTED,
			"the drive does not tell how many sessions the disc has; try another "
			"drive");
	if (sessions > 1)
		return error_set(err, ERR_UNSUPPORTED,
			"the disc has %u sessions, and this drive does not tell where they lie "
			"(its table of contents: %s); try another drive",
			sessions, reason);
	/* no CD is longer than that, so a drive that says so says nothing of this disc */
	const uint32_t longest = 100 * 60 * DISC_FRAMES;
	if (packet_last_address(port, &last) && last < longest &&
		last > disc->lead_out + MAY_EXCEED)
		return error_set(err, ERR_INVALID,
			"the disc's table of contents ends at sector %u, and the drive says that "
			"the disc goes on to %u; try another drive",
			disc->lead_out, last);
	return 0;
}

static int read_tracks(struct packet_port *port, struct disc *disc, struct error *err)
{
	struct disc brief;
	const char *wrong = read_full(port, disc);
	const char *wrong_short = read_short(port, &brief);
	if (!wrong && (wrong_short || toc_agrees(disc, &brief)))
		return 0;
	if (!wrong)
		wrong = "the full one and the short one contradict each other";
	if (wrong_short)
		return error_set(err, ERR_INVALID,
			"the disc's table of contents cannot be read: it may be blank or not "
			"finalised (the table of contents: %s)",
			wrong_short);
	*disc = brief;
	return check_short(port, disc, wrong, err);
}

/* ---- what the tracks are ---- */

/* The mode that the headers of a track's sectors have; false if none is to be had. */
static bool mode_by_header(
	struct packet_port *port, const struct track *track, enum track_mode *mode)
{
	for (unsigned i = 0; i < DRIVE_PROBES; i++) {
		uint8_t sector[DISC_RAW_SECTOR_SIZE] = {0};
		struct sense sense;
		const struct extent extent = {drive_probe_place(track, i), 1};
		if (!packet_read_cd(port, SECTOR_TYPE_ANY, extent, sector, &sense)) {
			if (sense_is_no_such_command(&sense) || sense.key == SENSE_NOT_READY)
				return false;
			continue;
		}
		const int found = sector_mode(sector);
		if (found != 1 && found != 2)
			continue;
		*mode = found == 2 ? TRACK_MODE2 : TRACK_MODE1;
		return true;
	}
	return false;
}

static void find_mode(struct packet_port *port, struct track *track)
{
	unsigned mode = 0;
	if (track->mode == TRACK_AUDIO || mode_by_header(port, track, &track->mode))
		return;
	if (packet_data_mode(port, track->number, &mode) && (mode == 1 || mode == 2))
		track->mode = mode == 2 ? TRACK_MODE2 : TRACK_MODE1;
}

static void find_numbers(struct packet_port *port, struct disc *disc)
{
	uint8_t answer[SUB_CHANNEL_SIZE];
	if (packet_sub_channel(port, SUB_CHANNEL_MCN, 0, answer))
		toc_parse_mcn(disc->mcn, answer, sizeof(answer));
	for (size_t i = 0; i < disc->track_count; i++) {
		struct track *track = &disc->tracks[i];
		if (track->mode == TRACK_AUDIO &&
			packet_sub_channel(port, SUB_CHANNEL_ISRC, track->number, answer))
			toc_parse_isrc(track->isrc, track->number, answer, sizeof(answer));
	}
}

static int read_cd(struct packet_port *port, struct disc *disc, struct error *err)
{
	int status = read_tracks(port, disc, err);
	if (status)
		return status;
	for (size_t i = 0; i < disc->track_count; i++)
		find_mode(port, &disc->tracks[i]);
	drive_find_pregaps(port, disc);
	find_numbers(port, disc);
	return 0;
}

/* Profiles: MMC-3, table 87, and what came after it. */
int drive_read_toc(struct packet_port *port, struct disc *disc, struct error *err)
{
	const unsigned profile = packet_profile(port);
	const bool is_dvd = profile >= 0x10 && profile <= 0x2b;
	const bool is_later = profile >= 0x40 && profile <= 0x5a; /* Blu-ray, HD DVD */
	uint32_t sectors = 0;
	if (is_later)
		return error_set(err, ERR_UNSUPPORTED,
			"the disc is neither a CD nor a DVD (profile %02xh): Theca reads no others",
			profile);
	/* a drive that does not tell the profile is an old one, and its disc a CD */
	if (!is_dvd)
		return read_cd(port, disc, err);
	int status = read_capacity(port, &sectors, err);
	if (!status)
		disc_init_single(disc, DISC_DVD, TRACK_DATA, sectors);
	return status;
}

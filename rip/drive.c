/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/drive.h"

#include "base/bytes.h"

#include <cdio/cdio.h>
#include <cdio/logging.h>
#include <cdio/mmc.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <linux/cdrom.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define COMMAND_TIMEOUT_MS 60000u
#define READ_MAX_SECTORS 32u /* 64 KiB: whole 16-sector ECC blocks, and every Linux host adapter takes it */

struct drive {
	struct sector_source base;
	CdIo_t *cdio;
};

/* libcdio prints warnings to stdout and calls exit() on errors unless it is given a handler. */
static void ignore_log(cdio_log_level_t level, const char message[])
{
	(void)level;
	(void)message;
}

const char *drive_library_version(void)
{
	/* "2.1.0 x86_64-pc-linux-gnu": the version is the first word */
	static char version[32];
	snprintf(version, sizeof(version), "%.*s", (int)strcspn(cdio_version_string, " "),
		cdio_version_string);
	return version;
}

enum source_status drive_sense(uint8_t key, uint8_t asc, uint8_t ascq, uint32_t lba,
	struct error *err)
{
	static const struct {
		uint8_t key, asc; /* asc 0xff: any */
		enum source_status status;
		enum error_code code;
		const char *words;
	} meanings[] = {
		{0x2, 0x3a, SOURCE_GONE, ERR_NOT_FOUND, "there is no disc in the drive any more"},
		{0x2, 0xff, SOURCE_GONE, ERR_BUSY, "the drive is not ready"},
		{0x3, 0xff, SOURCE_UNREADABLE, ERR_IO, "the disc cannot be read there (medium error)"},
		{0x4, 0xff, SOURCE_UNREADABLE, ERR_IO, "the drive failed there (hardware error)"},
		{0x5, 0x6f, SOURCE_UNREADABLE, ERR_UNSUPPORTED,
			"the drive withholds the sector: the disc is copy-protected"},
		{0x5, 0xff, SOURCE_UNREADABLE, ERR_IO, "the drive refused the address"},
		{0x6, 0x28, SOURCE_GONE, ERR_IO, "the disc was changed while it was read"},
		{0x6, 0xff, SOURCE_UNREADABLE, ERR_IO, "the drive was reset"},
		{0xb, 0xff, SOURCE_UNREADABLE, ERR_IO, "the drive gave the command up"},
	};
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (meanings[i].key != key || (meanings[i].asc != asc && meanings[i].asc != 0xff))
			continue;
		error_set(err, meanings[i].code, "sector %u: %s (sense %x/%02x/%02x)", lba,
			meanings[i].words, key, asc, ascq);
		return meanings[i].status;
	}
	error_set(err, ERR_IO, "sector %u: the drive reported sense %x/%02x/%02x", lba, key, asc, ascq);
	return SOURCE_UNREADABLE;
}

/* Whether the drive still is there with a disc in it: a read that failed without sense data does not say. */
static bool disc_is_there(CdIo_t *cdio)
{
	mmc_cdb_t cdb = {{0}}; /* TEST UNIT READY */
	for (int i = 0; i < 3; i++) { /* a unit attention is reported once and then over */
		if (mmc_run_cmd(cdio, COMMAND_TIMEOUT_MS, &cdb, SCSI_MMC_DATA_NONE, 0, NULL) ==
			DRIVER_OP_SUCCESS)
			return true;
	}
	return false;
}

static enum source_status drive_read(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct error *err)
{
	struct drive *drive = (struct drive *)source;
	mmc_cdb_t cdb = {{0}};
	cdb.field[0] = 0x28; /* READ(10) */
	bytes_put_be32(&cdb.field[2], extent.lba);
	bytes_put_be16(&cdb.field[7], (uint16_t)extent.count);
	int result = mmc_run_cmd(drive->cdio, COMMAND_TIMEOUT_MS, &cdb, SCSI_MMC_DATA_READ,
		extent.count * source->sector_size, buffer);
	if (result == DRIVER_OP_SUCCESS)
		return SOURCE_OK;
	cdio_mmc_request_sense_t *sense = NULL;
	enum source_status status = SOURCE_UNREADABLE;
	if (mmc_last_cmd_sense(drive->cdio, &sense) > 13 && sense && sense->sense_key) {
		status = drive_sense(sense->sense_key, sense->asc, sense->ascq, extent.lba, err);
	} else {
		error_set(err, ERR_IO, "sector %u: the drive could not read it", extent.lba);
		if (!disc_is_there(drive->cdio)) {
			error_set(err, ERR_IO, "the drive does not answer, or its disc is gone");
			status = SOURCE_GONE;
		}
	}
	free(sense);
	return status;
}

static void drive_close(struct sector_source *source)
{
	struct drive *drive = (struct drive *)source;
	if (drive->cdio)
		cdio_destroy(drive->cdio);
	free(drive);
}

/* Copies a fixed-width field of an INQUIRY answer without its padding. */
static void copy_trimmed(char *out, size_t out_size, const char *field, size_t len)
{
	len = strnlen(field, len);
	while (len && (field[len - 1] == ' '))
		len--;
	while (len && *field == ' ') {
		field++;
		len--;
	}
	if (len >= out_size)
		len = out_size - 1;
	memcpy(out, field, len);
	out[len] = '\0';
}

/* The unit serial number, if the drive tells one (SPC-3, 7.6.10: vital product data page 80h). */
static void read_serial(CdIo_t *cdio, struct drive_identity *identity)
{
	uint8_t page[64] = {0};
	mmc_cdb_t cdb = {{0}};
	cdb.field[0] = 0x12;
	cdb.field[1] = 1;
	cdb.field[2] = 0x80;
	cdb.field[4] = sizeof(page);
	if (mmc_run_cmd(cdio, COMMAND_TIMEOUT_MS, &cdb, SCSI_MMC_DATA_READ, sizeof(page), page) !=
			DRIVER_OP_SUCCESS ||
		page[1] != 0x80)
		return;
	size_t len = page[3] < sizeof(page) - 4 ? page[3] : sizeof(page) - 4;
	copy_trimmed(identity->serial, sizeof(identity->serial), (const char *)page + 4, len);
}

static void read_identity(CdIo_t *cdio, struct drive_identity *identity)
{
	cdio_hwinfo_t hardware;
	memset(&hardware, 0, sizeof(hardware));
	if (cdio_get_hwinfo(cdio, &hardware)) {
		copy_trimmed(identity->vendor, sizeof(identity->vendor), hardware.psz_vendor,
			sizeof(hardware.psz_vendor));
		copy_trimmed(identity->model, sizeof(identity->model), hardware.psz_model,
			sizeof(hardware.psz_model));
		copy_trimmed(identity->firmware, sizeof(identity->firmware), hardware.psz_revision,
			sizeof(hardware.psz_revision));
	}
	read_serial(cdio, identity);
}

/* Sectors of the disc by READ CAPACITY (MMC-3, 6.22): the last address and the block size. */
static int read_capacity(CdIo_t *cdio, uint32_t *sectors, struct error *err)
{
	uint8_t answer[8] = {0};
	mmc_cdb_t cdb = {{0}};
	cdb.field[0] = 0x25;
	if (mmc_run_cmd(cdio, COMMAND_TIMEOUT_MS, &cdb, SCSI_MMC_DATA_READ, sizeof(answer), answer) !=
		DRIVER_OP_SUCCESS)
		return error_set(err, ERR_IO, "the drive does not tell the size of its disc");
	uint32_t last = bytes_be32(answer);
	if (last == UINT32_MAX || last == 0)
		return error_set(err, ERR_INVALID, "the disc is blank or holds nothing to read");
	*sectors = last + 1;
	return 0;
}

/* The profile of the disc in the drive (MMC-3, 6.5 GET CONFIGURATION, bytes 6 and 7). */
static enum disc_profile read_profile(CdIo_t *cdio)
{
	uint8_t answer[8] = {0};
	mmc_cdb_t cdb = {{0}};
	cdb.field[0] = 0x46;
	cdb.field[1] = 2;
	bytes_put_be16(&cdb.field[7], sizeof(answer));
	if (mmc_run_cmd(cdio, COMMAND_TIMEOUT_MS, &cdb, SCSI_MMC_DATA_READ, sizeof(answer), answer) !=
		DRIVER_OP_SUCCESS)
		return DISC_UNKNOWN;
	unsigned profile = (unsigned)answer[6] << 8 | answer[7];
	if (profile >= 0x08 && profile <= 0x0a)
		return DISC_CD;
	return profile >= 0x10 && profile <= 0x2b ? DISC_DVD : DISC_UNKNOWN;
}

static enum track_mode mode_of_format(track_format_t format)
{
	switch (format) {
	case TRACK_FORMAT_AUDIO:
		return TRACK_AUDIO;
	case TRACK_FORMAT_CDI:
	case TRACK_FORMAT_XA:
		return TRACK_MODE2;
	default:
		return TRACK_MODE1;
	}
}

/* Sessions of the disc: the number of the last one by a READ TOC of format 1 (MMC-3, 6.30); 0 if the drive does not tell. */
static uint8_t read_session_count(CdIo_t *cdio)
{
	uint8_t answer[12] = {0};
	mmc_cdb_t cdb = {{0}};
	cdb.field[0] = 0x43;
	cdb.field[2] = 1;
	bytes_put_be16(&cdb.field[7], sizeof(answer));
	if (mmc_run_cmd(cdio, COMMAND_TIMEOUT_MS, &cdb, SCSI_MMC_DATA_READ, sizeof(answer), answer) !=
			DRIVER_OP_SUCCESS ||
		answer[3] > 99)
		return 0;
	return answer[3];
}

static int read_cd_toc(CdIo_t *cdio, uint32_t sectors, struct disc *disc, struct error *err)
{
	track_t first = cdio_get_first_track_num(cdio), count = cdio_get_num_tracks(cdio);
	if (first == CDIO_INVALID_TRACK || count == CDIO_INVALID_TRACK || count < 1 ||
		count > DISC_MAX_TRACKS)
		return error_set(err, ERR_INVALID,
			"the disc's table of contents cannot be read: it may be blank or not finalised");
	*disc = (struct disc){.profile = DISC_CD, .track_count = count};
	disc->session_count = read_session_count(cdio);
	if (!disc->session_count)
		return error_set(err, ERR_UNSUPPORTED,
			"the drive does not tell how many sessions the disc has; try another drive");
	disc->lead_out = sectors;
	for (unsigned i = 0; i < count; i++) {
		track_t number = (track_t)(first + i);
		lsn_t start = cdio_get_track_lsn(cdio, number);
		if (start < 0 || (uint32_t)start >= sectors)
			return error_set(err, ERR_INVALID, "track %u begins outside the disc", number);
		disc->tracks[i] = (struct track){.number = number,
			.session = 1,
			.mode = mode_of_format(cdio_get_track_format(cdio, number)),
			.lba = (uint32_t)start};
	}
	for (unsigned i = 0; i < count; i++) {
		uint32_t end = i + 1u < count ? disc->tracks[i + 1].lba : sectors;
		if (end <= disc->tracks[i].lba)
			return error_set(err, ERR_INVALID, "the tracks of the disc are out of order");
		disc->tracks[i].count = end - disc->tracks[i].lba;
	}
	return 0;
}

/* Says who may open the device, when this user may not. */
static int permission_error(const char *device, const struct stat *st, struct error *err)
{
	const struct group *group = getgrgid(st->st_gid);
	return error_set(err, ERR_PERMISSION,
		"you may not read %s: ask an administrator to add you to the group '%s' "
		"(usermod -aG %s YOUR-NAME), then log in again",
		device, group ? group->gr_name : "that owns it", group ? group->gr_name : "GROUP");
}

/* Asks the kernel's driver what is in the tray, before anything else is tried. */
static int check_tray(int fd, const char *device, struct error *err)
{
	switch (ioctl(fd, CDROM_DRIVE_STATUS, CDSL_CURRENT)) {
	case CDS_NO_DISC:
		return error_set(err, ERR_NOT_FOUND, "there is no disc in %s: insert one and run the command again",
			device);
	case CDS_TRAY_OPEN:
		return error_set(err, ERR_NOT_FOUND,
			"the tray of %s is open or empty: put a disc in, close it and run the command again", device);
	case CDS_DRIVE_NOT_READY:
		return error_set(err, ERR_BUSY,
			"%s is not ready yet: wait until the disc has come to speed and run the command again",
			device);
	default:
		return 0;
	}
}

static int check_device(const char *device, struct error *err)
{
	struct stat st;
	if (stat(device, &st))
		return error_set_errno(err, errno, "there is no drive %s", device);
	int fd = open(device, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && (errno == EACCES || errno == EPERM))
		return permission_error(device, &st, err);
	if (fd < 0)
		return error_set_errno(err, errno, "cannot open %s", device);
	int status = ioctl(fd, CDROM_GET_CAPABILITY, 0) < 0
			     ? error_set(err, ERR_INVALID, "%s is not a CD or DVD drive", device)
			     : check_tray(fd, device, err);
	close(fd);
	return status;
}

static int read_disc(CdIo_t *cdio, struct disc *disc, struct error *err)
{
	uint32_t sectors = 0;
	int status = read_capacity(cdio, &sectors, err);
	if (status)
		return status;
	enum disc_profile profile = read_profile(cdio);
	if (profile == DISC_DVD) {
		disc_init_single(disc, profile, TRACK_DATA, sectors);
		return 0;
	}
	/* a drive that does not tell the profile is an old one, and its disc a CD unless the table of contents says otherwise */
	return read_cd_toc(cdio, sectors, disc, err);
}

int drive_open(struct sector_source **out, const char *device, struct drive_identity *identity,
	struct disc *disc, struct error *err)
{
	static const struct sector_source_ops ops = {drive_read, drive_close};
	cdio_log_set_handler(ignore_log);
	int status = check_device(device, err);
	if (status)
		return status;
	struct drive *drive = calloc(1, sizeof(*drive));
	if (!drive)
		return error_set(err, ERR_MEMORY, "out of memory");
	drive->cdio = cdio_open_am(device, DRIVER_LINUX, "IOCTL");
	if (!drive->cdio)
		status = error_set(err, ERR_IO, "libcdio cannot open %s", device);
	else
		status = read_disc(drive->cdio, disc, err);
	if (status) {
		drive_close(&drive->base);
		return status;
	}
	memset(identity, 0, sizeof(*identity));
	copy_trimmed(identity->device, sizeof(identity->device), device, strlen(device));
	read_identity(drive->cdio, identity);
	drive->base = (struct sector_source){
		.ops = &ops,
		.sectors = disc->lead_out,
		.sector_size = DISC_SECTOR_SIZE,
		.max_read = READ_MAX_SECTORS,
	};
	*out = &drive->base;
	return 0;
}

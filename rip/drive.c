/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/drive.h"

#include "rip/drive_raw.h"
#include "rip/drive_toc.h"
#include "rip/packet.h"

#include <cdio/cdio.h>
#include <cdio/logging.h>
#include <cdio/mmc.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/cdrom.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define COMMAND_TIMEOUT_MS 60000u
/* 64 KiB: whole 16-sector ECC blocks, and every Linux host adapter takes it */
#define READ_MAX_SECTORS 32u

struct drive {
	struct sector_source base;
	struct packet_port port;
	CdIo_t *cdio;
	struct disc disc;
	struct sector_source *raw; /* NULL until raw sectors are wanted */
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

static struct drive *drive_of(struct packet_port *port)
{
	return (struct drive *)((char *)port - offsetof(struct drive, port));
}

/* Sends a command to the device; libcdio finds the length of the block by its first byte. */
static bool drive_send(struct packet_port *port, const uint8_t block[PACKET_SIZE], uint8_t *answer,
	size_t len, struct sense *sense)
{
	CdIo_t *cdio = drive_of(port)->cdio;
	cdio_mmc_request_sense_t *said = NULL;
	mmc_cdb_t cdb = {{0}};
	memcpy(cdb.field, block, PACKET_SIZE);
	*sense = (struct sense){0};
	if (mmc_run_cmd(cdio, COMMAND_TIMEOUT_MS, &cdb,
		    len ? SCSI_MMC_DATA_READ : SCSI_MMC_DATA_NONE, (unsigned)len,
		    answer) == DRIVER_OP_SUCCESS)
		return true;
	if (mmc_last_cmd_sense(cdio, &said) > 13 && said)
		*sense = (struct sense){said->sense_key, said->asc, said->ascq};
	free(said);
	return false;
}

static enum source_status drive_read(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	struct drive *drive = (struct drive *)source;
	if (drive->raw)
		return source_read_noted(drive->raw, extent, buffer, notes, err);
	return packet_read_user_data(&drive->port, extent, buffer, err);
}

static void drive_close(struct sector_source *source)
{
	struct drive *drive = (struct drive *)source;
	source_close(drive->raw);
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
static void read_serial(struct drive *drive, struct drive_identity *identity)
{
	uint8_t page[64];
	if (!packet_product_page(&drive->port, 0x80, page, sizeof(page)))
		return;
	size_t len = page[3] < sizeof(page) - 4 ? page[3] : sizeof(page) - 4;
	copy_trimmed(identity->serial, sizeof(identity->serial), (const char *)page + 4, len);
}

static void read_identity(struct drive *drive, struct drive_identity *identity)
{
	cdio_hwinfo_t hardware;
	memset(&hardware, 0, sizeof(hardware));
	if (cdio_get_hwinfo(drive->cdio, &hardware)) {
		copy_trimmed(identity->vendor, sizeof(identity->vendor), hardware.psz_vendor,
			sizeof(hardware.psz_vendor));
		copy_trimmed(identity->model, sizeof(identity->model), hardware.psz_model,
			sizeof(hardware.psz_model));
		copy_trimmed(identity->firmware, sizeof(identity->firmware), hardware.psz_revision,
			sizeof(hardware.psz_revision));
	}
	read_serial(drive, identity);
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
		return error_set(err, ERR_NOT_FOUND,
			"there is no disc in %s: insert one and run the command again", device);
	case CDS_TRAY_OPEN:
		return error_set(err, ERR_NOT_FOUND,
			"the tray of %s is open or empty: put a disc in, close it and run the "
			"command again",
			device);
	case CDS_DRIVE_NOT_READY:
		return error_set(err, ERR_BUSY,
			"%s is not ready yet: wait until the disc has come to speed and run the "
			"command again",
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

/* Opens libcdio's side, and asks what disc there is. */
static int begin(struct drive *drive, const char *device, struct error *err)
{
	drive->port.send = drive_send;
	drive->cdio = cdio_open_am(device, DRIVER_LINUX, "IOCTL");
	if (!drive->cdio)
		return error_set(err, ERR_IO, "libcdio cannot open %s", device);
	return drive_read_toc(&drive->port, &drive->disc, err);
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
	status = begin(drive, device, err);
	if (status) {
		drive_close(&drive->base);
		return status;
	}
	*disc = drive->disc;
	memset(identity, 0, sizeof(*identity));
	copy_trimmed(identity->device, sizeof(identity->device), device, strlen(device));
	read_identity(drive, identity);
	drive->base = (struct sector_source){
		.ops = &ops,
		.sectors = disc->lead_out,
		.sector_size = DISC_SECTOR_SIZE,
		.max_read = READ_MAX_SECTORS,
		.confirmation = READ_CONFIRMED_BY_DRIVE,
	};
	*out = &drive->base;
	return 0;
}

int drive_read_raw(struct sector_source *source, struct error *err)
{
	struct drive *drive = (struct drive *)source;
	int status = drive_raw_new(&drive->raw, &drive->port, &drive->disc, err);
	if (status)
		return status;
	source->sectors = drive->raw->sectors;
	source->sector_size = drive->raw->sector_size;
	source->max_read = drive->raw->max_read;
	return 0;
}

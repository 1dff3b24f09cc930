/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/paranoia_engine.h"

#include "image/disc.h"
#include "rip/paranoia.h"

#include <cdio/cdio.h>
#include <cdio/logging.h>
#include <cdio/paranoia/cdda.h>
#include <cdio/paranoia/paranoia.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The library looks at this only when it is a multiple of 5. */
#define MAX_RETRIES 20
/* Bytes; the most that mallopt takes, and more than the library asks for at a time. */
#define LARGE_BUFFER (32 << 20)

struct paranoia_engine {
	struct paranoia_port port;
	uint32_t sectors;
	cdrom_drive_t *drive;
	cdrom_paranoia_t *paranoia;
	bool stopped;
	jmp_buf way_out;
	const int16_t *samples; /* of the last sector */
};

/* The engine that the library is at work for. */
static struct paranoia_engine *at_work;

const char *paranoia_library_version(void)
{
	return cdio_paranoia_version();
}

/* ---- what the library calls ---- */

/* libcdio prints warnings and calls exit() on errors unless it is given a handler. */
static void ignore_log(cdio_log_level_t level, const char message[])
{
	(void)level;
	(void)message;
}

/*
 * Reads for the library. There is one error that it gives up at, instead of trying again: that the medium was removed. Where the stretch is shorter than
 * what it takes for the drive's cache, it would move the head to a sector past the end.
 */
static long read_audio(cdrom_drive_t *drive, void *buffer, lsn_t first, long count)
{
	struct paranoia_engine *engine = at_work;
	(void)drive;
	const bool inside = first >= 0 && count > 0 && (uint32_t)first < engine->sectors &&
			    count <= (long)(engine->sectors - (uint32_t)first);
	if (!inside && !buffer)
		return count;
	if (!engine->stopped && inside &&
		engine->port.read(engine->port.context, (uint32_t)first, (uint32_t)count, buffer))
		return count;
	engine->stopped = true;
	errno = ENOMEDIUM;
	return -1;
}

/*
 * The position is one of 16-bit words. Where it is about to skip, the library would go on with what it has, and if it has nothing yet, with a buffer half as large as
 * it takes it for. It is left there and then; what it has allocated is all in its lists.
 */
static void note_event(long position, paranoia_cb_mode_t mode)
{
	struct paranoia_engine *engine = at_work;
	const long sector = (position + CD_FRAMEWORDS / 2) / CD_FRAMEWORDS;
	const uint32_t place = sector < 0 ? 0 : (uint32_t)sector;
	switch (mode) {
	case PARANOIA_CB_FIXUP_EDGE:
	case PARANOIA_CB_FIXUP_ATOM:
	case PARANOIA_CB_FIXUP_DROPPED:
	case PARANOIA_CB_FIXUP_DUPED:
	case PARANOIA_CB_DRIFT:
		engine->port.event(engine->port.context, PARANOIA_JITTER, place);
		break;
	case PARANOIA_CB_SKIP:
		engine->port.event(engine->port.context, PARANOIA_SKIP, place);
		engine->stopped = true;
		longjmp(engine->way_out, 1);
	default:
		break;
	}
}

/*
 * Where it puts displaced readings together, the library looks at some hundred bytes before and behind its buffers (measured: 512 before). With large buffers in mappings of their own
 * that would end the process. So they come from the heap, where something else is around them; what they are compared with is no more than a guess, which
 * the sightings put right.
 */
static void surround_buffers(void)
{
	mallopt(M_MMAP_THRESHOLD, LARGE_BUFFER);
	mallopt(M_TOP_PAD, 1 << 20);
}

/* ---- the empty disc ---- */

/* Writes a file of that name in directory, with text in it or `size` bytes long without any content. */
static int write_empty_disc_file(const char *path, const char *text, off_t size, struct error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_set_errno(err, errno, "cannot make the temporary file %s", path);
	size_t len = strlen(text);
	int status = 0;
	if (write(fd, text, len) != (ssize_t)len || (size && ftruncate(fd, size)))
		status = error_set_errno(err, errno, "cannot write the temporary file %s", path);
	close(fd);
	return status;
}

/* Opens the sheet as the library's drive; libcdio opens the file beside it at the first reading, which cdio_cddap_open makes. */
static cdrom_drive_t *open_empty_disc(const char *sheet)
{
	CdIo_t *cdio = cdio_open(sheet, DRIVER_BINCUE);
	cdrom_drive_t *drive =
		cdio ? cdio_cddap_identify_cdio(cdio, CDDA_MESSAGE_FORGETIT, NULL) : NULL;
	if (!drive) {
		if (cdio)
			cdio_destroy(cdio);
		return NULL;
	}
	/* else it would guess the byte order from what it hears */
	drive->bigendianp = 0;
	drive->b_swap_bytes = false;
	cdio_cddap_verbose_set(drive, CDDA_MESSAGE_FORGETIT, CDDA_MESSAGE_FORGETIT);
	if (cdio_cddap_open(drive)) {
		cdio_cddap_close(drive);
		return NULL;
	}
	return drive;
}

static int make_drive(cdrom_drive_t **out, uint32_t sectors, struct error *err)
{
	static const char sheet_text[] =
		"FILE \"empty.bin\" BINARY\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n";
	const char *place = getenv("TMPDIR");
	char directory[PATH_MAX - 16], sheet[PATH_MAX], samples[PATH_MAX];
	snprintf(directory, sizeof(directory), "%s/theca-audio-XXXXXX",
		place && *place ? place : "/tmp");
	if (!mkdtemp(directory))
		return error_set_errno(err, errno,
			"cannot make the temporary directory %s; set TMPDIR to a directory that "
			"you may "
			"write to",
			directory);
	snprintf(sheet, sizeof(sheet), "%s/empty.cue", directory);
	snprintf(samples, sizeof(samples), "%s/empty.bin", directory);
	int status = write_empty_disc_file(sheet, sheet_text, 0, err);
	if (!status)
		status = write_empty_disc_file(
			samples, "", (off_t)sectors * (off_t)DISC_RAW_SECTOR_SIZE, err);
	if (!status && !(*out = open_empty_disc(sheet)))
		status = error_set(err, ERR_IO,
			"libcdio-paranoia cannot be set up over the temporary file %s", sheet);
	unlink(sheet);
	unlink(samples);
	rmdir(directory);
	return status;
}

/* ---- the engine ---- */

int paranoia_engine_new(struct paranoia_engine **out, uint32_t sectors, uint32_t first,
	const struct paranoia_port *port, struct error *err)
{
	cdio_log_set_handler(ignore_log);
	surround_buffers();
	struct paranoia_engine *engine = calloc(1, sizeof(*engine));
	if (!engine)
		return error_set(err, ERR_MEMORY, "out of memory");
	engine->port = *port;
	engine->sectors = sectors;
	int status = make_drive(&engine->drive, sectors, err);
	if (!status && !(engine->paranoia = cdio_paranoia_init(engine->drive)))
		status = error_set(err, ERR_MEMORY, "out of memory");
	if (status) {
		paranoia_engine_free(engine);
		return status;
	}
	engine->drive->read_audio = read_audio;
	engine->drive->nsectors = PARANOIA_READ_SECTORS;
	cdio_paranoia_modeset(engine->paranoia, PARANOIA_MODE_FULL ^ PARANOIA_MODE_NEVERSKIP);
	cdio_paranoia_cachemodel_size(engine->paranoia, (int)PARANOIA_READ_AHEAD);
	cdio_paranoia_seek(engine->paranoia, (int32_t)first, SEEK_SET);
	*out = engine;
	return 0;
}

void paranoia_engine_free(struct paranoia_engine *engine)
{
	if (!engine)
		return;
	if (engine->paranoia)
		cdio_paranoia_free(engine->paranoia);
	if (engine->drive)
		cdio_cddap_close(engine->drive);
	free(engine);
}

const uint8_t *paranoia_engine_next(struct paranoia_engine *engine)
{
	if (engine->stopped)
		return NULL;
	at_work = engine;
	if (!setjmp(engine->way_out))
		engine->samples =
			cdio_paranoia_read_limited(engine->paranoia, note_event, MAX_RETRIES);
	at_work = NULL;
	return engine->stopped ? NULL : (const uint8_t *)engine->samples;
}

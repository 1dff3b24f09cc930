/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/source.h"

#include "base/path.h"
#include "image/checked_source.h"
#include "image/edc_source.h"
#include "image/sheet_image.h"
#include "image/user_data_source.h"
#include "rip/drive.h"
#include "rip/paranoia.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define EDC_REREADS 3u /* of a raw data sector whose check code disagrees, in a drive */

static bool is_device(const char *path)
{
	struct stat st;
	return !stat(path, &st) && (S_ISBLK(st.st_mode) || S_ISCHR(st.st_mode));
}

/* Puts what checks and confirms around a source of raw sectors; takes it over even when it fails. */
static int wrap_raw(
	struct sector_source **source, const struct source_facts *facts, struct error *err)
{
	struct sector_source *outer = NULL;
	int status = edc_source_new(
		&outer, *source, &facts->disc, facts->is_drive ? EDC_REREADS : 0, err);
	if (status)
		return status;
	*source = outer;
	if (facts->is_drive && disc_has_audio(&facts->disc))
		status = paranoia_source_new(
			source, outer, &facts->disc, &paranoia_default_policy, err);
	else if (facts->format == IMAGE_ISO)
		status = user_data_source_new(source, outer, err);
	return status;
}

/* A drive reads as the image wants it: 2048-byte sectors, or raw ones. */
static int open_drive(struct sector_source **out, const char *path, const struct rip_policy *policy,
	struct source_facts *facts, struct error *err)
{
	int status = drive_open(out, path, &facts->drive, &facts->disc, err);
	if (!status)
		status = rip_plan_format(&facts->format, &facts->disc, false, policy->format, err);
	if (!status && facts->format == IMAGE_BINCUE)
		status = drive_read_raw(*out, err);
	return status;
}

static int open_sheet(struct sector_source **out, const char *path, const struct rip_policy *policy,
	struct source_facts *facts, struct error *err)
{
	struct sheet_facts sheet;
	int status = sheet_image_open(out, path, &facts->disc, &sheet, err);
	if (status)
		return status;
	facts->is_sheet = true;
	facts->file = sheet.state;
	memcpy(facts->warnings, sheet.warnings, sizeof(facts->warnings));
	return rip_plan_format(
		&facts->format, &facts->disc, !sheet.is_plain_iso, policy->format, err);
}

static int open_iso(struct sector_source **out, const char *path, const struct rip_policy *policy,
	struct source_facts *facts, struct error *err)
{
	int status = image_file_open(out, path, &facts->file, err);
	if (status)
		return status;
	disc_init_unknown(&facts->disc, (*out)->sectors);
	return rip_plan_format(&facts->format, &facts->disc, false, policy->format, err);
}

int source_open(struct sector_source **out, const char *path, const struct rip_policy *policy,
	struct source_facts *facts, struct error *err)
{
	struct sector_source *source = NULL, *checked = NULL;
	int status;
	facts->is_drive = is_device(path);
	if (facts->is_drive)
		status = open_drive(&source, path, policy, facts, err);
	else if (sheet_image_is_sheet(path))
		status = open_sheet(&source, path, policy, facts, err);
	else
		status = open_iso(&source, path, policy, facts, err);
	if (!status)
		status = checked_source_new(&checked, source, err);
	if (!status)
		source = checked;
	if (!status && source->sector_size == DISC_RAW_SECTOR_SIZE)
		status = wrap_raw(&source, facts, err);
	if (status)
		source_close(source);
	else
		*out = source;
	return status;
}

int source_look(const char *path, const struct source_facts *facts, struct image_file_state *state,
	struct error *err)
{
	return facts->is_sheet ? sheet_image_look(path, state, err)
			       : image_file_look(path, state, err);
}

int source_identify(const char *path, const struct source_facts *facts,
	struct source_identity *identity, struct error *err)
{
	memset(identity, 0, sizeof(*identity));
	identity->is_drive = facts->is_drive;
	if (facts->is_drive) {
		identity->drive = facts->drive;
		return 0;
	}
	identity->file.path = realpath(path, NULL);
	if (!identity->file.path)
		return error_set_errno(err, errno, "cannot find the full path of %s", path);
	identity->file.name = strdup(path_name(identity->file.path));
	if (!identity->file.name)
		return error_set(err, ERR_MEMORY, "out of memory");
	identity->file.size = facts->file.size;
	identity->file.modified = facts->file.modified;
	return 0;
}

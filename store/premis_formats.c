/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis_writer.h"

#include <string.h>

/* PUIDs as in PRONOM, DROID signature file 118. */
static const struct {
	const char *file_system;
	struct premis_format format;
} image_formats[] = {
	{"ISO 9660", {"ISO 9660 disc image", NULL, "fmt/468", "2048-byte sectors"}},
	{"UDF", {"UDF disc image", NULL, "fmt/1738", "2048-byte sectors"}},
	{"ISO 9660 and UDF",
		{"UDF and ISO 9660 bridge disc image", NULL, "fmt/1739", "2048-byte sectors"}},
	{"HFS", {"HFS disc image", NULL, "fmt/1105", "2048-byte sectors"}},
	{"HFS Plus", {"HFS Plus disc image", NULL, "fmt/1742", "2048-byte sectors"}},
};

/* PRONOM tells hybrids apart by their partition map, whatever file system is in it. */
#define WITH_MAP " with an Apple partition map"
static const struct {
	const char *begins;
	struct premis_format format;
} mapped_formats[] = {
	{"ISO 9660 and UDF", {"Apple partition map, ISO 9660 and UDF disc image", NULL, "fmt/1757",
				     "2048-byte sectors"}},
	{"ISO 9660", {"Apple partition map and ISO 9660 disc image", NULL, "fmt/1741",
			     "2048-byte sectors"}},
};

static const struct premis_format other_image = {"disc image, 2048-byte sectors", NULL, NULL,
	"the file system is on record with the carrier"};

static const struct premis_format unidentified_image = {
	"unidentified disc image, 2048-byte blocks", NULL, NULL, "no file system was recognised"};

static const struct premis_format raw_image = {"raw CD image, 2352-byte sectors", NULL, NULL,
	"BIN; the cue sheet beside it says where its tracks are"};

static const struct premis_format role_formats[ROLE_PREMIS] = {
	[ROLE_SHEET] = {"cue sheet", NULL, NULL, "plain text (UTF-8); the tracks of the image"},
	[ROLE_SOURCE_SHEET] = {"cue sheet", NULL, NULL,
		"as it came; the files that it names were put together as the image"},
	[ROLE_MAP] = {"GNU ddrescue mapfile", NULL, NULL, "states of the image's sectors"},
	[ROLE_READS] = {"Theca read record", "1", NULL, "JSON (RFC 8259)"},
	[ROLE_CHUNKS] = {"Theca chunk digests", "1", NULL, "plain text (UTF-8)"},
	[ROLE_LOG] = {"rip log", NULL, NULL, "plain text (UTF-8), for people"},
};

/* In the order of enum track_mode. */
static const struct premis_format track_formats[] = {
	[TRACK_AUDIO] = {"CD digital audio, 44.1 kHz 16 bit stereo", NULL, NULL,
		"2352-byte sectors; signed, least significant byte first, left before right"},
	[TRACK_MODE1] = {"CD-ROM Mode 1 sectors, 2352 bytes", NULL, NULL,
		"ECMA-130: sync, header, 2048 bytes of user data, EDC and ECC"},
	[TRACK_MODE2] = {"CD-ROM Mode 2 sectors, 2352 bytes", NULL, NULL,
		"sync, header and 2336 bytes, with subheaders in CD-ROM XA"},
	[TRACK_DATA] = {"data sectors, 2048 bytes", NULL, NULL, "user data alone"},
};

const struct premis_format *premis_track_format(enum track_mode mode)
{
	return &track_formats[mode];
}

const struct premis_format *premis_file_format(const struct deposit *deposit, enum file_role role)
{
	return role == ROLE_IMAGE ? premis_image_format(deposit) : &role_formats[role];
}

static bool has_map(const char *file_system)
{
	size_t len = strlen(file_system), map = strlen(WITH_MAP);

	return len > map && strcmp(file_system + len - map, WITH_MAP) == 0;
}

const struct premis_format *premis_image_format(const struct deposit *deposit)
{
	if (deposit->format == IMAGE_BINCUE)
		return &raw_image;
	if (!deposit->file_system)
		return &unidentified_image;
	for (size_t i = 0; i < sizeof(mapped_formats) / sizeof(mapped_formats[0]); i++)
		if (has_map(deposit->file_system) &&
			strncmp(deposit->file_system, mapped_formats[i].begins,
				strlen(mapped_formats[i].begins)) == 0)
			return &mapped_formats[i].format;
	for (size_t i = 0; i < sizeof(image_formats) / sizeof(image_formats[0]); i++)
		if (strcmp(deposit->file_system, image_formats[i].file_system) == 0)
			return &image_formats[i].format;
	return &other_image;
}

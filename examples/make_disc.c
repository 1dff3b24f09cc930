/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * make_disc: writes discs to try Theca with, each as BIN and CUE, the same bytes at each call; `make_disc --help` names them.
 *
 * The music of a session is one sound from end to end: what still rings when a track is over fades away in the pregap of the next.
 */
#include "base/bytes.h"
#include "base/error.h"
#include "examples/music.h"
#include "image/cue.h"
#include "image/disc.h"
#include "image/sector.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define GAP (2 * DISC_FRAMES) /* sectors of a pregap */
/* Sectors of the lead-out, the lead-in and the pregap that lie before the data of a second session. */
#define SESSION_GAP (90 * DISC_FRAMES + 60 * DISC_FRAMES + GAP)
#define SHORTEST 4u /* seconds of a track */
#define LONGEST 5940u /* seconds of a CD */
#define LONG_TRACK 240u /* seconds, about, of a track of the long disc */

/* ---- files ---- */

struct output {
	char *bin, *cue; /* paths */
	const char *name;
	FILE *file; /* the BIN */
	uint32_t sectors; /* written so far */
	struct disc disc;
};

static char *path_of(const char *directory, const char *name, const char *suffix)
{
	struct buffer path = {0};
	buffer_printf(&path, "%s/%s%s", directory, name, suffix);
	return buffer_steal(&path);
}

static int output_open(
	struct output *output, const char *directory, const char *name, struct error *err)
{
	output->name = name;
	output->disc.profile = DISC_CD;
	output->bin = path_of(directory, name, ".bin");
	output->cue = path_of(directory, name, ".cue");
	if (!output->bin || !output->cue)
		return error_set(err, ERR_MEMORY, "out of memory");
	output->file = fopen(output->bin, "wb");
	return output->file ? 0 : error_set_errno(err, errno, "%s cannot be made", output->bin);
}

static void output_release(struct output *output)
{
	if (output->file)
		fclose(output->file);
	free(output->bin);
	free(output->cue);
}

static int output_add(
	struct output *output, const uint8_t sector[DISC_RAW_SECTOR_SIZE], struct error *err)
{
	if (fwrite(sector, DISC_RAW_SECTOR_SIZE, 1, output->file) != 1)
		return error_set_errno(err, errno, "%s cannot be written", output->bin);
	output->sectors++;
	return 0;
}

static int write_file(const char *path, const struct buffer *content, struct error *err)
{
	FILE *file = fopen(path, "wb");
	if (!file)
		return error_set_errno(err, errno, "%s cannot be made", path);
	size_t written = fwrite(content->data, 1, content->len, file);
	if (fclose(file) || written != content->len)
		return error_set_errno(err, errno, "%s cannot be written", path);
	return 0;
}

/* Closes the BIN and writes its sheet. */
static int output_finish(struct output *output, struct error *err)
{
	char bin_name[16];
	struct buffer sheet = {0};
	int failed = fclose(output->file);
	output->file = NULL;
	if (failed)
		return error_set_errno(err, errno, "%s cannot be written", output->bin);
	const char *wrong = disc_complete(&output->disc);
	if (wrong)
		return error_set(
			err, ERR_INVALID, "%s: the table of contents: %s", output->bin, wrong);
	snprintf(bin_name, sizeof(bin_name), "%s.bin", output->name);
	int status = cue_write(&output->disc, bin_name, &sheet, err);
	if (!status)
		status = write_file(output->cue, &sheet, err);
	buffer_release(&sheet);
	return status;
}

/* ---- music ---- */

static struct track *add_track(struct disc *disc, enum track_mode mode, uint32_t lba)
{
	struct track *track = &disc->tracks[disc->track_count++];
	*track = (struct track){
		.number = disc->track_count,
		.session = (uint8_t)(disc->session_count + 1),
		.mode = mode,
		.lba = lba,
	};
	return track;
}

static void end_session(struct disc *disc, uint32_t lead_out)
{
	disc->session_lead_outs[disc->session_count++] = lead_out;
}

static void describe_piece(struct disc *disc, struct track *track, const struct piece *piece)
{
	track->flags = piece->flags;
	snprintf(track->isrc, sizeof(track->isrc), "%s", piece->isrc);
	if (piece->index_2)
		track->indexes[track->index_count++] = track->lba + piece->index_2;
	disc_text_add(&disc->text, track->number, TEXT_TITLE, piece->title);
	disc_text_add(&disc->text, track->number, TEXT_SONGWRITER, piece->songwriter);
}

static int write_sound(
	struct output *output, const struct sound *sound, uint32_t sectors, struct error *err)
{
	uint8_t sector[DISC_RAW_SECTOR_SIZE];
	int status = 0;
	for (uint32_t i = 0; i < sectors && !status; i++) {
		sound_sector(sound, i, sector);
		status = output_add(output, sector, err);
	}
	return status;
}

/* Writes the first `count` pieces as the rest of the first session. `before` (or NULL) plays in the first pregap. */
static int write_music(
	struct output *output, const struct piece *before, size_t count, struct error *err)
{
	const uint32_t start = output->sectors;
	uint32_t end = start, pregap = before ? before->sectors : start ? GAP : 0;
	struct track *tracks = output->disc.tracks + output->disc.track_count;
	struct sound sound;
	for (size_t i = 0; i < count; i++, pregap = GAP) {
		struct track *track = add_track(&output->disc, TRACK_AUDIO, end + pregap);
		track->pregap = pregap;
		describe_piece(&output->disc, track, &music_pieces[i]);
		end = track->lba + music_pieces[i].sectors;
	}
	end_session(&output->disc, end);
	if (sound_init(&sound, end - start))
		return error_set(err, ERR_MEMORY, "out of memory");
	if (before)
		sound_add_piece(&sound, 0, before);
	for (size_t i = 0; i < count; i++)
		sound_add_piece(&sound, tracks[i].lba - start, &music_pieces[i]);
	int status = write_sound(output, &sound, end - start, err);
	sound_release(&sound);
	return status;
}

/* ---- noise ---- */

/* Two tones that rise slowly, and noise, so that a packer gains little. */
static void fill_with_noise(uint8_t sector[DISC_RAW_SECTOR_SIZE], uint32_t number, uint64_t *random)
{
	uint32_t left = 0, right = 0;
	for (size_t i = 0; i < DISC_RAW_SECTOR_SIZE; i += 4) {
		*random ^= *random << 13;
		*random ^= *random >> 7;
		*random ^= *random << 17;
		left += 40000000 + (number << 8);
		right += 50000000 + (number << 7);
		uint32_t l = (left >> 19) + (uint32_t)(*random >> 52);
		uint32_t r = (right >> 19) + (uint32_t)(*random >> 20 & 0xFFF);
		sector[i] = (uint8_t)l;
		sector[i + 1] = (uint8_t)(l >> 8);
		sector[i + 2] = (uint8_t)r;
		sector[i + 3] = (uint8_t)(r >> 8);
	}
}

/* ---- data ---- */

struct iso {
	const char *path;
	FILE *file;
	uint32_t sectors;
};

static int iso_open(struct iso *iso, const char *path, struct error *err)
{
	struct stat facts;
	const off_t most = (off_t)LONGEST * DISC_FRAMES * DISC_SECTOR_SIZE;
	iso->path = path;
	iso->file = fopen(path, "rb");
	if (!iso->file || fstat(fileno(iso->file), &facts))
		return error_set_errno(err, errno, "%s cannot be opened", path);
	if (!S_ISREG(facts.st_mode) || facts.st_size == 0 || facts.st_size % DISC_SECTOR_SIZE)
		return error_set(err, ERR_INVALID,
			"%s is not a file of whole sectors of 2048 bytes; name an ISO image", path);
	if (facts.st_size > most)
		return error_set(
			err, ERR_INVALID, "%s is larger than a CD; name a smaller image", path);
	iso->sectors = (uint32_t)(facts.st_size / DISC_SECTOR_SIZE);
	return 0;
}

static void iso_close(struct iso *iso)
{
	if (iso->file)
		fclose(iso->file);
}

/* Makes a whole sector around the 2048 bytes in it. */
typedef void framing(uint8_t sector[DISC_RAW_SECTOR_SIZE], uint32_t lba);

/* place: where in a sector the framing has the 2048 bytes. */
static int write_data(struct output *output, struct iso *iso, framing *frame, size_t place,
	uint32_t lba, struct error *err)
{
	int status = 0;
	for (uint32_t i = 0; i < iso->sectors && !status; i++) {
		uint8_t sector[DISC_RAW_SECTOR_SIZE] = {0};
		if (fread(sector + place, DISC_SECTOR_SIZE, 1, iso->file) != 1)
			return error_set(err, ERR_IO, "%s cannot be read to its end", iso->path);
		frame(sector, lba + i);
		status = output_add(output, sector, err);
	}
	return status;
}

/* Mode 2, form 1 around the 2048 bytes at 24. */
static void frame_form1(uint8_t sector[DISC_RAW_SECTOR_SIZE], uint32_t lba)
{
	const uint8_t submode_data = 0x08;
	sector[18] = sector[22] = submode_data;
	sector_frame_form1(sector, lba);
}

/* ---- discs ---- */

struct material {
	struct iso iso;
	uint32_t seconds;
};

static int make_tones(struct output *output, struct material *material, struct error *err)
{
	(void)material;
	struct disc *disc = &output->disc;
	snprintf(disc->mcn, sizeof(disc->mcn), "%s", "2000000000015");
	snprintf(disc->text.encoding, sizeof(disc->text.encoding), "UTF-8");
	disc_text_add(&disc->text, 0, TEXT_TITLE, "Fünf Stücke, und eines davor");
	disc_text_add(&disc->text, 0, TEXT_PERFORMER, "Theca");
	return write_music(output, &music_hidden, MUSIC_PIECES, err);
}

static int make_mixed(struct output *output, struct material *material, struct error *err)
{
	add_track(&output->disc, TRACK_MODE1, 0);
	int status = write_data(output, &material->iso, sector_frame_mode1, 16, 0, err);
	return status ? status : write_music(output, NULL, 2, err);
}

/* A CD-Extra. What lies between its sessions, the pregap of the data included, is in no image. */
static int make_extra(struct output *output, struct material *material, struct error *err)
{
	int status = write_music(output, NULL, 2, err);
	if (status)
		return status;
	struct track *track = add_track(&output->disc, TRACK_MODE2, output->sectors + SESSION_GAP);
	track->pregap = track->unstored_pregap = GAP;
	end_session(&output->disc, track->lba + material->iso.sectors);
	return write_data(output, &material->iso, frame_form1, 24, track->lba, err);
}

static int make_long(struct output *output, struct material *material, struct error *err)
{
	uint8_t sector[DISC_RAW_SECTOR_SIZE];
	uint64_t random = 1;
	const uint32_t seconds = material->seconds;
	const uint32_t tracks = (seconds + LONG_TRACK - 1) / LONG_TRACK;
	int status = 0;
	for (uint32_t i = 0; i < tracks; i++)
		add_track(&output->disc, TRACK_AUDIO, seconds * i / tracks * DISC_FRAMES);
	end_session(&output->disc, seconds * DISC_FRAMES);
	for (uint32_t i = 0; i < seconds * DISC_FRAMES && !status; i++) {
		fill_with_noise(sector, i, &random);
		status = output_add(output, sector, err);
	}
	return status;
}

/* ---- command line ---- */

static const char usage[] =
	"usage: make_disc DIR [ISO [SECOND_ISO]]\n"
	"       make_disc --seconds N DIR\n"
	"\n"
	"Writes discs as BIN and CUE into DIR, the same bytes each time:\n"
	"  tones  five pieces of music, and one hidden before the first; pregaps, CD-TEXT, ISRCs\n"
	"  mixed  ISO as a data track (Mode 1), then two pieces\n"
	"  extra  two pieces, then SECOND_ISO in a second session (Mode 2, form 1) from LBA "
	"12812;\n"
	"         xorriso -as mkisofs -C 0,12812 makes an image for that place\n"
	"  long   N seconds of tones and noise, 4 to 5940, for measuring; this one alone\n"
	"\n"
	"To listen: aplay -f cd DIR/tones.bin\n";

struct request {
	const char *directory;
	const char *isos[2];
	uint32_t seconds;
};

static const struct recipe {
	const char *name;
	int (*make)(struct output *output, struct material *material, struct error *err);
	int iso; /* which of the request's it needs; -1: none */
} recipes[] = {
	{"tones", make_tones, -1},
	{"mixed", make_mixed, 0},
	{"extra", make_extra, 1},
};

static const struct recipe long_recipe = {"long", make_long, -1};

static int make_disc(const struct recipe *recipe, const struct request *request, struct error *err)
{
	struct output output = {0};
	struct material material = {.seconds = request->seconds};
	int status = 0;
	if (recipe->iso >= 0)
		status = iso_open(&material.iso, request->isos[recipe->iso], err);
	if (!status)
		status = output_open(&output, request->directory, recipe->name, err);
	if (!status)
		status = recipe->make(&output, &material, err);
	if (!status)
		status = output_finish(&output, err);
	output_release(&output);
	iso_close(&material.iso);
	return status;
}

static int make_discs(const struct request *request, struct error *err)
{
	int status = 0;
	if (request->seconds)
		return make_disc(&long_recipe, request, err);
	for (size_t i = 0; i < sizeof(recipes) / sizeof(recipes[0]) && !status; i++)
		if (recipes[i].iso < 0 || request->isos[recipes[i].iso])
			status = make_disc(&recipes[i], request, err);
	return status;
}

static bool read_seconds(const char *text, uint32_t *seconds)
{
	char *end = NULL;
	unsigned long value = strtoul(text, &end, 10);
	*seconds = (uint32_t)value;
	return *text >= '0' && *text <= '9' && !*end && value >= SHORTEST && value <= LONGEST;
}

static bool request_read(struct request *request, int argc, char **argv)
{
	int at = 1, most = 3;
	*request = (struct request){0};
	if (argc > 2 && !strcmp(argv[1], "--seconds")) {
		if (!read_seconds(argv[2], &request->seconds))
			return false;
		at = 3;
		most = 1;
	}
	if (argc - at < 1 || argc - at > most || argv[at][0] == '-')
		return false;
	request->directory = argv[at];
	for (int i = 0; at + 1 + i < argc; i++)
		request->isos[i] = argv[at + 1 + i];
	return true;
}

int main(int argc, char **argv)
{
	struct request request;
	struct error err = {0};
	if (argc == 2 && !strcmp(argv[1], "--help"))
		return fputs(usage, stdout) < 0 || fflush(stdout) ? 1 : 0;
	if (!request_read(&request, argc, argv)) {
		fputs(usage, stderr);
		return 2;
	}
	if (make_discs(&request, &err)) {
		fprintf(stderr, "make_disc: %s\n", err.message);
		return 1;
	}
	return 0;
}

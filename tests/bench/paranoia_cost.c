/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * paranoia_cost SECTORS: reads a clean disc of that many sectors, made up in memory, through libcdio-paranoia as a rip does, and
 * prints "reads R", the readings of each sector on average, and "cpu S", the seconds that it took.
 */
#include "rip/paranoia.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct noise {
	struct sector_source base;
	uint64_t asked;
};

/* What the disc holds: noise, as quick as it can be made. */
static enum source_status noise_read(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	struct noise *noise = (struct noise *)source;
	(void)notes;
	(void)err;
	noise->asked += extent.count;
	for (uint32_t i = 0; i < extent.count; i++) {
		uint64_t word = (extent.lba + i) * 0x9e3779b97f4a7c15u + 1;
		for (size_t at = 0; at < DISC_RAW_SECTOR_SIZE; at += sizeof(word)) {
			word ^= word << 13;
			word ^= word >> 7;
			word ^= word << 17;
			memcpy(buffer, &word, sizeof(word));
			buffer += sizeof(word);
		}
	}
	return SOURCE_OK;
}

static void noise_close(struct sector_source *source)
{
	(void)source;
}

static double cpu_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Reads all in order; whether every sector came. */
static int read_all(struct sector_source *source, struct error *err)
{
	static uint8_t buffer[SOURCE_MAX_READ * DISC_RAW_SECTOR_SIZE];
	static struct sector_note notes[SOURCE_MAX_READ];
	for (uint32_t at = 0; at < source->sectors; at += source->max_read) {
		struct extent extent = {at, source->sectors - at};
		if (extent.count > source->max_read)
			extent.count = source->max_read;
		if (source_read_noted(source, extent, buffer, notes, err) != SOURCE_OK)
			return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct sector_source_ops ops = {noise_read, noise_close};
	static struct disc disc;
	const long sectors = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
	struct sector_source *source = NULL;
	struct error err = {0};
	if (sectors < 1 || sectors > 450000) {
		fprintf(stderr, "usage: paranoia_cost SECTORS, 450000 at most\n");
		return 2;
	}
	struct noise noise = {.base = {.ops = &ops,
				      .sectors = (uint32_t)sectors,
				      .sector_size = DISC_RAW_SECTOR_SIZE,
				      .max_read = 32}};
	disc_init_single(&disc, DISC_CD, TRACK_AUDIO, (uint32_t)sectors);
	if (paranoia_source_new(&source, &noise.base, &disc, &paranoia_default_policy, &err) ||
		read_all(source, &err)) {
		fprintf(stderr, "paranoia_cost: %s\n", err.message);
		source_close(source);
		return 1;
	}
	source_close(source);
	printf("reads %.3f\ncpu %.2f\n", (double)noise.asked / (double)sectors, cpu_seconds());
	return 0;
}

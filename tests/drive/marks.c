/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * marks: a disc image whose sectors say which they are, and its reading back from a drive.
 *
 *   marks write FILE SECTORS   a sparse image; every 997th sector holds its own number, the last ones too, the rest is zero
 *   marks check DEVICE         reads the whole disc as a rip does; fails unless each sector is what `write` put there
 */
#include "base/bytes.h"
#include "base/error.h"
#include "rip/drive.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 2048u
#define STEP 997u
#define READ_MOST 64u

static bool is_marked(uint32_t lba, uint32_t sectors)
{
	return lba % STEP == 0 || lba + 3 > sectors;
}

static void mark(uint8_t sector[SECTOR], uint32_t lba)
{
	for (size_t at = 0; at < SECTOR; at += 8) {
		memcpy(sector + at, "mark", 4);
		bytes_put_be32(sector + at + 4, lba);
	}
}

static int write_image(const char *path, uint32_t sectors)
{
	uint8_t sector[SECTOR];
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return 1;
	int failed = 0;
	for (uint32_t lba = 0; lba < sectors && !failed; lba++) {
		if (!is_marked(lba, sectors))
			continue;
		mark(sector, lba);
		failed = pwrite(fd, sector, SECTOR, (off_t)lba * SECTOR) != SECTOR;
	}
	return close(fd) || failed;
}

static int check_sectors(const uint8_t *bytes, struct extent extent, uint32_t sectors)
{
	static const uint8_t nothing[SECTOR];
	uint8_t marked[SECTOR];
	for (uint32_t i = 0; i < extent.count; i++) {
		uint32_t lba = extent.lba + i;
		const uint8_t *expected = nothing;
		if (is_marked(lba, sectors)) {
			mark(marked, lba);
			expected = marked;
		}
		if (memcmp(bytes + (size_t)i * SECTOR, expected, SECTOR) != 0) {
			fprintf(stderr, "marks: sector %u is not what was written there\n", lba);
			return 1;
		}
	}
	return 0;
}

static int check_source(struct sector_source *source)
{
	static uint8_t bytes[READ_MOST * SECTOR];
	struct error err = {0};
	uint32_t most = source->max_read < READ_MOST ? source->max_read : READ_MOST;
	struct extent extent = {0, 0};
	for (; extent.lba < source->sectors; extent.lba += extent.count) {
		uint32_t left = source->sectors - extent.lba;
		extent.count = left < most ? left : most;
		memset(bytes, 0xa5, sizeof(bytes));
		if (source_read(source, extent, bytes, &err) != SOURCE_OK) {
			fprintf(stderr, "marks: %s\n", err.message);
			return 1;
		}
		if (check_sectors(bytes, extent, source->sectors))
			return 1;
	}
	printf("%u sectors are right\n", source->sectors);
	return 0;
}

static int check_device(const char *device)
{
	struct sector_source *source = NULL;
	struct drive_identity identity;
	struct disc disc;
	struct error err = {0};
	if (drive_open(&source, device, &identity, &disc, &err)) {
		fprintf(stderr, "marks: %s\n", err.message);
		return 1;
	}
	int status = check_source(source);
	source_close(source);
	return status;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "write"))
		return write_image(argv[2], (uint32_t)strtoul(argv[3], NULL, 10));
	if (argc == 3 && !strcmp(argv[1], "check"))
		return check_device(argv[2]);
	fprintf(stderr, "usage: marks write FILE SECTORS | marks check DEVICE\n");
	return 2;
}

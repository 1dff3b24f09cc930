/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/kept_disc_fixture.h"

#include "base/bytes.h"
#include "base/disk.h"
#include "base/path.h"
#include "store/chunks.h"
#include "store/commit.h"
#include "store/work.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_BYTES (CHUNK_SECTORS * DISC_SECTOR_SIZE)

static void check(int rc, const struct error *err)
{
	if (!rc)
		return;
	fprintf(stderr, "the kept disc of the tests cannot be made: %s\n", err->message);
	abort();
}

static uint8_t *make_image(size_t len, unsigned seed)
{
	uint8_t *image = malloc(len ? len : 1);
	uint32_t x = seed * 2654435761u + 1;
	for (size_t i = 0; image && i < len; i++) {
		x = x * 1664525 + 1013904223;
		image[i] = (uint8_t)(x >> 24);
	}
	return image;
}

static void digest_image(struct deposit *deposit, const uint8_t *image, size_t len)
{
	struct error err = {0};
	char hex[DIGEST_HEX_SIZE];
	for (unsigned i = 0; i < DIGEST_COUNT; i++)
		check(digest_bytes((enum digest_algorithm)i, image, len,
			      deposit->image_digests.hex[i], &err),
			&err);
	deposit->piece_count = (len + CHUNK_BYTES - 1) / CHUNK_BYTES;
	deposit->pieces = calloc(deposit->piece_count + 1, sizeof(*deposit->pieces));
	for (size_t i = 0; i < deposit->piece_count; i++) {
		size_t begin = i * CHUNK_BYTES,
		       size = len - begin < CHUNK_BYTES ? len - begin : CHUNK_BYTES;
		check(digest_bytes(DIGEST_SHA256, image + begin, size, hex, &err), &err);
		bytes_from_hex(hex, deposit->pieces[i], sizeof(deposit->pieces[i]));
	}
}

static void fill_deposit(struct deposit *deposit, uint32_t sectors, const uint8_t *image)
{
	struct error err = {0};
	struct read_range all = {
		.extent = {0, sectors}, .confirmation = READ_CONFIRMED_BY_FILE, .attempts = 1};
	*deposit = (struct deposit){
		.carrier = {.uuid = "ca000000-0000-4000-8000-000000000001",
			.id = strdup(KEPT_DISC_CARRIER)},
		.source.file = {.path = strdup("/in/x.iso"),
			.name = strdup("x.iso"),
			.size = (uint64_t)sectors * DISC_SECTOR_SIZE},
		.software_version = THECA_VERSION,
		.software_libraries = strdup("OpenSSL"),
		.command_line = strdup("theca rip x.iso"),
		.digests = DIGEST_ALL,
		.digests_while_reading = true,
		.finished = 1,
		.format = IMAGE_ISO,
		.sector_size = DISC_SECTOR_SIZE,
		.volume_sectors = sectors,
	};
	disc_init_unknown(&deposit->disc, sectors);
	check(damage_map_new(&deposit->map, sectors, &err), &err);
	check(damage_map_set(deposit->map, all.extent, MAP_FINISHED, &err), &err);
	check(read_record_set(&deposit->reads, &all, &err), &err);
	digest_image(deposit, image, (size_t)sectors * DISC_SECTOR_SIZE);
}

static void commit(struct kept_disc *disc, uint32_t sectors, unsigned seed)
{
	struct error err = {0};
	struct deposit deposit;
	struct work *work = NULL;
	struct work_state state = {.carrier.id = strdup(KEPT_DISC_CARRIER), .sectors = sectors};
	bool is_new;
	char *path = NULL;
	size_t len = (size_t)sectors * DISC_SECTOR_SIZE;
	uint8_t *image = make_image(len, seed);
	struct object *previous = disc->object;
	fill_deposit(&deposit, sectors, image);
	check(work_open(&work, disc->archive, KEPT_DISC_CARRIER, &is_new, &err), &err);
	check(commit_place_image(work, KEPT_DISC_CARRIER, IMAGE_ISO, &path, &err), &err);
	char *content = path_parent(path);
	check(disk_make_directories(content, &err), &err);
	check(disk_write_new(path, image, len, &err), &err);
	check(commit_prepare(work, &state, &deposit, previous, &err), &err);
	check(commit_finish(disc->archive, work, &state, &disc->object, &err), &err);
	check(work_discard(work, &err), &err);
	object_close(previous);
	work_state_release(&state);
	deposit_release(&deposit);
	free(content);
	free(path);
	free(image);
}

void kept_disc_make(struct kept_disc *disc, uint32_t sectors)
{
	struct error err = {0};
	*disc = (struct kept_disc){.root = "/tmp/theca-kept-XXXXXX"};
	if (!mkdtemp(disc->root))
		abort();
	char *root = path_join(disc->root, "archive");
	check(archive_create(root, &err), &err);
	check(archive_open(&disc->archive, root, &err), &err);
	free(root);
	commit(disc, sectors, 1);
}

void kept_disc_add_version(struct kept_disc *disc, uint32_t sectors)
{
	commit(disc, sectors, 2);
}

void kept_disc_reopen(struct kept_disc *disc)
{
	struct error err = {0};
	char *relative = strdup(object_relative(disc->object));
	object_close(disc->object);
	check(object_open(&disc->object, disc->archive, relative, &err), &err);
	free(relative);
}

void kept_disc_remove(struct kept_disc *disc)
{
	struct error err = {0};
	object_close(disc->object);
	archive_close(disc->archive);
	check(disk_remove_tree(disc->root, &err), &err);
}

const char *kept_disc_path(const struct kept_disc *disc, const char *name)
{
	static char path[4096];
	snprintf(path, sizeof(path), "%s/%s", object_directory(disc->object), name);
	return path;
}

void kept_disc_flip(const struct kept_disc *disc, const char *name, uint64_t offset)
{
	char byte;
	int fd = open(kept_disc_path(disc, name), O_RDWR);
	if (fd < 0 || pread(fd, &byte, 1, (off_t)offset) != 1)
		abort();
	byte = (char)(byte ^ 1);
	if (pwrite(fd, &byte, 1, (off_t)offset) != 1 || fsync(fd) != 0)
		abort();
	close(fd);
}

const char *kept_disc_digest(const struct kept_disc *disc, const char *name)
{
	return ocfl_inventory_digest_of(object_inventory(disc->object), name);
}

/* ---- forging ---- */

static char *load(const struct kept_disc *disc, const char *name, size_t *len)
{
	struct error err = {0};
	char *bytes = NULL;
	check(path_read(kept_disc_path(disc, name), (size_t)64 << 20, &bytes, len, &err), &err);
	return bytes;
}

static void save(const struct kept_disc *disc, const char *name, const char *bytes, size_t len)
{
	int fd = open(kept_disc_path(disc, name), O_WRONLY | O_TRUNC | O_CREAT, 0666);
	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len || fsync(fd) != 0)
		abort();
	close(fd);
}

static bool replace(char *text, const char *from, const char *to)
{
	bool found = false;
	for (char *at = text; (at = strstr(at, from)); at += strlen(to)) {
		memcpy(at, to, strlen(to));
		found = true;
	}
	return found;
}

/* Replaces the digests of the bytes `was` by those of `is` in one inventory, and signs it anew. */
static void forge_inventory(const struct kept_disc *disc, const char *inventory, const char *was,
	const char *is, size_t len)
{
	struct error err = {0};
	size_t size;
	char old[DIGEST_HEX_SIZE], new[DIGEST_HEX_SIZE], line[DIGEST_HEX_SIZE + 32], name[64];
	char *text = load(disc, inventory, &size);
	for (unsigned i = 0; i < DIGEST_COUNT; i++) {
		check(digest_bytes((enum digest_algorithm)i, was, len, old, &err), &err);
		check(digest_bytes((enum digest_algorithm)i, is, len, new, &err), &err);
		replace(text, old, new);
	}
	save(disc, inventory, text, size);
	check(digest_bytes(DIGEST_SHA512, text, size, new, &err), &err);
	int line_len = snprintf(line, sizeof(line), "%s inventory.json\n", new);
	snprintf(name, sizeof(name), "%s.sha512", inventory);
	save(disc, name, line, (size_t)line_len);
	free(text);
}

bool kept_disc_forge(struct kept_disc *disc, const char *name, const char *from, const char *to)
{
	size_t len, again;
	char *was = load(disc, name, &len), *is = load(disc, name, &again);
	bool found = replace(is, from, to);
	save(disc, name, is, len);
	forge_inventory(disc, "inventory.json", was, is, len);
	forge_inventory(disc, "v1/inventory.json", was, is, len);
	free(was);
	free(is);
	return found;
}

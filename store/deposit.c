/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/deposit.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	const char *suffix;
} roles[ROLE_COUNT] = {
	[ROLE_IMAGE] = {"image", ".iso"},
	[ROLE_MAP] = {"map", ".map"},
	[ROLE_READS] = {"reads", ".reads.json"},
	[ROLE_CHUNKS] = {"chunks", ".chunks"},
	[ROLE_LOG] = {"log", ".log"},
	[ROLE_PREMIS] = {"premis", ".premis.xml"},
};

const char *file_role_name(enum file_role role)
{
	return roles[role].name;
}

const char *file_role_suffix(enum file_role role)
{
	return roles[role].suffix;
}

bool file_role_of(const char *logical_path, enum file_role *role)
{
	size_t len = strlen(logical_path);
	for (enum file_role i = 0; i < ROLE_COUNT; i++) {
		size_t suffix = strlen(roles[i].suffix);
		if (len > suffix && strcmp(logical_path + len - suffix, roles[i].suffix) == 0) {
			*role = i;
			return true;
		}
	}
	return false;
}

uint32_t deposit_unread_sectors(const struct deposit *deposit)
{
	return damage_map_sectors(deposit->map) - damage_map_count(deposit->map, MAP_FINISHED);
}

bool deposit_next_unread(const struct deposit *deposit, uint32_t from, struct extent *extent)
{
	uint32_t sectors = damage_map_sectors(deposit->map);
	struct extent finished;

	while (damage_map_next(deposit->map, MAP_FINISHED, from, &finished)) {
		if (finished.lba > from) {
			*extent = (struct extent){.lba = from, .count = finished.lba - from};
			return true;
		}
		from = extent_end(finished);
	}
	if (from >= sectors)
		return false;
	*extent = (struct extent){.lba = from, .count = sectors - from};
	return true;
}

bool deposit_is_cut_short(const struct deposit *deposit)
{
	return deposit->claimed_sectors > damage_map_sectors(deposit->map);
}

void deposit_release(struct deposit *deposit)
{
	free(deposit->carrier.id);
	free(deposit->carrier.title);
	free(deposit->carrier.note);
	free(deposit->source.file.path);
	free(deposit->source.file.name);
	buffer_release(&deposit->volume_label);
	damage_map_free(deposit->map);
	read_record_release(&deposit->reads);
	free(deposit->pieces);
	free(deposit->software_libraries);
	free(deposit->command_line);
	for (enum file_role i = 0; i < ROLE_COUNT; i++)
		free(deposit->files[i].name);
	memset(deposit, 0, sizeof(*deposit));
}

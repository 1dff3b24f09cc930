/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/damage_map.h"

#include <stdlib.h>
#include <string.h>

/*
 * The map is a list of runs, each from its lba to the next one's, no two neighbours alike. The list
 * lives in a gap buffer: the free memory stands where the last change was made,
 *
 *   runs   0 1 2 3 . . . . . 4 5 6      gap = 4, count = 7
 *
 * so that a pass that walks over the disc in either direction moves a few runs a step, not all that
 * follow.
 */
struct run {
	uint32_t lba;
	enum map_status status;
};

#define STATUS_COUNT 5

struct damage_map {
	uint32_t sectors;
	struct run *runs;
	size_t count;
	size_t gap;
	size_t capacity;
	uint32_t totals[STATUS_COUNT]; /* sectors of each status */
};

static size_t status_index(enum map_status status)
{
	switch (status) {
	case MAP_NON_TRIED:
		return 0;
	case MAP_NON_TRIMMED:
		return 1;
	case MAP_NON_SCRAPED:
		return 2;
	case MAP_BAD:
		return 3;
	case MAP_FINISHED:
		break;
	}
	return 4;
}

static struct run run_at(const struct damage_map *map, size_t index)
{
	return map->runs[index < map->gap ? index : index + map->capacity - map->count];
}

static uint32_t run_end(const struct damage_map *map, size_t index)
{
	return index + 1 < map->count ? run_at(map, index + 1).lba : map->sectors;
}

/* The run that holds lba, which is below map->sectors. */
static size_t run_of(const struct damage_map *map, uint32_t lba)
{
	size_t low = 0, high = map->count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (run_at(map, middle).lba <= lba)
			low = middle;
		else
			high = middle;
	}
	return low;
}

int damage_map_new(struct damage_map **out, uint32_t sectors, struct error *err)
{
	enum { FIRST_CAPACITY = 16 };
	struct damage_map *map = calloc(1, sizeof(*map));
	struct run *runs = calloc(FIRST_CAPACITY, sizeof(*runs));
	if (!map || !runs) {
		free(map);
		free(runs);
		return error_set(err, ERR_MEMORY, "out of memory for the damage map");
	}
	runs[0] = (struct run){0, MAP_NON_TRIED};
	map->sectors = sectors;
	map->runs = runs;
	map->count = map->gap = 1;
	map->capacity = FIRST_CAPACITY;
	map->totals[status_index(MAP_NON_TRIED)] = sectors;
	*out = map;
	return ERR_NONE;
}

void damage_map_free(struct damage_map *map)
{
	if (!map)
		return;
	free(map->runs);
	free(map);
}

uint32_t damage_map_sectors(const struct damage_map *map)
{
	return map->sectors;
}

static void move_gap(struct damage_map *map, size_t to)
{
	size_t width = map->capacity - map->count;
	if (to < map->gap)
		memmove(map->runs + to + width, map->runs + to,
			(map->gap - to) * sizeof(*map->runs));
	else
		memmove(map->runs + map->gap, map->runs + map->gap + width,
			(to - map->gap) * sizeof(*map->runs));
	map->gap = to;
}

static int grow(struct damage_map *map, size_t count, struct error *err)
{
	if (count <= map->capacity)
		return ERR_NONE;
	size_t capacity = map->capacity * 2;
	struct run *runs = reallocarray(map->runs, capacity, sizeof(*runs));
	if (!runs)
		return error_set(err, ERR_MEMORY, "out of memory for the damage map");
	size_t tail = map->count - map->gap;
	memmove(runs + capacity - tail, runs + map->capacity - tail, tail * sizeof(*runs));
	map->runs = runs;
	map->capacity = capacity;
	return ERR_NONE;
}

/*
 * What stands in place of the runs [from, to) after a change: at most a run before, the new one,
 * the rest and a run after.
 */
struct splice {
	size_t from, to;
	struct run pieces[5];
	size_t count;
};

/* A run like the one before it is that one going on. */
static void splice_add(struct splice *splice, uint32_t lba, enum map_status status)
{
	if (splice->count && splice->pieces[splice->count - 1].status == status)
		return;
	splice->pieces[splice->count++] = (struct run){lba, status};
}

static void splice_plan(struct splice *splice, const struct damage_map *map, uint32_t begin,
	uint32_t end, enum map_status status)
{
	size_t first = run_of(map, begin), last = run_of(map, end - 1);
	splice->from = first ? first - 1 : first;
	splice->to = last + 1;
	splice->count = 0;
	for (size_t i = splice->from; i <= first; i++)
		if (run_at(map, i).lba < begin)
			splice_add(splice, run_at(map, i).lba, run_at(map, i).status);
	splice_add(splice, begin, status);
	if (end < run_end(map, last))
		splice_add(splice, end, run_at(map, last).status);
	if (splice->to < map->count) {
		struct run after = run_at(map, splice->to++);
		splice_add(splice, after.lba, after.status);
	}
}

static void recount(struct damage_map *map, uint32_t begin, uint32_t end, enum map_status status)
{
	size_t last = run_of(map, end - 1);
	for (size_t i = run_of(map, begin); i <= last; i++) {
		struct run run = run_at(map, i);
		uint32_t from = run.lba > begin ? run.lba : begin;
		uint32_t to = run_end(map, i) < end ? run_end(map, i) : end;
		map->totals[status_index(run.status)] -= to - from;
	}
	map->totals[status_index(status)] += end - begin;
}

int damage_map_set(
	struct damage_map *map, struct extent extent, enum map_status status, struct error *err)
{
	if (extent.lba >= map->sectors || extent.count == 0)
		return ERR_NONE;
	uint32_t room = map->sectors - extent.lba;
	uint32_t end = extent.lba + (extent.count < room ? extent.count : room);
	struct splice splice;
	splice_plan(&splice, map, extent.lba, end, status);
	int rc = grow(map, map->count + splice.count, err);
	if (rc)
		return rc;
	recount(map, extent.lba, end, status);
	move_gap(map, splice.to);
	map->gap -= splice.to - splice.from;
	map->count -= splice.to - splice.from;
	memcpy(map->runs + map->gap, splice.pieces, splice.count * sizeof(*map->runs));
	map->gap += splice.count;
	map->count += splice.count;
	return ERR_NONE;
}

enum map_status damage_map_get(const struct damage_map *map, uint32_t lba)
{
	return lba < map->sectors ? run_at(map, run_of(map, lba)).status : MAP_NON_TRIED;
}

uint32_t damage_map_count(const struct damage_map *map, enum map_status status)
{
	return map->totals[status_index(status)];
}

bool damage_map_next(
	const struct damage_map *map, enum map_status status, uint32_t from, struct extent *extent)
{
	if (from >= map->sectors || damage_map_count(map, status) == 0)
		return false;
	size_t i = run_of(map, from);
	while (i < map->count && run_at(map, i).status != status)
		i++;
	if (i == map->count)
		return false;
	uint32_t begin = run_at(map, i).lba > from ? run_at(map, i).lba : from;
	*extent = (struct extent){begin, run_end(map, i) - begin};
	return true;
}

bool damage_map_previous(const struct damage_map *map, enum map_status status, uint32_t before,
	struct extent *extent)
{
	if (before > map->sectors)
		before = map->sectors;
	if (before == 0 || damage_map_count(map, status) == 0)
		return false;
	size_t i = run_of(map, before - 1);
	while (run_at(map, i).status != status)
		if (i-- == 0)
			return false;
	uint32_t begin = run_at(map, i).lba;
	uint32_t end = run_end(map, i) < before ? run_end(map, i) : before;
	*extent = (struct extent){begin, end - begin};
	return true;
}

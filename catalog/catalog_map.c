/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/catalog_private.h"

#include "store/deposit.h"
#include "store/disc_record.h"

#include <stdlib.h>

/* What is filled while a map is indexed. */
struct damage_rows {
	struct db_query *query;
	const struct object *object;
	const char *version;
	const struct disc *disc; /* NULL where the image has the sectors as the disc has them */
};

static int put_run(const struct damage_rows *rows, uint32_t lba, uint32_t count,
	enum map_status status, struct error *err)
{
	const char text[2] = {(char)status, '\0'};
	catalog_bind_place(rows->query, rows->object, rows->version);
	db_bind_int(rows->query, lba);
	db_bind_int(rows->query, count);
	db_bind_text(rows->query, text);
	return db_run(rows->query, err);
}

static int put_damage(const struct damage_rows *rows, const struct damage_map *map,
	enum map_status status, struct error *err)
{
	struct extent extent;
	uint32_t from = 0;
	int rc = 0;
	while (!rc && damage_map_next(map, status, from, &extent)) {
		struct disc_run run = {.lba = extent.lba, .count = extent.count};
		if (rows->disc)
			run = deposit_run(rows->disc, extent);
		rc = put_run(rows, run.lba, run.count, status, err);
		from = extent.lba + run.count;
	}
	return rc;
}

static int put_extents(struct db *db, const struct object *object, const char *version,
	const struct damage_map *map, const struct disc *disc, struct error *err)
{
	static const enum map_status damaged[] = {
		MAP_NON_TRIED, MAP_NON_TRIMMED, MAP_NON_SCRAPED, MAP_BAD};
	struct damage_rows rows = {.object = object, .version = version, .disc = disc};
	int rc = db_query_new(&rows.query, db, "INSERT INTO damage VALUES (?, ?, ?, ?, ?)", err);
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]) && !rc; i++)
		rc = put_damage(&rows, map, damaged[i], err);
	db_query_free(rows.query);
	return rc;
}

static int set_damage_sum(struct db *db, const struct object *object, const char *version,
	const struct damage_map *map, struct error *err)
{
	struct db_query *query;
	int rc = db_query_new(&query, db,
		"UPDATE versions SET bad_sectors = ?, sectors = coalesce(sectors, ?)"
		" WHERE object_id = ? AND name = ?",
		err);
	if (rc)
		return rc;
	db_bind_int(query, (int64_t)damage_map_sectors(map) - damage_map_count(map, MAP_FINISHED));
	db_bind_int(query, damage_map_sectors(map));
	catalog_bind_place(query, object, version);
	rc = db_run(query, err);
	db_query_free(query);
	return rc;
}

/* The disc, which says where a BIN image's sectors lie on it; *out stays NULL for an ISO image, whose sectors are where the disc has them. */
static int read_disc(
	struct disc **out, const struct object *object, const char *version, struct error *err)
{
	struct jv *reads = NULL;
	const char *image = object_file_of_role(object, version, ROLE_IMAGE);
	if (!image || file_sector_size(image) == DISC_SECTOR_SIZE)
		return 0;
	int rc = object_read_reads(object, version, &reads, err);
	if (!rc && !(*out = malloc(sizeof(**out))))
		rc = error_set(err, ERR_MEMORY, "out of memory");
	if (!rc)
		rc = disc_record_parse(*out, reads, err);
	jv_free(reads);
	return rc;
}

int catalog_index_map(
	struct db *db, const struct object *object, const char *version, struct error *err)
{
	struct damage_map *map = NULL;
	struct disc *disc = NULL;
	/* A version of other origin has none. */
	if (!object_file_of_role(object, version, ROLE_MAP))
		return 0;
	int rc = object_read_map(object, version, &map, err);
	if (!rc)
		rc = set_damage_sum(db, object, version, map, err);
	if (!rc)
		rc = read_disc(&disc, object, version, err);
	if (!rc)
		rc = put_extents(db, object, version, map, disc, err);
	damage_map_free(map);
	free(disc);
	return rc;
}

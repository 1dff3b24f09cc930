/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/migrate.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

static const char version_1[] = {
#include "schemas/catalog.sql.h"
};
static const char version_2[] = {
#include "schemas/catalog_2.sql.h"
};

const struct migrations *migrate_released(void)
{
	static const char *const scripts[] = {version_1, version_2};
	static const struct migrations released = {scripts, sizeof(scripts) / sizeof(scripts[0])};
	return &released;
}

static int check_marks(int64_t id, int64_t version, const struct migrations *known,
	const char *path, struct error *err)
{
	if (id != MIGRATE_APPLICATION_ID)
		return error_set(err, ERR_UNSUPPORTED,
			"%s is a database of another program and is left alone; give the catalogue "
			"another "
			"place with `catalogue = PATH` in theca.ini",
			path);
	if (version < 0 || (uint64_t)version > known->count)
		return error_set(err, ERR_UNSUPPORTED,
			"%s was written by a later Theca (catalogue version %lld, this one knows "
			"up to %zu) "
			"and is left alone; use that Theca",
			path, (long long)version, known->count);
	return 0;
}

static int read_marks(struct db *db, int64_t *id, int64_t *version, struct error *err)
{
	int rc = db_get_int(db, "PRAGMA application_id", id, err);
	return rc ? rc : db_get_int(db, "PRAGMA user_version", version, err);
}

int migrate_identify(struct db *db, const struct migrations *known, const char *path,
	size_t *version, struct error *err)
{
	int64_t id = 0, number = 0, tables = 0;
	int rc = read_marks(db, &id, &number, err);
	if (!rc)
		rc = db_get_int(db, "SELECT count(*) FROM sqlite_schema", &tables, err);
	if (!rc && (id || number || tables))
		rc = check_marks(id, number, known, path, err);
	*version = rc ? 0 : (size_t)number;
	return rc;
}

int migrate_peek(const char *path, const struct migrations *known, bool *ours, struct error *err)
{
	struct db *db;
	struct stat st;
	int64_t id = 0, version = 0;
	*ours = false;
	/* A header in the middle of a checkpoint may look broken; then the real opening decides. */
	if (stat(path, &st) || !st.st_size || db_open(&db, path, DB_IMMUTABLE, NULL))
		return 0;
	int rc = read_marks(db, &id, &version, NULL);
	db_close(db);
	if (rc)
		return 0;
	rc = check_marks(id, version, known, path, err);
	*ours = !rc;
	return rc;
}

static int mark_version(struct db *db, size_t version, struct error *err)
{
	char sql[96];
	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %zu",
		MIGRATE_APPLICATION_ID, version);
	return db_exec(db, sql, err);
}

/* One step, unless the database is up to date; the version is asked inside the transaction, since another process may be at it too. */
static int migrate_step(struct db *db, const struct migrations *migrations, const char *path,
	bool *done, struct error *err)
{
	size_t version = 0;
	int rc = db_begin(db, err);
	if (rc)
		return rc;
	rc = migrate_identify(db, migrations, path, &version, err);
	*done = version == migrations->count;
	if (!rc && !*done) {
		rc = db_exec(db, migrations->scripts[version], err);
		if (!rc)
			rc = mark_version(db, version + 1, err);
		if (rc)
			error_prefix(err, "bringing the catalogue to version %zu", version + 1);
	}
	return db_end(db, rc, err);
}

int migrate_run(
	struct db *db, const struct migrations *migrations, const char *path, struct error *err)
{
	size_t version;
	int rc = migrate_identify(db, migrations, path, &version, err);
	bool done = !rc && version == migrations->count;
	while (!rc && !done)
		rc = migrate_step(db, migrations, path, &done, err);
	return rc;
}

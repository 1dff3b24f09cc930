/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/catalog_private.h"

/* In the order of the columns below. */
enum column {
	CARRIER_ID,
	CARRIER_ID_ENCODING,
	TITLE,
	TITLE_ENCODING,
	LABEL,
	LABEL_ENCODING,
	OBJECT_ID,
	DIRECTORY,
	HEAD,
	PROFILE,
	FILE_SYSTEM,
	DISC_TITLE,
	DISC_TITLE_ENCODING,
	SECTORS,
	BAD_SECTORS,
	DOUBTFUL_SECTORS,
	IMAGE_BYTES,
	INGESTED,
	FIXITY_TIME,
	FIXITY_OUTCOME,
	FIXITY_VERSION,
	PROBLEMS,
};

static const char list_sql[] =
	"SELECT c.id, c.id_encoding, c.title, c.title_encoding, v.label, v.label_encoding,"
	" o.id, o.directory, o.head, v.profile, v.file_system,"
	" t.value, t.value_encoding, v.sectors, v.bad_sectors, v.doubtful_sectors,"
	" (SELECT size FROM files"
	"  WHERE object_id = o.id AND version = o.head AND role = 'image'),"
	" coalesce((SELECT time FROM events WHERE object_id = o.id AND type = 'ine'"
	"   ORDER BY log_line LIMIT 1),"
	"  (SELECT created FROM versions WHERE object_id = o.id AND number = 1)),"
	" f.time, f.outcome, f.version,"
	" (SELECT count(*) FROM problems WHERE object_id = o.id)"
	" FROM carriers c FULL JOIN objects o ON o.carrier_uuid = c.uuid"
	" LEFT JOIN versions v ON v.object_id = o.id AND v.name = o.head"
	" LEFT JOIN disc_texts t ON t.object_id = o.id AND t.version = o.head"
	"  AND t.track = 0 AND t.field = 'title'"
	" LEFT JOIN fixity f ON f.object_id = o.id"
	" ORDER BY c.id IS NULL, c.id, c.id_encoding, o.id";

/* Raw bytes of one row. */
struct row_bytes {
	struct buffer carrier_id, title, label, disc_title;
};

static int64_t number_or_unknown(struct db_query *query, int column)
{
	return db_is_null(query, column) ? -1 : db_int(query, column);
}

static int decode(struct db_query *query, struct row_bytes *bytes, struct error *err)
{
	buffer_clear(&bytes->carrier_id);
	buffer_clear(&bytes->title);
	buffer_clear(&bytes->label);
	buffer_clear(&bytes->disc_title);
	int rc = catalog_column_bytes(query, CARRIER_ID, &bytes->carrier_id, err);
	if (!rc)
		rc = catalog_column_bytes(query, TITLE, &bytes->title, err);
	if (!rc)
		rc = catalog_column_bytes(query, DISC_TITLE, &bytes->disc_title, err);
	return rc ? rc : catalog_column_bytes(query, LABEL, &bytes->label, err);
}

static const char *text_unless_null(struct db_query *query, int column, const struct buffer *bytes)
{
	return db_is_null(query, column) ? NULL : buffer_text(bytes);
}

static void fill_row(struct catalog_row *row, struct db_query *query, const struct row_bytes *bytes)
{
	*row = (struct catalog_row){
		.carrier_id = text_unless_null(query, CARRIER_ID, &bytes->carrier_id),
		.title = text_unless_null(query, TITLE, &bytes->title),
		.label = text_unless_null(query, LABEL, &bytes->label),
		.label_len = bytes->label.len,
		.disc_title = text_unless_null(query, DISC_TITLE, &bytes->disc_title),
		.object_id = db_text(query, OBJECT_ID),
		.directory = db_text(query, DIRECTORY),
		.head = db_text(query, HEAD),
		.profile = db_text(query, PROFILE),
		.file_system = db_text(query, FILE_SYSTEM),
		.sectors = number_or_unknown(query, SECTORS),
		.bad_sectors = number_or_unknown(query, BAD_SECTORS),
		.doubtful_sectors = number_or_unknown(query, DOUBTFUL_SECTORS),
		.image_bytes = number_or_unknown(query, IMAGE_BYTES),
		.ingested = db_text(query, INGESTED),
		.fixity_time = db_text(query, FIXITY_TIME),
		.fixity_outcome = db_text(query, FIXITY_OUTCOME),
		.fixity_version = db_text(query, FIXITY_VERSION),
		.problems = db_int(query, PROBLEMS),
	};
}

int catalog_list(struct catalog *catalog,
	int (*visit)(void *context, const struct catalog_row *row), void *context,
	struct error *err)
{
	struct db_query *query;
	struct row_bytes bytes = {0};
	struct catalog_row item;
	bool row = true;
	int rc = db_query_new(&query, catalog->db, list_sql, err);
	while (!rc && row) {
		rc = db_step(query, &row, err);
		if (!rc && row)
			rc = decode(query, &bytes, err);
		if (!rc && row) {
			fill_row(&item, query, &bytes);
			rc = visit(context, &item);
		}
	}
	db_query_free(query);
	buffer_release(&bytes.carrier_id);
	buffer_release(&bytes.title);
	buffer_release(&bytes.label);
	buffer_release(&bytes.disc_title);
	return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/catalog_dump.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "catalog/db.h"

/* The name of each table and a query of its rows by primary key. */
static const char tables_sql[] =
	"SELECT m.name, 'SELECT * FROM \"' || m.name || '\" ORDER BY ' ||"
	" (SELECT group_concat('\"' || name || '\"') FROM"
	"  (SELECT name FROM pragma_table_info(m.name) WHERE pk ORDER BY pk))"
	" FROM sqlite_schema m WHERE m.type = 'table' ORDER BY m.name";

static void dump_table(struct db *db, const char *sql, struct buffer *out)
{
	struct db_query *query;
	bool row;
	assert_int_equal(db_query_new(&query, db, sql, NULL), 0);
	for (;;) {
		assert_int_equal(db_step(query, &row, NULL), 0);
		if (!row)
			break;
		for (int i = 0; i < db_columns(query); i++)
			buffer_printf(out, "%s%s", i ? " | " : "  ",
				db_text(query, i) ? db_text(query, i) : "NULL");
		buffer_putc(out, '\n');
	}
	db_query_free(query);
}

char *catalog_dump(const char *path)
{
	struct buffer out = {0};
	struct db *db;
	struct db_query *tables;
	bool row;
	assert_int_equal(db_open(&db, path, DB_READ, NULL), 0);
	assert_int_equal(db_begin_read(db, NULL), 0);
	assert_int_equal(db_query_new(&tables, db, tables_sql, NULL), 0);
	for (;;) {
		assert_int_equal(db_step(tables, &row, NULL), 0);
		if (!row)
			break;
		buffer_printf(&out, "%s\n", db_text(tables, 0));
		dump_table(db, db_text(tables, 1), &out);
	}
	db_query_free(tables);
	assert_int_equal(db_end(db, 0, NULL), 0);
	db_close(db);
	return buffer_steal(&out);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/catalog_private.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

void catalog_bind_bytes(struct db_query *query, const void *bytes, size_t len)
{
	if (!bytes) {
		db_bind_null(query);
		db_bind_text(query, "");
		return;
	}
	struct buffer text = {0};
	bool encoded = text_encode(&text, bytes, len);
	if (text.failed)
		db_bind_failed(query, ERR_MEMORY, "out of memory");
	db_bind_text_len(query, buffer_text(&text), text.len);
	db_bind_text(query, encoded ? TEXT_PERCENT_MARK : "");
	buffer_release(&text);
}

void catalog_bind_string(struct db_query *query, const char *string)
{
	catalog_bind_bytes(query, string, string ? strlen(string) : 0);
}

void catalog_bind_clean(struct db_query *query, const char *text)
{
	if (text && !text_is_clean(text, strlen(text)))
		db_bind_failed(query, ERR_INVALID,
			"a name, time or code holds control characters or is no UTF-8");
	db_bind_text(query, text);
}

void catalog_bind_place(struct db_query *query, const struct object *object, const char *version)
{
	db_bind_text(query, object_inventory(object)->id);
	db_bind_text(query, version);
}

int catalog_column_bytes(struct db_query *query, int column, struct buffer *out, struct error *err)
{
	const char *text = db_text(query, column);
	size_t len = db_text_len(query, column);
	const char *encoding = db_text(query, column + 1);
	int rc = 0;
	if (text && encoding && *encoding)
		rc = text_decode(out, text, len, err);
	else if (text)
		buffer_add(out, text, len);
	return !rc && out->failed ? error_set(err, ERR_MEMORY, "out of memory") : rc;
}

int catalog_column_string(struct db_query *query, int column, char **out, struct error *err)
{
	struct buffer bytes = {0};
	*out = NULL;
	if (db_is_null(query, column))
		return 0;
	int rc = catalog_column_bytes(query, column, &bytes, err);
	if (!rc && !(*out = bytes.len ? buffer_steal(&bytes) : strdup("")))
		rc = error_set(err, ERR_MEMORY, "out of memory");
	buffer_release(&bytes);
	return rc;
}

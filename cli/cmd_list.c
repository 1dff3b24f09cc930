/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/amount.h"
#include "catalog/catalog.h"
#include "cli/options.h"
#include "cli/terminal.h"

#include <stdio.h>
#include <string.h>

/* A failed check counts until one of the newest version succeeds, which counts for that version alone. */
static bool has_outcome(const struct catalog_row *row, const char *outcome)
{
	return row->fixity_outcome && !strcmp(row->fixity_outcome, outcome);
}

static bool is_checked(const struct catalog_row *row)
{
	return has_outcome(row, "suc") && row->fixity_version && row->head &&
	       !strcmp(row->fixity_version, row->head);
}

/* The words of the last fixity check, of the damage when the disc was read, and of what could not be indexed. */
static const char *state_of(const struct catalog_row *row, enum colour *colour)
{
	*colour = COLOUR_BAD;
	if (!row->object_id) {
		*colour = COLOUR_DIM;
		return "not ripped";
	}
	if (!row->head || has_outcome(row, "fai"))
		return "DAMAGED";
	if (row->problems > 0)
		return "PROBLEMS";
	*colour = COLOUR_WARN;
	if (row->bad_sectors > 0)
		return "partly read";
	if (row->doubtful_sectors > 0)
		return "in doubt";
	if (!is_checked(row))
		return "not checked";
	*colour = COLOUR_GOOD;
	return "ok";
}

static int print_row(void *context, const struct catalog_row *row)
{
	size_t *count = context;
	enum colour colour;
	char size[32] = "-";
	const char *state = state_of(row, &colour);
	const char *id = row->carrier_id ? row->carrier_id : row->object_id;
	const char *time = row->fixity_time ? row->fixity_time : "never";
	if (!(*count)++)
		printf("%-24s %9s  %-11s  %-20s  %s\n", "CARRIER", "SIZE", "STATE", "LAST CHECK",
			"TITLE OR LABEL");
	if (row->image_bytes >= 0)
		format_bytes((uint64_t)row->image_bytes, size, sizeof(size));
	print_foreign(stdout, id, strlen(id), 24);
	printf(" %9s  ", size);
	print_coloured(stdout, colour, state);
	printf("%*s  ", (int)(11 - strlen(state)), "");
	print_foreign(stdout, time, strlen(time), 20);
	fputs("  ", stdout);
	if (row->title)
		print_foreign(stdout, row->title, strlen(row->title), 0);
	else if (row->disc_title)
		print_foreign(stdout, row->disc_title, strlen(row->disc_title), 0);
	else if (row->label)
		print_foreign(stdout, row->label, row->label_len, 0);
	fputc('\n', stdout);
	return ferror(stdout) ? ERR_IO : 0;
}

/* A column of the CSV and JSON forms; the one table keeps both alike. */
struct column {
	const char *name;
	enum { COLUMN_BYTES, COLUMN_LABEL, COLUMN_NUMBER, COLUMN_STATE } kind;
	size_t offset; /* in struct catalog_row; of the label its pointer; 0 for the state, which is made of several */
};

#define COLUMN(name, kind, member)                                                                 \
	{                                                                                          \
		name, kind, offsetof(struct catalog_row, member)                                   \
	}
static const struct column columns[] = {
	COLUMN("carrier", COLUMN_BYTES, carrier_id),
	COLUMN("title", COLUMN_BYTES, title),
	COLUMN("object_id", COLUMN_BYTES, object_id),
	COLUMN("version", COLUMN_BYTES, head),
	COLUMN("profile", COLUMN_BYTES, profile),
	COLUMN("file_system", COLUMN_BYTES, file_system),
	COLUMN("label", COLUMN_LABEL, label),
	COLUMN("disc_title", COLUMN_BYTES, disc_title),
	COLUMN("sectors", COLUMN_NUMBER, sectors),
	COLUMN("bytes", COLUMN_NUMBER, image_bytes),
	COLUMN("bad_sectors", COLUMN_NUMBER, bad_sectors),
	COLUMN("doubtful_sectors", COLUMN_NUMBER, doubtful_sectors),
	COLUMN("ingested", COLUMN_BYTES, ingested),
	COLUMN("last_check", COLUMN_BYTES, fixity_time),
	COLUMN("last_outcome", COLUMN_BYTES, fixity_outcome),
	COLUMN("last_version", COLUMN_BYTES, fixity_version),
	COLUMN("problems", COLUMN_NUMBER, problems),
	{"state", COLUMN_STATE, 0},
};
#undef COLUMN
#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

static const char *column_bytes(
	const struct catalog_row *row, const struct column *column, size_t *len)
{
	const char *bytes;
	enum colour colour;
	if (column->kind == COLUMN_STATE) {
		bytes = state_of(row, &colour);
		*len = strlen(bytes);
		return bytes;
	}
	memcpy(&bytes, (const char *)row + column->offset, sizeof(bytes));
	*len = !bytes ? 0 : column->kind == COLUMN_LABEL ? row->label_len : strlen(bytes);
	return bytes;
}

static int64_t column_number(const struct catalog_row *row, const struct column *column)
{
	int64_t number;
	memcpy(&number, (const char *)row + column->offset, sizeof(number));
	return row->object_id ? number : -1;
}

static int print_csv_row(void *context, const struct catalog_row *row)
{
	struct buffer line = {0};
	(void)context;
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (i)
			buffer_putc(&line, ',');
		size_t len;
		if (columns[i].kind != COLUMN_NUMBER) {
			const char *bytes = column_bytes(row, &columns[i], &len);
			if (bytes)
				text_csv_cell(&line, bytes, len);
		} else if (column_number(row, &columns[i]) >= 0) {
			buffer_printf(&line, "%jd", (intmax_t)column_number(row, &columns[i]));
		}
	}
	buffer_puts(&line, "\r\n");
	fwrite(buffer_text(&line), 1, line.len, stdout);
	buffer_release(&line);
	return ferror(stdout) ? ERR_IO : 0;
}

static int add_json_row(void *context, const struct catalog_row *row)
{
	struct jv *array = context, *object = jv_new_object();
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		size_t len;
		if (columns[i].kind == COLUMN_NUMBER) {
			int64_t number = column_number(row, &columns[i]);
			if (number >= 0)
				jv_set_int(object, columns[i].name, number);
		} else {
			const char *bytes = column_bytes(row, &columns[i], &len);
			if (bytes)
				jv_set_bytes(object, columns[i].name, bytes, len);
		}
	}
	jv_append(array, object);
	return 0;
}

static void note_snapshot(const struct catalog *catalog)
{
	char time[CLOCK_TEXT_SIZE];
	int64_t published = catalog_snapshot_time(catalog);
	if (!published)
		return;
	clock_format(published, time);
	report_note(
		"the live catalogue cannot be read here; this is how it was published at %s", time);
}

static int list_as_text(struct catalog *catalog, struct error *err)
{
	size_t count = 0;
	int status = catalog_list(catalog, print_row, &count, err);
	if (!status && !count)
		puts("The archive holds no disc yet. `theca rip /dev/sr0` reads one.");
	return status;
}

static int list_as_csv(struct catalog *catalog, struct error *err)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		printf("%s%s", i ? "," : "", columns[i].name);
	fputs("\r\n", stdout);
	return catalog_list(catalog, print_csv_row, NULL, err);
}

static int list_catalog(struct catalog *catalog, bool csv, bool json)
{
	struct error err = {0};
	note_snapshot(catalog);
	if (json) {
		struct jv *array = jv_new_array();
		if (!catalog_list(catalog, add_json_row, array, &err))
			return print_json(array);
		jv_free(array);
		return report_index_error(&err);
	}
	int status = csv ? list_as_csv(catalog, &err) : list_as_text(catalog, &err);
	if (ferror(stdout) || !status)
		return finish_output(EXIT_FINE);
	return report_index_error(&err);
}

int cmd_list(struct cli *cli)
{
	bool csv = false, json = false;
	const struct option_spec specs[] = {{"csv", OPTION_FLAG, &csv}, {0}};
	struct archive *archive = NULL;
	struct catalog *catalog = NULL;
	struct error err = {0};
	int code = options_read(cli, specs, &json, 0, 0);
	if (code >= 0)
		return code;
	if (csv && json)
		return usage_error(NULL, "--csv and --json exclude each other");
	int status = open_archive(cli, &archive, &err);
	if (!status)
		status = catalog_open(&catalog, archive, CATALOG_READ, &err);
	code = status ? report_index_error(&err) : list_catalog(catalog, csv, json);
	catalog_close(catalog);
	archive_close(archive);
	return code;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/verify_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

int verify_set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	kept_disc_make(&f->disc, SECTORS);
	f->options.archive = f->disc.archive;
	assert_int_equal(digest_ring_new(&f->options.ring, NULL), ERR_NONE);
	*state = f;
	return 0;
}

int verify_tear_down(void **state)
{
	struct fixture *f = *state;
	object_report_release(&f->report);
	buffer_release(&f->summary);
	digest_ring_free(f->options.ring);
	kept_disc_remove(&f->disc);
	free(f);
	return 0;
}

int verify_disc(struct fixture *f)
{
	object_report_release(&f->report);
	buffer_clear(&f->summary);
	int rc = verify_object(f->disc.object, &f->options, &f->report, &f->err);
	object_report_summary(&f->report, &f->summary);
	assert_int_equal(f->report.complete, rc == ERR_NONE);
	return rc;
}

const struct file_report *report_file(const struct fixture *f, const char *path)
{
	for (size_t i = 0; i < f->report.file_count; i++)
		if (strcmp(f->report.files[i].path, path) == 0)
			return &f->report.files[i];
	fail_msg("%s is not in the report", path);
	return NULL;
}

size_t report_errors(const struct fixture *f)
{
	size_t count = 0;
	for (size_t i = 0; i < f->report.problem_count; i++)
		count += f->report.problems[i].is_error;
	return count;
}

bool report_has(const struct fixture *f, const char *code, const char *says)
{
	for (size_t i = 0; i < f->report.problem_count; i++)
		if (strcmp(f->report.problems[i].code, code) == 0 &&
			strstr(f->report.problems[i].text, says))
			return true;
	return false;
}

void assert_summary(const struct fixture *f, const char *begins)
{
	const char *summary = buffer_text(&f->summary);
	if (strncmp(summary, begins, strlen(begins)) != 0)
		fail_msg("expected \"%s...\", got \"%s\"", begins, summary);
}

void assert_range(const struct byte_ranges *ranges, size_t index, uint64_t offset, uint64_t length)
{
	assert_true(index < ranges->count);
	assert_int_equal(ranges->items[index].offset, offset);
	assert_int_equal(ranges->items[index].length, length);
}

static int read_badly(void *context, struct medium *medium, uint64_t offset, uint8_t *buffer,
	size_t len, size_t *got, struct error *err)
{
	struct bad_medium *bad = context;
	const char *name = medium->path + strlen(medium->path) - 4;
	bad->reads++;
	for (int i = 0; i < 2 && strcmp(name, ".iso") == 0; i++)
		if (offset < bad->end[i] && offset + len > bad->begin[i])
			return error_set(err, bad->code, "cannot read %s at byte %llu",
				medium->path, (unsigned long long)offset);
	return medium_read(medium, offset, buffer, len, got, err);
}

void read_from(struct fixture *f, struct bad_medium *bad)
{
	f->options.read = read_badly;
	f->options.read_context = bad;
	bad->reads = 0;
}

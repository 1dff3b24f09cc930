/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/premis_judge.h"

#include "base/clock.h"
#include "base/path.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROFILE "schemas/theca-premis.rng"
#define NO_XMLLINT 127 /* as a shell says it */

static struct {
	char directory[64];
	char document[96];
	char *schema; /* the official one, NULL if it is not there */
} judge;

static int64_t stopped_clock(void)
{
	return 1795361000; /* 2026-11-22T15:23:20Z */
}

int judge_setup(void **state)
{
	(void)state;
	const char *corpus = getenv("THECA_CORPUS");

	strcpy(judge.directory, "/tmp/theca-premis-XXXXXX");
	if (!mkdtemp(judge.directory))
		return -1;
	snprintf(judge.document, sizeof(judge.document), "%s/sidecar.xml", judge.directory);
	judge.schema = path_join(corpus ? corpus : "../shared/corpus", "schemas/premis-v3-0.xsd");
	if (!path_exists(judge.schema)) {
		print_message(
			"skipped: no official PREMIS schema at %s (THECA_CORPUS)\n", judge.schema);
		free(judge.schema);
		judge.schema = NULL;
	}
	clock_set(stopped_clock);
	return 0;
}

int judge_teardown(void **state)
{
	(void)state;
	clock_set(NULL);
	free(judge.schema);
	unlink(judge.document);
	return rmdir(judge.directory);
}

void judge_save(const struct buffer *document)
{
	FILE *file = fopen(judge.document, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(buffer_text(document), 1, document->len, file), document->len);
	assert_int_equal(fclose(file), 0);
}

/* Asks xmllint whether the saved document follows a schema. */
static bool is_valid(const char *kind, const char *schema)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		int null = open("/dev/null", O_WRONLY);
		dup2(null, 1);
		dup2(null, 2);
		execlp("xmllint", "xmllint", "--noout", "--nonet", kind, schema, judge.document,
			(char *)NULL);
		_exit(NO_XMLLINT);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == NO_XMLLINT) {
		print_message("skipped: xmllint is not installed\n");
		skip();
	}
	/* 3 and 4: does not validate; 1: not well-formed; anything else says nothing about the document. */
	if (WEXITSTATUS(status) > 4 || WEXITSTATUS(status) == 2)
		fail_msg("xmllint %s %s ended with %d", kind, schema, WEXITSTATUS(status));
	return WEXITSTATUS(status) == 0;
}

bool judge_has_schema(void)
{
	return judge.schema != NULL;
}

bool judge_follows_profile(void)
{
	return is_valid("--relaxng", PROFILE);
}

bool judge_follows_schema(void)
{
	return is_valid("--schema", judge.schema);
}

void judge_write(enum deposit_kind kind, struct buffer *document)
{
	struct deposit deposit;
	struct error err = {0};

	deposit_make(&deposit, kind);
	if (premis_write(&deposit, document, &err) != 0)
		fail_msg("kind %d: %s", (int)kind, err.message);
	deposit_release(&deposit);
}

struct premis *judge_read(const struct buffer *document)
{
	struct premis *premis = NULL;
	struct error err = {0};

	if (premis_read(&premis, document->data, document->len, "sidecar", &err) != 0)
		fail_msg("%s", err.message);
	return premis;
}

const struct premis_file *judge_find_file(const struct premis *premis, const char *name)
{
	for (size_t i = 0; i < premis->file_count; i++)
		if (strcmp(premis->files[i].name, name) == 0)
			return &premis->files[i];
	fail_msg("the sidecar names no file %s", name);
	return NULL;
}

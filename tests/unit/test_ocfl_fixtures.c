/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "store/ocfl_validate.h"
#include "tests/unit/findings.h"

#include "base/path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The fixtures of the OCFL project, whose folder names are the verdicts. */

static char *corpus_path(const char *name)
{
	const char *corpus = getenv("THECA_CORPUS");
	return path_join3(corpus ? corpus : "../shared/corpus", "ocfl-1.1", name);
}

static void print_findings(const char *name, const struct ocfl_findings *findings)
{
	print_message("%s:\n", name);
	for (size_t i = 0; i < findings->count; i++)
		print_message("    %s %s: %s\n", findings->items[i].code,
			findings->items[i].path ? findings->items[i].path : "-",
			findings->items[i].text);
}

/* Whether every code in front of the fixture's name is among the findings: "E003_E063_empty" has two. */
static bool codes_are_found(const char *name, const struct ocfl_findings *findings)
{
	while ((name[0] == 'E' || name[0] == 'W') && strspn(name + 1, "0123456789") == 3) {
		char code[5];
		snprintf(code, sizeof(code), "%.4s", name);
		if (!findings_have(findings, code))
			return false;
		name += name[4] == '_' ? 5 : 4;
	}
	return true;
}

struct verdict {
	char *folder;
	bool errors, warnings; /* whether a fixture has some */
	size_t wrong, count;
};

static int judge_fixture(void *context, const char *name)
{
	struct verdict *verdict = context;
	struct ocfl_findings findings;
	struct error err;
	char *path = path_join(verdict->folder, name);
	assert_int_equal(ocfl_validate(path, OCFL_CONTENT, &findings, &err), 0);
	bool has_warnings = findings.count > findings.error_count;
	bool is_right = codes_are_found(name, &findings) &&
			(findings.error_count > 0) == verdict->errors &&
			(verdict->errors || has_warnings == verdict->warnings);
	if (!is_right) {
		print_findings(name, &findings);
		verdict->wrong++;
	}
	verdict->count++;
	ocfl_findings_release(&findings);
	free(path);
	return 0;
}

static void judge_folder(const char *name, bool errors, bool warnings)
{
	struct verdict verdict = {corpus_path(name), errors, warnings, 0, 0};
	struct error err;
	if (!path_is_directory(verdict.folder)) {
		print_message("no OCFL fixtures in %s: skipped\n", verdict.folder);
		free(verdict.folder);
		skip();
	}
	assert_int_equal(path_each(verdict.folder, judge_fixture, &verdict, &err), 0);
	free(verdict.folder);
	assert_int_not_equal(verdict.count, 0);
	assert_int_equal(verdict.wrong, 0);
}

static void good_fixtures_have_no_findings(void **state)
{
	(void)state;
	judge_folder("good", false, false);
}

static void warn_fixtures_have_their_warnings(void **state)
{
	(void)state;
	judge_folder("warn", false, true);
}

static void bad_fixtures_have_their_errors(void **state)
{
	(void)state;
	judge_folder("bad", true, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_fixtures_have_no_findings),
		cmocka_unit_test(warn_fixtures_have_their_warnings),
		cmocka_unit_test(bad_fixtures_have_their_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets of other projects, with what these say of their discs. */
#include "image/sheet_image.h"

#include "base/path.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct disc disc;
static struct sheet_facts facts;
static struct error err;

/* The path of one of libcdio's files; skips the test if they are not there. */
static const char *libcdio(const char *name)
{
	static char path[512];
	const char *corpus = getenv("THECA_CORPUS");
	snprintf(path, sizeof(path), "%s/libcdio/%s", corpus ? corpus : "../shared/corpus", name);
	if (!path_exists(path)) {
		print_message("skipped: no sheet of libcdio's tests at %s (THECA_CORPUS)\n", path);
		skip();
	}
	return path;
}

static void open_sheet(const char *name)
{
	struct sector_source *source;
	if (sheet_image_open(&source, libcdio(name), &disc, &facts, &err))
		fail_msg("%s", err.message);
	source_close(source);
}

static void expect_refused(const char *name, int code, const char *words)
{
	struct sector_source *source;
	assert_int_equal(sheet_image_open(&source, libcdio(name), &disc, &facts, &err), code);
	if (!strstr(err.message, words))
		fail_msg("\"%s\" lacks \"%s\"", err.message, words);
}

/* The disc is the one that libcdio's cd-info printed: "  1: 00:02:00  000000 audio  false  yes". */
static void expect_right(const char *name)
{
	char *text = NULL;
	size_t len = 0, tracks = 0;
	assert_int_equal(path_read(libcdio(name), 65536, &text, &len, NULL), 0);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		unsigned number, minute, second, frame, lba;
		char kind[16], green[16], copy[16], mcn[16];
		if (sscanf(line, "Media Catalog Number (MCN): %15s", mcn) == 1)
			assert_string_equal(disc.mcn, mcn);
		int fields = sscanf(line, "%u: %u:%u:%u %u %15s %15s %15s", &number, &minute,
			&second, &frame, &lba, kind, green, copy);
		if (fields < 6)
			continue;
		if (!strcmp(kind, "leadout")) {
			assert_int_equal(disc.lead_out, lba);
			continue;
		}
		const struct track *track = &disc.tracks[tracks++];
		assert_int_equal(track->number, number);
		assert_int_equal(track->lba, lba);
		assert_string_equal(track->mode == TRACK_AUDIO ? "audio" : "data", kind);
		assert_string_equal(track->flags & TRACK_COPY_PERMITTED ? "yes" : "no", copy);
	}
	assert_int_equal(disc.track_count, tracks);
	free(text);
}

static void an_audio_disc_whose_file_differs_in_case(void **state)
{
	(void)state;
	open_sheet("cdda.cue");
	expect_right("cdda.right");
	assert_int_equal(disc.lead_out, 302);
	assert_string_equal(disc.mcn, "0000010271955");
	assert_string_equal(
		disc_text_of(&disc.text, 0, TEXT_TITLE), "Join us now we have the software");
	assert_string_equal(disc_text_of(&disc.text, 1, TEXT_PERFORMER), "Richard S");
	assert_non_null(strstr(facts.warnings, "line 4: CDDA.BIN differs in upper and lower case "
					       "from the file taken: cdda.bin\n"));
}

static void a_data_disc(void **state)
{
	(void)state;
	open_sheet("isofs-m1.cue");
	expect_right("isofs-m1.right");
	assert_int_equal(disc.lead_out, 302);
	assert_int_equal(disc.tracks[0].mode, TRACK_MODE1);
	assert_false(facts.is_plain_iso);
}

static void files_that_are_missing(void **state)
{
	(void)state;
	expect_refused("p1.cue", ERR_NOT_FOUND, "line 4: BOING.BIN is not in the folder ");
	expect_refused("cdda_4_5.cue", ERR_NOT_FOUND, "line 1: cdda_4_5.bin is not in the folder ");
}

static void sheets_that_are_broken(void **state)
{
	(void)state;
	expect_refused("bad-mode1.cue", ERR_INVALID, "line 6");
	expect_refused("bad-msf-1.cue", ERR_INVALID, "line 7");
	expect_refused("bad-msf-2.cue", ERR_INVALID, "line 7");
	/* A catalogue number concerns neither positions nor sound. */
	open_sheet("bad-cat1.cue");
	assert_non_null(strstr(facts.warnings, "line 4: CATALOG"));
	assert_string_equal(disc.mcn, "");
	open_sheet("bad-cat2.cue");
	assert_non_null(strstr(facts.warnings, "line 4: CATALOG"));
	assert_string_equal(disc.mcn, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_audio_disc_whose_file_differs_in_case),
		cmocka_unit_test(a_data_disc),
		cmocka_unit_test(files_that_are_missing),
		cmocka_unit_test(sheets_that_are_broken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

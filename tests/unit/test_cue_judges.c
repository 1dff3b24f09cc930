/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What other programs make of the sheets that are written: bchunk, libcdio's cd-info, cdrdao, and
 * cueprint and cuebreakpoints of cuetools. Each judges the discs that it can: libcdio knows no
 * POSTGAP, and none of them a session.
 */
#include "image/cue.h"
#include "tests/unit/scratch.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define RAW 2352u

enum { AUDIO, MIXED, VIDEO, TWO_SESSIONS, DISC_COUNT };

static struct disc discs[DISC_COUNT];
static uint8_t *images[DISC_COUNT];
static struct scratch scratch;

/* ---- the discs ---- */

static struct track *add_track(struct disc *disc, enum track_mode mode, uint32_t stored_pregap,
	uint32_t unstored_pregap, uint32_t count)
{
	struct track *track = &disc->tracks[disc->track_count++];
	*track = (struct track){.number = disc->track_count,
		.session = disc->session_count,
		.mode = mode,
		.lba = disc->lead_out + unstored_pregap + stored_pregap,
		.pregap = unstored_pregap + stored_pregap,
		.unstored_pregap = unstored_pregap};
	disc->lead_out = track->lba + count;
	disc->session_lead_outs[disc->session_count - 1] = disc->lead_out;
	return track;
}

static void make_discs(void)
{
	for (int i = 0; i < DISC_COUNT; i++)
		discs[i] = (struct disc){.profile = DISC_CD, .session_count = 1};
	struct disc *disc = &discs[AUDIO];
	strcpy(disc->mcn, "1234567890123");
	disc_text_add(&disc->text, 0, TEXT_TITLE, "Tones for a test");
	disc_text_add(&disc->text, 2, TEXT_TITLE, "Second");
	disc_text_add(&disc->text, 2, TEXT_PERFORMER, "Nobody");
	add_track(disc, TRACK_AUDIO, 80, 0, 310)->flags = TRACK_COPY_PERMITTED | TRACK_PRE_EMPHASIS;
	strcpy(add_track(disc, TRACK_AUDIO, 0, 0, 320)->isrc, "FRZ039800212");
	add_track(disc, TRACK_AUDIO, 150, 0, 333);
	disc = &discs[MIXED];
	add_track(disc, TRACK_MODE1, 0, 0, 350);
	add_track(disc, TRACK_AUDIO, 0, 150, 360);
	add_track(disc, TRACK_AUDIO, 40, 0, 370);
	disc = &discs[VIDEO];
	add_track(disc, TRACK_MODE2, 0, 0, 380);
	add_track(disc, TRACK_MODE2, 0, 0, 390);
	add_track(disc, TRACK_AUDIO, 150, 0, 400);
	disc = &discs[TWO_SESSIONS];
	add_track(disc, TRACK_AUDIO, 0, 0, 410)->unstored_postgap = 10;
	add_track(disc, TRACK_AUDIO, 20, 0, 420);
	disc->lead_out += 11250;
	disc->session_count = 2;
	add_track(disc, TRACK_MODE1, 0, 150, 430);
}

static const char *path_of(int disc, const char *suffix)
{
	char name[32];
	snprintf(name, sizeof(name), "disc%d%s", disc, suffix);
	return scratch_path(&scratch, name);
}

static void write_image(int i)
{
	struct buffer sheet = {0};
	char name[32];
	size_t len = (size_t)disc_image_sectors(&discs[i]) * RAW;
	images[i] = malloc(len);
	assert_non_null(images[i]);
	for (size_t at = 0; at < len; at++)
		images[i][at] = (uint8_t)(at * 2654435761u >> 11);
	snprintf(name, sizeof(name), "disc%d.bin", i);
	assert_int_equal(cue_write(&discs[i], name, &sheet, NULL), 0);
	scratch_write(&scratch, name, images[i], len);
	memcpy(strchr(name, '.'), ".cue", 5);
	scratch_write(&scratch, name, sheet.data, sheet.len);
	buffer_release(&sheet);
}

static int set_up(void **state)
{
	(void)state;
	scratch_make(&scratch);
	make_discs();
	for (int i = 0; i < DISC_COUNT; i++) {
		const char *wrong = disc_complete(&discs[i]);
		if (wrong)
			fail_msg("%s", wrong);
		write_image(i);
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < DISC_COUNT; i++)
		free(images[i]);
	scratch_remove(&scratch);
	return 0;
}

/* ---- the judges ---- */

static void need(const char *program)
{
	char command[64];
	snprintf(command, sizeof(command), "command -v %s >/dev/null", program);
	if (system(command) != 0) {
		print_message("skipped: %s is not installed\n", program);
		skip();
	}
}

/* What a program says, run in the directory of the discs; the caller frees it. */
__attribute__((format(printf, 1, 2))) static char *ask(const char *format, ...)
{
	char command[256], *said = calloc(1, 65536);
	int len = snprintf(command, sizeof(command), "cd %s && exec ", scratch.path);
	va_list args;
	va_start(args, format);
	vsnprintf(command + len, sizeof(command) - (size_t)len, format, args);
	va_end(args);
	strncat(command, " 2>&1 </dev/null", sizeof(command) - strlen(command) - 1);
	FILE *pipe = popen(command, "r");
	assert_true(pipe && said);
	said[fread(said, 1, 65535, pipe)] = '\0';
	int status = pclose(pipe);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("%s: status %d\n%s", command, status, said);
	return said;
}

static void expect_said(const char *said, const char *words)
{
	if (!strstr(said, words))
		fail_msg("\"%s\" lacks \"%s\"", said, words);
}

/* A split-off track, from its INDEX 01 to the pregap of the next. */
static void expect_chunk(int i, size_t place)
{
	const struct track *track = &discs[i].tracks[place];
	struct disc_run run;
	uint32_t sector;
	char suffix[16];
	size_t len, user = track->mode == TRACK_MODE1 ? 2048 : RAW;
	assert_true(disc_sector_of(&discs[i], track->lba, &sector));
	assert_true(disc_run_at(&discs[i], sector, &run));
	snprintf(suffix, sizeof(suffix), "-%02u.%s", track->number,
		track->mode == TRACK_AUDIO ? "cdr" : "iso");
	char *chunk = scratch_read(path_of(i, suffix), &len);
	assert_int_equal(len, run.count * user);
	for (uint32_t s = 0; s < run.count; s++)
		assert_memory_equal(chunk + s * user,
			images[i] + (size_t)(run.sector + s) * RAW + (user == RAW ? 0 : 16), user);
	free(chunk);
}

static void bchunk_splits_at_the_same_places(void **state)
{
	(void)state;
	need("bchunk");
	for (int i = 0; i < DISC_COUNT; i++) {
		free(ask("bchunk -r disc%d.bin disc%d.cue disc%d-", i, i, i));
		for (size_t place = 0; place < discs[i].track_count; place++)
			expect_chunk(i, place);
	}
}

/* It knows no PREGAP, so that its positions are those of the image. */
static void libcdio_sees_the_same_tracks(void **state)
{
	static const char *const kinds[] = {"audio", "data", "XA"};
	(void)state;
	need("cd-info");
	for (int i = AUDIO; i <= VIDEO; i++) {
		char *said = ask("cd-info --no-device-info --no-header -c disc%d.cue", i);
		char words[64];
		for (size_t place = 0; place < discs[i].track_count; place++) {
			const struct track *track = &discs[i].tracks[place];
			uint32_t sector, count;
			disc_track_sectors(&discs[i], place, &sector, &count);
			uint32_t time = sector + 150;
			snprintf(words, sizeof(words), "%3u: %02u:%02u:%02u  %06u %s",
				track->number, time / 4500, time / 75 % 60, time % 75, sector,
				kinds[track->mode]);
			expect_said(said, words);
		}
		snprintf(words, sizeof(words), "  %06u leadout", disc_image_sectors(&discs[i]));
		expect_said(said, words);
		if (i == AUDIO) {
			expect_said(said, "Media Catalog Number (MCN): 1234567890123");
			expect_said(said, "TITLE: Tones for a test");
			expect_said(said, "PERFORMER: Nobody");
			expect_said(said, "audio  false  yes   2        yes");
		}
		free(said);
	}
}

static void cdrdao_sees_the_same_disc(void **state)
{
	static const char *const kinds[] = {"AUDIO", "MODE1_RAW", "MODE2_RAW"};
	(void)state;
	need("cdrdao");
	for (int i = AUDIO; i <= VIDEO; i++) {
		char *said = ask("cdrdao show-toc disc%d.cue", i), *at = said;
		for (size_t place = 0; place < discs[i].track_count; place++) {
			const struct track *track = &discs[i].tracks[place];
			char words[64];
			snprintf(words, sizeof(words), "TRACK %2u  Mode %s:", track->number,
				kinds[track->mode]);
			at = strstr(at, words);
			assert_non_null(at);
			unsigned pregap = 0, start = 0, end = 0;
			const char *found = strstr(at, "PREGAP");
			const char *next = strstr(at + 1, "TRACK ");
			if (found && (!next || found < next))
				sscanf(found, "PREGAP %*u:%*u:%*u( %u)", &pregap);
			sscanf(strstr(at, "START"), "START %*u:%*u:%*u( %u)", &start);
			sscanf(strstr(at, "END "), "END %*u:%*u:%*u( %u)", &end);
			bool last = place + 1 == discs[i].track_count;
			assert_int_equal(pregap, track->pregap);
			assert_int_equal(start, track->lba);
			assert_int_equal(
				end, track->lba + track->count - (last ? 0 : track[1].pregap));
		}
		if (i == AUDIO) {
			expect_said(said, "CATALOG NUMBER: 1234567890123");
			expect_said(said, "ISRC FR Z03 98 00212");
			expect_said(said, "COPY PERMITTED\n          PRE-EMPHASIS");
		}
		free(said);
	}
}

static void cuetools_sees_the_same_places_and_texts(void **state)
{
	(void)state;
	need("cueprint");
	need("cuebreakpoints");
	char *said = ask("cueprint -d '%%N|%%T\\n' -t '%%n|%%t|%%p|%%i\\n' disc%d.cue", AUDIO);
	assert_string_equal(said, "3|Tones for a test\n1|||\n2|Second|Nobody|FRZ039800212\n3|||\n");
	free(said);
	for (int i = 0; i < DISC_COUNT; i++) {
		struct buffer wanted = {0};
		for (size_t place = 1; place < discs[i].track_count; place++) {
			uint32_t sector, count;
			disc_track_sectors(&discs[i], place, &sector, &count);
			buffer_printf(&wanted, "%u:%02u.%02u\n", sector / 4500, sector / 75 % 60,
				sector % 75);
		}
		said = ask("cuebreakpoints disc%d.cue", i);
		assert_string_equal(said, buffer_text(&wanted));
		free(said);
		buffer_release(&wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bchunk_splits_at_the_same_places),
		cmocka_unit_test(libcdio_sees_the_same_tracks),
		cmocka_unit_test(cdrdao_sees_the_same_disc),
		cmocka_unit_test(cuetools_sees_the_same_places_and_texts),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fixity check beyond content: inventories, structure, sidecars, a store that is gone, and what
 * is made of the report.
 */
#include "tests/unit/verify_fixture.h"

#include "base/path.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- inventories and sidecars ---- */

static void a_tampered_inventory(void **state)
{
	struct fixture *f = *state;
	kept_disc_flip(&f->disc, "inventory.json", 40);
	kept_disc_reopen(&f->disc);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, "inventory.json")->verdict, VERDICT_MISMATCH);
	assert_int_equal(report_file(f, "v1/inventory.json")->verdict, VERDICT_OK);
	assert_int_equal(object_report_count(&f->report, VERDICT_OK), 6);
	assert_true(report_has(f, "inventory", "not what was written"));
	assert_string_equal(object_report_outcome(&f->report), "fai");
}

static void a_tampered_version_inventory(void **state)
{
	struct fixture *f = *state;
	kept_disc_flip(&f->disc, "v1/inventory.json", 40);
	kept_disc_reopen(&f->disc);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, "v1/inventory.json")->verdict, VERDICT_MISMATCH);
	assert_int_equal(report_file(f, "inventory.json")->verdict, VERDICT_OK);
}

static void a_missing_inventory_sidecar(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(unlink(kept_disc_path(&f->disc, "inventory.json.sha512")), 0);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, "inventory.json.sha512")->verdict, VERDICT_MISSING);
	assert_true(object_report_is_damaged(&f->report));
}

static void a_broken_structure(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(unlink(kept_disc_path(&f->disc, "0=ocfl_object_1.1")), 0);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_true(report_has(f, "E003", ""));
	assert_int_equal(object_report_worst(&f->report), VERDICT_OK);
	assert_string_equal(object_report_outcome(&f->report), "fai");
}

static void premis_with_another_digest(void **state)
{
	struct fixture *f = *state;
	char digest[DIGEST_HEX_SIZE], forged[DIGEST_HEX_SIZE];
	snprintf(digest, sizeof(digest), "%s", kept_disc_digest(&f->disc, IMAGE));
	snprintf(forged, sizeof(forged), "%s", digest);
	forged[5] = forged[5] == '0' ? '1' : '0';
	assert_true(kept_disc_forge(&f->disc, V1 ".premis.xml", digest, forged));
	kept_disc_reopen(&f->disc);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(object_report_worst(&f->report), VERDICT_OK);
	assert_true(report_has(f, "premis",
		"SHELF%2F12.iso: the sidecar's digest is not the inventory's (sha512)"));
	assert_int_equal(report_errors(f), 1);
	assert_string_equal(object_report_outcome(&f->report), "fai");
}

/* The CRC-32 stands in the sidecar alone. */
static void premis_with_another_crc(void **state)
{
	struct fixture *f = *state;
	size_t len = 0;
	char *bytes = NULL, crc[DIGEST_HEX_SIZE];
	assert_int_equal(
		path_read(kept_disc_path(&f->disc, IMAGE), 16 << 20, &bytes, &len, NULL), ERR_NONE);
	assert_int_equal(digest_bytes(DIGEST_CRC32, bytes, len, crc, NULL), ERR_NONE);
	free(bytes);
	assert_true(kept_disc_forge(&f->disc, V1 ".premis.xml", crc, "00c0ffee"));
	kept_disc_reopen(&f->disc);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, IMAGE)->verdict, VERDICT_MISMATCH);
	assert_int_equal(report_file(f, IMAGE)->mismatched, DIGEST_BIT(DIGEST_CRC32));
	assert_summary(f,
		"SHELF%2F12.iso: mismatch somewhere in the file (crc32); its other digests agree");
}

/* Both inventories are changed and signed anew: only the file and the sidecar can tell. */
static void a_forged_inventory(void **state)
{
	struct fixture *f = *state;
	char digest[DIGEST_HEX_SIZE], forged[DIGEST_HEX_SIZE];
	snprintf(digest, sizeof(digest), "%s", kept_disc_digest(&f->disc, IMAGE));
	snprintf(forged, sizeof(forged), "%s", digest);
	forged[5] = forged[5] == '0' ? '1' : '0';
	assert_true(kept_disc_forge(&f->disc, "inventory.json", digest, forged));
	assert_true(kept_disc_forge(&f->disc, "v1/inventory.json", digest, forged));
	kept_disc_reopen(&f->disc);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, "inventory.json")->verdict, VERDICT_OK);
	assert_int_equal(report_file(f, IMAGE)->verdict, VERDICT_MISMATCH);
	assert_int_equal(report_file(f, IMAGE)->mismatched, DIGEST_BIT(DIGEST_SHA512));
	assert_true(report_has(f, "premis", "SHELF%2F12.iso: the sidecar's digest"));
}

static void a_missing_version_inventory(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(unlink(kept_disc_path(&f->disc, "v1/inventory.json")), 0);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, "v1/inventory.json")->verdict, VERDICT_MISSING);
}

static void premis_with_another_size(void **state)
{
	struct fixture *f = *state;
	assert_true(
		kept_disc_forge(&f->disc, V1 ".premis.xml", "<premis:size>3481600<",
			"<premis:size>3481601<") ||
		kept_disc_forge(&f->disc, V1 ".premis.xml", "<size>3481600<", "<size>3481601<"));
	kept_disc_reopen(&f->disc);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, IMAGE)->verdict, VERDICT_OK);
	assert_true(report_has(f, "premis", "the sidecar says 3481601 bytes"));
}

static void premis_of_other_files(void **state)
{
	struct fixture *f = *state;
	assert_true(
		kept_disc_forge(&f->disc, V1 ".premis.xml", "SHELF%2F12.log", "SHELF%2F13.log"));
	kept_disc_reopen(&f->disc);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_true(report_has(
		f, "premis", "SHELF%2F13.log: the sidecar names it, the inventory does not"));
	assert_true(report_has(
		f, "premis", "SHELF%2F12.log: the inventory has it, the sidecar does not name it"));
}

static void premis_that_makes_no_sense(void **state)
{
	struct fixture *f = *state;
	assert_true(kept_disc_forge(&f->disc, V1 ".premis.xml", "<?xml", "<!xml"));
	kept_disc_reopen(&f->disc);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_true(report_has(f, "premis", "its digests agree, but it makes no sense"));
	assert_null(f->report.carrier_id);
}

static void a_damaged_sidecar_has_no_say(void **state)
{
	struct fixture *f = *state;
	kept_disc_flip(&f->disc, V1 ".premis.xml", 0);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, V1 ".premis.xml")->verdict, VERDICT_MISMATCH);
	assert_int_equal(report_errors(f), 0);
	/* the CRC-32 stands in the sidecar alone */
	assert_int_equal(report_file(f, IMAGE)->checked, DIGEST_ALL & ~DIGEST_BIT(DIGEST_CRC32));
}

/* ---- when it is not the files' fault ---- */

static void a_store_that_is_gone(void **state)
{
	struct fixture *f = *state;
	char away[80];
	snprintf(away, sizeof(away), "%s/away", f->disc.root);
	assert_int_equal(rename(f->disc.archive->store, away), 0);
	assert_int_equal(verify_disc(f), ERR_OFFLINE);
	assert_int_equal(object_report_count(&f->report, VERDICT_NOT_CHECKED), 6);
	assert_false(object_report_is_damaged(&f->report));
	assert_non_null(strstr(f->err.message, "cannot be reached"));
	assert_int_equal(rename(away, f->disc.archive->store), 0);
}

static void a_share_that_drops_out(void **state)
{
	struct fixture *f = *state;
	struct bad_medium bad = {.end = {UINT64_MAX}, .code = ERR_OFFLINE};
	read_from(f, &bad);
	assert_int_equal(verify_disc(f), ERR_OFFLINE);
	assert_int_equal(report_file(f, IMAGE)->verdict, VERDICT_NOT_CHECKED);
}

static bool stop_at_zero(void *context, const struct progress_state *progress)
{
	unsigned *left = context;
	assert_string_equal(progress->phase, "checking");
	assert_true(progress->total > 0);
	return (*left)-- > 0;
}

static void a_check_that_is_stopped(void **state)
{
	struct fixture *f = *state;
	unsigned left = 3;
	struct progress progress = {.report = stop_at_zero, .context = &left};
	f->options.progress = &progress;
	assert_int_equal(verify_disc(f), ERR_INTERRUPTED);
	size_t rest = object_report_count(&f->report, VERDICT_NOT_CHECKED);
	assert_in_range(rest, 1, 5);
	assert_string_equal(object_report_outcome(&f->report), "war");
	assert_summary(f, "2 of 6 files before the check was stopped");
	assert_non_null(strstr(buffer_text(&f->summary), ": no damage so far"));
	left = 0; /* before the first file */
	assert_int_equal(verify_disc(f), ERR_INTERRUPTED);
	assert_summary(f, "0 of 6 files before the check was stopped, 0 bytes");
}

/* ---- what the caller makes of it ---- */

static void the_event_names_what_is_bad(void **state)
{
	struct fixture *f = *state;
	struct event event = {.detail = "theca verify", .software = "Theca"};
	struct buffer note = {0};
	kept_disc_flip(&f->disc, IMAGE, 600 * SECTOR);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(verify_event(&f->report, &event, &note, NULL), ERR_NONE);
	assert_string_equal(event.type, "fix");
	assert_string_equal(event.outcome, "fai");
	assert_string_equal(event.version, "v1");
	assert_string_equal(event.note, buffer_text(&f->summary));
	struct jv *files = jv_get(event.result, "files"), *image = jv_at(files, 0);
	assert_int_equal(jv_size(files), 1);
	assert_string_equal(jv_get_text(image, "path"), IMAGE);
	assert_string_equal(jv_get_text(image, "verdict"), "mismatch");
	struct jv *range = jv_at(jv_get(image, "damaged"), 0);
	assert_int_equal(jv_get_int(range, "first_sector", -1), 512);
	assert_int_equal(jv_get_int(range, "last_sector", -1), 1023);
	assert_int_equal(jv_get_int(jv_get(event.result, "counts"), "ok", -1), 5);
	assert_int_equal(event_append(f->disc.object, &event, NULL), ERR_NONE);
	buffer_release(&note);
	assert_int_equal(verify_disc(f), ERR_NONE); /* the log is no extra file */
	assert_int_equal(report_errors(f), 0);
	assert_int_equal(object_report_count(&f->report, VERDICT_EXTRA), 0);
}

static void the_report_as_json(void **state)
{
	struct fixture *f = *state;
	struct buffer text = {0};
	assert_int_equal(verify_disc(f), ERR_NONE);
	struct jv *json = object_report_json(&f->report);
	assert_int_equal(jv_dump(json, JV_COMPACT, &text, NULL), ERR_NONE);
	assert_string_equal(jv_get_text(json, "carrier"), KEPT_DISC_CARRIER);
	assert_string_equal(jv_get_text(json, "outcome"), "suc");
	assert_true(jv_get_bool(json, "complete", false));
	assert_int_equal(jv_size(jv_get(json, "files")), f->report.file_count);
	assert_int_equal(jv_get_int(json, "bytes_read", 0), (int64_t)f->report.bytes_read);
	struct jv *image = jv_at(jv_get(json, "files"), 1);
	assert_string_equal(jv_get_text(image, "path"), IMAGE);
	assert_int_equal(jv_size(jv_get(image, "digests")), 5);
	assert_string_equal(
		jv_get_text(image, "medium"), medium_mode_name(report_file(f, IMAGE)->mode));
	jv_free(json);
	buffer_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DISC(a_tampered_inventory),
		WITH_DISC(a_tampered_version_inventory),
		WITH_DISC(a_missing_inventory_sidecar),
		WITH_DISC(a_broken_structure),
		WITH_DISC(premis_with_another_digest),
		WITH_DISC(premis_with_another_crc),
		WITH_DISC(a_forged_inventory),
		WITH_DISC(a_missing_version_inventory),
		WITH_DISC(premis_with_another_size),
		WITH_DISC(premis_of_other_files),
		WITH_DISC(premis_that_makes_no_sense),
		WITH_DISC(a_damaged_sidecar_has_no_say),
		WITH_DISC(a_store_that_is_gone),
		WITH_DISC(a_share_that_drops_out),
		WITH_DISC(a_check_that_is_stopped),
		WITH_DISC(the_event_names_what_is_bad),
		WITH_DISC(the_report_as_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fixity check of content: every way in which a file can go bad is named as what it is. */
#include "base/amount.h"
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- nothing wrong ---- */

static void a_whole_object(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_false(object_report_is_damaged(&f->report));
	assert_int_equal(object_report_worst(&f->report), VERDICT_OK);
	assert_int_equal(report_errors(f), 0);
	assert_int_equal(object_report_count(&f->report, VERDICT_OK), 6);
	assert_string_equal(f->report.carrier_id, KEPT_DISC_CARRIER);
	assert_string_equal(f->report.head, "v1");
	assert_int_equal(report_file(f, IMAGE)->checked, DIGEST_ALL);
	assert_int_equal(report_file(f, IMAGE)->size, SECTORS * SECTOR);
	assert_int_equal(report_file(f, "inventory.json")->checked, DIGEST_BIT(DIGEST_SHA512));
	assert_int_equal(report_file(f, "v1/inventory.json")->checked, DIGEST_BIT(DIGEST_SHA512));
	assert_true(f->report.bytes_read > SECTORS * SECTOR);
	assert_string_equal(object_report_outcome(&f->report), "suc");
	assert_summary(f, "6 files, 3.52 MB read");
	assert_non_null(strstr(buffer_text(&f->summary),
		": all digests agree (sha512, sha256, sha1, md5; of some files crc32)"));
}

/* The summary counts the bytes of the files that it counts, and no inventories among them. */
static void a_summary_counts_like_with_like(void **state)
{
	struct fixture *f = *state;
	uint64_t bytes = 0;
	char expected[64], amount[32];
	assert_int_equal(verify_disc(f), ERR_NONE);
	for (size_t i = 0; i < f->report.file_count; i++)
		bytes += f->report.files[i].is_inventory ? 0 : f->report.files[i].size;
	assert_true(bytes < f->report.bytes_read);
	struct buffer text = {0};
	for (size_t i = 0; i < f->report.file_count; i++)
		if (f->report.files[i].is_inventory)
			f->report.files[i].size = 1000000000; /* would be seen if it were counted */
	object_report_coverage(&f->report, &text);
	format_bytes(bytes, amount, sizeof(amount));
	snprintf(expected, sizeof(expected), "6 files, %s read", amount);
	assert_memory_equal(buffer_text(&text), expected, strlen(expected));
	buffer_release(&text);
}

static void algorithms_of_some_files_are_not_those_of_all(void **state)
{
	struct fixture *f = *state;
	struct buffer text = {0};
	assert_int_equal(verify_disc(f), ERR_NONE);
	for (size_t i = 0; i < f->report.file_count; i++)
		f->report.files[i].checked =
			DIGEST_BIT(DIGEST_SHA512) | (i ? 0 : DIGEST_BIT(DIGEST_MD5));
	object_report_summary(&f->report, &text);
	assert_non_null(strstr(
		buffer_text(&text), ": all digests agree (sha512; of some files md5)"));
	buffer_release(&text);
}

static void how_it_was_read_is_told(void **state)
{
	struct fixture *f = *state;
	f->options.cached = true;
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, IMAGE)->mode, MEDIUM_CACHED);
	assert_non_null(strstr(buffer_text(&f->summary), "read, perhaps from memory (cached)"));
	struct medium medium;
	char path[4096];
	snprintf(path, sizeof(path), "%s", kept_disc_path(&f->disc, IMAGE));
	assert_int_equal(medium_open(&medium, path, false, NULL), ERR_NONE);
	medium_close(&medium);
	f->options.cached = false;
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, IMAGE)->mode, medium.mode);
}

static void two_versions(void **state)
{
	struct fixture *f = *state;
	kept_disc_add_version(&f->disc, SECTORS + 100);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_non_null(strstr(buffer_text(&f->summary), ": all digests agree"));
	assert_int_equal(object_report_count(&f->report, VERDICT_OK), f->report.file_count - 6);
	kept_disc_flip(&f->disc, "v2/content/SHELF%2F12.iso", 1);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, IMAGE)->verdict, VERDICT_OK);
	assert_summary(f, "v2/content/SHELF%2F12.iso: mismatch in sectors 0-511 " ALL_DIGESTS);
}

/* ---- content ---- */

static void a_flipped_bit_is_named(void **state)
{
	struct fixture *f = *state;
	kept_disc_flip(&f->disc, IMAGE, 1500 * SECTOR + 17);
	assert_int_equal(verify_disc(f), ERR_NONE);
	const struct file_report *image = report_file(f, IMAGE);
	assert_int_equal(image->verdict, VERDICT_MISMATCH);
	assert_int_equal(image->mismatched, DIGEST_ALL);
	assert_int_equal(image->sector_size, SECTOR);
	assert_int_equal(image->damaged.count, 1);
	assert_range(&image->damaged, 0, 1024 * SECTOR, 512 * SECTOR);
	assert_int_equal(object_report_count(&f->report, VERDICT_OK), 5);
	assert_int_equal(report_errors(f), 0);
	assert_string_equal(object_report_outcome(&f->report), "fai");
	assert_summary(f, "SHELF%2F12.iso: mismatch in sectors 1024-1535 " ALL_DIGESTS ". 6 files");
}

static void neighbouring_chunks_are_one_range(void **state)
{
	struct fixture *f = *state;
	kept_disc_flip(&f->disc, IMAGE, 0);
	kept_disc_flip(&f->disc, IMAGE, 1024 * SECTOR);
	kept_disc_flip(&f->disc, IMAGE, SECTORS * SECTOR - 1);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_summary(f, "SHELF%2F12.iso: mismatch in sectors 0-511, 1024-1699 " ALL_DIGESTS);
}

static void a_truncated_file(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(truncate(kept_disc_path(&f->disc, IMAGE), 600 * SECTOR), 0);
	assert_int_equal(verify_disc(f), ERR_NONE);
	const struct file_report *image = report_file(f, IMAGE);
	assert_int_equal(image->verdict, VERDICT_MISMATCH);
	assert_range(&image->damaged, 0, 512 * SECTOR, (SECTORS - 512) * SECTOR);
	assert_string_equal(
		image->text, "the file is truncated: 1228800 of 3481600 bytes are there");
	assert_int_equal(truncate(kept_disc_path(&f->disc, IMAGE), 0), 0);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_string_equal(
		report_file(f, IMAGE)->text, "the file is truncated: 0 of 3481600 bytes are there");
}

static void a_longer_file(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(truncate(kept_disc_path(&f->disc, IMAGE), SECTORS * SECTOR + 10), 0);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_summary(f, "SHELF%2F12.iso: mismatch in sectors 1536-1700 " ALL_DIGESTS
			  "; the file is longer than recorded: 3481610 instead of 3481600 bytes");
}

static void a_missing_file(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(unlink(kept_disc_path(&f->disc, V1 ".map")), 0);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, V1 ".map")->verdict, VERDICT_MISSING);
	assert_int_equal(object_report_count(&f->report, VERDICT_OK), 5);
	assert_int_equal(report_errors(f), 0); /* the OCFL finding says no more */
	assert_summary(f, "SHELF%2F12.map: missing. 6 files");
}

static void extra_files(void **state)
{
	struct fixture *f = *state;
	FILE *stray = fopen(kept_disc_path(&f->disc, "v1/content/.nfs\x1b[2J"), "w");
	assert_non_null(stray);
	fclose(stray);
	assert_int_equal(symlink("SHELF%2F12.iso", kept_disc_path(&f->disc, "v1/content/link")), 0);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(object_report_count(&f->report, VERDICT_EXTRA), 2);
	assert_int_equal(object_report_count(&f->report, VERDICT_OK), 6);
	assert_true(object_report_is_damaged(&f->report));
	assert_summary(f, ".nfs\\x1b[2J: extra. link: extra. ");
}

static void a_damaged_chunk_list_is_not_believed(void **state)
{
	struct fixture *f = *state;
	kept_disc_flip(&f->disc, V1 ".chunks", 100);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, V1 ".chunks")->verdict, VERDICT_MISMATCH);
	assert_int_equal(report_file(f, IMAGE)->verdict, VERDICT_OK);
	kept_disc_flip(&f->disc, IMAGE, 100);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, IMAGE)->verdict, VERDICT_MISMATCH);
	assert_int_equal(report_file(f, IMAGE)->damaged.count, 0);
	assert_non_null(strstr(buffer_text(&f->summary),
		"SHELF%2F12.iso: mismatch somewhere in the file " ALL_DIGESTS));
}

/* The chunks of a list that is whole, but was made of other bytes. */
static void a_chunk_list_of_other_bytes(void **state)
{
	struct fixture *f = *state;
	char *bytes = NULL, first[65], forged[65];
	size_t len = 0;
	assert_int_equal(
		path_read(kept_disc_path(&f->disc, V1 ".chunks"), 1 << 20, &bytes, &len, NULL),
		ERR_NONE);
	const char *end = strstr(bytes, ".iso\n");
	assert_non_null(end);
	snprintf(first, sizeof(first), "%.64s", end + 5);
	free(bytes);
	snprintf(forged, sizeof(forged), "%s", first);
	forged[0] = forged[0] == '0' ? '1' : '0';
	assert_true(kept_disc_forge(&f->disc, V1 ".chunks", first, forged));
	kept_disc_reopen(&f->disc);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, IMAGE)->verdict, VERDICT_OK);
	assert_int_equal(report_file(f, IMAGE)->damaged.count, 0);
	assert_true(report_has(f, "chunks", "its chunk list describes other bytes"));
}

/* ---- unreadable ---- */

static void unreadable_ranges(void **state)
{
	struct fixture *f = *state;
	struct bad_medium bad = {
		.begin = {5000, 2 << 20}, .end = {5001, (2 << 20) + 3 * BLOCK}, .code = ERR_IO};
	read_from(f, &bad);
	assert_int_equal(verify_disc(f), ERR_NONE);
	const struct file_report *image = report_file(f, IMAGE);
	assert_int_equal(image->verdict, VERDICT_UNREADABLE);
	assert_int_equal(image->checked, 0);
	assert_int_equal(image->damaged.count, 0);
	assert_int_equal(image->unreadable.count, 2);
	assert_range(&image->unreadable, 0, BLOCK, BLOCK);
	assert_range(&image->unreadable, 1, 2 << 20, 3 * BLOCK);
	assert_non_null(strstr(image->text, "cannot read"));
	assert_true(bad.reads < 100);
	assert_summary(f, "SHELF%2F12.iso: unreadable in sectors 2-3, 1024-1029; ");
	/* the rest is still held against its chunks */
	kept_disc_flip(&f->disc, IMAGE, 1699 * SECTOR);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, IMAGE)->verdict, VERDICT_MISMATCH);
	assert_summary(f, "SHELF%2F12.iso: mismatch in sectors 1536-1699; unreadable in sectors "
			  "2-3, 1024-1029");
}

static void without_chunks_bytes_are_named(void **state)
{
	struct fixture *f = *state;
	struct bad_medium bad = {.begin = {5000}, .end = {5001}, .code = ERR_IO};
	kept_disc_flip(&f->disc, V1 ".chunks", 100);
	read_from(f, &bad);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, IMAGE)->verdict, VERDICT_UNREADABLE);
	assert_non_null(strstr(
		buffer_text(&f->summary), "SHELF%2F12.iso: unreadable in bytes 4096-8191; "));
}

static void a_dead_file_costs_bounded_reads(void **state)
{
	struct fixture *f = *state;
	struct bad_medium bad = {.end = {UINT64_MAX}, .code = ERR_IO};
	read_from(f, &bad);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, IMAGE)->verdict, VERDICT_UNREADABLE);
	assert_range(&report_file(f, IMAGE)->unreadable, 0, 0, SECTORS * SECTOR);
	assert_true(bad.reads < 700);
}

static void a_directory_in_a_files_place(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(unlink(kept_disc_path(&f->disc, V1 ".log")), 0);
	assert_int_equal(mkdir(kept_disc_path(&f->disc, V1 ".log"), 0777), 0);
	assert_int_equal(verify_disc(f), ERR_NONE);
	assert_int_equal(report_file(f, V1 ".log")->verdict, VERDICT_UNREADABLE);
	assert_non_null(strstr(report_file(f, V1 ".log")->text, "not a regular file"));
}

/* As an ordinary user, for whom permissions count. */
static void a_forbidden_file(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(chmod(f->disc.root, 0755), 0);
	assert_int_equal(chmod(kept_disc_path(&f->disc, V1 ".map"), 0), 0);
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
			_exit(2);
		int rc = verify_object(f->disc.object, &f->options, &f->report, &f->err);
		_exit(rc != ERR_NONE || report_file(f, V1 ".map")->verdict != VERDICT_UNREADABLE ||
			report_file(f, IMAGE)->verdict != VERDICT_OK);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DISC(a_whole_object),
		WITH_DISC(a_summary_counts_like_with_like),
		WITH_DISC(algorithms_of_some_files_are_not_those_of_all),
		WITH_DISC(how_it_was_read_is_told),
		WITH_DISC(two_versions),
		WITH_DISC(a_flipped_bit_is_named),
		WITH_DISC(neighbouring_chunks_are_one_range),
		WITH_DISC(a_truncated_file),
		WITH_DISC(a_longer_file),
		WITH_DISC(a_missing_file),
		WITH_DISC(extra_files),
		WITH_DISC(a_damaged_chunk_list_is_not_believed),
		WITH_DISC(a_chunk_list_of_other_bytes),
		WITH_DISC(unreadable_ranges),
		WITH_DISC(without_chunks_bytes_are_named),
		WITH_DISC(a_dead_file_costs_bounded_reads),
		WITH_DISC(a_directory_in_a_files_place),
		WITH_DISC(a_forbidden_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

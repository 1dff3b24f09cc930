/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A kept disc and one fixity check of it.
 */
#ifndef THECA_TESTS_UNIT_VERIFY_FIXTURE_H
#define THECA_TESTS_UNIT_VERIFY_FIXTURE_H

#include "tests/unit/kept_disc_fixture.h"
#include "verify/verify.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SECTORS = 1700,
	SECTOR = 2048,
	BLOCK = 4096
}; /* three chunks of 512 sectors and one of 164 */

#define V1 "v1/content/SHELF%2F12"
#define IMAGE V1 ".iso"
#define ALL_DIGESTS "(sha512, sha256, sha1, md5, crc32)"

struct fixture {
	struct kept_disc disc;
	struct verify_options options;
	struct object_report report;
	struct error err;
	struct buffer summary;
};

/* A test with a disc of its own. */
#define WITH_DISC(test) cmocka_unit_test_setup_teardown(test, verify_set_up, verify_tear_down)
int verify_set_up(void **state);
int verify_tear_down(void **state);

/* Checks the disc; report and summary are of this check. */
int verify_disc(struct fixture *f);
/* What the report says of a file, which must be in it. */
const struct file_report *report_file(const struct fixture *f, const char *path);
/* Problems but for advice on form. */
size_t report_errors(const struct fixture *f);
/* Whether there is a problem of that code whose text holds `says`. */
bool report_has(const struct fixture *f, const char *code, const char *says);
void assert_summary(const struct fixture *f, const char *begins);
void assert_range(const struct byte_ranges *ranges, size_t index, uint64_t offset, uint64_t length);

/* Reads of the image that touch one of two byte ranges fail; every read of any file is counted. */
struct bad_medium {
	uint64_t begin[2], end[2];
	enum error_code code;
	unsigned reads;
};
void read_from(struct fixture *f, struct bad_medium *bad);

#endif

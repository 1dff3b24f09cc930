/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Object report: what one fixity check found, file by file, for people (a summary line) and for
 * machines (JSON).
 */
#ifndef THECA_VERIFY_REPORT_H
#define THECA_VERIFY_REPORT_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/json.h"
#include "base/medium.h"
#include "store/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From the best to the worst. */
enum verdict {
	VERDICT_OK, /* every recorded digest agrees */
	VERDICT_NOT_CHECKED, /* the check was stopped before it */
	VERDICT_EXTRA, /* on the disk, but in no inventory */
	VERDICT_UNREADABLE, /* the system does not give (all of) its bytes */
	VERDICT_MISSING, /* not on the disk, though the store is there */
	VERDICT_MISMATCH, /* its bytes are not those that were recorded */
	VERDICT_COUNT
};

struct byte_range {
	uint64_t offset, length;
};

struct byte_ranges { /* in order, neighbours joined */
	struct byte_range *items;
	size_t count;
	size_t capacity;
};

struct file_report {
	char *path; /* from the object's root: "v1/content/SHELF%2F12.iso"; any bytes if extra */
	bool is_inventory; /* an inventory.json rather than content */
	enum verdict verdict;
	unsigned checked; /* DIGEST_BIT masks: the recorded digests that were compared, */
	unsigned mismatched; /* and those that differ */
	uint64_t size; /* bytes on the disk, as far as it could be opened */
	bool was_read; /* it could be opened, and mode says how it was read */
	enum medium_mode mode;
	uint32_t sector_size; /* bytes; 0 if no chunk list could be trusted to localise damage */
	struct byte_ranges damaged; /* the chunks that differ; none: somewhere in the file */
	struct byte_ranges unreadable; /* what the medium does not give */
	char *text; /* one more sentence for people, NULL if there is none */
};

/* Something wrong with the object that is no one content file's fault. */
struct problem {
	/* an OCFL validation code ("E092"), or "inventory", "premis", "chunks", "directory" */
	char code[16];
	/* false: advice on form (OCFL's W codes), which says nothing of the object's fixity */
	bool is_error;
	char *path; /* from the object's root; NULL if it is about the whole */
	char *text; /* one sentence */
};

struct object_report {
	char *object_id;
	char *head; /* the newest version: "v2" */
	char *carrier_id; /* raw bytes; NULL if no sidecar could tell */
	struct file_report *files; /* the manifest's, then inventories, then what is extra */
	size_t file_count;
	size_t file_capacity;
	struct problem *problems;
	size_t problem_count;
	size_t problem_capacity;
	bool complete; /* false: the check was stopped, and says nothing of files not checked */
	uint64_t bytes_read; /* of all files, inventories among them */
	double seconds;
};

void object_report_release(struct object_report *report);

/*
 * Adds a file that was not checked yet and gives it, borrowed until the next is added; NULL when
 * out of memory.
 */
struct file_report *object_report_add_file(struct object_report *report, const char *path);
/* Adds a problem; path may be NULL. Only ERR_MEMORY. */
int object_report_add_problem(struct object_report *report, const char *code, bool is_error,
	const char *path, struct error *err, const char *format, ...)
	__attribute__((format(printf, 6, 7)));
/* Adds a range that begins where the last one ended or later. Only ERR_MEMORY. */
int byte_ranges_add(
	struct byte_ranges *ranges, uint64_t offset, uint64_t length, struct error *err);

/* "ok", "not checked", "extra", "unreadable", "missing", "mismatch". */
const char *verdict_name(enum verdict verdict);
/* Content files (not inventories) of that verdict. */
size_t object_report_count(const struct object_report *report, enum verdict verdict);
/* The worst verdict of any file, inventories among them. */
enum verdict object_report_worst(const struct object_report *report);
/*
 * Whether some file or the object as a whole is not as it was recorded; files not checked do not
 * count.
 */
bool object_report_is_damaged(const struct object_report *report);
/*
 * The PREMIS event outcome: "fai" for damage, "war" for a check that was stopped before it found
 * any, "suc".
 */
const char *object_report_outcome(const struct object_report *report);

/* The whole report; NULL when out of memory. The caller frees it with jv_free. */
struct jv *object_report_json(const struct object_report *report);
/*
 * The same for an event's result: only files that are not ok and errors are named, no more than a
 * hundred of either.
 */
struct jv *object_report_result(const struct object_report *report);
/*
 * Appends one file's findings: "SHELF%2F12.iso: mismatch in sectors 1024-1535 (sha512, md5)"; fit
 * for a terminal.
 */
void object_report_describe_file(
	const struct object_report *report, const struct file_report *file, struct buffer *out);
/*
 * Appends what was looked at: "6 files, 67.1 MB read from the medium (direct)". Inventories are in
 * neither number.
 */
void object_report_coverage(const struct object_report *report, struct buffer *out);
/*
 * Appends one line: "6 files, 67.1 MB read from the medium (direct): all digests agree (sha512,
 * md5)", or what is wrong; fit for a terminal.
 */
void object_report_summary(const struct object_report *report, struct buffer *out);

/*
 * Fills the event of this check: its own UUID, now as its time, type, outcome, version, note and
 * result. note holds the text that event->note borrows, version borrows from report; result is the
 * event's. The caller sets detail, software and person.
 */
int verify_event(const struct object_report *report, struct event *event, struct buffer *note,
	struct error *err);

#endif

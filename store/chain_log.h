/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chain log: append-only JSON lines in segments, each line bound to the one before by its SHA-256.
 *
 *   DIR/000001.jsonl    {"seq":1,"prev":"000...0","time":"2026-...Z","type":"...",...}\n
 *                       {"seq":2,"prev":"<sha256 of line 1 without its newline>",...}\n
 *   DIR/000002.jsonl    begins where the first reached SEGMENT_LINES; its first prev is the
 *                       digest of the last line before
 *
 * One write appends one line and is synced before the call returns. A last line without its
 * newline was never acknowledged: readers leave it out, the next writer cuts it off. Writers hold
 * an exclusive flock on DIR.
 */
#ifndef THECA_STORE_CHAIN_LOG_H
#define THECA_STORE_CHAIN_LOG_H

#include "base/error.h"
#include "base/json.h"

#include <stdbool.h>
#include <stdint.h>

#define CHAIN_LOG_SEGMENT_LINES 10000u

/* What chain_log_check found. */
struct chain_state {
	uint64_t lines; /* whole lines */
	char head[65]; /* SHA-256 of the last whole line, zeros if there is none */
	bool intact; /* every line parses, seq counts up, every prev fits */
	uint64_t bad_line; /* the first line that does not, when not intact */
	bool torn; /* an unacknowledged end follows */
};

/*
 * Appends entry (an object; it gets "seq", "prev" and, if it has none, "time") to the log in
 * directory, which is made if missing. Takes over entry in every case. ERR_DAMAGED if the last
 * line does not parse. head may be NULL; else 65 bytes for the new head. A line that could not be
 * written and synced is not in the log afterwards, as far as the disk still obeys.
 */
int chain_log_append(const char *directory, struct jv *entry, char *head, struct error *err);
/*
 * Waits for the writers' lock on the log in directory, which is made if missing (its parent is
 * not), and takes it. For reading and appending in one go. The caller gives *lock to
 * chain_log_unlock.
 */
int chain_log_lock(const char *directory, int *lock, struct error *err);
void chain_log_unlock(int lock);
/* chain_log_append for a caller that holds the lock. */
int chain_log_append_locked(const char *directory, struct jv *entry, char *head, struct error *err);
/*
 * Calls visit for each whole line in order from sequence number `first`; the entry is borrowed. A
 * missing directory is an empty log. Stops at the first non-zero and returns it; ERR_DAMAGED
 * names the segment and line where the chain breaks. Reading begins at the segment that holds
 * `first`: the chain before it is taken on trust (chain_log_check walks it).
 */
int chain_log_each(const char *directory, uint64_t first,
	int (*visit)(void *context, uint64_t seq, const struct jv *entry), void *context,
	struct error *err);
/* Walks the whole chain. Fails only if a segment cannot be read. */
int chain_log_check(const char *directory, struct chain_state *state, struct error *err);

#endif

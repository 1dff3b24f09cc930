/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Register: what belongs to no object, append-only (store/chain_log.h) and written before the
 * catalogue.
 *
 *   {"seq":1,"prev":"...","time":"...","type":"carrier","uuid":"...","id":"SHELF/12","title":"...","note":"...","minted":false}
 *
 * A carrier is entered once, when it is first met, and keeps its UUID from then on; title and
 * note are those of that moment (a later "carrier" line with the same uuid replaces them).
 *
 *   {"seq":7,"prev":"...","time":"...","type":"finding","object":"urn:uuid:...","directory":"3c0/ff4/240/urn%3auuid%3a...",
 *    "carrier":"<uuid>","verdict":"missing","uuid":"...","event":"fix","outcome":"fai","detail":"theca verify",
 *    "note":"...","agents":[...]}
 *   {"seq":9,"prev":"...","time":"...","type":"finding","object":"urn:uuid:...","directory":"...","verdict":"found"}
 *
 * A fixity check of an object that cannot be opened stands here, with what an event has (store/event.h), because the object's own
 * log may be gone with it. It holds until a line "found": from then on the object's log tells on.
 */
#ifndef THECA_STORE_REGISTER_H
#define THECA_STORE_REGISTER_H

#include "base/error.h"
#include "base/json.h"
#include "store/archive.h"
#include "store/deposit.h"
#include "store/event.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Finds the carrier of that id or enters it, under the register's lock. carrier->id given, uuid
 * filled; id NULL: the next free "disc-000001" is minted and carrier->id set. title and note
 * given (not NULL) replace what the register knew; those not given are filled from it. Strings in
 * carrier are the caller's to free.
 */
int register_carrier(const struct archive *archive, struct carrier *carrier, struct error *err);
/* What a check found of a whole object. */
struct finding {
	const char *object_id;
	const char *directory; /* from the storage root */
	const char *carrier_uuid; /* NULL if not known */
	const char
		*verdict; /* "missing", "broken", "unreadable"; "found": it can be opened again */
};
/* Appends a finding (synced) with the event of the check that made it; "found" has none (NULL). Takes over event->result. */
int register_finding(const struct archive *archive, const struct finding *finding,
	struct event *event, struct error *err);
/* Calls visit for each line from sequence number `first`, as chain_log_each. */
int register_each(const struct archive *archive, uint64_t first,
	int (*visit)(void *context, uint64_t seq, const struct jv *entry), void *context,
	struct error *err);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Events as they stand in an object's log: what happened after its sidecar was written.
 *
 *   {"seq":2,"prev":"...","time":"2026-11-22T15:04:05Z","type":"event","uuid":"...","event":"fix","outcome":"suc","version":"v1",
 *    "detail":"theca verify","note":"6 files, 67 MB: all digests agree","agents":[{"role":"exe","name":"Theca 1.0","type":"software"}],
 *    "result":{...}}
 */
#ifndef THECA_STORE_EVENT_H
#define THECA_STORE_EVENT_H

#include "base/error.h"
#include "base/json.h"
#include "base/uuid.h"
#include "store/object.h"

#include <stdbool.h>
#include <stdint.h>

struct event {
	char uuid[UUID_SIZE];
	int64_t time;
	const char *type;     /* PREMIS event type code: "ine", "fix" */
	const char *outcome;  /* "suc", "war", "fai" */
	const char *version;  /* of the object: "v1"; NULL if not known */
	const char *detail;   /* how: the command line; any bytes */
	const char *note;     /* what came of it, one line; any bytes */
	const char *software; /* "Theca 0.1.0" */
	const char *person;   /* NULL if not known; any bytes */
	struct jv *result;    /* machine-readable outcome, or NULL; taken over by event_append */
};

/* The event as a line of a log, type "event"; NULL or incomplete when out of memory (base/json.h). Takes over event->result. */
struct jv *event_line(struct event *event);
/* Appends the event to the object's log (synced). ERR_PERMISSION on a read-only store. */
int event_append(const struct object *object, struct event *event, struct error *err);
/* Whether the object's log already holds an event of that UUID: commits are finished once. */
int event_is_logged(const struct object *object, const char *uuid, bool *logged, struct error *err);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PREMIS 3.0: the entities of a sidecar in memory, written to and read from XML.
 *
 * Strings that may come from a disc or a person hold any bytes; in the document they stand as clean text or percent-encoded with a mark
 * (base/text.h), and come back as the same bytes.
 */
#ifndef THECA_STORE_PREMIS_H
#define THECA_STORE_PREMIS_H

#include "base/bytes.h"
#include "base/error.h"
#include "store/deposit.h"

#include <stddef.h>
#include <stdint.h>

/* What is read back from a sidecar: enough to fill the catalogue and to check the sidecar against the inventory. */

struct premis_fixity {
	char *algorithm; /* as in the inventory: "sha512" */
	char *digest;
};

struct premis_file {
	char *uuid;
	char *name;   /* logical path: contentLocation / originalName */
	char *role;   /* as file_role_name */
	uint64_t size;
	char *format; /* format name */
	char *puid;   /* NULL if none */
	struct premis_fixity *fixity;
	size_t fixity_count;
};

struct premis_agent {
	char *uuid;
	char *name;
	char *type;    /* "hardware", "organization", "person", "software" */
	char *version; /* NULL if none */
	char *note;    /* NULL if none */
};

struct premis_event_agent {
	char *agent_uuid;
	char *role; /* "exe", "imp" */
};

struct premis_event {
	char *uuid;
	char *type;     /* the vocabulary's code: "ima", "mes", "ins" ... */
	char *time;     /* ISO 8601 with zone */
	char *detail;   /* NULL if none */
	char *outcome;  /* "suc", "war", "fai" */
	char *note;     /* NULL if none */
	struct premis_event_agent *agents;
	size_t agent_count;
};

struct premis {
	char *carrier_uuid;
	char *carrier_id;     /* raw bytes */
	char *title;          /* NULL if none, as the next */
	char *note;
	struct buffer volume_label; /* raw bytes */
	char *file_system;    /* NULL if none */
	struct premis_file *files;
	size_t file_count;
	struct premis_event *events;
	size_t event_count;
	struct premis_agent *agents;
	size_t agent_count;
};

/* Appends the sidecar of a deposit: one XML document. */
int premis_write(const struct deposit *deposit, struct buffer *out, struct error *err);
/* Reads a sidecar; ERR_INVALID says what is missing or broken, links that point nowhere and dates without zone among it. The caller frees. */
int premis_read(struct premis **out, const void *bytes, size_t len, const char *name,
	struct error *err);
void premis_free(struct premis *premis);
const struct premis_file *premis_find_file(const struct premis *premis, const char *name);

#endif

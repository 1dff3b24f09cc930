/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PREMIS vocabulary: the controlled terms of http://id.loc.gov/vocabulary/preservation/ that a sidecar uses, its namespaces, and
 * the marks of percent-encoded text (store/premis.h).
 */
#ifndef THECA_STORE_PREMIS_VOCABULARY_H
#define THECA_STORE_PREMIS_VOCABULARY_H

#include <stddef.h>

#define PREMIS_NAMESPACE "http://www.loc.gov/premis/v3"
#define PREMIS_EXTENSION_NAMESPACE "urn:theca:premis-extension:1"
#define PREMIS_VOCABULARY "http://id.loc.gov/vocabulary/preservation/"

/* Ends a type or is the sentence in a note: store/premis.h. */
#define PREMIS_ENCODED_SUFFIX " (percent-encoded)"
#define PREMIS_ENCODED_NOTE " is percent-encoded"

/* Types of identifiers and properties that both the writer and the reader know. */
#define PREMIS_ID_UUID "UUID"
#define PREMIS_ID_CARRIER "carrier"
#define PREMIS_ID_OBJECT "OCFL object"
#define PREMIS_PROPERTY_TITLE "title"
#define PREMIS_PROPERTY_NOTE "note"
#define PREMIS_PROPERTY_LABEL "volume label"
#define PREMIS_PROPERTY_FILE_SYSTEM "file system"
#define PREMIS_PROPERTY_FILE_SYSTEM_SIZE "file system size"
#define PREMIS_PROPERTY_TRACK "track"
#define PREMIS_PROPERTY_SESSION "session"
#define PREMIS_PROPERTY_BYTES "byte range"
#define PREMIS_PROPERTY_VERSION "OCFL version"
#define PREMIS_LOCATION_PATH "logical path"

enum premis_scheme {
	PREMIS_AGENT_TYPE,
	PREMIS_ENVIRONMENT_FUNCTION,
	PREMIS_EVENT_AGENT_ROLE,
	PREMIS_EVENT_OBJECT_ROLE,
	PREMIS_EVENT_OUTCOME,
	PREMIS_EVENT_TYPE,
	PREMIS_HASH,
	PREMIS_RELATIONSHIP,
	PREMIS_RELATIONSHIP_SUB,
	PREMIS_SCHEME_COUNT
};

/* The scheme's name in the vocabulary's addresses: "eventType". */
const char *premis_scheme_name(enum premis_scheme scheme);
/* The label of a code that a sidecar uses ("ima": "imaging"); NULL for any other. */
const char *premis_term_label(enum premis_scheme scheme, const char *code);
/*
 * The code that a term names by its address in the vocabulary (value_uri, "" if it has none), else by its label; the label itself if
 * it is none of ours: a local term. Borrowed from the arguments or the table.
 */
const char *premis_term_code(enum premis_scheme scheme, const char *value_uri, const char *label);

#endif

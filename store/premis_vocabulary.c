/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis_vocabulary.h"

#include <string.h>

static const char *const schemes[PREMIS_SCHEME_COUNT] = {
	[PREMIS_AGENT_TYPE] = "agentType",
	[PREMIS_ENVIRONMENT_FUNCTION] = "environmentFunctionType",
	[PREMIS_EVENT_AGENT_ROLE] = "eventRelatedAgentRole",
	[PREMIS_EVENT_OBJECT_ROLE] = "eventRelatedObjectRole",
	[PREMIS_EVENT_OUTCOME] = "eventOutcome",
	[PREMIS_EVENT_TYPE] = "eventType",
	[PREMIS_HASH] = "cryptographicHashFunctions",
	[PREMIS_RELATIONSHIP] = "relationshipType",
	[PREMIS_RELATIONSHIP_SUB] = "relationshipSubType",
};

static const struct {
	enum premis_scheme scheme;
	const char *code;
	const char *label;
} terms[] = {
	{PREMIS_AGENT_TYPE, "har", "hardware"},
	{PREMIS_AGENT_TYPE, "org", "organization"},
	{PREMIS_AGENT_TYPE, "per", "person"},
	{PREMIS_AGENT_TYPE, "sof", "software"},
	{PREMIS_ENVIRONMENT_FUNCTION, "inp", "input/output device"},
	{PREMIS_EVENT_AGENT_ROLE, "exe", "executing program"},
	{PREMIS_EVENT_AGENT_ROLE, "imp", "implementer"},
	{PREMIS_EVENT_OBJECT_ROLE, "out", "outcome"},
	{PREMIS_EVENT_OBJECT_ROLE, "sou", "source"},
	{PREMIS_EVENT_OUTCOME, "fai", "fail"},
	{PREMIS_EVENT_OUTCOME, "suc", "success"},
	{PREMIS_EVENT_OUTCOME, "war", "warning"},
	{PREMIS_EVENT_TYPE, "for", "format identification"},
	{PREMIS_EVENT_TYPE, "ima", "imaging"},
	{PREMIS_EVENT_TYPE, "ins", "ingestion start"},
	{PREMIS_EVENT_TYPE, "ipc", "information package creation"},
	{PREMIS_EVENT_TYPE, "mee", "metadata extraction"},
	{PREMIS_EVENT_TYPE, "mes", "message digest calculation"},
	{PREMIS_EVENT_TYPE, "tra", "transfer"},
	{PREMIS_EVENT_TYPE, "val", "validation"},
	{PREMIS_HASH, "crc32", "CRC32"},
	{PREMIS_HASH, "md5", "MD5"},
	{PREMIS_HASH, "sha1", "SHA-1"},
	{PREMIS_HASH, "sha256", "SHA-256"},
	{PREMIS_HASH, "sha512", "SHA-512"},
	{PREMIS_RELATIONSHIP, "der", "derivation"},
	{PREMIS_RELATIONSHIP, "str", "structural"},
	{PREMIS_RELATIONSHIP_SUB, "hsr", "has root"},
	{PREMIS_RELATIONSHIP_SUB, "hss", "has source"},
	{PREMIS_RELATIONSHIP_SUB, "inc", "includes"},
	{PREMIS_RELATIONSHIP_SUB, "isi", "is included in"},
	{PREMIS_RELATIONSHIP_SUB, "isr", "is represented by"},
	{PREMIS_RELATIONSHIP_SUB, "rep", "represents"},
};

#define TERM_COUNT (sizeof(terms) / sizeof(terms[0]))

const char *premis_scheme_name(enum premis_scheme scheme)
{
	return schemes[scheme];
}

const char *premis_term_label(enum premis_scheme scheme, const char *code)
{
	for (size_t i = 0; i < TERM_COUNT; i++)
		if (terms[i].scheme == scheme && strcmp(terms[i].code, code) == 0)
			return terms[i].label;
	return NULL;
}

/* The part of an address after "VOCABULARY/SCHEME/", or NULL if it is not of that scheme. */
static const char *code_in_uri(enum premis_scheme scheme, const char *uri)
{
	size_t base = sizeof(PREMIS_VOCABULARY) - 1;
	size_t name = strlen(schemes[scheme]);

	if (strncmp(uri, PREMIS_VOCABULARY, base) != 0 ||
		strncmp(uri + base, schemes[scheme], name) != 0 || uri[base + name] != '/')
		return NULL;
	return uri + base + name + 1;
}

const char *premis_term_code(enum premis_scheme scheme, const char *value_uri, const char *label)
{
	const char *code = code_in_uri(scheme, value_uri);

	if (code && *code)
		return code;
	for (size_t i = 0; i < TERM_COUNT; i++)
		if (terms[i].scheme == scheme && strcmp(terms[i].label, label) == 0)
			return terms[i].code;
	return label;
}

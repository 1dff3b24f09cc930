/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PREMIS 3.0: the entities of a sidecar in memory, written to and read from XML.
 *
 *   object   intellectualEntity  the carrier: UUID and its own id, title, note, table of contents, disc ids, CD-TEXT, volume label,
 *                                file system and its size
 *   object   intellectualEntity  the drive as an environment (function "inp"), only where there was one
 *   object   representation      the OCFL object and version: represents the carrier, includes the files, root is the image
 *   object   file                each file of the version but the sidecar itself
 *   object   bitstream           each track of a BIN image, included in its file: bytes, LBAs, mode, ISRC, digests
 *   event    ima or tra, mes, for, val, mee, ipc, ins  what was done up to the writing of the sidecar, and nothing after it
 *   agent    institution, operator, Theca, drive       those that are known
 *
 * The profile is schemas/theca-premis.rng; it is narrower than the official schema, which every sidecar follows too.
 *
 * Strings that may come from a disc, a drive or a person hold any bytes. In the document they stand as clean text (base/text.h), or
 * percent-encoded by text_encode with a mark, in one of the places that PREMIS leaves free for it:
 *
 *   a value with a type beside it     the type ends in " (percent-encoded)"
 *   (identifiers, significant         <significantPropertiesType>title (percent-encoded)</significantPropertiesType>
 *   properties, content locations)    <significantPropertiesValue>%D8%FF</significantPropertiesValue>
 *   eventDetail                       the next eventDetailInformation is "eventDetail is percent-encoded"
 *   agentName, agentVersion, the      a later agentNote is "agentName is percent-encoded", "agentVersion is ...";
 *   agent's first agentNote           the second agentNote is "agentNote is percent-encoded"
 *   environmentName, -Version,        an environmentDesignationNote is "environmentName is percent-encoded" and so on
 *   -Origin
 *   originalName                      has no such place: it is a significant property "original name" instead
 *   elements of urn:theca:premis-extension:1     the attribute encoding="percent"
 *
 * What is read is decoded; a string with a NUL in it is refused where C strings come out.
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
	char *name;   /* logical path: contentLocation */
	const char *role; /* as file_role_name, static; "other" if the name's ending is none of Theca's */
	uint64_t size;
	char *format; /* format name */
	char *puid;   /* NULL if none */
	struct premis_fixity *fixity;
	size_t fixity_count;
};

/* One that Theca wrote, which says its byte range; others are passed over. */
struct premis_bitstream {
	char *uuid;
	char *file_uuid; /* of the file that it is in, which is one of the files below */
	unsigned track;  /* number; 0: the pregap before the session's first */
	unsigned session;
	uint64_t offset; /* bytes of the file, as the next; all within it */
	uint64_t size;
	char *format;    /* format name */
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
	char *object_id; /* of the OCFL object, "urn:uuid:..." */
	char *version;   /* of the OCFL object, "v1" */
	char *representation_uuid;
	char *carrier_uuid;
	char *carrier_id;     /* raw bytes */
	char *title;          /* NULL if none, as the next */
	char *note;
	struct buffer volume_label; /* raw bytes */
	char *file_system;    /* NULL if none */
	struct premis_file *files;
	size_t file_count;
	struct premis_bitstream *bitstreams; /* by file, then offset */
	size_t bitstream_count;
	struct premis_event *events;
	size_t event_count;
	struct premis_agent *agents;
	size_t agent_count;
};

/* Appends the sidecar of a deposit: one XML document. */
int premis_write(const struct deposit *deposit, struct buffer *out, struct error *err);
/*
 * Reads a sidecar. ERR_INVALID says what is missing or broken: the structure of PREMIS 3.0, links that point nowhere, dates without
 * zone, sizes that are no numbers, digests of the wrong length, paths that leave the object, bitstreams that overlap or leave their file. More entities and elements than Theca
 * writes are welcome where PREMIS allows them (those of rights statements are not looked at, but for their links). The caller frees.
 */
int premis_read(struct premis **out, const void *bytes, size_t len, const char *name,
	struct error *err);
/* Frees it; NULL is fine. */
void premis_free(struct premis *premis);

#endif

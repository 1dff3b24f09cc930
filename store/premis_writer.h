/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PREMIS writer: what the parts of the sidecar's writing share. Only store/premis_*.c include it.
 */
#ifndef THECA_STORE_PREMIS_WRITER_H
#define THECA_STORE_PREMIS_WRITER_H

#include "base/clock.h"
#include "base/uuid.h"
#include "base/xml.h"
#include "store/deposit.h"
#include "store/premis_vocabulary.h"

#include <stdbool.h>
#include <stdint.h>

enum premis_actor { ACTOR_INSTITUTION, ACTOR_OPERATOR, ACTOR_SOFTWARE, ACTOR_DRIVE, ACTOR_COUNT };

struct premis_writer {
	const struct deposit *deposit;
	struct xml_writer *xml;
	int rc; /* first failure outside xml */
	struct error *err; /* filled when rc is */
	int64_t now;
	char reading[UUID_SIZE]; /* the event that brought the image */
	char representation[UUID_SIZE];
	char environment[UUID_SIZE]; /* the drive as an environment */
	char actors[ACTOR_COUNT][UUID_SIZE];
};

/* Whether the deposit knows of such an agent. */
bool premis_has_actor(const struct premis_writer *w, enum premis_actor actor);
/* Vendor and model of the drive as one name; empty if neither is known. */
void premis_drive_name(const struct deposit *deposit, struct buffer *name);

/* A new UUID; failure sticks in w->rc. */
void premis_mint(struct premis_writer *w, char uuid[UUID_SIZE]);

/* An element whose text is a term of a vocabulary, with the vocabulary's addresses. */
void premis_term(
	struct premis_writer *w, const char *element, enum premis_scheme scheme, const char *code);
/* <premis:KINDIdentifier> with its type and value, left open for what may follow them. */
void premis_identifier_open(
	struct premis_writer *w, const char *kind, const char *type, const char *value);
void premis_identifier(
	struct premis_writer *w, const char *kind, const char *type, const char *value);
/* An element of our own words and numbers. */
void premis_printf(struct premis_writer *w, const char *element, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void premis_time(struct premis_writer *w, const char *element, int64_t seconds);

/*
 * Foreign text, in the three ways that store/premis.h describes: a pair of elements whose type bears the mark; an element whose mark
 * stands in a note (true: the caller must write that note with premis_encoded_note); an element of our own namespace with an attribute.
 */
void premis_pair(struct premis_writer *w, const char *type_element, const char *value_element,
	const char *type, const void *bytes, size_t len);
bool premis_foreign(struct premis_writer *w, const char *element, const void *bytes, size_t len);
void premis_encoded_note(struct premis_writer *w, const char *note_element, const char *element);
void premis_extension_text(
	struct premis_writer *w, const char *element, const void *bytes, size_t len);
/* A significant property; a NULL or "" text is not known and leaves none. */
void premis_property(struct premis_writer *w, const char *type, const void *bytes, size_t len);
void premis_property_text(struct premis_writer *w, const char *type, const char *text);
void premis_property_printf(struct premis_writer *w, const char *type, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* What the disc says of itself, called after where it says it: "CD-TEXT title", and from a sheet "disc text title". */
void premis_property_disc_text(struct premis_writer *w, const char *what, const char *text);

/* The three parts of the document, in its order. */
void premis_write_objects(struct premis_writer *w);
void premis_write_events(struct premis_writer *w);
void premis_write_agents(struct premis_writer *w);

/* The event that brought the image, the first of them. */
void premis_write_reading(struct premis_writer *w);

/* What events are made of: premis_event_open_as, the details, an outcome, the agents, the objects, xml_end. */
void premis_event_open_as(
	struct premis_writer *w, const char *uuid, const char *code, int64_t time);
/* Leaves eventOutcomeDetail open for an extension. */
void premis_outcome_open(struct premis_writer *w, const char *code, const char *note);
void premis_outcome_close(struct premis_writer *w);
/* Nothing if there is no such agent. */
void premis_link_agent(struct premis_writer *w, enum premis_actor actor, const char *role);
/* Theca did it, for the institution; the operator was there at the reading and the ingestion. */
void premis_link_agents(struct premis_writer *w, bool by_operator);
void premis_link_object(struct premis_writer *w, const char *uuid, const char *role);
const char *premis_image_uuid(const struct premis_writer *w);

/* What the image is as a format, for the format element and for the event that found it out. */
struct premis_format {
	const char *name;
	const char *version; /* NULL if none, as the next two */
	const char *puid;
	const char *note;
};
const struct premis_format *premis_image_format(const struct deposit *deposit);
const struct premis_format *premis_file_format(const struct deposit *deposit, enum file_role role);
/* Of the sectors of a track in a BIN image. */
const struct premis_format *premis_track_format(enum track_mode mode);

/* What files and bitstreams have both. */
void premis_object_open(struct premis_writer *w, const char *type, const char *uuid);
void premis_write_fixity(struct premis_writer *w, const struct digest_values *digests);
void premis_write_format(struct premis_writer *w, const struct premis_format *format);
/* A structural relationship to another object. */
void premis_relate(struct premis_writer *w, const char *sub_type, const char *uuid);
void premis_write_bitstreams(struct premis_writer *w);

#endif

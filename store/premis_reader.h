/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PREMIS reader: what the parts of the sidecar's reading share. Only store/premis_*.c include it.
 */
#ifndef THECA_STORE_PREMIS_READER_H
#define THECA_STORE_PREMIS_READER_H

#include "base/xml.h"
#include "store/premis.h"

#include <stdbool.h>
#include <stddef.h>

struct premis_reader {
	const char *name; /* of the document, for messages */
	struct premis *premis;
	struct error *err;
};

/* ERR_INVALID: "NAME: what". */
int premis_refuse(struct premis_reader *r, const char *what);
/* ERR_MEMORY. */
int premis_no_memory(struct premis_reader *r);

/* The text of node as a string that the caller frees; *text stays NULL if node is NULL. Only ERR_MEMORY. */
int premis_text(struct premis_reader *r, const struct xml_node *node, char **text);
/* The same, percent-decoded if so told; ERR_INVALID on broken encoding and on a NUL. */
int premis_decoded(
	struct premis_reader *r, const struct xml_node *node, bool is_encoded, char **text);
/* The code of a term (store/premis_vocabulary.h); the caller frees. */
int premis_code(struct premis_reader *r, const struct xml_node *node, int scheme, char **code);
/*
 * Finds the child `element` of parent whose first child is the type, with or without the mark of encoding, and gives the raw bytes of
 * its second child; *found is false if there is none.
 */
int premis_typed(struct premis_reader *r, const struct xml_node *parent, const char *element,
	const char *type, struct buffer *bytes, bool *found);
/* The same as a string that the caller frees; NULL if there is none. */
int premis_typed_text(struct premis_reader *r, const struct xml_node *parent, const char *element,
	const char *type, char **text);
/* Whether the text of node says that `element` is percent-encoded. */
bool premis_says_encoded(const struct xml_node *node, const char *element);

/* A number in decimal digits, at most INT64_MAX; false otherwise. *end is what follows it. */
bool premis_number(const char *text, uint64_t *number, const char **end);

/* How many children of that name there are. */
size_t premis_count(const struct xml_node *parent, const char *element);

/* What files and bitstreams have both: digests, size in bytes, the name of a format. */
int premis_read_fixities(struct premis_reader *r, const struct xml_node *characteristics,
	struct premis_fixity **fixity, size_t *count);
int premis_read_size(
	struct premis_reader *r, const struct xml_node *characteristics, uint64_t *size);
int premis_read_format(struct premis_reader *r, const struct xml_node *format, char **name);
/* Reads a bitstream as the next one of r->premis, which has room for it; nothing if it is none of Theca's. */
int premis_read_bitstream(struct premis_reader *r, const struct xml_node *object);
/* Sorts the bitstreams; ERR_INVALID unless each lies within a file, and apart from the others. */
int premis_check_bitstreams(struct premis_reader *r);

/* The parts of the document. */
int premis_read_objects(struct premis_reader *r, const struct xml_node *root);
int premis_read_events(struct premis_reader *r, const struct xml_node *root);
int premis_read_agents(struct premis_reader *r, const struct xml_node *root);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XML over libxml2: a writer with a sticky error, and a reader that is safe on hostile input.
 */
#ifndef THECA_BASE_XML_H
#define THECA_BASE_XML_H

#include "base/bytes.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * ---- writing: UTF-8, indented by two spaces. The first failure sticks and xml_writer_finish
 * reports it. ----
 */

struct xml_writer;

int xml_writer_new(struct xml_writer **out, struct error *err);
void xml_writer_free(struct xml_writer *writer);
/* Opens an element; name may carry a prefix ("premis:file"). */
void xml_start(struct xml_writer *writer, const char *name);
/*
 * An attribute of the element just opened; value must be clean text (base/text.h), else the
 * writer fails.
 */
void xml_attribute(struct xml_writer *writer, const char *name, const char *value);
/* Character data of the open element; same rule. */
void xml_chars(struct xml_writer *writer, const char *text);
/* Closes the innermost open element. */
void xml_end(struct xml_writer *writer);
/* An element with nothing but clean text in it. */
void xml_element(struct xml_writer *writer, const char *name, const char *text);
/* Closes what is open and appends the document to out; the first error of the whole writing. */
int xml_writer_finish(struct xml_writer *writer, struct buffer *out, struct error *err);

/*
 * ---- reading: UTF-8 only, no network, no DTD (a document with one is refused), no entities but
 * the five; at most 64 MiB, 100 levels, a million elements and attributes, 500 attributes in an
 * element; comments and processing instructions are left out ----
 */

struct xml_document;
struct xml_node; /* an element, borrowed from its document */

/* Parses bytes; the caller frees *out. ERR_INVALID names the line. name is for messages. */
int xml_document_parse(struct xml_document **out, const void *bytes, size_t len, const char *name,
	struct error *err);
void xml_document_free(struct xml_document *document);
const struct xml_node *xml_root(const struct xml_document *document);

/* Whether node is an element of that namespace and local name; takes NULL. */
bool xml_is(const struct xml_node *node, const char *ns_uri, const char *name);
/* The local name. */
const char *xml_name(const struct xml_node *node);
/*
 * The first child element of that local name in the parent's own namespace, or NULL; name NULL
 * takes any element; parent may be NULL.
 */
const struct xml_node *xml_child(const struct xml_node *parent, const char *name);
/*
 * The next sibling element of that local name in the same namespace, or NULL; name NULL takes any
 * element.
 */
const struct xml_node *xml_next(const struct xml_node *node, const char *name);
/*
 * Appends the element's own text (its text children, entities resolved) to out; nothing if node
 * is NULL.
 */
void xml_node_text(const struct xml_node *node, struct buffer *out);
/* Appends the value of an attribute by local name (any namespace); false if it has none. */
bool xml_node_attribute(const struct xml_node *node, const char *name, struct buffer *out);

#endif

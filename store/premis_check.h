/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PREMIS check: whether a parsed document is PREMIS 3.0 that can be relied on. Only store/premis_*.c include it.
 */
#ifndef THECA_STORE_PREMIS_CHECK_H
#define THECA_STORE_PREMIS_CHECK_H

#include "base/error.h"
#include "base/xml.h"

/*
 * Checks the document below root: which elements stand in which, in what order and number (premis-v3-0.xsd), numbers, and what a
 * schema cannot see: dates have a zone, identifiers are there once, links lead to one. ERR_INVALID names the document and the element.
 */
int premis_check(const struct xml_node *root, const char *name, struct error *err);
/* The model's name for an object, from its xsi:type: "file", "representation", "bitstream", "intellectualEntity"; NULL for any other. */
const char *premis_object_category(const struct xml_node *object);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PREMIS model: the content of PREMIS 3.0 elements as a table. Only store/premis_*.c include it.
 */
#ifndef THECA_STORE_PREMIS_MODEL_H
#define THECA_STORE_PREMIS_MODEL_H

#include "base/error.h"
#include "base/xml.h"

/* What an element holds. */
struct premis_model {
	const char *element; /* for objects, the category */
	/* Children in order, separated by spaces: "a" once, "a?" at most once, "a*" any number, "a+" at least once. NULL: anything. */
	const char *children;
};

/* The model of an element or object category; NULL if it has text only. */
const struct premis_model *premis_model_of(const char *element);
/* Checks the children of node against its model (NULL: there may be none); ERR_INVALID names the first that does not fit. */
int premis_model_check(const struct premis_model *model, const struct xml_node *node,
	const char *name, struct error *err);

#endif

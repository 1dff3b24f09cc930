/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * OCFL names: the spelling rules and vocabularies of the specification, as pure functions.
 */
#ifndef THECA_STORE_OCFL_NAMES_H
#define THECA_STORE_OCFL_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The specification's versions that Theca knows. */
enum ocfl_spec { OCFL_SPEC_UNKNOWN, OCFL_SPEC_1_0, OCFL_SPEC_1_1 };

/* The specification that an inventory's "type" names. */
enum ocfl_spec ocfl_spec_of_type(const char *type);
/* The specification that a file name in an object's root declares: "0=ocfl_object_1.1". */
enum ocfl_spec ocfl_spec_of_declaration(const char *file_name);

/* A version directory's name taken apart. */
struct ocfl_version_name {
	uint64_t number;
	size_t digits;
	bool padded; /* "v01" */
};

/* Whether name is "v" and a positive number of at most 18 digits (section 3.3). */
bool ocfl_version_parse(const char *name, struct ocfl_version_name *version);

/* Orders paths so that everything below a directory follows it at once: as strcmp, but '/' before every other byte. */
int ocfl_path_compare(const char *a, const char *b);
/* Whether path lies below directory. */
bool ocfl_path_is_below(const char *path, const char *directory);

#define OCFL_PATH_ELEMENT 1u /* an element is empty, "." or ".." */
#define OCFL_PATH_SLASH 2u /* begins or ends with a slash */
/* What is wrong with a content or logical path, as a mask; 0 for a path that base/path.h calls contained. */
unsigned ocfl_path_faults(const char *path);

/* A digest algorithm of section 3.4 or of the extensions 0001 and 0009. */
struct ocfl_algorithm {
	const char *name;
	size_t hex_digits; /* 0: not a hexadecimal value */
	const char *spelling; /* the code for a value that is not spelt so */
};

/* Finds an algorithm by its exact name; NULL if it is not in the vocabulary. */
const struct ocfl_algorithm *ocfl_algorithm_find(const char *name);
/* Whether text consists of hexadecimal digits of either case, at least one. */
bool ocfl_is_hex(const char *text);

/* Whether text is a date and time of RFC 3339, to the second and with an offset. */
bool ocfl_is_datetime(const char *text);
/* Whether text has the form of a URI with a scheme (RFC 3986). */
bool ocfl_is_uri(const char *text);
/* Whether name is registered in the OCFL extensions repository. */
bool ocfl_extension_is_registered(const char *name);

#endif

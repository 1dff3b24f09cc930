/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A catalogue as text: every table with every row in the order of its primary key, nothing left out.
 */
#ifndef THECA_TESTS_UNIT_CATALOG_DUMP_H
#define THECA_TESTS_UNIT_CATALOG_DUMP_H

/* The caller frees. */
char *catalog_dump(const char *path);

#endif

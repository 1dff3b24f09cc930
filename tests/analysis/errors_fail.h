/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Included before every file under static analysis, never compiled into anything: an analyser sees one file at a time
 * and would otherwise believe that `return error_set(...)` may mean success.
 */
#ifndef THECA_TESTS_ANALYSIS_ERRORS_FAIL_H
#define THECA_TESTS_ANALYSIS_ERRORS_FAIL_H

#include "base/error.h"

#define error_set(err, code, ...)                                                                  \
	(error_set((err), (code), __VA_ARGS__), (code) ? (int)(code) : (int)ERR_IO)
#define error_set_errno(err, ...) (error_set_errno((err), __VA_ARGS__), (int)ERR_IO)
#define error_prefix(err, ...) (error_prefix((err), __VA_ARGS__), (int)ERR_IO)

#endif

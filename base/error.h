/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Errors: the code goes up as a return value, the words go into a struct.
 *
 * Every function that can fail returns an enum error_code as int (0 is success) and takes a
 * `struct error *` that may be NULL. The words say what happened, where, and what to do next.
 */
#ifndef THECA_BASE_ERROR_H
#define THECA_BASE_ERROR_H

enum error_code {
	ERR_NONE = 0,
	ERR_IO,          /* the system refused or broke a read or write */
	ERR_NO_SPACE,    /* the disk or quota is full */
	ERR_PERMISSION,  /* not allowed */
	ERR_NOT_FOUND,   /* the named thing is not there */
	ERR_EXISTS,      /* the named thing is there already */
	ERR_INVALID,     /* bytes from outside do not follow their format */
	ERR_USAGE,       /* the caller asked for something that makes no sense */
	ERR_OFFLINE,     /* a whole location cannot be reached */
	ERR_DAMAGED,     /* kept data is not what was recorded */
	ERR_UNSUPPORTED, /* well-formed, but not something Theca handles */
	ERR_BUSY,        /* somebody else is at work on it */
	ERR_INTERRUPTED, /* the user or the system asked to stop */
	ERR_MEMORY,      /* out of memory */
};

struct error {
	enum error_code code;
	char message[1024];
};

/* Fills err (unless NULL) with a formatted message; returns code, so `return error_set(...)`. */
int error_set(struct error *err, enum error_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Like error_set, with ": " and strerror(errno_value) appended; the code is taken from errno_value. */
int error_set_errno(struct error *err, int errno_value, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "context: " before the message that err holds already; returns err's code. */
int error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The error_code that fits a value of errno. */
enum error_code error_code_of_errno(int errno_value);

#endif

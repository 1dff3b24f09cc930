/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * OCFL listener: hears of every deviation of an inventory from the specification, one by one.
 */
#ifndef THECA_STORE_OCFL_LISTENER_H
#define THECA_STORE_OCFL_LISTENER_H

#include <stdbool.h>

/* Who hears of each deviation, under its code in OCFL 1.1. */
struct ocfl_listener {
	/* usable: whether the inventory can be worked with all the same. Non-zero silences all further ones. */
	int (*hear)(void *context, const char *code, bool usable, const char *text);
	void *context;
	int status; /* the first non-zero that came back, or ERR_MEMORY; 0 so far */
};

/* Tells the listener of a deviation that leaves the inventory usable, or not; nothing once it has a status. */
void ocfl_tell(struct ocfl_listener *listener, const char *code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void ocfl_tell_unusable(struct ocfl_listener *listener, const char *code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif

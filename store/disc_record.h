/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Disc record: a disc as CARRIER.reads.json has it (store/sidecars.h), both ways.
 */
#ifndef THECA_STORE_DISC_RECORD_H
#define THECA_STORE_DISC_RECORD_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/json.h"
#include "image/disc.h"

/* The member "disc" of an image of that format. */
struct jv *disc_record_json(const struct disc *disc, enum image_format format);
/* Sets the member "text" of a reads.json, if the disc has any. */
void disc_record_add_text(struct jv *reads, const struct disc_text *text);
/*
 * Reads the disc of a whole reads.json back, but for its text. ERR_INVALID says what makes no sense: numbers out of range, tracks that are not in order.
 */
int disc_record_parse(struct disc *disc, const struct jv *reads, struct error *err);
/* Appends the flags as a cue sheet has them, "DCP PRE"; nothing if there are none. */
void disc_record_flags(unsigned flags, struct buffer *out);

#endif

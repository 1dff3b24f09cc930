/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Deposits made up for tests, of every kind that a rip can leave, with all that a sidecar tells.
 */
#ifndef THECA_TESTS_UNIT_DEPOSIT_FIXTURE_H
#define THECA_TESTS_UNIT_DEPOSIT_FIXTURE_H

#include "store/deposit.h"

enum deposit_kind {
	DEPOSIT_FILE, /* an image file, UDF and ISO 9660 */
	DEPOSIT_DRIVE, /* a CD in a drive */
	DEPOSIT_DAMAGED, /* the same with three unreadable ranges, resumed */
	DEPOSIT_BARE, /* an image file of which nothing is known: no label, file system, institution, operator, title */
	DEPOSIT_HOSTILE, /* a drive, and every foreign string is one that XML, JSON and terminals choke on */
	DEPOSIT_HOSTILE_FILE,
	DEPOSIT_AUDIO, /* the disc of tests/unit/disc_fixture.h in a drive, with unreadable and doubtful sectors */
	DEPOSIT_SHEET, /* the same from a cue sheet, its data as 2048-byte sectors, its text in a guessed encoding, without damage */
	DEPOSIT_HOSTILE_SHEET,
	DEPOSIT_KINDS
};

/* Bytes that no document can hold as they are. */
#define DEPOSIT_HOSTILE_TEXT "\x1b[2J\xff%41\xed\xa0\x80</premis:object>&amp;\xef\xbf\xbe\r\n\x83V"

/* The sheet of DEPOSIT_SHEET. */
#define DEPOSIT_SHEET_TEXT                                                                         \
	"FILE \"one.wav\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"                               \
	"FILE \"two.raw\" MOTOROLA\nTRACK 02 AUDIO\nINDEX 01 00:00:00\n"                           \
	"TRACK 03 AUDIO\nINDEX 01 00:02:50\n"                                                      \
	"FILE \"data.iso\" BINARY\nTRACK 04 MODE1/2048\nINDEX 01 00:00:00\n"

/* The caller releases with deposit_release. */
void deposit_make(struct deposit *deposit, enum deposit_kind kind);

#endif

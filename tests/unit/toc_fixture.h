/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TOC answers put together entry by entry, as a drive would send them:
 *
 *   struct toc_answer answer = {0};
 *   toc_full_session(&answer, 1, 1, 3, 0x00);            A0, A1
 *   toc_full_track(&answer, 1, AUDIO_TRACK, 1, 0);       session, control, number, LBA
 *   toc_full_lead_out(&answer, 1, 20000);
 *   toc_end(&answer, 1, 1);                              the header
 */
#ifndef THECA_TESTS_UNIT_TOC_FIXTURE_H
#define THECA_TESTS_UNIT_TOC_FIXTURE_H

#include <stddef.h>
#include <stdint.h>

enum { AUDIO_TRACK = 0, DATA_TRACK = 4 };

struct toc_answer {
	uint8_t bytes[4096];
	size_t len; /* 0 before the first entry */
};

/* An entry of the full form, byte by byte but for the place, which is an LBA. */
void toc_full_entry(struct toc_answer *answer, uint8_t session, uint8_t adr_control, uint8_t point,
	uint32_t lba);
void toc_full_track(
	struct toc_answer *answer, uint8_t session, uint8_t control, uint8_t number, uint32_t lba);
void toc_full_lead_out(struct toc_answer *answer, uint8_t session, uint32_t lba);
void toc_full_session(
	struct toc_answer *answer, uint8_t session, uint8_t first, uint8_t last, uint8_t type);
/* The short form; number 0xaa is the lead-out. */
void toc_short_entry(struct toc_answer *answer, uint8_t control, uint8_t number, uint32_t lba);
/* Fills the header. */
void toc_end(struct toc_answer *answer, uint8_t first, uint8_t last);

/* An MCN or an ISRC as READ SUB-CHANNEL answers. */
void toc_number(uint8_t answer[24], uint8_t format, uint8_t track, const char *number);

#endif

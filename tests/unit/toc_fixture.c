/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/toc_fixture.h"

#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

/* Room for an entry at the end. */
static uint8_t *append(struct toc_answer *answer, size_t size)
{
	if (!answer->len)
		answer->len = 4;
	if (size > sizeof(answer->bytes) - answer->len)
		abort();
	uint8_t *entry = answer->bytes + answer->len;
	answer->len += size;
	return entry;
}

void toc_full_entry(struct toc_answer *answer, uint8_t session, uint8_t adr_control, uint8_t point,
	uint32_t lba)
{
	const uint32_t frames = lba + 150;
	uint8_t *entry = append(answer, 11);
	entry[0] = session;
	entry[1] = adr_control;
	entry[3] = point;
	entry[8] = (uint8_t)(frames / 75 / 60);
	entry[9] = (uint8_t)(frames / 75 % 60);
	entry[10] = (uint8_t)(frames % 75);
}

void toc_full_track(
	struct toc_answer *answer, uint8_t session, uint8_t control, uint8_t number, uint32_t lba)
{
	toc_full_entry(answer, session, 0x10 | control, number, lba);
}

void toc_full_lead_out(struct toc_answer *answer, uint8_t session, uint32_t lba)
{
	toc_full_entry(answer, session, 0x10, 0xa2, lba);
}

void toc_full_session(
	struct toc_answer *answer, uint8_t session, uint8_t first, uint8_t last, uint8_t type)
{
	const uint8_t a0[11] = {session, 0x10, 0, 0xa0, [8] = first, type};
	const uint8_t a1[11] = {session, 0x10, 0, 0xa1, [8] = last};
	memcpy(append(answer, sizeof(a0)), a0, sizeof(a0));
	memcpy(append(answer, sizeof(a1)), a1, sizeof(a1));
}

void toc_short_entry(struct toc_answer *answer, uint8_t control, uint8_t number, uint32_t lba)
{
	uint8_t *entry = append(answer, 8);
	entry[1] = 0x10 | control;
	entry[2] = number;
	bytes_put_be32(entry + 4, lba);
}

void toc_end(struct toc_answer *answer, uint8_t first, uint8_t last)
{
	bytes_put_be16(answer->bytes, (uint16_t)(answer->len - 2));
	answer->bytes[2] = first;
	answer->bytes[3] = last;
}

void toc_number(uint8_t answer[24], uint8_t format, uint8_t track, const char *number)
{
	memset(answer, 0, 24);
	answer[3] = 20;
	answer[4] = format;
	answer[6] = track;
	answer[8] = 0x80;
	memcpy(answer + 9, number, strlen(number));
}

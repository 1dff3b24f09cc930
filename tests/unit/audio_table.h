/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Audio table: a faulty audio disc, read through paranoia, and what came of it.
 */
#ifndef THECA_TESTS_UNIT_AUDIO_TABLE_H
#define THECA_TESTS_UNIT_AUDIO_TABLE_H

#include "rip/paranoia.h"
#include "tests/unit/faulty_audio.h"

#define AUDIO_TABLE_MOST 512u /* sectors of one reading */

struct audio_table {
	struct disc disc;
	struct sector_source *faulty; /* inside source */
	struct sector_source *source;
	struct error err;
	uint8_t *buffer;
	struct sector_note notes[AUDIO_TABLE_MOST];
	/* of all sectors read so far */
	uint32_t by_paranoia, by_reads, doubtful, doubtful_wrong, unreadable;
	uint32_t wrong; /* neither doubtful nor unreadable, and not what the disc holds */
	struct read_effort effort;
};

/* Lays a disc of one audio track on the table; policy NULL: the default. */
void audio_table_lay(struct audio_table *table, const struct faulty_audio *disc,
	const struct paranoia_policy *policy);
/* The same, with tracks of one's own. */
void audio_table_lay_disc(struct audio_table *table, const struct faulty_audio *faulty,
	const struct disc *disc, const struct paranoia_policy *policy);
void audio_table_clear(struct audio_table *table);

/* Reads once, and enters what came; the buffer and the notes have it. */
enum source_status audio_table_read(struct audio_table *table, uint32_t lba, uint32_t count);
/* Reads all in order, in readings as large as the source takes; what comes as unreadable is asked for again one by one. */
void audio_table_read_all(struct audio_table *table);
/* The bytes of sector i of the last reading. */
const uint8_t *audio_table_sector(const struct audio_table *table, uint32_t i);

#endif

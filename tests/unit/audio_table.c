/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/audio_table.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

void audio_table_lay_disc(struct audio_table *table, const struct faulty_audio *faulty,
	const struct disc *disc, const struct paranoia_policy *policy)
{
	memset(table, 0, sizeof(*table));
	table->disc = *disc;
	table->buffer = malloc((size_t)AUDIO_TABLE_MOST * DISC_RAW_SECTOR_SIZE);
	assert_non_null(table->buffer);
	table->faulty = faulty_audio_new(faulty);
	if (paranoia_source_new(&table->source, table->faulty, &table->disc,
		    policy ? policy : &paranoia_default_policy, &table->err))
		fail_msg("%s", table->err.message);
}

void audio_table_lay(struct audio_table *table, const struct faulty_audio *faulty,
	const struct paranoia_policy *policy)
{
	struct disc *disc = calloc(1, sizeof(*disc));
	assert_non_null(disc);
	disc_init_single(disc, DISC_CD, TRACK_AUDIO, faulty->sectors);
	audio_table_lay_disc(table, faulty, disc, policy);
	free(disc);
}

void audio_table_clear(struct audio_table *table)
{
	source_close(table->source);
	free(table->buffer);
	table->source = NULL;
	table->buffer = NULL;
}

const uint8_t *audio_table_sector(const struct audio_table *table, uint32_t i)
{
	return table->buffer + (size_t)i * DISC_RAW_SECTOR_SIZE;
}

static void enter(struct audio_table *table, uint32_t lba, uint32_t i)
{
	static const uint8_t zeros[DISC_RAW_SECTOR_SIZE];
	const struct sector_note *note = &table->notes[i];
	const uint8_t *bytes = audio_table_sector(table, i);
	const bool right =
		!memcmp(bytes, faulty_audio_sector(table->faulty, lba), DISC_RAW_SECTOR_SIZE);
	table->effort = read_effort_sum(table->effort, note->effort);
	if (note->state == READ_STATE_UNREADABLE) {
		assert_int_equal(note->confirmation, READ_UNCONFIRMED);
		assert_memory_equal(bytes, zeros, sizeof(zeros));
		table->unreadable++;
	} else if (note->state == READ_STATE_DOUBTFUL) {
		assert_int_equal(note->confirmation, READ_UNCONFIRMED);
		table->doubtful++;
		table->doubtful_wrong += !right;
	} else {
		table->by_paranoia += note->confirmation == READ_CONFIRMED_BY_PARANOIA;
		table->by_reads += note->confirmation == READ_CONFIRMED_BY_READS;
		table->wrong += !right;
	}
}

enum source_status audio_table_read(struct audio_table *table, uint32_t lba, uint32_t count)
{
	memset(&table->err, 0, sizeof(table->err));
	memset(table->buffer, 0xdd, (size_t)count * DISC_RAW_SECTOR_SIZE);
	enum source_status status = source_read_noted(table->source, (struct extent){lba, count},
		table->buffer, table->notes, &table->err);
	assert_int_equal(status == SOURCE_OK, !*table->err.message);
	for (uint32_t i = 0; i < count && status <= SOURCE_PARTLY; i++)
		enter(table, lba + i, i);
	return status;
}

void audio_table_read_all(struct audio_table *table)
{
	const uint32_t sectors = table->source->sectors, most = table->source->max_read;
	for (uint32_t lba = 0, n; lba < sectors; lba += n) {
		n = sectors - lba < most ? sectors - lba : most;
		if (audio_table_read(table, lba, n) != SOURCE_UNREADABLE)
			continue;
		for (uint32_t i = 0; i < n; i++)
			if (audio_table_read(table, lba + i, 1) == SOURCE_UNREADABLE)
				table->unreadable++;
	}
}

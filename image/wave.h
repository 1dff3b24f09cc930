/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * WAVE file: where its samples lie, if they are those of an audio CD (Microsoft RIFF MCI, 1991;
 * WAVE_FORMAT_EXTENSIBLE; EBU Tech 3306 for RF64).
 *
 *   byte 0   "RIFF" or "RF64", size of what follows (little-endian, 4 bytes), "WAVE"
 *       12   chunks: name (4 bytes), size (4 bytes), that many bytes, a zero if the size is odd
 *
 *   "ds64"   RF64 only: 64-bit sizes, of the file at 0 and of "data" at 8
 *   "fmt "   at 0 the format (1: PCM; 0xFFFE: its number begins the GUID at 24), at 2 channels,
 *            at 4 samples a second, at 12 bytes of a sample of all channels, at 14 bits of one
 *   "data"   the samples, after "fmt ". Recorders that cannot go back leave 0 or 0xFFFFFFFF as
 *            its size and as that of the file: then it ends with the file, which is a guess. Where
 *            the file's size is told, there are no samples
 */
#ifndef THECA_IMAGE_WAVE_H
#define THECA_IMAGE_WAVE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WAVE_START 12u /* bytes that wave_begins_like looks at */

struct wave {
	uint64_t offset; /* bytes; of the first sample in the file */
	uint64_t size; /* bytes of samples that the file has */
	uint64_t promised; /* bytes by the header: more than size if the file is cut short */
	bool is_guessed; /* the header tells no size: all that follows was taken for samples */
};

/* Gives len bytes at offset of the file; both lie within its size. An error_code. */
typedef int wave_reader(
	void *context, uint64_t offset, uint8_t *bytes, size_t len, struct error *err);

/* Whether a file that begins so is a WAVE file. */
bool wave_begins_like(const uint8_t start[WAVE_START]);
/*
 * Finds the samples in a file of file_size bytes. ERR_INVALID if it is no WAVE file or a broken
 * one, ERR_UNSUPPORTED if the samples are others than PCM of 44,100 Hz, 16 bits, 2 channels; the
 * words follow the name of the file and a colon. Else what the reader said.
 */
int wave_find(
	struct wave *wave, wave_reader *read, void *context, uint64_t file_size, struct error *err);

#endif

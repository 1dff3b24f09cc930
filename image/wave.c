/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/wave.h"

#include "base/bytes.h"

#include <string.h>

#define CHUNK_HEADER 8u
#define CHUNK_LIMIT 4096u /* chunks looked at before the samples */
#define NOT_TOLD 0xFFFFFFFFu
#define FORMAT_PCM 1u
#define FORMAT_EXTENSIBLE 0xFFFEu
#define FORMAT_MIN 16u
#define FORMAT_MAX 40u /* what is read of "fmt ": all of the extensible one */
#define GUID_AT 24u

struct search {
	wave_reader *read;
	void *context;
	uint64_t file_size;
	uint64_t riff_size; /* of the file, as its header or "ds64" tells it; 0 if neither does */
	uint64_t long_data_size; /* of "data", as "ds64" tells it; else 0 */
	bool has_format;
};

struct chunk {
	char name[5];
	uint64_t offset; /* of its content */
	uint32_t size;
};

bool wave_begins_like(const uint8_t start[WAVE_START])
{
	return (!memcmp(start, "RIFF", 4) || !memcmp(start, "RF64", 4)) &&
	       !memcmp(start + 8, "WAVE", 4);
}

static const char *format_name(unsigned format)
{
	static const struct {
		unsigned format;
		const char *name;
	} names[] = {
		{0x0002, "Microsoft ADPCM"},
		{0x0003, "floating point"},
		{0x0006, "A-law"},
		{0x0007, "mu-law"},
		{0x0011, "IMA ADPCM"},
		{0x0050, "MPEG"},
		{0x0055, "MP3"},
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].format == format)
			return names[i].name;
	return "of an unknown format";
}

/*
 * The format's number, from the GUID where that tells it; 0 for a GUID that is none of Microsoft's.
 */
static unsigned format_number(const uint8_t *format, size_t len)
{
	static const uint8_t rest[14] = {
		0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71};
	unsigned number = bytes_le16(format);
	if (number != FORMAT_EXTENSIBLE)
		return number;
	if (len < FORMAT_MAX || memcmp(format + GUID_AT + 2, rest, sizeof(rest)) != 0)
		return 0;
	return bytes_le16(format + GUID_AT);
}

static int check_format(const uint8_t *format, size_t len, struct error *err)
{
	unsigned number = format_number(format, len);
	if (number != FORMAT_PCM)
		return error_set(err, ERR_UNSUPPORTED,
			"its samples are %s (%u); convert it to PCM of 44,100 Hz, 16 bits, 2 "
			"channels",
			format_name(number), number);
	unsigned channels = bytes_le16(format + 2), bits = bytes_le16(format + 14);
	uint32_t rate = bytes_le32(format + 4);
	if (channels != 2 || rate != 44100 || bits != 16)
		return error_set(err, ERR_UNSUPPORTED,
			"its samples have %u Hz, %u bits and %u channels; those of an audio CD "
			"have 44,100 Hz, 16 bits and 2 channels: convert it first",
			rate, bits, channels);
	if (bytes_le16(format + 12) != 4)
		return error_set(err, ERR_INVALID,
			"its header contradicts itself: %u bytes for 2 channels of 16 bits",
			bytes_le16(format + 12));
	return 0;
}

static int read_format(struct search *search, const struct chunk *chunk, struct error *err)
{
	uint8_t format[FORMAT_MAX];
	size_t len = chunk->size < FORMAT_MAX ? chunk->size : FORMAT_MAX;
	if (len < FORMAT_MIN || search->file_size - chunk->offset < len)
		return error_set(err, ERR_INVALID, "the description of its samples is cut short");
	int status = search->read(search->context, chunk->offset, format, len, err);
	if (!status)
		status = check_format(format, len, err);
	search->has_format = !status;
	return status;
}

static uint64_t le64(const uint8_t *bytes)
{
	return bytes_le32(bytes) | (uint64_t)bytes_le32(bytes + 4) << 32;
}

/* The size that a field tells, 0 if it was left open. */
static uint64_t size_told(uint64_t field)
{
	return field == NOT_TOLD || field == UINT64_MAX ? 0 : field;
}

static int read_long_sizes(struct search *search, const struct chunk *chunk, struct error *err)
{
	uint8_t sizes[16];
	if (chunk->size < sizeof(sizes) || search->file_size - chunk->offset < sizeof(sizes))
		return error_set(err, ERR_INVALID, "its ds64 chunk is cut short");
	int status = search->read(search->context, chunk->offset, sizes, sizeof(sizes), err);
	if (status)
		return status;
	search->riff_size = size_told(le64(sizes));
	search->long_data_size = size_told(le64(sizes + 8));
	return 0;
}

static int take_data(const struct search *search, const struct chunk *chunk, struct wave *wave,
	struct error *err)
{
	uint64_t there = search->file_size - chunk->offset, told = chunk->size;
	if (told == NOT_TOLD)
		told = search->long_data_size;
	bool is_guessed = !told && !search->riff_size;
	if (is_guessed)
		told = there;
	if (!told)
		return error_set(err, ERR_INVALID,
			"its header says that it has no samples; if there are any, let the program "
			"that made it repair it");
	*wave = (struct wave){
		.offset = chunk->offset,
		.size = told < there ? told : there,
		.promised = told,
		.is_guessed = is_guessed,
	};
	return 0;
}

/* Reads the header of the chunk at offset; chunk->name is "" where the file has no room for one. */
static int read_chunk(
	const struct search *search, uint64_t offset, struct chunk *chunk, struct error *err)
{
	uint8_t header[CHUNK_HEADER];
	*chunk = (struct chunk){0};
	if (offset > search->file_size || search->file_size - offset < sizeof(header))
		return 0;
	int status = search->read(search->context, offset, header, sizeof(header), err);
	if (status)
		return status;
	memcpy(chunk->name, header, 4);
	chunk->size = bytes_le32(header + 4);
	chunk->offset = offset + sizeof(header);
	return 0;
}

static int read_start(struct search *search, struct error *err)
{
	uint8_t start[WAVE_START];
	if (search->file_size < sizeof(start))
		return error_set(err, ERR_INVALID, "it is too short for a WAVE file");
	int status = search->read(search->context, 0, start, sizeof(start), err);
	if (status)
		return status;
	search->riff_size = size_told(bytes_le32(start + 4));
	return wave_begins_like(start)
		       ? 0
		       : error_set(err, ERR_INVALID, "it does not begin like a WAVE file");
}

int wave_find(
	struct wave *wave, wave_reader *read, void *context, uint64_t file_size, struct error *err)
{
	struct search search = {.read = read, .context = context, .file_size = file_size};
	struct chunk chunk = {.offset = WAVE_START};
	int status = read_start(&search, err);
	for (unsigned i = 0; !status && i < CHUNK_LIMIT; i++) {
		status = read_chunk(
			&search, chunk.offset + chunk.size + (chunk.size & 1), &chunk, err);
		if (status || !memcmp(chunk.name, "\0\0\0\0", 4))
			break;
		if (!memcmp(chunk.name, "data", 4) && search.has_format)
			return take_data(&search, &chunk, wave, err);
		if (!memcmp(chunk.name, "fmt ", 4))
			status = read_format(&search, &chunk, err);
		else if (!memcmp(chunk.name, "ds64", 4))
			status = read_long_sizes(&search, &chunk, err);
	}
	if (status)
		return status;
	return error_set(err, ERR_INVALID,
		search.has_format ? "it has no samples: the file is cut short, or broken"
				  : "nothing in it says what its samples are: the file is broken");
}

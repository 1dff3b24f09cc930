/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image/disc_ids.h"

#include "base/bytes.h"
#include "base/digest.h"

#include <inttypes.h>
#include <stdio.h>

#define LEAD_IN 150u /* the ids count from two seconds before LBA 0 */
#define SESSION_GAP                                                                                \
	11400u /* lead-out, lead-in and pregap between the first session and the second */
#define SHA1_SIZE 20

static const struct track *last_audio_track(const struct disc *disc)
{
	for (size_t i = disc->track_count; i > 0; i--) {
		if (disc->tracks[i - 1].mode == TRACK_AUDIO)
			return &disc->tracks[i - 1];
	}
	return NULL;
}

/* ---- MusicBrainz ---- */

/* Where the audio ends for MusicBrainz: with data after it, so long before these as libdiscid has it, whatever the disc says. */
static uint32_t audio_lead_out(const struct disc *disc, const struct track *last)
{
	const struct track *next = last + 1;
	if (next == disc->tracks + disc->track_count)
		return disc->session_lead_outs[last->session - 1];
	return next->lba - last->lba > SESSION_GAP ? next->lba - SESSION_GAP : next->lba;
}

/* Base64 (RFC 4648) of a SHA-1, but for the characters that a URL would have to escape. */
static void sha1_to_text(const uint8_t sha1[SHA1_SIZE], char text[29])
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
	uint32_t bits = 0;
	unsigned held = 0;
	for (size_t i = 0; i < SHA1_SIZE; i++) {
		bits = bits << 8 | sha1[i];
		for (held += 8; held >= 6; held -= 6)
			*text++ = digits[bits >> (held - 6) & 63];
	}
	*text++ = digits[bits << (6 - held) & 63];
	*text++ = '-';
	*text = '\0';
}

static int make_musicbrainz(char id[29], const struct disc *disc, struct error *err)
{
	const struct track *last = last_audio_track(disc);
	uint32_t offsets[1 + DISC_MAX_TRACKS] = {audio_lead_out(disc, last) + LEAD_IN};
	struct buffer words = {0};
	char hex[DIGEST_HEX_SIZE];
	uint8_t sha1[SHA1_SIZE];
	for (const struct track *track = disc->tracks; track <= last; track++)
		offsets[track->number % (1 + DISC_MAX_TRACKS)] = track->lba + LEAD_IN;
	buffer_printf(&words, "%02X%02X", disc->tracks[0].number, last->number);
	for (size_t i = 0; i <= DISC_MAX_TRACKS; i++)
		buffer_printf(&words, "%08" PRIX32, offsets[i]);
	int status = words.failed ? error_set(err, ERR_MEMORY, "out of memory")
				  : digest_bytes(DIGEST_SHA1, words.data, words.len, hex, err);
	buffer_release(&words);
	if (!status && bytes_from_hex(hex, sha1, SHA1_SIZE))
		sha1_to_text(sha1, id);
	return status;
}

/* ---- CDDB and AccurateRip ---- */

static uint32_t digit_sum(uint32_t value)
{
	uint32_t sum = 0;
	for (; value; value /= 10)
		sum += value % 10;
	return sum;
}

static uint32_t seconds_at(uint32_t lba)
{
	return (lba + LEAD_IN) / DISC_FRAMES;
}

static uint32_t make_cddb(const struct disc *disc)
{
	uint32_t sum = 0;
	uint32_t playing = seconds_at(disc->lead_out) - seconds_at(disc->tracks[0].lba);
	for (size_t i = 0; i < disc->track_count; i++)
		sum += digit_sum(seconds_at(disc->tracks[i].lba));
	return sum % 255 << 24 | (playing & 0xffff) << 8 | disc->track_count;
}

static void make_accuraterip(char id[31], const struct disc *disc)
{
	uint32_t sum = disc->lead_out, weighed = 0;
	uint8_t ordinal = 0;
	for (size_t i = 0; i < disc->track_count; i++) {
		const struct track *track = &disc->tracks[i];
		if (track->mode != TRACK_AUDIO)
			continue;
		ordinal++;
		sum += track->lba;
		weighed += (track->lba ? track->lba : 1) * ordinal;
	}
	weighed += disc->lead_out * (ordinal + 1u);
	snprintf(id, 31, "%03u-%08" PRIx32 "-%08" PRIx32 "-%08" PRIx32, ordinal, sum, weighed,
		make_cddb(disc));
}

int disc_ids_make(struct disc_ids *ids, const struct disc *disc, struct error *err)
{
	*ids = (struct disc_ids){0};
	if (!last_audio_track(disc))
		return 0;
	int status = make_musicbrainz(ids->musicbrainz, disc, err);
	if (status)
		return status;
	snprintf(ids->cddb, sizeof(ids->cddb), "%08" PRIx32, make_cddb(disc));
	make_accuraterip(ids->accuraterip, disc);
	return 0;
}

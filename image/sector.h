/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Raw CD sector: its framing, and whether it agrees with itself (ECMA-130, sections 14 and annex A; Yellow Book; CD-ROM XA).
 *
 *   byte      0         12       16        24            2064    2072           2352
 *   Mode 1    | sync    | header | 2048 of user data     | EDC   | zero  | P, Q |     2064 EDC of 0-2063, 2068 zero, 2076 P, 2248 Q
 *   Mode 2    | sync    | header | 2336 of user data, without any check         |
 *   XA form 1 | sync    | header | sub   | 2048 of user data    | EDC   | P, Q |     2072 EDC of 16-2071; sub: 4 bytes, twice
 *   XA form 2 | sync    | header | sub   | 2324 of user data            | EDC |      2348 EDC of 16-2347, or 0: none
 *
 * sync is 00, ten FF, 00; the header is the address as minute, second, frame in BCD, counted from LBA -150, then the mode.
 * EDC is a CRC with the polynomial 0x8001801B, least significant bit first, stored little-endian. P and Q are Reed-Solomon codes
 * over GF(2^8), polynomial 0x11D, for which the header of a Mode 2 sector counts as zero:
 *
 *   P   86 vectors of 24 bytes: p + 86i from byte 12 on; the first parity byte at 2076 + p, the second 86 further
 *   Q   52 vectors of 43 bytes: (q & 1) + (q & ~1) * 43 + 88i, modulo 2236, from byte 12 on; at 2248 + q and 52 further
 *
 * Nothing but its content tells a Mode 2 sector without any check from one of XA. It counts as XA if both copies of the subheader say the same and
 * that makes sense (channel 0 to 31; one of video, audio and data, or none and form 2), or if the EDC of either form agrees, or
 * if it was made with form 1's parity: so a damaged subheader hides no damage, and zeros or text in its place raise no alarm.
 * Mode 0 is an empty sector, all zeros after the header. The upper three bits of the mode byte, a CD-R's block indicator, are left out.
 */
#ifndef THECA_IMAGE_SECTOR_H
#define THECA_IMAGE_SECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* P and Q are not looked at: a wrong bit in them alone leaves a sector good. */
enum sector_state {
	SECTOR_GOOD, /* sync, address and EDC agree */
	SECTOR_NO_CHECK, /* sync and address are right, and this kind of sector has no check code */
	SECTOR_NO_SYNC, /* it does not begin like a data sector */
	SECTOR_WRONG_ADDRESS, /* EDC agrees, or there is none, but the address is another sector's */
	SECTOR_WRONG_EDC, /* the content is not what the check code was made from */
};

/* Looks at a sector of a data track that should be at lba. */
enum sector_state sector_check(const uint8_t sector[2352], uint32_t lba);
/* The mode in the header (0, 1, 2; others are none), or -1 without sync. */
int sector_mode(const uint8_t sector[2352]);
/* Where its 2048 bytes of user data begin, damaged or not: 16 in Mode 1, 24 in form 1; 0 if it has none of that size. */
size_t sector_user_data(const uint8_t sector[2352]);
/* Makes the sync, header, EDC and P and Q around the 2048 bytes at 16. */
void sector_frame_mode1(uint8_t sector[2352], uint32_t lba);
/* Makes the sync, header, EDC and ECC around the subheader at 16 and the 2048 bytes at 24. */
void sector_frame_form1(uint8_t sector[2352], uint32_t lba);
/* Makes the sync and header before the 2336 bytes at 16, which have the rest. */
void sector_frame_mode2(uint8_t sector[2352], uint32_t lba);
/* The EDC of bytes. Its tables are made once in a process; any thread may call. */
uint32_t sector_edc(const uint8_t *bytes, size_t len);

#endif

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames an ISO image as the raw Mode 1 sectors of a CD, by ECMA-130 and by nothing of Theca's.

    frame_cd.py ISO BIN [LBA...]     the sectors LBA are zero, as those that a rip could not read

Galois logarithms here, where image/sector.c has polynomials.
"""
import sys

EXP, LOG = [0] * 512, [0] * 256
value = 1
for power in range(255):
    EXP[power] = EXP[power + 255] = value
    LOG[value] = power
    value = value << 1 ^ (0x11D if value & 0x80 else 0)


def crc_table():
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0xD8018001 if byte & 1 else 0)
        yield byte


CRC = list(crc_table())


def edc(data):
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ CRC[(crc ^ byte) & 0xFF]
    return crc.to_bytes(4, "little")


def weights(length):
    """For each byte of a vector, the logarithms of what it adds to the two parity bytes.

    The vector v0 .. vn-1 p r is such that all of it adds up to 0, and so does all of it when each byte
    is multiplied by 2^x first, x falling from n + 1 at v0 to 1 at p and 0 at r.
    """
    for i in range(length):
        at_two = EXP[length + 1 - i]
        p = EXP[(LOG[at_two ^ 1] - LOG[3]) % 255]
        yield LOG[p], LOG[p ^ 1] if p != 1 else None


def parity(block, vectors):
    first, second = bytearray(), bytearray()
    for places, logs in vectors:
        p = r = 0
        for place, (log_p, log_r) in zip(places, logs):
            byte = block[place]
            if byte:
                log = LOG[byte]
                p ^= EXP[log + log_p]
                if log_r is not None:
                    r ^= EXP[log + log_r]
        first.append(p)
        second.append(r)
    return bytes(first + second)


P_WEIGHTS, Q_WEIGHTS = list(weights(24)), list(weights(43))
P = [([p + 86 * i for i in range(24)], P_WEIGHTS) for p in range(86)]
Q = [([(q // 2 * 86 + q % 2 + 88 * i) % 2236 for i in range(43)], Q_WEIGHTS) for q in range(52)]


def frame(user_data, lba):
    frames = lba + 150
    address = bytes(int(str(n), 16) for n in (frames // 4500, frames // 75 % 60, frames % 75))
    sector = b"\0" + b"\xff" * 10 + b"\0" + address + b"\1" + user_data
    sector += edc(sector) + bytes(8)
    sector += parity(sector[12:], P)
    return sector + parity(sector[12:], Q)


def main():
    iso, out, *bad = sys.argv[1:]
    unreadable = {int(lba) for lba in bad}
    with open(iso, "rb") as image, open(out, "wb") as raw:
        lba = 0
        while user_data := image.read(2048):
            raw.write(bytes(2352) if lba in unreadable else frame(user_data, lba))
            lba += 1


main()

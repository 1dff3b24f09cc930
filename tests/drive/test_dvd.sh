#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A DVD of 8.5 GB in a drive: every sector is the one asked for, beyond 2 GiB, 4 GiB and 8 GiB too. Read through the drive's code alone:
# a whole rip of that size takes half an hour under software emulation, and adds nothing that images on the host do not show.
. tests/drive/lib.sh

libraries="libcdio sqlite3 libxml-2.0 libcrypto jansson inih zlib"
# shellcheck disable=SC2046,SC2086 # flags and libraries are meant to split
"${CC:-cc}" -std=c17 -O2 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I. -o "$WORK/marks" tests/drive/marks.c \
	"${BUILD:-build}/libtheca.a" -pthread $(pkg-config --cflags --libs $libraries)

run "$WORK/marks" write "$WORK/disc.iso" 4150391
expect_status 0
run guest --timeout 800 "$WORK/disc.iso" -- "$WORK/marks" check /dev/sr0
expect_status 0
expect_stdout_has '4150391 sectors are right'

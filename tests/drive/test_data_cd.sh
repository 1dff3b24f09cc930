#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A data CD in a drive becomes an object that is the disc, byte for byte, and says which drive read it.
. tests/drive/lib.sh

make_iso "$WORK/disc.iso" 20
rip_in_guest "$WORK/disc.iso" -- --carrier SHELF/12
expect_status 0

image=$(stored .iso)
cmp "$WORK/disc.iso" "$image" || fail "the image is not the disc"

premis=$(stored .premis.xml)
has() { # XPATH
	[ "$(xmllint --xpath "boolean($1)" "$premis")" = true ] || fail "the sidecar lacks: $1"
}
has "//*[local-name()='agent'][contains(., 'QEMU CD-ROM')][contains(., 'hardware')]"
has "//*[local-name()='event']/*[local-name()='eventType'][contains(@valueURI, '/ima')]"
has "//*[local-name()='event'][contains(., '/dev/sr0')]"

# Kept there, whole here.
run "$THECA" -a "$archive" verify
expect_status 0

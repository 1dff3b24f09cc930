#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sectors that the drive cannot read are zero in the image and listed in the map, those and no others; a sector that
# reads at last is not among them. Errors come back differently from the two buses.
. tests/drive/lib.sh

make_iso "$WORK/disc.iso" 4
cp "$WORK/disc.iso" "$WORK/expected.iso"
for lba in 100 700 701 702 1501; do
	dd if=/dev/zero of="$WORK/expected.iso" bs=2048 seek=$lba count=1 conv=notrunc status=none
	echo $lba
done >"$WORK/expected.bad"

for bus in scsi ahci; do
	rm -rf "$results"
	rip_in_guest --bus $bus --errors '100,700:3,1200*2,1501' "$WORK/disc.iso" -- --retries 2
	expect_status 3
	cmp "$WORK/expected.iso" "$(stored .iso)" || fail "the image on $bus is not the disc with holes"
	ddrescuelog -b 2048 -l - "$(stored .map)" >"$WORK/bad"
	cmp "$WORK/expected.bad" "$WORK/bad" || fail "on $bus the map says: $(tr '\n' ' ' <"$WORK/bad")"
	# Damaged as a disc, whole as an object: what was kept is still what it was.
	run "$THECA" -a "$archive" verify
	expect_status 0
done

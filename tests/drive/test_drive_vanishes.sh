#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A drive unplugged, or a disc taken out, in the middle of a rip: an error that says so, nothing kept as if it were whole,
# and the next rip of the disc goes on where that one stopped.
. tests/drive/lib.sh

make_iso "$WORK/disc.iso" 20
for way in unplug eject; do
	rm -rf "$results"
	SIGNAL=now
	rip_in_guest --slow 1382400 --$way-on now "$WORK/disc.iso" -- --carrier TAKEN
	SIGNAL=""
	expect_status 1
	expect_stderr_has 'the rip of TAKEN stopped'
	[ -z "$(find "$archive/store" -name 'inventory.json')" ] || fail "a part of the disc was kept as if it were whole"
	run "$THECA" -a "$archive" work
	expect_stdout_has TAKEN

	rip_in_guest "$WORK/disc.iso" -- --carrier TAKEN
	expect_status 0
	expect_stderr_has 'going on with the rip of TAKEN'
	cmp "$WORK/disc.iso" "$(stored .iso)" || fail "after $way the image is not the disc"
done

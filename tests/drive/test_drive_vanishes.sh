#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A drive unplugged, or a disc taken out, in the middle of a rip: an error that says so, and nothing kept as if it were whole.
. tests/drive/lib.sh

make_iso "$WORK/disc.iso" 20
for way in unplug eject; do
	rm -rf "$results"
	cat >"$WORK/in_guest.sh" <<-'SCRIPT'
		"$THECA" init /scratch/archive || exit 125
		"$THECA" -a /scratch/archive rip --operator 'A. Tester' --carrier TAKEN /dev/sr0 &
		sleep 3
		touch /results/now
		wait $!
		status=$?
		cp -a /scratch/archive /results/archive
		exit $status
	SCRIPT
	archive=$results/archive
	run guest --slow 1382400 --$way-on now "$WORK/disc.iso" -- env THECA="$THECA" sh "$WORK/in_guest.sh"
	expect_status 1
	[ -z "$(find "$archive/store" -name 'inventory.json')" ] || fail "a part of the disc was kept as if it were whole"
	run "$THECA" -a "$archive" list --json
	expect_status 0
	! grep -q TAKEN "$WORK/stdout" || fail "the catalogue holds a rip that did not end"
done

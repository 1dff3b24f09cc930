#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A data CD kept raw. Emulated drives do not have READ CD (scsi), or make up sectors without check codes
# (ahci): either way the BIN has the sectors that the disc had, framed anew, the record says that they
# were, and a sheet goes with it.
. tests/drive/lib.sh

make_iso "$WORK/disc.iso" 2
python3 tests/drive/frame_cd.py "$WORK/disc.iso" "$WORK/expected.bin"

say 'a good disc'
for bus in scsi ahci; do
	rm -rf "$results"
	rip_in_guest --bus $bus "$WORK/disc.iso" -- --raw --carrier RAW
	expect_status 0
	bin=$(stored .bin)
	cmp "$WORK/expected.bin" "$bin" || fail "the image on $bus is not the disc"
	printf '%s\n' 'FILE "RAW.bin" BINARY' '  TRACK 01 MODE1/2352' '    INDEX 01 00:00:00' >"$WORK/expected.cue"
	tr -d '\r' <"$(stored .cue)" | grep -E '^ *(FILE|TRACK|INDEX|PREGAP) ' >"$WORK/sheet"
	cmp "$WORK/expected.cue" "$WORK/sheet" || fail "on $bus the sheet says: $(cat "$WORK/sheet")"
	sectors=$(($(stat -c %s "$WORK/disc.iso") / 2048))
	jq -e --argjson sectors "$sectors" \
		'[.ranges[] | select(.framing == "rebuilt" and .confirmed == "drive") | .count] | add == $sectors' \
		"$(stored .reads.json)" >/dev/null || fail "the record on $bus: $(cat "$(stored .reads.json)")"
	run "$THECA" -a "$archive" verify
	expect_status 0
done

say 'the sheet and its image, given to the one who reads them everywhere'
if command -v bchunk >/dev/null; then
	run bchunk "$bin" "$(stored .cue)" "$WORK/track"
	cmp "$WORK/disc.iso" "$WORK/track01.iso" || fail "bchunk makes another disc of it"
fi

# The first of them, and those where the drive is tried out.
bad="0 16 17 32 400"
# shellcheck disable=SC2086 # a list
python3 tests/drive/frame_cd.py "$WORK/disc.iso" "$WORK/expected.bin" $bad
for bus in scsi ahci; do
	say "a damaged disc on $bus"
	rm -rf "$results"
	rip_in_guest --bus $bus --errors "$(echo "$bad" | tr ' ' ,)" "$WORK/disc.iso" -- --raw --retries 1
	expect_status 3
	cmp "$WORK/expected.bin" "$(stored .bin)" || fail "the image on $bus is not the disc with holes"
	ddrescuelog -b 2352 -l - "$(stored .map)" >"$WORK/bad"
	# shellcheck disable=SC2086
	printf '%s\n' $bad | cmp - "$WORK/bad" || fail "on $bus the map says: $(tr '\n' ' ' <"$WORK/bad")"
done

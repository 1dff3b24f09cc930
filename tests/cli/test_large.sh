# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Past 2 and 4 GiB, where 32-bit numbers and libcdio's data read go wrong: the bytes at and around the borders are those of the
# source. THECA_SLOW=1 does the same with a full dual-layer disc of 8.5 GB.
. tests/cli/lib.sh
need jq

# large NAME SECTORS: is kept byte-exact, and verify agrees.
large() {
	image=$WORK/$1.iso
	truncate -s "$(($2 * 2048))" "$image"
	for border in 0 2147483648 4294967296 "$(($2 * 2048))"; do
		for at in $((border - 2049)) $((border - 1)) "$border" $((border + 2047)); do
			[ "$at" -lt 0 ] || [ "$at" -ge "$(($2 * 2048))" ] ||
				printf '%s' "$1" | dd of="$image" bs=1 count=1 seek="$at" conv=notrunc status=none
		done
	done
	free=$(df -B1 --output=avail "$WORK" | tail -n 1)
	[ "$free" -gt "$(($2 * 2048 + 100000000))" ] || skip "$WORK has too little room"
	run "$THECA" -a "$WORK/archive" rip --quiet --carrier "$1" --json "$image"
	expect_status 0
	# shellcheck disable=SC2016 # variables of jq
	expect_json '.sectors == $sectors and .bytes == $sectors * 2048 and .unreadable_sectors == 0' --argjson sectors "$2"
	cmp "$image" "$(find "$WORK/archive/store" -name "$1.iso")" || fail "the image differs"
	# one bit past 4 GiB is not overlooked, and all the rest is found well
	printf '!' | dd of="$(find "$WORK/archive/store" -name "$1.iso")" bs=1 seek=4296000000 conv=notrunc status=none
	run "$THECA" -a "$WORK/archive" verify --cached --quiet "$1"
	expect_status 3
	expect_stdout_has "mismatch in sectors 2097152-2097663 ("
	rm "$image"
}

new_archive "$WORK/archive"
# what is tested is the way of the bytes, not the arithmetic of five digests
sed -i 's/^#digests.*/digests = sha512/' "$WORK/archive/theca.ini"
say "4.3 GiB"
large double $((4508876 * 1024 / 2048))
if [ "${THECA_SLOW:-0}" = 1 ]; then
	say "8.5 GB"
	large dual 4173824
else
	echo "the 8.5 GB disc is only for THECA_SLOW=1"
fi

#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Speed and memory of ripping and verifying, as ratios against other programs doing the same work in the same run.
#
#   tests/bench.sh [MIB]        size of the disc image; 1024 if not said. The audio disc has that too, at most 600 MB.
#
# Times depend on the machine and never fail the bench; more than 100 MB of memory in one process does.
# Works in $BUILD/bench (about four times the image) and cleans up after itself. Without cd-paranoia its rows are missing.
set -euo pipefail
cd "$(dirname "$0")/.."

build=$(realpath -m "${BUILD:-build}")
size=${1:-1024}
megabytes=$((size * 1048576 / 1000000)) # that the next rows are about
theca=$build/theca
memory_limit=$((100 * 1000)) # kB
mkdir -p "$build/bench"
work=$(mktemp -d "$build/bench/run.XXXXXX")
trap 'rm -rf "$work"' EXIT
cores=$(nproc)
peak=0

# measure COMMAND...: sets $seconds (wall) and $cpu, and raises $peak (kB, the largest process) when it is theca.
measure() {
	sync
	/usr/bin/time -o "$work/time" -f '%e %U %S %M' "$@" >"$work/stdout" 2>"$work/stderr" || {
		echo "tests/bench.sh: failed: $*" >&2
		cat "$work/stdout" "$work/stderr" >&2
		exit 1
	}
	local user system kilobytes
	read -r seconds user system kilobytes <"$work/time"
	cpu=$(sum "$user + $system")
	if [ "$1" = "$theca" ] && [ "$kilobytes" -gt "$peak" ]; then
		peak=$kilobytes
	fi
}

# row WHAT SECONDS [AGAINST SECONDS [AIM]]
row() {
	awk -v what="$1" -v s="$2" -v against="${3:-}" -v other="${4:-0}" -v aim="${5:-}" -v mb="$megabytes" 'BEGIN {
		printf "%-34s %7.2f s %7.0f MB/s", what, s, mb / (s > 0 ? s : 0.01)
		if (against != "") printf "   %5.2f x %s", s / (other > 0 ? other : 0.01), against
		if (aim != "") printf " (aim: at most %s)", aim
		print ""
	}'
}

sum() {
	awk "BEGIN { print $* }"
}

# build_cost NAME LIBRARY...: makes $work/NAME of tests/bench/NAME.c.
build_cost() {
	local name=$1
	shift
	# shellcheck disable=SC2046 # the flags are meant to split
	"${CC:-cc}" -std=c17 -O2 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I. $(pkg-config --cflags "$@") -o "$work/$name" \
		"tests/bench/$name.c" "$build/libtheca.a" -pthread $(pkg-config --libs "$@")
}

# digest_costs FILE: sets the CPU seconds of the image's $digests and of the $chunks.
digest_costs() {
	"$work/digest_cost" "$1" >"$work/cost"
	digests=$(awk '{ sum += $2 } END { print sum }' "$work/cost")
	chunks=$(awk '$1 == "sha256" { print $2 }' "$work/cost")
}

# reads_of_cd_paranoia SHEET: prints how often it reads a sector, on average; it tells of each reading, 25 sectors.
reads_of_cd_paranoia() {
	cd-paranoia -e -r -d "$1" 1- /dev/null 2>&1 | tr '\r' '\n' |
		awk '/^##.*\[read\]/ { readings++ } /^##.*\[wrote\]/ { sectors++ } END { printf "%.2f", readings * 25 / sectors }'
}

mkdir "$work/files"
openssl enc -aes-128-ctr -K 00 -iv 00 -in /dev/zero 2>/dev/null | head -c "$((size * 1048576))" >"$work/files/data" || true
xorriso -as mkisofs -quiet -r -V BENCH -o "$work/disc.iso" "$work/files" 2>/dev/null
rm -r "$work/files"
build_cost digest_cost libcrypto zlib
build_cost paranoia_cost libcdio_paranoia libcdio_cdda libcdio libcrypto zlib

echo "An image of $size MiB in the page cache, $cores cores, $("$theca" version | head -n 1)"
echo
cat "$work/disc.iso" >/dev/null
digest_costs "$work/disc.iso"

"$theca" init "$work/archive" >/dev/null
measure "$theca" -a "$work/archive" rip --quiet --carrier BENCH "$work/disc.iso"
rip=$seconds
measure dd if="$work/disc.iso" of="$work/copy" bs=1M conv=fsync
copy=$seconds
rm "$work/copy"
image=$(find "$work/archive/store" -name 'BENCH.iso')
row 'dd conv=fsync' "$copy"
row 'five digests, one thread, CPU' "$digests"
row 'chunk digests, one thread, CPU' "$chunks"
row 'theca rip' "$rip" 'dd' "$copy"
row '' "$rip" 'five digests / cores' "$(sum "$digests / $cores")"
row '' "$rip" 'all digests / cores' "$(sum "($digests + $chunks) / $cores")" 1.2
echo

cat "$image" >/dev/null
measure openssl dgst -sha256 "$image"
openssl=$seconds
measure rhash --crc32 --md5 --sha1 --sha256 --sha512 "$image"
rhash=$seconds
measure "$theca" -a "$work/archive" verify --cached
cached=$seconds
measure dd if="$image" of=/dev/null bs=1M iflag=direct
direct=$seconds
measure "$theca" -a "$work/archive" verify
medium=$seconds
row 'openssl dgst -sha256' "$openssl"
row 'rhash, the same five digests' "$rhash"
row 'theca verify --cached' "$cached" 'openssl, one digest' "$openssl"
row '' "$cached" 'rhash, five digests' "$rhash"
row '' "$cached" 'all digests / cores' "$(sum "($digests + $chunks) / $cores")"
row 'dd iflag=direct' "$direct"
row 'theca verify, from the medium' "$medium" 'dd iflag=direct' "$direct"
echo
rm -r "$work/archive" "$work/disc.iso"

# Sound. cd-paranoia writes a file of its own, synced as ours are; it reads through libcdio what theca reads by itself, and makes no digest.
length=$((size * 1048576 / 176400))
[ "$length" -le 3400 ] || length=3400
megabytes=$((length * 176400 / 1000000))
"$build/make_disc" --seconds "$length" "$work"
sheet=$work/long.cue
sound=$work/long.bin
echo "An audio disc of $((length / 60)) minutes, $megabytes MB, in the page cache"
echo
cat "$sound" >/dev/null
digest_costs "$sound"
"$theca" init "$work/archive" >/dev/null
measure "$theca" -a "$work/archive" rip --quiet --carrier SOUND "$sheet"
rip=$seconds
rip_cpu=$cpu
cmp "$sound" "$(find "$work/archive/store" -name 'SOUND.bin')"
if command -v cd-paranoia >/dev/null; then
	# shellcheck disable=SC2016 # the inner shell expands
	measure sh -c 'cd-paranoia -q -r -d "$1" 1- "$2" && sync "$2"' sh "$sheet" "$work/copy"
	cmp "$sound" "$work/copy"
	row 'cd-paranoia' "$seconds"
	row 'theca rip' "$rip" 'cd-paranoia' "$seconds" 1
	row '' "$rip" 'all digests / cores' "$(sum "($digests + $chunks) / $cores")"
	row 'cd-paranoia, CPU' "$cpu"
	row 'theca rip, CPU' "$rip_cpu" 'cd-paranoia' "$cpu"
	row '' "$rip_cpu" 'all digests' "$(sum "$digests + $chunks")"
	"$work/paranoia_cost" "$((length * 75))" >"$work/cost"
	row 'our paranoia, without files, CPU' "$(awk '$1 == "cpu" { print $2 }' "$work/cost")" 'cd-paranoia' "$cpu"
	awk -v other="$(reads_of_cd_paranoia "$sheet")" '$1 == "reads" {
		printf "%-34s %7.2f a sector %12.2f x cd-paranoia\n", "its readings", $2, $2 / other }' "$work/cost"
else
	echo 'cd-paranoia is not installed: no comparison'
	row 'theca rip' "$rip" 'all digests / cores' "$(sum "($digests + $chunks) / $cores")"
fi
echo
echo "Peak memory of theca's largest process: $((peak / 1000)) MB (limit 100 MB)"
[ "$peak" -le "$memory_limit" ]

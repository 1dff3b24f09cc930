#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Speed and memory of ripping and verifying, as ratios against other programs doing the same work in the same run.
#
#   tests/bench.sh [MIB]        size of the disc image; 1024 if not said
#
# Times depend on the machine and never fail the bench; more than 100 MB of memory in one process does.
# Works in $BUILD/bench (about four times the image) and cleans up after itself.
set -euo pipefail
cd "$(dirname "$0")/.."

build=$(realpath -m "${BUILD:-build}")
size=${1:-1024}
theca=$build/theca
memory_limit=$((100 * 1000)) # kB
mkdir -p "$build/bench"
work=$(mktemp -d "$build/bench/run.XXXXXX")
trap 'rm -rf "$work"' EXIT
cores=$(nproc)
peak=0

# measure COMMAND...: sets $seconds (wall) and raises $peak (kB, the largest process) when it is theca.
measure() {
	sync
	/usr/bin/time -o "$work/time" -f '%e %M' "$@" >"$work/stdout" 2>"$work/stderr" || {
		echo "tests/bench.sh: failed: $*" >&2
		cat "$work/stdout" "$work/stderr" >&2
		exit 1
	}
	local kilobytes
	read -r seconds kilobytes <"$work/time"
	if [ "$1" = "$theca" ] && [ "$kilobytes" -gt "$peak" ]; then
		peak=$kilobytes
	fi
}

# row WHAT SECONDS [AGAINST SECONDS [AIM]]
row() {
	awk -v what="$1" -v s="$2" -v against="${3:-}" -v other="${4:-0}" -v aim="${5:-}" -v mib="$size" 'BEGIN {
		printf "%-34s %7.2f s %7.0f MB/s", what, s, mib * 1.048576 / (s > 0 ? s : 0.01)
		if (against != "") printf "   %5.2f x %s", s / (other > 0 ? other : 0.01), against
		if (aim != "") printf " (aim: at most %s)", aim
		print ""
	}'
}

sum() {
	awk "BEGIN { print $* }"
}

mkdir "$work/files"
openssl enc -aes-128-ctr -K 00 -iv 00 -in /dev/zero 2>/dev/null | head -c "$((size * 1048576))" >"$work/files/data" || true
xorriso -as mkisofs -quiet -r -V BENCH -o "$work/disc.iso" "$work/files" 2>/dev/null
rm -r "$work/files"
# shellcheck disable=SC2046 # the flags are meant to split
"${CC:-cc}" -std=c17 -O2 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I. $(pkg-config --cflags libcrypto zlib) -o "$work/digest_cost" \
	tests/bench/digest_cost.c "$build/libtheca.a" -pthread $(pkg-config --libs libcrypto zlib)

echo "An image of $size MiB in the page cache, $cores cores, $("$theca" version | head -n 1)"
echo
cat "$work/disc.iso" >/dev/null
"$work/digest_cost" "$work/disc.iso" >"$work/cost"
digests=$(awk '{ sum += $2 } END { print sum }' "$work/cost")
chunks=$(awk '$1 == "sha256" { print $2 }' "$work/cost")

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
echo "Peak memory of theca's largest process: $((peak / 1000)) MB (limit 100 MB)"
[ "$peak" -le "$memory_limit" ]

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The main job on a real disc: archive made, disc read, listed, shown, verified, and one flipped bit found. Then an
# audio disc and a mixed one.
# The disc is the bootable image in Debian's memtest86+ (or grub-rescue-pc) package, which is fetched and
# unpacked under build/, never installed; make_disc writes the others.  `make demo` builds all and runs this.
set -eu

build=${BUILD:-build}
demo=$build/demo
archive=$demo/archive
theca=$build/theca
make_disc=$build/make_disc
discs=$demo/discs

# Prints a command as one would type it: words with a blank in quotes.
show_command() {
	printf '\n$ theca'
	for word in "$@"; do
		case "$word" in
		*' '*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '\n'
}
run() {
	show_command "$@"
	"$theca" "$@"
}
fail() {
	echo "demo: $*" >&2
	exit 1
}

# Gets one package's .deb into $demo/disc without installing it.
download() {
	sandbox=""
	[ "$(id -u)" -ne 0 ] || sandbox="-o APT::Sandbox::User=root"
	# shellcheck disable=SC2086 # one option, meant to split
	(cd "$demo/disc" && apt-get $sandbox -qq download "$1") >"$demo/download.log" 2>&1
}

# Prints the path of a real disc image, fetching it the first time.
find_disc() {
	disc=$(find "$demo/disc" -name 'memtest86+x64.iso' -o -name 'grub-rescue-cdrom.iso' 2>/dev/null | head -n 1)
	[ -n "$disc" ] && return
	mkdir -p "$demo/disc"
	if ! download memtest86+ && ! download grub-rescue-pc; then
		sudo=""
		[ "$(id -u)" -eq 0 ] || sudo=sudo
		$sudo apt-get -qq update >"$demo/download.log" 2>&1 || true
		download memtest86+ || download grub-rescue-pc || {
			cat "$demo/download.log" >&2
			fail "no disc image could be fetched; is the network there?"
		}
	fi
	for deb in "$demo"/disc/*.deb; do
		dpkg-deb -x "$deb" "$demo/disc/unpacked"
	done
	disc=$(find "$demo/disc" -name 'memtest86+x64.iso' -o -name 'grub-rescue-cdrom.iso' | head -n 1)
	[ -n "$disc" ] || fail "the package holds no disc image"
}

# Flips the lowest bit of one byte of a file.
flip_bit() {
	byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	flipped=$((byte ^ 1))
	# shellcheck disable=SC2059 # the format is the byte
	printf "\\$(printf '%03o' "$flipped")" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# stored NAME: the path of that file in the archive.
stored() {
	find "$archive/store" -name "$1"
}

for program in "$theca" "$make_disc"; do
	[ -x "$program" ] || fail "$program is missing; run make demo"
done
find_disc
rm -rf "$archive" "$discs"
mkdir "$discs"
"$make_disc" "$discs" "$disc"

echo "Theca's main job on a real disc: $(basename "$disc"), $(wc -c <"$disc") bytes."
run init "$archive"
run -a "$archive" rip --carrier 'DEMO 1/1' --title 'A bootable disc' --operator 'make demo' "$disc"
run -a "$archive" list
run -a "$archive" show 'DEMO 1/1'
run -a "$archive" verify

image=$(stored '*.iso')
cmp "$disc" "$image" || fail "the stored image differs from the disc"
echo
echo "The stored image is byte for byte the disc. Now one bit of it rots:"
flip_bit "$image" 3000000
show_command -a "$archive" verify
status=0
"$theca" -a "$archive" verify || status=$?
[ "$status" -eq 3 ] || fail "verify should have ended with exit code 3, not $status"
echo
echo "verify named the file and the sectors, and ended with exit code 3 (damage found)."

echo
echo "Next an audio disc: five pieces, one more hidden before the first, and gaps in which the music fades."
run -a "$archive" rip --carrier 'DEMO 2' --title 'Fünf Stücke, und eines davor' --operator 'make demo' "$discs/tones.cue"
run -a "$archive" show 'DEMO 2'
echo
echo "And a disc with data in track 1 and music after it:"
run -a "$archive" rip --carrier 'DEMO 3' --title 'Data and music' --operator 'make demo' "$discs/mixed.cue"
run -a "$archive" list
run -a "$archive" verify 'DEMO 2' 'DEMO 3'
audio=$(stored 'DEMO%202.bin')
cmp "$discs/tones.bin" "$audio" || fail "the stored sound differs from the disc"
cmp "$discs/mixed.bin" "$(stored 'DEMO%203.bin')" || fail "the stored image differs from the mixed disc"

cat <<TXT

Both BIN files in the archive are byte for byte the discs. Try next:
  $theca -a $archive show 'DEMO 3'
  $theca -a $archive list --csv
  $theca help rip
  less "$(stored 'DEMO%201%2F1.log')"
To listen to the stored sound, the hidden piece first, or track 3 alone:
  cd "$(dirname "$audio")"
  aplay -f cd $(basename "$audio")
  dd if=$(basename "$audio") bs=2352 skip=2012 count=652 | aplay -f cd
TXT

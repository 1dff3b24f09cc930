# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# `theca rip` of a cue sheet: raw bytes pass unchanged, the sheet that is written says the same disc, each track has its digests, what is
# damaged is told by its place on the disc, and what cannot be read is refused in words.
. tests/cli/lib.sh
. tests/cli/judges.sh
need jq python3 xorriso

make_disc=$(realpath -m "${BUILD:-build}")/make_disc
[ -x "$make_disc" ] || fail "$make_disc is not there: make builds it"
archive=$WORK/archive
discs=$WORK/discs
mkdir "$discs"
make_iso "$WORK/data.iso" 2 PAPERS
"$make_disc" "$discs" "$WORK/data.iso" "$WORK/data.iso"
new_archive "$archive"

# rip [OPTION...]: of this archive.
rip() {
	run "$THECA" -a "$archive" rip "$@"
}

# kept CARRIER SUFFIX: the file of its object.
kept() {
	find "$(object_directory "$archive" "$1")" -name "$1$2"
}

say "BIN and sheet are what they were; only the FILE line is the carrier's"
for disc in tones mixed extra; do
	rip --carrier "$disc-1" --json "$discs/$disc.cue"
	expect_status 0
	expect_json '.format == "bincue" and .sector_size == 2352 and .unreadable_sectors == 0 and .doubtful_sectors == 0'
	cmp "$discs/$disc.bin" "$(kept "$disc-1" .bin)" || fail "the BIN of $disc differs"
	sed "s/^FILE \"$disc.bin\"/FILE \"$disc-1.bin\"/" "$discs/$disc.cue" | cmp - "$(kept "$disc-1" .cue)" ||
		fail "the sheet of $disc differs"
	cmp "$discs/$disc.cue" "$(kept "$disc-1" .source.cue)" || fail "the sheet was not kept as it came"
	premis_holds "$(kept "$disc-1" .premis.xml)"
	inventory_holds "$(object_directory "$archive" "$disc-1")"
done

say "an object's own BIN and sheet are a disc again, with the same bytes"
for disc in tones mixed extra; do
	rip --carrier "$disc-2" "$(kept "$disc-1" .cue)"
	expect_status 0
	cmp "$discs/$disc.bin" "$(kept "$disc-2" .bin)" || fail "the BIN of $disc differs at the second time"
	sed "s/$disc-1.bin/$disc-2.bin/" "$(kept "$disc-1" .cue)" | cmp - "$(kept "$disc-2" .cue)" ||
		fail "the sheet of $disc differs at the second time"
done

say "the tracks' digests are those of their bytes, and together they are all bytes"
rip --again --carrier extra-1 --json "$discs/extra.cue"
expect_status 0
cp "$WORK/stdout" "$WORK/summary.json"
python3 - "$WORK/summary.json" "$discs/extra.bin" <<'PYTHON' || fail "the digests of the tracks are wrong"
import hashlib, json, sys, zlib
summary = json.load(open(sys.argv[1]))
image = open(sys.argv[2], "rb").read()
at = 0
for track in summary["tracks"]:
    size = track["sectors"] * 2352
    part = image[at : at + size]
    assert hashlib.sha256(part).hexdigest() == track["sha256"], track
    assert "%08x" % zlib.crc32(part) == track["crc32"], track
    at += size
assert at == len(image), at
data = summary["tracks"][-1]
assert data["session"] == 2 and data["lba"] == 12812, data
PYTHON

say "show, verify and a catalogue made anew know the disc"
run "$THECA" -a "$archive" show tones-1
expect_status 0
for said in TtELdyHnSSbHIdzwwsnIFqrY1mY- 2d003405 005-0000394b-0000ff25-2d003405 XXTHE2600003 2000000000015; do
	expect_stdout_has "$said"
done
run "$THECA" -a "$archive" verify
expect_status 0
run "$THECA" -a "$archive" show --json extra-1
cp "$WORK/stdout" "$WORK/before.json"
run "$THECA" -a "$archive" reindex
expect_status 0
run "$THECA" -a "$archive" show --json extra-1
jq -S . "$WORK/before.json" >"$WORK/before"
jq -S . "$WORK/stdout" | cmp - "$WORK/before" ||
	fail "the catalogue made anew tells something else"

say "list tells what the disc calls itself"
run "$THECA" -a "$archive" list
expect_stdout_has 'Fünf Stücke, und eines davor'
run "$THECA" -a "$archive" list --json
expect_json 'map(select(.carrier == "tones-1" and .doubtful_sectors == 0 and .state == "ok")) | length == 1'

say "a flipped bit of a BIN is found"
flip() { # FILE OFFSET
	printf '\377' | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
cp "$(kept mixed-2 .bin)" "$WORK/rotten"
flip "$(kept mixed-2 .bin)" 1000000
run "$THECA" -a "$archive" verify mixed-2
expect_status 3
expect_stdout_has "mixed-2.bin: mismatch in sectors 0-447"

say "a data sector that its check code disagrees with is kept, and told"
cp "$discs/mixed.bin" "$discs/mixed.cue" "$WORK"
flip "$WORK/mixed.bin" $((100 * 2352 + 500))
rip --carrier doubt --json "$WORK/mixed.cue"
expect_status 3
expect_json '.unreadable_sectors == 0 and .doubtful_sectors == 1 and .doubtful == [{"lba": 100, "count": 1}]'
cmp "$WORK/mixed.bin" "$(kept doubt .bin)" || fail "bytes in doubt were changed"
grep -q '"state": "doubtful"' "$(kept doubt .reads.json)" || fail "reads.json does not tell of it"
premis_holds "$(kept doubt .premis.xml)"
run "$THECA" -a "$archive" list --json
expect_json 'map(select(.carrier == "doubt" and .doubtful_sectors == 1 and .state == "in doubt")) | length == 1'
run "$THECA" -a "$archive" rip --again --carrier doubt "$WORK/mixed.cue"
expect_status 3
expect_stdout_has "at LBA 100"

say "a raw data track alone stays raw, and becomes an ISO image on demand"
python3 - "$discs/mixed.bin" "$WORK/data.bin" "$(stat -c %s "$WORK/data.iso")" <<'PYTHON'
import sys
with open(sys.argv[1], "rb") as image, open(sys.argv[2], "wb") as data:
    data.write(image.read(int(sys.argv[3]) // 2048 * 2352))
PYTHON
printf 'FILE "data.bin" BINARY\n TRACK 01 MODE1/2352\n  INDEX 01 00:00:00\n' >"$WORK/data.cue"
rip --carrier raw "$WORK/data.cue"
expect_status 0
expect_stdout_has PAPERS
cmp "$WORK/data.bin" "$(kept raw .bin)" || fail "the raw image differs"
rip --carrier cooked --format iso "$WORK/data.cue"
expect_status 0
cmp "$WORK/data.iso" "$(kept cooked .iso)" || fail "the user data differ"
printf 'FILE "data.iso" BINARY\n TRACK 01 MODE1/2048\n  INDEX 01 00:00:00\n' >"$WORK/plain.cue"
rip --carrier plain "$WORK/plain.cue"
expect_status 0
cmp "$WORK/data.iso" "$(kept plain .iso)" || fail "the ISO image of a sheet differs"
rip --carrier framed --raw "$WORK/plain.cue"
expect_status 0
cmp "$WORK/data.bin" "$(kept framed .bin)" || fail "the sectors framed anew are not those of the disc"
grep -q '"framing": "rebuilt"' "$(kept framed .reads.json)" || fail "reads.json does not say that they were framed"

say "several files, a WAVE file, names in another case"
python3 - "$discs/tones.bin" "$WORK" <<'PYTHON'
import struct, sys
image = open(sys.argv[1], "rb").read()
cut = 1261 * 2352
open(sys.argv[2] + "/One.BIN", "wb").write(image[:cut])
sound = image[cut:]
open(sys.argv[2] + "/two.wav", "wb").write(b"RIFF" + struct.pack("<I", 36 + len(sound)) + b"WAVEfmt " +
    struct.pack("<IHHIIHH", 16, 1, 2, 44100, 176400, 4, 16) + b"data" + struct.pack("<I", len(sound)) + sound)
PYTHON
printf 'file "one.bin" BINARY\r\ntrack 01 audio\r\nindex 00 00:00:00\r\nindex 01 00:06:00\r\nFILE "two.wav" WAVE\r\nTRACK 02 AUDIO\r\nINDEX 01 00:00:00\r\n' >"$WORK/two.cue"
rip --carrier two "$WORK/two.cue"
expect_status 0
expect_stdout_has "One.BIN"
cmp "$discs/tones.bin" "$(kept two .bin)" || fail "the joined BIN differs"

say "stopped, it goes on where it was; another disc of that size is refused"
"$make_disc" --seconds 700 "$WORK"
start "$THECA" -a "$archive" rip --quiet --carrier long "$WORK/long.cue"
wait_until 30 has_read "$pid" 20000000 || fail "it does not read"
kill -INT "$pid"
finish
expect_status 1
yes other | head -c "$(stat -c %s "$WORK/long.bin")" >"$WORK/other.bin"
sed 's/long.bin/other.bin/' "$WORK/long.cue" >"$WORK/other.cue"
rip --carrier long "$WORK/other.cue"
expect_status 1
expect_stderr_has "theca work --discard"
rip --carrier long --json "$WORK/long.cue"
expect_status 0
expect_json '.resumed == true'
cmp "$WORK/long.bin" "$(kept long .bin)" || fail "the BIN that was read in two runs differs"

say "of several files each one counts: one that was exchanged in between is another disc"
head -c 61740000 "$WORK/long.bin" >"$WORK/part1.bin"
tail -c +61740001 "$WORK/long.bin" >"$WORK/part2.bin"
touch -d '2020-01-02 UTC' "$WORK/part1.bin"
printf 'FILE "part1.bin" BINARY\n TRACK 01 AUDIO\n  INDEX 01 00:00:00\nFILE "part2.bin" BINARY\n TRACK 02 AUDIO\n  INDEX 01 00:00:00\n' >"$WORK/parts.cue"
start "$THECA" -a "$archive" rip --quiet --carrier parts "$WORK/parts.cue"
wait_until 30 has_read "$pid" 70000000 || fail "it does not read"
kill -INT "$pid"
finish
expect_status 1
flip "$WORK/part1.bin" 30000000
touch -d '2019-01-02 UTC' "$WORK/part1.bin"
rip --carrier parts "$WORK/parts.cue"
expect_status 1
expect_stderr_has "theca work --discard"
run "$THECA" -a "$archive" work --discard parts
expect_status 0
rm "$WORK"/part?.bin

say "silence is gone on with too, as the file tells that it is the same"
head -c "$(stat -c %s "$WORK/long.bin")" /dev/zero >"$WORK/other.bin"
rm "$WORK/long.bin"
start "$THECA" -a "$archive" rip --quiet --carrier silence "$WORK/other.cue"
wait_until 30 has_read "$pid" 20000000 || fail "it does not read"
kill -INT "$pid"
finish
expect_status 1
rip --carrier silence --json "$WORK/other.cue"
expect_status 0
expect_json '.resumed == true'
rm "$WORK/other.bin"

say "a stopped raw rip is gone on with as one, and says so"
make_image "$WORK/large.iso" 100
printf 'FILE "large.iso" BINARY\n TRACK 01 MODE1/2048\n  INDEX 01 00:00:00\n' >"$WORK/large.cue"
start "$THECA" -a "$archive" rip --quiet --raw --carrier format "$WORK/large.cue"
wait_until 30 has_read "$pid" 20000000 || fail "it does not read"
kill -INT "$pid"
finish
expect_status 1
rip --carrier format "$WORK/large.cue"
expect_status 1
expect_stderr_has "--format bincue"
rip --raw "$WORK/large.cue"
expect_status 1
expect_stderr_has "rip --carrier format --raw "
rip --raw --carrier format --json "$WORK/large.cue"
expect_status 0
expect_json '.resumed == true and .format == "bincue"'
rm "$WORK/large.iso"

say "what cannot be kept is refused, and says what to do"
rip --carrier no --format iso "$discs/mixed.cue"
expect_status 1
expect_stderr_has "3 tracks in 1 session"
rip --carrier no --raw "$WORK/data.iso"
expect_status 1
expect_stderr_has "only a CD has raw sectors"
rip --carrier no --raw --format iso "$WORK/data.cue"
expect_status 2
rip --carrier no --format img "$WORK/data.cue"
expect_status 2
rip --carrier no "$discs/tones.bin" # no sheet, no tracks
expect_status 1
rip --carrier no "$WORK/data.bin"
expect_status 1
expect_stderr_has "cue sheet"
for case in 'gone.bin:gone.bin' '../archive/theca.ini:theca.ini' '/etc/passwd:passwd'; do
	printf 'FILE "%s" BINARY\n TRACK 01 AUDIO\n  INDEX 01 00:00:00\n' "${case%:*}" >"$WORK/odd.cue"
	rip --carrier no "$WORK/odd.cue"
	expect_status 1
	expect_stderr_has "${case#*:}"
done
ln -s /etc/passwd "$WORK/link.bin"
printf 'FILE "link.bin" BINARY\n TRACK 01 AUDIO\n  INDEX 01 00:00:00\n' >"$WORK/odd.cue"
rip --carrier no "$WORK/odd.cue"
expect_status 1
head -c 1000 "$discs/tones.bin" >"$WORK/short.bin"
printf 'FILE "short.bin" BINARY\n TRACK 01 AUDIO\n  INDEX 01 00:00:00\n' >"$WORK/odd.cue"
rip --carrier no "$WORK/odd.cue"
expect_status 1
expect_stderr_has "short.bin"
head -c 23520 "$discs/tones.bin" >"$WORK/short.bin"
printf 'FILE "short.bin" BINARY\n TRACK 01 AUDIO\n  INDEX 01 00:00:00\n TRACK 02 AUDIO\n  INDEX 01 00:00:11\n' >"$WORK/odd.cue"
rip --carrier no "$WORK/odd.cue"
expect_status 1
expect_stderr_has "short.bin"
[ -z "$(leftovers "$archive")" ] || fail "a refused disc left something in work/"
run "$THECA" -a "$archive" list --json
expect_json 'map(select(.carrier == "no")) == []'

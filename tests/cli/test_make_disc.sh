# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# The demonstration discs are what their sheets and make_disc's words say: what other tests, the demo and the bench find in
# them rests on that. python3 looks at every byte that matters, the common readers of sheets at the rest.
. tests/cli/lib.sh
need python3 xorriso

make_disc=$(realpath -m "${BUILD:-build}")/make_disc
[ -x "$make_disc" ] || fail "$make_disc is not there: make builds it"
discs=$WORK/discs
mkdir "$discs" "$WORK/files" "$WORK/again"
echo 'What the tower says at noon.' >"$WORK/files/readme.txt"
seq 100000 >"$WORK/files/numbers.txt"
for place in 0 12812; do
	xorriso -as mkisofs -quiet -J -r -V SONGS -C "0,$place" -o "$WORK/from-$place.iso" "$WORK/files" 2>"$WORK/xorriso.log" ||
		fail "xorriso: $(cat "$WORK/xorriso.log")"
done
run "$make_disc" "$discs" "$WORK/from-0.iso" "$WORK/from-12812.iso"
expect_status 0

say "the same bytes each time"
run "$make_disc" "$WORK/again" "$WORK/from-0.iso" "$WORK/from-12812.iso"
expect_status 0
for disc in tones mixed extra; do
	cmp "$discs/$disc.bin" "$WORK/again/$disc.bin" || fail "$disc.bin is not the same"
	cmp "$discs/$disc.cue" "$WORK/again/$disc.cue" || fail "$disc.cue is not the same"
done

say "the sound and the data"
cat >"$WORK/look.py" <<'PYTHON'
import array, itertools, sys

discs, work = sys.argv[1:]
SECTOR = 2352


def read(path):
    with open(path, "rb") as file:
        return file.read()


def loudness(image, first, count):
    samples = array.array("h", image[first * SECTOR : (first + count) * SECTOR])
    if sys.byteorder == "big":
        samples.byteswap()
    assert len(samples) == count * 1176, "too short"
    return max(abs(sample) for sample in samples), samples[0::2] != samples[1::2]


def expect_music(image, first, count):
    for second in range(first, first + count - 75, 75):
        peak, stereo = loudness(image, second, 75)
        assert 300 < peak < 32767, f"loudness {peak} at sector {second}"
        assert stereo, f"both channels are the same at sector {second}"


# a gap in which the track before it rings on and fades away
def expect_fading(image, first):
    assert loudness(image, first, 1)[0] > 0, f"nothing rings on at sector {first}"
    assert loudness(image, first + 149, 1)[0] == 0, f"no silence at sector {first + 149}"


def crc(data):
    value = 0
    for byte in data:
        value = value >> 8 ^ edc_table[(value ^ byte) & 255]
    return value


def table_entry(value):
    for _ in range(8):
        value = value >> 1 ^ (0xD8018001 if value & 1 else 0)
    return value


edc_table = [table_entry(byte) for byte in range(256)]
double = [byte << 1 ^ (0x11D if byte & 128 else 0) for byte in range(256)]


# each vector of P and Q, with its two parity bytes, is zero at both roots, 1 and 2
def expect_parity(sector, form1):
    covered = bytearray(sector[12:2352])
    if form1:
        covered[0:4] = bytes(4)
    p = [[v + 86 * i for i in range(26)] for v in range(86)]
    q = [[(v & 1) + ((v & ~1) * 43 + 88 * i) % 2236 for i in range(43)] + [2236 + v, 2288 + v] for v in range(52)]
    for vector in itertools.chain(p, q):
        at_one = at_two = 0
        for place in vector:
            at_one ^= covered[place]
            at_two = double[at_two] ^ covered[place]
        assert at_one == 0 and at_two == 0, "the parity is wrong"


def bcd(number):
    return number // 10 << 4 | number % 10


def expect_data(image, iso, first, lba, mode):
    begin, edc_from, edc_at = {1: (16, 0, 2064), 2: (24, 16, 2072)}[mode]
    assert len(iso) % 2048 == 0 and len(iso) > 100 * 2048
    for i in range(len(iso) // 2048):
        sector = image[(first + i) * SECTOR : (first + i + 1) * SECTOR]
        frames = lba + i + 150
        address = bytes([bcd(frames // 4500), bcd(frames // 75 % 60), bcd(frames % 75), mode])
        assert sector[:12] == bytes([0] + [255] * 10 + [0]), f"no sync in sector {i}"
        assert sector[12:16] == address, f"the address of sector {i}: {sector[12:16].hex()}"
        assert mode == 1 or sector[16:24] == bytes([0, 0, 8, 0] * 2), f"the subheader of sector {i}"
        assert sector[begin : begin + 2048] == iso[i * 2048 : (i + 1) * 2048], f"the data of sector {i}"
        assert crc(sector[edc_from:edc_at]) == int.from_bytes(sector[edc_at : edc_at + 4], "little"), f"EDC of sector {i}"
        if i < 40 or i % 16 == 0:
            expect_parity(sector, mode == 2)


tones = read(f"{discs}/tones.bin")
assert len(tones) == 4403 * SECTOR
assert 300 < loudness(tones, 0, 375)[0] < 8000, "the hidden piece"
for start, length in (450, 661), (1261, 601), (2012, 652), (2814, 763), (3727, 676):
    expect_music(tones, start, length)
for gap in 1111, 1862, 2664, 3577:
    expect_fading(tones, gap)

mixed, iso = read(f"{discs}/mixed.bin"), read(f"{work}/from-0.iso")
data = len(iso) // 2048
assert len(mixed) == (data + 150 + 661 + 150 + 601) * SECTOR
expect_data(mixed, iso, 0, 0, 1)
assert loudness(mixed, data, 150)[0] == 0
expect_music(mixed, data + 150, 661)

extra, iso = read(f"{discs}/extra.bin"), read(f"{work}/from-12812.iso")
data = len(iso) // 2048
assert len(extra) == (661 + 150 + 601 + data) * SECTOR
expect_music(extra, 0, 661)
expect_data(extra, iso, 1412, 12812, 2)
# the file system is made for its place: its root directory lies behind that LBA
assert int.from_bytes(iso[16 * 2048 + 158 : 16 * 2048 + 162], "little") > 12812
PYTHON
run python3 "$WORK/look.py" "$discs" "$WORK"
expect_status 0
grep -q 'INDEX 02 00:30:74' "$discs/tones.cue" || fail "track 3 has no INDEX 02"

say "the long disc: its length, and that it does not pack to nothing"
run "$make_disc" --seconds 250 "$discs"
expect_status 0
[ "$(stat -c %s "$discs/long.bin")" -eq $((250 * 75 * 2352)) ] || fail "not 250 seconds"
[ "$(grep -c 'TRACK .* AUDIO' "$discs/long.cue")" -eq 2 ] || fail "not two tracks"
[ "$(head -c 8000000 "$discs/long.bin" | gzip -1 | wc -c)" -gt 6000000 ] || fail "it packs well"

say "theca accepts the sheets"
for disc in tones mixed extra long; do
	run "$THECA" check-cue "$discs/$disc.cue"
	expect_status 0
done

say "what it refuses"
refuse() { # STATUS WORDS ARGUMENT...
	wanted=$1 words=$2
	shift 2
	run "$make_disc" "$@"
	expect_status "$wanted"
	expect_stderr_has "$words"
}
refuse 2 'usage: make_disc DIR'
refuse 2 'usage: make_disc DIR' --seconds 250
refuse 2 'usage: make_disc DIR' --seconds 3 "$discs"
refuse 2 'usage: make_disc DIR' --seconds 1h "$discs"
refuse 2 'usage: make_disc DIR' --colour "$discs"
refuse 2 'usage: make_disc DIR' "$discs" a b c
refuse 1 'tones.bin cannot be made' "$WORK/nowhere"
refuse 1 'cannot be opened' "$discs" "$WORK/nowhere.iso"
refuse 1 'name an ISO image' "$discs" "$WORK/files/readme.txt"
if [ -e /dev/full ]; then
	mkdir "$WORK/full"
	ln -s /dev/full "$WORK/full/tones.bin"
	refuse 1 'tones.bin cannot be written' "$WORK/full"
fi
run "$make_disc" --help
expect_status 0
expect_stdout_has 'aplay -f cd'

# judge TOOL: whether it is there; the test counts as skipped when one is not.
missing=""
judge() {
	say "what $1 makes of them"
	command -v "$1" >/dev/null && return
	missing="$missing $1"
	return 1
}

# says LINE...: stdout has each, blanks squeezed.
says() {
	tr -s ' \t' ' ' <"$WORK/stdout" >"$WORK/squeezed"
	for line in "$@"; do
		grep -qF -e "$line" "$WORK/squeezed" || fail "it does not say: $line"
	done
}

cd "$discs"
if judge cd-info; then
	run cd-info --no-header --no-device-info --cue-file=tones.cue
	says 'Disc mode is listed as: CD-DA' 'Media Catalog Number (MCN): 2000000000015' \
		' 1: 00:08:00 000450 audio false no 2 no' ' 2: 00:18:61 001261 audio false no 2 yes' \
		' 3: 00:28:62 002012 audio false no 2 no' ' 4: 00:39:39 002814 audio false yes 2 no' \
		' 5: 00:51:52 003727 audio false no 2 no' '170: 01:00:53 004403 leadout'
	run cd-info --no-header --no-device-info --cue-file=mixed.cue
	says 'CD-ROM Mixed' ' 1: 00:02:00 000000 data' ' audio ' 'label `SONGS'
	run cd-info --no-header --no-device-info --cue-file=extra.cue
	says 'CD-Plus/Extra' ' 2: 00:12:61 000811 audio' ' 3: 00:20:62 001412 XA' 'label `SONGS'
fi
if judge cueprint; then
	run cueprint -d '%N|%T|%P\n' -t '%n|%i|%t\n' tones.cue
	printf '%s\n' '5|Fünf Stücke, und eines davor|Theca' '1|XXTHE2600001|Prélude' \
		'2|XXTHE2600002|Orgelpunkt für Prüfer' '3|XXTHE2600003|Ländler' '4|XXTHE2600004|Ανέμη' \
		'5|XXTHE2600005|夜の鐘' >"$WORK/expected"
	cmp "$WORK/expected" "$WORK/stdout" || fail "not these titles"
fi
if judge bchunk; then
	run bchunk mixed.bin mixed.cue "$WORK/track"
	cmp "$WORK/from-0.iso" "$WORK/track01.iso" || fail "not the data"
	tail -c +"$(($(stat -c %s mixed.bin) - 601 * 2352 + 1))" mixed.bin | cmp - "$WORK/track03.cdr" || fail "not the last piece"
	run bchunk extra.bin extra.cue "$WORK/extra"
	cmp "$WORK/from-12812.iso" "$WORK/extra03.iso" || fail "not the data of the second session"
fi
if judge cdrdao; then
	# cdrdao 1.2.4 counts an INDEX 02 from the wrong place and refuses it
	grep -v 'INDEX 02' tones.cue >without.cue
	run cdrdao show-toc without.cue
	expect_status 0
	says 'CATALOG NUMBER: 2000000000015' 'PREGAP 00:06:00( 450)' 'START 00:16:61( 1261)' 'END 00:58:53( 4403)'
	run cdrdao show-toc mixed.cue
	says 'TRACK 1 Mode MODE1_RAW' 'TRACK 3 Mode AUDIO' 'PREGAP 00:02:00( 150)'
fi
[ -z "$missing" ] || skip "not asked, because they are not installed:$missing"

# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# theca check-cue: findings with file and line, one verdict, exit codes, JSON; no archive needed, nothing harmful printed.
. tests/cli/lib.sh
need jq

# sheet NAME: stdin becomes a cue sheet.
sheet() {
	cat >"$WORK/$1.cue"
}

sheet good <<'END'
PERFORMER "The Band"
CATALOG 1234567890123
FILE "album.bin" BINARY
  TRACK 01 AUDIO
    TITLE "A Song"
    ISRC ABCDE1234567
    PREGAP 00:02:00
    INDEX 01 00:00:00
  TRACK 02 MODE1/2352
    INDEX 00 01:00:00
    INDEX 01 01:02:00
END
sheet mended <<'END'
FILE "album.bin" BINARY
  TRACK 01 AUDIO
    ISRC WRONG
    INDEX 01 00:00:00
END
sheet broken <<'END'
CATALOG 12
FILE "album.bin" BINARY
  TRACK 01 AUDIO
    INDEX 01 00:00:75
END

say "a good sheet is valid, and says nothing else"
run "$THECA" check-cue "$WORK/good.cue"
expect_status 0
[ "$(cat "$WORK/stdout")" = "$WORK/good.cue: valid" ] || fail "more than the verdict"
[ ! -s "$WORK/stderr" ] || fail "something on stderr"

say "a link to one is fine too"
ln -s good.cue "$WORK/link.cue"
run "$THECA" check-cue "$WORK/link.cue"
expect_status 0

say "a warning leaves it valid"
sed 's/The Band/Caf\xe9/' "$WORK/good.cue" >"$WORK/latin.cue"
run "$THECA" check-cue "$WORK/latin.cue"
expect_status 0
expect_stdout_has "$WORK/latin.cue: warning: the sheet does not say how its text is encoded; windows-1252 is a guess"
expect_stdout_has "$WORK/latin.cue: valid: 1 warning"

say "an error does not, and is told with its line"
run "$THECA" check-cue "$WORK/mended.cue"
expect_status 1
expect_stdout_has "$WORK/mended.cue:3: error: ISRC needs twelve characters"
expect_stdout_has "$WORK/mended.cue: not valid: 1 error; what it means is clear all the same"
run "$THECA" check-cue "$WORK/broken.cue"
expect_status 1
expect_stdout_has "$WORK/broken.cue:1: error: CATALOG needs a number of 13 digits"
expect_stdout_has "$WORK/broken.cue:4: error: \"00:00:75\" has 75 frames or more"
expect_stdout_has "$WORK/broken.cue: not valid: 2 errors; theca cannot read it"
[ "$(wc -l <"$WORK/stdout")" -eq 3 ] || fail "not two findings and a verdict"

# unreadable NAME WORDS: `theca rip` refuses the sheet with these words, and check-cue says so.
unreadable() {
	run "$THECA" check-cue "$WORK/$1.cue"
	expect_stdout_has "theca cannot read it: $2"
	run "$THECA" check-cue --json "$WORK/$1.cue"
	# shellcheck disable=SC2016 # jq's own dollar
	expect_json '(.readable | not) and (.refusal | startswith($words))' --arg words "$2"
}

say "a sheet that rip refuses whatever its files are is not readable, and it says why"
sed 's/"album.bin" BINARY/"album.flac" FLAC/; s/MODE1.*/AUDIO/' "$WORK/good.cue" >"$WORK/flac.cue"
unreadable flac 'line 3: album.flac is a FLAC file'
expect_status 0
sed 's/album.bin/..\/album.bin/' "$WORK/good.cue" >"$WORK/upward.cue"
unreadable upward 'line 3: ../album.bin lies outside the folder of the sheet'
grep -v FILE "$WORK/good.cue" >"$WORK/fileless.cue"
unreadable fileless 'the sheet names no FILE'
sed 's/TRACK 02/TRACK 03/' "$WORK/good.cue" >"$WORK/hole.cue"
run "$THECA" check-cue --json "$WORK/hole.cue"
expect_status 1
expect_json '(.readable | not) and .errors == 1 and .findings[0].line == 9'
run "$THECA" check-cue "$WORK/hole.cue"
expect_stdout_has "not valid: 1 error; theca cannot read it"

say "it warns of what rip takes for granted"
sed 's/00:00:00/00:02:00/; /PREGAP/d' "$WORK/good.cue" >"$WORK/head.cue"
run "$THECA" check-cue "$WORK/head.cue"
expect_status 1
expect_stdout_has "head.cue:7: error: the first INDEX of a FILE is at 00:00:00; nothing says what is before 00:02:00"
expect_stdout_has "head.cue:7: warning: album.bin has 150 sectors before its first index; they are taken for the pregap of track 1"
expect_stdout_has "theca can read it"

say "JSON has the verdict, the findings and what the sheet says"
run "$THECA" check-cue --json "$WORK/good.cue"
expect_status 0
expect_json '.valid and .readable and (has("refusal") | not) and .errors == 0 and .warnings == 0 and .findings == []'
# shellcheck disable=SC2016 # jq's own dollar
expect_json '.file == $file and .encoding == "US-ASCII" and .encoding_guessed == false' --arg file "$WORK/good.cue"
expect_json '.performer == "The Band" and .catalog == "1234567890123"'
expect_json '.files == [{"name": "album.bin", "type": "BINARY"}]'
expect_json '.tracks[0] == {"number": 1, "session": 1, "mode": "audio", "sector_size": 2352, "isrc": "ABCDE1234567",
	"pregap": 150, "title": "A Song", "indexes": [{"number": 1, "file": 0, "sector": 0}]}'
expect_json '.tracks[1].mode == "mode1" and .tracks[1].indexes[1].sector == 4650'
run "$THECA" check-cue --json "$WORK/latin.cue"
expect_status 0
expect_json '.encoding == "windows-1252" and .encoding_guessed and .performer == "Café"'
run "$THECA" check-cue --json "$WORK/broken.cue"
expect_status 1
expect_json '(.valid or .readable | not) and .errors == 2 and (has("tracks") | not)'
expect_json '.findings[1] | .line == 4 and .severity == "error" and (.message | length > 0)'

say "a sheet in UTF-16 is read"
iconv -f UTF-8 -t UTF-16 "$WORK/good.cue" >"$WORK/wide.cue"
run "$THECA" check-cue --json "$WORK/wide.cue"
expect_status 0
expect_json '.encoding == "UTF-16LE" and .encoding_guessed == false and .tracks[0].title == "A Song"'

say "what a sheet holds does not reach the terminal as it is"
printf 'TITLE "\033[31mred\342\200\256"\n\033]0;x\007\n' | cat - "$WORK/good.cue" >"$WORK/hostile.cue"
run "$THECA" check-cue "$WORK/hostile.cue"
expect_status 1
expect_no_stdout "$(printf '\033')"
expect_no_stdout "$(printf '\007')"
run "$THECA" check-cue --json "$WORK/hostile.cue"
expect_json '.errors > 0 and (tostring | test("[\u0000-\u001f\u202e]") | not)'
weird="$WORK/$(printf 'a\033[1m').cue"
cp "$WORK/good.cue" "$weird"
run "$THECA" check-cue "$weird"
expect_status 0
expect_stdout_has 'a\x1b[1m.cue: valid'

say "what is no cue sheet at all is not valid, and quickly said"
head -c 300000 /dev/urandom >"$WORK/noise.cue"
run timeout 10 "$THECA" check-cue "$WORK/noise.cue"
expect_status 1
expect_stdout_has "not valid"
: >"$WORK/empty.cue"
run "$THECA" check-cue "$WORK/empty.cue"
expect_status 1
expect_stdout_has "no TRACK"

say "a file that cannot be read is a failure that names it"
run "$THECA" check-cue "$WORK/nothing.cue"
expect_status 1
expect_stderr_has "nothing.cue"
head -c 2000000 /dev/zero >"$WORK/large.cue"
run "$THECA" check-cue "$WORK/large.cue"
expect_status 1
expect_stderr_has "large.cue"
run "$THECA" check-cue "$WORK"
expect_status 1
[ -s "$WORK/stderr" ] || fail "nothing said of a directory"

say "one file, and one only"
run "$THECA" check-cue
expect_status 2
run "$THECA" check-cue "$WORK/good.cue" "$WORK/good.cue"
expect_status 2

say "output that is lost is no success"
for option in "" --json; do
	last_command="theca check-cue $option >/dev/full"
	status=0
	# shellcheck disable=SC2086 # no option is no word
	"$THECA" check-cue $option "$WORK/good.cue" >/dev/full 2>"$WORK/stderr" || status=$?
	expect_status 1
	expect_stderr_has "could not be written"
done

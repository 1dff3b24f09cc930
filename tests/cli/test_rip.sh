# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# `theca rip` of an image: what is kept is what was there, and everything that is said about it agrees with other programs;
# carrier ids of any kind stay inside the archive; what is no disc is refused.
. tests/cli/lib.sh
. tests/cli/judges.sh
need jq ddrescuelog

archive=$WORK/archive
disc=$WORK/disc.iso
make_iso "$disc" 5
new_archive "$archive"

# rip [OPTION...]: of this archive.
rip() {
	run "$THECA" -a "$archive" rip "$@"
}

say "the image is the source, byte for byte, and stands where it is said to be"
rip --carrier SHELF/12 --title 'Field notes' --note 'label torn' --operator 'A. Keeper' --json "$disc"
expect_status 0
expect_json '.carrier == "SHELF/12" and .title == "Field notes" and .version == "v1" and .damage == []'
expect_json '.unreadable_sectors == 0 and .resumed == false and .volume_label == "LEDGER_1987"'
# shellcheck disable=SC2016 # variables of jq
expect_json '.bytes == ($size | tonumber) and .sectors * 2048 == .bytes and .digests.sha256 == $sha256' \
	--arg size "$(stat -c %s "$disc")" --arg sha256 "$(sha256sum <"$disc" | cut -d' ' -f1)"
expect_json '.digests | .crc32 and .md5 and .sha1 and .sha512'
object=$(object_directory "$archive" SHELF/12)
cmp "$disc" "$object/v1/content/SHELF%2F12.iso" || fail "the image differs"

say "sha512sum and its like agree with the inventory and with the digest beside it"
inventory_holds "$object"

say "the chunk digests are those of the image's pieces"
split -b 1048576 --filter='sha256sum | cut -d" " -f1' "$disc" >"$WORK/chunks"
grep -xE '[0-9a-f]{64}' "$(contents "$object" v1 .chunks)" | cmp - "$WORK/chunks" || fail "the chunk digests differ"

say "every sidecar is valid, for our profile and for the official schema"
sidecar=$(contents "$object" v1 .premis.xml)
premis_holds "$sidecar"
for said in 'SHELF/12' 'Field notes' 'label torn' 'A. Keeper' "$(sha256sum <"$disc" | cut -d' ' -f1)"; do
	grep -qF ">$said<" "$sidecar" || fail "the sidecar does not say: $said"
done
grep -qF '>transfer<' "$sidecar" || fail "there is no transfer event"
! grep -qiE '>(hardware|optical drive)<' "$sidecar" || fail "a drive is told of, but there was none"

say "ddrescuelog reads the map: nothing is missing"
map=$(contents "$object" v1 .map)
ddrescuelog -t "$map" >"$WORK/ddrescuelog" || fail "ddrescuelog cannot read the map"
ddrescuelog -D "$map" || fail "ddrescuelog does not find the rescue done"
grep -qE "^ *rescued: .*100" "$WORK/ddrescuelog" || fail "$(cat "$WORK/ddrescuelog")"

say "the log is for people, and names what was done"
for said in SHELF/12 'Field notes' 'label torn' 'A. Keeper' "$disc" COMPLETE LEDGER_1987; do
	grep -qF "$said" "$(contents "$object" v1 .log)" || fail "the log does not say: $said"
done

say "of the disc behind an image file no sessions and tracks are made up"
jq -e '.disc == {"profile": "unknown"}' "$(contents "$object" v1 .reads.json)" >/dev/null || fail "the read record knows too much"
run "$THECA" -a "$archive" show --json SHELF/12
expect_status 0
expect_json '.versions[0].disc | .profile == "unknown" and .sessions == [] and .tracks == []'
expect_json '.events | map(.type) | contains(["ins", "ine"])'
run "$THECA" -a "$archive" show SHELF/12
! grep -qE 'session|track' "$WORK/stdout" || fail "show knows too much"
! grep -qE 'session 1|track 1' "$(contents "$object" v1 .log)" || fail "the log knows too much"

say "an image that ends before its file system does is kept, with a warning"
head -c 131072 "$disc" >"$WORK/cut.iso"
rip --carrier CUT "$WORK/cut.iso"
expect_status 0
expect_stdout_has "WARNING"
expect_stdout_has "cut short"
cut_object=$(object_directory "$archive" CUT)
premis_holds "$(contents "$cut_object" v1 .premis.xml)"
grep -qF 'the image is cut short: 64 of the' "$(contents "$cut_object" v1 .premis.xml)" || fail "the sidecar does not tell"
grep -q '^WARNING: the image is cut short' "$(contents "$cut_object" v1 .log)" || fail "the log does not tell"
rip --carrier CUT --again --json "$WORK/cut.iso"
expect_status 0
expect_json '.cut_short and .sectors == 64 and .file_system_sectors > 64'
run "$THECA" -a "$archive" show --json CUT
expect_json '[.events[] | select(.type == "val")][0].outcome == "war"'

say "without --carrier an id is minted, another one each time"
rip --json "$disc"
expect_status 0
jq -er .carrier "$WORK/stdout" >"$WORK/minted"
rip "$disc"
expect_status 0
expect_stdout_has "every sector"
! grep -qF "$(cat "$WORK/minted")" "$WORK/stdout" || fail "an id was minted twice"
run "$THECA" -a "$archive" show "$(cat "$WORK/minted")"
expect_status 0

say "an id that is held is refused, and nothing changes"
before=$(cd "$archive/store" && find . -type f | sort | xargs -d '\n' sha256sum | sha256sum)
rip --carrier SHELF/12 "$disc"
expect_status 1
expect_stderr_has "held already"
expect_stderr_has "--again"
[ "$(cd "$archive/store" && find . -type f | sort | xargs -d '\n' sha256sum | sha256sum)" = "$before" ] ||
	fail "the store has changed"
[ -z "$(leftovers "$archive")" ] || fail "a refusal leaves $(leftovers "$archive")"

say "--again makes a second version, and the same bytes are not kept twice"
rip --carrier SHELF/12 --again --json "$disc"
expect_status 0
expect_json '.version == "v2"'
inventory_holds "$object"
premis_holds "$(contents "$object" v2 .premis.xml)"
[ -z "$(contents "$object" v2 .iso)" ] || fail "the same image lies there twice"
jq -e '.head == "v2" and ([.versions.v2.state[][]] | index("SHELF%2F12.iso"))' "$object/inventory.json" >/dev/null ||
	fail "v2 lacks the image"
cmp "$disc" "$object/v1/content/SHELF%2F12.iso" || fail "the image of v1 has changed"
run "$THECA" -a "$archive" verify SHELF/12
expect_status 0

say "--again of another disc under the same id keeps both"
make_iso "$WORK/other.iso" 3 OTHER
rip --carrier SHELF/12 --again "$WORK/other.iso"
expect_status 0
cmp "$WORK/other.iso" "$object/v3/content/SHELF%2F12.iso" || fail "the image of v3 differs"
cmp "$disc" "$object/v1/content/SHELF%2F12.iso" || fail "the image of v1 has changed"
run "$THECA" -a "$archive" verify SHELF/12
expect_status 0

say "--again of what is not held is refused"
rip --carrier NEVER --again "$disc"
expect_status 1
expect_stderr_has NEVER
expect_stderr_has "leave out --again"
[ -z "$(leftovers "$archive")" ] || fail "a refusal leaves $(leftovers "$archive")"
run "$THECA" -a "$archive" list --json
expect_json 'map(select(.carrier == "NEVER")) == []'

# refused TEXT SOURCE: is no disc; one message that names it and says TEXT, exit 1, nothing left.
refused() {
	rip --carrier REFUSED "$2"
	expect_status 1
	expect_stderr_has "$1"
	[ "$(wc -l <"$WORK/stderr")" -eq 1 ] || fail "more than one line"
	[ ! -s "$WORK/stdout" ] || fail "something on stdout"
	[ -z "$(leftovers "$archive")" ] || fail "a refusal leaves $(leftovers "$archive")"
}

say "what is no disc is refused with the reason"
: >"$WORK/empty"
mkdir "$WORK/directory"
head -c 2047 /dev/zero >"$WORK/short"
head -c 20481 /dev/zero >"$WORK/odd"
{ printf '\000\377\377\377\377\377\377\377\377\377\377\000' && head -c 2340 /dev/zero; } >"$WORK/sector"
for _ in $(seq 1024); do cat "$WORK/sector"; done >"$WORK/raw.bin"
mkfifo "$WORK/fifo"
refused "is empty" "$WORK/empty"
refused "is a directory" "$WORK/directory"
refused "2048" "$WORK/short"
refused "2048" "$WORK/odd"
refused "2352" "$WORK/raw.bin"
refused "$WORK/fifo" "$WORK/fifo"
refused "/dev/null" /dev/null
refused "/dev/zero" /dev/zero
refused "$WORK/missing" "$WORK/missing"
refused "$WORK/missing" "$WORK/missing/image.iso"
refused "/dev/sr99" /dev/sr99
run "$THECA" -a "$archive" list --json
expect_json 'map(select(.carrier == "REFUSED")) == []'

say "a link to an image is as good as the image"
ln -s disc.iso "$WORK/link.iso"
rip --carrier LINK "$WORK/link.iso"
expect_status 0

say "an image that an ordinary user may not read, an archive that he may not write"
cp "$disc" "$WORK/secret.iso"
chmod 600 "$WORK/secret.iso"
mkdir "$WORK/his"
give_user "$WORK/his"
run as_user "$THECA" init "$WORK/his/archive"
expect_status 0
[ "$(id -u)" -eq 0 ] || chmod 000 "$WORK/secret.iso"
run as_user "$THECA" -a "$WORK/his/archive" rip "$WORK/secret.iso"
expect_status 1
expect_stderr_has "secret.iso"
run as_user "$THECA" -a "$WORK/his/archive" rip --carrier HIS "$disc"
expect_status 0
if [ "$(id -u)" -eq 0 ]; then
	run as_user "$THECA" -a "$archive" rip "$disc"
	expect_status 1
	expect_stderr_has "may not write the archive"
fi

say "secrets on the command line do not go on record"
rip --carrier LINE --note 'see https://user:hunter2@example.org/x' "$disc"
expect_status 0
directory=$(object_directory "$archive" LINE)
! grep -F -e '--note' "$(contents "$directory" v1 .premis.xml)" "$(contents "$directory" v1 .log)" | grep hunter2 ||
	fail "a password is in the command line on record"

# change OFFSET: writes one byte into the source.
change() {
	printf 'y' | dd of="$WORK/large.iso" bs=1 seek="$1" conv=notrunc status=none
}

say "an image that is changed while it is read is not kept for whole"
make_image "$WORK/large.iso" 400
start "$THECA" -a "$archive" rip --carrier CHANGED --quiet "$WORK/large.iso"
wait_until 20 has_read "$pid" 20000000 || fail "it does not read"
kill -STOP "$pid"
change 40000     # read already
change 399000000 # still to be read
kill -CONT "$pid"
finish
expect_status 1
expect_stderr_has "was changed while it was read"
run "$THECA" -a "$archive" list --json
expect_json 'map(select(.carrier == "CHANGED" and .object_id)) == []'
run "$THECA" -a "$archive" verify --cached --quiet
expect_status 0

say "and when nothing writes to it any more, what is kept is what is there, not a mixture"
rip --carrier CHANGED "$WORK/large.iso"
expect_status 0
cmp "$WORK/large.iso" "$(contents "$(object_directory "$archive" CHANGED)" v1 .iso)" ||
	fail "the image that was kept is a mixture of the old one and the new one"

# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# A disc with unreadable sectors: all that can be read is kept, what cannot is zero there and nowhere else, and map, record,
# sidecar, log, summary and catalogue name exactly the same sectors. The disk under the image is a failing one (preload_faults.c).
. tests/cli/lib.sh
. tests/cli/judges.sh
need ddrescuelog
build_faults

archive=$WORK/archive
new_archive "$archive"
disc=$WORK/disc.iso
make_iso "$disc" 8
sectors=$(($(stat -c %s "$disc") / 2048))
last=$((sectors - 1))

# file ID SUFFIX: that file of the object.
file() {
	find "$(object_directory "$archive" "$1")" -path '*/content/*' -name "*$2"
}

# Three wounds: a single sector, a stretch across the borders of a cluster, part of a sector that is the disc's last.
say "a disc with wounds is kept, and the exit code says so"
run with_faults /disc.iso "$((100 * 2048)):1 $((500 * 2048)):$((40 * 2048)) $((last * 2048 + 2047)):1" \
	"$THECA" -a "$archive" rip --carrier WOUND --retries 1 "$disc"
expect_status 3
expect_stdout_has "42 of the sectors could not be read"
expect_stdout_has "100 500-539 $last"

say "the image is the source with zeros just there"
cp "$disc" "$WORK/expected.iso"
for range in "100 1" "500 40" "$last 1"; do
	dd if=/dev/zero of="$WORK/expected.iso" bs=2048 seek="${range% *}" count="${range#* }" conv=notrunc status=none
done
cmp "$WORK/expected.iso" "$(file WOUND .iso)" || fail "the image is not the source with zeros there"

say "the map names them: ddrescuelog"
printf '%s\n' 100 $(seq 500 539) "$last" >"$WORK/wounds"
ddrescuelog -b 2048 -l - "$(file WOUND .map)" >"$WORK/bad" || fail "ddrescuelog cannot read the map"
cmp "$WORK/wounds" "$WORK/bad" || fail "the map names other sectors"
! ddrescuelog -D "$(file WOUND .map)" || fail "ddrescuelog finds the rescue done"

# as_list FILTER FILE: objects with lba and a count as one sector a line.
as_list() {
	jq -r "$1 | range(.lba; .lba + (.count // .sectors))" "$2" | sort -n
}

say "so do the read record, the summary, show and the sidecar"
as_list '.ranges[] | select(.state != "read")' "$(file WOUND .reads.json)" | cmp - "$WORK/wounds" ||
	fail "reads.json names other sectors"
jq -e '[.ranges[].count] | add == $n' --argjson n "$sectors" "$(file WOUND .reads.json)" >/dev/null ||
	fail "reads.json does not cover the disc"
run "$THECA" -a "$archive" show --json WOUND
expect_status 0
as_list '.versions[0].damage[]' "$WORK/stdout" | cmp - "$WORK/wounds" || fail "show --json names other sectors"
expect_json '.versions[0].disc.bad_sectors == 42'
expect_json '.events | map(select(.type == "tra"))[0].outcome == "war"'
run "$THECA" -a "$archive" show WOUND
expect_stdout_has "42, at LBA 100 500-539 $last"
run "$THECA" -a "$archive" list
expect_stdout_has "partly read"
run "$THECA" -a "$archive" list --json
expect_json '.[0].bad_sectors == 42'
sidecar=$(file WOUND .premis.xml)
premis_holds "$sidecar"
grep -qF 'eventOutcome/war' "$sidecar" || fail "the sidecar's event has no outcome war"
for range in "100 1" "500 40" "$last 1"; do
	grep -qF "lba=\"${range% *}\" count=\"${range#* }\"" "$sidecar" || fail "the sidecar does not name $range"
	grep -qE "^ *${range% *} +${range#* }\$" "$(file WOUND .log)" || fail "the log does not name $range"
done

say "the summary in JSON names them too"
run with_faults /disc.iso "$((100 * 2048)):1 $((500 * 2048)):$((40 * 2048)) $((last * 2048 + 2047)):1" \
	"$THECA" -a "$archive" rip --carrier JSON --retries 0 --json "$disc"
expect_status 3
as_list '.damage[]' "$WORK/stdout" | cmp - "$WORK/wounds" || fail "the summary names other sectors"
expect_json '.unreadable_sectors == 42'

say "an object that holds a damaged disc is itself whole"
run "$THECA" -a "$archive" verify
expect_status 0
inventory_holds "$(object_directory "$archive" WOUND)"

say "read again when the sectors come: a second version without damage, the first is kept"
run "$THECA" -a "$archive" rip --carrier WOUND --again "$disc"
expect_status 0
directory=$(object_directory "$archive" WOUND)
cmp "$disc" "$directory/v2/content/WOUND.iso" || fail "v2 is not the source"
cmp "$WORK/expected.iso" "$directory/v1/content/WOUND.iso" || fail "v1 has changed"
run "$THECA" -a "$archive" list --json
expect_json 'map(select(.carrier == "WOUND"))[0].bad_sectors == 0'

say "errors that pass leave a perfect image"
rm -f "$WORK/fault-counts"
run with_faults /disc.iso "$((100 * 2048)):1:3 $((500 * 2048)):2048:4 0:2048:2" \
	"$THECA" -a "$archive" rip --carrier PASSES --retries 5 "$disc"
expect_status 0
expect_stdout_has "every sector"
cmp "$disc" "$(file PASSES .iso)" || fail "the image is not the source"
ddrescuelog -D "$(file PASSES .map)" || fail "ddrescuelog does not find the rescue done"
# what was hashed while reading out of order is what was written
run "$THECA" -a "$archive" verify PASSES
expect_status 0
jq -e '[.ranges[] | select(.attempts > 1)] != []' "$(file PASSES .reads.json)" >/dev/null ||
	fail "reads.json does not tell that sectors took more than one read"

say "--retries 0 tries no more than it must"
rm -f "$WORK/fault-counts"
run with_faults /disc.iso "$((100 * 2048)):1:1000000" \
	"$THECA" -a "$archive" rip --carrier HASTE --retries 0 "$disc"
expect_status 3
[ "$(od -An -tu8 -N8 "$WORK/fault-counts")" -le 4 ] || fail "the sector was read$(od -An -tu8 -N8 "$WORK/fault-counts") times"

say "a disc of which nothing can be read is kept as what it is"
head -c 262144 "$disc" >"$WORK/dead.iso"
run with_faults /dead.iso 0:262144 "$THECA" -a "$archive" rip --carrier DEAD --retries 0 "$WORK/dead.iso"
expect_status 3
expect_stdout_has "128 of the sectors could not be read"
head -c 262144 /dev/zero | cmp - "$(file DEAD .iso)" || fail "the image is not zero"
run "$THECA" -a "$archive" verify DEAD
expect_status 0

say "a stored file that cannot be read any more is unreadable, not a mismatch"
run with_faults /v1/content/JSON.iso "$((700 * 2048)):2048" "$THECA" -a "$archive" verify --json --cached JSON
expect_status 3
expect_json '.objects[0].files | map(select(.path == "v1/content/JSON.iso"))[0].verdict == "unreadable"'
expect_json '.objects[0].files | map(select(.path != "v1/content/JSON.iso" and .verdict != "ok")) == []'
run with_faults /v1/content/JSON.iso "$((700 * 2048)):2048" "$THECA" -a "$archive" verify --cached JSON
expect_status 3
expect_stdout_has "JSON.iso: unreadable in sectors 700"
expect_no_stdout "mismatch"

say "so is one whose beginning is gone, from the medium"
run with_faults /v1/content/JSON.iso 0:1 "$THECA" -a "$archive" verify JSON
expect_status 3
expect_stdout_has "JSON.iso: unreadable in sectors 0"

say "with a flipped bit elsewhere it is both"
printf 'x' | dd of="$(file JSON .iso)" bs=1 seek=$((3000 * 2048)) conv=notrunc status=none
run with_faults /v1/content/JSON.iso "$((700 * 2048)):2048" "$THECA" -a "$archive" verify --cached JSON
expect_status 3
expect_stdout_has "mismatch in sectors 2560-3071"
expect_stdout_has "unreadable in sectors 700"

# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# `theca verify` finds every change to what is stored, says which file and where, puts it on record, and tells damage from a
# store that is not there.
. tests/cli/lib.sh
need jq sqlite3 sha512sum

pristine=$WORK/pristine
archive=$WORK/archive
make_iso "$WORK/one.iso" 4
make_iso "$WORK/two.iso" 1 TWO
new_archive "$pristine"
run "$THECA" -a "$pristine" rip --carrier ONE "$WORK/one.iso"
expect_status 0
run "$THECA" -a "$pristine" rip --carrier TWO "$WORK/two.iso"
expect_status 0
one=$(object_directory "$pristine" ONE)
one=$archive${one#"$pristine"}
two=$(object_directory "$pristine" TWO)
two=$archive${two#"$pristine"}
image=$one/v1/content/ONE.iso

# fresh: the archive as it was before anything happened to it.
fresh() {
	say "$*"
	rm -rf "$archive"
	cp -a "$pristine" "$archive"
}

verify() {
	run "$THECA" -a "$archive" verify "$@"
}

# found STATUS FILE VERDICT: verify and verify --json agree that FILE is that, and that the other disc is whole.
found() {
	verify
	expect_status "$1"
	expect_stdout_has "DAMAGED  ONE"
	expect_stdout_has "ok       TWO"
	expect_stdout_has "1 ok, 1 damaged"
	verify --json
	expect_status "$1"
	expect_json '.ok == 1 and .damaged == 1 and .not_checked == 0 and .recorded == true'
	# shellcheck disable=SC2016 # variables of jq
	expect_json '.objects | map(select(.carrier == "ONE"))[0].files | map(select(.path == $file))[0].verdict == $verdict' \
		--arg file "$2" --arg verdict "$3"
	verify TWO
	expect_status 0
	verify ONE
	expect_status "$1"
}

fresh "what is whole is found whole, and that goes on record"
verify
expect_status 0
expect_stdout_has "2 ok, 0 damaged"
expect_no_stdout "W0"
verify --json --operator 'A. Keeper' ONE
expect_status 0
expect_json '.ok == 1 and (.objects | length) == 1 and .objects[0].outcome == "suc"'
expect_json '[.objects[0].problems[] | select(.severity != "warning")] == []'
expect_json '[.objects[0].files[] | select(.path | startswith("v1/content/"))] | length == 6'
expect_json '[.objects[0].files[] | .medium] | unique | . == ["direct"] or . == ["dropped"]'
expect_json '.objects[0].files | map(select(.path == "v1/content/ONE.iso"))[0].digests | length == 5'
tail -n 1 "$one"/logs/*.jsonl | jq -e '.event == "fix" and .outcome == "suc" and ([.agents[].name] | index("A. Keeper"))' \
	>/dev/null || fail "the check is not in the object's log"
[ "$(sqlite3 "$archive/catalog.db" "SELECT count(*) FROM events JOIN objects ON object_id = objects.id
	WHERE type = 'fix' AND directory = '${one#"$archive/store/"}'")" -eq 2 ] || fail "the checks are not in the catalogue"
run "$THECA" -a "$archive" list --json
expect_json 'map(select(.last_outcome == "suc")) | length == 2'

say "--cached is on record"
verify --cached --json ONE
expect_status 0
expect_json '[.objects[0].files[] | .medium] | unique == ["cached"]'
tail -n 1 "$one"/logs/*.jsonl | grep -qF cached || fail "the log does not say that the cache was allowed"
verify --cached ONE
expect_stdout_has "perhaps from memory"

fresh "one flipped bit is found, with the sectors of its chunk"
byte=$(dd if="$image" bs=1 skip=$((1000 * 2048 + 77)) count=1 status=none | od -An -tu1)
# shellcheck disable=SC2059 # the format is the byte
printf "\\$(printf %o $((byte ^ 4)))" | dd of="$image" bs=1 seek=$((1000 * 2048 + 77)) conv=notrunc status=none
found 3 v1/content/ONE.iso mismatch
verify
expect_stdout_has "ONE.iso: mismatch in sectors 512-1023"
verify --json
expect_json '.objects | map(select(.carrier == "ONE"))[0] | .outcome == "fai"'
tail -n 1 "$one"/logs/*.jsonl | jq -e '.event == "fix" and .outcome == "fai" and (.result.files[0].path == "v1/content/ONE.iso")' \
	>/dev/null || fail "the damage is not in the object's log"
run "$THECA" -a "$archive" list
expect_stdout_has "DAMAGED"
run "$THECA" -a "$archive" list --json
expect_json 'map(select(.carrier == "ONE"))[0].last_outcome == "fai"'
run "$THECA" -a "$archive" show ONE
expect_stdout_has "DAMAGED"
expect_stdout_has "512-1023"

say "the outcome is still there when the catalogue was made anew"
run "$THECA" -a "$archive" reindex
run "$THECA" -a "$archive" list --json
expect_json 'map(select(.carrier == "ONE"))[0].last_outcome == "fai"'

fresh "the first and the last bit too"
printf '\377' | dd of="$image" bs=1 seek=0 conv=notrunc status=none
size=$(stat -c %s "$image")
printf '\377' | dd of="$image" bs=1 seek=$((size - 1)) conv=notrunc status=none
found 3 v1/content/ONE.iso mismatch
verify ONE
expect_stdout_has "sectors 0-511, "
expect_stdout_has "-$((size / 2048 - 1))"

fresh "a file cut short"
truncate -s -2048 "$image"
found 3 v1/content/ONE.iso mismatch
verify ONE
expect_stdout_has "truncated"
truncate -s 0 "$image"
found 3 v1/content/ONE.iso mismatch

fresh "a file made longer"
echo more >>"$image"
found 3 v1/content/ONE.iso mismatch
verify ONE
expect_stdout_has "longer"

fresh "a file that is not there"
rm "$image"
found 3 v1/content/ONE.iso missing

fresh "a file that nobody recorded"
echo guest >"$one/v1/content/guest.txt"
found 3 v1/content/guest.txt extra
rm "$one/v1/content/guest.txt"
echo guest >"$one/guest.txt"
verify ONE
expect_status 3
expect_stdout_has "guest.txt"

fresh "a file that is a link, a directory, a FIFO: told, and nothing hangs"
mv "$image" "$WORK/away.iso"
ln -s "$WORK/away.iso" "$image"
found 3 v1/content/ONE.iso unreadable
rm "$image"
mkdir "$image"
verify ONE
expect_status 3
rmdir "$image"
mkfifo "$image"
run timeout 30 "$THECA" -a "$archive" verify ONE
expect_status 3
rm "$WORK/away.iso"

fresh "a whole object that is not there"
mv "$one" "$WORK/gone"
verify
expect_status 3
expect_stdout_has "1 ok, 1 damaged"
expect_stdout_has "missing"
verify --json
expect_status 3
expect_json '.objects | map(select(.verdict == "missing" and .carrier == "ONE")) | length == 1'
expect_json '.recorded == true'

# listed ID STATE OUTCOME: what `list` and `show` say of a disc.
listed() {
	run "$THECA" -a "$archive" list
	expect_status 0
	grep -E "^$1 .* $2 " "$WORK/stdout" >/dev/null || fail "$1 is not \"$2\" in the list"
	run "$THECA" -a "$archive" list --json
	# shellcheck disable=SC2016 # variables of jq
	expect_json 'map(select(.carrier == $id))[0] | .state == $state and .last_outcome == $outcome' \
		--arg id "$1" --arg state "$2" --arg outcome "$3"
	run "$THECA" -a "$archive" show "$1"
	expect_status 0
}

say "that goes on record: in the register, since its log is gone too, and in the catalogue"
tail -n 1 "$archive"/register/*.jsonl | jq -e '.type == "finding" and .verdict == "missing" and .outcome == "fai" and
	(.object | startswith("urn:uuid:")) and .detail != null and (.agents[0].name | startswith("Theca"))' >/dev/null ||
	fail "the register does not tell it"
listed ONE DAMAGED fai
expect_stdout_has "the whole object is missing"
listed TWO ok suc

say "and stays so when the catalogue was made anew, or was lost"
for way in anew lost; do
	[ "$way" = anew ] || rm "$archive"/catalog.db*
	run "$THECA" -a "$archive" reindex
	expect_status 0
	listed ONE DAMAGED fai
	listed TWO ok suc
	verify ONE
	expect_status 3
	expect_stdout_has "DAMAGED  ONE: the whole object is missing"
done

say "until the object is back and a check of it says that all is well"
mv "$WORK/gone" "$one"
run "$THECA" -a "$archive" reindex
expect_status 0
listed ONE DAMAGED fai
verify
expect_status 0
listed ONE ok suc
tail -n 1 "$archive"/register/*.jsonl | jq -e '.verdict == "found"' >/dev/null || fail "the register does not tell the end"
run "$THECA" -a "$archive" reindex
listed ONE ok suc

fresh "a whole object without a good inventory is broken, and that too goes on record"
rm "$one"/inventory.json* "$one"/v1/inventory.json*
verify
expect_status 3
expect_stdout_has "DAMAGED  ONE: the whole object is broken"
listed ONE DAMAGED fai
run "$THECA" -a "$archive" reindex
expect_status 3
listed ONE DAMAGED fai

say "also when reindex is the first to meet it"
rm -rf "$archive"
cp -a "$pristine" "$archive"
rm "$one"/inventory.json* "$one"/v1/inventory.json*
run "$THECA" -a "$archive" reindex
expect_status 3
expect_stdout_has "1 object could not be read"
run "$THECA" -a "$archive" list
expect_stdout_has "DAMAGED"
verify
expect_status 3
run "$THECA" -a "$archive" list --json
expect_json 'map(select(.state == "DAMAGED" and (.object_id | startswith("urn:uuid:")))) | length == 1'

fresh "what the catalogue says of a place outside the store is not believed, and nothing is written there"
cp -a "$one" "$WORK/outobj"
find "$WORK/outobj" -type f -exec sha512sum {} + | sort >"$WORK/sums"
sqlite3 "$archive/catalog.db" "UPDATE objects SET directory = '../../outobj' WHERE directory = '${one#"$archive/store/"}'"
for ids in ONE ''; do
	# shellcheck disable=SC2086 # none or one
	verify $ids
	expect_status 3
	expect_stdout_has "outside the store"
	expect_stdout_has "theca reindex"
done
find "$WORK/outobj" -type f -exec sha512sum {} + | sort | cmp - "$WORK/sums" || fail "something was written"
say "nor of one in which another object lies"
sqlite3 "$archive/catalog.db" "UPDATE objects SET directory = '${two#"$archive/store/"}'"
lines=$(cat "$two"/logs/*.jsonl | wc -l)
verify ONE
expect_status 3
expect_stdout_has "lies another object"
[ "$(cat "$two"/logs/*.jsonl | wc -l)" -eq "$lines" ] || fail "the check of one is in the log of the other"
rm -rf "$WORK/outobj"

fresh "a catalogue by somebody else puts nothing on the terminal that it would obey"
escape=$(printf '\033]0;owned\007')
sqlite3 "$archive/catalog.db" "UPDATE events SET time = '$escape', outcome = '$escape' WHERE log_line IS NOT NULL;
	UPDATE files SET role = '$escape'; UPDATE digests SET digest = '$escape'; UPDATE versions SET name = name, file_system = '$escape';
	UPDATE objects SET directory = '$escape' WHERE directory = '${one#"$archive/store/"}'"
sqlite3 "$archive/catalog.db" "UPDATE events SET type = '$escape' WHERE log_line IS NULL"
for command in list "list --csv" "show ONE" "show TWO" verify; do
	# shellcheck disable=SC2086 # the words of a call
	run "$THECA" -a "$archive" $command
	! grep -q "$(printf '\033')" "$WORK/stdout" "$WORK/stderr" || fail "an escape reaches the terminal"
done

fresh "a check is of the version that was checked: a newer one is not checked yet"
verify
expect_status 0
run "$THECA" -a "$archive" rip --carrier ONE --again --quiet "$WORK/one.iso"
expect_status 0
listed ONE "not checked" suc
expect_stdout_has "v1 only"
run "$THECA" -a "$archive" reindex
listed ONE "not checked" suc
verify
expect_status 0
listed ONE ok suc
expect_no_stdout "v1 only"
say "but damage that was found stays until the newest version is found well"
cp -a "$one/v1/content/ONE.log" "$WORK/log"
echo more >>"$one/v1/content/ONE.log"
verify ONE
expect_status 3
cp -a "$WORK/log" "$one/v1/content/ONE.log"
run "$THECA" -a "$archive" rip --carrier ONE --again --quiet "$WORK/one.iso"
expect_status 0
listed ONE DAMAGED fai
verify ONE
expect_status 0
listed ONE ok suc

fresh "a whole object that nobody knows of"
rm "$archive/catalog.db"*
run "$THECA" -a "$archive" reindex
sqlite3 "$archive/catalog.db" 'PRAGMA foreign_keys = ON; DELETE FROM objects WHERE rowid IS NULL OR 1' 2>/dev/null ||
	sqlite3 "$archive/catalog.db" 'PRAGMA foreign_keys = ON; DELETE FROM objects'
verify
expect_status 0
expect_stdout_has "2 ok, 0 damaged"
expect_stderr_has "theca reindex"

fresh "an inventory that was tampered with"
sed -i 's/LEDGER/LEDGES/; s/Theca/Thexa/' "$one/inventory.json"
verify
expect_status 3
expect_stdout_has "ONE"
expect_stdout_has "inventory.json"
expect_stdout_has "1 ok, 1 damaged"

fresh "one that was tampered with by somebody who knows about its digest"
sed -i 's/Theca/Thexa/' "$one/inventory.json"
echo "$(sha512sum <"$one/inventory.json" | cut -d' ' -f1) inventory.json" >"$one/inventory.json.sha512"
verify
expect_status 3
expect_stdout_has "1 ok, 1 damaged"

fresh "an inventory that is empty, not there, not JSON"
for way in empty gone garbage; do
	rm -rf "$archive"
	cp -a "$pristine" "$archive"
	case $way in
	empty) : >"$one/inventory.json" ;;
	gone) rm "$one/inventory.json" ;;
	garbage) head -c 5000 /dev/urandom >"$one/inventory.json" ;;
	esac
	verify
	expect_status 3
	expect_stdout_has "inventory.json"
	expect_stdout_has "1 ok, 1 damaged"
done

fresh "a sidecar that was tampered with"
sed -i 's/premis:event>/premis:evant>/' "$one/v1/content/ONE.premis.xml"
found 3 v1/content/ONE.premis.xml mismatch

fresh "two files that were swapped"
mv "$one/v1/content/ONE.map" "$WORK/map"
mv "$one/v1/content/ONE.log" "$one/v1/content/ONE.map"
mv "$WORK/map" "$one/v1/content/ONE.log"
found 3 v1/content/ONE.map mismatch
found 3 v1/content/ONE.log mismatch

fresh "two images that were swapped"
mv "$image" "$WORK/image"
mv "$two/v1/content/TWO.iso" "$image"
mv "$WORK/image" "$two/v1/content/TWO.iso"
verify
expect_status 3
expect_stdout_has "0 ok, 2 damaged"

fresh "two whole objects that were swapped"
mv "$one" "$WORK/object"
mv "$two" "$one"
mv "$WORK/object" "$two"
verify
expect_status 3
expect_stdout_has "0 ok, 2 damaged"

fresh "an object in whose place lies a copy of another: that one disc is lost is not overlooked"
rm -rf "$one"
cp -a "$two" "$one"
verify
expect_status 3
expect_stdout_has "1 ok, 1 damaged"

fresh "a log whose past was rewritten"
verify ONE
sed -i '1s/"outcome":"suc"/"outcome":"fai"/' "$one"/logs/*.jsonl
verify ONE
expect_status 3
expect_stdout_has "log"

fresh "a file that may not be read is unreadable"
if [ "$(id -u)" -eq 0 ]; then
	give_user "$archive"
	chmod 000 "$image"
	chown 0 "$image"
	run as_user "$THECA" -a "$archive" verify ONE
	expect_status 3
	expect_stdout_has "ONE.iso: unreadable"
fi

fresh "a store that is not there: exit 4 and one message"
mv "$archive/store" "$archive/away"
verify
expect_status 4
[ "$(wc -l <"$WORK/stderr")" -eq 1 ] || fail "more than one message"
[ ! -s "$WORK/stdout" ] || fail "something on stdout"
expect_stderr_has "$archive/store"
for command in list "show ONE" reindex "rip $WORK/one.iso"; do
	# shellcheck disable=SC2086 # the words of a call
	run "$THECA" -a "$archive" $command
	expect_status 4
done
mkdir "$archive/store" # the mount point without its disk
verify
expect_status 4
[ "$(wc -l <"$WORK/stderr")" -eq 1 ] || fail "more than one message"

say "an archive that is not there, for every command"
for command in verify list "show ONE" reindex "rip $WORK/one.iso"; do
	# shellcheck disable=SC2086 # the words of a call
	run "$THECA" -a "$WORK/nowhere" $command
	expect_status 4
	expect_stderr_has "$WORK/nowhere"
done

fresh "a store that goes away in the middle: damage that was found outranks it"
make_image "$WORK/large.iso" 300
run "$THECA" -a "$archive" rip --carrier ZZZ --quiet "$WORK/large.iso"
expect_status 0
zzz=$(object_directory "$archive" ZZZ)
# whichever comes first in the store is damaged, and read before the large one if the large one comes last
for object in "$one" "$two"; do
	echo more >>"$(find "$object" -name '*.iso')"
done
start "$THECA" -a "$archive" verify --quiet
stopped=no
for _ in $(seq 2000); do
	if find "/proc/$pid/fd" -lname "$zzz/*.iso" 2>/dev/null | grep -q .; then
		kill -STOP "$pid"
		mv "$archive/store" "$archive/away"
		kill -CONT "$pid"
		stopped=yes
		break
	fi
	kill -0 "$pid" 2>/dev/null || break
done
finish
if [ "$stopped" = yes ] && grep -q DAMAGED "$WORK/stdout"; then
	expect_status 3
elif [ "$stopped" = yes ]; then
	expect_status 4
fi
[ "$(grep -c 'cannot be reached' "$WORK/stderr")" -le 1 ] || fail "more than one message"
[ ! -d "$archive/away" ] || mv "$archive/away" "$archive/store"

fresh "a user who may only read can check, and is told that nothing is recorded"
if [ "$(id -u)" -eq 0 ]; then
	before=$(cd "$archive" && find . -type f | sort | xargs -d '\n' sha512sum)
	run as_user "$THECA" -a "$archive" verify
	expect_status 0
	expect_stdout_has "2 ok, 0 damaged"
	expect_stderr_has "not be recorded"
	run as_user "$THECA" -a "$archive" verify --json ONE
	expect_status 0
	expect_json '.recorded == false'
	echo more >>"$image"
	run as_user "$THECA" -a "$archive" verify
	expect_status 3
	truncate -s -5 "$image"
	[ "$(cd "$archive" && find . -type f | sort | xargs -d '\n' sha512sum)" = "$before" ] || fail "something was written"
fi

fresh "an id that is not there is an error, not a clean bill"
verify NOBODY
expect_status 1
expect_stderr_has NOBODY
[ ! -s "$WORK/stdout" ] || fail "something on stdout"
verify ONE NOBODY
expect_status 1

# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# The catalogue finds and lists; it is an index that can be lost, and nothing is done to one that is not ours.
. tests/cli/lib.sh
need jq sqlite3 python3

archive=$WORK/archive
make_iso "$WORK/disc.iso" 1
new_archive "$archive"

theca() {
	run "$THECA" -a "$archive" "$@"
}

say "an empty archive lists nothing, in every form"
theca list
expect_status 0
expect_stdout_has "no disc yet"
theca list --json
expect_json '. == []'
theca list --csv
[ "$(wc -l <"$WORK/stdout")" -eq 1 ] || fail "not just a header"
theca show NOTHING
expect_status 1
expect_stderr_has "theca list"

formula='=HYPERLINK("http://x";"y")'
for id in ALPHA-1 ALPHA-2 ALPHA-10 BETA "$formula" '+49' '@cmd' 'comma, "quote"' "$(printf 'two\nlines')" \
	"$(printf 'latin\351')" "'quoted"; do
	theca rip --carrier "$id" --title "$id" "$WORK/disc.iso"
	expect_status 0
done

say "CSV: no cell is a formula, and every id comes back"
theca list --csv
expect_status 0
python3 - "$WORK/stdout" <<'PYTHON' || fail "the CSV is not what a spreadsheet should get"
import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8"), strict=True))
assert len(rows) == 12, len(rows)
assert all(len(row) == len(rows[0]) for row in rows), "ragged"
for row in rows[1:]:
    for cell in row:
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")), cell
ids = {row[0] for row in rows[1:]}
for wanted in ("ALPHA-1", "'=HYPERLINK(\"http://x\";\"y\")", "'+49", "'@cmd", 'comma, "quote"', "two\nlines"):
    assert wanted in ids, wanted
PYTHON

say "the list for people: a line a disc, nothing that a terminal would obey"
theca list
expect_status 0
[ "$(wc -l <"$WORK/stdout")" -eq 12 ] || fail "not a line for each disc"
expect_stdout_has 'two\x0alines'
expect_stdout_has 'latin\xe9'

say "an id, an object's id, an unambiguous beginning of either"
theca show --json ALPHA-1
expect_status 0
expect_json '.carrier.id == "ALPHA-1"'
object=$(jq -r .object.id "$WORK/stdout")
for id in "$object" "$(echo "$object" | cut -c1-30)" BET; do
	theca show --json "$id"
	expect_status 0
done
expect_json '.carrier.id == "BETA"'
theca show --json "$object"
expect_json '.carrier.id == "ALPHA-1"'

say "one that fits several names them"
for id in ALPHA ALPHA- urn:uuid:; do
	theca show "$id"
	expect_status 2
	expect_stderr_has "fits"
done
theca show ALPHA
expect_stderr_has "ALPHA-10"
theca verify ALPHA
expect_status 2
theca show ''
expect_status 2
theca show 'ALPHA%'
expect_status 1
theca show 'ALPHA_1'
expect_status 1
theca show 'ALPHA*'
expect_status 1

# what_it_says: all that the catalogue tells, in one file.
what_it_says() {
	theca list --json
	expect_status 0
	cp "$WORK/stdout" "$WORK/listed"
	cp "$WORK/listed" "$1"
	for id in $(jq -r '.[].object_id' "$WORK/listed"); do
		"$THECA" -a "$archive" show --json "$id" >>"$1" || fail "show $id fails"
	done
}
theca verify --quiet
theca rip --carrier BETA --again --operator 'A. Keeper' "$WORK/disc.iso"
expect_status 0
what_it_says "$WORK/before"

say "a catalogue that is gone: reindex is named, and gives the same again"
rm "$archive"/catalog.db*
for command in list "show BETA" "rip --carrier NEW $WORK/disc.iso" "verify BETA"; do
	# shellcheck disable=SC2086 # the words of a call
	# shellcheck disable=SC2086 # the words of a call
	theca $command
	expect_status 1
	expect_stderr_has "theca reindex"
done
[ -z "$(leftovers "$archive")" ] || fail "leftovers: $(leftovers "$archive")"
theca verify --quiet
case $status in
0 | 1) ;;
*) fail "exit status $status, though every disc is well" ;;
esac
expect_stdout_has "11 ok, 0 damaged"
expect_stderr_has "theca reindex"
[ "$(wc -l <"$WORK/stderr")" -le 3 ] || fail "the same is said of every disc"
[ "$(cat "$archive"/store/*/*/*/*/logs/*.jsonl | jq -r 'select(.event == "fix") | .outcome' | wc -l)" -eq 22 ] ||
	fail "the check is not in the logs"
theca reindex --json
expect_status 0
expect_json '.carriers == 11 and .objects == 11 and .skipped == 0 and .problems == []'
theca list
expect_status 0

say "what was checked meanwhile is in it, the rest is as it was"
what_it_says "$WORK/after"
# the check without a catalogue is one more event; without it all must be equal
cp "$WORK/after" "$WORK/before"
theca reindex
expect_status 0
what_it_says "$WORK/after"
cmp "$WORK/before" "$WORK/after" || fail "reindex changes what the catalogue says"
rm "$archive"/catalog.db*
theca reindex
what_it_says "$WORK/after"
cmp "$WORK/before" "$WORK/after" || fail "a catalogue made anew says something else"

say "a catalogue of a later Theca is refused and stays as it is"
version=$(sqlite3 "$archive/catalog.db" 'PRAGMA user_version')
sqlite3 "$archive/catalog.db" "PRAGMA user_version = $((version + 1)); PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
sha512sum "$archive/catalog.db" >"$WORK/sum"
for command in list "show BETA" "rip --carrier NEW $WORK/disc.iso" reindex; do
	# shellcheck disable=SC2086 # the words of a call
	# shellcheck disable=SC2086 # the words of a call
	theca $command
	expect_status 1
	sha512sum -c --quiet "$WORK/sum" || fail "it was changed by $command"
done
expect_stderr_has "later"

say "so is the database of another program"
rm "$archive"/catalog.db*
sqlite3 "$archive/catalog.db" 'CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES (1)'
sha512sum "$archive/catalog.db" >"$WORK/sum"
for command in list "rip --carrier NEW $WORK/disc.iso" reindex; do
	# shellcheck disable=SC2086 # the words of a call
	# shellcheck disable=SC2086 # the words of a call
	theca $command
	expect_status 1
	sha512sum -c --quiet "$WORK/sum" || fail "it was changed by $command"
done

say "a broken one, an empty one, one of garbage: reindex is named and helps"
for way in garbage empty torn; do
	rm "$archive"/catalog.db*
	theca reindex
	expect_status 0
	case $way in
	garbage) head -c 100000 /dev/urandom >"$archive/catalog.db" ;;
	empty) : >"$archive/catalog.db" ;;
	torn) truncate -s 20000 "$archive/catalog.db" ;;
	esac
	rm -f "$archive"/catalog.db-wal "$archive"/catalog.db-shm
	theca list
	expect_status 1
	expect_stderr_has "theca reindex"
	rm -f "$archive/catalog.db"
	theca reindex
	expect_status 0
	what_it_says "$WORK/after"
	cmp "$WORK/before" "$WORK/after" || fail "it says something else after it was $way"
done

say "reindex puts itself in the place of a broken one without help"
head -c 100000 /dev/urandom >"$archive/catalog.db"
theca reindex
expect_status 0
expect_stderr_has "catalog.db.damaged"
kept=$(sha512sum <"$archive/catalog.db.damaged")
head -c 1000 /dev/urandom >"$archive/catalog.db"
theca reindex
expect_status 0
expect_stderr_has "catalog.db.damaged-2"
[ "$(sha512sum <"$archive/catalog.db.damaged")" = "$kept" ] || fail "what was kept first is gone"
what_it_says "$WORK/after"
cmp "$WORK/before" "$WORK/after" || fail "it says something else after it was set aside"
rm "$archive"/catalog.db.damaged*

say "an object that cannot be read is told, the others are indexed"
directory=$(object_directory "$archive" ALPHA-2)
cp -a "$directory" "$WORK/kept"
rm "$directory"/inventory.json* "$directory"/v1/inventory.json*
theca reindex
expect_status 3
expect_stdout_has "1 object could not be read"
theca list --json
expect_json 'map(select(.version)) | length == 10'
expect_json 'map(select(.state == "DAMAGED")) | length == 1'
rm -rf "$directory"
mv "$WORK/kept" "$directory"
theca reindex
expect_status 0

if [ "$(id -u)" -eq 0 ]; then
	say "a user who may only read can list and show, and changes nothing"
	what_it_says "$WORK/before"
	find "$archive" -type f -exec sha512sum {} + | sort >"$WORK/sums"
	run as_user "$THECA" -a "$archive" list --json
	expect_status 0
	expect_json 'length == 11'
	run as_user "$THECA" -a "$archive" show BETA
	expect_status 0
	expect_stdout_has "version v2"
	run as_user "$THECA" -a "$archive" reindex
	expect_status 1
	expect_stderr_has "may not write"
	find "$archive" -type f -exec sha512sum {} + | sort | cmp - "$WORK/sums" || fail "something was written"

	say "also while somebody writes"
	sqlite3 "$archive/catalog.db" 'UPDATE objects SET head = head; BEGIN IMMEDIATE;' '.shell sleep 2' 'ROLLBACK;' >/dev/null &
	sleep 0.5
	run as_user timeout 20 "$THECA" -a "$archive" list --json
	expect_status 0
	expect_json 'length == 11'
	wait
fi

say "a catalogue elsewhere"
mkdir "$WORK/local"
sed -i "s|^#catalogue.*|catalogue = $WORK/local/index.db|" "$archive/theca.ini"
theca reindex
expect_status 0
[ -f "$WORK/local/index.db" ] || fail "it is not there"
theca list --json
expect_json 'length == 11'

say "what lies there and is not Theca's is left alone"
rm "$WORK"/local/*
echo 'my notes' >"$WORK/local/index.db"
echo 'more notes' >"$WORK/local/index.db.new"
for command in reindex list "show BETA" verify; do
	# shellcheck disable=SC2086 # the words of a call
	theca $command
	[ "$(cat "$WORK/local/index.db" "$WORK/local/index.db.new")" = "$(printf 'my notes\nmore notes')" ] ||
		fail "$command changed what is not ours"
done
theca reindex
expect_status 1
expect_stderr_has "left alone"
[ ! -e "$WORK/local/index.db.damaged" ] || fail "it was set aside"
rm "$WORK/local/index.db"
theca reindex
expect_status 1
expect_stderr_has "index.db.new"
rm "$WORK/local/index.db.new"
theca reindex
expect_status 0

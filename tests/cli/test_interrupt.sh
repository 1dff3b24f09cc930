# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Whatever happens to a rip: nothing half-made is taken for whole, what was read is not lost, the next command goes on or
# finishes, and in the end nothing is left over.
. tests/cli/lib.sh
need jq

archive=$WORK/archive
new_archive "$archive"
large=$WORK/large.iso
make_image "$large" 300

theca() {
	run "$THECA" -a "$archive" "$@"
}

# whole CARRIER...: just these are listed, as whole objects, and verify finds them well.
whole() {
	theca list --json
	expect_status 0
	# shellcheck disable=SC2016 # a variable of jq
	expect_json '[.[] | select(.object_id) | .carrier] | sort == ($wanted | split(" ") | sort | map(select(. != "")))' \
		--arg wanted "$*"
	expect_json '[.[] | select(.object_id) | .problems] | add // 0 | . == 0'
	theca verify --cached --quiet
	expect_status 0
	expect_stdout_has "$# ok, 0 damaged"
	expect_no_stderr "not in the catalogue"
}

# clean: nothing is left of any rip, and nothing in the store belongs to no object.
clean() {
	[ -z "$(leftovers "$archive")" ] || fail "left over in work/: $(leftovers "$archive")"
	[ "$(find "$archive/store" -name '0=ocfl_object_1.1' | wc -l)" -eq "$1" ] || fail "not $1 objects in the store"
	[ -z "$(find "$archive" -name '*.tmp')" ] || fail "left over: $(find "$archive" -name '*.tmp')"
	[ -z "$(find "$archive/store" -mindepth 1 -type d -empty)" ] ||
		fail "empty directories: $(find "$archive/store" -mindepth 1 -type d -empty)"
}

# image_of CARRIER: is the source.
image_of() {
	cmp "$large" "$(find "$(object_directory "$archive" "$1")/v1" -name '*.iso')" || fail "the image of $1 differs"
}

# begin CARRIER BYTES: a rip that has read about that much.
begin() {
	start "$THECA" -a "$archive" rip --quiet --carrier "$1" "$large"
	wait_until 30 has_read "$pid" "$2" || fail "it does not read"
}

say "Ctrl-C: it says what was kept and how to go on"
begin INT 60000000
kill -INT "$pid"
finish
expect_status 1
expect_stderr_has "stopped"
expect_stderr_has "--carrier 'INT'"
[ "$(wc -l <"$WORK/stderr")" -le 3 ] || fail "too many words"
theca list --json
expect_json 'map(select(.object_id)) == []'
theca work --json
expect_status 0
expect_json '.[0].carrier == "INT" and .[0].percent > 0 and .[0].percent < 100'
theca work
expect_stdout_has "INT"
theca verify
expect_status 0

say "the same disc without an id: the stopped rip is offered"
theca rip "$large"
expect_status 1
expect_stderr_has "--carrier 'INT'"

say "another disc under that id is refused, and nothing of the stopped one is lost"
yes another | head -c "$(stat -c %s "$large")" >"$WORK/other.iso"
theca rip --carrier INT "$WORK/other.iso"
expect_status 1
expect_stderr_has "theca work --discard"

say "the same command goes on and finishes"
theca rip --carrier INT --json "$large"
expect_status 0
expect_json '.resumed == true and .unreadable_sectors == 0'
expect_stderr_has "going on"
image_of INT
whole INT
clean 1

say "SIGTERM and SIGHUP are as good; a second Ctrl-C ends it at once; discarding removes all"
for signal in TERM HUP; do
	begin "$signal" 30000000
	kill -"$signal" "$pid"
	finish
	expect_status 1
	expect_stderr_has "--carrier '$signal'"
	theca work --discard "$signal"
	expect_status 0
done
begin TWICE 30000000
kill -STOP "$pid"
kill -INT "$pid"
kill -TERM "$pid"
kill -INT "$pid"
kill -CONT "$pid"
wait_until 10 sh -c "! kill -0 $pid 2>/dev/null || grep -q '^State:.Z' /proc/$pid/status" || fail "it does not end"
finish
theca work --discard TWICE
theca work --discard TWICE
expect_status 1
expect_stderr_has "TWICE"
clean 1

say "the worker process alone is killed: a message, and what was read is kept"
begin WORKER 60000000
worker=$(cat "/proc/$pid/task/$pid/children")
kill -KILL "${worker%% *}"
finish
expect_status 1
expect_stderr_has "ended unexpectedly"
expect_stderr_has "--carrier 'WORKER'"
theca rip --quiet --carrier WORKER "$large"
expect_status 0
image_of WORKER
whole INT WORKER
clean 2

say "kill -9 leaves no worker behind"
begin NINE 30000000
worker=$(cat "/proc/$pid/task/$pid/children")
kill -KILL "$pid"
finish
wait_until 5 sh -c "! kill -0 ${worker%% *} 2>/dev/null" || fail "the worker lives on"
theca list --json
expect_json 'map(select(.object_id)) | length == 2'
theca rip --quiet --carrier NINE "$large"
expect_status 0
image_of NINE
whole INT WORKER NINE
clean 3

say "kill -9 at any moment, from the first to after the last"
rm -rf "$archive"
new_archive "$archive"
make_image "$large" 24
last_command="a rip, to see how long it takes"
began=$(date +%s%N)
"$THECA" -a "$archive" rip --quiet --carrier TIME "$large" >"$WORK/stdout" || fail "it fails"
took=$((($(date +%s%N) - began) / 1000))
rounds=14
held=TIME
for i in $(seq "$rounds"); do
	start "$THECA" -a "$archive" rip --quiet --carrier "K$i" "$large"
	sleep "$(awk "BEGIN { print $took * ($i + 1) / ($rounds - 1) / 1000000 }")"
	kill -KILL "$pid" 2>/dev/null || :
	finish
	theca list --json
	expect_status 0
	# what is listed as an object is one; an object that is there but not listed yet is found by the next command
	theca verify --cached --quiet
	expect_status 0
	expect_no_stdout DAMAGED
	theca rip --quiet --carrier "K$i" "$large"
	case $status in
	0) ;;
	1) expect_stderr_has "held already" ;;
	*) fail "exit status $status" ;;
	esac
	image_of "K$i"
	held="$held K$i"
done
# shellcheck disable=SC2086 # the words
whole $held
clean $((rounds + 1))

say "the same for a second version"
for i in 1 2 3 4 5 6; do
	cp "$large" "$WORK/version.iso"
	printf '%s' "$i" | dd of="$WORK/version.iso" bs=1 seek=5000000 conv=notrunc status=none
	start "$THECA" -a "$archive" rip --quiet --again --carrier K1 "$WORK/version.iso"
	sleep "$(awk "BEGIN { print $took * ($i + 1) / 7 / 1000000 }")"
	kill -KILL "$pid" 2>/dev/null || :
	finish
	image_of K1
	theca verify --cached --quiet K1
	expect_status 0
	theca rip --quiet --again --carrier K1 "$WORK/version.iso"
	expect_status 0
	head=$(jq -r .head "$(object_directory "$archive" K1)/inventory.json")
	cmp "$WORK/version.iso" "$(find "$(object_directory "$archive" K1)" -path "*/v*/content/*.iso" -newer "$WORK/version.iso" | sort -V | tail -n 1)" ||
		fail "the image of $head differs"
done
# shellcheck disable=SC2086 # the words
whole $held
clean $((rounds + 1))

say "two at the same carrier: one wins, the other is told"
make_image "$large" 200
start "$THECA" -a "$archive" rip --quiet --carrier SAME "$large"
first=$pid
wait_until 30 has_read "$first" 10000000 || fail "it does not read"
kill -STOP "$first"
theca rip --quiet --carrier SAME "$large"
expect_status 1
expect_stderr_has "another theca process"
theca work
expect_stdout_has "under way"
theca work --json
expect_json '.[0].under_way == true'
theca work --discard SAME
expect_status 1
expect_stderr_has "another theca process"
kill -CONT "$first"
pid=$first
finish
expect_status 0
# shellcheck disable=SC2086 # the words
whole $held SAME
clean $((rounds + 2))

say "four at once into one archive all succeed"
pids=
for i in 1 2 3 4; do
	make_image "$WORK/side$i.iso" $((20 + i))
	"$THECA" -a "$archive" rip --quiet --carrier "SIDE $i" "$WORK/side$i.iso" >"$WORK/side$i.out" 2>&1 &
	pids="$pids $!"
done
i=0
for pid in $pids; do
	i=$((i + 1))
	last_command="rip $i of four at once: $(cat "$WORK/side$i.out")"
	finish
	expect_status 0
done
theca list --json
expect_json '[.[] | select(.carrier | startswith("SIDE")) | .object_id] | length == 4 and all(. != null)'
theca verify --cached --quiet
expect_status 0
clean $((rounds + 6))
sort "$archive/register/"*.jsonl | jq -s -e '[.[].seq] | sort == [range(1; length + 1)]' >/dev/null ||
	fail "the register's lines are not numbered without a gap"

say "a leftover that cannot be finished keeps nobody from ripping, checking or discarding it"
start "$THECA" -a "$archive" rip --quiet --carrier BROKEN "$large"
wait_until 30 has_read "$pid" 10000000 || fail "it does not read"
kill -KILL "$pid"
finish
state=$archive/work/BROKEN/rip.json
jq '.state = "committing" | .committing = true | .object_id = "urn:uuid:00000000-0000-4000-8000-000000000000"
	| .version = "v1" | .ingestion_uuid = "00000000-0000-4000-8000-000000000001"' "$state" >"$WORK/state"
for broken in "$WORK/state" /dev/null "$large"; do
	head -c 100000 "$broken" >"$state"
	theca rip --quiet --carrier "WELL ${broken##*/}" "$WORK/side1.iso"
	expect_status 0
	theca verify --cached --quiet "WELL ${broken##*/}"
	expect_status 0
	theca list
	expect_status 0
done
theca work
expect_status 0
expect_stdout_has BROKEN
theca work --discard BROKEN
expect_status 0
clean $((rounds + 9))

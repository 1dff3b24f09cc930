# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Whatever happens to a rip: nothing half-made is taken for whole, what was read is not lost, the next command goes on or
# finishes, and in the end nothing is left over.
. tests/cli/lib.sh
. tests/cli/judges.sh

archive=$WORK/archive
new_archive "$archive"
large=$WORK/large.iso
make_image "$large" 120

theca() {
	run "$THECA" -a "$archive" "$@"
}

# What a kill leaves of a file that was being replaced is swept after a day (store/work.h).
scratch_away() {
	find "$archive/work" -maxdepth 1 -name '.*.tmp' -delete
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
begin INT 40000000
kill -INT "$pid"
finish
expect_status 1
expect_stderr_has "stopped"
expect_stderr_has "--carrier INT"
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
expect_stderr_has "--carrier INT"

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
	expect_stderr_has "--carrier $signal"
	theca work --discard "$signal"
	expect_status 0
done
begin TWICE 30000000
kill -STOP "$pid"
kill -INT "$pid"
kill -TERM "$pid"
kill -INT "$pid"
kill -CONT "$pid"
wait_until 10 sh -c "! kill -0 $pid 2>/dev/null || grep -q '^State:.Z' /proc/$pid/status 2>/dev/null" || fail "it does not end"
finish
theca work --discard TWICE
theca work --discard TWICE
expect_status 1
expect_stderr_has "TWICE"
clean 1

say "the worker process alone is killed: a message, and what was read is kept"
begin WORKER 40000000
worker=$(cat "/proc/$pid/task/$pid/children")
kill -KILL "${worker%% *}"
finish
expect_status 1
expect_stderr_has "the process that reads the disc"
expect_stderr_has "--carrier WORKER"
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

say "a stopped rip never goes on with other bytes than those it began with"
begin MIXED 40000000
kill -INT "$pid"
finish
printf 'changed' | dd of="$large" bs=1 seek=1000000 conv=notrunc status=none
theca rip --quiet --carrier MIXED "$large"
case $status in
0) image_of MIXED ;;
1) expect_stderr_has "theca work --discard" ;;
*) fail "exit status $status" ;;
esac
theca work --discard MIXED

say "nor with another disc of the same size that is as empty where the first one stopped"
for disc in first second; do
	yes "the $disc disc" | head -c 20480000 >"$WORK/$disc.iso"
	truncate -s 204800000 "$WORK/$disc.iso"
done
start "$THECA" -a "$archive" rip --quiet --carrier EMPTY "$WORK/first.iso"
wait_until 30 has_read "$pid" 50000000 || fail "it does not read"
kill -INT "$pid"
finish
expect_status 1
theca rip --quiet --carrier EMPTY "$WORK/second.iso"
expect_status 1
expect_stderr_has "another one"
theca rip "$WORK/second.iso"
expect_status 0
theca work --discard EMPTY

say "kill -9 at any moment, from the first to after the last"
rm -rf "$archive"
new_archive "$archive"
make_image "$large" 20
last_command="a rip, to see how long it takes"
began=$(date +%s%N)
"$THECA" -a "$archive" rip --quiet --carrier TIME "$large" >"$WORK/stdout" || fail "it fails"
took=$((($(date +%s%N) - began) / 1000))
rounds=10
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
scratch_away
clean $((rounds + 1))

say "the same for a second version"
for i in 1 2 3 4; do
	cp "$large" "$WORK/version.iso"
	printf '%s' "$i" | dd of="$WORK/version.iso" bs=1 seek=5000000 conv=notrunc status=none
	start "$THECA" -a "$archive" rip --quiet --again --carrier K1 "$WORK/version.iso"
	sleep "$(awk "BEGIN { print $took * ($i + 1) / 5 / 1000000 }")"
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
scratch_away
clean $((rounds + 1))

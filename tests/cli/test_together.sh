# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Several commands in one archive: each carrier has one at it, carriers do not hinder each other, and neither does what a broken
# command left.
. tests/cli/lib.sh
. tests/cli/judges.sh

archive=$WORK/archive
new_archive "$archive"
large=$WORK/large.iso
make_image "$large" 60

theca() {
	run "$THECA" -a "$archive" "$@"
}

say "two at the same carrier: one wins, the other is told"
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
expect_json '.[0].state == "under way"'
theca work --discard SAME
expect_status 1
expect_stderr_has "another theca process"
kill -CONT "$first"
pid=$first
finish
expect_status 0
whole SAME
clean 1

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
clean 5
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
clean 8

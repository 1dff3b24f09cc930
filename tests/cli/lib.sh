# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# For the tests of the command, sourced from the top of the checkout:
#
#	. tests/cli/lib.sh
#	make_iso "$WORK/disc.iso"
#	run "$THECA" init "$WORK/archive"
#	expect_status 0
#	expect_stdout_has 'theca rip'
#
# $THECA is the program and $WORK a directory that goes away with the test. Both can be reached by an ordinary user, so that
# a test of permissions means something when root runs it. A test ends with 0 when it passed and with 77 when it
# was skipped, the last line saying why.
set -eu

umask 022
WORK=$(mktemp -d)
chmod 755 "$WORK"
trap 'chmod -R u+rwX "$WORK"; rm -rf "$WORK"' EXIT
trap 'exit 130' INT TERM HUP

: "${THECA:=$PWD/build/theca}"
[ -x "$THECA" ] || {
	echo "$THECA is not there: make builds it" >&2
	exit 1
}
# The checkout may lie where only root can go.
if [ "$(id -u)" -eq 0 ]; then
	mkdir "$WORK/bin"
	cp "$THECA" "$WORK/bin/theca"
	THECA=$WORK/bin/theca
fi
unset THECA_ARCHIVE
LC_ALL=C.UTF-8
TZ=UTC
export THECA LC_ALL TZ

# What `run` left: the exit status, and the files $WORK/stdout and $WORK/stderr.
status=0
last_command="(nothing was run)"

# run COMMAND...: runs it without a terminal, never ends the test by itself. A sanitizer's complaint does.
run() {
	last_command=$*
	status=0
	"$@" >"$WORK/stdout" 2>"$WORK/stderr" </dev/null || status=$?
	if grep -qE 'ERROR: (Address|Leak)Sanitizer|runtime error:' "$WORK/stderr"; then
		fail "a sanitizer complains"
	fi
}

# fail MESSAGE: ends the test, showing the last command and what it said.
fail() {
	{
		echo "FAILED: $*"
		echo "command: $last_command"
		echo "exit status: $status"
		for stream in stdout stderr; do
			[ ! -s "$WORK/$stream" ] || {
				echo "---- $stream"
				head -c 20000 "$WORK/$stream"
			}
		done
	} >&2
	exit 1
}

# skip REASON: ends the test as skipped.
skip() {
	echo "$*"
	exit 77
}

expect_status() {
	[ "$status" -eq "$1" ] || fail "exit status $status, not $1"
}

# expect_stdout_has TEXT, expect_stderr_has TEXT: TEXT is taken as it stands, on one line.
expect_stdout_has() {
	grep -qF -e "$1" "$WORK/stdout" || fail "stdout lacks: $1"
}

expect_stderr_has() {
	grep -qF -e "$1" "$WORK/stderr" || fail "stderr lacks: $1"
}

# make_iso FILE [MIB] [LABEL]: an ISO 9660 image with about MIB (1) MiB of files, the same bytes at each call.
make_iso() {
	command -v xorriso >/dev/null || skip "xorriso is not installed"
	rm -rf "$WORK/make_iso"
	mkdir -p "$WORK/make_iso/papers"
	echo 'Minutes of the spring meeting.' >"$WORK/make_iso/readme.txt"
	seq 100000000 | head -c "$((${2:-1} * 1048576))" >"$WORK/make_iso/papers/ledger.txt"
	find "$WORK/make_iso" -exec touch -d '2001-02-03 04:05:06 UTC' '{}' +
	SOURCE_DATE_EPOCH=981173106 xorriso -as mkisofs -quiet -J -r -V "${3:-LEDGER_1987}" \
		-o "$1" "$WORK/make_iso" 2>"$WORK/make_iso.log" || {
		cat "$WORK/make_iso.log" >&2
		fail "xorriso could not make $1"
	}
	rm -rf "$WORK/make_iso" "$WORK/make_iso.log"
}

# Sets $CORPUS to the real files of other projects, or skips the test. To be called in the test's own shell.
corpus() {
	CORPUS=${THECA_CORPUS:-../shared/corpus}
	[ -d "$CORPUS" ] || skip "no corpus of other projects' files at $CORPUS (THECA_CORPUS names one)"
	CORPUS=$(cd "$CORPUS" && pwd)
}

# as_user COMMAND...: as an ordinary user, whoever runs the test. For use after `run`.
as_user() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$WORK" "$@"
	else
		"$@"
	fi
}

# give_user PATH...: makes the ordinary user of as_user the owner of everything there.
give_user() {
	[ "$(id -u)" -ne 0 ] || chown -R 65534:65534 "$@"
}

# need TOOL...: skips the test unless all are installed.
need() {
	for tool in "$@"; do
		command -v "$tool" >/dev/null || skip "$tool is not installed"
	done
}

# say WHAT: what is proved next, for the log of a test that fails.
say() {
	echo "-- $*"
}

# expect_no_stdout TEXT, expect_no_stderr TEXT: the opposite of the two above.
expect_no_stdout() {
	! grep -qF -e "$1" "$WORK/stdout" || fail "stdout has: $1"
}

expect_no_stderr() {
	! grep -qF -e "$1" "$WORK/stderr" || fail "stderr has: $1"
}

# expect_json FILTER [JQ OPTION...]: stdout is one JSON document of which jq says that FILTER holds.
expect_json() {
	filter=$1
	shift
	jq -e "$@" "$filter" "$WORK/stdout" >/dev/null || fail "stdout is no JSON for which this holds: $filter"
}

# object_directory ARCHIVE ID: where the object lies.
object_directory() {
	echo "$1/store/$("$THECA" -a "$1" show --json "$2" | jq -er .object.directory)"
}

# new_archive DIR: an archive for the test.
new_archive() {
	run "$THECA" init "$1"
	expect_status 0
}

# leftovers ARCHIVE: names what lies in its work/.
leftovers() {
	find "$1/work" -mindepth 1 -maxdepth 1
}

# wait_until SECONDS COMMAND...: until the command succeeds; false when it never did.
wait_until() {
	deadline=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$deadline" ] || return 1
		sleep 0.02
	done
}

# start COMMAND...: like run, but does not wait; the process is $pid. finish waits for it.
start() {
	last_command="$* &"
	status=0
	"$@" >"$WORK/stdout" 2>"$WORK/stderr" </dev/null &
	pid=$!
}

finish() {
	status=0
	wait "$pid" || status=$?
}

# make_image FILE MIB: not zero, not a file system, quickly made.
make_image() {
	yes 'What is written here does not matter, as long as it is there.' | head -c "$(($2 * 1048576))" >"$1"
}

# has_read PID BYTES: whether the worker process of the `theca rip` PID has read that much.
has_read() {
	worker=$(cat "/proc/$1/task/$1/children" 2>/dev/null) || return 1
	worker=${worker%% *}
	[ -n "$worker" ] || return 1
	[ "$(sed -n 's/^rchar: //p' "/proc/$worker/io" 2>/dev/null || echo 0)" -ge "$2" ]
}

# Builds tests/cli/preload_faults.c, and sets $FAULTS for: run with_faults FILE 'RANGE...' COMMAND...
build_faults() {
	need "${CC:-cc}"
	! grep -aq __asan_init "$THECA" || skip "a program with AddressSanitizer cannot be given a failing disk by LD_PRELOAD"
	FAULTS=$WORK/preload_faults.so
	"${CC:-cc}" -std=c17 -D_GNU_SOURCE -Wall -Wextra -fPIC -shared -o "$FAULTS" \
		tests/cli/preload_faults.c -ldl || fail "the failing disk does not compile"
	chmod 755 "$FAULTS"
}

# with_faults FILE FAULTS COMMAND...: with reads of files whose path ends with FILE failing as preload_faults.c says.
with_faults() {
	fault_file=$1
	faults=$2
	shift 2
	env LD_PRELOAD="$FAULTS" THECA_FAULT_FILE="$fault_file" THECA_FAULTS="$faults" \
		THECA_FAULT_COUNTS="$WORK/fault-counts" "$@"
}

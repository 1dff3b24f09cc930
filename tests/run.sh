#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the tests that `make check` built and counts them.
#
#   tests/run.sh [shape|unit|fuzz|cli]...      everything if none is named
#
# BUILD (build) is where the programs are, JOBS (2) how many run at once. What each test said is kept in $BUILD/test-logs/;
# only failures are shown in full. The last line is "N passed, M failed, K skipped"; the exit status is 0 only when
# something ran and nothing failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

BUILD=${BUILD:-build}
JOBS=${JOBS:-2}
LIMIT=300 # seconds for one test
programs=$(realpath -m "$BUILD")
logs=$programs/test-logs
export THECA=$programs/theca LIMIT logs programs CMOCKA_MESSAGE_OUTPUT=TAP
# A sanitizer's verdict must not look like an exit status that a test expects.
export ASAN_OPTIONS=${ASAN_OPTIONS:-exitcode=99} UBSAN_OPTIONS=${UBSAN_OPTIONS:-exitcode=99:print_stacktrace=1}

# Lines of "kind name", one a test, from the sources: a program left over from a deleted source does not count.
list_tests() {
	local kind file
	for kind in "$@"; do
		case $kind in
		shape) set -- tests/shape/test_*.sh ;;
		unit) set -- tests/unit/test_*.c ;;
		fuzz) set -- tests/fuzz/fuzz_*.c ;;
		cli) set -- tests/cli/test_*.sh ;;
		*)
			echo "tests/run.sh: no kind of test is called $kind; there are shape, unit, fuzz and cli" >&2
			exit 2
			;;
		esac
		for file in "$@"; do
			file=${file##*/}
			echo "$kind ${file%.*}"
		done
	done
}

command_of() {
	case $1 in
	unit) command=("$programs/tests/$2") ;;
	fuzz) command=("$programs/tests/replay_$2" "tests/fuzz/corpus/${2#fuzz_}") ;;
	*) command=(sh "tests/$1/$2.sh") ;;
	esac
}

# cmocka's TAP: "ok 1 - NAME", "not ok 2 - NAME", "not ok 3 # SKIP NAME"; the message before a skip is its reason.
count_tap() {
	awk -v skips="$2" -v test="$3" '
	/^ok [0-9]/ { passed++ }
	/^not ok [0-9]+ # SKIP/ {
		skipped++
		sub(/^not ok [0-9]+ # SKIP /, "")
		print test " " $0 ": " reason >skips
	}
	/^not ok [0-9]+ - / { failed++ }
	/^[^#]/ && !/^(not )?ok [0-9]/ && !/^[0-9]+\.\.[0-9]+$/ { reason = $0 }
	END { print passed + 0, failed + 0, skipped + 0 }' "$1"
}

# Runs one test; leaves its output in NAME.log, "passed failed skipped" in NAME.count, its skips in NAME.skips.
run_one() {
	local kind=$1 name=$2 command status passed failed skipped started ended verdict=ok
	local log=$logs/$kind-$name
	command_of "$kind" "$name"
	started=$(date +%s%N)
	timeout -k 10 "$LIMIT" "${command[@]}" >"$log.log" 2>&1 </dev/null
	status=$?
	ended=$(date +%s%N)
	passed=0 failed=0 skipped=0
	if [ "$kind" = unit ]; then
		read -r passed failed skipped < <(count_tap "$log.log" "$log.skips" "$kind/$name")
		if [ $((passed + failed + skipped)) -eq 0 ] || { [ $status -ne 0 ] && [ "$failed" -eq 0 ]; }; then
			failed=$((failed + 1))
		fi
	elif [ $status -eq 0 ]; then
		passed=1
	elif [ $status -eq 77 ] && [ "$kind" != fuzz ]; then
		skipped=1
		echo "$kind/$name: $(tail -n 1 "$log.log")" >"$log.skips"
	else
		failed=1
	fi
	[ $status -ne 124 ] || echo "(ended after $LIMIT s)" >>"$log.log"
	[ $status -le 1 ] || [ $status -eq 77 ] || echo "(exit status $status)" >>"$log.log"
	[ "$skipped" -eq 0 ] || verdict=skip
	[ "$failed" -eq 0 ] || verdict=FAIL
	echo "$passed $failed $skipped" >"$log.count"
	printf '%-4s %-34s %4d passed %7.1f s\n' "$verdict" "$kind/$name" "$passed" \
		"$(((ended - started) / 100000000))e-1"
}
export -f run_one command_of count_tap

[ $# -gt 0 ] || set -- shape unit fuzz cli
rm -rf "$logs"
mkdir -p "$logs"
list_tests "$@" >"$logs/list" || exit 2
# shellcheck disable=SC2016 # the inner shell expands
xargs -P "$JOBS" -L 1 bash -c 'run_one "$@"' run_one <"$logs/list"

passed=0 failed=0 skipped=0
while read -r kind name; do
	read -r p f s <"$logs/$kind-$name.count" || { p=0 f=1 s=0; }
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	if [ "$f" -gt 0 ]; then
		printf '\n---- %s/%s failed: %s\n' "$kind" "$name" "$logs/$kind-$name.log"
		cat "$logs/$kind-$name.log"
	fi
done <"$logs/list"
if [ $skipped -gt 0 ]; then
	printf '\nSkipped:\n'
	cat "$logs"/*.skips
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]

#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs each test of tests/drive in turn; the last line is "N passed, N failed". BUILD (build) is where theca is.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

THECA=$(realpath -m "${BUILD:-build}")/theca
export THECA
passed=0 failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
tests/drive/guest_build.sh "${GUEST_CACHE:-build/guest}" || exit 1
for test in tests/drive/test_*.sh; do
	SECONDS=0
	if timeout -k 10 900 sh "$test" >"$log" 2>&1 </dev/null; then
		passed=$((passed + 1))
		printf 'ok   %-40s %4d s\n' "$test" "$SECONDS"
	else
		failed=$((failed + 1))
		printf 'FAIL %-40s %4d s\n' "$test" "$SECONDS"
		cat "$log"
	fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]

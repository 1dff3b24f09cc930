#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# All that CI runs, in lanes; a failed lane does not stop the others.
#
#   tests/check_all.sh                every lane
#   tests/check_all.sh --slow         every lane but `check`
#   tests/check_all.sh LANE...        these lanes; the list is below
#
# What a lane said is kept in $BUILD/check-all/LANE.log and shown when it fails. The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

slow="gcc clang san tidy scripts man install demo large drive bench"
BUILD=${BUILD:-build}
JOBS=${JOBS:-2}
export BUILD JOBS

lane_check() {
	make check
}

lane_gcc() {
	make -j "$JOBS" BUILD="$BUILD/gcc-werror" CC=gcc WERROR=-Werror all tests-built
}

lane_clang() {
	make -j "$JOBS" BUILD="$BUILD/clang" CC=clang WERROR=-Werror all tests-built &&
		BUILD=$BUILD/clang tests/run.sh unit fuzz
}

lane_san() {
	make check-san
}

# What the Makefile makes of an expression of its own.
of_makefile() {
	make -s --eval="print:;@:\$(info $1)" print
}

# One file a process: clang-tidy 14 takes the va_lists of a second file for uninitialised.
# base/error.c holds the functions that errors_fail.h has the analyser see otherwise.
lane_tidy() {
	make all || return 1
	local flags
	# shellcheck disable=SC2016 # make expands
	flags=$(of_makefile '$(CPPFLAGS_ALL) $(filter-out $(HARDENING) $(WARNINGS),$(CFLAGS_ALL))')
	# shellcheck disable=SC2016 # make expands
	of_makefile '$(SOURCES)' | tr ' ' '\n' | grep -v '^base/error.c$' |
		xargs -P "$JOBS" -L 1 sh -c "clang-tidy --quiet \"\$1\" -- -include tests/analysis/errors_fail.h $flags" tidy &&
		sh -c "clang-tidy --quiet base/error.c -- $flags"
}

lane_scripts() {
	local scripts
	scripts=$(git ls-files --cached --others --exclude-standard '*.sh' '.ci/run')
	# shellcheck disable=SC2086 # the names hold no spaces
	shellcheck -x $scripts
}

lane_man() {
	local page said
	for page in cli/man/*.[1-8]; do
		said=$(LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l "$page" 2>&1 >/dev/null)
		[ -z "$said" ] || {
			echo "$page: $said"
			return 1
		}
	done
}

# Installed elsewhere and run from there; uninstalled, nothing is left.
lane_install() {
	local stage
	stage=$(realpath -m "$BUILD/install-test")
	rm -rf "$stage"
	make install PREFIX=/usr DESTDIR="$stage" &&
		(cd / && "$stage/usr/bin/theca" version && "$stage/usr/bin/theca" help) &&
		[ -n "$(find "$stage/usr/share/man" -name 'theca.1')" ] &&
		make uninstall PREFIX=/usr DESTDIR="$stage" || return 1
	[ -z "$(find "$stage" ! -type d)" ] || {
		echo "left after make uninstall:"
		find "$stage" ! -type d
		return 1
	}
}

lane_demo() {
	make demo
}

# A DVD of 8.5 GB; `make check` has one of 4.3 GiB.
lane_large() {
	make all && THECA_SLOW=1 THECA="$PWD/$BUILD/theca" sh tests/cli/test_large.sh
}

lane_drive() {
	make all && tests/drive/run.sh
}

lane_bench() {
	make bench
}

case ${1:-} in
'') lanes="check $slow" ;;
--slow) lanes=$slow ;;
*) lanes=$* ;;
esac
logs=$BUILD/check-all
mkdir -p "$logs"
passed=0 failed=0
for lane in $lanes; do
	declare -F "lane_$lane" >/dev/null || {
		echo "tests/check_all.sh: no lane is called $lane; there are check $slow" >&2
		exit 2
	}
	SECONDS=0
	if "lane_$lane" >"$logs/$lane.log" 2>&1 </dev/null; then
		passed=$((passed + 1))
		printf 'ok   %-10s %4d s\n' "$lane" "$SECONDS"
		case $lane in
		check | san) sed -n '/^Skipped:$/,$p' "$logs/$lane.log" ;;
		bench) cat "$logs/$lane.log" ;;
		esac
	else
		failed=$((failed + 1))
		printf 'FAIL %-10s %4d s: %s\n' "$lane" "$SECONDS" "$logs/$lane.log"
		tail -n 200 "$logs/$lane.log"
	fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]

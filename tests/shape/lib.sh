# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# For the tests of the project's shape: a checker, called `check TREE`, prints one line a violation. Each checker
# is run over planted bad examples first: a checker that finds nothing there proves nothing here.

rooms="base image store rip catalog verify cli web"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# The C files of a tree's rooms; with "all", of its tests and examples too.
sources() {
	for directory in $rooms ${2:+tests examples}; do
		[ ! -d "$1/$directory" ] || find "$1/$directory" -name '*.[ch]'
	done | LC_ALL=C sort
}

# plant FILE [TEXT]: a file in a tree of its own, given in $tree. TEXT takes printf's escapes.
plant() {
	rm -rf "$work/tree"
	tree=$work/tree
	plant_also "$@"
}

plant_also() {
	mkdir -p "$(dirname "$tree/$1")"
	# shellcheck disable=SC2059 # the text is a format on purpose
	printf "$2" >"$tree/$1"
}

# The planted tree must be refused with a line that contains TEXT.
expect_refused() {
	check "$tree" >"$work/found"
	grep -qF -- "$1" "$work/found" || {
		echo "the checker does not notice: $1; it found:"
		cat "$work/found"
		failed=1
	}
}

expect_accepted() {
	check "$tree" >"$work/found"
	[ ! -s "$work/found" ] || {
		echo "the checker refuses what is fine:"
		cat "$work/found"
		failed=1
	}
}

# The verdict on the project itself; the last call of each test.
finish() {
	check . >"$work/found"
	cat "$work/found"
	[ ! -s "$work/found" ] || failed=1
	exit $failed
}

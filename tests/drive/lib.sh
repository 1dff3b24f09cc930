# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# For the tests of a real CD driver: tests/cli/lib.sh, and a guest to run commands in.
. tests/cli/lib.sh

# What the command writes to /results in the guest is here afterwards.
results=$WORK/results

# guest [OPTION]... IMAGE -- COMMAND...: tests/drive/guest.sh, keeping results. For use after `run`.
guest() {
	tests/drive/guest.sh --results "$results" "$@"
}

# rip_in_guest [OPTION]... IMAGE -- [RIP OPTION]...: rips /dev/sr0 in the guest into the archive of the last such rip, or
# into a new one when there was none, and leaves it in $archive.
archive=$results/archive
rip_in_guest() {
	guest_options=""
	while [ "$1" != -- ]; do
		guest_options="$guest_options $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # the options hold no spaces
	run guest $guest_options -- env THECA="$THECA" SIGNAL="${SIGNAL:-}" sh tests/drive/rip_in_guest.sh "$@"
}

# The one file in the archive's store whose name ends in SUFFIX.
stored() {
	find "$archive/store" -path '*/content/*' -name "*$1" >"$WORK/stored"
	[ "$(wc -l <"$WORK/stored")" -eq 1 ] || fail "not one *$1 in the store: $(cat "$WORK/stored")"
	cat "$WORK/stored"
}

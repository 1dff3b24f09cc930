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

# rip_in_guest [OPTION]... IMAGE -- [RIP OPTION]...: makes an archive in the guest, rips /dev/sr0 into it and leaves
# the archive in $archive.
rip_in_guest() {
	cat >"$WORK/rip_in_guest.sh" <<-'SCRIPT'
		"$THECA" init /scratch/archive || exit 125
		"$THECA" -a /scratch/archive rip --operator 'A. Tester' "$@" /dev/sr0
		status=$?
		cp -a /scratch/archive /results/archive
		exit $status
	SCRIPT
	archive=$results/archive
	guest_options=""
	while [ "$1" != -- ]; do
		guest_options="$guest_options $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # the options hold no spaces
	run guest $guest_options -- env THECA="$THECA" sh "$WORK/rip_in_guest.sh" "$@"
}

# The one file in the archive's store whose name ends in SUFFIX.
stored() {
	find "$archive/store" -path '*/content/*' -name "*$1" >"$WORK/stored"
	[ "$(wc -l <"$WORK/stored")" -eq 1 ] || fail "not one *$1 in the store: $(cat "$WORK/stored")"
	cat "$WORK/stored"
}

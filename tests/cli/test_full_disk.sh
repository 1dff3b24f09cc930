# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# A full disk: said beforehand where it can be known, else a clear message and nothing half-made; when there is room again the
# rip goes on. A read-only disk the same.
if [ -z "${THECA_IN_NAMESPACE:-}" ]; then
	unshare -rm true 2>/dev/null || {
		echo "no mount namespace can be had here (unshare -rm)"
		exit 77
	}
	THECA_IN_NAMESPACE=yes exec unshare -rm sh "$0" "$@"
fi
. tests/cli/lib.sh
need jq

disk=$WORK/disk
archive=$disk/archive
mkdir "$disk"
mount -t tmpfs -o size=160m tmpfs "$disk" 2>/dev/null || skip "no tmpfs can be mounted here"
trap 'umount "$disk" 2>/dev/null; rm -rf "$WORK"' EXIT
new_archive "$archive"
make_image "$WORK/large.iso" 200
make_image "$WORK/disc.iso" 80
make_image "$WORK/small.iso" 2

theca() {
	run "$THECA" -a "$archive" "$@"
}

# nothing_half_made: what is listed is whole, and the store holds nothing else.
nothing_half_made() {
	theca list --json
	expect_status 0
	jq 'map(select(.object_id)) | length' "$WORK/stdout" >"$WORK/count"
	find "$archive/store" -name '0=ocfl_object_1.1' | wc -l | cmp - "$WORK/count" || fail "objects that are not listed"
}

say "a disc that cannot fit is refused before anything is read"
theca rip --carrier LARGE "$WORK/large.iso"
expect_status 1
expect_stderr_has "MB free"
expect_stderr_has "make room"
[ -z "$(leftovers "$archive")" ] || fail "left over: $(leftovers "$archive")"
theca list --json
expect_json '. == []'

say "a disk that fills up during the rip"
start "$THECA" -a "$archive" rip --quiet --carrier DISC "$WORK/disc.iso"
wait_until 20 has_read "$pid" 8000000 || fail "it does not read"
kill -STOP "$pid"
head -c 300000000 /dev/zero >"$disk/filling" 2>/dev/null || :
kill -CONT "$pid"
finish
if [ "$status" -ne 0 ]; then
	expect_status 1
	expect_stderr_has "the disk is full"
	expect_stderr_has "--carrier DISC"
	[ "$(wc -l <"$WORK/stderr")" -le 3 ] || fail "too many words"
else
	fail "the disk was full, and the rip says that all is well"
fi
nothing_half_made

say "while it is full: reading works, what must be written is refused with the reason"
theca list
expect_status 0
theca rip --carrier OTHER "$WORK/small.iso"
expect_status 1
expect_stderr_has "MB free"
theca verify
expect_no_stdout DAMAGED
nothing_half_made

say "when there is room again the same command goes on and finishes"
rm "$disk/filling"
theca rip --quiet --carrier DISC --json "$WORK/disc.iso"
expect_status 0
expect_stderr_has "going on"
cmp "$WORK/disc.iso" "$(find "$archive/store" -name DISC.iso)" || fail "the image differs"
theca verify --quiet
expect_status 0
[ -z "$(leftovers "$archive")" ] || fail "left over: $(leftovers "$archive")"

say "a disk that is full to the last byte at some moment of the end of a rip"
new_archive "$disk/second"
archive=$disk/second
free=$(df -B1 --output=avail "$disk" | tail -n 1)
head -c "$((free - 55000000))" /dev/zero >"$disk/filling"
for spare in 0 4096 20480 65536 131072 262144; do
	start "$THECA" -a "$archive" rip --quiet --carrier "S$spare" "$WORK/small.iso"
	if wait_until 5 has_read "$pid" 10000; then
		kill -STOP "$pid" 2>/dev/null || :
		rm -f "$disk/more" "$disk/spare"
		[ "$spare" -eq 0 ] || head -c "$spare" /dev/zero >"$disk/spare"
		cat /dev/zero >"$disk/more" 2>/dev/null || :
		rm -f "$disk/spare"
		kill -CONT "$pid" 2>/dev/null || :
	fi
	finish
	case $status in
	0) ;;
	1) [ -s "$WORK/stderr" ] || fail "no message" ;;
	*) fail "exit status $status" ;;
	esac
	theca list --json
	expect_status 0
	rm -f "$disk/more"
	nothing_now=$status
	[ "$nothing_now" -eq 0 ] || fail "list fails"
	theca rip --quiet --carrier "S$spare" "$WORK/small.iso"
	case $status in
	0) ;;
	1) expect_stderr_has "held already" ;;
	*) fail "exit status $status" ;;
	esac
	cmp "$WORK/small.iso" "$(find "$archive/store" -name "S$spare.iso")" || fail "the image differs"
	theca verify --quiet
	expect_status 0
	[ -z "$(leftovers "$archive")" ] || fail "left over: $(leftovers "$archive")"
done
nothing_half_made

say "a check on a full disk still tells the truth; that it was not recorded is said"
echo more >>"$(find "$archive/store" -name S0.iso)"
cat /dev/zero >"$disk/more" 2>/dev/null || :
theca verify
expect_status 3
expect_stdout_has "1 damaged"
rm "$disk/more"
truncate -s -5 "$(find "$archive/store" -name S0.iso)"

say "a disk that is read-only: reading works, ripping is refused with the reason"
mount -o remount,bind,ro "$disk"
theca list
expect_status 0
theca show S0
expect_status 0
theca verify
expect_status 0
expect_stderr_has "not be recorded"
theca rip --carrier NEVER "$WORK/small.iso"
expect_status 1
expect_stderr_has "read-only"
theca reindex
expect_status 1
run "$THECA" init "$disk/third"
expect_status 1
expect_stderr_has "$disk/third"
mount -o remount,bind,rw "$disk"

say "init on a full disk leaves no half archive that looks like a whole one"
cat /dev/zero >"$disk/more" 2>/dev/null || :
run "$THECA" init "$disk/third"
expect_status 1
expect_stderr_has "the disk is full"
run "$THECA" -a "$disk/third" list
[ "$status" -ne 0 ] || fail "half an archive is taken for a whole one"
rm "$disk/more"

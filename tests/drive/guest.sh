#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a command against a real Linux CD driver: boots a guest (software emulation, under ten seconds) with IMAGE in
# its drive /dev/sr0 and returns the command's stdout, stderr and exit status.
#
#   tests/drive/guest.sh [OPTION]... IMAGE -- COMMAND [ARGUMENT]...
#
# IMAGE is a file whose size is a multiple of 2048 bytes, or "none" for an empty drive. More than 737,280,000 bytes make a DVD.
#   --errors LIST     comma-separated; LBA[:COUNT] makes COUNT (1) sectors from LBA unreadable, LBA*TIMES makes a
#                     sector fail TIMES times and then read well
#   --bus scsi|ahci   where the drive sits; scsi if not said
#   --slow BYTES      bytes a second that the drive gives
#   --unplug-on NAME  takes the drive away when the command makes /results/NAME
#   --eject-on NAME   takes the disc out then
#   --results DIR     keeps what the command writes to /results
#   --scratch SIZE    of the ext4 file system on /scratch (8G, sparse)
#   --timeout SECONDS for the command (300)
#   --memory MIB      of the guest (768)
#
# The command sees the host's files as they are, read-only under an overlay; it runs as root in the directory that guest.sh was
# called from. Exit status 125: the guest itself failed, its console is on stderr; 124: the command took too long.
# What the guest boots from is kept in $GUEST_CACHE (build/guest).
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
cache=${GUEST_CACHE:-$top/build/guest}
errors="" bus=scsi slow="" signal_name="" signal_command="" results="" scratch=8G timeout=300 memory=768

die() {
	echo "guest.sh: $*" >&2
	exit 125
}

while [ $# -gt 0 ]; do
	case $1 in
	--errors) errors=$2 ;;
	--bus) bus=$2 ;;
	--slow) slow=$2 ;;
	--unplug-on) signal_name=$2 signal_command='{"execute":"device_del","arguments":{"id":"cd"}}' ;;
	--eject-on) signal_name=$2 signal_command='{"execute":"eject","arguments":{"id":"cd","force":true}}' ;;
	--results) results=$2 ;;
	--scratch) scratch=$2 ;;
	--timeout) timeout=$2 ;;
	--memory) memory=$2 ;;
	-*) die "unknown option $1" ;;
	*) break ;;
	esac
	shift 2
done
if [ $# -lt 3 ] || [ "$2" != -- ]; then
	die "usage: guest.sh [OPTION]... IMAGE -- COMMAND [ARGUMENT]..."
fi
image=$1
shift 2
[ "$image" = none ] || [ -r "$image" ] || die "cannot read $image"

# blkdebug counts in sectors of 512 bytes; every read of a disc sector covers its first quarter. errno 61 becomes MEDIUM ERROR.
error_rules() {
	local item lba count rules=""
	for item in ${errors//,/ }; do
		lba=${item%%[:*]*}
		case $item in
		*:*)
			for ((count = ${item#*:}; count > 0; count--, lba++)); do
				rules+=$(error_rule "$lba" false),
			done
			;;
		*\**)
			for ((count = ${item#*\*}; count > 0; count--)); do
				rules+=$(error_rule "$lba" true),
			done
			;;
		*) rules+=$(error_rule "$lba" false), ;;
		esac
	done
	echo "${rules%,}"
}

error_rule() {
	echo "{\"event\":\"none\",\"iotype\":\"read\",\"errno\":61,\"sector\":$(($1 * 4)),\"once\":$2}"
}

json_string() {
	local text=${1//\\/\\\\}
	echo "\"${text//\"/\\\"}\""
}

# The chain of block nodes from the file to the drive; sets drive_arguments.
drive() {
	local node=disc device=""
	if [ "$image" != none ]; then
		drive_arguments+=(-blockdev "{\"node-name\":\"disc\",\"driver\":\"raw\",\"read-only\":true,\"file\":{\"driver\":\"file\",\"locking\":\"off\",\"filename\":$(json_string "$(realpath "$image")")}}")
		if [ -n "$errors" ]; then
			drive_arguments+=(-blockdev "{\"node-name\":\"faulty\",\"driver\":\"blkdebug\",\"read-only\":true,\"image\":\"$node\",\"inject-error\":[$(error_rules)]}")
			node=faulty
		fi
		if [ -n "$slow" ]; then
			drive_arguments+=(-object "throttle-group,id=speed,x-bps-read=$slow"
				-blockdev "{\"node-name\":\"slow\",\"driver\":\"throttle\",\"read-only\":true,\"throttle-group\":\"speed\",\"file\":\"$node\"}")
			node=slow
		fi
		device=,drive=$node,rerror=report
	fi
	case $bus in
	scsi) drive_arguments+=(-device "virtio-scsi-pci,id=vs" -device "scsi-cd,bus=vs.0,id=cd$device") ;;
	ahci) drive_arguments+=(-device "ahci,id=ahci" -device "ide-cd,bus=ahci.0,id=cd$device") ;;
	*) die "--bus is scsi or ahci, not $bus" ;;
	esac
}

# Waits for the guest to make /results/NAME, then tells QEMU what to do with the drive.
watch_for_signal() {
	while [ ! -e "$results/$signal_name" ]; do
		sleep 0.1
	done
	printf '%s\n%s\n' '{"execute":"qmp_capabilities"}' "$signal_command" |
		socat -t 2 - "UNIX-CONNECT:$work/qmp" >"$work/qmp.log"
}

# shellcheck disable=SC2317 # called by the trap
finish() {
	[ -z "$watcher" ] || kill "$watcher" 2>/dev/null || true
	[ -z "$qemu" ] || kill "$qemu" 2>/dev/null || true
	rm -rf "$work" "$results/.guest"
}

"$here/guest_build.sh" "$cache" || exit 125
work=$(mktemp -d)
qemu="" watcher=""
: "${results:=$work/results}"
trap finish EXIT
trap 'exit 125' INT TERM
mkdir -p "$results/.guest"
results=$(realpath "$results")
{
	printf 'export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8\n'
	printf 'cd %q || exit 125\n' "$PWD"
	printf '%q ' "$@"
	echo
} >"$results/.guest/command"
truncate -s "$scratch" "$work/scratch"
/sbin/mke2fs -q -F -t ext4 -E lazy_itable_init=1,lazy_journal_init=1,root_owner=0:0 "$work/scratch"

drive_arguments=()
drive
qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 1 -m "$memory" -M pc -nodefaults -display none -no-reboot \
	-serial "file:$work/console" -qmp "unix:$work/qmp,server=on,wait=off" \
	-kernel "$cache/vmlinux" -initrd "$cache/initramfs" \
	-append "console=ttyS0 panic=-1 quiet mitigations=off tsc=reliable no_timer_check random.trust_cpu=on guest.timeout=$timeout" \
	-fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap \
	-device virtio-9p-pci,fsdev=host,mount_tag=host \
	-fsdev "local,id=results,path=$results,security_model=none,multidevs=remap" \
	-device virtio-9p-pci,fsdev=results,mount_tag=results \
	-drive "if=none,id=scratch,format=raw,cache=unsafe,discard=unmap,file=$work/scratch" -device virtio-blk-pci,drive=scratch \
	"${drive_arguments[@]}" >"$work/qemu.log" 2>&1 &
qemu=$!
if [ -n "$signal_name" ]; then
	watch_for_signal &
	watcher=$!
fi
# The guest ends the command itself; this limit is for a guest that hangs.
for ((ticks = (timeout + 90) * 10; ticks > 0; ticks--)); do
	kill -0 "$qemu" 2>/dev/null || break
	sleep 0.1
done

if [ ! -e "$results/.guest/status" ]; then
	echo "guest.sh: the guest did not finish; its console:" >&2
	cat "$work/qemu.log" "$work/console" >&2 || true
	exit 125
fi
if [ -n "${GUEST_DMESG:-}" ]; then
	cp "$results/.guest/dmesg" "$GUEST_DMESG"
fi
cat "$results/.guest/stdout"
cat "$results/.guest/stderr" >&2
exit "$(cat "$results/.guest/status")"

#!/bin/busybox sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
# The guest's only process of its own: loads drivers, puts an overlay over the host's files (9p, read-only), waits for
# the drive, runs /results/.guest/command there and powers off. What the host wants to know lands in /results/.guest.
b=/bin/busybox

say() {
	echo "guest: $*"
}

off() {
	$b sync
	$b poweroff -f
}

word() { # the value of NAME=... on the kernel's command line
	$b tr ' ' '\n' </proc/cmdline | $b sed -n "s/^$1=//p"
}

mount_or_off() {
	$b mount "$@" || {
		say "cannot mount: $*"
		off
	}
}

$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t devtmpfs dev /dev
for module in /modules/*; do
	$b insmod "$module" || say "cannot load $module"
done

p9=trans=virtio,version=9p2000.L,msize=512000
mount_or_off -t 9p -o "$p9,cache=loose,ro" host /lower
mount_or_off -t tmpfs -o size=90% upper /upper
$b mkdir /upper/files /upper/work
mount_or_off -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work overlay /newroot
$b mkdir -p /newroot/results /newroot/scratch
mount_or_off -t 9p -o "$p9,cache=none" results /newroot/results
mount_or_off -t ext4 /dev/vda /newroot/scratch
$b mount -t proc proc /newroot/proc
$b mount -t sysfs sys /newroot/sys
$b mount -t devtmpfs dev /newroot/dev
$b mkdir -p /newroot/dev/shm
$b mount -t tmpfs shm /newroot/dev/shm
$b ip link set lo up

# The host's clock is the guest's by way of the emulated RTC; only the drive may come late.
tries=0
while [ ! -b /dev/sr0 ] && [ $tries -lt 100 ]; do
	$b usleep 100000
	tries=$((tries + 1))
done
[ -b /dev/sr0 ] || say "no /dev/sr0 after 10 s"

cd /
results=/newroot/results/.guest
$b chroot /newroot /usr/bin/timeout -k 5 "$(word guest.timeout)" /bin/bash /results/.guest/command \
	>$results/stdout 2>$results/stderr </dev/null
echo $? >$results/status.new
$b dmesg >$results/dmesg
$b mv $results/status.new $results/status
off

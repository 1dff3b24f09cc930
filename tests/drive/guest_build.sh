#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes what the guest boots from, once: DIR/vmlinux and DIR/initramfs.
#
#   tests/drive/guest_build.sh DIR
#
# The kernel is Debian's own package, fetched and unpacked under DIR and never installed. It is booted
# uncompressed (PVH), which under software emulation halves the time to the first process.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
dir=${1:?usage: guest_build.sh DIR}
modules_wanted="virtio_pci 9pnet_virtio 9p virtio_blk ata_piix ata_generic ahci virtio_scsi sr_mod sg
	isofs udf overlay ext4"

die() {
	echo "guest_build.sh: $*" >&2
	exit 1
}

fetch_kernel() {
	local package
	package=$(apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: //p' | head -n 1)
	[ -n "$package" ] || die "apt knows no linux-image-amd64; run apt-get update"
	echo "Fetching $package (about 70 MB; unpacked under $dir, not installed)" >&2
	mkdir -p "$dir/deb"
	# apt drops to the user _apt, which may not enter this directory, and warns of it each time.
	(cd "$dir/deb" && apt-get -qq -o APT::Sandbox::User=root download "$package") ||
		die "the kernel package could not be fetched; is the network there? (apt-get update may help)"
	dpkg -x "$dir"/deb/*.deb "$dir/root"
}

# A bzImage holds the ELF kernel as one XZ stream: cut there and unpack.
unpack_kernel() {
	local image offset
	image=$(echo "$dir"/root/boot/vmlinuz-*)
	offset=$(LC_ALL=C grep -aboP -m 1 '\xFD7zXZ\x00' "$image" | head -n 1 | cut -d: -f1)
	[ -n "$offset" ] || die "no XZ stream in $image"
	xz -dc --single-stream < <(tail -c +"$((offset + 1))" "$image") >"$dir/vmlinux.new"
	mv "$dir/vmlinux.new" "$dir/vmlinux"
}

# busybox, the modules numbered in loading order, and the init.
pack_initramfs() {
	local tree=$dir/initramfs.tree kernel module number=100
	kernel=$(basename "$dir"/root/lib/modules/*)
	rm -rf "$tree"
	mkdir -p "$tree"/{bin,modules,proc,sys,dev,lower,upper,newroot}
	cp "$(command -v busybox)" "$tree/bin/busybox"
	/sbin/depmod -b "$dir/root" "$kernel"
	# shellcheck disable=SC2086 # the list is meant to split
	for module in $modules_wanted; do
		/sbin/modprobe -S "$kernel" -d "$dir/root" --show-depends "$module" || die "no module $module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$dir/modules.list"
	while read -r module; do
		number=$((number + 1))
		cp "$module" "$tree/modules/$number-$(basename "$module")"
	done <"$dir/modules.list"
	install -m 755 "$here/guest_init.sh" "$tree/init"
	(cd "$tree" && find . | LC_ALL=C sort | cpio -o -H newc --quiet -R 0:0) | gzip -1 >"$dir/initramfs.new"
	mv "$dir/initramfs.new" "$dir/initramfs"
	rm -rf "$tree"
}

for tool in qemu-system-x86_64 busybox cpio xz apt-get dpkg /sbin/modprobe; do
	command -v "$tool" >/dev/null || die "$tool is missing: 'make packages-ci' installs what the guest needs"
done
mkdir -p "$dir"
exec 9>"$dir/lock"
flock 9
if [ ! -e "$dir/vmlinux" ]; then
	rm -rf "$dir/deb" "$dir/root"
	fetch_kernel
	unpack_kernel
	rm -rf "$dir/deb"
fi
if [ ! "$dir/initramfs" -nt "$here/guest_init.sh" ] || [ ! "$dir/initramfs" -nt "$here/guest_build.sh" ]; then
	pack_initramfs
fi

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# An empty drive is a clear message and exit 1, on either bus, and leaves nothing behind.
. tests/drive/lib.sh

for bus in scsi ahci; do
	rm -rf "$results"
	rip_in_guest --bus $bus none --
	expect_status 1
	expect_stderr_has 'no disc'
	[ -z "$(find "$archive/store" -name 'inventory.json')" ] || fail "something was kept"
	[ -z "$(ls -A "$archive/work")" ] || fail "something is left in work/"
done

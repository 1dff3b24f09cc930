#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# In the guest: rips /dev/sr0 into /results/archive, by way of a local file system, which an archive needs.
# SIGNAL=NAME makes /results/NAME after three seconds of reading.
if [ -d /results/archive ]; then
	mv /results/archive /scratch/archive
else
	"$THECA" init /scratch/archive || exit 125
fi
"$THECA" -a /scratch/archive rip --operator 'A. Tester' "$@" /dev/sr0 &
if [ -n "$SIGNAL" ]; then
	sleep 3
	touch "/results/$SIGNAL"
fi
wait $!
status=$?
cp -a /scratch/archive /results/archive
exit $status

# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Which archive is meant: -a, THECA_ARCHIVE, the one that the working directory is in; and no other that somebody planted.
. tests/cli/lib.sh
need jq

make_iso "$WORK/disc.iso" 1
for name in one two three; do
	new_archive "$WORK/$name"
	run "$THECA" -a "$WORK/$name" rip --carrier "$name" "$WORK/disc.iso"
	expect_status 0
done
mkdir -p "$WORK/three/store/a/b" "$WORK/nowhere"

# in_directory DIR COMMAND...
in_directory() {
	(cd "$1" && shift && "$@")
}

# holds NAME: the list is that of the archive NAME.
holds() {
	expect_status 0
	# shellcheck disable=SC2016 # a variable of jq
	expect_json 'map(.carrier) == [$name]' --arg name "$1"
}

say "-a goes before THECA_ARCHIVE, and that before the working directory"
run in_directory "$WORK/three" env THECA_ARCHIVE="$WORK/two" "$THECA" -a "$WORK/one" list --json
holds one
run in_directory "$WORK/three" env THECA_ARCHIVE="$WORK/two" "$THECA" --archive="$WORK/one" list --json
holds one
run in_directory "$WORK/three" env THECA_ARCHIVE="$WORK/two" "$THECA" list --json
holds two
run in_directory "$WORK/three" "$THECA" list --json
holds three
run in_directory "$WORK/three/store/a/b" "$THECA" list --json
holds three
run in_directory "$WORK/three/store" env THECA_ARCHIVE= "$THECA" list --json
holds three
run in_directory "$WORK" "$THECA" -a one list --json
holds one
run in_directory "$WORK/one/store" "$THECA" -a .. verify --quiet
expect_status 0

say "outside of any archive it is said how to name one"
run in_directory / "$THECA" list
expect_status 1
expect_stderr_has "-a DIR"
expect_stderr_has "THECA_ARCHIVE"

say "a rip from below writes to the archive, wherever one stands"
run in_directory "$WORK/three/store/a/b" "$THECA" rip --carrier more ../../../../disc.iso
expect_status 0
run "$THECA" -a "$WORK/three" list --json
expect_json 'length == 2'

# passed_over WHAT: the theca.ini of three is not believed, and that is said.
passed_over() {
	run in_directory "$WORK/three/store" "$THECA" list
	expect_status 1
	expect_stderr_has "theca.ini is passed over"
	[ ! -s "$WORK/stdout" ] || fail "it was read although $1"
}

say "a theca.ini that others may write is passed over, and named"
chmod 664 "$WORK/three/theca.ini"
passed_over "the group may write it"
chmod 646 "$WORK/three/theca.ini"
passed_over "everybody may write it"
chmod 644 "$WORK/three/theca.ini"
mv "$WORK/three/theca.ini" "$WORK/three/real.ini"
ln -s real.ini "$WORK/three/theca.ini"
passed_over "it is a link"
rm "$WORK/three/theca.ini"
mkfifo "$WORK/three/theca.ini"
run timeout 20 sh -c "cd '$WORK/three' && exec '$THECA' list"
expect_status 1
rm "$WORK/three/theca.ini"
mv "$WORK/three/real.ini" "$WORK/three/theca.ini"

say "and a trusted one further up is found behind it"
mkdir -p "$WORK/one/planted"
cp "$WORK/two/theca.ini" "$WORK/one/planted/theca.ini"
chmod 666 "$WORK/one/planted/theca.ini"
run in_directory "$WORK/one/planted" "$THECA" list --json
holds one
expect_stderr_has "$WORK/one/planted/theca.ini is passed over"

if [ "$(id -u)" -eq 0 ]; then
	say "one of another user's is passed over; one of root's is believed"
	chown 12345 "$WORK/three/theca.ini"
	passed_over "another user owns it"
	run in_directory "$WORK/one" as_user "$THECA" list --json
	holds one
	give_user "$WORK/two/theca.ini"
	run in_directory "$WORK/two" as_user "$THECA" list --json
	holds two
fi

say "one that is named on the command line is taken at its word"
chmod 664 "$WORK/two/theca.ini"
run "$THECA" -a "$WORK/two" list --json
holds two

say "a directory that was removed under our feet"
mkdir "$WORK/vanishes"
run sh -c "cd '$WORK/vanishes' && rmdir '$WORK/vanishes' && exec '$THECA' list"
expect_status 1

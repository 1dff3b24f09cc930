# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# `theca init` makes an archive where there is room for one, and nowhere else; its settings explain themselves.
. tests/cli/lib.sh
need jq sqlite3

say "a new archive has its parts, and says what to do next"
run "$THECA" init "$WORK/archive"
expect_status 0
expect_stdout_has "$WORK/archive"
expect_stdout_has "rip /dev/sr0"
[ ! -s "$WORK/stderr" ] || fail "there is something on stderr"
for part in theca.ini catalog.db store/0=ocfl_1.1 register work; do
	[ -e "$WORK/archive/$part" ] || fail "$part is missing"
done
[ "$(sqlite3 "$WORK/archive/catalog.db" 'PRAGMA integrity_check')" = ok ] || fail "sqlite3 rejects the catalogue"
[ -z "$(leftovers "$WORK/archive")" ] || fail "work/ is not empty"

say "every setting is explained and shows its default, commented out"
for setting in institution operator digests catalogue retries; do
	grep -qE "^#$setting *=" "$WORK/archive/theca.ini" || fail "theca.ini does not show $setting"
done
! grep -vE '^(#.*|\[[a-z]+\]|)$' "$WORK/archive/theca.ini" || fail "theca.ini has something that is not commented out"

say "the defaults as they are shown are settings that are accepted"
sed -i -E 's/^#(digests|catalogue|retries) /\1 /' "$WORK/archive/theca.ini"
run "$THECA" -a "$WORK/archive" list
expect_status 0

say "a slip of the pen in theca.ini is named with its line, not ignored"
cp "$WORK/archive/theca.ini" "$WORK/ini"
for slip in 'retires = 5' 'retries = many' 'retries = 1001' "[archive]
digests = md5" "[archive]
digests = sha512 sha3" "[rpi]
retries = 3"; do
	{ cat "$WORK/ini" && echo "$slip"; } >"$WORK/archive/theca.ini"
	run "$THECA" -a "$WORK/archive" list
	expect_status 1
	expect_stderr_has "theca.ini"
done
cp "$WORK/ini" "$WORK/archive/theca.ini"

say "an empty directory will do, and a new disk with its lost+found"
mkdir "$WORK/empty" "$WORK/disk" "$WORK/disk/lost+found"
run "$THECA" init "$WORK/empty"
expect_status 0
run "$THECA" init "$WORK/disk/"
expect_status 0

say "--json is one document"
run "$THECA" init --json "$WORK/json"
expect_status 0
# shellcheck disable=SC2016 # a variable of jq
expect_json '.archive == $path' --arg path "$WORK/json"

say "a directory that holds something is refused, by name, and left as it was"
mkdir "$WORK/full"
echo precious >"$WORK/full/thesis.txt"
run "$THECA" init "$WORK/full"
expect_status 1
expect_stderr_has "thesis.txt"
[ "$(ls -A "$WORK/full")" = thesis.txt ] || fail "something was put there"

say "an archive is not made twice"
cp -a "$WORK/archive" "$WORK/before"
run "$THECA" init "$WORK/archive"
expect_status 1
expect_stderr_has "$WORK/archive"
diff -r "$WORK/before" "$WORK/archive" || fail "the archive that was there has changed"

say "a file, a broken link, a missing parent are in the way, each with a message"
echo precious >"$WORK/file"
ln -s nowhere "$WORK/link"
for there in "$WORK/file" "$WORK/file/below" "$WORK/link" "$WORK/not/there"; do
	run "$THECA" init "$there"
	expect_status 1
	expect_stderr_has "$there"
	[ "$(wc -l <"$WORK/stderr")" -eq 1 ] || fail "more than one line"
done
[ "$(cat "$WORK/file")" = precious ] || fail "the file has changed"

say "an ordinary user gets no archive where he may not write, and nothing is left there"
mkdir "$WORK/locked"
chmod 555 "$WORK/locked"
run as_user "$THECA" init "$WORK/locked/archive"
expect_status 1
expect_stderr_has "$WORK/locked/archive"
run as_user "$THECA" init "$WORK/locked"
expect_status 1
expect_stderr_has "$WORK/locked"
[ -z "$(ls -A "$WORK/locked")" ] || fail "something was put there"

say "a directory with a strange name is no trouble"
strange="$WORK/a b'c\"d
e"
run "$THECA" init "$strange"
expect_status 0
run "$THECA" init --json "$strange 2"
# shellcheck disable=SC2016 # a variable of jq
expect_json '.archive == $path' --arg path "$strange 2"
run "$THECA" -a "$strange" list
expect_status 0

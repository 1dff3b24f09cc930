# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# A carrier id is what stands on the shelf, and that can be anything: each is stored as given, is found again, stays
# inside the archive and breaks no document.
. tests/cli/lib.sh
. tests/cli/judges.sh

archive=$WORK/a/b/archive
mkdir -p "$WORK/a/b"
new_archive "$archive"

# rip [OPTION...]: of this archive.
rip() {
	run "$THECA" -a "$archive" rip "$@"
}

say "carrier ids of any kind"
head -c 300000 /dev/zero | tr '\0' x | head -c 262144 >"$WORK/small.iso"
long=$(printf 'L%.0s' $(seq 900))
find / -maxdepth 1 >"$WORK/around-root"
# carrier ID: is kept, found, whole; its name is that of no other.
carrier() {
	rip --carrier "$1" "$WORK/small.iso"
	expect_status 0
	run "$THECA" -a "$archive" show --json -- "$1"
	expect_status 0
	directory=$archive/store/$(jq -r .object.directory "$WORK/stdout")
	[ "$(find "$directory/v1/content" -type f | wc -l)" -eq 6 ] || fail "not six files"
	find "$directory" -name '*.iso' -exec cmp "$WORK/small.iso" {} \; -print | grep -q iso || fail "no image"
	! find "$directory" | LC_ALL=C grep -q '[^-A-Za-z0-9_.~%=/]' || fail "names that are not safe"
	premis_holds "$(contents "$directory" v1 .premis.xml)"
	inventory_holds "$directory"
	run "$THECA" -a "$archive" show -- "$1"
	expect_status 0
	! LC_ALL=C grep -q '[[:cntrl:]]' "$WORK/stdout" || fail "control characters on the terminal"
	run "$THECA" -a "$archive" verify -- "$1"
	expect_status 0
	rip --carrier "$1" "$WORK/small.iso"
	expect_status 1
	expect_stderr_has "held already"
}
carrier '../x'
carrier '../../../../../../tmp/x'
carrier '/etc/passwd'
carrier .
carrier ..
carrier -x
carrier --json
carrier ' '
carrier 'MS 12/3 (b)'
carrier "it's \"quoted\" & <tagged> %2F %s \\ \$HOME \`id\`"
carrier 'line
break'
carrier "$(printf 'tab\there\033[31mred\rover')"
carrier "$(printf 'latin1 \351t\351')"
carrier "$(printf 'cut \303')"
carrier "$(printf 'bidi \342\200\256evil')"
carrier 'Ünïcödé 漢字'
carrier "$long"
carrier "${long}M"
carrier 'a'
carrier 'A'
carrier 'theca.ini'
carrier '=1+1'
[ -z "$(leftovers "$archive")" ] || fail "leftovers: $(leftovers "$archive")"
[ "$(find "$WORK/a" -maxdepth 3 -not -path "$archive/*" | wc -l)" -eq 3 ] || fail "something was made beside the archive"
find / -maxdepth 1 | cmp - "$WORK/around-root" || fail "something was made in /"

say "the catalogue that is made anew from the files says the same of all of them"
run "$THECA" -a "$archive" list --json
cp "$WORK/stdout" "$WORK/list"
run "$THECA" -a "$archive" reindex
expect_status 0
run "$THECA" -a "$archive" list --json
cmp "$WORK/list" "$WORK/stdout" || fail "the rebuilt catalogue differs"

# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# `make install` puts the program and its manual where packagers expect them, and `make uninstall` takes all of it away.
. tests/cli/lib.sh
need make

BUILD=${BUILD:-build}
case $BUILD in
*san*) skip "the program with sanitizers is not for installing" ;;
esac
[ -x "$BUILD/theca" ] || skip "$BUILD/theca is not built"
# nothing must be built here: install what there is (-o all), as a packager's fakeroot does
make_quietly() {
	run make --no-print-directory -o all BUILD="$BUILD" "$@"
	expect_status 0
}

say "with DESTDIR and PREFIX"
root="$WORK/a root"
make_quietly install DESTDIR="$root" PREFIX=/usr
[ -x "$root/usr/bin/theca" ] || fail "the program is not there"
[ "$(stat -c %a "$root/usr/bin/theca")" = 755 ] || fail "its mode is not 755"
cmp "$BUILD/theca" "$root/usr/bin/theca" || fail "it is another program"
run "$root/usr/bin/theca" version
expect_status 0

say "the manual is there, readable, and complete"
for page in cli/man/*.[1-8]; do
	[ -f "$page" ] || fail "there are no man pages in cli/man"
	section=${page##*.}
	[ -f "$root/usr/share/man/man$section/${page##*/}" ] || fail "${page##*/} was not installed"
done
if command -v man >/dev/null; then
	run man -l --warnings=all "$root/usr/share/man/man1/theca.1"
	expect_status 0
	[ ! -s "$WORK/stderr" ] || fail "man complains"
	man -l "$root/usr/share/man/man1/theca.1" | col -bx >"$WORK/manual"
	"$THECA" help | sed -nE 's/^  ([a-z]+) .*/\1/p' | while read -r command; do
		[ "$command" = theca ] || grep -q "$command" "$WORK/manual" || {
			echo "$command"
			exit 1
		}
	done || fail "the manual does not tell of a command"
fi

say "what else lies there stays"
echo other >"$root/usr/bin/other"

say "uninstall leaves nothing of it"
make_quietly uninstall DESTDIR="$root" PREFIX=/usr
[ "$(find "$root" -type f -o -type l)" = "$root/usr/bin/other" ] || fail "left: $(find "$root" -type f -o -type l)"
make_quietly uninstall DESTDIR="$root" PREFIX=/usr

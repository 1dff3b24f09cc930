# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# What every command owes to whoever types it: help with an example, a usage error that says what was wrong, no
# success when the output was lost, colours for people only.
. tests/cli/lib.sh
need jq script

commands=$("$THECA" help --json | jq -r '.[].name')
for wanted in init rip list show verify reindex version help; do
	echo "$commands" | grep -qx "$wanted" || fail "there is no command $wanted"
done

say "each command explains itself, with an example, in all three ways"
for command in $commands; do
	run "$THECA" "$command" --help
	expect_status 0
	expect_stdout_has "Example"
	expect_stdout_has "  theca "
	expect_stdout_has "--json"
	cp "$WORK/stdout" "$WORK/help"
	run "$THECA" help "$command"
	expect_status 0
	cmp "$WORK/help" "$WORK/stdout" || fail "help $command and $command --help differ"
	run "$THECA" "$command" -h
	expect_status 0
	awk 'length > 100 { exit 1 }' "$WORK/stdout" || fail "the help of $command has a line that no terminal holds"
done

say "the overview names every command and the exit codes"
for way in help --help -h; do
	run "$THECA" "$way"
	expect_status 0
	expect_stdout_has "Exit codes"
	for command in $commands; do
		expect_stdout_has "  $command "
	done
done
run "$THECA" --version
expect_status 0
expect_stdout_has "theca "
run "$THECA" version --json
expect_json '.theca and (.libraries | length > 4)'

# usage TEXT ARGUMENT...: is a usage error that names TEXT and tells where help is.
usage() {
	text=$1
	shift
	run "$THECA" "$@"
	expect_status 2
	expect_stderr_has "$text"
	expect_stderr_has "theca help"
	[ ! -s "$WORK/stdout" ] || fail "a usage error on stdout"
}

say "what cannot be understood is a usage error that names it"
usage "no command"
usage "frobnicate" frobnicate
usage "frobnicate" help frobnicate
usage "--frobnicate" --frobnicate list
usage "-x" -x
usage "-a" -a
usage "--archive" --archive
usage "must not be empty" -a '' list
usage "must not be empty" --archive= list
for command in $commands; do
	usage "--frobnicate" "$command" --frobnicate
	usage "-x" "$command" -x
	usage "-x" "$command" -xyz
	usage "--json" "$command" --json=yes
done

say "so is an operand too few or too many"
for command in init rip show; do
	usage "$command" "$command"
done
usage "two" init one two
usage "two" rip one two
usage "two" show one two
usage "one" list one
usage "one" reindex one
usage "one" version one
usage "two" help rip two
usage "must not be empty" init ''

say "and an option without its value, or with one that it cannot have"
for option in carrier title note operator retries; do
	usage "--$option" rip --"$option"
	usage "--$option" rip --"$option" '' image.iso
done
for number in x -1 1001 99999999999999999999 '' ' 1' 0x10 1.5; do
	usage "--retries" rip --retries "$number" image.iso
done
usage "--again" rip --again image.iso
usage "--csv" list --csv --json
usage "--operator" verify --operator

say "control characters in what was typed do not reach the terminal"
usage '\x1b[31mred' "$(printf '\033[31mred')"
usage '\x1b[31mred' list "$(printf '\033[31mred')"
usage '\x1b[31mred' list "$(printf -- '--\033[31mred')"

say "options are found wherever they stand, and -- ends them"
new_archive "$WORK/archive"
run "$THECA" --archive="$WORK/archive" list --json
expect_status 0
expect_json '. == []'
run "$THECA" -a "$WORK/archive" show -- --json
expect_status 1
expect_stderr_has '"--json"'

say "output that is lost is no success"
make_iso "$WORK/disc.iso"
run "$THECA" -a "$WORK/archive" rip --carrier KEPT "$WORK/disc.iso"
expect_status 0
for call in "version" "version --json" "help" "help rip" "rip --help" "help --json" \
	"-a $WORK/archive list" "-a $WORK/archive list --json" "-a $WORK/archive list --csv" \
	"-a $WORK/archive show KEPT" "-a $WORK/archive show --json KEPT" "-a $WORK/archive verify" \
	"-a $WORK/archive verify --json" "-a $WORK/archive reindex" "-a $WORK/archive reindex --json"; do
	last_command="theca $call >/dev/full"
	status=0
	# shellcheck disable=SC2086 # the words of a call
	"$THECA" $call >/dev/full 2>"$WORK/stderr" || status=$?
	expect_status 1
	expect_stderr_has "could not be written"
done
run "$THECA" -a "$WORK/archive" show KEPT
cp "$WORK/stdout" "$WORK/whole"

say "a reader that goes away early is no crash"
status=0
{ "$THECA" -a "$WORK/archive" show --json KEPT 2>"$WORK/stderr" || echo $? >"$WORK/status"; } | head -c 1 >/dev/null
case $(cat "$WORK/status" 2>/dev/null || echo 0) in
0 | 1) ;;
*) fail "theca ended with $(cat "$WORK/status") when its reader went away" ;;
esac

# on_terminal COMMAND: what it shows on a terminal, in $WORK/screen.
on_terminal() {
	TERM=xterm script -qec "$1" /dev/null >"$WORK/screen" </dev/null || true
}

say "colours are for terminals only, and NO_COLOR turns them off"
escape=$(printf '\033')
run "$THECA" -a "$WORK/archive" list
! grep -qF "$escape" "$WORK/stdout" "$WORK/stderr" || fail "colours in a pipe"
run "$THECA" -a "$WORK/archive" verify
! grep -qF "$escape" "$WORK/stdout" "$WORK/stderr" || fail "colours in a pipe"
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
	on_terminal "$THECA -a $WORK/archive list"
	grep -qF "${escape}[" "$WORK/screen" || fail "no colours on a terminal"
	on_terminal "NO_COLOR=1 $THECA -a $WORK/archive list"
	! grep -qF "${escape}[3" "$WORK/screen" || fail "colours in spite of NO_COLOR"
	on_terminal "TERM=dumb $THECA -a $WORK/archive list"
	! grep -qF "$escape" "$WORK/screen" || fail "escapes on a dumb terminal"
	on_terminal "$THECA -a $WORK/archive verify --quiet"
	! grep -qF "${escape}[K" "$WORK/screen" || fail "progress in spite of --quiet"
else
	echo "no pseudo-terminal can be had here: what a terminal shows was not looked at"
fi

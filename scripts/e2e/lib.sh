# lib.sh: what an end-to-end test stands on. A test is scripts/e2e/NAME.t:
#
#   #!/bin/sh
#   . scripts/e2e/lib.sh
#   exits 0 "help answers" "$bin/ceremony" help
#   like "help names run" "$work/out" '^ *ceremony run '
#   done_testing
#
# It speaks TAP, runs from the root of the tree, and is run by prove (make e2e) or by
# itself (sh scripts/e2e/NAME.t). Each test has its own empty folder, $work, which is
# removed at the end unless KEEP=1; two tests may run at the same time, so nothing else
# is written, save by a test that says why. A test that stops before done_testing fails.
# shellcheck shell=sh

set -u
LC_ALL=C.UTF-8 TZ=UTC
export LC_ALL TZ
unset MAKEFLAGS MAKELEVEL MFLAGS SOFTHSM2_CONF
umask 022

[ -f docs/layers.txt ] || { echo "Bail out! run this from the root of the tree"; exit 2; }
root=$(pwd)
B=${B:-build}
# shellcheck disable=SC2034 # for the tests
bin=$root/$B/bin
work=$(mktemp -d "${TMPDIR:-/tmp}/ceremony-e2e.XXXXXX") || { echo "Bail out! no temporary folder"; exit 2; }
num_tests=0
num_failed=0

finish() {
	if [ "${KEEP:-0}" = 1 ]; then
		echo "# kept: $work"
	else
		chmod -R u+w "$work" 2>/dev/null
		rm -rf "$work"
	fi
}
trap finish EXIT
trap 'exit 130' HUP INT PIPE TERM

# pass NAME, fail NAME: one assertion's result. All others end in one of these.
pass() {
	num_tests=$((num_tests + 1))
	echo "ok $num_tests - $1"
}
fail() {
	num_tests=$((num_tests + 1))
	num_failed=$((num_failed + 1))
	echo "not ok $num_tests - $1"
}

# diag [FILE]: shows text (stdin or a file, its first 40 lines) as a comment.
diag() {
	head -n 40 "$@" | sed 's/^/#   /'
}

# ok NAME COMMAND...: COMMAND succeeds. Its output is left in $work/out and $work/err.
ok() {
	exits 0 "$@"
}

# exits STATUS NAME COMMAND...: COMMAND ends with just that status; output as for ok.
exits() {
	tap_want=$1 tap_name=$2
	shift 2
	"$@" >"$work/out" 2>"$work/err" </dev/null
	tap_got=$?
	if [ "$tap_got" -eq "$tap_want" ]; then
		pass "$tap_name"
	else
		fail "$tap_name"
		echo "# status $tap_got, wanted $tap_want: $*"
		diag "$work/err"
		diag "$work/out"
	fi
}

# is NAME GOT WANTED: the two texts are equal.
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1"
		printf '%s\n' "got:    $2" "wanted: $3" | diag
	fi
}

# like NAME FILE PATTERN: some line of FILE matches the extended regular expression.
like() {
	if grep -Eq -e "$3" "$2"; then
		pass "$1"
	else
		fail "$1"
		echo "# no line matches: $3"
		diag "$2"
	fi
}

# unlike NAME FILE PATTERN: FILE is there and no line of it matches.
unlike() {
	if [ ! -r "$2" ]; then
		fail "$1"
		echo "# there is no file $2"
	elif grep -E -e "$3" "$2" >"$work/.hits"; then
		fail "$1"
		diag "$work/.hits"
	else
		pass "$1"
	fi
}

# same NAME FILE FILE: the two files hold the same octets.
same() {
	if cmp -s "$2" "$3"; then
		pass "$1"
	else
		fail "$1"
		diff "$2" "$3" 2>&1 | diag
	fi
}

# have PROGRAM: it is installed.
have() {
	command -v "$1" >/dev/null 2>&1
}

# skip NAME WHY: one assertion that cannot be made here.
skip() {
	num_tests=$((num_tests + 1))
	echo "ok $num_tests - $1 # SKIP $2"
}

# skip_all WHY: nothing of this test can be done here.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# bail WHY: this test's ground is missing; everything stops.
bail() {
	echo "Bail out! $1"
	exit 2
}

# preload NAME: makes scripts/e2e/NAME.c into $work/NAME.so, for LD_PRELOAD.
preload() {
	${CC:-cc} -std=c17 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -fPIC -shared -o "$work/$1.so" "$root/scripts/e2e/$1.c" -ldl ||
		bail "$1.c does not compile"
}

# softhsm_token LABEL PIN SO-PIN: a fresh SoftHSM token area of this test's own, in
# $work/token; sets $module and exports SOFTHSM2_CONF.
softhsm_token() {
	module=
	for m in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do
		[ -f "$m" ] && module=$m && break
	done
	[ -n "$module" ] || bail "SoftHSM is not installed (sh scripts/setup)"
	mkdir -p "$work/token/tokens"
	printf '%s\n' "directories.tokendir = $work/token/tokens" 'objectstore.backend = file' \
		'log.level = ERROR' >"$work/token/softhsm2.conf"
	SOFTHSM2_CONF=$work/token/softhsm2.conf
	export SOFTHSM2_CONF
	softhsm2-util --init-token --free --label "$1" --pin "$2" --so-pin "$3" >"$work/out" 2>&1 ||
		bail "SoftHSM makes no token: $(tail -n 1 "$work/out")"
}

# opened FOLDER: the transcript of a ceremony's folder, with values in the place of commitments.
opened() {
	perl "$root/scripts/e2e/personal.pl" open "$1" <"$1/transcript.jsonl"
}

# on_record NAME FOLDER PATTERN: some line of that transcript, opened, matches.
on_record() {
	opened "$2" >"$work/.opened"
	like "$1" "$work/.opened" "$3"
}

# done_testing: the last line of every test.
done_testing() {
	echo "1..$num_tests"
	[ "$num_tests" -gt 0 ] && [ "$num_failed" -eq 0 ]
	exit $?
}

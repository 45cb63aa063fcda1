#!/bin/sh
# rights.t: where root runs a ceremony, nobody has a right of root's that they do not need: the conductor those that it hands on to ceremony-media, and
# none once that runs; ceremony-token and ceremony-parse never any. What ceremony-media may do with those that it keeps is in media.t.
. scripts/e2e/lib.sh

[ "$(id -u)" -eq 0 ] || skip_all "who is not root has no rights to give up"
c=$root/scripts/ceremonies
cd "$work" || bail "no folder"
mkdir -p media/requests media/output others
cp "$root"/scripts/fixtures/requests/intermediate-[12].csr media/requests/
mkfifo typed

none='0000000000000000'
files='0000000000000006' # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
media='0000000000204006' # and CAP_SYS_ADMIN (mount), CAP_IPC_LOCK

# waits WORD COMMAND...: starts it and waits until it has said WORD and asks on; then $process is its number. said WORD: it has said it.
said() {
	tries=0
	until grep -q "$1" said; do
		[ $((tries += 1)) -le 600 ] || { diag said; diag err; bail "it never said $1"; }
		sleep 0.05
	done
}
waits() {
	word=$1
	shift
	: >said
	"$@" <typed >said 2>err &
	process=$!
	exec 9>typed
	said "$word"
}
ends() {
	exec 9>&-
	wait "$process"
}
# has WHAT PROCESS RIGHTS BOUND: what it has, and what is left of the bounding set, which only shrinks while there is the right to.
has() {
	grep -E '^(Name|Cap...|NoNewPrivs|Seccomp):' "/proc/$2/status" >"$1.status" || bail "$1 has ended"
	for set in Eff Prm; do
		like "$1: Cap$set is $3" "$1.status" "^Cap$set:	$3\$"
	done
	for set in Inh Amb; do
		like "$1: Cap$set is none" "$1.status" "^Cap$set:	$none\$"
	done
	like "$1: CapBnd is $4" "$1.status" "^CapBnd:	$4\$"
	like "$1: no program that it starts gets more than it has" "$1.status" '^NoNewPrivs:	1$'
}
helper() { pgrep -P "$process" "ceremony-$1"; }

set -- run "$c/rehearsal.ini" --profiles "$root/scripts/profiles" --plain
waits 'Roll call' "$bin/ceremony" "$@" --record record --media media
has conductor "$process" $none $media
has token "$(helper token)" $none $media
has parse "$(helper parse)" $none $media
like "parse is behind its filter besides" parse.status '^Seccomp:	2$'
has media-with-folders "$(helper media)" $files $media
ends

waits 'What now' "$bin/ceremony" "$@" --record devices
has preflight "$process" $media $media
echo 2 >&9
said 'Roll call'
has conductor-with-devices "$process" $none $media
has media-with-devices "$(helper media)" $media $media
like "media-with-devices is behind its filter besides" media-with-devices.status '^Seccomp:	2$'
ends

# Another user's record is root's to write only by right.
chown nobody others
waits 'Roll call' "$bin/ceremony" "$@" --record others/record --media media
has conductor-for-another "$process" $files $media
ends

waits 'Where is the record' "$bin/ceremony" --plain
has before-it-begins "$process" $media $media
ends
waits 'A tour of the keys' "$bin/ceremony" tour --plain
has another-command "$process" $files $files
ends

ok "with no more than that a ceremony comes to its end" "$bin/ceremony" run "$c/rehearsal.ini" --record whole --media media \
	--profiles "$root/scripts/profiles" --answers "$c/rehearsal.answers.ini"
done_testing

#!/bin/sh
# crash.t: the conductor is killed at every event, and in the middle of each; at every file
# that it writes; and each time `ceremony resume` reaches the same end: verified, one root
# key, no second certificate for a request, every intent with its outcome on the record.
# KIND:N is cut.c's; KIND:N+KIND:N: the resume is cut off as well. CRASH=KIND:N does that one
# only, KEEP=1 leaves its folder.
. scripts/e2e/lib.sh

${CC:-cc} -std=c17 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -fPIC -shared -o "$work/cut.so" scripts/e2e/cut.c -ldl ||
	bail "cut.c does not compile"
module=
for m in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do
	[ -f "$m" ] && module=$m && break
done
[ -n "$module" ] || bail "SoftHSM is not installed (sh scripts/setup)"

# The files are cut with a cast of one witness: their passphrases cost the most time.
mkdir "$work/all" "$work/few"
cp scripts/ceremonies/rehearsal.ini scripts/ceremonies/rehearsal.answers.ini "$work/all/"
sed 's/^witness = .*/witness = 1/; s/^auditor = .*/auditor = 0/' "$work/all/rehearsal.ini" >"$work/few/rehearsal.ini"
sed -E '/^(witness.2|auditor.1|statement.[23]|passphrase.[23]) =/d; /^.checkpoint.$/,$ { /^words.[23] =/d }' "$work/all/rehearsal.answers.ini" \
	>"$work/few/rehearsal.answers.ini"

# media FOLDER: what stands for the USB sticks.
media() {
	mkdir -p "$1/requests" "$1/output"
	cp scripts/fixtures/requests/intermediate-1.csr scripts/fixtures/requests/intermediate-2.csr "$1/requests/"
}

# begin FOLDER, go_on FOLDER: the ceremony's first start, and the next ones. FOLDER/cast: who plays.
begin() {
	"$bin/ceremony" run "$1/cast/rehearsal.ini" --record "$1/r" --media "$1/m" --profiles scripts/profiles \
		--answers "$1/cast/rehearsal.answers.ini" >>"$1/log" 2>&1
}
go_on() {
	"$bin/ceremony" resume --record "$1/r" --media "$1/m" --answers "$1/cast/rehearsal.answers.ini" >>"$1/log" 2>&1
}

# stage FOLDER CAST: everything for one ceremony.
stage() {
	mkdir -p "$1" && ln -s "$work/$2" "$1/cast" && media "$1/m" && : >"$1/before"
}

# cut_at KIND:N COMMAND...: runs it with the plug to be pulled at that moment.
cut_at() (
	CUT=$1 LD_PRELOAD=$work/cut.so
	export CUT LD_PRELOAD
	shift
	"$@"
)

# recover FOLDER: whatever state it is in, to the end. A ceremony that was never begun is begun
# again; one that is complete has nothing to resume.
recover() {
	go_on "$1"
	status=$?
	[ "$status" -ne 0 ] || return 0
	tail -n 1 "$1/log" | grep -Eq 'nothing to resume|not a record' || return "$status"
	[ -e "$1/r/ceremonies/0001-root-generation/SHA256SUMS" ] || begin "$1"
}

# judge FOLDER KIND: is the record what it must be? Says why not.
judge() {
	transcript=$1/r/ceremonies/0001-root-generation/transcript.jsonl
	"$bin/ceremony-verify" "$1/r" >"$1/verdict" 2>&1 && grep -q '^VERIFIED' "$1/verdict" || {
		tail -n 1 "$1/verdict"
		return 1
	}
	perl scripts/e2e/crash.pl "$2" "$transcript" "$1/before" || return 1
	strays=$(find "$1/r" "$1/m" -name '*.tmp')
	[ -z "$strays" ] || {
		echo "left behind: $strays"
		return 1
	}
	SOFTHSM2_CONF=$1/r.token/softhsm2.conf pkcs11-tool --module "$module" --token-label rehearsal-root \
		--login --pin 987654321 -O --type privkey >"$1/keys" 2>&1
	[ "$(grep -c '^Private Key Object' "$1/keys")" -eq 2 ] &&
		[ "$(grep -c 'label: *root-generation root key$' "$1/keys")" -eq 1 ] || {
		echo "the token's keys are not one root key and one record key"
		return 1
	}
	SOFTHSM2_CONF=$1/r.token/softhsm2.conf pkcs11-tool --module "$module" --token-label rehearsal-second \
		--login --pin 975318642 -O --type privkey >"$1/keys" 2>&1
	[ "$(grep -c '^Private Key Object' "$1/keys")" -eq 1 ] && grep -q 'label: *root-generation root key$' "$1/keys" || {
		echo "the second token's key is not one root key"
		return 1
	}
}

# cut_off FOLDER KIND:N[+KIND:N]: the first start, then as many resumes as there are cuts.
cut_off() {
	how=begin
	for cut in $(echo "$2" | tr + ' '); do
		cut_at "$cut" "$how" "$1" 2>/dev/null
		status=$?
		[ "$status" -eq 137 ] || {
			echo "$cut did not cut it off, status $status: $(tail -n 1 "$1/log")"
			return 1
		}
		how=go_on
	done
	cp "$1/r/ceremonies/0001-root-generation/transcript.jsonl" "$1/before" 2>/dev/null || : >"$1/before"
}

# crash CAST KIND:N[+KIND:N]: one case, from the first start to the verdict.
crash() {
	d=$work/$2
	case $2 in *+*) kind=often ;; *) kind=${2%:*} ;; esac
	stage "$d" "$1"
	if said=$(cut_off "$d" "$2" && { recover "$d" || ! echo "it does not resume: $(grep "^ceremony: " "$d/log" | tail -n 1)"; } &&
		judge "$d" "$kind"); then
		echo "ok $2: $said"
		[ "${KEEP:-0}" = 1 ] || rm -rf "$d"
	else
		echo "not ok $2: $said"
	fi
}

# lane FIRST: every second case, so that two cores share them.
lane() {
	awk -v first="$1" 'NR % 2 == first' "$work/cases" | while read -r cast one; do crash "$cast" "$one"; done
}

# whole CAST: the ceremony without any cut; leaves how often each kind could have been in $work/CAST.tally.
whole() {
	stage "$work/whole.$1" "$1"
	CUT_TALLY=$work/$1.tally cut_at none:0 begin "$work/whole.$1" ||
		bail "the rehearsal does not run: $(tail -n 1 "$work/whole.$1/log")"
	if said=$(judge "$work/whole.$1" none); then
		pass "uncut, cast $1: $said"
	else
		fail "uncut, cast $1: $said"
	fi
}

# tally CAST KIND
tally() {
	awk -v kind="$2" '$1 == kind { print $2 }' "$work/$1.tally"
}

# each CAST KIND: a case for each N of that kind.
each() {
	seq "$(tally "$1" "$2")" | sed "s/^/$1 $2:/"
}

if [ -n "${CRASH:-}" ]; then
	echo "all $CRASH" >"$work/cases"
else
	whole all
	whole few
	transcript=$work/whole.all/r/ceremonies/0001-root-generation/transcript.jsonl
	events=$(grep -c '' "$transcript")
	is "each event is one write" "$(tally all torn)" "$events"
	is "each event is synced" "$(tally all synced)" "$events"
	early='"type":"result".*"op":"(parse-request|token-random)"'
	is "with one sync each, but for what can be had again" "$(tally all fdatasync)" "$((events - $(grep -Ec "$early" "$transcript")))"
	{
		each all synced
		each all torn
		grep -En "$early" "$transcript" | while IFS=: read -r line _; do
			echo "all lost:$((line + 1))"
		done
		each few fsync
		# Before and after a file has its name: every third is enough to see that.
		each few before | awk 'NR % 3 == 1'
		each few after | awk 'NR % 3 == 2'
		# Twice and three times, about each act that cannot be repeated: in the login of the resume,
		# after the outcome is on the record, in the second intent.
		grep -n '"type":"intent"' "$transcript" | while IFS=: read -r line _; do
			echo "all synced:$line+torn:4"
			echo "all synced:$line+synced:5"
			echo "all torn:$((line + 1))+synced:6+torn:1"
		done
		echo "all synced:33+synced:6+torn:8" # in the shares
		echo "all synced:$events+after:5+fsync:9"
	} >"$work/cases"
fi
lane 0 >"$work/lane0" &
lane 1 >"$work/lane1"
wait
cat "$work/lane0" "$work/lane1" >"$work/results"
while read -r verdict rest; do
	case $verdict in
	ok) pass "${rest}" ;;
	*) fail "${rest#ok }" ;;
	esac
done <"$work/results"
[ -n "${CRASH:-}" ] || {
	# The script makes two keys, restores one, makes three certificates and a list, and locks the key: each was cut
	# off once before it was done, and once after.
	for one in 'key-generate again:2' 'key-generate done:2' 'key-sign again:8' 'key-lock again:2' \
		'key-restore again:1' 'key-restore done:1'; do
		is "resolved: ${one%:*}" "$(grep -v + "$work/results" | grep -c " resolved ${one%:*}")" "${one#*:}"
	done
	is "a share set made anew wherever one was cut off" "$(grep -Ec '^ok (synced|torn):[0-9]+: .*sets 2' "$work/results")" \
		"$(awk '/backup-wrap/ { w = NR } /"op":"share-check"/ { l = NR } END { print 2 * (l - w) }' "$transcript")"
}
is "every case has a result" "$(wc -l <"$work/results")" "$(wc -l <"$work/cases")"
done_testing

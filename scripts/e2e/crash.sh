# crash.sh: what crash.t, crash-torn.t, crash-files.t, crash-twice.t and, with a ceremony of its own, crash-list.t stand on. Each kills the conductor at other moments, and each time
# `ceremony resume` reaches the same end: verified, one root key, no second certificate for a request, every intent with its
# outcome on the record. Each runs one case after the other: they are four files so that they run side by side.
# KIND:N is cut.c's; KIND:N+KIND:N: the resume is cut off as well. CRASH=KIND:N of any of them does that one
# only, KEEP=1 leaves its folder.
# shellcheck shell=sh
. scripts/e2e/lib.sh

preload cut
module=
for m in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do
	[ -f "$m" ] && module=$m && break
done
[ -n "$module" ] || bail "SoftHSM is not installed (sh scripts/setup)"

folder=r/ceremonies/0001-root-generation # of the ceremony that is cut off

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
	[ -e "$1/$folder/SHA256SUMS" ] || begin "$1"
}

# judge FOLDER KIND: is the record what it must be? Says why not.
judge() {
	transcript=$1/$folder/transcript.jsonl
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
	cp "$1/$folder/transcript.jsonl" "$1/before" 2>/dev/null || : >"$1/before"
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

# begun CAST...: the ceremony without any cut, with each cast; $transcript, $events: of the first.
begun() {
	for cast; do whole "$cast"; done
	transcript=$work/whole.$1/$folder/transcript.jsonl
	# shellcheck disable=SC2034 # for the tests
	events=$(grep -c '' "$transcript")
}

# cases: those in the file $work/cases, or the one that CRASH names, each with its result; what they said is left in $work/results.
cases() {
	[ -z "${CRASH:-}" ] || echo "all $CRASH" >"$work/cases"
	while read -r cast one; do crash "$cast" "$one" </dev/null; done <"$work/cases" >"$work/results"
	while read -r verdict rest; do
		case $verdict in
		ok) pass "${rest}" ;;
		*) fail "${rest#ok }" ;;
		esac
	done <"$work/results"
	is "every case has a result" "$(wc -l <"$work/results")" "$(wc -l <"$work/cases")"
}

# resolved WHAT NUMBER: so many of the cases ended so.
resolved() {
	[ -n "${CRASH:-}" ] || is "resolved: $1" "$(grep -c " resolved $1" "$work/results")" "$2"
}

# sets_anew: a share set is made anew wherever one was cut off, once for each event from its wrapping to its last share.
sets_anew() {
	[ -n "${CRASH:-}" ] || is "a share set made anew wherever one was cut off" "$(grep -c '^ok .*sets 2' "$work/results")" \
		"$(awk '/backup-wrap/ { w = NR } /"op":"share-check"/ { l = NR } END { print l - w }' "$transcript")"
}

#!/bin/sh
# stop.t: Esc stops the reading of a list from a medium; the record says so, nothing is left of it, and it is begun again.
. scripts/e2e/lib.sh
have tmux || skip_all "tmux is not installed"

c=$root/scripts/ceremonies
TMUX_TMPDIR=$work
export TMUX_TMPDIR
unset TMUX TMUX_PANE
tm() { tmux -L stop -f /dev/null "$@"; }
trap 'tm kill-server 2>/dev/null; finish' EXIT
seen() {
	tries=0
	until tm capture-pane -p -t face >"$work/screen" 2>"$work/err" && grep -Eq -e "$1" "$work/screen"; do
		if [ $((tries += 1)) -gt 200 ]; then
			fail "seen: $1"
			diag "$work/screen"
			done_testing
		fi
		sleep 0.05
	done
	pass "seen: $1"
}
keys() { tm send-keys -t face "$@"; }

mkdir -p "$work/media/requests" "$work/media/output" "$work/media/revocations"
cp scripts/fixtures/requests/intermediate-[12].csr "$work/media/requests/"
ok "a root" "$bin/ceremony" run "$c/rehearsal.ini" --record "$work/record" --media "$work/media" --answers "$c/rehearsal.answers.ini"
serial=$(openssl x509 -in "$work/record/ceremonies/0001-root-generation/certificates/intermediate-1.pem" -noout -serial)
printf '%s\t%s\t%s\n' "${serial#*=}" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" superseded >"$work/media/revocations/revocations.tsv"
rm -f "$work"/media/output/*
sed 's/^inserted = .*/inserted = pause/' "$c/rehearsal-revoke-list.answers.ini" >"$work/answers.ini"
exits 1 "paused before the list" "$bin/ceremony" run "$c/rehearsal-revoke-list.ini" --record "$work/record" --media "$work/media" \
	--answers "$work/answers.ini"

echo "'$bin/ceremony' resume --record '$work/record' --media '$work/media'; echo \$? >'$work/status'" >"$work/run"
tm new-session -d -s face -x 80 -y 25 "sh '$work/run'" \; set -g status off \; set -g remain-on-exit on \; set -sg escape-time 0
tm resize-window -t face -x 80 -y 25 2>"$work/err"
seen 'Roll call after the break'
keys Enter
seen 'Insert the medium with the revocation list'
keys Enter Escape
seen 'stopped by a key'
like "the record says so" "$work/record/ceremonies/0002-revocation-list/transcript.jsonl" '"op":"list-take","error":"ERR_STOPPED_BY_KEY"'
is "nothing is left of it" "$(ls -A "$work/record/ceremonies/0002-revocation-list/revocations")" ""
keys Enter
seen 'What stops working'
ok "and now it is there" test -s "$work/record/ceremonies/0002-revocation-list/revocations/revocations.tsv"
keys F2
seen 'Pause the ceremony'
keys Enter
seen 'Paused'
keys Enter
tries=0
while [ ! -s "$work/status" ] && [ $((tries += 1)) -le 200 ]; do sleep 0.05; done
is "it can be left as ever" "$(cat "$work/status" 2>/dev/null)" 1
done_testing

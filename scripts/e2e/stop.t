#!/bin/sh
# stop.t: Esc stops the reading of a list from a medium: the record says so, nothing is left of it, and it is begun again. It stops
# the verification at the start, which can be begun again, and the one at the end, which can be done later.
. scripts/e2e/lib.sh
have tmux || skip_all "tmux is not installed"
. scripts/e2e/faces.sh
face=screen

c=$root/scripts/ceremonies

mkdir -p "$work/media/requests" "$work/media/output" "$work/media/revocations"
cp scripts/fixtures/requests/intermediate-[12].csr "$work/media/requests/"
ok "a root" "$bin/ceremony" run "$c/rehearsal.ini" --record "$work/record" --media "$work/media" --answers "$c/rehearsal.answers.ini"
serial=$(openssl x509 -in "$work/record/ceremonies/0001-root-generation/certificates/intermediate-1.pem" -noout -serial)
printf '%s\t%s\t%s\n' "${serial#*=}" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" superseded >"$work/media/revocations/revocations.tsv"
rm -f "$work"/media/output/*
sed 's/^inserted = .*/inserted = pause/' "$c/rehearsal-revoke-list.answers.ini" >"$work/answers.ini"
exits 1 "paused before the list" "$bin/ceremony" run "$c/rehearsal-revoke-list.ini" --record "$work/record" --media "$work/media" \
	--answers "$work/answers.ini"

terminal "'$bin/ceremony' resume --record '$work/record' --media '$work/media'"
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
seen 'Enter: close' "paused"
keys Enter
ended "it can be left as ever" 1

# ---- the verification, made to take long ----

preload haste
hasty="HASTE='$work/haste' LD_PRELOAD='$work/haste.so'"
terminal "$hasty '$bin/ceremony' --scripts '$c' --media '$work/media'"
seen 'Where is the record' "at the start"
: >"$work/haste"
cp -r "$work/record" "$work/whole"
rm -rf "$work"/whole/ceremonies/0002-*
letters "$work/whole"
keys Enter Escape
seen 'State +It was stopped by a key' "Esc stops the verification"
rm "$work/haste"
unlike "no script is offered for a record that nobody has looked at" "$work/.screen" 'rehearsal-crl'
seen '1  Verify the record again' "it can be begun again"
keys 1 Enter
seen 'State +Example Trust Services: 1 ceremony, verified' "and then it is verified"
keys l i s t Escape
ended "Esc leaves the start" 1

# what comes before the last prompt is answered by a file
sed 's/^verify = .*/verify = pause/' "$c/rehearsal-crl.answers.ini" >"$work/answers.ini"
cp -r "$work/record.token" "$work/whole.token"
sed -i "s|$work/record.token|$work/whole.token|" "$work/whole.token/softhsm2.conf"
exits 1 "paused before the last verification" "$bin/ceremony" run "$c/rehearsal-crl.ini" --record "$work/whole" --media "$work/media" \
	--answers "$work/answers.ini"
terminal "$hasty '$bin/ceremony' resume --record '$work/whole' --media '$work/media'"
until_seen "Read the checkpoint's words aloud"
read_on
keys Enter
until_seen 'Wanda.*: sign the checkpoint'
read_on
types_seen
line 'a new phrase of hers'
seen 'login. The token asks for its user PIN again' "a login that is asked for again says why"
line 987654321
seen 'The record is complete' "at the end"
like "the tree's words are there, though nothing was recorded since" "$work/.screen" '^── on the record .* tree: [A-Za-z]+ [A-Za-z]+ [A-Za-z]+ [A-Za-z]+ ─'
: >"$work/haste"
keys Enter Escape
seen 'complete, and its verification was stopped' "Esc stops it"
rm "$work/haste"
seen "Verify it before anybody publishes anything" "it says what to do now"
keys NPage NPage NPage Enter
ended "which is no success yet" 1
tm capture-pane -p -J -t face -S - >"$work/lines"
command=$(tr -s '\n ' '  ' <"$work/lines" | sed -n "s/.*\(ceremony verify '[^']*'\).*/\1/p")
is "the command that it names" "$command" "ceremony verify '$work/whole'"
ok "and the record verifies" "$bin/ceremony" verify "$work/whole"
done_testing

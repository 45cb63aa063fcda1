#!/bin/sh
# mistyped.t: what is given with Enter and is no answer is on the record, with its rule, in both faces the same; and of what was typed
# in a wrong place, a PIN or a passphrase, nothing is anywhere.
. scripts/e2e/lib.sh
have tmux || skip_all "tmux is not installed"
. scripts/e2e/faces.sh

custodians='Clara Cruz:Cyril Chen:Cosima Conti:Conrad Cole:Carmen Castro' witnesses='Wanda Weber:Wim de Wit' auditor='Aiko Arai'

# refusals DIR: each with its place, its rule, and what is told of it.
refusals() {
	opened "$(echo "$1"/ceremonies/0001-*)" | perl -MJSON::PP -ne '$e = decode_json($_); next if $e->{type} ne "refused"; $d = $e->{data};
		print join("|", @$e{qw(step turn)}, @$d{qw(error detail)}, map { "$_=" . $d->{$_} } grep { /^typed/ } sort keys %$d), "\n"'
}
cat >"$work/wanted" <<'END'
token|so-pin|ERR_FLOW_FIELD|SO PIN: That is too short
token|so-pin|ERR_FLOW_TWICE|SO PIN: two that differ
token|confirm|ERR_FLOW_TYPED|Serial number on paper|typed.serial=no such
token|confirm|ERR_FLOW_TYPED|Serial number on paper|typed.serial=withheld
root-key|agree|ERR_FLOW_CONFIRM|Olga Olsen agrees: something else was typed|typed.officer-1=withheld
root-key|agree|ERR_FLOW_CONFIRM|Omar Okafor agrees: something else was typed|typed.officer-2=withheld
root-key|fingerprint|ERR_FLOW_CONFIRM|It has been read aloud and written down: something else was typed|typed.read-aloud=withheld
root-certificate|review|ERR_FLOW_TYPED|To approve, type the first two words|typed.approved=aardvark adroitness
END

# ---- line by line ------------------------------------------------------------------------------

begin plain --plain
room_said
asked '^SO PIN' 123
asked '^SO PIN' "$so_pin"
asked 'The same again' "$pin"
asked '^SO PIN' "$so_pin"
asked 'The same again' "$so_pin"
asked '^User PIN' "$pin"
asked 'The same again' "$pin"
asked 'Serial number on paper' 'no such'
asked 'Serial number on paper' "$pin"
until_seen 'Serial number on paper'
asked 'Serial number on paper' "$(screen | sed -n 's/^ *serial: *//p' | tail -n 1)"
asked 'Olga Olsen agrees' "$so_pin"
picked 'Olga Olsen agrees'
asked 'Omar Okafor agrees' 'wrong'
both
asked '^User PIN' "$pin"
asked 'read aloud and written' 'not now'
asked 'read aloud and written' yes
asked 'first two words' 'aardvark adroitness'
picked 'Olga Olsen agrees'
picked 'Omar Okafor agrees'
until_seen 'NOT TAKEN'
asked 'first two words' 'correct horse battery'
picked 'Olga Olsen agrees'
picked 'Omar Okafor agrees'
until_seen 'NOT TAKEN'
asked 'first two words' pause
ended "plain: it is paused" 1
refusals "$room/record" >"$work/got"
grep -v 'typed.approved=withheld' "$work/got" >"$work/got-both"
same "plain: every wrong answer is on the record" "$work/got-both" "$work/wanted"
is "plain: of a passphrase in a wrong place it is said that there was one" "$(grep -c 'ERR_FLOW_TYPED.*typed.approved=withheld' "$work/got")" 1
printf '%s\n' "$so_pin" "$pin" 'correct horse' 'not now' >"$work/secrets"
if grep -raF -f "$work/secrets" "$room/record" "$room/media" >"$work/.hits"; then
	fail "plain: and nowhere is what it was"
	diag "$work/.hits"
else
	pass "plain: and nowhere is what it was"
fi

# ---- on the full screen ----------------------------------------------------------------------------

begin screen
room_typed
until_seen 'Choose the security officer'
line 123
until_seen 'NOT TAKEN'
line "$so_pin"
line "$pin"
until_seen 'second time is not'
line "$so_pin"
line "$so_pin"
until_seen 'Choose the user PIN'
line "$pin"
line "$pin"
until_seen 'Is this the right token'
serial=$(screen | sed -n 's/.*│ *serial *\([0-9a-f]*\).*/\1/p')
read_on
hand 'no such'
until_seen 'NOT TAKEN'
hand "$pin"
until_seen 'paper  _'
hand "$serial"
until_seen 'Make the root key'
read_on
letters "$so_pin"
until_seen 'Type [A-Za-z]+: \*{8}_'
keys Enter
until_seen 'NOT TAKEN'
types_picked 1
keys Enter
letters zzzzz
until_seen 'Type [A-Za-z]+: \*{5}_'
keys Enter
until_seen 'Type [A-Za-z]+: _'
for one in 1 2; do
	types_picked "$one"
	keys Enter
done
until_seen 'Log in to the token'
line "$pin"
until_seen 'The root key has been made'
read_on
line 'not now'
until_seen 'NOT TAKEN'
keys Enter
until_seen 'Review the root certificate'
read_on
hand 'aardvark adroitness'
until_seen ' Enter +Olga Olsen agrees'
keys Enter
until_seen '✓ .* agrees'
keys Enter
until_seen 'NOT TAKEN'
keys F2
until_seen 'Enter: leave now'
keys Enter
until_seen 'Enter: close'
keys Enter
ended "screen: it is paused" 1
refusals "$room/record" >"$work/got"
same "screen: the same stands on the record" "$work/got" "$work/wanted"
tm capture-pane -p -t face -S - >"$room/scrollback"
printf '%s\n' "$so_pin" >"$work/secrets" # the user PIN stood, by a slip, where a serial number is typed
if grep -raF -f "$work/secrets" "$room/record" "$room/media" "$room/scrollback" >"$work/.hits"; then
	fail "screen: the PIN in a wrong place was not shown either"
	diag "$work/.hits"
else
	pass "screen: the PIN in a wrong place was not shown either"
fi

# ---- the verifier --------------------------------------------------------------------------------------

# Every line is looked at before it is told that the last one is missing.
exits 1 "the paused record is not finished" "$bin/ceremony-verify" "$room/record"
cat "$work/out" "$work/err" >"$work/both"
like "and that is all" "$work/both" 'stops at line [0-9]+, before its close'
# bent NAME PATTERN CHANGE: the transcript chained anew after CHANGE is refused.
bent() {
	rm -rf "$work/bent"
	cp -r "$room/record" "$work/bent"
	line=$(echo "$work"/bent/ceremonies/0001-*/transcript.jsonl)
	ok "$1: chained anew" sh -c 'perl "$1" "$2" <"$3" >"$3.tmp" && mv "$3.tmp" "$3"' - scripts/e2e/chain.pl "$3" "$line"
	exits 1 "$1: refused" "$bin/ceremony-verify" "$work/bent"
	cat "$work/out" "$work/err" >"$work/both"
	like "$1: says why" "$work/both" "line [0-9]+: An event does not say what it must: $2"
}
bent "a secret that is told" 'typed\.so-pin' '!$changed && s/("type":"refused".*"turn":"so-pin".*?)"shown"/$1"typed.so-pin":"withheld","shown"/'
bent "a field that was not asked for" 'typed\.other' '!$changed && s/("type":"refused".*"turn":"agree".*?)"shown"/$1"typed.other":"withheld","shown"/'
bent "a note of one's own" 'note' '!$changed && s/("type":"refused".*"turn":"agree".*?)"shown"/$1"note":"by mistake","shown"/'
done_testing

#!/bin/sh
# slips.t: what tired people do: they lose the terminal in the middle of a word, come back, and are called by name; they leave while shares
# are dealt, and old cards lie on the table.
. scripts/e2e/lib.sh
have tmux || skip_all "tmux is not installed"
. scripts/e2e/faces.sh

# lost: the terminal goes away, and the ceremony with it.
running() { pgrep -f "^$bin/ceremony .*$work/" >"$work/.pids"; }
not_running() { ! running; }
lost() {
	running || bail "nothing runs"
	tm kill-server
	soon not_running || gave_up "it goes on without a terminal"
}
again() { terminal "'$bin/ceremony' resume --record '$room/record' --media '$room/media' ${1:-}"; }

# ---- a lost terminal ---------------------------------------------------------------------------

custodians='Clara Cruz:Cyril Chen:Cosima Conti:Conrad Cole:Carmen Castro' witnesses='Wanda Weber:Wim de Wit' auditor='Aiko Arai'
begin screen
until_seen 'Roll call: Administrator'
letters 'Ada Ad'
until_seen 'Ada Ad_'
lost
again
seen 'Gone on with; what was typed and not answered with is not kept' "letters that were lost with the terminal: it says so"
like "and they are not there" "$work/.screen" 'Administrator +_____'
room_typed
until_seen 'Choose the security officer'
lost
again
seen 'Roll call after the break' "the roll is called"
seen 'stopped: what stood in a field' "which says so, too"
read_on
like "nobody is missing: that stands there" "$work/.screen" '\(•\) no: all who are named here are here'
is "each is named once" "$(screen | sed 's/.*│//' | grep -c 'Omar Okafor')" 1
keys Down
seen '\(•\) Ada Adler, administrator, is not here' "Down leads to the others"
letters 'cruz'
seen '\(•\) Clara Cruz, custodian, is not here' "so do letters"
keys Enter
seen 'custodian, away +Clara Cruz' "who is away"
keys F2
until_seen 'Pause the ceremony'
keys Enter
until_seen 'Enter: close'
keys Enter
ended "a pause" 1
again
seen 'Gone on with after a break'
seen 'The administrator reads the names aloud' "after a pause nothing was lost"
keys F2
until_seen 'Pause the ceremony'
keys Enter
until_seen 'Enter: close'
keys Enter
ended "and another one" 1

# ---- line by line, after a pause ---------------------------------------------------------------------

face=lines
again "--plain"
until_asked 'Is anybody not here'
screen >"$room/called"
is "who is here is said once" "$(grep -c 'Omar Okafor' "$room/called")" 1
line '?'
until_asked '13. somebody hands over a role'
pass "the others are listed when they are asked for"
line 'Omar Okafor'
until_asked 'Who|Is anybody'
seen 'officer, away: Omar Okafor' "and a name is an answer"
line pause
ended "it is left" 1

# ---- cards that are void ---------------------------------------------------------------------------------

mkdir -p "$work/void/requests" "$work/void/output"
cp scripts/fixtures/requests/intermediate-[12].csr "$work/void/requests/"
sed 's/^written.2 = .*/written.2 = pause/' scripts/ceremonies/rehearsal.answers.ini >"$work/answers.ini"
exits 1 "a pause while shares are dealt" "$bin/ceremony" run scripts/ceremonies/rehearsal.ini --record "$work/void/record" --media "$work/void" \
	--answers "$work/answers.ini"
ok "it goes on" "$bin/ceremony" resume --record "$work/void/record" --media "$work/void" --answers scripts/ceremonies/rehearsal.answers.ini
opened "$work"/void/record/ceremonies/0001-* >"$work/lines"
like "the cards that were written are called void, and whose they are" "$work/lines" '"turn":"agree".*! Void: every card of epoch 1: .*\. Destroy them'
ok "the record verifies" "$bin/ceremony-verify" "$work/void/record"
is "once: the second set is whole" "$(grep -c '! Void' "$work/lines")" 1
done_testing

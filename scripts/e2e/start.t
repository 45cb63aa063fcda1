#!/bin/sh
# start.t: `ceremony` alone chooses a script or resumes, and what is amiss is shown at once, before anything begins.
. scripts/e2e/lib.sh
have tmux || skip_all "tmux is not installed"
. scripts/e2e/terminal.sh

# begin ARGUMENT...: on a screen of 80 by 25.
begin() {
	terminal "'$bin/ceremony' --scripts '$work/scripts' --profiles scripts/profiles --media '$work/media' $* 2>'$work/said'"
}

mkdir -p "$work/media/requests" "$work/media/output"

# Only these are offered on the screen, however many are shipped.
mkdir "$work/scripts"
cp scripts/ceremonies/rehearsal.ini scripts/ceremonies/rehearsal-crl.ini scripts/ceremonies/rehearsal-revoke.ini "$work/scripts/"

# the record is asked for; leaving leaves nothing
begin
seen 'Where is the record' "the record is asked for"
keys C-p C-x
seen 'No ceremony runs: there is nothing to pause or to abort' "nothing can be paused or aborted yet"
keys C-u "$work/record" Enter
seen 'new: the first ceremony makes the root' "a new record"
seen '1  Rehearsal: a root and two intermediates' "a script by its title"
unlike "none that goes on with a record" "$work/.screen" 'drill|revoke|resume'
keys 2 Enter
seen 'Nothing here is recorded' "the tour is offered"
keys C-p
seen 'Pause the ceremony' "a pause"
keys Enter
seen 'What is to be done' "which leads back"
keys F1
seen 'T: try the keys out' "the help leads to it too"
keys T
seen 'Nothing here is recorded' "from any prompt"
keys F1
seen 'The keys are tried out' "but not from itself"
unlike "no second tour" "$work/.screen" 'T: try the keys out'
keys Escape C-p
seen 'Pause the ceremony' "a pause"
keys Enter
seen 'T: try the keys out' "the help again"
keys Escape
seen 'Leave: nothing begins' "and the prompt"
keys 3 Enter
ended "leaving is no success" 1
ok "nothing was made" test ! -e "$work/record"

# What it takes to get to the screen, and through all of that: processor time, which waits for nobody.
is "all of this took less than a tenth of a second of the processor's" \
	"$(awk 'NR == 2 { split($1 "m" $2, t, /[ms]+/); print (t[1] * 60 + t[2] + t[3] * 60 + t[4] < 0.1) }' "$work/times")" 1
diag "$work/times"

# pre-flight: all of it at once, and again
begin --record "$work/record"
seen 'What is to be done' "the record is given"
keys 1 Enter
seen 'something is amiss' "something is amiss"
like "one file" "$work/.screen" '! File +intermediate-1.csr is not on the medium requests'
like "and the other" "$work/.screen" '! File +intermediate-2.csr is not on the medium requests'
keys NPage NPage 1 Enter
seen '! File +intermediate-1.csr' "looked again: still so"
cp scripts/fixtures/requests/intermediate-[12].csr "$work/media/requests/"
rmdir "$work/media/output"
keys NPage NPage 1 Enter
seen '! Medium output' "looked again: another thing"
unlike "not the files" "$work/.screen" 'csr is not on'
keys NPage NPage 3 Enter
ended "left" 1
like "it says that nothing has begun" "$work/said" 'Nothing has begun'
is "no ceremony is in the record" "$(ls "$work/record/ceremonies")" ""

# begun nonetheless: that, and why, is on the record, and two approve it as soon as there are names
mv "$work/media/requests/intermediate-2.csr" "$work/kept.csr"
begin --record "$work/amiss"
seen 'What is to be done' "the same, with another record"
keys 1 Enter
seen '! Medium output' "two things are amiss"
like "the other" "$work/.screen" '! File +intermediate-2.csr is not on the medium requests'
mv "$work/kept.csr" "$work/media/requests/intermediate-2.csr"
keys NPage NPage 1 Enter
mended() { shows '! Medium output' && ! grep -q 'csr is not on' "$work/.screen"; }
soon mended && pass "looked again: one is mended" || fail "looked again: one is mended"
keys NPage NPage 2 Enter
seen 'It begins although something is amiss' "it is asked why"
keys NPage yes Enter
seen 'NOT TAKEN' "a yes is no reason"
keys C-u 'the second stick is fetched from the safe' Enter
seen 'Roll call: Administrator' "it begins"
keys C-p
seen 'Pause the ceremony' "a pause"
keys Enter
seen 'Enter: close' "paused"
keys Enter
ended "a pause is no success" 1
mkdir "$work/media/output"
sed '/^\[exception\]/,$ d' scripts/ceremonies/rehearsal.answers.ini >"$work/answers.ini"
printf '%s\n' '' '[exception]' 'decided = the stick came' 'disposition = corrected' 'approver.1 = Olga Olsen' \
	'approver.2 = nobody' 'approver.2.2 = Omar Okafor' >>"$work/answers.ini"
ok "resumed, to its end" "$bin/ceremony" resume --record "$work/amiss" --media "$work/media" --answers "$work/answers.ini"
rmdir "$work/media/output" 2>/dev/null || rm -r "$work/media/output"
ok "verified" "$bin/ceremony-verify" "$work/amiss"
t=$work/amiss/ceremonies/0001-root-generation
on_record "by which face, how often was looked, what was amiss, and what was mended" "$t" '"type":"open",.*"face":"screen","looks":"2","amiss.1":"Medium output: [^"]*","mended.1":"File: intermediate-2.csr is not on the medium requests"'
on_record "the first exception" "$t" '"n":2,.*"type":"exception","step":"roll-call","turn":"amiss",.*"reason":"the second stick is fetched from the safe","number":"1","found":"Medium output: '
on_record "one approver is none" "$t" '"type":"refused",.*"turn":"decide",.*"error":"ERR_FLOW_APPROVER","detail":"two approve what was amiss'
on_record "two are" "$t" '"type":"disposition",.*"approver.1":"Olga Olsen","approver.2":"Omar Okafor","number":"1"'
is "before the next step" "$(awk '/"type":"disposition"/ { seen = 1 } /"step":"clock"/ && !seen && /"type":"answer"/ { early = 1 } END { print seen + 0, early + 0 }' "$t/transcript.jsonl")" "1 0"
on_record "and by which face it was gone on with, and by which program" "$t" '"type":"resume",.*"program":"ceremony [0-9.]*","face":"answers"'
like "the report has it" "$t/report.txt" '^  Amiss +Medium output: '
like "and what was mended" "$t/report.txt" '^  Mended +File: intermediate-2.csr is not on'
like "and who answers" "$t/report.txt" '^  Answered by +people, on the screen; the room was looked over 2 times before'
mkdir -p "$work/nothing/requests"
echo 2 | "$bin/ceremony" run scripts/ceremonies/rehearsal.ini --record "$work/three" --media "$work/nothing" --profiles scripts/profiles --plain >"$work/lines" 2>&1
is "three things that are amiss have a row each" "$(sed -n '/It begins although/,$p' "$work/lines" | grep -cE '^ +\(!\) Amiss: (File: intermediate-[12]|Medium output)')" 3
cp -r "$work/amiss" "$work/meddled"
perl -pi -e 's/"amiss.1":"[^"]*",//' "$work/meddled/ceremonies/0001-root-generation/transcript.jsonl"
exits 1 "a first line that does not tell it" "$bin/ceremony-verify" "$work/meddled"

# all well: no question is asked; a pause is resumed from the start
mkdir "$work/media/output"
begin --record "$work/record"
seen 'What is to be done' "the list"
keys 1 Enter
seen 'Roll call: Administrator' "it begins at once"
keys C-p
seen 'Pause the ceremony' "a pause"
keys Enter
seen 'Enter: close' "paused"
keys Enter
ended "a pause is no success" 1
begin --record "$work/record"
seen '1  Go on with 0001-root-generation, which has not ended' "it can be gone on with"
unlike "and nothing else" "$work/.screen" 'Rehearsal: a root'
keys 1 Enter
seen 'Roll call: Administrator' "it goes on"
keys C-p
seen 'Pause the ceremony' "a pause"
keys Enter
seen 'Enter: close' "paused"
keys Enter
ended "paused again" 1

# what goes on with a record, line by line
rm -rf "$work/record" "$work/record.token"
ok "a whole rehearsal" "$bin/ceremony" run scripts/ceremonies/rehearsal.ini --record "$work/record" --media "$work/media" \
	--answers scripts/ceremonies/rehearsal.answers.ini
echo leave | "$bin/ceremony" --plain --record "$work/record" --media "$work/media" >"$work/lines" 2>&1
is "left, in lines" $? 1
like "what is offered: the next list" "$work/lines" '\(rehearsal-crl.ini\)'
like "a revocation" "$work/lines" '\(rehearsal-revoke.ini\)'
printf '%s\n' tour pause leave | "$bin/ceremony" --plain --record "$work/record" --media "$work/media" >"$work/toured" 2>&1
like "the tour, in lines" "$work/toured" '^--- A tour of the keys'
is "and back at the prompt" "$(grep -c 'its number, or\|the arrow keys, or' "$work/toured")" 2
unlike "no second root" "$work/lines" '\(rehearsal.ini\)'
like "the state" "$work/lines" 'Example Trust Services: 1 ceremony, verified'
like "what is due" "$work/lines" 'next revocation list'

# bad records and bad use
printf 'x' >>"$work/record/ceremonies/0001-root-generation/report.txt"
echo leave | "$bin/ceremony" --plain --record "$work/record" >"$work/lines" 2>&1
is "a record that does not verify: left" $? 1
like "it says so" "$work/lines" 'report.txt'
unlike "and offers nothing" "$work/lines" '\(rehearsal'
like "but to look again" "$work/lines" 'Verify the record again'
printf '%s\n' pause abort back | "$bin/ceremony" --plain --record "$work/record" >"$work/lines" 2>&1
is "back leaves" $? 1
is "and nothing is paused or aborted" "$(grep -c 'No ceremony runs' "$work/lines")" 2
: >"$work/plainfile"
echo leave | "$bin/ceremony" --plain --record "$work/plainfile" >"$work/lines" 2>&1
unlike "a file is no record" "$work/lines" '\(rehearsal'
exits 2 "answers without a script" "$bin/ceremony" --record "$work/r" --answers x.ini
exits 2 "an unknown option" "$bin/ceremony" --recrod "$work/r"
exits 3 "no terminal" "$bin/ceremony" --record "$work/r"
exits 3 "a script that is not there" "$bin/ceremony" run none.ini --record "$work/none"
ok "a script that cannot be run leaves no record" test ! -e "$work/none"
done_testing

#!/bin/sh
# people.t: what belongs to no step: exceptions, who comes and goes, a role that is handed over, a
# quorum that a script asks for, and a check that is waived; from a file of answers, with a pause
# and a resume in between, and the same lines bent, which the verifier must refuse.
. scripts/e2e/lib.sh

cp scripts/ceremonies/rehearsal.answers.ini "$work/answers.ini"
cat scripts/ceremonies/rehearsal.ini - >"$work/script.ini" <<'END'

[quorum]
key-use = officer 2, witness 1
every-step = administrator 1
sign = auditor 1
END

# change LINE NEW: one answer replaced by others.
change() {
	awk -v old="$1" -v new="$2" '$0 == old { n = split(new, l, "|"); for (i = 1; i <= n; i++) print l[i]; seen = 1; next }
		{ print } END { exit !seen }' "$work/answers.ini" >"$work/changed.ini" || bail "no such answer: $1"
	mv "$work/changed.ini" "$work/answers.ini"
}
# media FOLDER
media() {
	mkdir -p "$1/requests" "$1/output"
	cp scripts/fixtures/requests/intermediate-[12].csr "$1/requests/"
}

# ---- ceremony check --------------------------------------------------------------------------

ok "a script with a quorum" "$bin/ceremony" check "$work/script.ini" --profiles scripts/profiles
refused() {
	sed "s/^$2\$/$3/" "$work/script.ini" >"$work/bad.ini"
	exits 1 "check: $1" "$bin/ceremony" check "$work/bad.ini" --profiles scripts/profiles
	like "$1: says so" "$work/err" "$4"
}
refused "more witnesses than there are" 'key-use = .*' 'key-use = officer 2, witness 3' ':[0-9]+: \[quorum\] key-use: witness 3, and \[roles\] has 2'
refused "no such role" 'key-use = .*' 'key-use = notary 1' 'no such role'
refused "a role twice" 'key-use = .*' 'key-use = officer 1, officer 2' 'a role twice'
refused "no number" 'key-use = .*' 'key-use = officer' 'write such as'
refused "nobody" 'key-use = .*' 'key-use = officer 0' 'write such as'
refused "no such step" 'sign = auditor 1' 'sing = auditor 1' 'nor the id of a step'
refused "a step by a taken name" '\[step sign\]' '[step presence]' 'means something else'

# ---- a ceremony with everything in it ---------------------------------------------------------

# The clock: a watch that is wrong, an exception that waives the check with two approvers.
change 'watch.1 = @now' "watch.1 = $(date -u -d '6 hours' +%H:%M:%S)|watch.1.2 = @exception|watch.1.3 = @now"
change 'watch.2 = @now' 'watch.2 = @now|watch.2.2 = 12:00'
# An exception that is left open, in the middle of a secret screen; it is decided at the sign-off.
change 'written.2 = @card share-2' 'written.2 = exception|written.2.2 = @card share-2'
# A hand-over in the middle of a list; an officer and both witnesses leave before the signing.
change 'decision.2 = approve' 'decision.2 = @people|decision.2.2 = @people|decision.2.3 = @people|decision.2.4 = @people|decision.2.5 = approve'
cat >>"$work/answers.ini" <<'END'

[exception]
expected = a watch that agrees with the clock to two minutes
happened = the battery of the officer's watch is empty
decide = now
decided = the witness's watch and the radio clock on the wall agree
disposition = waived
approver.1 = Olga Olsen
approver.2 = Aiko Arai
expected.2 = silence while a share is on the screen
happened.2 = the fire alarm rang; nobody left the room
decide.2 = later
decided.2 = the alarm was a test, as the building's warden says in writing
disposition.2 = accepted
approver.1.2 = Aiko Arai
approver.2.2 = nobody

[presence]
presence = hand-over
from = Omar Okafor
to = Oona Oja
reason = his train leaves
approver = Ada Adler
presence.2 = Olga Olsen
presence.3 = Wanda Weber
presence.4 = Wim de Wit
presence.5 = Olga Olsen
presence.6 = Wim de Wit
presence.7 = Wanda Weber
END

media "$work/m"
ok "a ceremony with exceptions and people who come and go" "$bin/ceremony" run "$work/script.ini" --record "$work/r" --media "$work/m" \
	--profiles scripts/profiles --answers "$work/answers.ini"
folder=$work/r/ceremonies/0001-root-generation
t=$work/opened
perl scripts/e2e/personal.pl fields "$folder" <"$folder/transcript.jsonl" >"$t"
exits 0 "it verifies" "$bin/ceremony-verify" "$work/r"

# each PERL: what it says of every line that it says anything of: $e the event, $d its data.
each() {
	perl -MJSON::PP -ne 'BEGIN { $say = eval "sub { my (\$e, \$d) = \@_; $ARGV[0] }" or die $@; shift } $e = decode_json($_);
		$said = $say->($e, $e->{data}); push @all, $said if defined $said; END { print join(",", @all), "\n" }' "$1" "$t"
}
# event TYPE STEP KEY...: these fields of the first such line.
event() {
	type=$1 step=$2
	shift 2
	each "\$e->{type} eq '$type' && \$e->{step} eq '$step' && !\$main::seen++ ? join(' ', @\$d{qw($*)}) : undef"
}
is "the wrong watch is on the record" "$(event refused clock error typed.watch.1)" "ERR_CLOCK_DIFFERS withheld"
is "an exception: number, check" "$(event exception clock number failed decide)" "1 ERR_CLOCK_DIFFERS now"
is "its disposition" "$(event disposition clock number waived approver.1 approver.2)" "1 ERR_CLOCK_DIFFERS Olga Olsen Aiko Arai"
is "the watch that was waived, with its offset" "$(event answer clock watch.2)" "12:00"
like "offsets are in seconds" "$t" '"offset.1":"\+[0-3]","offset.2":"[+-][0-9]+"'
is "an exception out of a secret screen" "$(event exception backup number)" 2
is "decided before the witnesses speak" "$(event disposition sign-off number disposition)" "2 accepted"
is "a hand-over" "$(event hand-over review from to role approver)" "Omar Okafor Oona Oja officer Ada Adler"
is "who left" "$(each '$e->{type} eq "leave" ? "$d->{presence} $d->{role}" : undef')" \
	"Olga Olsen officer,Wanda Weber witness,Wim de Wit witness"
is "signing waits for an officer and a witness, her statement for Wanda" \
	"$(each '$e->{type} eq "return" ? "$e->{step} $e->{turn} $d->{presence}" : undef')" \
	"sign presence Olga Olsen,sign presence Wim de Wit,sign-off presence Wanda Weber"
is "every event of a person says when it was asked" \
	"$(each '$e->{type} =~ /^(answer|refused|aside|back|leave|return|hand-over|exception|disposition)$/ && !$d->{shown} ? $e->{n} : undef')" ""
like "the report: exceptions" "$folder/report.txt" 'the fire alarm rang'
like "the report: disposition" "$folder/report.txt" 'the alarm was a test'
like "the report: the hand-over" "$folder/report.txt" 'Omar Okafor to Oona Oja, officer'
unlike "the report: nobody is called shown" "$folder/report.txt" '^  shown '


# ---- the same lines, bent ------------------------------------------------------------------------

line='transcript.jsonl line [0-9].* \[.*[0-9a-z]\]' # the line at fault, and the clause
# bent NAME PATTERN PERL: the record with its lines changed by Perl, and chained anew, is refused for that reason.
bent() {
	rm -rf "$work/bent" && cp -r "$work/r" "$work/bent"
	perl -ne "$3; print" "$t" >"$work/lines"
	cmp -s "$work/lines" "$t" && bail "bent: $1 changes nothing"
	perl scripts/e2e/personal.pl close "$folder" <"$work/lines" >"$work/closed"
	perl -MDigest::SHA=sha256_hex -ne 'BEGIN { $p = "0" x 64 } chomp; s/^\{"n":\d+/sprintf "{\"n\":%d", $n++/e;
		s/"prev":"[0-9a-f]{64}"\}$/"prev":"$p"}/; $p = sha256_hex($_); print "$_\n"' \
		"$work/closed" >"$work/bent/ceremonies/0001-root-generation/transcript.jsonl"
	exits 1 "bent: $1" "$bin/ceremony-verify" "$work/bent"
	cat "$work/out" "$work/err" >"$work/said"
	like "bent: $1: why" "$work/said" "$2"
	grep '^NOT VERIFIED' "$work/said" >>"$work/why"
}
bent "a close with an open exception" 'An exception is open: number 2' 'next if /"type":"disposition","step":"sign-off"/'
bent "an approver who is a witness" 'ERR_FLOW_FIELD|cannot be taken: Approved by' 's/"approver.1":"Aiko Arai"/"approver.1":"Wim de Wit"/'
bent "an approver who is not there" 'cannot be taken: Approved by' 's/"approver.1":"Aiko Arai"/"approver.1":"Omar Okafor"/'
bent "a check waived by one" 'waived by two people' 's/"approver.2":"Aiko Arai"/"approver.2":"nobody"/'
bent "another number" 'An event does not say what it must: number' 's/"number":"2"/"number":"3"/ if /"type":"exception","step":"backup"/'
bent "a key used without the quorum" 'officer: 1 of 2 are here' 'next if /"type":"return","step":"sign"/'
bent "an absent witness who speaks" 'Wanda Weber, who acts' 'next if /"type":"return","step":"sign-off"/'
bent "a second role by hand-over" 'One person cannot hold two roles' 's/Oona Oja/Wim de Wit/'
bent "an offset that is not so" 'offset.1' 's/"offset.1":"\+/"offset.1":"+9/'
bent "a clock that jumps in silence" 'The clock jumped: by -[0-9]+ ms' '$on ||= /"step":"requests"/; s/"mono":(\d+)/"\"mono\":" . ($1 + 100000)/e if $on'
bent "asked before it came to be" 'must: shown' 's/"shown":"20/"shown":"19/ if /"step":"sign-off"/'
bent "one person in the place of two officers" 'One person cannot hold two roles: .*BR 5.2.4' 's/"officer.2":"Omar Okafor"/"officer.2":"Olga Olsen"/'
bent "one officer who agrees for two" 'An answer cannot be taken: officer-2 is missing' 's/,"officer-2":"yes"// if /"step":"sign","turn":"agree"/'
bent "an officer who does not agree" 'It was not confirmed: .*BR 6.1.1.1' 's/"officer-2":"yes"/"officer-2":"no"/ if /"step":"sign","turn":"agree"/'
bent "one who approves twice" 'That person cannot approve this: .*twice.*BR 6.2.2' 's/"approver.2":"Aiko Arai"/"approver.2":"Olga Olsen"/'
bent "a challenge that the root key did not sign" 'The restored key is not the key that was backed up: the signature' 's/("op":"key-prove","challenge":".{60})(.)/$1 . ($2 eq "0" ? 1 : 0)/e'
bent "a challenge of other words" 'cannot be taken: challenge' 's/("op":"key-prove","challenge":")63/${1}43/'
bent "who hands over, and approves it" 'cannot approve this: .*hands over' 's/"approver":"Ada Adler"/"approver":"Omar Okafor"/'
bent "a role that is not the person's" 'must: role' 's/"role":"witness"/"role":"auditor"/ if /"type":"leave"/'
bent "a role that changes without a hand-over" '"hand-over" has not been answered' 'next if /"type":"hand-over"/'
bent "somebody who comes out of nowhere" 'That cannot come now: an event of the type return' 's/"presence":"Wanda Weber"/"presence":"his train leaves"/ if /"type":"return"/'
bent "a watch without its offset" '3 fields, and not 4' 's/,"offset.2":"[^"]*"// if /"turn":"watches","round":0,"data":\{"watch.1":"[0-9:]*","watch.2":"12:00"/'
bent "no watch's offset" '2 fields, and not 4' 's/,"offset.1":"[^"]*","offset.2":"[^"]*"//'
bent "a watch that nobody read" 'watch.2 is missing' 's/"watch.2":"12:00",//'
bent "time that goes back" 'Time goes back' 's/"time":"20/"time":"19/ if /"step":"sign-off"/'
bent "a clock that cannot be set, and was" 'cannot be set went back' '$on ||= /"step":"requests"/; s/"mono":\d+/"mono":1/ if $on'
bent "a machine without a name, whose clocks nobody could compare" 'must: boot' 's/,"boot":"[0-9a-f]{32}"//'
bent "when it was asked" 'must: shown' 's/,"shown":"[^"]*"// if /"step":"sign","turn":"agree"/'
bent "what was on the screen" 'must: prompt' 's/,"prompt":"(?:[^"\\]|\\.)*"// if /"step":"sign","turn":"agree"/'
is "every reason was given with its line" "$(grep -c "$line" "$work/why")" "$(grep -c . "$work/why")"

# ---- a pause, and the roll call after it --------------------------------------------------------

cp scripts/ceremonies/rehearsal.answers.ini "$work/answers.ini"
change 'read-aloud = yes' 'read-aloud = pause'
media "$work/m2"
exits 1 "a pause" "$bin/ceremony" run "$work/script.ini" --record "$work/p" --media "$work/m2" --profiles scripts/profiles \
	--answers "$work/answers.ini"
change 'read-aloud = pause' 'read-aloud = yes'
cat >>"$work/answers.ini" <<'END'

[presence]
presence = Clara Cruz
presence.2 = Olga Olsen
presence.3 = Olga Olsen
presence.4 = everyone
presence.5 = Clara Cruz
END
exits 0 "a resume: who is here?" "$bin/ceremony" resume --record "$work/p" --media "$work/m2" --answers "$work/answers.ini"
opened "$work/p/ceremonies/0001-root-generation" >"$t"
is "the roll call, then the key goes on" \
	"$(each '$e->{turn} eq "presence" ? "$e->{type} $e->{step} $d->{presence}" : undef')" \
	"leave root-key Clara Cruz,leave root-key Olga Olsen,return root-key Olga Olsen,answer root-key everyone,return backup Clara Cruz"

done_testing

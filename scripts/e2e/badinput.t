#!/bin/sh
# badinput.t: what people and media get wrong, one thing a ceremony: each has its name, its
# exit status and its line in the transcript, and the ceremony goes on or stops as the
# step says.
. scripts/e2e/lib.sh

# fresh NAME: a room of its own, in $c: script, answers, media; no record yet.
fresh() {
	c=$work/$1
	mkdir -p "$c/media/requests" "$c/media/output"
	cp scripts/fixtures/requests/intermediate-[12].csr "$c/media/requests/"
	cp scripts/ceremonies/rehearsal.ini "$c/script.ini"
	cp scripts/ceremonies/rehearsal.answers.ini "$c/answers.ini"
}

# answer SECTION KEY [LINE...]: puts the lines in the place of that answer.
answer() {
	section=$1 key=$2
	shift 2
	lines=$(printf '%s\n' "$@") awk -v section="[$section]" -v key="$key = " '
		/^\[/ { inside = $0 == section }
		inside && index($0, key) == 1 { done = 1; if (ENVIRON["lines"] != "") print ENVIRON["lines"]; next }
		{ print }
		END { exit !done }' "$c/answers.ini" >"$c/new" || bail "no answer $2 in [$1]"
	mv "$c/new" "$c/answers.ini"
}

# add SECTION LINE: an answer more.
add() {
	awk -v section="[$1]" -v line="$2" '{ print } $0 == section { print line }' "$c/answers.ini" >"$c/new"
	mv "$c/new" "$c/answers.ini"
}

# runs STATUS NAME [OPTION...], resumes STATUS NAME: the ceremony in $c, by its answers.
runs() {
	status=$1 title=$2
	shift 2
	exits "$status" "$title" "$bin/ceremony" run "$c/script.ini" --record "$c/record" --media "$c/media" \
		--profiles scripts/profiles --answers "$c/answers.ini" "$@"
}
resumes() {
	exits "$1" "$2" "$bin/ceremony" resume --record "$c/record" --media "$c/media" --answers "$c/answers.ini"
}

# says NAME ERROR: the last run's stderr ends with that error.
says() {
	like "$1" "$work/err" "^ceremony: .*\\[$2\\]\$"
}

# recorded NAME TYPE STEP TURN ERROR [DETAIL]: such a line stands in the transcript.
recorded() {
	on_record "$1" "$c/record/ceremonies/0001-root-generation" "\"type\":\"$2\",\"step\":\"$3\",\"turn\":\"$4\",.*\"error\":\"$5\",\"detail\":\"${6:-}"
}

verified() {
	ok "$1" "$bin/ceremony-verify" "$c/record"
}

# ---- requests ---------------------------------------------------------------------------

# A bad one is refused with its rule; the other is signed all the same.
while read -r file error; do
	fresh "request-$file"
	cp "scripts/fixtures/requests/$file.csr" "$c/media/requests/intermediate-1.csr"
	answer requests words.1 'without.1 = yes'
	answer review decision.1
	runs 0 "$file: the ceremony goes on without it"
	recorded "$file: refused on the record" failed requests parse "$error"
	verified "$file: verified"
	is "$file: only the other is signed" "$(ls "$c/media/output" | tr '\n' ' ')" 'checkpoint-0001 intermediate-2.pem root-crl.pem root.crl root.pem '
done <<-END
	bad-signature ERR_REQUEST_SIGNATURE
	rsa1024 ERR_KEYTEST_RSA_SIZE
	trailing ERR_REQUEST_TRAILING
END

fresh ca-false
cp scripts/fixtures/requests/ca-false.csr "$c/media/requests/intermediate-1.csr"
answer review decision.1 'without.1 = yes'
runs 0 "CA:FALSE asked: the ceremony goes on without it"
recorded "CA:FALSE asked: refused by the profile" failed review random ERR_PROFILE_REQUEST 'basicConstraints CA:FALSE'
verified "CA:FALSE asked: verified"
is "CA:FALSE asked: only the other is signed" "$(ls "$c/media/output" | tr '\n' ' ')" \
	'checkpoint-0001 intermediate-2.pem root-crl.pem root.crl root.pem '

fresh ca-false-approved
cp scripts/fixtures/requests/ca-false.csr "$c/media/requests/intermediate-1.csr"
runs 1 "CA:FALSE asked: nobody can approve it"
says "the question is another" ERR_PROFILE_REQUEST
unlike "nothing was signed for it" "$c/record/ceremonies/0001-root-generation/transcript.jsonl" '"step":"sign"'

fresh rejected
answer review decision.1 'decision.1 = reject'
runs 0 "an officer rejects one certificate"
like "it is on the record" "$c/record/ceremonies/0001-root-generation/transcript.jsonl" \
	'"type":"answer","step":"review".*"decision.1":"reject"'
is "the other is signed" "$(ls "$c/record/ceremonies/0001-root-generation/certificates" | tr '\n' ' ')" \
	'intermediate-2.pem root.pem '
verified "a record with a rejection verifies"

# ---- media ------------------------------------------------------------------------------

fresh request-lint
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout "$c/key" -subj '/C=QQ/O=Example/CN=Example CA' \
	-out "$c/media/requests/intermediate-1.csr" 2>/dev/null || bail "openssl makes no request"
answer review decision.1 'without.1 = yes'
runs 0 "no such country: the ceremony goes on without it"
recorded "no such country: refused by the linter, with the clause" failed review random ERR_PROFILE_LINT 'subject-country: .*BR 7\.1\.4\.2'
verified "no such country: verified"
is "no such country: only the other is signed" "$(ls "$c/media/output" | tr '\n' ' ')" \
	'checkpoint-0001 intermediate-2.pem root-crl.pem root.crl root.pem '

fresh root-lint
sed 's/^subject = C=XX/subject = C=QQ/' "$c/script.ini" >"$c/new" && mv "$c/new" "$c/script.ini"
runs 1 "a root of no such country is not signed"
says "the linter's finding is said" ERR_PROFILE_LINT
unlike "and the token was never asked" "$c/record/ceremonies/0001-root-generation/transcript.jsonl" '"type":"intent","step":"root-certificate"'

fresh file-missing
mv "$c/media/requests/intermediate-2.csr" "$c/kept"
runs 3 "a file is missing on the medium"
says "it is named" ERR_MEDIUM_FILE
recorded "it is recorded" failed requests read ERR_MEDIUM_FILE 'intermediate-2.csr'
mv "$c/kept" "$c/media/requests/intermediate-2.csr"
resumes 0 "with the file there, it is resumed"
verified "a resumed record verifies"

fresh medium-missing
mv "$c/media/requests" "$c/kept"
runs 3 "a medium is missing"
says "it is named" ERR_MEDIUM_MISSING
recorded "it is recorded" failed requests read ERR_MEDIUM_MISSING requests
add session 'after-failure = @pause'
resumes 1 "tried again without it, and paused at the failure"
recorded "it failed again" failed requests read ERR_MEDIUM_MISSING
like "the pause is recorded" "$c/record/ceremonies/0001-root-generation/transcript.jsonl" '"type":"pause","step":"requests"'
mv "$c/kept" "$c/media/requests"
answer session after-failure
resumes 0 "with the medium there, it is resumed"
verified "paused and resumed, it verifies"

fresh output-holds-other
echo 'of another CA' >"$c/media/output/root.pem"
runs 3 "the output medium holds another root.pem"
says "it is named" ERR_FILE_EXISTS
recorded "it is recorded" failed export write ERR_FILE_EXISTS root.pem
is "it is left as it was" "$(cat "$c/media/output/root.pem")" 'of another CA'
rm "$c/media/output/root.pem"
resumes 0 "an empty medium, and it is resumed"
same "the root is on it now" "$c/media/output/root.pem" "$c/record/root.pem"

# ---- people -----------------------------------------------------------------------------

fresh pin
answer session pin 'pin = 111111' 'pin.2 = 987654321'
runs 0 "a wrong PIN, then the right one"
recorded "the wrong one is recorded" failed root-key login ERR_PIN_WRONG
unlike "neither PIN is" "$c/record/ceremonies/0001-root-generation/transcript.jsonl" '987654321|"111111"'
verified "a record with a wrong PIN verifies"

fresh pin-only-wrong
answer session pin 'pin = 111111'
runs 1 "only a wrong PIN"
says "the run ends with it" ERR_PIN_WRONG

fresh watch
answer clock watch.1 'watch.1 = 00:00:00' 'watch.1.2 = @now'
now=$(date -u +%s)
# Within the tolerance of midnight the wrong watch would be right.
[ $((now % 86400)) -gt 300 ] && [ $((now % 86400)) -lt 86000 ] || answer clock watch.1 'watch.1 = 12:00:00'
runs 0 "a watch that differs, then one that does not"
recorded "the difference is recorded" refused clock watches ERR_CLOCK_DIFFERS 'watch 1 is [0-9]'

fresh watch-words
answer clock watch.2 'watch.2 = noon'
runs 1 "a watch that shows no time"
says "it cannot be taken" ERR_FLOW_FIELD
recorded "it is recorded" refused clock watches ERR_FLOW_FIELD 'watch 2'

fresh two-roles
answer roll-call custodian.3 'custodian.3 = Olga Olsen' 'custodian.3.2 = Cosima Conti'
runs 0 "a person in two roles, then another one"
recorded "who it was is recorded" refused roll-call people ERR_FLOW_PERSON_TWICE 'Olga Olsen'

fresh two-spellings
answer roll-call custodian.3 'custodian.3 = olga  OLSEN' 'custodian.3.2 = Cosima Conti'
runs 0 "a person in two roles, spelt twice, then another one"
recorded "who it was is recorded" refused roll-call people ERR_FLOW_PERSON_TWICE 'olga  OLSEN'

fresh serial
answer token serial 'serial = 0000' 'serial.2 = @expect'
runs 0 "a wrong serial, then the right one"
recorded "it is recorded" refused token confirm ERR_FLOW_TYPED

fresh share
words='academic acid acne acquire acrobat activity actress adapt adequate adjust admit adorn adult advance advocate afraid again'
words="$words agency agree aide aircraft airline airport ajar alarm album alcohol alien alive alpha already alto aluminum"
answer backup words.2 "words.2 = $words" 'words.2.2 = @shown'
runs 0 "a share of wrong words, then the right one"
recorded "only the place is recorded" failed backup enter ERR_SHARE_DIFFERS 'word [12]"'
unlike "no word is" "$c/record/ceremonies/0001-root-generation/transcript.jsonl" 'academic|aluminum'

fresh share-word
answer backup words.2 "words.2 = $words" "words.2.2 = xyzzy ${words#* }" 'words.2.3 = @shown'
runs 0 "a word that is in no list"
recorded "its place is recorded" failed backup enter ERR_SHARE_DIFFERS 'word 1"'
unlike "the word is not" "$c/record/ceremonies/0001-root-generation/transcript.jsonl" 'xyzzy'

fresh passphrase
answer checkpoint passphrase.2 'passphrase.2 = another phrase' 'passphrase.2.2 = second witness phrase'
runs 0 "a wrong passphrase at the checkpoint, then the right one"
like "it was said" "$work/err" 'The passphrase does not open'
verified "the checkpoint is whole"

fresh passphrase-only-wrong
answer checkpoint passphrase.2 'passphrase.2 = another phrase'
runs 1 "only a wrong passphrase at the checkpoint"
says "the run ends with it" ERR_WITNESS_PASSPHRASE
answer checkpoint passphrase.2 'passphrase.2 = second witness phrase'
resumes 0 "the closed record is resumed"
verified "and verifies"

fresh passphrase-short
answer sign-off passphrase.1 'passphrase.1 = short'
runs 1 "a passphrase that is too short"
recorded "it is recorded" failed sign-off statement ERR_WITNESS_SHORT

# ---- scripts, tokens, answers -------------------------------------------------------------

fresh unknown-key
echo 'extra = 1' >>"$c/script.ini"
runs 1 "a script with an unknown key"
says "it is named" ERR_INI_UNKNOWN
like "with its line" "$work/err" 'script\.ini:[0-9]+: extra'
is "no ceremony was begun" "$(find "$c" -name transcript.jsonl)" ''

fresh bad-profile
cp -r scripts/profiles "$c/profiles"
sed -i 's/^keyUsage *=.*/keyUsage = critical, digitalSignature/' "$c/profiles/tls-root.ini"
exits 1 "a profile that breaks a rule" "$bin/ceremony" run "$c/script.ini" --record "$c/record" --media "$c/media" \
	--profiles "$c/profiles" --answers "$c/answers.ini"
says "the rule is named" ERR_PROFILE_RULE
like "with its clause" "$work/err" 'RFC 5280 4\.2\.1\.3'

fresh no-module
runs 3 "no token module" --token "pkcs11:token=rehearsal-root?module-path=$c/nothing.so"
says "it is named" ERR_TOKEN_MODULE
recorded "it is recorded" failed token find ERR_TOKEN_MODULE

fresh not-a-rehearsal
sed -i 's/^rehearsal = yes/rehearsal = no/' "$c/script.ini"
runs 2 "answers without a rehearsal"
says "refused" ERR_USAGE
is "no ceremony was begun" "$(find "$c" -name transcript.jsonl)" ''

fresh missing
answer sign officer-2
runs 1 "an answer is missing"
says "that is the error" ERR_ANSWER_MISSING
like "step and field are named" "$work/err" 'step \[sign\] has no `officer-2`'
add sign 'officer-2 = yes'
resumes 0 "added, it is resumed"

fresh left-over
add sign 'officer-3 = yes'
runs 1 "an answer is left over"
says "that is the error" ERR_ANSWER_LEFT
like "file, line, step and field are named" "$work/err" 'answers\.ini:[0-9]+: `officer-3` in \[sign\]'

# ---- the record -----------------------------------------------------------------------------

fresh whole
runs 0 "a whole ceremony"
runs 3 "no second root in a record"
says "that is the error" ERR_RECORD_HAS_ROOT
resumes 3 "nothing to resume"
says "that is the error" ERR_RECORD_NOTHING
verified "the record is as it was"
mv "$c/record" "$c/elsewhere"
resumes 3 "no record to resume"
says "that is the error" ERR_FILE_OPEN
exits 1 "none was made" test -e "$c/record"

fresh aborted
answer sign officer-2 'officer-2 = @abort'
cat >>"$c/answers.ini" <<'END'

[abort]
reason = no
reason.2 = the second officer does not recognise the request
decided-by = Nobody Known
decided-by.2 = Omar Okafor
confirmed-by = Omar Okafor
confirmed-by.3 = Wanda Weber
END
cp "$c/answers.ini" "$c/good.ini"
sed -i '/^decided-by = /d; s/^decided-by.2/decided-by/; /^reason = /d; /^reason.2 = /d' "$c/answers.ini"
runs 1 "nothing is ended without a reason"
says "it is asked for" ERR_ANSWER_MISSING
unlike "and the ceremony can be resumed" "$c/record/ceremonies/0001-root-generation/transcript.jsonl" '"type":"abort"'
rm -rf "$c/record" "$c/record.token" "$c/record.cards"
cp "$c/good.ini" "$c/answers.ini"
runs 1 "a decision by nobody who is there"
says "is no choice" ERR_ANSWER_VALUE
rm -rf "$c/record" "$c/record.token" "$c/record.cards"
sed -i '/^decided-by = /d; s/^decided-by.2/decided-by/' "$c/answers.ini"
runs 1 "a ceremony that is ended for good"
t=$c/record/ceremonies/0001-root-generation/transcript.jsonl
recorded "no is no reason" refused sign abort ERR_FLOW_FIELD 'reason: in words, please'
recorded "nor is one person enough" refused sign abort ERR_FLOW_ALONE
on_record "the abort is recorded" "${t%/*}" '"type":"abort","step":"sign","turn":"abort","round":0,"data":."reason":"the second officer does not recognise the request","decided-by":"Omar Okafor","confirmed-by":"Wanda Weber","shown":'
is "it is the last line" "$(grep -n '"type":"abort"' "$t" | cut -d : -f 1)" "$(grep -c '' "$t")"
ok "a report of it" "$bin/ceremony" report --record "$c/record" --ceremony 1 --format text -o "$c/report"
like "it says why" "$c/report" '^  Why +the second officer does not recognise the request$'
like "and who decided it" "$c/report" '^  Decided by +Omar Okafor$'
like "and who confirmed it" "$c/report" '^  Confirmed +Wanda Weber$'
exits 1 "the record is no whole one" "$bin/ceremony-verify" "$c/record"
like "but each of its lines is right" "$work/out" "^--  0001-root-generation: ended for good at line $(grep -c '' "$t")"
resumes 3 "it cannot be resumed"
says "there is nothing" ERR_RECORD_NOTHING

fresh two-conductors
mkfifo "$c/keyboard"
"$bin/ceremony" run "$c/script.ini" --record "$c/record" --media "$c/media" --profiles scripts/profiles --plain \
	<"$c/keyboard" >"$c/screen" 2>&1 &
first=$!
exec 9>"$c/keyboard"
tries=0
until grep -q '^> ' "$c/screen" || [ $((tries += 1)) -gt 100 ]; do sleep 0.1; done
resumes 3 "a second conductor cannot resume what the first one runs"
says "that is the error" ERR_TRANSCRIPT_BUSY
runs 3 "nor start another ceremony in its record"
says "that is the error" ERR_RECORD_UNFINISHED
exec 9>&-
wait "$first"
is "the first one ends with its input" $? 3
resumes 0 "and can be resumed then"
verified "by one conductor"

# ---- full disks -------------------------------------------------------------------------------

# In a mount namespace of its own: a record, or an output medium, of few octets.
fresh full
cat >"$c/room.sh" <<'END'
what=$1 size=$2
mkdir -p "$c/$what" && mount -t tmpfs -o "size=$size" none "$c/$what" || exit 99
run() {
	"$bin/ceremony" "$@" --record "$c/record" --media "$c/media" --answers "$c/answers.ini" 2>"$c/err"
	echo "status $?"
	sed -n 's/^ceremony: .*\(\[ERR_.*\]\)$/\1/p' "$c/err"
}
run run "$c/script.ini" --profiles scripts/profiles
grep -o '"error":"[A-Z_]*"' "$c/record/ceremonies/0001-root-generation/transcript.jsonl"
find "$c/$what" -name '.*.part' -o -name '*.tmp'
mount -o remount,size=16m "$c/$what"
run resume
"$bin/ceremony-verify" "$c/record" | tail -n 1
END
export c bin
if unshare -m true 2>"$work/err"; then
	is "the disk of the record is full, then is not" "$(unshare -m sh "$c/room.sh" record 96k 2>&1)" 'status 3
[ERR_DISK_FULL]
status 0
VERIFIED: every line and every file of this record is as it must be'
	fresh full-output
	cp "$work/full/room.sh" "$c/"
	is "the output medium is full, then is not" "$(unshare -m sh "$c/room.sh" media/output 4k 2>&1)" 'status 3
[ERR_DISK_FULL]
"error":"ERR_DISK_FULL"
status 0
VERIFIED: every line and every file of this record is as it must be'
else
	skip "the disk of the record is full, then is not" "no mount namespace here"
	skip "the output medium is full, then is not" "no mount namespace here"
fi

done_testing

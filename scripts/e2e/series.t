#!/bin/sh
# series.t: lists that are signed ahead of their time: windows, names and numbers, the risk wherever the script is seen, what
# a later list does to the rest, and that nobody but us is needed to judge them.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
zlint=$(sh scripts/get-zlint "$B" 2>/dev/null) || zlint=
cd "$work" || bail "no folder"
mkdir -p media/requests media/output
cp "$root"/scripts/fixtures/requests/intermediate-[12].csr media/requests/
run() {
	"$bin/ceremony" run "$c/$1.ini" --record "${2:-record}" --media media --answers "$c/$1.answers.ini"
}
copy() { # copy FROM TO: a record and its token
	rm -rf "$2" "$2.token"
	cp -r "$1" "$2"
	cp -r "$1.token" "$2.token"
}
last() {
	ls -d "$1"/ceremonies/* | tail -n 1
}

ok "the root's ceremony" run rehearsal
cp -r media media.first
ok "the script is good" "$bin/ceremony" check "$c/crl-series.ini" --paper paper.txt
like "its check tells the risk" out 'RISK  A list that is signed ahead says nothing of what is revoked after'
like "so does the paper, on its first page" paper.txt 'RISK, step 6, Revocation list'
is "and again at the step" "$(tr -s ' \n!' '   ' <paper.txt | tr -s ' ' | grep -o 'signed ahead says nothing of what is revoked after it' | wc -l)" 2
like "where two officers agree" paper.txt 'officer 1 and officer 2: Sign 4 lists'
copy record before
ok "four lists" run crl-series
cp err said
like "the screen tells the risk" said 'Sign 4 lists ahead of their time'
prompts=$(grep -c '^\[' said)
if [ "$prompts" -le 13 ]; then pass "in 13 prompts at most: $prompts"; else fail "in 13 prompts at most: $prompts"; fi
b=$(last record)
t=$b/transcript.jsonl
like "the transcript says at what risk, and that two agreed" "$t" \
	'"type":"answer","step":"crl","turn":"ahead".*"officer-1":"yes","officer-2":"yes","lists":"4","every":"3 months","risk":"A list that is signed ahead says nothing'
is "four intents, four signatures" "$(grep -c '"type":"intent".*"purpose":"crl"' "$t") $(grep -c '"type":"result".*"turn":"sign".*"signature"' "$t")" "4 4"
is "the words of four lists were read aloud" "$(grep '"turn":"words"' "$t" | grep -o '"sha256\.root-[2-5]-from-[-0-9a-z]*.crl":"[0-9a-f]*"' | sed 's/"sha256.\(.*\)":"\(.*\)"/\2  \1/' |
	(cd "$b/crls" && sha256sum -c 2>/dev/null) | grep -c ': OK$')" 4
like "the report has the risk" "$b/report.txt" '^  Risk +A list that is signed ahead'
ok "the HTML report is made" "$bin/ceremony" report --record record --format html -o report.html
like "and has it too" report.html '4 lists, one every 3 months, signed in one ceremony.*says nothing of what is revoked'
ok "the record verifies" "$bin/ceremony-verify" record

# ---- the lists, judged by others ----
n=2
begin=
for f in $(ls "$b"/crls | sort -t - -k 2 -n); do
	crl=$b/crls/$f
	openssl crl -inform DER -in "$crl" -noout -text >text 2>&1
	this=$(date -u -d "$(sed -n 's/^ *Last Update: //p' text)" +%s)
	next=$(date -u -d "$(sed -n 's/^ *Next Update: //p' text)" +%s)
	[ -n "$begin" ] || begin=$this
	want=$(date -u -d "@$begin" +%Y-%m-%d)
	day=$(date -u -d "@$this" +%Y-%m-%d)
	is "$n: its name has its window" "$f" "root-$n-from-$day-to-$(date -u -d "@$next" +%Y-%m-%d).crl"
	# The month three further on; its day is the first one's, or the month's last.
	is "$n: one every three months" "$(($(date -u -d "@$this" +%Y) * 12 + $(date -u -d "@$this" +%-m)))" \
		"$(($(date -u -d "$want" +%Y) * 12 + $(date -u -d "$want" +%-m) + 3 * (n - 2)))"
	is "$n: 100 days long" "$((next - this))" 8639999
	[ "$n" -eq 2 ] || { [ "$this" -lt "$((before - 86400 * 7))" ] && pass "$n: a week before the last one ends" || fail "$n: a week before the last one ends"; }
	before=$next
	ok "$n: openssl takes it" openssl crl -inform DER -in "$crl" -CAfile media/output/root.pem -noout -crlnumber
	like "$n: with that number" out "crlNumber=0x0$n\$"
	ok "$n: certtool takes it" certtool --crl-info --inder --infile "$crl"
	# Before its day, nobody takes it: that is what the window is for.
	exits $((n > 2)) "$n: certtool verifies it, and knows its day" certtool --verify-crl --infile "media/output/${f%.crl}-crl.pem" --load-ca-certificate media/output/root.pem
	like "$n: by its words" out "Verification output: $([ "$n" -gt 2 ] && echo 'Not verified\..*issued with a future date' || echo 'Verified\.')"
	ok "$n: lint finds nothing" "$bin/ceremony" lint media/output/root.pem "$crl"
	same "$n: it is on the medium" "$crl" "media/output/$f"
	openssl crl -in "media/output/${f%.crl}-crl.pem" -outform DER -out same.crl 2>/dev/null
	same "$n: as PEM too" "$crl" same.crl
	if [ -n "$zlint" ]; then
		"$zlint" -format pem "media/output/${f%.crl}-crl.pem" >zlint.json 2>/dev/null
		like "$n: zlint has looked" zlint.json '"result": ?"pass"'
		is "$n: and finds neither error nor warning" "$(grep -oE '"result": ?"(error|fatal|warn)"' zlint.json | wc -l)" 0
	else
		skip "$n: zlint has looked" "zlint cannot be had here"
		skip "$n: and finds neither error nor warning" "zlint cannot be had here"
	fi
	n=$((n + 1))
done
is "there are four" "$n" 6

# ---- what to publish when ----
ok "status" "$bin/ceremony" status --record record --json --ics one.ics --pdf due.pdf
cp out one.json
python3 - one.json <<'PY' >seen
import json, sys
s = json.load(open(sys.argv[1]))
print(s["crl_number"], [(l["number"], l["state"], l["ahead"]) for l in s["lists"]])
print([d["state"] for d in s["due"] if d["what"].startswith("publish")])
print(s["due"][3]["what"], s["due"][3]["clause"], s["unfinished"])
PY
is "the lists: now, ahead, past" "$(sed -n 1p seen)" \
	"5 [(5, 'ahead', True), (4, 'ahead', True), (3, 'ahead', True), (2, 'now', False), (1, 'past', False)]"
is "three days on which to publish" "$(sed -n 2p seen)" "['later', 'later', 'later']"
is "a ceremony when the last one ends" "$(sed -n 3p seen)" "next revocation list BR 4.9.7 None"
ok "in words" "$bin/ceremony" status --record record
like "which is today's" out '^ +now +2, ceremony 2: root-2-from-.* is the list of today, good until 20'
like "which is for later" out '^ +ahead +4, ceremony 2: publish root-4-from-.* on 20.*, not before; good until 20'
is "a calendar of three days" "$(grep -c '^UID:publish-[345]-' one.ics)" 3
is "each line of it ends in CR LF (RFC 5545 3.1)" "$(grep -cv "$(printf '\r')\$" one.ics)" 0
is "none has more than 75 octets" "$(LC_ALL=C awk '{ sub(/\r$/, "") } length > 75' one.ics)" ""
like "long ones are folded" one.ics '^ '
is "folded, it is text as it was" "$(tr -d '\r' <one.ics | sed -e ':a' -e 'N' -e '$!ba' -e 's/\n //g' | sed -n 's/^SUMMARY:.*: \(root-4-\)/\1/p')" "$(basename "$b"/crls/root-4-*)"
is "each event has what RFC 5545 3.6.1 wants" "$(for p in BEGIN:VEVENT UID DTSTAMP DTSTART SUMMARY END:VEVENT; do grep -c "^$p" one.ics; done | sort -u | wc -l)" 1
ok "the sheet is PDF" pdftotext -layout due.pdf due.txt
like "with the list's name" due.txt 'root-4-from-20'

# ---- each list of a series by camera ----
sed 's/^\[step sign-off\]/[step show]\nkind = show\nwhat = crl\n\n&/' "$c/crl-series.ini" >show.ini
sed 's/^\[sign-off\]/[show]\nqr.1 = show\ntaken.1 = agree\nqr.2 = show\ntaken.2 = agree\nqr.3 = show\ntaken.3 = agree\nqr.4 = no\ntaken.4 = no\n\n&/' "$c/crl-series.answers.ini" >show.answers.ini
cp -r media media.kept
copy before shown
rm -rf media
cp -r media.first media
cp shown/ceremonies/0001-root-generation/checkpoint media/output/checkpoint-0001
ok "four lists, three of which are shown as QR codes" "$bin/ceremony" run show.ini --record shown --media media --profiles "$root/scripts/profiles" --answers show.answers.ini
b2=$(last shown)
for n in 2 3 4; do
	f=$(basename "$b2"/crls/root-$n-from-*)
	ok "$f: received" "$bin/ceremony" qr receive --images "shown.frames/$f" -o seen.crl
	same "as in the record" seen.crl "$b2/crls/$f"
	like "by its name and SHA-256" "$b2/transcript.jsonl" "\"turn\":\"show\".*\"file\":\"$f\".*\"sha256\":\"$(sha256sum <"$b2/crls/$f" | cut -d ' ' -f 1)\""
done
ok "the one that was left out is said" grep -q '"turn":"show","round":3.*"qr.4":"no"' "$b2/transcript.jsonl"
ok "it verifies" "$bin/ceremony-verify" shown
rm -rf media
mv media.kept media

# ---- the next ceremony ----
cp -r media media.good
copy record copy
exits 1 "a list whose day has not come is not what is published" env sh -c "cp media/output/root-3-*.crl media/output/root.crl; rm -f media/output/root-3*
	'$bin/ceremony' run '$c/periodic-crl.ini' --record copy --media media --answers '$c/periodic-crl.answers.ini'"
like "in words" err 'was signed ahead, and its time has not come'
like "and in the transcript" "$(last copy)/transcript.jsonl" '"error":"ERR_LIST_AHEAD"'
rm -rf media
cp -r media.good media
rm -f media/output/*
ok "a revocation in between" run rehearsal-revoke
b=$(last record)
t=$b/transcript.jsonl
like "its list comes behind all that were signed" "$t" '"turn":"review".*"overtaken":"5 4 3"'
ok "the number follows" openssl crl -inform DER -in "$b/crls/root.crl" -noout -crlnumber
like "the last of the series" out 'crlNumber=0x06$'
like "the report says what must never be published" "$b/report.txt" '^  Overtaken +5 4 3'
ok "it all verifies" "$bin/ceremony-verify" record
ok "status says it too" "$bin/ceremony" status --record record --ics two.ics
is "to three lists" "$(grep -c '^ *NEVER .*never publish root-[345]-from-.*: list 6 was made instead' out)" 3
like "and which is today's" out '^ +now +6, ceremony 3: root.crl'
unlike "none is to be published" out '(soon|later|overdue) .*publish the list that was signed ahead'
is "the calendar strikes out the days, and the end of what is revoked" "$(grep -c '^STATUS:CANCELLED' two.ics)" 4
is "under the same UIDs" "$(grep '^UID:' one.ics | sort | tr -d '\r')" "$(grep '^UID:' two.ics | sort | tr -d '\r')"
is "with a higher number" "$(grep -h '^SEQUENCE' one.ics two.ics | sort -u | tr -d '\r' | tr '\n' ' ')" "SEQUENCE:2 SEQUENCE:3 "
rm -f media/output/checkpoint-*
cp "$b/checkpoint" media/output/checkpoint-0003
copy record copy
cp media.good/output/root-4-*.crl media/output/root.crl
exits 1 "a list that was overtaken is never published" run periodic-crl copy
like "in words" err 'must never be published: a newer one was made before its time came'
copy record copy
cp media.good/output/root-2-from-*.crl media/output/root.crl
exits 1 "nor is the series' first one of now" run periodic-crl copy
like "which is old" err 'This record is newer than the list on the medium \(the medium has list 2, this record 6\)'
rm -f media/output/*.crl media/output/*.pem
cp "$b/crls/root.crl" media/output/root.crl
ok "and the next series goes on from there" run crl-series
ok "as 7 to 10" ls "$(last record)"/crls/root-7-* "$(last record)"/crls/root-10-*
is "each with the entry" "$(for f in "$(last record)"/crls/*; do openssl crl -inform DER -in "$f" -noout -text | grep -c 'Serial Number'; done | tr '\n' ' ')" "1 1 1 1 "
ok "it verifies" "$bin/ceremony-verify" record

# ---- a large list goes on from a series, and no series from a large list ----
mkdir -p media/revocations
rm -f media/output/*
serial=$(openssl x509 -in record/ceremonies/0001-root-generation/certificates/intermediate-2.pem -noout -serial)
printf '%s\t%s\t%s\n' "${serial#*=}" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" superseded >media/revocations/revocations.tsv
copy record large
ok "a list that lies as a file follows" run rehearsal-revoke-list large
crl=$(last large)/crls/root.crl
is "it has what the series had, and one more" "$(openssl crl -inform DER -in "$crl" -noout -text | grep -c 'Serial Number')" 2
ok "and the number behind it" openssl crl -inform DER -in "$crl" -noout -crlnumber
like "which is 11" out 'crlNumber=0x0B$'
ok "it verifies" "$bin/ceremony-verify" large
ok "status" "$bin/ceremony" status --record large
is "knows that it overtakes" "$(grep -c '^ *NEVER' out)" 6
like "the report, too" "$(last large)/report.txt" '^  Overtaken +10 9 8'

# ---- a series of lists that lie as files, whole and in parts ----
ahead() { # ahead RECORD SCRIPT: the medium as the last ceremony left it, then that script
	rm -f media/output/*
	cp "$(last "$1")/crls/root.crl" media/output/root.crl
	cp "$(last "$1")/checkpoint" "media/output/checkpoint-$(basename "$(last "$1")" | cut -c 1-4)"
	"$bin/ceremony" run "$2" --record "$1" --profiles "$root/scripts/profiles" --media media --answers "$c/crl-series.answers.ini"
}
ok "four lists that lie as files, ahead of their time" ahead large "$c/crl-series.ini"
b=$(last large)
is "12 to 15, each with its window" "$(for f in $(ls "$b"/crls | sort -t - -k 2 -n); do openssl crl -inform DER -in "$b/crls/$f" -noout -crlnumber; done | sed 's/.*=0x//' | tr '\n' ' ')" "0C 0D 0E 0F "
is "all with both entries" "$(for f in "$b"/crls/*; do openssl crl -inform DER -in "$f" -noout -text | grep -c 'Serial Number'; done | tr '\n' ' ')" "2 2 2 2 "
for f in "$b"/crls/*; do
	ok "$(basename "$f"): openssl verifies it" openssl crl -inform DER -in "$f" -CAfile media/output/root.pem -noout
	ok "lint finds nothing" "$bin/ceremony" lint media/output/root.pem "$f"
	same "it is on the medium" "$f" "media/output/$(basename "$f")"
done
like "with the risk" "$b/transcript.jsonl" '"turn":"ahead".*"lists":"4".*"risk":"A list that is signed ahead'
is "four intents, four signatures" "$(grep -c '"type":"intent".*"purpose":"crl"' "$b/transcript.jsonl") $(grep -c '"turn":"sign-file".*"signature"' "$b/transcript.jsonl")" "4 4"
ok "it verifies" "$bin/ceremony-verify" large
ok "status" "$bin/ceremony" status --record large --ics large.ics
is "says which is for when" "$(grep -c '^ *ahead *1[345], .*publish root-1[345]-from' out)" 3
like "and which is today's" out 'now +12, ceremony [0-9]+: root-12-from-.*is the list of today'
is "the calendar, too" "$(grep -c '^UID:publish-1[345]' large.ics)" 3
copy large copy
mv media/output/root-13-*.crl media/output/root.crl
rm -f media/output/root-* media/output/root.pem
exits 1 "one whose day has not come is not what is published" "$bin/ceremony" run "$c/periodic-crl.ini" --record copy --media media --answers "$c/periodic-crl.answers.ini"
like "by its file" err 'was signed ahead, and its time has not come'
rm -f media/output/*
cp "$b"/crls/root-12-* media/output/root.crl
cp "$b/checkpoint" "media/output/checkpoint-$(basename "$b" | cut -c 1-4)"
ok "and that of now is" "$bin/ceremony" run "$c/periodic-crl.ini" --record large --media media --answers "$c/periodic-crl.answers.ini"
is "the next list has both entries" "$(openssl crl -inform DER -in media/output/root-16.crl -noout -text | grep -c 'Serial Number')" 2
like "it overtakes three" "$(last large)/transcript.jsonl" '"turn":"review".*"overtaken":"15 14 13"'
ok "it verifies" "$bin/ceremony-verify" large
cp "$b/crls/$(ls "$b"/crls | head -n 1)" kept
cp large/ceremonies/0001-root-generation/crls/root.crl "$b/crls/$(ls "$b"/crls | tail -n 1)"
exits 1 "one of them is another list" "$bin/ceremony-verify" large

# ---- tampered with ----
swap() { # swap NAME PATTERN: the transcript of the series, changed there
	copy record copy
	sed -i "$2" copy/ceremonies/0002-crl-series/transcript.jsonl
	exits 1 "$1" "$bin/ceremony-verify" copy
}
swap "another risk" 's/says nothing of what is revoked/says all of what is revoked/'
swap "fewer lists" 's/"lists":"4"/"lists":"3"/'
swap "another window" 's/"list.3":"20/"list.3":"19/'
copy record copy
rm copy/ceremonies/0002-crl-series/crls/root-4-*
exits 1 "a list is gone" "$bin/ceremony-verify" copy
copy record copy
cd copy/ceremonies/0002-crl-series/crls || exit 1
cp root-3-* x && cp root-4-* "$(ls root-3-*)" && mv x "$(ls root-4-*)"
cd "$work" || exit 1
exits 1 "two have changed places" "$bin/ceremony-verify" copy

# ---- scripts that may not say so ----
refused() { # refused NAME SED WORDS
	sed "$2" "$c/crl-series.ini" >bad.ini
	exits 1 "$1" "$bin/ceremony" check bad.ini --profiles "$root/scripts/profiles"
	like "$1: it says why" err "$3"
}
refused "a gap between two lists" 's/^every = .*/every = 100 days/;s/^series = .*/series = 3/' 'leaves no day between'
refused "a list that outlives the next but one" 's/^every = .*/every = 1 month/' 'lets a list live on'
refused "a profile for a year" 's/^profile = crl-series/profile = crl-ca/' 'lets a list live on'
refused "beyond a year" 's/^series = .*/series = 5/' 'reach beyond a year'
refused "too many" 's/^series = .*/series = 13/' 'a number from 1 to 12'
refused "none" 's/^series = .*/series = 0/' 'a number from 1 to 12'
refused "more lists than one line holds" 's,^series = .*,series = 4\nshards = 23\ndistribution = http://crl.example/root-{shard}.crl,' 'series times shards is more than 90 lists'
refused "no span" '/^every/d' 'every = 3 months is wanted'
refused "a span without a unit" 's/^every = .*/every = 3/' 'every = 3 months is wanted'
refused "a wrong unit" 's/^every = .*/every = 3 fortnights/' 'every = 3 months is wanted'
refused "a wrong number" 's/^every = .*/every = 1 months/' 'every = 3 months is wanted'
refused "no time at all" 's/^every = .*/every = 0 days/' 'every = 3 months is wanted'
refused "a span and no series" '/^series/d' 'every = is for series'
sed 's/^every = .*/every = 13 weeks/' "$c/crl-series.ini" >good.ini
ok "13 weeks will do" "$bin/ceremony" check good.ini --profiles "$root/scripts/profiles"

done_testing

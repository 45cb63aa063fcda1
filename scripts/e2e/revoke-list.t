#!/bin/sh
# revoke-list.t: revocation by a list from a medium, and lists that lie as files: judged by openssl and certtool,
# bent lists refused, parts, a hundred thousand entries.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
f=$root/scripts/fixtures
cd "$work" || bail "no folder"
mkdir -p media/requests media/output media/revocations
cp "$f/requests/intermediate-1.csr" "$f/requests/intermediate-2.csr" media/requests/
"$bin/ceremony" run "$c/rehearsal.ini" --record first --media media --answers "$c/rehearsal.answers.ini" >out 2>err || bail "no root"
serial=$(openssl x509 -in first/ceremonies/0001-root-generation/certificates/intermediate-1.pem -noout -serial | cut -d = -f 2)
other=$(openssl x509 -in first/ceremonies/0001-root-generation/certificates/intermediate-2.pem -noout -serial | cut -d = -f 2)
today=$(date -u +%Y-%m-%dT%H:%M:%SZ)
cat "$c/rehearsal-revoke-list.answers.ini" >answers.ini
sed 's/^unknown = .*/unknown = refuse/' "$c/rehearsal-revoke-list.ini" >strict.ini
line() { printf '%s\t%s\t%s\n' "$@"; }

again() { # a copy of the first record, to begin from
	rm -rf record record.token media/output/*
	cp -r first record
	cp -r first.token record.token
}
run() {
	rm -f media/output/*
	"$bin/ceremony" run "$1" --profiles "$root/scripts/profiles" --record record --media media --answers "$2"
}
list() {
	openssl crl -inform DER -in "record/ceremonies/$1" -noout -text >"$2"
}

# ---- what is refused: nothing is taken, and the transcript says why ----
refused() { # NAME ERROR: of the list that lies on the medium
	again
	case $2 in ERR_LIST_*) status=1 ;; *) status=3 ;; esac
	exits "$status" "refused: $1" run strict.ini answers.ini
	like "it says $2" record/ceremonies/0002-revocation-list/transcript.jsonl "\"error\":\"$2\""
}
tsv=media/revocations/revocations.tsv
line "$serial" "$today" certificateHold >$tsv
refused "certificateHold" ERR_LIST_LINES
{ line "$serial" "$today" 1 && line "-$other" "$today" 1 && line zz "$today" 1; } >$tsv
refused "two bad lines" ERR_LIST_LINES
like "each by its number" record/ceremonies/0002-revocation-list/transcript.jsonl '2 in all: line 2: .*, 3"'
line "$serial" 2099-01-01 1 >$tsv
refused "a date in the future" ERR_LIST_LINES
line "$serial" 2020-01-01 1 >$tsv
refused "a date before the certificate" ERR_LIST_EARLY
{ line "$serial" "$today" 1 && line 0a0b "$today" 1; } >$tsv
refused "a serial that nobody knows" ERR_LIST_UNKNOWN
{ line "$serial" "$today" 1 && line "$serial" "$today" 4; } >$tsv
refused "a serial with two reasons" ERR_LIST_TWICE
like "both lines are named" record/ceremonies/0002-revocation-list/transcript.jsonl 'lines 1 and 2'
: >$tsv
refused "an empty file" ERR_LIST_EMPTY
head -c 100000 /dev/urandom >$tsv
refused "a binary" ERR_LIST_LINES
rm $tsv
truncate -s 2G $tsv
refused "a sparse file of 2 GiB" ERR_TOO_LARGE
head -c 3000 /dev/zero | tr '\0' a >$tsv
refused "a line without an end" ERR_LIST_LINES
rm $tsv
refused "no file" ERR_MEDIUM_FILE
ln -s /etc/passwd $tsv
refused "a link" ERR_MEDIUM_FILE
rm $tsv
mv media/revocations gone
refused "no medium" ERR_MEDIUM_MISSING
mv gone media/revocations

# ---- what is taken ----
again
{ printf '\357\273\277serial\tdate\treason\r\n# all of them\r\n' && line "$serial" "$today" superseded && line "$serial" "$today" 4; } >$tsv
ok "a list with a byte order mark, CRLF and a line twice" run strict.ini answers.ini
list 0002-revocation-list/crls/root.crl one
is "one entry" "$(grep -c 'Serial Number' one)" 1
like "with its reason" one Superseded
same "the file lies in the record" $tsv record/ceremonies/0002-revocation-list/revocations/revocations.tsv
same "and the list left on the medium" media/output/root.crl record/ceremonies/0002-revocation-list/crls/root.crl
again
{ sed 's/^count.1 = .*/count.1 = @people\ncount.1.2 = @expect/' answers.ini && printf '\n[presence]\npresence = Omar Okafor\npresence.2 = Omar Okafor\n'; } >away.ini
ok "an officer leaves before both have typed how many certificates die" run strict.ini away.ini
is "nothing is revoked until they are both back" "$(grep -oE '"type":"(leave|return|answer)","step":"revoke-list","turn":"(presence|confirm)"' \
	record/ceremonies/0002-revocation-list/transcript.jsonl | cut -d '"' -f 4 | tr '\n' ' ')" "leave return answer "
ok "verified" "$bin/ceremony-verify" record
like "the ledger knows it" out "ok"
ok "status" "$bin/ceremony" status --record record
like "says revoked" out "REVOKED  1/intermediate-1 "
{ line "$serial" "$today" keyCompromise && line "$other" "$today" cessationOfOperation; } >$tsv
ok "another list, with what is revoked already" run strict.ini answers.ini
list 0003-revocation-list/crls/root.crl two
is "two entries" "$(grep -c 'Serial Number' two)" 2
like "the first one keeps its reason" two Superseded
unlike "and nothing else" two "Key Compromise"
ok "an ordinary list follows" run "$c/rehearsal-crl.ini" "$c/rehearsal-crl.answers.ini"
list 0004-crl/crls/root.crl three
is "it drops none" "$(grep -c 'Serial Number' three)" 2
like "its number goes on" three "^ *4$"
ok "all verified" "$bin/ceremony-verify" record
cp -r record bent
short=$(wc -c <record/ceremonies/0002-revocation-list/transcript.jsonl) # of a list with few entries
printf '\n' >>bent/ceremonies/0002-revocation-list/revocations/revocations.tsv
exits 1 "a list that was changed is noticed" "$bin/ceremony-verify" bent
cp record/ceremonies/0003-revocation-list/crls/root.crl bent/ceremonies/0002-revocation-list/crls/root.crl
cp record/ceremonies/0002-revocation-list/revocations/revocations.tsv bent/ceremonies/0002-revocation-list/revocations/
exits 1 "so is another CRL in its place" "$bin/ceremony-verify" bent

# ---- a ceremony that was ended for good, before and after two people confirmed ----
{ line "$serial" "$today" superseded && line 0a0b "$today" keyCompromise; } >$tsv
ended() { # KEY VALUE NAME: ends it at that question; the entries of the next list are in NAME.serials
	again
	sed "s|^$1 = .*|$1 = $2|" answers.ini >ended.ini
	printf '\n[abort]\nreason = it is the wrong list\ndecided-by = Olga Olsen\nconfirmed-by = Wanda Weber\n' >>ended.ini
	exits 1 "$3: ended at $1" run rehearsal-revoke-list.ini ended.ini
	on_record "$3: for good" record/ceremonies/0002-revocation-list '"type":"abort"'
	ok "$3: the next list" run "$c/rehearsal-crl.ini" "$c/rehearsal-crl.answers.ini"
	list 0003-crl/crls/root.crl "$3"
	sed -n 's/.*Serial Number: //p' "$3" >"$3.serials"
	ok "$3: verified" "$bin/ceremony-verify" record
}
cp "$c/rehearsal-revoke-list.ini" .
ended count.1 @abort unconfirmed
is "unconfirmed: revokes nothing" "$(cat unconfirmed.serials)" ""
ok "unconfirmed: status" "$bin/ceremony" status --record record
unlike "unconfirmed: nothing is revoked" out REVOKED
ended begin @abort confirmed
is "confirmed: what the ledger knows is revoked" "$(cat confirmed.serials)" "$serial"
on_record "confirmed: those who ended it were told what becomes of it" record/ceremonies/0002-revocation-list \
	'"type":"abort".*The imported list.*has what this record knows of it, 1 entries.*Not handed on.*what it does not know, 1 entries: import the list again'
ok "confirmed: status" "$bin/ceremony" status --record record
like "confirmed: it is revoked" out "REVOKED  1/intermediate-1 "

# ---- certificates themselves ----
again
cat first/ceremonies/0001-root-generation/certificates/intermediate-?.pem >media/revocations/both.pem
sed 's/^file = .*/file = both.pem/; s/^unknown = .*/unknown = refuse\nreason = cessationOfOperation/' "$c/rehearsal-revoke-list.ini" >certificates.ini
ok "both certificates" run certificates.ini answers.ini
list 0002-revocation-list/crls/root.crl both
is "two entries of that reason" "$(grep -c 'Cessation Of Operation' both)" 2
for name in 'R1' 'E1'; do
	like "two people saw whose service stops: $name" record/ceremonies/0002-revocation-list/transcript.jsonl \
		"\"turn\":\"confirm\".*! Stops working: C=XX, O=Example Trust Services, CN=REHEARSAL Example Issuing CA $name \(cessationOfOperation\)"
done
again
cat first/root.pem >media/revocations/both.pem
exits 1 "a root's own certificate is unknown to its ledger" run certificates.ini answers.ini

# ---- scripts that do not fit ----
wrong() { # NAME SED-EXPRESSION
	sed "$2" "$c/rehearsal-revoke-list.ini" >wrong.ini
	exits 1 "check refuses $1" "$bin/ceremony" check wrong.ini --profiles "$root/scripts/profiles"
	like "and says which step" err '\[step'
}
wrong "parts without a distribution" 's/^profile = crl-ca/&\nshards = 4/'
wrong "a distribution without parts" 's/^profile = crl-ca/&\ndistribution = http:\/\/x.example\/{shard}.crl/'
wrong "certificates without a reason" 's/^file = .*/file = a.pem/'
wrong "lines with a reason for all" 's/^file = .*/&\nreason = superseded/'

# ---- parts ----
again
sed 's/^profile = crl-ca/&\nshards = 4\ndistribution = http:\/\/crl.example\/root-{shard}.crl/' "$c/rehearsal-revoke-list.ini" >parts.ini
line "$serial" "$today" 1 >$tsv
exits 1 "certificates that name no part stop it" run parts.ini answers.ini
like "with the URI that is wanted" record/ceremonies/0002-revocation-list/transcript.jsonl '"error":"ERR_CRL_POINT","detail":".*http://crl.example/root-[0-3].crl"'
# A root that has signed none.
rm -rf first first.token
"$bin/ceremony" run "$c/bench-root.ini" --record first --profiles "$root/scripts/profiles" --answers "$c/bench-root.answers.ini" >out 2>err || bail "no root"
for script in rehearsal-revoke-list rehearsal-crl; do
	sed 's,^organisation = .*,organisation = Bench,; s,^origin = .*,origin = bench.example/root,; s,^label = .*,label = bench,' "$c/$script.ini" >"$script.ini"
done
awk 'BEGIN { for (i = 1; i <= 3000; i++) printf "%06x\t2024-01-02\tkeyCompromise\n", 65536 + i * 7 }' >$tsv
sed 's/^profile = crl-ca/&\nshards = 4\ndistribution = http:\/\/crl.example\/root-{shard}.crl/' rehearsal-revoke-list.ini >parts.ini
again
ok "four parts" run parts.ini answers.ini
sum=0 wrong=0
for k in 0 1 2 3; do
	list "0002-revocation-list/crls/root-$k.crl" part
	sum=$((sum + $(grep -c 'Serial Number' part)))
	for s in $(sed -n 's/.*Serial Number: .*\(..\)$/\1/p' part); do
		[ $((0x$s % 4)) -eq "$k" ] || wrong=$((wrong + 1))
	done
	like "part $k names itself" part "URI:http://crl.example/root-$k.crl"
	like "critically" part "Issuing Distribution Point: critical"
	ok "openssl verifies part $k" openssl crl -inform DER -in "media/output/root-$k.crl" -CAfile record/root.pem -noout -verify
	ok "lint finds nothing in it" "$bin/ceremony" lint record/root.pem "media/output/root-$k.crl"
done
is "all entries are in them" "$sum" 3000
is "each where it belongs" "$wrong" 0
ok "certtool reads a part" certtool --crl-info --inder --infile media/output/root-3.crl
ok "verified" "$bin/ceremony-verify" record
sed 's/^shards = 4/shards = 3/' parts.ini >three.ini
line 0abcde "$today" 1 >$tsv
ok "dealt anew into three parts" run three.ini answers.ini
sum=0
for k in 0 1 2; do
	list "0003-revocation-list/crls/root-$k.crl" part
	sum=$((sum + $(grep -c 'Serial Number' part)))
done
is "none is lost" "$sum" 3001
ok "and into one again" run rehearsal-crl.ini "$c/rehearsal-crl.answers.ini"
list 0004-crl/crls/root.crl whole
is "with all of them" "$(grep -c 'Serial Number' whole)" 3001
unlike "and without a distribution point" whole "Distribution"

# ---- a hundred thousand ----
again
awk 'BEGIN { srand(1); for (i = 0; i < 100000; i++) printf "%08x%08x%08x%06x\t2024-%02d-%02d\t%d\n", 1073741824 + rand() * 1073741824, rand() * 4294967295, i, rand() * 16777215, 1 + i % 11, 1 + i % 28, substr("13459", 1 + i % 5, 1) }' >$tsv
ok "a hundred thousand" run rehearsal-revoke-list.ini answers.ini
ok "openssl verifies the list" openssl crl -inform DER -in media/output/root.crl -CAfile record/root.pem -noout -verify
openssl crl -inform DER -in media/output/root.crl -noout -text >out
is "and counts its entries" "$(grep -c 'Serial Number' out)" 100000
sed -n 's/.*Serial Number: //p' out | sort >got
cut -f 1 $tsv | tr a-f A-F | sort >want
same "just those serials" got want
long=$(wc -c <record/ceremonies/0002-revocation-list/transcript.jsonl)
if [ "$short" -gt 0 ] && [ "$long" -le "$short" ]; then pass "the transcript is no longer than that of a few: $long, $short"; else fail "the transcript is no longer than that of a few: $long, $short"; fi
ok "verified" "$bin/ceremony-verify" record

# ---- a record of before the intent said where in the file a list begins ----
cp -r "$root/scripts/fixtures/record-v1-list" old
exits 0 "what an older program wrote of a large list verifies" "$bin/ceremony-verify" old --root 7cd313446e59279a321c0bba30a8be480c7a0c46666b25236d1bbbcb5dab95ac
like "and is told as such" out '^--  0002-revocation-list: a ceremony-transcript v1'
is "its intents do not say where" "$(grep '"type":"intent".*"file":' old/ceremonies/0002-revocation-list/transcript.jsonl | grep -vc '"from":')" 2
printf '\0' | dd of=old/ceremonies/0002-revocation-list/crls/root-0.crl bs=1 seek=200 conv=notrunc 2>/dev/null
exits 1 "and a changed octet of its list is found" "$bin/ceremony-verify" old
done_testing

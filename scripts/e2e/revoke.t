#!/bin/sh
# revoke.t: a certificate is chosen from the ledger and revoked; no later list forgets it.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
f=$root/scripts/fixtures
cd "$work" || bail "no folder"
mkdir -p media/requests media/output
cp "$f/requests/intermediate-1.csr" "$f/requests/intermediate-2.csr" media/requests/
cp "$c/rehearsal-revoke.answers.ini" answers.ini

run() {
	rm -f media/output/*
	"$bin/ceremony" run "$c/$1.ini" --record record --media media --answers "$2"
}
list() {
	openssl crl -inform DER -in record/ceremonies/"$1"/crls/root.crl -noout -text >"$2"
}

ok "the root's ceremony" run rehearsal "$c/rehearsal.answers.ini"
# What was chosen and not confirmed is not revoked, when the ceremony is ended for that; what two people confirmed is, by the next list.
ended() { # RECORD KEY: ends the revocation at that question
	cp -r record "$1" && cp -r record.token "$1.token" && sed -i "s|/record.token|/$1.token|" "$1.token/softhsm2.conf"
	sed "s|^$2 = .*|$2 = @abort|" "$c/rehearsal-revoke.answers.ini" >ended.ini
	printf '\n[abort]\nreason = it is the wrong one\ndecided-by = Olga Olsen\nconfirmed-by = Wanda Weber\n' >>ended.ini
	exits 1 "$1: ended at $2" "$bin/ceremony" run "$c/rehearsal-revoke.ini" --record "$1" --media media --answers ended.ini
	on_record "$1: for good" "$1/ceremonies/0002-revocation" '"type":"abort"'
	rm -f media/output/*
	ok "$1: the next list" "$bin/ceremony" run "$c/rehearsal-crl.ini" --record "$1" --media media --answers "$c/rehearsal-crl.answers.ini"
	openssl crl -inform DER -in "$1/ceremonies/0003-crl/crls/root.crl" -noout -text >"$1.text"
	ok "$1: verified" "$bin/ceremony-verify" "$1"
}
ended unasked reason.1
is "unasked: revokes nothing" "$(grep -c 'Serial Number' unasked.text)" 0
ended unconfirmed name.1.1
is "unconfirmed: revokes nothing" "$(grep -c 'Serial Number' unconfirmed.text)" 0
ended confirmed certificate.2
is "confirmed: it is on the list" "$(grep -c 'Serial Number' confirmed.text)" 1

for bad in 'reason.1 = certificateHold' 'reason.1 = cACompromise' 'date.1 = 2099-01-01' 'date.1 = 2020-01-01' \
	'name.1.2 = Example Issuing CA E1' 'certificate.1 = 1/intermediate-9'; do
	sed "s|^${bad%% *} = .*|$bad|" "$c/rehearsal-revoke.answers.ini" >bad.ini
	rm -rf record2 record2.token
	cp -r record record2
	cp -r record.token record2.token
	exits 1 "refused: $bad" "$bin/ceremony" run "$c/rehearsal-revoke.ini" --record record2 --media media --answers bad.ini
	case $bad in
	*2099*) like "$bad: against the clock" err "the date lies in the future: it is $(date -u +%Y)-" ;;
	*2020*) like "$bad: against the certificate" err "the date lies before the certificate began, at $(date -u +%Y)-" ;;
	esac
done
first=record/ceremonies/0001-root-generation/certificates/intermediate-1.pem
serial=$(openssl x509 -in $first -noout -serial | cut -d = -f 2 | sed 's/../&:/g; s/:$//')
sha=$(openssl x509 -in $first -noout -fingerprint -sha256 | cut -d = -f 2)
name=$(openssl x509 -in $first -noout -subject -nameopt multiline | sed -n 's/^ *commonName *= //p' | tr a-z A-Z)
for how in "$serial" "$sha" "$name"; do
	sed "s|^certificate.1 = .*|certificate.1 = find\nfind.1 = $how|" answers.ini >find.ini
	rm -rf record2 record2.token media/output/*
	cp -r record record2
	cp -r record.token record2.token
	ok "found by $how" "$bin/ceremony" run "$c/rehearsal-revoke.ini" --record record2 --media media --answers find.ini
	like "it is that one" record2/ceremonies/0002-revocation/transcript.jsonl "\"find.1\":\"$how\""
	ok "status says so" "$bin/ceremony" status --record record2
	like "that one is revoked" out 'REVOKED  1/intermediate-1 '
	ok "verified" "$bin/ceremony-verify" record2
done
sed -e "s|^certificate.1 = .*|certificate.1 = find\nfind.1 = Nobody|" answers.ini >find.ini
rm -rf record2 record2.token
cp -r record record2
cp -r record.token record2.token
exits 1 "a name that nobody has" "$bin/ceremony" run "$c/rehearsal-revoke.ini" --record record2 --media media --answers find.ini
on_record "is said" record2/ceremonies/0002-revocation '"type":"refused".*no certificate of this record fits'
own=$(openssl x509 -in record/root.pem -noout -serial | cut -d = -f 2)
for how in "$own" "$(openssl x509 -in record/root.pem -noout -fingerprint -sha256 | cut -d = -f 2)" \
	"$(openssl x509 -in record/root.pem -noout -subject -nameopt multiline | sed -n 's/^ *commonName *= //p')"; do
	sed -e "s|^certificate.1 = .*|certificate.1 = find\nfind.1 = $how|" answers.ini >find.ini
	rm -rf record2 record2.token
	cp -r record record2
	cp -r record.token record2.token
	exits 1 "the root itself, by $how" "$bin/ceremony" run "$c/rehearsal-revoke.ini" --record record2 --media media --answers find.ini
	on_record "is not revoked, and it says why" record2/ceremonies/0002-revocation '"type":"refused".*it is the root itself'
done
ok "one is revoked" run rehearsal-revoke answers.ini
sed -e "s|^certificate.1 = .*|certificate.1 = find\nfind.1 = $serial|" answers.ini >find.ini
rm -rf record2 record2.token
cp -r record record2
cp -r record.token record2.token
exits 1 "what is revoked already" "$bin/ceremony" run "$c/rehearsal-revoke.ini" --record record2 --media media --answers find.ini
on_record "is not revoked again, and it says so" record2/ceremonies/0003-revocation '"type":"refused".*it is revoked already'
ok "and verified" "$bin/ceremony-verify" record
list 0002-revocation second
like "the list says why" second "Key Compromise"
is "one entry" "$(grep -c 'Serial Number' second)" 1
serial=$(openssl x509 -in record/ceremonies/0001-root-generation/certificates/intermediate-1.pem -noout -serial | cut -d = -f 2)
like "it is the one that was chosen" second "Serial Number: $serial"
sed 's|1/intermediate-1|1/intermediate-2|; s|keyCompromise|superseded|' answers.ini >again.ini
ok "the other one too" run rehearsal-revoke again.ini
list 0003-revocation third
is "two entries" "$(grep -c 'Serial Number' third)" 2
sed 's|^statement.1 = yes|statement.1 = abort|' "$c/rehearsal-crl.answers.ini" >ended.ini
printf '\n[abort]\nreason = the witness was called away\ndecided-by = Olga Olsen\nconfirmed-by = Wanda Weber\n' >>ended.ini
exits 1 "a list that is signed in a ceremony that is then ended for good" run rehearsal-crl ended.ini
ok "the next list, with nothing new" run rehearsal-crl "$c/rehearsal-crl.answers.ini"
list 0005-crl fourth
is "none is dropped" "$(grep -c 'Serial Number' fourth)" 2
like "and its number is the next but one" fourth "^ *5$"
ok "all verified" "$bin/ceremony-verify" record
# The folder of the one that was ended for good has its list of files, and is compared like any other.
ok "sha256sum takes the list of the one that was ended" sh -c 'cd record/ceremonies/0004-crl && sha256sum --quiet -c SHA256SUMS'
meddled() { # NAME PATTERN COMMAND...
	name=$1 pattern=$2
	shift 2
	rm -rf meddled && cp -r record meddled
	(cd meddled/ceremonies/0004-crl && "$@")
	exits 1 "one that was ended for good: $name" "$bin/ceremony-verify" meddled
	like "$name: why" out "^NOT VERIFIED: .*$pattern"
}
meddled "another list" '0004-crl/crls/root.crl' cp ../0005-crl/crls/root.crl crls/root.crl
meddled "no list" '0004-crl/crls/root.crl is missing' rm crls/root.crl
meddled "a certificate that it did not make" '0004-crl/certificates/other.pem' sh -c 'mkdir -p certificates && cp ../0001-*/certificates/intermediate-1.pem certificates/other.pem'
meddled "the same, listed" 'files, the transcript implies' sh -c 'mkdir -p certificates && cp ../0001-*/certificates/intermediate-1.pem certificates/other.pem && find . -type f ! -name SHA256SUMS ! -name personal.jsonl | cut -c 3- | sort | xargs sha256sum >SHA256SUMS'
meddled "a report" 'report.html' sh -c 'echo all was well >report.html'
meddled "another script" 'script' sed -i 's/^witness = 1/witness = 2/' script.ini
rm -rf meddled && cp -r record meddled && rm meddled/ceremonies/0004-crl/SHA256SUMS
ok "the power may go before its list of files is written" "$bin/ceremony-verify" meddled
ok "status: nothing is overdue" "$bin/ceremony" status --record record --ics due.ics
like "it knows what was revoked" out "REVOKED  1/intermediate-1 "
like "and the last list" out "revocation list   5"
like "the calendar has its alarm" due.ics "^TRIGGER:-P30D"
is "and nothing twice" "$(grep '^UID' due.ics | sort | uniq -d)" ""
ok "status in JSON" "$bin/ceremony" status --record record --json
like "with the reason" out '"revoked":true,"reason":1,'
cp -r record bent
printf x >>bent/ca.ini
exits 1 "status believes no record that does not verify" "$bin/ceremony" status --record bent
openssl crl -inform DER -in record/ceremonies/0005-crl/crls/root.crl -out list.pem
cat record/root.pem list.pem >both.pem
exits 2 "openssl refuses what was revoked" openssl verify -crl_check -CAfile both.pem \
	record/ceremonies/0001-root-generation/certificates/intermediate-1.pem
like "because it was revoked" err "certificate revoked"
ok "certtool reads the list" certtool --crl-info --inder --infile record/ceremonies/0005-crl/crls/root.crl
ok "lint finds nothing" "$bin/ceremony" lint record/root.pem record/ceremonies/0005-crl/crls/root.crl
done_testing

#!/bin/sh
# ledger.t: what a CA has signed before says no to new requests: its own name and key, keys that are
# certified or revoked, one key twice in a ceremony. And files = * reads what is on the medium.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
f=$root/scripts/fixtures
cd "$work" || bail "no folder"
mkdir -p media/requests media/output
cp "$f/requests/intermediate-1.csr" "$f/requests/intermediate-2.csr" media/requests/
ok "the root's ceremony" "$bin/ceremony" run "$c/rehearsal.ini" --record record --media media --answers "$c/rehearsal.answers.ini"
rm -f media/output/*
ok "one is revoked" "$bin/ceremony" run "$c/rehearsal-revoke.ini" --record record --media media \
	--answers "$c/rehearsal-revoke.answers.ini"

# The next ceremony: the bench's steps, for this CA.
sed -e "s/^organisation = .*/$(grep '^organisation' "$c/rehearsal.ini")/" \
	-e "s|^origin = .*|$(grep '^origin' "$c/rehearsal.ini")|" -e 's/^files = .*/files = */' \
	-e "s/^label = .*/$(grep '^label' "$c/rehearsal.ini" | head -n 1)/" "$c/bench-csr.ini" >next.ini
ask() {
	openssl req -new -utf8 -sha384 -key "$1" -subj "$2" -out "media/requests/$3" \
		-addext 'basicConstraints = critical, CA:TRUE, pathlen:0' -addext 'keyUsage = critical, keyCertSign, cRLSign'
}
rm -f media/requests/* media/output/*
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out a.key
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out b.key
cp "$f/requests/intermediate-1.csr" media/requests/c-revoked.csr
cp "$f/requests/intermediate-2.csr" media/requests/d-certified.csr
ask a.key '/C=XX/O=Example Trust Services/CN=Example Issuing CA New' a-good.csr
ask a.key '/C=XX/O=Example Trust Services/CN=Example Issuing CA Other' b-again.csr
name=$(openssl x509 -in record/root.pem -noout -subject -nameopt RFC2253,sep_multiline | sed 's/^ *//' | grep '=' |
	grep -v '^subject' | sed 's/REHEARSAL //' | awk '{ r = "/" $0 r } END { print r }')
ask b.key "$(echo "$name" | tr 'E' 'e')" e-issuer.csr
cp "$f/requests/wrong-label.csr" media/requests/f.pem # not a request by its name: it is not read

# answers NUMBER...: what the room says: these five are refused or taken.
sed -e 's/^words.1 = .*/words.1 = @expect/' -e 's/^\[review\]/without.2 = yes\nwithout.3 = yes\nwithout.4 = yes\nwithout.5 = yes\n\n[review]/' \
	"$c/bench-csr.answers.ini" >next.answers.ini
sed -i "s/^pin = .*/$(grep '^pin = ' "$c/rehearsal-revoke.answers.ini" | head -n 1)/" next.answers.ini
ok "the next ceremony takes the one that is good" "$bin/ceremony" run next.ini --record record --media media \
	--profiles "$root/scripts/profiles" --answers next.answers.ini
t=$(echo record/ceremonies/0003-*/transcript.jsonl)
refused() {
	if grep "\"type\":\"failed\"" "$t" | grep "\"round\":$1[,}]" | grep -q "$2"; then pass "$3: $2"; else
		fail "$3: $2"
		grep '"failed"' "$t" | cut -c 1-300 | diag
	fi
}
refused 1 ERR_REQUEST_CERTIFIED "the same key twice in a ceremony"
refused 2 ERR_REQUEST_REVOKED "a key that is revoked"
refused 3 ERR_REQUEST_CERTIFIED "a key that is certified"
refused 4 ERR_REQUEST_ISSUER "the root's own name, in other letters"
is "one certificate" "$(ls record/ceremonies/0003-*/certificates | tr '\n' ' ')" "a-good.pem "
ok "the record verifies" "$bin/ceremony-verify" record

# renewal = yes: the same key for the same subject, and the review says so
rm -f media/requests/*
cp "$f/requests/intermediate-2.csr" media/requests/
sed 's/^files = .*/&\nrenewal = yes/' next.ini >renew.ini
sed -i 's/^slug = .*/slug = renewal/' renew.ini
grep -v '^without' next.answers.ini >renew.answers.ini
ok "a renewal, where the script says so" "$bin/ceremony" run renew.ini --record record --media media \
	--profiles "$root/scripts/profiles" --answers renew.answers.ini
is "is signed" "$(ls record/ceremonies/0004-renewal/certificates)" "intermediate-2.pem"
ok "and the record verifies" "$bin/ceremony-verify" record

# ---- the calendar, read by another's library ----
py=
for p in /usr/bin/python3 python3; do "$p" -c 'import icalendar' 2>/dev/null && py=$p && break; done
if [ -n "$py" ]; then
	ok "the calendar" "$bin/ceremony" status --record record --ics due.ics --json
	cp out status.json
	ok "icalendar takes it" "$py" "$root/scripts/e2e/ics.py" due.ics
	sort out >events
	tab=$(printf '\t')
	"$py" - <<'X' | sort >wanted
import json
s = json.load(open('status.json'))
for d in s['due']:
    if d['state'] != 'past':
        print(d['at'], d['what'] + (': ' + d['of'] if d['of'] else ''), sep='\t')
for c in s['certificates']:
    if c['revoked']:
        print(c['not_after'], 'end of a revoked certificate: ' + c['subject'], sep='\t')
X
	organisation=$(sed -n 's/^organisation = //p' "$c/rehearsal.ini")
	cut -f 3,6 events | sed "s/$tab$organisation, /$tab/" | sort >got
	same "each event is what status says, at that time, commas and all" got wanted
	is "the next list's alarm comes 30 days before" "$(grep '^list-' events | cut -f 5)" 30
	is "what is revoked is struck out" "$(cut -f 4 events | grep -c CANCELLED)" "$(grep -c 'revoked certificate' events)"
	is "and only that" "$(grep 'revoked certificate' events | cut -f 4 | sort -u)" CANCELLED
	ok "the certificates' UIDs hold their serials" sh -c 'for s in $(grep -o "\"serial\":\"[0-9a-f]*\"" status.json | cut -d "\"" -f 4); do grep -q "^certificate-$s-" events || exit 1; done'
	sleep 1
	ok "the same again" "$bin/ceremony" status --record record --ics again.ics
	ok "is taken" "$py" "$root/scripts/e2e/ics.py" again.ics
	sort out >again
	same "with the same UIDs, numbers and days: a calendar that takes both has each once" events again
else
	skip "a calendar by icalendar" "python3-icalendar is not installed (sh scripts/setup test)"
fi

# ---- the page with what is due ----
ok "the page with what is due" "$bin/ceremony" status --record record --pdf due.pdf
ok "is PDF" pdftotext -layout due.pdf due.txt
is "of one page" "$(pdfinfo due.pdf | sed -n 's/^Pages: *//p')" 1
like "it names the CA" due.txt "CA +$(sed -n 's/^organisation = //p' "$c/rehearsal.ini")"
like "says that it is a rehearsal" due.txt 'REHEARSAL'
sha256=$(openssl x509 -in record/root.pem -outform DER | sha256sum | cut -c 1-64)
is "shows the root's SHA-256 in hex" "$(tr -d ' \n' <due.txt | grep -c "$sha256")" 1
like "and in words" due.txt '^ +([A-Za-z]+ ){7}[A-Za-z]+$'
like "what is due" due.txt '20[0-9][0-9]-[01][0-9]-[0-3][0-9] +next revocation list +BR 4.9.7'
like "and of what" due.txt 'end of a certificate'
like "with a place for initials" due.txt 'Done on, initials'
unlike "and nothing is late" due.txt 'OVERDUE'
printf 'old' >old.pdf
ok "a page of that name is replaced whole" "$bin/ceremony" status --record record --pdf old.pdf
ok "by PDF" pdftotext old.pdf old.txt
exits 3 "no such folder" "$bin/ceremony" status --record record --pdf nowhere/due.pdf
like "is said" err 'nowhere/due.pdf'
exits 3 "a folder of that name" "$bin/ceremony" status --record record --pdf media
exits 2 "no name" "$bin/ceremony" status --record record --pdf
exits 2 "one name for two things" "$bin/ceremony" status --record record --ics due.pdf --pdf due.pdf
like "is said" err 'one file: due.pdf'
cp due.pdf kept.pdf
sed -i 's/"rehearsal":"yes"/"rehearsal":"yEs"/' record/ceremonies/0001-root-generation/transcript.jsonl
exits 1 "a record that does not verify makes no page" "$bin/ceremony" status --record record --pdf due.pdf
same "and the one that is there stays" due.pdf kept.pdf
done_testing

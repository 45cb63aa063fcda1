#!/bin/sh
# renew.t: an intermediate that the ledger knows comes again: under a new key, which is said, and under the same one, which is
# refused unless the script lets it, and said then.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
f=$root/scripts/fixtures/requests
cd "$work" || bail "no folder"
mkdir -p media/requests media/output
cp "$f/intermediate-1.csr" "$f/intermediate-2.csr" media/requests/
ok "the root's ceremony" "$bin/ceremony" run "$c/rehearsal.ini" --record record --media media --answers "$c/rehearsal.answers.ini"
rm -f media/requests/* media/output/*

# the first one's name with a new key, and the second one's request once more
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out key
openssl req -new -utf8 -sha384 -key key -subj '/C=XX/O=Example Trust Services/CN=Example Issuing CA R1' -out media/requests/a-new-key.csr
cp "$f/intermediate-2.csr" media/requests/b-same-key.csr
sed -e "s/^organisation = .*/$(grep '^organisation' "$c/rehearsal.ini")/" -e "s|^origin = .*|$(grep '^origin' "$c/rehearsal.ini")|" \
	-e 's/^slug = .*/slug = strict/' -e "s/^label = .*/$(grep '^label' "$c/rehearsal.ini" | head -n 1)/" \
	-e 's/^files = .*/files = a-new-key.csr, b-same-key.csr/' "$c/bench-csr.ini" >strict.ini
sed 's/^slug = .*/slug = renewal/; s/^files = .*/&\nrenewal = yes/' strict.ini >renewal.ini
pin=$(grep '^pin = ' "$c/rehearsal-revoke.answers.ini" | head -n 1)
answers() { # REQUEST-2 DECISION-2: lines of theirs
	sed -e "s/^pin = .*/$pin/" -e "/^\[checkpoint\]/,\$!s/^words.1 = .*/&\n$1/" -e "s/^decision.1 = .*/&\n$2/" "$c/bench-csr.answers.ini"
}
run() { "$bin/ceremony" run "$1.ini" --record record --media media --profiles "$root/scripts/profiles" --answers "$1.answers.ini"; }

answers 'without.2 = yes' '' >strict.answers.ini
ok "a ceremony that says nothing of renewal" run strict
t=record/ceremonies/0002-strict
like "the same key again is refused" $t/transcript.jsonl '"type":"failed","step":"requests","turn":"[a-z]*","round":1,.*"error":"ERR_REQUEST_CERTIFIED","detail":"intermediate-2\.csr of ceremony 1"'
is "the new key is certified" "$(ls $t/certificates)" a-new-key.pem
grep '"decision.1"' $t/transcript.jsonl >review
like "and the review says whose name it is, marked" review '\\u000a! New key for: intermediate-1\.csr of ceremony 1, valid to 20'

rm -f media/output/*
answers 'words.2 = @expect' 'decision.2 = approve' >renewal.answers.ini
ok "a ceremony that lets it" run renewal
t=record/ceremonies/0003-renewal
like "the key that ceremony 2 certified is one, too" $t/transcript.jsonl '"decision.1".*\\u000a! Renewal of: a-new-key\.csr of ceremony 2, valid to 20'
grep '"decision.2"' $t/transcript.jsonl >review
like "a renewal is said, marked" review '\\u000a! Renewal of: intermediate-2\.csr of ceremony 1, valid to 20'
is "both are signed" "$(ls $t/certificates | tr '\n' ' ')" 'a-new-key.pem b-same-key.pem '
of() { openssl x509 -in "$1" -noout -pubkey -subject; }
of $t/certificates/b-same-key.pem >again
of record/ceremonies/0001-root-generation/certificates/intermediate-2.pem >first
same "the renewed one has key and name of the first" again first
serial() { openssl x509 -in "$1" -noout -serial; }
is "and another serial number" "$([ "$(serial $t/certificates/b-same-key.pem)" = "$(serial record/ceremonies/0001-root-generation/certificates/intermediate-2.pem)" ] || echo yes)" yes
ok "the record verifies" "$bin/ceremony-verify" record
done_testing

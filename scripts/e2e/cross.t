#!/bin/sh
# cross.t: a root that exists already is certified by another one: its request, the certificate that it has, and two paths
# that openssl takes. A request that is too large is refused, and the others go on.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
f=$root/scripts/fixtures/requests
cross=$root/scripts/profiles/tls-cross.ini
ceremony=$bin/ceremony
cd "$work" || bail "no folder"
mkdir -p media/requests media/output
cp "$f/intermediate-1.csr" "$f/intermediate-2.csr" media/requests/
ok "the root's ceremony" "$ceremony" run "$c/rehearsal.ini" --record record --media media --answers "$c/rehearsal.answers.ini"
rm -f media/requests/* media/output/*

# the other organisation's root, something under it, and its request
key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$1"; }
name='/C=XX/O=Other Trust Services/CN=Other Root R1'
self() {
	openssl req -x509 -new -utf8 -sha384 -key "$1" -subj "$2" -out "$3" -addext 'basicConstraints = critical, CA:TRUE' \
		-addext 'keyUsage = critical, keyCertSign, cRLSign' -addext 'authorityKeyIdentifier = none' "$4" "$5"
}
request() { openssl req -new -utf8 -sha384 -key "$1" -subj "$2" -out "$3"; }
key other.key && key leaf.key && key third.key
self other.key "$name" other.pem -days 3000
request other.key "$name" other.csr
request leaf.key /CN=www.example.com leaf.csr
printf 'basicConstraints = critical, CA:FALSE\nextendedKeyUsage = serverAuth\nkeyUsage = critical, digitalSignature\nsubjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid:always\nsubjectAltName = DNS:www.example.com\n' >leaf.ext
openssl x509 -req -in leaf.csr -CA other.pem -CAkey other.key -days 90 -sha384 -extfile leaf.ext -out leaf.pem 2>/dev/null

# bad company: another key, another name, expired, not a CA, not its own signature
self third.key "$name" key.pem -days 3000
self other.key '/C=XX/O=Other Trust Services/CN=Other Root R2' name.pem -days 3000
openssl req -x509 -new -utf8 -sha384 -key other.key -subj "$name" -out no-ca.pem -days 3000 \
	-addext 'basicConstraints = critical, CA:FALSE' 2>/dev/null
openssl x509 -in other.pem -outform DER -out flipped.der
printf '\001' | dd of=flipped.der bs=1 seek="$(($(wc -c <flipped.der) - 3))" conv=notrunc 2>/dev/null
printf '[ca]\ndefault_ca = d\n[d]\ndatabase = db\nserial = serial\nnew_certs_dir = .\npolicy = p\ndefault_md = sha384\nx509_extensions = x\n[p]\nC = optional\nO = optional\nCN = supplied\n[x]\nbasicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign, cRLSign\nsubjectKeyIdentifier = hash\n' >ca.cnf
: >db
echo 01 >serial
openssl ca -batch -selfsign -config ca.cnf -keyfile other.key -in other.csr -startdate 20200101000000Z -enddate 20250101000000Z \
	-preserveDN -out expired.pem 2>/dev/null

# before the day
check() { "$ceremony" request check --profile "$cross" --issuer record/root.pem "$@"; }
exits 0 "the operator's own check takes it" check --existing other.pem other.csr
like "in one line" "$work/out" '^other.csr	accept	'
exits 1 "and not without the certificate" check other.csr
like "which is missing" "$work/out" '	refuse	ERR_PROFILE_SUBJECT	.*existing certificate'
for bad in 'key.pem its key is not' 'name.pem its subject is not' 'expired.pem it has expired' "no-ca.pem it is not a CA's" \
	'flipped.der its signature does not verify' 'record/root.pem its key is not'; do
	exits 1 "${bad%% *} is refused" check --existing "${bad%% *}" other.csr
	like "and why" "$work/out" "	refuse	ERR_REQUEST_EXISTING	.*: ${bad#* }"
done
exits 2 "what is no certificate" check --existing other.csr other.csr
exits 3 "what is not there" check --existing none.pem other.csr
exits 1 "another profile takes none" "$ceremony" request check --profile "$root/scripts/profiles/tls-subca.ini" \
	--existing other.pem other.csr
like "and says so" "$work/out" '	refuse	ERR_PROFILE_SUBJECT	'

# the ceremony: one that is good, and five that are refused each for its reason
sed -e "s/^organisation = .*/$(grep '^organisation' "$c/rehearsal.ini")/" -e "s|^origin = .*|$(grep '^origin' "$c/rehearsal.ini")|" \
	-e 's/^slug = .*/slug = cross/' -e "s/^label = .*/$(grep '^label' "$c/rehearsal.ini" | head -n 1)/" \
	-e 's/^files = .*/files = a-key.csr, b-name.csr, c-large.csr, d-expired.csr, e-text.csr, z-good.csr\nexisting = yes/' \
	-e 's/^kind = review/&\nprofile = tls-cross/' "$c/bench-csr.ini" >cross.ini
awk '/^\[step sign-off\]/ { print "[step export]\nkind = export\n" } { print }' cross.ini >new.ini && mv new.ini cross.ini
ok "the script is taken" "$ceremony" check cross.ini --profiles "$root/scripts/profiles"
grep -v '^existing' cross.ini >without.ini
exits 1 "but not without the certificates" "$ceremony" check without.ini --profiles "$root/scripts/profiles"
like "and says how" "$work/err" 'existing = yes'
sed 's/^profile = tls-cross/profile = tls-subca/' cross.ini >other.ini
exits 1 "nor with a profile for requests alone" "$ceremony" check other.ini --profiles "$root/scripts/profiles"
m=media/requests
for n in a-key b-name d-expired e-text z-good; do cp other.csr $m/$n.csr; done
cp key.pem $m/a-key.crt
cp name.pem $m/b-name.crt
{ cat other.csr; head -c 200000 /dev/zero | tr '\0' x; } >$m/c-large.csr
cp expired.pem $m/d-expired.crt
echo nothing >$m/e-text.crt
cp other.pem $m/z-good.crt
awk '/^\[/ { section = $0 } section == "[requests]" && /^words.1/ { for (i = 1; i < 6; i++) print "without." i " = yes"; print "words.6 = @expect"; next }
	/^decision.1/ { print "decision.6 = approve"; next }
	/^\[sign-off\]/ { print "[export]\ninserted = yes\n" } { print }' "$c/bench-csr.answers.ini" >cross.answers.ini
sed -i "s/^pin = .*/$(grep '^pin = ' "$c/rehearsal-revoke.answers.ini" | head -n 1)/" cross.answers.ini
run() {
	"$ceremony" run "$1" --record record --media media --profiles "$root/scripts/profiles" --answers cross.answers.ini
}
ok "the other root is cross-certified" run cross.ini
folder=record/ceremonies/0002-cross
refused() { # ROUND TURN RULE REASON
	like "$4" "$folder/transcript.jsonl" "\"type\":\"failed\",\"step\":\"requests\",\"turn\":\"$2\",\"round\":$1,.*\"error\":\"$3\",\"detail\":\"[^\"]*$4"
}
refused 0 existing-parse ERR_REQUEST_EXISTING "its key is not the request's"
refused 1 existing-parse ERR_REQUEST_EXISTING "its subject is not the request's"
refused 2 read ERR_TOO_LARGE 'c-large.csr'
refused 3 existing-parse ERR_REQUEST_EXISTING 'it has expired'
refused 4 existing-parse ERR_PEM_NONE ''
is "one certificate" "$(ls $folder/certificates)" z-good.pem
is "what was read is kept" "$(ls $folder/requests | tr '\n' ' ')" \
	'a-key.crt a-key.csr b-name.crt b-name.csr d-expired.crt d-expired.csr e-text.crt e-text.csr z-good.crt z-good.csr '
same "as it came" $folder/requests/z-good.crt other.pem
ok "the record verifies" "$bin/ceremony-verify" record

# two paths to one leaf
ok "openssl: from the old root" openssl verify -x509_strict -no-CAfile -no-CApath -trusted other.pem leaf.pem
ok "openssl: from the new root" openssl verify -x509_strict -no-CAfile -no-CApath -trusted record/root.pem \
	-untrusted $folder/certificates/z-good.pem leaf.pem
exits 2 "openssl: not from the new root alone" openssl verify -x509_strict -no-CAfile -no-CApath -trusted record/root.pem leaf.pem
of() { openssl x509 -in "$1" -noout -ext subjectKeyIdentifier | tail -n 1; }
is "both call the key the same" "$(of $folder/certificates/z-good.pem)" "$(of other.pem)"
subject() { openssl asn1parse -in "$1" -strparse "$(openssl asn1parse -in "$1" | awk -F: '/d=2.*SEQUENCE/ { n++; if (n == 4) { print $1 + 0; exit } }')" -noout -out subject.der; sha256sum <subject.der; }
is "and its owner, octet for octet" "$(subject $folder/certificates/z-good.pem)" "$(subject other.pem)"

# what the record says of it is replayed
cp -r record forged
cp key.pem "forged/${folder#record/}/requests/z-good.crt"
exits 1 "another certificate in its place does not verify" "$bin/ceremony-verify" forged
rm -r forged

# which words are typed back follows from the transcript, for the verifier too
rm -f media/output/*
sed 's/^slug = .*/slug = again/; s/^existing = .*/&\nrenewal = yes/' cross.ini >again.ini
ok "the same again" run again.ini
ok "verifies" "$bin/ceremony-verify" record
typed() { sed -n 's/.*"words\.6":"\([^"]*\)".*/\1/p' "$1"; }
words=$("$ceremony" request show other.csr | sed -n '/^Words/{s/^Words//;p;n;p;}' | tr -s ' \n' ' ')
for t in $folder record/ceremonies/0003-again; do
	echo "$words" >sheet
	like "two words of the sheet, in their order" sheet " $(typed $t/transcript.jsonl | sed 's/ / (.* )?/') "
done
done_testing

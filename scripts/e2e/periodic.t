#!/bin/sh
# periodic.t: the periodic list: few prompts, the last list and checkpoint brought on the medium, what
# does not fit refused with words that say which copy is newer, and none of it can be edited away.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
f=$root/scripts/fixtures
cd "$work" || bail "no folder"
mkdir -p media/requests media/output
cp "$f/requests/intermediate-1.csr" "$f/requests/intermediate-2.csr" media/requests/

run() {
	"$bin/ceremony" run "$c/$1.ini" --record "${2:-record}" --media media --answers "$c/$1.answers.ini"
}
# fresh: a copy of the record and its token to do harm to
fresh() {
	rm -rf copy copy.token
	cp -r record copy
	cp -r record.token copy.token
	rm -rf media
	cp -r media.good media
}
last_failed() { # last_failed NAME RULE
	like "$1" "$(ls -d copy/ceremonies/* | tail -n 1)/transcript.jsonl" "\"type\":\"failed\".*\"error\":\"$2\""
}

ok "the root's ceremony" run rehearsal
like "it leaves its checkpoint on the medium" media/output/checkpoint-0001 '^rehearsal.example/root-2026$'
is "the three lines that are signed" "$(cat media/output/checkpoint-0001)" \
	"$(head -n 3 record/ceremonies/0001-root-generation/checkpoint)"
cp -r media media.good
cp -r record record.first
cp -r record.token record.first.token
ok "the periodic list" run periodic-crl
t=record/ceremonies/0002-crl/transcript.jsonl
opened record/ceremonies/0002-crl >opened
prompts=$(grep -c '^\[' err)
if [ "$prompts" -le 12 ]; then pass "in 12 prompts at most: $prompts"; else fail "in 12 prompts at most: $prompts"; fi
# the sealing's prompts (the words aloud, one cosignature, the verification) stand in no transcript: they come after its close
is "the transcript says the same" "$(($(grep -Ec '"type":"(answer|close)"' $t) + 3))" "$prompts"
for kept in '"administrator.1":"Ada Adler","officer.1":"Olga Olsen","officer.2":"Omar Okafor","witness.1":"Wanda Weber"' \
	'"op":"parse-list","sha256":"[0-9a-f]{64}","number":"1"' '"op":"media-newest","name":"checkpoint-0001"' \
	'"op":"mark-read","found":"yes","mark":"ceremony-mark v1 rehearsal.example/root-2026 sealed 1 ' '"op":"mark-write","held":"yes"'; do
	like "on the record: $kept" opened "$kept"
done
ok "and it verifies" "$bin/ceremony-verify" record
like "the list's SHA-256 was read aloud, and is on the record" $t \
	"\"turn\":\"words\".*\"read\":\"yes\",\"sha256.root.crl\":\"$(sha256sum record/ceremonies/0002-crl/crls/root.crl | cut -c 1-64)\""
for n in root-2.crl root-2-crl.pem checkpoint-0002; do [ -s "media/output/$n" ] && pass "$n is out" || fail "$n is out"; done
ok "openssl takes the DER" openssl crl -inform DER -in media/output/root-2.crl -CAfile media/output/root.pem -noout -crlnumber
like "its number is strictly one more" out 'crlNumber=0x02'
ok "and the PEM" openssl crl -in media/output/root-2-crl.pem -outform DER -out same.crl
same "which is the same list" same.crl media/output/root-2.crl
ok "certtool takes it" certtool --crl-info --infile media/output/root-2-crl.pem
like "with its number" out 'CRL Number.*02'
ok "lint finds nothing" "$bin/ceremony" lint media/output/root.pem media/output/root-2.crl
if have crlutil; then
	mkdir nss
	certutil -N -d sql:nss --empty-password
	ok "NSS knows the root" certutil -A -d sql:nss -n root -t CT,, -a -i media/output/root.pem
	ok "and takes the list" crlutil -I -d sql:nss -i media/output/root-2.crl
	ok "and shows it" crlutil -L -d sql:nss -n root
	like "with its number" out 'CRL Number|02'
else
	skip "NSS takes the list" "crlutil is not installed (libnss3-tools)"
fi

# ---- what does not fit ----
rm -rf media.good
cp -r media media.good
fresh
exits 1 "a list that is not the newest" run periodic-crl copy
last_failed "is refused: the record is newer" ERR_LIST_OLD
like "in words" err 'This record is newer than the list on the medium \(the medium has list 1, this record 2\)'
fresh
cp media/output/root-2.crl media/output/root.crl
rm media/output/checkpoint-0002
exits 1 "a checkpoint that is not the newest" run periodic-crl copy
last_failed "is refused: the record is newer" ERR_CHECKPOINT_OLD
fresh
cp media/output/root-2.crl media/output/root.crl
head -n 2 media.good/output/checkpoint-0002 >media/output/checkpoint-0002
head -n 3 media.good/output/checkpoint-0001 | tail -n 1 >>media/output/checkpoint-0002
exits 1 "a checkpoint of another history" run periodic-crl copy
last_failed "is refused" ERR_MARK_OTHER
fresh
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout o.key -out o.pem -days 9 2>/dev/null \
	-subj "/C=XX/O=Example Trust Services/CN=REHEARSAL Example Root E1" -addext keyUsage=critical,cRLSign,keyCertSign
: >index.txt
echo 03 >crlnumber
printf '%s\n' '[ca]' 'default_ca = c' '[c]' 'database = index.txt' 'crlnumber = crlnumber' 'default_md = sha384' \
	'default_crl_days = 90' 'crl_extensions = x' '[x]' 'authorityKeyIdentifier = keyid' >ca.cnf
openssl ca -config ca.cnf -gencrl -keyfile o.key -cert o.pem -out o.crl.pem 2>err || diag err
openssl crl -in o.crl.pem -outform DER -out media/output/root.crl
exits 1 "a list that another key signed in this root's name" run periodic-crl copy
last_failed "is refused" ERR_LIST_FOREIGN
fresh
head -c 100 media.good/output/root-2.crl >media/output/root.crl
exits 1 "half a list" run periodic-crl copy
last_failed "is refused" ERR_CRL_DER

# A list of the same number that the record does not know: a copy of the record went another way.
fresh
rm -rf other other.token
cp -r record.first other
cp -r record.first.token other.token
rm media/output/root-2* media/output/checkpoint-0002
ok "a copy of the record goes another way" run periodic-crl other
cp media/output/root-2.crl media/output/root.crl
cp media.good/output/checkpoint-0002 media/output/checkpoint-0002
exits 1 "its list bears our number" run periodic-crl copy
last_failed "and is not ours" ERR_LIST_OTHER

done_testing

#!/bin/sh
# adopt.t: a root made by openssl, and one made by certtool, are taken over with what they issued and their
# last list; later ceremonies revoke and sign lists under the next number, and openssl judges them.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
cd "$work" || bail "no folder"
for m in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do [ -f "$m" ] && module=$m && break; done
[ -n "${module:-}" ] || bail "SoftHSM is not installed (sh scripts/setup)"

# token RECORD KEY: RECORD's throwaway token, with that key (PEM) in it
token() {
	rm -rf "$1.token"
	mkdir "$1.token"
	printf '%s\n' "directories.tokendir = $work/$1.token" 'objectstore.backend = file' 'log.level = ERROR' >"$1.token/softhsm2.conf"
	SOFTHSM2_CONF=$work/$1.token/softhsm2.conf softhsm2-util --init-token --free --label old-root --pin 987654321 --so-pin 12345678 >out 2>&1 &&
		openssl pkcs8 -topk8 -nocrypt -in "$2" -out "$2.p8" &&
		SOFTHSM2_CONF=$work/$1.token/softhsm2.conf softhsm2-util --import "$2.p8" --token old-root --label 'root key' --id a1b2 \
			--pin 987654321 >out 2>&1 || diag out
}
adopt() {
	"$bin/ceremony" run "${2:-$c/adopt.ini}" --record "$1" --media media --profiles "$root/scripts/profiles" --answers "${3:-$c/adopt.answers.ini}"
}
# next SCRIPT RECORD ANSWERS: a shipped script for the CA that was taken over
next() {
	sed -e 's|^origin = .*|origin = rehearsal.example/adopted|' -e 's/^label = .*/label = old-root/' "$c/$1.ini" >next.ini
	mkdir -p media/output
	rm -f media/output/*
	"$bin/ceremony" run next.ini --record "$2" --media media --profiles "$root/scripts/profiles" --answers "$3"
}

# ---- a CA by openssl ----
mkdir -p ca/certs media/adopt
: >ca/index.txt
echo 1000 >ca/serial
echo 7F0102030405060708090A0B0C0D0E0F10111207 >ca/crlnumber # 20 octets, as a CA may have that drew its first one (RFC 5280 5.2.3)
last=725064303890588110203033396814564464046290047495
printf '%s\n' '[ca]' 'default_ca = c' '[c]' 'database = ca/index.txt' 'serial = ca/serial' 'crlnumber = ca/crlnumber' \
	'new_certs_dir = ca/certs' 'default_md = sha384' 'default_days = 2000' 'default_crl_days = 90' 'policy = p' \
	'x509_extensions = i' 'crl_extensions = l' 'rand_serial = no' '[p]' 'countryName = supplied' 'organizationName = supplied' \
	'commonName = supplied' '[i]' 'basicConstraints = critical, CA:TRUE, pathlen:0' 'keyUsage = critical, keyCertSign, cRLSign' \
	'subjectKeyIdentifier = hash' 'authorityKeyIdentifier = keyid' '[l]' 'authorityKeyIdentifier = keyid' >ca.cnf
sed -i '/rand_serial/d' ca.cnf
key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$1"; }
key root.key
openssl req -x509 -new -key root.key -sha384 -days 7000 -out ca/root.pem -subj '/C=XX/O=Example Trust Services/CN=Old Root' \
	-addext 'keyUsage = critical, keyCertSign, cRLSign' 2>/dev/null
issue() { # issue NAME
	key "$1.key"
	openssl req -new -key "$1.key" -out "$1.csr" -subj "/C=XX/O=Example Trust Services/CN=Old CA $1" &&
		openssl ca -batch -config ca.cnf -keyfile root.key -cert ca/root.pem -in "$1.csr" -out "$1.pem" -notext 2>err || diag err
}
for n in one two three four; do issue $n; done
openssl ca -config ca.cnf -keyfile root.key -cert ca/root.pem -revoke two.pem -crl_reason superseded 2>err || diag err
openssl ca -config ca.cnf -keyfile root.key -cert ca/root.pem -revoke four.pem -crl_compromise 20240102030405Z 2>err || diag err
openssl ca -config ca.cnf -keyfile root.key -cert ca/root.pem -gencrl -out ca/root.crl 2>err || diag err
cp ca/root.pem ca/root.crl media/adopt/
cp one.pem media/adopt/one.crt
cat two.pem three.pem >media/adopt/bundle.pem # four is revoked, and nobody brings it
cp -r media/adopt good

token record root.key
ok "the CA is taken over" adopt record
ok "and verified" "$bin/ceremony-verify" record
t=record/ceremonies/0001-adoption/transcript.jsonl
on_record "what is said of the key is an exception" record/ceremonies/0001-adoption '"type":"exception".*"turn":"origin".*old bunker'
like "its key has signed a challenge" $t '"op":"key-prove".*"verified":"yes"'
is "and nothing else" "$(grep -c '"op":"key-sign"' $t)" 0
ok "status knows it" "$bin/ceremony" status --record record
like "with its last list" out "revocation list   $last\$"
like "what is good" out 'valid .*Old CA one'
like "what is revoked" out 'REVOKED .*Old CA two'
like "and what nobody brought" out 'REVOKED .*not brought'
like "the report says where it comes from" record/ceremonies/0001-adoption/report.txt 'Brought from outside'

# Lists that are signed ahead have their numbers in their names, however long: small ones, ones that lie as files, and in parts, where a
# certificate that nobody brought names no part.
ahead() { # ahead KIND LINES: what the crl step has besides
	cp -r record "$1" && cp -r record.token "$1.token" && sed -i "s,$work/record.token,$work/$1.token," "$1.token/softhsm2.conf"
	sed -e 's|^origin = .*|origin = rehearsal.example/adopted|' -e 's/^label = .*/label = old-root/' -e "s,^series = .*,&$2," \
		"$c/crl-series.ini" >ahead.ini
	mkdir -p media/output
	rm -f media/output/*
	cp media/adopt/root.crl media/output/
	cp record/ceremonies/0001-adoption/checkpoint media/output/checkpoint-0001
	ok "$1: four lists are signed ahead" "$bin/ceremony" run ahead.ini --record "$1" --media media --profiles "$root/scripts/profiles" \
		--answers "$c/crl-series.answers.ini"
	ok "$1: verified" "$bin/ceremony-verify" "$1"
	is "$1: as many files, each with its number" "$(find "$1"/ceremonies/0002-crl-series/crls -name "root-${last%5}[6-9]-from-*-to-*.crl" | wc -l)" "$3"
	is "$1: and on the medium" "$(find media/output -name "root-${last%5}[6-9]-from-*-to-*.crl" | wc -l)" "$3"
}
ahead small '' 4
ahead files '\nstore = file' 4
ahead parts '\nshards = 2\ndistribution = http://crl.example/root-{shard}.crl' 8

ok "the next list" next rehearsal-crl record "$c/rehearsal-crl.answers.ini"
ok "openssl takes it" openssl crl -inform DER -in media/output/root.crl -CAfile ca/root.pem -noout -text
like "its number is strictly one more" out '^ *0x7F0102030405060708090A0B0C0D0E0F10111208$'
is "no entry is dropped" "$(grep -c 'Serial Number' out)" 2
like "not even of what was not brought" out "Serial Number: $(openssl x509 -in four.pem -noout -serial | cut -d = -f 2)"
like "with its reason" out 'Superseded'
like "and since when its key is not to be trusted" out 'Jan  2 03:04:05 2024 GMT'
sed -e 's|^certificate.1 = .*|certificate.1 = 1/adopted-3|' -e 's|^name.1.\(.\) = .*|name.1.\1 = Old CA one|' \
	"$c/rehearsal-revoke.answers.ini" >revoke.ini
ok "one that was taken over is revoked" next rehearsal-revoke record revoke.ini
openssl crl -inform DER -in media/output/root.crl -out list.pem
cat ca/root.pem list.pem >both.pem
revoked=$(openssl crl -in list.pem -noout -text | grep -c 'Serial Number')
is "the list carries three" "$revoked" 3
ok "it all verifies" "$bin/ceremony-verify" record

# ---- somebody puts the same key into the token again, so that it can be taken out ----
if have pkcs11-tool; then
	cp -r record.token kept.token
	sed -i "s|record.token|kept.token|" kept.token/softhsm2.conf
	openssl pkey -in root.key -outform DER -out root.der
	for object in "--delete-object" "--write-object root.der --extractable"; do
		# shellcheck disable=SC2086 # words on purpose
		SOFTHSM2_CONF=$work/kept.token/softhsm2.conf pkcs11-tool --module "$module" --token-label old-root --login --pin 987654321 \
			$object --type privkey --id a1b2 --label 'root key' >out 2>&1 || bail "the key does not change: $(cat out)"
	done
	cp -r record kept
	exits 1 "a root key that may now be wrapped out" next rehearsal-crl kept "$c/rehearsal-crl.answers.ini"
	like "is asked about" err 'loose|give the root key away'
	rm -rf kept && cp -r record kept
	sed '/^serial = @expect/a approver = Ida Ito, head of security\nreason = it came from another device\nofficer-1 = yes\nofficer-2 = yes' \
		"$c/rehearsal-crl.answers.ini" >loose.ini
	ok "two officers go on" next rehearsal-crl kept loose.ini
	cat kept/ceremonies/*/transcript.jsonl >lines
	like "as an exception" lines '"type":"exception".*"turn":"loose"'
	ok "which verifies" "$bin/ceremony-verify" kept
	cat record/ceremonies/*/transcript.jsonl >lines
	unlike "where it was well kept nobody is asked" lines '"turn":"loose"'
fi

# ---- bad input ----
bad() { # bad NAME RULE: it does not come to its end, and says why
	token other root.key
	rm -rf other
	exits 1 "$1" adopt other
	like "is refused: $2" other/ceremonies/0001-adoption/transcript.jsonl "\"type\":\"failed\".*\"error\":\"$2\""
	rm -rf media/adopt
	cp -r good media/adopt
}
key other.key
openssl req -x509 -new -key other.key -sha384 -days 700 -out media/adopt/root.pem -subj '/C=XX/O=Example Trust Services/CN=Old Root' \
	-addext 'keyUsage = critical, keyCertSign, cRLSign' 2>/dev/null
bad "the list of another CA" ERR_LIST_FOREIGN
cp one.pem media/adopt/root.pem
bad "a root that another has issued" ERR_ADOPT_ROOT
head -c 300 ca/root.pem >media/adopt/root.pem
bad "half a root" ERR_PEM_BASE64
openssl req -x509 -new -key root.key -sha384 -days 700 -out media/adopt/root.pem -subj '/C=XX/O=Example Trust Services/CN=Old Root' \
	-addext 'keyUsage = critical, keyCertSign' 2>/dev/null
bad "a root that may not sign lists" ERR_ADOPT_ROOT
openssl req -x509 -new -key root.key -sha384 -not_before 20200101000000Z -not_after 20210101000000Z -out media/adopt/root.pem \
	-subj '/C=XX/O=Example Trust Services/CN=Old Root' -addext 'keyUsage = critical, keyCertSign, cRLSign' 2>/dev/null ||
	faketime -f '@2020-01-01 00:00:00' openssl req -x509 -new -key root.key -sha384 -days 300 -out media/adopt/root.pem \
		-subj '/C=XX/O=Example Trust Services/CN=Old Root' -addext 'keyUsage = critical, keyCertSign, cRLSign' 2>/dev/null
if openssl x509 -in media/adopt/root.pem -noout -enddate | grep -q '20[0-9][0-9]' && ! openssl x509 -in media/adopt/root.pem -noout -checkend 0 >/dev/null; then
	bad "an expired root" ERR_ADOPT_EXPIRED
else
	skip "an expired root" "this openssl makes none"
	cp ca/root.pem media/adopt/
fi
openssl req -x509 -new -key other.key -CA ca/root.pem -CAkey other.key -days 9 -out media/adopt/forged.pem -subj '/C=XX/O=Other/CN=Forged' 2>/dev/null ||
	openssl req -x509 -new -key other.key -days 9 -out media/adopt/forged.pem -subj '/C=XX/O=Other/CN=Forged' 2>/dev/null
bad "a certificate that the root did not issue" ERR_ADOPT_FOREIGN
cp one.pem media/adopt/zagain.pem
bad "one that is there twice" ERR_ADOPT_TWICE
sed 's/^approved-by/without.4 = yes\n&/' "$c/adopt.answers.ini" >without.ini
cp one.pem media/adopt/one-again.pem
token other root.key
rm -rf other
sed 's/without.4/without.3/' without.ini >without3.ini
if adopt other "$c/adopt.ini" without.ini >out 2>err || { rm -rf other; token other root.key; adopt other "$c/adopt.ini" without3.ini >out 2>err; }; then
	pass "people go on without it"
else
	fail "people go on without it"
	diag err
fi
ok "and the record verifies" "$bin/ceremony-verify" other
rm -rf media/adopt
cp -r good media/adopt
token other other.key
rm -rf other
exits 1 "a token with another key" adopt other
like "is refused" other/ceremonies/0001-adoption/transcript.jsonl '"error":"ERR_ADOPT_KEY"'

# ---- a CA whose list has run out ----
# its entries are later than its date: a list without them is wanted
cp ca/index.txt index.kept
sed -i '/^R/d' ca/index.txt
openssl ca -config ca.cnf -keyfile root.key -cert ca/root.pem -gencrl -crl_lastupdate 20240101000000Z -crl_nextupdate 20240301000000Z \
	-out media/adopt/root.crl 2>err || diag err
cp index.kept ca/index.txt
token late root.key
rm -rf late
ok "a CA whose list has run out" adopt late
exits 1 "is told so" "$bin/ceremony" status --record late --pdf late.pdf --ics late.ics
like "in words" out 'overdue +2024-03-01'
pdftotext -layout late.pdf late.txt
like "on the page too, on top" late.txt 'OVERDUE: 1'
like "and in its row" late.txt '2024-03-01 +OVERDUE +next revocation list'
like "and in the calendar" late.ics 'DTSTART:20240301T000000Z'
rm -rf media/adopt
cp -r good media/adopt

# ---- a CA by certtool, its key RSA, found by its id ----
if have certtool; then
	rm -rf media/adopt/*
	printf '%s\n' 'cn = "GnuTLS Root"' 'organization = "Example Trust Services"' 'country = XX' ca cert_signing_key crl_signing_key \
		'expiration_days = 5000' 'serial = 1' 'crl_next_update = 90' 'crl_number = 41' >tmpl
	certtool --generate-privkey --key-type rsa --bits 3072 --outfile g.key 2>err || diag err
	certtool --generate-self-signed --load-privkey g.key --template tmpl --hash SHA384 --outfile media/adopt/root.pem 2>err || diag err
	printf '%s\n' 'cn = "GnuTLS Gone"' 'organization = "Example Trust Services"' ca cert_signing_key 'serial = 77' 'expiration_days = 900' >gone.tmpl
	certtool --generate-privkey --key-type ecdsa --outfile gone.key 2>err || diag err
	certtool --generate-certificate --load-privkey gone.key --load-ca-certificate media/adopt/root.pem --load-ca-privkey g.key \
		--template gone.tmpl --hash SHA384 --outfile media/adopt/gone.pem 2>err || diag err
	certtool --generate-crl --load-certificate media/adopt/gone.pem --load-ca-privkey g.key --load-ca-certificate media/adopt/root.pem --template tmpl --hash SHA384 \
		--outfile media/adopt/root.crl 2>err || diag err
	sed 's/^key-label = .*/key-id = a1b2/' "$c/adopt.ini" >byid.ini
	token gnutls g.key
	exits 1 "an entry without a reason" adopt gnutls byid.ini
	like "is refused until the script says which" gnutls/ceremonies/0001-adoption/transcript.jsonl '"error":"ERR_ADOPT_REASON"'
	rm -rf gnutls
	sed -i 's/^kind = adopt/&\nreason = cessationOfOperation/' byid.ini
	token gnutls g.key
	ok "a root by certtool" adopt gnutls byid.ini
	ok "verifies" "$bin/ceremony-verify" gnutls
	ok "and its next list" next rehearsal-crl gnutls "$c/rehearsal-crl.answers.ini"
	ok "is judged by certtool" certtool --verify-crl --load-ca-certificate media/adopt/root.pem --infile media/output/root-crl.pem
	ok "and by openssl" openssl crl -inform DER -in media/output/root.crl -CAfile media/adopt/root.pem -noout -crlnumber
	like "as number 42" out 'crlNumber=0x2A'
else
	skip "a root by certtool" "certtool is not installed (gnutls-bin)"
fi

# ---- an edited transcript ----
cp -r record bent
t=bent/ceremonies/0001-adoption
sed -i '/"turn":"list"/s/"sha256":"[0-9a-f]*"/"sha256":"'"$(printf %064d 1)"'"/' $t/transcript.jsonl
prev=$(printf %064d 0)
while IFS= read -r line; do
	line="${line%,\"prev\":*},\"prev\":\"$prev\"}"
	printf '%s\n' "$line"
	prev=$(printf %s "$line" | sha256sum | cut -d ' ' -f 1)
done <$t/transcript.jsonl >new
mv new $t/transcript.jsonl
exits 1 "an edited adoption" "$bin/ceremony-verify" bent
done_testing

#!/bin/sh
# adopt-odd.t: last lists that are not as RFC 5280 wants them, as certtool, openssl and cfssl write them: taken over with a
# finding on the record where nothing gets lost, refused in words that say what to do where something would. What
# follows is never odd.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
cd "$work" || bail "no folder"
for m in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do [ -f "$m" ] && module=$m && break; done
[ -n "${module:-}" ] || bail "SoftHSM is not installed (sh scripts/setup)"
mkdir -p ca/certs media/adopt media/output

# token RECORD: RECORD's throwaway token, with the root's key in it
token() {
	rm -rf "$1" "$1.token"
	mkdir "$1.token"
	printf '%s\n' "directories.tokendir = $work/$1.token" 'objectstore.backend = file' 'log.level = ERROR' >"$1.token/softhsm2.conf"
	SOFTHSM2_CONF=$work/$1.token/softhsm2.conf softhsm2-util --init-token --free --label old-root --pin 987654321 --so-pin 12345678 >out 2>&1 &&
		openssl pkcs8 -topk8 -nocrypt -in root.key -out root.p8 &&
		SOFTHSM2_CONF=$work/$1.token/softhsm2.conf softhsm2-util --import root.p8 --token old-root --label 'root key' --id a1b2 \
			--pin 987654321 >out 2>&1 || diag out
}
adopt() {
	"$bin/ceremony" run "${2:-$c/adopt.ini}" --record "$1" --media media --profiles "$root/scripts/profiles" --answers "$c/adopt.answers.ini"
}
# next RECORD: the periodic list of the CA that was taken over, its published list brought
next() {
	sed -e 's|^origin = .*|origin = rehearsal.example/adopted|' -e 's/^label = .*/label = old-root/' -e 's/^checkpoint = yes/checkpoint = no/' \
		"$c/periodic-crl.ini" >next.ini
	rm -f media/output/*
	cp media/adopt/root.crl media/output/root.crl
	"$bin/ceremony" run next.ini --record "$1" --media media --profiles "$root/scripts/profiles" --answers "$c/periodic-crl.answers.ini"
}

openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out root.key
openssl req -x509 -new -key root.key -sha384 -days 7000 -out ca/root.pem -subj '/C=XX/O=Example Trust Services/CN=Old Root' \
	-addext 'keyUsage = critical, keyCertSign, cRLSign' 2>/dev/null
cp ca/root.pem media/adopt/root.pem
: >ca/index.txt
echo 1000 >ca/serial
echo 07 >ca/crlnumber
printf '%s\n' '[ca]' 'default_ca = c' '[c]' 'database = ca/index.txt' 'serial = ca/serial' 'new_certs_dir = ca/certs' 'default_md = sha384' \
	'default_days = 2000' 'default_crl_days = 90' 'policy = p' '[p]' 'countryName = supplied' 'organizationName = supplied' 'commonName = supplied' \
	'[l]' 'authorityKeyIdentifier = keyid' '[more]' 'authorityKeyIdentifier = keyid' 'issuerAltName = URI:http://ca.example/' \
	'[cas]' 'authorityKeyIdentifier = keyid' 'issuingDistributionPoint = critical, @part' '[part]' 'onlyCA = TRUE' >ca.cnf
sed 's/^policy = p/&\ncrlnumber = ca\/crlnumber/' ca.cnf >numbered.cnf
issue() {
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout k -out r -subj "/C=XX/O=Example Trust Services/CN=$1" 2>/dev/null
	openssl ca -batch -config ca.cnf -keyfile root.key -cert ca/root.pem -in r -out "$1.pem" -notext 2>err || diag err
}
revoke() {
	openssl ca -config ca.cnf -keyfile root.key -cert ca/root.pem -revoke "$1.pem" -crl_reason "$2" 2>err || diag err
}
list() { # list CONFIG [OPTION...]: the CA's list, by openssl
	conf=$1
	shift
	openssl ca -config "$conf" -keyfile root.key -cert ca/root.pem -gencrl "$@" -out media/adopt/root.crl 2>err || diag err
}
# taken NAME FINDING NUMBER ENTRIES [SCRIPT]: the CA is taken over with that finding; the next list has that number and those entries,
# and nothing is odd about it.
taken() {
	token record
	ok "$1: it is taken over" adopt record "${5:-$c/adopt.ini}"
	t=record/ceremonies/0001-adoption/transcript.jsonl
	like "$1: the finding and its clause are in the transcript" $t "\"op\":\"parse-list\".*\"odd\":\"[^\"]*$2"
	like "$1: two officers agreed to it" $t "\"turn\":\"agree\".*\"officer-2\":\"yes\",\"odd\":\"[^\"]*$2"
	like "$1: the report has it" record/ceremonies/0001-adoption/report.txt '^  Odd last list '
	ok "$1: it verifies" "$bin/ceremony-verify" record
	sed -i 's/"odd":"[^"]*"/"odd":"nothing"/' $t
	exits 1 "$1: with another finding, it does not" "$bin/ceremony-verify" record
	token record
	adopt record "${5:-$c/adopt.ini}" >out 2>&1
	ok "$1: the list that is published is known by its hash, and the next one made" next record
	openssl crl -inform DER -in record/ceremonies/0002-crl/crls/root.crl -noout -text >text 2>&1
	like "$1: it is sound, with the number" text "^ *$3\$"
	is "$1: and the entries" "$(grep -c 'Serial Number' text)" "$4"
	ok "$1: lint finds nothing" "$bin/ceremony" lint ca/root.pem record/ceremonies/0002-crl/crls/root.crl
	is "$1: no empty field" "$(openssl asn1parse -inform DER -in record/ceremonies/0002-crl/crls/root.crl | grep -Ec 'l= +0 cons: SEQUENCE')" 0
}
# refused NAME RULE WORDS
refused() {
	token record
	exits 1 "$1: it is not taken over" adopt record
	like "$1: $2" record/ceremonies/0001-adoption/transcript.jsonl "\"type\":\"failed\".*\"error\":\"$2\""
	like "$1: in words" err "$3"
}

# ---- taken over, with a finding ----
printf '%s\n' 'crl_next_update = 90' 'crl_number = 7' >crl.tmpl
certtool --generate-crl --load-ca-privkey root.key --load-ca-certificate ca/root.pem --template crl.tmpl --outfile media/adopt/root.crl 2>err || diag err
is "certtool writes an empty field" "$(openssl asn1parse -in media/adopt/root.crl | grep -Ec 'l= +0 cons: SEQUENCE')" 1
taken "certtool's empty list" 'revokedCertificates is there and empty .RFC 5280 5.1.2.6' 8 0
if have cfssl; then
	: >none
	echo 7776000 >seconds
	cfssl gencrl none ca/root.pem root.key seconds 2>err | base64 -d >media/adopt/root.crl
	token record
	ok "cfssl's empty list: it is taken over" adopt record
	like "cfssl's empty list: with its findings" record/ceremonies/0001-adoption/transcript.jsonl '"odd":"revokedCertificates is there and empty.*it bears no number.*its issuer is the CA.s name in other string types'
else
	skip "cfssl's empty list: it is taken over" "cfssl is not installed"
	skip "cfssl's empty list: with its findings" "cfssl is not installed"
fi
issue one
revoke one superseded
list ca.cnf
taken "openssl without crl_extensions" 'it bears no number .RFC 5280 5.2.3.; authorityKeyIdentifier is not there' 1 1
cp ca/index.txt index.kept
sed -i 's/^\(R.*Z\),superseded/\1/' ca/index.txt
list ca.cnf
cp index.kept ca/index.txt
openssl crl -in media/adopt/root.crl -noout -text >text
like "without a reason it writes version 1" text 'Version 1 '
refused "version 1 without a reason" ERR_ADOPT_REASON "Set reason in the script's adopt step"
sed 's/^crl = root.crl/&\nreason = superseded/' "$c/adopt.ini" >with.ini
taken "openssl's version 1" 'it is of version 1 .RFC 5280 5.1.2.1.; it bears no number' 1 1 with.ini
list numbered.cnf -crlexts more
taken "an extension that goes" 'it has an extension that later lists will not have' 8 1

# ---- refused ----
list numbered.cnf -crlexts cas
refused "a part of the list" ERR_CRL_EXT 'a list of but some certificates or reasons'
issue two
revoke two certificateHold
list numbered.cnf -crlexts l
refused "an entry on hold" ERR_ADOPT_HOLD 'Settle it where the list was made: revoke it for good'
token record
exits 1 "and no reason in the script takes its place" adopt record with.ini

# ---- bent by somebody who has the key, or has not ----
list numbered.cnf -crlexts l
openssl crl -in media/adopt/root.crl -outform DER -out plain.crl
bend() { perl "$root/scripts/e2e/bend-crl.pl" "$1" plain.crl root.key media/adopt/root.crl || diag "$1"; }
bend unsorted
ok "openssl takes entries in no order" openssl crl -inform DER -in media/adopt/root.crl -CAfile ca/root.pem -noout -verify
token record
ok "entries in no order: it is taken over" adopt record
ok "entries in no order: the next list" next record
is "entries in no order: has them in order" "$(openssl crl -inform DER -in record/ceremonies/0002-crl/crls/root.crl -noout -text | sed -n 's/.*Serial Number: //p' | tr '\n' ' ')" \
	"0100 0200 0300 "
ok "entries in no order: lint finds nothing" "$bin/ceremony" lint ca/root.pem record/ceremonies/0002-crl/crls/root.crl
bend twice
token record
ok "an entry twice: it is taken over" adopt record
like "an entry twice: it is counted once" record/ceremonies/0001-adoption/transcript.jsonl '"turn":"agree".*- Entries alone: 1: their certificates were not brought'
ok "an entry twice: the next list" next record
is "an entry twice: has it once" "$(openssl crl -inform DER -in record/ceremonies/0002-crl/crls/root.crl -noout -text | grep -c 'Serial Number')" 1
bend other
refused "an entry twice, with two reasons" ERR_LIST_TWICE 'entries 1 and 2'
bend critical
refused "an extension that is critical, and not known" ERR_CRL_EXT 'unknown is critical'
bend entry
refused "the same of an entry" ERR_CRL_ENTRY 'entry 1: an extension that is critical'
bend signature
refused "the signature of another list" ERR_LIST_FOREIGN 'not one of this CA'
bend behind
refused "an octet behind it" ERR_CRL_DER 'not well-formed DER'
bend early
refused "a list of the future" ERR_LIST_FOREIGN 'it is of the future'

# ---- a name with signs in it is typed back as it reads ----
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout k -out r -subj '/C=XX/O=CN=Not This/CN=Comma, Inc \+ Sons' 2>/dev/null
printf '%s\n' 'basicConstraints = critical, CA:TRUE, pathlen:0' 'keyUsage = critical, keyCertSign, cRLSign' 'subjectKeyIdentifier = hash' \
	'authorityKeyIdentifier = keyid' >issued.cnf
openssl ca -batch -config ca.cnf -keyfile root.key -cert ca/root.pem -in r -out media/adopt/comma.pem -notext -extfile issued.cnf 2>err || diag err
sed -i '/certificateHold/d;/,holdInstruction/d;/CN=two$/d' ca/index.txt
list numbered.cnf -crlexts l
token record
ok "a CA with such a name is taken over" adopt record
sed -e 's|^origin = .*|origin = rehearsal.example/adopted|' -e 's/^label = .*/label = old-root/' "$c/rehearsal-revoke.ini" >revoke.ini
for typed in 'Comma' 'Not This/CN=Comma, Inc + Sons' 'Comma, Inc + Sons'; do
	sed -e 's|^certificate.1 = .*|certificate.1 = 1/adopted-1|' -e "s|^name.1.\(.\) = .*|name.1.\1 = $typed|" "$c/rehearsal-revoke.answers.ini" >revoke.answers.ini
	rm -rf copy copy.token media/output/*
	cp -r record copy
	cp -r record.token copy.token
	exits "$([ "$typed" = 'Comma, Inc + Sons' ]; echo $?)" "typed back: $typed" "$bin/ceremony" run revoke.ini --record copy --media media --profiles "$root/scripts/profiles" \
		--answers revoke.answers.ini
done

done_testing

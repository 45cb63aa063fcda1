#!/bin/sh
# pki.t: what the shipped profiles make, before judges that are not ours.
#
# ceremony/pki/test/certificate_test makes a root, an intermediate and CRLs for each curve
# with keys that it forgets, and leaves them in $work.
. scripts/e2e/lib.sh

moment=$(date +%s)
maker=$B/test/ceremony/pki/test/certificate_test
make -s B="$B" "$maker" >"$work/out" 2>&1 || bail "the maker cannot be built: $(tail -n 1 "$work/out")"
ok "certificates and lists are made" env PKI_OUT="$work" PKI_NOW="$moment" "$maker"
cd "$work" || bail "no folder"

for i in 0 1; do
	for what in root sub; do
		ok "openssl reads $what-$i" openssl x509 -inform DER -in $what-$i.der -out $what-$i.pem
		openssl x509 -in $what-$i.pem -outform DER -out again.der
		same "openssl writes $what-$i as it is" again.der $what-$i.der
		ok "openssl's ASN.1 reader takes $what-$i" openssl asn1parse -inform DER -in $what-$i.der
	done
	for what in crl none; do
		ok "openssl reads $what-$i" openssl crl -inform DER -in $what-$i.der -out $what-$i.pem
		ok "openssl verifies $what-$i" openssl crl -in $what-$i.pem -noout -verify -CAfile root-$i.pem
		like "and says so of $what-$i" "$work/err" '^verify OK'
	done

	ok "root-$i verifies strictly" openssl verify -x509_strict -check_ss_sig -attime "$moment" -CAfile root-$i.pem root-$i.pem
	ok "sub-$i verifies strictly" openssl verify -x509_strict -attime "$moment" -CAfile root-$i.pem sub-$i.pem
	ok "sub-$i is not revoked by the empty list" openssl verify -x509_strict -attime "$moment" -crl_check \
		-CRLfile none-$i.pem -CAfile root-$i.pem sub-$i.pem
	exits 2 "sub-$i is revoked by the other one" openssl verify -x509_strict -attime "$moment" -crl_check \
		-CRLfile crl-$i.pem -CAfile root-$i.pem sub-$i.pem
	like "for that reason" "$work/err" 'certificate revoked'
	exits 2 "sub-$i is not yet valid a day before" openssl verify -attime $((moment - 86400)) -CAfile root-$i.pem sub-$i.pem
done
exits 2 "sub-0 does not verify under another root of the same name" openssl verify -attime "$moment" -CAfile root-1.pem sub-0.pem

openssl x509 -in root-1.pem -noout -text >text
like "root: CA:TRUE, critical, no pathlen" text '^ +CA:TRUE$'
like "root: keyUsage critical" text 'Key Usage: critical'
end=$(date -u -d "$(date -u -d "@$moment" '+%Y-%m-%d %H:%M:%S UTC') + 20 years - 1 second" '+%b %e %H:%M:%S %Y')
like "root: it lasts to the last second of 20 years" text "Not After : $end GMT"
unlike "root: no extendedKeyUsage" text 'Extended Key Usage'
is "root: four extensions" "$(grep -Ec '^            X509v3' text)" 4
openssl x509 -in sub-1.pem -noout -text >text
like "sub: pathlen:0" text 'CA:TRUE, pathlen:0'
like "sub: serverAuth" text '^ +TLS Web Server Authentication$'
like "sub: one policy" text 'Policy: 2\.23\.140\.1\.2\.1'
like "sub: one distribution point" text 'URI:http://crl\.example\.com/root\.crl'
like "sub: where the issuer is" text 'CA Issuers - URI:http://aia\.example\.com/root\.cer'
like "sub: UTF8String and PrintableString" text 'Subject: C = XX, O = Example Trust, CN = Example Sub 1|Subject: C=XX, O=Example Trust, CN=Example Sub 1'
openssl crl -in crl-1.pem -noout -text >text
like "crl: version 2" text 'Version 2'
like "crl: reason" text 'Key Compromise'
is "crl: two entries" "$(grep -c 'Serial Number:' text)" 2
openssl crl -in none-1.pem -noout -text >text
like "none: nothing is revoked" text 'No Revoked Certificates'
openssl asn1parse -inform DER -in none-1.der >text
is "none: the field is left out" "$(grep -Ec 'd=2 .*SEQUENCE' text)" 2

if have certtool; then
	for i in 0 1; do
		for what in root sub; do
			ok "certtool reads $what-$i" certtool --certificate-info --infile $what-$i.pem
		done
		ok "certtool reads crl-$i" certtool --crl-info --infile crl-$i.pem
		cat sub-$i.pem root-$i.pem >chain.pem
		ok "certtool verifies chain $i" certtool --verify-chain --infile chain.pem
	done
else
	skip "certtool" "it is not installed"
fi

if zlint=$(cd "$root" && sh scripts/get-zlint "$B" 2>/dev/null); then
	for file in root-0 root-1 sub-0 sub-1 crl-0 crl-1 none-0 none-1; do
		"$zlint" "$file.pem" >zlint.out 2>zlint.err
		like "zlint judges $file" zlint.out '"result":"pass"'
		unlike "zlint has no error and no warning on $file" zlint.out '"result":"(warn|error|fatal)"'
	done
else
	skip "zlint" "it cannot be had here"
fi

ok "our own linter accepts them" "$bin/ceremony" lint root-0.pem sub-0.pem root-1.der sub-1.der crl-0.pem crl-1.der none-1.der
is "with a line each" "$(grep -c '	accept	' out)" 7
exits 1 "it refuses what is neither" "$bin/ceremony" lint sub-0.der text
like "and names the file and the rule" out '^text	refuse	ERR_PEM_NONE	'
like "and still accepts the other" out '^sub-0\.der	accept	'
head -c 300 sub-0.der >cut.der
exits 1 "it refuses a piece" "$bin/ceremony" lint cut.der
like "for what it is" out '^cut\.der	refuse	ERR_CERT_DER	.*RFC 5280 4\.1'
LC_ALL=C sed "s/$(date -u -d "@$((moment - 60))" +%y%m%d%H%M%S)Z/$(date -u -d "@$((moment - 59))" +%y%m%d%H%M%S)Z/" crl-1.der >bent.der
openssl x509 -in sub-0.pem -outform DER -out whole.der
perl -0777 -pe 's/(\x03\x81?.\x00)\x30(?=.{60,110}\z)/${1}\x31/s' whole.der >unsigned.der
exits 1 "it refuses a signature that is none" "$bin/ceremony" lint unsigned.der
like "and says by which rule" out '	signature-form	'
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3 -out three.key
openssl req -x509 -new -sha256 -key three.key -subj /C=XX/O=Example/CN=Three -days 4000 -out three.pem
exits 1 "it refuses a key that keytest refuses" "$bin/ceremony" lint three.pem
like "and says why" out '	ERR_KEYTEST_RSA_EXPONENT	.*it is 3'
ok "a changed date is not seen without the issuer" "$bin/ceremony" lint bent.der
exits 1 "with the issuer it is" "$bin/ceremony" lint root-1.pem bent.der
like "by the signature" out '^bent\.der	refuse	crl-signature	'
openssl req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout /dev/null -subj "/CN=Lax Root" \
	-days 30 -out lax.pem 2>/dev/null
exits 1 "it refuses a lax root" "$bin/ceremony" lint lax.pem
like "for its days" out '^lax\.pem	refuse	root-validity	.*BR 7\.1\.2\.1\.1'
like "for its name" out '^lax\.pem	refuse	subject-attributes	.*BR 7\.1\.2\.10\.2'
like "for its usage" out '^lax\.pem	refuse	ca-key-usage	.*RFC 5280 4\.2\.1\.3'
exits 2 "it wants files" "$bin/ceremony" lint
exits 3 "a file that is not there is the world's failure" "$bin/ceremony" lint "$work/nothing"

done_testing

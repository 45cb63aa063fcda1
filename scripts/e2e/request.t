#!/bin/sh
# request.t: requests as other people's tools make them, before `ceremony request`.
. scripts/e2e/lib.sh

ceremony=$bin/ceremony
profile=$root/scripts/profiles/tls-subca.ini
fixtures=$root/scripts/fixtures/requests
tab=$(printf '\t')

# accepted NAME FILE, refused NAME FILE RULE: what check says of one file.
accepted() {
	exits 0 "$1" "$ceremony" request check --profile "$profile" "$2"
	like "$1, in one line" "$work/out" "^[^$tab]+${tab}accept${tab}"
}
refused() {
	exits 1 "$1" "$ceremony" request check --profile "$profile" "$2"
	like "$1: $3" "$work/out" "^[^$tab]+${tab}refuse${tab}$3${tab}."
}

# fresh ones, of the same script that made the shipped ones
ok "fresh requests are made" sh scripts/fixtures/requests/make.sh "$work/fresh"
for i in 1 2; do
	accepted "a fresh intermediate-$i is accepted" "$work/fresh/intermediate-$i.csr"
	accepted "the shipped intermediate-$i is accepted" "$fixtures/intermediate-$i.csr"
	openssl req -in "$work/fresh/intermediate-$i.csr" -outform DER -out "$work/$i.der"
	is "the SHA-256 of intermediate-$i is that of its DER" \
		"$("$ceremony" request show "$work/fresh/intermediate-$i.csr" | sed -n 's/^SHA-256  *//p')" \
		"$(sha256sum "$work/$i.der" | cut -d' ' -f1)"
	openssl req -in "$work/fresh/intermediate-$i.csr" -noout -pubkey | openssl pkey -pubin -outform DER -out "$work/$i.spki"
	is "the SHA-256 of its key is that of its SPKI" \
		"$("$ceremony" request show "$work/fresh/intermediate-$i.csr" | sed -n 's/^Key SHA-256  *//p')" \
		"$(sha256sum "$work/$i.spki" | cut -d' ' -f1)"
done
head -c 100 "$work/2.der" >"$work/cut.der"
refused "a cut one is refused" "$work/cut.der" ERR_REQUEST_FORM
cat "$work/2.der" "$work/2.der" >"$work/twice.der"
refused "one behind another is refused" "$work/twice.der" ERR_REQUEST_TRAILING
cat "$work/fresh/intermediate-1.csr" "$work/fresh/intermediate-2.csr" >"$work/both.csr"
refused "two in one file are refused" "$work/both.csr" ERR_PEM_MANY
sed 's/CERTIFICATE REQUEST/NEW CERTIFICATE REQUEST/' "$work/fresh/intermediate-2.csr" >"$work/old.csr"
accepted "the old label is accepted" "$work/old.csr"

# the hostile ones are what their recipe makes
ok "the recipe's tool builds" make -s B="$B" "$B/test/hostile"
mkdir "$work/hostile"
ok "the recipe is made again" "$B/test/hostile" "$fixtures/hostile.txt" "$work/hostile"
differ=0
for f in "$work/hostile"/*; do
	cmp -s "$f" "$fixtures/${f##*/}" || { differ=1; echo "# ${f##*/} is not the one that is shipped"; }
done
is "and makes the same, octet for octet" "$differ" 0

# under the profile, too, a request that the ceremony would refuse is refused: by the linter (UK is GB's name in no list)
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$work/key"
openssl req -new -utf8 -key "$work/key" -subj '/C=UK/O=Example/CN=Example' -out "$work/uk.csr"
refused "a country that is not assigned" "$work/uk.csr" ERR_PROFILE_LINT
{ cat "$work/uk.csr"; head -c 200000 /dev/zero | tr '\0' x; } >"$work/long.csr"
refused "a file that the ceremony would not read" "$work/long.csr" ERR_TOO_LARGE

# a refusal says what to do about it
exits 1 "an exponent of 3" "$ceremony" request check --profile "$profile" "$fixtures/rsa-exponent-3.csr"
like "it says which one it is, by which clause, and what to ask for" "$work/out" \
	"${tab}ERR_KEYTEST_RSA_EXPONENT${tab}[^$tab]*: it is 3 \\(BR 6.1.6\\)\\. Ask for a new key with exponent 65537\$"

# every broken rule on a line of its own
openssl req -new -utf8 -key "$work/key" -subj '/OU=a/OU=b/CN=Example' -addext 'basicConstraints = CA:FALSE' -out "$work/many.csr"
refused "all that the profile says" "$work/many.csr" ERR_PROFILE_REQUEST
is "has a line each" "$(wc -l <"$work/out")" 5
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out "$work/key"
openssl req -new -utf8 -key "$work/key" -subj '/C=XX/O=Example/CN=Example' -outform DER -out "$work/weak.der"
printf '\377' | dd of="$work/weak.der" bs=1 seek="$(($(wc -c <"$work/weak.der") - 1))" conv=notrunc 2>/dev/null
for rule in ERR_KEYTEST_RSA_SIZE ERR_REQUEST_SIGNATURE ERR_PROFILE_KEY; do
	refused "a weak key that proves nothing" "$work/weak.der" "$rule"
done
openssl req -x509 -new -utf8 -sha384 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -noenc -keyout "$work/root.key" -days 4000 \
	-addext 'keyUsage = critical, keyCertSign, cRLSign' -subj '/C=XX/O=Example/CN=Example Root' -out "$work/root.pem" 2>/dev/null
openssl req -new -utf8 -sha384 -key "$work/root.key" -subj '/C=XX/O=Example/CN=EXAMPLE  Root' -out "$work/own.csr"
exits 1 "the issuer's own" "$ceremony" request check --profile "$profile" --issuer "$work/root.pem" "$work/own.csr"
like "is refused" "$work/out" "${tab}refuse${tab}ERR_REQUEST_ISSUER${tab}"

# what openssl does when nothing is said: SHA-256, and PSS with the longest salt there is
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$work/key"
openssl req -new -utf8 -key "$work/key" -subj '/C=XX/O=Example/CN=Example' -out "$work/plain.csr"
accepted "openssl's own hash is accepted" "$work/plain.csr"
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out "$work/key"
openssl req -new -utf8 -key "$work/key" -sha384 -sigopt rsa_padding_mode:pss -subj '/C=XX/O=Example/CN=Example' \
	-out "$work/pss.csr"
accepted "openssl's own PSS is accepted" "$work/pss.csr"
openssl req -new -utf8 -key "$work/key" -sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_mgf1_md:sha1 -subj '/C=XX/O=Example/CN=Example' \
	-out "$work/mask.csr"
refused "a mask by SHA-1" "$work/mask.csr" ERR_REQUEST_ALGORITHM
like "is told apart" "$work/out" 'for message and mask alike'

# GnuTLS makes them too
if have certtool; then
	printf '%s\n' 'country = XX' 'organization = "Example Trust Services"' 'cn = "Example Issuing CA G1"' \
		ca cert_signing_key crl_signing_key 'path_len = 0' >"$work/template"
	for kind in ecdsa:secp384r1 ecdsa:secp256r1 rsa:; do
		case $kind in
		rsa:) set -- --key-type rsa --bits 3072 ;;
		*) set -- --key-type ecdsa --curve "${kind#*:}" ;;
		esac
		ok "certtool makes a key: $kind" certtool --generate-privkey "$@" --outfile "$work/key"
		ok "certtool makes a request: $kind" certtool --generate-request --load-privkey "$work/key" \
			--template "$work/template" --outfile "$work/gnutls.csr"
		accepted "certtool's is accepted: $kind" "$work/gnutls.csr"
	done
else
	skip "certtool's requests are accepted" "certtool is not installed"
fi

# and NSS, and Java
if have certutil; then
	mkdir "$work/nss"
	head -c 64 /dev/urandom >"$work/entropy"
	ok "NSS has a folder" certutil -N -d "$work/nss" --empty-password
	ok "certutil makes a request" certutil -R -d "$work/nss" -s 'CN=Example CA,O=Example,L=Town,ST=State,C=XX' -k ec \
		-q secp384r1 -z "$work/entropy" -a -o "$work/nss.csr" --keyUsage certSigning,crlSigning,critical
	accepted "certutil's is accepted" "$work/nss.csr"
else
	skip "certutil's request is accepted" "certutil is not installed"
fi
if have keytool; then
	ok "keytool makes a key" keytool -genkeypair -keystore "$work/keys.p12" -storepass changeit -alias ca -keyalg RSA -keysize 3072 \
		-dname 'CN=Example CA, O="Example, Inc.", C=XX'
	for alg in SHA256withRSA RSASSA-PSS; do
		ok "keytool makes a request: $alg" keytool -certreq -keystore "$work/keys.p12" -storepass changeit -alias ca \
			-sigalg "$alg" -ext BC=ca:true,pathlen:0 -ext KU:critical=keyCertSign,cRLSign -file "$work/java.csr"
		accepted "keytool's is accepted: $alg" "$work/java.csr"
	done
else
	skip "keytool's requests are accepted" "keytool is not installed"
fi

# an operator's usual mistakes
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$work/key"
ask() {
	openssl req -new -utf8 -key "$work/key" -out "$work/ask.csr" "$@"
}
ask -sha1 -subj '/C=XX/O=Example/CN=Example'
refused "SHA-1" "$work/ask.csr" ERR_REQUEST_ALGORITHM
ask -sha384 -subj '/C=XX/O=Example/OU=Unit/CN=Example'
refused "an OU" "$work/ask.csr" ERR_PROFILE_REQUEST
ask -sha384 -subj '/C=XX/ST=State/L=Town/O=Example/CN=Example'
accepted "what openssl req asks for by itself: ST and L, too" "$work/ask.csr"
ask -sha384 -subj '/CN=Example'
refused "no C and O" "$work/ask.csr" ERR_PROFILE_REQUEST
ask -sha384 -subj '/C=XX/O=Example/CN=Example' -addext 'basicConstraints = critical, CA:FALSE'
refused "CA:FALSE" "$work/ask.csr" ERR_PROFILE_REQUEST

# foreign text never reaches the terminal raw
exits 1 "a control in a name is refused" "$ceremony" request check --profile "$profile" "$fixtures/name-control.csr"
is "and is shown escaped" "$(tr -d '[:print:]\n\t' <"$work/out" | wc -c)" 0
cp "$fixtures/intermediate-2.csr" "$work/a$(printf '\033')[2J.csr"
exits 0 "a control in a file's name" "$ceremony" request check --profile "$profile" "$work/a$(printf '\033')[2J.csr"
is "is shown escaped" "$(tr -d '[:print:]\n\t' <"$work/out" | wc -c)" 0

# the sheet to bring
one=$fixtures/intermediate-2.csr
for kind in txt pdf; do
	exits 0 "a sheet: $kind" "$ceremony" request check --profile "$profile" --sheet "$work/sheet.$kind" "$one"
done
pdftotext -layout "$work/sheet.pdf" "$work/sheet.read"
digest=$("$ceremony" request show "$one" | sed -n 's/^SHA-256  *//p')
key=$("$ceremony" request show "$one" | sed -n 's/^Key SHA-256  *//p')
words=$("$ceremony" request show "$one" | sed -n '/^Words/{s/^Words//;p;n;p;}' | tr -s ' \n' ' ')
for sheet in sheet.txt sheet.read; do
	tr -d ' \n\f' <"$work/$sheet" >"$work/flat"
	like "$sheet says the subject" "$work/$sheet" 'Subject +C=XX, O=Example Trust Services, CN=Example Issuing CA E1$'
	like "$sheet says the SHA-256" "$work/flat" "SHA-256$digest"
	like "$sheet says the key's" "$work/flat" "KeySHA-256$key"
	like "$sheet says the profile's" "$work/flat" "ProfileSHA-256$(sha256sum "$profile" | cut -d' ' -f1)"
	is "$sheet has the sixteen words that are compared, in lines of four" \
		"$(sed -n '/^ *\([a-zA-Z]* \)\{3\}[a-zA-Z]*$/p' "$work/$sheet" | tr -s ' \n' ' ' | sed 's/^ //; s/ $//')" \
		"$(echo "$words" | sed 's/^ //; s/ $//')"
done
tr -s ' \n' ' ' <"$work/sheet.read" >"$work/flat"
like "the sheet says that the room picks words" "$work/flat" 'The ceremony picks some of them, which are typed back from this sheet'
pdftoppm -r 100 -gray "$work/sheet.pdf" "$work/sheet"
is "its QR code is the SHA-256" "$(zbarimg -q --raw "$work"/sheet-1.pgm 2>/dev/null)" "$(echo "$digest" | tr a-f A-F)"
cp "$work/sheet.pdf" "$work/again.pdf"
exits 0 "a sheet in place of another" "$ceremony" request check --profile "$profile" --sheet "$work/again.pdf" "$one"
same "is the same, octet by octet" "$work/again.pdf" "$work/sheet.pdf"
exits 1 "no sheet of what is refused" "$ceremony" request check --profile "$profile" --sheet "$work/no.txt" "$fixtures/rsa1024.csr"
exits 2 "no sheet of two requests" "$ceremony" request check --profile "$profile" --sheet "$work/no.txt" "$one" "$one"
for name in no.ps no.html .pdf nopdf; do
	exits 2 "no sheet $name" "$ceremony" request check --profile "$profile" --sheet "$work/$name" "$one"
	like "what can be is said" "$work/err" '\.pdf or FILE\.txt'
done
mkdir "$work/folder.pdf"
exits 3 "a folder is in the way" "$ceremony" request check --profile "$profile" --sheet "$work/folder.pdf" "$one"
exits 3 "a folder that is not there" "$ceremony" request check --profile "$profile" --sheet "$work/not/there.pdf" "$one"
exits 3 "a place that takes no file" "$ceremony" request check --profile "$profile" --sheet /proc/no.pdf "$one"
is "nothing is left of them" "$(find "$work" -name 'no*' -o -name '*.tmp' | wc -l)" 0

# what is brought by mistake is named; a link is followed, what is no file is not read
openssl pkey -in "$work/root.key" -outform DER -out "$work/key.der"
openssl pkcs8 -topk8 -in "$work/root.key" -passout pass:x -outform DER -out "$work/locked.der"
openssl pkey -in "$work/root.key" -pubout -outform DER -out "$work/public.der"
openssl x509 -in "$work/root.pem" -outform DER -out "$work/root.der"
openssl crl2pkcs7 -nocrl -certfile "$work/root.pem" -outform DER -out "$work/cms.der"
for it in 'key.der:a private key' 'locked.der:an encrypted private key' 'public.der:a public key' 'root.der:a certificate' \
	'cms.der:a CMS message'; do
	refused "${it#*:}, as DER" "$work/${it%%:*}" ERR_REQUEST_FORM
	like "${it#*:} is named" "$work/out" ": it is ${it#*:}"
done
refused "a certificate, as PEM" "$work/root.pem" ERR_PEM_NONE
refused "a private key, as PEM" "$work/root.key" ERR_PEM_NONE
like "its label is said" "$work/out" 'PRIVATE KEY instead of CERTIFICATE REQUEST'
: >"$work/nothing"
refused "an empty file" "$work/nothing" ERR_PEM_NONE
like "is called so" "$work/out" 'the file is empty'
ln -s "$one" "$work/link.csr"
accepted "a link to a request is followed" "$work/link.csr"
mkfifo "$work/pipe"
for it in "$work" "$work/pipe" /dev/null /dev/zero; do
	exits 3 "$it is not read" "$ceremony" request check --profile "$profile" "$it"
	like "$it is no file" "$work/err" 'not a regular file'
done

exits 3 "a file that is not there" "$ceremony" request check --profile "$profile" "$work/none.csr"
exits 2 "no profile" "$ceremony" request check "$fixtures/intermediate-2.csr"
done_testing

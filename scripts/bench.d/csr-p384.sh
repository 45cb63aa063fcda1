# csr-p384.sh: a root is there in its token; one P-384 request in, one certificate out.
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench
pins="GNUTLS_PIN=987654321"
key="pkcs11:token=bench;object=root;type=private"
engine=$(find /usr/lib -path '*engines-3/pkcs11.so' 2>/dev/null | head -n 1)
cp scripts/fixtures/requests/intermediate-2.csr "$w/in.csr"
printf '%s\n' 'cn = "Bench Root"' 'ca' 'cert_signing_key' 'crl_signing_key' 'expiration_days = 3650' >"$w/root.tmpl"
printf '%s\n' 'ca' 'path_len = 0' 'cert_signing_key' 'crl_signing_key' 'expiration_days = 1825' >"$w/sub.tmpl"
printf '%s\n' '[v3]' 'basicConstraints = critical, CA:TRUE, pathlen:0' 'keyUsage = critical, keyCertSign, cRLSign' \
	'subjectKeyIdentifier = hash' 'authorityKeyIdentifier = keyid' >"$w/sub.cnf"
printf '%s\n' '[ca]' "database = $w/index" 'new_certs_dir = '"$w/ca" 'default_md = sha384' 'default_days = 1825' \
	'rand_serial = yes' 'policy = p' 'unique_subject = no' '[p]' 'countryName = optional' 'organizationName = optional' \
	'commonName = supplied' >"$w/ca.cnf"
mkdir -p "$w/ca"

# One token with one root, made once, for the floor and the peers alike.
area=$(token_area token)
made=
if quietly env "$area" "$out/floor" root "$module" bench &&
	quietly env "$area" pkcs11-tool --module "$module" --token-label bench --login --pin 987654321 --keypairgen \
		--key-type EC:secp384r1 --label root --id 01 &&
	quietly env "$area" "$pins" p11tool --provider "$module" --login --export-pubkey 'pkcs11:token=bench;object=root;type=public' \
		--outfile "$w/pub.pem" &&
	quietly env "$area" "$pins" certtool --provider "$module" --generate-self-signed --load-privkey "$key" \
		--load-pubkey "$w/pub.pem" --template "$w/root.tmpl" --hash SHA384 --outfile "$w/root.pem"; then
	made=$w/root.pem
fi

area_floor=$(token_area floor)
quietly env "$area_floor" "$out/floor" root "$module" bench
openssl req -in "$w/in.csr" -outform DER -out "$w/in.der"
contender floor "$module" "" "$area_floor $out/floor csr $module bench $w/in.der"

# Ours goes on with a record of its own: made once, and taken afresh for every round.
. scripts/bench.d/requests.inc
mkdir -p "$w/media/requests"
cp "$w/in.csr" "$w/media/requests/intermediate-2.csr"
make_root
contender ours "$w/made/root.pem" "$(afresh)" \
	"$here/$B/bin/ceremony run $w/csr.ini --profiles scripts/profiles --record $w/ours --media $w/media --answers $w/csr.answers.ini"

contender certtool "certtool ${made:-a-root-to-sign-with}" "" \
	"$area $pins certtool --provider $module --generate-certificate --load-request $w/in.csr --load-ca-certificate $w/root.pem --load-ca-privkey $key --template $w/sub.tmpl --hash SHA384 --outfile $w/certtool.pem"
contender openssl-x509 "openssl ${engine:-libengine-pkcs11-openssl} ${made:-a-root-to-sign-with}" "" \
	"$area PKCS11_MODULE_PATH=$module openssl x509 -req -sha384 -in $w/in.csr -CA $w/root.pem -CAkey $key?pin-value=987654321 -CAkeyform engine -engine pkcs11 -days 1825 -extfile $w/sub.cnf -extensions v3 -out $w/x509.pem"
contender openssl-ca "openssl ${engine:-libengine-pkcs11-openssl} ${made:-a-root-to-sign-with}" ": >$w/index" \
	"$area PKCS11_MODULE_PATH=$module openssl ca -batch -notext -config $w/ca.cnf -name ca -in $w/in.csr -cert $w/root.pem -keyfile $key?pin-value=987654321 -keyform engine -engine pkcs11 -extfile $w/sub.cnf -extensions v3 -out $w/ca.pem"

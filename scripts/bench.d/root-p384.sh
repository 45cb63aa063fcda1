# root-p384.sh: a fresh token, a P-384 key in it, and its self-signed certificate.
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench
pins="GNUTLS_PIN=987654321 GNUTLS_SO_PIN=123456789"
new_token="softhsm2-util --init-token --free --label bench --pin 987654321 --so-pin 123456789"
key="pkcs11:token=bench;object=root;type=private"
printf '%s\n' 'cn = "Bench Root"' 'ca' 'cert_signing_key' 'crl_signing_key' 'expiration_days = 3650' >"$w/root.tmpl"

area=$(token_area floor)
contender floor "$module" "rm -rf $w/floor/tokens/*" "$area $out/floor root $module bench"

contender ours "scripts/ceremonies/bench-root.ini" "rm -rf $w/ours $w/ours.token" \
	"$here/$B/bin/ceremony run scripts/ceremonies/bench-root.ini --record $w/ours --rehearsal --profiles scripts/profiles --answers scripts/ceremonies/bench-root.answers.ini"

area=$(token_area certtool)
contender certtool "softhsm2-util p11tool certtool" "rm -rf $w/certtool/tokens/*" \
	"$area $new_token ;; $area $pins p11tool --provider $module --login --generate-privkey=ecdsa --curve=secp384r1 --label=root --outfile $w/certtool/pub.pem pkcs11:token=bench ;; $area $pins certtool --provider $module --generate-self-signed --load-privkey $key --load-pubkey $w/certtool/pub.pem --template $w/root.tmpl --hash SHA384 --outfile $w/certtool/root.pem"

area=$(token_area openssl)
engine=$(find /usr/lib -path '*engines-3/pkcs11.so' 2>/dev/null | head -n 1)
contender openssl "softhsm2-util pkcs11-tool openssl ${engine:-libengine-pkcs11-openssl}" "rm -rf $w/openssl/tokens/*" \
	"$area $new_token ;; $area pkcs11-tool --module $module --token-label bench --login --pin 987654321 --keypairgen --key-type EC:secp384r1 --label root --id 01 ;; $area PKCS11_MODULE_PATH=$module openssl req -x509 -new -sha384 -engine pkcs11 -keyform engine -key $key?pin-value=987654321 -subj /CN=Bench -days 3650 -out $w/openssl/root.pem"

#!/bin/sh
# witness-keys.t: witnesses sign with keys of their own: a minisign key file, a card with ECDSA, RSA or
# Ed25519. minisign and openssl verify what they signed; a policy knows them again.
. scripts/e2e/lib.sh

for tool in minisign openssl softhsm2-util; do
	have $tool || skip_all "$tool is not installed"
done
c=scripts/ceremonies
softhsm_token witness-1 1111 99999999

# card LABEL PIN ALGORITHM...: another card, with a key of that kind (openssl's words).
card() {
	[ "$1" = witness-1 ] || softhsm2-util --init-token --free --label "$1" --pin "$2" --so-pin 99999999 >"$work/out" 2>&1
	label=$1 pin=$2
	shift 2
	openssl genpkey "$@" -out "$work/$label.p8" 2>/dev/null || bail "no key for $label"
	openssl pkey -in "$work/$label.p8" -pubout -out "$work/$label.pem"
	softhsm2-util --import "$work/$label.p8" --token "$label" --label "key of $label" --id a1 --pin "$pin" >"$work/out" 2>&1 ||
		bail "no card $label: $(cat "$work/out")"
}
serial() {
	softhsm2-util --show-slots | awk -v l="$1" '/Serial number:/ { s = $3 } $1 == "Label:" && $2 == l { print s }'
}
card witness-1 1111 -algorithm EC -pkeyopt ec_paramgen_curve:P-256
card auditor-1 2222 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
card weak 3333 -algorithm RSA -pkeyopt rsa_keygen_bits:1024
mkdir -p "$work/m/witnesses" "$work/m/output" "$work/m/requests"
cp scripts/fixtures/requests/intermediate-[12].csr "$work/m/requests/"
printf 'my password\nmy password\n' | minisign -G -f -p "$work/w2.pub" -s "$work/m/witnesses/witness-2.key" >"$work/out" 2>&1 ||
	bail "minisign makes no key"

# script FILE KEYS: the shipped rehearsal with witness-keys = KEYS.
script() {
	sed "/^kind = sign-off/a witness-keys = $2" $c/rehearsal.ini >"$work/$1.ini"
}
# answers FILE: the shipped answers without those of sign-off and checkpoint; the rest comes from stdin.
answers() {
	sed '/^\[sign-off\]/,$d' $c/rehearsal.answers.ini >"$work/$1.answers.ini"
	cat >>"$work/$1.answers.ini"
}
rehearse() {
	"$bin/ceremony" run "$work/$1.ini" --profiles scripts/profiles --record "$work/${2:-$1}" --media "$work/m" \
		--token "pkcs11:token=rehearsal-root?module-path=$module" --answers "$work/${2:-$1}.answers.ini"
}

script choice choice
answers choice <<END
[sign-off]
key.1 = token
statement.1 = yes
serial.1 = $(serial witness-1)
label.1 = -
pin.1 = 1111
key.2 = minisign
statement.2 = yes
file.2 = witness-2.key
password.2 = my password
key.3 = token
statement.3 = yes
serial.3 = $(serial auditor-1)
label.3 = key of auditor-1
pin.3 = 2222

[checkpoint]
close = yes
aloud = yes
words.1 = @expect
words.2 = @expect
words.3 = @expect
pin.1 = 1111
password.2 = my password
pin.3 = 2222

[verify]
verify = yes
END
ok "a ceremony with three brought keys" rehearse choice
w=$work/choice/ceremonies/0001-root-generation/witnesses
t=$w/../transcript.jsonl
ok "verifies" "$bin/ceremony-verify" "$work/choice"
ok "minisign, with the witness's own public key" minisign -V -p "$work/w2.pub" -x "$w/witness-2.minisig" -m "$w/witness-2.message"
is "and that is the one in the record" "$(sed -n 2p "$w/witness-2.pub")" "$(sed -n 2p "$work/w2.pub")"
ok "openssl, ECDSA" openssl dgst -sha256 -verify "$work/witness-1.pem" -signature "$w/witness-1.bin" "$w/witness-1.message"
ok "openssl, RSA" openssl dgst -sha256 -verify "$work/auditor-1.pem" -signature "$w/auditor-1.bin" "$w/auditor-1.message"
same "the card's key is in the record" "$work/auditor-1.pem" "$w/auditor-1.pem"
is "one line in the checkpoint" "$(grep -c '^—' "$w/../checkpoint")" 1
is "of the message's third line on, the checkpoint's first three" "$(tail -n +3 "$w/witness-1.message")" "$(head -n 3 "$w/../checkpoint")"
unlike "the minisign secret key is nowhere in the record" "$t" "$(sed -n 2p "$work/m/witnesses/witness-2.key" | cut -c 20-80 | sed 's/[+]/[+]/g')"
is "and no sealed key" "$(find "$w" -maxdepth 1 -name '*.key')" ""
like "the transcript says who brought what: minisign" "$t" '"type":"result","step":"sign-off","turn":"bring","round":1,"data":{"op":"witness-bring"'
like "the transcript says who brought what: a card" "$t" "\"turn\":\"card\",\"round\":2,.*\"serial\":\"$(serial auditor-1)\".*\"algorithm\":\"RSA-2048\""
like "the answer says given, not the password" "$t" '"password.2":"given"'
ok "a policy of it" "$bin/ceremony" policy --record "$work/choice" -o "$work/policy"
ok "is fulfilled" "$bin/ceremony-verify" "$work/choice" --policy "$work/policy"
(cd "$w/.." && awk '/^```sh$/ { n++; on = n == 4; next } /^```$/ { on = 0 } on' "$root/docs/guide/verify.md" | sh) >"$work/page" 2>&1
is "the guide's fourth block" "$(grep -c ' signed$' "$work/page")" 3
is "and what each heard" "$(grep -c ' heard the words [0-9]*=[A-Za-z]*,[0-9]*=[A-Za-z]*$' "$work/page")" 3
ok "openssl, what the card's owner heard" openssl dgst -sha256 -verify "$work/witness-1.pem" -signature "$w/witness-1.heard-bin" "$w/witness-1.heard"
is "it tells of this checkpoint" "$(tail -n +3 "$w/witness-1.heard")" "$(head -n 3 "$w/../checkpoint")"

# Each change of what they signed is noticed.
for f in witness-1.bin witness-1.message witness-1.pem witness-1.vkey witness-1.heard witness-1.heard-bin auditor-1.heard auditor-1.bin auditor-1.message witness-2.minisig witness-2.pub; do
	cp "$w/$f" "$work/kept"
	printf '\001' | dd of="$w/$f" bs=1 seek=12 conv=notrunc 2>/dev/null
	exits 1 "a changed $f" "$bin/ceremony-verify" "$work/choice"
	like "is named" "$work/out" "^NOT VERIFIED: .*${f%.*}"
	cp "$work/kept" "$w/$f"
done
cp "$w/witness-1.bin" "$work/kept"
cp "$w/auditor-1.bin" "$w/witness-1.bin"
exits 1 "a swapped signature" "$bin/ceremony-verify" "$work/choice"
like "is named" "$work/out" '^NOT VERIFIED: A witness.s signature is not good .*witness-1.bin'
cp "$work/kept" "$w/witness-1.bin"
# Who signs anew with their own key, but says that they heard other words.
said=$(sed -n 's/^trusted comment: //p' "$w/witness-2.minisig")
resign() {
	printf 'my password\n' | minisign -S -l -s "$work/m/witnesses/witness-2.key" -m "$w/witness-2.message" -x "$w/witness-2.minisig" \
		-c "$(sed -n '1s/^untrusted comment: //p' "$work/kept")" -t "$1" >"$work/out" 2>&1
}
cp "$w/witness-2.minisig" "$work/kept"
ok "the same signature, made by minisign" resign "$said"
same "is the same file" "$w/witness-2.minisig" "$work/kept"
for other in 's/words:[0-9]*=/words:17=/' 's/=[A-Za-z]*,/=nothing,/' 's/words:[^ ]* //' 's/words:/heard:/' 's/words:\([0-9]*=[A-Za-z]*\),.* /words:\1 /'; do
	ok "minisign signs $other" resign "$(echo "$said" | sed "$other")"
	exits 1 "other words, well signed: $other" "$bin/ceremony-verify" "$work/choice"
	like "are named" "$work/out" '^NOT VERIFIED: The words that a witness typed back are not this checkpoint.s .*witness-2.minisig'
done
cp "$work/kept" "$w/witness-2.minisig"
sed 's/words:\([0-9]*\)=[A-Za-z]*,/words:\1=nothing,/' "$w/witness-1.heard" >"$work/heard" && cp "$w/witness-1.heard" "$work/kept"
openssl dgst -sha256 -sign "$work/witness-1.p8" -out "$w/witness-1.heard-bin.new" "$work/heard" && cp "$work/heard" "$w/witness-1.heard"
cp "$w/witness-1.heard-bin" "$work/kept.bin" && mv "$w/witness-1.heard-bin.new" "$w/witness-1.heard-bin"
exits 1 "the same by a card's key" "$bin/ceremony-verify" "$work/choice"
like "is named" "$work/out" '^NOT VERIFIED: The words that a witness typed back are not this checkpoint.s .*witness-1.heard'
cp "$work/kept" "$w/witness-1.heard" && cp "$work/kept.bin" "$w/witness-1.heard-bin"
ok "all is put back" "$bin/ceremony-verify" "$work/choice"

# The same people, a later ceremony: the first policy still knows them.
sed '/^kind = sign-off/a witness-keys = choice' $c/rehearsal-crl.ini >"$work/crl.ini"
sed -n '/^\[sign-off\]/,/^\[verify\]/p' "$work/choice.answers.ini" | grep -v '\.[23] = ' >"$work/ends"
echo 'verify = yes' >>"$work/ends"
sed '/^\[sign-off\]/,$d' $c/rehearsal-crl.answers.ini | cat - "$work/ends" >"$work/crl.answers.ini"
rm -rf "$work/m/output"
mkdir "$work/m/output"
exits 0 "a second ceremony, the same keys" "$bin/ceremony" run "$work/crl.ini" --profiles scripts/profiles --record "$work/choice" \
	--media "$work/m" --token "pkcs11:token=rehearsal-root?module-path=$module" --answers "$work/crl.answers.ini"
sed -i 's/^group 0001 all/group 0001 any/' "$work/policy"
exits 0 "the first ceremony's policy, where one of its witnesses suffices, takes both" \
	"$bin/ceremony-verify" "$work/choice" --policy "$work/policy"
like "it judged the second" "$work/out" '^ok  0002-.*the policy asks for'

# Ed25519 on a card is a cosignature as any other. (softhsm2-util imports none; pkcs11-tool makes one.)
softhsm2-util --init-token --free --label ed --pin 4444 --so-pin 99999999 >"$work/out" 2>&1
if have pkcs11-tool && pkcs11-tool --module "$module" --token-label ed --login --pin 4444 --keypairgen --key-type EC:edwards25519 \
	--id b1 --label ed >"$work/out" 2>&1; then
	sed '/^kind = sign-off/a witness-keys = token' $c/rehearsal-crl.ini >"$work/crl.ini"
	sed -i "/^key.1/d; s/^serial.1 = .*/serial.1 = $(serial ed)/; s/^pin.1 = .*/pin.1 = 4444/" "$work/crl.answers.ini"
	rm -rf "$work/m/output"
	mkdir "$work/m/output"
	exits 0 "a card with Ed25519" "$bin/ceremony" run "$work/crl.ini" --profiles scripts/profiles --record "$work/choice" \
		--media "$work/m" --token "pkcs11:token=rehearsal-root?module-path=$module" --answers "$work/crl.answers.ini"
	w3=$(echo "$work"/choice/ceremonies/0003-*/witnesses)
	ok "minisign takes what the card signed" minisign -V -p "$w3/witness-1.pub" -x "$w3/witness-1.minisig" -m "$w3/witness-1.message"
	is "it stands in the checkpoint" "$(grep -c '^—' "$w3/../checkpoint")" 1
	exits 1 "a card that the policy does not know" "$bin/ceremony-verify" "$work/choice" --policy "$work/policy"
	like "says so" "$work/out" 'Witnesses .*0003-'
else
	skip "a card with Ed25519" "it cannot be made here: $(tail -n 1 "$work/out")"
fi

# Keys that will not do; each is told, and asked for again.
printf 'x\nx\n' | minisign -G -f -W -p "$work/open.pub" -s "$work/m/witnesses/open.key" >"$work/out" 2>&1
cp -R "$work/choice" "$work/before"
sed -e '/^kind = sign-off/a witness-keys = choice' -e 's/^witness = 1/witness = 2/' $c/rehearsal-crl.ini >"$work/bad.ini"
bad() { # NAME PATTERN, with sign-off's answers in $work/said
	rm -rf "$work/bad" "$work/m/output"
	mkdir "$work/m/output"
	cp -R "$work/before" "$work/bad"
	{
		sed '/^\[sign-off\]/,$d; s/^witness.1 = .*/&\nwitness.2 = Wim de Wit/' $c/rehearsal-crl.answers.ini
		echo '[sign-off]'
		cat "$work/said"
	} >"$work/bad.answers.ini"
	"$bin/ceremony" run "$work/bad.ini" --profiles scripts/profiles --record "$work/bad" --media "$work/m" \
		--token "pkcs11:token=rehearsal-root?module-path=$module" --answers "$work/bad.answers.ini" >"$work/out" 2>&1 </dev/null
	is "$1: it does not go on" "$(($? != 0))" 1
	for last in "$work"/bad/ceremonies/*; do :; done
	tail -n 3 "$last/transcript.jsonl" >"$work/err"
	like "$1: says why" "$work/err" "$2"
}
medium() {
	printf 'key.1 = minisign\nstatement.1 = yes\nfile.1 = %s\npassword.1 = %s\n' "$1" "$2"
}
on_card() {
	printf 'key.1 = token\nstatement.1 = yes\nserial.1 = %s\nlabel.1 = %s\npin.1 = %s\n' "$1" "$2" "$3"
}
medium witness-2.key 'another password' >"$work/said"
bad "a wrong password" ERR_WITNESS_PASSPHRASE
medium open.key x >"$work/said"
bad "a key without a password" 'ERR_WITNESS_FILE.*not protected by a password'
cp "$work/w2.pub" "$work/m/witnesses/public.key"
medium public.key x >"$work/said"
bad "a public key" 'ERR_WITNESS_FILE.*a public key, perhaps'
medium nothing.key x >"$work/said"
bad "a file that is not there" ERR_MEDI
medium ../witness-2.key x >"$work/said"
bad "a path" 'ERR_FLOW_FIELD'
on_card "$(serial weak)" - 3333 >"$work/said"
bad "RSA of 1024 bits" 'ERR_(WITNESS_KEY|KEY_|TOKEN_).*'
on_card 0000000000000000 - 3333 >"$work/said"
bad "a card that is not there" ERR_TOKEN_NONE
on_card "$(serial witness-1)" nobody 1111 >"$work/said"
bad "a key that is not there" ERR_TOKEN_KEY_NONE
on_card "$(serial witness-1)" - 9999 >"$work/said"
bad "a wrong PIN" ERR_PIN_WRONG
{
	on_card "$(serial witness-1)" - 1111
	on_card "$(serial witness-1)" - 1111 | sed 's/\.1/.2/'
} >"$work/said"
bad "two witnesses with one key" 'ERR_WITNESS_KEY.*that of witness-1'
sed "/^kind = sign-off/a witness-keys = paper" $c/rehearsal.ini >"$work/none.ini"
exits 1 "a script with another word" "$bin/ceremony" check "$work/none.ini" --profiles scripts/profiles
like "names the line" "$work/err" 'none.ini:[0-9]+: .*witness-keys'
done_testing

#!/bin/sh
# methods.t: the ways of backing up a root key beside wrap: load (made outside, loaded into two tokens), clone (from the
# one token straight into the other) and vendor (by the device's own tool, as the script says). pkcs11-tool says what the tokens hold, openssl judges.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
module=
for m in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do
	[ -f "$m" ] && module=$m && break
done
cd "$work" || bail "no folder"
mkdir -p media/requests media/output

# ceremony SCRIPT RECORD ANSWERS
ceremony() {
	rm -f media/output/*
	"$bin/ceremony" run "$1" --record "$2" --media media --profiles "$root/scripts/profiles" --answers "$3"
}
resume() {
	"$bin/ceremony" resume --record "$1" --media media --answers "$2"
}
# holds RECORD TOKEN PIN: the private keys' labels, and what may be done with them.
holds() {
	SOFTHSM2_CONF=$1.token/softhsm2.conf pkcs11-tool --module "$module" --token-label "$2" --login --pin "$3" \
		-O --type privkey 2>err | sed -n 's/^ *label: *//p' | sort | tr '\n' ','
}
# has_root RECORD TOKEN PIN: yes, if that token holds the key that the root's certificate has.
has_root() {
	openssl x509 -in "$1/root.pem" -noout -pubkey | openssl pkey -pubin -outform DER | od -An -v -tx1 | tr -d ' \n' >spki.hex
	id=$(sed -n 's/.*"op":"\(key-restore\|transfer-receive\)","id":"\([0-9a-f]*\)".*/\2/p' \
		"$1"/ceremonies/0001-*/transcript.jsonl | tail -n 1)
	SOFTHSM2_CONF=$1.token/softhsm2.conf pkcs11-tool --module "$module" --token-label "$2" --login --pin "$3" \
		-O --type pubkey --id "$id" >out 2>err
	point=$(awk -v id="$id" '/^Public Key/ { p = "" } /^ *EC_POINT:/ { p = substr($2, 5) } /^ *ID:/ && $2 == id { print p }' out)
	if [ -z "$point" ]; then # RSA; pkcs11-tool gives no P-384 key out
		SOFTHSM2_CONF=$1.token/softhsm2.conf pkcs11-tool --module "$module" --token-label "$2" --login --pin "$3" \
			--read-object --type pubkey --id "$id" -o key.der >out 2>err
		point=$(od -An -v -tx1 key.der | tr -d ' \n')
	fi
	grep -q "$point\$" spki.hex && echo yes
}

# ---- load -----------------------------------------------------------------------------------------

for algorithm in P-384 P-256 RSA-3072; do
	sed "s/^algorithm = .*/algorithm = $algorithm/" "$c/rehearsal-load.ini" >load.ini
	rec=load-$algorithm
	ok "load: a ceremony with $algorithm" ceremony load.ini "$rec" "$c/rehearsal-load.answers.ini"
	ok "load: it verifies" "$bin/ceremony-verify" "$rec"
	cat "$rec"/ceremonies/0001-*/transcript.jsonl >t
	is "load: the first token has the root's key" "$(has_root "$rec" rehearsal-root 987654321)" yes
	is "load: the second token, too" "$(has_root "$rec" rehearsal-second 975318642)" yes
	is "load: two challenges were signed" "$(grep -c '"op":"key-prove","challenge":"[0-9a-f]*","signature":"[^"]*","verified":"yes"' t)" 2
	like "load: the key can leave neither" t '"op":"key-lock","wrap-refused":"yes","refusal":"CKR_KEY_UNEXTRACTABLE"'
	for n in 2 5 4; do cat "$rec.cards/share-$n"; echo; done | "$bin/ceremony" share combine >secret.hex 2>err
	rm -rf alone && mkdir alone && cp secret.hex "$rec/root.pem" "$rec"/ceremonies/0001-*/backup/root-key.backup alone/
	sed -n '/^```sh$/,/^```$/p' "$root/docs/recovery.md" | sed '/^```/d' | sed '/^python3 /,/^print/d' >page
	ok "load: openssl opens the backup by docs/recovery.md" sh -c 'cd alone && sh -eu ../page'
	like "load: it says how it comes back" alone/root-key.backup '^method: load$'
	unlike "load: no word of a card is on the record" t "$(cut -d ' ' -f 5-7 "$rec.cards/share-2")"
done
cp "$c/rehearsal-drill.ini" "$c/rehearsal-drill.answers.ini" .
ok "load: the yearly drill, from the cards" ceremony rehearsal-drill.ini load-P-384 rehearsal-drill.answers.ini
ok "load: it verifies" "$bin/ceremony-verify" load-P-384
ok "load: the shares pass to new custodians" ceremony "$c/rehearsal-reshare.ini" load-P-256 "$c/rehearsal-reshare.answers.ini"
like "load: it is sealed again as what it is" load-P-256/ceremonies/0002-resharing/backup/root-key.backup '^method: load$'

# The process ends before the key is in the token: it is made anew, with a new set; no card of the old one is worth anything.
sed '/^words\.4/d' "$c/rehearsal-load.answers.ini" >short.answers.ini
exits 1 "load: the cards are not all typed back" ceremony "$c/rehearsal-load.ini" cut short.answers.ini
like "load: the missing answer is named" err 'words\.4'
rm -rf cut.cards
ok "load: resumed, the key is made anew" resume cut "$c/rehearsal-load.answers.ini"
ok "load: and verifies" "$bin/ceremony-verify" cut
is "load: as a set of the next epoch" "$(grep -c '"op":"backup-make",.*"epoch":"2"' cut/ceremonies/0001-*/transcript.jsonl)" 1

# refuses NAME PATTERN SED...: the script, changed so, is refused by check, which says why.
refuses() {
	name=$1 says=$2
	shift 2
	sed "$@" >bad.ini
	exits 1 "check refuses $name" "$bin/ceremony" check bad.ini --profiles "$root/scripts/profiles"
	cat out err >both
	like "and says so" both "$says"
}
refuses "load of a key that may be extracted" 'extractable = never' 's/^extractable = never/extractable = until-backup/' "$c/rehearsal-load.ini"
refuses "load of Ed25519" 'Ed25519 cannot be made outside' 's/^algorithm = .*/algorithm = Ed25519/' "$c/rehearsal-load.ini"
long=a-name-that-is-said-in-fifty-six-characters-as-it-stands
refuses "a root's name that is too long" 'CN has 112 characters, at most 64' "s/^subject = .*/subject = C=XX, O=Example, CN=$long$long/" "$c/rehearsal.ini"
refuses "one that is too long with REHEARSAL before it" 'CN is over 64 characters' "s/^subject = .*/subject = C=XX, O=Example, CN=$long/" "$c/rehearsal.ini"
refuses "a root's name without a part that the profile wants" 'subject: ' 's/^subject = .*/subject = C=XX, CN=Root/' "$c/rehearsal.ini"
refuses "a method that is none" 'method' 's/^method = .*/method = magic/' "$c/rehearsal-load.ini"
refuses "a clone of what may not be wrapped" 'extractable = never' 's/^extractable = .*/extractable = never/' "$c/rehearsal-clone.ini"
refuses "a clone with shares" 'threshold' 's/^method = clone/&\nthreshold = 3/' "$c/rehearsal-clone.ini"

# ---- clone ------------------------------------------------------------------------------------------

ok "clone: a ceremony" ceremony "$c/rehearsal-clone.ini" clone "$c/rehearsal-clone.answers.ini"
ok "clone: it verifies" "$bin/ceremony-verify" clone
cat clone/ceremonies/0001-*/transcript.jsonl >t
is "clone: the second token has the root's key" "$(has_root clone rehearsal-second 975318642)" yes
is "clone: and nothing else" "$(holds clone rehearsal-second 975318642)" 'root-generation root key,'
is "clone: the first one holds both" "$(holds clone rehearsal-root 987654321)" 'root-generation record key,root-generation root key,'
like "clone: it signed a challenge" t '"op":"key-prove","challenge":"[0-9a-f]*","signature":"[^"]*","verified":"yes"'
like "clone: the first one is locked" t '"op":"key-lock","wrap-refused":"yes","refusal":"CKR_KEY_UNEXTRACTABLE"'
like "clone: two officers typed words of the fingerprint" t '"turn":"compare".*"words-1":".*","words-2":"'
unlike "clone: what was wrapped is not on the record" t '"(blob|wrapped)":'
like "clone: the report tells of it" clone/ceremonies/0001-*/report.txt 'transfer-receive'
serial=$(sed -n 's/^token\.2 = //p' clone/ca.ini)
[ -n "$serial" ]
is "clone: ca.ini names the second token" $? 0
exits 3 "clone: there are no shares to drill" ceremony rehearsal-drill.ini clone rehearsal-drill.answers.ini
like "clone: and it says so" err 'ERR_RECORD_NO_BACKUP'

sed 's/^words-2 = .*/words-2 = aardvark adroitness aardvark adroitness/' "$c/rehearsal-clone.answers.ini" >wrong.answers.ini
ceremony "$c/rehearsal-clone.ini" wrong wrong.answers.ini >out 2>err
is "clone: wrong words end an unattended run" "$([ $? -ne 0 ] && echo no)" no
like "clone: they are refused" wrong/ceremonies/0001-*/transcript.jsonl '"turn":"compare","round":0,.*"error":"ERR_FLOW_TYPED"'
unlike "clone: and nothing was sent" wrong/ceremonies/0001-*/transcript.jsonl '"op":"transfer-send"'
ok "clone: resumed, another transfer key is made" resume wrong "$c/rehearsal-clone.answers.ini"
ok "clone: and verifies" "$bin/ceremony-verify" wrong
is "clone: two of them in all" "$(grep -c '"type":"result".*"op":"transfer-key"' wrong/ceremonies/0001-*/transcript.jsonl)" 2

# ---- vendor -----------------------------------------------------------------------------------------

copy=$root/$B/test/ceremony/token/test/copy
answers=$c/rehearsal-vendor.answers.ini
mkdir -p media/device
# own_tool RECORD FROM PIN TO PIN [LABEL]: what the device's own tool does.
own_tool() {
	id=$(sed -n 's/.*"op":"key-generate","id":"\([0-9a-f]*\)","label":"root-generation root key".*/\1/p' \
		"$1"/ceremonies/0001-*/transcript.jsonl | tail -n 1)
	SOFTHSM2_CONF=$1.token/softhsm2.conf "$copy" "$module" "$2" "$3" "$4" "$5" "$id" ${6+"$6"}
}
sed '/^seen\.2/d' "$answers" >short.answers.ini
exits 1 "vendor: a ceremony, up to the instruction" ceremony "$c/rehearsal-vendor.ini" vendor short.answers.ini
like "vendor: which waits for what was seen" err 'seen\.2'
t=$(echo vendor/ceremonies/0001-*/transcript.jsonl)
echo 'a secret of the maker, perhaps' >media/device/copy.log
sed 's/^seen\.2 = .*/seen.2 = ok/' "$answers" >terse.answers.ini
resume vendor terse.answers.ini >out 2>err
is "vendor: two letters are no account" $? 1
on_record "vendor: it says so" "$(dirname "$t")" '"turn":"instruction","round":1,.*"error":"ERR_FLOW_FIELD","detail":"seen.2: in words, please"'
cp -R vendor other && cp -R vendor.token other.token
sed -i "s|vendor.token|other.token|" other.token/softhsm2.conf
resume vendor "$answers" >out 2>err
is "vendor: nothing was copied: it does not go on" $? 3
like "vendor: since the second token says so" err 'the second token holds no pair of CKA_ID [0-9a-f]+'
unlike "vendor: and nothing was locked" "$t" '"op":"key-lock"'
own_tool vendor rehearsal-root 987654321 rehearsal-second 975318642 >out 2>err
is "vendor: the tool copies it" $? 0
ok "vendor: resumed, the ceremony ends" resume vendor "$answers"
ok "vendor: it verifies" "$bin/ceremony-verify" vendor
is "vendor: the second token has the root's key" "$(SOFTHSM2_CONF=vendor.token/softhsm2.conf pkcs11-tool --module "$module" \
	--token-label rehearsal-second --login --pin 975318642 -O --type privkey 2>err | sed -n 's/^ *ID: *//p')" "$id"
like "vendor: it was found there, with its public key" "$t" '"turn":"find",.*"found":"yes","id":"'"$id"'".*"CKA_EXTRACTABLE":"false"'
like "vendor: it signed a challenge" "$t" '"op":"key-prove","challenge":"[0-9a-f]*","signature":"[^"]*","verified":"yes"'
like "vendor: then the first one was locked" "$t" '"op":"key-lock","wrap-refused":"yes","refusal":"CKR_KEY_UNEXTRACTABLE"'
on_record "vendor: what two people saw is on the record" "$(dirname "$t")" '"seen.2":"1 key pair copied","officer-1":"yes","officer-2":"yes"'
like "vendor: the file by its SHA-256" "$t" "\"op\":\"media-hash\",\"name\":\"copy.log\",\"size\":\"31\",\"sha256\":\"$(sha256sum <media/device/copy.log | cut -d ' ' -f 1)\""
exits 1 "vendor: its content is nowhere in the record" grep -rlE 'secret of the maker|YSBzZWNyZXQgb2' vendor
like "vendor: the report tells what was seen" vendor/ceremonies/0001-*/report.txt 'What was seen  *1 key pair copied'
like "vendor: ca.ini names both tokens" vendor/ca.ini '^token\.2 = '

own_tool other rehearsal-root 987654321 rehearsal-second 975318642 'another name' >out 2>err
is "vendor: a copy of another name" $? 0
resume other "$answers" >out 2>err
is "vendor: is not taken" $? 3
like "vendor: since it is not the root's by id and label" err 'ERR_TOKEN_KEY_NONE'

refuses "a device's way without a word" 'instruction.1' '/^\[step backup\]/,$s/^instruction\..*//' "$c/rehearsal-vendor.ini"
refuses "a gap between instructions" 'instruction.3, and no instruction.2' '/^\[step backup\]/,$s/^instruction\.2/instruction.3/' "$c/rehearsal-vendor.ini"
refuses "a device's way without a second token" 'label' 's/^label = rehearsal-second//' "$c/rehearsal-vendor.ini"
refuses "one that is live already" 'gives again' 's/^\[step backup\]/[step early]\nkind = waive-restore\n\n&/' "$c/rehearsal-vendor.ini"
refuses "a file that is a path" 'no file.s name' 's/^files = .*/files = ..\/copy.log/' "$c/rehearsal-vendor.ini"
ok "check takes the SmartCard-HSM's" "$bin/ceremony" check "$c/example-smartcard-hsm.ini" --profiles "$root/scripts/profiles"
done_testing

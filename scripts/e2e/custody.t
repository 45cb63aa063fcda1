#!/bin/sh
# custody.t: what becomes of a root key after its ceremony: the shares are drilled, a lost token's place is
# taken by another, the key is destroyed. pkcs11-tool says what the tokens hold, openssl judges the rest.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
f=$root/scripts/fixtures
module=
for m in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do
	[ -f "$m" ] && module=$m && break
done
cd "$work" || bail "no folder"
mkdir -p media/requests media/output
cp "$f/requests/intermediate-1.csr" "$f/requests/intermediate-2.csr" media/requests/

# ceremony NAME RECORD [ANSWERS]: one of the shipped scripts, on that record.
ceremony() {
	rm -f media/output/*
	"$bin/ceremony" run "$c/$1.ini" --record "$2" --media media --profiles "$root/scripts/profiles" \
		--answers "${3:-$c/$1.answers.ini}"
}

# holds RECORD TOKEN PIN: the labels of the private keys in that token, sorted.
holds() {
	SOFTHSM2_CONF=$1.token/softhsm2.conf pkcs11-tool --module "$module" --token-label "$2" --login --pin "$3" \
		-O --type privkey 2>err | sed -n 's/^ *label: *//p' | sort | tr '\n' ','
}

# copy FROM TO: a record with its tokens and cards.
copy() {
	for part in '' .token .cards; do cp -r "$1$part" "$2$part"; done
}

exits 3 "a drill needs a CA" ceremony rehearsal-drill record
like "and says so" err "The record holds no root"
ok "the root's ceremony" ceremony rehearsal record
both='root-generation record key,root-generation root key,'
is "the token holds both keys" "$(holds record rehearsal-root 987654321)" "$both"
is "the second one holds the root key" "$(holds record rehearsal-second 975318642)" 'root-generation root key,'
like "its serial stands in ca.ini" record/ca.ini '^token\.2 = [0-9a-f]+$'
copy record destroyed
copy record reshared
copy record waived

# ---- a stranger, in twenty years: docs/recovery.md --------------------------------------------

for n in 5 1 3; do cat "record.cards/share-$n"; echo; done >cards
backup=record/ceremonies/0001-root-generation/backup
"$bin/ceremony" share combine <cards >key.hex 2>err
like "three cards make a key of 256 bits" key.hex '^[0-9a-f]{64}$'
if python3 -c 'import shamir_mnemonic' 2>err; then
	python3 -c 'import sys, shamir_mnemonic as s
print(s.combine_mnemonics([l.strip() for l in sys.stdin if l.strip()]).hex())' <cards >theirs.hex
	same "python3-shamir-mnemonic makes the same one" key.hex theirs.hex
else
	skip "python3-shamir-mnemonic makes the same one" "it is not installed"
fi
# the_page FOLDER: what docs/recovery.md says is to be typed, in that folder, with the secret made already. It is
# openssl that judges: of ours nothing runs.
sed -n '/^```sh$/,/^```$/p' "$root/docs/recovery.md" | sed '/^```/d' | sed '/^python3 /,/^print/d' >page
the_page() {
	(cd "$1" && sh -eu "$work/page")
}
# stranger FOLDER SECRET BACKUP ROOT: a folder as the page wants it.
stranger() {
	mkdir -p "$1"
	cp "$2" "$1/secret.hex" && cp "$3" "$1/root-key.backup" && cp "$4" "$1/root.pem"
}
is "the page has commands" "$(grep -c openssl page)" 8
stranger alone key.hex $backup/root-key.backup record/root.pem
ok "openssl opens the backup by docs/recovery.md" the_page alone
cp alone/root-key.p8 key.p8
openssl pkey -inform DER -in key.p8 -pubout >public.pem 2>err
same "what is in it is the root's key" public.pem $backup/root-key.pem
like "the backup says whose it is" $backup/root-key.backup '^set: example-root-e1$'
for change in 's/^set: e/set: f/' 's/^epoch: 1/epoch: 2/' \
	'/^wrapped: x/!s/^wrapped: ./wrapped: x/;t;s/^wrapped: x/wrapped: y/' '/^root: 00/!s/^root: ../root: 00/;t;s/^root: 00/root: 01/'; do
	stranger bent.d key.hex $backup/root-key.backup record/root.pem
	sed -i "$change" bent.d/root-key.backup
	rm -f bent.d/root-key.p8
	exits 1 "the page refuses $change" the_page bent.d
	[ ! -e bent.d/root-key.p8 ]
	is "and nothing is opened" $? 0
done
head -n 2 cards >two
exits 1 "two cards are not enough" sh -c "\"$bin/ceremony\" share combine <two"

# ---- the yearly drill -----------------------------------------------------------------------

sed 's/ / x/30' record.cards/share-4 >bent
cp record.cards/share-4 share-4
cp bent record.cards/share-4
exits 1 "a card that cannot be read" ceremony rehearsal-drill record
like "the place of the word is named" record/ceremonies/0002-drill/transcript.jsonl '"error":"ERR_SHARE_WORD","detail":"word 31 of 33"'
cp record.cards/share-2 record.cards/share-4
exits 1 "the same card twice" "$bin/ceremony" resume --record record --media media --answers "$c/rehearsal-drill.answers.ini"
like "it is named" record/ceremonies/0002-drill/transcript.jsonl '"error":"ERR_SHARE_TWICE","detail":"share 2"'
cp share-4 record.cards/share-4
ok "with the right card it is resumed" "$bin/ceremony" resume --record record --media media \
	--answers "$c/rehearsal-drill.answers.ini"
ok "the drill verifies" "$bin/ceremony-verify" record
t=record/ceremonies/0002-drill/transcript.jsonl
is "nothing was signed but the challenge" "$(grep -c '"op":"key-sign"' $t)" 0
like "the challenge was verified" $t '"op":"key-prove","challenge":"[0-9a-f]{122}","signature":"[^"]*","verified":"yes"'
like "the token was asked whether the key is gone" $t '"turn":"gone".*"found":"no"'
is "and it is gone" "$(holds record rehearsal-scratch 864208642)" ''
unlike "no word of a card is on the record" $t "$(cut -d ' ' -f 5-7 record.cards/share-2)"

# ---- the token is lost ------------------------------------------------------------------------

old=$(sed -n 's/^token\.1 = //p' record/ca.ini)
ok "recovery onto a new token" ceremony rehearsal-recover record
ok "the recovery verifies" "$bin/ceremony-verify" record
is "the new token holds a root key and a record key" "$(holds record rehearsal-recovered 192837465)" \
	'recovery record key,root-generation root key,'
new=$(sed -n 's/^token\.1 = //p' record/ca.ini)
[ -n "$new" ] && [ "$new" != "$old" ]
is "ca.ini names the new token" $? 0
on_record "what became of the old one is an exception" record/ceremonies/0003-recovery \
	'"type":"exception",.*"lost":"it fell into the lake"'
ok "openssl takes the list that it signed" openssl crl -inform DER -in record/ceremonies/0003-recovery/crls/root.crl \
	-CAfile record/root.pem -noout -crlnumber
like "its number is the next" out 'crlNumber=0x02'
ok "openssl takes the new record key's signature" openssl dgst -sha384 \
	-verify record/ceremonies/0003-recovery/witnesses/record-key.pem \
	-signature record/ceremonies/0003-recovery/checkpoint.token.sig record/ceremonies/0003-recovery/checkpoint
exits 1 "the lost token is no longer the CA's" ceremony rehearsal-crl record
like "it is refused by its serial" record/ceremonies/0004-crl/transcript.jsonl "\"error\":\"ERR_TOKEN_OTHER\",\"detail\":\"this one is [0-9a-f]*; the CA's root key is in $new\""

# ---- the end of a key ---------------------------------------------------------------------------

ok "the key is destroyed" ceremony rehearsal-destroy destroyed
ok "its end verifies" "$bin/ceremony-verify" destroyed
is "only the record key is left" "$(holds destroyed rehearsal-root 987654321)" 'root-generation record key,'
on_record "why stands on the record" destroyed/ceremonies/0002-destruction '"reason":"this CA comes to its end"'
exits 3 "nothing is signed with it any more" ceremony rehearsal-crl destroyed
like "the root is not live" err 'ERR_RECORD_NOT_LIVE'

# ---- new custodians -------------------------------------------------------------------------------

ok "the shares pass to new custodians" ceremony rehearsal-reshare reshared
ok "which verifies" "$bin/ceremony-verify" reshared
t=reshared/ceremonies/0002-resharing/transcript.jsonl
like "the next set is of the next epoch" $t '"op":"backup-rewrap",.*"epoch":"2"'
is "the token holds what it held" "$(holds reshared rehearsal-root 987654321)" "$both"
exits 1 "the old cards" ceremony rehearsal-drill reshared
like "are refused by their set's name" reshared/ceremonies/0003-drill/transcript.jsonl \
	'"error":"ERR_SHARE_RETIRED","detail":"example-root-e1, epoch 1"'
sed 's/^card\.1 = .*/card.1 = @card new-1/; s/^card\.2 = .*/card.2 = @card new-3/; /^card\.3/d' \
	"$c/rehearsal-drill.answers.ini" >new.answers.ini
ok "with two new cards the drill goes on" "$bin/ceremony" resume --record reshared --media media --answers new.answers.ini
ok "and verifies" "$bin/ceremony-verify" reshared
cat reshared.cards/new-2 >cards
echo >>cards
cat reshared.cards/new-1 >>cards
"$bin/ceremony" share combine <cards >new.hex 2>err
stranger again new.hex reshared/ceremonies/0002-resharing/backup/root-key.backup reshared/root.pem
ok "openssl opens the new backup with the new shares" the_page again
same "and it is the same key" again/root-key.p8 key.p8
stranger old key.hex reshared/ceremonies/0002-resharing/backup/root-key.backup reshared/root.pem
exits 1 "the old shares do not open it" the_page old

# ---- cards of another CA --------------------------------------------------------------------------

rm -rf waived.cards
ok "another CA's ceremony" ceremony rehearsal other
cp -r other.cards waived.cards
exits 1 "another CA's cards" ceremony rehearsal-drill waived
like "they are of another set" waived/ceremonies/0002-drill/transcript.jsonl '"error":"ERR_SHARE_SET","detail":"its identifier is'
done_testing

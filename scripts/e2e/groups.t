#!/bin/sh
# groups.t: a root whose backup is shared among two groups, under a passphrase, with dice in its key: dealt,
# restored, drilled with a forged card and a wrong passphrase, dealt anew to others, recovered by openssl.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
words=$root/ceremony/share/slip39_words.inc
cd "$work" || bail "no folder"
mkdir -p media

# ceremony SCRIPT ANSWERS [RECORD]
ceremony() {
	"$bin/ceremony" run "$1" --record "${3:-record}" --media media --profiles "$root/scripts/profiles" --answers "$2"
}

sed 's/^dice = 4/dice = 7/' "$c/rehearsal-groups.answers.ini" >bad-roll.ini
exits 1 "a die with a seven" ceremony "$c/rehearsal-groups.ini" bad-roll.ini refused
like "the place is told, and the roll is not" refused/ceremonies/0001-*/transcript.jsonl \
	'"op":"backup-dice","error":"ERR_DICE_ROLLS","detail":"at place 1: a roll is a digit from 1 to 6"'
sed 's/^dice = .*/dice = 6666666666 6666666666 6666666666 6666666666 6666666666/' "$c/rehearsal-groups.answers.ini" >sixes.ini
exits 1 "nothing but sixes" "$bin/ceremony" resume --record refused --media media --answers sixes.ini
like "are of no fair die" refused/ceremonies/0001-*/transcript.jsonl '"error":"ERR_DICE_BIAS","detail":"50 rolls"'
sed 's/^new-passphrase = .*/new-passphrase = short/' "$c/rehearsal-groups.answers.ini" >short.ini
exits 1 "a passphrase of five characters" "$bin/ceremony" resume --record refused --media media --answers short.ini
like "is too short" refused/ceremonies/0001-*/transcript.jsonl '"error":"ERR_SHARE_PASSPHRASE_SHORT"'
ok "the ceremony goes on with good ones" "$bin/ceremony" resume --record refused --media media \
	--answers "$c/rehearsal-groups.answers.ini"
ok "and verifies" "$bin/ceremony-verify" refused

ok "a root with grouped shares" ceremony "$c/rehearsal-groups.ini" "$c/rehearsal-groups.answers.ini"
ok "verifies" "$bin/ceremony-verify" record
t=record/ceremonies/0001-root-generation/transcript.jsonl
like "the scheme stands on the record" $t '"op":"share-split".*"groups":"2/3, 3/5","group-threshold":"2","passphrase":"yes"'
like "how many rolls, and what was mixed" $t '"op":"backup-dice","rolls":"50","bias":"none seen"'
like "in the wrapping key" $t '"op":"backup-wrap".*"sources":"token, system, dice"'
like "and in the shares" $t '"op":"share-split".*"sources":"token, system, dice"'
like "the report tells it" record/ceremonies/0001-*/report.txt 'rolls +50$'
unlike "no roll is anywhere" $t '4135262614|5234165213'
unlike "nor the passphrase" $t 'battery'
unlike "nor a word of a card" $t "$(cut -d ' ' -f 5-7 record.cards/share-2)"

# ---- a drill, in which somebody brings a forged card, and the passphrase is typed wrongly ----------

perl "$root/scripts/e2e/forge.pl" "$words" <record.cards/share-5 >record.cards/forged
sed '/^card/d; s/^passphrase.1 = .*/passphrase.1 = a new phrase of hers/' "$c/rehearsal-drill.answers.ini" |
	sed '/^\[drill\]/a\
card.1 = @card share-3\
card.2 = @card share-2\
card.3 = @card forged\
card.3.2 = @card share-5\
card.4 = @card share-4\
card.5 = @card share-8\
passphrase = correct horse batterie\
passphrase.2 = correct horse battery' >drill.ini
ok "a drill with a forged card and a wrong passphrase" ceremony "$c/rehearsal-drill.ini" drill.ini
ok "verifies" "$bin/ceremony-verify" record
t=record/ceremonies/0002-drill/transcript.jsonl
like "the forged card is named" $t '"error":"ERR_SHARE_UNKNOWN","detail":"it says that it is share 2 of group 2 of set [0-9]+"'
like "the wrong passphrase is told before anything is done" $t '"turn":"join".*"error":"ERR_SHARE_KEY"'
is "the cards were not asked for again" "$(grep -c '"turn":"share".*"type":"result"\|"type":"result".*"turn":"share"' $t)" 5
is "one intent was enough" "$(grep -c '"type":"intent".*"op":"key-restore"' $t)" 1
unlike "no word of a card, and no passphrase" $t "$(cut -d ' ' -f 5-7 record.cards/share-5)|batter"

# One group alone will not do, however many of it come.
sed '/^card.[345]/d; s/^card.2 = .*/card.2 = @card share-1/' drill.ini | sed '/^card.2/a\
card.3 = @card share-2' >alone.ini
exits 1 "the officers alone" ceremony "$c/rehearsal-drill.ini" alone.ini
like "are asked for another card" err "card.4"
exits 1 "which ends this ceremony" "$bin/ceremony" resume --record record --media media --answers alone.ini
sed '/^\[drill\]/a\
card.4 = @card share-4\
card.5 = @card share-6\
card.6 = @card share-7' alone.ini | sed 's/^passphrase = .*/passphrase = correct horse battery/; /^passphrase.2 = c/d' >enough.ini
ok "an officer more than is needed does no harm" "$bin/ceremony" resume --record record --media media --answers enough.ini
ok "and verifies" "$bin/ceremony-verify" record

# ---- without this program -------------------------------------------------------------------------

for n in 1 2 4 7 8; do cat "record.cards/share-$n"; echo; done >cards
echo 'correct horse battery' >passphrase
backup=record/ceremonies/0001-root-generation/backup
"$bin/ceremony" share combine --passphrase-fd 3 <cards 3<passphrase >key.hex 2>err
like "the cards and the passphrase make a key" key.hex '^[0-9a-f]{64}$'
python=${SHAMIR_PYTHON:-python3}
# shellcheck disable=SC2086 # a command and its arguments
if $python -c 'import shamir_mnemonic' 2>err; then
	$python -c 'import sys, shamir_mnemonic as s
print(s.combine_mnemonics([l.strip() for l in sys.stdin if l.strip()], b"correct horse battery").hex())' <cards >theirs.hex
	same "python3-shamir-mnemonic makes the same one" theirs.hex key.hex
else
	skip "python3-shamir-mnemonic makes the same one" "it is not installed (Debian 13 has it)"
fi
is "it is the key that the record can tell" \
	"$(printf 'ceremony share set check v1' | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(cat key.hex)" | sed 's/.*= *//')" \
	"$(sed -n 's/.*"op":"share-split".*"key-check":"\([0-9a-f]*\)".*/\1/p' record/ceremonies/0001-*/transcript.jsonl)"
mkdir page.d
cp key.hex page.d/secret.hex && cp $backup/root-key.backup record/root.pem page.d
sed -n '/^```sh$/,/^```$/p' "$root/docs/recovery.md" | sed '/^```/d' | sed '/^python3 /,/^print/d' >page
ok "openssl opens the backup by docs/recovery.md" sh -c 'cd page.d && sh -eu ../page'
openssl pkey -inform DER -in page.d/root-key.p8 -pubout >public.pem 2>err
same "what is in it is the root's key" public.pem $backup/root-key.pem

# ---- other custodians, other groups, another passphrase --------------------------------------------

sed 's/^custodian = .*/custodian = 5/; s/^threshold = .*/groups = north 2\/2, south 2\/3/; s/^shares = .*/group-threshold = 1\
passphrase = yes\
dice = 100/' "$c/rehearsal-reshare.ini" >reshare.ini
sed '/^card/d; /^words.*@shown/d; /^written/d; s/^custodian.3 = .*/&\
custodian.4 = Celia Costa\
custodian.5 = Cornel Clay/' "$c/rehearsal-reshare.answers.ini" | sed '/^\[reshare\]/a\
card.1 = @card share-1\
card.2 = @card share-3\
card.3 = @card share-4\
card.4 = @card share-5\
card.5 = @card share-6\
passphrase = correct horse battery\
dice = 4135262614 5234165213 6316452431 1452663524 1635242316 2563142135 3142165346 5521643162 4316235514 6213454162\
new-passphrase = a phrase of the next set\
written.1 = @card new-1\
words.1 = @shown\
written.2 = @card new-2\
words.2 = @shown\
written.3 = @card new-3\
words.3 = @shown\
written.4 = @card new-4\
words.4 = @shown\
written.5 = @card new-5\
words.5 = @shown' >reshare.answers.ini
ok "new groups, a new passphrase" ceremony reshare.ini reshare.answers.ini
ok "verify" "$bin/ceremony-verify" record
exits 1 "an old card" ceremony "$c/rehearsal-drill.ini" drill.ini
like "is refused by its set's name" record/ceremonies/0005-drill/transcript.jsonl '"error":"ERR_SHARE_RETIRED","detail":"example-root-e1, epoch 1"'
sed '/^card/d; /^passphrase = c/d; /^passphrase.2 = c/d' drill.ini | sed '/^\[drill\]/a\
card.1 = @card new-5\
card.2 = @card new-1\
card.3 = @card new-2\
passphrase = a phrase of the next set' >south.ini
ok "one whole group is enough of this set" "$bin/ceremony" resume --record record --media media --answers south.ini
ok "and verifies" "$bin/ceremony-verify" record
done_testing

#!/bin/sh
# card-file.t: cards of shares as files, made within the ceremony: each on its custodian's medium, and nowhere else; a
# medium that fails, one that holds something else, a custodian who does without, a crash, new cards for new custodians.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
cd "$work" || bail "no folder"
have zbarimg || skip_all "zbarimg is not installed (sh scripts/setup test)"
mkdir -p media/cards media/requests media/output

# with_cards FILE: a script whose share step has cards = cards. answers FILE N...: answers, and `write` for these shares.
with_cards() { sed '/^set = /a\
cards = cards' "$1"; }
answers() {
	for n in $2; do printf 'card-file.%s = write\n' "$n"; done >lines
	sed "/^words.1 = @shown/r lines" "$1"
}
# ceremony SCRIPT ANSWERS [RECORD]
ceremony() {
	"$bin/ceremony" run "$1" --record "${3:-record}" --media media --profiles "$root/scripts/profiles" --answers "$2"
}
resume() {
	"$bin/ceremony" resume --record "${2:-record}" --media media --answers "$1"
}

# ---- what the script may say --------------------------------------------------------------------

with_cards "$c/rehearsal-groups.ini" >groups.ini
ok "check: cards" "$bin/ceremony" check groups.ini --profiles "$root/scripts/profiles"
sed 's/^cards = .*/cards =/' groups.ini >bad.ini
exits 1 "check: cards without a medium" "$bin/ceremony" check bad.ini --profiles "$root/scripts/profiles"
like "is refused with its line" err "bad.ini:$(grep -n '^cards' bad.ini | cut -d : -f 1)"
sed 's/^cards = .*/cards = no such name/' groups.ini >bad.ini
exits 1 "check: a label that no medium has" "$bin/ceremony" check bad.ini --profiles "$root/scripts/profiles"
with_cards "$c/rehearsal.ini" | sed 's/^cards = .*/cards = output/' >bad.ini
exits 1 "check: the medium that the results go to" "$bin/ceremony" check bad.ini --profiles "$root/scripts/profiles"
like "is named, and the step" err 'cards = output: \[step export\] uses that medium'

# ---- a whole ceremony, with much that goes wrong -------------------------------------------------

answers "$c/rehearsal-groups.answers.ini" '1 2 3 5 6 7 8' >lines.ini
sed '/^card-file.1 = /i\
card-file.4 = by-hand' lines.ini >groups.answers.ini
echo other >media/cards/example-root-e1-e1-share-1.svg
exits 3 "a file of that name with another content" ceremony groups.ini groups.answers.ini
like "is told" err 'There is another file of that name already.*example-root-e1-e1-share-1.svg'
same "and stays as it was" media/cards/example-root-e1-e1-share-1.svg - <<'OTHER'
other
OTHER
t=record/ceremonies/0001-root-generation/transcript.jsonl
like "the failure is on the record" $t '"turn":"card".*"op":"share-card","error":"ERR_FILE_EXISTS"'
rm -f media/cards/*
# The process is another: the set is void, the next epoch's is dealt. A medium that is not there is asked for anew, and then
# the card is written by hand.
mv media/cards away
sed '/^card-file.1 = /a\
card-file.1.2 = by-hand\
card-file.2.2 = by-hand\
card-file.3.2 = by-hand\
card-file.5.2 = by-hand\
card-file.6.2 = by-hand\
card-file.7.2 = by-hand\
card-file.8.2 = by-hand' groups.answers.ini >hand.ini
ok "no medium: the step goes on by hand" resume hand.ini
ok "verifies" "$bin/ceremony-verify" record
is "the medium was missing for seven" "$(grep -c '"op":"share-card","error":"ERR_MEDIUM_MISSING"' $t)" 7
is "no card was written" "$(grep -c '"op":"share-card","number":"[0-9]*","written":"no"' $t)" 8
mv away media/cards

ok "a root whose custodians take cards" ceremony groups.ini groups.answers.ini second
ok "verifies, too" "$bin/ceremony-verify" second
t=second/ceremonies/0001-root-generation/transcript.jsonl
is "seven cards, twice each" "$(find media/cards -type f | wc -l)" 14
is "nobody else may read them" "$(find media/cards -type f ! -perm 600)" ''
is "nothing half written is left" "$(find media -name '.*' -type f)" ''
on_record "who has which, on which medium" "$(dirname $t)" '"op":"share-card","number":"5","written":"yes","custodian":"Carmen Castro","medium":"cards","pdf":"example-root-e1-e1-share-5.pdf","svg":"example-root-e1-e1-share-5.svg"'
like "and who did without" $t '"op":"share-card","number":"4","written":"no"}'
like "the report tells it" second/ceremonies/0001-*/report.txt '^ *Done +share-card'
"$bin/ceremony" report --record second --format html -o report.html
like "so does the one to be printed" report.html 'example-root-e1-e1-share-5.pdf'
unlike "it does not tell the fifth card's hash" $t "$(sha256sum media/cards/example-root-e1-e1-share-5.pdf | cut -d ' ' -f 1)"
unlike "nor the other file's" $t "$(sha256sum media/cards/example-root-e1-e1-share-5.svg | cut -d ' ' -f 1)"

# ---- what the cards say -----------------------------------------------------------------------------

if have pdftoppm && have pdftotext; then
	mkdir cards2
	for n in 1 3 5 6 8; do
		pdftoppm -r 150 -png "media/cards/example-root-e1-e1-share-$n.pdf" page
		zbarimg -q --raw page*.png >"cards2/share-$n" 2>err
		rm -f page*
		is "card $n: its code holds the words" "$(cat "cards2/share-$n")" "$(cat "second.cards/share-$n")"
	done
	pdftotext -layout media/cards/example-root-e1-e1-share-5.pdf text
	like "set and epoch" text 'Share set +example-root-e1'
	like "group" text 'trustees, number 2 of 2; 2 needed'
	like "custodian" text 'Custodian +Carmen Castro'
	ok "the codes alone make the drill" sh -c "rm -rf second.cards && mv cards2 second.cards"
	sed '/^card/d; s/^passphrase.1 = .*/passphrase.1 = a new phrase of hers/' "$c/rehearsal-drill.answers.ini" |
		sed '/^\[drill\]/a\
card.1 = @card share-1\
card.2 = @card share-3\
card.3 = @card share-5\
card.4 = @card share-6\
card.5 = @card share-8\
passphrase = correct horse battery' >drill.ini
	ok "the key is restored from what the codes say" ceremony "$c/rehearsal-drill.ini" drill.ini second
	ok "and the record verifies" "$bin/ceremony-verify" second
else
	skip "card: its code holds the words" "poppler-utils is not installed (sh scripts/setup test)"
fi

# ---- a forged result is noticed --------------------------------------------------------------------

cp -r second forged
sed -i 's/"medium":"cards","pdf"/"medium":"other","pdf"/' forged/ceremonies/0001-*/transcript.jsonl
exits 1 "a transcript that names another medium does not verify" "$bin/ceremony-verify" forged
like "since that is not the script's" out 'line [0-9]+: An answer cannot be taken: medium'

# ---- new custodians ------------------------------------------------------------------------------------

cp "$root/scripts/fixtures/requests/intermediate-1.csr" "$root/scripts/fixtures/requests/intermediate-2.csr" media/requests/
rm -f media/cards/*
ok "a root of five" ceremony "$c/rehearsal.ini" "$c/rehearsal.answers.ini" third
with_cards "$c/rehearsal-reshare.ini" >reshare.ini
sed '/^officer-1 = /i\
card-file.1 = write\
card-file.2 = by-hand\
card-file.3 = write' "$c/rehearsal-reshare.answers.ini" >reshare.answers.ini
ok "new custodians take cards" ceremony reshare.ini reshare.answers.ini third
ok "and the record verifies" "$bin/ceremony-verify" third
is "of the new epoch's set" "$(cd media/cards && echo *.pdf)" 'example-root-e1-e2-share-1.pdf example-root-e1-e2-share-3.pdf'
done_testing

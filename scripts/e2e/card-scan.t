#!/bin/sh
# card-scan.t: a share re-entered by holding its card before the camera, here pictures of cards: its words go from the process
# that sees it to the token process, and the conductor's memory never has them. Wrong cards are refused as typed words are.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
cd "$work" || bail "no folder"
mkdir -p media/requests media/output images
cp "$root"/scripts/fixtures/requests/intermediate-[12].csr media/requests/
ceremony() {
	"$bin/ceremony" run "$1" --record "$3" --media media --images images --profiles "$root/scripts/profiles" --answers "$2"
}
# card FILE ROUND [NAME]: the words of FILE as a card's picture, before the camera in that round.
card() {
	mkdir -p "images/card.$2"
	"$bin/ceremony" share card --set example-root-e1 --epoch 1 --custodian Somebody -o "images/card.$2/${3:-card}.png" <"$1" >out 2>err || bail "no card"
}
copy() {
	rm -rf "$2" "$2.token"
	for part in '' .token .cards; do cp -r "$1$part" "$2$part"; done
	sed -i "s|$1.token|$2.token|" "$2.token/softhsm2.conf"
}
transcript() { echo "$1"/ceremonies/0002-*/transcript.jsonl; }

# ---- the scripts ----

scanning() { sed "s/^kind = $1\$/&\nscan = ${2:-yes}/" "$c/$3.ini"; }
for kind in restore:rehearsal recover:rehearsal-recover drill:rehearsal-drill reshare:rehearsal-reshare; do
	scanning "${kind%:*}" yes "${kind#*:}" >"${kind%:*}.ini"
	ok "check: ${kind%:*} with cards before the camera" "$bin/ceremony" check "${kind%:*}.ini" --profiles "$root/scripts/profiles"
done
scanning drill perhaps rehearsal-drill >bad.ini
exits 1 "check: neither yes nor no" "$bin/ceremony" check bad.ini --profiles "$root/scripts/profiles"
like "is refused with its line" err "bad.ini:$(grep -n '^scan' bad.ini | cut -d : -f 1)"
scanning token yes rehearsal-drill >bad.ini
exits 1 "check: a step that brings no shares" "$bin/ceremony" check bad.ini --profiles "$root/scripts/profiles"

# ---- a drill from cards ----

rm -f media/output/*
ok "a root of five" ceremony "$c/rehearsal.ini" "$c/rehearsal.answers.ini" root
sed 's/^card.\([123]\) = .*/card.\1 = @camera/' "$c/rehearsal-drill.answers.ini" >drill.answers.ini
card root.cards/share-2 1
card root.cards/share-4 2
card root.cards/share-5 3
head -c 300 images/card.2/card.png >images/card.2/a-cut.png
copy root record
ok "a drill whose shares come by camera" ceremony drill.ini drill.answers.ini record
t=$(transcript record)
is "three were scanned" "$(grep -c '"op":"share-enter","number":"[245]","match":"yes","scanned":"yes"' $t)" 3
is "and the people said so" "$(grep -c '"card.[123]":"camera"' $t)" 3
is "the report names each" "$(sed -n '/^Carried by camera/,/^[A-Z].* and /s/^  Share  *//p' record/ceremonies/0002-*/report.txt | tr '\n' ' ')" "2 4 5 "
ok "and so does the one for browsers" "$bin/ceremony" report --record record --format html -o report.html
is "card by card" "$(grep -o 'the card of share [0-9]' report.html | tr '\n' ' ')" "the card of share 2 the card of share 4 the card of share 5 "
ok "the verifier agrees" "$bin/ceremony-verify" record
is "each with its source, and how many pictures were looked at" \
	"$(sed -n 's/.*"op":"share-enter",.*"scanned":"yes","source":"images","pictures":"\([0-9]*\)".*/\1/p' $t | tr '\n' ' ')" "1 2 1 "
like "which the report has" record/ceremonies/0002-*/report.txt '^  Pictures +2$'
like "and the other" report.html 'Read from images. Pictures looked at: 2. Its words went'
forged() { # WHAT PATTERN REPLACEMENT
	rm -rf forged
	cp -r record forged
	sed -i "0,/$2/s//$3/" forged/ceremonies/0002-*/transcript.jsonl
	exits 1 "a record that hides $1" "$bin/ceremony-verify" forged
}
scanned='"match":"yes","scanned":"yes","source":"images","pictures":"1"'
forged "how one came" "$scanned" '"match":"yes"'
like "does not verify" out 'An answer cannot be taken: scanned'
forged "what saw it" "$scanned" '"match":"yes","scanned":"yes","pictures":"1"'
like "does not verify" out 'An answer cannot be taken: source'
forged "which camera it was" "$scanned" '"match":"yes","scanned":"yes","source":"camera","pictures":"1"'
like "does not verify" out 'An answer cannot be taken: device'
forged "that none was looked at" "$scanned" '"match":"yes","scanned":"yes","source":"images","pictures":"0"'
like "does not verify" out 'An answer cannot be taken: pictures'
copy root typed
ok "a drill whose shares are typed all the same" ceremony drill.ini "$c/rehearsal-drill.answers.ini" typed
unlike "was not scanned" "$(transcript typed)" '"scanned"'
copy root no
exits 1 "without scan = yes a camera is no answer" ceremony "$c/rehearsal-drill.ini" drill.answers.ini no

# ---- the other steps that take cards, each to its end ----

# by_camera ANSWERS: with its cards before the camera, as the pictures lie there.
by_camera() { sed 's/^card.\([123]\) = .*/card.\1 = @camera/' "$c/$1.answers.ini" >"$1.camera.ini"; }
for kind in recover reshare; do
	by_camera "rehearsal-$kind"
	rm -f media/output/*
	copy root $kind
	ok "$kind: all cards by camera" ceremony $kind.ini "rehearsal-$kind.camera.ini" $kind
	is "$kind: three were scanned" "$(grep -c '"op":"share-enter","number":"[245]","match":"yes","scanned":"yes"' "$(transcript $kind)")" 3
	ok "$kind: the verifier agrees" "$bin/ceremony-verify" $kind
done
# What was typed back when the shares were dealt would do for a restore in the same sitting. After a pause the token process
# is another, which knows none: then the cards are asked for.
awk '/^\[/ { in_it = /^\[restore\]/; if (in_it) print "[restore]\nso-pin = @pause\n" } !in_it' "$c/rehearsal.answers.ini" >pause.ini
by_camera rehearsal
rm -f media/output/*
exits 1 "restore: a pause before it" ceremony restore.ini pause.ini new
mv images before
mkdir images
card new.cards/share-1 1
card new.cards/share-3 2
card new.cards/share-5 3
ok "restore: all cards by camera" "$bin/ceremony" resume --record new --media media --images images --answers rehearsal.camera.ini
is "restore: three were scanned" "$(grep -c '"op":"share-enter","number":"[135]","match":"yes","scanned":"yes"' new/ceremonies/0001-*/transcript.jsonl)" 3
ok "restore: the verifier agrees" "$bin/ceremony-verify" new
rm -r images new.cards
mv before images

# ---- wrong cards: refused by the same names as typed words ----

printf 'a%.0s' $(seq 64) | "$bin/ceremony" share split --threshold 2 --shares 3 >other 2>err
sed -n 1p other >other-share
perl "$root/scripts/e2e/forge.pl" "$root/ceremony/share/slip39_words.inc" <root.cards/share-2 >forged-share 2>err || bail "nothing is forged"
# refused NAME CARD ERROR: that card in the first round, by camera and typed, then the right one.
refused() {
	rm -rf images/card.1
	card "$2" 1
	sed "s/^card.1 = .*/card.1 = @camera\ncard.1.2 = @card share-2/" drill.answers.ini >by-camera.ini
	sed "s/^card.1 = .*/card.1 = $(cat "$2")\ncard.1.2 = @card share-2/; s/^card.\([23]\) = .*/card.\1 = @card share-\1/; s/@card share-2\$/&/; s/^card.2 = .*/card.2 = @card share-4/; s/^card.3 = .*/card.3 = @card share-5/" \
		"$c/rehearsal-drill.answers.ini" >by-hand.ini
	for how in camera hand; do
		copy root "wrong-$how"
		ok "$1, by $how: the drill goes on with the right one" ceremony drill.ini "by-$how.ini" "wrong-$how"
		like "$1, by $how: refused by name" "$(transcript "wrong-$how")" "\"type\":\"failed\",\"step\":\"drill\",\"turn\":\"share\",\"round\":0.*\"error\":\"$3\""
	done
	is "$1: in the same words" "$(grep -o "\"error\":\"$3\",\"detail\":\"[^\"]*\"" "$(transcript wrong-camera)")" \
		"$(grep -o "\"error\":\"$3\",\"detail\":\"[^\"]*\"" "$(transcript wrong-hand)")"
}
refused "another set's card" other-share ERR_SHARE_SET
refused "a forged card" forged-share ERR_SHARE_UNKNOWN
rm -rf images/card.1 images/card.2
card root.cards/share-2 1
card root.cards/share-2 2
copy root twice
sed 's/^card.2 = .*/&\ncard.2.2 = @card share-4/' drill.answers.ini >twice.ini
ok "one card twice: the drill goes on with another" ceremony drill.ini twice.ini twice
like "one card twice: refused by name" "$(transcript twice)" '"round":1.*"error":"ERR_SHARE_TWICE"'
rm -rf images/card.1 images/card.2
card root.cards/share-4 2
mkdir images/card.1
"$bin/ceremony" qr send other --png frames >out 2>err
cp frames/frame-0001.png images/card.1/
copy root none
sed 's/^card.1 = .*/&\ncard.1.2 = @card share-2/' drill.answers.ini >none.ini
ok "a code that is no card: the drill goes on with typed words" ceremony drill.ini none.ini none
like "a code that is no card: said by name" "$(transcript none)" '"round":0.*"error":"ERR_QR_NO_CARD"'

# ---- nothing of it is anywhere: record, media, and the conductor's memory ----

for s in 2 4 5; do cut -d ' ' -f 1-3 root.cards/share-$s; cut -d ' ' -f 10-12 root.cards/share-$s; done >runs
if grep -rqF -f runs record media; then fail "no words in the record or on the media"; else pass "no words in the record or on the media"; fi
rm -rf images/card.1
card root.cards/share-2 1
sed 's/^card.1 = .*/card.1 = @pause/; /^card.[23]/d' drill.answers.ini >pause.ini
copy root live
exits 1 "a drill that pauses before its first card" ceremony drill.ini pause.ini live
mkfifo typed-in
"$bin/ceremony" resume --record live --media media --images images --plain <typed-in >said 2>err &
pid=$!
exec 3>typed-in
printf '1\n' >&3
t=$(transcript live)
until_said() {
	tries=0
	until grep -Eq "$1" "$2"; do
		[ $((tries += 1)) -le 400 ] || { fail "never came: $1"; diag said; exec 3>&-; done_testing; }
		sleep 0.05
	done
}
until_said 'Word 1 of 33' said
printf '\nscan\n' >&3
until_said '"op":"share-enter".*"scanned":"yes"' "$t"
until_said 'Share 2 of the 3' said
sleep 0.3
token=$(for s in /proc/[0-9]*/stat; do awk -v p=$pid '$4 == p && $2 == "(ceremony-token)" { print $1 }' "$s" 2>/dev/null; done)
if [ "$(id -u)" = 0 ]; then
	is "after a scan the token process has the words" "$(perl "$root/scripts/e2e/look.pl" "$token" root.cards/share-2)" "31 of 31"
	is "and the conductor has none of them" "$(perl "$root/scripts/e2e/look.pl" $pid root.cards/share-2)" "0 of 31"
else
	skip "what token process and conductor have of the words" "only root may look into the memory of others"
fi
is "the process that saw the card has ended" "$(for s in /proc/[0-9]*/stat; do awk -v p=$pid '$4 == p && $2 == "(ceremony-scan)" { print $1 }' "$s" 2>/dev/null; done | wc -l)" 0
printf '\npause\n' >&3
exec 3>&-
wait $pid
done_testing

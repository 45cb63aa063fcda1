#!/bin/sh
# card.t: share cards as PDF, SVG and PNG: what stands on them, and their QR codes, read by zbarimg.
. scripts/e2e/lib.sh

cd "$work" || bail "no folder"
have zbarimg || skip_all "zbarimg is not installed (sh scripts/setup test)"
echo 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff >secret
"$bin/ceremony" share split --groups 2/3,3/5 --group-threshold 2 <secret >shares
sed -n 5p shares >mnemonic

# card FILE [OPTION...]: of that mnemonic.
card() {
	file=$1
	shift
	"$bin/ceremony" share card "$@" -o "$file" <"${from:-mnemonic}"
}

# squares FILE.svg: its modules as a picture that zbarimg reads.
squares() {
	perl -ne 'push @m, [$1, $2] while /M(\d+) (\d+)h1v1h-1z/g; END { my $n = 0; for (@m) { $n = $$_[0] if $$_[0] > $n }
		my $w = ($n + 9) * 4; my @p = ("\xff") x ($w * $w);
		for my $m (@m) { for my $y (0 .. 3) { for my $x (0 .. 3) { $p[(($$m[1] + 4) * 4 + $y) * $w + ($$m[0] + 4) * 4 + $x] = "\0" } } }
		print "P5 $w $w 255\n", @p }' "$1"
}

for kind in pdf svg png; do
	ok "a card as $kind" card "card.$kind" --set example-root-e1 --epoch 1 --group trustees --custodian 'Carmen <Castro>'
	is "$kind: nothing is said" "$(cat out err)" ''
	is "$kind: nobody else may read it" "$(stat -c %a "card.$kind")" 600
	cp "card.$kind" before
	exits 3 "$kind: what is there is not overwritten" card "card.$kind"
	same "$kind: and stays" "card.$kind" before
done
is "png: the QR code holds the words" "$(zbarimg -q --raw card.png 2>err)" "$(cat mnemonic)"
squares card.svg >svg.pgm
is "svg: the QR code holds the words" "$(zbarimg -q --raw svg.pgm 2>err)" "$(cat mnemonic)"
if have pdftoppm && have pdftotext; then
	pdftoppm -r 150 -png card.pdf page
	is "pdf: one page" "$(find . -name 'page*.png' | wc -l)" 1
	is "pdf: the QR code holds the words" "$(zbarimg -q --raw page*.png 2>err)" "$(cat mnemonic)"
	pdftotext -layout card.pdf text
	like "pdf: set, epoch" text 'Share set +example-root-e1'
	like "pdf: number and threshold" text 'number 2; 3 of its group are needed'
	like "pdf: group" text 'trustees, number 2 of 2; 2 needed'
	like "pdf: custodian" text 'Custodian +Carmen <Castro>'
	like "pdf: how to recover" text 'python3-shamir-mnemonic'
	n=0
	for word in $(cat mnemonic); do
		n=$((n + 1))
		grep -Eq "(^| )$n +$word( |$)" text || echo "$n $word"
	done >missing
	is "pdf: every word in its numbered place" "$(cat missing)" ''
else
	skip "pdf: the QR code holds the words" "poppler-utils is not installed (sh scripts/setup test)"
fi
like "svg: what is said is escaped" card.svg 'Carmen &lt;Castro&gt;'

from=empty
: >empty
exits 1 "no words" card no.png
from=bent
sed 's/ [a-z]*$/ academic/' mnemonic >bent
exits 1 "a wrong word" card no.pdf
like "is named by its place" err 'word 33 of 33'
from=shares
exits 2 "two shares" card no.svg
from=mnemonic
exits 2 "no such kind" card no.gif
exits 2 "a name that no card can show" card no.pdf --custodian "$(printf 'x\033[2J')"
exits 2 "an epoch that is none" card no.pdf --epoch one
exits 3 "no such folder" card nowhere/no.pdf
exits 2 "no file named" "$bin/ceremony" share card
is "nothing was left behind" "$(find . -name 'no*')" ''
done_testing

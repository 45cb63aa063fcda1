#!/bin/sh
# tour.t: the keys tried out, line by line and on the full screen; and the crib sheet.
. scripts/e2e/lib.sh

# ---- line by line: each station once, some of them wrong first --------------------------------

printf '%s\n' '' Ada 25:00 Ada 09:00 back yes '?' yes 1 2 5 '!exception' '!people' 12 1234 1234 alone '' yes \
	'acad echo tras husb zero' 'acad echo tras husb deci' @ abort yes @ pause >"$work/keys"
perl scripts/e2e/talk.pl "$work/keys" "$bin/ceremony" tour --plain >"$work/lines" 2>&1
is "line by line: to the end" $? 0
like "a wrong time is told" "$work/lines" 'The time as HH:MM:SS'
like "a PIN of two is too short" "$work/lines" 'That is too short'
like "a wrong word is named" "$work/lines" '\(word 5\)'
like "what is not asked for does not lead on" "$work/lines" 'choose what it says above'
like "its end" "$work/lines" '^That was the tour'
unlike "nothing is said to be recorded" "$work/lines" '^ *\. [0-9]'
printf 'pause\n' | "$bin/ceremony" tour --plain >"$work/lines" 2>&1
is "left at once" $? 1
: | "$bin/ceremony" tour --plain >"$work/lines" 2>&1
is "nobody there" $? 3

# ---- the crib sheet ----------------------------------------------------------------------------

ok "the crib sheet as text" "$bin/ceremony" tour --paper "$work/crib.txt"
like "with every key" "$work/crib.txt" '^F10 +Ctrl-X +abort for good'
"$bin/ceremony" help keys | sed -n 's/^| \(F[0-9]*\) | \([^|]*\) | .*/\1 +\2/p' >"$work/rows"
while read -r row; do like "the key $row" "$work/crib.txt" "^$row"; done <"$work/rows"
ok "as PDF" "$bin/ceremony" tour --paper "$work/crib.pdf"
if have pdftotext; then
	pdftotext -layout "$work/crib.pdf" "$work/pdf.txt"
	like "which can be read" "$work/pdf.txt" 'F10 +Ctrl-X +abort for good'
	is "on one page" "$(tr -cd '\f' <"$work/pdf.txt" | wc -c)" 1
fi
exits 2 "another kind of file" "$bin/ceremony" tour --paper "$work/crib.doc"
exits 2 "no file" "$bin/ceremony" tour --paper
exits 2 "an unknown option" "$bin/ceremony" tour --loud
exits 3 "no terminal" "$bin/ceremony" tour
exits 3 "a folder that is not there" "$bin/ceremony" tour --paper "$work/none/crib.pdf"

# ---- on the full screen ------------------------------------------------------------------------

have tmux || done_testing
. scripts/e2e/terminal.sh
terminal "'$bin/ceremony' tour"

seen 'Nothing here is recorded'
keys Enter
seen 'Your name'
keys A d a Enter 2 5
seen 'The time as HH:MM:SS'
keys C-u 0 9 : 0 0 Enter
seen 'prompt. Press Esc'
keys Escape
seen 'longer than the screen'
keys NPage NPage NPage NPage
seen 'PgUp: [0-9]+ more above ─'
keys Enter
seen 'Press F1'
keys F1
seen 'The keys are tried out'
keys Escape
seen 'I have tried it'
keys Enter
seen 'Choose not to sign'
keys 1 Enter
seen 'NOT TAKEN'
keys 2 Enter
seen 'Find Copenhagen'
keys c o p Enter
seen 'Press F3'
keys F3
seen 'Press F5'
keys F5
seen 'typed twice'
keys 1 2 3 4 Enter 1 2 3 4 Enter
seen 'you alone press Enter'
keys Enter
seen '1 academic'
keys x
seen 'It is hidden'
keys Enter
seen 'Word 1 of 5'
letters 'acad echo tras zero deci '
keys Enter
seen 'Word 4 of 5, again'
letters 'husb '
seen 'All words are there'
keys Enter
seen 'Type [A-Za-z]+:'
word=$(sed -n 's/.*Type \([A-Za-z]*\):.*/\1/p' "$work/.screen")
letters "$word"
seen "Type $word: ${word}_"
keys Enter
seen 'Press F10'
keys F10
seen 'ABORT THE CEREMONY'
keys a
seen 'Type [A-Za-z]+: __'
letters "$(sed -n 's/.*Type \([A-Za-z]*\): _.*/\1/p' "$work/.screen")"
keys Enter
seen 'Press F2'
keys F2
seen 'Pause the ceremony'
keys Enter
seen 'That was the tour'
keys Enter
ended "screen: to the end" 0
done_testing

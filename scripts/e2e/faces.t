#!/bin/sh
# faces.t: one whole ceremony in each face: from answers, line by line and on the full
# screen, the latter two typed by a driver that reads the screen as a person does. All three
# leave the same transcript, and no secret stays anywhere.
. scripts/e2e/lib.sh
have tmux || skip_all "tmux is not installed"
. scripts/e2e/faces.sh

# ---- from answers -------------------------------------------------------------------------

room=$work/answers
mkdir -p "$room/media/requests" "$room/media/output"
cp scripts/fixtures/requests/intermediate-[12].csr "$room/media/requests/"
thirty_three=$(awk 'BEGIN { for (i = 0; i < 33; i++) printf "%szero", i ? " " : "" }')
sed "s/^words\.1 = @shown\$/words.1 = $thirty_three\nwords.1.2 = @shown/" scripts/ceremonies/rehearsal.answers.ini >"$room/answers.ini"
ok "answers: a whole ceremony" "$bin/ceremony" run scripts/ceremonies/rehearsal.ini --record "$room/record" \
	--media "$room/media" --answers "$room/answers.ini"
sequence "$room/record" >"$work/wanted"
like "answers: the wrong share is on the record" "$work/wanted" '^failed\|backup\|enter\|0$'

# ---- line by line ---------------------------------------------------------------------------

custodians='Clara Cruz:Cyril Chen:Cosima Conti:Conrad Cole:Carmen Castro' witnesses='Wanda Weber:Wim de Wit' auditor='Aiko Arai'
begin plain --plain
room_said
pins_said
serial_said
both
asked '^User PIN' "$pin"
asked 'read aloud and written' yes
until_seen 'first two words'
asked 'first two words' "$(aloud 1 | awk '{ print $1, $2 }')"
both
both
for n in 1 2 3 4 5; do
	asked 'type alone' alone
	until_seen 'Press Enter when it is written'
	words_shown
	asked 'Press Enter when' ''
	asked 'written down every word' yes
	if [ "$n" -eq 1 ]; then
		asked 'Word 1 of 33' "$(wrong_seventh)"
		until_seen 'NOT TAKEN.*'
		screen >"$room/refused"
		like "plain: the wrong word's place is named" "$room/refused" '\(word 7\)'
		unlike "plain: the right word is not shown" "$room/refused" "(^|[^a-z])$(awk '{ print $7 }' "$room/words")([^a-z]|\$)"
	fi
	asked 'Word 1 of 33' "$(cat "$room/words")"
done
pins_said
serial_said
both
asked '^User PIN' "$pin"
asked 'The medium is in' yes
for n in 1 2; do
	until_seen "Compare intermediate-$n"
	types_said 'the sheet'
done
for n in 1 2; do
	until_said "Review the certificate for intermediate-$n"
	asked 'do not sign' 1
done
both
asked 'Go on' yes
both
asked 'read aloud, and written down' yes
asked 'The medium is in' yes
look_at_processes
sealed_said Wanda Wim Aiko
sequence "$room/record" >"$work/got"
same "plain: the transcript is that of the answers" "$work/got" "$work/wanted"
like "plain: each event is told in words" "$room/scrollback" '^ *\. [0-9]+ +[0-9:]+ +Two people confirm the clock - answered'
like "plain: the world's work too" "$room/scrollback" '^ *\. [0-9]+ +[0-9:]+ +Root key - make a key - done'
unlike "plain: and never by the name of an op" "$room/scrollback" ' - [a-z]+-[a-z]+ - '
printf '%s\n' "$so_pin" "$pin" 'phrase of' >"$work/secrets"
if grep -F -f "$work/secrets" "$room/scrollback" >"$work/.hits"; then
	fail "plain: no PIN and no passphrase was echoed"
	diag "$work/.hits"
else
	pass "plain: no PIN and no passphrase was echoed"
fi
tm kill-server

# ---- on the full screen -----------------------------------------------------------------------

begin screen
room_typed
until_seen 'Choose the security officer'
pins_typed
serial_typed
agree 'Make the root key' picked
until_seen 'Log in to the token'
line "$pin"
until_seen 'The root key has been made'
read_on
keys Enter
until_seen 'Review the root certificate'
read_on
hand "$(aloud 1 | awk '{ print $1, $2 }')"
until_seen ' Enter +Olga Olsen agrees' # an Enter that came with the one before would be too fast for a hand
keys Enter
until_seen '✓ .* agrees'
keys Enter
agree 'Back up the root key' picked
for n in 1 2 3 4 5; do
	until_seen "Share $n of 5"
	keys Enter
	until_seen 'Any key hides it'
	words_shown
	keys x
	until_seen 'It is hidden'
	keys Enter
	until_seen "Share $n: type it back"
	if [ "$n" -eq 1 ]; then
		for word in $(wrong_seventh); do letters "$word "; done
		until_seen 'All words are there'
		screen | tr -cs '[:alpha:]' '\n' | sort -u >"$room/before" # a word of the share may stand in the screen's own text
		keys Enter
		until_seen 'NOT TAKEN'
		screen >"$room/refused"
		like "screen: the wrong word's place is named" "$room/refused" '\(word 7\)'
		tr -cs '[:alpha:]' '\n' <"$room/refused" | grep -vxF -f "$room/before" >"$room/new"
		unlike "screen: the right word is not shown" "$room/new" "^$(awk '{ print $7 }' "$room/words")\$"
		until_seen 'Word 7 of 33, again'
		letters "$(awk '{ print $7 }' "$room/words") "
	else
		for word in $(cat "$room/words"); do letters "$word "; done
	fi
	until_seen 'All words are there'
	keys Enter
done
until_seen 'rehearsal-second,'
pins_typed
serial_typed
agree 'Restore the root key into' picked
until_seen 'Log in to the token'
line "$pin"
until_seen 'Insert the request medium'
keys Enter
for n in 1 2; do
	until_seen "Compare intermediate-$n"
	read_on
	types_seen
done
for n in 1 2; do
	until_seen "certificate for intermediate-$n"
	read_on
	line 1
done
agree 'Sign the certificates' picked
until_seen 'Make the first revocation list'
keys Enter
agree 'Review the revocation list'
until_seen 'Read the words of what was signed aloud'
list=$(sha256sum "$room/record/ceremonies/0001-root-generation/crls/root.crl" | cut -c 1-64 | sed 's/..../& /g')
is "full screen: the list's SHA-256 is that of the file" "$(screen | sed 's/.*│//' | tr -s ' \n' '  ' | grep -cF "$(echo "$list" | cut -d ' ' -f 1-8)")" 1
aloud 1 | grep -Eq '^ *([A-Za-z]+ +){3}[A-Za-z]+ *$' && pass "full screen: its words are read aloud" || fail "full screen: its words are read aloud"
read_on
keys Enter
until_seen 'Insert the output medium'
look_at_processes
keys Enter
sealed_typed Wanda Wim Aiko
like "screen: the verdict stays on the terminal" "$room/scrollback" '^VERIFIED: every line'
sequence "$room/record" >"$work/got"
same "screen: the transcript is that of the answers" "$work/got" "$work/wanted"
tr -s ' ' '\n' <"$room/shares" | sort -u >"$work/words"
sed '/^VERIFIED/,$d' "$room/scrollback" >"$work/before" # what follows is the last page, with words of its own
if grep -wF -f "$work/words" "$work/before" >"$work/.hits"; then
	fail "screen: no word of a share is in the terminal's scrollback"
	diag "$work/.hits"
else
	pass "screen: no word of a share is in the terminal's scrollback"
fi
no_secret "screen: nor a PIN or passphrase" "$room/scrollback"
tm kill-server

# ---- the next list, and the recovery after a loss: from answers and in both faces --------------

custodians='' witnesses='Wanda Weber' auditor='' officer_first=''
# next_wanted FILE: a run of $script from these answers; what it leaves is what is wanted.
next_wanted() {
	mkdir -p "$work/$script/media/output"
	cp -r "$work/answers/record" "$work/answers/record.token" "$work/answers/record.cards" "$work/$script/"
	ok "$script, answers: a whole ceremony" "$bin/ceremony" run scripts/ceremonies/$script.ini --record "$work/$script/record" \
		--media "$work/$script/media" --answers "$1"
	sequence "$work/$script/record" 0002 >"$work/wanted"
}
# next_same: this face's transcript is that of the answers.
next_same() {
	sequence "$room/record" 0002 >"$work/got"
	same "$script, $face: the transcript is that of the answers" "$work/got" "$work/wanted"
}
# list_said, list_typed: from the list to the end, in each face.
list_said() {
	asked 'Go on' yes
	both
	asked 'read aloud, and written down' yes
	asked 'The medium is in' yes
	sealed_said Wanda
}
list_typed() {
	until_seen 'Make the next revocation list'
	keys Enter
	agree 'Review the revocation list'
	until_seen 'Read the words of what was signed aloud'
	read_on
	keys Enter
	until_seen 'Insert the output medium'
	keys Enter
	sealed_typed Wanda
}

script=rehearsal-crl
pin=987654321
next_wanted scripts/ceremonies/$script.answers.ini
begin plain --plain
room_said
serial_said
asked '^User PIN' "$pin"
list_said
like "plain: the last page says what to do now" "$room/scrollback" '^What to do now'
like "plain: and what is due" "$room/scrollback" 'Next due: [-0-9]+: next revocation list'
next_same

begin screen
room_typed
serial_typed
until_seen 'Log in to the token'
line "$pin"
list_typed
next_same

# One officer's name is typed twice, and one word of the first card is wrong: both are mended where they are.
script=rehearsal-recover
custodians='Clara Cruz:Conrad Cole:Carmen Castro' officer_first='Ada Adler'
pin=$(sed -n 's/^user-pin = //p' scripts/ceremonies/$script.answers.ini)
so_pin=$(sed -n 's/^so-pin = //p' scripts/ceremonies/$script.answers.ini)
card() { cat "$work/answers/record.cards/share-$1"; }
card 2 | awk '{ $7 = $7 == "academic" ? "zero" : "academic"; print }' >"$work/wrong"
sed "s/^officer\.2 = .*/officer.2 = Ada Adler\nofficer.2.2 = Omar Okafor/; s/^card\.1 = .*/card.1 = $(cat "$work/wrong")\ncard.1.2 = @card share-2/" \
	scripts/ceremonies/$script.answers.ini >"$work/recover.ini"
next_wanted "$work/recover.ini"
like "recover: the wrong word is on the record" "$work/wanted" '^failed\|recover\|share'

begin plain --plain
room_said
pins_said
serial_said
asked '^What became of the lost' 'it fell into the lake'
both
asked 'Word 1 of 33' "$(cat "$work/wrong")"
until_said 'NOT TAKEN.*'
asked 'Word 1 of 33' "$(card 2)"
until_seen 'Share 2 of the 3' # the question before it looks the same
asked 'Word 1 of 33' "$(card 4)"
until_seen 'Share 3 of the 3'
asked 'Word 1 of 33' "$(card 5)"
asked '^User PIN' "$pin"
list_said
like "plain: what was done is said" "$room/scrollback" '^ *Done: the root key is in another token'
next_same

begin screen
room_typed
until_seen 'Choose the security officer'
pins_typed
serial_typed
until_seen 'takes the place of the lost one'
read_on
line 'it fell into the lake'
agree 'takes the place of the lost one' picked
until_seen 'Share 1 of the 3'
for word in $(cat "$work/wrong"); do letters "$word "; done
until_seen 'All words are there'
keys Enter
until_seen 'Word 7 of 33, again'
letters "$(card 2 | awk '{ print $7 }') "
until_seen 'All words are there'
keys Enter
for n in 4 5; do
	until_seen "Share $((n - 2)) of the 3"
	for word in $(card $n); do letters "$word "; done
	until_seen 'All words are there'
	keys Enter
done
until_seen 'Log in to the token'
line "$pin"
list_typed
like "screen: what was done is said" "$room/scrollback" '^ *Done: the root key is in another token'
next_same
done_testing

#!/bin/sh
# faces.t: one whole ceremony in each face: from answers, line by line and on the full
# screen, the latter two typed by a driver that reads the screen as a person does. All three
# leave the same transcript, and no secret stays anywhere.
. scripts/e2e/lib.sh
have tmux || skip_all "tmux is not installed"

so_pin=51937264
pin=72846193
TMUX_TMPDIR=$work
export TMUX_TMPDIR
unset TMUX TMUX_PANE

tm() { tmux -L faces -f /dev/null "$@"; }
trap 'tm kill-server 2>/dev/null; finish' EXIT

# screen: what the person sees; gave_up WHY: the driver waits for what does not come.
screen() { tm capture-pane -p -t face; }
gave_up() {
	fail "$face: $1"
	screen | diag
	done_testing
}

# until_seen PATTERN: waits for a line of the screen.
until_seen() {
	tries=0
	until screen | grep -Eq -e "$1"; do
		[ $((tries += 1)) -le 200 ] || gave_up "never came: $1"
		sleep 0.05
	done
}

# keys KEY..., letters TEXT, line TEXT
keys() { tm send-keys -t face "$@"; }
letters() { tm send-keys -t face -l "$1"; }
line() {
	[ -z "$1" ] || letters "$1"
	keys Enter
}

# begin FACE [OPTION]: the ceremony $script in a terminal of 80 by 25.
script=rehearsal
begin() {
	face=$1
	shift
	room=$work/$script-$face
	mkdir -p "$room/media/requests" "$room/media/output"
	cp scripts/fixtures/requests/intermediate-[12].csr "$room/media/requests/"
	if [ "$script" != rehearsal ]; then # it goes on with what the answers made
		cp -r "$work/answers/record" "$work/answers/record.token" "$room/"
	fi
	cat >"$room/run" <<-END
		'$bin/ceremony' run scripts/ceremonies/$script.ini --record '$room/record' --media '$room/media' $*
		echo \$? >'$room/status'
	END
	tm new-session -d -s face -x 80 -y 25 "sh '$room/run'" \; \
		set -g status off \; set -g remain-on-exit on \; set -g history-limit 20000
	tm resize-window -t face -x 80 -y 25 2>"$work/err"
}

# now: a watch that goes right.
now() { date -u +%H:%M:%S; }

# words_shown: the share on the screen, in the order of its numbers; keeps it in $room/secrets.
words_shown() {
	screen | sed 's/.*│//' | grep -E '^ *([0-9]+ +[a-z]+ *)+$' | tr -s ' ' '\n' |
		awk '/^[0-9]+$/ { n = $0; next } /^[a-z]+$/ { word[n] = $0; if (n + 0 > most) most = n + 0 }
		     END { for (i = 1; i <= most; i++) printf "%s%s", word[i], i < most ? " " : "\n" }' >"$room/words"
	[ "$(wc -w <"$room/words")" -eq 33 ] || gave_up "33 words are not on the screen"
	cat "$room/words" >>"$room/shares"
}

# wrong_seventh: the same with another word at the seventh place.
wrong_seventh() {
	awk '{ $7 = $7 == "academic" ? "zero" : "academic"; print }' "$room/words"
}

# aloud N: the Nth line of what is to be read aloud, without the number that stands before it on the full screen.
aloud() {
	screen | sed 's/.*│//' | awk -v n="$1" 'seen && NF { if (++i == n) { sub(/^ *[0-9]+ +/, ""); print; exit } } tolower($0) ~ /read aloud[,:]/ { seen = 1 }'
}

# types_said WHOSE: the plain face: the two words that are asked for, of the sixteen that are shown.
types_said() {
	until_seen "Type words [0-9]* and [0-9]* of $1"
	asked "Type words [0-9]* and [0-9]* of $1" "$(screen | awk '
		/^    / { for (i = 1; i <= NF; i++) word[++n] = $i; next }
		match($0, /Type words [0-9]+ and [0-9]+/) { split(substr($0, RSTART, RLENGTH), part); found = word[n - 16 + part[3]] " " word[n - 16 + part[5]] }
		END { print found }')"
}

# types_seen: the same on the screen.
types_seen() {
	picked=$(screen | sed -n 's/.*Type words \([0-9]*\) and \([0-9]*\) of.*/\1 \2/p')
	hand "$({ echo "$picked"; for i in 1 2 3 4; do aloud $i; done; } | awk 'NR == 1 { a = $1; b = $2; next }
		{ for (i = 1; i <= NF; i++) word[++n] = $i } END { print word[a], word[b] }')"
}

# secrets: all that must stay nowhere, a line each.
secrets() {
	printf '%s\n' "$so_pin" "$pin" 'phrase of Wanda' 'phrase of Wim' 'phrase of Aiko'
	awk '{ for (i = 1; i + 3 <= NF; i += 4) print $i, $(i + 1), $(i + 2), $(i + 3) }' "$room/shares"
}

# no_secret NAME FILE...: none of them is in these files.
no_secret() {
	name=$1
	shift
	secrets >"$work/secrets"
	if [ $# -gt 0 ] && [ "$(wc -l <"$work/secrets")" -eq 45 ] && ! grep -raF -f "$work/secrets" "$@" >"$work/.hits"; then
		pass "$name"
	else
		fail "$name"
		diag "$work/.hits"
	fi
}

# child_of PID: its first child process.
child_of() {
	for s in /proc/[0-9]*/stat; do # one by one: processes come and go
		awk -v parent="$1" '$4 == parent { print $1 }' "$s" 2>"$work/err"
	done | head -n 1
}

# look_at_processes: what the system shows of the conductor and its helpers.
look_at_processes() {
	conductor=$(child_of "$(tm list-panes -t face -F '#{pane_pid}')")
	num=0
	for p in /proc/[0-9]*; do
		who=${p#/proc/}
		[ "$who" = "$conductor" ] || [ "$(awk '{ print $4 }' "$p/stat" 2>"$work/err")" = "$conductor" ] || continue
		num=$((num + 1))
		cat "$p/cmdline" "$p/environ" 2>"$work/err" | tr '\0' '\n' >>"$room/processes"
	done
	is "$face: a conductor and three helpers run" "$num" 4
	like "$face: and can be looked at" "$room/processes" 'ceremony-token$'
	no_secret "$face: no secret in their command lines and environments" "$room/processes"
}

# ends: the pane's program has ended well, and its record is whole; with the root's own shares, no secret is in it.
ends() {
	tries=0
	until [ -s "$room/status" ]; do
		[ $((tries += 1)) -le 200 ] || gave_up "it does not end"
		sleep 0.05
	done
	is "$face: it ends with status 0" "$(cat "$room/status")" 0
	ok "$face: the record verifies" "$bin/ceremony-verify" "$room/record"
	[ "$script" != rehearsal ] || no_secret "$face: no secret in the record and on the media" "$room/record" "$room/media"
	tm capture-pane -p -t face -S - >"$room/scrollback"
	[ -s "$room/scrollback" ] || gave_up "no scrollback to look at"
}

# sequence DIR: what happened, and what was shown and asked, without times, random values and keys.
sequence() {
	opened "$(echo "$1"/ceremonies/"${2:-0001}"-*)" | perl -MJSON::PP -ne '$e = decode_json($_); $p = $e->{data}{prompt} // "";
		$p =~ s/^([-!] [^:]*): .*/$1/mg; $p =~ s/^(" |  ).*//mg; $p =~ s/[0-9a-f]*[0-9][0-9a-f]*/N/g;
		print join("|", @$e{qw(type step turn round)}, grep { length } split /\n/, $p), "\n"'
}

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

# asked PATTERN TEXT: the question that waits for an answer now, and the answer.
asked() {
	tries=0
	until screen | grep -v '^ *$' | tail -n 5 | awk -v want="$1" '$0 ~ want { seen = NR } { last = $0 } END { exit !(seen && last ~ /^> *$/) }'; do
		[ $((tries += 1)) -le 200 ] || gave_up "never asked: $1"
		sleep 0.05
	done
	line "$2"
}
# until_said PATTERN: the same as until_seen, for a line that may have scrolled away.
until_said() {
	tries=0
	until tm capture-pane -p -t face -S - | grep -Eq -e "$1"; do
		[ $((tries += 1)) -le 200 ] || gave_up "never said: $1"
		sleep 0.05
	done
}
both() {
	picked 'Olga Olsen agrees'
	picked 'Omar Okafor agrees'
}
# picked PATTERN: the word that stands under it: another one each time, where it cannot be undone.
picked() {
	asked "$1" "$(until_seen "$1" && screen | awk -v want="$1" '$0 ~ want { word = ""; on = 1 }
		on && /Type yes to confirm/ { word = "yes" }
		on && match($0, /To do it, type [A-Za-z]+/) { word = substr($0, RSTART + 15, RLENGTH - 15); on = 0 } END { print word }')"
}

begin plain --plain
asked '^Administrator' 'Ada Adler'
asked '^Officer 1' 'Olga Olsen'
asked '^Officer 2' 'Omar Okafor'
n=0
for name in 'Clara Cruz' 'Cyril Chen' 'Cosima Conti' 'Conrad Cole' 'Carmen Castro'; do
	asked "^Custodian $((n += 1))" "$name"
done
asked '^Witness 1' 'Wanda Weber'
asked '^Witness 2' 'Wim de Wit'
asked '^Auditor' 'Aiko Arai'
asked 'Everyone is here' yes
asked 'Watch of Olga' "$(now)"
asked 'Watch of Wanda' "$(now)"
asked 'We have looked' yes
asked '^SO PIN' "$so_pin"
asked 'The same again' "$so_pin"
asked '^User PIN' "$pin"
asked 'The same again' "$pin"
until_seen 'Serial number on paper'
asked 'Serial number on paper' "$(screen | sed -n 's/^ *serial: *//p' | tail -n 1)"
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
asked '^SO PIN' "$so_pin"
asked 'The same again' "$so_pin"
asked '^User PIN' "$pin"
asked 'The same again' "$pin"
until_seen 'Serial number on paper'
asked 'Serial number on paper' "$(screen | sed -n 's/^ *serial: *//p' | tail -n 1)"
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
for name in Wanda Wim Aiko; do
	until_seen "$name.*: your statement"
	asked 'I say so' yes
	asked '^Your passphrase' "phrase of $name"
	asked 'The same again' "phrase of $name"
done
picked 'Everything has been done'
asked 'Everybody has the words on paper' yes
for name in Wanda Wim Aiko; do
	until_seen "$name.*: sign the checkpoint"
	types_said 'your paper'
	asked '^Your passphrase' "phrase of $name"
done
asked 'Verify the record now' yes
ends
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

# read_on: PgDn until everything has been on the screen.
read_on() {
	sleep 0.1
	tries=0
	while screen | grep -q 'more below'; do
		[ $((tries += 1)) -le 40 ] || gave_up "a text without an end"
		keys NPage
		sleep 0.05
	done
}
# hand TEXT: what is to be typed back: Enter comes when the text is on the screen, else it would count as pasted.
hand() {
	letters "$1"
	until_seen "${1}_"
	keys Enter
}
# agree PATTERN [picked]: both officers.
agree() {
	until_seen "$1"
	read_on
	for one in 1 2; do
		[ -z "${2:-}" ] || types_picked "$one"
		keys Enter
		[ "$one" -eq 2 ] || [ -n "${2:-}" ] || until_seen '✓ .* agrees'
	done
}
# types_picked N: what cannot be undone: the word that stands before the Nth field.
types_picked() {
	picked=$(screen | sed -n 's/.*Type \([A-Za-z]*\): .*/\1/p' | sed -n "${1}p")
	letters "$picked"
	until_seen "Type $picked: ${picked}_"
}

begin screen
until_seen 'Roll call: Administrator'
line 'Ada Adler'
until_seen 'Roll call: Security officers'
line 'Olga Olsen'
line 'Omar Okafor'
until_seen 'Roll call: Share custodians'
for name in 'Clara Cruz' 'Cyril Chen' 'Cosima Conti' 'Conrad Cole' 'Carmen Castro'; do line "$name"; done
until_seen 'Roll call: Witnesses'
line 'Wanda Weber'
line 'Wim de Wit'
until_seen 'Roll call: Auditors'
line 'Aiko Arai'
until_seen 'Is everyone here'
keys Enter
until_seen 'Two people confirm'
line "$(now)"
line "$(now)"
until_seen 'Look at the machine'
read_on
keys Enter
until_seen 'Choose the security officer'
line "$so_pin"
line "$so_pin"
until_seen 'Choose the user PIN'
line "$pin"
line "$pin"
until_seen 'Is this the right token'
serial=$(screen | sed -n 's/.*│ *serial *\([0-9a-f]*\).*/\1/p')
read_on
hand "$serial"
agree 'Make the root key' picked
until_seen 'Log in to the token'
line "$pin"
until_seen 'The root key has been made'
read_on
keys Enter
until_seen 'Review the root certificate'
read_on
hand "$(aloud 1 | awk '{ print $1, $2 }')"
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
line "$so_pin"
line "$so_pin"
until_seen 'Choose the user PIN'
line "$pin"
line "$pin"
until_seen 'Is this the right token'
serial=$(screen | sed -n 's/.*│ *serial *\([0-9a-f]*\).*/\1/p')
read_on
hand "$serial"
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
for name in Wanda Wim Aiko; do
	until_seen "$name.*: your statement"
	keys Enter
	line "phrase of $name"
	line "phrase of $name"
done
until_seen '^── on the record .* tree: [a-z]+ [a-z]+ [a-z]+ [a-z]+ ─'
until_seen 'Close the record'
types_picked 1
keys Enter
until_seen "Read the checkpoint's words aloud"
read_on
keys Enter
for name in Wanda Wim Aiko; do
	until_seen "$name.*: sign the checkpoint"
	read_on
	types_seen
	line "phrase of $name"
done
until_seen 'The record is complete'
keys Enter
until_seen 'VERIFIED: every line'
read_on
keys Enter
ends
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

# ---- the next list, from answers and in both faces --------------------------------------------

script=rehearsal-crl
pin=987654321
mkdir -p "$work/crl/media/output"
cp -r "$work/answers/record" "$work/answers/record.token" "$work/crl/"
ok "list, answers: a whole ceremony" "$bin/ceremony" run scripts/ceremonies/$script.ini --record "$work/crl/record" \
	--media "$work/crl/media" --answers scripts/ceremonies/$script.answers.ini
sequence "$work/crl/record" 0002 >"$work/wanted"

begin plain --plain
asked '^Administrator' 'Ada Adler'
asked '^Officer 1' 'Olga Olsen'
asked '^Officer 2' 'Omar Okafor'
asked '^Witness' 'Wanda Weber'
asked 'Everyone is here' yes
asked 'Watch of Olga' "$(now)"
asked 'Watch of Wanda' "$(now)"
asked 'We have looked' yes
until_seen 'Serial number on paper'
asked 'Serial number on paper' "$(screen | sed -n 's/^ *serial: *//p' | tail -n 1)"
asked '^User PIN' "$pin"
asked 'Go on' yes
both
asked 'read aloud, and written down' yes
asked 'The medium is in' yes
asked 'I say so' yes
asked '^Your passphrase' 'phrase of Wanda'
asked 'The same again' 'phrase of Wanda'
picked 'Everything has been done'
asked 'Everybody has the words on paper' yes
until_seen 'Wanda.*: sign the checkpoint'
types_said 'your paper'
asked '^Your passphrase' 'phrase of Wanda'
asked 'Verify the record now' yes
ends
like "plain: the last page says what to do now" "$room/scrollback" '^What to do now'
like "plain: and what is due" "$room/scrollback" 'Next due: [-0-9]+: next revocation list'
sequence "$room/record" 0002 >"$work/got"
same "list, plain: the transcript is that of the answers" "$work/got" "$work/wanted"
tm kill-server

begin screen
until_seen 'Roll call: Administrator'
line 'Ada Adler'
until_seen 'Roll call: Security officers'
line 'Olga Olsen'
line 'Omar Okafor'
until_seen 'Roll call: Witnesses'
line 'Wanda Weber'
until_seen 'Is everyone here'
keys Enter
until_seen 'Two people confirm'
line "$(now)"
line "$(now)"
until_seen 'Look at the machine'
read_on
keys Enter
until_seen 'Is this the right token'
serial=$(screen | sed -n 's/.*│ *serial *\([0-9a-f]*\).*/\1/p')
read_on
hand "$serial"
until_seen 'Log in to the token'
line "$pin"
until_seen 'Make the next revocation list'
keys Enter
agree 'Review the revocation list'
until_seen 'Read the words of what was signed aloud'
read_on
keys Enter
until_seen 'Insert the output medium'
keys Enter
until_seen 'Wanda.*: your statement'
keys Enter
line 'phrase of Wanda'
line 'phrase of Wanda'
until_seen 'Close the record'
types_picked 1
keys Enter
until_seen "Read the checkpoint's words aloud"
read_on
keys Enter
until_seen 'Wanda.*: sign the checkpoint'
read_on
types_seen
line 'phrase of Wanda'
until_seen 'The record is complete'
keys Enter
until_seen 'VERIFIED: every line'
read_on
keys Enter
ends
sequence "$room/record" 0002 >"$work/got"
same "list, screen: the transcript is that of the answers" "$work/got" "$work/wanted"

done_testing

# faces.sh: what faces.t drives a ceremony with, in a terminal of tmux: it types, and reads the screen as a person does.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # what is set here or there is used in the other

so_pin=51937264
pin=72846193
. scripts/e2e/terminal.sh

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
	terminal "'$bin/ceremony' run scripts/ceremonies/$script.ini --record '$room/record' --media '$room/media' $*"
}

# now: a watch that goes right.
now() { date -u +%H:%M:%S; }

# until_asked PATTERN: waits until that question waits for an answer. asked PATTERN TEXT: and answers it.
until_asked() {
	tries=0
	until screen | grep -v '^ *$' | tail -n 5 | awk -v want="$1" '$0 ~ want { seen = NR } { last = $0 } END { exit !(seen && last ~ /^> *$/) }'; do
		[ $((tries += 1)) -le 200 ] || gave_up "never asked: $1"
		sleep 0.05
	done
}
asked() {
	until_asked "$1"
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
	until_asked "$1" # an earlier one may still be in sight
	line "$(screen | awk -v want="$1" '$0 ~ want { word = ""; on = 1 }
		on && /Type yes to confirm/ { word = "yes" }
		on && match($0, /To do it, type [A-Za-z]+/) { word = substr($0, RSTART + 15, RLENGTH - 15); on = 0 } END { print word }')"
}

# room_said, room_typed: line by line and on the full screen: the roll call, the clock and the machine, with the people of $custodians,
# $witnesses (names between colons) and $auditor; for the second officer $officer_first is tried first, and refused.
custodians='' witnesses='' auditor='' officer_first=''
room_said() {
	asked '^Administrator' 'Ada Adler'
	asked '^Officer 1' 'Olga Olsen'
	if [ -n "$officer_first" ]; then
		asked '^Officer 2' "$officer_first"
		asked '^Officer 1' 'Olga Olsen'
	fi
	asked '^Officer 2' 'Omar Okafor'
	for role in Custodian Witness; do
		[ $role = Custodian ] && names=$custodians || names=$witnesses
		n=0
		while [ -n "$names" ]; do
			n=$((n + 1))
			asked "^$role( $n)?" "${names%%:*}"
			case $names in *:*) names=${names#*:} ;; *) names='' ;; esac
		done
	done
	[ -z "$auditor" ] || asked '^Auditor' "$auditor"
	asked 'Everyone is here' yes
	asked 'Watch of Olga' "$(now)"
	asked 'Watch of Wanda' "$(now)"
	asked 'We have looked' yes
}
room_typed() {
	until_seen 'Roll call: Administrator'
	line 'Ada Adler'
	until_seen 'Roll call: Security officers'
	line 'Olga Olsen'
	if [ -n "$officer_first" ]; then
		line "$officer_first"
		until_seen 'NOT TAKEN'
		until_seen '▶ Officer 2'
	fi
	line 'Omar Okafor'
	for role in 'Share custodians' Witnesses Auditors; do
		case $role in S*) names=$custodians ;; W*) names=$witnesses ;; A*) names=$auditor ;; esac
		[ -z "$names" ] || until_seen "Roll call: $role"
		while [ -n "$names" ]; do
			line "${names%%:*}"
			case $names in *:*) names=${names#*:} ;; *) names='' ;; esac
		done
	done
	until_seen 'Is everyone here'
	read_on
	keys Enter
	until_seen 'Two people confirm'
	line "$(now)"
	line "$(now)"
	until_seen 'Look at the machine'
	read_on
	keys Enter
}

# pins_said, pins_typed: both PINs of a token that is initialised, the screen waits for the first; serial_said, serial_typed: and its
# serial number, which stands there.
pins_said() {
	asked '^SO PIN' "$so_pin"
	asked 'The same again' "$so_pin"
	asked '^User PIN' "$pin"
	asked 'The same again' "$pin"
}
pins_typed() {
	line "$so_pin"
	line "$so_pin"
	until_seen 'Choose the user PIN'
	line "$pin"
	line "$pin"
}
serial_said() {
	until_seen 'Serial number on paper'
	asked 'Serial number on paper' "$(screen | sed -n 's/^ *serial: *//p' | tail -n 1)"
}
serial_typed() {
	until_seen 'Is this the right token'
	serial=$(screen | sed -n 's/.*│ *serial *\([0-9a-f]*\).*/\1/p')
	read_on
	hand "$serial"
}

# sealed_said, sealed_typed NAME...: what those people sign, from their statements to the last page.
sealed_said() {
	for name; do
		until_seen "$name.*: your statement"
		asked 'I say so' yes
		asked '^Your passphrase' "phrase of $name"
		asked 'The same again' "phrase of $name"
	done
	picked 'Everything has been done'
	asked 'Everybody has the words on paper' yes
	for name; do
		until_seen "$name.*: sign the checkpoint"
		types_said 'your paper'
		asked '^Your passphrase' "phrase of $name"
	done
	asked 'Verify the record now' yes
	ends
}
sealed_typed() {
	for name; do
		until_seen "$name.*: your statement"
		keys Enter
		line "phrase of $name"
		line "phrase of $name"
	done
	until_seen '^── on the record .* tree: [A-Za-z]+ [A-Za-z]+ [A-Za-z]+ [A-Za-z]+ ─'
	until_seen 'Close the record'
	types_picked 1
	keys Enter
	until_seen "Read the checkpoint's words aloud"
	read_on
	keys Enter
	for name; do
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
}

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

# read_on: PgDn until everything has been on the screen: one at a time, or the Enter that follows would come with one of them.
read_on() {
	until_seen 'Enter: (more|answer)' # the last line is painted last
	while far=$(screen | grep 'more below'); do
		keys NPage
		soon further || gave_up "a text without an end"
	done
}
further() { [ "$(screen | grep 'more below')" != "$far" ]; }
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
	until_seen "Type [A-Za-z]+: "
	until [ "$(screen)" = "$(sleep 0.2 && screen)" ]; do :; done # the word of the prompt before may still be in sight
	picked=$(screen | sed -n 's/.*Type \([A-Za-z]*\): .*/\1/p' | sed -n "${1}p")
	letters "$picked"
	until_seen "Type $picked: ${picked}_"
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
	ended "$face: it ends with status 0" 0
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

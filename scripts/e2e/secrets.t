#!/bin/sh
# secrets.t: planted PINs, dice, passphrases, and the words of the shares: they stand in no record, report, argument list,
# environment, message or core file, in no memory once they were used, and on no medium but the custodians' own.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
cd "$work" || bail "no folder"
[ -r /proc/self/environ ] || skip_all "there is no /proc"
mkdir -p media/cards media/witnesses seen
# shellcheck disable=SC3045 # dash and bash both have it
ulimit -c unlimited 2>err || ulimit -c 0

# Values that occur nowhere else.
sed 's/987654321/715283946/; s/123456789/625174839/; s/975318642/835296417/; s/246813579/915382746/
	s/correct horse battery/Zwetschgenkuchen-42/; s/first witness phrase/Quarkstrudel mit Mohn/' \
	"$c/rehearsal-groups.answers.ini" >answers.ini
for n in 1 2 3 4 5 6 7 8; do printf 'card-file.%s = write\n' $n; done >cards.ini
sed -i '/^words.1 = @shown/r cards.ini' answers.ini
sed '/^set = /a\
cards = cards' "$c/rehearsal-groups.ini" >script.ini
cat >planted <<'PLANTED'
715283946
625174839
835296417
915382746
Zwetschgenkuchen
Quarkstrudel
4135262614
41352626145234165213
PLANTED

# watch PID: what the arguments and environments of that process and its helpers say, time after time, until it ends.
watch() {
	while kill -0 "$1" 2>/dev/null; do
		for p in "$1" $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
			cat "/proc/$p/cmdline" 2>/dev/null | tr '\0' '\n' >>seen/argv
			cat "/proc/$p/environ" 2>/dev/null | tr '\0' '\n' >>seen/environ
			sed -n "s/^Max core file size *\([^ ]*\) .*/$p \1/p" "/proc/$p/limits" >>seen/limits 2>/dev/null
		done
		sleep 0.05
	done
}

"$bin/ceremony" run script.ini --record record --media media --profiles "$root/scripts/profiles" \
	--answers answers.ini >said 2>&1 &
pid=$!
watch $pid
wait $pid
is "a whole ceremony with planted secrets" $? 0
ok "verifies" "$bin/ceremony-verify" record
like "the helpers were watched" seen/argv 'ceremony-token'
like "and the conductor" seen/argv '^run$'
if [ "$(id -u)" = 0 ]; then
	like "their environment was seen" seen/environ '.'
else
	skip "their environment" "only root may look into the environment of others"
fi

# What each share says, but for its first four words, which are no secret: three words in a row.
for n in 1 2 3 4 5 6 7 8; do
	perl -ne '@w = split; print "$w[$_] $w[$_ + 1] $w[$_ + 2]\n" for 4 .. $#w - 2' "record.cards/share-$n"
done >>planted
is "shares of all eight custodians are looked for" "$(wc -l <planted)" $((8 + 8 * 27))
# And a piece of each card's code, as it stands in an SVG; and each card's hash.
for n in 1 2 3 4 5 6 7 8; do
	card=media/cards/example-root-e1-e1-share-$n
	grep -o 'd="M0 0.*' "$card.svg" | cut -c 4001-4200
	sha256sum "$card.svg" "$card.pdf" | cut -d ' ' -f 1
done >of-cards
is "and their cards" "$(wc -l <of-cards)" 24
cat of-cards >>planted

# nowhere NAME FILE...: none of the planted values is in any of these files or folders, as text, base64 or hex.
perl -MMIME::Base64 -ne 'chomp; print unpack("H*", $_), "\n"; for my $pad (0 .. 2) {
	my $b = encode_base64(("x" x $pad) . $_, ""); print substr($b, $pad ? 4 : 0, length($b) - 8), "\n" if length($b) >= 20 }' \
	planted >disguised
nowhere() {
	name=$1
	shift
	grep -rFl -f planted "$@" >hits 2>err
	grep -rFl -f disguised "$@" >>hits 2>>err
	is "nothing of it in $name" "$(cat hits err)" ''
}
nowhere "the record" record
nowhere "the report" record/ceremonies/0001-root-generation/report.txt
mv media/cards cards
nowhere "what the other media hold" media
mv cards media/cards
is "each card is on the custodians' medium" "$(for n in 1 2 3 4 5 6 7 8; do
	grep -lF -f of-cards media/cards/*-share-$n.svg
done | wc -l)" 8
nowhere "arguments" seen/argv
nowhere "environments" seen/environ
nowhere "what was said" said

# The check finds what there is.
cp answers.ini planted-copy
grep -qFf planted planted-copy
is "the search finds a planted value" $? 0
cut -d ' ' -f 9-13 record.cards/share-3 | perl -MMIME::Base64 -ne 'chomp; print encode_base64("xy$_ zzz", "")' >hidden
grep -qFf disguised hidden
is "and one in base64" $? 0

# ---- a crash in the middle leaves no core --------------------------------------------------------------------

# The last word of each: it is the first thing that a program does.
awk '{ last[$1] = $2 } END { for (p in last) print last[p] }' seen/limits >limits
is "no process may leave a core" "$(grep -v '^0$' limits)" ''
is "conductor and helpers were asked" "$([ "$(wc -l <limits)" -ge 3 ] && echo yes)" yes
mkdir crash
preload cut
dealt=$(grep -n '"op":"share-split"' record/ceremonies/*/transcript.jsonl | tail -n 1 | cut -d : -f 1)
cd crash || bail "no folder"
CUT="synced:$((dealt + 4))" CUT_SIGNAL=6 LD_PRELOAD=$work/cut.so "$bin/ceremony" run "$work/script.ini" --record "$work/crashed" \
	--media "$work/media" --profiles "$root/scripts/profiles" --answers "$work/answers.ini" >"$work/said" 2>&1
[ $? -gt 128 ]
is "killed while the shares are dealt" $? 0
cd "$work" || bail "no folder"
is "there is no core file" "$(find . -name core -o -name 'core.*')" ''
nowhere "what it had written" crashed
ok "the ceremony is resumed all the same" "$bin/ceremony" resume --record crashed --media media --answers answers.ini
ok "and verifies" "$bin/ceremony-verify" crashed

# ---- the memory of those who had them ----------------------------------------------------------------------

if [ "$(id -u)" = 0 ] && have perl; then
	rm -rf media/cards/*
	ok "a ceremony by pipes, until the shares are dealt" perl "$root/scripts/e2e/memory.pl" dealt "$bin/ceremony" run script.ini \
		--record piped --media media --profiles "$root/scripts/profiles" --plain
	cp out memory
	like "the conductor was looked at while it showed a share, and had it" memory '^showing [0-9]+ found [1-9]'
	like "afterwards it has nothing of any" memory '^conductor [0-9]{7,} found 0 looked-for [0-9]+$'
	like "nor has the media process, which wrote the cards" memory '^media [0-9]{7,} found 0 looked-for [0-9]+$'
	like "the look finds what is there: its own" memory '^itself [0-9]+ found ([0-9]+) looked-for \1$'
	is "the cards were written" "$(find media/cards -name '*.svg' | wc -l)" 8
	is "all the shares were looked for" "$(grep -c '^\([a-z]* \)\{32\}[a-z]*$' dealt)" 8
else
	skip "the memory of those who had them" "only root may look into the memory of others"
fi
done_testing

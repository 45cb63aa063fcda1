#!/bin/sh
# rollback.t: an old copy of the record, one that was cut back, and one that went another way are
# noticed by what the token remembers, and by a checkpoint that a medium kept; what stands in the
# transcript about it cannot be edited.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
f=$root/scripts/fixtures
cd "$work" || bail "no folder"
mkdir -p media/requests media/output
cp "$f/requests/intermediate-1.csr" "$f/requests/intermediate-2.csr" media/requests/

run() {
	rm -f media/output/root*.crl media/output/*.pem
	"$bin/ceremony" run "$c/$1.ini" --record "${2:-record}" --media media --answers "$c/$1.answers.ini"
}
# with RECORD: that copy of the record, and the token of today
with() {
	rm -rf copy copy.token
	cp -r "$1" copy
	cp -r record.token copy.token
}
last() {
	ls -d "$1"/ceremonies/* | tail -n 1
}
# rechain FOLDER: makes the chain of an edited transcript whole again, as a forger would
rechain() {
	prev=$(printf %064d 0)
	while IFS= read -r line; do
		line="${line%,\"prev\":*},\"prev\":\"$prev\"}"
		printf '%s\n' "$line"
		prev=$(printf %s "$line" | sha256sum | cut -d ' ' -f 1)
	done <"$1/transcript.jsonl" >"$1/new"
	mv "$1/new" "$1/transcript.jsonl"
}

ok "the root's ceremony" run rehearsal
cp -r record first
ok "the next list" run rehearsal-crl
cp -r record second
cp -r record.token second.token
ok "and the next" run rehearsal-crl

with second
exits 1 "an old copy of the record" run rehearsal-crl copy
like "is noticed, and which one is newer" err \
	'This record is an old copy: a newer one exists \(the token knows of ceremony 3, this record ends with 2\)'
like "on its record, too" "$(last copy)/transcript.jsonl" '"turn":"mark".*"ERR_MARK_NEWER"'
with first
exits 1 "an older one" run rehearsal-crl copy
like "is noticed" err 'the token knows of ceremony 3, this record ends with 1'

# The last ceremony's close is cut off, and it says that it was ended for good. A forger has what the program shows then from a
# ceremony that was.
with second
rm -rf copy.token && cp -r second.token copy.token
sed 's/^close = yes/close = @abort/' "$c/rehearsal-crl.answers.ini" >ended.ini
printf '\n[abort]\nreason = the power went\ndecided-by = Olga Olsen\nconfirmed-by = Wanda Weber\n' >>ended.ini
exits 1 "one that is ended for good at its close" "$bin/ceremony" run "$c/rehearsal-crl.ini" --record copy --media media \
	--profiles "$root/scripts/profiles" --answers ended.ini
prompt() {
	perl "$root/scripts/e2e/personal.pl" open "$(last copy)" <"$(last copy)/transcript.jsonl" |
		sed -n 's/.*"type":"'"$1"'".*\("prompt":"\([^"\\]\|\\.\)*"\).*/\1/p' | tail -n 1
}
# veil FOLDER: the names in what prompts showed, as that ceremony withholds them
veil() {
	perl -pe 'BEGIN { open my $in, "<", shift @ARGV; while (<$in>) { $of{$2} = "withheld-$1" if /^\{"commitment":"(.{8}).*"value":"(.*)"\}$/ } }
		s/\Q$_\E/$of{$_}/g for sort { length $b <=> length $a } keys %of' "$1/personal.jsonl"
}
at_close=$(prompt aside) at_abort=$(prompt abort)
with record
t=$(last copy)
at_close=$(echo "$at_close" | veil "$t") at_abort=$(echo "$at_abort" | veil "$t")
rm "$t/SHA256SUMS" "$t/checkpoint" "$t/checkpoint.token.sig" "$t"/witnesses/witness-1.[mpsvb]* # not the report, which was written before
last_line=$(tail -n 1 "$t/transcript.jsonl")
step=$(echo "$last_line" | sed 's/.*"type":"close"\(.*\),"data":.*/\1/')
n=$(echo "$last_line" | sed 's/^{"n":\([0-9]*\),.*/\1/')
when=$(echo "$last_line" | sed 's/.*\("time":.*\),"type".*/\1/')
shown=$(echo "$when" | sed 's/.*"time":\("[^"]*"\).*/"shown":\1/')
sed -i '$d' "$t/transcript.jsonl"
why='the power went, they say' # a forger knows how to write what is personal, too
printf '{"commitment":"%s","salt":"%064d","value":"%s"}\n' \
	"$(printf 'ceremony-personal/v1\n%064d\n%s' 0 "$why" | sha256sum | cut -c 1-64)" 0 "$why" >>"$t/personal.jsonl"
{
	echo "{\"n\":$n,$when,\"type\":\"aside\"$step,\"data\":{\"what\":\"abort\",$shown,$at_close},\"prev\":\"\"}"
	echo "{\"n\":$((n + 1)),$when,\"type\":\"abort\"$step,\"data\":{\"reason\":\"$why\",\"decided-by\":\"Olga Olsen\",\"confirmed-by\":\"Wanda Weber\",$shown,$at_abort},\"prev\":\"\"}" |
		sed 's/"turn":"close"/"turn":"abort"/' | perl "$root/scripts/e2e/personal.pl" close "$t"
} >>"$t/transcript.jsonl"
rechain "$t"
ok "nothing in the record tells that its close was cut off" "$bin/ceremony-verify" copy
exits 1 "but the token does" run rehearsal-crl copy
like "and says so" err 'the record was cut back \(the token knows that ceremony 3 was closed'
cp first/ceremonies/0001-*/checkpoint checkpoint1

# Another history: the same ceremony, held with a copy of record and token.
with second
rm -rf copy.token
cp -r second.token copy.token
ok "a copy of both goes another way" run rehearsal-crl copy
rm -rf copy.token
cp -r record.token copy.token
exits 1 "the true token knows better" run rehearsal-crl copy
like "and says so" err 'have gone different ways \(ceremony 3\)'

# An old token and an old record agree; a medium that was kept elsewhere does not.
rm -rf copy copy.token
cp -r second copy
cp -r second.token copy.token
head -n 3 "$(last record)/checkpoint" >media/output/checkpoint-0003
openssl crl -inform DER -in second/ceremonies/0002-crl/crls/root.crl -out keep.pem
cp keep.pem media/output/root.crl
"$bin/ceremony" run "$c/periodic-crl.ini" --record copy --media media --answers "$c/periodic-crl.answers.ini" >out 2>err
is "a medium from elsewhere" "$?" 1
like "says that the record is the older one" err 'the medium knows of ceremony 3, the last one that this record has closed is 2'
rm media/output/*

# The power goes after the sealing's mark was begun: the next start finds it out by itself.
with record
sed '/^\[checkpoint\]/,/^$/d' "$c/rehearsal-crl.answers.ini" >cut.ini
"$bin/ceremony" run "$c/rehearsal-crl.ini" --record copy --media media --answers cut.ini >out 2>err
is "the room goes dark before the close" "$?" 1
cp -r copy dark
like "the token was told that it would close" "$(last copy)/transcript.jsonl" '"turn":"mark".*"held":"yes"'
ok "it is resumed, and closed" "$bin/ceremony" resume --record copy --media media --answers "$c/rehearsal-crl.answers.ini"
ok "and the next goes on" run rehearsal-crl copy
like "from the mark that was made good" "$(last copy)/transcript.jsonl" '"mark":"ceremony-mark v1 rehearsal.example/root-2026 sealed 4 '
ok "it all verifies" "$bin/ceremony-verify" copy

# What the transcript says of the mark is checked again by whoever reads it.
for bad in 's/sealed 4 /sealed 9 /' 's/\(sealed 4 [0-9]* \)./\1x/' 's/root-2026 sealed/root-2027 sealed/' \
	's/"found":"yes","mark":"[^"]*"/"found":"no"/'; do
	rm -rf bent
	cp -r copy bent
	t=$(last bent)
	sed -i "/mark-read/$bad" "$t/transcript.jsonl"
	rechain "$t"
	exits 1 "refused: $bad" "$bin/ceremony-verify" bent
	cat out err >both
	like "at its line" both 'transcript.jsonl line [0-9]+: (This record|The token no longer|The mark)'
done

# Someone removes the mark: people decide, by name, and that is on the record.
if have pkcs11-tool; then
	module=$(ls /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so 2>/dev/null | head -n 1)
	with record
	sed "s|^directories.tokendir.*|directories.tokendir = $work/copy.token|" record.token/softhsm2.conf >copy.token/softhsm2.conf
	SOFTHSM2_CONF=$work/copy.token/softhsm2.conf pkcs11-tool --module "$module" --token-label rehearsal-root --login \
		--pin 987654321 --delete-object --type data --label 'ceremony mark' >out 2>err
	is "someone removes the mark" "$?" 0
	exits 1 "its absence stops the ceremony" run rehearsal-crl copy
	like "and is said" err 'no longer holds the mark'
	with record
	SOFTHSM2_CONF=$work/copy.token/softhsm2.conf
	export SOFTHSM2_CONF
	sed "s|^directories.tokendir.*|directories.tokendir = $work/copy.token|" record.token/softhsm2.conf >copy.token/softhsm2.conf
	pkcs11-tool --module "$module" --token-label rehearsal-root --login \
		--pin 987654321 --delete-object --type data --label 'ceremony mark' >out 2>err
	unset SOFTHSM2_CONF
	sed 's/^serial = .*/&\napproved-by = Olga Olsen\nreason = compared with the copy in the safe/' "$c/rehearsal-crl.answers.ini" >gone.ini
	ok "someone answers for going on" "$bin/ceremony" run "$c/rehearsal-crl.ini" --record copy --media media --answers gone.ini
	on_record "as an exception" "$(last copy)" '"type":"exception".*"turn":"no-mark".*compared with the copy in the safe'
	ok "and the record verifies" "$bin/ceremony-verify" copy
else
	skip "the mark is removed" "pkcs11-tool is not installed (package opensc)"
fi
done_testing

#!/bin/sh
# publish.t: a copy of a record from which every name is gone verifies to the same checkpoints, and is opened again one
# by one; false disclosures are refused.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
cd "$work" || bail "no folder"

# An exception whose texts are personal, a refused answer, somebody who leaves and comes back, a hand-over.
sed -e 's/^watch.1 = .*/watch.1 = Wim has no watch\nwatch.1.2 = @people\nwatch.1.3 = @people\nwatch.1.4 = @people\nwatch.1.5 = @exception\nwatch.1.6 = @now/' \
	-e 's/^watch.2 = .*/&\nwatch.2.2 = @now/' "$c/rehearsal.answers.ini" >answers.ini
grep -q 'watch.1.5' answers.ini || bail "the rehearsal asks for no watch"
cat >>answers.ini <<'END'

[presence]
presence = Wim de Wit
presence.2 = Wim de Wit
presence.3 = hand-over
from = Omar Okafor
to = Oona Oja
reason = Omar misses his train
approver = Ada Adler

[exception]
expected = that Wanda sits
happened = Wanda "The Watch" Weber fainted
decide = now
decided = Wanda is well again
disposition = accepted
approver.1 = Olga Olsen
approver.2 = nobody
END
mkdir -p media/requests media/output media2/output media3/output
cp "$root"/scripts/fixtures/requests/intermediate-[12].csr media/requests/
ok "a ceremony" "$bin/ceremony" run "$c/rehearsal.ini" --record record --media media --answers answers.ini
ok "and one that goes on from it" "$bin/ceremony" run "$c/rehearsal-crl.ini" --record record --media media2 --answers "$c/rehearsal-crl.answers.ini"
ok "its policy" "$bin/ceremony" policy --record record -o policy
# As words, of four letters or more: three stand in base64 by chance.
names='Adler|Olga|Olsen|Omar|Okafor|Oona|Clara|Cruz|Cyril|Cosima|Conti|Conrad|Carmen|Castro|Wanda|Weber|de Wit|Wim has|Aiko|Arai|fainted|his train'
first=ceremonies/0001-root-generation second=ceremonies/0002-crl
is "names lie in the report and in personal.jsonl only" "$(cd record && grep -rlwE "$names" . | sort | tr '\n' ' ')" \
	"./$first/personal.jsonl ./$first/report.txt ./$second/personal.jsonl ./$second/report.txt "
on_record "the exception is there for who may see it" record/$first '"happened":"Wanda ..The Watch.. Weber fainted"'

# ---- the copy ----
cp -r record as-it-was
exits 0 "a published copy" "$bin/ceremony" publish --record record -o copy
like "says how much is withheld" out '^copy: a copy in which ([0-9]+) of \1 personal values are withheld'
is "the record itself is as it was" "$(diff -r record as-it-was)" ""
is "no name is left in the copy" "$(grep -rlwE "$names" copy)" ""
is "nor as a file's name" "$(find copy | grep -iwE "$names")" ""
is "it lacks the disclosures and the reports, and has another list of files" "$(diff -rq record copy | sed 's/^Only in record/-/; s/ and .*//')" \
	"$(for f in $first $second; do printf '%s\n' "Files record/$f/SHA256SUMS" "-/$f: personal.jsonl" "-/$f: report.txt"; done)"
ok "sha256sum agrees" sh -c "cd copy/$first && sha256sum --quiet -c SHA256SUMS"
exits 0 "it verifies, by the same policy" "$bin/ceremony-verify" copy --policy policy
for f in 0001-root-generation 0002-crl; do
	like "it is said what is withheld in $f" out "^--  $f: [0-9]+ of [0-9]+ personal values are withheld"
	like "and what was not looked at" out "^--  $f: report.txt, .* was not looked at"
	same "the checkpoint of $f is the same" record/ceremonies/$f/checkpoint copy/ceremonies/$f/checkpoint
done
chmod -R a-w copy
exits 0 "a read-only copy verifies" "$bin/ceremony-verify" copy
chmod -R u+w copy
for format in text html pdf; do
	exits 0 "a report of it: $format" "$bin/ceremony" report --record copy --ceremony 1 --format $format -o report.$format
done
like "somebody was an officer" report.text '^  officer.1 +withheld-[0-9a-f]{8}$'
like "and that names are withheld is said" report.text 'personal values are withheld'
like "in the page, too" report.html 'personal values are withheld'
unlike "the page names nobody" report.html "$names"
ok "status goes by the ledger, which has no names" "$bin/ceremony" status --record copy
exits 1 "another record's policy still says no" "$bin/ceremony-verify" copy --root "$(printf %064d 0)"
cp -r record.token copy.token
ok "a copy can be gone on from" "$bin/ceremony" run "$c/rehearsal-crl.ini" --record copy --media media3 --answers "$c/rehearsal-crl.answers.ini"
ok "and verifies" "$bin/ceremony-verify" copy
rm -rf copy/ceremonies/0003-crl && cp as-it-was/ca.ini copy/
exits 3 "a copy is never written over" "$bin/ceremony" publish --record record -o copy
[ -e copy.tmp ] && fail "nothing half made is left" || pass "nothing half made is left"

# ---- by its rules ----
# bent NAME PATTERN COMMAND...: in a copy that COMMAND has changed.
bent() {
	name=$1 pattern=$2
	shift 2
	rm -rf bent && cp -r copy bent
	(cd bent/$first && "$@")
	exits 1 "$name" "$bin/ceremony-verify" bent
	like "$name: why" out "$pattern"
}
a=$(opened record/$first | sed -n 's/.*"administrator.1":"Ada Adler".*/x/p')
is "there is an administrator" "$a" x
bent "a report of which nothing is known" 'its hash is withheld.*report.txt' cp "$work/record/$first/report.txt" .
bent "any page that looks like one" 'its hash is withheld.*report.html' sh -c 'echo hello >report.html'
bent "a swapped commitment" 'transcript.jsonl line' sh -c 'sed -i "2s/sha256:../sha256:00/" transcript.jsonl'
bent "a name put in" 'ERR_PERSONAL_PLAIN|transcript.jsonl line' sed -i '2s/"administrator.1":"[^"]*"/"administrator.1":"Eve"/' transcript.jsonl

# ---- opened one by one ----
ok "a list of what is personal" "$bin/ceremony" disclose --record record
like "names" out '^0001	sha256:[0-9a-f]{64}	Wanda Weber$'
like "texts" out 'Weber fainted$'
like "and the reports' hashes" out '^0002	sha256:[0-9a-f]{64}	\(the hash of report.txt\)$'
exits 0 "one is opened" "$bin/ceremony" disclose --record record --name 'Wanda Weber' -o who
is "in each ceremony that she was at" "$(grep -c "" ./who)" 2
exits 0 "the copy verifies with it" "$bin/ceremony-verify" copy --policy policy --disclosures who
total=$(wc -l <record/$first/personal.jsonl)
like "and one value less is withheld" out "^--  0001-root-generation: $((total - 1)) of $total personal"
sed -n 1p who >>copy/$first/personal.jsonl
exits 0 "a line can be put where it belongs" "$bin/ceremony-verify" copy
like "with the same effect" out "^--  0001-root-generation: $((total - 1)) of $total personal"
exits 0 "a report says her name" "$bin/ceremony" report --record copy --ceremony 1 --format text -o report.text
like "and no other one" report.text '^  witness.1 +Wanda Weber$'
exits 0 "one ceremony's alone" "$bin/ceremony" disclose --record record --ceremony 2 --name 'Wanda Weber' -o who2
is "is one line" "$(cat who2)" "$(sed -n 2p who)"
for change in 's/Wanda W/Panda W/' 's/"salt":"../"salt":"zz/' 's/"salt":"\(.\)\(.\)/"salt":"\2\1/;t;s/Wanda/Panda/' 's/"commitment":"\(..\)\(..\)/"commitment":"\2\1/' \
	's/}$/} /' '1p'; do
	sed "$change" who >false
	exits 1 "refused: $change" "$bin/ceremony-verify" copy --disclosures false
	like "refused: $change: why" out '^NOT VERIFIED: .*(does not open its commitment|not as this program writes|Two disclosures|of nothing that)'
done
printf 'ceremony-personal/v1\n%064d\nEve' 0 | sha256sum | sed "s/^\(.\{64\}\).*/{\"commitment\":\"\1\",\"salt\":\"$(printf %064d 0)\",\"value\":\"Eve\"}/" >eve
exits 1 "a disclosure of nobody" "$bin/ceremony-verify" copy --disclosures eve
like "is of nothing" out 'of nothing that the transcript says'
exits 3 "a file that is not there" "$bin/ceremony-verify" copy --disclosures nowhere
printf '{' >torn
exits 1 "a torn one" "$bin/ceremony-verify" copy --disclosures torn
exits 1 "nobody of that name" "$bin/ceremony" disclose --record record --name Nobody -o nobody
[ -e nobody ] && fail "makes no file" || pass "makes no file"

# everything opened again is the whole record, but for its report, which comes last
rm -rf copy && "$bin/ceremony" publish --record record -o copy >/dev/null
for f in $first $second; do cat record/$f/personal.jsonl; done >all
exits 1 "all disclosures without the report" "$bin/ceremony-verify" copy --disclosures all
like "miss it" out 'report.txt is missing'
for f in $first $second; do cp record/$f/report.txt record/$f/SHA256SUMS copy/$f/; done
exits 0 "with it, nothing is withheld" "$bin/ceremony-verify" copy --disclosures all
unlike "and nothing is said of it" out '^--.*(withheld|looked at)'
exits 0 "the report's hash by itself" "$bin/ceremony" disclose --record record --report -o hashes
exits 1 "opens no report while names are withheld" "$bin/ceremony-verify" copy --disclosures hashes
like "since it holds them" out 'values that it holds are withheld'

# ---- one person only ----
exits 0 "a copy without one person" "$bin/ceremony" publish --record record -o less --withhold Wanda
is "she is gone, wherever her name stands" "$(grep -rlE 'Wanda' less)" ""
like "the others are there" less/$first/personal.jsonl 'Aiko Arai'
exits 0 "it verifies" "$bin/ceremony-verify" less
exits 2 "somebody who was not there" "$bin/ceremony" publish --record record -o none --withhold Nobody
exits 2 "all, and one" "$bin/ceremony" publish --record record -o none --withhold personal --withhold Wim
exits 2 "no folder" "$bin/ceremony" publish --record record
sed -i 's/"rehearsal":"yes"/"rehearsal":"yEs"/' as-it-was/$first/transcript.jsonl
exits 1 "a record that does not verify is not published" "$bin/ceremony" publish --record as-it-was -o none
[ -e none ] || [ -e none.tmp ] && fail "and leaves nothing" || pass "and leaves nothing"

# ---- a record that an older program wrote ----
cp -r "$root/scripts/fixtures/record-v1" old
exits 0 "what an older program wrote verifies" "$bin/ceremony-verify" old --root b72d5ffe7b7ed3ecf2c6240a42232b504ecc17a01da15e95048257f7b05b54f0
like "and is told as such" out '^--  0001-root: a ceremony-transcript v1: names stand in its lines'
exits 1 "its names cannot be withheld, so it is not published" "$bin/ceremony" publish --record old -o none
like "says why" err 'its names stand in its lines, and cannot be withheld'
like "and what to do" err 'Keep the record to those who may see them'
[ -e none ] || [ -e none.tmp ] && fail "and leaves nothing of it" || pass "and leaves nothing of it"
exits 0 "there is nothing to disclose" "$bin/ceremony" disclose --record old
is "and nothing is told" "$(cat out)" ""
exits 0 "its report is made as ever" "$bin/ceremony" report --record old --format html -o old.html
like "with the names" old.html 'Wanda Weber'
sed -i '3s/Omar Okafor/Omar Okafer/' old/ceremonies/0001-root/transcript.jsonl
exits 1 "and a changed name is found" "$bin/ceremony-verify" old
like "in its line" out 'line 3 has been changed'
sed -i 's/ceremony-transcript v1/ceremony-transcript v3/' old/ceremonies/0001-root/transcript.jsonl
exits 1 "a format of tomorrow is not taken" "$bin/ceremony-verify" old
like "it is named" out 'format is "ceremony-transcript v3"|line 1'

# ---- the page ----
cd "$root" || bail "no root"
sed -n 's/^X(EVENT_\([A-Z]*\), "\(.*\)", "\(.*\)", "\(.*\)")$/\1|\2|\3|\4/p' ceremony/record/personal.def | tr -d '`' | while IFS='|' read -r type op key what; do
	[ "$type" != HANDOVER ] || type=hand-over
	printf '| `%s`%s | `%s` | %s |\n' "$(echo "$type" | tr A-Z a-z)" "${op:+ of \`$op\`}" "$key" "$what"
done >"$work/table"
grep -E '^\| `[a-z-]+`( of `[a-z-]+`)? \| `[a-z0-9.*-]+` \| ' docs/formats/personal.md >"$work/page"
same "the page's table is the program's" "$work/page" "$work/table"
is "every row was read" "$(wc -l <"$work/table")" "$(grep -c '^X(' ceremony/record/personal.def)"
sed -n 's/^\$ \(printf .*\)/\1/p' docs/formats/personal.md >"$work/vector.sh"
is "its vector is so" "$(sh "$work/vector.sh")" "$(sed -n 's/^\([0-9a-f]\{64\}  -\)$/\1/p' docs/formats/personal.md)"
done_testing

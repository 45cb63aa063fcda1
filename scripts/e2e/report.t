#!/bin/sh
# report.t: ceremony report, of a record whose one ceremony is the sample transcript.
. scripts/e2e/lib.sh

data=$root/ceremony/record/test/data/rehearsal
ceremony=$bin/ceremony
cd "$work" || bail "no folder"
mkdir -p record/ceremonies/0001-root-generation
cp "$data/transcript.jsonl" record/ceremonies/0001-root-generation/

exits 0 "a report is written" "$ceremony" report --record record --format text -o all.txt
same "it is the golden one" all.txt "$data/report.txt"
is "it counts lines from 1, as the verifier, the page and editors do" "$(awk '/^Timeline$/ { on = 1 } on && $1 ~ /^[0-9]+$/ && NF > 3 { print $1, $3 }' all.txt | sed -n '1p;$p' | tr '\n' ' ')" \
	"1 open $(grep -c '' "$data/transcript.jsonl") close "
exits 0 "of a ceremony by number" "$ceremony" report --format text -o one.txt --ceremony 1 --record record
same "it is the same" one.txt all.txt
for format in html pdf; do
	exits 3 "no $format of a record that has lost its script" "$ceremony" report --record record --format $format -o none
done
exits 2 "an unknown format" "$ceremony" report --record record --format odt -o none
exits 2 "no format" "$ceremony" report --record record -o none
exits 2 "an option twice" "$ceremony" report --record record --format text -o none -o none
exits 2 "an option without value" "$ceremony" report --record record --format text -o
exits 2 "ceremony 0" "$ceremony" report --record record --format text -o none --ceremony 0
exits 3 "a ceremony that is not there" "$ceremony" report --record record --format text -o none --ceremony 2
exits 3 "a folder that is no record" "$ceremony" report --record . --format text -o none
exits 3 "a file that cannot be written" "$ceremony" report --record record --format text -o no/where
sed -i '40s/yes/Yes/' record/ceremonies/0001-root-generation/transcript.jsonl
exits 1 "a transcript that was changed" "$ceremony" report --record record --format text -o none
like "its line is named" err 'line 40 has been changed'
is "and nothing was left" "$(find . -name 'none*' | wc -l)" 0

# A record whose only ceremony was ended for good: the auditor's report of it says so on its first page, and why, and who decided.
c=$root/scripts/ceremonies
sed 's/^agreed = yes/agreed = @abort/' "$c/rehearsal.answers.ini" >answers.ini
printf '\n[abort]\nreason = the seal of the machine is broken\ndecided-by = Olga Olsen\nconfirmed-by = Wanda Weber\n' >>answers.ini
mkdir -p m
exits 1 "a ceremony is ended for good" "$ceremony" run "$c/rehearsal.ini" --record ended --media m --answers answers.ini
for format in text html pdf; do
	exits 0 "its report as $format" "$ceremony" report --record ended --format $format -o ended.$format
done
tr '\n' ' ' <ended.html >one-line
like "the page says that it was" one-line '<p class="notice alarm"[^>]*>ABORTED: this ceremony was ended for good before its close'
like "and how it can be verified: not by signatures" one-line 'There is no signature to verify'
like "why" one-line 'Why it was ended</th><td class="alarm">the seal of the machine is broken<'
like "and who decided" one-line 'Who decided it</th><td>Olga Olsen<'
like "and who confirmed it" one-line 'Who confirmed it</th><td>Wanda Weber<'
like "so does the letter" one-line 'ended for good, as Olga Olsen decided, because: the seal of the machine is broken'
unlike "nothing was verified that nobody signed" one-line 'The whole record was verified'
like "nothing stands as met that was not" one-line 'in the end</td><td>result key-lock wrap-refused=yes</td><td></td><td class="strong">(UNMET|did not happen)'
if have pdftotext; then
	pdftotext -l 1 ended.pdf first-page
	like "the first page on paper says it, too" first-page '^ABORTED'
	like "and why" first-page 'the seal of the machine is broken'
	like "and who" first-page 'Olga Olsen'
else
	skip "the first page on paper" "pdftotext is not installed"
fi
sed -i '7s/"yes"/"no"/' ended/ceremonies/0001-root-generation/transcript.jsonl
exits 1 "no report of one that was changed since" "$ceremony" report --record ended --format html -o none
like "it names the line" err 'line 7'
done_testing

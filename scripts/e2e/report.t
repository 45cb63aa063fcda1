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
done_testing

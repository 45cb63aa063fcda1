#!/bin/sh
# paper.t: the script on paper, held beside what a whole rehearsal really asked.
. scripts/e2e/lib.sh

ceremony=$bin/ceremony
script=$root/scripts/ceremonies/rehearsal.ini

for kind in txt pdf; do
	exits 0 "the script on paper: $kind" "$ceremony" check "$script" --paper "$work/paper.$kind"
done
like "its SHA-256 is said as without it" "$work/out" "sha256 $(sha256sum "$script" | cut -d' ' -f1)"
qpdf --check "$work/paper.pdf" >"$work/qpdf" 2>&1
is "qpdf finds no fault" "$?" 0
pdftotext -layout "$work/paper.pdf" "$work/paper.read"
for paper in paper.txt paper.read; do
	for word in Step Activity Initials Time Roles Exceptions IRREVERSIBLE 'witness 2' 'Profile tls-subca'; do
		like "$paper has: $word" "$work/$paper" "$word"
	done
	"$ceremony" check "$script" | sed -n '/^[^ ].*rehearsal\.ini$/,/^tls/{/^    *[a-zA-Z]/p;}' >"$work/words"
	for word in $(cat "$work/words"); do
		grep -qF "$word" "$work/$paper" || echo "$word"
	done >"$work/missing"
	is "$paper has the script's words" "$(cat "$work/missing")" ""
	"$ceremony" check "$script" | sed -n 's/^ *\([0-9][0-9]*\)  [a-z0-9-]*  *\(.*\)/Step \1: \2/p' >"$work/steps"
	while read -r line; do
		grep -qF "$line" "$work/$paper" || echo "$line"
	done <"$work/steps" >"$work/missing"
	is "$paper has every step with the number and title of the screen" "$(cat "$work/missing")" ""
done
ok "there were steps to look for" test "$(wc -l <"$work/steps")" -eq 16

# every prompt of a real run has its row, in the same step
ok "a rehearsal runs" sh scripts/rehearse --auto "$work/record"
awk -F'"' '/"type":"(answer|close)"/ { for (i = 1; i < NF; i++) if ($i == "step") print $(i + 2) }' \
	"$work"/record/ceremonies/0001-*/transcript.jsonl | uniq -c | awk '{ print $1 }' >"$work/asked"
sed -n 's/^\([0-9][0-9]*\)\.[0-9][0-9]* .*/\1/p' "$work/paper.txt" | uniq -c | awk '{ print $1 }' >"$work/rows"
# after the close, nothing stands in the transcript: the words read aloud, three signatures, and the last look
is "as many rows in each step as prompts were answered" "$(head -n 15 "$work/rows" | sed '15s/5/1/')" "$(cat "$work/asked")"

# the words that say which script it is: on paper, on the screen, and of what sha256sum says
together() { tr '\n' ' ' | sed 's/  */ /g'; }
words=$("$ceremony" check "$script" | sed -n '/^script and profiles together: /,$ p' | sed 's/.*together: //' | together)
is "they are sixteen" "$(echo "$words" | wc -w)" 16
together <"$work/paper.txt" >"$work/paper.line"
like "they are on the paper" "$work/paper.line" "Script and profiles together SHA-256 .* ${words% } "
perl -MJSON::PP -ne '$e = decode_json($_); print $e->{data}{prompt} if $e->{turn} eq "agree" && $e->{data}{agreed}' \
	"$work"/record/ceremonies/0001-*/transcript.jsonl | together >"$work/shown"
echo >>"$work/shown"
like "and were on the screen when the room agreed" "$work/shown" "! Script, profiles: ${words% } [-!] "
sum=$(cd "$work"/record/ceremonies/0001-* && sha256sum script.ini profiles/tls-root.ini profiles/tls-subca.ini profiles/crl-ca.ini | sha256sum | cut -c1-64)
tr -d ' \n' <"$work/paper.txt" >"$work/paper.squeezed"
like "they are those of what sha256sum says" "$work/paper.squeezed" "profilestogetherSHA-256$sum"

for role in Administrator 'Security officers' 'Share custodians' Witnesses Auditors; do
	like "a roll-call row reads as on the screen: $role" "$work/paper.txt" "Roll call: $role( |\$)"
done

# the report of that record
for format in html pdf; do
	exits 0 "a report as $format" "$ceremony" report --record "$work/record" --format $format -o "$work/report.$format"
done
tr '\n' ' ' <"$work/report.html" >"$work/one-line"
like "it says who holds which share" "$work/one-line" '>3</th><td class="strong">Cosima Conti</td><td class="code">[0-9a-f]{64}<|>3</td><td class="strong">Cosima Conti</td>'
like "what everything is that left the room" "$work/one-line" '>crls/root.crl, as PEM<'
unlike "nothing that it has no name for" "$work/one-line" 'no file of this record'
like "and which words a witness typed back" "$work/one-line" 'typed back by witness 2</th><td class="code">word [0-9]+: [A-Za-z]+, word [0-9]+: [A-Za-z]+'
like "the HTML says its language" "$work/report.html" '<html lang="en">'
is "and fetches nothing" "$(grep -ciE '<script|<img|<link|src=|href=' "$work/report.html")" 0
tidy -q -e "$work/report.html" >"$work/tidy" 2>&1
is "tidy finds no error in it" "$(grep -c ' Error: ' "$work/tidy")" 0
qpdf --check "$work/report.pdf" >"$work/qpdf" 2>&1
is "qpdf finds no fault in the PDF" "$?" 0
pdftotext -layout "$work/report.pdf" "$work/report.read"
tables=$(grep -c '<table' "$work/report.html")
ok "its tables are tables" test "$tables" -gt 12
is "each with a caption" "$(grep -cE '<caption[^>]*>[^<]+</caption>' "$work/report.html")" "$tables"
is "and with heads of columns or rows" "$(grep -c '<tr><td' "$work/report.html")" 0
is "only how to verify is preformatted" "$(grep -c '<pre' "$work/report.html")" 1
bundle=$work/record/ceremonies/0001-root-generation
root_sha256=$(openssl x509 -in "$work/record/root.pem" -noout -fingerprint -sha256 | sed 's/.*=//; s/://g' | tr A-F a-f)
head=$(sed -n 3p "$bundle/checkpoint" | base64 -d | od -An -tx1 | tr -d ' \n')
script_sha256=$(sha256sum "$bundle/script.ini" | cut -d' ' -f1)
for paper in report.html report.read; do
	tr -d ' \n' <"$work/$paper" >"$work/squeezed"
	for what in "$root_sha256" "$script_sha256" "$head"; do
		like "$paper has the fingerprint $(echo "$what" | cut -c1-8)" "$work/squeezed" "$what"
	done
	for word in Participants Tokens Keys Backup Certificates 'revocation lists' Reviews 'To be signed' Exceptions Media 'Carried by camera' Timeline 'Files of the record' \
		'Clause by clause' 'No record|no record' "auditor(&#39;|')s letter" NEVER_EXTRACTABLE 'Wanda Weber' 'REHEARSAL Example Root E1'; do
		like "$paper has: $word" "$work/$paper" "$word"
	done
	sed 's/.*  //' "$bundle/SHA256SUMS" | while read -r file; do
		grep -qF "$file" "$work/$paper" || echo "$file"
	done >"$work/missing"
	is "$paper has every file" "$(cat "$work/missing")" ""
	sed -n 's/.*"\(commitment.[0-9]*\)":"\([0-9a-f]*\)".*/\2/p' "$bundle/transcript.jsonl" | while read -r one; do
		grep -qF "$one" "$work/$paper" || echo "$one"
	done >"$work/missing"
	is "$paper has every commitment" "$(cat "$work/missing")" ""
done
# the reviews, field by field: of the root and of two requests
is "as many reviews as there were" "$(grep -c '<h3[^>]*>Review the ' "$work/report.html")" \
	"$(grep '"turn":"review"' "$bundle/transcript.jsonl" | grep '"type":"answer"' | grep -c '\[by: ')"
tr '\n' ' ' <"$work/report.html" >"$work/flat"
for what in 'subject CN</th><td>Example Issuing CA R1</td><td>request</td><td>REHEARSAL Example Issuing CA R1</td>' \
	'basicConstraints</th><td>critical, CA:TRUE, pathlen:0</td><td>critical, CA:TRUE, pathlen:0</td><td>critical, CA:TRUE, pathlen:0</td>'; do
	like "a review says asked, profile, to be signed: ${what%%<*}" "$work/flat" "$what"
done
is "a line for each event" "$(sed '1,/<h2>Timeline/d' "$work/report.html" | grep -cE '<tr><th scope="row" class="muted">[0-9]+</th><td>[0-9:]{8}</td>')" \
	"$(wc -l <"$bundle/transcript.jsonl")"
words=$(sed -n "/SHA-256  *$root_sha256/{n;s/^ *//p;}" "$bundle/report.txt")
ok "the text report has words" test -n "$words"
like "the same stand beside the code" "$work/report.html" "$words"
pdftoppm -r 150 -gray -f 1 -l 1 "$work/report.pdf" "$work/cover"
is "the code is the root certificate's SHA-256" "$(zbarimg -q --raw "$work"/cover*.pgm 2>/dev/null | tr A-F a-f)" "$root_sha256"
exits 0 "once more as HTML" "$ceremony" report --record "$work/record" --format html -o "$work/again.html"
same "is the same, octet by octet" "$work/again.html" "$work/report.html"
echo changed >>"$work/record/ceremonies/0001-root-generation/profiles/tls-root.ini"
exits 1 "no report of a record that does not verify" "$ceremony" report --record "$work/record" --format html -o "$work/no.html"

for s in "$root"/scripts/ceremonies/*.ini; do
	case $s in *.answers.ini) continue ;; esac
	exits 0 "${s##*/} on paper" "$ceremony" check "$s" --paper "$work/one.pdf"
done
exits 0 "once more" "$ceremony" check "$script" --paper "$work/again.pdf"
same "is the same, octet by octet" "$work/again.pdf" "$work/paper.pdf"
exits 2 "no HTML" "$ceremony" check "$script" --paper "$work/no.html"
exits 2 "no name" "$ceremony" check "$script" --paper "$work/.pdf"
exits 2 "not of a profile" "$ceremony" check "$root/scripts/profiles/tls-root.ini" --paper "$work/no.pdf"
exits 2 "twice" "$ceremony" check "$script" --paper "$work/no.pdf" --paper "$work/no.txt"
exits 3 "no such folder" "$ceremony" check "$script" --paper "$work/not/no.pdf"
sed 's/^kind = clock/kind = clook/' "$script" >"$work/bad.ini"
exits 1 "not of a script that is refused" "$ceremony" check "$work/bad.ini" --profiles "$root/scripts/profiles" --paper "$work/no.pdf"
is "nothing is left" "$(find "$work" -name 'no*' | wc -l)" 0
done_testing

#!/bin/sh
# prompts.t: what people were shown, and the report that they read: the verifier knows what each prompt must have shown: a record whose prompts say something else is refused, with line and clause;
# sentences in other words are remarked upon, and of another version's prompts digests and what was read aloud are compared.
. scripts/e2e/lib.sh

room=$work/room
mkdir -p "$room/media/requests" "$room/media/output"
cp scripts/fixtures/requests/intermediate-[12].csr "$room/media/requests/"
ceremony() { # SCRIPT
	rm -rf "$room/media/output" && mkdir "$room/media/output"
	"$bin/ceremony" run "scripts/ceremonies/$1.ini" --record "$room/record" --media "$room/media" --answers "scripts/ceremonies/$1.answers.ini"
}
ok "a root" ceremony rehearsal
rm -rf "$room/media/output" && mkdir "$room/media/output"
sed 's/^agreed = yes/agreed = @pause/' scripts/ceremonies/rehearsal-revoke.answers.ini >"$work/pause.ini"
exits 1 "a revocation that is paused" "$bin/ceremony" run scripts/ceremonies/rehearsal-revoke.ini --record "$room/record" --media "$room/media" --answers "$work/pause.ini"
ok "and resumed" "$bin/ceremony" resume --record "$room/record" --media "$room/media" --answers scripts/ceremonies/rehearsal-revoke.answers.ini
ok "both verify" "$bin/ceremony-verify" "$room/record"
is "their prompts with them" "$(grep -cE '^ok  000[12]-.*: [0-9]+ prompts, each with the facts that the record implies$' "$work/out")" 2
is "it is said what they were" "$(grep -cE '^--  000[12]-.*: it is a rehearsal; a file answered, and nobody was asked; folders stood for media; the token is a program$' "$work/out")" 2
unlike "in the words of this version" "$work/out" '^-- .*(other words|another version)'

tried=0
# bend NUMBER CHANGE...: the record with a line changed by each CHANGE, and chained anew; what the verifier says is in $work/both.
bend() {
	rm -rf "$work/bent"
	cp -r "$room/record" "$work/bent"
	line=$(echo "$work"/bent/ceremonies/"$1"-*/transcript.jsonl)
	shift
	for change in "$@"; do
		perl scripts/e2e/chain.pl "$change" <"$line" >"$line.tmp" || bail "it does not change one line: $change"
		mv "$line.tmp" "$line"
	done
	"$bin/ceremony-verify" "$work/bent" >"$work/out" 2>"$work/err"
	is "$name: status" $? 1
	cat "$work/out" "$work/err" >"$work/both"
}
# refused NAME NUMBER WHAT CHANGE...
refused() {
	name=$1 number=$2 what=$3
	shift 3
	tried=$((tried + 1))
	bend "$number" "$@"
	like "$name: refused, with line and clause" "$work/both" "^NOT VERIFIED: .*transcript.jsonl line [0-9]+: A prompt showed something else: .*$what.*, not '.*' \[BR 5\.4\.1\]"
}
# In Perl, for the line of a prompt: at STEP TURN [ROUND]; flip BEFORE: the digit behind it is another.
at() { printf '%s\n' "/\"step\":\"$1\",\"turn\":\"$2\",\"round\":${3:-0},/ && !\$changed"; }
flip() { printf '%s\n' "s/($1)([0-9a-f])/\$1 . (\$2 eq '0' ? '1' : '0')/e"; }
lf='\u000a'
refused "another digest than what is signed" 0001 '- SHA-256' "$(at root-certificate review) && $(flip '- SHA-256: ')"
refused "the second line of a digest" 0001 "'  " "$(at review review 1) && $(flip "- SHA-256: [0-9a-f ]*\\$lf  ")"
refused "another name than what is signed" 0001 '! subject' "$(at review review) && s/! subject: C=XX, O=Example/! subject: C=XX, O=Other/"
refused "another serial number" 0001 '- serialNumber' "$(at review review) && $(flip '- serialNumber: ')"
refused "what was asked, otherwise" 0001 '- keyUsage' "$(at review review) && s/\\[asked: critical, keyCertSign, cRLSign\\]/[asked: critical, keyCertSign]/"
refused "a row that is not there" 0001 '- keyUsage' "$(at root-certificate review) && s/- basicConstraints: .*?\\$lf//"
refused "a row too many" 0001 '- note: all is well' "$(at sign agree) && s/\\$lf! This cannot/\\$lf- note: all is well\\$lf! This cannot/"
refused "other words to be read aloud" 0001 '" waltz ' "$(at root-certificate review) && s/\\$lf\\\\\" \\w+ /\\$lf\\\\\" waltz /"
refused "words of a sheet" 0001 'Type words ' "$(at requests compare 1) && s/Type words \\d+ and \\d+ /Type words 1 and 1 /"
refused "a choice turned around" 0001 'Decision: ' "$(at review review) && s{sign it / do not sign it}{do not sign it / sign it}"
refused "no word of what cannot be undone" 0001 'Olga Olsen' "$(at root-key agree) && s/\\$lf! This cannot be undone\\.//"
refused "another token" 0001 '- serial: ' "$(at token confirm) && $(flip '- serial: ')"
refused "another person who acts" 0001 'Omar Okafor' \
	'if (/"turn":"user-pin"/ && /@ officer: (withheld-[0-9a-f]{8})/) { $main::other = $1 } '"$(at root-key fingerprint) && s/@ officer: withheld-[0-9a-f]{8}/@ officer: \$main::other/"
refused "a list with other entries" 0001 '- Revoked in all' "$(at crl review) && s/- Revoked in all: 0/- Revoked in all: 7/"
refused "another certificate than what is revoked" 0002 '! Certificate' "$(at revoke confirm) && s/! Certificate: C=XX, O=Example/! Certificate: C=XX, O=Other/"
refused "another reason" 0002 '- Reason: superseded' "$(at revoke confirm) && s/- Reason: [a-zA-Z ]+/- Reason: superseded/"

name="a value that is withheld, where none is"
bend 0001 "$(at crl review) && s/- SHA-256 of it: [0-9a-f ]+/- SHA-256 of it: withheld-00000000/"
like "$name: refused" "$work/both" 'NOT VERIFIED: .*a prompt withholds what stands nowhere'

name="a sentence in other words"
bend 0001 "$(at sign agree) && s/The root key signs each/The root key does not sign any/"
like "$name: is remarked upon" "$work/both" '^--  0001-root-generation: 1 prompts in other words than this version.s: the first in line [0-9]+$'
like "$name: and it is not what was signed" "$work/both" 'NOT VERIFIED: The checkpoint is not of this record'

# what another version showed
other='/"type":"open"/ && s/"program":"ceremony [0-9.]+"/"program":"ceremony 0.0.1"/'
other_on='/"type":"resume"/ && s/"program":"ceremony [0-9.]+"/"program":"ceremony 0.0.1"/'
name="another version's row"
bend 0002 "$other" "$other_on" "$(at revoke confirm) && s/- Reason: /- Cause: /"
like "$name: is not compared, and that is said" "$work/both" '^--  0002-.*: [0-9]+ prompts of another version of the program'
like "$name: and it is not what was signed" "$work/both" 'NOT VERIFIED: The checkpoint is not of this record'
refused "another version's digest" 0002 '- SHA-256 of it' "$other" "$other_on" "$(at crl review) && $(flip '- SHA-256 of it: ')"
refused "another version's words" 0002 '" waltz ' "$other" "$other_on" "$(at crl review) && s/\\$lf\\\\\" \\w+ /\\$lf\\\\\" waltz /"
# formed NAME KEY CHANGE: an event that is of no turn has its own fields, and no other.
formed() {
	name=$1
	bend 0002 "$3"
	like "$name: refused" "$work/both" "^NOT VERIFIED: .*transcript.jsonl line [0-9]+: An event does not say what it must: $2 "
}
formed "a pause that says more" note 's/("type":"pause".*"data":\{)/$1"note":"x",/'
formed "a resume that says more" note 's/("type":"resume".*"data":\{)/$1"note":"x",/'
formed "a torn line of no length" torn 's/("type":"resume".*"data":\{)/$1"torn":"many",/'

# The report is made again from the lines before it: one of other words, which the transcript names and which fits it, is refused.
name="a report of other words"
rm -rf "$work/bent"
cp -r "$room/record" "$work/bent"
folder=$(echo "$work"/bent/ceremonies/0001-*)
sed -i 's/Olga Olsen/Oona Oja/' "$folder/report.txt"
sum=$(sha256sum <"$folder/report.txt" | cut -c 1-64)
salt=$(printf %064d 0)
commitment=$(printf 'ceremony-personal/v1\n%s\n%s' "$salt" "$sum" | sha256sum | cut -c 1-64)
was=$(sed -n 's/.*"op":"host-report".*"sha256":"sha256:\([0-9a-f]*\)".*/\1/p' "$folder/transcript.jsonl")
sed -i "/$was/s/.*/{\"commitment\":\"$commitment\",\"salt\":\"$salt\",\"value\":\"$sum\"}/" "$folder/personal.jsonl"
perl scripts/e2e/chain.pl "s/$was/$commitment/" <"$folder/transcript.jsonl" >"$work/lines" || bail "it is not chained anew"
cp "$work/lines" "$folder/transcript.jsonl"
exits 1 "$name" "$bin/ceremony-verify" "$work/bent"
cat "$work/out" "$work/err" >"$work/both"
like "$name: is refused, with its line" "$work/both" '^NOT VERIFIED: The report that the transcript names is not what .*transcript.jsonl line [0-9]+\)'
ok "that of the record" "$bin/ceremony-verify" "$room/record"
is "is made again, and the same" "$(grep -cE '^ok  000[12]-.*: the report, made again, is the one that line [0-9]+ names$' "$work/out")" 2
echo "# tried $tried prompts that showed something else"
done_testing

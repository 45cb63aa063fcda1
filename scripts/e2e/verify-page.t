#!/bin/sh
# verify-page.t: docs/guide/verify.md, block by block, on a rehearsal's record; and each block finds its fault.
. scripts/e2e/lib.sh

c=$root/scripts/ceremonies
for tool in xxd minisign openssl; do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
mkdir -p "$work/media/requests" "$work/media/output" "$work/media2/output"
cp scripts/fixtures/requests/intermediate-[12].csr "$work/media/requests/"
cp -r "$work/media/requests" "$work/media2/"
awk -v dir="$work" '/^```sh$/ { n++; on = 1; next } /^```$/ { on = 0 } on { print > (dir "/block" n ".sh") }' docs/guide/verify.md
cd "$work" || bail "no folder"
is "the page has ten blocks" "$(ls block*.sh | wc -l)" 10
ok "a rehearsal" "$bin/ceremony" run "$c/rehearsal.ini" --record record --media media --answers "$c/rehearsal.answers.ini"
folder=$work/record/ceremonies/0001-root-generation

# block N FOLDER
block() {
	(cd "$2" && sh "$work/block$1.sh")
}
for n in 1 2 3 4 5 6 7 10; do
	ok "block $n" block $n "$folder"
done
mkdir -p media3/output
cp -r record later && cp -r record.token later.token
ok "a ceremony that goes on" "$bin/ceremony" run "$c/rehearsal-crl.ini" --record later --media media3 --answers "$c/rehearsal-crl.answers.ini"
for n in 1 2 3 4 10; do
	ok "block $n of the second ceremony" block $n "$work/later/ceremonies/0002-crl"
done
echo >>later/ceremonies/0001-root-generation/checkpoint
exits 1 "block 10 finds another ceremony before it" block 10 "$work/later/ceremonies/0002-crl"
rm -r later/ceremonies/0001-root-generation
exits 1 "or none" block 10 "$work/later/ceremonies/0002-crl"
ok "block 7 of the first again" block 7 "$folder"
is "block 7 counts the root, two intermediates, a list" "$(cat out)" 4
ok "its policy" "$bin/ceremony" policy --record record -o policy
ok "block 8" block 8 "$folder"
is "block 8 misses nobody" "$(cat out)" ""
ok "another record" "$bin/ceremony" run "$c/rehearsal.ini" --record other --media media2 --answers "$c/rehearsal.answers.ini"
ok "block 9" block 9 "$folder"
like "block 9 names people" out '^[0-9a-f]{64} is Wanda Weber$'
is "and nothing is withheld" "$(tail -n 1 out)" "0 of $(wc -l <"$folder/personal.jsonl") values are withheld"
other=$work/other/ceremonies/0001-root-generation
for n in 1 2 3 4 5 6 7; do
	ok "block $n takes a record that was written anew with other keys" block $n "$other"
done
exits 1 "block 8 does not" block 8 "$other"
like "and says why" "$work/out" "record key is not the policy's"
sed -i '/^log/d' policy
"$bin/ceremony" policy --record other | grep '^log' >>policy
ok "with a policy of the other's record key, block 8" block 8 "$other"
is "names the three witnesses who have not signed" "$(grep -c '^has not signed' out)" 3

# bent N NAME COMMAND...: in a copy of the folder that COMMAND has changed, block N finds it.
bent() {
	n=$1 name=$2
	shift 2
	rm -rf copy
	cp -r "$folder" copy
	(cd copy && "$@")
	exits_not 0 "block $n finds $name" block "$n" copy
}
exits_not() {
	name=$2
	shift 2
	if "$@" >"$work/out" 2>"$work/err" </dev/null; then fail "$name"; else pass "$name"; fi
}
bent 1 "a changed file" sh -c 'echo >>report.txt'
bent 2 "a changed line" sed -i '5s/witness.1/witness.9/' transcript.jsonl
bent 2 "a missing line" sed -i 7d transcript.jsonl
bent 3 "a line that was changed with all that follow" sed -i '$s/"yes"/"yEs"/' transcript.jsonl
bent 3 "a line less" sed -i '$d' transcript.jsonl
bent 4 "a swapped signature" cp witnesses/witness-1.minisig witnesses/witness-2.minisig
bent 4 "a witness of another checkpoint" sed -i '4s/^/1/' witnesses/witness-1.message
bent 5 "a changed checkpoint" sh -c 'echo >>checkpoint'
bent 9 "another name" sed -i '3s/"value":"./"value":"X/' personal.jsonl
bent 9 "a disclosure of another ceremony" cp "$other/personal.jsonl" .
bent 9 "another report" sh -c 'echo >>report.txt'
ok "a published copy" "$bin/ceremony" publish --record record -o published
published=$work/published/ceremonies/0001-root-generation
for n in 1 2 3 4 5 6 7; do
	ok "block $n holds of a published copy" block $n "$published"
done
tail -n 2 "$folder/personal.jsonl" >"$published/personal.jsonl"
ok "block 9 of one" block 9 "$published"
like "counts what is withheld" out '^[1-9][0-9]* of [1-9][0-9]* values are withheld$'
bent 6 "a certificate that was not announced" sh -c 'openssl req -x509 -newkey rsa:2048 -nodes -keyout k -subj /CN=x -out certificates/x.pem 2>/dev/null; rm k'
done_testing

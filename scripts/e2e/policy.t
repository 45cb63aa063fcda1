#!/bin/sh
# policy.t: ceremony policy, and verify --policy: a record written anew with other keys is whole, and
# refused; so is each record that lacks a signature, a log or a witness that the policy names.
. scripts/e2e/lib.sh

c=scripts/ceremonies
# rehearse NAME: a ceremony; the record is $work/NAME.
rehearse() {
	mkdir -p "$work/m.$1/requests" "$work/m.$1/output"
	cp scripts/fixtures/requests/intermediate-[12].csr "$work/m.$1/requests/"
	"$bin/ceremony" run $c/rehearsal.ini --record "$work/$1" --media "$work/m.$1" --answers $c/rehearsal.answers.ini \
		>"$work/$1.log" 2>&1 || bail "the rehearsal does not run: $(tail -n 1 "$work/$1.log")"
}

# judged STATUS NAME PATTERN RECORD POLICY: both programs, on standard output.
judged() {
	for program in "$bin/ceremony-verify" "$bin/ceremony verify"; do
		# shellcheck disable=SC2086 # a program and its subcommand
		exits "$1" "$2 (${program##*/})" $program "$work/$4" --policy "$work/$5"
		like "$2: says so (${program##*/})" "$work/out" "$3"
	done
}

rehearse honest
rehearse forged
ok 'the honest record has a policy' "$bin/ceremony" policy --record "$work/honest"
cp "$work/out" "$work/policy"
ok 'into a file' "$bin/ceremony" policy --record "$work/honest" -o "$work/file"
same 'the same' "$work/file" "$work/policy"
is 'a log, three witnesses, two groups, a quorum' "$(cut -d ' ' -f 1 "$work/policy" | grep -v '^#' | sed '/^$/d' | uniq -c |
	awk '{ printf "%s%s ", $1, $2 }')" '1log 3witness 2group 1quorum '
for w in witness-1 witness-2 auditor-1; do
	ok "the key of $w is that of its file" grep -F "$(cat "$work/honest/ceremonies/0001-root-generation/witnesses/$w.vkey")" "$work/policy"
done

judged 0 'the honest record' '^ok  0001-root-generation: its signatures are those that the policy asks for$' honest policy
ok 'the forged one is whole' "$bin/ceremony-verify" "$work/forged"
judged 1 'the forged one has another record key' '^NOT VERIFIED: The record key is none that the policy names' forged policy
sed '/^log/d' "$work/policy" >"$work/no-log"
judged 0 'a policy without a log' '^--  the policy names no log: any record key was taken' honest no-log
judged 1 'without the log, the witnesses are missing' 'has 0 of 3: 0001-witness-1, 0001-witness-2, 0001-auditor-1 missing' forged no-log

# Forged with the true token: only the witnesses are others.
"$bin/ceremony" policy --record "$work/forged" | grep '^log' | cat - "$work/no-log" >"$work/token"
judged 1 'the same token, other witnesses' '^NOT VERIFIED: Witnesses whom the policy asks for have not signed' forged token

# One witness of the policy was not there.
other=$(cat "$work/forged/ceremonies/0001-root-generation/witnesses/auditor-1.vkey")
sed "s|^witness 0001-auditor-1 .*|witness chief $other|; s/ 0001-auditor-1\$/ chief/" "$work/policy" >"$work/chief"
judged 1 'one witness is missing, and named' '0001 has 2 of 3: chief missing' honest chief
sed 's/^group 0001 all/group 0001 2/' "$work/chief" >"$work/two"
judged 0 'two of three suffice, where the policy says so' '^VERIFIED' honest two
{ grep '^log' "$work/policy"; echo 'quorum none'; } >"$work/none"
judged 0 'the record key alone' '^VERIFIED' honest none
sed 's/rehearsal.example/rehearsal.exempla/' "$work/none" >"$work/renamed"
judged 1 'a name that does not fit its id' "line 1: the verifier key's id" honest renamed

# What is no policy.
{ cat "$work/policy"; echo 'trust everybody'; } >"$work/bad"
judged 1 'an unknown line is named' "bad: line $(grep -c '' "$work/bad"): trust is none of" honest bad
head -c 300 "$work/policy" >"$work/cut"
judged 1 'a policy that was cut off' 'cut: line [0-9]+: ' honest cut
: >"$work/empty"
judged 1 'an empty one' 'without a quorum line' honest empty
exits 3 'none at all' "$bin/ceremony-verify" "$work/honest" --policy "$work/nowhere"
like 'says so' "$work/err" 'nowhere'
exits 2 'two policies' "$bin/ceremony-verify" "$work/honest" --policy "$work/policy" --policy "$work/policy"
exits 2 'a policy without a file' "$bin/ceremony-verify" "$work/honest" --policy

# ceremony policy says no, too, and leaves no file.
cp -R "$work/honest" "$work/altered"
sed -i '2s/administrator.1/administrator.9/' "$work/altered/ceremonies/0001-root-generation/transcript.jsonl"
exits 1 'no policy of an altered record' "$bin/ceremony" policy --record "$work/altered" -o "$work/never"
ok 'and no file' test ! -e "$work/never"
exits 2 'no record named' "$bin/ceremony" policy
exits 2 'an unknown option' "$bin/ceremony" policy --record "$work/honest" --all yes
exits 3 'a record that is not there' "$bin/ceremony" policy --record "$work/nowhere"

# A second ceremony: other witness keys, made in the room again.
mkdir -p "$work/m2/output"
"$bin/ceremony" run $c/rehearsal-crl.ini --record "$work/honest" --media "$work/m2" --answers $c/rehearsal-crl.answers.ini \
	>"$work/crl.log" 2>&1 || bail "the second ceremony does not run: $(tail -n 1 "$work/crl.log")"
judged 1 'the first policy does not know the second witnesses' 'Witnesses .*\(0002-[a-z-]*/checkpoint: ' honest policy
judged 0 'the record key is the same' '^ok  0002-.*the policy asks for' honest none
ok 'the policy of both' "$bin/ceremony" policy --record "$work/honest" -o "$work/both"
judged 0 'both ceremonies are judged' '^ok  0002-.*the policy asks for' honest both
is 'every line of the old policy that names a key is in the new' \
	"$(grep -E '^(log|witness)' "$work/policy" | grep -cvxFf "$work/both")" 0
done_testing
